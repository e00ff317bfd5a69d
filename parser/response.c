/* SPDX-License-Identifier: MIT */
#include "parser/response.h"

#include "parser/verbatim.h"

#include <assert.h>

/* ---- OK, NO, BAD, BYE, PREAUTH ---- */

static const char *const state_names[] = {
    [IW_STATE_OK] = "OK",   [IW_STATE_NO] = "NO",           [IW_STATE_BAD] = "BAD",
    [IW_STATE_BYE] = "BYE", [IW_STATE_PREAUTH] = "PREAUTH",
};

const char *iw_state_name(enum iw_state state)
{
    assert((size_t)state < sizeof state_names / sizeof *state_names);
    return state_names[state];
}

/* resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text ; resp-cond-bye, resp-cond-auth */
static enum iw_result parse_state(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_text(reader, &response->text);
}

static void write_state(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add_string(out, iw_state_name(response->state));
    iw_write_text(out, &response->text);
}

/* ---- CAPABILITY, ENABLED ---- */

/* "CAPABILITY" 1*(SP capability) ; that IMAP4rev1 or IMAP4rev2 is there is not looked at */
static enum iw_result parse_capability(struct iw_reader *reader, struct iw_response *response)
{
    struct iw_names *names = &response->capabilities;
    *names = (struct iw_names){0};
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    return iw_read_atoms(reader, "a capability", &names->names, &names->count);
}

/* "ENABLED" *(SP capability) */
static enum iw_result parse_enabled(struct iw_reader *reader, struct iw_response *response)
{
    response->capabilities = (struct iw_names){0};
    return iw_reader_more(reader) ? parse_capability(reader, response) : IW_OK;
}

static void write_names(struct iw_buf *out, const char *word, const struct iw_names *names)
{
    iw_buf_add_string(out, word);
    for (size_t i = 0; i < names->count; i++) {
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, names->names[i]);
    }
}

static void write_capability(struct iw_buf *out, const struct iw_response *response)
{
    write_names(out, "CAPABILITY", &response->capabilities);
}

static void write_enabled(struct iw_buf *out, const struct iw_response *response)
{
    write_names(out, "ENABLED", &response->capabilities);
}

/* ---- LIST, LSUB, STATUS ---- */

/* "LIST" SP mailbox-list ; "LSUB" SP mailbox-list */
static enum iw_result parse_list(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_mailbox_list(reader, &response->list);
}

static void write_list(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("LIST "));
    iw_write_mailbox_list(out, &response->list);
}

static void write_lsub(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("LSUB "));
    iw_write_mailbox_list(out, &response->list);
}

/* "STATUS" SP mailbox SP "(" [status-att-list] ")" */
static enum iw_result parse_status(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_status(reader, &response->status);
}

static void write_status(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("STATUS "));
    iw_write_status(out, &response->status);
}

/* ---- FLAGS ---- */

/* "FLAGS" SP flag-list */
static enum iw_result parse_flags(struct iw_reader *reader, struct iw_response *response)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_flags(reader, IW_FLAGS_STORE, &response->flags) : result;
}

static void write_flags(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("FLAGS "));
    iw_write_flags(out, &response->flags);
}

/* ---- SEARCH ---- */

/* "SEARCH" *(SP nz-number) [SP search-sort-mod-seq] */
static enum iw_result parse_search(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_search(reader, &response->search);
}

static void write_search(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("SEARCH"));
    iw_write_search(out, &response->search);
}

/* ---- EXISTS, RECENT, EXPUNGE, FETCH ---- */

static enum iw_result parse_nothing(struct iw_reader *reader, struct iw_response *response)
{
    (void)reader;
    (void)response;
    return IW_OK;
}

static void write_numbered(struct iw_buf *out, uint32_t number, const char *word)
{
    iw_buf_add_number(out, number);
    iw_buf_add_char(out, ' ');
    iw_buf_add_string(out, word);
}

static void write_exists(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "EXISTS");
}

static void write_recent(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "RECENT");
}

static void write_expunge(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "EXPUNGE");
}

/* "FETCH" SP msg-att */
static enum iw_result parse_fetch(struct iw_reader *reader, struct iw_response *response)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_fetch(reader, &response->fetch) : result;
}

static void write_fetch(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "FETCH ");
    iw_write_fetch(out, &response->fetch);
}

/* ---- the tables ---- */

struct response_type {
    struct iw_span name;
    enum iw_response_kind kind;
    enum iw_state state; /* of IW_RESPONSE_STATE */
    bool from_one;       /* the number in front is a nz-number */
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_response *response);
    void (*write)(struct iw_buf *out, const struct iw_response *response);
};

/* clang-format off */
/* message-data and the part of mailbox-data that begins with a number */
static const struct response_type numbered_types[] = {
    {IW_NAME("FETCH"), IW_RESPONSE_FETCH, 0, true, parse_fetch, write_fetch},
    {IW_NAME("EXISTS"), IW_RESPONSE_EXISTS, 0, false, parse_nothing, write_exists},
    {IW_NAME("RECENT"), IW_RESPONSE_RECENT, 0, false, parse_nothing, write_recent},
    {IW_NAME("EXPUNGE"), IW_RESPONSE_EXPUNGE, 0, true, parse_nothing, write_expunge},
    {{NULL, 0}, IW_RESPONSE_OTHER},
};

