/* SPDX-License-Identifier: MIT */
#include "parser/reader.h"

#include "base/chars.h"
#include "base/eight.h"
#include "base/utf8.h"

#include <string.h>

void iw_reader_init(struct iw_reader *reader, const struct iw_frame *frame, struct iw_arena *arena,
                    const struct iw_limits *limits, struct iw_lenient *lenient,
                    struct iw_error *error)
{
    const char *begin = frame->bytes.data == NULL ? "" : frame->bytes.data;
    *reader = (struct iw_reader){.begin = begin,
                                 .at = begin,
                                 .end = begin + frame->bytes.length,
                                 .literals = frame->literals,
                                 .literals_end = frame->literals,
                                 .literals_begin = frame->literals,
                                 .role = frame->role,
                                 .arena = arena,
                                 .limits = limits,
                                 .lenient = lenient,
                                 .error = error,
                                 .start = arena == NULL ? (struct iw_arena_mark){0}
                                                        : iw_arena_mark(arena)};
    if (frame->literal_count > 0)
        reader->literals_end += frame->literal_count;
}

static size_t offset_of(const struct iw_reader *reader)
{
    return (size_t)(reader->at - reader->begin);
}

static size_t octets_left(const struct iw_reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

enum iw_result iw_reader_fail(struct iw_reader *reader, const char *expected)
{
    return iw_fail(reader->error, IW_SYNTAX, offset_of(reader), expected);
}

bool iw_reader_lenient(struct iw_reader *reader, enum iw_leniency leniency)
{
    return iw_lenient_use(reader->lenient, leniency, offset_of(reader));
}

/* ---- a second reading ---- */

/* Back to the first octet, with the frame's literals and without anything taken from the arena. */
static void restart(struct iw_reader *reader, const struct iw_reader *first,
                    struct iw_lenient *lenient)
{
    *reader = *first;
    reader->lenient = lenient;
    iw_arena_rewind(reader->arena, reader->start);
    if (reader->error != NULL)
        *reader->error = (struct iw_error){0};
}

enum iw_result iw_read_leniently(struct iw_reader *reader, enum iw_result strict,
                                 struct iw_lenient *lenient, iw_read_frame *read, void *value)
{
    struct iw_reader first = *reader;
    uint64_t used = lenient->used;
    first.at = first.begin;
    first.literals = first.literals_begin;
    first.depth = 0;
    first.spoilt = false;
    restart(reader, &first, lenient);
    enum iw_result result = read(reader, value);
    if (result == IW_OK || strict != IW_OK)
        return result;
    lenient->used = used;
    restart(reader, &first, NULL);
    return read(reader, value);
}

void iw_trial_begin(struct iw_trial *trial, struct iw_reader *reader)
{
    *trial = (struct iw_trial){.at = reader->at,
                               .literals = reader->literals,
                               .error = reader->error,
                               .used = iw_reader_relaxed(reader) ? reader->lenient->used : 0,
                               .depth = reader->depth,
                               .spoilt = reader->spoilt};
    reader->error = &trial->problem;
}

bool iw_trial_refused(struct iw_trial *trial, struct iw_reader *reader, enum iw_result result)
{
    reader->error = trial->error;
    if (result == IW_OK)
        return false;
    if (result != IW_SYNTAX) {
        iw_fail(reader->error, result, trial->problem.offset, trial->problem.expected);
        return false;
    }
    reader->at = trial->at;
    reader->literals = trial->literals;
    reader->depth = trial->depth;
    reader->spoilt = trial->spoilt;
    if (iw_reader_relaxed(reader))
        reader->lenient->used = trial->used;
    return true;
}

/* ---- what may stand between tokens ---- */

static bool ends_line(const char *at, const char *end)
{
    return at == end || *at == '\r' || *at == '\n';
}

bool iw_reader_extra_space(struct iw_reader *reader, char token)
{
    const char *at = reader->at;
    while (at < reader->end && *at == ' ')
        at++;
    bool wanted = token == '\0' ? !ends_line(at, reader->end) : at < reader->end && *at == token;
    if (at == reader->at || !wanted || !iw_reader_lenient(reader, IW_LENIENT_EXTRA_SPACE))
        return false;
    reader->at = at;
    return true;
}

enum iw_result iw_read_late_char(struct iw_reader *reader, char wanted, const char *expected)
{
    if (wanted == ' ' || !iw_reader_extra_space(reader, wanted))
        return iw_reader_fail(reader, expected);
    reader->at++;
    return IW_OK;
}

bool iw_reader_take_empty_list(struct iw_reader *reader)
{
    bool taken = iw_reader_lenient(reader, IW_LENIENT_EMPTY_LIST);
    reader->at += taken ? 2 : 0;
    return taken;
}

/* ---- limits ---- */

enum iw_result iw_reader_too_deep(struct iw_reader *reader)
{
    return iw_fail(reader->error, IW_LIMIT, offset_of(reader), "fewer nested parentheses");
}

enum iw_result iw_reader_no_room(struct iw_reader *reader, size_t size)
{
    enum { BLOCK_OVERHEAD = 64 };
    size_t room = reader->arena->cap - reader->arena->held;
    bool full = room < BLOCK_OVERHEAD || room - BLOCK_OVERHEAD < size;
    return iw_fail(reader->error, full ? IW_LIMIT : IW_NO_MEMORY, offset_of(reader),
                   "a value that fits into memory");
}

/* The arena keeps the outgrown arrays, which are as large together as the last one. */
enum iw_result iw_reader_enlarge(struct iw_reader *reader, void *array, size_t count, size_t size)
{
    if (count >= reader->limits->items)
        return iw_fail(reader->error, IW_LIMIT, offset_of(reader), "fewer members");
    size_t capacity = count == 0 ? IW_READER_FIRST : count > SIZE_MAX / 2 ? SIZE_MAX : count * 2;
    size_t octets = capacity > SIZE_MAX / size ? SIZE_MAX : capacity * size;
    char *larger = iw_arena_take(reader->arena, octets);
    if (larger == NULL)
        return iw_reader_no_room(reader, octets);
    void *old;
    memcpy(&old, array, sizeof old);
    if (count > 0)
        memcpy(larger, old, count * size);
    memset(larger + count * size, 0, octets - count * size);
    memcpy(array, &larger, sizeof larger);
    return IW_OK;
}

/* ---- octets, words, numbers ---- */

bool iw_reader_skip_letters(struct iw_reader *reader, struct iw_span word)
{
    if (iw_reader_relaxed(reader))
        iw_reader_extra_space(reader, '\0');
    struct iw_span rest = iw_span(reader->at, octets_left(reader));
    if (!iw_span_starts_nocase(rest, word))
        return false;
    if (rest.length > word.length && iw_is(rest.data[word.length], IW_CHAR_ATOM))
        return false;
    reader->at += word.length;
    return true;
}

enum iw_result iw_read_run(struct iw_reader *reader, unsigned classes, const char *expected,
                           struct iw_span *run)
{
    return iw_read_run_inline(reader, classes, expected, run);
}

enum iw_result iw_read_late_run(struct iw_reader *reader, unsigned classes, const char *expected,
                                struct iw_span *run)
{
    return iw_reader_extra_space(reader, '\0') ? iw_read_run(reader, classes, expected, run)
                                               : iw_reader_fail(reader, expected);
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* "-" number, as 0 */
static bool take_negative(struct iw_reader *reader, uint64_t *value)
{
    const char *at = reader->at + 1;
    while (at < reader->end && iw_is(*at, IW_CHAR_DIGIT))
        at++;
    if (!iw_reader_peek(reader, '-') || at == reader->at + 1 ||
        !iw_reader_lenient(reader, IW_LENIENT_NUMBER_NEGATIVE))
        return false;
    reader->at = at;
    *value = 0;
    return true;
}

/* Up to 16 digits from at on, which no uint64_t is too small for, while eight octets are left to
 * look at. Returns what is behind them. */
IW_READER_INLINE const char *take_eights(const char *at, const char *end, uint64_t *number)
{
    static const uint32_t powers[] = {1,      10,      100,      1000,     10000,
                                      100000, 1000000, 10000000, 100000000};
    *number = 0;
    for (unsigned digits = 8, eights = 2; digits == 8 && eights > 0 && end - at >= 8; eights--) {
        uint64_t eight = iw_eight_load(at);
        digits = iw_eight_digits(eight);
        if (digits == 0)
            break;
        *number = *number * powers[digits] + iw_eight_value(iw_eight_places(eight, digits));
        at += digits;
    }
    return at;
}

/* Digits from *at on, behind those that are *number already; false: 2^64 or more. */
static bool take_digits(const char **at, const char *end, uint64_t *number)
{
    for (; *at < end && iw_is(**at, IW_CHAR_DIGIT); ++*at)
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(**at - '0'), number))
            return false;
    return true;
}

