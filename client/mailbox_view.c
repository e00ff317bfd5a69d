/* SPDX-License-Identifier: MIT */
#include "client/mailbox_view.h"

#include <stdio.h>

enum { KEYWORD_MAX = 1000 /* octets of one that is noted */ };

struct iw_mailbox_view {
    const struct iw_alloc *alloc;
    struct iw_messages messages;
    struct iw_mailbox_facts facts;
    struct iw_view_watcher watcher;
    struct iw_buf keywords[IW_VIEW_KEYWORDS];
    unsigned keyword_count;
    uint64_t seen_modseq; /* the largest of a message since the last tagged response … */
    bool modseq_said;     /* … and whether a code has said HIGHESTMODSEQ since then */
    bool loose, doubtful;
};

/* ---- life ---- */

struct iw_mailbox_view *iw_mailbox_view_new(const struct iw_alloc *alloc, size_t room_max)
{
    struct iw_mailbox_view *view = iw_alloc_resize(alloc, NULL, sizeof *view);
    if (view == NULL)
        return NULL;
    *view = (struct iw_mailbox_view){.alloc = alloc};
    iw_messages_init(&view->messages, alloc, room_max);
    for (unsigned i = 0; i < IW_VIEW_KEYWORDS; i++)
        iw_buf_init(&view->keywords[i], alloc, KEYWORD_MAX);
    return view;
}

void iw_mailbox_view_free(struct iw_mailbox_view *view)
{
    if (view == NULL)
        return;
    iw_messages_release(&view->messages);
    for (unsigned i = 0; i < IW_VIEW_KEYWORDS; i++)
        iw_buf_release(&view->keywords[i]);
    iw_alloc_free(view->alloc, view);
}

void iw_mailbox_view_watch(struct iw_mailbox_view *view, const struct iw_view_watcher *watcher)
{
    view->watcher = *watcher;
}

/* Keywords keep their bits: those that the watcher or the caller stores stay what they were. */
void iw_mailbox_view_clear(struct iw_mailbox_view *view)
{
    iw_messages_release(&view->messages);
    view->facts = (struct iw_mailbox_facts){.exists = 0};
    view->seen_modseq = 0;
    view->modseq_said = view->loose = view->doubtful = false;
}

void iw_mailbox_view_loosen(struct iw_mailbox_view *view)
{
    uint32_t run;
    for (uint32_t first; (first = iw_messages_first_unknown(&view->messages, &run)) != 0;)
        iw_messages_remove(&view->messages, first, run);
    view->loose = true;
    view->facts.exists = 0;
    view->facts.no_modseq = false;
}

/* All behind the first count. */
static void truncate_to(struct iw_mailbox_view *view, uint32_t count)
{
    struct iw_messages *messages = &view->messages;
    if (messages->count > count)
        iw_messages_remove(messages, count + 1, messages->count - count);
}

static enum iw_result doubt(struct iw_mailbox_view *view, struct iw_error *error, const char *why)
{
    view->doubtful = true;
    return iw_failf(error, IW_SYNTAX, "%s", why);
}

static enum iw_result lack(struct iw_mailbox_view *view, struct iw_error *error)
{
    view->doubtful = true;
    return iw_failf(error, IW_LIMIT, "no room for a message");
}

void iw_mailbox_view_tighten(struct iw_mailbox_view *view)
{
    struct iw_messages *messages = &view->messages;
    if (!view->loose)
        return;
    view->loose = false;
    if (messages->count > view->facts.exists)
        doubt(view, NULL, "");
    truncate_to(view, view->facts.exists);
    if (!iw_messages_add(messages, view->facts.exists - messages->count))
        lack(view, NULL);
}

void iw_mailbox_view_forget(struct iw_mailbox_view *view, bool loose)
{
    truncate_to(view, 0);
    view->loose = view->doubtful = false;
    if (loose)
        view->loose = true;
    else if (!iw_messages_add(&view->messages, view->facts.exists))
        lack(view, NULL);
}

void iw_mailbox_view_set_facts(struct iw_mailbox_view *view, const struct iw_mailbox_facts *facts)
{
    view->facts = *facts;
}

bool iw_mailbox_view_add(struct iw_mailbox_view *view, const struct iw_message *message)
{
    struct iw_messages *messages = &view->messages;
    uint32_t number = messages->count + 1;
    if (message->uid == 0 || iw_messages_from_uid(messages, message->uid) != number)
        return false;
    if (!iw_messages_add(messages, 1))
        return false;
    struct iw_message *added = iw_messages_change(messages, number);
    if (added == NULL) {
        truncate_to(view, number - 1);
        return false;
    }
    *added = *message;
    added->uid = 0;
    return iw_messages_set_uid(messages, number, message->uid) == IW_MESSAGES_PLACED;
}

/* ---- what is known ---- */

