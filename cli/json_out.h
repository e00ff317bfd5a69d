/* SPDX-License-Identifier: MIT */
/* Writes JSON (RFC 8259) as it is told, into a buffer: no tree is built.
 *
 * The caller keeps the order right (a key before each member of an object); commas and escapes are
 * put here. Nesting is as deep as what is written. */
#ifndef IW_CLI_JSON_OUT_H
#define IW_CLI_JSON_OUT_H

#include "base/buf.h"

struct iw_json_out {
    struct iw_buf *out; /* borrowed */
    unsigned depth;
    bool keyed; /* a key stands, its value comes next */
};

void iw_out_init(struct iw_json_out *json, struct iw_buf *out);

void iw_out_object(struct iw_json_out *json);
void iw_out_object_end(struct iw_json_out *json);
void iw_out_array(struct iw_json_out *json);
void iw_out_array_end(struct iw_json_out *json);

/* A name in ASCII. */
void iw_out_key(struct iw_json_out *json, const char *key);

/* Octets that are UTF-8 as a string; any others as {"base64": "…"}; the absent span as null. */
void iw_out_octets(struct iw_json_out *json, struct iw_span octets);
void iw_out_string(struct iw_json_out *json, const char *string);
void iw_out_number(struct iw_json_out *json, uint64_t number);
void iw_out_bool(struct iw_json_out *json, bool value);

/* Key and value; nothing at all for the absent span. */
void iw_out_member(struct iw_json_out *json, const char *key, struct iw_span octets);

#endif
