/* SPDX-License-Identifier: MIT */
/* One dialogue being played from one side, without I/O: octets and the time go in, actions come
 * out. The same code is the client of check-server and the server of `serve`; two of them, wired
 * together, play a scenario against itself.
 *
 * Three sections run in order: setup (a mismatch there is IW_BLOCKED), body (the scenario's), and
 * cleanup (always run while its connection lives; a mismatch there is ignored). Times are
 * milliseconds of any steady clock. Everything handed out is valid until the next call. */
#ifndef IW_SCRIPT_PLAY_H
#define IW_SCRIPT_PLAY_H

#include "base/close.h"
#include "base/passage.h"
#include "parser/frame.h"
#include "script/bindings.h"
#include "script/scenario.h"
#include "script/transcript.h"
#include "script/verdict.h"

enum iw_action_kind {
    IW_ACTION_NONE,     /* nothing to do before the deadline or the next event */
    IW_ACTION_CONNECT,  /* client side: open connection conn */
    IW_ACTION_WRITE,    /* send octets as one write (one segment, one TLS record where possible) */
    IW_ACTION_TLS,      /* begin the handshake; octets written before are in clear; octets: what has
                           come of it already */
    IW_ACTION_COMPRESS, /* everything from here on is compressed, both ways (RFC 4978) */
    IW_ACTION_TCP,      /* everything from here on is sent by passage; how: what follows its cut */
    IW_ACTION_CLOSE,
    IW_ACTION_DONE /* the verdict stands; close what is open */
};

struct iw_action {
    enum iw_action_kind kind;
    unsigned conn;
    struct iw_span octets;
    enum iw_close how;
    const struct iw_passage *passage; /* IW_ACTION_TCP */
};

/* How a failed play is explained. All texts are in the play's memory. */
struct iw_finding {
    enum iw_verdict verdict;
    struct iw_place place;   /* of the step that did not hold */
    struct iw_span step;     /* as written in the file */
    struct iw_span expected; /* filled in */
    struct iw_span received; /* the nearest line; absent: none came */
    struct iw_span text;     /* one line: what differs, or why it was skipped or blocked */
};

/* Server side: commands that the scenario leaves to the engine ("engine": ["NOOP"]). Offered when
 * one of them comes that the dialogue does not expect there. True: what was added to answer is
 * written, and the dialogue waits on; false: it is a mismatch. */
struct iw_aside {
    bool (*answer)(void *context, unsigned conn, const struct iw_frame *command,
                   struct iw_buf *answer);
    void *context;
};

/* Who computes the exchange that {"S": "authenticate"} stands for. First comes the text of the
 * AUTHENTICATE command itself, as this side has sent or received it, without a tag; then what the
 * other side says: lines of the client, or what stands behind "+ ", without CRLF. What this side
 * says to it is added to answer, with CRLF.
 *   IW_MORE    it goes on
 *   IW_OK      the server is satisfied, and says nothing more itself
 *   IW_SYSTEM  the server is not; the client says what cancels it
 * NULL: nobody computes it; the server believes what it gets, and the client sends empty lines. */
struct iw_exchange {
    enum iw_result (*go_on)(void *context, unsigned conn, struct iw_span line,
                            struct iw_buf *answer);
    void *context;
};

struct iw_play_options {
    enum iw_side side;
    struct iw_steps setup, cleanup;
    size_t variant;                   /* of the scenario's vary */
    unsigned step_ms;                 /* how long an expected line may take; 0: 5 000 */
    unsigned body_ms;                 /* the same in the body; 0: as step_ms */
    const char *tag;                  /* client side: prefix of generated tags; NULL: "iw" */
    struct iw_transcript *transcript; /* NULL: none kept */
    struct iw_transcript *commands;   /* server side: every whole command as it came; NULL: none */
    struct iw_aside aside;            /* answer NULL: no command is answered aside */
    struct iw_exchange exchange;
    bool (*scram)(struct iw_span argument, struct iw_span password,
                  struct iw_buf *out); /* see struct iw_bindings */
    const struct iw_alloc *alloc;      /* NULL: the C library's */
    uint64_t seed;                     /* of what is drawn: pauses, segments */
    /* This is one of two plays of one scenario: the server makes up values for the holes in lines
     * it sends, and assertions, which would judge made-up values, need not hold. */
    bool invent;
};

struct iw_play;

/* NULL: no memory. The scenario is borrowed and must outlive the play. */
struct iw_play *iw_play_new(const struct iw_scenario *scenario,
                            const struct iw_play_options *options);
void iw_play_free(struct iw_play *play);

/* Predefined names: user, password, M, N, sep … Before the first event. */
bool iw_play_bind(struct iw_play *play, const char *name, struct iw_span value);

/* Events. closed: the other end's FIN, RST or failure; nothing follows on that connection. */
void iw_play_opened(struct iw_play *play, unsigned conn, uint64_t now);
void iw_play_received(struct iw_play *play, unsigned conn, struct iw_span octets, uint64_t now);
void iw_play_closed(struct iw_play *play, unsigned conn, enum iw_close how, uint64_t now);
void iw_play_secured(struct iw_play *play, unsigned conn, uint64_t now); /* handshake done */
void iw_play_tick(struct iw_play *play, uint64_t now);

/* Call until IW_ACTION_NONE or IW_ACTION_DONE, after every event. */
struct iw_action iw_play_next(struct iw_play *play, uint64_t now);

/* When iw_play_tick wants to be called; UINT64_MAX: never. */
uint64_t iw_play_deadline(const struct iw_play *play);

/* What has come on a connection behind the end of the dialogue, once. Only when done. */
void iw_play_rest(struct iw_play *play, unsigned conn, struct iw_buf *rest);

bool iw_play_done(const struct iw_play *play);
/* Meaningful once done; before that, what it would be if everything stopped now. */
const struct iw_finding *iw_play_finding(const struct iw_play *play);

#endif
