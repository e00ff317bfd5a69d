/* SPDX-License-Identifier: MIT */
#include "parser/fetch.h"

#include "parser/verbatim.h"
#include "parser/write.h"

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
    return result == IW_OK ? iw_parse_date_time(reader, &item->date) : result;
}

static void write_internaldate(struct iw_buf *out, const struct iw_fetch_item *item)
{
    iw_buf_add_char(out, ' ');
    iw_write_date_time(out, &item->date);
}

/* ["<" number ">"] */
static enum iw_result parse_origin(struct iw_reader *reader, struct iw_fetch_item *item)
{
    if (!iw_reader_skip(reader, '<'))
        return IW_OK;
    item->has_origin = true;
    enum iw_result result = iw_read_number(reader, INT64_MAX, &item->origin);
    return result == IW_OK ? iw_read_char(reader, '>', ">") : result;
}

static void write_brackets(struct iw_buf *out, const struct iw_fetch_item *item)
{
    if (item->section.data == NULL)
        return;
    iw_buf_add_char(out, '[');
    iw_buf_add(out, item->section);
    iw_buf_add_char(out, ']');
    if (!item->has_origin)
        return;
    iw_buf_add_char(out, '<');
    iw_buf_add_number(out, item->origin);
    iw_buf_add_char(out, '>');
}

/* nstring */
static enum iw_result parse_octets(struct iw_reader *reader, struct iw_fetch_item *item)
{
    struct iw_literal_value literal;
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    if (!iw_reader_peek(reader, '{')) {
        result = iw_read_nstring(reader, &item->value);
        item->size = item->value.length;
        item->kept = true;
        return result;
    }
    result = iw_read_literal(reader, &literal);
    if (result != IW_OK)
        return result;
    item->value = literal.octets;
    item->size = literal.size;
    item->kept = literal.kept;
    return IW_OK;
}

/* "BODY" section ["<" number ">"] SP nstring */
static enum iw_result parse_body(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = iw_parse_section(reader, &item->section);
    if (result == IW_OK)
        result = parse_origin(reader, item);
    return result == IW_OK ? parse_octets(reader, item) : result;
}

static void write_section(struct iw_buf *out, const struct iw_fetch_item *item)
{
    write_brackets(out, item);
    iw_buf_add_char(out, ' ');
    bool gone = item->value.length == 0 && item->size > 0;
    if (gone)
        iw_buf_addf(out, "{%llu}\r\n", (unsigned long long)item->size);
    else
        iw_write_nstring(out, item->value);
}

/* A name of no type here, brackets and an origin if it has them, SP and one value. */
static enum iw_result parse_other(struct iw_reader *reader, struct iw_fetch_item *item)
{
    enum iw_result result = IW_OK;
    if (iw_reader_peek(reader, '[')) {
        result = iw_skip_brackets(reader, &item->section);
        if (result == IW_OK)
            result = parse_origin(reader, item);
    }
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_skip_value(reader, "a value", &item->value) : result;
}

static void write_other(struct iw_buf *out, const struct iw_fetch_item *item)
{
    write_brackets(out, item);
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, item->value);
}

/* ---- the table of items ---- */

struct item_type {
    struct iw_span name;
    bool brackets; /* the name of this type only when "[" follows, or only when it does not */
    enum iw_fetch_kind kind;
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_fetch_item *item);
    void (*write)(struct iw_buf *out, const struct iw_fetch_item *item);
};

/* clang-format off */
static const struct item_type item_types[] = {
    {IW_NAME("FLAGS"), false, IW_FETCH_FLAGS, parse_flags, write_flags},
    {IW_NAME("UID"), false, IW_FETCH_UID, parse_uid, write_number},
    {IW_NAME("INTERNALDATE"), false, IW_FETCH_INTERNALDATE, parse_internaldate, write_internaldate},
    {IW_NAME("RFC822.SIZE"), false, IW_FETCH_SIZE, parse_size, write_number},
    {IW_NAME("MODSEQ"), false, IW_FETCH_MODSEQ, parse_modseq, write_modseq},
    {IW_NAME("BODY"), true, IW_FETCH_SECTION, parse_body, write_section},
    {IW_NAME("RFC822"), false, IW_FETCH_SECTION, parse_octets, write_section},
    {IW_NAME("RFC822.HEADER"), false, IW_FETCH_SECTION, parse_octets, write_section},
    {IW_NAME("RFC822.TEXT"), false, IW_FETCH_SECTION, parse_octets, write_section},
    {{NULL, 0}, false, IW_FETCH_OTHER, parse_other, write_other},
};
/* clang-format on */

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
    while (type->name.data != NULL && !iw_at_word(reader, type->name, type->brackets ? '[' : ' '))
        type++;
    return type;
}

static enum iw_result parse_item(struct iw_reader *reader, struct iw_fetch_item *item)
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

enum iw_result iw_parse_fetch(struct iw_reader *reader, struct iw_fetch *fetch)
{
    *fetch = (struct iw_fetch){0};
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
    } while (iw_reader_skip(reader, ' '));
    return iw_read_char(reader, ')', ")");
}

void iw_write_fetch(struct iw_buf *out, const struct iw_fetch *fetch)
{
    iw_buf_add_char(out, '(');
    for (size_t i = 0; i < fetch->count; i++) {
        const struct iw_fetch_item *item = &fetch->items[i];
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_buf_add(out, item->name);
        find_type(item->name, item->section.data != NULL)->write(out, item);
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
        if (item->kind == IW_FETCH_SECTION && item->section.data != NULL &&
            iw_span_equal_nocase(item->section, wanted))
            return item;
    }
    return NULL;
}
