/* SPDX-License-Identifier: MIT */
#include "parser/convert.h"

#include "parser/member.h"
#include "parser/same.h"
#include "parser/write.h"

#include <assert.h>

/* ---- media types ---- */

/* reg-name = 1*127reg-name-chars (RFC 4288 §4.2) */
static bool is_type_octet(char c)
{
    return iw_is(c, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || (c != '\0' && strchr("!#$&.+-^_", c) != NULL);
}

static bool is_type_name(struct iw_span name)
{
    enum { NAME_OCTETS = 127 };
    for (size_t i = 0; i < name.length; i++)
        if (!is_type_octet(name.data[i]))
            return false;
    return name.length > 0 && name.length <= NAME_OCTETS;
}

/* concrete-mime-type = type-name "/" subtype-name
 * mime-type-req = "*" / (type-name "/" "*") / concrete-mime-type */
static bool is_media_type(struct iw_span type, bool requested)
{
    const char *slash = type.length > 0 ? memchr(type.data, '/', type.length) : NULL;
    if (slash == NULL)
        return requested && iw_span_equal(type, IW_SPAN("*"));
    struct iw_span subtype = iw_between(slash + 1, type.data + type.length);
    return is_type_name(iw_between(type.data, slash)) &&
           (is_type_name(subtype) || (requested && iw_span_equal(subtype, IW_SPAN("*"))));
}

static enum iw_result check_media_type(struct iw_reader *reader, const char *begin,
                                       struct iw_span type, bool requested)
{
    if (is_media_type(type, requested))
        return IW_OK;
    reader->at = begin;
    return iw_reader_fail(reader, "a media type");
}

/* quoted-to-mime-type = DQUOTE to-mime-type DQUOTE */
static enum iw_result read_quoted_type(struct iw_reader *reader, struct iw_span *type)
{
    const char *begin = reader->at;
    enum iw_result result = iw_read_quoted(reader, type);
    return result == IW_OK ? check_media_type(reader, begin, *type, false) : result;
}

static enum iw_result read_type_or_nil(struct iw_reader *reader, struct iw_span *type)
{
    bool nil = iw_reader_skip_word(reader, "NIL");
    return nil ? IW_OK : read_quoted_type(reader, type);
}

static void write_type_or_nil(struct iw_buf *out, struct iw_span type)
{
    if (type.data == NULL)
        iw_buf_add(out, IW_SPAN("NIL"));
    else
        iw_write_quoted(out, type);
}

/* ---- parameters ---- */

/* transcoding-param-name [SP transcoding-param-value] ; both astrings */
static enum iw_result parse_param(struct iw_reader *reader, bool valued, struct iw_params *params)
{
    enum iw_result result =
        iw_reader_grow(reader, &params->members, params->count, sizeof *params->members);
    if (result != IW_OK)
        return result;
    struct iw_param *param = &params->members[params->count++];
    *param = (struct iw_param){0};
    result = iw_read_astring(reader, &param->name);
    return result == IW_OK && valued ? iw_read_space_astring(reader, &param->value) : result;
}

/* "(" transcoding-params ")" / "(" transcoding-param-names ")" */
static enum iw_result parse_params(struct iw_reader *reader, bool valued, struct iw_params *params)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = parse_param(reader, valued, params);
    while (result == IW_OK && iw_reader_another(reader))
        result = parse_param(reader, valued, params);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and a parameter, or )") : result;
}

/* SP "(", if that comes next */
static bool skip_to_list(struct iw_reader *reader)
{
    bool there = iw_reader_more(reader) && reader->at[1] == '(';
    reader->at += there;
    return there;
}

/* [SP "(" … ")"] */
static void write_params(struct iw_buf *out, const struct iw_params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        iw_buf_add_string(out, i == 0 ? " (" : " ");
        iw_write_astring(out, params->members[i].name);
        if (params->members[i].value.data == NULL)
            continue;
        iw_buf_add_char(out, ' ');
        iw_write_astring(out, params->members[i].value);
    }
    if (params->count > 0)
        iw_buf_add_char(out, ')');
}

