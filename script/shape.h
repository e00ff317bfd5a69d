/* SPDX-License-Identifier: MIT */
/* What the arguments of each response, command, response code and FETCH item are, as far as it
 * matters for comparing them. One table each, in shape.c; what is not in it is an ordered tree. */
#ifndef IW_SCRIPT_SHAPE_H
#define IW_SCRIPT_SHAPE_H

#include "base/span.h"
#include "parser/tree.h"

enum iw_shape_kind {
    IW_SHAPE_END,

    /* One value. */
    IW_SHAPE_TREE,       /* atoms in any case, strings exactly, lists in order; NIL is no string */
    IW_SHAPE_OPTION,     /* the same, if a list stands there; else nothing */
    IW_SHAPE_NOCASE,     /* the same, strings in any case, too */
    IW_SHAPE_STRING,     /* an astring, exactly */
    IW_SHAPE_DATE,       /* a date-time: the same instant, in any zone */
    IW_SHAPE_MAILBOX,    /* an astring, INBOX in any case */
    IW_SHAPE_NUMBERS,    /* a set of numbers, by value */
    IW_SHAPE_KEYS,       /* TREE, in which atoms that are sets of numbers compare by value */
    IW_SHAPE_ITEMS,      /* what is asked for: a list of names, or one: a set */
    IW_SHAPE_ATTRIBUTES, /* a list: a set in which \Recent does not count; all else exactly */
    IW_SHAPE_PAIRS,      /* a list of names and values: those named must be there */

    /* All values up to the end. */
    IW_SHAPE_FLAGS,   /* a list of flags, or flags without parentheses: a set without \Recent */
    IW_SHAPE_MEMBERS, /* a set */
    IW_SHAPE_SUPERSET, /* those named must be there */
    IW_SHAPE_RESULTS   /* a list of pairs, UID, then names and values: no others, in any order */
};

enum { IW_SHAPE_VALUES_MAX = 6 };

struct iw_shape {
    const char *name;                               /* without regard to case */
    enum iw_shape_kind values[IW_SHAPE_VALUES_MAX]; /* the last one also for all that follow */
};

extern const struct iw_shape iw_shape_any; /* TREE, … */

const struct iw_shape *iw_shape_response(struct iw_span name);
const struct iw_shape *iw_shape_command(struct iw_span name); /* behind "UID" */
const struct iw_shape *iw_shape_code(struct iw_span name);

/* Of the value that belongs to an item of FETCH or ESEARCH. */
enum iw_shape_kind iw_shape_item(struct iw_span name);

/* Of value number index (from 0) among those that begin with first. */
enum iw_shape_kind iw_shape_at(const struct iw_shape *shape, const struct iw_node *first,
                               size_t index);

/* True for the kinds that take all values up to the end. */
bool iw_shape_takes_all(enum iw_shape_kind kind);

#endif
