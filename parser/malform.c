/* SPDX-License-Identifier: MIT */
#include "parser/malform.h"

#include "parser/response.h"
#include "parser/verbatim.h"

#include <assert.h>
#include <inttypes.h>

/* ---- tokens ---- */

enum token_kind {
    TAG,      /* what the line begins with, but for "+" */
    SPACE,    /* one SP */
    OPEN,     /* "(" */
    CLOSE,    /* ")" */
    QUOTED,   /* with its quotes */
    ANNOUNCE, /* ["~"] "{" number ["+"] "}" CRLF */
    OCTETS,   /* of a literal that has any */
    NUMBER,   /* digits alone */
    WORD,     /* any other run of octets */
    CODE_END, /* the "]" of a response code */
    PROSE,    /* text with the SP in front of it, or what a code of free text holds */
    END,      /* the CRLF of the frame's last line */
    STRAY     /* an octet that no fault is about */
};

struct token {
    enum token_kind kind;
    struct iw_span text;
};

struct scan {
    const struct iw_frame *frame;
    const char *at, *end;
    size_t literal;   /* of the frame, the first that is not behind the cursor */
    const char *lead; /* the SP in front of a code, which twice would begin a text */
    const char *argument, *code, *text; /* where the prose of a code, its "]" and the text begin;
                                           NULL: nowhere */
};

/* Up to SP or the end of the line. */
static struct iw_span word_at(const char *at, const char *end)
{
    const char *begin = at;
    while (at < end && *at != ' ' && *at != '\r' && *at != '\n')
        at++;
    return iw_between(begin, at);
}

/* Codes whose argument is not looked into, or has its own rules. */
static bool is_free(const struct iw_code_type *type)
{
    return type == NULL || type->shape == IW_CODE_BARE || type->shape == IW_CODE_TEXT ||
           type->shape == IW_CODE_ARGUMENT || type->shape == IW_CODE_URLS;
}

/* lead is a SP with "[" behind it. */
static void find_code(struct scan *scan, const char *lead)
{
    const char *name = lead + 2, *at;
    scan->lead = lead;
    bool quoted = false;
    for (at = name; at < scan->end && iw_is(*at, IW_CHAR_ATOM); at++)
        continue;
    bool free = is_free(iw_code_type_of(iw_between(name, at)));
    if (free && at < scan->end && *at == ' ')
        scan->argument = at;
    for (; at < scan->end && *at != '\r' && (*at != ']' || quoted); at++)
        quoted ^= *at == '"' && !free;
    if (at == scan->end || *at != ']')
        return;
    scan->code = at;
    scan->text = at + 1;
}

/* continue-req, and resp-cond-state behind a tag or "*" */
static void find_prose(struct scan *scan)
{
    struct iw_span first = word_at(scan->at, scan->end);
    const char *at = first.data + first.length;
    if (scan->frame->role != IW_FRAME_RESPONSES || at == scan->end)
        return;
    if (iw_span_equal(first, IW_SPAN("+"))) {
        scan->text = at;
        return;
    }
    struct iw_span second = word_at(at + 1, scan->end);
    if (!iw_is_state(second))
        return;
    at = second.data + second.length;
    if (scan->end - at > 1 && at[0] == ' ' && at[1] == '[')
        find_code(scan, at);
    else
        scan->text = at;
}

static struct scan scan_of(const struct iw_frame *frame)
{
    struct scan scan = {
        .frame = frame, .at = frame->bytes.data, .end = frame->bytes.data + frame->bytes.length};
    find_prose(&scan);
    return scan;
}

/* The literals whose octets begin before the cursor are behind it. */
static void pass_literals(struct scan *scan)
{
    const struct iw_frame *frame = scan->frame;
    size_t offset = (size_t)(scan->at - frame->bytes.data);
    while (scan->literal < frame->literal_count && frame->literals[scan->literal].offset < offset)
        scan->literal++;
}

static bool take(const char **at, const char *end, char octet)
{
    bool there = *at < end && **at == octet;
    *at += there;
    return there;
}