/* ---- CONVERSIONS and CONVERSION ---- */

static enum iw_result read_requested_type(struct iw_reader *reader, struct iw_span *type)
{
    enum iw_result result = iw_read_space(reader);
    const char *begin = reader->at;
    if (result == IW_OK)
        result = iw_read_astring(reader, type);
    return result == IW_OK ? check_media_type(reader, begin, *type, true) : result;
}

/* conversions-cmd = "CONVERSIONS" SP from-mime-type-req SP to-mime-type-req ; both astrings */
enum iw_result iw_parse_conversions_request(struct iw_reader *reader,
                                            struct iw_conversion *conversion)
{
    *conversion = (struct iw_conversion){0};
    enum iw_result result = read_requested_type(reader, &conversion->from);
    return result == IW_OK ? read_requested_type(reader, &conversion->to) : result;
}

void iw_write_conversions_request(struct iw_buf *out, const struct iw_conversion *conversion)
{
    iw_buf_add_char(out, ' ');
    iw_write_string(out, conversion->from);
    iw_buf_add_char(out, ' ');
    iw_write_string(out, conversion->to);
}

/* conversion-data = "CONVERSION" SP quoted-from-mime-type SP quoted-to-mime-type
 *                   [SP "(" transcoding-param-name *(SP transcoding-param-name) ")"] */
enum iw_result iw_parse_conversion(struct iw_reader *reader, struct iw_conversion *conversion)
{
    *conversion = (struct iw_conversion){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = read_quoted_type(reader, &conversion->from);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = read_quoted_type(reader, &conversion->to);
    if (result != IW_OK || !skip_to_list(reader))
        return result;
    return parse_params(reader, false, &conversion->params);
}

void iw_write_conversion(struct iw_buf *out, const struct iw_conversion *conversion)
{
    iw_buf_add_char(out, ' ');
    iw_write_quoted(out, conversion->from);
    iw_buf_add_char(out, ' ');
    iw_write_quoted(out, conversion->to);
    write_params(out, &conversion->params);
}

/* ---- converterror-phrase ---- */

static const char *const code_names[] = {
    [IW_CONVERT_TEMPFAIL] = "TEMPFAIL",
    [IW_CONVERT_BADPARAMETERS] = "BADPARAMETERS",
    [IW_CONVERT_MISSINGPARAMETERS] = "MISSINGPARAMETERS",
};
enum { CODES = sizeof code_names / sizeof *code_names };

const char *iw_convert_code_name(enum iw_convert_code code)
{
    assert((size_t)code < CODES);
    return code_names[code];
}

/* SP (quoted-from-mime-type / nil) SP mimetype-and-params, or the first without nil and
 * SP mimetype-and-missing-params, of whose ABNF the SP in front of "(" is missing: it may stand */
static enum iw_result parse_failed(struct iw_reader *reader, bool missing,
                                   struct iw_conversion *conversion)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = missing ? read_quoted_type(reader, &conversion->from)
                         : read_type_or_nil(reader, &conversion->from);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = read_quoted_type(reader, &conversion->to);
    bool bare = result == IW_OK && !skip_to_list(reader) && !missing;
    if (result != IW_OK || bare)
        return result;
    return parse_params(reader, !missing, &conversion->params);
}

/* bad-params = "BADPARAMETERS" 1*(…) ; missing-params = "MISSINGPARAMETERS" 1*(…) */
static enum iw_result parse_failures(struct iw_reader *reader, struct iw_convert_error *error)
{
    struct iw_conversion **last = &error->conversions;
    size_t count = 0;
    do {
        enum iw_result result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_failed(reader, error->code == IW_CONVERT_MISSINGPARAMETERS, *last);
        if (result != IW_OK)
            return result;
        last = &(*last)->next;
    } while (iw_reader_peek(reader, ' '));
    return IW_OK;
}

