/* SPDX-License-Identifier: MIT */
#include "parser/body.h"

#include "parser/verbatim.h"
#include "parser/write.h"

static void write_space(struct iw_buf *out)
{
    iw_buf_add_char(out, ' ');
}

static enum iw_result over_limit(struct iw_reader *reader, const char *expected)
{
    return iw_fail(reader->error, IW_LIMIT, (size_t)(reader->at - reader->begin), expected);
}

/* "(" one level deeper */
static enum iw_result open_list(struct iw_reader *reader, const char *expected)
{
    enum iw_result result = iw_reader_enter(reader);
    return result == IW_OK ? iw_read_char(reader, '(', expected) : result;
}

/* With leniencies: moves over extra SP in front of that octet. */
static void skip_extra_space(struct iw_reader *reader, char token)
{
    if (iw_reader_relaxed(reader))
        iw_reader_extra_space(reader, token);
}

static enum iw_result close_list(struct iw_reader *reader, const char *expected)
{
    enum iw_result result = iw_read_char(reader, ')', expected);
    if (result == IW_OK)
        iw_reader_leave(reader);
    return result;
}

/* ---- fields ---- */

/* string SP string */
static enum iw_result parse_param(struct iw_reader *reader, struct iw_param *param)
{
    enum iw_result result = iw_read_string(reader, &param->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_string(reader, &param->value) : result;
}

/* body-fld-param = "(" string SP string *(SP string SP string) ")" / nil */
static enum iw_result parse_params(struct iw_reader *reader, struct iw_params *params)
{
    if (iw_reader_skip_word(reader, "NIL") || iw_reader_empty_list(reader))
        return IW_OK;
    enum iw_result result = open_list(reader, "parameters or NIL");
    if (result != IW_OK)
        return result;
    do {
        result = iw_reader_grow(reader, &params->members, params->count, sizeof *params->members);
        if (result == IW_OK)
            result = parse_param(reader, &params->members[params->count]);
        if (result != IW_OK)
            return result;
        params->count++;
    } while (iw_reader_another(reader));
    return close_list(reader, "SP and a parameter, or )");
}

static void write_params(struct iw_buf *out, const struct iw_params *params)
{
    if (params->count == 0) {
        iw_buf_add(out, IW_SPAN("NIL"));
        return;
    }
    for (size_t i = 0; i < params->count; i++) {
        iw_buf_add_char(out, i == 0 ? '(' : ' ');
        iw_write_string(out, params->members[i].name);
        write_space(out);
        iw_write_string(out, params->members[i].value);
    }
    iw_buf_add_char(out, ')');
}

/* body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
 * body-fld-id = nstring ; body-fld-desc = nstring ; body-fld-enc = string ;
 * body-fld-octets = number */
static enum iw_result parse_fields(struct iw_reader *reader, struct iw_body *body)
{
    uint64_t octets = 0;
    enum iw_result result = parse_params(reader, &body->params);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_nstring(reader, &body->id);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_nstring(reader, &body->description);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_string(reader, &body->encoding);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_number(reader, UINT32_MAX, &octets);
    body->octets = (uint32_t)octets;
    return result;
}

static void write_fields(struct iw_buf *out, const struct iw_body *body)
{
    write_params(out, &body->params);
    write_space(out);
    iw_write_nstring(out, body->id);
    write_space(out);
    iw_write_nstring(out, body->description);
    write_space(out);
    iw_write_string(out, body->encoding);
    write_space(out);
    iw_buf_add_number(out, body->octets);
}

/* SP body-fld-lines ; body-fld-lines = number64 */
static enum iw_result parse_lines(struct iw_reader *reader, struct iw_body *body)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_number(reader, INT64_MAX, &body->lines) : result;
}

/* True where a text's lines must stand and do not: at the end of the body, or before NIL, a string
 * or a list. */
static bool lacks_lines(struct iw_reader *reader)
{
    static const char begins[] = "\"(Nn{";
    bool ended = iw_reader_peek(reader, ')');
    bool other = reader->end - reader->at > 1 && reader->at[1] != '\0' &&
                 strchr(begins, reader->at[1]) != NULL;
    return iw_reader_relaxed(reader) && (ended || other) &&
           iw_reader_lenient(reader, IW_LENIENT_LINES_ABSENT);
}

static enum iw_result parse_text_lines(struct iw_reader *reader, struct iw_body *body)
{
    return lacks_lines(reader) ? IW_OK : parse_lines(reader, body);
}

