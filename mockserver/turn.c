/* SPDX-License-Identifier: MIT */
#include "mockserver/turn.h"

#include "mockserver/reply.h"

#include <string.h>

static void begin_turn(struct iw_conversation *conversation, enum iw_turn turn)
{
    iw_arena_reset(&conversation->arena);
    iw_buf_clear(&conversation->answer);
    iw_buf_clear(&conversation->going);
    conversation->jobs = (struct iw_jobs){0};
    conversation->turn = turn;
    conversation->engine_acted = false;
    conversation->told_ok = false;
    conversation->told_done = false;
    conversation->told_ask = false;
    conversation->did_tls = false;
}

static void answer_turn(struct iw_conversation *conversation, const struct iw_rule *rule,
                        const struct iw_bindings *bindings)
{
    if (conversation->mute)
        return;
    if (rule != NULL && rule->has_play) {
        iw_firing_play(conversation, rule, bindings, iw_span(NULL, 0));
        return;
    }
    iw_reply_piece(conversation, &conversation->answer);
    iw_jobs_add_answer(conversation);
}

void iw_turn_begin_event(struct iw_conversation *conversation, enum iw_turn turn,
                         enum iw_rule_event event)
{
    struct iw_rule_scene scene = iw_conversation_scene(conversation);
    struct iw_bindings bindings;
    begin_turn(conversation, turn);
    conversation->accepted = true;
    const struct iw_rule *rule = iw_rules_find_event(&conversation->world->rules, event, &scene,
                                                     &conversation->arena, &bindings);
    answer_turn(conversation, rule, &bindings);
}

static bool use_tag(struct iw_buf *used, struct iw_span tag)
{
    struct iw_span left = iw_buf_span(used);
    while (left.length > 0) {
        const char *end = memchr(left.data, '\n', left.length);
        size_t length = (size_t)(end - left.data);
        if (iw_span_equal(iw_span_part(left, 0, length), tag))
            return false;
        left = iw_span_part(left, length + 1, left.length);
    }
    if (used->length + tag.length + 1 > used->cap)
        iw_buf_clear(used); /* so many tags ago may be used again */
    iw_buf_add(used, tag);
    iw_buf_add_char(used, '\n');
    return true;
}

/* Only UTF-8 has octets from 0x80 outside of literals, where it is spoken (RFC 3501 §4.3, RFC 6855
 * §3, RFC 9051 §4.3). The offset of one; the length if there is none, or it may be. */
static size_t find_stray_octet(const struct iw_conversation *conversation,
                               const struct iw_frame *frame)
{
    const struct iw_span bytes = frame->bytes;
    if (iw_engine_session_takes_utf8(&conversation->session))
        return bytes.length;
    size_t at = 0, literal = 0;
    while (at < bytes.length && (unsigned char)bytes.data[at] < 0x80) {
        at++;
        if (literal < frame->literal_count && at == frame->literals[literal].offset) {
            at += frame->literals[literal].kept ? (size_t)frame->literals[literal].size : 0;
            literal++;
        }
    }
    return at;
}

/* It may last longer than the turn. */
static void keep_in_progress(struct iw_conversation *conversation, const struct iw_frame *frame,
                             const struct iw_seen *seen)
{
    struct iw_arena *arena = &conversation->in_progress_arena;
    struct iw_frame copy = *frame;
    iw_buf_clear(&conversation->name);
    iw_buf_add(&conversation->name, seen->name);
    conversation->in_progress =
        (struct iw_seen){.name = iw_buf_span(&conversation->name), .uid = seen->uid};
    iw_arena_reset(arena);
    if (!conversation->world->rules.on_arguments)
        return;
    struct iw_literal *literals = iw_arena_array(arena, frame->literal_count, sizeof *literals);
    copy.bytes = iw_arena_copy(arena, frame->bytes);
    if (literals == NULL || copy.bytes.data == NULL)
        return;
    for (size_t i = 0; i < frame->literal_count; i++)
        literals[i] = frame->literals[i];
    copy.literals = literals;
    iw_seen_make(&copy, IW_SIDE_CLIENT, arena, &conversation->in_progress);
}

