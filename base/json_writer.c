/* SPDX-License-Identifier: MIT */
#include "base/json_writer.h"

#include "base/base64.h"
#include "base/utf8.h"

#include <assert.h>

void iw_json_writer_init(struct iw_json_writer *writer, struct iw_buf *out,
                         enum iw_json_layout layout)
{
    *writer = (struct iw_json_writer){.out = out, .layout = layout};
}

static void new_line(struct iw_json_writer *writer)
{
    if (writer->layout != IW_JSON_INDENTED)
        return;
    iw_buf_add_char(writer->out, '\n');
    for (unsigned i = 0; i < writer->depth; i++)
        iw_buf_add(writer->out, IW_SPAN("  "));
}

/* A bracket is the last octet only while nothing is in it: values end otherwise. */
static bool is_empty(const struct iw_json_writer *writer)
{
    struct iw_span written = iw_buf_span(writer->out);
    char last = written.length == 0 ? '\0' : written.data[written.length - 1];
    return last == '[' || last == '{';
}

/* ---- strings ---- */

static bool is_utf8(struct iw_span octets)
{
    while (octets.length > 0) {
        size_t length = iw_utf8_decode(octets, NULL);
        if (length == 0)
            return false;
        octets = iw_span_part(octets, length, octets.length);
    }
    return true;
}

static void add_escape(struct iw_buf *out, unsigned char octet)
{
    static const char *const short_forms[128] = {
        ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t", ['"'] = "\\\"", ['\\'] = "\\\\",
    };
    if (octet < 128 && short_forms[octet] != NULL)
        iw_buf_add_string(out, short_forms[octet]);
    else
        iw_buf_addf(out, "\\u%04x", octet);
}

/* The length of the character at the front that needs no escape; 0 if it needs one. DEL is escaped,
 * though it need not be, to be seen. */
static size_t plain_length(struct iw_span text)
{
    unsigned char c = (unsigned char)*text.data;
    if (c >= 0x80)
        return iw_utf8_decode(text, NULL);
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

/* string = quotation-mark *char quotation-mark (RFC 8259 §7) */
static void add_quoted(struct iw_buf *out, struct iw_span text)
{
    size_t plain = 0; /* from here on nothing is written yet */
    iw_buf_add_char(out, '"');
    for (size_t i = 0; i < text.length;) {
        size_t length = plain_length(iw_span(text.data + i, text.length - i));
        if (length == 0) {
            iw_buf_add(out, iw_span_part(text, plain, i));
            add_escape(out, (unsigned char)text.data[i]);
            plain = i + 1;
        }
        i += length == 0 ? 1 : length;
    }
    iw_buf_add(out, iw_span_part(text, plain, text.length));
    iw_buf_add_char(out, '"');
}

/* ---- structure ---- */

/* The comma and the line in front of a member or an element. */
static void begin_item(struct iw_json_writer *writer)
{
    if (writer->depth == 0)
        return;
    if (!is_empty(writer))
        iw_buf_add_string(writer->out, writer->layout == IW_JSON_ONE_LINE ? ", " : ",");
    new_line(writer);
}

void iw_json_key(struct iw_json_writer *writer, const char *key)
{
    assert(!writer->keyed);
    begin_item(writer);
    add_quoted(writer->out, iw_span_of(key));
    iw_buf_add_string(writer->out, writer->layout == IW_JSON_DENSE ? ":" : ": ");
    writer->keyed = true;
}

static void begin_value(struct iw_json_writer *writer, const char *key)
{
    if (key != NULL)
        iw_json_key(writer, key);
    else if (!writer->keyed)
        begin_item(writer);
    writer->keyed = false;
}

static void open(struct iw_json_writer *writer, const char *key, char bracket)
{
    begin_value(writer, key);
    iw_buf_add_char(writer->out, bracket);
    writer->depth++;
}

static void close(struct iw_json_writer *writer, char bracket)
{
    assert(writer->depth > 0 && !writer->keyed);
    writer->depth--;
    if (!is_empty(writer))
        new_line(writer);
    iw_buf_add_char(writer->out, bracket);
    if (writer->depth == 0 && writer->layout == IW_JSON_INDENTED)
        iw_buf_add_char(writer->out, '\n');
}

void iw_json_open_object(struct iw_json_writer *writer, const char *key)
{
    open(writer, key, '{');
}

void iw_json_close_object(struct iw_json_writer *writer)
{
    close(writer, '}');
}

void iw_json_open_array(struct iw_json_writer *writer, const char *key)
{
    open(writer, key, '[');
}

void iw_json_close_array(struct iw_json_writer *writer)
{
    close(writer, ']');
}

/* ---- values ---- */

void iw_json_put_text(struct iw_json_writer *writer, const char *key, struct iw_span text)
{
    begin_value(writer, key);
    if (text.data == NULL)
        iw_buf_add(writer->out, IW_SPAN("null"));
    else
        add_quoted(writer->out, text);
}

void iw_json_put_string(struct iw_json_writer *writer, const char *key, const char *string)
{
    iw_json_put_text(writer, key, iw_span_of(string));
}

void iw_json_put_octets(struct iw_json_writer *writer, const char *key, struct iw_span octets)
{
    if (octets.data == NULL || is_utf8(octets)) {
        iw_json_put_text(writer, key, octets);
        return;
    }
    begin_value(writer, key);
    iw_buf_add_string(writer->out,
                      writer->layout == IW_JSON_DENSE ? "{\"base64\":\"" : "{\"base64\": \"");
    iw_base64_encode(writer->out, octets);
    iw_buf_add(writer->out, IW_SPAN("\"}"));
}

void iw_json_put_member(struct iw_json_writer *writer, const char *key, struct iw_span octets)
{
    if (octets.data != NULL)
        iw_json_put_octets(writer, key, octets);
}

void iw_json_put_number(struct iw_json_writer *writer, const char *key, uint64_t number)
{
    begin_value(writer, key);
    iw_buf_add_number(writer->out, number);
}

void iw_json_put_bool(struct iw_json_writer *writer, const char *key, bool value)
{
    begin_value(writer, key);
    iw_buf_add_string(writer->out, value ? "true" : "false");
}

void iw_json_put_null(struct iw_json_writer *writer, const char *key)
{
    begin_value(writer, key);
    iw_buf_add(writer->out, IW_SPAN("null"));
}

void iw_json_put_seconds(struct iw_json_writer *writer, const char *key, uint64_t ms)
{
    begin_value(writer, key);
    iw_buf_add_number(writer->out, ms / 1000);
    iw_buf_addf(writer->out, ".%03u", (unsigned)(ms % 1000));
}
