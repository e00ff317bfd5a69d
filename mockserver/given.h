/* SPDX-License-Identifier: MIT */
/* The world of a scenario in the engine's store: what "given" says at the start, and what the steps
 * {"mailbox": …} change afterwards.
 *
 * All given mailboxes are the first user's; every user has an INBOX. Without a given INBOX the
 * first user's holds one plain message, unless it is to be bare. Where nobody says who the users
 * are there is another one, "second" with the password "secret". */
#ifndef IW_MOCKSERVER_GIVEN_H
#define IW_MOCKSERVER_GIVEN_H

#include "mockserver/engine/engine.h"
#include "script/bindings.h"
#include "script/scenario.h"

/* scenario NULL: the default world. user and password: NULL stands for the scenario's first given
 * user, else "user" and "secret". False: no memory; release all the same. */
bool iw_given_make(struct iw_engine *engine, const struct iw_scenario *scenario, const char *user,
                   const char *password, bool bare);

/* A message, now. flags: "\\Seen later", or absent. False: no memory. */
bool iw_given_deliver(struct iw_engine *engine, struct iw_mailbox *mailbox, struct iw_span octets,
                      struct iw_span flags);

/* One change. IW_SYNTAX, with the reason in error, for what cannot be. Fills are made in arena. */
enum iw_result iw_given_change(struct iw_engine *engine, const struct iw_scenario *scenario,
                               const struct iw_world *world, struct iw_bindings *bindings,
                               struct iw_arena *arena, struct iw_error *error);

#endif
