/* SPDX-License-Identifier: MIT */
/* A dialogue under way. Private to play*.c:
 *   play.c           the face, connections, sections, and the step that comes next
 *   play_steps.c     steps that are neither lines nor sends, and a section's steps laid flat
 *   play_own.c       what this side does: writes, tags, literals that wait
 *   play_prove.c     the exchange of AUTHENTICATE, on either side
 *   play_replies.c   what a client expects: blocks of the server's lines
 *   play_commands.c  what a server expects: the client's commands, one by one
 *   play_finding.c   how a play that failed is explained */
#ifndef IW_SCRIPT_PLAYING_H
#define IW_SCRIPT_PLAYING_H

#include "script/block.h"
#include "script/emit.h"
#include "script/play.h"

enum { IW_NEVERS_MAX = 64, IW_STEP_MS = 5000 };

/* A command of one connection: sent by us, or received. */
struct iw_open_command {
    struct iw_span tag;
    const struct iw_line *line; /* that it was sent by or matched */
    bool exact;                 /* it came from C=: its tag is what looks like one */
    bool lone;                  /* … and is all of the line: a server may answer it, or not */
    bool answered;              /* a line of the scenario has taken its completion */
    bool replied;               /* client: its completion has come */
    struct iw_open_command *next;
};

struct iw_play_conn {
    bool wanted;    /* the scenario speaks of it */
    bool asked_for; /* client: IW_ACTION_CONNECT was given */
    bool opened, closed, secured;
    bool may_end;    /* {"S?": "close"} has been passed */
    bool needs_bye;  /* … which was {"S?": "bye"} */
    bool bye;        /* client: a BYE has come */
    bool over;       /* … and it has ended: its steps are passed over */
    bool end_taken;  /* its end was expected, and came */
    bool discarding; /* behind a send that was cut: what comes cannot be framed */
    bool overflown;
    struct iw_inbox inbox;
    struct iw_received *head; /* server: a command that waits for its turn */
    struct iw_span proof;     /* the text of the latest AUTHENTICATE; absent: none, or it is over */
    bool proving;             /* its exchange has begun */
    struct iw_open_command *first, **end;
    const struct iw_step *nevers[IW_NEVERS_MAX]; /* S!: in force */
    size_t never_count;
};

enum iw_play_state {
    IW_PLAY_OPENING,  /* connections are being opened */
    IW_PLAY_STEPPING, /* nothing is begun: at the step `at` */
    IW_PLAY_EMITTING, /* our steps, at .. until */
    IW_PLAY_REPLIES,  /* client: a block, at .. until */
    IW_PLAY_COMMAND,  /* server: one command */
    IW_PLAY_ENDING,   /* the other side closes */
    IW_PLAY_QUIET,    /* the other side says nothing */
    IW_PLAY_CUT,      /* something of a send that was cut is to come */
    IW_PLAY_SECURING, /* TLS */
    IW_PLAY_COMPRESSING,
    IW_PLAY_PROVING, /* AUTHENTICATE */
    IW_PLAY_DONE
};

enum iw_section { IW_SECTION_SETUP, IW_SECTION_BODY, IW_SECTION_CLEANUP, IW_SECTION_COUNT };

struct iw_play {
    struct iw_play_options options;
    const struct iw_scenario *scenario;
    struct iw_arena arena; /* as long as the play: bindings, commands, the finding */
    struct iw_arena work;  /* lines, patterns, fills: emptied when nothing is waiting */
    struct iw_bindings bindings;
    struct iw_play_conn conns[IW_CONN_MAX];
    unsigned tags;
    uint64_t began; /* the time of the first event; UINT64_MAX: none yet */
    bool started;
    bool any_opened;

    enum iw_section section;
    struct iw_steps steps; /* of the section, laid flat; in the arena */
    size_t at, until;
    enum iw_play_state state;
    uint64_t deadline;
    uint64_t allowance; /* added to the next deadline: pauses of the other side */

    struct iw_random random;
    struct iw_emit emit;
    bool emitting; /* emit has something to be released */
    size_t plus_kept;
    size_t plus_sent;
    struct iw_block block;
    struct iw_block_report report; /* of the last look at it */
    bool look;                     /* something has come that may concern it */
    bool queue_seen;               /* a literal that waits has looked at all that had come before */
    bool asked_tls;

    struct iw_buf aside; /* octets to be written before all else */
    unsigned aside_conn;
    bool aside_given;

    bool failed;
    struct iw_finding finding;
    struct iw_finding unfinished; /* given out while the play is under way */
};

/* Whether there is an action, nothing before an event, or more to be done at once. */
enum iw_turn { IW_TURN_AGAIN, IW_TURN_WAIT, IW_TURN_ACT };

/* ---- play.c ---- */

void iw_play_note(struct iw_play *play, unsigned conn, const char *event, uint64_t now);
enum iw_turn iw_play_write(struct iw_play *play, unsigned conn, struct iw_span octets, uint64_t now,
                           struct iw_action *action);