static const struct response_type plain_types[] = {
    {IW_NAME("OK"), IW_RESPONSE_STATE, IW_STATE_OK, false, parse_state, write_state},
    {IW_NAME("NO"), IW_RESPONSE_STATE, IW_STATE_NO, false, parse_state, write_state},
    {IW_NAME("BAD"), IW_RESPONSE_STATE, IW_STATE_BAD, false, parse_state, write_state},
    {IW_NAME("BYE"), IW_RESPONSE_STATE, IW_STATE_BYE, false, parse_state, write_state},
    {IW_NAME("PREAUTH"), IW_RESPONSE_STATE, IW_STATE_PREAUTH, false, parse_state, write_state},
    {IW_NAME("CAPABILITY"), IW_RESPONSE_CAPABILITY, 0, false, parse_capability, write_capability},
    {IW_NAME("ENABLED"), IW_RESPONSE_ENABLED, 0, false, parse_enabled, write_enabled},
    {IW_NAME("LIST"), IW_RESPONSE_LIST, 0, false, parse_list, write_list},
    {IW_NAME("LSUB"), IW_RESPONSE_LSUB, 0, false, parse_list, write_lsub},
    {IW_NAME("STATUS"), IW_RESPONSE_STATUS, 0, false, parse_status, write_status},
    {IW_NAME("FLAGS"), IW_RESPONSE_FLAGS, 0, false, parse_flags, write_flags},
    {IW_NAME("SEARCH"), IW_RESPONSE_SEARCH, 0, false, parse_search, write_search},
    {{NULL, 0}, IW_RESPONSE_OTHER},
};
/* clang-format on */

/* The last row, whose name is NULL, if there is none of that name. */
static const struct response_type *type_of(const struct response_type *types, struct iw_span name)
{
    while (types->name.data != NULL && !iw_is_word(name, types->name))
        types++;
    return types;
}

static const struct response_type *type_of_kind(const struct response_type *types,
                                                enum iw_response_kind kind)
{
    while (types->kind != kind && types->name.data != NULL)
        types++;
    return types;
}

/* The type whose name stands at the cursor in upper case with SP behind it, as mostly. */
static const struct response_type *type_at(const struct response_type *types,
                                           const struct iw_reader *reader)
{
    while (types->name.data != NULL && !iw_at_word(reader, types->name, ' '))
        types++;
    return types;
}

/* ---- whole responses ---- */

/* No type knows it: all up to the end of the frame, unread. */
static enum iw_result skip_other(struct iw_reader *reader, struct iw_response *response)
{
    response->kind = IW_RESPONSE_OTHER;
    const char *end = reader->end;
    if (end > reader->at && end[-1] == '\n')
        end--;
    if (end > reader->at && end[-1] == '\r')
        end--;
    reader->at = end;
    return IW_OK;
}

/* A word of the one table where only words of the other may stand. */
static enum iw_result parse_word(struct iw_reader *reader, struct iw_response *response,
                                 const struct response_type *types,
                                 const struct response_type *others)
{
    const char *number = reader->begin + 2;
    const struct response_type *type = type_at(types, reader);
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
        if (!type->from_one || *number != '0')
            return type->parse(reader, response);
        reader->at = number;
        return iw_reader_fail(reader, "a number from 1");
    }
    if (type_of(others, response->name)->name.data == NULL)
        return skip_other(reader, response);
    reader->at = types == numbered_types ? response->name.data : number;
    return iw_reader_fail(reader, types == numbered_types ? "message data" : "a number");
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
    if (reader->at == reader->end || !iw_is(*reader->at, IW_CHAR_DIGIT))
        return parse_word(reader, response, plain_types, numbered_types);
    result = iw_read_number(reader, UINT32_MAX, &number);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    response->number = (uint32_t)number;
    return parse_word(reader, response, numbered_types, plain_types);
}

/* continue-req = "+" SP (resp-text / base64) CRLF ; the base64 of an empty challenge is empty */
static enum iw_result parse_continue(struct iw_reader *reader, struct iw_response *response)
{
    response->kind = IW_RESPONSE_CONTINUE;
    reader->at++;
    if (!iw_reader_peek(reader, ' '))
        return iw_reader_fail(reader, "SP");
    if (iw_reader_more(reader))
        return iw_parse_text(reader, &response->text);
    reader->at++;
    response->text = (struct iw_text){.text = iw_span(reader->at, 0)};
    return IW_OK;
}

/* response-tagged = tag SP resp-cond-state CRLF */
static enum iw_result parse_tagged(struct iw_reader *reader, struct iw_response *response)
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
    const struct response_type *type = type_of(plain_types, word);
    if (type->kind == IW_RESPONSE_STATE && type->state <= IW_STATE_BAD) {
        response->state = type->state;
        return iw_parse_text(reader, &response->text);
    }
    reader->at = word.data;
    return iw_reader_fail(reader, "OK, NO or BAD");
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

enum iw_result iw_parse_response(const struct iw_frame *frame, struct iw_arena *arena,
                                 const struct iw_limits *limits, struct iw_lenient *lenient,
                                 struct iw_response *response, struct iw_error *error)
{
    struct iw_reader reader;
    iw_reader_init(&reader, frame, arena, limits, lenient, error);
    begin_response(response, frame->bytes);
    enum iw_result result = iw_reader_peek(&reader, '*')   ? parse_untagged(&reader, response)
                            : iw_reader_peek(&reader, '+') ? parse_continue(&reader, response)
                                                           : parse_tagged(&reader, response);
    return result == IW_OK ? iw_read_crlf(&reader) : result;
}

static void write_untagged(struct iw_buf *out, const struct iw_response *response)
{
    const struct response_type *type = type_of_kind(plain_types, response->kind);
    if (type->name.data == NULL)
        type = type_of_kind(numbered_types, response->kind);
    assert(type->write != NULL);
    iw_buf_add(out, IW_SPAN("* "));
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
        write_state(out, response);
        break;
    default:
        write_untagged(out, response);
    }
    iw_buf_add(out, IW_SPAN("\r\n"));
}
