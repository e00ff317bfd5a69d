/* SPDX-License-Identifier: MIT */
#include "parser/fetch_att.h"

#include "parser/member.h"
#include "parser/same.h"
#include "parser/write.h"

enum att_form {
    PLAIN = 0,
    BODY = 1 << 0,     /* section [partial] */
    BINARY = 1 << 1,   /* section-binary */
    PARTIAL = 1 << 2,  /* [partial] behind it */
    BARE = 1 << 3,     /* the name may also stand alone */
    LAZY = 1 << 4,     /* [SP "(" option *(SP option) ")"], also where it is the only item */
    ANNOTATE = 1 << 5, /* SP "(" entries SP attribs ")" */
    LINES = 1 << 6,    /* SP "(" astring *(SP astring) ")" */
    MACRO = 1 << 7
};

static const struct {
    struct iw_span name;
    unsigned form;
    const char *option; /* LAZY: the first of them */
} att_types[] = {
    {IW_NAME("ALL"), MACRO, NULL},
    {IW_NAME("FULL"), MACRO, NULL},
    {IW_NAME("FAST"), MACRO, NULL},
    {IW_NAME("ENVELOPE"), PLAIN, NULL},
    {IW_NAME("FLAGS"), PLAIN, NULL},
    {IW_NAME("INTERNALDATE"), PLAIN, NULL},
    {IW_NAME("RFC822"), PLAIN, NULL},
    {IW_NAME("RFC822.HEADER"), PLAIN, NULL},
    {IW_NAME("RFC822.SIZE"), PLAIN, NULL},
    {IW_NAME("RFC822.TEXT"), PLAIN, NULL},
    {IW_NAME("BODY"), BODY | PARTIAL | BARE, NULL},
    {IW_NAME("BODY.PEEK"), BODY | PARTIAL, NULL},
    {IW_NAME("BODYSTRUCTURE"), PLAIN, NULL},
    {IW_NAME("UID"), PLAIN, NULL},
    {IW_NAME("BINARY"), BINARY | PARTIAL, NULL},      /* RFC 3516 */
    {IW_NAME("BINARY.PEEK"), BINARY | PARTIAL, NULL}, /* RFC 3516 */
    {IW_NAME("BINARY.SIZE"), BINARY, NULL},           /* RFC 3516 */
    {IW_NAME("MODSEQ"), PLAIN, NULL},                 /* RFC 7162 */
    {IW_NAME("ANNOTATION"), ANNOTATE, NULL},          /* RFC 5257 */
    {IW_NAME("EMAILID"), PLAIN, NULL},                /* RFC 8474 */
    {IW_NAME("THREADID"), PLAIN, NULL},               /* RFC 8474 */
    {IW_NAME("SAVEDATE"), PLAIN, NULL},               /* RFC 8514 */
    {IW_NAME("PREVIEW"), LAZY, "LAZY"},               /* RFC 8970 */
    {IW_NAME("SNIPPET"), LAZY, "FUZZY"},              /* before RFC 8970 */
    {IW_NAME("X-GM-MSGID"), PLAIN, NULL},
    {IW_NAME("X-GM-THRID"), PLAIN, NULL},
    {IW_NAME("X-GM-LABELS"), PLAIN, NULL},
    {IW_NAME("RFC822.PEEK"), PLAIN, NULL},             /* RFC 1730 */
    {IW_NAME("RFC822.TEXT.PEEK"), PLAIN, NULL},        /* RFC 1730 */
    {IW_NAME("RFC822.HEADER.LINES"), LINES, NULL},     /* RFC 1730 */
    {IW_NAME("RFC822.HEADER.LINES.NOT"), LINES, NULL}, /* RFC 1730 */
};
enum { ATT_TYPES = sizeof att_types / sizeof *att_types };

/* ATT_TYPES: none. */
static size_t type_of(struct iw_span name)
{
    size_t i = 0;
    while (i < ATT_TYPES && !iw_is_word(name, att_types[i].name))
        i++;
    return i;
}

/* ---- one ---- */

/* partial = "<" number64 "." nz-number64 ">" */
enum iw_result iw_parse_fetch_partial(struct iw_reader *reader, struct iw_fetch_att *att)
{
    att->has_partial = true;
    enum iw_result result = iw_read_char(reader, '<', "<");
    if (result == IW_OK)
        result = iw_read_number(reader, INT64_MAX, &att->origin);
    if (result == IW_OK)
        result = iw_read_char(reader, '.', ".");
    if (result == IW_OK)
        result = iw_read_nz_number(reader, INT64_MAX, &att->length);
    return result == IW_OK ? iw_read_char(reader, '>', ">") : result;
}

