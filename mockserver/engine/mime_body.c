/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_body.h"

#include "mockserver/engine/mime_envelope.h"
#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_lex.h"

#include <string.h>

/* ---- content fields of a header ---- */

static enum iw_result read_text(struct iw_arena *arena, struct iw_span value, struct iw_span *text)
{
    if (text->data != NULL)
        return IW_OK;
    *text = iw_mime_unfold(arena, value);
    return text->data == NULL ? IW_NO_MEMORY : IW_OK;
}

static enum iw_result read_id(struct iw_arena *arena, struct iw_span value, struct iw_body *body)
{
    return read_text(arena, value, &body->id);
}

static enum iw_result read_description(struct iw_arena *arena, struct iw_span value,
                                       struct iw_body *body)
{
    return read_text(arena, value, &body->description);
}

static enum iw_result read_md5(struct iw_arena *arena, struct iw_span value, struct iw_body *body)
{
    return read_text(arena, value, &body->md5);
}

static enum iw_result read_location(struct iw_arena *arena, struct iw_span value,
                                    struct iw_body *body)
{
    return read_text(arena, value, &body->location);
}

static enum iw_result read_disposition(struct iw_arena *arena, struct iw_span value,
                                       struct iw_body *body)
{
    if (body->disposition.data != NULL)
        return IW_OK;
    return iw_mime_parse_disposition(arena, value, &body->disposition, &body->disposition_params);
}

/* Language-List = Language-Tag [CFWS] *("," [CFWS] Language-Tag [CFWS]) (RFC 3282 §2) */
static enum iw_result read_languages(struct iw_arena *arena, struct iw_span value,
                                     struct iw_body *body)
{
    struct iw_mime_lexer lexer;
    size_t most = 1;
    if (body->language_count > 0)
        return IW_OK;
    for (size_t i = 0; i < value.length; i++)
        most += value.data[i] == ',';
    body->languages = iw_arena_array(arena, most, sizeof *body->languages);
    if (body->languages == NULL || !iw_mime_lex(&lexer, arena, value))
        return IW_NO_MEMORY;
    do {
        iw_mime_skip_cfws(&lexer);
        const char *begin = lexer.out;
        if (!iw_mime_read_atom(&lexer))
            break;
        body->languages[body->language_count++] = iw_mime_since(&lexer, begin);
        iw_mime_skip_cfws(&lexer);
    } while (iw_mime_skip(&lexer, ','));
    return IW_OK;
}

static const struct {
    struct iw_span name;
    enum iw_result (*read)(struct iw_arena *arena, struct iw_span value, struct iw_body *body);
} fields[] = {
    {{"Content-ID", 10}, read_id},
    {{"Content-Description", 19}, read_description},
    {{"Content-MD5", 11}, read_md5},
    {{"Content-Disposition", 19}, read_disposition},
    {{"Content-Language", 16}, read_languages},
    {{"Content-Location", 16}, read_location},
};

/* Of each field the first that says something. */
static enum iw_result read_fields(struct iw_arena *arena, struct iw_span header,
                                  struct iw_body *body)
{
    struct iw_mime_field field;
    enum iw_result result = IW_OK;
    while (result == IW_OK && iw_mime_next_field(&header, &field)) {
        for (size_t i = 0; i < sizeof fields / sizeof *fields && result == IW_OK; i++)
            if (iw_span_equal_nocase(field.name, fields[i].name))
                result = fields[i].read(arena, field.value, body);
    }
    return result;
}

/* ---- one part ---- */

/* The parameters, and for a text that names no charset the default one. */
static enum iw_result set_params(struct iw_arena *arena, const struct iw_mime_part *part,
                                 struct iw_body *body)
{
    static const struct iw_param us_ascii = {{"charset", 7}, {"us-ascii", 8}};
    size_t count = part->type.params.count;
    body->params = part->type.params;
    if (part->kind != IW_BODY_TEXT || iw_mime_param(&body->params, IW_SPAN("charset")).data != NULL)
        return IW_OK;
    body->params.members = iw_arena_array(arena, count + 1, sizeof *body->params.members);
    if (body->params.members == NULL)
        return IW_NO_MEMORY;
    if (count > 0)
        memcpy(body->params.members, part->type.params.members, count * sizeof us_ascii);
    body->params.members[count] = us_ascii;
    body->params.count = count + 1;
    return IW_OK;
}

