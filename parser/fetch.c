/* SPDX-License-Identifier: MIT */
#include "parser/fetch.h"

#include "parser/objectid.h"
#include "parser/verbatim.h"
#include "parser/write.h"

#include <assert.h>

/* ---- items: what stands behind the name ---- */

/* "FLAGS" SP "(" [flag-fetch *(SP flag-fetch)] ")" */
static enum iw_result parse_flags(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_flags(reader, IW_FLAGS_FETCH, &item->flags) : result;
}

static void write_flags(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add_char(out, ' ');
    iw_write_flags(out, &item->flags);
}

/* "UID" SP uniqueid ; uniqueid = nz-number */
static enum iw_result parse_uid(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_nz_number(reader, UINT32_MAX, &item->number) : result;
}

/* "RFC822.SIZE" SP number64 */
static enum iw_result parse_size(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_number(reader, INT64_MAX, &item->number) : result;
}

static void write_number(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add_number(out, item->number);
}

/* "MODSEQ" SP "(" permsg-modsequence ")" */
static enum iw_result parse_modseq(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_read_nz_number(reader, INT64_MAX, &item->number);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_modseq(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add(out, IW_SPAN(" ("));
    iw_buf_add_number(out, item->number);
    iw_buf_add_char(out, ')');
}

/* "INTERNALDATE" SP date-time */
static enum iw_result parse_internaldate(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_date_time(reader, &item->date);
    item->nil = result == IW_OK && item->date.year == 0;
    return result;
}

static void write_internaldate(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add_char(out, ' ');
    if (item->nil)
        iw_buf_add(out, IW_SPAN("NIL"));
    else
        iw_write_date_time(out, &item->date);
}

/* SP date-time / SP nil (RFC 8514 §5) */
static enum iw_result parse_savedate(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    item->nil = iw_reader_skip_word(reader, "NIL");
    if (!item->nil)
        result = iw_parse_date_time(reader, &item->date);
    item->nil = item->date.year == 0;
    return result;
}

/* ---- octets ---- */

/* "." number, as it is requested and never answered */
static enum iw_result skip_origin_length(struct iw_reader *reader)
{
    uint64_t length;
    if (!iw_reader_lenient(reader, IW_LENIENT_ORIGIN_LENGTH))
        return iw_reader_fail(reader, ">");
    reader->at++;
    return iw_read_number(reader, INT64_MAX, &length);
}

/* ["<" number ">"] */
static enum iw_result parse_origin(struct iw_reader *reader, struct iw_fetch_item *item,
                                   uint64_t *origin)
{
    if (!iw_reader_skip(reader, '<'))
        return IW_OK;
    item->has_origin = true;
    enum iw_result result = iw_read_number(reader, INT64_MAX, origin);
    if (result == IW_OK && iw_reader_peek(reader, '.'))
        result = skip_origin_length(reader);
    return result == IW_OK ? iw_read_char(reader, '>', ">") : result;
}

static void write_origin(struct iw_buf *out, const struct iw_fetch_item *item, uint64_t origin)
{
    if (!item->has_origin)
        return;
    iw_buf_add_char(out, '<');
    iw_buf_add_number(out, origin);
    iw_buf_add_char(out, '>');
}

/* nstring, or a literal of either kind */
static enum iw_result read_octets(struct iw_reader *reader, struct iw_fetch_item *item)
{
    struct iw_literal_value literal;
    if (!iw_reader_at_literal(reader)) {
        enum iw_result result = iw_read_nstring(reader, &item->value);
        item->size = item->value.length;
        item->kept = true;
        return result;
    }
    enum iw_result result = iw_read_literal(reader, &literal);
    if (result != IW_OK)
        return result;
    item->value = literal.octets;
    item->size = literal.size;
    item->kept = literal.kept;
    return IW_OK;
}

/* SP nstring */
static enum iw_result parse_octets(struct iw_reader *reader, struct iw_fetch_item *item)
{
    item->kept = true;
    if (iw_reader_peek(reader, ')') && iw_reader_lenient(reader, IW_LENIENT_FETCH_NO_VALUE))
        return IW_OK;
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK && iw_reader_peek(reader, '~'))
        return iw_reader_fail(reader, "a string or NIL");
    return result == IW_OK ? read_octets(reader, item) : result;
}

