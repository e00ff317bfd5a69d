/* SPDX-License-Identifier: MIT */
/* The words of structured header fields: atoms, quoted strings, comments (RFC 5322 §3.2), tokens
 * (RFC 2045 §5.1).
 *
 * A lexer borrows the field's value and has room in the arena for everything that is read from it,
 * once: what a read_ function reads is added to out, so a value is what lies between two places of
 * out. Who reads a stretch of the field a second time puts out back as well. Octets from 0x80 are
 * letters; NUL is read as 0x80. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_LEX_H
#define IW_MOCKSERVER_ENGINE_MIME_LEX_H

#include "base/arena.h"

struct iw_mime_lexer {
    const char *at, *end;
    char *out, *out_end;
    struct iw_span comment; /* what the last comment skipped holds, as written; absent: none was */
};

/* False: the arena has no room. */
bool iw_mime_lex(struct iw_mime_lexer *lexer, struct iw_arena *arena, struct iw_span value);

static inline bool iw_mime_at(const struct iw_mime_lexer *lexer, char c)
{
    return lexer->at < lexer->end && *lexer->at == c;
}

static inline bool iw_mime_at_end(const struct iw_mime_lexer *lexer)
{
    return lexer->at == lexer->end;
}

static inline struct iw_span iw_mime_since(const struct iw_mime_lexer *lexer, const char *begin)
{
    return iw_span(begin, (size_t)(lexer->out - begin));
}

bool iw_mime_is_atext(char c);

void iw_mime_put(struct iw_mime_lexer *lexer, char c);

/* The octet c; false: another stands here. */
bool iw_mime_skip(struct iw_mime_lexer *lexer, char c);

/* [CFWS] (RFC 5322 §3.2.2). A comment that does not end goes on to the end of the field: false. */
bool iw_mime_skip_cfws(struct iw_mime_lexer *lexer);

/* 1*atext, or atext and dots, or a token; false: none stands here. No CFWS around it is read. */
bool iw_mime_read_atom(struct iw_mime_lexer *lexer);
bool iw_mime_read_dots_and_atoms(struct iw_mime_lexer *lexer);
bool iw_mime_read_token(struct iw_mime_lexer *lexer);

/* quoted-string; unescaped, without folds. False: it does not end, and is passed over. */
bool iw_mime_read_quoted(struct iw_mime_lexer *lexer);

/* The text of a comment, as quoted-string is read. */
struct iw_span iw_mime_read_comment(struct iw_mime_lexer *lexer, struct iw_span comment);

#endif
