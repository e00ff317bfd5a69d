/* SPDX-License-Identifier: MIT */
#include "conformance/text.h"

#include "base/chars.h"
#include "base/utf8.h"

#include <string.h>

/* The octets of the character at the front, 0 if there is none that XML may hold: XML 1.0 §2.2
 * leaves out U+FFFE and U+FFFF. */
static size_t character_length(struct iw_span text)
{
    uint32_t code = 0;
    const size_t length = iw_utf8_decode(text, &code);
    return code == 0xfffe || code == 0xffff ? 0 : length;
}

/* What stands for a character that cannot stand for itself; NULL: it can. */
static const char *xml_escape(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
        return "\n";
    case '\t':
        return "\t";
    default:
        return NULL;
    }
}

static const char *terminal_escape(char c)
{
    return c == '\n' ? "\n" : c == '\t' ? "\t" : NULL;
}

/* Control octets, and the C1 controls U+0080 to U+009F, which terminals obey too. */
static bool is_control(struct iw_span text)
{
    const unsigned char c = (unsigned char)text.data[0];
    return c < 0x20 || c == 0x7f ||
           (c == 0xc2 && text.length > 1 && (unsigned char)text.data[1] < 0xa0);
}

static void write_text(struct iw_buf *out, const char *text, const char *(*escape)(char c))
{
    struct iw_span rest = iw_span_of(text);
    while (rest.length > 0) {
        const char *escaped = escape(rest.data[0]);
        size_t length = character_length(rest);
        if (escaped != NULL) {
            iw_buf_add_string(out, escaped);
            length = 1;
        } else if (length == 0 || is_control(rest)) {
            iw_buf_addf(out, "\\x%02x", (unsigned)(unsigned char)rest.data[0]);
            length = 1;
        } else {
            iw_buf_add(out, iw_span_part(rest, 0, length));
        }
        rest = iw_span_part(rest, length, rest.length);
    }
}

void iw_text_xml(struct iw_buf *out, const char *text)
{
    write_text(out, text, xml_escape);
}

void iw_text_terminal(struct iw_buf *out, const char *text)
{
    write_text(out, text, terminal_escape);
}

void iw_text_shell(struct iw_buf *out, const char *word)
{
    bool plain = *word != '\0';
    for (const char *c = word; *c != '\0'; c++)
        plain = plain && (iw_is(*c, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || strchr("-_./:@%+=,", *c));
    if (plain) {
        iw_buf_add_string(out, word);
        return;
    }
    iw_buf_add_char(out, '\'');
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'') {
            iw_buf_add_string(out, "'\\''");
        } else {
            iw_buf_add_char(out, *c);
        }
    }
    iw_buf_add_char(out, '\'');
}