/* NUL may stand in a literal8 only. */
static bool needs_literal8(const struct iw_fetch_item *item)
{
    return item->value.length > 0 && memchr(item->value.data, '\0', item->value.length) != NULL;
}

static void write_literal(struct iw_buf *out, const struct iw_fetch_item *item, bool binary)
{
    bool gone = item->value.length == 0 && item->size > 0;
    iw_buf_add_string(out, binary ? "~{" : "{");
    iw_buf_add_number(out, gone ? item->size : item->value.length);
    iw_buf_add(out, IW_SPAN("}\r\n"));
    iw_buf_add(out, item->value);
}

/* nstring / literal8 */
static void write_octets(struct iw_buf *out, const struct iw_fetch_item *item)
{
    bool gone = item->value.length == 0 && item->size > 0;
    bool binary = item->kind != IW_FETCH_SECTION && needs_literal8(item);
    if (gone || binary)
        write_literal(out, item, binary);
    else
        iw_write_nstring(out, item->value);
}

/* "BODY" section ["<" number ">"] SP nstring */
static enum iw_result parse_section(struct iw_reader *reader, struct iw_fetch_item *item)
{
    item->has_section = true;
    enum iw_result result = iw_parse_section_spec(reader, &item->section);
    if (result == IW_OK)
        result = parse_origin(reader, item, &item->origin);
    return result == IW_OK ? parse_octets(reader, item) : result;
}

/* "BINARY" section-binary ["<" number ">"] SP (nstring / literal8) */
static enum iw_result parse_binary(struct iw_reader *reader, struct iw_fetch_item *item)
{
    item->has_section = true;
    enum iw_result result = iw_parse_section_binary(reader, &item->section);
    if (result == IW_OK)
        result = parse_origin(reader, item, &item->origin);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? read_octets(reader, item) : result;
}

/* Of both, and of RFC822 and its like. What a message holds is a literal, as all servers write it
 * and many clients expect it. */
static void write_section(struct iw_buf *out, const struct iw_fetch_item *item)
{
    if (item->has_section) {
        iw_write_section(out, &item->section);
        write_origin(out, item, item->origin);
    }
    iw_buf_add_char(out, ' ');
    if (item->value.length > 0)
        write_literal(out, item, item->kind == IW_FETCH_BINARY && needs_literal8(item));
    else
        write_octets(out, item);
}

/* "BINARY.SIZE" section-binary SP number */
static enum iw_result parse_binary_size(struct iw_reader *reader, struct iw_fetch_item *item)
{
    item->has_section = true;
    enum iw_result result = iw_parse_section_binary(reader, &item->section);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_number(reader, UINT32_MAX, &item->number) : result;
}

static void write_binary_size(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_write_section(out, &item->section);
    write_number(out, item);
}

/* "(" atom SP nstring ")": what drafts had before RFC 8970, with FUZZY for the atom */
static enum iw_result parse_snippet(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "an algorithm", &item->algorithm);
    if (result == IW_OK)
        result = parse_octets(reader, item);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* "PREVIEW" SP nstring */
static enum iw_result parse_preview(struct iw_reader *reader, struct iw_fetch_item *item)
{
    bool draft = iw_at_word(reader, IW_SPAN(" "), '(');
    return draft ? parse_snippet(reader, item) : parse_octets(reader, item);
}

static void write_preview(struct iw_buf *out, const struct iw_fetch_item *item)
{
    bool draft = item->algorithm.data != NULL;
    iw_buf_add_string(out, draft ? " (" : " ");
    if (draft) {
        iw_buf_add(out, item->algorithm);
        iw_buf_add_char(out, ' ');
    }
    write_octets(out, item);
    if (draft)
        iw_buf_add_char(out, ')');
}

/* ---- identifiers and labels ---- */

