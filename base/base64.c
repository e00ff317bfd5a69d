/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

const char iw_base64_alphabet[65] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int iw_base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* 1 to 3 octets become four characters. */
static void encode_group(struct iw_buf *out, struct iw_span group)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; i++)
        bits = bits << 8 | (i < group.length ? (unsigned char)group.data[i] : 0);
    for (size_t i = 0; i < 4; i++) {
        unsigned value = bits >> (18 - 6 * i) & 0x3f;
        iw_buf_add_char(out, i <= group.length ? iw_base64_alphabet[value] : '=');
    }
}

void iw_base64_encode(struct iw_buf *out, struct iw_span octets)
{
    for (size_t i = 0; i < octets.length; i += 3)
        encode_group(out, iw_span_part(octets, i, i + 3));
}

/* How many characters of the group at offset i are data: 4, or 3 or 2 in a padded last one. */
static size_t data_in_group(struct iw_span text, size_t i)
{
    if (i + 4 != text.length || text.data[i + 3] != '=')
        return 4;
    return text.data[i + 2] == '=' ? 2 : 3;
}

static enum iw_result decode_group(struct iw_buf *out, struct iw_span text, size_t begin,
                                   struct iw_error *error)
{
    uint32_t bits = 0;
    size_t count = data_in_group(text, begin);
    for (size_t i = 0; i < count; i++) {
        int value = iw_base64_value(text.data[begin + i]);
        if (value < 0)
            return iw_fail(error, IW_SYNTAX, begin + i, "a base64 character");
        bits |= (uint32_t)value << (18 - 6 * i);
    }
    uint32_t unused = count == 2 ? 0xffff : count == 3 ? 0xff : 0;
    if ((bits & unused) != 0)
        return iw_fail(error, IW_SYNTAX, begin + count - 1, "no bits behind the last octet");
    for (size_t i = 0; i + 1 < count; i++)
        iw_buf_add_char(out, (char)(bits >> (16 - 8 * i) & 0xff));
    return IW_OK;
}

enum iw_result iw_base64_decode(struct iw_buf *out, struct iw_span text, struct iw_error *error)
{
    size_t before = out->length;
    enum iw_result result = IW_OK;
    for (size_t i = 0; i + 4 <= text.length && result == IW_OK; i += 4)
        result = decode_group(out, text, i, error);
    if (result == IW_OK && text.length % 4 != 0)
        result = iw_fail(error, IW_SYNTAX, text.length, "groups of four characters");
    if (result == IW_OK && out->failed)
        result = iw_fail(error, IW_NO_MEMORY, 0, "room for the octets");
    if (result != IW_OK && out->length > before)
        iw_buf_truncate(out, before);
    return result;
}
