/* SPDX-License-Identifier: MIT */
#include "parser/envelope.h"

#include "parser/verbatim.h"
#include "parser/write.h"

/* True where the rest of an envelope is missing. */
IW_READER_INLINE bool is_short(struct iw_reader *reader)
{
    return iw_reader_relaxed(reader) && iw_reader_peek(reader, ')') &&
           iw_reader_lenient(reader, IW_LENIENT_ENVELOPE_SHORT);
}

/* SP before one more field of an envelope */
IW_READER_INLINE enum iw_result next_field(struct iw_reader *reader)
{
    return is_short(reader) ? IW_OK : iw_read_space(reader);
}

/* nstring SP, of an address */
IW_READER_INLINE enum iw_result parse_field(struct iw_reader *reader, struct iw_span *field)
{
    enum iw_result result = iw_read_nstring_inline(reader, field);
    return result == IW_OK ? iw_read_space(reader) : result;
}

static void write_field(struct iw_buf *out, struct iw_span field)
{
    iw_write_nstring(out, field);
    iw_buf_add_char(out, ' ');
}

/* ---- addresses ---- */

/* address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")" ; each an nstring */
static enum iw_result parse_address(struct iw_reader *reader, struct iw_address *address)
{
    enum iw_result result = iw_reader_enter(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "an address, or )");
    if (result == IW_OK)
        result = parse_field(reader, &address->name);
    if (result == IW_OK)
        result = parse_field(reader, &address->adl);
    if (result == IW_OK)
        result = parse_field(reader, &address->mailbox);
    if (result == IW_OK)
        result = iw_read_nstring_inline(reader, &address->host);
    if (result == IW_OK)
        result = iw_read_char(reader, ')', ")");
    if (result == IW_OK)
        iw_reader_leave(reader);
    return result;
}

static void write_address(struct iw_buf *out, const struct iw_address *address)
{
    iw_buf_add_char(out, '(');
    write_field(out, address->name);
    write_field(out, address->adl);
    write_field(out, address->mailbox);
    iw_write_nstring(out, address->host);
    iw_buf_add_char(out, ')');
}

/* NIL where an address must stand, and a SP on either side. */
static bool skip_nil_address(struct iw_reader *reader)
{
    struct iw_reader before = *reader;
    iw_reader_skip(reader, ' ');
    const char *nil = reader->at;
    if (iw_reader_skip_word(reader, "NIL") &&
        iw_lenient_use(reader->lenient, IW_LENIENT_ADDRESS_NIL, (size_t)(nil - reader->begin))) {
        iw_reader_skip(reader, ' ');
        return true;
    }
    *reader = before;
    return false;
}

/* Between two addresses, or before the first: SP and NIL that leniencies let in. True: the list has
 * ended behind them. */
static bool skip_no_address(struct iw_reader *reader, bool any)
{
    if (!iw_reader_relaxed(reader))
        return false;
    while (skip_nil_address(reader))
        any = true;
    iw_reader_extra_space(reader, '\0');
    return any && iw_reader_skip(reader, ')');
}

/* "(" 1*address ")" / nil */
static enum iw_result parse_addresses(struct iw_reader *reader, struct iw_addresses *list)
{
    if (iw_reader_relaxed(reader))
        iw_reader_extra_space(reader, '(');
    if (!iw_reader_peek(reader, '('))
        return iw_reader_skip_word(reader, "NIL") ? IW_OK
                                                  : iw_reader_fail(reader, "addresses or NIL");
    if (iw_reader_empty_list(reader))
        return IW_OK;
    enum iw_result result = iw_reader_enter(reader);
    if (result != IW_OK)
        return result;
    reader->at++;
    while (!skip_no_address(reader, list->count > 0)) {
        result = iw_reader_grow(reader, &list->members, list->count, sizeof *list->members);
        if (result == IW_OK)
            result = parse_address(reader, &list->members[list->count]);
        if (result != IW_OK)
            return result;
        list->count++;
        if (iw_reader_skip(reader, ')'))
            break;
    }
    iw_reader_leave(reader);
    return IW_OK;
}

/* The same with SP behind. */
static enum iw_result parse_list(struct iw_reader *reader, struct iw_addresses *list)
{
    if (is_short(reader))
        return IW_OK;
    enum iw_result result = parse_addresses(reader, list);
    return result == IW_OK ? next_field(reader) : result;
}

static void write_list(struct iw_buf *out, const struct iw_addresses *list)
{
    if (list->count == 0)
        iw_buf_add(out, IW_SPAN("NIL"));
    else
        iw_buf_add_char(out, '(');
    for (size_t i = 0; i < list->count; i++)
        write_address(out, &list->members[i]);
    iw_buf_add_string(out, list->count == 0 ? " " : ") ");
}

/* ---- the ten fields ---- */

/* nstring */
static enum iw_result parse_last_string(struct iw_reader *reader, struct iw_span *field)
{
    return is_short(reader) ? IW_OK : iw_read_nstring(reader, field);
}

/* nstring SP */
static enum iw_result parse_string(struct iw_reader *reader, struct iw_span *field)
{
    enum iw_result result = parse_last_string(reader, field);
    return result == IW_OK ? next_field(reader) : result;
}

/* env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc SP */
static enum iw_result parse_lists(struct iw_reader *reader, struct iw_envelope *envelope)
{
    enum iw_result result = parse_list(reader, &envelope->from);
    if (result == IW_OK)
        result = parse_list(reader, &envelope->sender);
    if (result == IW_OK)
        result = parse_list(reader, &envelope->reply_to);
    if (result == IW_OK)
        result = parse_list(reader, &envelope->to);
    if (result == IW_OK)
        result = parse_list(reader, &envelope->cc);
    return result == IW_OK ? parse_list(reader, &envelope->bcc) : result;
}

/* envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
 *            env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")" */
enum iw_result iw_parse_envelope(struct iw_reader *reader, struct iw_envelope *envelope)
{
    *envelope = (struct iw_envelope){0};
    enum iw_result result = iw_reader_enter(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "( and an envelope");
    if (result == IW_OK)
        result = parse_string(reader, &envelope->date);
    if (result == IW_OK)
        result = parse_string(reader, &envelope->subject);
    if (result == IW_OK)
        result = parse_lists(reader, envelope);
    if (result == IW_OK)
        result = parse_string(reader, &envelope->in_reply_to);
    if (result == IW_OK)
        result = parse_last_string(reader, &envelope->message_id);
    if (result == IW_OK)
        result = iw_read_char(reader, ')', ") behind ten fields");
    if (result == IW_OK)
        iw_reader_leave(reader);
    return result;
}

void iw_write_envelope(struct iw_buf *out, const struct iw_envelope *envelope)
{
    iw_buf_add_char(out, '(');
    write_field(out, envelope->date);
    write_field(out, envelope->subject);
    write_list(out, &envelope->from);
    write_list(out, &envelope->sender);
    write_list(out, &envelope->reply_to);
    write_list(out, &envelope->to);
    write_list(out, &envelope->cc);
    write_list(out, &envelope->bcc);
    write_field(out, envelope->in_reply_to);
    iw_write_nstring(out, envelope->message_id);
    iw_buf_add_char(out, ')');
}