/* "EMAILID" SP "(" objectid ")" (RFC 8474 §7) */
static enum iw_result parse_emailid(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_objectid(reader, &item->value) : result;
}

/* "THREADID" SP ("(" objectid ")" / nil) */
static enum iw_result parse_threadid(struct iw_reader *reader, struct iw_fetch_item *item)
{
    if (!iw_at_word(reader, IW_SPAN(" "), '(') && iw_reader_skip(reader, ' '))
        return iw_reader_skip_word(reader, "NIL") ? IW_OK : iw_reader_fail(reader, "( or NIL");
    return parse_emailid(reader, item);
}

static void write_id(struct iw_buf *out, const struct iw_fetch_item *item)
{
    if (item->value.data == NULL) {
        iw_buf_add(out, IW_SPAN(" NIL"));
        return;
    }
    iw_buf_add_char(out, ' ');
    iw_write_objectid(out, item->value);
}

/* "X-GM-MSGID" SP number, of 64 bits without sign */
static enum iw_result parse_gmail_id(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_number(reader, UINT64_MAX, &item->number) : result;
}

/* A label: flag-extension or astring; NIL is a label like any other. */
static enum iw_result read_label(struct iw_reader *reader, struct iw_span *label)
{
    unsigned bit;
    if (iw_reader_peek(reader, '\\'))
        return iw_parse_flag(reader, IW_FLAGS_FETCH, label, &bit);
    return iw_read_astring(reader, label);
}

/* "X-GM-LABELS" SP "(" [label *(SP label)] ")" */
static enum iw_result parse_gmail_labels(struct iw_reader *reader, struct iw_fetch_item *item)
{
    struct iw_span label;
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "( and labels");
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = read_label(reader, &label);
        if (result == IW_OK)
            result = iw_list_add(reader, &item->labels, &item->label_count, label);
        if (result != IW_OK)
            return result;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and a label, or )");
}

static bool is_system_label(struct iw_span label)
{
    for (size_t i = 1; i < label.length; i++)
        if (!iw_is(label.data[i], IW_CHAR_ATOM))
            return false;
    return label.length > 1 && label.data[0] == '\\';
}

static void write_gmail_labels(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add(out, IW_SPAN(" ("));
    for (size_t i = 0; i < item->label_count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        if (is_system_label(item->labels[i]))
            iw_buf_add(out, item->labels[i]);
        else
            iw_write_astring(out, item->labels[i]);
    }
    iw_buf_add_char(out, ')');
}

/* ---- ENVELOPE, BODY, BODYSTRUCTURE, ANNOTATION ---- */

static enum iw_result read_envelope(struct iw_reader *reader, struct iw_fetch_item *item)
{
    item->envelope = iw_arena_get(reader->arena, sizeof *item->envelope);
    if (item->envelope == NULL)
        return iw_reader_no_room(reader, sizeof *item->envelope);
    return iw_parse_envelope(reader, item->envelope);
}

static enum iw_result read_body(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum { BODY_LENGTH = sizeof "BODY" - 1 };
    item->body = iw_arena_get(reader->arena, sizeof *item->body);
    if (item->body == NULL)
        return iw_reader_no_room(reader, sizeof *item->body);
    return iw_parse_body(reader, item->name.length > BODY_LENGTH, item->body);
}

/* "ANNOTATION" SP ("(" entry-att *(SP entry-att) ")" / "(" entry *(SP entry) ")") */
static enum iw_result read_annotations(struct iw_reader *reader, struct iw_fetch_item *item)
{
    return iw_parse_annotations(reader, true, &item->annotations);
}

/* The value that read could not make sense of, up to its end. What was wrong with it is the
 * response's error if that end cannot be found. */
static enum iw_result keep_bad(struct iw_reader *reader, struct iw_fetch_item *item,
                               const struct iw_error *problem)
{
    struct iw_error *error = reader->error;
    struct iw_error other = {0};
    reader->error = &other;
    enum iw_result result = iw_skip_value(reader, "a value", &item->value);
    reader->error = error;
    if (result == IW_SYNTAX)
        return iw_fail(error, IW_SYNTAX, problem->offset, problem->expected);
    if (result != IW_OK)
        return iw_fail(error, result, other.offset, other.expected);
    reader->spoilt = true;
    item->kind = IW_FETCH_BAD;
    item->offset = problem->offset - (size_t)(item->value.data - reader->begin);
    item->expected = problem->expected;
    return IW_OK;
}

