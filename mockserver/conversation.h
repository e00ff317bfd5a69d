/* SPDX-License-Identifier: MIT */
/* One connection that the engine answers, with a scenario's rules in between.
 *
 * It is accepted, secured where its port is for TLS, and then greeted. From then on whatever calls
 * for an answer is a turn, and the next one begins when all of the answer is out; a long answer is
 * made piece by piece, each when the one before it is out.
 *
 *   conversation.c  its life, what comes in, and which action is next
 *   turn.c          what calls for an answer, and who gives it: a rule or the engine
 *   reply.c         what the engine says
 *   offer.c         the lines of that, and the rules on them
 *   firing.c        a rule being played
 *   jobs.c          what of the turn has still to go out
 *
 * Pure: octets and the time go in, actions come out (script/play.h). */
#ifndef IW_MOCKSERVER_CONVERSATION_H
#define IW_MOCKSERVER_CONVERSATION_H

#include "mockserver/engine/session.h"
#include "mockserver/firing.h"
#include "mockserver/jobs.h"
#include "mockserver/turn.h"
#include "mockserver/watch.h"

/* What all conversations of a host share. */
struct iw_conversation_world {
    const struct iw_scenario *scenario; /* NULL: no rules */
    struct iw_engine engine;
    struct iw_rules rules;
    struct iw_watch watch;
    struct iw_transcript *transcript; /* NULL: none kept */
    struct iw_transcript *log;        /* of whole commands; NULL: none kept */
    struct iw_random random;          /* of pauses and segments that are drawn */
    uint64_t began;                   /* when its clock begins: at the first connection */
    size_t commands;                  /* that have come whole */
    size_t held, held_max;            /* octets that all clients have sent and nobody has used */
};

struct iw_conversation {
    struct iw_conversation_world *world;
    unsigned number;
    unsigned hand_over; /* states of the session in which no further turn begins; 0: none */
    struct iw_engine_session session;
    struct iw_framer framer;
    struct iw_buf inbox; /* received, not yet fed */
    struct iw_buf lent;  /* fed */
    bool fed;
    size_t held; /* octets of these, and of a frame begun, that count in the world's */

    /* the turn */
    enum iw_turn turn;
    struct iw_arena arena; /* everything of the turn */
    struct iw_frame frame;
    struct iw_command command;
    struct iw_error syntax; /* why command could not be read; IW_OK: it was */
    struct iw_span line;
    struct iw_buf tag, name;           /* of the command in progress */
    struct iw_seen in_progress;        /* its name; all of it if a rule looks at that, */
    struct iw_arena in_progress_arena; /* and then it is in here */
    struct iw_buf answer;              /* what the engine has to say */
    struct iw_buf going;               /* what the rules have made of it; jobs point into it */
    struct iw_jobs jobs;
    struct iw_firing firing;
    bool playing;                                             /* firing is on */
    bool engine_acted, told_ok, told_done, told_ask, did_tls; /* by the turn's rule */
    bool asking; /* a literal has been announced, and neither let come nor refused */

    struct iw_buf used_tags; /* one a line */
    uint64_t now;            /* of the present call */
    uint64_t deadline;       /* of a pause in a play; UINT64_MAX: none */
    bool tls_port;           /* TLS comes before the greeting */
    bool accepted, greeted, line_expected, securing;
    bool mute; /* nothing more is said, but commands are still watched */
    bool gone; /* we have closed */
};

bool iw_conversation_world_init(struct iw_conversation_world *world,
                                const struct iw_scenario *scenario, struct iw_bindings *names,
                                struct iw_arena *arena, struct iw_error *error);

/* Into the transcript. */
void iw_conversation_note(struct iw_conversation_world *world, unsigned conn, char who,
                          struct iw_span octets, uint64_t now);

void iw_conversation_init(struct iw_conversation *conversation, struct iw_conversation_world *world,
                          unsigned number, bool secure);
void iw_conversation_release(struct iw_conversation *conversation);

/* Events. accept: it has come, to a port for TLS or another. open: the greeting is due. resume: no
 * greeting; a dialogue that has ended leaves the client, logged in, to the engine. */
void iw_conversation_accept(struct iw_conversation *conversation, bool tls_port);
void iw_conversation_open(struct iw_conversation *conversation);
void iw_conversation_resume(struct iw_conversation *conversation, bool selected);
void iw_conversation_received(struct iw_conversation *conversation, struct iw_span octets);
void iw_conversation_secured(struct iw_conversation *conversation);

/* Until IW_ACTION_NONE. After IW_ACTION_CLOSE with FIN or RST the conversation is over. */
struct iw_action iw_conversation_next(struct iw_conversation *conversation, uint64_t now);

/* It is accepted and, where that comes first, in TLS: the greeting is due. */
bool iw_conversation_arrived(const struct iw_conversation *conversation);

/* A state of hand_over is reached and everything is out. The octets that came behind it are taken
 * by iw_conversation_rest, once. */
bool iw_conversation_reached(const struct iw_conversation *conversation);
void iw_conversation_rest(struct iw_conversation *conversation, struct iw_buf *rest);

/* ---- for the parts of a conversation ---- */

/* Where it stands, for the rules. Spans of it live as long as the turn. */
struct iw_rule_scene iw_conversation_scene(const struct iw_conversation *conversation);

/* The scenario cannot be played on: that is no fault of the client. place NULL: nowhere in it. */
void iw_conversation_give_up(struct iw_conversation *conversation, const struct iw_place *place,
                             const char *why);

#endif
