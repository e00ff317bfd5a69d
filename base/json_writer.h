/* SPDX-License-Identifier: MIT */
/* Writes JSON (RFC 8259) as it is told, into a buffer: no tree is built.
 *
 * The caller keeps the order right: each open has its close, and each member of an object its key.
 * A key is handed over with its value, or goes ahead by iw_json_key and the value has NULL for it;
 * it is NULL too in arrays and at the top. Commas, lines and escapes are put here. Nesting is as
 * deep as what is written. Failure is the buffer's (out->failed). */
#ifndef IW_BASE_JSON_WRITER_H
#define IW_BASE_JSON_WRITER_H

#include "base/buf.h"

enum iw_json_layout {
    IW_JSON_DENSE,    /* {"a":1,"b":2} */
    IW_JSON_ONE_LINE, /* {"a": 1, "b": 2} */
    IW_JSON_INDENTED  /* two blanks a level, and LF at the end */
};

struct iw_json_writer {
    struct iw_buf *out; /* borrowed */
    enum iw_json_layout layout;
    unsigned depth;
    bool keyed; /* a key stands, its value comes next */
};

void iw_json_writer_init(struct iw_json_writer *writer, struct iw_buf *out,
                         enum iw_json_layout layout);

void iw_json_key(struct iw_json_writer *writer, const char *key);

void iw_json_open_object(struct iw_json_writer *writer, const char *key);
void iw_json_close_object(struct iw_json_writer *writer);
void iw_json_open_array(struct iw_json_writer *writer, const char *key);
void iw_json_close_array(struct iw_json_writer *writer);

/* Always a string, but for the absent span and NULL, which are null. Octets that are no UTF-8 are
 * written as the characters of the same number, \u0080 to \u00ff, so that a reader sees which
 * octets they were; control characters and DEL as \u00XX. */
void iw_json_put_text(struct iw_json_writer *writer, const char *key, struct iw_span text);
void iw_json_put_string(struct iw_json_writer *writer, const char *key, const char *string);

/* Nothing is lost: what is UTF-8 throughout as a string, anything else as {"base64": "…"}, the
 * absent span as null. */
void iw_json_put_octets(struct iw_json_writer *writer, const char *key, struct iw_span octets);

/* The same, but nothing at all for the absent span. */
void iw_json_put_member(struct iw_json_writer *writer, const char *key, struct iw_span octets);

void iw_json_put_number(struct iw_json_writer *writer, const char *key, uint64_t number);
void iw_json_put_bool(struct iw_json_writer *writer, const char *key, bool value);
void iw_json_put_null(struct iw_json_writer *writer, const char *key);
/* Milliseconds as seconds with three decimals: 1500 is written 1.500. */
void iw_json_put_seconds(struct iw_json_writer *writer, const char *key, uint64_t ms);

#endif