/* The length of the announcement at the cursor; 0: there is none, or the framer did not see one. */
static size_t announcement_length(const struct scan *scan)
{
    const struct iw_frame *frame = scan->frame;
    size_t offset = (size_t)(scan->at - frame->bytes.data);
    size_t next = scan->literal;
    if (next < frame->literal_count && frame->literals[next].offset == offset)
        next++;
    const char *at = scan->at, *end = scan->end;
    take(&at, end, '~');
    if (next == frame->literal_count || !take(&at, end, '{'))
        return 0;
    const char *digits = at;
    while (at < end && iw_is(*at, IW_CHAR_DIGIT))
        at++;
    bool counted = at > digits;
    take(&at, end, '+');
    if (!counted || !take(&at, end, '}') || !take(&at, end, '\r') || !take(&at, end, '\n'))
        return 0;
    bool seen = (size_t)(at - frame->bytes.data) == frame->literals[next].offset;
    return seen ? (size_t)(at - scan->at) : 0;
}

static size_t octets_length(const struct scan *scan)
{
    const struct iw_frame *frame = scan->frame;
    if (scan->literal == frame->literal_count)
        return 0;
    const struct iw_literal *literal = &frame->literals[scan->literal];
    bool here = scan->at == frame->bytes.data + literal->offset;
    return here && literal->kept ? (size_t)literal->size : 0;
}

static size_t quoted_length(const struct scan *scan)
{
    const char *at = scan->at + 1;
    while (at < scan->end && *at != '"')
        at += *at == '\\' && scan->end - at > 1 ? 2 : 1;
    return (size_t)(at - scan->at) + (at < scan->end);
}

static size_t word_length(const struct scan *scan)
{
    const char *at = scan->at;
    while (at < scan->end && memchr(" ()\"\r\n", *at, 6) == NULL && at != scan->code)
        at++;
    return (size_t)(at - scan->at);
}

static size_t prose_length(const struct scan *scan)
{
    const char *at = scan->at;
    while (at < scan->end && *at != '\r' && at != scan->code)
        at++;
    return (size_t)(at - scan->at);
}

static enum token_kind kind_of_word(const struct scan *scan, size_t length)
{
    struct iw_span word = iw_span(scan->at, length);
    uint64_t number;
    if (scan->at == scan->frame->bytes.data && !iw_span_equal(word, IW_SPAN("+")))
        return TAG;
    return iw_span_number(word, UINT64_MAX, &number) ? NUMBER : WORD;
}

/* What stands at the cursor by its first octet. */
static struct token value_token(const struct scan *scan)
{
    static const struct {
        char octet;
        enum token_kind kind;
    } singles[] = {{' ', SPACE}, {'(', OPEN}, {')', CLOSE}};
    if (scan->at == scan->lead)
        return (struct token){STRAY, iw_span(scan->at, 1)};
    for (size_t i = 0; i < sizeof singles / sizeof *singles; i++)
        if (*scan->at == singles[i].octet)
            return (struct token){singles[i].kind, iw_span(scan->at, 1)};
    if (*scan->at == '"')
        return (struct token){QUOTED, iw_span(scan->at, quoted_length(scan))};
    size_t length = announcement_length(scan);
    if (length > 0)
        return (struct token){ANNOUNCE, iw_span(scan->at, length)};
    length = word_length(scan);
    if (length > 0)
        return (struct token){kind_of_word(scan, length), iw_span(scan->at, length)};
    return (struct token){STRAY, iw_span(scan->at, 1)};
}

/* Only while octets are left. */
static struct token next_token(struct scan *scan)
{
    struct token token;
    pass_literals(scan);
    size_t octets = octets_length(scan);
    size_t left = (size_t)(scan->end - scan->at);
    bool prose = scan->at == scan->text || scan->at == scan->argument;
    if (left == 2 && memcmp(scan->at, "\r\n", 2) == 0)
        token = (struct token){END, iw_span(scan->at, 2)};
    else if (octets > 0)
        token = (struct token){OCTETS, iw_span(scan->at, octets)};
    else if (prose && prose_length(scan) > 0)
        token = (struct token){PROSE, iw_span(scan->at, prose_length(scan))};
    else if (scan->at == scan->code)
        token = (struct token){CODE_END, iw_span(scan->at, 1)};
    else
        token = value_token(scan);
    scan->at += token.text.length;
    return token;
}

/* ---- faults ---- */

