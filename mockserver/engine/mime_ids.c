/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_ids.h"

#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_lex.h"

/* msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]; words, dots and domain literals in the form
 * they have without quotes and blanks. False: it is none. */
static bool read_id(struct iw_mime_lexer *lexer, struct iw_span *id)
{
    const char *begin = lexer->out;
    bool has_at = false;
    while (iw_mime_skip_cfws(lexer) && !iw_mime_at_end(lexer)) {
        if (iw_mime_skip(lexer, '>')) {
            *id = iw_mime_since(lexer, begin);
            return has_at && id->length > 1;
        }
        if (iw_mime_at(lexer, '<'))
            return false;
        if (iw_mime_at(lexer, '"')) {
            if (!iw_mime_read_quoted(lexer))
                return false;
        } else {
            has_at |= *lexer->at == '@';
            iw_mime_put(lexer, *lexer->at++);
        }
    }
    return false;
}

/* All in a field's value; what is no ID is passed over. */
static enum iw_result parse_ids(struct iw_arena *arena, struct iw_span value,
                                struct iw_mime_ids *ids)
{
    struct iw_mime_lexer lexer;
    size_t most = 0;
    *ids = (struct iw_mime_ids){0};
    for (size_t i = 0; i < value.length; i++)
        most += value.data[i] == '<';
    if (most == 0)
        return IW_OK;
    ids->members = iw_arena_array(arena, most, sizeof *ids->members);
    if (ids->members == NULL || !iw_mime_lex(&lexer, arena, value))
        return IW_NO_MEMORY;
    while (iw_mime_skip_cfws(&lexer) && !iw_mime_at_end(&lexer)) {
        if (iw_mime_skip(&lexer, '<'))
            ids->count += read_id(&lexer, &ids->members[ids->count]);
        else
            lexer.at++;
    }
    return IW_OK;
}

/* Of the first field of that name. */
static enum iw_result ids_of(struct iw_arena *arena, struct iw_span header, struct iw_span name,
                             struct iw_mime_ids *ids)
{
    struct iw_mime_field field;
    *ids = (struct iw_mime_ids){0};
    if (!iw_mime_find_field(header, name, &field))
        return IW_OK;
    return parse_ids(arena, field.value, ids);
}

enum iw_result iw_mime_message_id(struct iw_arena *arena, struct iw_span header, struct iw_span *id)
{
    struct iw_mime_ids ids;
    enum iw_result result = ids_of(arena, header, IW_SPAN("Message-ID"), &ids);
    *id = ids.count > 0 ? ids.members[0] : iw_span(NULL, 0);
    return result;
}

enum iw_result iw_mime_references(struct iw_arena *arena, struct iw_span header,
                                  struct iw_mime_ids *ids)
{
    enum iw_result result = ids_of(arena, header, IW_SPAN("References"), ids);
    if (result != IW_OK || ids->count > 0)
        return result;
    result = ids_of(arena, header, IW_SPAN("In-Reply-To"), ids);
    if (ids->count > 1)
        ids->count = 1;
    return result;
}
