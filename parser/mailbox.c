/* SPDX-License-Identifier: MIT */
#include "parser/mailbox.h"

#include "parser/verbatim.h"
#include "parser/write.h"

/* mailbox = "INBOX" / astring ; INBOX is case-insensitive */
enum iw_result iw_parse_mailbox(struct iw_reader *reader, struct iw_span *mailbox)
{
    enum iw_result result = iw_read_astring(reader, mailbox);
    if (result == IW_OK && iw_is_word(*mailbox, IW_SPAN("INBOX")))
        *mailbox = IW_SPAN("INBOX");
    return result;
}

/* flag-extension = "\" atom ; every mbx-list-oflag and mbx-list-sflag has that form */
static enum iw_result parse_attribute(struct iw_reader *reader, struct iw_mailbox_list *list)
{
    struct iw_span atom;
    const char *first = reader->at;
    enum iw_result result = iw_read_char(reader, '\\', "a mailbox attribute");
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "a mailbox attribute", &atom);
    if (result != IW_OK)
        return result;
    return iw_list_add(reader, &list->attributes, &list->attribute_count,
                       iw_between(first, reader->at));
}

/* "(" [mbx-list-flags] ")" */
static enum iw_result parse_attributes(struct iw_reader *reader, struct iw_mailbox_list *list)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = parse_attribute(reader, list);
    } while (result == IW_OK && iw_reader_skip(reader, ' '));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* DQUOTE QUOTED-CHAR DQUOTE / nil */
static enum iw_result parse_separator(struct iw_reader *reader, struct iw_span *separator)
{
    if (!iw_reader_skip(reader, '"')) {
        bool nil = iw_reader_skip_word(reader, "NIL");
        return nil ? IW_OK : iw_reader_fail(reader, "a quoted character or NIL");
    }
    bool escaped = iw_reader_skip(reader, '\\');
    bool special = iw_reader_peek(reader, '"') || iw_reader_peek(reader, '\\');
    if (reader->at == reader->end || (!special && !iw_is(*reader->at, IW_CHAR_QUOTED)) ||
        special != escaped)
        return iw_reader_fail(reader, "a quoted character");
    *separator = iw_span(reader->at++, 1);
    return iw_read_char(reader, '"', "\"");
}

/* mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
 *                [SP mbox-list-extended] */
enum iw_result iw_parse_mailbox_list(struct iw_reader *reader, struct iw_mailbox_list *list)
{
    *list = (struct iw_mailbox_list){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_attributes(reader, list);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_separator(reader, &list->separator);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &list->mailbox);
    if (result != IW_OK || !iw_reader_more(reader) || reader->at[1] != '(')
        return result;
    const char *behind = reader->at++;
    result = iw_skip_value(reader, "(", &list->extension);
    list->extension = iw_between(behind, reader->at);
    return result;
}

void iw_write_mailbox_list(struct iw_buf *out, const struct iw_mailbox_list *list)
{
    for (size_t i = 0; i < list->attribute_count; i++) {
        iw_buf_add_char(out, i == 0 ? '(' : ' ');
        iw_buf_add(out, list->attributes[i]);
    }
    iw_buf_add_string(out, list->attribute_count == 0 ? "() " : ") ");
    iw_write_nstring(out, list->separator);
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, list->mailbox);
    iw_buf_add(out, list->extension);
}

/* ---- STATUS ---- */

struct number_item {
    struct iw_span name;
    uint64_t min, max;
};

/* The items whose value is a number, and the numbers it may be. */
static const struct number_item number_items[] = {
    {IW_NAME("MESSAGES"), 0, UINT32_MAX},
    {IW_NAME("RECENT"), 0, UINT32_MAX},
    {IW_NAME("UIDNEXT"), 1, UINT32_MAX},
    {IW_NAME("UIDVALIDITY"), 1, UINT32_MAX},
    {IW_NAME("UNSEEN"), 0, UINT32_MAX},
    {IW_NAME("DELETED"), 0, UINT32_MAX},
    {IW_NAME("SIZE"), 0, INT64_MAX},
    {IW_NAME("HIGHESTMODSEQ"), 0, INT64_MAX},
    {IW_NAME("DELETED-STORAGE"), 0, INT64_MAX},
};

static const struct number_item *number_item(struct iw_span name)
{
    for (size_t i = 0; i < sizeof number_items / sizeof *number_items; i++)
        if (iw_is_word(name, number_items[i].name))
            return &number_items[i];
    return NULL;
}

/* status-att-val = ("MESSAGES" SP number) / ("UIDNEXT" SP nz-number) / … / ("SIZE" SP number64)
 * and whatever extensions add (RFC 4466 §2.6): status-att SP value */
static enum iw_result parse_status_item(struct iw_reader *reader, struct iw_status_item *item)
{
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a status item", &item->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    const struct number_item *known = number_item(item->name);
    if (known == NULL) {
        result = iw_skip_value(reader, "a value", &item->raw);
        item->is_number = result == IW_OK && iw_span_number(item->raw, INT64_MAX, &item->number);
        return result;
    }
    const char *first = reader->at;
    result = known->min == 0 ? iw_read_number(reader, known->max, &item->number)
                             : iw_read_nz_number(reader, known->max, &item->number);
    item->raw = iw_between(first, reader->at);
    item->is_number = true;
    return result;
}

/* "STATUS" SP mailbox SP "(" [status-att-list] ")" */
enum iw_result iw_parse_status(struct iw_reader *reader, struct iw_status_data *status)
{
    *status = (struct iw_status_data){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &status->mailbox);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = iw_reader_grow(reader, &status->items, status->count, sizeof *status->items);
        if (result == IW_OK)
            result = parse_status_item(reader, &status->items[status->count]);
        if (result != IW_OK)
            return result;
        status->count++;
    } while (iw_reader_skip(reader, ' '));
    return iw_read_char(reader, ')', ")");
}

void iw_write_status(struct iw_buf *out, const struct iw_status_data *status)
{
    iw_write_astring(out, status->mailbox);
    iw_buf_add(out, IW_SPAN(" ("));
    for (size_t i = 0; i < status->count; i++) {
        const struct iw_status_item *item = &status->items[i];
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_buf_add(out, item->name);
        iw_buf_add_char(out, ' ');
        if (item->is_number)
            iw_buf_add_number(out, item->number);
        else
            iw_buf_add(out, item->raw);
    }
    iw_buf_add_char(out, ')');
}
