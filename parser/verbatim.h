/* SPDX-License-Identifier: MIT */
/* What is kept as it stands: a value that no type knows yet is passed over as a whole, so that it
 * can be given back byte for byte.
 *
 * Verbatim spans lie in the frame, literals with their announcement included. The octets of a
 * literal that was not kept are absent from the frame, and so from the span. */
#ifndef IW_PARSER_VERBATIM_H
#define IW_PARSER_VERBATIM_H

#include "base/chars.h"
#include "base/eight.h"
#include "parser/reader.h"

#include <string.h>

/* One value: a quoted string, a literal, a run of octets as atoms, numbers, flags and sequence sets
 * have them, or "(" … ")" with any such values inside. What stands between quotes is looked at only
 * to find its end: raw 8-bit text is passed over. Depth is bounded by limits.depth. */
enum iw_result iw_skip_value(struct iw_reader *reader, const char *expected, struct iw_span *value);

/* *(SP value). *values has the SP of the first in front; it is absent if there is none. */
enum iw_result iw_skip_values(struct iw_reader *reader, struct iw_span *values);

/* "[" … "]" of an item without a type: atom octets, SP, and lists. *inside is what is between. */
enum iw_result iw_skip_brackets(struct iw_reader *reader, struct iw_span *inside);

/* 1*ATOM-CHAR without "[": the name of a FETCH item. */
enum iw_result iw_read_item_name(struct iw_reader *reader, struct iw_span *name);

/* Adds one span to a list in the arena. */
IW_READER_INLINE enum iw_result iw_list_add(struct iw_reader *reader, struct iw_span **members,
                                            size_t *count, struct iw_span member)
{
    enum iw_result result = iw_reader_grow(reader, members, *count, sizeof **members);
    if (result == IW_OK)
        (*members)[(*count)++] = member;
    return result;
}

/* True when the cursor stands on a single SP that does not end the line; of more than one, where
 * IW_LENIENT_EXTRA_SPACE allows them, on the last. */
bool iw_reader_many_spaces(struct iw_reader *reader) __attribute__((cold));
IW_READER_INLINE bool iw_reader_more(struct iw_reader *reader)
{
    const char *next = reader->at + 1;
    if (!iw_reader_peek(reader, ' ') || next >= reader->end || *next == '\r' || *next == '\n')
        return false;
    return *next != ' ' || iw_reader_many_spaces(reader);
}

/* atom *(SP atom) */
enum iw_result iw_read_atoms(struct iw_reader *reader, const char *expected,
                             struct iw_span **members, size_t *count);

IW_READER_INLINE enum iw_result iw_read_space(struct iw_reader *reader)
{
    return iw_read_char(reader, ' ', "SP");
}

/* True if word is that name of a table, which is in upper case, as words mostly are. Inline for
 * what shows at once that it is another. */
static inline bool iw_same_word(struct iw_span word, struct iw_span name)
{
    return iw_eight_same(word.data, name.data, name.length) || iw_span_equal_nocase(word, name);
}
IW_READER_INLINE bool iw_is_word(struct iw_span word, struct iw_span name)
{
    return word.length == name.length && name.length > 0 &&
           iw_upper(word.data[0]) == name.data[0] && iw_same_word(word, name);
}

/* True if that name stands at the cursor as it is in the table, with that octet behind it. */
static inline bool iw_at_word(const struct iw_reader *reader, struct iw_span name, char behind)
{
    return (size_t)(reader->end - reader->at) > name.length && *reader->at == name.data[0] &&
           reader->at[name.length] == behind && iw_eight_same(reader->at, name.data, name.length);
}

/* Initialises a span in a static table. */
#define IW_NAME(literal)                                                                           \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

/* What lies between two places of the frame. */
static inline struct iw_span iw_between(const char *begin, const char *end)
{
    return iw_span(begin, (size_t)(end - begin));
}

#endif