/* section [partial], section-binary [partial], or what an extension has there */
static enum iw_result parse_brackets(struct iw_reader *reader, unsigned form,
                                     struct iw_fetch_att *att)
{
    enum iw_result result;
    att->has_section = (form & (BODY | BINARY)) != 0;
    if ((form & BODY) != 0)
        result = iw_parse_section_spec(reader, &att->section);
    else if ((form & BINARY) != 0)
        result = iw_parse_section_binary(reader, &att->section);
    else
        result = iw_skip_brackets(reader, &att->brackets);
    bool partial = (form & PARTIAL) != 0 || !att->has_section;
    if (result != IW_OK || !partial || !iw_reader_peek(reader, '<'))
        return result;
    return iw_parse_fetch_partial(reader, att);
}

/* entry-match = list-mailbox (RFC 5257 §5) */
static enum iw_result read_match(struct iw_reader *reader, struct iw_span *match)
{
    bool string = iw_reader_peek(reader, '"') || iw_reader_at_literal(reader);
    return string ? iw_read_string(reader, match)
                  : iw_read_run(reader, IW_CHAR_LIST, "an entry or attribute", match);
}

/* entries = entry-match / "(" entry-match *(SP entry-match) ")" ; attribs are alike */
static enum iw_result parse_matches(struct iw_reader *reader, struct iw_names *matches)
{
    bool listed = iw_reader_skip(reader, '(');
    struct iw_span match;
    enum iw_result result;
    do {
        result = read_match(reader, &match);
        if (result == IW_OK)
            result = iw_list_add(reader, &matches->names, &matches->count, match);
    } while (result == IW_OK && listed && iw_reader_another(reader));
    return result == IW_OK && listed ? iw_read_char(reader, ')', "SP and one more, or )") : result;
}

static void write_matches(struct iw_buf *out, const struct iw_names *matches)
{
    if (matches->count == 1)
        iw_write_astring(out, matches->names[0]);
    else
        iw_write_astring_list(out, matches);
}

/* "ANNOTATION" SP "(" entries SP attribs ")" */
static enum iw_result parse_annotation(struct iw_reader *reader, struct iw_fetch_att *att)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = parse_matches(reader, &att->names);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_matches(reader, &att->attributes);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* "(" preview-mod *(SP preview-mod) ")" ; preview-mod = "LAZY" (RFC 8970 §6) */
static enum iw_result parse_modifiers(struct iw_reader *reader, struct iw_fetch_att *att)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_read_atoms(reader, "a modifier", &att->names.names, &att->names.count);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and a modifier, or )") : result;
}

/* What stands behind an item's SP. */
static enum iw_result parse_value(struct iw_reader *reader, unsigned form, struct iw_fetch_att *att)
{
    if ((form & ANNOTATE) != 0)
        return parse_annotation(reader, att);
    if ((form & LINES) != 0)
        return iw_parse_astring_list(reader, &att->names);
    return (form & LAZY) != 0 ? parse_modifiers(reader, att)
                              : iw_skip_value(reader, "(", &att->value);
}

/* A lone item's "(" may begin a modifier of FETCH: only what is known to have a value takes it. */
static bool takes_value(struct iw_reader *reader, size_t type, bool alone)
{
    unsigned form = type == ATT_TYPES ? PLAIN : att_types[type].form;
    if ((form & (ANNOTATE | LINES)) != 0)
        return true;
    bool may = type == ATT_TYPES || (form & LAZY) != 0;
    if (!may || !iw_reader_more(reader) || reader->at[1] != '(')
        return false;
    if (!alone || type == ATT_TYPES)
        return !alone;
    struct iw_reader ahead = *reader;
    ahead.at += 2;
    return iw_reader_skip_word(&ahead, att_types[type].option);
}

/* fetch-att = "ENVELOPE" / "FLAGS" / "INTERNALDATE" / "RFC822" [".HEADER" / ".SIZE" / ".TEXT"] /
 *             "BODY" ["STRUCTURE"] / "UID" / "BODY" [".PEEK"] section [partial] /
 *             "BINARY" [".PEEK"] section-binary [partial] / "BINARY.SIZE" section-binary / …
 * "(" … ")" behind an item of no known type is kept */
