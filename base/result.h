/* SPDX-License-Identifier: MIT */
/* The one result type and the one error struct of the project.
 *
 * A function that can fail returns enum iw_result and, where there is more to say, fills a
 * struct iw_error that the caller owns. The first error wins: a callee never overwrites one. */
#ifndef IW_BASE_RESULT_H
#define IW_BASE_RESULT_H

#include <stddef.h>

enum iw_result {
    IW_OK = 0,
    IW_MORE,   /* not an error: the input ends before the value does; call again with more */
    IW_SYNTAX, /* the bytes are not what the grammar allows; framing goes on at the next line */
    IW_LIMIT,  /* a limit that the caller set was reached */
    IW_NO_MEMORY,
    IW_CLOSED,    /* the other end is gone */
    IW_TIMEOUT,   /* a deadline that the caller set has passed */
    IW_CANCELLED, /* the caller asked, from elsewhere, that it end */
    IW_SYSTEM,    /* the operating system or TLS refused; the text says what */
    IW_UNTRUSTED, /* the other end's certificate is not accepted; the text says why */
    IW_FATAL      /* the stream cannot be understood any further; only release may follow */
};

struct iw_error {
    enum iw_result code;
    size_t offset;        /* octets from the start of the frame or text being read */
    const char *expected; /* what was wanted there; static storage; NULL if nothing is known */
    char detail[200];     /* NUL-terminated; may be empty */
};

/* "syntax", "limit", …: static, lower case, for messages. */
const char *iw_result_name(enum iw_result result);

/* Sets *error unless it is NULL or already holds an error. Returns code, so that
 * `return iw_fail(…)` reads as it does. */
enum iw_result iw_fail(struct iw_error *error, enum iw_result code, size_t offset,
                       const char *expected) __attribute__((cold));

/* The same with a formatted detail. */
enum iw_result iw_failf(struct iw_error *error, enum iw_result code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
