/* SPDX-License-Identifier: MIT */
#include "base/utf7.h"

#include "base/base64.h"
#include "base/utf8.h"

/* What stands for itself: 0x20 to 0x7e, with "&" written "&-". */
static bool is_direct(uint32_t code)
{
    return code >= 0x20 && code <= 0x7e;
}

/* Gives out what was added if the work failed. */
static enum iw_result finish(struct iw_buf *out, size_t before, enum iw_result result,
                             struct iw_error *error)
{
    if (result == IW_OK && out->failed)
        result = iw_fail(error, IW_NO_MEMORY, 0, "room for the name");
    if (result != IW_OK && out->length > before)
        iw_buf_truncate(out, before);
    return result;
}

/* ---- UTF-8 to UTF-7 ---- */

struct encoder {
    struct iw_buf *out;
    bool shifted;   /* behind "&" */
    uint32_t bits;  /* not written yet */
    unsigned count; /* how many of them, below 6 between units */
};

static void put_sextet(struct encoder *encoder, unsigned sextet)
{
    iw_buf_add_char(encoder->out, sextet == 63 ? ',' : iw_base64_alphabet[sextet]);
}

/* One UTF-16 unit. */
static void put_unit(struct encoder *encoder, uint32_t unit)
{
    encoder->bits = encoder->bits << 16 | unit;
    encoder->count += 16;
    while (encoder->count >= 6) {
        encoder->count -= 6;
        put_sextet(encoder, encoder->bits >> encoder->count & 0x3f);
    }
}

static void shift_in(struct encoder *encoder)
{
    if (!encoder->shifted)
        iw_buf_add_char(encoder->out, '&');
    encoder->shifted = true;
}

static void shift_out(struct encoder *encoder)
{
    if (!encoder->shifted)
        return;
    if (encoder->count > 0)
        put_sextet(encoder, encoder->bits << (6 - encoder->count) & 0x3f);
    iw_buf_add_char(encoder->out, '-');
    *encoder = (struct encoder){.out = encoder->out};
}

static void put_code(struct encoder *encoder, uint32_t code)
{
    if (is_direct(code)) {
        shift_out(encoder);
        iw_buf_add_char(encoder->out, (char)code);
        if (code == '&')
            iw_buf_add_char(encoder->out, '-');
        return;
    }
    shift_in(encoder);
    if (code >= 0x10000) {
        put_unit(encoder, 0xd800 + ((code - 0x10000) >> 10));
        code = 0xdc00 + ((code - 0x10000) & 0x3ff);
    }
    put_unit(encoder, code);
}

enum iw_result iw_utf7_encode(struct iw_buf *out, struct iw_span utf8, struct iw_error *error)
{
    struct encoder encoder = {.out = out};
    size_t before = out->length, at = 0;
    enum iw_result result = IW_OK;
    while (at < utf8.length && result == IW_OK) {
        uint32_t code;
        size_t length = iw_utf8_decode(iw_span_part(utf8, at, utf8.length), &code);
        if (length == 0)
            result = iw_fail(error, IW_SYNTAX, at, "UTF-8");
        else
            put_code(&encoder, code);
        at += length;
    }
    shift_out(&encoder);
    return finish(out, before, result, error);
}

/* ---- UTF-7 to UTF-8 ---- */

struct decoder {
    struct iw_buf *out;
    struct iw_span text;
    size_t at;
    struct iw_error *error;
    uint32_t bits;
    unsigned count;
    uint32_t high;  /* a high surrogate that waits for its low one; 0: none */
    size_t unit_at; /* where the present unit begins */
};

static enum iw_result refuse(const struct decoder *decoder, size_t offset, const char *expected)
{
    return iw_fail(decoder->error, IW_SYNTAX, offset, expected);
}

static bool peek(const struct decoder *decoder, char c)
{
    return decoder->at < decoder->text.length && decoder->text.data[decoder->at] == c;
}

static void add_code(struct decoder *decoder, uint32_t code)
{
    char octets[4];
    iw_buf_add(decoder->out, iw_span(octets, iw_utf8_encode(code, octets)));
}

static enum iw_result take_unit(struct decoder *decoder, uint32_t unit)
{
    bool low = unit >= 0xdc00 && unit <= 0xdfff;
    if (low != (decoder->high != 0))
        return refuse(decoder, decoder->unit_at, "surrogates in pairs");
    if (unit >= 0xd800 && unit <= 0xdbff)
        decoder->high = unit;
    else if (low) {
        add_code(decoder, 0x10000 + ((decoder->high - 0xd800) << 10) + (unit - 0xdc00));
        decoder->high = 0;
    } else if (is_direct(unit))
        return refuse(decoder, decoder->unit_at, "printable ASCII outside of base64");
    else
        add_code(decoder, unit);
    return IW_OK;
}

static enum iw_result take_sextet(struct decoder *decoder)
{
    char c = decoder->text.data[decoder->at];
    int value = c == ',' ? 63 : c == '/' ? -1 : iw_base64_value(c);
    if (value < 0)
        return refuse(decoder, decoder->at, "base64 with \",\" for \"/\", or -");
    decoder->bits = decoder->bits << 6 | (uint32_t)value;
    decoder->count += 6;
    enum iw_result result = IW_OK;
    if (decoder->count >= 16) {
        decoder->count -= 16;
        result = take_unit(decoder, decoder->bits >> decoder->count & 0xffff);
        decoder->unit_at = decoder->at;
    }
    decoder->at++;
    return result;
}

/* The bits behind the last unit: fewer than a sextet, and all 0. */
static enum iw_result end_shift(struct decoder *decoder)
{
    uint32_t left = decoder->bits & ((1U << decoder->count) - 1);
    if (decoder->high != 0)
        return refuse(decoder, decoder->unit_at, "surrogates in pairs");
    if (decoder->count >= 6 || left != 0)
        return refuse(decoder, decoder->at, "whole UTF-16 units");
    decoder->at++;
    if (peek(decoder, '&') &&
        !(decoder->at + 1 < decoder->text.length && decoder->text.data[decoder->at + 1] == '-'))
        return refuse(decoder, decoder->at, "one shift instead of two");
    return IW_OK;
}

/* The cursor is behind "&". */
static enum iw_result decode_shift(struct decoder *decoder)
{
    if (peek(decoder, '-')) {
        decoder->at++;
        add_code(decoder, '&');
        return IW_OK;
    }
    decoder->bits = 0;
    decoder->count = 0;
    decoder->high = 0;
    decoder->unit_at = decoder->at;
    enum iw_result result = IW_OK;
    while (result == IW_OK && decoder->at < decoder->text.length && !peek(decoder, '-'))
        result = take_sextet(decoder);
    if (result == IW_OK && decoder->at == decoder->text.length)
        return refuse(decoder, decoder->at, "- at the end of base64");
    return result == IW_OK ? end_shift(decoder) : result;
}

enum iw_result iw_utf7_decode(struct iw_buf *out, struct iw_span utf7, struct iw_error *error)
{
    struct decoder decoder = {.out = out, .text = utf7, .error = error};
    size_t before = out->length;
    enum iw_result result = IW_OK;
    while (result == IW_OK && decoder.at < utf7.length) {
        unsigned char c = (unsigned char)utf7.data[decoder.at];
        if (!is_direct(c))
            result = refuse(&decoder, decoder.at, "printable ASCII");
        else if (c == '&') {
            decoder.at++;
            result = decode_shift(&decoder);
        } else {
            add_code(&decoder, c);
            decoder.at++;
        }
    }
    return finish(out, before, result, error);
}