/* number ["." 1*DIGIT] "e" ["+"] 1*DIGIT, whose value is whole and at most max */
static bool take_float(struct iw_reader *reader, uint64_t max, uint64_t *value)
{
    enum { EXPONENT_MAX = 19 };
    const char *at = reader->at, *end = reader->end;
    uint64_t number = 0, exponent = 0;
    if (!take_digits(&at, end, &number))
        return false;
    bool point = at < end && *at == '.';
    const char *behind = at += point;
    if (point && !take_digits(&at, end, &number))
        return false;
    uint64_t decimals = (uint64_t)(at - behind);
    if (end - at < 2 || (*at != 'e' && *at != 'E'))
        return false;
    at += at[1] == '+' ? 2 : 1;
    if (at == end || !iw_is(*at, IW_CHAR_DIGIT) || !take_digits(&at, end, &exponent) ||
        exponent > EXPONENT_MAX || exponent < decimals)
        return false;
    for (; exponent > decimals; exponent--) {
        if (number > max / 10)
            return false;
        number *= 10;
    }
    if (number > max || !iw_reader_lenient(reader, IW_LENIENT_NUMBER_FLOAT))
        return false;
    reader->at = at;
    *value = number;
    return true;
}

/* number, whatever leniencies say: as the framer reads the size of a literal */
IW_READER_INLINE enum iw_result read_digits(struct iw_reader *reader, uint64_t max, uint64_t *value)
{
    uint64_t number;
    const char *at = take_eights(reader->at, reader->end, &number);
    bool fits = take_digits(&at, reader->end, &number);
    if (at == reader->at)
        return iw_reader_fail(reader, "a number");
    if (!fits || number > max)
        return iw_reader_fail(reader, "a smaller number");
    reader->at = at;
    *value = number;
    return IW_OK;
}

