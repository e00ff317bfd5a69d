/* SPDX-License-Identifier: MIT */
/* What went over the wire, for reports: who, when, which octets. Capped: when full, the oldest
 * entries go. Passwords given to redact are replaced by "***" on the way in. */
#ifndef IW_SCRIPT_TRANSCRIPT_H
#define IW_SCRIPT_TRANSCRIPT_H

#include "base/buf.h"

struct iw_transcript_entry {
    uint64_t ms;
    unsigned conn;
    char who;              /* 'C', 'S', or '-' for an event ("closed", "TLS") */
    size_t offset, length; /* in the octets */
};

struct iw_transcript {
    struct iw_buf octets;
    struct iw_transcript_entry *entries;
    size_t count, capacity;
    uint64_t gone;             /* entries that went; the first one here has this number */
    uint64_t sealed;           /* entries below this number stay as they are */
    struct iw_span secrets[8]; /* borrowed */
    size_t secret_count;
};

void iw_transcript_init(struct iw_transcript *transcript, size_t cap);
void iw_transcript_release(struct iw_transcript *transcript);
void iw_transcript_redact(struct iw_transcript *transcript, struct iw_span secret);
void iw_transcript_add(struct iw_transcript *transcript, uint64_t ms, unsigned conn, char who,
                       struct iw_span octets);

/* The entries so far are taken: a line that has only begun goes on in an entry of its own. Not for
 * one that redacts. */
void iw_transcript_seal(struct iw_transcript *transcript);

/* octets with "***" for every secret in them, added to out. */
void iw_redact(struct iw_buf *out, struct iw_span octets, const struct iw_span *secrets,
               size_t count);

/* The last lines (0: all) as text: "  0.012 C1: a1 NOOP\n". CR LF ends a line and is not shown;
 * other control octets as \r \n \x00. */
void iw_transcript_write(const struct iw_transcript *transcript, size_t lines, struct iw_buf *out);

#endif
