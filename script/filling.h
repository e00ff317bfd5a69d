/* SPDX-License-Identifier: MIT */
/* One line being filled. Private to fill*.c:
 *   fill.c          the face, texts, holes, literals
 *   fill_part.c     one ${…} taken apart
 *   fill_value.c    what a name stands for
 *   fill_compute.c  what the other fills make of their arguments
 *   fill_scan.c     all ${…} of a line, for lint */
#ifndef IW_SCRIPT_FILLING_H
#define IW_SCRIPT_FILLING_H

#include "script/fill.h"
#include "script/fill_part.h"

struct iw_filling {
    struct iw_span text; /* the whole line, for offsets */
    const struct iw_scenario *scenario;
    struct iw_bindings *bindings;
    enum iw_fill_purpose purpose;
    struct iw_arena *arena;
    struct iw_buf out;
    struct iw_filled *filled;
    size_t literal_capacity;
    struct iw_error *error;
    bool inner; /* what is filled stands in a ${base64:…} */
};

/* The text of an argument or a default; every name in it has a value. */
enum iw_result iw_filling_argument(struct iw_filling *filling, struct iw_span text,
                                   struct iw_buf *out);

/* Its value, as it stood on the wire and decoded. Absent without an error: it is a hole. */
enum iw_result iw_filling_value(struct iw_filling *filling, const struct iw_fill_part *part,
                                struct iw_span *raw, struct iw_span *value);
/* What stands right of a hole's relation. */
void iw_filling_operand(const struct iw_filling *filling, struct iw_span operand,
                        struct iw_hole *hole);

/* What a fill that is neither a name nor a literal makes of its argument, which is filled. */
enum iw_result iw_filling_compute(struct iw_filling *filling, const struct iw_fill_part *part,
                                  struct iw_span argument, struct iw_buf *out);

/* Errors. The part is where, in the line; complain says it of the name there: "is not bound". */
enum iw_result iw_filling_refuse(struct iw_filling *filling, struct iw_span part,
                                 const char *expected);
enum iw_result iw_filling_complain(struct iw_filling *filling, struct iw_span part,
                                   const char *about);
enum iw_result iw_filling_no_memory(struct iw_filling *filling);
enum iw_result iw_filling_too_long(struct iw_filling *filling);

#endif
