/* SPDX-License-Identifier: MIT */
/* Waiting for what the server says by itself: IDLE, issued again and again (RFC 2177), or NOTIFY
 * (RFC 5465), in constant memory. */
#include "client/imap_private.h"

#include <limits.h>

enum { REISSUE_MS = 29 * 60 * 1000 };

struct wait {
    const struct iw_imap_listening *listening;
    uint64_t end;   /* of all of it */
    uint64_t until; /* of this round */
    bool stopped;   /* the caller has heard enough */
    enum iw_imap_outcome outcome;
};

static uint64_t after(int ms)
{
    return ms < 0 ? UINT64_MAX : iw_clock_ms() + (uint64_t)ms;
}

static bool is_over(const struct iw_imap *imap, const struct wait *wait, uint64_t until)
{
    return wait->stopped || imap->cancelled || iw_clock_ms() >= until;
}

static void tell(struct wait *wait, const struct iw_response *response)
{
    const struct iw_imap_listening *listening = wait->listening;
    if (response != NULL && !wait->stopped && listening->heard != NULL)
        wait->stopped = !listening->heard(listening->context, response);
}

/* False: there is nothing more to wait for, and outcome says why. */
static bool take_event(struct iw_imap *imap, struct wait *wait,
                       const struct iw_session_event *event)
{
    if (event->kind == IW_SESSION_LOST)
        wait->outcome =
            iw_imap_lost(imap, wait->listening->without_idle ? NULL : "IDLE", &event->error);
    else if (event->kind == IW_SESSION_DONE)
        wait->outcome =
            iw_imap_fail(imap, IW_IMAP_ABORT, IW_SYNTAX, "the server has ended IDLE by itself");
    else if (event->kind == IW_SESSION_RESPONSE)
        tell(wait, event->response);
    return wait->outcome == IW_IMAP_OK;
}

/* One round between "+" and DONE. False: as above. */
static bool hear(struct iw_imap *imap, struct wait *wait)
{
    struct iw_session_event event;
    iw_heard_begin(&imap->heard);
    for (;;) {
        struct iw_arena_mark mark = iw_arena_mark(&imap->heard.values);
        while (iw_imap_next_event(imap, &event)) {
            if (!take_event(imap, wait, &event))
                return false;
            iw_arena_rewind(&imap->heard.values, mark);
        }
        if (is_over(imap, wait, wait->until))
            return true;
        uint64_t left = wait->until - iw_clock_ms();
        iw_imap_turn(imap, left < INT_MAX ? (int)left : INT_MAX - 1);
    }
}

static bool idle_once(struct iw_imap *imap, struct wait *wait)
{
    struct iw_imap_result result = {.type = NULL};
    wait->outcome = iw_imap_idle(imap, -1);
    if (wait->outcome != IW_IMAP_OK)
        return false;
    if (!hear(imap, wait)) {
        imap->idling = false;
        return false;
    }
    wait->outcome = iw_imap_idle_done(imap, &result);
    for (size_t i = 0; i < result.response_count; i++)
        tell(wait, &result.responses[i]);
    return wait->outcome == IW_IMAP_OK;
}

/* Nothing is sent; the session waits as it does in IDLE. */
static bool wait_once(struct iw_imap *imap, struct wait *wait)
{
    imap->failure = (struct iw_imap_failure){.outcome = IW_IMAP_OK};
    imap->idling = true;
    bool more = hear(imap, wait);
    imap->idling = false;
    return more;
}

enum iw_imap_outcome iw_imap_listen(struct iw_imap *imap, const struct iw_imap_listening *listening)
{
    struct wait wait = {.listening = listening, .end = after(listening->duration_ms)};
    if (imap->wire == NULL)
        return iw_imap_fail(imap, IW_IMAP_ABORT, IW_CLOSED, "the connection is shut down");
    imap->cancelled = iw_bell_rung(imap->bell);
    if (imap->cancelled)
        iw_bell_hush(imap->bell);
    imap->listening = true;
    bool more = true;
    while (more && !is_over(imap, &wait, wait.end)) {
        uint64_t again = after(listening->reissue_ms > 0 ? listening->reissue_ms : REISSUE_MS);
        wait.until = again < wait.end ? again : wait.end;
        more = listening->without_idle ? wait_once(imap, &wait) : idle_once(imap, &wait);
    }
    imap->cancelled = imap->listening = false;
    return wait.outcome;
}
