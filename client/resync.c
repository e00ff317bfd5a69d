/* SPDX-License-Identifier: MIT */
/* Making the view of a mailbox right again, by the cheapest way (RFC 7162, RFC 4549 §3). */
#include "client/imap_private.h"

#include <inttypes.h>
#include <stdio.h>

struct resync {
    struct iw_imap *imap;
    const char *mailbox;
    bool readonly;
    struct iw_mailbox_view *view;
    uint64_t modseq; /* of the view, before the mailbox is selected */
};

/* What the view has taken is not kept beside it. */
static const struct iw_fetch_sink nowhere;

/* CLOSE would expunge. Where UNSELECT is missing SELECT leaves by itself. */
static enum iw_imap_outcome leave(struct iw_imap *imap)
{
    imap->view = NULL;
    if (iw_imap_state(imap) != IW_SESSION_SELECTED ||
        iw_imap_need(imap, "UNSELECT", "") != IW_IMAP_OK)
        return IW_IMAP_OK;
    return iw_imap_unselect(imap, NULL);
}

static bool is_enabled(const struct iw_imap *imap, unsigned feature)
{
    return (iw_session_enabled(imap->session) & feature) != 0;
}

static bool can_qresync(struct iw_imap *imap)
{
    if (!is_enabled(imap, IW_SESSION_QRESYNC) && iw_imap_has(imap, "QRESYNC"))
        iw_imap_enable(imap, "QRESYNC", NULL);
    return is_enabled(imap, IW_SESSION_QRESYNC);
}

static bool can_condstore(struct iw_imap *imap)
{
    return is_enabled(imap, IW_SESSION_CONDSTORE) || iw_imap_has(imap, "CONDSTORE");
}

/* ---- selecting ---- */

/* From now on the view takes what comes. */
static enum iw_imap_outcome select_with(struct resync *resync, const char *parameters)
{
    resync->imap->view = resync->view;
    return iw_imap_select_with(resync->imap, resync->mailbox, resync->readonly, parameters, NULL);
}

static enum iw_imap_outcome by_qresync(struct resync *resync)
{
    char parameters[80];
    snprintf(parameters, sizeof parameters, "QRESYNC (%" PRIu32 " %" PRIu64 ")",
             iw_mailbox_view_facts(resync->view)->uidvalidity, resync->modseq);
    iw_mailbox_view_loosen(resync->view);
    return select_with(resync, parameters);
}

/* UIDs that the search has not found are gone. */
static enum iw_imap_outcome drop_gone(struct resync *resync)
{
    struct iw_imap_result result;
    struct iw_imap *imap = resync->imap;
    struct iw_set found = {.count = 0};
    enum iw_imap_outcome outcome = iw_imap_uid(imap, "SEARCH", "ALL", &result);
    for (size_t i = 0; outcome == IW_IMAP_OK && i < result.response_count; i++)
        if (!iw_search_as_set(&result.responses[i], &imap->heard.values, &found))
            return iw_imap_fail(imap, IW_IMAP_ERROR, IW_NO_MEMORY, "no memory");
    if (outcome == IW_IMAP_OK)
        iw_mailbox_view_retain(resync->view, &found);
    return outcome;
}

/* RFC 7162 §3.1.4: what has changed since, then what has gone. */
static enum iw_imap_outcome by_condstore(struct resync *resync)
{
    char since[40];
    const struct iw_mailbox_facts *facts = iw_mailbox_view_facts(resync->view);
    iw_mailbox_view_loosen(resync->view);
    enum iw_imap_outcome outcome = select_with(resync, "CONDSTORE");
    if (outcome != IW_IMAP_OK || facts->exists == 0 || facts->no_modseq ||
        iw_mailbox_view_count(resync->view) == 0)
        return outcome;
    snprintf(since, sizeof since, "CHANGEDSINCE %" PRIu64, resync->modseq);
    outcome = iw_imap_fetch_to(resync->imap, true, "1:*", "(FLAGS)", since, &nowhere, NULL);
    return outcome == IW_IMAP_OK ? drop_gone(resync) : outcome;
}

static enum iw_imap_outcome afresh(struct resync *resync)
{
    iw_mailbox_view_clear(resync->view);
    if (is_enabled(resync->imap, IW_SESSION_UIDONLY))
        iw_mailbox_view_loosen(resync->view);
    return select_with(resync, can_condstore(resync->imap) ? "CONDSTORE" : NULL);
}

/* ---- the whole ---- */

static enum iw_imap_outcome fetch_all(struct resync *resync)
{
    struct iw_imap *imap = resync->imap;
    bool uid_only = is_enabled(imap, IW_SESSION_UIDONLY);
    const struct iw_mailbox_facts *facts = iw_mailbox_view_facts(resync->view);
    bool modseq = can_condstore(imap) && !facts->no_modseq;
    iw_mailbox_view_forget(resync->view, uid_only);
    if (facts->exists == 0)
        return IW_IMAP_OK;
    return iw_imap_fetch_to(imap, uid_only, "1:*", modseq ? "(UID FLAGS MODSEQ)" : "(UID FLAGS)",
                            NULL, &nowhere, NULL);
}

/* Whether what the way has brought is all there is to know. */
static bool is_complete(const struct resync *resync)
{
    return !iw_mailbox_view_is_doubtful(resync->view) &&
           iw_mailbox_view_unknown(resync->view) == 0 &&
           !iw_mailbox_view_facts(resync->view)->no_modseq;
}

static enum iw_resync_way choose(const struct resync *resync)
{
    const struct iw_mailbox_view *view = resync->view;
    bool past = iw_mailbox_view_facts(view)->uidvalidity != 0 && resync->modseq != 0 &&
                !iw_mailbox_view_is_doubtful(view);
    bool qresync = can_qresync(resync->imap);
    if (past && qresync)
        return IW_RESYNC_QRESYNC;
    return past && can_condstore(resync->imap) ? IW_RESYNC_CONDSTORE : IW_RESYNC_FULL;
}

enum iw_imap_outcome iw_imap_resync(struct iw_imap *imap, const char *mailbox, bool readonly,
                                    struct iw_mailbox_view *view, enum iw_resync_way *way)
{
    static enum iw_imap_outcome (*const ways[])(struct resync *) = {
        [IW_RESYNC_QRESYNC] = by_qresync,
        [IW_RESYNC_CONDSTORE] = by_condstore,
        [IW_RESYNC_FULL] = afresh,
    };
    struct resync resync = {imap, mailbox, readonly, view,
                            iw_mailbox_view_facts(view)->highest_modseq};
    enum iw_imap_outcome outcome = leave(imap);
    if (outcome != IW_IMAP_OK)
        return outcome;
    *way = choose(&resync);
    outcome = ways[*way](&resync);
    if (outcome != IW_IMAP_OK)
        return outcome;
    if (!is_enabled(imap, IW_SESSION_UIDONLY))
        iw_mailbox_view_tighten(view);
    if (is_complete(&resync))
        return IW_IMAP_OK;
    *way = IW_RESYNC_FULL;
    outcome = fetch_all(&resync);
    if (outcome == IW_IMAP_OK && iw_mailbox_view_is_doubtful(view))
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "%s: the server contradicts itself",
                            mailbox);
    return outcome;
}
