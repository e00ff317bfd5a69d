/* SPDX-License-Identifier: MIT */
#include "parser/search.h"

#include "base/chars.h"
#include "base/eight.h"
#include "parser/verbatim.h"

/* *(SP nz-number) while they have less than eight digits and do not end the frame: a search of a
 * large mailbox is a million such numbers. Each is found by what stands behind it, SP or the line's
 * end, which lack a bit that all digits have: so the next one need not wait for this one's value.
 */
static const char *read_short_numbers(const char *at, const char *end, uint32_t **number)
{
    enum { DIGIT_BIT = 0x10 };
    while (end - at > 8 && at[0] == ' ' && at[1] != '0') {
        uint64_t eight = iw_eight_load(at + 1);
        unsigned digits = iw_eight_before(~eight & iw_eight_of(DIGIT_BIT));
        if (digits - 1 >= 7 || !iw_eight_number(eight, digits, *number))
            break;
        at += 1 + digits;
        ++*number;
    }
    return at;
}

/* *(SP nz-number) into numbers, which has room for all. */
static enum iw_result read_numbers(struct iw_reader *reader, struct iw_search *search)
{
    uint32_t *number = search->numbers;
    enum iw_result result = IW_OK;
    while (result == IW_OK) {
        uint64_t value = 0;
        reader->at = read_short_numbers(reader->at, reader->end, &number);
        if (!iw_reader_more(reader) || !iw_is(reader->at[1], IW_CHAR_DIGIT))
            break;
        reader->at++;
        result = iw_read_nz_number(reader, UINT32_MAX, &value);
        *number++ = (uint32_t)value;
    }
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

/* "SEARCH" *(SP nz-number) / "SEARCH" 1*(SP nz-number) SP search-sort-mod-seq */
enum iw_result iw_parse_search(struct iw_reader *reader, struct iw_search *search)
{
    *search = (struct iw_search){0};
    size_t room = count_spaces(reader->at, reader->end);
    if (room > reader->limits->items)
        return iw_fail(reader->error, IW_LIMIT, 0, "fewer numbers");
    search->numbers = iw_arena_take(reader->arena, room * sizeof *search->numbers);
    if (search->numbers == NULL)
        return iw_reader_no_room(reader, room * sizeof *search->numbers);
    enum iw_result result = read_numbers(reader, search);
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    reader->at++;
    bool alone = search->count == 0 && iw_reader_peek(reader, '(');
    if (alone && !iw_reader_lenient(reader, IW_LENIENT_EMPTY_LIST))
        return iw_reader_fail(reader, "a number");
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
