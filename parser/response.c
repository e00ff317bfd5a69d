/* SPDX-License-Identifier: MIT */
#include "parser/response.h"

#include "parser/response_type.h"
#include "parser/verbatim.h"

#include <assert.h>

/* ---- names ---- */

static const char *const state_names[] = {
    [IW_STATE_OK] = "OK",   [IW_STATE_NO] = "NO",           [IW_STATE_BAD] = "BAD",
    [IW_STATE_BYE] = "BYE", [IW_STATE_PREAUTH] = "PREAUTH",
};

const char *iw_response_kind_name(enum iw_response_kind kind)
{
    static const char *const names[] = {
        [IW_RESPONSE_CONTINUE] = "continue",
        [IW_RESPONSE_TAGGED] = "tagged",
        [IW_RESPONSE_STATE] = "state",
        [IW_RESPONSE_CAPABILITY] = "capability",
        [IW_RESPONSE_ENABLED] = "enabled",
        [IW_RESPONSE_LIST] = "list",
        [IW_RESPONSE_LSUB] = "lsub",
        [IW_RESPONSE_STATUS] = "status",
        [IW_RESPONSE_FLAGS] = "flags",
        [IW_RESPONSE_SEARCH] = "search",
        [IW_RESPONSE_EXISTS] = "exists",
        [IW_RESPONSE_RECENT] = "recent",
        [IW_RESPONSE_EXPUNGE] = "expunge",
        [IW_RESPONSE_FETCH] = "fetch",
        [IW_RESPONSE_RLIST] = "rlist",
        [IW_RESPONSE_RLSUB] = "rlsub",
        [IW_RESPONSE_XLIST] = "xlist",
        [IW_RESPONSE_COPY] = "copy",
        [IW_RESPONSE_STORE] = "store",
        [IW_RESPONSE_UIDFETCH] = "uidfetch",
        [IW_RESPONSE_ESEARCH] = "esearch",
        [IW_RESPONSE_SORT] = "sort",
        [IW_RESPONSE_THREAD] = "thread",
        [IW_RESPONSE_VANISHED] = "vanished",
        [IW_RESPONSE_UIDBATCHES] = "uidbatches",
        [IW_RESPONSE_NAMESPACE] = "namespace",
        [IW_RESPONSE_ID] = "id",
        [IW_RESPONSE_QUOTA] = "quota",
        [IW_RESPONSE_QUOTAROOT] = "quotaroot",
        [IW_RESPONSE_ACL] = "acl",
        [IW_RESPONSE_LISTRIGHTS] = "listrights",
        [IW_RESPONSE_MYRIGHTS] = "myrights",
        [IW_RESPONSE_METADATA] = "metadata",
        [IW_RESPONSE_ANNOTATION] = "annotation",
        [IW_RESPONSE_LANGUAGE] = "language",
        [IW_RESPONSE_COMPARATOR] = "comparator",
        [IW_RESPONSE_GENURLAUTH] = "genurlauth",
        [IW_RESPONSE_URLFETCH] = "urlfetch",
        [IW_RESPONSE_JMAPACCESS] = "jmapaccess",
        [IW_RESPONSE_CONVERTED] = "converted",
        [IW_RESPONSE_CONVERSION] = "conversion",
        [IW_RESPONSE_APPLE_PUSH] = "xapplepushservice",
        [IW_RESPONSE_OTHER] = "other",
    };
    return names[kind];
}

const char *iw_state_name(enum iw_state state)
{
    assert((size_t)state < sizeof state_names / sizeof *state_names);
    return state_names[state];
}

bool iw_is_state(struct iw_span word)
{
    for (size_t i = 0; i < sizeof state_names / sizeof *state_names; i++)
        if (iw_span_equal_nocase(word, iw_span_of(state_names[i])))
            return true;
    return false;
}

/* The last row, whose name is NULL, if there is none of that name. */
static const struct iw_response_type *type_of(const struct iw_response_type *types,
                                              struct iw_span name)
{
    while (types->name.data != NULL && !iw_is_word(name, types->name))
        types++;
    return types;
}

static bool is_of_type(const struct iw_response *response, const struct iw_response_type *type)
{
    return response->kind == type->kind &&
           (type->kind != IW_RESPONSE_STATE || response->state == type->state);
}

/* The type whose name stands at the cursor in upper case with SP behind it, as mostly. */
static const struct iw_response_type *type_at(const struct iw_response_type *types,
                                              const struct iw_reader *reader)
{
    char first = reader->at < reader->end ? *reader->at : '\0';
    while (types->name.data != NULL &&
           (*types->name.data != first || !iw_at_word(reader, types->name, ' ')))
        types++;
    return types;
}