/* A number that leniencies let in. */
static bool take_odd_number(struct iw_reader *reader, uint64_t max, uint64_t *value)
{
    iw_reader_extra_space(reader, '\0');
    return take_negative(reader, value) || take_float(reader, max, value);
}

enum iw_result iw_read_number(struct iw_reader *reader, uint64_t max, uint64_t *value)
{
    if (iw_reader_relaxed(reader) && take_odd_number(reader, max, value))
        return IW_OK;
    return read_digits(reader, max, value);
}

enum iw_result iw_read_nz_number(struct iw_reader *reader, uint64_t max, uint64_t *value)
{
    if (iw_reader_relaxed(reader))
        iw_reader_extra_space(reader, '0');
    if (iw_reader_peek(reader, '0') && !iw_reader_lenient(reader, IW_LENIENT_NUMBER_ZERO))
        return iw_reader_fail(reader, "a number from 1");
    if (iw_reader_relaxed(reader))
        return iw_read_number(reader, max, value);
    return read_digits(reader, max, value);
}

/* ---- strings ---- */

/* True if what stands behind a DQUOTE may follow a string: a closing parenthesis or bracket, the
 * end of the line, or SP; with sure, SP and what begins a value of an envelope or a body. */
static bool closes_quoted(const struct iw_reader *reader, const char *quote, bool sure)
{
    const char *at = quote + 1;
    if (ends_line(at, reader->end) || *at == ')' || *at == ']')
        return true;
    if (*at != ' ' || !sure)
        return *at == ' ';
    at++;
    bool nil = iw_span_starts_nocase(iw_span(at, (size_t)(reader->end - at)), IW_SPAN("NIL"));
    return at < reader->end && (nil || is_one_of(*at, "\"({") || iw_is(*at, IW_CHAR_DIGIT));
}

/* A lone "\\" in front of the closing quote. */
static bool is_last_backslash(struct iw_reader *reader)
{
    const char *quote = reader->at + 1;
    return iw_reader_relaxed(reader) && quote < reader->end && *quote == '"' &&
           closes_quoted(reader, quote, true) &&
           iw_reader_lenient(reader, IW_LENIENT_QUOTED_BACKSLASH);
}