/* SP number of a part that has no lines */
static enum iw_result skip_lines(struct iw_reader *reader)
{
    uint64_t lines;
    const char *at = reader->at;
    if (!iw_reader_relaxed(reader) || reader->end - at < 2 || at[0] != ' ' ||
        !iw_is(at[1], IW_CHAR_DIGIT) || !iw_reader_lenient(reader, IW_LENIENT_LINES_EXTRA))
        return IW_OK;
    reader->at++;
    return iw_read_number(reader, INT64_MAX, &lines);
}

static void write_lines(struct iw_buf *out, const struct iw_body *body)
{
    write_space(out);
    iw_buf_add_number(out, body->lines);
}

/* ---- extension fields ---- */

/* body-fld-dsp = "(" string SP body-fld-param ")" / nil */
static enum iw_result parse_disposition(struct iw_reader *reader, struct iw_body *body)
{
    if (iw_reader_skip_word(reader, "NIL") || iw_reader_empty_list(reader))
        return IW_OK;
    if (iw_reader_peek(reader, '"') && iw_reader_lenient(reader, IW_LENIENT_DISPOSITION_STRING))
        return iw_read_string(reader, &body->disposition);
    enum iw_result result = open_list(reader, "a disposition or NIL");
    if (result == IW_OK)
        result = iw_read_string(reader, &body->disposition);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_params(reader, &body->disposition_params);
    return result == IW_OK ? close_list(reader, ")") : result;
}

static void write_disposition(struct iw_buf *out, const struct iw_body *body)
{
    if (body->disposition.data == NULL) {
        iw_buf_add(out, IW_SPAN("NIL"));
        return;
    }
    iw_buf_add_char(out, '(');
    iw_write_string(out, body->disposition);
    write_space(out);
    write_params(out, &body->disposition_params);
    iw_buf_add_char(out, ')');
}

static enum iw_result parse_language(struct iw_reader *reader, struct iw_body *body)
{
    struct iw_span language;
    enum iw_result result = iw_read_string(reader, &language);
    if (result != IW_OK)
        return result;
    return iw_list_add(reader, &body->languages, &body->language_count, language);
}

/* body-fld-lang = nstring / "(" string *(SP string) ")" */
static enum iw_result parse_languages(struct iw_reader *reader, struct iw_body *body)
{
    if (iw_reader_skip_word(reader, "NIL") || iw_reader_empty_list(reader))
        return IW_OK;
    if (!iw_reader_peek(reader, '('))
        return parse_language(reader, body);
    enum iw_result result = open_list(reader, "(");
    if (result != IW_OK)
        return result;
    do {
        result = parse_language(reader, body);
        if (result != IW_OK)
            return result;
    } while (iw_reader_another(reader));
    return close_list(reader, "SP and a language, or )");
}

/* The same; or a disposition, whose own place has NIL: a list whose second member is parameters. */
static enum iw_result parse_odd_languages(struct iw_reader *reader, struct iw_body *body)
{
    struct iw_trial trial;
    if (body->disposition.data == NULL && iw_reader_peek(reader, '(')) {
        iw_trial_begin(&trial, reader);
        enum iw_result result = iw_reader_lenient(reader, IW_LENIENT_DISPOSITION_LATE)
                                    ? parse_disposition(reader, body)
                                    : iw_reader_fail(reader, "a language");
        if (!iw_trial_refused(&trial, reader, result))
            return result;
        body->disposition = iw_span(NULL, 0);
        body->disposition_params = (struct iw_params){0};
    }
    return parse_languages(reader, body);
}

static enum iw_result parse_third(struct iw_reader *reader, struct iw_body *body)
{
    return !iw_reader_relaxed(reader) ? parse_languages(reader, body)
                                      : parse_odd_languages(reader, body);
}

static void write_languages(struct iw_buf *out, const struct iw_body *body)
{
    if (body->language_count == 0)
        iw_buf_add(out, IW_SPAN("NIL"));
    for (size_t i = 0; i < body->language_count; i++) {
        if (body->language_count > 1)
            iw_buf_add_char(out, i == 0 ? '(' : ' ');
        iw_write_string(out, body->languages[i]);
    }
    if (body->language_count > 1)
        iw_buf_add_char(out, ')');
}

/* nstring / number / number64, or "(" */
static enum iw_result begin_extension(struct iw_reader *reader)
{
    struct iw_span string;
    uint64_t number;
    if (iw_reader_empty_list(reader))
        return IW_OK;
    if (iw_reader_peek(reader, '('))
        return open_list(reader, "(");
    if (reader->at < reader->end && iw_is(*reader->at, IW_CHAR_DIGIT))
        return iw_read_number(reader, INT64_MAX, &number);
    return iw_read_nstring(reader, &string);
}

