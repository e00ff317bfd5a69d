/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_message.h"

#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_lex.h"

#include <string.h>

struct parse {
    struct iw_arena *arena;
    struct iw_mime_message *message;
    struct iw_mime_part *part; /* the one that lines belong to now */
    bool in_header;            /* they are lines of its header */
};

/* ---- one part ---- */

/* Between two places of the message; end is not in front of begin. */
static struct iw_span between(const char *begin, const char *end)
{
    return iw_span(begin, (size_t)(end - begin));
}

static enum iw_result begin_part(struct parse *parse, struct iw_mime_part *parent,
                                 const char *begin)
{
    struct iw_mime_part *part = iw_arena_get(parse->arena, sizeof *part);
    if (part == NULL)
        return IW_NO_MEMORY;
    if (parent->last == NULL)
        parent->first = part;
    else
        parent->last->next = part;
    parent->last = part;
    part->parent = parent;
    part->depth = parent->depth + 1;
    part->header = iw_span(begin, 0);
    part->mime = parent->kind == IW_BODY_MULTIPART;
    parse->message->parts++;
    parse->part = part;
    parse->in_header = true;
    return IW_OK;
}

/* What a part without Content-Type is (RFC 2045 §5.2, RFC 2046 §5.1.5). */
static struct iw_mime_type default_type(const struct iw_mime_part *part)
{
    if (part->parent != NULL && part->parent->kind == IW_BODY_MULTIPART &&
        iw_span_equal_nocase(part->parent->type.subtype, IW_SPAN("digest")))
        return (struct iw_mime_type){IW_SPAN("message"), IW_SPAN("rfc822"), {0}};
    return (struct iw_mime_type){IW_SPAN("text"), IW_SPAN("plain"), {0}};
}

static enum iw_body_kind kind_of(const struct iw_mime_type *type)
{
    if (iw_span_equal_nocase(type->type, IW_SPAN("multipart")))
        return IW_BODY_MULTIPART;
    if (iw_mime_type_is(type, IW_SPAN("message"), IW_SPAN("rfc822")) ||
        iw_mime_type_is(type, IW_SPAN("message"), IW_SPAN("global")))
        return IW_BODY_MESSAGE;
    return iw_span_equal_nocase(type->type, IW_SPAN("text")) ? IW_BODY_TEXT : IW_BODY_BASIC;
}

/* mechanism = token (RFC 2045 §6.1); anything else is as good as no field. */
static enum iw_result read_encoding(struct parse *parse, struct iw_span value)
{
    struct iw_mime_lexer lexer;
    if (!iw_mime_lex(&lexer, parse->arena, value))
        return IW_NO_MEMORY;
    const char *begin = lexer.out;
    if (iw_mime_skip_cfws(&lexer) && iw_mime_read_token(&lexer) && iw_mime_skip_cfws(&lexer) &&
        iw_mime_at_end(&lexer))
        parse->part->encoding = iw_mime_since(&lexer, begin);
    return IW_OK;
}

/* The fields that decide how the body is read; of each the first. */
static enum iw_result read_fields(struct parse *parse)
{
    struct iw_mime_part *part = parse->part;
    struct iw_mime_field field;
    struct iw_span header = part->header;
    enum iw_result result = IW_OK;
    bool typed = false;
    part->type = default_type(part);
    while (result == IW_OK && iw_mime_next_field(&header, &field)) {
        if (iw_span_equal_nocase(field.name, IW_SPAN("MIME-Version"))) {
            part->mime = true;
        } else if (!typed && iw_span_equal_nocase(field.name, IW_SPAN("Content-Type"))) {
            typed = part->mime = true;
            result = iw_mime_parse_type(parse->arena, field.value, &part->type);
        } else if (part->encoding.data == NULL &&
                   iw_span_equal_nocase(field.name, IW_SPAN("Content-Transfer-Encoding"))) {
            result = read_encoding(parse, field.value);
        }
    }
    if (!part->mime)
        part->encoding = iw_span(NULL, 0);
    return result;
}

/* The header ends and the body begins at that place, if only to be empty; it is in front of the
 * header where a delimiter takes the line end there. */
static enum iw_result begin_body(struct parse *parse, const char *place)
{
    struct iw_mime_part *part = parse->part;
    const char *header = part->header.data < place ? part->header.data : place;
    parse->in_header = false;
    part->header = between(header, place);
    part->body = iw_span(place, 0);
    enum iw_result result = read_fields(parse);
    part->kind = kind_of(&part->type);
    if (result != IW_OK || (part->kind != IW_BODY_MULTIPART && part->kind != IW_BODY_MESSAGE))
        return result;
    if (part->depth >= IW_MIME_DEPTH_MAX || parse->message->parts >= IW_MIME_PARTS_MAX) {
        part->type.type = IW_SPAN("application");
        part->type.subtype = IW_SPAN("octet-stream");
        part->kind = IW_BODY_BASIC;
    } else if (part->kind == IW_BODY_MULTIPART) {
        part->boundary = iw_mime_param(&part->type.params, IW_SPAN("boundary"));
    } else {
        result = begin_part(parse, part, place);
    }
    return result;
}

/* The part ends there, or in front of there: its header and its body are cut. */
static void end_part(struct iw_mime_part *part, const char *place)
{
    const char *header = part->header.data, *body = part->body.data;
    if (header > place)
        header = place;
    if (body > place)
        body = place;
    part->header = between(header, body);
    part->body = between(body, place);
    part->boundary = iw_span(NULL, 0);
}