/* convert-error-code = "TEMPFAIL" [SP nz-number] / bad-params / missing-params */
static enum iw_result parse_code(struct iw_reader *reader, struct iw_convert_error *error)
{
    uint64_t minutes = 0;
    unsigned code = 0;
    while (code < CODES && !iw_reader_skip_word(reader, code_names[code]))
        code++;
    if (code == CODES)
        return iw_reader_fail(reader, "TEMPFAIL, BADPARAMETERS or MISSINGPARAMETERS");
    error->code = (enum iw_convert_code)code;
    if (error->code != IW_CONVERT_TEMPFAIL)
        return parse_failures(reader, error);
    if (!iw_reader_skip(reader, ' '))
        return IW_OK;
    enum iw_result result = iw_read_nz_number(reader, UINT32_MAX, &minutes);
    error->minutes = (uint32_t)minutes;
    return result;
}

/* True if "(ERROR" stands at the cursor. */
static bool at_error(const struct iw_reader *reader)
{
    struct iw_reader ahead = *reader;
    return iw_reader_skip(&ahead, '(') && iw_reader_skip_word(&ahead, "ERROR");
}

/* converterror-phrase = "(" "ERROR" SP convert-err-descript SP convert-error-code ")" */
static enum iw_result parse_error(struct iw_reader *reader, struct iw_converted_item *item)
{
    item->kind = IW_CONVERTED_ERROR;
    item->error = iw_arena_get(reader->arena, sizeof *item->error);
    if (item->error == NULL)
        return iw_reader_no_room(reader, sizeof *item->error);
    reader->at += sizeof "(ERROR" - 1;
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_string(reader, &item->error->text);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_code(reader, item->error);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_error(struct iw_buf *out, const struct iw_converted_item *item)
{
    const struct iw_convert_error *error = item->error;
    iw_buf_add(out, IW_SPAN("(ERROR "));
    iw_write_string(out, error->text);
    iw_buf_addf(out, " %s", iw_convert_code_name(error->code));
    if (error->minutes > 0)
        iw_buf_addf(out, " %lu", (unsigned long)error->minutes);
    for (const struct iw_conversion *failed = error->conversions; failed != NULL;
         failed = failed->next) {
        iw_buf_add_char(out, ' ');
        write_type_or_nil(out, failed->from);
        iw_buf_add_char(out, ' ');
        iw_write_quoted(out, failed->to);
        write_params(out, &failed->params);
    }
    iw_buf_add_char(out, ')');
}

/* ---- the data of CONVERTED ---- */

static enum iw_result parse_number(struct iw_reader *reader, struct iw_converted_item *item)
{
    uint64_t number = 0;
    enum iw_result result = item->kind == IW_CONVERTED_UID
                                ? iw_read_nz_number(reader, UINT32_MAX, &number)
                                : iw_read_number(reader, UINT32_MAX, &number);
    item->number = (uint32_t)number;
    return result;
}

static void write_number(struct iw_buf *out, const struct iw_converted_item *item)
{
    iw_buf_add_number(out, item->number);
}

/* nstring / literal8, but no literal8 of BODY[…] */
static enum iw_result parse_octets(struct iw_reader *reader, struct iw_converted_item *item)
{
    return iw_read_octets(reader, item->name.length == sizeof "BINARY" - 1, &item->octets);
}

static void write_octets(struct iw_buf *out, const struct iw_converted_item *item)
{
    iw_write_octets(out, &item->octets);
}

static enum iw_result parse_structure(struct iw_reader *reader, struct iw_converted_item *item)
{
    item->body = iw_arena_get(reader->arena, sizeof *item->body);
    if (item->body == NULL)
        return iw_reader_no_room(reader, sizeof *item->body);
    return iw_parse_body(reader, true, item->body);
}

static void write_structure(struct iw_buf *out, const struct iw_converted_item *item)
{
    iw_write_body(out, item->body);
}

/* mimetype-list = "(" "(" [quoted-to-mime-type *(SP quoted-to-mime-type)] ")" ")" */
static enum iw_result parse_types(struct iw_reader *reader, struct iw_converted_item *item)
{
    struct iw_span type;
    enum iw_result result = iw_read_char(reader, '(', "((");
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    bool more = !iw_reader_peek(reader, ')');
    while (result == IW_OK && more) {
        result = read_quoted_type(reader, &type);
        if (result == IW_OK)
            result = iw_list_add(reader, &item->types.names, &item->types.count, type);
        more = iw_reader_skip(reader, ' ');
    }
    if (result == IW_OK)
        result = iw_read_char(reader, ')', "SP and a media type, or )");
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_types(struct iw_buf *out, const struct iw_converted_item *item)
{
    iw_buf_add(out, IW_SPAN("(("));
    for (size_t i = 0; i < item->types.count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_write_quoted(out, item->types.names[i]);
    }
    iw_buf_add(out, IW_SPAN("))"));
}

static const struct {
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_converted_item *item);
    void (*write)(struct iw_buf *out, const struct iw_converted_item *item);
} kinds[] = {
    [IW_CONVERTED_UID] = {parse_number, write_number},
    [IW_CONVERTED_BINARY] = {parse_octets, write_octets},
    [IW_CONVERTED_SIZE] = {parse_number, write_number},
    [IW_CONVERTED_STRUCTURE] = {parse_structure, write_structure},
    [IW_CONVERTED_CONVERSIONS] = {parse_types, write_types},
    [IW_CONVERTED_ERROR] = {parse_error, write_error},
};

/* ---- items, as they are asked for and as they come ---- */

enum item_form {
    ALONE = 0,
    PART = 1 << 0,   /* section-convert */
    HEADER = 1 << 1, /* [HEADER], [1.2.HEADER] or [1.2.MIME] */
    PARTIAL = 1 << 2 /* behind it; in a response the origin */
};

static const struct item_type {
    struct iw_span name;
    enum iw_converted_kind kind;
    unsigned form;
} item_types[] = {
    {IW_NAME("UID"), IW_CONVERTED_UID, ALONE},
    {IW_NAME("BODYPARTSTRUCTURE"), IW_CONVERTED_STRUCTURE, PART},
    {IW_NAME("BINARY"), IW_CONVERTED_BINARY, PART | PARTIAL},
    {IW_NAME("BINARY.SIZE"), IW_CONVERTED_SIZE, PART},
    {IW_NAME("BODY"), IW_CONVERTED_BINARY, HEADER},
    {IW_NAME("AVAILABLECONVERSIONS"), IW_CONVERTED_CONVERSIONS, PART},
    {{NULL, 0}, IW_CONVERTED_UID, ALONE},
};

/* The name of an item. */
static enum iw_result parse_type(struct iw_reader *reader, const struct item_type **type)
{
    struct iw_span name;
    enum iw_result result = iw_read_item_name(reader, &name);
    if (result != IW_OK)
        return result;
    *type = item_types;
    while ((*type)->name.data != NULL && !iw_is_word(name, (*type)->name))
        (*type)++;
    if ((*type)->name.data != NULL)
        return IW_OK;
    reader->at = name.data;
    return iw_reader_fail(reader, "an item of CONVERT");
}

/* section-convert = section-binary, or "[HEADER]" / "[" section-part (".HEADER]" / ".MIME]") */
static enum iw_result parse_section(struct iw_reader *reader, const struct item_type *type,
                                    struct iw_section *section)
{
    const char *begin = reader->at;
    if ((type->form & HEADER) == 0)
        return iw_parse_section_binary(reader, section);
    enum iw_result result = iw_parse_section_spec(reader, section);
    if (result != IW_OK || section->text == IW_SECTION_HEADER || section->text == IW_SECTION_MIME)
        return result;
    reader->at = begin;
    return iw_reader_fail(reader, "[HEADER] or [part.MIME]");
}

/* ---- CONVERT ---- */

/* convert-params = "(" (quoted-to-mime-type / "NIL") [SP "(" transcoding-params ")"] ")" */
static enum iw_result parse_target(struct iw_reader *reader, struct iw_conversion *conversion)
{
    enum iw_result result = iw_read_space_open(reader);
    if (result == IW_OK)
        result = read_type_or_nil(reader, &conversion->to);
    if (result == IW_OK && skip_to_list(reader))
        result = parse_params(reader, true, &conversion->params);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and parameters, or )") : result;
}

