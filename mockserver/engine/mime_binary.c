/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_binary.h"

#include "mockserver/engine/mime_decode.h"
#include "mockserver/engine/mime_section.h"

/* What the section holds and how it is encoded; absent: there is no such part. */
struct content {
    struct iw_span text;
    enum iw_mime_encoding encoding;
};

static const struct iw_mime_part *find(const struct iw_mime_message *message,
                                       const struct iw_section *section)
{
    return iw_mime_find_part(message, section->parts, section->part_count);
}

static bool has_parts(const struct iw_mime_part *part)
{
    return part->kind == IW_BODY_MULTIPART || part->kind == IW_BODY_MESSAGE;
}

bool iw_mime_is_leaf(const struct iw_mime_message *message, const struct iw_section *section)
{
    const struct iw_mime_part *part = find(message, section);
    return section->part_count > 0 && part != NULL && !has_parts(part);
}

static struct content content_of(const struct iw_mime_message *message,
                                 const struct iw_section *section)
{
    const struct iw_mime_part *part = find(message, section);
    if (part == NULL)
        return (struct content){{NULL, 0}, IW_MIME_IDENTITY};
    if (section->part_count == 0)
        return (struct content){iw_mime_whole(part), IW_MIME_IDENTITY};
    if (has_parts(part))
        return (struct content){part->body, IW_MIME_IDENTITY};
    return (struct content){part->body, iw_mime_encoding_of(part->encoding)};
}

enum iw_result iw_mime_binary(struct iw_arena *arena, const struct iw_mime_message *message,
                              const struct iw_section *section, struct iw_span *octets)
{
    struct content content = content_of(message, section);
    *octets = content.text;
    if (content.encoding == IW_MIME_UNKNOWN)
        return IW_SYNTAX;
    if (content.encoding == IW_MIME_IDENTITY)
        return IW_OK;
    struct iw_mime_decoder decoder;
    char *out = iw_arena_get(arena, content.text.length);
    if (out == NULL)
        return IW_NO_MEMORY;
    iw_mime_decode(&decoder, content.encoding, content.text);
    *octets = iw_span(out, iw_mime_decode_next(&decoder, out, content.text.length));
    return IW_OK;
}

enum iw_result iw_mime_binary_size(const struct iw_mime_message *message,
                                   const struct iw_section *section, uint64_t *size)
{
    struct content content = content_of(message, section);
    *size = 0;
    if (content.encoding == IW_MIME_UNKNOWN)
        return IW_SYNTAX;
    *size = content.encoding == IW_MIME_IDENTITY
                ? content.text.length
                : iw_mime_decoded_size(content.encoding, content.text);
    return IW_OK;
}
