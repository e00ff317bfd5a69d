/* SPDX-License-Identifier: MIT */
/* A rule being played.
 *
 * Either in the open, act by act (script/emit.h), with its pauses: the conversation has one such
 * firing at a time, from iw_firing_play to iw_firing_end. Or at once, into a buffer, where its
 * response line stands inside a longer answer. What a firing tells the client is noted, so that the
 * engine's state goes along with it. Its bindings live in the turn's arena. */
#ifndef IW_MOCKSERVER_FIRING_H
#define IW_MOCKSERVER_FIRING_H

#include "mockserver/offer.h"
#include "script/emit.h"

struct iw_firing {
    struct iw_conversation *conversation; /* borrowed */
    const struct iw_rule *rule;
    struct iw_bindings bindings;
    struct iw_span replaced; /* the response line a rule acts upon, with CRLF; absent: a turn */
    struct iw_emit emit;     /* owned */
};

/* In the open, as conversation->firing. */
void iw_firing_play(struct iw_conversation *conversation, const struct iw_rule *rule,
                    const struct iw_bindings *bindings, struct iw_span replaced);
void iw_firing_end(struct iw_conversation *conversation);

/* IW_ACT_WORLD is done to the engine's store. False, with the reason in error: it cannot be. */
bool iw_firing_change_world(struct iw_firing *firing, const struct iw_act *act,
                            struct iw_error *error);
/* An act that cannot be done: the scenario is blocked. */
void iw_firing_fail(struct iw_conversation *conversation, const struct iw_act *act,
                    const struct iw_error *error);

/* What goes in the offered line's place, at once and without pauses, is added to out: the line
 * itself, the line changed, or what its rule plays. */
void iw_firing_settle(const struct iw_offer *offer, struct iw_buf *out);

#endif