/* body-extension = nstring / number / number64 / "(" body-extension *(SP body-extension) ")"
 * without recursion: the reader counts the depth. */
static enum iw_result skip_extension(struct iw_reader *reader)
{
    unsigned outside = reader->depth;
    for (;;) {
        unsigned depth = reader->depth;
        enum iw_result result = begin_extension(reader);
        if (result != IW_OK)
            return result;
        if (reader->depth > depth)
            continue;
        while (reader->depth > outside && iw_reader_skip(reader, ')'))
            iw_reader_leave(reader);
        if (reader->depth == outside)
            return IW_OK;
        result = iw_read_char(reader, ' ', "SP or )");
        if (result != IW_OK)
            return result;
    }
}

/* *(SP body-extension) */
static enum iw_result parse_more(struct iw_reader *reader, struct iw_body *body)
{
    const char *begin = reader->at;
    while (iw_reader_skip(reader, ' ')) {
        enum iw_result result = skip_extension(reader);
        if (result != IW_OK)
            return result;
    }
    if (reader->at > begin)
        body->more = iw_between(begin, reader->at);
    return IW_OK;
}

/* body-fld-md5 = nstring ; a multipart has body-fld-param instead */
static enum iw_result parse_first(struct iw_reader *reader, struct iw_body *body)
{
    if (body->kind == IW_BODY_MULTIPART)
        return parse_params(reader, &body->params);
    return iw_read_nstring(reader, &body->md5);
}

static void write_first(struct iw_buf *out, const struct iw_body *body)
{
    if (body->kind == IW_BODY_MULTIPART)
        write_params(out, &body->params);
    else
        iw_write_nstring(out, body->md5);
}

/* body-fld-loc = nstring */
static enum iw_result parse_location(struct iw_reader *reader, struct iw_body *body)
{
    return iw_read_nstring(reader, &body->location);
}

static void write_location(struct iw_buf *out, const struct iw_body *body)
{
    iw_write_nstring(out, body->location);
}

static const struct {
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_body *body);
    void (*write)(struct iw_buf *out, const struct iw_body *body);
} extension_fields[] = {
    {parse_first, write_first},
    {parse_disposition, write_disposition},
    {parse_third, write_languages},
    {parse_location, write_location},
};

enum { EXTENSION_FIELDS = sizeof extension_fields / sizeof *extension_fields };

/* The extension field whose SP stands at the cursor. */
static enum iw_result parse_extension(struct iw_reader *reader, struct iw_body *body)
{
    reader->at++;
    return extension_fields[body->extensions].parse(reader, body);
}

/* The same; or, kept, all that is left as it stands. */
static enum iw_result parse_odd_extension(struct iw_reader *reader, struct iw_body *body,
                                          bool *kept)
{
    struct iw_trial trial;
    struct iw_body before = *body;
    iw_trial_begin(&trial, reader);
    enum iw_result result = parse_extension(reader, body);
    if (!iw_trial_refused(&trial, reader, result))
        return result;
    *kept = iw_reader_lenient(reader, IW_LENIENT_EXTENSION_UNPARSED);
    if (!*kept)
        return iw_fail(reader->error, IW_SYNTAX, trial.problem.offset, trial.problem.expected);
    *body = before;
    return parse_more(reader, body);
}

/* body-ext-1part = body-fld-md5 [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc
 *                  *(SP body-extension)]]]
 * body-ext-mpart = body-fld-param [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc
 *                  *(SP body-extension)]]] ; with the SP in front of all */
static enum iw_result parse_extensions(struct iw_reader *reader, bool extensible,
                                       struct iw_body *body)
{
    if (!extensible)
        return IW_OK;
    while (body->extensions < EXTENSION_FIELDS && iw_reader_peek(reader, ' ')) {
        bool kept = false;
        enum iw_result result = !iw_reader_relaxed(reader)
                                    ? parse_extension(reader, body)
                                    : parse_odd_extension(reader, body, &kept);
        if (result != IW_OK || kept)
            return result;
        body->extensions++;
    }
    return body->extensions == EXTENSION_FIELDS ? parse_more(reader, body) : IW_OK;
}

static void write_extensions(struct iw_buf *out, const struct iw_body *body)
{
    for (unsigned i = 0; i < body->extensions; i++) {
        write_space(out);
        extension_fields[i].write(out, body);
    }
    iw_buf_add(out, body->more);
}

/* ---- one part ---- */