enum change {
    DROP,
    REPLACE,      /* by the text */
    DOUBLE,       /* with the text between */
    FRONT,        /* the text in front */
    BEHIND,       /* the text behind */
    AFTER_FIRST,  /* the text behind the first octet */
    BEFORE_LAST,  /* the text in front of the last octet */
    FIRST,        /* the first octet becomes the text */
    LAST,         /* the last octet becomes the text */
    REPEAT,       /* DEPTH times */
    LOWER,        /* in lower case */
    COUNT,        /* an announcement's number becomes the text */
    COUNT_TAKE,   /* … one less */
    COUNT_ADD,    /* … one more */
    COUNT_FRONT,  /* the text in front of the number */
    COUNT_BEHIND, /* the text behind the number */
    TAIL          /* what is behind the number becomes the text */
};

enum { DEPTH = 10000 };

struct fault {
    struct iw_malform_type type;
    enum token_kind token;
    enum change change;
    struct iw_span text;
};

/* clang-format off */
static const struct fault faults[IW_MALFORM_COUNT] = {
    [IW_MALFORM_LITERAL_LESS] = {
        {"literal-less", "the octets of a literal are as many as its count", IW_MALFORM_ILLEGAL},
        ANNOUNCE, COUNT_TAKE, {"", 0}},
    [IW_MALFORM_LITERAL_MORE] = {
        {"literal-more", "the octets of a literal are as many as its count", IW_MALFORM_ILLEGAL},
        ANNOUNCE, COUNT_ADD, {"", 0}},
    [IW_MALFORM_LITERAL_HUGE] = {
        {"literal-huge", "2^63-1 octets are announced, fewer follow", IW_MALFORM_ILLEGAL},
        ANNOUNCE, COUNT, {"9223372036854775807", 19}},
    [IW_MALFORM_LITERAL_OVERFLOW] = {
        {"literal-overflow", "number64 ends at 2^63-1", IW_MALFORM_ILLEGAL},
        ANNOUNCE, COUNT, {"9223372036854775808", 19}},
    [IW_MALFORM_LITERAL_20_DIGITS] = {
        {"literal-20-digits", "number64 ends at 2^63-1; this is 2^64", IW_MALFORM_ILLEGAL},
        ANNOUNCE, COUNT, {"18446744073709551616", 20}},
    [IW_MALFORM_LITERAL_NEGATIVE] = {
        {"literal-negative", "a count has no sign", IW_MALFORM_ILLEGAL},
        ANNOUNCE, COUNT, {"-1", 2}},
    [IW_MALFORM_LITERAL_NO_COUNT] = {
        {"literal-no-count", "number64 = 1*DIGIT", IW_MALFORM_ILLEGAL},
        ANNOUNCE, COUNT, {"", 0}},
    [IW_MALFORM_LITERAL_ZEROS] = {
        {"literal-zeros", "number64 = 1*DIGIT, zeros in front included", IW_MALFORM_LEGAL},
        ANNOUNCE, COUNT_FRONT, {"00", 2}},
    [IW_MALFORM_LITERAL_PLUS] = {
        {"literal-plus",
         "literal = \"{\" number64 [\"+\"] \"}\" for clients, without \"+\" for servers",
         IW_MALFORM_DEPENDS},
        ANNOUNCE, COUNT_BEHIND, {"+", 1}},
    [IW_MALFORM_LITERAL_UNCLOSED] = {
        {"literal-unclosed", "\"}\" ends an announcement", IW_MALFORM_ILLEGAL},
        ANNOUNCE, TAIL, {"\r\n", 2}},
    [IW_MALFORM_LITERAL_NO_CRLF] = {
        {"literal-no-crlf", "CRLF stands between announcement and octets", IW_MALFORM_ILLEGAL},
        ANNOUNCE, TAIL, {"}", 1}},
    [IW_MALFORM_LITERAL_BARE_LF] = {
        {"literal-bare-lf", "CRLF stands between announcement and octets", IW_MALFORM_ILLEGAL},
        ANNOUNCE, TAIL, {"}\n", 2}},
    [IW_MALFORM_LITERAL_SPACE] = {
        {"literal-space", "nothing stands between \"}\" and CRLF", IW_MALFORM_ILLEGAL},
        ANNOUNCE, TAIL, {"} \r\n", 4}},
    [IW_MALFORM_LITERAL_NUL] = {
        {"literal-nul",
         "literal = … *CHAR8, without NUL; a literal8 may have it",
         IW_MALFORM_DEPENDS},
        OCTETS, FIRST, {"\0", 1}},
    [IW_MALFORM_LIST_UNCLOSED] = {
        {"list-unclosed", "each \"(\" has its \")\"", IW_MALFORM_ILLEGAL},
        CLOSE, DROP, {"", 0}},
    [IW_MALFORM_LIST_CLOSED_TWICE] = {
        {"list-closed-twice", "each \")\" has its \"(\"", IW_MALFORM_ILLEGAL},
        CLOSE, DOUBLE, {"", 0}},
    [IW_MALFORM_LIST_UNOPENED] = {
        {"list-unopened", "each \")\" has its \"(\"", IW_MALFORM_ILLEGAL},
        OPEN, DROP, {"", 0}},
    [IW_MALFORM_LIST_OPENED_TWICE] = {
        {"list-opened-twice", "each \"(\" has its \")\"", IW_MALFORM_ILLEGAL},
        OPEN, DOUBLE, {"", 0}},
    [IW_MALFORM_LIST_DEEP] = {
        {"list-deep", "each \"(\" has its \")\", and readers have a limit", IW_MALFORM_ILLEGAL},
        OPEN, REPEAT, {"", 0}},
    [IW_MALFORM_LIST_SPACE_FIRST] = {
        {"list-space-first", "no SP behind \"(\"", IW_MALFORM_ILLEGAL},
        OPEN, BEHIND, {" ", 1}},
    [IW_MALFORM_LIST_SPACE_LAST] = {
        {"list-space-last", "no SP in front of \")\"", IW_MALFORM_ILLEGAL},
        CLOSE, FRONT, {" ", 1}},
    [IW_MALFORM_QUOTED_UNCLOSED] = {
        {"quoted-unclosed", "quoted = DQUOTE *QUOTED-CHAR DQUOTE", IW_MALFORM_ILLEGAL},
        QUOTED, LAST, {"", 0}},
    [IW_MALFORM_QUOTED_UNOPENED] = {
        {"quoted-unopened", "quoted = DQUOTE *QUOTED-CHAR DQUOTE", IW_MALFORM_ILLEGAL},
        QUOTED, FIRST, {"", 0}},
    [IW_MALFORM_QUOTED_ESCAPED_END] = {
        {"quoted-escaped-end", "a quote behind a backslash ends nothing", IW_MALFORM_ILLEGAL},
        QUOTED, BEFORE_LAST, {"\\", 1}},
    [IW_MALFORM_QUOTED_ESCAPE] = {
        {"quoted-escape",
         "a backslash stands before a quote or a backslash only",
         IW_MALFORM_ILLEGAL},
        QUOTED, AFTER_FIRST, {"\\x", 2}},
    [IW_MALFORM_QUOTED_NUL] = {
        {"quoted-nul", "TEXT-CHAR has no NUL", IW_MALFORM_ILLEGAL},
        QUOTED, AFTER_FIRST, {"\0", 1}},
    [IW_MALFORM_QUOTED_CR] = {
        {"quoted-cr", "TEXT-CHAR has no CR", IW_MALFORM_ILLEGAL},
        QUOTED, AFTER_FIRST, {"\r", 1}},
    [IW_MALFORM_QUOTED_LF] = {
        {"quoted-lf", "TEXT-CHAR has no LF", IW_MALFORM_ILLEGAL},
        QUOTED, AFTER_FIRST, {"\n", 1}},
    [IW_MALFORM_QUOTED_8BIT] = {
        {"quoted-8bit", "between quotes octets from 0x80 are UTF-8", IW_MALFORM_ILLEGAL},
        QUOTED, AFTER_FIRST, {"\xff", 1}},
    [IW_MALFORM_WORD_LOWER] = {
        {"word-lower", "the grammar's words are the same in any case", IW_MALFORM_LEGAL},
        WORD, LOWER, {"", 0}},
    [IW_MALFORM_WORD_MISSING] = {
        {"word-missing",
         "what must stand there; in a list it may be one too many",
         IW_MALFORM_DEPENDS},
        WORD, DROP, {"", 0}},
    [IW_MALFORM_WORD_NUL] = {
        {"word-nul", "ATOM-CHAR has no NUL", IW_MALFORM_ILLEGAL},
        WORD, BEHIND, {"\0", 1}},
    [IW_MALFORM_WORD_CONTROL] = {
        {"word-control", "ATOM-CHAR has no CTL", IW_MALFORM_ILLEGAL},
        WORD, BEHIND, {"\x01", 1}},
    [IW_MALFORM_WORD_8BIT] = {
        {"word-8bit", "ATOM-CHAR ends at 0x7e", IW_MALFORM_ILLEGAL},
        WORD, BEHIND, {"\xff", 1}},
    [IW_MALFORM_WORD_QUOTE] = {
        {"word-quote", "ATOM-CHAR has no quote", IW_MALFORM_ILLEGAL},
        WORD, BEHIND, {"\"", 1}},
    [IW_MALFORM_WORD_BRACE] = {
        {"word-brace", "ATOM-CHAR has no \"{\"", IW_MALFORM_ILLEGAL},
        WORD, BEHIND, {"{", 1}},
    [IW_MALFORM_NUMBER_33_BITS] = {
        {"number-33-bits",
         "number ends at 2^32-1; sizes and modification sequences do not",
         IW_MALFORM_DEPENDS},
        NUMBER, REPLACE, {"4294967296", 10}},
    [IW_MALFORM_NUMBER_64_BITS] = {
        {"number-64-bits",
         "number64 ends at 2^63-1; a name may look like a number",
         IW_MALFORM_DEPENDS},
        NUMBER, REPLACE, {"9223372036854775808", 19}},
    [IW_MALFORM_NUMBER_65_BITS] = {
        {"number-65-bits",
         "no number has 65 bits; a name may look like a number",
         IW_MALFORM_DEPENDS},
        NUMBER, REPLACE, {"18446744073709551616", 20}},
    [IW_MALFORM_NUMBER_NEGATIVE] = {
        {"number-negative",
         "numbers have no sign; a name may look like a number",
         IW_MALFORM_DEPENDS},
        NUMBER, FRONT, {"-", 1}},
    [IW_MALFORM_NUMBER_ZERO] = {
        {"number-zero", "nz-number begins at 1", IW_MALFORM_DEPENDS},
        NUMBER, REPLACE, {"0", 1}},
    [IW_MALFORM_SPACE_MISSING] = {
        {"space-missing",
         "SP parts values; without it two words may be one unknown word",
         IW_MALFORM_DEPENDS},
        SPACE, DROP, {"", 0}},
    [IW_MALFORM_SPACE_TWICE] = {
        {"space-twice", "one SP parts values", IW_MALFORM_ILLEGAL},
        SPACE, DOUBLE, {"", 0}},
    [IW_MALFORM_SPACE_TAB] = {
        {"space-tab", "SP is 0x20", IW_MALFORM_ILLEGAL},
        SPACE, REPLACE, {"\t", 1}},
    [IW_MALFORM_SPACE_CR] = {
        {"space-cr", "CR stands before LF only", IW_MALFORM_ILLEGAL},
        SPACE, REPLACE, {"\r", 1}},
    [IW_MALFORM_SPACE_LF] = {
        {"space-lf", "a line ends in CRLF", IW_MALFORM_ILLEGAL},
        SPACE, REPLACE, {"\n", 1}},
    [IW_MALFORM_SPACE_CRLF] = {
        {"space-crlf", "a line ends where it is complete", IW_MALFORM_ILLEGAL},
        SPACE, REPLACE, {"\r\n", 2}},
    [IW_MALFORM_TAG_MISSING] = {
        {"tag-missing", "a line begins with a tag, or \"*\"", IW_MALFORM_ILLEGAL},
        TAG, DROP, {"", 0}},
    [IW_MALFORM_TAG_TWICE] = {
        {"tag-twice", "a line has one tag", IW_MALFORM_ILLEGAL},
        TAG, DOUBLE, {" ", 1}},
    [IW_MALFORM_TAG_PLUS] = {
        {"tag-plus", "a tag has no \"+\"", IW_MALFORM_ILLEGAL},
        TAG, BEHIND, {"+", 1}},
    [IW_MALFORM_CODE_UNCLOSED] = {
        {"code-unclosed", "\"]\" ends a response code", IW_MALFORM_ILLEGAL},
        CODE_END, DROP, {"", 0}},
    [IW_MALFORM_TEXT_NUL] = {
        {"text-nul", "text = 1*TEXT-CHAR, without NUL", IW_MALFORM_ILLEGAL},
        PROSE, BEHIND, {"\0", 1}},
    [IW_MALFORM_TEXT_CR] = {
        {"text-cr", "text = 1*TEXT-CHAR, without CR", IW_MALFORM_ILLEGAL},
        PROSE, BEHIND, {"\rx", 2}},
    [IW_MALFORM_TEXT_8BIT] = {
        {"text-8bit", "in text octets from 0x80 are UTF-8", IW_MALFORM_ILLEGAL},
        PROSE, BEHIND, {"\xff", 1}},
    [IW_MALFORM_END_MISSING] = {
        {"end-missing", "a line ends in CRLF", IW_MALFORM_ILLEGAL},
        END, DROP, {"", 0}},
    [IW_MALFORM_END_BARE_LF] = {
        {"end-bare-lf", "a line ends in CRLF", IW_MALFORM_ILLEGAL},
        END, REPLACE, {"\n", 1}},
    [IW_MALFORM_END_BARE_CR] = {
        {"end-bare-cr", "a line ends in CRLF", IW_MALFORM_ILLEGAL},
        END, REPLACE, {"\r", 1}},
    [IW_MALFORM_END_TWO_CR] = {
        {"end-two-cr", "a line ends in one CR and LF", IW_MALFORM_ILLEGAL},
        END, REPLACE, {"\r\r\n", 3}},
    [IW_MALFORM_END_SPACE] = {
        {"end-space", "no SP in front of CRLF; text may end in one", IW_MALFORM_DEPENDS},
        END, FRONT, {" ", 1}},
    [IW_MALFORM_END_TWICE] = {
        {"end-twice", "no line is empty", IW_MALFORM_ILLEGAL},
        END, DOUBLE, {"", 0}},
};
/* clang-format on */