/* A DQUOTE that ends no string. */
static bool is_inner_quote(struct iw_reader *reader)
{
    return iw_reader_relaxed(reader) && !closes_quoted(reader, reader->at, false) &&
           iw_reader_lenient(reader, IW_LENIENT_QUOTED_QUOTE);
}

/* "\\" quoted-specials; quoted-specials = DQUOTE / "\\" */
static enum iw_result skip_escape(struct iw_reader *reader)
{
    size_t left = octets_left(reader);
    char escaped = left < 2 ? '\0' : reader->at[1];
    if (escaped != '"' && escaped != '\\' &&
        (!iw_is(escaped, IW_CHAR_TEXT) || !iw_reader_lenient(reader, IW_LENIENT_QUOTED_ESCAPE)))
        return iw_reader_fail(reader, "\\\\ or \\\"");
    reader->at += 2;
    return IW_OK;
}

/* UTF8-2 / UTF8-3 / UTF8-4 */
static enum iw_result skip_utf8(struct iw_reader *reader)
{
    if ((unsigned char)*reader->at < 0x80) /* NUL, CR or LF */
        return iw_reader_fail(reader, "the closing quote");
    size_t length = iw_utf8_decode(iw_span(reader->at, octets_left(reader)), NULL);
    if (length == 0 && iw_reader_lenient(reader, IW_LENIENT_QUOTED_8BIT))
        length = 1;
    if (length == 0)
        return iw_reader_fail(reader, "a character that may be quoted");
    reader->at += length;
    return IW_OK;
}

/* The next octet that is not a QUOTED-CHAR of one octet. */
static const char *find_special(const struct iw_reader *reader)
{
    const char *at = iw_scan_quoted(reader->begin, reader->at, reader->end);
    while (at < reader->end && iw_is(*at, IW_CHAR_QUOTED))
        at++;
    return at;
}

/* Moves over QUOTED-CHARs to the closing quote and counts the backslashes that go.
 * QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\\" quoted-specials /
 *               UTF8-2 / UTF8-3 / UTF8-4 */
static enum iw_result skip_quoted_chars(struct iw_reader *reader, size_t *escapes)
{
    enum iw_result result = IW_OK;
    for (*escapes = 0; result == IW_OK;) {
        reader->at = find_special(reader);
        if (reader->at == reader->end)
            return iw_reader_fail(reader, "the closing quote");
        if (*reader->at == '"' && !is_inner_quote(reader))
            return IW_OK;
        if (*reader->at == '"' || is_last_backslash(reader)) {
            reader->at++;
            continue;
        }
        bool escape = *reader->at == '\\';
        *escapes += escape;
        result = escape ? skip_escape(reader) : skip_utf8(reader);
    }
    return result;
}

static enum iw_result unescape(struct iw_reader *reader, struct iw_span raw, size_t escapes,
                               struct iw_span *value)
{
    char *plain = iw_arena_get(reader->arena, raw.length - escapes);
    if (plain == NULL)
        return iw_reader_no_room(reader, raw.length);
    size_t length = 0;
    for (size_t i = 0; i < raw.length; i++) {
        if (raw.data[i] == '\\' && i + 1 < raw.length)
            i++;
        plain[length++] = raw.data[i];
    }
    *value = iw_span(plain, length);
    return IW_OK;
}

/* *QUOTED-CHAR DQUOTE, with escapes or UTF-8 in it, or an octet that does not belong there */
enum iw_result iw_read_special(struct iw_reader *reader, struct iw_span *value)
{
    size_t escapes;
    const char *first = reader->at;
    enum iw_result result = skip_quoted_chars(reader, &escapes);
    if (result != IW_OK)
        return result;
    struct iw_span raw = iw_span(first, (size_t)(reader->at - first));
    reader->at++;
    if (escapes > 0)
        return unescape(reader, raw, escapes, value);
    *value = raw;
    return IW_OK;
}

/* quoted = DQUOTE *QUOTED-CHAR DQUOTE */
enum iw_result iw_read_quoted(struct iw_reader *reader, struct iw_span *value)
{
    enum iw_result result = iw_read_char(reader, '"', "a quoted string");
    return result == IW_OK ? iw_read_behind_quote(reader, value) : result;
}

