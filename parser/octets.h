/* SPDX-License-Identifier: MIT */
/* nstring / literal8: octets as BINARY, METADATA and URLFETCH carry them. They borrow from the
 * frame; those of a literal that the framer did not keep are not there. */
#ifndef IW_PARSER_OCTETS_H
#define IW_PARSER_OCTETS_H

#include "base/buf.h"
#include "parser/reader.h"

struct iw_octets {
    struct iw_span value; /* absent: NIL; empty, but not absent, when they were not kept */
    uint64_t size;        /* octets announced */
    bool kept;
};

/* nstring, and a literal8 where binary allows one. */
enum iw_result iw_read_octets(struct iw_reader *reader, bool binary, struct iw_octets *octets);

/* As a literal8 if NUL is in them; those that were not kept as their announcement alone. */
void iw_write_octets(struct iw_buf *out, const struct iw_octets *octets);
bool iw_octets_equal(const struct iw_octets *a, const struct iw_octets *b);

#endif
