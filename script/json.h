/* SPDX-License-Identifier: MIT */
/* JSON for everyone else: the one wrapper of Jansson, which stays inside json.c.
 *
 * Reading gives a tree in an arena of the caller's; it is immutable and lives as long as the arena.
 * Each value knows the line and column where it stands and its JSON pointer (RFC 6901), which
 * Jansson forgets: a second scan of the text finds them. Lines and columns count from 1; a column
 * counts characters, not octets. A key that stands twice in one object is an error.
 *
 * Writing goes straight into a buffer, without a tree. */
#ifndef IW_SCRIPT_JSON_H
#define IW_SCRIPT_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "script/scenario.h"

enum { IW_JSON_DEPTH_MAX = 64 };

enum iw_json_kind {
    IW_JSON_NULL,
    IW_JSON_FALSE,
    IW_JSON_TRUE,
    IW_JSON_INTEGER,
    IW_JSON_REAL,
    IW_JSON_STRING,
    IW_JSON_ARRAY,
    IW_JSON_OBJECT
};

struct iw_json {
    enum iw_json_kind kind;
    struct iw_place place;     /* of the value's first character */
    struct iw_place key_place; /* of the member's name; elsewhere equal to place */
    struct iw_span key;        /* the member's name; absent unless the parent is an object */
    struct iw_span text;       /* STRING: UTF-8, NUL-terminated, no NUL inside */
    int64_t integer;           /* INTEGER */
    double real;               /* INTEGER and REAL */
    struct iw_json *child;     /* ARRAY, OBJECT: the first, in the order of the file */
    struct iw_json *next;      /* sibling */
    size_t count;              /* children */
};

/* What is wrong with a text that is no JSON, and where. */
struct iw_json_error {
    struct iw_place place; /* the pointer is always the empty one, that of the whole file */
    char message[200];     /* empty: no memory */
};

/* An array or an object; anything else at the top is an error. NULL with *error set. */
const struct iw_json *iw_json_parse(struct iw_span text, struct iw_arena *arena,
                                    struct iw_json_error *error);

/* NULL when object is none or has no such member. */
const struct iw_json *iw_json_member(const struct iw_json *object, const char *key);

const char *iw_json_kind_name(enum iw_json_kind kind); /* "a string", "an object", … */

/* Writes one value: opens and closes must pair, and the key is NULL exactly in arrays and at the
 * top. Failure is the buffer's (out->failed). */
struct iw_json_writer {
    struct iw_buf *out;
    bool indented; /* two blanks a level; else all on one line */
    unsigned depth;
    bool filled[IW_JSON_DEPTH_MAX]; /* by level: something is in it already */
    char closers[IW_JSON_DEPTH_MAX];
};

void iw_json_writer_init(struct iw_json_writer *writer, struct iw_buf *out, bool indented);

void iw_json_open_object(struct iw_json_writer *writer, const char *key);
void iw_json_open_array(struct iw_json_writer *writer, const char *key);
void iw_json_close(struct iw_json_writer *writer);

/* Octets that are no UTF-8 are written as the characters of the same number, \u0080 to \u00ff, so
 * that a reader sees which octets they were; control characters and DEL as \u00XX; the absent span
 * as null. */
void iw_json_put_text(struct iw_json_writer *writer, const char *key, struct iw_span text);
void iw_json_put_string(struct iw_json_writer *writer, const char *key, const char *string);
void iw_json_put_integer(struct iw_json_writer *writer, const char *key, int64_t value);
void iw_json_put_bool(struct iw_json_writer *writer, const char *key, bool value);
void iw_json_put_null(struct iw_json_writer *writer, const char *key);
/* Milliseconds as seconds with three decimals: 1500 is written 1.500. */
void iw_json_put_seconds(struct iw_json_writer *writer, const char *key, uint64_t ms);

#endif