/* convert-att = "UID" / "BODYPARTSTRUCTURE" section-convert / "BINARY" section-convert [partial] /
 *               "BINARY.SIZE" section-convert / "BODY[HEADER]" / … /
 *               "AVAILABLECONVERSIONS" section-convert */
static enum iw_result parse_att(struct iw_reader *reader, struct iw_fetch_att *att)
{
    const struct item_type *type = NULL;
    const char *begin = reader->at;
    enum iw_result result = parse_type(reader, &type);
    if (result != IW_OK)
        return result;
    att->name = type->name;
    att->has_section = type->form != ALONE;
    if (att->has_section)
        result = parse_section(reader, type, &att->section);
    if (result == IW_OK && (type->form & PARTIAL) != 0 && iw_reader_peek(reader, '<'))
        result = iw_parse_fetch_partial(reader, att);
    att->raw = iw_between(begin, reader->at);
    return result;
}

/* convert-att / "(" convert-att *(SP convert-att) ")" */
static enum iw_result parse_atts(struct iw_reader *reader, struct iw_fetch_att **last)
{
    bool listed = iw_reader_skip(reader, '(');
    size_t count = 0;
    do {
        enum iw_result result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_att(reader, *last);
        if (result != IW_OK)
            return result;
        last = &(*last)->next;
    } while (listed && iw_reader_another(reader));
    return listed ? iw_read_char(reader, ')', "SP and an item, or )") : IW_OK;
}