const struct iw_mailbox_facts *iw_mailbox_view_facts(const struct iw_mailbox_view *view)
{
    return &view->facts;
}

bool iw_mailbox_view_is_doubtful(const struct iw_mailbox_view *view)
{
    return view->doubtful;
}

uint32_t iw_mailbox_view_count(const struct iw_mailbox_view *view)
{
    return view->messages.count;
}

const struct iw_message *iw_mailbox_view_at(const struct iw_mailbox_view *view, uint32_t number)
{
    return iw_messages_at(&view->messages, number);
}

uint32_t iw_mailbox_view_number(const struct iw_mailbox_view *view, uint32_t uid)
{
    if (uid == 0)
        return 0;
    uint32_t number = iw_messages_from_uid(&view->messages, uid);
    const struct iw_message *message = iw_messages_at(&view->messages, number);
    return message != NULL && message->uid == uid ? number : 0;
}

uint32_t iw_mailbox_view_unknown(const struct iw_mailbox_view *view)
{
    uint32_t all = view->loose ? view->facts.exists : view->messages.count;
    return all > view->messages.uids ? all - view->messages.uids : 0;
}

struct iw_span iw_mailbox_view_keyword(const struct iw_mailbox_view *view, unsigned bit)
{
    return bit < view->keyword_count ? iw_buf_span(&view->keywords[bit]) : iw_span(NULL, 0);
}

static void write_range(struct iw_buf *out, uint32_t first, uint32_t last)
{
    if (first == 0)
        return;
    if (out->length > 0)
        iw_buf_add_char(out, ',');
    iw_buf_add_number(out, first);
    if (last > first)
        iw_buf_addf(out, ":%u", last);
}

void iw_mailbox_view_write_uids(const struct iw_mailbox_view *view, struct iw_buf *out)
{
    uint32_t first = 0, last = 0;
    for (uint32_t number = 1; number <= view->messages.count; number++) {
        uint32_t uid = iw_messages_at(&view->messages, number)->uid;
        bool follows = last != 0 && uid == last + 1;
        if (!follows && uid != 0) {
            write_range(out, first, last);
            first = uid;
        }
        last = uid == 0 ? last : uid;
    }
    write_range(out, first, last);
}

/* ---- messages that go ---- */

static void remove_message(struct iw_mailbox_view *view, uint32_t number)
{
    const struct iw_view_watcher *watcher = &view->watcher;
    const struct iw_message *message = iw_messages_at(&view->messages, number);
    if (watcher->gone != NULL && message->uid != 0)
        watcher->gone(watcher->context, view->loose ? 0 : number, message);
    iw_messages_remove(&view->messages, number, 1);
    if (view->facts.exists > 0 && !view->loose)
        view->facts.exists--;
}

static enum iw_result take_expunge(struct iw_mailbox_view *view, uint32_t number,
                                   struct iw_error *error)
{
    if (view->loose || number == 0 || number > view->messages.count)
        return doubt(view, error, "EXPUNGE of a message that does not exist");
    remove_message(view, number);
    return IW_OK;
}

/* The known ones of a range; how many they were. */
static uint64_t remove_range(struct iw_mailbox_view *view, struct iw_range range)
{
    uint64_t removed = 0;
    for (;;) {
        uint32_t number = iw_messages_from_uid(&view->messages, range.first);
        const struct iw_message *message = iw_messages_at(&view->messages, number);
        if (message == NULL || message->uid > range.last)
            return removed;
        remove_message(view, number);
        removed++;
    }
}

void iw_mailbox_view_retain(struct iw_mailbox_view *view, const struct iw_set *uids)
{
    size_t left = uids->count;
    for (uint32_t number = view->messages.count; number > 0; number--) {
        uint32_t uid = iw_messages_at(&view->messages, number)->uid;
        while (left > 0 && uids->ranges[left - 1].first > uid)
            left--;
        if (left == 0 || uids->ranges[left - 1].last < uid)
            remove_message(view, number);
    }
}

/* So many messages have gone whose UIDs were not known here. Where all unknown ones follow each
 * other it does not matter which they were, once nothing is known of those that are left. */
static enum iw_result remove_unknown(struct iw_mailbox_view *view, uint64_t count,
                                     struct iw_error *error)
{
    struct iw_messages *messages = &view->messages;
    uint32_t run, first = iw_messages_first_unknown(messages, &run);
    bool one_run = run == iw_mailbox_view_unknown(view);
    if (count > 0 && first != 0 && one_run)
        iw_messages_forget(messages, first, run);
    bool certain = count == 0 || first == 0 || one_run;
    while (count > 0 && first != 0) {
        uint32_t gone = count < run ? (uint32_t)count : run;
        iw_messages_remove(messages, first, gone);
        view->facts.exists = messages->count;
        count -= gone;
        first = iw_messages_first_unknown(messages, &run);
    }
    return certain ? IW_OK : doubt(view, error, "VANISHED of messages whose UIDs were not known");
}

