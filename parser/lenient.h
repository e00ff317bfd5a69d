/* SPDX-License-Identifier: MIT */
/* Named leniencies: each relaxes one place of the grammar and is named after it, never after who
 * needs it (persona.h). At most 60.
 *
 * Reading is strict first. Only a frame that this refuses, or in which it spoils an item, is read
 * once more with what is allowed: a leniency never changes what strict reading accepts, and costs
 * nothing there. Each use is recorded with its offset, so that a tester can report it. */
#ifndef IW_PARSER_LENIENT_H
#define IW_PARSER_LENIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order of the table in lenient.c, which says what each of them relaxes. */
enum iw_leniency {
    /* lines */
    IW_LENIENT_BARE_LF,
    IW_LENIENT_TRAILING_SPACE,
    IW_LENIENT_EXTRA_SPACE,
    IW_LENIENT_LEADING_NUL,
    IW_LENIENT_STRAY_LINE,
    /* states and their text */
    IW_LENIENT_STATE_ABSENT,
    IW_LENIENT_EMPTY_TEXT,
    IW_LENIENT_TEXT_8BIT,
    IW_LENIENT_CODE_UNPARSED,
    /* strings */
    IW_LENIENT_QUOTED_8BIT,
    IW_LENIENT_QUOTED_ESCAPE,
    IW_LENIENT_QUOTED_QUOTE,
    IW_LENIENT_QUOTED_BACKSLASH,
    IW_LENIENT_LITERAL_NUL,
    IW_LENIENT_LITERAL_SAME_LINE,
    IW_LENIENT_LITERAL_CHARACTERS,
    IW_LENIENT_STRING_ATOM,
    IW_LENIENT_STRING_NIL,
    /* numbers */
    IW_LENIENT_NUMBER_ZERO,
    IW_LENIENT_NUMBER_NEGATIVE,
    IW_LENIENT_NUMBER_FLOAT,
    /* lists, names and flags */
    IW_LENIENT_EMPTY_LIST,
    IW_LENIENT_MAILBOX_SPECIALS,
    IW_LENIENT_MAILBOX_SPACES,
    IW_LENIENT_FLAG_RECENT,
    IW_LENIENT_FLAG_ANY,
    IW_LENIENT_FLAG_SPECIALS,
    IW_LENIENT_FLAG_QUOTED,
    IW_LENIENT_FLAG_GROUP,
    IW_LENIENT_ID_ABSENT,
    IW_LENIENT_QUOTA_NO_LIST,
    /* FETCH */
    IW_LENIENT_FETCH_UNCLOSED,
    IW_LENIENT_FETCH_ITEMS_BEHIND,
    IW_LENIENT_FETCH_ITEM_NESTED,
    IW_LENIENT_FETCH_NO_VALUE,
    IW_LENIENT_ORIGIN_LENGTH,
    /* ENVELOPE */
    IW_LENIENT_ENVELOPE_SHORT,
    IW_LENIENT_ADDRESS_NIL,
    /* BODY and BODYSTRUCTURE */
    IW_LENIENT_BODY_SHORT,
    IW_LENIENT_SUBTYPE_ABSENT,
    IW_LENIENT_MULTIPART_EMPTY,
    IW_LENIENT_MESSAGE_UNPARSED,
    IW_LENIENT_LINES_ABSENT,
    IW_LENIENT_LINES_EXTRA,
    IW_LENIENT_DISPOSITION_STRING,
    IW_LENIENT_DISPOSITION_LATE,
    IW_LENIENT_EXTENSION_UNPARSED,
    /* dates */
    IW_LENIENT_DATE_NIL,
    IW_LENIENT_DATE_ZERO,
    IW_LENIENT_DATE_WEEKDAY,
    IW_LENIENT_DATE_DAY,
    IW_LENIENT_DATE_SPACES,
    IW_LENIENT_DATE_MONTH,
    IW_LENIENT_DATE_YEAR,
    IW_LENIENT_DATE_SECONDS,
    IW_LENIENT_DATE_LEAP_SECOND,
    IW_LENIENT_DATE_NO_ZONE,
    IW_LENIENT_DATE_ZONE_NAME,
    IW_LENIENT_DATE_ZONE_COLON,
    IW_LENIENT_DATE_COMMENT,
    IW_LENIENT_COUNT
};

struct iw_lenient {
    uint64_t allowed;                 /* bit 1 << enum iw_leniency */
    uint64_t used;                    /* the same, set by the parser; cleared by the caller */
    size_t offsets[IW_LENIENT_COUNT]; /* in the frame, of the first use of each that was used */
};

/* All of them. */
#define IW_LENIENT_ALL (((uint64_t)1 << IW_LENIENT_COUNT) - 1)

const char *iw_leniency_name(enum iw_leniency leniency); /* "bare-lf", … */
/* What it lets in, in one line. */
const char *iw_leniency_grammar(enum iw_leniency leniency);

/* True if it is allowed; then its use is recorded at that offset. NULL allows nothing. */
bool iw_lenient_use(struct iw_lenient *lenient, enum iw_leniency leniency, size_t offset);

#endif
