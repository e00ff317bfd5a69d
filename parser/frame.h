/* SPDX-License-Identifier: MIT */
/* Cuts a stream of bytes into whole responses or whole commands, literals included
 * (RFC 9051 §2.2, §4.3, §9).
 *
 * It may be fed any chunking, down to one octet, and gives the same frames. Each octet is searched
 * for the end of line once; only a line that ends in a literal announcement is read a second time,
 * to see that the announcement does not stand inside a quoted string. The text behind OK, NO, BAD,
 * BYE, PREAUTH and "+" is prose, in which {5} and a lone quote mean nothing. A line that holds
 * nothing but its CRLF is a frame of its own.
 *
 * An announcement is {n}, {n+}, ~{n} or ~{n+} at the end of a line, in either direction: a server
 * must not send {n+}, but the octets follow all the same, so the framer goes along and the reader
 * refuses it. {n} with n above 2^63-1 is more than can follow: IW_LIMIT.
 *
 * Ownership: the framer borrows the fed bytes until iw_framer_next has returned IW_MORE. A frame
 * that lies wholly inside one fed chunk is lent from that chunk, without a copy; any other from
 * the framer's own buffer. Either way it is valid until the next call on the framer.
 *
 * No memory is taken for bytes that have not arrived, however large a literal is announced. The
 * buffer never holds more than the larger of limits.line and limits.frame, and grows by doubling.
 */
#ifndef IW_PARSER_FRAME_H
#define IW_PARSER_FRAME_H

#include "base/buf.h"
#include "base/result.h"
#include "base/span.h"
#include "parser/limits.h"

enum iw_frame_role {
    IW_FRAME_RESPONSES, /* what a server sends: no literal waits for anyone */
    IW_FRAME_COMMANDS   /* what a client sends: {n} waits for the server's "+" */
};

enum iw_frame_kind {
    IW_FRAME_WHOLE, /* a response, a command, or one raw line */
    IW_FRAME_ASK    /* a command so far, up to and with a {n} CRLF that waits: accept or refuse */
};

/* What becomes of one literal's octets. */
enum iw_literal_fate {
    IW_LITERAL_KEEP,   /* they stand in the frame; skipped when larger than limits.literal, or
                          than what is left of limits.frame */
    IW_LITERAL_STREAM, /* they go to the callback as they come, and are absent from the frame */
    IW_LITERAL_SKIP    /* they are dropped, and are absent from the frame */
};

struct iw_literal {
    size_t offset; /* in frame.bytes, of the first octet behind the announcement's CRLF */
    uint64_t size; /* octets announced */
    bool binary;   /* ~{n}: literal8 (RFC 3516 §7) */
    bool waits;    /* {n} or ~{n}, not {n+} (RFC 7888) */
    bool kept;     /* its octets stand in frame.bytes at offset */
};

struct iw_frame {
    enum iw_frame_kind kind;
    enum iw_frame_role role;           /* of the framer */
    struct iw_span bytes;              /* from the first octet to the last line's LF */
    const struct iw_literal *literals; /* in order */
    size_t literal_count;
    uint64_t offset; /* in the stream, of the first octet */
    bool bare_lf;    /* some line ended in LF without CR */
};

/* Optional: asked once for every announced literal that is on its way (for a command's {n}: when it
 * is accepted); and given streamed octets piece by piece, never none. NULL functions keep all, and
 * drop what should be streamed. They must not call the framer. */
struct iw_literal_handler {
    enum iw_literal_fate (*fate)(void *context, struct iw_span frame_so_far,
                                 const struct iw_literal *literal);
    void (*octets)(void *context, struct iw_span octets);
    void *context;
};

struct iw_framer {
    enum iw_frame_role role;
    struct iw_limits limits;
    const struct iw_alloc *alloc;
    struct iw_literal_handler handler;
    struct iw_span input;        /* fed and not yet consumed; borrowed */
    struct iw_buf pending;       /* the beginning of a frame whose end has not come; owned */
    struct iw_literal *literals; /* owned */
    size_t literal_count, literal_capacity;
    uint64_t offset;       /* in the stream, of the frame being cut */
    uint64_t absent;       /* octets of that frame that were streamed, skipped or dropped */
    uint64_t literal_left; /* octets of the present literal still to come */
    size_t line_begin;     /* in the frame, of the line being searched */
    size_t searched;       /* in the frame, up to where no LF is */
    unsigned state;        /* private to frame.c */
    bool bare_lf;
    bool raw;       /* the next line is a frame, whatever it ends in */
    bool continued; /* the present line stands behind a literal */
    bool discarded; /* the present frame is over a limit: followed to its end, not kept */
};

void iw_framer_init(struct iw_framer *framer, enum iw_frame_role role,
                    const struct iw_limits *limits, const struct iw_alloc *alloc);
void iw_framer_release(struct iw_framer *framer);

/* Before the first feed, or between frames. */
void iw_framer_handle_literals(struct iw_framer *framer, struct iw_literal_handler handler);

/* The next frame is one bare line: a SASL answer, DONE. Between frames; lasts for one. */
void iw_framer_expect_line(struct iw_framer *framer);

/* Only after iw_framer_next returned IW_MORE, or first. */
void iw_framer_feed(struct iw_framer *framer, struct iw_span bytes);

/* IW_OK      *frame is set. Behind IW_FRAME_ASK comes accept or refuse.
 * IW_MORE    all fed bytes are consumed or stored; feed again.
 * IW_LIMIT   once for a frame that is over a limit; call again for the next one. A line that is too
 *            long is dropped with what came before it in its frame, and the next line begins a
 *            frame. A frame too long, or with too many literals, is dropped to its end, literals
 *            included, or to a {n} of a command, behind which the client waits for an answer.
 * IW_NO_MEMORY, IW_FATAL  the stream is lost: only release may follow. */
enum iw_result iw_framer_next(struct iw_framer *framer, struct iw_frame *frame,
                              struct iw_error *error);

/* Answers to IW_FRAME_ASK. Accept: the literal's octets follow, and the next frame is the whole
 * command from its start. Refuse: the command ends here; what comes next is a new command
 * (RFC 9051 §4.3). */
void iw_framer_accept(struct iw_framer *framer);
void iw_framer_refuse(struct iw_framer *framer);

/* Octets of the stream that belong to no frame given out yet: 0 means that a close of the
 * connection now is clean. */
uint64_t iw_framer_held(const struct iw_framer *framer);

/* The fed octets behind the last frame given out, a line begun included, for a stream that changes
 * its nature (STARTTLS, COMPRESS): the framer is empty afterwards. Only between frames; the span is
 * valid until the next call. */
struct iw_span iw_framer_take_rest(struct iw_framer *framer);

#endif
