/* SPDX-License-Identifier: MIT */
#include "tests/lib/mock_wire.h"

#include <string.h>

enum {
    CAP = 64 << 20,
    CHUNK_MAX = 40,
    TURNS_MAX = 1000000,
    UNHEARD_MAX = 64 << 10,
    HANDSHAKE_MS = 10000
};

static uint64_t virtual_ms;

uint64_t __wrap_iw_clock_ms(void);
uint64_t __wrap_iw_clock_ms(void)
{
    return virtual_ms;
}

uint64_t iw_mock_now(void)
{
    return virtual_ms;
}

/* The outbox has come to its cut: as a socket would. */
static void cut_off(struct iw_mock_wire *wire)
{
    wire->was_cut = true;
    wire->ended = wire->ended || wire->behind_cut != IW_CLOSE_SILENT;
    if (iw_close_ends(wire->behind_cut))
        iw_host_closed(wire->host, wire->conn, wire->behind_cut, virtual_ms);
}

/* What has been on its way long enough. A record of TLS with an octet turned ends the stream. */
static void arrive(struct iw_mock_wire *wire)
{
    struct iw_span segment;
    while (iw_outbox_next(&wire->outbox, virtual_ms, &segment)) {
        if (!wire->broken)
            iw_buf_add(&wire->octets, segment);
    }
    if (iw_outbox_is_cut(&wire->outbox) && !wire->was_cut)
        cut_off(wire);
}

static void set_passage(struct iw_mock_wire *wire, const struct iw_action *action)
{
    bool hears = wire->outbox.passage.deaf && !action->passage->deaf;
    iw_outbox_set_passage(&wire->outbox, action->passage);
    wire->behind_cut = action->how;
    wire->was_cut = false;
    if (!hears)
        return;
    iw_host_received(wire->host, wire->conn, iw_buf_span(&wire->unheard), virtual_ms);
    iw_buf_clear(&wire->unheard);
}

static void write_to_client(struct iw_mock_wire *wire, struct iw_span octets)
{
    struct iw_buf packed;
    if (wire->deflate == NULL) {
        iw_outbox_add(&wire->outbox, octets);
        return;
    }
    iw_buf_init(&packed, NULL, CAP);
    iw_deflate_send(wire->deflate, octets, &packed, NULL);
    iw_outbox_add(&wire->outbox, iw_buf_span(&packed));
    iw_buf_release(&packed);
}

static void act(struct iw_mock_wire *wire, const struct iw_action *action)
{
    if (action->kind == IW_ACTION_WRITE) {
        wire->broken = wire->broken || (wire->secure && wire->outbox.passage.flips);
        write_to_client(wire, action->octets);
    } else if (action->kind == IW_ACTION_TLS) {
        wire->awaits_handshake = true;
    } else if (action->kind == IW_ACTION_COMPRESS) {
        wire->deflate = iw_deflate_new();
    } else if (action->kind == IW_ACTION_TCP) {
        set_passage(wire, action);
    } else if (action->kind == IW_ACTION_CLOSE) {
        wire->ended = wire->ended || action->how != IW_CLOSE_SILENT;
    }
}

static void pump(struct iw_mock_wire *wire)
{
    for (int turn = 0; turn < TURNS_MAX; turn++) {
        struct iw_action action = iw_host_next(wire->host, virtual_ms);
        if (action.kind == IW_ACTION_NONE) {
            arrive(wire);
            return;
        }
        act(wire, &action);
    }
    wire->stuck = true;
}

static void strike(struct iw_mock_wire *wire)
{
    if (wire->struck || wire->fault == IW_FAULT_NONE || wire->delivered < wire->fault_at)
        return;
    wire->struck = true;
    if (wire->fault == IW_FAULT_SAY || wire->fault == IW_FAULT_LAST)
        wire->saying = iw_span_of(wire->fault_text);
}