/* SP and a value of which a bad one is kept as it stands, as if no leniency had been tried. */
static enum iw_result parse_spoilable(struct iw_reader *reader, struct iw_fetch_item *item,
                                      enum iw_result (*read)(struct iw_reader *reader,
                                                             struct iw_fetch_item *item))
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    struct iw_trial trial;
    iw_trial_begin(&trial, reader);
    result = read(reader, item);
    if (!iw_trial_refused(&trial, reader, result))
        return result;
    return keep_bad(reader, item, &trial.problem);
}

/* "ENVELOPE" SP envelope */
static enum iw_result parse_envelope(struct iw_reader *reader, struct iw_fetch_item *item)
{
    return parse_spoilable(reader, item, read_envelope);
}

static void write_envelope(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add_char(out, ' ');
    iw_write_envelope(out, item->envelope);
}

/* "BODY" ["STRUCTURE"] SP body */
static enum iw_result parse_body(struct iw_reader *reader, struct iw_fetch_item *item)
{
    return parse_spoilable(reader, item, read_body);
}

static void write_body(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add_char(out, ' ');
    iw_write_body(out, item->body);
}

static enum iw_result parse_annotation(struct iw_reader *reader, struct iw_fetch_item *item)
{
    return parse_spoilable(reader, item, read_annotations);
}

static void write_annotation(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add_char(out, ' ');
    iw_write_annotations(out, &item->annotations);
}

static void write_bad(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, item->value);
}

/* ---- of no known name ---- */

/* A name of no type here, brackets and an origin if it has them, SP and one value. */
static enum iw_result parse_other(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = IW_OK;
    if (iw_reader_peek(reader, '[')) {
        item->has_section = true;
        result = iw_skip_brackets(reader, &item->brackets);
        if (result == IW_OK)
            result = parse_origin(reader, item, &item->other_origin);
    }
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_skip_value(reader, "a value", &item->value) : result;
}

static void write_other(struct iw_buf *out, const struct iw_fetch_item *item)
{
    if (item->has_section) {
        iw_buf_add_char(out, '[');
        iw_buf_add(out, item->brackets);
        iw_buf_add_char(out, ']');
        write_origin(out, item, item->other_origin);
    }
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, item->value);
}

/* ---- the tables of items ---- */

struct item_type {
    struct iw_span name;
    bool brackets; /* the name of this type only when "[" follows, or only when it does not */
    enum iw_fetch_kind kind;
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_fetch_item *item);
};

/* The most frequent first. */
static const struct item_type item_types[] = {
    {IW_NAME("FLAGS"), false, IW_FETCH_FLAGS, parse_flags},
    {IW_NAME("UID"), false, IW_FETCH_UID, parse_uid},
    {IW_NAME("INTERNALDATE"), false, IW_FETCH_INTERNALDATE, parse_internaldate},
    {IW_NAME("RFC822.SIZE"), false, IW_FETCH_SIZE, parse_size},
    {IW_NAME("MODSEQ"), false, IW_FETCH_MODSEQ, parse_modseq},
    {IW_NAME("BODY"), true, IW_FETCH_SECTION, parse_section},
    {IW_NAME("ENVELOPE"), false, IW_FETCH_ENVELOPE, parse_envelope},
    {IW_NAME("BODYSTRUCTURE"), false, IW_FETCH_BODYSTRUCTURE, parse_body},
    {IW_NAME("BODY"), false, IW_FETCH_BODYSTRUCTURE, parse_body},
    {IW_NAME("RFC822"), false, IW_FETCH_SECTION, parse_octets},
    {IW_NAME("RFC822.HEADER"), false, IW_FETCH_SECTION, parse_octets},
    {IW_NAME("RFC822.TEXT"), false, IW_FETCH_SECTION, parse_octets},
    {IW_NAME("BINARY"), true, IW_FETCH_BINARY, parse_binary},
    {IW_NAME("BINARY.SIZE"), true, IW_FETCH_BINARY_SIZE, parse_binary_size},
    {IW_NAME("PREVIEW"), false, IW_FETCH_PREVIEW, parse_preview},
    {IW_NAME("SNIPPET"), false, IW_FETCH_PREVIEW, parse_snippet},
    {IW_NAME("EMAILID"), false, IW_FETCH_ID, parse_emailid},
    {IW_NAME("THREADID"), false, IW_FETCH_ID, parse_threadid},
    {IW_NAME("SAVEDATE"), false, IW_FETCH_SAVEDATE, parse_savedate},
    {IW_NAME("X-GM-MSGID"), false, IW_FETCH_GMAIL_ID, parse_gmail_id},
    {IW_NAME("X-GM-THRID"), false, IW_FETCH_GMAIL_ID, parse_gmail_id},
    {IW_NAME("X-GM-LABELS"), false, IW_FETCH_GMAIL_LABELS, parse_gmail_labels},
    {IW_NAME("ANNOTATION"), false, IW_FETCH_ANNOTATION, parse_annotation},
    {{NULL, 0}, false, IW_FETCH_OTHER, parse_other},
};

