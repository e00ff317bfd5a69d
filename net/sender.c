/* SPDX-License-Identifier: MIT */
#include "net/sender.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { QUEUE_CAP = 256 * 1024 * 1024 /* octets that may wait for a peer which does not read */ };

struct iw_sender {
    struct iw_loop *loop;
    uv_stream_t *stream; /* borrowed */
    const struct iw_sender_events *events;
    void *context;
    struct iw_outbox *outbox; /* owned; NULL: everything goes at once */
    struct iw_timer *pacer;   /* owned; of the outbox; NULL: there is none, or it is stopped */
    uv_shutdown_t shutdown;
    uint64_t segments;
    bool was_cut;  /* and that was told */
    bool stopped;  /* nothing is sent any more */
    bool ended;    /* FIN is due when the outbox is empty */
    bool ending;   /* libuv sends it behind its queue */
    bool finished; /* and has done so */
};

struct write {
    uv_write_t request;
    struct iw_sender *sender;
    char octets[];
};

struct iw_sender *iw_sender_new(struct iw_loop *loop, struct uv_stream_s *stream,
                                const struct iw_sender_events *events, void *context)
{
    struct iw_sender *sender = malloc(sizeof *sender);
    if (sender != NULL)
        *sender = (struct iw_sender){
            .loop = loop, .stream = stream, .events = events, .context = context};
    return sender;
}

void iw_sender_stop(struct iw_sender *sender)
{
    sender->stopped = true;
    if (sender->outbox != NULL)
        iw_buf_clear(&sender->outbox->octets);
    iw_timer_free(sender->pacer);
    sender->pacer = NULL;
}

void iw_sender_free(struct iw_sender *sender)
{
    if (sender == NULL)
        return;
    iw_sender_stop(sender);
    if (sender->outbox != NULL)
        iw_outbox_release(sender->outbox);
    free(sender->outbox);
    free(sender);
}

bool iw_sender_is_open(const struct iw_sender *sender)
{
    return !sender->stopped && !sender->ended;
}

bool iw_sender_is_finished(const struct iw_sender *sender)
{
    return sender->finished;
}

size_t iw_sender_held(const struct iw_sender *sender)
{
    return sender->outbox == NULL ? 0 : sender->outbox->octets.length;
}

size_t iw_sender_queued(const struct iw_sender *sender)
{
    return iw_sender_held(sender) + uv_stream_get_write_queue_size(sender->stream);
}

uint64_t iw_sender_segments(const struct iw_sender *sender)
{
    return sender->segments;
}

/* ---- to the kernel ---- */

static void fail(struct iw_sender *sender, enum iw_result code, const char *detail)
{
    iw_sender_stop(sender);
    sender->events->failed(sender->context, code, detail);
}

static void on_written(uv_write_t *request, int status)
{
    struct write *write = (struct write *)request;
    struct iw_sender *sender = write->sender;
    free(write);
    if (status < 0 && status != UV_ECANCELED)
        fail(sender, IW_CLOSED, "reset by the other end");
    else if (status >= 0 && iw_sender_queued(sender) == 0)
        sender->events->drained(sender->context);
}

static void queue_write(struct iw_sender *sender, struct iw_span octets)
{
    if (octets.length > QUEUE_CAP - iw_sender_queued(sender)) {
        fail(sender, IW_LIMIT, "the other end does not take what is sent");
        return;
    }
    struct write *write = malloc(sizeof *write + octets.length);
    if (write == NULL) {
        fail(sender, IW_NO_MEMORY, "no memory for a write");
        return;
    }
    write->sender = sender;
    memcpy(write->octets, octets.data, octets.length);
    uv_buf_t buf = uv_buf_init(write->octets, (unsigned)octets.length);
    int code = uv_write(&write->request, sender->stream, &buf, 1, on_written);
    if (code < 0) {
        free(write);
        fail(sender, IW_SYSTEM, uv_strerror(code));
    }
}

/* One segment, where the kernel allows. What it does not take at once is queued. */
static void send_segment(struct iw_sender *sender, struct iw_span octets)
{
    union {
        const char *borrowed;
        char *base; /* libuv's type; it only reads */
    } data = {.borrowed = octets.data};
    size_t piece = octets.length < QUEUE_CAP ? octets.length : QUEUE_CAP;
    uv_buf_t buf = uv_buf_init(data.base, (unsigned)piece);
    sender->segments++;
    int taken = uv_try_write(sender->stream, &buf, 1);
    struct iw_span rest = iw_span_part(octets, taken > 0 ? (size_t)taken : 0, octets.length);
    if (rest.length > 0)
        queue_write(sender, rest);
}

/* ---- the end ---- */

static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct iw_sender *sender = request->data;
    sender->finished = true;
    if (status != UV_ECANCELED)
        sender->events->finished(sender->context, status >= 0);
}

/* FIN, when nothing is left in front of it. */
static void end_when_empty(struct iw_sender *sender)
{
    if (!sender->ended || sender->ending || iw_sender_held(sender) > 0)
        return;
    sender->ending = true;
    sender->shutdown.data = sender;
    if (uv_shutdown(&sender->shutdown, sender->stream, on_shutdown) < 0)
        sender->finished = true;
}

void iw_sender_end(struct iw_sender *sender)
{
    sender->ended = true;
    end_when_empty(sender);
}

/* ---- under a passage ---- */

/* The segments whose time has come. What follows is the pacer's: the next one, or the cut. */
static void empty_outbox(struct iw_sender *sender)
{
    struct iw_outbox *outbox = sender->outbox;
    struct iw_span segment;
    uint64_t now = iw_loop_now(sender->loop);
    while (!sender->stopped && iw_outbox_next(outbox, now, &segment))
        send_segment(sender, segment);
    if (sender->stopped)
        return;
    bool cut = iw_outbox_is_cut(outbox) && !sender->was_cut;
    iw_timer_set(sender->pacer, cut ? now : iw_outbox_due(outbox));
}

static void on_pacer(void *context)
{
    struct iw_sender *sender = context;
    empty_outbox(sender);
    if (iw_outbox_is_cut(sender->outbox) && !sender->was_cut) {
        sender->was_cut = true;
        sender->events->cut(sender->context);
    }
    if (sender->stopped)
        return;
    end_when_empty(sender);
    if (iw_sender_queued(sender) == 0)
        sender->events->drained(sender->context);
}

static bool make_outbox(struct iw_sender *sender, uint64_t seed)
{
    if (sender->outbox != NULL)
        return true;
    sender->outbox = malloc(sizeof *sender->outbox);
    if (sender->outbox == NULL)
        return false;
    iw_outbox_init(sender->outbox, QUEUE_CAP, seed);
    sender->pacer = iw_timer_new(sender->loop, on_pacer, sender);
    return sender->pacer != NULL;
}

void iw_sender_set_passage(struct iw_sender *sender, const struct iw_passage *passage,
                           uint64_t seed)
{
    if (sender->stopped)
        return;
    if (!make_outbox(sender, seed)) {
        fail(sender, IW_NO_MEMORY, "no memory for an outbox");
        return;
    }
    iw_outbox_set_passage(sender->outbox, passage);
    sender->was_cut = false;
    empty_outbox(sender);
}

void iw_sender_write(struct iw_sender *sender, struct iw_span octets)
{
    if (!iw_sender_is_open(sender) || octets.length == 0)
        return;
    if (sender->outbox == NULL)
        send_segment(sender, octets);
    else if (iw_outbox_add(sender->outbox, octets))
        empty_outbox(sender);
    else
        fail(sender, IW_LIMIT, "the outbox is full");
}