/* Its tag and name, and what of it the rules and "then" look at. */
static void name_command(struct iw_conversation *conversation, const struct iw_frame *frame,
                         struct iw_seen *seen)
{
    iw_seen_make(frame, IW_SIDE_CLIENT, &conversation->arena, seen);
    iw_buf_clear(&conversation->tag);
    iw_buf_add(&conversation->tag, seen->tag);
    keep_in_progress(conversation, frame, seen);
}

static void note_command(struct iw_conversation *conversation, const struct iw_frame *frame,
                         struct iw_watched *watched)
{
    struct iw_conversation_world *world = conversation->world;
    world->commands++;
    if (world->log != NULL)
        iw_transcript_add(world->log, conversation->now - world->began, conversation->number, 'C',
                          frame->bytes);
    watched->fresh_tag = use_tag(&conversation->used_tags, watched->seen->tag);
    watched->troubled = world->rules.fired > 0;
    iw_watch_command(&world->watch, watched);
}

static void begin_command(struct iw_conversation *conversation, const struct iw_frame *frame)
{
    struct iw_bindings bindings;
    struct iw_seen seen;
    begin_turn(conversation, IW_TURN_COMMAND);
    conversation->frame = *frame;
    conversation->syntax = (struct iw_error){0};
    enum iw_result parsed =
        iw_parse_command(frame, &conversation->arena, &conversation->framer.limits, NULL,
                         &conversation->command, &conversation->syntax);
    const size_t stray = find_stray_octet(conversation, frame);
    if (parsed == IW_OK && stray < frame->bytes.length)
        parsed = iw_fail(&conversation->syntax, IW_SYNTAX, stray, "an octet below 0x80");
    if (parsed != IW_OK) {
        conversation->syntax.code = parsed;
        conversation->command = (struct iw_command){.kind = IW_COMMAND_OTHER};
    }
    name_command(conversation, frame, &seen);
    if (parsed == IW_SYNTAX && conversation->syntax.offset <= seen.tag.length)
        iw_buf_clear(&conversation->tag); /* the grammar forbids it, or the space behind it */
    struct iw_watched watched = {
        .seen = &seen,
        .syntax = parsed == IW_OK ? NULL : &conversation->syntax,
        .fits = parsed != IW_OK ||
                iw_engine_session_fits(&conversation->session, &conversation->command)};
    note_command(conversation, frame, &watched);
    struct iw_rule_scene scene = iw_conversation_scene(conversation);
    const struct iw_rule *rule = iw_rules_find(&conversation->world->rules, IW_SIDE_CLIENT, &seen,
                                               &scene, &conversation->arena, &bindings);
    answer_turn(conversation, rule, &bindings);
}

static void begin_line(struct iw_conversation *conversation, const struct iw_frame *frame)
{
    struct iw_rule_scene scene = iw_conversation_scene(conversation);
    struct iw_bindings bindings;
    struct iw_seen seen;
    begin_turn(conversation, IW_TURN_LINE);
    conversation->line_expected = false;
    iw_seen_make(frame, IW_SIDE_CLIENT, &conversation->arena, &seen);
    seen.readable = false; /* only exact octets are compared with it */
    seen.name = iw_span(NULL, 0);
    conversation->line = seen.octets;
    const struct iw_rule *rule = iw_rules_find(&conversation->world->rules, IW_SIDE_CLIENT, &seen,
                                               &scene, &conversation->arena, &bindings);
    answer_turn(conversation, rule, &bindings);
}

/* ---- a literal that waits ---- */

