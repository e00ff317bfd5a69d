/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_search.h"

#include "base/utf8.h"
#include "mockserver/engine/mime_address.h"
#include "mockserver/engine/mime_charset.h"
#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_word.h"

/* ---- the needle ---- */

/* The mapped string, whose size nobody knows before. */
static void map(enum iw_collation collation, struct iw_buf *out, struct iw_span charset,
                struct iw_span string)
{
    struct iw_mime_text text;
    char piece[256];
    size_t length;
    iw_mime_text(&text, charset, IW_MIME_IDENTITY, string);
    while ((length = iw_mime_text_next(&text, piece, sizeof piece)) > 0)
        iw_casemap(collation, out, iw_span(piece, length));
    iw_mime_text_release(&text);
}

/* A border is a beginning that is an end too: where to go on when the next octet does not fit
 * (Knuth, Morris and Pratt). */
static void find_borders(struct iw_mime_needle *needle)
{
    const char *octets = needle->octets.data;
    size_t border = 0;
    needle->borders[0] = needle->borders[1] = 0;
    for (size_t i = 1; i < needle->octets.length; i++) {
        while (border > 0 && octets[i] != octets[border])
            border = needle->borders[border];
        border += octets[i] == octets[border];
        needle->borders[i + 1] = border;
    }
}

enum iw_result iw_mime_needle(struct iw_arena *arena, enum iw_collation collation,
                              struct iw_span charset, struct iw_span string,
                              struct iw_mime_needle *needle)
{
    struct iw_buf mapped;
    iw_buf_init(&mapped, arena->alloc, arena->cap);
    map(collation, &mapped, charset, string);
    needle->collation = collation;
    needle->octets = iw_arena_copy(arena, iw_buf_span(&mapped));
    needle->borders = iw_arena_array(arena, needle->octets.length + 2, sizeof *needle->borders);
    bool failed = mapped.failed || needle->octets.data == NULL || needle->borders == NULL;
    iw_buf_release(&mapped);
    if (failed)
        return IW_NO_MEMORY;
    find_borders(needle);
    return IW_OK;
}

/* ---- the haystack ---- */

struct matcher {
    struct iw_mime_sink sink; /* first */
    const struct iw_mime_needle *needle;
    size_t matched; /* octets of the needle that what was read ends with */
    bool found;     /* in this text or one before */
};

static void match_octet(struct matcher *matcher, char octet)
{
    const struct iw_mime_needle *needle = matcher->needle;
    while (matcher->matched > 0 && needle->octets.data[matcher->matched] != octet)
        matcher->matched = needle->borders[matcher->matched];
    matcher->matched += needle->octets.data[matcher->matched] == octet;
    if (matcher->matched == needle->octets.length) {
        matcher->found = true;
        matcher->matched = 0;
    }
}

static void match_char(struct matcher *matcher, uint32_t code)
{
    uint32_t mapped[IW_CASEMAP_MAX];
    size_t count = iw_casemap_char(matcher->needle->collation, code, mapped);
    for (size_t i = 0; i < count; i++) {
        char octets[4];
        size_t length = iw_utf8_encode(mapped[i], octets);
        for (size_t j = 0; j < length; j++)
            match_octet(matcher, octets[j]);
    }
}

static void match(struct iw_mime_sink *sink, struct iw_span utf8)
{
    struct matcher *matcher = (struct matcher *)sink;
    uint32_t code;
    for (size_t length; utf8.length > 0 && !matcher->found;
         utf8 = iw_span_part(utf8, length, utf8.length)) {
        length = iw_utf8_decode(utf8, &code);
        if (length > 0)
            match_char(matcher, code);
        else
            length = 1;
    }
}

static struct matcher new_matcher(const struct iw_mime_needle *needle)
{
    return (struct matcher){{match}, needle, 0, needle->octets.length == 0};
}

bool iw_mime_text_has(struct iw_span utf8, const struct iw_mime_needle *needle)
{
    struct matcher matcher = new_matcher(needle);
    match(&matcher.sink, utf8);
    return matcher.found;
}

/* ---- headers ---- */

