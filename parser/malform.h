/* SPDX-License-Identifier: MIT */
/* Malformed on purpose: one well-formed response or command, written with one named fault, for
 * servers that lie, clients that babble and mutators that know the grammar.
 *
 * A fault changes one token of the frame (a word, a space, a parenthesis, a literal's count, …) and
 * nothing else. The same frame, fault and place always give the same octets. Prose, which is text
 * behind a status word and what a code holds beside it, has faults of its own only.
 *
 * Pure: the frame is borrowed, nothing is kept. */
#ifndef IW_PARSER_MALFORM_H
#define IW_PARSER_MALFORM_H

#include "base/buf.h"
#include "parser/frame.h"

enum iw_malform {
    /* a literal's announcement and octets */
    IW_MALFORM_LITERAL_LESS,
    IW_MALFORM_LITERAL_MORE,
    IW_MALFORM_LITERAL_HUGE,
    IW_MALFORM_LITERAL_OVERFLOW,
    IW_MALFORM_LITERAL_20_DIGITS,
    IW_MALFORM_LITERAL_NEGATIVE,
    IW_MALFORM_LITERAL_NO_COUNT,
    IW_MALFORM_LITERAL_ZEROS,
    IW_MALFORM_LITERAL_PLUS,
    IW_MALFORM_LITERAL_UNCLOSED,
    IW_MALFORM_LITERAL_NO_CRLF,
    IW_MALFORM_LITERAL_BARE_LF,
    IW_MALFORM_LITERAL_SPACE,
    IW_MALFORM_LITERAL_NUL,
    /* parentheses */
    IW_MALFORM_LIST_UNCLOSED,
    IW_MALFORM_LIST_CLOSED_TWICE,
    IW_MALFORM_LIST_UNOPENED,
    IW_MALFORM_LIST_OPENED_TWICE,
    IW_MALFORM_LIST_DEEP,
    IW_MALFORM_LIST_SPACE_FIRST,
    IW_MALFORM_LIST_SPACE_LAST,
    /* quoted strings */
    IW_MALFORM_QUOTED_UNCLOSED,
    IW_MALFORM_QUOTED_UNOPENED,
    IW_MALFORM_QUOTED_ESCAPED_END,
    IW_MALFORM_QUOTED_ESCAPE,
    IW_MALFORM_QUOTED_NUL,
    IW_MALFORM_QUOTED_CR,
    IW_MALFORM_QUOTED_LF,
    IW_MALFORM_QUOTED_8BIT,
    /* words and numbers */
    IW_MALFORM_WORD_LOWER,
    IW_MALFORM_WORD_MISSING,
    IW_MALFORM_WORD_NUL,
    IW_MALFORM_WORD_CONTROL,
    IW_MALFORM_WORD_8BIT,
    IW_MALFORM_WORD_QUOTE,
    IW_MALFORM_WORD_BRACE,
    IW_MALFORM_NUMBER_33_BITS,
    IW_MALFORM_NUMBER_64_BITS,
    IW_MALFORM_NUMBER_65_BITS,
    IW_MALFORM_NUMBER_NEGATIVE,
    IW_MALFORM_NUMBER_ZERO,
    /* spaces */
    IW_MALFORM_SPACE_MISSING,
    IW_MALFORM_SPACE_TWICE,
    IW_MALFORM_SPACE_TAB,
    IW_MALFORM_SPACE_CR,
    IW_MALFORM_SPACE_LF,
    IW_MALFORM_SPACE_CRLF,
    /* the tag */
    IW_MALFORM_TAG_MISSING,
    IW_MALFORM_TAG_TWICE,
    IW_MALFORM_TAG_PLUS,
    /* status responses */
    IW_MALFORM_CODE_UNCLOSED,
    IW_MALFORM_TEXT_NUL,
    IW_MALFORM_TEXT_CR,
    IW_MALFORM_TEXT_8BIT,
    /* the line */
    IW_MALFORM_END_MISSING,
    IW_MALFORM_END_BARE_LF,
    IW_MALFORM_END_BARE_CR,
    IW_MALFORM_END_TWO_CR,
    IW_MALFORM_END_SPACE,
    IW_MALFORM_END_TWICE,
    IW_MALFORM_COUNT
};

enum iw_malform_verdict {
    IW_MALFORM_ILLEGAL, /* no strict reader takes the outcome for what the frame was */
    IW_MALFORM_DEPENDS, /* legal in some places, or in one direction */
    IW_MALFORM_LEGAL    /* a control: every reader must take it */
};

struct iw_malform_type {
    const char *name;   /* "literal-less", … */
    const char *breaks; /* the rule of the grammar that it breaks, or tests */
    enum iw_malform_verdict verdict;
};

const struct iw_malform_type *iw_malform_type_of(enum iw_malform fault);

/* False: no fault has that name. */
bool iw_malform_find(struct iw_span name, enum iw_malform *fault);

/* How many places of the frame can have that fault. The frame is a whole one, in CRLF. */
size_t iw_malform_places(const struct iw_frame *frame, enum iw_malform fault);

/* The frame with the fault at a place below that number; and the token it changes there, as octets
 * of the frame. */
void iw_malform_write(struct iw_buf *out, const struct iw_frame *frame, enum iw_malform fault,
                      size_t place);
struct iw_span iw_malform_token(const struct iw_frame *frame, enum iw_malform fault, size_t place);

#endif
