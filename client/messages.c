/* SPDX-License-Identifier: MIT */
#include "client/messages.h"

#include <assert.h>
#include <string.h>

enum {
    PAGE_MAX = 512, /* messages of a page that has memory */
    STEP = 64       /* so many at a time get memory, where possible */
};

struct iw_message_page {
    struct iw_message *messages; /* owned; NULL: nothing is known of any of them */
    uint32_t count, room;
    uint32_t uids;                /* how many are known … */
    uint32_t first_uid, last_uid; /* … and the least and greatest of them */
};

static const struct iw_message blank;

void iw_messages_init(struct iw_messages *messages, const struct iw_alloc *alloc, size_t room_max)
{
    *messages = (struct iw_messages){.alloc = alloc, .room_max = room_max};
}

void iw_messages_release(struct iw_messages *messages)
{
    for (size_t i = 0; i < messages->page_count; i++)
        iw_alloc_free(messages->alloc, messages->pages[i].messages);
    iw_alloc_free(messages->alloc, messages->pages);
    iw_messages_init(messages, messages->alloc, messages->room_max);
}

/* ---- places ---- */

struct place {
    size_t page;
    uint32_t index; /* in the page */
};

/* Of a number from 1 to count. */
static struct place find(const struct iw_messages *messages, uint32_t number)
{
    struct place place = {0, number - 1};
    assert(number >= 1 && number <= messages->count);
    while (place.index >= messages->pages[place.page].count)
        place.index -= messages->pages[place.page++].count;
    return place;
}

const struct iw_message *iw_messages_at(const struct iw_messages *messages, uint32_t number)
{
    if (number == 0 || number > messages->count)
        return NULL;
    struct place place = find(messages, number);
    const struct iw_message_page *page = &messages->pages[place.page];
    return page->messages == NULL ? &blank : &page->messages[place.index];
}

/* Unknown UIDs are 0, and less than any. */
uint32_t iw_messages_from_uid(const struct iw_messages *messages, uint32_t uid)
{
    uint32_t number = 1;
    if (messages->page_count == 0)
        return number;
    const struct iw_message_page *page = messages->pages;
    const struct iw_message_page *end = page + messages->page_count;
    while (page < end && (page->uids == 0 || page->last_uid < uid))
        number += page++->count;
    for (uint32_t i = 0; page < end && page->messages[i].uid < uid; i++)
        number++;
    return number;
}

uint32_t iw_messages_first_unknown(const struct iw_messages *messages, uint32_t *run)
{
    uint32_t number = 1, first = 0;
    *run = 0;
    for (size_t i = 0; i < messages->page_count; i++) {
        const struct iw_message_page *page = &messages->pages[i];
        for (uint32_t k = 0; page->messages != NULL && k < page->count; k++, number++) {
            bool unknown = page->messages[k].uid == 0;
            if (!unknown && first != 0)
                return first;
            first = unknown && first == 0 ? number : first;
            *run += unknown;
        }
        if (page->messages != NULL)
            continue;
        first = first == 0 ? number : first;
        *run += page->count;
        number += page->count;
    }
    return first;
}

/* ---- pages ---- */

/* An empty page before that one; NULL: no memory. */
static struct iw_message_page *add_page(struct iw_messages *messages, size_t at)
{
    if (messages->page_count == messages->page_capacity) {
        size_t capacity = messages->page_capacity == 0 ? 8 : messages->page_capacity * 2;
        struct iw_message_page *pages =
            iw_alloc_resize(messages->alloc, messages->pages, capacity * sizeof *pages);
        if (pages == NULL)
            return NULL;
        messages->pages = pages;
        messages->page_capacity = capacity;
    }
    struct iw_message_page *page = &messages->pages[at];
    memmove(page + 1, page, (messages->page_count - at) * sizeof *page);
    *page = (struct iw_message_page){.count = 0};
    messages->page_count++;
    return page;
}

static void drop_page(struct iw_messages *messages, size_t at)
{
    struct iw_message_page *page = &messages->pages[at];
    messages->room -= page->room;
    iw_alloc_free(messages->alloc, page->messages);
    messages->page_count--;
    memmove(page, page + 1, (messages->page_count - at) * sizeof *page);
}

