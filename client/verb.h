/* SPDX-License-Identifier: MIT */
/* The commands of a client as one table: in which states each is legal, what its success changes,
 * and which untagged responses are its result (RFC 9051 §3, §6).
 *
 * A command that is not in the table is an extension the caller knows: it is legal in every state
 * of a live connection, changes no state, and its result is the tagged text. */
#ifndef IW_CLIENT_VERB_H
#define IW_CLIENT_VERB_H

#include "base/span.h"

enum iw_session_state {
    IW_SESSION_GREETING, /* the server has not spoken yet: nothing may be sent */
    IW_SESSION_NONAUTH,
    IW_SESSION_AUTH,
    IW_SESSION_SELECTED,
    IW_SESSION_LOGOUT /* LOGOUT is done, or BYE came: nothing more may be begun */
};

/* What a tagged OK changes. A command with any effect overlaps with no other. */
enum iw_verb_effect {
    IW_VERB_PLAIN,
    IW_VERB_TLS,     /* the stream becomes TLS: capabilities and all data so far are void */
    IW_VERB_DEFLATE, /* the stream becomes compressed, both ways */
    IW_VERB_LOGIN,   /* authenticated */
    IW_VERB_SELECT,  /* selected, read-write unless the server says otherwise */
    IW_VERB_EXAMINE,
    IW_VERB_CLOSE,  /* authenticated, nothing selected */
    IW_VERB_REVERT, /* as before the login: nothing is enabled, capabilities are void */
    IW_VERB_LOGOUT
};

struct iw_verb {
    const char *name;
    unsigned states; /* bits 1 << enum iw_session_state */
    enum iw_verb_effect effect;
    unsigned traits;    /* enum iw_verb_trait */
    const char *answer; /* upper case; NULL: the tagged text is the result */
};

/* Message numbers and overlapping commands (RFC 9051 §5.5): a command that names messages by number
 * waits for every command during which they may change. */
enum iw_verb_trait {
    IW_VERB_USES_NUMBERS = 1 << 0,
    IW_VERB_KEEPS_NUMBERS = 1 << 1, /* no EXPUNGE may be sent while it is in progress (§7.5.1) */
    IW_VERB_RESTS = 1 << 2          /* once it is asked for a line, silence is no fault: IDLE */
};

/* The table ends with a NULL name. */
extern const struct iw_verb iw_verbs[];

/* Without regard to case; NULL: not in the table. */
const struct iw_verb *iw_verb_find(struct iw_span name);

/* verb may be NULL. */
bool iw_verb_legal(const struct iw_verb *verb, enum iw_session_state state);

/* True when next must not be sent while earlier is unanswered; either may be NULL. */
bool iw_verb_waits(const struct iw_verb *next, const struct iw_verb *earlier);

/* "AUTH, SELECTED": the states in which it is legal; verb may be NULL. Cut to size. */
void iw_verb_name_states(const struct iw_verb *verb, char *names, size_t size);

/* "NONAUTH", "AUTH" …: the names that imaplib's texts use. */
const char *iw_session_state_name(enum iw_session_state state);

#endif
