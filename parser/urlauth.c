/* SPDX-License-Identifier: MIT */
#include "parser/urlauth.h"

#include "parser/verbatim.h"
#include "parser/write.h"

/* genurlauth-data = "GENURLAUTH" 1*(SP url-full) ; url-full = astring */
enum iw_result iw_parse_genurlauth(struct iw_reader *reader, struct iw_names *urls)
{
    *urls = (struct iw_names){0};
    if (!iw_reader_more(reader))
        return iw_reader_fail(reader, "SP and a URL");
    return iw_parse_astrings(reader, urls);
}

void iw_write_genurlauth(struct iw_buf *out, const struct iw_names *urls)
{
    iw_write_astrings(out, urls);
}

/* ---- URLFETCH ---- */

static const struct item_type {
    struct iw_span name;
    enum iw_url_item_kind kind;
    bool binary; /* a literal8 may stand there */
} item_types[] = {
    {IW_NAME("BODYPARTSTRUCTURE"), IW_URL_STRUCTURE, false},
    {IW_NAME("BODY"), IW_URL_OCTETS, false},
    {IW_NAME("BINARY"), IW_URL_OCTETS, true},
    {{NULL, 0}, IW_URL_OTHER, false},
};

static enum iw_result parse_structure(struct iw_reader *reader, struct iw_url_item *item)
{
    item->body = iw_arena_get(reader->arena, sizeof *item->body);
    if (item->body == NULL)
        return iw_reader_no_room(reader, sizeof *item->body);
    return iw_parse_body(reader, true, item->body);
}

/* url-metadata-el = "BODYPARTSTRUCTURE" SP body / "BODY" SP nstring /
 *                   "BINARY" SP (nstring / literal8) */
static enum iw_result parse_element(struct iw_reader *reader, struct iw_url_item *item)
{
    const struct item_type *type = item_types;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "what a URL leads to", &item->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    while (type->name.data != NULL && !iw_is_word(item->name, type->name))
        type++;
    item->kind = type->kind;
    if (type->kind == IW_URL_OTHER)
        return iw_skip_value(reader, "a value", &item->raw);
    item->name = type->name;
    return type->kind == IW_URL_STRUCTURE ? parse_structure(reader, item)
                                          : iw_read_octets(reader, type->binary, &item->octets);
}

/* "(" url-metadata-el ")" */
static enum iw_result parse_item(struct iw_reader *reader, struct iw_url_data *data)
{
    enum iw_result result = iw_reader_grow(reader, &data->items, data->count, sizeof *data->items);
    if (result != IW_OK)
        return result;
    struct iw_url_item *item = &data->items[data->count++];
    *item = (struct iw_url_item){0};
    result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = parse_element(reader, item);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_item(struct iw_buf *out, const struct iw_url_item *item)
{
    iw_buf_add(out, IW_SPAN(" ("));
    iw_buf_add(out, item->name);
    iw_buf_add_char(out, ' ');
    if (item->kind == IW_URL_OCTETS)
        iw_write_octets(out, &item->octets);
    else if (item->kind == IW_URL_STRUCTURE)
        iw_write_body(out, item->body);
    else
        iw_buf_add(out, item->raw);
    iw_buf_add_char(out, ')');
}

/* SP "(" */
static bool at_item(struct iw_reader *reader)
{
    return iw_reader_more(reader) && reader->at[1] == '(';
}

/* url-full SP nstring / url-full 1*(SP "(" url-metadata-el ")") */
static enum iw_result parse_url(struct iw_reader *reader, struct iw_urlfetch *urlfetch)
{
    enum iw_result result =
        iw_reader_grow(reader, &urlfetch->urls, urlfetch->count, sizeof *urlfetch->urls);
    if (result != IW_OK)
        return result;
    struct iw_url_data *data = &urlfetch->urls[urlfetch->count++];
    *data = (struct iw_url_data){0};
    result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_astring(reader, &data->url);
    if (result == IW_OK && !at_item(reader)) {
        result = iw_read_space(reader);
        return result == IW_OK ? iw_read_octets(reader, false, &data->value) : result;
    }
    while (result == IW_OK && at_item(reader)) {
        reader->at++;
        result = parse_item(reader, data);
    }
    return result;
}

/* urlfetch-data = "URLFETCH" 1*(SP (urldata-simple / urldata-ext)) */
enum iw_result iw_parse_urlfetch(struct iw_reader *reader, struct iw_urlfetch *urlfetch)
{
    *urlfetch = (struct iw_urlfetch){0};
    enum iw_result result = parse_url(reader, urlfetch);
    while (result == IW_OK && iw_reader_more(reader))
        result = parse_url(reader, urlfetch);
    return result;
}

static void write_url(struct iw_buf *out, const struct iw_url_data *data)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, data->url);
    if (data->count == 0) {
        iw_buf_add_char(out, ' ');
        iw_write_octets(out, &data->value);
    }
    for (size_t i = 0; i < data->count; i++)
        write_item(out, &data->items[i]);
}

void iw_write_urlfetch(struct iw_buf *out, const struct iw_urlfetch *urlfetch)
{
    for (size_t i = 0; i < urlfetch->count; i++)
        write_url(out, &urlfetch->urls[i]);
}
