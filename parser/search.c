/* SPDX-License-Identifier: MIT */
#include "parser/search.h"

#include "base/chars.h"
#include "parser/verbatim.h"

/* The digits at the beginning of eight octets, and the number they make; 0: none. A search of a
 * large mailbox is a million such numbers, so all eight are read at once. */
static unsigned read_eight(const char *at, uint32_t *number)
{
    const unsigned char *octet = (const unsigned char *)at;
    uint64_t x = 0;
    for (unsigned i = 0; i < 8; i++) /* little-endian: the first digit is the lowest octet */
        x |= (uint64_t)octet[i] << (8 * i);
    x ^= 0x3030303030303030U; /* a digit becomes 0 to 9, all else more */
    uint64_t above = (((x & 0x7f7f7f7f7f7f7f7fU) + 0x7676767676767676U) | x) & 0x8080808080808080U;
    unsigned digits = above == 0 ? 8 : (unsigned)__builtin_ctzll(above) / 8;
    if (digits == 0)
        return 0;
    x <<= 8 * (8 - digits); /* as if zeros stood in front */
    x = (x * 10 + (x >> 8)) & 0x00ff00ff00ff00ffU;
    x = (x * 100 + (x >> 16)) & 0x0000ffff0000ffffU;
    x = (x * 10000 + (x >> 32)) & 0x00000000ffffffffU;
    *number = (uint32_t)x;
    return digits;
}

/* *(SP nz-number) into numbers, which has room for all. */
static enum iw_result read_numbers(struct iw_reader *reader, struct iw_search *search)
{
    const char *at = reader->at, *end = reader->end;
    uint32_t *number = search->numbers;
    enum iw_result result = IW_OK;
    while (result == IW_OK && end - at >= 2 && at[0] == ' ' && iw_is(at[1], IW_CHAR_DIGIT)) {
        unsigned digits = end - at > 8 && at[1] != '0' ? read_eight(at + 1, number) : 8;
        if (digits < 8) {
            at += 1 + digits;
        } else {
            uint64_t value = 0;
            reader->at = at + 1;
            result = iw_read_nz_number(reader, UINT32_MAX, &value);
            at = reader->at;
            *number = (uint32_t)value;
        }
        number++;
    }
    reader->at = at;
    search->count = (size_t)(number - search->numbers);
    return result;
}

/* search-sort-mod-seq = "(" "MODSEQ" SP mod-sequence-value ")" (RFC 7162 §7) */
static enum iw_result parse_search_modseq(struct iw_reader *reader, uint64_t *modseq)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK && !iw_reader_skip_word(reader, "MODSEQ"))
        result = iw_reader_fail(reader, "MODSEQ");
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_nz_number(reader, INT64_MAX, modseq);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static size_t count_spaces(const char *begin, const char *end)
{
    size_t count = 0;
    for (const char *at = begin; at < end; at++)
        count += *at == ' ';
    return count;
}

/* "SEARCH" *(SP nz-number) [SP search-sort-mod-seq] */
enum iw_result iw_parse_search(struct iw_reader *reader, struct iw_search *search)
{
    *search = (struct iw_search){0};
    size_t room = count_spaces(reader->at, reader->end);
    if (room > reader->limits->items)
        return iw_fail(reader->error, IW_LIMIT, 0, "fewer numbers");
    search->numbers = iw_arena_array(reader->arena, room, sizeof *search->numbers);
    if (search->numbers == NULL)
        return iw_reader_no_room(reader, room * sizeof *search->numbers);
    enum iw_result result = read_numbers(reader, search);
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    reader->at++;
    return parse_search_modseq(reader, &search->modseq);
}

void iw_write_search(struct iw_buf *out, const struct iw_search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        iw_buf_add_char(out, ' ');
        iw_buf_add_number(out, search->numbers[i]);
    }
    if (search->modseq == 0)
        return;
    iw_buf_add(out, IW_SPAN(" (MODSEQ "));
    iw_buf_add_number(out, search->modseq);
    iw_buf_add_char(out, ')');
}
