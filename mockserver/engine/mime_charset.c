/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_charset.h"

#include "base/chars.h"
#include "base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

static const iconv_t no_converter = (iconv_t)-1;

/* "/" would give iconv options. */
static bool is_name(struct iw_span name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!iw_is(name.data[i], IW_CHAR_ALPHA | IW_CHAR_DIGIT) &&
            (name.data[i] == '\0' || strchr("-_.:+", name.data[i]) == NULL))
            return false;
    return name.length > 0 && name.length < IW_MIME_CHARSET_MAX;
}

static bool is_utf8(struct iw_span name)
{
    return iw_span_equal_nocase(name, IW_SPAN("utf-8")) ||
           iw_span_equal_nocase(name, IW_SPAN("us-ascii"));
}

static iconv_t open_converter(struct iw_span charset)
{
    char name[IW_MIME_CHARSET_MAX];
    if (!is_name(charset))
        return no_converter;
    memcpy(name, charset.data, charset.length);
    name[charset.length] = '\0';
    return iconv_open("UTF-8", name);
}

bool iw_mime_charset_is_known(struct iw_span name)
{
    if (is_utf8(name))
        return true;
    iconv_t converter = open_converter(name);
    if (converter == no_converter)
        return false;
    iconv_close(converter);
    return true;
}

void iw_mime_text(struct iw_mime_text *text, struct iw_span charset, enum iw_mime_encoding encoding,
                  struct iw_span octets)
{
    iconv_t converter = is_utf8(charset) ? no_converter : open_converter(charset);
    text->converter = converter == no_converter ? NULL : converter;
    text->begin = text->end = 0;
    iw_mime_decode(&text->decoder, encoding, octets);
}

void iw_mime_text_release(struct iw_mime_text *text)
{
    if (text->converter != NULL)
        iconv_close(text->converter);
    text->converter = NULL;
}

/* What one step of conversion came to. */
enum outcome { ALL_READ, NO_ROOM, CUT_SHORT, NO_CHARACTER };

static enum outcome convert(struct iw_mime_text *text, char **out, size_t *room)
{
    char *in = text->raw + text->begin;
    size_t left = text->end - text->begin;
    size_t result = iconv(text->converter, &in, &left, out, room);
    int error = errno;
    text->begin = text->end - left;
    if (result != (size_t)-1)
        return ALL_READ;
    if (error == E2BIG)
        return NO_ROOM;
    return error == EINVAL ? CUT_SHORT : NO_CHARACTER;
}

/* As many octets as the first one of a character in UTF-8 announces. */
static size_t announced(char first)
{
    unsigned char octet = (unsigned char)first;
    return octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : octet >= 0xc0 ? 2 : 1;
}

static enum outcome copy_utf8(struct iw_mime_text *text, char **out, size_t *room)
{
    while (text->begin < text->end) {
        struct iw_span rest = iw_span(text->raw + text->begin, text->end - text->begin);
        size_t length = iw_utf8_decode(rest, NULL);
        if (length == 0)
            return rest.length < announced(*rest.data) ? CUT_SHORT : NO_CHARACTER;
        if (length > *room)
            return NO_ROOM;
        memcpy(*out, rest.data, length);
        *out += length;
        *room -= length;
        text->begin += length;
    }
    return ALL_READ;
}

/* More decoded octets behind those that are left; false: there are none. */
static bool refill(struct iw_mime_text *text)
{
    memmove(text->raw, text->raw + text->begin, text->end - text->begin);
    text->end -= text->begin;
    text->begin = 0;
    size_t length =
        iw_mime_decode_next(&text->decoder, text->raw + text->end, sizeof text->raw - text->end);
    text->end += length;
    return length > 0;
}

size_t iw_mime_text_next(struct iw_mime_text *text, char *out, size_t room)
{
    char *at = out;
    size_t left = room;
    assert(room >= IW_MIME_TEXT_ROOM);
    while (left >= sizeof replacement - 1) {
        enum outcome outcome =
            text->converter == NULL ? copy_utf8(text, &at, &left) : convert(text, &at, &left);
        if (outcome == NO_ROOM)
            break;
        if (outcome != NO_CHARACTER && refill(text))
            continue;
        if (outcome == ALL_READ || left < sizeof replacement - 1)
            break;
        memcpy(at, replacement, sizeof replacement - 1);
        at += sizeof replacement - 1;
        left -= sizeof replacement - 1;
        text->begin++;
    }
    return (size_t)(at - out);
}
