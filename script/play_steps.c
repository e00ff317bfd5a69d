/* SPDX-License-Identifier: MIT */
/* Steps that are neither lines nor sends, and a section's steps laid flat. */
#include "script/cutting.h"
#include "script/playing.h"
#include "script/world.h"

/* ---- laying flat ---- */

/* What comes of it cannot be framed. */
static bool is_harmed(const struct iw_send *send)
{
    return send->cutting.cut.data != NULL || send->cutting.flip.data != NULL ||
           send->replace_count > 0;
}

static bool is_opened_up(const struct iw_play *play, const struct iw_step *step)
{
    return step->kind == IW_STEP_SEND && !iw_play_is_own(play, step) && !is_harmed(&step->send);
}

static size_t flat_size(const struct iw_play *play, const struct iw_step *step)
{
    if (is_opened_up(play, step))
        return step->send.count + 1;
    return step->kind == IW_STEP_MAILBOX ? IW_WORLD_STEPS_MAX : 2;
}

/* A send that closes is followed by the close; one that is whole is its lines. */
static void lay_send(const struct iw_play *play, const struct iw_step *step, struct iw_steps *flat)
{
    for (size_t i = 0; is_opened_up(play, step) && i < step->send.count; i++) {
        struct iw_step *line = &flat->items[flat->count++];
        *line = step->send.steps[i];
        line->conn = line->line.conn = step->conn;
    }
    if (!is_opened_up(play, step))
        flat->items[flat->count++] = *step;
    if (step->send.cutting.close.data != NULL && !iw_play_is_own(play, step)) {
        struct iw_step *close = &flat->items[flat->count++];
        *close = (struct iw_step){
            .kind = IW_STEP_CLOSE, .place = step->place, .side = step->side, .conn = step->conn};
        close->close = step->send.cutting.close;
    }
}

/* False: no memory. */
static bool lay_world(struct iw_play *play, const struct iw_step *step, struct iw_steps *flat)
{
    if (play->options.side == IW_SIDE_SERVER)
        return true;
    size_t count = iw_world_lines(step, &play->bindings, &play->arena, flat->items + flat->count);
    flat->count += count;
    return count > 0;
}

bool iw_play_lay_flat(struct iw_play *play, struct iw_steps steps, struct iw_steps *flat)
{
    size_t size = 0;
    for (size_t i = 0; i < steps.count; i++)
        size += flat_size(play, &steps.items[i]);
    *flat = (struct iw_steps){iw_arena_array(&play->arena, size, sizeof *flat->items), 0};
    if (flat->items == NULL)
        return false;
    for (size_t i = 0; i < steps.count; i++) {
        const struct iw_step *step = &steps.items[i];
        if (step->kind == IW_STEP_SEND)
            lay_send(play, step, flat);
        else if (step->kind != IW_STEP_MAILBOX)
            flat->items[flat->count++] = *step;
        else if (!lay_world(play, step, flat))
            return false;
    }
    return true;
}

void iw_play_check_steps(struct iw_play *play)
{
    const struct iw_steps *steps = &play->scenario->dialogue;
    struct iw_span none = iw_span(NULL, 0);
    for (size_t i = 0; i < steps->count && !play->failed; i++) {
        const struct iw_step *step = &steps->items[i];
        const char *obstacle = NULL;
        if (step->kind == IW_STEP_MAILBOX && play->options.side == IW_SIDE_CLIENT)
            obstacle = iw_world_obstacle(step->world.change);
        if (obstacle != NULL)
            iw_play_fail(play, IW_FAILURE_SKIP, step, none, none, obstacle);
    }
}

/* ---- assertions ---- */

enum iw_turn iw_play_assert(struct iw_play *play, const struct iw_step *step)
{
    struct iw_filled filled;
    struct iw_error error = {IW_OK};
    bool holds = false;
    enum iw_result result = iw_fill(step->text, play->scenario, &play->bindings, IW_FILL_SEND,
                                    &play->work, &filled, &error);
    if (result == IW_OK)
        result = iw_match_assert(filled.octets, &holds, &error);
    if (result != IW_OK)
        return iw_play_fail_error(play, step, &error);
    if (!holds && !play->options.invent)
        return iw_play_fail(play, IW_FAILURE_MISMATCH, step, filled.octets, iw_span(NULL, 0),
                            "does not hold");
    iw_play_go_to(play, play->at + 1);
    return IW_TURN_AGAIN;
}

