/* SPDX-License-Identifier: MIT */
#include "tests/lib/duet.h"

#include "script/load.h"

#include <string.h>

enum { PIPE_MAX = 64 << 20, TURNS_MAX = 2000000, STEP_MS = 600000 };

/* ---- setup ---- */

/* The connections that the scenario's steps speak of. */
static unsigned count_connections(const struct iw_scenario *scenario)
{
    unsigned count = 1;
    for (size_t i = 0; i < scenario->dialogue.count; i++)
        if (scenario->dialogue.items[i].conn > count)
            count = scenario->dialogue.items[i].conn;
    return count;
}

static size_t lines_to(enum iw_start start)
{
    switch (start) {
    case IW_START_DIALOGUE:
        return 0;
    case IW_START_GREETED:
        return 1;
    case IW_START_AUTHENTICATED:
        return 3;
    case IW_START_SELECTED:
        break;
    }
    return 5;
}

struct iw_steps iw_duet_setup(const struct iw_scenario *scenario, struct iw_arena *arena)
{
    static const char *const lines[] = {"S: * OK ready", "C: LOGIN ${user} ${password}", "S: OK",
                                        "C: SELECT ${M}", "S: OK"};
    enum { LINES = sizeof lines / sizeof *lines };
    unsigned connections = count_connections(scenario);
    struct iw_steps all = {iw_arena_array(arena, connections * LINES, sizeof *all.items), 0};
    for (unsigned conn = 1; all.items != NULL && conn <= connections; conn++) {
        struct iw_steps steps = iw_steps_from_lines(lines, lines_to(scenario->starts[conn]), arena);
        for (size_t i = 0; i < steps.count; i++) {
            steps.items[i].conn = steps.items[i].line.conn = conn;
            all.items[all.count++] = steps.items[i];
        }
    }
    return all;
}

/* ---- life ---- */

static bool bind_names(struct iw_play *play)
{
    return iw_play_bind(play, "user", IW_SPAN("user")) &&
           iw_play_bind(play, "password", IW_SPAN("secret")) &&
           iw_play_bind(play, "user2", IW_SPAN("second")) &&
           iw_play_bind(play, "password2", IW_SPAN("secret")) &&
           iw_play_bind(play, "of_user", IW_SPAN("Other Users/user/")) &&
           iw_play_bind(play, "M", IW_SPAN("scratch")) &&
           iw_play_bind(play, "N", IW_SPAN("scratch2")) && iw_play_bind(play, "sep", IW_SPAN("/"));
}

bool iw_duet_begin(struct iw_duet *duet, const struct iw_scenario *client,
                   const struct iw_scenario *server, const struct iw_duet_options *options)
{
    struct iw_play_options play = {
        .side = IW_SIDE_CLIENT,
        .setup = options->setup,
        .variant = options->variant,
        .step_ms = options->step_ms == 0 ? STEP_MS : options->step_ms,
        .transcript = options->transcript,
        .alloc = options->alloc,
        .invent = !options->judge,
    };
    *duet = (struct iw_duet){.seed = options->seed, .now = 1000};
    iw_random_seed(&duet->random, options->seed);
    for (size_t i = 0; i < 2 * IW_CONN_MAX; i++)
        iw_buf_init(&duet->pipes[i / IW_CONN_MAX][i % IW_CONN_MAX].octets, NULL, PIPE_MAX);
    duet->plays[IW_SIDE_CLIENT] = iw_play_new(client, &play);
    play.side = IW_SIDE_SERVER;
    play.transcript = NULL;
    play.aside = options->aside;
    duet->plays[IW_SIDE_SERVER] = iw_play_new(server, &play);
    return duet->plays[0] != NULL && duet->plays[1] != NULL && bind_names(duet->plays[0]) &&
           bind_names(duet->plays[1]);
}

void iw_duet_release(struct iw_duet *duet)
{
    iw_play_free(duet->plays[IW_SIDE_CLIENT]);
    iw_play_free(duet->plays[IW_SIDE_SERVER]);
    for (size_t i = 0; i < 2 * IW_CONN_MAX; i++)
        iw_buf_release(&duet->pipes[i / IW_CONN_MAX][i % IW_CONN_MAX].octets);
}

/* ---- actions ---- */

static enum iw_side other(enum iw_side side)
{
    return side == IW_SIDE_CLIENT ? IW_SIDE_SERVER : IW_SIDE_CLIENT;
}

static void connect(struct iw_duet *duet, unsigned conn)
{
    duet->opened[conn] = true;
    iw_play_opened(duet->plays[IW_SIDE_SERVER], conn, duet->now);
    iw_play_opened(duet->plays[IW_SIDE_CLIENT], conn, duet->now);
}

static void start_tls(struct iw_duet *duet, enum iw_side side, unsigned conn)
{
    struct iw_duet_pipe *here = &duet->pipes[side][conn];
    struct iw_duet_pipe *there = &duet->pipes[other(side)][conn];
    here->tls = true;
    if (!there->tls)
        return;
    here->tls = there->tls = false;
    iw_buf_clear(&here->octets); /* what was in clear is not let in */
    iw_buf_clear(&there->octets);
    iw_play_secured(duet->plays[side], conn, duet->now);
    iw_play_secured(duet->plays[other(side)], conn, duet->now);
}

