/* SPDX-License-Identifier: MIT */
/* Conversations of two clients with the embedded engine, each logged in and in INBOX.
 *
 * Holds, whatever the clients say: every line of the server is read strictly; a command is answered
 * with its tag, once, and no other tag comes (but with "* BAD" where a literal was too long: then
 * the tag is lost); nothing is said behind a close; the store stays within its bound; and what
 * script/invariants.h watches, of messages, UIDs and the rest.
 *
 * Input: lines. One that begins with "2 " is the second client's; "1 " may stand before the others.
 * While the client's command is unfinished, as behind a literal or IDLE, its line goes as it is;
 * else it gets a fresh tag. Each ends in CRLF. */
#include "fuzz/holds.h"

#include "mockserver/engine/engine.h"
#include "mockserver/host.h"
#include "parser/response.h"
#include "script/invariants.h"

#include <string.h>

enum {
    CLIENTS = 2,
    PLACES = 4,
    LIST_MAX = 4096,
    LIMIT = 20, /* MESSAGELIMIT */
    LINES_MAX = 200,
    LINE_MAX = 4096,
    ACTIONS_MAX = 100000,
    OUTPUT_MAX = 256 << 20, /* of one input */
    MEMORY_MAX = 64 << 20
};

struct client {
    unsigned conn;
    bool closed;
    struct iw_framer framer;
    unsigned tag;     /* of the last command */
    bool unfinished;  /* it has no answer yet */
    bool has_literal; /* it announces one, perhaps */
    struct iw_invariants *invariants;
};

struct talk {
    struct iw_host *host;
    struct iw_buf lists[PLACES]; /* of capabilities */
    struct iw_arena arena;
    size_t said; /* octets of the server */
    unsigned tags;
    struct client clients[CLIENTS];
};

/* ---- what the server says ---- */

static void check_tagged(struct client *client, const struct iw_response *response)
{
    char tag[16];
    snprintf(tag, sizeof tag, "t%u", client->tag);
    IW_HOLDS(client->unfinished && iw_span_equal(response->tag, iw_span_of(tag)));
    client->unfinished = false;
}

static void check_state(struct client *client, const struct iw_response *response)
{
    if (response->state != IW_STATE_BAD)
        return;
    IW_HOLDS(client->unfinished && client->has_literal);
    client->unfinished = false;
}

static void check_response(struct client *client, const struct iw_response *response)
{
    if (response->kind == IW_RESPONSE_TAGGED)
        check_tagged(client, response);
    else if (response->kind == IW_RESPONSE_STATE)
        check_state(client, response);
    IW_HOLDS(response->kind != IW_RESPONSE_OTHER);
    for (size_t i = 0; response->kind == IW_RESPONSE_FETCH && i < response->fetch.count; i++)
        IW_HOLDS(response->fetch.items[i].kind != IW_FETCH_OTHER);
}

static void check_written(struct talk *talk, struct client *client, struct iw_span octets)
{
    struct iw_frame frame;
    struct iw_error error = {0};
    IW_HOLDS(!client->closed);
    talk->said += octets.length;
    IW_HOLDS(talk->said <= OUTPUT_MAX);
    iw_framer_feed(&client->framer, octets);
    while (iw_framer_next(&client->framer, &frame, &error) == IW_OK) {
        struct iw_response response;
        iw_arena_reset(&talk->arena);
        IW_HOLDS(iw_parse_response(&frame, &talk->arena, &iw_limits_default, NULL, &response,
                                   &error) == IW_OK);
        check_response(client, &response);
    }
    IW_HOLDS(error.code == IW_OK || error.code == IW_MORE);
    iw_invariants_received(client->invariants, octets);
    for (int which = 0; which < IW_INVARIANT_COUNT; which++)
        IW_HOLDS(iw_invariants_breach(client->invariants, (enum iw_invariant)which) == NULL);
}

static void act(struct talk *talk, const struct iw_action *action)
{
    struct client *client = talk->clients;
    while (client < talk->clients + CLIENTS && client->conn != action->conn)
        client++;
    IW_HOLDS(client < talk->clients + CLIENTS);
    if (action->kind == IW_ACTION_WRITE)
        check_written(talk, client, action->octets);
    else if (action->kind == IW_ACTION_TLS)
        iw_host_secured(talk->host, action->conn, NULL, 0);
    else if (action->kind == IW_ACTION_CLOSE)
        client->closed = true;
}