static void (*const item_writers[])(struct iw_buf *out, const struct iw_fetch_item *item) = {
    [IW_FETCH_FLAGS] = write_flags,
    [IW_FETCH_UID] = write_number,
    [IW_FETCH_INTERNALDATE] = write_internaldate,
    [IW_FETCH_SIZE] = write_number,
    [IW_FETCH_MODSEQ] = write_modseq,
    [IW_FETCH_SECTION] = write_section,
    [IW_FETCH_ENVELOPE] = write_envelope,
    [IW_FETCH_BODYSTRUCTURE] = write_body,
    [IW_FETCH_BINARY] = write_section,
    [IW_FETCH_BINARY_SIZE] = write_binary_size,
    [IW_FETCH_PREVIEW] = write_preview,
    [IW_FETCH_ID] = write_id,
    [IW_FETCH_SAVEDATE] = write_internaldate,
    [IW_FETCH_GMAIL_ID] = write_number,
    [IW_FETCH_GMAIL_LABELS] = write_gmail_labels,
    [IW_FETCH_ANNOTATION] = write_annotation,
    [IW_FETCH_BAD] = write_bad,
    [IW_FETCH_OTHER] = write_other,
};

static const struct item_type *find_type(struct iw_span name, bool brackets)
{
    const struct item_type *type = item_types;
    while (type->name.data != NULL && !(type->brackets == brackets && iw_is_word(name, type->name)))
        type++;
    return type;
}

/* The type whose name stands at the cursor in upper case, as servers write it; the last row, whose
 * name is NULL, if none does. */
static const struct item_type *type_at(const struct iw_reader *reader)
{
    const struct item_type *type = item_types;
    char first = reader->at < reader->end ? *reader->at : '\0';
    while (type->name.data != NULL && (*type->name.data != first ||
                                       !iw_at_word(reader, type->name, type->brackets ? '[' : ' ')))
        type++;
    return type;
}

/* item = name value, in which the name tells what the value is */
static enum iw_result parse_bare_item(struct iw_reader *reader, struct iw_fetch_item *item)
{
    const struct item_type *type = type_at(reader);
    if (type->name.data != NULL) {
        item->name = iw_span(reader->at, type->name.length);
        reader->at += type->name.length;
    } else {
        enum iw_result result = iw_read_item_name(reader, &item->name);
        if (result != IW_OK)
            return result;
        type = find_type(item->name, iw_reader_peek(reader, '['));
    }
    item->kind = type->kind;
    return type->parse(reader, item);
}