/* Ends the parts being read that are inside of outer (NULL: all) at that place. */
static enum iw_result end_parts(struct parse *parse, const struct iw_mime_part *outer,
                                const char *place)
{
    enum iw_result result = IW_OK;
    while (parse->in_header && result == IW_OK)
        result = begin_body(parse, place);
    while (result == IW_OK && parse->part != outer) {
        end_part(parse->part, place);
        if (parse->part->parent == NULL)
            break;
        parse->part = parse->part->parent;
    }
    return result;
}

/* ---- boundaries ---- */

/* line is "--" boundary or "--" boundary "--", and nothing else. */
static bool is_exactly(struct iw_span line, struct iw_span boundary)
{
    line = iw_mime_chomp(line);
    return line.length == boundary.length ||
           (line.length == boundary.length + 2 &&
            iw_span_equal(iw_span_part(line, boundary.length, line.length), IW_SPAN("--")));
}

/* The multipart whose delimiter this line is; NULL: none. What stands behind the boundary on its
 * line does not matter (RFC 2046 §5.1.1), so that one boundary may begin with another: the line
 * belongs to the innermost that it fits exactly, else to the longest. */
static struct iw_mime_part *find_multipart(const struct parse *parse, struct iw_span line)
{
    struct iw_mime_part *best = NULL;
    struct iw_mime_part *part = parse->in_header ? parse->part->parent : parse->part;
    if (!iw_span_starts(line, IW_SPAN("--")) || parse->message->parts >= IW_MIME_PARTS_MAX)
        return NULL;
    struct iw_span text = iw_span_part(line, 2, line.length);
    for (; part != NULL; part = part->parent) {
        if (part->boundary.length == 0 || !iw_span_starts(text, part->boundary))
            continue;
        if (best == NULL || part->boundary.length > best->boundary.length) {
            best = part;
            if (is_exactly(text, part->boundary))
                break;
        }
    }
    return best;
}

/* Where the part of the multipart in front of a delimiter line ends: delimiter = CRLF "--" boundary
 * takes the line end there, even the empty line that ends a header, if the part has no body. */
static const char *content_end(const struct parse *parse, const struct iw_mime_part *multipart,
                               const char *line)
{
    const struct iw_mime_part *part = parse->part;
    if (part == multipart)
        return line;
    while (part->parent != multipart)
        part = part->parent;
    return part->header.data + iw_mime_chomp(between(part->header.data, line)).length;
}

static enum iw_result read_delimiter(struct parse *parse, struct iw_mime_part *multipart,
                                     struct iw_span line)
{
    struct iw_span behind = iw_span_part(line, 2 + multipart->boundary.length, line.length);
    enum iw_result result = end_parts(parse, multipart, content_end(parse, multipart, line.data));
    if (result != IW_OK)
        return result;
    if (iw_span_starts(behind, IW_SPAN("--")))
        multipart->boundary = iw_span(NULL, 0);
    else if (line.data[line.length - 1] == '\n')
        result = begin_part(parse, multipart, line.data + line.length);
    return result;
}

/* ---- the message ---- */

static enum iw_result read_line(struct parse *parse, struct iw_span line)
{
    struct iw_mime_part *multipart = find_multipart(parse, line);
    if (multipart != NULL)
        return read_delimiter(parse, multipart, line);
    if (parse->in_header && iw_mime_chomp(line).length == 0)
        return begin_body(parse, line.data + line.length);
    return IW_OK;
}

/* No delimiter can come any more: the rest is the body. */
static bool is_settled(const struct parse *parse)
{
    const struct iw_mime_part *part = parse->part;
    while (part != NULL && part->boundary.length == 0)
        part = part->parent;
    return part == NULL && !parse->in_header;
}

enum iw_result iw_mime_parse(struct iw_arena *arena, struct iw_span octets,
                             struct iw_mime_message *message)
{
    *message = (struct iw_mime_message){0};
    struct parse parse = {arena, message, &message->root, true};
    enum iw_result result = IW_OK;
    if (octets.data == NULL)
        octets = IW_SPAN("");
    message->root.header = iw_span(octets.data, 0);
    for (size_t at = 0, length; at < octets.length && result == IW_OK; at += length) {
        if (is_settled(&parse))
            break;
        struct iw_span rest = iw_span_part(octets, at, octets.length);
        length = iw_mime_line(rest);
        result = read_line(&parse, iw_span_part(rest, 0, length));
    }
    return result == IW_OK ? end_parts(&parse, NULL, octets.data + octets.length) : result;
}

const struct iw_mime_part *iw_mime_next_part(const struct iw_mime_part *part)
{
    if (part->first != NULL)
        return part->first;
    while (part != NULL && part->next == NULL)
        part = part->parent;
    return part == NULL ? NULL : part->next;
}

/* ---- part numbers ---- */

/* Of a multipart the n-th part; anything else is its own and only part. */
static const struct iw_mime_part *nth_part(const struct iw_mime_part *part, uint32_t n)
{
    if (part->kind != IW_BODY_MULTIPART)
        return n == 1 ? part : NULL;
    for (part = part->first; part != NULL && n > 1; n--)
        part = part->next;
    return part;
}

/* What a further number counts in; NULL: nothing, the part has none. */
static const struct iw_mime_part *content_of(const struct iw_mime_part *part)
{
    if (part->kind == IW_BODY_MULTIPART)
        return part;
    return part->kind == IW_BODY_MESSAGE ? part->first : NULL;
}

const struct iw_mime_part *iw_mime_find_part(const struct iw_mime_message *message,
                                             const uint32_t *numbers, size_t count)
{
    const struct iw_mime_part *part = &message->root, *content = part;
    for (size_t i = 0; i < count; i++) {
        part = content == NULL ? NULL : nth_part(content, numbers[i]);
        if (part == NULL)
            return NULL;
        content = content_of(part);
    }
    return part;
}
