/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_type.h"

#include "mockserver/engine/mime_charset.h"
#include "mockserver/engine/mime_lex.h"

#include <string.h>

/* A parameter as it stands: name*section*=value, where section is absent, or the "*" behind it. */
struct param {
    struct iw_span written; /* the whole name */
    struct iw_span name;    /* in front of the first "*" */
    struct iw_span value;
    uint64_t section;
    bool in_sections;
    bool extended;
};

/* Of a field: the parameters that stand alone, and those in sections. */
struct params {
    struct param *members;
    size_t count;
};

/* attribute ["*" section] ["*"] (RFC 2231 §7); a name of any other form is taken as it is. */
static void split_name(struct param *param)
{
    struct iw_span whole = param->written;
    param->name = whole;
    const char *star = whole.length == 0 ? NULL : memchr(whole.data, '*', whole.length);
    if (star == NULL)
        return;
    size_t name = (size_t)(star - whole.data), begin = name + 1;
    size_t end = whole.length;
    bool extended = end > begin && whole.data[end - 1] == '*';
    if (!iw_span_number(iw_span_part(whole, begin, end - extended), IW_MIME_PARAMS_MAX,
                        &param->section))
        return;
    param->name = iw_span_part(whole, 0, name);
    param->in_sections = true;
    param->extended = extended;
}

/* What begins with "=" is no token, but a value that someone forgot to quote: =_boundary. */
static void read_unquoted(struct iw_mime_lexer *lexer)
{
    if (!iw_mime_at(lexer, '=')) {
        iw_mime_read_token(lexer);
        return;
    }
    while (!iw_mime_at_end(lexer) && *lexer->at != ';' && (unsigned char)*lexer->at > ' ')
        iw_mime_put(lexer, *lexer->at++);
}

/* ";" attribute "=" value; value = token / quoted-string */
static bool read_param(struct iw_mime_lexer *lexer, struct param *param)
{
    *param = (struct param){0};
    if (!iw_mime_skip(lexer, ';') || !iw_mime_skip_cfws(lexer))
        return false;
    const char *begin = lexer->out;
    if (!iw_mime_read_token(lexer) || !iw_mime_skip_cfws(lexer))
        return false;
    param->written = iw_mime_since(lexer, begin);
    if (!iw_mime_skip(lexer, '=') || !iw_mime_skip_cfws(lexer))
        return false;
    begin = lexer->out;
    bool ends = true;
    if (iw_mime_at(lexer, '"'))
        ends = iw_mime_read_quoted(lexer);
    else
        read_unquoted(lexer);
    param->value = iw_mime_since(lexer, begin);
    split_name(param);
    return ends && iw_mime_skip_cfws(lexer);
}

/* As many as there are ";" at most. */
static enum iw_result read_params(struct iw_mime_lexer *lexer, struct iw_arena *arena,
                                  struct params *params)
{
    size_t most = 0;
    for (const char *c = lexer->at; c < lexer->end && most < IW_MIME_PARAMS_MAX; c++)
        most += *c == ';';
    params->count = 0;
    params->members = iw_arena_array(arena, most, sizeof *params->members);
    if (params->members == NULL)
        return IW_NO_MEMORY;
    while (!iw_mime_at_end(lexer) && params->count < most) {
        const char *begin = lexer->at;
        if (read_param(lexer, &params->members[params->count]))
            params->count++;
        else if (lexer->at == begin)
            lexer->at++;
    }
    return IW_OK;
}

/* Section number of the parameter named, first to come; NULL: there is none. */
static const struct param *find_section(const struct params *params, struct iw_span name,
                                        uint64_t section)
{
    for (size_t i = 0; i < params->count; i++) {
        const struct param *param = &params->members[i];
        if (param->in_sections && param->section == section &&
            iw_span_equal_nocase(param->name, name))
            return param;
    }
    return NULL;
}

/* The sections from 0 on as one value, in the arena. False: no room. */
static bool join_sections(const struct params *params, struct iw_arena *arena,
                          const struct param *first, struct iw_param *joined)
{
    size_t length = 0;
    uint64_t section = 0;
    for (const struct param *p = first; p != NULL; p = find_section(params, p->name, ++section))
        length += p->value.length;
    char *name = iw_arena_get(arena, first->name.length + 1);
    char *value = iw_arena_get(arena, length);
    if (name == NULL || value == NULL)
        return false;
    memcpy(name, first->name.data, first->name.length);
    name[first->name.length] = '*';
    joined->name = iw_span(name, first->name.length + first->extended);
    joined->value = iw_span(value, length);
    section = 0;
    for (const struct param *p = first; p != NULL; p = find_section(params, p->name, ++section)) {
        if (p->value.length > 0)
            memcpy(value, p->value.data, p->value.length);
        value += p->value.length;
    }
    return true;
}

/* Those that stand alone in their order, also sections of what has no first one; behind them those
 * in sections, unless one of that name stands alone. */
static enum iw_result parse_params(struct iw_mime_lexer *lexer, struct iw_arena *arena,
                                   struct iw_params *params)
{
    struct params all;
    *params = (struct iw_params){0};
    enum iw_result result = read_params(lexer, arena, &all);
    if (result != IW_OK || all.count == 0)
        return result;
    params->members = iw_arena_array(arena, all.count, sizeof *params->members);
    if (params->members == NULL)
        return IW_NO_MEMORY;
    for (size_t i = 0; i < all.count; i++) {
        const struct param *param = &all.members[i];
        if (!param->in_sections || find_section(&all, param->name, 0) == NULL)
            params->members[params->count++] = (struct iw_param){param->written, param->value};
    }
    for (size_t i = 0; i < all.count; i++) {
        const struct param *first = &all.members[i];
        if (!first->in_sections || find_section(&all, first->name, 0) != first ||
            iw_mime_param(params, first->name).data != NULL)
            continue;
        if (!join_sections(&all, arena, first, &params->members[params->count]))
            return IW_NO_MEMORY;
        params->count++;
    }
    return IW_OK;
}