static enum iw_result parse_item(struct iw_reader *reader, struct iw_fetch_item *item)
{
    if (!iw_reader_relaxed(reader) || !iw_reader_peek(reader, '(') ||
        !iw_reader_lenient(reader, IW_LENIENT_FETCH_ITEM_NESTED))
        return parse_bare_item(reader, item);
    reader->at++;
    enum iw_result result = parse_bare_item(reader, item);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* ---- msg-att ---- */

/* Room for one more item, from the first for as many as most responses have. */
static enum iw_result add_item(struct iw_reader *reader, struct iw_fetch *fetch)
{
    enum { FIRST = 8 };
    if (fetch->count >= FIRST || reader->limits->items < FIRST)
        return iw_reader_grow(reader, &fetch->items, fetch->count, sizeof *fetch->items);
    if (fetch->count > 0)
        return IW_OK;
    fetch->items = iw_arena_array(reader->arena, FIRST, sizeof *fetch->items);
    return fetch->items != NULL ? IW_OK : iw_reader_no_room(reader, FIRST * sizeof *fetch->items);
}

/* ")". Where it is missing behind a bad item, that item's end was none: what is wrong is what was
 * wrong there. */
static enum iw_result end_items(struct iw_reader *reader, const struct iw_fetch_item *last)
{
    if (iw_reader_skip(reader, ')'))
        return IW_OK;
    if (last->kind != IW_FETCH_BAD)
        return iw_reader_fail(reader, "SP and an item, or )");
    size_t begin = (size_t)(last->value.data - reader->begin);
    return iw_fail(reader->error, IW_SYNTAX, begin + last->offset, last->expected);
}

/* True at the end of a line in which ")" is missing. */
static bool is_unclosed(struct iw_reader *reader)
{
    return (iw_reader_peek(reader, '\r') || iw_reader_peek(reader, '\n')) &&
           iw_reader_lenient(reader, IW_LENIENT_FETCH_UNCLOSED);
}

/* ")" SP in front of more items */
static bool skip_early_end(struct iw_reader *reader)
{
    bool early = iw_reader_relaxed(reader) && reader->end - reader->at > 2 &&
                 reader->at[0] == ')' && reader->at[1] == ' ' &&
                 iw_is(reader->at[2], IW_CHAR_ALPHA) &&
                 iw_reader_lenient(reader, IW_LENIENT_FETCH_ITEMS_BEHIND);
    reader->at += early ? 2 : 0;
    return early;
}

enum iw_result iw_parse_fetch(struct iw_reader *reader, struct iw_fetch *fetch)
{
    *fetch = (struct iw_fetch){0};
    if (iw_reader_empty_list(reader))
        return IW_OK;
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result != IW_OK)
        return result;
    do {
        result = add_item(reader, fetch);
        if (result == IW_OK)
            result = parse_item(reader, &fetch->items[fetch->count]);
        if (result != IW_OK)
            return result;
        fetch->count++;
    } while (iw_reader_another(reader) || skip_early_end(reader));
    return is_unclosed(reader) ? IW_OK : end_items(reader, &fetch->items[fetch->count - 1]);
}

void iw_write_fetch(struct iw_buf *out, const struct iw_fetch *fetch)
{
    iw_buf_add_char(out, '(');
    for (size_t i = 0; i < fetch->count; i++) {
        const struct iw_fetch_item *item = &fetch->items[i];
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_buf_add(out, item->name);
        assert((size_t)item->kind < sizeof item_writers / sizeof *item_writers);
        item_writers[item->kind](out, item);
    }
    iw_buf_add_char(out, ')');
}

const struct iw_fetch_item *iw_fetch_find(const struct iw_fetch *fetch, enum iw_fetch_kind kind)
{
    for (size_t i = 0; i < fetch->count; i++)
        if (fetch->items[i].kind == kind)
            return &fetch->items[i];
    return NULL;
}

const struct iw_fetch_item *iw_fetch_find_section(const struct iw_fetch *fetch, const char *section)
{
    struct iw_span wanted = iw_span_of(section);
    for (size_t i = 0; i < fetch->count; i++) {
        const struct iw_fetch_item *item = &fetch->items[i];
        if (item->kind == IW_FETCH_SECTION && item->has_section &&
            iw_section_is(&item->section, wanted))
            return item;
    }
    return NULL;
}
