/* SPDX-License-Identifier: MIT */
/* One connection listened to from the middle, without I/O: the octets of both sides go in, what may
 * pass on comes out, and what was said goes into a recording.
 *
 * Octets pass as they are and as they come, a piece of a line too. Only the client is held up: a
 * literal that waits for "+" until the server has answered, and what it says behind STARTTLS or
 * COMPRESS until the server has answered that. Where TLS or compression begins, the octets that
 * came too early are dropped (RFC 9051 §11.1).
 *
 * What cannot be cut into lines stops the recording and passes all the same. */
#ifndef IW_SCRIPT_TAP_H
#define IW_SCRIPT_TAP_H

#include "parser/frame.h"
#include "script/recording.h"

/* What the connection turns into once what may pass has passed. */
enum iw_tap_turn {
    IW_TAP_NONE,
    IW_TAP_TLS,        /* both sides begin TLS */
    IW_TAP_CLIENT_TLS, /* only the client does */
    IW_TAP_COMPRESS    /* both sides are compressed */
};

enum { IW_TAP_OPEN_MAX = 1000 }; /* commands of one connection without an answer */

struct iw_tap {
    struct iw_recording *recording; /* borrowed */
    unsigned conn;
    bool secure;                 /* the client has TLS */
    bool offers_tls;             /* STARTTLS is offered and answered here, not by the server */
    struct iw_framer framers[2]; /* by side */
    struct iw_buf pass[2];       /* by the side they come from; whoever has passed them clears */
    enum iw_tap_turn turn;       /* whoever has seen to it calls iw_tap_turned */

    struct iw_buf waiting, fed; /* of the client: not given to its framer, and given */
    bool feeding;               /* the framer holds some of fed */
    size_t passed;              /* of fed; of the frame begun, where whole frames pass */
    size_t left;                /* of fed, behind what its framer has given out */
    struct iw_buf asked;        /* a command that waits for "+"; empty: none does */
    struct iw_buf pluses;       /* that have let literals go; they stand behind the command */

    struct iw_utterance *open[IW_TAP_OPEN_MAX]; /* commands without an answer, oldest first */
    size_t open_count;
    struct iw_utterance *turning; /* STARTTLS or COMPRESS, if one of them is open */
    struct iw_utterance *proving; /* AUTHENTICATE likewise */
    struct iw_utterance *idling;  /* IDLE likewise */
    struct iw_span mechanism;     /* of AUTHENTICATE */
    unsigned messages;            /* of the client's in it */
    bool authenticated;
    bool deaf; /* everything passes, nothing is heard */
    bool over; /* one side has closed */
    struct iw_arena scratch;
    uint64_t now;
};

/* conn from 1 on. */
void iw_tap_init(struct iw_tap *tap, struct iw_recording *recording, unsigned conn, bool secure);
void iw_tap_release(struct iw_tap *tap);

void iw_tap_hear(struct iw_tap *tap, enum iw_side side, struct iw_span octets, uint64_t now);
/* TLS or compression has begun. */
void iw_tap_turned(struct iw_tap *tap);
/* That side has closed; the first one counts. */
void iw_tap_closed(struct iw_tap *tap, enum iw_side side, enum iw_close how, uint64_t now);

#endif
