/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_preview.h"

#include "base/chars.h"
#include "base/utf8.h"
#include "mockserver/engine/mime_charset.h"
#include "mockserver/engine/mime_field.h"

enum {
    READ_MAX = 1 << 20, /* octets of text looked at */
    ALNUM = IW_CHAR_ALPHA | IW_CHAR_DIGIT
};

/* ---- the part ---- */

static bool is_attachment(const struct iw_mime_part *part)
{
    struct iw_mime_field field;
    return iw_mime_find_field(part->header, IW_SPAN("Content-Disposition"), &field) &&
           iw_span_starts_nocase(field.value, IW_SPAN("attachment"));
}

static const struct iw_mime_part *find_text(const struct iw_mime_message *message,
                                            struct iw_span subtype)
{
    for (const struct iw_mime_part *part = &message->root; part != NULL;
         part = iw_mime_next_part(part)) {
        if (iw_mime_type_is(&part->type, IW_SPAN("text"), subtype) && part->body.length > 0 &&
            !is_attachment(part))
            return part;
    }
    return NULL;
}

/* ---- its text ---- */

struct preview {
    struct iw_buf *out;
    size_t begin; /* of the preview in out */
    size_t left;  /* characters that it still may have */
    bool blank;   /* one comes before the next character */
};

static void put_char(struct preview *preview, uint32_t code)
{
    char octets[4];
    if (code <= ' ' || code == 0x7f || code == 0xa0) {
        preview->blank = preview->out->length > preview->begin;
        return;
    }
    size_t need = 1 + preview->blank;
    if (preview->left < need) {
        preview->left = 0;
        return;
    }
    if (preview->blank)
        iw_buf_add_char(preview->out, ' ');
    iw_buf_add(preview->out, iw_span(octets, iw_utf8_encode(code, octets)));
    preview->left -= need;
    preview->blank = false;
}

/* ---- HTML: enough of it to leave it out ---- */

struct html {
    struct preview *preview;
    char state;     /* '<': in a tag; '&': in an entity; 0: in text */
    char word[12];  /* the tag's name or the entity's, in capitals, as far as there is room */
    size_t length;  /* of the word */
    bool named;     /* the tag's name is complete */
    bool is_silent; /* what is read is not shown: head, script, style */
};

static bool is_word(const struct html *html, const char *word)
{
    return iw_span_equal(iw_span(html->word, html->length), iw_span_of(word));
}

static bool is_one_of(const struct html *html, const char *const *words)
{
    for (; *words != NULL; words++)
        if (is_word(html, *words))
            return true;
    return false;
}

static void add_to_word(struct html *html, uint32_t code)
{
    if (html->length < sizeof html->word)
        html->word[html->length++] = code < 0x80 ? (char)(iw_upper((char)code)) : '?';
}

static void end_tag(struct html *html)
{
    static const char *const silent[] = {"HEAD", "SCRIPT", "STYLE", NULL};
    static const char *const loud[] = {"/HEAD", "/SCRIPT", "/STYLE", "BODY", NULL};
    static const char *const inlined[] = {"A",      "/A",   "B",     "/B",      "I",    "/I",
                                          "U",      "/U",   "EM",    "/EM",     "SPAN", "/SPAN",
                                          "STRONG", "FONT", "/FONT", "/STRONG", NULL};
    html->state = 0;
    if (is_one_of(html, silent))
        html->is_silent = true;
    else if (is_one_of(html, loud))
        html->is_silent = false;
    if (!is_one_of(html, inlined))
        put_char(html->preview, ' ');
}

/* "#" 1*DIGIT / "#x" 1*HEXDIG; 0: none */
static uint32_t numbered_entity(const struct html *html)
{
    bool hex = html->length > 1 && html->word[1] == 'X';
    uint32_t code = 0;
    for (size_t i = 1 + hex; i < html->length; i++) {
        char c = html->word[i];
        bool digit = iw_is(c, IW_CHAR_DIGIT);
        if (!digit && !(hex && c >= 'A' && c <= 'F'))
            return 0;
        code = code * (hex ? 16 : 10) + (uint32_t)(digit ? c - '0' : c - 'A' + 10);
        if (code > 0x10ffff)
            return 0;
    }
    return code >= 0xd800 && code <= 0xdfff ? 0 : code;
}

/* What is no entity known here is shown as "?". */
static void end_entity(struct html *html)
{
    static const struct {
        const char *name;
        uint32_t code;
    } known[] = {{"AMP", '&'},  {"LT", '<'},    {"GT", '>'},
                 {"QUOT", '"'}, {"APOS", '\''}, {"NBSP", ' '}};
    uint32_t code = html->length > 0 && *html->word == '#' ? numbered_entity(html) : 0;
    html->state = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is_word(html, known[i].name))
            code = known[i].code;
    if (!html->is_silent)
        put_char(html->preview, code == 0 ? '?' : code);
}

static void put_html(struct html *html, uint32_t code)
{
    if (html->state == '<') {
        bool blank = code <= ' ';
        html->named |= blank || (code == '/' && html->length > 0);
        if (code == '>')
            end_tag(html);
        else if (!html->named)
            add_to_word(html, code);
    } else if (html->state == '&' && code == ';') {
        end_entity(html);
    } else if (html->state == '&' && (code == '#' || (code < 0x80 && iw_is((char)code, ALNUM)))) {
        add_to_word(html, code);
    } else if (code == '<' || code == '&') {
        html->state = (char)code;
        html->length = 0;
        html->named = false;
    } else {
        html->state = 0;
        if (!html->is_silent)
            put_char(html->preview, code);
    }
}

/* ---- together ---- */

static void put(struct html *html, bool is_html, struct iw_span utf8)
{
    uint32_t code;
    for (size_t length; utf8.length > 0; utf8 = iw_span_part(utf8, length, utf8.length)) {
        length = iw_utf8_decode(utf8, &code);
        if (is_html)
            put_html(html, code);
        else
            put_char(html->preview, code);
    }
}

void iw_mime_preview(struct iw_buf *out, const struct iw_mime_message *message)
{
    struct preview preview = {.out = out, .begin = out->length, .left = IW_MIME_PREVIEW_MAX};
    struct html html = {.preview = &preview};
    const struct iw_mime_part *plain = find_text(message, IW_SPAN("plain"));
    const struct iw_mime_part *part = plain ? plain : find_text(message, IW_SPAN("html"));
    if (part == NULL)
        return;
    struct iw_mime_text text;
    char piece[IW_MIME_PIECE];
    size_t length;
    iw_mime_text(&text, iw_mime_param(&part->type.params, IW_SPAN("charset")),
                 iw_mime_encoding_of(part->encoding), iw_span_part(part->body, 0, READ_MAX));
    while (preview.left > 0 && (length = iw_mime_text_next(&text, piece, sizeof piece)) > 0)
        put(&html, plain == NULL, iw_span(piece, length));
    iw_mime_text_release(&text);
}