/* ---- whole responses ---- */

/* No type knows it: all up to the end of the frame, unread. */
static enum iw_result skip_other(struct iw_reader *reader, struct iw_response *response)
{
    response->kind = IW_RESPONSE_OTHER;
    reader->at = iw_reader_line_end(reader);
    return IW_OK;
}

/* resp-text where resp-cond-state must stand, as if it were behind OK; response->name is its first
 * word, if that is read already. */
static enum iw_result parse_absent_state(struct iw_reader *reader, struct iw_response *response)
{
    if (response->name.data != NULL)
        reader->at = response->name.data;
    if (response->number != 0 || !iw_reader_lenient(reader, IW_LENIENT_STATE_ABSENT))
        return iw_reader_fail(reader, "a response");
    response->kind = IW_RESPONSE_STATE;
    return iw_parse_text_behind_space(reader, &response->text);
}

/* The number in front of a word, which is at that place, where it must be a nz-number. */
static enum iw_result check_number(struct iw_reader *reader, const char *number)
{
    const char *behind = reader->at;
    reader->at = number;
    if (*number == '0' && !iw_reader_lenient(reader, IW_LENIENT_NUMBER_ZERO))
        return iw_reader_fail(reader, "a number from 1");
    reader->at = behind;
    return IW_OK;
}

/* A word of the one table, with a number in front if that has one, where only words of the other
 * may stand. */
static enum iw_result parse_word(struct iw_reader *reader, struct iw_response *response,
                                 const struct iw_response_type *types, const char *number)
{
    const struct iw_response_type *others =
        types == iw_response_plain ? iw_response_numbered : iw_response_plain;
    const struct iw_response_type *type = type_at(types, reader);
    if (type->name.data != NULL) {
        response->name = iw_span(reader->at, type->name.length);
        reader->at += type->name.length;
    } else {
        enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a response", &response->name);
        if (result != IW_OK)
            return result;
        type = type_of(types, response->name);
    }
    if (type->name.data != NULL) {
        response->kind = type->kind;
        response->state = type->state;
        enum iw_result result = type->from_one ? check_number(reader, number) : IW_OK;
        return result == IW_OK ? type->parse(reader, response) : result;
    }
    if (response->name.data[0] == '[')
        return parse_absent_state(reader, response);
    if (type_of(others, response->name)->name.data == NULL)
        return skip_other(reader, response);
    reader->at = types == iw_response_numbered ? response->name.data : number;
    return iw_reader_fail(reader, types == iw_response_numbered ? "message data" : "a number");
}

/* response-data = "*" SP (resp-cond-state / resp-cond-bye / mailbox-data / message-data /
 *                 capability-data / enable-data) CRLF ; greeting = "*" SP (…) CRLF */
static enum iw_result parse_untagged(struct iw_reader *reader, struct iw_response *response)
{
    uint64_t number;
    reader->at++;
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    if (iw_reader_relaxed(reader))
        iw_reader_extra_space(reader, '\0');
    const char *first = reader->at;
    if (first == reader->end || !iw_is(*first, IW_CHAR_DIGIT))
        return parse_word(reader, response, iw_response_plain, first);
    result = iw_read_number(reader, UINT32_MAX, &number);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    response->number = (uint32_t)number;
    return parse_word(reader, response, iw_response_numbered, first);
}

/* continue-req = "+" SP (resp-text / base64) CRLF ; the base64 of an empty challenge is empty */
static enum iw_result parse_continue(struct iw_reader *reader, struct iw_response *response)
{
    response->kind = IW_RESPONSE_CONTINUE;
    reader->at++;
    if (!iw_reader_peek(reader, ' ') && !iw_reader_lenient(reader, IW_LENIENT_EMPTY_TEXT))
        return iw_reader_fail(reader, "SP");
    if (iw_reader_more(reader))
        return iw_parse_text(reader, &response->text);
    iw_reader_skip(reader, ' ');
    response->text = (struct iw_text){.text = iw_span(reader->at, 0)};
    return IW_OK;
}

/* response-tagged = tag SP resp-cond-state CRLF ; up to the state's word */
static enum iw_result parse_tag_and_state(struct iw_reader *reader, struct iw_response *response)
{
    struct iw_span word;
    response->kind = IW_RESPONSE_TAGGED;
    enum iw_result result = iw_read_run(reader, IW_CHAR_TAG, "a tag, * or +", &response->tag);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "OK, NO or BAD", &word);
    if (result != IW_OK)
        return result;
    const struct iw_response_type *type = type_of(iw_response_plain, word);
    response->state = type->state;
    if (type->kind == IW_RESPONSE_STATE && type->state <= IW_STATE_BAD)
        return IW_OK;
    reader->at = word.data;
    return iw_reader_fail(reader, "OK, NO or BAD");
}