const struct iw_malform_type *iw_malform_type_of(enum iw_malform fault)
{
    assert((size_t)fault < IW_MALFORM_COUNT);
    return &faults[fault].type;
}

bool iw_malform_find(struct iw_span name, enum iw_malform *fault)
{
    for (unsigned i = 0; i < IW_MALFORM_COUNT; i++)
        if (iw_span_equal(name, iw_span_of(faults[i].type.name))) {
            *fault = (enum iw_malform)i;
            return true;
        }
    return false;
}

/* ---- places ---- */

/* An announcement: what is in front of its number, the number, what is behind. */
struct announcement {
    struct iw_span head, digits, tail;
    uint64_t count;
};

static struct announcement announcement_of(struct iw_span text)
{
    struct announcement announcement = {0};
    const char *digits = (const char *)memchr(text.data, '{', text.length) + 1;
    const char *behind = digits;
    while (iw_is(*behind, IW_CHAR_DIGIT))
        behind++;
    announcement.head = iw_between(text.data, digits);
    announcement.digits = iw_between(digits, behind);
    announcement.tail = iw_between(behind, text.data + text.length);
    iw_span_number(announcement.digits, UINT64_MAX, &announcement.count);
    return announcement;
}

static bool has_upper(struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] >= 'A' && text.data[i] <= 'Z')
            return true;
    return false;
}