static void pump(struct talk *talk)
{
    for (size_t actions = 0;; actions++) {
        struct iw_action action = iw_host_next(talk->host, 0);
        if (action.kind == IW_ACTION_NONE)
            break;
        IW_HOLDS(actions < ACTIONS_MAX);
        act(talk, &action);
    }
    const struct iw_store *store = &iw_host_engine(talk->host)->store;
    IW_HOLDS(store->held <= store->octets_max);
}

/* ---- what the clients say ---- */

static void say(struct talk *talk, struct client *client, struct iw_span line)
{
    char octets[LINE_MAX + 32];
    int length = 0;
    if (client->closed)
        return;
    if (!client->unfinished) {
        client->unfinished = true;
        client->has_literal = false;
        client->tag = ++talk->tags;
        length = snprintf(octets, sizeof octets, "t%u ", client->tag);
    }
    client->has_literal = client->has_literal || memchr(line.data, '{', line.length) != NULL;
    memcpy(octets + length, line.data, line.length);
    memcpy(octets + (size_t)length + line.length, "\r\n", 2);
    const struct iw_span said = iw_span(octets, (size_t)length + line.length + 2);
    iw_invariants_sent(client->invariants, said);
    iw_host_received(talk->host, client->conn, said, 0);
    pump(talk);
}

/* What the engine has by itself, with a low limit, and what is off without a scenario. */
static void list_capabilities(struct talk *talk)
{
    struct iw_engine *engine = iw_host_engine(talk->host);
    engine->options.message_max = LIMIT;
    for (unsigned i = 0; i < PLACES; i++) {
        iw_buf_init(&talk->lists[i], NULL, LIST_MAX);
        iw_engine_write_capabilities(engine, 1u << i, &talk->lists[i]);
        iw_buf_add_string(&talk->lists[i], " IMAP4 XLIST X-GM-EXT-1");
    }
    for (unsigned i = 0; i < PLACES; i++)
        engine->options.capabilities[i] = iw_buf_span(&talk->lists[i]);
}

static void begin(struct talk *talk)
{
    struct iw_error error = {0};
    const struct iw_host_options options = {0};
    *talk = (struct talk){.host = iw_host_new(&options, &error)};
    IW_HOLDS(talk->host != NULL);
    list_capabilities(talk);
    iw_arena_init(&talk->arena, NULL, MEMORY_MAX);
    for (struct client *client = talk->clients; client < talk->clients + CLIENTS; client++) {
        iw_framer_init(&client->framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
        client->invariants = iw_invariants_new(NULL);
        IW_HOLDS(client->invariants != NULL);
        client->conn = iw_host_opened(talk->host, false, 0);
        pump(talk);
        say(talk, client, IW_SPAN("LOGIN user secret"));
        say(talk, client, IW_SPAN("SELECT INBOX"));
        IW_HOLDS(!client->unfinished);
    }
}

static void end(struct talk *talk)
{
    for (struct client *client = talk->clients; client < talk->clients + CLIENTS; client++) {
        iw_framer_release(&client->framer);
        iw_invariants_free(client->invariants);
    }
    iw_arena_release(&talk->arena);
    iw_host_free(talk->host);
    for (unsigned i = 0; i < PLACES; i++)
        iw_buf_release(&talk->lists[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct iw_span rest = iw_span((const char *)data, size);
    struct talk *talk = malloc(sizeof *talk);
    IW_HOLDS(talk != NULL);
    begin(talk);
    for (size_t lines = 0; lines < LINES_MAX && rest.length > 0; lines++) {
        const char *end_of_line = memchr(rest.data, '\n', rest.length);
        size_t length = end_of_line == NULL ? rest.length : (size_t)(end_of_line - rest.data);
        struct iw_span line = iw_span_part(rest, 0, length < LINE_MAX ? length : LINE_MAX);
        rest = iw_span_part(rest, length + 1, rest.length);
        bool second = iw_span_starts(line, IW_SPAN("2 "));
        bool named = second || iw_span_starts(line, IW_SPAN("1 "));
        say(talk, &talk->clients[second], iw_span_part(line, named ? 2 : 0, line.length));
    }
    end(talk);
    free(talk);
    return 0;
}
