/* SPDX-License-Identifier: MIT */
#include "script/selection.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ITEM_OCTETS_MAX = 1 << 24, FIRST_CAPACITY = 64 };

void iw_selection_init(struct iw_selection *selection, const struct iw_alloc *alloc)
{
    *selection = (struct iw_selection){.alloc = alloc};
}

void iw_selection_release(struct iw_selection *selection)
{
    iw_alloc_free(selection->alloc, selection->messages);
}

static const char *wrong(struct iw_selection *selection, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static const char *wrong(struct iw_selection *selection, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(selection->text, sizeof selection->text, format, arguments);
    va_end(arguments);
    return selection->text;
}

/* ---- how many ---- */

static bool make_room(struct iw_selection *selection, size_t count)
{
    size_t capacity = selection->capacity > 0 ? selection->capacity : FIRST_CAPACITY;
    if (count > IW_SELECTION_MESSAGES_MAX)
        return false;
    while (capacity < count)
        capacity *= 2;
    if (capacity == selection->capacity)
        return true;
    struct iw_selected_message *messages =
        iw_alloc_resize(selection->alloc, selection->messages, capacity * sizeof *messages);
    if (messages == NULL)
        return false;
    selection->messages = messages;
    selection->capacity = capacity;
    return true;
}

static void set_count(struct iw_selection *selection, size_t count)
{
    if (!selection->uncounted && !make_room(selection, count))
        selection->uncounted = true;
    if (!selection->uncounted && count > selection->count)
        memset(&selection->messages[selection->count], 0,
               (count - selection->count) * sizeof *selection->messages);
    selection->count = count;
}

void iw_selection_begin(struct iw_selection *selection, uint32_t count, uint32_t uid_next)
{
    selection->count = 0;
    selection->uncounted = false;
    set_count(selection, count);
    selection->uid_next = uid_next;
    selection->before_next = count;
}

const char *iw_selection_exists(struct iw_selection *selection, uint32_t count)
{
    const size_t before = selection->count;
    set_count(selection, count);
    if (count < before)
        return wrong(selection, "EXISTS fell from %zu to %" PRIu32, before, count);
    return NULL;
}

/* ---- messages that go ---- */

static void take_out(struct iw_selection *selection, size_t index)
{
    selection->count--;
    if (index < selection->before_next)
        selection->before_next--;
    if (!selection->uncounted)
        memmove(&selection->messages[index], &selection->messages[index + 1],
                (selection->count - index) * sizeof *selection->messages);
}

const char *iw_selection_expunge(struct iw_selection *selection, uint32_t number)
{
    const char *problem = iw_selection_number(selection, number);
    if (problem == NULL)
        take_out(selection, number - 1);
    return problem;
}

/* The message with that UID, else one whose UID is not known and may be that. */
static size_t find_uid(const struct iw_selection *selection, uint64_t uid)
{
    size_t unknown = selection->count;
    for (size_t i = 0; i < selection->count; i++) {
        if (selection->messages[i].uid == uid)
            return i;
        if (selection->messages[i].uid > uid)
            break;
        unknown = selection->messages[i].uid == 0 ? i : selection->count;
    }
    return unknown;
}

const char *iw_selection_vanished(struct iw_selection *selection, const struct iw_set *uids)
{
    if (selection->uncounted)
        return NULL;
    for (size_t i = 0; i < uids->count; i++) {
        const struct iw_range range = uids->ranges[i];
        for (uint64_t uid = range.first; uid <= range.last; uid++) {
            const size_t index = find_uid(selection, uid);
            if (index >= selection->count)
                return wrong(selection, "VANISHED names UID %" PRIu64 ", which no message has",
                             uid);
            take_out(selection, index);
        }
    }
    return NULL;
}

/* ---- what is told of one ---- */

const char *iw_selection_number(struct iw_selection *selection, uint32_t number)
{
    if (number >= 1 && number <= selection->count)
        return NULL;
    return wrong(selection, "message %" PRIu32 " of %zu", number, selection->count);
}

/* NULL: there is none, or nothing is kept. */
static struct iw_selected_message *message_of(struct iw_selection *selection, uint32_t number)
{
    const bool kept = !selection->uncounted && number >= 1 && number <= selection->count;
    return kept ? &selection->messages[number - 1] : NULL;
}

/* Of the nearest neighbours whose UIDs are known, below and above: whether uid stands between. */
static bool ascends(const struct iw_selection *selection, size_t index, uint64_t uid)
{
    const struct iw_selected_message *messages = selection->messages;
    size_t below = index, above = index + 1;
    while (below > 0 && messages[below - 1].uid == 0)
        below--;
    while (above < selection->count && messages[above].uid == 0)
        above++;
    return (below == 0 || messages[below - 1].uid < uid) &&
           (above == selection->count || messages[above].uid > uid);
}

const char *iw_selection_uid(struct iw_selection *selection, uint32_t number, uint64_t uid)
{
    struct iw_selected_message *message = message_of(selection, number);
    if (message == NULL)
        return NULL;
    const uint32_t before = message->uid;
    const bool in_order = ascends(selection, number - 1, uid);
    message->uid = (uint32_t)uid;
    if (before != 0 && before != uid)
        return wrong(selection, "message %" PRIu32 " had UID %" PRIu32 " and now has %" PRIu64,
                     number, before, uid);
    if (!in_order)
        return wrong(selection, "message %" PRIu32 " has UID %" PRIu64 ", out of order", number,
                     uid);
    return NULL;
}

const char *iw_selection_uid_next(struct iw_selection *selection, uint32_t number, uint64_t uid)
{
    const bool was_there = number <= selection->before_next;
    if (selection->uid_next == 0 || was_there == (uid < selection->uid_next))
        return NULL;
    return wrong(selection, "UIDNEXT was %" PRIu32 ", and UID %" PRIu64 " is of a message that %s",
                 selection->uid_next, uid, was_there ? "was there" : "came later");
}

const char *iw_selection_modseq(struct iw_selection *selection, uint32_t number, uint64_t modseq)
{
    struct iw_selected_message *message = message_of(selection, number);
    if (message == NULL)
        return NULL;
    const uint64_t before = message->modseq;
    message->modseq = modseq;
    if (modseq < before)
        return wrong(selection, "MODSEQ of message %" PRIu32 " fell from %" PRIu64 " to %" PRIu64,
                     number, before, modseq);
    return NULL;
}

/* ---- what never changes ---- */

static int static_of(const struct iw_fetch_item *item)
{
    switch (item->kind) {
    case IW_FETCH_INTERNALDATE:
        return IW_STATIC_INTERNALDATE;
    case IW_FETCH_SIZE:
        return IW_STATIC_SIZE;
    case IW_FETCH_ENVELOPE:
        return IW_STATIC_ENVELOPE;
    case IW_FETCH_BODYSTRUCTURE:
        return iw_span_equal_nocase(item->name, IW_SPAN("BODYSTRUCTURE")) ? IW_STATIC_BODYSTRUCTURE
                                                                          : -1;
    case IW_FETCH_SECTION:
        return item->has_section && !item->has_origin && item->kept &&
                       iw_section_is(&item->section, IW_SPAN(""))
                   ? IW_STATIC_BODY
                   : -1;
    case IW_FETCH_ID:
        return iw_span_equal_nocase(item->name, IW_SPAN("EMAILID")) ? IW_STATIC_EMAILID
                                                                    : IW_STATIC_THREADID;
    default:
        return -1;
    }
}

/* FNV-1a of the item as our writer writes it; never 0. */
static uint64_t print_of(const struct iw_fetch_item *item)
{
    struct iw_fetch_item copy = *item;
    const struct iw_fetch fetch = {.items = &copy, .count = 1};
    struct iw_buf text;
    iw_buf_init(&text, NULL, ITEM_OCTETS_MAX);
    iw_write_fetch(&text, &fetch);
    uint64_t print = UINT64_C(14695981039346656037);
    const struct iw_span octets = iw_buf_span(&text);
    for (size_t i = 0; i < octets.length; i++)
        print = (print ^ (unsigned char)octets.data[i]) * UINT64_C(1099511628211);
    const bool whole = !text.failed;
    iw_buf_release(&text);
    return whole ? print | 1 : 0;
}

const char *iw_selection_static(struct iw_selection *selection, uint32_t number,
                                const struct iw_fetch_item *item)
{
    struct iw_selected_message *message = message_of(selection, number);
    const int which = static_of(item);
    if (message == NULL || which < 0)
        return NULL;
    const uint64_t print = print_of(item), before = message->prints[which];
    if (print == 0)
        return NULL;
    message->prints[which] = print;
    if (before == 0 || before == print)
        return NULL;
    return wrong(selection, "%.*s of message %" PRIu32 " is another than before",
                 (int)item->name.length, item->name.data, number);
}