/* The server's octets that the client may have now. */
static size_t readable(const struct iw_mock_wire *wire)
{
    if (wire->fault == IW_FAULT_NONE || (wire->struck && wire->fault == IW_FAULT_SAY))
        return wire->octets.length;
    size_t left = wire->fault_at - wire->delivered;
    return wire->octets.length < left ? wire->octets.length : left;
}

static bool is_over(const struct iw_mock_wire *wire)
{
    if (wire->struck && (wire->fault == IW_FAULT_END || wire->fault == IW_FAULT_LAST))
        return true;
    return wire->broken || (wire->ended && iw_outbox_due(&wire->outbox) == UINT64_MAX &&
                            readable(wire) == wire->octets.length);
}

static bool has_nothing(const struct iw_mock_wire *wire)
{
    return wire->saying.length == 0 && readable(wire) == 0;
}

/* Time passes until the host does something, or until the end. */
static void wait_for_host(struct iw_mock_wire *wire, uint64_t end, bool for_tls)
{
    while (has_nothing(wire) && !is_over(wire) && virtual_ms < end &&
           !(for_tls && wire->awaits_handshake)) {
        uint64_t deadline = iw_host_deadline(wire->host);
        uint64_t due = iw_outbox_due(&wire->outbox);
        uint64_t next = deadline < end ? deadline : end;
        next = due < next ? due : next;
        virtual_ms = next > virtual_ms ? next : virtual_ms + 1;
        iw_host_tick(wire->host, virtual_ms);
        pump(wire);
    }
}

static size_t take_chunk(struct iw_mock_wire *wire, size_t length)
{
    if (wire->seed == 0)
        return length;
    size_t chunk = 1 + iw_random_below(&wire->random, CHUNK_MAX);
    return chunk < length ? chunk : length;
}

static size_t take(struct iw_mock_wire *wire, char *room, size_t size)
{
    bool says = wire->saying.length > 0;
    struct iw_span from = says ? wire->saying : iw_buf_span(&wire->octets);
    size_t length = says ? from.length : readable(wire);
    length = take_chunk(wire, length < size ? length : size);
    memcpy(room, from.data, length);
    if (says) {
        wire->saying = iw_span_part(wire->saying, length, wire->saying.length);
    } else {
        iw_buf_consume(&wire->octets, length);
        wire->delivered += length;
    }
    return length;
}

static enum iw_result mock_read(void *context, char *room, size_t size, size_t *got, int timeout_ms,
                                struct iw_error *error)
{
    struct iw_mock_wire *wire = context;
    strike(wire);
    wait_for_host(wire, timeout_ms < 0 ? UINT64_MAX : virtual_ms + (uint64_t)timeout_ms, false);
    if (has_nothing(wire) && is_over(wire))
        return iw_failf(error, IW_CLOSED, "the end of the stream");
    if (has_nothing(wire))
        return iw_failf(error, IW_TIMEOUT, "silence");
    *got = take(wire, room, size);
    return IW_OK;
}

/* There is some room for octets that nobody takes. */
static enum iw_result write_unheard(struct iw_mock_wire *wire, struct iw_span octets,
                                    int timeout_ms, struct iw_error *error)
{
    iw_buf_add(&wire->unheard, octets);
    if (wire->unheard.length <= UNHEARD_MAX)
        return IW_OK;
    virtual_ms += timeout_ms < 0 ? 0 : (uint64_t)timeout_ms;
    return iw_failf(error, IW_TIMEOUT, "nobody takes what is sent");
}

static void give_to_host(struct iw_mock_wire *wire, struct iw_span octets)
{
    char room[CHUNK_MAX];
    size_t got;
    if (wire->deflate == NULL) {
        iw_host_received(wire->host, wire->conn, octets, virtual_ms);
        return;
    }
    iw_deflate_feed(wire->deflate, octets);
    while (iw_deflate_take(wire->deflate, room, sizeof room, &got, NULL) == IW_OK)
        iw_host_received(wire->host, wire->conn, iw_span(room, got), virtual_ms);
}

