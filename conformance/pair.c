/* SPDX-License-Identifier: MIT */
#include "conformance/pair.h"

#include "conformance/scram.h"

enum { TURNS_MAX = 1000000, VIRTUAL_MS_MAX = 3600000 };

static struct iw_play *play_of(const struct iw_pair *pair, enum iw_side side)
{
    return side == IW_SIDE_CLIENT ? pair->client : pair->server;
}

static void open_both(struct iw_pair *pair, unsigned conn)
{
    pair->open[conn] = true;
    iw_play_opened(pair->server, conn, pair->now);
    iw_play_opened(pair->client, conn, pair->now);
}

static void begin_tls(struct iw_pair *pair, enum iw_side side, unsigned conn)
{
    pair->tls[conn][side] = true;
    if (!pair->tls[conn][IW_SIDE_CLIENT] || !pair->tls[conn][IW_SIDE_SERVER])
        return;
    pair->tls[conn][IW_SIDE_CLIENT] = false;
    pair->tls[conn][IW_SIDE_SERVER] = false;
    iw_play_secured(pair->server, conn, pair->now);
    iw_play_secured(pair->client, conn, pair->now);
}

static void close_for(struct iw_pair *pair, enum iw_side other, unsigned conn, enum iw_close how)
{
    if (!pair->open[conn] || how == IW_CLOSE_SILENT)
        return;
    if (how != IW_CLOSE_HALF)
        pair->open[conn] = false;
    iw_play_closed(play_of(pair, other), conn, how, pair->now);
}

/* True when the side had something to do. */
static bool step(struct iw_pair *pair, enum iw_side side)
{
    const enum iw_side other = side == IW_SIDE_CLIENT ? IW_SIDE_SERVER : IW_SIDE_CLIENT;
    if (iw_play_done(play_of(pair, side)))
        return false;
    const struct iw_action action = iw_play_next(play_of(pair, side), pair->now);
    switch (action.kind) {
    case IW_ACTION_NONE:
    case IW_ACTION_DONE:
        return false;
    case IW_ACTION_CONNECT:
        open_both(pair, action.conn);
        break;
    case IW_ACTION_WRITE:
        if (pair->open[action.conn])
            iw_play_received(play_of(pair, other), action.conn, action.octets, pair->now);
        break;
    case IW_ACTION_TLS:
        begin_tls(pair, side, action.conn);
        break;
    case IW_ACTION_COMPRESS: /* in memory both sides leave these */
    case IW_ACTION_TCP:
        break;
    case IW_ACTION_CLOSE:
        close_for(pair, other, action.conn, action.how);
        break;
    }
    return true;
}

/* To the next deadline of either side; false: none is left. */
static bool pass_time(struct iw_pair *pair)
{
    const uint64_t client = iw_play_deadline(pair->client);
    const uint64_t server = iw_play_deadline(pair->server);
    const uint64_t next = client < server ? client : server;
    if (next == UINT64_MAX || next > VIRTUAL_MS_MAX)
        return false;
    pair->now = next > pair->now ? next : pair->now + 1;
    iw_play_tick(pair->client, pair->now);
    iw_play_tick(pair->server, pair->now);
    return true;
}

/* What is over closes what it has open, as a process that ends does. */
static void close_if_done(struct iw_pair *pair, enum iw_side side)
{
    const enum iw_side other = side == IW_SIDE_CLIENT ? IW_SIDE_SERVER : IW_SIDE_CLIENT;
    if (!iw_play_done(play_of(pair, side)))
        return;
    for (unsigned conn = 0; conn < IW_CONN_MAX; conn++)
        close_for(pair, other, conn, IW_CLOSE_FIN);
}

static void note_server_failure(struct iw_pair *pair)
{
    if (iw_play_done(pair->server) && !iw_play_done(pair->client) &&
        iw_play_finding(pair->server)->verdict != IW_PASS)
        pair->server_first = true;
}

static void play_out(struct iw_pair *pair)
{
    for (unsigned turn = 0; turn < TURNS_MAX; turn++) {
        const bool client_moved = step(pair, IW_SIDE_CLIENT);
        const bool server_moved = step(pair, IW_SIDE_SERVER);
        note_server_failure(pair);
        if (client_moved || server_moved)
            continue;
        close_if_done(pair, IW_SIDE_CLIENT);
        close_if_done(pair, IW_SIDE_SERVER);
        if (iw_play_done(pair->client) && iw_play_done(pair->server))
            return;
        if (!step(pair, IW_SIDE_CLIENT) && !step(pair, IW_SIDE_SERVER) && !pass_time(pair))
            return;
    }
}

/* The same names on both sides. */
static bool bind_names(struct iw_play *play)
{
    static const struct {
        const char *name;
        struct iw_span value;
    } names[] = {
        {"user", {"user", 4}},
        {"password", {"secret", 6}},
        {"sep", {"/", 1}},
        {"M", {"scratch/M", 9}},
        {"N", {"scratch/N", 9}},
        {"user2", {"second", 6}},
        {"password2", {"secret", 6}},
        {"of_user", {"Other Users/user/", 17}},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!iw_play_bind(play, names[i].name, names[i].value))
            return false;
    }
    return true;
}

bool iw_pair_play(struct iw_pair *pair, const struct iw_pair_options *options)
{
    const struct iw_play_options client = {.side = IW_SIDE_CLIENT,
                                           .variant = options->client_variant,
                                           .invent = options->same,
                                           .scram = iw_scram,
                                           .transcript = options->transcript};
    const struct iw_play_options server = {.side = IW_SIDE_SERVER,
                                           .variant = options->server_variant,
                                           .invent = true,
                                           .scram = iw_scram};
    *pair = (struct iw_pair){.client = iw_play_new(options->client, &client),
                             .server = iw_play_new(options->server, &server)};
    if (pair->client == NULL || pair->server == NULL || !bind_names(pair->client) ||
        !bind_names(pair->server))
        return false;
    play_out(pair);
    return true;
}

void iw_pair_release(struct iw_pair *pair)
{
    if (pair->client != NULL)
        iw_play_free(pair->client);
    if (pair->server != NULL)
        iw_play_free(pair->server);
}