/* ---- pauses of the other side ---- */

static enum iw_turn begin_quiet(struct iw_play *play, uint64_t ms, uint64_t now)
{
    /* The other side's time may have begun before ours: the last fifth is not watched. */
    iw_play_expect(play, IW_PLAY_QUIET, now);
    play->deadline = now + ms - ms / 5;
    return IW_TURN_AGAIN;
}

enum iw_turn iw_play_pause(struct iw_play *play, const struct iw_step *step, uint64_t now)
{
    struct iw_spread range;
    struct iw_error error = {IW_OK};
    if (iw_fill_spread(step->ms, play->scenario, &play->bindings, &play->work, &range, &error) !=
        IW_OK)
        return iw_play_fail_error(play, step, &error);
    uint64_t ms = range.most < IW_MS_MAX ? range.most : IW_MS_MAX;
    if (step->kind == IW_STEP_SILENT)
        return begin_quiet(play, ms, now);
    play->allowance += ms;
    iw_play_go_to(play, play->at + 1);
    return IW_TURN_AGAIN;
}

static struct iw_span first_line(struct iw_span octets)
{
    size_t length = 0;
    while (length < octets.length && octets.data[length] != '\r' && octets.data[length] != '\n')
        length++;
    return iw_span_part(octets, 0, length);
}

/* The first line that comes is shown whole, unless the time is over before its end. */
enum iw_turn iw_play_quiet(struct iw_play *play, uint64_t now)
{
    const struct iw_step *step = &play->steps.items[play->at];
    const struct iw_play_conn *conn = &play->conns[step->conn];
    struct iw_span octets = iw_inbox_peek(&conn->inbox);
    struct iw_span line = first_line(octets);
    bool over = conn->closed || now >= play->deadline;
    if (line.length < octets.length || (over && iw_inbox_has_octets(&conn->inbox)))
        return iw_play_fail(play, IW_FAILURE_MISMATCH, step, iw_span(NULL, 0), line,
                            "something came where silence was expected");
    if (conn->closed)
        return iw_play_stand(play, step, NULL, now);
    if (!over)
        return IW_TURN_WAIT;
    iw_play_go_to(play, play->at + 1);
    return IW_TURN_AGAIN;
}

/* ---- sends that were cut or harmed ---- */

/* How much of it comes cannot be said, for the tags are the other side's; that something does can,
 * unless nothing is sent. */
enum iw_turn iw_play_cut(struct iw_play *play, uint64_t now)
{
    const struct iw_step *step = &play->steps.items[play->at];
    struct iw_play_conn *conn = &play->conns[step->conn];
    int64_t cut = 1;
    struct iw_error error = {IW_OK};
    if (step->send.cutting.cut.data != NULL &&
        iw_fill_number(step->send.cutting.cut, play->scenario, &play->bindings, &play->work, &cut,
                       &error) != IW_OK)
        return iw_play_fail_error(play, step, &error);
    bool come = cut <= 0 || iw_inbox_has_octets(&conn->inbox);
    if (!come && !conn->closed)
        return iw_play_stand(play, step, NULL, now);
    conn->discarding = true;
    iw_inbox_clear(&conn->inbox);
    iw_play_go_to(play, play->at + 1);
    return IW_TURN_AGAIN;
}

/* ---- TLS ---- */

enum iw_turn iw_play_secure(struct iw_play *play, uint64_t now, struct iw_action *action)
{
    const struct iw_step *step = &play->steps.items[play->at];
    struct iw_play_conn *conn = &play->conns[step->conn];
    if (!play->asked_tls && !conn->closed) {
        play->asked_tls = true;
        conn->secured = false;
        iw_inbox_clear(&conn->inbox); /* what came in clear must not be believed */
        conn->head = NULL;
        *action = (struct iw_action){.kind = IW_ACTION_TLS, .conn = step->conn};
        return IW_TURN_ACT;
    }
    if (!conn->secured)
        return iw_play_stand(play, step, NULL, now);
    iw_play_go_to(play, play->at + 1);
    return IW_TURN_AGAIN;
}