bool iw_reader_at_literal(struct iw_reader *reader)
{
    if (iw_reader_relaxed(reader))
        iw_reader_extra_space(reader, '{');
    return iw_reader_peek(reader, '{') ||
           (octets_left(reader) >= 2 && reader->at[0] == '~' && reader->at[1] == '{');
}

/* CRLF, or LF where that is allowed. */
static enum iw_result read_line_end(struct iw_reader *reader)
{
    if (octets_left(reader) >= 2 && reader->at[0] == '\r' && reader->at[1] == '\n') {
        reader->at += 2;
        return IW_OK;
    }
    if (!iw_reader_peek(reader, '\n') || !iw_reader_lenient(reader, IW_LENIENT_BARE_LF))
        return iw_reader_fail(reader, "CRLF");
    reader->at++;
    return IW_OK;
}

/* Two SP where the CRLF of a literal must stand; the framer saw no literal then. */
static bool skip_same_line(struct iw_reader *reader)
{
    bool same = octets_left(reader) >= 2 && reader->at[0] == ' ' && reader->at[1] == ' ' &&
                iw_reader_lenient(reader, IW_LENIENT_LITERAL_SAME_LINE);
    reader->at += same ? 2 : 0;
    return same;
}

/* "{" number64 ["+"] "}" CRLF, with "~" in front: literal8 (RFC 9051 §9) */
static enum iw_result read_announcement(struct iw_reader *reader, struct iw_literal_value *value,
                                        bool *same_line)
{
    value->binary = iw_reader_skip(reader, '~');
    enum iw_result result = iw_read_char(reader, '{', "a literal");
    if (result == IW_OK)
        result = read_digits(reader, INT64_MAX, &value->size);
    if (result == IW_OK && reader->role == IW_FRAME_COMMANDS)
        iw_reader_skip(reader, '+');
    if (result == IW_OK)
        result = iw_read_char(reader, '}', "}");
    *same_line = result == IW_OK && skip_same_line(reader);
    return result == IW_OK && !*same_line ? read_line_end(reader) : result;
}

/* The framer's entry for the literal whose octets would begin at the cursor; NULL: there is none.
 */
static const struct iw_literal *find_literal(struct iw_reader *reader)
{
    size_t offset = offset_of(reader);
    while (reader->literals < reader->literals_end && reader->literals->offset < offset)
        reader->literals++;
    if (reader->literals == reader->literals_end || reader->literals->offset != offset)
        return NULL;
    return reader->literals++;
}

/* CHAR8 = %x01-ff; the cursor stands behind the octets. */
static enum iw_result check_octets(struct iw_reader *reader, struct iw_span octets)
{
    const char *nul = octets.length == 0 ? NULL : memchr(octets.data, '\0', octets.length);
    if (nul == NULL)
        return IW_OK;
    size_t offset = (size_t)(nul - reader->begin);
    if (iw_lenient_use(reader->lenient, IW_LENIENT_LITERAL_NUL, offset))
        return IW_OK;
    return iw_fail(reader->error, IW_SYNTAX, offset, "no NUL in a literal");
}

/* The octets of a literal end inside a word, where they would not if the announced size were one of
 * characters: they go on to there. */
static void count_characters(struct iw_reader *reader, struct iw_literal_value *value)
{
    const char *at = value->octets.data, *end = reader->end;
    if (reader->at == end || is_one_of(*reader->at, " )]\r\n"))
        return;
    for (uint64_t left = value->size; left > 0 && at < end; left--) {
        size_t length = iw_utf8_decode(iw_span(at, (size_t)(end - at)), NULL);
        bool ascii = (unsigned char)*at < 0x80;
        if (!ascii && length == 0)
            return;
        at += ascii ? 1 : length;
    }
    if (at == end || !is_one_of(*at, " )]\r\n") ||
        !iw_reader_lenient(reader, IW_LENIENT_LITERAL_CHARACTERS))
        return;
    value->octets.length = (size_t)(at - value->octets.data);
    reader->at = at;
}