/* What the client has sent behind the announcement. */
static size_t octets_behind(const struct iw_conversation *conversation)
{
    const struct iw_framer *framer = &conversation->framer;
    return framer->pending.length + framer->input.length - conversation->frame.bytes.length +
           conversation->inbox.length;
}

void iw_turn_overhear(struct iw_conversation *conversation)
{
    struct iw_conversation_world *world = conversation->world;
    if (conversation->asking && !conversation->told_ask && !conversation->told_done)
        iw_watch_early(&world->watch, conversation->frame.bytes, world->rules.fired > 0);
}

/* A command waits for leave to send a literal. It gets none for one that would not be kept
 * (RFC 9051 §4.3). */
static void begin_ask(struct iw_conversation *conversation, const struct iw_frame *frame)
{
    const struct iw_literal *literal = &frame->literals[frame->literal_count - 1];
    struct iw_bindings bindings;
    struct iw_seen seen;
    begin_turn(conversation, IW_TURN_ASK);
    conversation->asking = true;
    conversation->frame = *frame;
    conversation->command = (struct iw_command){.kind = IW_COMMAND_OTHER};
    name_command(conversation, frame, &seen);
    iw_watch_ask(&conversation->world->watch, &seen);
    struct iw_rule_scene scene = iw_conversation_scene(conversation);
    const struct iw_rule *rule = iw_rules_find(&conversation->world->rules, IW_SIDE_CLIENT, &seen,
                                               &scene, &conversation->arena, &bindings);
    if (octets_behind(conversation) > 0)
        iw_turn_overhear(conversation);
    bool small = literal->size <= conversation->framer.limits.literal;
    if (rule != NULL || small || seen.name.length == 0) {
        answer_turn(conversation, rule, &bindings);
        return;
    }
    conversation->told_done = true;
    const bool is_number64 = iw_engine_session_has(&conversation->session, IW_CAPABILITY_IMAP4REV2);
    iw_buf_add(&conversation->going, iw_buf_span(&conversation->tag));
    iw_buf_add_string(&conversation->going, literal->size <= UINT32_MAX || is_number64
                                                ? " NO [TOOBIG] that literal is too large\r\n"
                                                : " BAD that is no number\r\n");
    iw_jobs_add_going(conversation, 0);
}

bool iw_turn_end_ask(struct iw_conversation *conversation)
{
    struct iw_seen seen;
    bool refused = conversation->told_done && !conversation->told_ask;
    if (!conversation->asking)
        return true;
    if (!conversation->told_ask && !refused && octets_behind(conversation) == 0)
        return false;
    conversation->asking = false;
    if (refused) {
        iw_seen_make(&conversation->frame, IW_SIDE_CLIENT, &conversation->arena, &seen);
        seen.asks = false;
        struct iw_watched watched = {.seen = &seen, .fits = true};
        note_command(conversation, &conversation->frame, &watched);
        iw_framer_refuse(&conversation->framer);
    } else {
        iw_framer_accept(&conversation->framer);
    }
    return true;
}

void iw_turn_begin_frame(struct iw_conversation *conversation, const struct iw_frame *frame)
{
    if (frame->kind == IW_FRAME_ASK) {
        begin_ask(conversation, frame);
    } else if (conversation->line_expected) {
        begin_line(conversation, frame);
    } else {
        begin_command(conversation, frame);
    }
}

void iw_turn_begin_excess(struct iw_conversation *conversation)
{
    begin_turn(conversation, IW_TURN_COMMAND);
    iw_buf_add_string(&conversation->going, "* BAD that was too long\r\n");
    iw_jobs_add_going(conversation, 0);
}

void iw_turn_begin_news(struct iw_conversation *conversation)
{
    begin_turn(conversation, IW_TURN_NEWS);
    answer_turn(conversation, NULL, NULL);
}

void iw_turn_go_on(struct iw_conversation *conversation)
{
    iw_buf_clear(&conversation->answer);
    iw_buf_clear(&conversation->going);
    answer_turn(conversation, NULL, NULL);
}