static void end(struct iw_duet *duet, enum iw_side side, unsigned conn, enum iw_close how)
{
    struct iw_duet_pipe *there = &duet->pipes[other(side)][conn];
    if (!there->ends)
        there->how = how;
    there->ends = true;
}

static void end_all(struct iw_duet *duet, enum iw_side side)
{
    for (unsigned conn = 0; conn < IW_CONN_MAX; conn++)
        if (duet->opened[conn])
            end(duet, side, conn, IW_CLOSE_FIN);
}

/* The client's commands on the helper connection come one a write. */
static void answer_helper(struct iw_duet *duet, struct iw_span octets)
{
    struct iw_buf *back = &duet->pipes[IW_SIDE_CLIENT][0].octets;
    bool announces = octets.length > 3 && memcmp(octets.data + octets.length - 3, "}\r\n", 3) == 0;
    for (size_t i = 0; duet->helper_tag[0] == '\0' && i < octets.length; i++)
        if (octets.data[i] == ' ' && i < sizeof duet->helper_tag)
            memcpy(duet->helper_tag, octets.data, i);
    if (announces) {
        iw_buf_add_string(back, "+ go ahead\r\n");
        return;
    }
    iw_buf_addf(back, "%s OK done\r\n", duet->helper_tag);
    duet->helper_tag[0] = '\0';
}

/* True: something happened. */
static bool act(struct iw_duet *duet, enum iw_side side)
{
    struct iw_play *play = duet->plays[side];
    if (iw_play_done(play))
        return false;
    struct iw_action action = iw_play_next(play, duet->now);
    switch (action.kind) {
    case IW_ACTION_NONE:
        return false;
    case IW_ACTION_CONNECT:
        connect(duet, action.conn);
        break;
    case IW_ACTION_WRITE:
        if (side == IW_SIDE_CLIENT && action.conn == 0)
            answer_helper(duet, action.octets);
        else
            iw_buf_add(&duet->pipes[other(side)][action.conn].octets, action.octets);
        break;
    case IW_ACTION_TLS:
        start_tls(duet, side, action.conn);
        break;
    case IW_ACTION_COMPRESS: /* in memory both sides leave these */
    case IW_ACTION_TCP:
        break;
    case IW_ACTION_CLOSE:
        end(duet, side, action.conn, action.how);
        break;
    case IW_ACTION_DONE:
        end_all(duet, side);
        break;
    }
    return true;
}

/* ---- arrivals ---- */

static bool deliver(struct iw_duet *duet, enum iw_side side, unsigned conn)
{
    struct iw_duet_pipe *pipe = &duet->pipes[side][conn];
    size_t size = pipe->octets.length;
    if (size == 0) {
        if (!pipe->ends || pipe->told)
            return false;
        pipe->told = true;
        iw_play_closed(duet->plays[side], conn, pipe->how, duet->now);
        return true;
    }
    if (duet->seed != 0) /* mostly small */
        size = 1 + (size_t)iw_random_below(&duet->random,
                                           iw_random_below(&duet->random, 4) == 0 ? size : 8);
    if (size > pipe->octets.length)
        size = pipe->octets.length;
    iw_play_received(duet->plays[side], conn, iw_span_part(iw_buf_span(&pipe->octets), 0, size),
                     duet->now);
    iw_buf_consume(&pipe->octets, size);
    return true;
}

static bool deliver_any(struct iw_duet *duet)
{
    bool any = false;
    for (unsigned conn = 0; conn < IW_CONN_MAX; conn++) {
        any = deliver(duet, IW_SIDE_CLIENT, conn) || any;
        any = deliver(duet, IW_SIDE_SERVER, conn) || any;
    }
    return any;
}

/* ---- time ---- */

/* False: nothing will ever happen again. */
static bool wait(struct iw_duet *duet)
{
    uint64_t client = iw_play_deadline(duet->plays[IW_SIDE_CLIENT]);
    uint64_t server = iw_play_deadline(duet->plays[IW_SIDE_SERVER]);
    uint64_t next = client < server ? client : server;
    if (next == UINT64_MAX)
        return false;
    duet->now = next > duet->now ? next : duet->now + 1;
    iw_play_tick(duet->plays[IW_SIDE_CLIENT], duet->now);
    iw_play_tick(duet->plays[IW_SIDE_SERVER], duet->now);
    return true;
}

static bool are_done(const struct iw_duet *duet)
{
    return iw_play_done(duet->plays[IW_SIDE_CLIENT]) && iw_play_done(duet->plays[IW_SIDE_SERVER]);
}

bool iw_duet_run(struct iw_duet *duet)
{
    for (size_t turn = 0; turn < TURNS_MAX && !are_done(duet); turn++) {
        bool happened = act(duet, IW_SIDE_CLIENT);
        happened = act(duet, IW_SIDE_SERVER) || happened;
        if (!happened && !deliver_any(duet) && !wait(duet))
            break;
    }
    return are_done(duet);
}
