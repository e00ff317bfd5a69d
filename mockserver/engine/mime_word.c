/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_word.h"

#include "mockserver/engine/mime_charset.h"

#include <string.h>

struct word {
    struct iw_span charset, text;
    enum iw_mime_encoding encoding;
    size_t length; /* of the whole encoded word */
};

/* Up to the next c, which is passed over; false: there is none on this side of a blank. */
static bool read_until(struct iw_span *rest, char c, struct iw_span *part)
{
    for (size_t i = 0; i < rest->length; i++) {
        if (rest->data[i] == c) {
            *part = iw_span_part(*rest, 0, i);
            *rest = iw_span_part(*rest, i + 1, rest->length);
            return true;
        }
        if (rest->data[i] == '\n')
            return false;
    }
    return false;
}

/* encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
 * Blanks in encoded-text are not legal and are often there. */
static bool read_word(struct iw_span value, struct word *word)
{
    struct iw_span rest = iw_span_part(value, 2, value.length), encoding, charset;
    if (!iw_span_starts(value, IW_SPAN("=?")) || !read_until(&rest, '?', &charset) ||
        !read_until(&rest, '?', &encoding) || !read_until(&rest, '?', &word->text) ||
        !iw_span_starts(rest, IW_SPAN("=")))
        return false;
    word->length = (size_t)(rest.data + 1 - value.data);
    if (!read_until(&charset, '*', &word->charset))
        word->charset = charset;
    word->encoding = iw_span_equal_nocase(encoding, IW_SPAN("b")) ? IW_MIME_BASE64 : IW_MIME_Q;
    return word->encoding == IW_MIME_BASE64 || iw_span_equal_nocase(encoding, IW_SPAN("q"));
}

static void put_text(struct iw_mime_sink *sink, struct iw_span charset,
                     enum iw_mime_encoding encoding, struct iw_span octets)
{
    struct iw_mime_text text;
    char piece[256];
    size_t length;
    iw_mime_text(&text, charset, encoding, octets);
    while ((length = iw_mime_text_next(&text, piece, sizeof piece)) > 0)
        sink->put(sink, iw_span(piece, length));
    iw_mime_text_release(&text);
}

/* Plain text with its line ends taken out. */
static void put_plain(struct iw_mime_sink *sink, struct iw_span text)
{
    size_t begin = 0;
    for (size_t i = 0; i <= text.length; i++) {
        if (i < text.length && text.data[i] != '\r' && text.data[i] != '\n')
            continue;
        if (i > begin)
            put_text(sink, IW_SPAN("utf-8"), IW_MIME_IDENTITY, iw_span_part(text, begin, i));
        begin = i + 1;
    }
}

static bool is_blank(struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '\0' || strchr(" \t\r\n", text.data[i]) == NULL)
            return false;
    return true;
}

/* Blanks between two encoded words are not shown (RFC 2047 §6.2). */
void iw_mime_put_words(struct iw_mime_sink *sink, struct iw_span value)
{
    size_t plain = 0; /* from here on nothing is put yet */
    bool behind_word = false;
    for (size_t i = 0; i < value.length; i++) {
        struct word word;
        if (value.data[i] != '=' || !read_word(iw_span_part(value, i, value.length), &word))
            continue;
        struct iw_span between = iw_span_part(value, plain, i);
        if (!behind_word || !is_blank(between))
            put_plain(sink, between);
        put_text(sink, word.charset, word.encoding, word.text);
        behind_word = true;
        plain = i + word.length;
        i = plain - 1;
    }
    put_plain(sink, iw_span_part(value, plain, value.length));
}

struct buf_sink {
    struct iw_mime_sink sink; /* first */
    struct iw_buf *out;
};

static void put_in_buf(struct iw_mime_sink *sink, struct iw_span utf8)
{
    iw_buf_add(((struct buf_sink *)sink)->out, utf8);
}

void iw_mime_add_words(struct iw_buf *out, struct iw_span value)
{
    struct buf_sink sink = {{put_in_buf}, out};
    iw_mime_put_words(&sink.sink, value);
}