static uint64_t count_lines(struct iw_span text)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < text.length; i++)
        lines += text.data[i] == '\n';
    return lines;
}

static enum iw_result describe(struct iw_arena *arena, const struct iw_mime_part *part,
                               bool extended, struct iw_body *body)
{
    body->kind = part->kind;
    body->subtype = part->type.subtype;
    body->extensions = extended ? 4 : 0;
    enum iw_result result = set_params(arena, part, body);
    if (result == IW_OK && part->mime)
        result = read_fields(arena, part->header, body);
    if (part->kind == IW_BODY_MULTIPART)
        return result;
    body->type = part->type.type;
    body->encoding = part->encoding.data == NULL ? IW_SPAN("7bit") : part->encoding;
    body->octets = (uint32_t)(part->body.length < UINT32_MAX ? part->body.length : UINT32_MAX);
    if (part->kind == IW_BODY_TEXT || part->kind == IW_BODY_MESSAGE)
        body->lines = count_lines(part->body);
    if (result != IW_OK || part->kind != IW_BODY_MESSAGE)
        return result;
    body->envelope = iw_arena_get(arena, sizeof *body->envelope);
    if (body->envelope == NULL)
        return IW_NO_MEMORY;
    return iw_mime_envelope(arena, part->first->header, body->envelope);
}

/* What stands in for the parts of a multipart that has none. */
static enum iw_result describe_nothing(struct iw_arena *arena, bool extended, struct iw_body *body)
{
    static const struct iw_mime_part nothing = {
        .body = {"", 0}, .kind = IW_BODY_TEXT, .type = {{"text", 4}, {"plain", 5}, {0}}};
    body->part = iw_arena_get(arena, sizeof *body->part);
    if (body->part == NULL)
        return IW_NO_MEMORY;
    return describe(arena, &nothing, extended, body->part);
}

static enum iw_result describe_part(struct iw_arena *arena, const struct iw_mime_part *part,
                                    bool extended, struct iw_body *body)
{
    enum iw_result result = describe(arena, part, extended, body);
    if (result == IW_OK && part->kind == IW_BODY_MULTIPART && part->first == NULL)
        result = describe_nothing(arena, extended, body);
    return result;
}

/* ---- the tree ---- */

enum iw_result iw_mime_body(struct iw_arena *arena, const struct iw_mime_message *message,
                            bool extended, struct iw_body *body)
{
    struct iw_body *last[IW_MIME_DEPTH_MAX + 1] = {body}; /* of each level */
    const struct iw_mime_part *part = &message->root;
    *body = (struct iw_body){0};
    enum iw_result result = describe_part(arena, part, extended, body);
    while (result == IW_OK && (part = iw_mime_next_part(part)) != NULL) {
        struct iw_body *fresh = iw_arena_get(arena, sizeof *fresh);
        if (fresh == NULL)
            return IW_NO_MEMORY;
        if (part == part->parent->first)
            last[part->depth - 1]->part = fresh;
        else
            last[part->depth]->next = fresh;
        last[part->depth] = fresh;
        result = describe_part(arena, part, extended, fresh);
    }
    return result;
}

/* As deep as iw_mime_parse goes. */
enum iw_result iw_mime_decode_body(struct iw_arena *arena, struct iw_body *body)
{
    enum iw_result result = IW_OK;
    for (; body != NULL && result == IW_OK; body = body->next) {
        result = iw_mime_decode_params(arena, &body->params);
        if (result == IW_OK)
            result = iw_mime_decode_params(arena, &body->disposition_params);
        if (result == IW_OK)
            result = iw_mime_decode_body(arena, body->part);
    }
    return result;
}