static enum iw_result add_part(struct iw_reader *reader, bool extensible, struct iw_body **part)
{
    *part = iw_arena_get(reader->arena, sizeof **part);
    if (*part == NULL)
        return iw_reader_no_room(reader, sizeof **part);
    return iw_parse_body(reader, extensible, *part);
}

/* SP envelope SP body SP body-fld-lines */
static enum iw_result parse_message(struct iw_reader *reader, bool extensible, struct iw_body *body)
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    body->envelope = iw_arena_get(reader->arena, sizeof *body->envelope);
    if (body->envelope == NULL)
        return iw_reader_no_room(reader, sizeof *body->envelope);
    result = iw_parse_envelope(reader, body->envelope);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = add_part(reader, extensible, &body->part);
    return result == IW_OK ? parse_lines(reader, body) : result;
}

/* The same; or all that is left as it stands: then the part is one of which nothing more is known.
 */
static enum iw_result parse_odd_message(struct iw_reader *reader, bool extensible,
                                        struct iw_body *body)
{
    struct iw_trial trial;
    iw_trial_begin(&trial, reader);
    enum iw_result result = parse_message(reader, extensible, body);
    if (!iw_trial_refused(&trial, reader, result))
        return result;
    if (!iw_reader_lenient(reader, IW_LENIENT_MESSAGE_UNPARSED))
        return iw_fail(reader->error, IW_SYNTAX, trial.problem.offset, trial.problem.expected);
    body->kind = IW_BODY_BASIC;
    body->envelope = NULL;
    body->part = NULL;
    return parse_more(reader, body);
}

static enum iw_body_kind kind_of(struct iw_span type, struct iw_span subtype)
{
    if (iw_is_word(type, IW_SPAN("TEXT")))
        return IW_BODY_TEXT;
    bool message =
        iw_is_word(type, IW_SPAN("MESSAGE")) &&
        (iw_is_word(subtype, IW_SPAN("RFC822")) || iw_is_word(subtype, IW_SPAN("GLOBAL")));
    return message ? IW_BODY_MESSAGE : IW_BODY_BASIC;
}

/* What stands behind body-fields, as the kind of the part has it. */
static enum iw_result parse_rest(struct iw_reader *reader, bool extensible, struct iw_body *body)
{
    if (body->kind == IW_BODY_TEXT)
        return parse_text_lines(reader, body);
    if (body->kind == IW_BODY_BASIC)
        return skip_lines(reader);
    return !iw_reader_relaxed(reader) ? parse_message(reader, extensible, body)
                                      : parse_odd_message(reader, extensible, body);
}

/* A part of which nothing is known but its type and subtype. */
static bool is_short(struct iw_reader *reader, struct iw_body *body)
{
    if (!iw_reader_relaxed(reader) || !iw_reader_peek(reader, ')') ||
        !iw_reader_lenient(reader, IW_LENIENT_BODY_SHORT))
        return false;
    body->encoding = IW_SPAN("7BIT");
    body->kind = body->kind == IW_BODY_MESSAGE ? IW_BODY_BASIC : body->kind;
    return true;
}

/* body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
 * body-type-basic = media-basic SP body-fields
 * body-type-msg   = media-message SP body-fields SP envelope SP body SP body-fld-lines
 * body-type-text  = media-text SP body-fields SP body-fld-lines ; all behind the type */
static enum iw_result parse_behind_type(struct iw_reader *reader, bool extensible,
                                        struct iw_body *body)
{
    body->kind = kind_of(body->type, body->subtype);
    if (is_short(reader, body))
        return IW_OK;
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_fields(reader, body);
    if (result == IW_OK)
        result = parse_rest(reader, extensible, body);
    return result == IW_OK ? parse_extensions(reader, extensible, body) : result;
}

static enum iw_result parse_one_part(struct iw_reader *reader, bool extensible,
                                     struct iw_body *body)
{
    enum iw_result result = iw_read_string(reader, &body->type);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_string(reader, &body->subtype);
    return result == IW_OK ? parse_behind_type(reader, extensible, body) : result;
}

static void write_one_part(struct iw_buf *out, const struct iw_body *body)
{
    iw_write_string(out, body->type);
    write_space(out);
    iw_write_string(out, body->subtype);
    write_space(out);
    write_fields(out, body);
    if (body->kind == IW_BODY_MESSAGE) {
        write_space(out);
        iw_write_envelope(out, body->envelope);
        write_space(out);
        iw_write_body(out, body->part);
    }
    if (body->kind == IW_BODY_MESSAGE || body->kind == IW_BODY_TEXT)
        write_lines(out, body);
}