/* RFC 7162 §3.2.10: without EARLIER each UID was that of a message, and the count falls. */
static enum iw_result take_vanished(struct iw_mailbox_view *view,
                                    const struct iw_vanished *vanished, struct iw_error *error)
{
    uint64_t unknown = 0, removed = 0;
    if (vanished->earlier && !view->loose)
        return IW_OK;
    for (size_t i = 0; i < vanished->uids.count; i++) {
        struct iw_range range = vanished->uids.ranges[i];
        if (range.first > range.last)
            range = (struct iw_range){range.last, range.first};
        uint64_t known = remove_range(view, range);
        removed += known;
        unknown += (uint64_t)range.last - range.first + 1 - known;
    }
    if (vanished->earlier)
        return IW_OK;
    if (!view->loose)
        return remove_unknown(view, unknown, error);
    uint64_t gone = removed + unknown;
    view->facts.exists = gone > view->facts.exists ? 0 : view->facts.exists - (uint32_t)gone;
    return IW_OK;
}

/* ---- messages that come ---- */

static enum iw_result take_exists(struct iw_mailbox_view *view, uint32_t exists,
                                  struct iw_error *error)
{
    struct iw_messages *messages = &view->messages;
    view->facts.exists = exists;
    if (view->loose)
        return IW_OK;
    if (exists < messages->count) {
        truncate_to(view, exists);
        return doubt(view, error, "EXISTS has fallen without EXPUNGE");
    }
    return iw_messages_add(messages, exists - messages->count) ? IW_OK : lack(view, error);
}

/* ---- what is said of a message ---- */

/* Its bit; 0: there is none left for it. */
static uint64_t keyword_bit(struct iw_mailbox_view *view, struct iw_span name)
{
    for (unsigned i = 0; i < view->keyword_count; i++)
        if (iw_span_equal_nocase(iw_buf_span(&view->keywords[i]), name))
            return (uint64_t)1 << i;
    if (view->keyword_count == IW_VIEW_KEYWORDS)
        return 0;
    struct iw_buf *keyword = &view->keywords[view->keyword_count];
    iw_buf_add(keyword, name);
    if (!keyword->failed)
        return (uint64_t)1 << view->keyword_count++;
    iw_buf_clear(keyword);
    return 0;
}

static void take_flags(struct iw_mailbox_view *view, const struct iw_flags *flags,
                       struct iw_message *message)
{
    message->flags = flags->bits;
    message->keywords = 0;
    message->flags_known = true;
    for (size_t i = 0; i < flags->count; i++) {
        if (flags->names[i].length > 0 && flags->names[i].data[0] == '\\')
            continue;
        uint64_t bit = keyword_bit(view, flags->names[i]);
        message->keywords |= bit;
        message->flags_known = message->flags_known && bit != 0;
    }
}

static enum iw_result take_items(struct iw_mailbox_view *view, uint32_t number,
                                 const struct iw_fetch *fetch, struct iw_error *error)
{
    const struct iw_fetch_item *flags = iw_fetch_find(fetch, IW_FETCH_FLAGS);
    const struct iw_fetch_item *modseq = iw_fetch_find(fetch, IW_FETCH_MODSEQ);
    if (flags == NULL && modseq == NULL)
        return IW_OK;
    struct iw_message *message = iw_messages_change(&view->messages, number);
    if (message == NULL)
        return lack(view, error);
    if (flags != NULL)
        take_flags(view, &flags->flags, message);
    if (modseq != NULL)
        message->modseq = modseq->number;
    if (modseq != NULL && modseq->number > view->seen_modseq)
        view->seen_modseq = modseq->number;
    if (view->watcher.changed != NULL)
        view->watcher.changed(view->watcher.context, view->loose ? 0 : number, message);
    return IW_OK;
}

static enum iw_result place_uid(struct iw_mailbox_view *view, uint32_t number, uint32_t uid,
                                struct iw_error *error)
{
    switch (iw_messages_set_uid(&view->messages, number, uid)) {
    case IW_MESSAGES_PLACED:
        return IW_OK;
    case IW_MESSAGES_NO_ROOM:
        return lack(view, error);
    case IW_MESSAGES_MISPLACED:
        break;
    }
    return doubt(view, error, "a UID that does not fit to those of other messages");
}

/* Of a loose view: the message is found, or made, by its UID. */
static enum iw_result take_by_uid(struct iw_mailbox_view *view, uint32_t uid,
                                  const struct iw_fetch *fetch, struct iw_error *error)
{
    if (uid == 0)
        return IW_OK;
    uint32_t number = iw_mailbox_view_number(view, uid);
    if (number == 0) {
        number = iw_messages_from_uid(&view->messages, uid);
        if (!iw_messages_insert(&view->messages, number))
            return lack(view, error);
        enum iw_result result = place_uid(view, number, uid, error);
        if (result != IW_OK) {
            iw_messages_remove(&view->messages, number, 1);
            return result;
        }
    }
    return take_items(view, number, fetch, error);
}