static enum iw_result parse_att(struct iw_reader *reader, bool alone, struct iw_fetch_att *att)
{
    const char *begin = reader->at;
    enum iw_result result = iw_read_item_name(reader, &att->name);
    if (result != IW_OK)
        return result;
    size_t type = type_of(att->name);
    unsigned form = type == ATT_TYPES ? PLAIN : att_types[type].form;
    if (type < ATT_TYPES)
        att->name = att_types[type].name;
    if ((form & MACRO) != 0 && !alone) {
        reader->at = begin;
        return iw_reader_fail(reader, "an item, no macro");
    }
    if (iw_reader_peek(reader, '[') && (form & (BODY | BINARY)) + (type == ATT_TYPES) != 0)
        result = parse_brackets(reader, form, att);
    else if ((form & (BODY | BINARY)) != 0 && (form & BARE) == 0)
        result = iw_reader_fail(reader, "[");
    if (result == IW_OK && takes_value(reader, type, alone)) {
        result = iw_read_space(reader);
        if (result == IW_OK)
            result = parse_value(reader, form, att);
    }
    att->raw = iw_between(begin, reader->at);
    return result;
}

enum iw_result iw_parse_fetch_att(struct iw_reader *reader, struct iw_fetch_att *att)
{
    return parse_att(reader, false, att);
}

static void write_value(struct iw_buf *out, const struct iw_fetch_att *att)
{
    if (att->value.data != NULL || att->names.count > 0)
        iw_buf_add_char(out, ' ');
    iw_buf_add(out, att->value);
    if (att->names.count == 0)
        return;
    if (att->attributes.count == 0) {
        iw_write_astring_list(out, &att->names);
        return;
    }
    iw_buf_add_char(out, '(');
    write_matches(out, &att->names);
    iw_buf_add_char(out, ' ');
    write_matches(out, &att->attributes);
    iw_buf_add_char(out, ')');
}

void iw_write_fetch_att(struct iw_buf *out, const struct iw_fetch_att *att)
{
    iw_buf_add(out, att->name);
    if (att->has_section)
        iw_write_section(out, &att->section);
    if (att->brackets.data != NULL) {
        iw_buf_add_char(out, '[');
        iw_buf_add(out, att->brackets);
        iw_buf_add_char(out, ']');
    }
    if (att->has_partial)
        iw_buf_addf(out, "<%llu.%llu>", (unsigned long long)att->origin,
                    (unsigned long long)att->length);
    write_value(out, att);
}

/* ---- several ---- */

/* "(" fetch-att *(SP fetch-att) ")" */
static enum iw_result parse_listed(struct iw_reader *reader, struct iw_fetch_att **last)
{
    size_t count = 0;
    reader->at++;
    do {
        enum iw_result result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_att(reader, false, *last);
        if (result != IW_OK)
            return result;
        last = &(*last)->next;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and an item, or )");
}

enum iw_result iw_parse_fetch_atts(struct iw_reader *reader, struct iw_fetch_att **first)
{
    if (iw_reader_peek(reader, '('))
        return parse_listed(reader, first);
    enum iw_result result = iw_read_member(reader, 0, first, sizeof **first);
    return result == IW_OK ? parse_att(reader, true, *first) : result;
}

static bool is_macro(const struct iw_fetch_att *att)
{
    size_t type = type_of(att->name);
    return type < ATT_TYPES && (att_types[type].form & MACRO) != 0;
}

void iw_write_fetch_atts(struct iw_buf *out, const struct iw_fetch_att *first)
{
    bool bare = first != NULL && is_macro(first);
    if (!bare)
        iw_buf_add_char(out, '(');
    for (const struct iw_fetch_att *att = first; att != NULL; att = att->next) {
        if (att != first)
            iw_buf_add_char(out, ' ');
        iw_write_fetch_att(out, att);
    }
    if (!bare)
        iw_buf_add_char(out, ')');
}

static bool att_equal(const struct iw_fetch_att *a, const struct iw_fetch_att *b)
{
    return iw_span_equal_nocase(a->name, b->name) && a->has_section == b->has_section &&
           iw_section_equal(&a->section, &b->section) && iw_same_span(a->brackets, b->brackets) &&
           a->has_partial == b->has_partial && a->origin == b->origin && a->length == b->length &&
           iw_same_names(&a->names, &b->names) && iw_same_names(&a->attributes, &b->attributes) &&
           iw_same_span(a->value, b->value);
}

bool iw_fetch_atts_equal(const struct iw_fetch_att *a, const struct iw_fetch_att *b)
{
    for (; a != NULL && b != NULL && att_equal(a, b); a = a->next)
        b = b->next;
    return a == NULL && b == NULL;
}