static enum iw_result mock_write(void *context, struct iw_span octets, int timeout_ms,
                                 struct iw_error *error)
{
    struct iw_mock_wire *wire = context;
    if (is_over(wire))
        return iw_failf(error, IW_CLOSED, "the end of the stream");
    if (wire->outbox.passage.deaf)
        return write_unheard(wire, octets, timeout_ms, error);
    give_to_host(wire, octets);
    pump(wire);
    return IW_OK;
}

/* As a careful client would see it. */
static bool is_sound(const struct iw_given_tls *tls)
{
    bool good = tls->certificate.data == NULL || iw_span_equal(tls->certificate, IW_SPAN("good")) ||
                iw_span_equal(tls->certificate, IW_SPAN("rsa"));
    bool old = iw_span_equal(tls->max, IW_SPAN("1.0")) || iw_span_equal(tls->max, IW_SPAN("1.1"));
    return good && !old;
}

/* Whom the client's certificate names: the first user, who is always user here. */
static struct iw_host_tls facts_of(const struct iw_given_tls *tls)
{
    return (struct iw_host_tls){.version = "TLS", .client = tls->client.data == NULL ? "" : "user"};
}

/* A handshake that takes no time. It fails on octets that came in clear, as on any that are none of
 * TLS, and on what a client must not accept. */
static enum iw_result handshake(struct iw_mock_wire *wire, int timeout_ms, struct iw_error *error)
{
    const struct iw_given_tls *tls = iw_host_tls(wire->host);
    wait_for_host(wire, wire->awaits_handshake ? virtual_ms : virtual_ms + (uint64_t)timeout_ms,
                  true);
    bool flips = wire->outbox.passage.flips, cuts = wire->outbox.passage.cuts;
    if (!wire->awaits_handshake || !has_nothing(wire) || flips || cuts || !is_sound(tls)) {
        wire->broken = true;
        iw_host_failed(wire->host, wire->conn, "the handshake failed", virtual_ms);
        return iw_failf(error, IW_SYSTEM, "the handshake failed");
    }
    const struct iw_host_tls facts = facts_of(tls);
    wire->awaits_handshake = false;
    wire->secure = true;
    iw_host_secured(wire->host, wire->conn, &facts, virtual_ms);
    pump(wire);
    return IW_OK;
}

static enum iw_result mock_start_tls(void *context, struct iw_tls_context *tls, const char *host,
                                     int timeout_ms, struct iw_error *error)
{
    (void)tls;
    (void)host;
    return handshake(context, timeout_ms, error);
}

static void mock_close(void *context)
{
    struct iw_mock_wire *wire = context;
    wire->closes++;
    iw_host_closed(wire->host, wire->conn, IW_CLOSE_FIN, virtual_ms);
    pump(wire);
}

static const struct iw_wire_calls calls = {mock_read, mock_write, mock_start_tls, mock_close};

struct iw_wire *iw_mock_wire_open(struct iw_mock_wire *wire, bool secure)
{
    iw_buf_init(&wire->octets, NULL, CAP);
    iw_buf_init(&wire->unheard, NULL, CAP);
    iw_outbox_init(&wire->outbox, CAP, wire->seed);
    iw_random_seed(&wire->random, wire->seed);
    wire->conn = iw_host_opened(wire->host, secure, virtual_ms);
    wire->ended = wire->conn == 0;
    pump(wire);
    if (secure)
        handshake(wire, HANDSHAKE_MS, NULL); /* the client learns of it when it reads */
    return iw_wire_custom(&calls, wire);
}

void iw_mock_wire_release(struct iw_mock_wire *wire)
{
    iw_outbox_release(&wire->outbox);
    iw_buf_release(&wire->unheard);
    iw_buf_release(&wire->octets);
    iw_deflate_free(wire->deflate);
}
