/* SPDX-License-Identifier: MIT */
/* Where a text stops being JSON, and what its writer may have meant. Private to json.c. */
#ifndef IW_SCRIPT_JSON_FAULT_H
#define IW_SCRIPT_JSON_FAULT_H

#include "base/arena.h"
#include "script/scenario.h"

struct iw_json_fault {
    struct iw_place place; /* of the token; the pointer of what it belongs to is in the arena */
    struct iw_span token;  /* absent: the text is empty */
    const char *hint;      /* static: "a comma is missing before it"; NULL: none */
};

/* Whoever read the text has taken so many octets of it: the last token that begins before that is
 * the one at fault. */
struct iw_json_fault iw_json_find_fault(struct iw_span text, size_t octets_read,
                                        struct iw_arena *arena);

#endif