/* The octets of a literal whose announcement ends in no line. */
static enum iw_result read_same_line(struct iw_reader *reader, struct iw_literal_value *value)
{
    if (value->size > octets_left(reader))
        return iw_reader_fail(reader, "all octets of the literal");
    value->kept = true;
    value->octets = iw_span(reader->at, (size_t)value->size);
    reader->at += value->octets.length;
    return IW_OK;
}

enum iw_result iw_read_literal(struct iw_reader *reader, struct iw_literal_value *value)
{
    bool same_line;
    enum iw_result result = read_announcement(reader, value, &same_line);
    if (result != IW_OK)
        return result;
    if (same_line)
        return read_same_line(reader, value);
    const struct iw_literal *literal = find_literal(reader);
    if (literal == NULL || literal->size != value->size)
        return iw_reader_fail(reader, "a literal where the framer saw one");
    value->kept = literal->kept;
    value->octets = iw_span(reader->at, 0);
    if (!literal->kept)
        return IW_OK;
    if (literal->size > octets_left(reader))
        return iw_reader_fail(reader, "all octets of the literal");
    value->octets.length = (size_t)literal->size;
    reader->at += value->octets.length;
    if (iw_reader_relaxed(reader) && !value->binary)
        count_characters(reader, value);
    return value->binary ? IW_OK : check_octets(reader, value->octets);
}

/* What stands where a string must: extra SP in front of one, NIL, or an atom. */
static enum iw_result read_no_string(struct iw_reader *reader, struct iw_span *value)
{
    enum { NIL_LENGTH = sizeof "NIL" - 1 };
    if (!iw_reader_relaxed(reader))
        return iw_reader_fail(reader, "a string");
    if (iw_reader_extra_space(reader, '\0') || iw_reader_peek(reader, '"'))
        return iw_read_string(reader, value);
    bool nil = iw_reader_skip_word(reader, "NIL");
    reader->at -= nil ? NIL_LENGTH : 0;
    if (nil && iw_reader_lenient(reader, IW_LENIENT_STRING_NIL)) {
        reader->at += NIL_LENGTH;
        *value = IW_SPAN("");
        return IW_OK;
    }
    if (reader->at == reader->end || !iw_is(*reader->at, IW_CHAR_ATOM) ||
        !iw_reader_lenient(reader, IW_LENIENT_STRING_ATOM))
        return iw_reader_fail(reader, "a string");
    return iw_read_run(reader, IW_CHAR_ATOM, "a string", value);
}

enum iw_result iw_read_unquoted(struct iw_reader *reader, struct iw_span *value)
{
    struct iw_literal_value literal;
    if (!iw_reader_peek(reader, '{'))
        return read_no_string(reader, value);
    enum iw_result result = iw_read_literal(reader, &literal);
    if (result == IW_OK)
        *value = literal.octets;
    return result;
}

enum iw_result iw_read_string(struct iw_reader *reader, struct iw_span *value)
{
    return iw_reader_skip(reader, '"') ? iw_read_behind_quote(reader, value)
                                       : iw_read_unquoted(reader, value);
}

enum iw_result iw_read_nstring(struct iw_reader *reader, struct iw_span *value)
{
    return iw_read_nstring_inline(reader, value);
}

/* astring = 1*ASTRING-CHAR / string */
enum iw_result iw_read_astring(struct iw_reader *reader, struct iw_span *value)
{
    if (iw_reader_peek(reader, ' ') && iw_reader_extra_space(reader, '\0'))
        return iw_read_astring(reader, value);
    if (iw_reader_skip(reader, '"'))
        return iw_read_behind_quote(reader, value);
    if (iw_reader_peek(reader, '{'))
        return iw_read_unquoted(reader, value);
    return iw_read_run_inline(reader, IW_CHAR_ASTRING, "an atom or a string", value);
}

enum iw_result iw_read_crlf(struct iw_reader *reader)
{
    if (iw_reader_peek(reader, ' ')) {
        const char *behind = reader->at;
        while (behind < reader->end && *behind == ' ')
            behind++;
        bool trailing = behind < reader->end && (*behind == '\r' || *behind == '\n');
        if (trailing && iw_reader_lenient(reader, IW_LENIENT_TRAILING_SPACE))
            reader->at = behind;
    }
    enum iw_result result = read_line_end(reader);
    if (result == IW_OK && reader->at != reader->end)
        return iw_reader_fail(reader, "the end of the line");
    return result;
}