/* True if the change makes other octets of the token. */
static bool changes(const struct fault *fault, struct iw_span token)
{
    switch (fault->change) {
    case LOWER:
        return has_upper(token);
    case COUNT_TAKE:
        return announcement_of(token).count > 0;
    case FIRST:
        return fault->text.length == 0 || !iw_span_starts(token, fault->text);
    default:
        return !iw_span_equal(fault->text, token);
    }
}

/* The next token that can have the fault; false: there is none any more. */
static bool next_place(struct scan *scan, const struct fault *fault, struct iw_span *text)
{
    while (scan->at < scan->end) {
        struct token token = next_token(scan);
        *text = token.text;
        if (token.kind == fault->token && changes(fault, token.text))
            return true;
    }
    return false;
}

size_t iw_malform_places(const struct iw_frame *frame, enum iw_malform fault)
{
    assert((size_t)fault < IW_MALFORM_COUNT);
    struct scan scan = scan_of(frame);
    struct iw_span token;
    size_t places = 0;
    while (next_place(&scan, &faults[fault], &token))
        places++;
    return places;
}

struct iw_span iw_malform_token(const struct iw_frame *frame, enum iw_malform fault, size_t place)
{
    assert((size_t)fault < IW_MALFORM_COUNT);
    struct scan scan = scan_of(frame);
    struct iw_span token;
    bool there;
    do {
        there = next_place(&scan, &faults[fault], &token);
        assert(there);
    } while (place-- > 0);
    return token;
}