/* name absent: in any field, with its name in front. */
static bool header_has(struct iw_span header, struct iw_span name,
                       const struct iw_mime_needle *needle)
{
    struct iw_mime_field field;
    while (iw_mime_next_field(&header, &field)) {
        struct matcher matcher = new_matcher(needle);
        if (name.data != NULL && !iw_span_equal_nocase(field.name, name))
            continue;
        if (name.data == NULL && field.name.length > 0) {
            match(&matcher.sink, field.name);
            match(&matcher.sink, IW_SPAN(": "));
        }
        iw_mime_put_words(&matcher.sink, field.value);
        if (matcher.found)
            return true;
    }
    return false;
}

bool iw_mime_field_has(const struct iw_mime_message *message, struct iw_span name,
                       const struct iw_mime_needle *needle)
{
    return header_has(message->root.header, name, needle);
}

static bool address_has(const struct iw_address *address, const struct iw_mime_needle *needle)
{
    struct matcher matcher = new_matcher(needle);
    if (address->name.data != NULL) {
        iw_mime_put_words(&matcher.sink, address->name);
        match(&matcher.sink, IW_SPAN(" "));
    }
    match(&matcher.sink, IW_SPAN("<"));
    if (address->adl.data != NULL) {
        match(&matcher.sink, address->adl);
        match(&matcher.sink, IW_SPAN(":"));
    }
    iw_mime_put_words(&matcher.sink, address->mailbox);
    if (address->host.data != NULL)
        match(&matcher.sink, IW_SPAN("@"));
    match(&matcher.sink, address->host);
    match(&matcher.sink, IW_SPAN(">"));
    return matcher.found;
}

enum iw_result iw_mime_addresses_have(struct iw_arena *arena, const struct iw_mime_message *message,
                                      struct iw_span name, const struct iw_mime_needle *needle,
                                      bool *found)
{
    struct iw_span header = message->root.header;
    struct iw_mime_field field;
    *found = false;
    while (!*found && iw_mime_next_field(&header, &field)) {
        struct iw_addresses addresses = {0};
        if (!iw_span_equal_nocase(field.name, name))
            continue;
        enum iw_result result = iw_mime_parse_addresses(arena, field.value, &addresses);
        if (result != IW_OK)
            return result;
        *found = needle->octets.length == 0;
        for (size_t i = 0; i < addresses.count && !*found; i++)
            *found = address_has(&addresses.members[i], needle);
    }
    return IW_OK;
}

/* ---- bodies ---- */

static bool part_has(const struct iw_mime_part *part, const struct iw_mime_needle *needle)
{
    struct matcher matcher = new_matcher(needle);
    struct iw_mime_text text;
    char piece[IW_MIME_PIECE];
    size_t length = 1;
    iw_mime_text(&text, iw_mime_param(&part->type.params, IW_SPAN("charset")),
                 iw_mime_encoding_of(part->encoding), part->body);
    while (!matcher.found && length > 0) {
        length = iw_mime_text_next(&text, piece, sizeof piece);
        match(&matcher.sink, iw_span(piece, length));
    }
    iw_mime_text_release(&text);
    return matcher.found;
}

/* message/delivery-status and the like are text, too (RFC 3464 §2.1). */
static bool is_text(const struct iw_mime_part *part)
{
    return part->kind == IW_BODY_TEXT ||
           (part->kind == IW_BODY_BASIC &&
            iw_span_equal_nocase(part->type.type, IW_SPAN("message")));
}

bool iw_mime_body_has(const struct iw_mime_message *message, const struct iw_mime_needle *needle)
{
    bool found = needle->octets.length == 0;
    for (const struct iw_mime_part *part = &message->root; part != NULL && !found;
         part = iw_mime_next_part(part))
        found = is_text(part) && part_has(part, needle);
    return found;
}

bool iw_mime_message_has(const struct iw_mime_message *message, const struct iw_mime_needle *needle)
{
    bool found = false;
    for (const struct iw_mime_part *part = &message->root; part != NULL && !found;
         part = iw_mime_next_part(part))
        found = header_has(part->header, iw_span(NULL, 0), needle);
    return found || iw_mime_body_has(message, needle);
}
