/* SPDX-License-Identifier: MIT */
#include "mockserver/firing.h"

#include "mockserver/given.h"
#include "mockserver/reply.h"

#include <stdio.h>

static bool give_tag(void *context, const struct iw_line *line, struct iw_span *tag)
{
    const struct iw_firing *firing = context;
    (void)line;
    *tag = iw_buf_span(&firing->conversation->tag);
    return tag->length > 0;
}

/* Inside a rule's answer to a command the response lines are offered too, but in one piece: a rule
 * on them acts at once, without its pauses. */
static void offer_flat(struct iw_conversation *conversation, struct iw_span whole,
                       struct iw_buf *out)
{
    struct iw_offer offer;
    iw_offer_init(&offer, conversation, whole);
    while (iw_offer_next(&offer))
        iw_firing_settle(&offer, out);
    iw_offer_release(&offer);
}

static bool act_engine(void *context, struct iw_span command, struct iw_buf *out)
{
    struct iw_firing *firing = context;
    struct iw_conversation *conversation = firing->conversation;
    bool acted = true;
    if (firing->replaced.data != NULL && command.data == NULL) {
        conversation->told_ask |= conversation->turn == IW_TURN_ASK;
        iw_buf_add(out, firing->replaced);
        return true;
    }
    struct iw_buf answer;
    iw_buf_init(&answer, NULL, conversation->answer.cap);
    if (command.data != NULL)
        acted = iw_reply_instead(conversation, command, &answer);
    else
        acted = iw_reply_whole(conversation, &answer);
    conversation->engine_acted = true;
    conversation->told_done |= command.data != NULL;
    if (firing->replaced.data != NULL || !conversation->world->rules.on_responses)
        iw_buf_add(out, iw_buf_span(&answer));
    else
        offer_flat(conversation, iw_buf_span(&answer), out);
    acted = acted && !answer.failed;
    iw_buf_release(&answer);
    return acted;
}

/* Notes what the client is told, so that the engine's state goes along with it. */
static void note_line(void *context, const struct iw_line *line, const struct iw_filled *filled)
{
    const struct iw_firing *firing = context;
    struct iw_conversation *conversation = firing->conversation;
    struct iw_span text = filled->octets;
    struct iw_span tag = iw_buf_span(&conversation->tag);
    bool tagged = line->mark != IW_MARK_EXACT;
    if (!tagged && tag.length > 0 && iw_span_starts(text, tag)) {
        text = iw_span_part(text, tag.length + 1, text.length);
        tagged = true;
    }
    bool instead = firing->replaced.data != NULL && conversation->syntax.code == IW_OK;
    bool ok = tagged && iw_span_starts_nocase(text, IW_SPAN("OK"));
    bool refused = tagged && (iw_span_starts_nocase(text, IW_SPAN("NO")) ||
                              iw_span_starts_nocase(text, IW_SPAN("BAD")));
    conversation->told_ok |= ok;
    conversation->told_done |= ok || refused;
    if (refused && instead)
        iw_engine_session_take_back(&conversation->session, conversation->command.kind);
    if (iw_span_starts(text, IW_SPAN("+")))
        conversation->told_ask = true;
    if (iw_span_starts_nocase(text, IW_SPAN("* PREAUTH")))
        iw_engine_session_admit(&conversation->session);
}

static void begin_firing(struct iw_firing *firing)
{
    struct iw_conversation *conversation = firing->conversation;
    const struct iw_emit_options options = {
        .side = IW_SIDE_SERVER,
        .scenario = conversation->world->scenario,
        .bindings = &firing->bindings,
        .arena = &conversation->arena,
        .random = &conversation->world->random,
        .calls = {.tag = give_tag, .engine = act_engine, .line = note_line, .context = firing},
    };
    if (firing->replaced.data != NULL && conversation->turn == IW_TURN_ASK)
        conversation->told_ask = false; /* the engine's "+" is what is replaced */
    iw_emit_init(&firing->emit, &options, firing->rule->play);
}

void iw_firing_fail(struct iw_conversation *conversation, const struct iw_act *act,
                    const struct iw_error *error)
{
    char why[300];
    const char *text = error->detail[0] != '\0' ? error->detail : error->expected;
    snprintf(why, sizeof why, "the rule cannot be played: %s",
             text == NULL ? iw_result_name(error->code) : text);
    iw_conversation_give_up(conversation, act->step == NULL ? NULL : &act->step->place, why);
}

