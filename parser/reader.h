/* SPDX-License-Identifier: MIT */
/* The cursor that every parse_ function moves over one whole frame.
 *
 * A reader borrows the frame and takes lists from the arena. Values borrow from both, so they end
 * with the framer's next call or the arena's reset. A parse function either moves the cursor past
 * what it read and returns IW_OK, or returns IW_SYNTAX, IW_LIMIT or IW_NO_MEMORY with the error's
 * offset at the octet that did not fit. Depth is counted here; nothing recurses past limits.depth.
 *
 * Whoever wants to try one reading and then another uses a trial, or copies the struct first and
 * puts the copy back: the literals not read yet belong to the cursor. */
#ifndef IW_PARSER_READER_H
#define IW_PARSER_READER_H

#include "base/arena.h"
#include "base/chars.h"
#include "base/result.h"
#include "base/scan.h"
#include "parser/frame.h"
#include "parser/lenient.h"

#include <assert.h>
#include <string.h>

struct iw_reader {
    const char *begin, *at, *end;
    const struct iw_literal *literals, *literals_end; /* those not read yet */
    const struct iw_literal *literals_begin;          /* all of the frame's */
    enum iw_frame_role role;                          /* {n+} is legal in commands only */
    struct iw_arena *arena;
    const struct iw_limits *limits;
    struct iw_lenient *lenient; /* NULL: strict */
    struct iw_error *error;
    struct iw_arena_mark start; /* of the arena */
    unsigned depth;
    bool spoilt; /* some item does not fit the grammar and is kept as it stands */
};

/* Always inline, because values consist of little else than these smallest steps: a compiler that
 * weighs the size of the whole parser gives up on them. */
#define IW_READER_INLINE static inline __attribute__((always_inline))

enum { IW_READER_FIRST = 4 }; /* members that a new array has room for */

void iw_reader_init(struct iw_reader *reader, const struct iw_frame *frame, struct iw_arena *arena,
                    const struct iw_limits *limits, struct iw_lenient *lenient,
                    struct iw_error *error);

/* A whole frame. Strict reading leaves the reader without lenient; only if it refuses the frame, or
 * spoils an item, iw_read_leniently reads once more with what is allowed. If that does not fit
 * either, the error is the second one's; but a frame with a spoilt item stays as it was. */
typedef enum iw_result iw_read_frame(struct iw_reader *reader, void *value);
enum iw_result iw_read_leniently(struct iw_reader *reader, enum iw_result strict,
                                 struct iw_lenient *lenient, iw_read_frame *read, void *value);

static inline bool iw_reader_may_relax(const struct iw_reader *reader, enum iw_result strict,
                                       const struct iw_lenient *lenient)
{
    return (strict == IW_SYNTAX || reader->spoilt) && lenient != NULL && lenient->allowed != 0;
}

/* One reading tried before another. refused is true when the other one's turn has come: what
 * was tried is IW_SYNTAX, and cursor and uses are put back. Else result stands. */
struct iw_trial {
    const char *at; /* these as they were */
    const struct iw_literal *literals;
    struct iw_error *error;
    uint64_t used;
    unsigned depth;
    bool spoilt;
    struct iw_error problem; /* what was wrong with the first reading */
};
void iw_trial_begin(struct iw_trial *trial, struct iw_reader *reader);
bool iw_trial_refused(struct iw_trial *trial, struct iw_reader *reader, enum iw_result result);

/* IW_SYNTAX at the cursor, naming what was wanted there. */
enum iw_result iw_reader_fail(struct iw_reader *reader, const char *expected) __attribute__((cold));

/* True in a second reading. The first, which is strict and mostly the only one, pays no more than
 * this question at places where a leniency may apply. */
IW_READER_INLINE bool iw_reader_relaxed(const struct iw_reader *reader)
{
    return __builtin_expect(reader->lenient != NULL, false);
}

/* True if the leniency is allowed; records its use at the cursor. */
bool iw_reader_lenient(struct iw_reader *reader, enum iw_leniency leniency) __attribute__((cold));

/* One level of parentheses deeper: IW_LIMIT past limits.depth. Each enter has its leave. */
enum iw_result iw_reader_too_deep(struct iw_reader *reader) __attribute__((cold));
static inline enum iw_result iw_reader_enter(struct iw_reader *reader)
{
    if (reader->depth >= reader->limits->depth)
        return iw_reader_too_deep(reader);
    reader->depth++;
    return IW_OK;
}

