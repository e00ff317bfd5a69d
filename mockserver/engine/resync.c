/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/resync.h"

#include "parser/response.h"

#include <stdlib.h>

/* ---- sequence match data ---- */

static bool is_ascending(const struct iw_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->ranges[i].first > set->ranges[i].last ||
            (i > 0 && set->ranges[i].first <= set->ranges[i - 1].last))
            return false;
    }
    return true;
}

bool iw_resync_is_good(const struct iw_qresync *known)
{
    return is_ascending(&known->matched_numbers) && is_ascending(&known->matched_uids) &&
           iw_set_size(&known->matched_numbers, 0) == iw_set_size(&known->matched_uids, 0);
}

/* A member of a set. */
struct member {
    const struct iw_set *set;
    size_t range;
    uint32_t number;
};

static struct member first_of(const struct iw_set *set)
{
    return (struct member){.set = set, .number = set->ranges[0].first};
}

/* False: that was the last. */
static bool next(struct member *member)
{
    if (member->number < member->set->ranges[member->range].last) {
        member->number++;
        return true;
    }
    if (++member->range == member->set->count)
        return false;
    member->number = member->set->ranges[member->range].first;
    return true;
}

/* The last message that still has the number which the client knew; it knows all that has gone
 * before that. 0: none. */
static uint32_t last_match(const struct iw_view *view, const struct iw_qresync *known)
{
    uint32_t uid_matched = 0;
    if (known->matched_numbers.count == 0)
        return 0;
    struct member number = first_of(&known->matched_numbers);
    struct member uid = first_of(&known->matched_uids);
    while (number.number <= view->count) {
        if (view->entries[number.number - 1].uid == uid.number)
            uid_matched = uid.number;
        if (!next(&number) || !next(&uid))
            break;
    }
    return uid_matched;
}

/* ---- what has gone ---- */

static int compare(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Ascending UIDs that have gone since, and that the client does not see any more. NULL: no
 * memory. */
static uint32_t *uids_gone(struct iw_run *run, uint64_t since, uint32_t above, size_t *count)
{
    const struct iw_view *view = &run->session->view;
    const struct iw_expunged *log = view->mailbox->expunged;
    uint32_t *gone = iw_arena_array(run->arena, view->expunged, sizeof *gone);
    *count = 0;
    for (size_t i = 0; gone != NULL && i < view->expunged; i++) {
        if (log[i].modseq > since && log[i].uid > above)
            gone[(*count)++] = log[i].uid;
    }
    if (*count > 0)
        qsort(gone, *count, sizeof *gone, compare);
    return gone;
}

bool iw_resync_write_vanished(struct iw_run *run, uint64_t since, uint32_t above,
                              struct iw_set *uids)
{
    size_t gone_count, count = 0, at = 0;
    uint32_t *gone = uids_gone(run, since, above, &gone_count);
    if (gone == NULL ||
        (uids != NULL &&
         !iw_set_normalize(uids, run->session->view.mailbox->uidnext - 1, run->arena)))
        return false;
    for (size_t i = 0; i < gone_count; i++) {
        if (uids == NULL || iw_set_follow(uids, gone[i], &at))
            gone[count++] = gone[i];
    }
    if (count == 0)
        return true;
    const struct iw_response response = {
        .kind = IW_RESPONSE_VANISHED,
        .vanished = {.earlier = true, .uids = iw_run_set(run, gone, count)}};
    if (response.vanished.uids.ranges == NULL)
        return false;
    iw_write_response(run->out, &response);
    return true;
}

/* ---- what has changed ---- */

struct iw_resync *iw_resync_begin(struct iw_run *run, const struct iw_qresync *known)
{
    struct iw_resync *resync = iw_arena_get(run->arena, sizeof *resync);
    if (resync == NULL)
        return NULL;
    *resync = (struct iw_resync){
        .modseq = known->modseq, .all = known->known_uids.count == 0, .uids = known->known_uids};
    bool written =
        iw_resync_write_vanished(run, known->modseq, last_match(&run->session->view, known),
                                 resync->all ? NULL : &resync->uids);
    return written ? resync : NULL;
}

bool iw_resync_go_on(struct iw_run *run, struct iw_resync *resync)
{
    struct iw_view *view = &run->session->view;
    const struct iw_view_style style = iw_engine_session_style(run->session);
    for (; resync->index < view->count; resync->index++) {
        const struct iw_message *message = iw_view_message(view, resync->index);
        if (iw_run_is_full(run))
            return false;
        if (message != NULL && message->modseq > resync->modseq &&
            (resync->all || iw_set_follow(&resync->uids, message->uid, &resync->at)))
            iw_view_write_fetch_flags(view, resync->index, &style, true, run->out);
    }
    return true;
}