/* Room for so many in all, a multiple of STEP. */
static bool make_room(struct iw_messages *messages, struct iw_message_page *page, uint32_t count)
{
    uint32_t room = (count + STEP - 1) / STEP * STEP;
    if (room <= page->room)
        return true;
    if (room - page->room > messages->room_max - messages->room)
        return false;
    struct iw_message *grown =
        iw_alloc_resize(messages->alloc, page->messages, room * sizeof *grown);
    if (grown == NULL)
        return false;
    messages->room += room - page->room;
    page->messages = grown;
    page->room = room;
    return true;
}

/* uids, first_uid and last_uid anew. */
static void count_uids(struct iw_message_page *page)
{
    page->uids = page->first_uid = page->last_uid = 0;
    for (uint32_t i = 0; i < page->count; i++) {
        uint32_t uid = page->messages[i].uid;
        if (uid == 0)
            continue;
        page->first_uid = page->uids++ == 0 ? uid : page->first_uid;
        page->last_uid = uid;
    }
}

/* ---- giving memory ---- */

/* Cuts a page that has no memory in two before index, which is inside. False: no memory. */
static bool cut_blank(struct iw_messages *messages, size_t at, uint32_t index)
{
    struct iw_message_page *before = add_page(messages, at);
    if (before == NULL)
        return false;
    before->count = index;
    before[1].count -= index;
    return true;
}

/* The first messages of a page without memory go to the end of the one before it, which has some
 * and has place for them. False: no memory. */
static bool move_to_previous(struct iw_messages *messages, size_t at, uint32_t count)
{
    struct iw_message_page *previous = &messages->pages[at - 1];
    if (!make_room(messages, previous, previous->count + count))
        return false;
    memset(previous->messages + previous->count, 0, count * sizeof *previous->messages);
    previous->count += count;
    messages->pages[at].count -= count;
    if (messages->pages[at].count == 0)
        drop_page(messages, at);
    return true;
}

/* STEP messages around index, or the page's last ones, get memory. False: there is none. */
static bool give_memory(struct iw_messages *messages, struct place place)
{
    size_t at = place.page;
    uint32_t begin = place.index / STEP * STEP;
    uint32_t left = messages->pages[at].count - begin;
    uint32_t count = left < STEP ? left : STEP;
    struct iw_message_page *previous = at > 0 && begin == 0 ? &messages->pages[at - 1] : NULL;
    if (previous != NULL && previous->messages != NULL && previous->count + count <= PAGE_MAX)
        return move_to_previous(messages, at, count);
    if (begin > 0 && !cut_blank(messages, at++, begin))
        return false;
    if (count < left && !cut_blank(messages, at, count))
        return false;
    struct iw_message_page *page = &messages->pages[at];
    if (!make_room(messages, page, count))
        return false;
    memset(page->messages, 0, count * sizeof *page->messages);
    return true;
}

/* Of a number from 1 to count; its page has memory. False: there is none. */
static bool open_place(struct iw_messages *messages, uint32_t number, struct place *place)
{
    *place = find(messages, number);
    if (messages->pages[place->page].messages != NULL)
        return true;
    if (!give_memory(messages, *place))
        return false;
    *place = find(messages, number);
    return true;
}

struct iw_message *iw_messages_change(struct iw_messages *messages, uint32_t number)
{
    struct place place;
    if (number == 0 || number > messages->count || !open_place(messages, number, &place))
        return NULL;
    return &messages->pages[place.page].messages[place.index];
}

/* Between the known ones before and behind it. */
static bool fits(const struct iw_messages *messages, struct place place, uint32_t uid)
{
    for (size_t i = 0; i < messages->page_count; i++) {
        const struct iw_message_page *page = &messages->pages[i];
        if (page->uids == 0)
            continue;
        if (i < place.page ? page->last_uid >= uid : i > place.page && page->first_uid <= uid)
            return false;
    }
    const struct iw_message_page *page = &messages->pages[place.page];
    for (uint32_t i = 0; page->uids > 0 && i < page->count; i++) {
        uint32_t other = page->messages[i].uid;
        if (other != 0 && (i < place.index ? other >= uid : other <= uid))
            return false;
    }
    return true;
}