static enum iw_result parse_tagged(struct iw_reader *reader, struct iw_response *response)
{
    enum iw_result result = parse_tag_and_state(reader, response);
    return result == IW_OK ? iw_parse_text(reader, &response->text) : result;
}

/* Not the union: whoever parses one of its members clears that first. */
static void begin_response(struct iw_response *response, struct iw_span raw)
{
    response->kind = IW_RESPONSE_OTHER;
    response->raw = raw;
    response->tag = iw_span(NULL, 0);
    response->state = IW_STATE_OK;
    response->number = 0;
    response->name = iw_span(NULL, 0);
}

/* A line that begins with neither "*" nor "+": tagged, or one of those that leniencies let in. */
static enum iw_result parse_odd_line(struct iw_reader *reader, struct iw_response *response)
{
    struct iw_trial trial;
    iw_trial_begin(&trial, reader);
    enum iw_result result = parse_tag_and_state(reader, response);
    if (!iw_trial_refused(&trial, reader, result))
        return result == IW_OK ? iw_parse_text(reader, &response->text) : result;
    begin_response(response, response->raw);
    if (iw_reader_peek(reader, '[') && iw_reader_lenient(reader, IW_LENIENT_STATE_ABSENT))
        return parse_absent_state(reader, response);
    if (iw_reader_lenient(reader, IW_LENIENT_STRAY_LINE))
        return skip_other(reader, response);
    return parse_tagged(reader, response);
}

static void skip_nuls(struct iw_reader *reader)
{
    if (iw_reader_peek(reader, '\0') && iw_reader_lenient(reader, IW_LENIENT_LEADING_NUL))
        while (iw_reader_skip(reader, '\0'))
            ;
}

static enum iw_result read_response(struct iw_reader *reader, void *value)
{
    struct iw_response *response = value;
    begin_response(response, iw_between(reader->begin, reader->end));
    if (iw_reader_relaxed(reader))
        skip_nuls(reader);
    enum iw_result result = iw_reader_peek(reader, '*')   ? parse_untagged(reader, response)
                            : iw_reader_peek(reader, '+') ? parse_continue(reader, response)
                            : !iw_reader_relaxed(reader)  ? parse_tagged(reader, response)
                                                          : parse_odd_line(reader, response);
    return result == IW_OK ? iw_read_crlf(reader) : result;
}

enum iw_result iw_parse_response(const struct iw_frame *frame, struct iw_arena *arena,
                                 const struct iw_limits *limits, struct iw_lenient *lenient,
                                 struct iw_response *response, struct iw_error *error)
{
    struct iw_reader reader;
    iw_reader_init(&reader, frame, arena, limits, NULL, error);
    enum iw_result result = read_response(&reader, response);
    if (!iw_reader_may_relax(&reader, result, lenient))
        return result;
    return iw_read_leniently(&reader, result, lenient, read_response, response);
}

static void write_untagged(struct iw_buf *out, const struct iw_response *response)
{
    const struct iw_response_type *type = iw_response_plain;
    while (type->name.data != NULL && !is_of_type(response, type))
        type++;
    iw_buf_add(out, IW_SPAN("* "));
    if (type->name.data == NULL) {
        type = iw_response_numbered;
        while (type->name.data != NULL && !is_of_type(response, type))
            type++;
        assert(type->name.data != NULL);
        iw_buf_add_number(out, response->number);
        iw_buf_add_char(out, ' ');
    }
    iw_buf_add(out, type->name);
    type->write(out, response);
}

void iw_write_response(struct iw_buf *out, const struct iw_response *response)
{
    switch (response->kind) {
    case IW_RESPONSE_OTHER:
        iw_buf_add(out, response->raw);
        return;
    case IW_RESPONSE_CONTINUE:
        iw_buf_add_char(out, '+');
        iw_write_text(out, &response->text);
        break;
    case IW_RESPONSE_TAGGED:
        iw_buf_add(out, response->tag);
        iw_buf_add_char(out, ' ');
        iw_buf_add_string(out, iw_state_name(response->state));
        iw_write_text(out, &response->text);
        break;
    default:
        write_untagged(out, response);
    }
    iw_buf_add(out, IW_SPAN("\r\n"));
}
