/* SPDX-License-Identifier: MIT */
/* The capabilities a server has named last (RFC 9051 §7.2.2). The newest list replaces all earlier
 * ones; a change of the connection's nature (TLS, login) makes the list unknown. */
#ifndef IW_CLIENT_CAPABILITY_H
#define IW_CLIENT_CAPABILITY_H

#include "base/buf.h"

struct iw_capabilities {
    struct iw_buf names; /* upper case, each with one SP before and the last with one behind */
    bool known;
    unsigned changes; /* lists learned so far; wraps */
};

void iw_capabilities_init(struct iw_capabilities *capabilities, const struct iw_alloc *alloc);
void iw_capabilities_release(struct iw_capabilities *capabilities);

/* False: no memory, or more than 64 KiB of names; then nothing is known. */
bool iw_capabilities_learn(struct iw_capabilities *capabilities, const struct iw_span *names,
                           size_t count);
void iw_capabilities_forget(struct iw_capabilities *capabilities);

/* The number behind "APPENDLIMIT=" of the first name that begins so; 0: none. */
uint64_t iw_capabilities_number(const struct iw_capabilities *capabilities, const char *prefix);

/* Names compare without regard to case. False also when nothing is known. */
bool iw_capabilities_have(const struct iw_capabilities *capabilities, const char *name);
/* The same, or IMAP4rev2 is there, which includes it (RFC 9051 appendix E). */
bool iw_capabilities_include(const struct iw_capabilities *capabilities, const char *name);

#endif
