/* SPDX-License-Identifier: MIT */
/* A place in a JSON text that moves on token by token. Private to json.c and json_fault.c. */
#ifndef IW_SCRIPT_JSON_CURSOR_H
#define IW_SCRIPT_JSON_CURSOR_H

#include "script/scenario.h"

struct iw_json_cursor {
    const char *at, *end;
    unsigned line, column;
};

struct iw_json_cursor iw_json_cursor(struct iw_span text);

/* One octet on; not at the end. */
void iw_json_step(struct iw_json_cursor *cursor);

/* To the next token that is a value, a key or a bracket: behind blanks, commas and colons. */
void iw_json_skip_blanks(struct iw_json_cursor *cursor);

/* Behind the string that begins here, or the line it is left open in. */
void iw_json_skip_string(struct iw_json_cursor *cursor);

/* Behind a string, one of the octets {}[],: or a run of anything else. */
void iw_json_skip_token(struct iw_json_cursor *cursor);

struct iw_place iw_json_place(const struct iw_json_cursor *cursor, struct iw_span pointer);

/* "/dialogue" and "3" make "/dialogue/3"; "~" and "/" in a key are "~0" and "~1". Absent: no
 * memory. One that is very long already stays as it is. */
struct iw_span iw_json_pointer(struct iw_arena *arena, struct iw_span parent, struct iw_span key);

#endif