static inline void iw_reader_leave(struct iw_reader *reader)
{
    assert(reader->depth > 0);
    reader->depth--;
}

/* Room for one more member behind the count members of an array in the arena; array is the address
 * of the pointer to its first member (NULL while count is 0), which changes as the array grows.
 * IW_LIMIT at limits.items or the arena's cap, or IW_NO_MEMORY.
 *
 * Arrays have room for 4, 8, 16 … members: only at one of these numbers there is work to do. */
enum iw_result iw_reader_enlarge(struct iw_reader *reader, void *array, size_t count, size_t size);
static inline enum iw_result iw_reader_grow(struct iw_reader *reader, void *array, size_t count,
                                            size_t size)
{
    bool full = (count & (count - 1)) == 0 && (count == 0 || count >= IW_READER_FIRST);
    bool room = !full && count < reader->limits->items;
    return room ? IW_OK : iw_reader_enlarge(reader, array, count, size);
}

/* How many members have room where iw_reader_grow has just made some behind count others. */
static inline size_t iw_reader_room(const struct iw_reader *reader, size_t count)
{
    size_t room = IW_READER_FIRST;
    while (room <= count)
        room *= 2;
    return room < reader->limits->items ? room : reader->limits->items;
}

/* IW_LIMIT when the arena's cap is why it had no room for size octets, else IW_NO_MEMORY. */
enum iw_result iw_reader_no_room(struct iw_reader *reader, size_t size) __attribute__((cold));

/* Where the CRLF at the end of the frame begins; the end of the frame where there is none. */
static inline const char *iw_reader_line_end(const struct iw_reader *reader)
{
    struct iw_span left = iw_span(reader->at, (size_t)(reader->end - reader->at));
    return reader->at + iw_span_without_crlf(left).length;
}

/* SP, "(", … : one octet. */

IW_READER_INLINE bool iw_reader_peek(const struct iw_reader *reader, char wanted)
{
    return reader->at < reader->end && *reader->at == wanted;
}

IW_READER_INLINE bool iw_reader_skip(struct iw_reader *reader, char wanted)
{
    if (!iw_reader_peek(reader, wanted))
        return false;
    reader->at++;
    return true;
}

/* With IW_LENIENT_EXTRA_SPACE: moves over SP that nothing has use for, to the token behind it,
 * which must begin with that octet; '\0': with any that does not end the line. */
bool iw_reader_extra_space(struct iw_reader *reader, char token) __attribute__((cold));

/* iw_read_char where that octet is not: it may come behind extra SP. */
enum iw_result iw_read_late_char(struct iw_reader *reader, char wanted, const char *expected)
    __attribute__((cold));

IW_READER_INLINE enum iw_result iw_read_char(struct iw_reader *reader, char wanted,
                                             const char *expected)
{
    return iw_reader_skip(reader, wanted) ? IW_OK : iw_read_late_char(reader, wanted, expected);
}

/* A whole atom, without regard to case, given in upper case; true: it was there, and the cursor is
 * behind it. Inline for what mostly is there: that word in upper case, or another first letter. */
bool iw_reader_skip_letters(struct iw_reader *reader, struct iw_span word);
IW_READER_INLINE bool iw_reader_skip_word(struct iw_reader *reader, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) > length && memcmp(reader->at, word, length) == 0 &&
        !iw_is(reader->at[length], IW_CHAR_ATOM)) {
        reader->at += length;
        return true;
    }
    return reader->at < reader->end && (iw_upper(*reader->at) == *word || *reader->at == ' ') &&
           iw_reader_skip_letters(reader, iw_span(word, length));
}

/* The SP before one more member of a list. */
IW_READER_INLINE bool iw_reader_another(struct iw_reader *reader)
{
    if (iw_reader_relaxed(reader) && iw_reader_extra_space(reader, ')'))
        return false;
    return iw_reader_skip(reader, ' ');
}

/* "()" where IW_LENIENT_EMPTY_LIST lets it stand for NIL. */
bool iw_reader_take_empty_list(struct iw_reader *reader) __attribute__((cold));
IW_READER_INLINE bool iw_reader_empty_list(struct iw_reader *reader)
{
    return reader->end - reader->at >= 2 && reader->at[0] == '(' && reader->at[1] == ')' &&
           iw_reader_take_empty_list(reader);
}