static enum iw_result take_fetch(struct iw_mailbox_view *view, const struct iw_response *response,
                                 struct iw_error *error)
{
    const struct iw_fetch_item *item = iw_fetch_find(&response->fetch, IW_FETCH_UID);
    uint32_t uid = item == NULL ? 0 : (uint32_t)item->number;
    if (response->kind == IW_RESPONSE_UIDFETCH)
        uid = response->number;
    if (view->loose)
        return take_by_uid(view, uid, &response->fetch, error);
    uint32_t number = response->number;
    if (response->kind == IW_RESPONSE_UIDFETCH)
        number = iw_mailbox_view_number(view, uid);
    if (number == 0 || number > view->messages.count)
        return doubt(view, error, "FETCH of a message that does not exist");
    enum iw_result result = uid == 0 ? IW_OK : place_uid(view, number, uid, error);
    return result == IW_OK ? take_items(view, number, &response->fetch, error) : result;
}

/* ---- what is said of the mailbox ---- */

/* Another one: nothing that was known before holds. */
static void take_uidvalidity(struct iw_mailbox_view *view, uint32_t uidvalidity)
{
    struct iw_mailbox_facts *facts = &view->facts;
    bool other = facts->uidvalidity != 0 && facts->uidvalidity != uidvalidity;
    while (other && view->loose && view->messages.count > 0)
        remove_message(view, view->messages.count);
    if (other)
        facts->highest_modseq = 0;
    facts->uidvalidity = uidvalidity;
}

static void take_code(struct iw_mailbox_view *view, const struct iw_code *code)
{
    struct iw_mailbox_facts *facts = &view->facts;
    if (iw_code_is(code, "UIDVALIDITY")) {
        take_uidvalidity(view, (uint32_t)code->number);
    } else if (iw_code_is(code, "UIDNEXT")) {
        facts->uidnext = (uint32_t)code->number;
    } else if (iw_code_is(code, "NOMODSEQ")) {
        facts->no_modseq = true;
    } else if (iw_code_is(code, "HIGHESTMODSEQ")) {
        facts->highest_modseq = code->number;
        view->modseq_said = true;
    }
}

/* The end of a command (RFC 7162 §6). */
static void settle_modseq(struct iw_mailbox_view *view)
{
    if (!view->modseq_said && view->seen_modseq > view->facts.highest_modseq)
        view->facts.highest_modseq = view->seen_modseq;
    view->modseq_said = false;
    view->seen_modseq = 0;
}

enum iw_result iw_mailbox_view_take(struct iw_mailbox_view *view,
                                    const struct iw_response *response, struct iw_error *error)
{
    switch (response->kind) {
    case IW_RESPONSE_EXISTS:
        return take_exists(view, response->number, error);
    case IW_RESPONSE_RECENT:
        view->facts.recent = response->number;
        return IW_OK;
    case IW_RESPONSE_EXPUNGE:
        return take_expunge(view, response->number, error);
    case IW_RESPONSE_VANISHED:
        return take_vanished(view, &response->vanished, error);
    case IW_RESPONSE_FETCH:
    case IW_RESPONSE_UIDFETCH:
        return take_fetch(view, response, error);
    case IW_RESPONSE_STATE:
        take_code(view, &response->text.code);
        return IW_OK;
    case IW_RESPONSE_TAGGED:
        take_code(view, &response->text.code);
        settle_modseq(view);
        return IW_OK;
    default:
        return IW_OK;
    }
}

/* ---- what a search has found ---- */

static bool take_numbers(const struct iw_search *search, struct iw_arena *arena, struct iw_set *set)
{
    struct iw_range *ranges = iw_arena_array(arena, search->count, sizeof *ranges);
    if (ranges == NULL)
        return false;
    for (size_t i = 0; i < search->count; i++)
        ranges[i] = (struct iw_range){search->numbers[i], search->numbers[i]};
    *set = (struct iw_set){.ranges = ranges, .count = search->count};
    return true;
}

bool iw_search_as_set(const struct iw_response *response, struct iw_arena *arena,
                      struct iw_set *set)
{
    if (response->kind == IW_RESPONSE_SEARCH && !take_numbers(&response->search, arena, set))
        return false;
    if (response->kind == IW_RESPONSE_ESEARCH)
        for (size_t i = 0; i < response->esearch.count; i++)
            if (response->esearch.items[i].kind == IW_ESEARCH_ALL)
                *set = response->esearch.items[i].set;
    return iw_set_normalize(set, 0, arena);
}