void iw_play_go_to(struct iw_play *play, size_t at);
/* Empties the work arena, unless lines in it wait for their turn. Not while a step uses it. */
void iw_play_tidy(struct iw_play *play);
/* Whether the connection, which has ended, may have; looks at what came before its end. */
bool iw_play_may_have_ended(struct iw_play *play, const struct iw_step *step);
/* The wait for something begins. */
void iw_play_expect(struct iw_play *play, enum iw_play_state state, uint64_t now);
/* Nothing more is to be had on the connection for the present step: wait, or fail because it has
 * closed or taken too long. */
enum iw_turn iw_play_stand(struct iw_play *play, const struct iw_step *step,
                           const struct iw_block_report *report, uint64_t now);
bool iw_play_is_own(const struct iw_play *play, const struct iw_step *step);

/* ---- play_steps.c ---- */

/* Sends of the other side become the lines in them; world changes become commands of the client on
 * the helper connection, and nothing for the server. False: no memory. */
bool iw_play_lay_flat(struct iw_play *play, struct iw_steps steps, struct iw_steps *flat);
/* Fails the play when the scenario holds a step that cannot be done from this side. */
void iw_play_check_steps(struct iw_play *play);
enum iw_turn iw_play_assert(struct iw_play *play, const struct iw_step *step);
enum iw_turn iw_play_pause(struct iw_play *play, const struct iw_step *step, uint64_t now);
enum iw_turn iw_play_quiet(struct iw_play *play, uint64_t now);
enum iw_turn iw_play_cut(struct iw_play *play, uint64_t now);
enum iw_turn iw_play_secure(struct iw_play *play, uint64_t now, struct iw_action *action);

/* ---- play_own.c ---- */

enum iw_turn iw_play_begin_own(struct iw_play *play, uint64_t now);
enum iw_turn iw_play_own(struct iw_play *play, uint64_t now, struct iw_action *action);
void iw_play_end_own(struct iw_play *play);

struct iw_open_command *iw_play_add_command(struct iw_play *play, unsigned conn, struct iw_span tag,
                                            const struct iw_line *line);
/* The octets of a C=: line open a command when they begin like one. */
void iw_play_add_exact(struct iw_play *play, unsigned conn, const struct iw_line *line,
                       struct iw_span octets);
/* The command that a completion answers: with its label, or the oldest unanswered one without. */
struct iw_open_command *iw_play_find_command(struct iw_play *play, unsigned conn,
                                             struct iw_span label);

/* ---- play_prove.c ---- */

/* A command of ours or of the client's: its text is kept if it is an AUTHENTICATE. */
void iw_play_note_proof(struct iw_play *play, unsigned conn, struct iw_span text);
enum iw_turn iw_play_prove(struct iw_play *play, uint64_t now);

/* ---- play_replies.c ---- */

enum iw_turn iw_play_begin_replies(struct iw_play *play, uint64_t now);
enum iw_turn iw_play_replies(struct iw_play *play, uint64_t now);
/* A client waits for the end of a connection. */
enum iw_turn iw_play_reply_end(struct iw_play *play, uint64_t now);
/* Cuts one more reply and sees that it may come at all. AGAIN: it is in the queue, or the play has
 * failed; WAIT: there is none. */
enum iw_turn iw_play_cut_reply(struct iw_play *play, const struct iw_step *step,
                               struct iw_received **reply);
/* False: an S!: line has been broken; the play has failed. */
bool iw_play_check_nevers(struct iw_play *play, unsigned conn, uint64_t limit);

/* ---- play_commands.c ---- */

enum iw_turn iw_play_command(struct iw_play *play, uint64_t now);
enum iw_turn iw_play_command_end(struct iw_play *play, uint64_t now);

/* ---- play_finding.c ---- */

enum iw_failure {
    IW_FAILURE_MISMATCH, /* the verdict of the scenario's level */
    IW_FAILURE_SILENCE,  /* nothing came at all */
    IW_FAILURE_BLOCKED,  /* the scenario cannot be played like this */
    IW_FAILURE_SKIP
};

/* Ends the section. The spans are copied; absent ones are left out. */
enum iw_turn iw_play_fail(struct iw_play *play, enum iw_failure failure, const struct iw_step *step,
                          struct iw_span expected, struct iw_span received, const char *text);
enum iw_turn iw_play_fail_error(struct iw_play *play, const struct iw_step *step,
                                const struct iw_error *error);
/* A line that did not come as expected. event: what ended the wait; NULL: the line itself did. */
enum iw_turn iw_play_fail_line(struct iw_play *play, const struct iw_block_report *report,
                               const char *event, enum iw_failure failure);
enum iw_turn iw_play_fail_memory(struct iw_play *play, const struct iw_step *step);
struct iw_span iw_received_text(const struct iw_received *received);

#endif
