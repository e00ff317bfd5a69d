/* SPDX-License-Identifier: MIT */
#include "parser/octets.h"

#include "parser/same.h"
#include "parser/write.h"

#include <string.h>

/* nstring / literal8 */
enum iw_result iw_read_octets(struct iw_reader *reader, bool binary, struct iw_octets *octets)
{
    struct iw_literal_value literal;
    if (!binary && iw_reader_peek(reader, '~'))
        return iw_reader_fail(reader, "a string or NIL");
    if (!iw_reader_at_literal(reader)) {
        enum iw_result result = iw_read_nstring(reader, &octets->value);
        octets->size = octets->value.length;
        octets->kept = true;
        return result;
    }
    enum iw_result result = iw_read_literal(reader, &literal);
    if (result == IW_OK)
        *octets = (struct iw_octets){literal.octets, literal.size, literal.kept};
    return result;
}

void iw_write_octets(struct iw_buf *out, const struct iw_octets *octets)
{
    struct iw_span value = octets->value;
    bool nul = value.length > 0 && memchr(value.data, '\0', value.length) != NULL;
    if (octets->kept && !nul) {
        iw_write_nstring(out, value);
        return;
    }
    iw_buf_add_string(out, nul ? "~{" : "{");
    iw_buf_add_number(out, octets->size);
    iw_buf_add(out, IW_SPAN("}\r\n"));
    iw_buf_add(out, value);
}

bool iw_octets_equal(const struct iw_octets *a, const struct iw_octets *b)
{
    return iw_same_span(a->value, b->value) && a->size == b->size && a->kept == b->kept;
}
