/* SPDX-License-Identifier: MIT */
/* IDLE (RFC 2177): responses one by one as they come, as imaplib's Idler gives them. */
#include "client/imap_private.h"

#include <limits.h>

static uint64_t after(int ms)
{
    return ms < 0 ? UINT64_MAX : iw_clock_ms() + (uint64_t)ms;
}

/* idle = "IDLE" CRLF "DONE" */
enum iw_imap_outcome iw_imap_idle(struct iw_imap *imap, int duration_ms)
{
    struct iw_arguments none;
    enum iw_imap_outcome outcome = iw_imap_need(imap, "IDLE", "IMAP4 IDLE");
    if (outcome != IW_IMAP_OK)
        return outcome;
    iw_arguments_init(&none, imap->alloc);
    struct iw_exchange exchange = {.name = "IDLE", .idles = true};
    outcome = iw_imap_exchange(imap, exchange, &none);
    if (outcome != IW_IMAP_OK)
        return outcome;
    imap->idling = true;
    imap->in_burst = false;
    imap->idle_deadline = after(duration_ms);
    return IW_IMAP_OK;
}

/* One event while idling; true: the wait is over, with *outcome. */
static bool take_event(struct iw_imap *imap, const struct iw_session_event *event,
                       struct iw_imap_result *result, enum iw_imap_outcome *outcome)
{
    switch (event->kind) {
    case IW_SESSION_LOST:
        *outcome = iw_imap_lost(imap, "IDLE", &event->error);
        return true;
    case IW_SESSION_DONE:
        imap->idling = false;
        *outcome =
            iw_imap_fail(imap, IW_IMAP_ABORT, IW_SYNTAX, "the server has ended IDLE by itself");
        return true;
    case IW_SESSION_DROPPED:
        *outcome = iw_imap_fail(imap, IW_IMAP_ERROR, IW_LIMIT, "IDLE: a response was over a limit");
        return true;
    default:
        iw_heard_add(&imap->heard, event);
        return iw_heard_give_first(&imap->heard, result);
    }
}

/* Milliseconds to the deadline, as a wait takes them. */
static int time_to(uint64_t deadline)
{
    uint64_t now = iw_clock_ms();
    if (deadline <= now)
        return 0;
    return deadline - now < INT_MAX ? (int)(deadline - now) : INT_MAX;
}

static enum iw_imap_outcome next_until(struct iw_imap *imap, uint64_t deadline,
                                       struct iw_imap_result *result)
{
    struct iw_session_event event;
    enum iw_imap_outcome outcome = IW_IMAP_OK;
    *result = (struct iw_imap_result){.type = NULL};
    if (!imap->idling)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "only between idle and idle_done");
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    imap->cancelled = false;
    if (iw_heard_give_first(&imap->heard, result))
        return IW_IMAP_OK;
    iw_heard_begin(&imap->heard);
    for (;;) {
        while (iw_imap_next_event(imap, &event))
            if (take_event(imap, &event, result, &outcome))
                return outcome;
        int left = time_to(deadline);
        if (left == 0 || imap->cancelled)
            return IW_IMAP_OK;
        iw_imap_turn(imap, left);
    }
}

enum iw_imap_outcome iw_imap_idle_next(struct iw_imap *imap, struct iw_imap_result *result)
{
    return next_until(imap, imap->idle_deadline, result);
}

enum iw_imap_outcome iw_imap_idle_burst(struct iw_imap *imap, int interval_ms,
                                        struct iw_imap_result *result)
{
    enum iw_imap_outcome outcome =
        next_until(imap, imap->in_burst ? after(interval_ms) : imap->idle_deadline, result);
    imap->in_burst = outcome == IW_IMAP_OK && result->type != NULL;
    return outcome;
}

enum iw_imap_outcome iw_imap_idle_done(struct iw_imap *imap, struct iw_imap_result *result)
{
    struct iw_imap_result own;
    struct iw_error error = {0};
    if (result == NULL)
        result = &own;
    *result = (struct iw_imap_result){.type = "NO"};
    if (!imap->idling)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYNTAX, "not idling");
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    imap->idling = false;
    iw_heard_begin(&imap->heard);
    iw_session_tick(imap->session, iw_clock_ms());
    if (iw_session_answer(imap->session, imap->idle_label, IW_SPAN("DONE"), &error) != IW_OK)
        return iw_imap_lost(imap, "IDLE", &error);
    struct iw_exchange exchange = {.name = "IDLE", .label = imap->idle_label, .result = result};
    return iw_imap_await(imap, &exchange);
}
