/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_lex.h"

#include "base/chars.h"

#include <string.h>

bool iw_mime_lex(struct iw_mime_lexer *lexer, struct iw_arena *arena, struct iw_span value)
{
    size_t room = value.length * 2 + 1; /* the octets, and a separator for each */
    char *out = iw_arena_get(arena, room);
    if (out == NULL)
        return false;
    *lexer = (struct iw_mime_lexer){
        .at = value.data, .end = value.data + value.length, .out = out, .out_end = out + room};
    return true;
}

void iw_mime_put(struct iw_mime_lexer *lexer, char c)
{
    if (lexer->out < lexer->out_end)
        *lexer->out++ = c == '\0' ? '\x80' : c;
}

bool iw_mime_skip(struct iw_mime_lexer *lexer, char c)
{
    bool there = iw_mime_at(lexer, c);
    lexer->at += there;
    return there;
}

/* ---- characters ---- */

/* c is no NUL */
static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_letter(char c)
{
    return iw_is(c, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || (unsigned char)c >= 0x80;
}

/* atext (RFC 5322 §3.2.3), and UTF8-non-ascii (RFC 6532 §3.2) */
bool iw_mime_is_atext(char c)
{
    return is_letter(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~");
}

static bool is_dot_or_atext(char c)
{
    return c == '.' || iw_mime_is_atext(c);
}

/* token = 1*<any CHAR except SPACE, CTLs, or tspecials> (RFC 2045 §5.1) */
static bool is_token(char c)
{
    return is_letter(c) || is_one_of(c, "!#$%&'*+-.^_`{|}~");
}

/* ---- words ---- */

static bool read_run(struct iw_mime_lexer *lexer, bool (*is_in)(char c))
{
    const char *begin = lexer->at;
    while (lexer->at < lexer->end && is_in(*lexer->at))
        iw_mime_put(lexer, *lexer->at++);
    return lexer->at > begin;
}

bool iw_mime_read_atom(struct iw_mime_lexer *lexer)
{
    return read_run(lexer, iw_mime_is_atext);
}

bool iw_mime_read_dots_and_atoms(struct iw_mime_lexer *lexer)
{
    return read_run(lexer, is_dot_or_atext);
}

bool iw_mime_read_token(struct iw_mime_lexer *lexer)
{
    return read_run(lexer, is_token);
}

/* A line end within a quoted string or a comment is a fold: it is no part of the value. */
static bool at_line_end(const struct iw_mime_lexer *lexer)
{
    size_t left = (size_t)(lexer->end - lexer->at);
    return *lexer->at == '\n' || (left > 1 && *lexer->at == '\r' && lexer->at[1] == '\n');
}

/* One octet of quoted text, or quoted-pair, or a fold. */
static void read_quoted_octet(struct iw_mime_lexer *lexer)
{
    bool pair = *lexer->at == '\\' && lexer->end - lexer->at > 1 && lexer->at[1] != '\r' &&
                lexer->at[1] != '\n' && lexer->at[1] != '\0';
    lexer->at += pair;
    if (pair || !at_line_end(lexer))
        iw_mime_put(lexer, *lexer->at);
    lexer->at++;
}

/* quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE (RFC 5322 §3.2.4) */
bool iw_mime_read_quoted(struct iw_mime_lexer *lexer)
{
    char *begin = lexer->out;
    if (!iw_mime_skip(lexer, '"'))
        return false;
    while (!iw_mime_at_end(lexer) && *lexer->at != '"')
        read_quoted_octet(lexer);
    if (iw_mime_at_end(lexer))
        lexer->out = begin;
    return iw_mime_skip(lexer, '"');
}

struct iw_span iw_mime_read_comment(struct iw_mime_lexer *lexer, struct iw_span comment)
{
    struct iw_mime_lexer inside = *lexer;
    inside.at = comment.data;
    inside.end = comment.data + comment.length;
    const char *begin = inside.out;
    while (!iw_mime_at_end(&inside))
        read_quoted_octet(&inside);
    lexer->out = inside.out;
    return iw_mime_since(lexer, begin);
}

/* comment = "(" *([FWS] ccontent) [FWS] ")"; ccontent = ctext / quoted-pair / comment */
static bool skip_comment(struct iw_mime_lexer *lexer)
{
    const char *begin = ++lexer->at;
    for (size_t depth = 1; lexer->at < lexer->end; lexer->at++) {
        if (*lexer->at == '\\' && lexer->end - lexer->at > 1)
            lexer->at++;
        else if (*lexer->at == '(')
            depth++;
        else if (*lexer->at == ')' && --depth == 0)
            break;
    }
    if (iw_mime_at_end(lexer))
        return false;
    lexer->comment = iw_span(begin, (size_t)(lexer->at - begin));
    return iw_mime_skip(lexer, ')');
}

bool iw_mime_skip_cfws(struct iw_mime_lexer *lexer)
{
    while (lexer->at < lexer->end) {
        if (is_one_of(*lexer->at, " \t\r\n"))
            lexer->at++;
        else if (*lexer->at != '(')
            break;
        else if (!skip_comment(lexer))
            return false;
    }
    return true;
}
