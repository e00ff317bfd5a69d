/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/view.h"

#include "parser/response.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- entries ---- */

static bool add_entry(struct iw_view *view, const struct iw_message *message)
{
    if (!iw_store_grow(view->mailbox->store, (void **)&view->entries, view->count, &view->capacity,
                       sizeof *view->entries))
        return false;
    bool recent = message->uid >= view->mailbox->recent_uid;
    view->entries[view->count++] = (struct iw_view_entry){
        .flags = message->flags, .modseq = message->modseq, .uid = message->uid, .recent = recent};
    view->recent += recent;
    return true;
}

/* Takes in what has come to the mailbox; no more than max, unless that is 0. A session that may
 * change the mailbox takes \Recent away from all that come later (RFC 3501 §2.3.2). False: no
 * memory for some of it. */
static bool extend(struct iw_view *view, size_t max)
{
    struct iw_mailbox *mailbox = view->mailbox;
    size_t at = iw_mailbox_place(mailbox, view->uidnext), begin = at;
    for (; at < mailbox->count; at++) {
        if (max > 0 && at - begin == max)
            return true;
        if (!add_entry(view, &mailbox->messages[at]))
            return false;
        view->uidnext = mailbox->messages[at].uid + 1;
    }
    view->uidnext = mailbox->uidnext;
    if (!view->read_only)
        mailbox->recent_uid = mailbox->uidnext;
    return true;
}

bool iw_view_open(struct iw_view *view, struct iw_mailbox *mailbox, bool read_only, unsigned rights)
{
    *view = (struct iw_view){.mailbox = mailbox,
                             .read_only = read_only,
                             .rights = rights,
                             .uidnext = 1,
                             .flags_modseq = mailbox->flags_modseq,
                             .flag_changes = mailbox->flag_changes,
                             .expunged = mailbox->expunged_count,
                             .keywords = mailbox->keyword_count,
                             .annotations = mailbox->annotations.change};
    iw_mailbox_enter(mailbox);
    if (extend(view, 0))
        return true;
    iw_view_close(view);
    return false;
}

void iw_view_close(struct iw_view *view)
{
    if (view->mailbox == NULL)
        return;
    iw_store_give_back(view->mailbox->store, view->entries, view->capacity * sizeof *view->entries);
    iw_mailbox_leave(view->mailbox);
    *view = (struct iw_view){0};
}

