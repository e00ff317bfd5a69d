/* SPDX-License-Identifier: MIT */
/* What was heard between a client and a server: utterances of all connections in the order in which
 * they went by. Secrets are still in it; it stays in memory. script/tap.h fills it, and
 * script/transcribe.h makes a scenario of it.
 *
 * A recording that has stopped takes nothing more: what it holds is good up to there. */
#ifndef IW_SCRIPT_RECORDING_H
#define IW_SCRIPT_RECORDING_H

#include "base/close.h"
#include "parser/command.h"
#include "parser/response.h"
#include "script/redaction.h"
#include "script/scenario.h"

enum { IW_UTTERANCES_MAX = 50000 }; /* what can be loaded again */

enum iw_utterance_kind {
    IW_UTTERED_COMMAND,  /* a whole one, or one that is none; or up to a literal that was refused
                          */
    IW_UTTERED_LINE,     /* of the client's, that is no command: DONE */
    IW_UTTERED_PROOF,    /* of either side: a message of SASL; not written, unless the client has
                            proven nothing: a challenge, or "*" */
    IW_UTTERED_UNTAGGED, /* also whatever else the server says that is none of the next two */
    IW_UTTERED_PLUS,
    IW_UTTERED_COMPLETION, /* of a command that was heard */
    IW_UTTERED_PART,       /* octets that did not become any of these before the end */
    IW_UTTERED_TLS,
    IW_UTTERED_COMPRESS,
    IW_UTTERED_CLOSE
};

struct iw_utterance {
    enum iw_utterance_kind kind;
    enum iw_side side;
    unsigned conn;
    uint64_t ms;
    struct iw_span octets;             /* with the line's end; in the recording's arena */
    const struct iw_literal *literals; /* in octets */
    size_t literal_count;
    bool legal;                     /* our parser takes it, strictly */
    enum iw_command_kind command;   /* of a COMMAND; OTHER when it is not legal */
    size_t tag_length;              /* of a COMMAND, and of a COMPLETION */
    enum iw_response_kind response; /* UNTAGGED: OTHER when it is not legal */
    enum iw_state state;            /* of a COMPLETION that is legal */
    bool proven;                    /* AUTHENTICATE: the client has said something in it */
    const char *user;               /* LOGIN: what stands for the name; static */
    enum iw_close how;              /* of a CLOSE */
    struct iw_utterance *answers;   /* COMPLETION, PROOF: the command; COMMAND: its completion */
    unsigned label;                 /* for whoever writes it; 0: none */
    bool left_out;                  /* likewise */
    struct iw_utterance *next;
};

struct iw_recording {
    struct iw_arena arena;
    struct iw_utterance *first, *last;
    size_t count;
    struct iw_redaction redaction;
    bool tls[IW_CONN_MAX]; /* by connection, from 1 on: from the first octet */
    unsigned conn_count;
    struct iw_span capability[4]; /* heard last in each state, as in iw_given; absent: never */
    const char *stopped;          /* why nothing more is taken; static; NULL: it is */
};

/* octets: how many it may hold in all. */
void iw_recording_init(struct iw_recording *recording, size_t octets, bool keep_users);
void iw_recording_release(struct iw_recording *recording);

/* Behind all others; octets and literals are copied. NULL: the recording has stopped. */
struct iw_utterance *iw_recording_add(struct iw_recording *recording,
                                      const struct iw_utterance *utterance);
/* The first reason stays. */
void iw_recording_stop(struct iw_recording *recording, const char *why);

#endif
