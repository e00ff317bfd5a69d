/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_decode.h"

#include "base/base64.h"
#include "base/chars.h"

#include <string.h>

/* mechanism = "7bit" / "8bit" / "binary" / "quoted-printable" / "base64" / ietf-token / x-token */
enum iw_mime_encoding iw_mime_encoding_of(struct iw_span name)
{
    static const struct {
        const char *name;
        enum iw_mime_encoding encoding;
    } known[] = {
        {"7bit", IW_MIME_IDENTITY},
        {"8bit", IW_MIME_IDENTITY},
        {"binary", IW_MIME_IDENTITY},
        {"base64", IW_MIME_BASE64},
        {"quoted-printable", IW_MIME_QUOTED_PRINTABLE},
    };
    if (name.data == NULL)
        return IW_MIME_IDENTITY;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (iw_span_equal_nocase(name, iw_span_of(known[i].name)))
            return known[i].encoding;
    return IW_MIME_UNKNOWN;
}

void iw_mime_decode(struct iw_mime_decoder *decoder, enum iw_mime_encoding encoding,
                    struct iw_span text)
{
    *decoder = (struct iw_mime_decoder){.encoding = encoding,
                                        .at = text.data,
                                        .end = text.data + text.length,
                                        .blanks_end = text.data};
}

/* ---- one step of each: takes at least one octet, gives one or none ---- */

static bool step_base64(struct iw_mime_decoder *decoder, char *out)
{
    char c = *decoder->at++;
    int value = iw_base64_value(c);
    if (c == '=')
        decoder->count = 0;
    if (value < 0)
        return false;
    decoder->bits = decoder->bits << 6 | (uint32_t)value;
    decoder->count += 6;
    if (decoder->count < 8)
        return false;
    decoder->count -= 8;
    *out = (char)(decoder->bits >> decoder->count & 0xff);
    return true;
}

static int hex_value(char c)
{
    if (iw_is(c, IW_CHAR_DIGIT))
        return c - '0';
    c = iw_upper(c);
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "=" 2HEXDIG, or "%" 2HEXDIG; small letters are taken too. */
static bool step_hex(struct iw_mime_decoder *decoder, char *out)
{
    if (decoder->end - decoder->at < 3)
        return false;
    int high = hex_value(decoder->at[1]), low = hex_value(decoder->at[2]);
    if (high < 0 || low < 0)
        return false;
    *out = (char)(high << 4 | low);
    decoder->at += 3;
    return true;
}

static const char *skip_blanks(const struct iw_mime_decoder *decoder, const char *at)
{
    while (at < decoder->end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* The length of the line end at this place, at the end of the text too; -1: none. */
static int line_end(const struct iw_mime_decoder *decoder, const char *at)
{
    if (at == decoder->end)
        return 0;
    if (*at == '\n')
        return 1;
    return decoder->end - at > 1 && at[0] == '\r' && at[1] == '\n' ? 2 : -1;
}

/* soft line break: "=" *LWSP CRLF, and at the end of the text */
static bool step_soft_break(struct iw_mime_decoder *decoder)
{
    const char *behind = skip_blanks(decoder, decoder->at + 1);
    int length = line_end(decoder, behind);
    if (length >= 0)
        decoder->at = behind + length;
    return length >= 0;
}

static bool step_quoted_printable(struct iw_mime_decoder *decoder, char *out)
{
    char c = *decoder->at;
    if (c == '=' && step_hex(decoder, out))
        return true;
    if (c == '=' && step_soft_break(decoder))
        return false;
    if ((c == ' ' || c == '\t') && decoder->at >= decoder->blanks_end) {
        decoder->blanks_end = skip_blanks(decoder, decoder->at);
        if (line_end(decoder, decoder->blanks_end) >= 0) {
            decoder->at = decoder->blanks_end;
            return false;
        }
    }
    *out = c;
    decoder->at++;
    return true;
}

/* Q encoding: "_" is SP */
static bool step_q(struct iw_mime_decoder *decoder, char *out)
{
    if (*decoder->at == '=' && step_hex(decoder, out))
        return true;
    *out = *decoder->at == '_' ? ' ' : *decoder->at;
    decoder->at++;
    return true;
}

/* ext-octet = "%" 2HEXDIG (RFC 2231 §7) */
static bool step_percent(struct iw_mime_decoder *decoder, char *out)
{
    if (*decoder->at == '%' && step_hex(decoder, out))
        return true;
    *out = *decoder->at++;
    return true;
}

static bool step(struct iw_mime_decoder *decoder, char *out)
{
    switch (decoder->encoding) {
    case IW_MIME_BASE64:
        return step_base64(decoder, out);
    case IW_MIME_QUOTED_PRINTABLE:
        return step_quoted_printable(decoder, out);
    case IW_MIME_Q:
        return step_q(decoder, out);
    case IW_MIME_PERCENT:
        return step_percent(decoder, out);
    case IW_MIME_IDENTITY:
    case IW_MIME_UNKNOWN:
        break;
    }
    *out = *decoder->at++;
    return true;
}

size_t iw_mime_decode_next(struct iw_mime_decoder *decoder, char *out, size_t room)
{
    size_t length = 0;
    while (length < room && decoder->at < decoder->end)
        length += step(decoder, out + length);
    return length;
}

uint64_t iw_mime_decoded_size(enum iw_mime_encoding encoding, struct iw_span text)
{
    struct iw_mime_decoder decoder;
    char piece[1024];
    uint64_t size = 0;
    size_t length;
    iw_mime_decode(&decoder, encoding, text);
    while ((length = iw_mime_decode_next(&decoder, piece, sizeof piece)) > 0)
        size += length;
    return size;
}