/* ---- many parts ---- */

/* body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart] */
static enum iw_result parse_multipart(struct iw_reader *reader, bool extensible,
                                      struct iw_body *body)
{
    enum iw_result result;
    struct iw_body **end = &body->part;
    body->kind = IW_BODY_MULTIPART;
    for (size_t count = 0; iw_reader_peek(reader, '('); count++) {
        if (count >= reader->limits->items)
            return over_limit(reader, "fewer parts");
        result = add_part(reader, extensible, end);
        if (result != IW_OK)
            return result;
        end = &(*end)->next;
        skip_extra_space(reader, '(');
    }
    result = iw_read_char(reader, ' ', "a part, or SP and a subtype");
    if (result == IW_OK)
        result = iw_read_string(reader, &body->subtype);
    return result == IW_OK ? parse_extensions(reader, extensible, body) : result;
}

static void write_multipart(struct iw_buf *out, const struct iw_body *body)
{
    for (const struct iw_body *part = body->part; part != NULL; part = part->next)
        iw_write_body(out, part);
    write_space(out);
    iw_write_string(out, body->subtype);
}

/* ---- parts that only leniencies let in ---- */

/* A part with a type and no subtype. */
static enum iw_result parse_no_subtype(struct iw_reader *reader, bool extensible,
                                       struct iw_body *body)
{
    enum iw_result result = iw_reader_lenient(reader, IW_LENIENT_SUBTYPE_ABSENT)
                                ? iw_read_string(reader, &body->type)
                                : iw_reader_fail(reader, "a part");
    body->subtype = IW_SPAN("");
    return result == IW_OK ? parse_behind_type(reader, extensible, body) : result;
}

/* [nil SP] media-subtype [SP body-ext-mpart] */
static enum iw_result parse_no_parts(struct iw_reader *reader, bool extensible,
                                     struct iw_body *body)
{
    enum iw_result result = iw_reader_lenient(reader, IW_LENIENT_MULTIPART_EMPTY)
                                ? IW_OK
                                : iw_reader_fail(reader, "a part");
    body->kind = IW_BODY_MULTIPART;
    if (result == IW_OK && iw_reader_skip_word(reader, "NIL"))
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_string(reader, &body->subtype);
    return result == IW_OK ? parse_extensions(reader, extensible, body) : result;
}

/* The first of these readings that goes up to the closing parenthesis. */
static enum iw_result parse_odd_part(struct iw_reader *reader, bool extensible,
                                     struct iw_body *body)
{
    static enum iw_result (*const readings[])(struct iw_reader *, bool, struct iw_body *) = {
        parse_one_part, parse_no_subtype, parse_no_parts};
    struct iw_error problem = {0};
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct iw_trial trial;
        *body = (struct iw_body){0};
        iw_trial_begin(&trial, reader);
        enum iw_result result = readings[i](reader, extensible, body);
        skip_extra_space(reader, ')');
        if (result == IW_OK && !iw_reader_peek(reader, ')'))
            result = iw_reader_fail(reader, ")");
        if (!iw_trial_refused(&trial, reader, result))
            return result;
        iw_fail(&problem, IW_SYNTAX, trial.problem.offset, trial.problem.expected);
    }
    return iw_fail(reader->error, IW_SYNTAX, problem.offset, problem.expected);
}

/* body = "(" (body-type-1part / body-type-mpart) ")" */
enum iw_result iw_parse_body(struct iw_reader *reader, bool extensible, struct iw_body *body)
{
    *body = (struct iw_body){0};
    if (reader->depth >= IW_BODY_DEPTH_MAX)
        return over_limit(reader, "fewer nested parts");
    enum iw_result result = open_list(reader, "( and a body");
    if (result != IW_OK)
        return result;
    skip_extra_space(reader, '(');
    result = iw_reader_peek(reader, '(')  ? parse_multipart(reader, extensible, body)
             : !iw_reader_relaxed(reader) ? parse_one_part(reader, extensible, body)
                                          : parse_odd_part(reader, extensible, body);
    return result == IW_OK ? close_list(reader, extensible ? "SP and an extension, or )" : ")")
                           : result;
}

void iw_write_body(struct iw_buf *out, const struct iw_body *body)
{
    iw_buf_add_char(out, '(');
    if (body->kind == IW_BODY_MULTIPART)
        write_multipart(out, body);
    else
        write_one_part(out, body);
    write_extensions(out, body);
    iw_buf_add_char(out, ')');
}
