/* SPDX-License-Identifier: MIT */
/* A growing buffer that cannot grow past its cap.
 *
 * Adding never returns an error that a caller must check at once: a failed add sets `failed`, adds
 * nothing, and every later add does nothing, so a writer checks once at its end. Spans into the
 * buffer end at the next add, consume, clear or release. */
#ifndef IW_BASE_BUF_H
#define IW_BASE_BUF_H

#include "base/alloc.h"
#include "base/span.h"

struct iw_buf {
    const struct iw_alloc *alloc;
    char *data; /* owned; the content is data[begin .. begin + length) */
    size_t begin;
    size_t length;
    size_t capacity;
    size_t cap;  /* the most octets the content may have */
    bool failed; /* an add did not fit or memory ran out; stays until clear */
};

void iw_buf_init(struct iw_buf *buf, const struct iw_alloc *alloc, size_t cap);
void iw_buf_release(struct iw_buf *buf);

/* Forgets content and failure, keeps the memory. */
void iw_buf_clear(struct iw_buf *buf);

void iw_buf_add(struct iw_buf *buf, struct iw_span bytes);
void iw_buf_add_char(struct iw_buf *buf, char c);
void iw_buf_add_string(struct iw_buf *buf, const char *string);
void iw_buf_add_number(struct iw_buf *buf, uint64_t number);
void iw_buf_addf(struct iw_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for at least size octets behind the content, to be filled and then committed; NULL on
 * failure. */
char *iw_buf_reserve(struct iw_buf *buf, size_t size);
void iw_buf_commit(struct iw_buf *buf, size_t size);

/* Takes octets from the front; at most the length. */
void iw_buf_consume(struct iw_buf *buf, size_t size);

/* Shortens the content to length octets, for a writer that takes back what it began. */
void iw_buf_truncate(struct iw_buf *buf, size_t length);

struct iw_span iw_buf_span(const struct iw_buf *buf);

/* The content as a C string (a NUL stands behind it, uncounted); "" on failure. */
const char *iw_buf_string(struct iw_buf *buf);

#endif
