/* SPDX-License-Identifier: MIT */
/* A stream from the blocking client to a mock server's host in memory, under a virtual clock: time
 * passes while the client waits, at once. One client at a time.
 *
 * Whoever links it asks iw_clock_ms in vain: the linker sends the call to this clock. */
#ifndef IW_TESTS_MOCK_WIRE_H
#define IW_TESTS_MOCK_WIRE_H

#include "base/passage.h"
#include "base/random.h"
#include "mockserver/host.h"
#include "net/deflate.h"
#include "net/wire.h"

/* What becomes of the server's octets from a place on. */
enum iw_mock_fault {
    IW_FAULT_NONE,
    IW_FAULT_END,     /* the stream ends */
    IW_FAULT_SILENCE, /* nothing more comes */
    IW_FAULT_SAY,     /* a text comes first, then all goes on */
    IW_FAULT_LAST     /* a text comes, then the stream ends */
};

struct iw_mock_wire {
    struct iw_host *host;     /* borrowed */
    uint64_t seed;            /* 0: reads give all there is; else chunks */
    enum iw_mock_fault fault; /* happens once */
    size_t fault_at;          /* octets of the server's that come before it */
    const char *fault_text;   /* IW_FAULT_SAY, IW_FAULT_LAST */

    /* What comes of it. */
    size_t delivered; /* octets of the server's that the client has read, without the fault's */
    bool stuck;       /* the host never comes to rest */
    unsigned closes;

    unsigned conn;
    bool secure;
    struct iw_outbox outbox; /* what the host has written and is still on its way */
    enum iw_close behind_cut;
    bool was_cut;
    bool broken;                /* a record of TLS came with an octet turned */
    struct iw_buf unheard;      /* what a host that is deaf has not taken */
    struct iw_buf octets;       /* not read yet */
    bool ended;                 /* behind the octets the host has closed */
    bool awaits_handshake;      /* the host has begun TLS, the client not yet */
    struct iw_deflate *deflate; /* the host's end of compression; NULL: none */
    bool struck;                /* the fault has happened */
    struct iw_span saying;      /* of its text, what is still to come */
    struct iw_random random;
};

/* Now, in milliseconds; only moves forward. */
uint64_t iw_mock_now(void);

/* Connects. NULL: no memory. */
struct iw_wire *iw_mock_wire_open(struct iw_mock_wire *wire, bool secure);
void iw_mock_wire_release(struct iw_mock_wire *wire);

#endif
