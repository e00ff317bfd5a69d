/* SPDX-License-Identifier: MIT */
/* JSON for everyone else: the one wrapper of Jansson, which stays inside json.c.
 *
 * Reading gives a tree in an arena of the caller's; it is immutable and lives as long as the arena.
 * Each value knows the line and column where it stands and its JSON pointer (RFC 6901), which
 * Jansson forgets: a second scan of the text finds them. Lines and columns count from 1; a column
 * counts characters, not octets. A key that stands twice in one object is an error.
 *
 * base/json_writer.h writes it. */
#ifndef IW_SCRIPT_JSON_H
#define IW_SCRIPT_JSON_H

#include "base/arena.h"
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
    struct iw_place place; /* the pointer lives in the arena */
    char message[280];     /* empty: no memory */
};

/* An array or an object; anything else at the top is an error. NULL with *error set. */
const struct iw_json *iw_json_parse(struct iw_span text, struct iw_arena *arena,
                                    struct iw_json_error *error);

/* NULL when object is none or has no such member. */
const struct iw_json *iw_json_member(const struct iw_json *object, const char *key);

const char *iw_json_kind_name(enum iw_json_kind kind); /* "a string", "an object", … */

#endif
