/* SPDX-License-Identifier: MIT */
#include "parser/uidbatches.h"

#include "parser/verbatim.h"

/* uid-range = uniqueid ":" uniqueid */
static enum iw_result parse_range(struct iw_reader *reader, struct iw_set *set)
{
    uint64_t first = 0, last = 0;
    enum iw_result result = iw_reader_grow(reader, &set->ranges, set->count, sizeof *set->ranges);
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &first);
    if (result == IW_OK)
        result = iw_read_char(reader, ':', ":");
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &last);
    if (result == IW_OK)
        set->ranges[set->count++] = (struct iw_range){(uint32_t)first, (uint32_t)last};
    return result;
}

/* uidbatches-response = "UIDBATCHES" search-correlator [SP uid-range *("," uid-range)] */
enum iw_result iw_parse_uidbatches(struct iw_reader *reader, struct iw_uidbatches *batches)
{
    *batches = (struct iw_uidbatches){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_correlator(reader, &batches->correlator);
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    reader->at++;
    do {
        result = parse_range(reader, &batches->ranges);
    } while (result == IW_OK && iw_reader_skip(reader, ','));
    return result;
}

void iw_write_uidbatches(struct iw_buf *out, const struct iw_uidbatches *batches)
{
    iw_write_correlator(out, &batches->correlator);
    for (size_t i = 0; i < batches->ranges.count; i++) {
        const struct iw_range *range = &batches->ranges.ranges[i];
        iw_buf_addf(out, "%c%u:%u", i == 0 ? ' ' : ',', (unsigned)range->first,
                    (unsigned)range->last);
    }
}