size_t iw_view_place(const struct iw_view *view, uint32_t uid)
{
    size_t low = 0, high = view->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (view->entries[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct iw_message *iw_view_message(const struct iw_view *view, size_t index)
{
    assert(index < view->count);
    return iw_mailbox_message(view->mailbox, view->entries[index].uid);
}

/* ---- flags ---- */

static void write_flags(const struct iw_view *view, uint64_t flags, bool any, struct iw_buf *out)
{
    struct iw_span names[IW_FLAG_NAMES_MAX + 1];
    struct iw_flags list = iw_mailbox_flag_names(view->mailbox, flags, false, names);
    if (any)
        names[list.count++] = IW_SPAN("\\*");
    iw_write_flags(out, &list);
}

void iw_view_write_flags(const struct iw_view *view, struct iw_buf *out)
{
    iw_buf_add_string(out, "* FLAGS ");
    write_flags(view, UINT64_MAX, false, out);
    iw_buf_add_string(out, "\r\n");
}

void iw_view_write_permanent_flags(const struct iw_view *view, struct iw_buf *out)
{
    uint64_t settable = view->read_only ? 0 : iw_rights_flags(view->rights);
    bool any = view->mailbox->keyword_count < IW_KEYWORDS_MAX && (settable & IW_FLAG_FLAGGED) != 0;
    iw_buf_add_string(out, "* OK [PERMANENTFLAGS ");
    write_flags(view, settable, any, out);
    iw_buf_add_string(out, settable == 0 ? "] nothing can be changed\r\n" : "] these are kept\r\n");
}

void iw_view_tell_rights(struct iw_view *view, unsigned rights, struct iw_buf *out)
{
    bool told = view->read_only || iw_rights_flags(view->rights) == iw_rights_flags(rights);
    view->rights = rights;
    if (told)
        return;
    iw_view_write_flags(view, out);
    iw_view_write_permanent_flags(view, out);
}

void iw_view_tell_keywords(struct iw_view *view, struct iw_buf *out)
{
    if (view->keywords == view->mailbox->keyword_count)
        return;
    view->keywords = view->mailbox->keyword_count;
    iw_view_write_flags(view, out);
    if (view->keywords == IW_KEYWORDS_MAX)
        iw_view_write_permanent_flags(view, out);
}

void iw_view_know(struct iw_view *view, size_t index, const struct iw_message *message)
{
    view->entries[index].flags = message->flags;
    view->entries[index].modseq = message->modseq;
}

void iw_view_write_fetch_flags(struct iw_view *view, size_t index,
                               const struct iw_view_style *style, bool uid, struct iw_buf *out)
{
    struct iw_span names[IW_FLAG_NAMES_MAX];
    struct iw_fetch_item items[3];
    struct iw_response response = {
        .kind = IW_RESPONSE_FETCH, .number = (uint32_t)index + 1, .fetch = {.items = items}};
    const struct iw_message *message = iw_view_message(view, index);
    bool recent = view->entries[index].recent && !style->no_recent;
    if (style->uid_only) {
        response.kind = IW_RESPONSE_UIDFETCH;
        response.number = message->uid;
    } else if (uid || style->uid)
        items[response.fetch.count++] = (struct iw_fetch_item){
            .kind = IW_FETCH_UID, .name = IW_SPAN("UID"), .number = message->uid};
    items[response.fetch.count++] = (struct iw_fetch_item){
        .kind = IW_FETCH_FLAGS,
        .name = IW_SPAN("FLAGS"),
        .flags = iw_mailbox_flag_names(view->mailbox, message->flags, recent, names)};
    if (style->modseq)
        items[response.fetch.count++] = (struct iw_fetch_item){
            .kind = IW_FETCH_MODSEQ, .name = IW_SPAN("MODSEQ"), .number = message->modseq};
    iw_write_response(out, &response);
    iw_view_know(view, index, message);
}

/* ---- telling ---- */

bool iw_view_has_news(const struct iw_view *view, const struct iw_view_style *style)
{
    const struct iw_mailbox *mailbox = view->mailbox;
    if (mailbox == NULL)
        return false;
    return (!style->no_new && view->uidnext != mailbox->uidnext) ||
           (!style->no_flags && (view->flags_modseq != mailbox->flags_modseq ||
                                 view->keywords != mailbox->keyword_count)) ||
           (!style->no_expunge && view->expunged != mailbox->expunged_count);
}

uint64_t iw_view_modseq(const struct iw_view *view)
{
    const struct iw_mailbox *mailbox = view->mailbox;
    uint64_t modseq = mailbox->modseq;
    if (view->flags_modseq < mailbox->flags_modseq)
        modseq = view->flags_modseq;
    if (view->expunged < mailbox->expunged_count &&
        mailbox->expunged[view->expunged].modseq <= modseq)
        modseq = mailbox->expunged[view->expunged].modseq - 1;
    return modseq;
}

/* Marks the entries of messages that are gone; the number of them. */
static size_t mark_gone(struct iw_view *view)
{
    const struct iw_mailbox *mailbox = view->mailbox;
    size_t marked = 0;
    for (; view->expunged < mailbox->expunged_count; view->expunged++) {
        uint32_t uid = mailbox->expunged[view->expunged].uid;
        size_t at = iw_view_place(view, uid);
        if (at < view->count && view->entries[at].uid == uid) {
            view->entries[at].gone = true;
            marked++;
        }
    }
    return marked;
}

/* "* VANISHED 4:7,9" of the marked entries. */
static void write_vanished(const struct iw_view *view, struct iw_buf *out)
{
    const char *before = "* VANISHED ";
    for (size_t i = 0; i < view->count; i++) {
        if (!view->entries[i].gone)
            continue;
        size_t last = i;
        while (last + 1 < view->count && view->entries[last + 1].gone &&
               view->entries[last + 1].uid == view->entries[last].uid + 1)
            last++;
        iw_buf_add_string(out, before);
        iw_buf_add_number(out, view->entries[i].uid);
        if (last > i) {
            iw_buf_add_char(out, ':');
            iw_buf_add_number(out, view->entries[last].uid);
        }
        before = ",";
        i = last;
    }
    iw_buf_add_string(out, "\r\n");
}

/* Each EXPUNGE moves the numbers behind it down by one (RFC 9051 §7.5.1). */
static void drop_gone(struct iw_view *view, bool silent, struct iw_buf *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < view->count; i++) {
        struct iw_view_entry *entry = &view->entries[i];
        if (!entry->gone) {
            view->entries[kept++] = *entry;
            continue;
        }
        view->recent -= entry->recent;
        if (!silent)
            iw_buf_addf(out, "* %zu EXPUNGE\r\n", kept + 1);
    }
    view->count = kept;
}

static void tell_expunged(struct iw_view *view, const struct iw_view_style *style,
                          struct iw_buf *out)
{
    if (mark_gone(view) == 0)
        return;
    if (style->vanished)
        write_vanished(view, out);
    drop_gone(view, style->vanished, out);
}

static void tell_new(struct iw_view *view, const struct iw_view_style *style, struct iw_buf *out)
{
    size_t before = view->count;
    if (view->uidnext == view->mailbox->uidnext)
        return;
    extend(view, style->new_max); /* what finds no room is told of later */
    if (view->count == before)
        return;
    iw_buf_addf(out, "* %zu EXISTS\r\n", view->count);
    if (!style->no_recent)
        iw_buf_addf(out, "* %zu RECENT\r\n", view->recent);
}

static void tell_flags_at(struct iw_view *view, size_t index, const struct iw_view_style *style,
                          struct iw_buf *out)
{
    const struct iw_message *message = iw_view_message(view, index);
    if (message != NULL && message->modseq > view->entries[index].modseq)
        iw_view_write_fetch_flags(view, index, style, false, out);
}

static int compare_uids(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The last changes, so few that the mailbox knows whose they are; in the order of UIDs. */
static void tell_flags_of_few(struct iw_view *view, size_t count, const struct iw_view_style *style,
                              struct iw_buf *out)
{
    const struct iw_mailbox *mailbox = view->mailbox;
    uint32_t uids[IW_FLAG_CHANGES_MAX];
    for (size_t i = 0; i < count; i++)
        uids[i] = mailbox->flags_changed[(mailbox->flag_changes - 1 - i) % IW_FLAG_CHANGES_MAX];
    qsort(uids, count, sizeof *uids, compare_uids);
    for (size_t i = 0; i < count; i++) {
        size_t index = iw_view_place(view, uids[i]);
        if (index < view->count && view->entries[index].uid == uids[i])
            tell_flags_at(view, index, style, out);
    }
}

static void tell_flags(struct iw_view *view, const struct iw_view_style *style, struct iw_buf *out)
{
    const struct iw_mailbox *mailbox = view->mailbox;
    uint64_t changes = mailbox->flag_changes - view->flag_changes;
    view->flags_modseq = mailbox->flags_modseq;
    view->flag_changes = mailbox->flag_changes;
    if (changes <= IW_FLAG_CHANGES_MAX) {
        tell_flags_of_few(view, (size_t)changes, style, out);
        return;
    }
    for (size_t i = 0; i < view->count; i++)
        tell_flags_at(view, i, style, out);
}

void iw_view_tell(struct iw_view *view, const struct iw_view_style *style, struct iw_buf *out)
{
    if (!iw_view_has_news(view, style))
        return;
    if (!style->no_expunge)
        tell_expunged(view, style, out);
    if (!style->no_flags)
        iw_view_tell_keywords(view, out);
    if (!style->no_new)
        tell_new(view, style, out);
    if (!style->no_flags)
        tell_flags(view, style, out);
}

/* ---- which messages ---- */

/* Numbers beyond the last message are a fault of the client (RFC 9051 §9, seq-number). */
static bool numbers_exist(const struct iw_view *view, const struct iw_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (view->count == 0 || set->ranges[i].first > view->count ||
            set->ranges[i].last > view->count)
            return false;
    }
    return true;
}

enum iw_result iw_view_choose(const struct iw_view *view, const struct iw_set *set, bool uid,
                              const struct iw_set *saved, struct iw_arena *arena,
                              struct iw_chosen *chosen)
{
    struct iw_set members = set->saved ? *saved : *set;
    bool by_uid = uid || set->saved;
    uint32_t last_uid = view->count == 0 ? 0 : view->entries[view->count - 1].uid;
    *chosen = (struct iw_chosen){0};
    if (!by_uid && !numbers_exist(view, &members))
        return IW_SYNTAX;
    if (members.count == 0)
        return IW_OK;
    if (!iw_set_normalize(&members, by_uid ? last_uid : (uint32_t)view->count, arena))
        return IW_NO_MEMORY;
    chosen->stretches = iw_arena_array(arena, members.count, sizeof *chosen->stretches);
    if (chosen->stretches == NULL)
        return IW_NO_MEMORY;
    for (size_t i = 0; i < members.count; i++) {
        const struct iw_range *range = &members.ranges[i];
        struct iw_stretch stretch = {range->first - 1, range->last};
        if (by_uid)
            stretch = (struct iw_stretch){
                iw_view_place(view, range->first),
                range->last == UINT32_MAX ? view->count : iw_view_place(view, range->last + 1)};
        if (stretch.begin < stretch.end)
            chosen->stretches[chosen->count++] = stretch;
    }
    return IW_OK;
}

void iw_window_places(const struct iw_window *window, size_t count, size_t *begin, size_t *end)
{
    int64_t low = window->first < window->last ? window->first : window->last;
    int64_t high = window->first < window->last ? window->last : window->first;
    int64_t all = (int64_t)count;
    low = low < 0 ? all + low : low - 1;
    high = high < 0 ? all + high + 1 : high;
    *end = high < 0 ? 0 : high > all ? count : (size_t)high;
    *begin = low < 0 ? 0 : (size_t)low < *end ? (size_t)low : *end;
}

void iw_chosen_cut(struct iw_chosen *chosen, const struct iw_window *window)
{
    size_t place = 0, kept = 0, begin, end;
    iw_window_places(window, iw_chosen_count(chosen), &begin, &end);
    for (size_t i = 0; i < chosen->count; i++) {
        struct iw_stretch stretch = chosen->stretches[i];
        size_t length = stretch.end - stretch.begin;
        size_t low = begin > place ? begin - place : 0, high = end > place ? end - place : 0;
        high = high < length ? high : length;
        if (low < high)
            chosen->stretches[kept++] =
                (struct iw_stretch){stretch.begin + low, stretch.begin + high};
        place += length;
    }
    chosen->count = kept;
    chosen->at = chosen->next = chosen->taken = 0;
}

size_t iw_chosen_count(const struct iw_chosen *chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < chosen->count; i++)
        count += chosen->stretches[i].end - chosen->stretches[i].begin;
    return count;
}

bool iw_chosen_next(struct iw_chosen *chosen, size_t *index)
{
    if (chosen->at == chosen->count)
        return false;
    size_t place = chosen->backwards ? chosen->count - 1 - chosen->at : chosen->at;
    const struct iw_stretch *stretch = &chosen->stretches[place];
    *index = chosen->backwards ? stretch->end - 1 - chosen->next : stretch->begin + chosen->next;
    chosen->next++;
    chosen->taken++;
    if (stretch->begin + chosen->next == stretch->end) {
        chosen->at++;
        chosen->next = 0;
    }
    return true;
}
