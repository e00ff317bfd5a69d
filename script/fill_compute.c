/* SPDX-License-Identifier: MIT */
/* ${size:…}, ${base64:…}, ${hex:…}, ${utf7:…}, ${repeat:…} and ${scram:…}: octets made of the
 * argument, which is filled already. */
#include "base/base64.h"
#include "base/utf7.h"
#include "script/filling.h"

#include <string.h>

static int hex_value(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)((found - digits) % 16);
}

/* Pairs of hex digits, with blanks between pairs. */
static bool decode_hex(struct iw_buf *out, struct iw_span digits)
{
    for (size_t at = 0; at < digits.length; at += 2) {
        for (; at < digits.length && digits.data[at] == ' '; at++)
            continue;
        if (at == digits.length)
            break;
        int high = hex_value(digits.data[at]);
        int low = at + 1 < digits.length ? hex_value(digits.data[at + 1]) : -1;
        if (high < 0 || low < 0)
            return false;
        iw_buf_add_char(out, (char)(unsigned char)(high * 16 + low));
    }
    return true;
}

/* COUNT "," text */
static enum iw_result repeat(struct iw_filling *filling, const struct iw_fill_part *part,
                             struct iw_span argument, struct iw_buf *out)
{
    uint64_t count;
    const char *comma = argument.length == 0 ? NULL : memchr(argument.data, ',', argument.length);
    size_t digits = comma == NULL ? 0 : (size_t)(comma - argument.data);
    if (!iw_span_number(iw_span_part(argument, 0, digits), UINT64_MAX, &count))
        return iw_filling_refuse(filling, part->argument, "a number, a comma and a text");
    struct iw_span text = iw_span_part(argument, digits + 1, argument.length);
    if (text.length > 0 && count > IW_FILL_OCTETS_MAX / text.length)
        return iw_filling_too_long(filling);
    for (uint64_t i = 0; i < count && text.length > 0; i++)
        iw_buf_add(out, text);
    return IW_OK;
}

/* The password is that of the play. */
static enum iw_result compute_scram(struct iw_filling *filling, const struct iw_fill_part *part,
                                    struct iw_span argument, struct iw_buf *out)
{
    const struct iw_bindings *bindings = filling->bindings;
    const struct iw_binding *password = iw_bindings_get(bindings, IW_SPAN("password"));
    if (bindings->scram == NULL || password == NULL) {
        iw_buf_add_string(out, "AAAA");
        return IW_OK;
    }
    if (bindings->scram(argument, password->value, out))
        return IW_OK;
    return iw_filling_refuse(filling, part->argument, "HASH,proof|signature,SALT,COUNT,MESSAGE");
}

enum iw_result iw_filling_compute(struct iw_filling *filling, const struct iw_fill_part *part,
                                  struct iw_span argument, struct iw_buf *out)
{
    struct iw_span file;
    switch (part->kind) {
    case IW_FILL_SIZE:
        file = filling->scenario == NULL ? iw_span(NULL, 0)
                                         : iw_scenario_file(filling->scenario, argument);
        if (file.data == NULL)
            return iw_filling_refuse(filling, part->argument, "a file of the scenario");
        iw_buf_add_number(out, file.length);
        return IW_OK;
    case IW_FILL_BASE64:
        iw_base64_encode(out, argument);
        return IW_OK;
    case IW_FILL_HEX:
        return decode_hex(out, argument)
                   ? IW_OK
                   : iw_filling_refuse(filling, part->argument, "pairs of hex digits");
    case IW_FILL_UTF7:
        return iw_utf7_encode(out, argument, NULL) == IW_OK
                   ? IW_OK
                   : iw_filling_refuse(filling, part->argument, "UTF-8");
    case IW_FILL_REPEAT:
        return repeat(filling, part, argument, out);
    case IW_FILL_SCRAM:
        return compute_scram(filling, part, argument, out);
    case IW_FILL_NAME:
    case IW_FILL_LITERAL:
        break;
    }
    return iw_filling_refuse(filling, part->argument, "another fill");
}
