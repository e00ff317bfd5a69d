/* SPDX-License-Identifier: MIT */
#include "parser/lenient.h"

#include <assert.h>

static const struct {
    const char *name, *grammar;
} rows[] = {
    [IW_LENIENT_BARE_LF] = {"bare-lf", "LF for CRLF"},
    [IW_LENIENT_TRAILING_SPACE] = {"trailing-space", "SP before CRLF"},
    [IW_LENIENT_EXTRA_SPACE] = {"extra-space", "more SP than the grammar has between two tokens"},
    [IW_LENIENT_LEADING_NUL] = {"leading-nul", "NUL before a response"},
    [IW_LENIENT_STRAY_LINE] = {"stray-line", "a line that is no response: kept as it stands"},
    [IW_LENIENT_STATE_ABSENT] = {"state-absent",
                                 "resp-text without OK: \"* [\" or \"[\" begins a line"},
    [IW_LENIENT_EMPTY_TEXT] = {"empty-text", "resp-text, or \"+\", without text and its SP"},
    [IW_LENIENT_TEXT_8BIT] = {"text-8bit", "text with octets from 0x80 that are no UTF-8"},
    [IW_LENIENT_CODE_UNPARSED] = {"code-unparsed", "resp-text-code that is none: kept up to \"]\""},
    [IW_LENIENT_QUOTED_8BIT] = {"quoted-8bit", "quoted with octets from 0x80 that are no UTF-8"},
    [IW_LENIENT_QUOTED_ESCAPE] = {"quoted-escape",
                                  "quoted with \"\\\" before other than \"\\\" and DQUOTE"},
    [IW_LENIENT_QUOTED_QUOTE] = {"quoted-quote", "quoted with a DQUOTE inside that has no \"\\\""},
    [IW_LENIENT_QUOTED_BACKSLASH] = {"quoted-backslash",
                                     "quoted whose last octet is a lone \"\\\""},
    [IW_LENIENT_LITERAL_NUL] = {"literal-nul", "literal with NUL"},
    [IW_LENIENT_LITERAL_SAME_LINE] = {"literal-same-line", "literal with two SP for its CRLF"},
    [IW_LENIENT_LITERAL_CHARACTERS] = {"literal-characters",
                                       "literal counted in characters of UTF-8"},
    [IW_LENIENT_STRING_ATOM] = {"string-atom", "atom for string"},
    [IW_LENIENT_STRING_NIL] = {"string-nil", "NIL for string: empty"},
    [IW_LENIENT_NUMBER_ZERO] = {"number-zero", "nz-number that begins with 0"},
    [IW_LENIENT_NUMBER_NEGATIVE] = {"number-negative", "number with \"-\": read as 0"},
    [IW_LENIENT_NUMBER_FLOAT] = {"number-float", "number as 1.5e+3"},
    [IW_LENIENT_EMPTY_LIST] =
        {"empty-list", "\"()\" where members or NIL must stand, or no number before MODSEQ"},
    [IW_LENIENT_MAILBOX_SPECIALS] = {"mailbox-specials",
                                     "mailbox as atom with other octets, up to SP"},
    [IW_LENIENT_MAILBOX_SPACES] = {"mailbox-spaces",
                                   "mailbox as atoms with SP, up to \" (\" or CRLF"},
    [IW_LENIENT_FLAG_RECENT] = {"flag-recent", "\\Recent for flag and flag-perm"},
    [IW_LENIENT_FLAG_ANY] = {"flag-any", "\\* for flag and flag-fetch"},
    [IW_LENIENT_FLAG_SPECIALS] = {"flag-specials",
                                  "flag with other octets than an atom's, up to SP or \")\""},
    [IW_LENIENT_FLAG_QUOTED] = {"flag-quoted", "quoted for flag-keyword"},
    [IW_LENIENT_FLAG_GROUP] = {"flag-group", "a list among flags: passed over"},
    [IW_LENIENT_ID_ABSENT] = {"id-absent", "id-response without its SP and list: read as NIL"},
    [IW_LENIENT_QUOTA_NO_LIST] = {"quota-no-list", "quota-response without its list"},
    [IW_LENIENT_FETCH_UNCLOSED] = {"fetch-unclosed",
                                   "msg-att without \")\" at the end of the line"},
    [IW_LENIENT_FETCH_ITEMS_BEHIND] = {"fetch-items-behind", "items behind the \")\" of msg-att"},
    [IW_LENIENT_FETCH_ITEM_NESTED] = {"fetch-item-nested",
                                      "one item of msg-att in parentheses of its own"},
    [IW_LENIENT_FETCH_NO_VALUE] = {"fetch-no-value",
                                   "the last item of msg-att without its nstring: read as NIL"},
    [IW_LENIENT_ORIGIN_LENGTH] = {"origin-length", "<n.m> for <n> behind a section"},
    [IW_LENIENT_ENVELOPE_SHORT] = {"envelope-short",
                                   "envelope without its last fields: read as NIL"},
    [IW_LENIENT_ADDRESS_NIL] = {"address-nil", "NIL among addresses: passed over"},
    [IW_LENIENT_BODY_SHORT] = {"body-short", "body-type-1part that ends behind its subtype"},
    [IW_LENIENT_SUBTYPE_ABSENT] = {"subtype-absent", "body-type-1part without a subtype: empty"},
    [IW_LENIENT_MULTIPART_EMPTY] = {"multipart-empty",
                                    "body-type-mpart without parts, or with NIL for them"},
    [IW_LENIENT_MESSAGE_UNPARSED] =
        {"message-unparsed", "body-type-msg without its envelope and body: the rest is kept"},
    [IW_LENIENT_LINES_ABSENT] = {"lines-absent", "body-type-text without lines: read as 0"},
    [IW_LENIENT_LINES_EXTRA] = {"lines-extra", "body-type-basic with lines: passed over"},
    [IW_LENIENT_DISPOSITION_STRING] = {"disposition-string",
                                       "body-fld-dsp as string without its list"},
    [IW_LENIENT_DISPOSITION_LATE] = {"disposition-late",
                                     "body-fld-dsp where body-fld-lang must stand"},
    [IW_LENIENT_EXTENSION_UNPARSED] =
        {"extension-unparsed", "extension fields that are none: they and all behind them are kept"},
    [IW_LENIENT_DATE_NIL] = {"date-nil", "NIL for date-time"},
    [IW_LENIENT_DATE_ZERO] = {"date-zero", "date-time with day 00 or year 0000: read as NIL"},
    [IW_LENIENT_DATE_WEEKDAY] = {"date-weekday",
                                 "a day of the week before the date, with or without a comma"},
    [IW_LENIENT_DATE_DAY] = {"date-day", "date-day-fixed or an hour of one digit"},
    [IW_LENIENT_DATE_SPACES] = {"date-spaces", "SP for \"-\" around date-month"},
    [IW_LENIENT_DATE_MONTH] = {"date-month", "date-month spelt out"},
    [IW_LENIENT_DATE_YEAR] = {"date-year", "date-year of two digits: from 1950 to 2049"},
    [IW_LENIENT_DATE_SECONDS] = {"date-seconds", "time without seconds"},
    [IW_LENIENT_DATE_LEAP_SECOND] = {"date-leap-second", "the second 60: read as 59"},
    [IW_LENIENT_DATE_NO_ZONE] = {"date-no-zone", "date-time without a zone: read as +0000"},
    [IW_LENIENT_DATE_ZONE_NAME] = {"date-zone-name",
                                   "a zone by name: GMT, UT, UTC, Z, EST, EDT, … PDT"},
    [IW_LENIENT_DATE_ZONE_COLON] = {"date-zone-colon",
                                    "a zone with \":\" between hours and minutes"},
    [IW_LENIENT_DATE_COMMENT] = {"date-comment", "a comment in parentheses behind the zone"},
};

_Static_assert(sizeof rows / sizeof *rows == IW_LENIENT_COUNT, "each has its row");
_Static_assert(IW_LENIENT_COUNT <= 60, "the bits of a uint64_t, with room to spare");

const char *iw_leniency_name(enum iw_leniency leniency)
{
    size_t index = (size_t)leniency;
    return index < IW_LENIENT_COUNT ? rows[index].name : "unknown";
}

const char *iw_leniency_grammar(enum iw_leniency leniency)
{
    assert((size_t)leniency < IW_LENIENT_COUNT);
    return rows[leniency].grammar;
}

bool iw_lenient_use(struct iw_lenient *lenient, enum iw_leniency leniency, size_t offset)
{
    assert((size_t)leniency < IW_LENIENT_COUNT);
    uint64_t bit = (uint64_t)1 << leniency;
    if (lenient == NULL || (lenient->allowed & bit) == 0)
        return false;
    if ((lenient->used & bit) == 0)
        lenient->offsets[leniency] = offset;
    lenient->used |= bit;
    return true;
}