/* The longest non-empty run of ATOM, ASTRING, TAG or LIST; the cursor stays when there is none. The
 * same as a call, and inline for the words that the most frequent responses consist of. */
enum iw_result iw_read_run(struct iw_reader *reader, unsigned classes, const char *expected,
                           struct iw_span *run);
/* What there is to do where no run begins: it may come behind extra SP. */
enum iw_result iw_read_late_run(struct iw_reader *reader, unsigned classes, const char *expected,
                                struct iw_span *run) __attribute__((cold));
IW_READER_INLINE enum iw_result iw_read_run_inline(struct iw_reader *reader, unsigned classes,
                                                   const char *expected, struct iw_span *run)
{
    const char *first = reader->at, *end = reader->end;
    const char *at = iw_scan_word(reader->begin, first, end);
    while (at < end && iw_is(*at, classes))
        at++;
    if (at == first)
        return iw_read_late_run(reader, classes, expected, run);
    reader->at = at;
    *run = iw_span(first, (size_t)(at - first));
    return IW_OK;
}

/* number = 1*DIGIT, leading zeros included; IW_SYNTAX at its first digit when it exceeds max. */
enum iw_result iw_read_number(struct iw_reader *reader, uint64_t max, uint64_t *value);
/* nz-number = digit-nz *DIGIT */
enum iw_result iw_read_nz_number(struct iw_reader *reader, uint64_t max, uint64_t *value);

/* string = quoted / literal; the value is unescaped (in the arena only if it had escapes). Between
 * quotes octets from 0x80 must be UTF-8 (RFC 9051 §4.3). The value of a literal that the framer
 * did not keep is empty and not NULL; whoever must know calls iw_read_literal. */
enum iw_result iw_read_string(struct iw_reader *reader, struct iw_span *value);
enum iw_result iw_read_quoted(struct iw_reader *reader, struct iw_span *value);
/* nstring = string / nil; NIL gives the absent span {NULL, 0}. */
enum iw_result iw_read_nstring(struct iw_reader *reader, struct iw_span *value);
enum iw_result iw_read_astring(struct iw_reader *reader, struct iw_span *value);

/* *QUOTED-CHAR DQUOTE that is not a plain run: with escapes or UTF-8 in it, or in a second
 * reading. */
enum iw_result iw_read_special(struct iw_reader *reader, struct iw_span *value);
/* A string that does not begin with DQUOTE. */
enum iw_result iw_read_unquoted(struct iw_reader *reader, struct iw_span *value);

/* The cursor stands behind the first DQUOTE. The same and the next as above, but inline for
 * envelopes, which are nstrings: between two of them the cursor stays in a register. */
IW_READER_INLINE enum iw_result iw_read_behind_quote(struct iw_reader *reader,
                                                     struct iw_span *value)
{
    const char *special = iw_scan_quoted(reader->begin, reader->at, reader->end);
    if (special == reader->end || *special != '"' || iw_reader_relaxed(reader))
        return iw_read_special(reader, value);
    *value = iw_span(reader->at, (size_t)(special - reader->at));
    reader->at = special + 1;
    return IW_OK;
}

IW_READER_INLINE enum iw_result iw_read_nstring_inline(struct iw_reader *reader,
                                                       struct iw_span *value)
{
    if (iw_reader_skip(reader, '"'))
        return iw_read_behind_quote(reader, value);
    if (!iw_reader_skip_word(reader, "NIL") && !iw_reader_empty_list(reader))
        return iw_read_unquoted(reader, value);
    *value = iw_span(NULL, 0);
    return IW_OK;
}

/* literal = "{" number64 ["+"] "}" CRLF *CHAR8, or literal8, which begins with "~" and may hold
 * NUL. Only what the framer took for a literal is one. */
struct iw_literal_value {
    struct iw_span octets; /* empty, but not NULL, when they were not kept */
    uint64_t size;         /* octets announced */
    bool kept;
    bool binary; /* a literal8 */
};
enum iw_result iw_read_literal(struct iw_reader *reader, struct iw_literal_value *value);
/* True when the cursor stands on "{" or "~{". */
bool iw_reader_at_literal(struct iw_reader *reader);

/* CRLF and the end of the frame. */
enum iw_result iw_read_crlf(struct iw_reader *reader);

#endif