/* SP convert-params SP (convert-att / "(" convert-att *(SP convert-att) ")") */
enum iw_result iw_parse_convert_request(struct iw_reader *reader, struct iw_conversion *conversion,
                                        struct iw_fetch_att **atts)
{
    *conversion = (struct iw_conversion){0};
    enum iw_result result = parse_target(reader, conversion);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? parse_atts(reader, atts) : result;
}

void iw_write_convert_request(struct iw_buf *out, const struct iw_conversion *conversion,
                              const struct iw_fetch_att *atts)
{
    iw_buf_add(out, IW_SPAN(" ("));
    write_type_or_nil(out, conversion->to);
    write_params(out, &conversion->params);
    iw_buf_add(out, IW_SPAN(") "));
    iw_write_fetch_atts(out, atts);
}

/* ---- CONVERTED ---- */

/* convert-correlator = "(" "TAG" SP tag-string ")" ; tag-string = string */
static enum iw_result parse_correlator(struct iw_reader *reader, struct iw_span *tag)
{
    enum iw_result result = iw_read_space_open(reader);
    if (result == IW_OK && !iw_reader_skip_word(reader, "TAG"))
        return iw_reader_fail(reader, "TAG");
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_string(reader, tag);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* ["<" number ">"] */
static enum iw_result parse_origin(struct iw_reader *reader, struct iw_converted_item *item)
{
    item->has_origin = iw_reader_skip(reader, '<');
    if (!item->has_origin)
        return IW_OK;
    enum iw_result result = iw_read_number(reader, INT64_MAX, &item->origin);
    return result == IW_OK ? iw_read_char(reader, '>', ">") : result;
}

/* convert-msg-att = msg-att-semistat / msg-att-conv-static; and BODY[HEADER], which the ABNF
 * forgets, but §6 shows */
static enum iw_result parse_item(struct iw_reader *reader, bool first,
                                 struct iw_converted_item *item)
{
    const struct item_type *type = NULL;
    const char *begin = reader->at;
    enum iw_result result = parse_type(reader, &type);
    if (result != IW_OK)
        return result;
    if (type->form == ALONE && !first) {
        reader->at = begin;
        return iw_reader_fail(reader, "an item; UID comes first");
    }
    item->name = type->name;
    item->kind = type->kind;
    if (type->form != ALONE)
        result = parse_section(reader, type, &item->section);
    if (result == IW_OK && (type->form & PARTIAL) != 0)
        result = parse_origin(reader, item);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    bool failed = type->form != ALONE && at_error(reader);
    return failed ? parse_error(reader, item) : kinds[item->kind].parse(reader, item);
}

/* "CONVERTED" SP convert-correlator SP convert-msg-attrs
 * convert-msg-attrs = "(" convert-msg-att *(SP convert-msg-att) ")" */
enum iw_result iw_parse_converted(struct iw_reader *reader, struct iw_converted *converted)
{
    *converted = (struct iw_converted){0};
    enum iw_result result = parse_correlator(reader, &converted->tag);
    if (result == IW_OK)
        result = iw_read_space_open(reader);
    if (result != IW_OK)
        return result;
    do {
        size_t count = converted->count;
        result = iw_reader_grow(reader, &converted->items, count, sizeof *converted->items);
        if (result != IW_OK)
            return result;
        converted->items[count] = (struct iw_converted_item){0};
        result = parse_item(reader, count == 0, &converted->items[count]);
        converted->count++;
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK ? iw_read_char(reader, ')', "SP and an item, or )") : result;
}

static void write_item(struct iw_buf *out, const struct iw_converted_item *item)
{
    iw_buf_add(out, item->name);
    if (item->kind != IW_CONVERTED_UID)
        iw_write_section(out, &item->section);
    if (item->has_origin)
        iw_buf_addf(out, "<%llu>", (unsigned long long)item->origin);
    iw_buf_add_char(out, ' ');
    kinds[item->kind].write(out, item);
}

void iw_write_converted(struct iw_buf *out, const struct iw_converted *converted)
{
    iw_buf_add(out, IW_SPAN(" (TAG "));
    iw_write_string(out, converted->tag);
    iw_buf_add(out, IW_SPAN(") ("));
    for (size_t i = 0; i < converted->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        write_item(out, &converted->items[i]);
    }
    iw_buf_add_char(out, ')');
}

/* ---- comparing ---- */

static bool params_equal(const struct iw_params *a, const struct iw_params *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!iw_span_equal_nocase(a->members[i].name, b->members[i].name) ||
            !iw_same_span(a->members[i].value, b->members[i].value))
            return false;
    return true;
}

static bool types_equal(struct iw_span a, struct iw_span b)
{
    return (a.data == NULL) == (b.data == NULL) && iw_span_equal_nocase(a, b);
}

bool iw_conversion_equal(const struct iw_conversion *a, const struct iw_conversion *b)
{
    return types_equal(a->from, b->from) && types_equal(a->to, b->to) &&
           params_equal(&a->params, &b->params);
}

static bool errors_equal(const struct iw_convert_error *a, const struct iw_convert_error *b)
{
    const struct iw_conversion *x = a->conversions, *y = b->conversions;
    for (; x != NULL && y != NULL && iw_conversion_equal(x, y); x = x->next)
        y = y->next;
    return x == NULL && y == NULL && iw_span_equal(a->text, b->text) && a->code == b->code &&
           a->minutes == b->minutes;
}

static bool lists_equal(const struct iw_names *a, const struct iw_names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!types_equal(a->names[i], b->names[i]))
            return false;
    return true;
}

static bool items_equal(const struct iw_converted_item *a, const struct iw_converted_item *b)
{
    if (a->kind != b->kind || !iw_span_equal(a->name, b->name) ||
        !iw_section_equal(&a->section, &b->section) || a->has_origin != b->has_origin ||
        a->origin != b->origin || a->number != b->number ||
        !iw_octets_equal(&a->octets, &b->octets) || !lists_equal(&a->types, &b->types))
        return false;
    if (a->kind == IW_CONVERTED_STRUCTURE)
        return iw_body_equal(a->body, b->body);
    return a->kind != IW_CONVERTED_ERROR || errors_equal(a->error, b->error);
}

bool iw_converted_equal(const struct iw_converted *a, const struct iw_converted *b)
{
    if (a->count != b->count || !iw_span_equal(a->tag, b->tag))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!items_equal(&a->items[i], &b->items[i]))
            return false;
    return true;
}
