/* SPDX-License-Identifier: MIT */
/* The steps of one side becoming what is done to the wire: lines are filled, tagged and joined into
 * writes; sends are cut, split and dribbled; pauses become times.
 *
 * An emission is pulled: its owner calls iw_emit_next, does what the act says and calls again until
 * IW_ACT_END or IW_ACT_FAILED. Steps are read when their turn comes, so that a fill sees what was
 * bound before it, and the engine acts after a world change that stands in front of it.
 * Consecutive lines of one connection, and the engine's octets among them, are one write.
 * Used for both sides of a dialogue and for the "play" of a rule. */
#ifndef IW_SCRIPT_EMIT_H
#define IW_SCRIPT_EMIT_H

#include "base/close.h"
#include "base/passage.h"
#include "script/fill.h"

enum iw_act_kind {
    IW_ACT_WRITE, /* octets, as one segment; valid until the next call */
    IW_ACT_ASK,   /* a synchronising literal is announced: iw_emit_go_on after "+", iw_emit_refused
                     after a tagged reply; only lines of the client ask */
    IW_ACT_WAIT,  /* nothing before `until`: call again then; iw_emit_next gives it until that time
                   */
    IW_ACT_CLOSE, /* how; IW_CLOSE_SILENT: stay open and say nothing more */
    IW_ACT_TLS,
    IW_ACT_COMPRESS,
    IW_ACT_TCP,   /* everything that follows is sent by passage; how: what follows its cut */
    IW_ACT_WORLD, /* step->world: the mailboxes change before anything else is done */
    IW_ACT_END,   /* nothing is left */
    IW_ACT_FAILED /* step cannot be done; the error given to iw_emit_next says why */
};

struct iw_act {
    enum iw_act_kind kind;
    unsigned conn; /* as the step writes it; a rule's owner uses the connection it fired on */
    struct iw_span octets;
    enum iw_close how;
    uint64_t until;
    const struct iw_passage *passage; /* valid until the next call */
    const struct iw_step *step;       /* the (last) step it comes from */
};

struct iw_emit_calls {
    /* The tag of a plain line: "C: …", or "S: OK …" when it is a completion. False: there is no
     * command it could belong to. */
    bool (*tag)(void *context, const struct iw_line *line, struct iw_span *tag);
    /* The engine acts: on what it was asked, or on `command` (filled, without a tag) when it is
     * present. What it has to say is added to out. NULL: a step "engine" fails. */
    bool (*engine)(void *context, struct iw_span command, struct iw_buf *out);
    /* Told of each line before its octets are handed out; may be NULL. */
    void (*line)(void *context, const struct iw_line *line, const struct iw_filled *filled);
    void *context;
};

struct iw_emit_options {
    enum iw_side side; /* whose steps are done; those of the other side are passed over */
    const struct iw_scenario *scenario; /* its files; borrowed */
    struct iw_bindings *bindings;       /* borrowed; defaults (${v=7}) are bound here */
    struct iw_arena *arena;             /* borrowed; fills are made here */
    const struct iw_alloc *alloc;
    struct iw_emit_calls calls;
    struct iw_random *random; /* borrowed; ranges are drawn from it; NULL: their least */
    bool invent;              /* holes get made-up values (IW_FILL_INVENT) */
};

/* A place in the stream where the client has to wait for "+". */
struct iw_emit_stop {
    const struct iw_step *step;
    size_t at;       /* behind the announcement's CRLF */
    size_t line_end; /* where the stream goes on when the literal is refused */
};

struct iw_emit {
    struct iw_emit_options options;
    struct iw_steps steps; /* borrowed */
    size_t at;             /* the step that comes next */
    bool waiting;
    uint64_t until;

    /* What is being written: the octets of some lines or of one send. */
    const struct iw_step *step; /* the last one in the stream; NULL: there is no stream */
    struct iw_buf stream;       /* owned */
    size_t written;             /* octets handed out */
    size_t segment_end, end;    /* of the present segment, and of all: where a send is cut */
    struct iw_emit_stop *stops; /* in the arena, ascending */
    size_t stop_count, stop_capacity, stop_at;
    bool asking;               /* at stops[stop_at] */
    struct iw_passage passage; /* of the stream: none for lines; or of IW_ACT_TCP */
    size_t split_at;
    bool closes; /* when all is written */
    enum iw_close how;
};

/* Lines of the other side, S! lines and assertions among the steps are passed over. A line goes out
 * as it stands in the file, with three additions: its tag; of alternatives the first is sent, with
 * the code written behind it; and a status response without a text gets one. */
void iw_emit_init(struct iw_emit *emit, const struct iw_emit_options *options,
                  struct iw_steps steps);
void iw_emit_release(struct iw_emit *emit);

/* Times are milliseconds of any steady clock. */
struct iw_act iw_emit_next(struct iw_emit *emit, uint64_t now, struct iw_error *error);

void iw_emit_go_on(struct iw_emit *emit);
void iw_emit_refused(struct iw_emit *emit);

#endif
