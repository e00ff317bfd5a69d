/* SPDX-License-Identifier: MIT */
#include "parser/persona.h"

#define BIT(leniency) ((uint64_t)1 << IW_LENIENT_##leniency)

/* clang-format off */
const struct iw_persona iw_personas[] = {
    {"bincimap", BIT(FLAG_SPECIALS)},
    {"bluemind", BIT(LINES_ABSENT)},
    {"citadel", BIT(BODY_SHORT)},
    {"courier", BIT(NUMBER_ZERO) | BIT(FLAG_RECENT) | BIT(QUOTA_NO_LIST)},
    {"cyrus", BIT(EMPTY_LIST)},
    {"davmail", BIT(EXTRA_SPACE)},
    {"domino", BIT(QUOTED_QUOTE) | BIT(LITERAL_SAME_LINE) | BIT(EMPTY_LIST) |
               BIT(FETCH_ITEM_NESTED) | BIT(MESSAGE_UNPARSED) | BIT(DATE_ZERO)},
    {"dovecot", BIT(TRAILING_SPACE) | BIT(NUMBER_ZERO) | BIT(MULTIPART_EMPTY)},
    {"exchange", BIT(TRAILING_SPACE) | BIT(EXTRA_SPACE) | BIT(STRAY_LINE) | BIT(STATE_ABSENT) |
                 BIT(EMPTY_TEXT) | BIT(CODE_UNPARSED) | BIT(STRING_ATOM) | BIT(STRING_NIL) |
                 BIT(NUMBER_NEGATIVE) | BIT(MAILBOX_SPECIALS) | BIT(DISPOSITION_STRING)},
    {"fastmail", BIT(CODE_UNPARSED)},
    {"gmail", BIT(EMPTY_TEXT) | BIT(QUOTED_QUOTE) | BIT(MAILBOX_SPACES) | BIT(FLAG_SPECIALS) |
              BIT(MULTIPART_EMPTY) | BIT(MESSAGE_UNPARSED)},
    {"gromox", BIT(MAILBOX_SPACES)},
    {"homepl", BIT(STATE_ABSENT)},
    {"icloud", BIT(QUOTED_QUOTE)},
    {"lavabit", BIT(LINES_EXTRA)},
    {"maddy", BIT(EXTRA_SPACE)},
    {"mailru", BIT(STRING_NIL) | BIT(NUMBER_FLOAT)},
    {"protonmail", BIT(STRING_ATOM) | BIT(EMPTY_LIST)},
    {"qip", BIT(EMPTY_LIST)},
    {"qq", BIT(TRAILING_SPACE) | BIT(EXTRA_SPACE) | BIT(QUOTED_BACKSLASH) | BIT(ENVELOPE_SHORT) |
           BIT(MULTIPART_EMPTY)},
    {"rockliffe", BIT(FLAG_QUOTED)},
    {"smartermail", BIT(ENVELOPE_SHORT) | BIT(ADDRESS_NIL)},
    {"strato", BIT(MAILBOX_SPACES)},
    {"surgemail", BIT(EXTRA_SPACE)},
    {"telus", BIT(MAILBOX_SPECIALS)},
    {"xeams", BIT(FETCH_ITEMS_BEHIND)},
    {"yahoo", BIT(EXTRA_SPACE) | BIT(EMPTY_LIST)},
    {"yandex", BIT(FETCH_NO_VALUE) | BIT(MULTIPART_EMPTY)},
    {"zoho", BIT(NUMBER_ZERO) | BIT(NUMBER_NEGATIVE) | BIT(FLAG_ANY)},
    {NULL, 0},
};
/* clang-format on */

uint64_t iw_leniencies_of(struct iw_span word)
{
    if (iw_span_equal(word, IW_SPAN("all")))
        return IW_LENIENT_ALL;
    for (unsigned i = 0; i < IW_LENIENT_COUNT; i++)
        if (iw_span_equal(word, iw_span_of(iw_leniency_name((enum iw_leniency)i))))
            return (uint64_t)1 << i;
    const struct iw_persona *persona = iw_personas;
    while (persona->name != NULL && !iw_span_equal(word, iw_span_of(persona->name)))
        persona++;
    return persona->allowed;
}
