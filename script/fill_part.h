/* SPDX-License-Identifier: MIT */
/* One ${…} of a scenario line, taken apart. Private to fill*.c. */
#ifndef IW_SCRIPT_FILL_PART_H
#define IW_SCRIPT_FILL_PART_H

#include "base/result.h"
#include "base/span.h"

enum iw_fill_kind {
    IW_FILL_NAME, /* a name, "_", or "..." (then the name is empty) */
    IW_FILL_LITERAL,
    IW_FILL_SIZE,
    IW_FILL_BASE64,
    IW_FILL_HEX,
    IW_FILL_UTF7,
    IW_FILL_REPEAT,
    IW_FILL_SCRAM
};

struct iw_fill_part {
    enum iw_fill_kind kind;
    size_t begin, end;       /* in the text, of "${" and behind "}" */
    struct iw_span word;     /* of a kind that is no name: "literal8", "hex" */
    struct iw_span argument; /* of such a kind, behind ":"; without its quotes */
    bool quoted;             /* the argument stood in '…' */

    /* ${literal8+=4294967295:…} */
    bool binary, waits;
    struct iw_span count; /* that is announced; absent: the true one */

    /* ${name…} */
    struct iw_span name;
    bool rest, number, is_sum;
    char relation;               /* as in struct iw_hole */
    struct iw_span operand;      /* right of the relation: a number or a name */
    struct iw_span default_text; /* absent: none */
    int64_t sum;                 /* ${n+1}: 1 */
};

/* text.data[at] begins a "${". error.offset is in text. */
enum iw_result iw_fill_part_parse(struct iw_span text, size_t at, struct iw_fill_part *part,
                                  struct iw_error *error);

/* Where the next "${" at or behind `at` begins; text.length: nowhere. */
size_t iw_fill_part_find(struct iw_span text, size_t at);

#endif
