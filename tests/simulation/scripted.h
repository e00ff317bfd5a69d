/* SPDX-License-Identifier: MIT */
/* A client session against a scripted server, in one process, under a virtual clock.
 *
 * A script is text, one step a line:
 *   S: octets     the server sends them and CRLF
 *   S= octets     the same without CRLF
 *   C: octets     the client has sent just these and CRLF by now
 *   C= octets     the same without CRLF; none: nothing at all
 *   > NAME rest   the client submits a command; "{text}" in the rest is a literal, "~{text}" a
 *                 literal8, "@{text}" a literal from a source that gives an octet at a time,
 *                 NUL for "^", and fails at "!"; the brace must not follow another
 *   < octets      the client answers the last CONTINUE
 *   secured       the handshake is done
 *   compressed    the stream is compressed from now on; logs what had come behind the OK
 *   eof           the stream ends
 *   wait n        n milliseconds pass
 *   slow n        from now on nothing is taken from the session, but n octets at once
 *   fast          all is taken again
 * Tags are a1, a2, … What the session says is logged, one event a line:
 *   greeted | response RAW | unreadable RAW | continue LABEL RAW | done LABEL STATE |
 *   refused LABEL | dropped | lost CODE: TEXT
 * with "|" for each CRLF inside RAW; a submission that was not taken is "not taken CODE". */
#ifndef IW_TESTS_SCRIPTED_H
#define IW_TESTS_SCRIPTED_H

#include "client/session.h"

struct iw_scripted {
    const char *script;
    size_t cut;  /* a second chunk begins at this octet of the server's */
    size_t end;  /* the server is gone, or silent, at this one; SIZE_MAX: no */
    bool silent; /* at its end it stays, but says nothing more */
    bool keep;   /* options.values is given */
    const struct iw_alloc *alloc;
    const struct iw_limits *limits;

    /* What came of it. */
    struct iw_buf log;      /* to be released by the caller */
    struct iw_buf mismatch; /* "C" lines that did not hold; likewise */
    bool born;              /* false: there was no memory for the session */
    bool lost;
    bool spoke_after_loss;
    enum iw_session_state state; /* at the end */
    bool read_only, turned_read_only, knows_capabilities;
    unsigned enabled;
};

/* All octets of the server in a script. */
void iw_scripted_octets(const char *script, struct iw_buf *octets);

void iw_scripted_run(struct iw_scripted *run);
void iw_scripted_release(struct iw_scripted *run);

#endif