/* ---- writing ---- */

static struct iw_span without_first(struct iw_span text)
{
    return iw_span_part(text, 1, text.length);
}

static struct iw_span without_last(struct iw_span text)
{
    return iw_span_part(text, 0, text.length - 1);
}

static void write_lower(struct iw_buf *out, struct iw_span token)
{
    for (size_t i = 0; i < token.length; i++) {
        char c = token.data[i];
        iw_buf_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
}

/* The changes that have one form: what stands in front, in the middle and behind. */
static void write_three(struct iw_buf *out, struct iw_span front, struct iw_span middle,
                        struct iw_span behind)
{
    iw_buf_add(out, front);
    iw_buf_add(out, middle);
    iw_buf_add(out, behind);
}

static void write_announcement(struct iw_buf *out, const struct fault *fault, struct iw_span token)
{
    struct announcement parts = announcement_of(token);
    struct iw_span text = fault->text;
    iw_buf_add(out, parts.head);
    if (fault->change == COUNT_FRONT)
        iw_buf_add(out, text);
    if (fault->change == COUNT_TAKE || fault->change == COUNT_ADD)
        iw_buf_add_number(out, fault->change == COUNT_ADD ? parts.count + 1 : parts.count - 1);
    else
        iw_buf_add(out, fault->change == COUNT ? text : parts.digits);
    if (fault->change == COUNT_BEHIND)
        iw_buf_add(out, text);
    iw_buf_add(out, fault->change == TAIL ? text : parts.tail);
}

static void write_changed(struct iw_buf *out, const struct fault *fault, struct iw_span token)
{
    struct iw_span none = {NULL, 0}, text = fault->text;
    struct iw_span first = iw_span_part(token, 0, 1);
    struct iw_span last = iw_span_part(token, token.length - 1, token.length);
    switch (fault->change) {
    case DROP:
        break;
    case REPLACE:
        iw_buf_add(out, text);
        break;
    case DOUBLE:
        write_three(out, token, text, token);
        break;
    case FRONT:
        write_three(out, text, token, none);
        break;
    case BEHIND:
        write_three(out, token, text, none);
        break;
    case AFTER_FIRST:
        write_three(out, first, text, without_first(token));
        break;
    case BEFORE_LAST:
        write_three(out, without_last(token), text, last);
        break;
    case FIRST:
        write_three(out, text, without_first(token), none);
        break;
    case LAST:
        write_three(out, without_last(token), text, none);
        break;
    case REPEAT:
        for (size_t i = 0; i < DEPTH; i++)
            iw_buf_add(out, token);
        break;
    case LOWER:
        write_lower(out, token);
        break;
    case COUNT:
    case COUNT_TAKE:
    case COUNT_ADD:
    case COUNT_FRONT:
    case COUNT_BEHIND:
    case TAIL:
        write_announcement(out, fault, token);
    }
}

void iw_malform_write(struct iw_buf *out, const struct iw_frame *frame, enum iw_malform fault,
                      size_t place)
{
    struct iw_span token = iw_malform_token(frame, fault, place);
    size_t begin = (size_t)(token.data - frame->bytes.data);
    iw_buf_add(out, iw_span_part(frame->bytes, 0, begin));
    write_changed(out, &faults[fault], token);
    iw_buf_add(out, iw_span_part(frame->bytes, begin + token.length, frame->bytes.length));
}