/* type "/" subtype, up to ";" or the end */
static bool read_type(struct iw_mime_lexer *lexer, struct iw_mime_type *type)
{
    const char *begin = lexer->out;
    if (!iw_mime_skip_cfws(lexer) || !iw_mime_read_token(lexer) || !iw_mime_skip_cfws(lexer))
        return false;
    type->type = iw_mime_since(lexer, begin);
    if (!iw_mime_skip(lexer, '/') || !iw_mime_skip_cfws(lexer))
        return false;
    begin = lexer->out;
    if (!iw_mime_read_token(lexer) || !iw_mime_skip_cfws(lexer))
        return false;
    type->subtype = iw_mime_since(lexer, begin);
    return iw_mime_at_end(lexer) || iw_mime_at(lexer, ';');
}

/* content = type "/" subtype *(";" parameter) (RFC 2045 §5.1) */
enum iw_result iw_mime_parse_type(struct iw_arena *arena, struct iw_span value,
                                  struct iw_mime_type *type)
{
    struct iw_mime_lexer lexer;
    *type = (struct iw_mime_type){0};
    if (!iw_mime_lex(&lexer, arena, value))
        return IW_NO_MEMORY;
    if (read_type(&lexer, type))
        return parse_params(&lexer, arena, &type->params);
    *type = (struct iw_mime_type){.type = IW_SPAN("text"), .subtype = IW_SPAN("plain")};
    return IW_OK;
}

/* disposition = disposition-type *(";" disposition-parm) (RFC 2183 §2) */
enum iw_result iw_mime_parse_disposition(struct iw_arena *arena, struct iw_span value,
                                         struct iw_span *word, struct iw_params *params)
{
    struct iw_mime_lexer lexer;
    *word = iw_span(NULL, 0);
    *params = (struct iw_params){0};
    if (!iw_mime_lex(&lexer, arena, value))
        return IW_NO_MEMORY;
    const char *begin = lexer.out;
    if (!iw_mime_skip_cfws(&lexer) || !iw_mime_read_token(&lexer))
        return IW_OK;
    *word = iw_mime_since(&lexer, begin);
    iw_mime_skip_cfws(&lexer);
    return parse_params(&lexer, arena, params);
}

struct iw_span iw_mime_param(const struct iw_params *params, struct iw_span name)
{
    for (size_t i = 0; i < params->count; i++)
        if (iw_span_equal_nocase(params->members[i].name, name))
            return params->members[i].value;
    return iw_span(NULL, 0);
}

/* extended-initial-value = [charset] "'" [language] "'" extended-other-values (RFC 2231 §7) */
static bool split_value(struct iw_span value, struct iw_span *charset, struct iw_span *text)
{
    const char *end = value.data + value.length;
    const char *first = value.length == 0 ? NULL : memchr(value.data, '\'', value.length);
    const char *second = first == NULL ? NULL : memchr(first + 1, '\'', (size_t)(end - first - 1));
    if (second == NULL)
        return false;
    *charset = iw_span(value.data, (size_t)(first - value.data));
    *text = iw_span(second + 1, (size_t)(end - second - 1));
    return iw_mime_charset_is_known(*charset);
}

/* A NUL, which no string can hold, leaves the value as it is. False: no room. */
static bool decode_value(struct iw_arena *arena, struct iw_span *value)
{
    struct iw_span charset, encoded;
    struct iw_mime_text text;
    struct iw_buf decoded;
    char piece[IW_MIME_PIECE];
    size_t length;
    if (!split_value(*value, &charset, &encoded))
        return true;
    iw_buf_init(&decoded, NULL, IW_MIME_TEXT_ROOM * (encoded.length + 1));
    iw_mime_text(&text, charset, IW_MIME_PERCENT, encoded);
    while ((length = iw_mime_text_next(&text, piece, sizeof piece)) > 0)
        iw_buf_add(&decoded, iw_span(piece, length));
    iw_mime_text_release(&text);
    const struct iw_span octets = iw_buf_span(&decoded);
    bool room = !decoded.failed;
    if (room && (octets.length == 0 || memchr(octets.data, '\0', octets.length) == NULL)) {
        *value = iw_arena_copy(arena, octets);
        room = value->data != NULL;
    }
    iw_buf_release(&decoded);
    return room;
}

enum iw_result iw_mime_decode_params(struct iw_arena *arena, struct iw_params *params)
{
    struct iw_param *members = iw_arena_array(arena, params->count, sizeof *members);
    if (members == NULL)
        return IW_NO_MEMORY;
    for (size_t i = 0; i < params->count; i++) {
        struct iw_span name = params->members[i].name;
        members[i] = params->members[i];
        if (name.length > 0 && name.data[name.length - 1] == '*' &&
            !decode_value(arena, &members[i].value))
            return IW_NO_MEMORY;
    }
    params->members = members;
    return IW_OK;
}

bool iw_mime_type_is(const struct iw_mime_type *type, struct iw_span main, struct iw_span sub)
{
    return iw_span_equal_nocase(type->type, main) && iw_span_equal_nocase(type->subtype, sub);
}
