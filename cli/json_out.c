/* SPDX-License-Identifier: MIT */
#include "cli/json_out.h"

#include "base/base64.h"
#include "base/utf8.h"

#include <assert.h>

void iw_out_init(struct iw_json_out *json, struct iw_buf *out)
{
    *json = (struct iw_json_out){.out = out};
}

/* The comma in front of a value or key that is not the first of its object or array. */
static void begin_value(struct iw_json_out *json)
{
    struct iw_span written = iw_buf_span(json->out);
    char last = written.length == 0 ? '\0' : written.data[written.length - 1];
    if (!json->keyed && json->depth > 0 && last != '[' && last != '{')
        iw_buf_add_char(json->out, ',');
    json->keyed = false;
}

static void open(struct iw_json_out *json, char bracket)
{
    begin_value(json);
    iw_buf_add_char(json->out, bracket);
    json->depth++;
}

static void close(struct iw_json_out *json, char bracket)
{
    assert(json->depth > 0 && !json->keyed);
    json->depth--;
    iw_buf_add_char(json->out, bracket);
}

void iw_out_object(struct iw_json_out *json)
{
    open(json, '{');
}

void iw_out_object_end(struct iw_json_out *json)
{
    close(json, '}');
}

void iw_out_array(struct iw_json_out *json)
{
    open(json, '[');
}

void iw_out_array_end(struct iw_json_out *json)
{
    close(json, ']');
}

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

static void add_escape(struct iw_buf *out, char c)
{
    switch (c) {
    case '"':
        iw_buf_add(out, IW_SPAN("\\\""));
        break;
    case '\\':
        iw_buf_add(out, IW_SPAN("\\\\"));
        break;
    case '\n':
        iw_buf_add(out, IW_SPAN("\\n"));
        break;
    case '\r':
        iw_buf_add(out, IW_SPAN("\\r"));
        break;
    case '\t':
        iw_buf_add(out, IW_SPAN("\\t"));
        break;
    default:
        iw_buf_addf(out, "\\u%04x", (unsigned)(unsigned char)c);
    }
}

/* string = quotation-mark *char quotation-mark (RFC 8259 §7); DEL is escaped too, to be seen. */
static void add_quoted(struct iw_buf *out, struct iw_span text)
{
    size_t plain = 0; /* from here on nothing is written yet */
    iw_buf_add_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        iw_buf_add(out, iw_span_part(text, plain, i));
        add_escape(out, text.data[i]);
        plain = i + 1;
    }
    iw_buf_add(out, iw_span_part(text, plain, text.length));
    iw_buf_add_char(out, '"');
}

void iw_out_key(struct iw_json_out *json, const char *key)
{
    begin_value(json);
    add_quoted(json->out, iw_span_of(key));
    iw_buf_add_char(json->out, ':');
    json->keyed = true;
}

void iw_out_octets(struct iw_json_out *json, struct iw_span octets)
{
    begin_value(json);
    if (octets.data == NULL) {
        iw_buf_add(json->out, IW_SPAN("null"));
        return;
    }
    if (is_utf8(octets)) {
        add_quoted(json->out, octets);
        return;
    }
    iw_buf_add(json->out, IW_SPAN("{\"base64\":\""));
    iw_base64_encode(json->out, octets);
    iw_buf_add(json->out, IW_SPAN("\"}"));
}

void iw_out_string(struct iw_json_out *json, const char *string)
{
    iw_out_octets(json, iw_span_of(string));
}

void iw_out_number(struct iw_json_out *json, uint64_t number)
{
    begin_value(json);
    iw_buf_add_number(json->out, number);
}

void iw_out_bool(struct iw_json_out *json, bool value)
{
    begin_value(json);
    iw_buf_add_string(json->out, value ? "true" : "false");
}

void iw_out_member(struct iw_json_out *json, const char *key, struct iw_span octets)
{
    if (octets.data == NULL)
        return;
    iw_out_key(json, key);
    iw_out_octets(json, octets);
}