bool iw_firing_change_world(struct iw_firing *firing, const struct iw_act *act,
                            struct iw_error *error)
{
    struct iw_conversation *conversation = firing->conversation;
    struct iw_conversation_world *world = conversation->world;
    return iw_given_change(&world->engine, world->scenario, &act->step->world, &firing->bindings,
                           &conversation->arena, error) == IW_OK;
}

/* Plays all of it into out, without pauses; a close ends it and the conversation. */
static void run_firing(struct iw_firing *firing, struct iw_buf *out)
{
    struct iw_error error = {0};
    uint64_t now = 0;
    bool on = true;
    begin_firing(firing);
    while (on) {
        struct iw_act act = iw_emit_next(&firing->emit, now, &error);
        if (act.kind == IW_ACT_WRITE)
            iw_buf_add(out, act.octets);
        else if (act.kind == IW_ACT_WAIT)
            now = act.until;
        else if (act.kind == IW_ACT_CLOSE)
            firing->conversation->session.closes = true;
        bool changed = act.kind == IW_ACT_WORLD && iw_firing_change_world(firing, &act, &error);
        on = act.kind == IW_ACT_WRITE || act.kind == IW_ACT_WAIT || changed;
        if (!on && act.kind != IW_ACT_CLOSE && act.kind != IW_ACT_END)
            iw_firing_fail(firing->conversation, &act, &error);
    }
    iw_emit_release(&firing->emit);
}

/* The line with what the rule changes; the line itself when that cannot be done. */
static struct iw_span change_line(struct iw_firing *firing)
{
    struct iw_conversation *conversation = firing->conversation;
    struct iw_error error = {0};
    struct iw_buf changed;
    iw_buf_init(&changed, NULL, conversation->answer.cap);
    struct iw_span result = firing->replaced;
    if (iw_rules_change(&conversation->world->rules, firing->rule, firing->replaced,
                        &firing->bindings, &changed, &error) == IW_OK)
        result = iw_arena_copy(&conversation->arena, iw_buf_span(&changed));
    else
        iw_conversation_give_up(conversation, &firing->rule->place, error.detail);
    iw_buf_release(&changed);
    return result;
}

void iw_firing_settle(const struct iw_offer *offer, struct iw_buf *out)
{
    struct iw_firing firing = {.conversation = offer->conversation,
                               .rule = offer->rule,
                               .bindings = offer->bindings,
                               .replaced = offer->line};
    if (firing.rule == NULL)
        iw_buf_add(out, offer->line);
    else if (firing.rule->has_play)
        run_firing(&firing, out);
    else
        iw_buf_add(out, change_line(&firing));
}

void iw_firing_play(struct iw_conversation *conversation, const struct iw_rule *rule,
                    const struct iw_bindings *bindings, struct iw_span replaced)
{
    conversation->firing = (struct iw_firing){
        .conversation = conversation, .rule = rule, .bindings = *bindings, .replaced = replaced};
    conversation->playing = true;
    begin_firing(&conversation->firing);
}

/* A rule has answered in the engine's place: where it said OK or "+", the engine's state follows,
 * without a word. */
static void follow_answer(struct iw_conversation *conversation)
{
    struct iw_engine_session *session = &conversation->session;
    struct iw_buf unsaid;
    if (conversation->engine_acted || (!conversation->told_ok && !conversation->told_ask))
        return;
    if (conversation->told_ok && (conversation->command.kind == IW_COMMAND_LOGIN ||
                                  conversation->command.kind == IW_COMMAND_AUTHENTICATE)) {
        iw_engine_session_admit(session);
        return;
    }
    iw_buf_init(&unsaid, NULL, conversation->answer.cap);
    iw_reply_whole(conversation, &unsaid);
    iw_buf_release(&unsaid);
    if (conversation->told_ok || iw_engine_session_is_busy(session))
        iw_engine_session_abandon(session);
    session->starts_tls = false;
    session->starts_deflate = false;
    session->closes = false;
}

void iw_firing_end(struct iw_conversation *conversation)
{
    iw_emit_release(&conversation->firing.emit);
    conversation->playing = false;
    if (conversation->firing.replaced.data == NULL && conversation->turn > IW_TURN_GREETING &&
        conversation->turn != IW_TURN_ASK)
        follow_answer(conversation);
    if (conversation->did_tls)
        conversation->session.starts_tls = false;
}