enum iw_messages_placing iw_messages_set_uid(struct iw_messages *messages, uint32_t number,
                                             uint32_t uid)
{
    struct place place;
    uint32_t there = iw_messages_at(messages, number)->uid;
    if (there == uid)
        return IW_MESSAGES_PLACED;
    if (there != 0 || uid == 0 || !fits(messages, find(messages, number), uid))
        return IW_MESSAGES_MISPLACED;
    if (!open_place(messages, number, &place))
        return IW_MESSAGES_NO_ROOM;
    struct iw_message_page *page = &messages->pages[place.page];
    page->messages[place.index].uid = uid;
    page->first_uid = page->uids == 0 || uid < page->first_uid ? uid : page->first_uid;
    page->last_uid = uid > page->last_uid ? uid : page->last_uid;
    page->uids++;
    messages->uids++;
    return IW_MESSAGES_PLACED;
}

/* ---- coming and going ---- */

bool iw_messages_add(struct iw_messages *messages, uint32_t count)
{
    if (count > UINT32_MAX - messages->count)
        return false;
    if (count == 0)
        return true;
    size_t last = messages->page_count;
    bool open = last > 0 && messages->pages[last - 1].messages == NULL;
    struct iw_message_page *page = open ? &messages->pages[last - 1] : add_page(messages, last);
    if (page == NULL)
        return false;
    page->count += count;
    messages->count += count;
    return true;
}

/* The latter half of a full page becomes a page of its own. False: no memory. */
static bool halve(struct iw_messages *messages, size_t at)
{
    enum { HALF = PAGE_MAX / 2 };
    if (add_page(messages, at + 1) == NULL)
        return false;
    struct iw_message_page *page = &messages->pages[at];
    if (!make_room(messages, page + 1, HALF)) {
        drop_page(messages, at + 1);
        return false;
    }
    page[1].count = page->count - HALF;
    page->count = HALF;
    memcpy(page[1].messages, page->messages + HALF, page[1].count * sizeof *page->messages);
    count_uids(page);
    count_uids(page + 1);
    return true;
}

bool iw_messages_insert(struct iw_messages *messages, uint32_t number)
{
    struct place place;
    if (number > messages->count)
        return iw_messages_add(messages, 1);
    if (messages->count == UINT32_MAX || !open_place(messages, number, &place))
        return false;
    if (messages->pages[place.page].count == PAGE_MAX) {
        if (!halve(messages, place.page))
            return false;
        place = find(messages, number);
    }
    struct iw_message_page *page = &messages->pages[place.page];
    if (!make_room(messages, page, page->count + 1))
        return false;
    struct iw_message *message = &page->messages[place.index];
    memmove(message + 1, message, (page->count - place.index) * sizeof *message);
    *message = blank;
    page->count++;
    messages->count++;
    return true;
}

void iw_messages_remove(struct iw_messages *messages, uint32_t number, uint32_t count)
{
    while (count > 0) {
        struct place place = find(messages, number);
        struct iw_message_page *page = &messages->pages[place.page];
        uint32_t gone = page->count - place.index;
        uint32_t uids = page->uids;
        gone = gone < count ? gone : count;
        page->count -= gone;
        if (page->messages != NULL) {
            struct iw_message *message = &page->messages[place.index];
            memmove(message, message + gone, (page->count - place.index) * sizeof *message);
            count_uids(page);
        }
        messages->uids -= uids - page->uids;
        messages->count -= gone;
        count -= gone;
        if (page->count == 0)
            drop_page(messages, place.page);
    }
}

void iw_messages_forget(struct iw_messages *messages, uint32_t number, uint32_t count)
{
    while (count > 0) {
        struct place place = find(messages, number);
        struct iw_message_page *page = &messages->pages[place.page];
        uint32_t some = page->count - place.index;
        uint32_t uids = page->uids;
        some = some < count ? some : count;
        if (page->messages != NULL) {
            memset(&page->messages[place.index], 0, some * sizeof *page->messages);
            count_uids(page);
        }
        messages->uids -= uids - page->uids;
        number += some;
        count -= some;
    }
}
