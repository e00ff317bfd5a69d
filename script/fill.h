/* SPDX-License-Identifier: MIT */
/* Fills the ${…} of a scenario line: bound names and ${literal:…}, ${base64:…} … become octets,
 * inside out; what is left are holes (script/filled.h).
 *
 * A lone ${name} (a whole token) writes the value as it stood on the wire; inside other text and
 * between quotes it writes the decoded value. An empty ${name...} takes one blank beside it away.
 */
#ifndef IW_SCRIPT_FILL_H
#define IW_SCRIPT_FILL_H

#include "base/passage.h"
#include "base/result.h"
#include "script/bindings.h"
#include "script/filled.h"
#include "script/scenario.h"

enum { IW_FILL_DEPTH_MAX = 8 };

enum iw_fill_purpose {
    IW_FILL_SEND,   /* holes are errors; ${v=7} and ${...=a b} take and bind their defaults */
    IW_FILL_EXPECT, /* what is not bound becomes a hole; so does ${v=7} */
    IW_FILL_INVENT  /* like SEND, but a hole gets (and binds) a made-up number that fits it, and
                       ${...} nothing: for a scenario that plays against its own other side */
};

/* scenario gives the files. On failure error says what is unbound, unknown or too deep, with the
 * offset in text. */
enum iw_result iw_fill(struct iw_span text, const struct iw_scenario *scenario,
                       struct iw_bindings *bindings, enum iw_fill_purpose purpose,
                       struct iw_arena *arena, struct iw_filled *filled, struct iw_error *error);

/* A step's number ("120", "-97", "${n}"). */
enum iw_result iw_fill_number(struct iw_span text, const struct iw_scenario *scenario,
                              struct iw_bindings *bindings, struct iw_arena *arena, int64_t *number,
                              struct iw_error *error);

/* The same, or a range ("5..20"). */
enum iw_result iw_fill_spread(struct iw_span text, const struct iw_scenario *scenario,
                              struct iw_bindings *bindings, struct iw_arena *arena,
                              struct iw_spread *range, struct iw_error *error);

/* Calls back for every ${…} of a line, outermost first, for lint: kind is the word before ":" of a
 * fill ("literal", "size", …) or absent; name and has_default are set for names. */
struct iw_fill_use {
    struct iw_span kind, argument, name;
    struct iw_span operand; /* ${n:number>operand}: a number or a name; absent without */
    bool has_default, is_rest, is_any;
    bool is_sum; /* ${n+1}: n must be bound */
    size_t offset;
};
enum iw_result iw_fill_scan(struct iw_span text,
                            void (*use)(void *context, const struct iw_fill_use *use),
                            void *context, struct iw_error *error);

#endif
