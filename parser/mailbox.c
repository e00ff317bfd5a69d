/* SPDX-License-Identifier: MIT */
#include "parser/mailbox.h"

#include "parser/objectid.h"
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

/* ---- names that a server shows as they are ---- */

/* The first octet that no atom of an astring has, or behind. */
static const char *find_special(const char *at, const char *behind)
{
    while (at < behind && iw_is(*at, IW_CHAR_ASTRING))
        at++;
    return at;
}

/* Where a name ends that goes on behind the SP at that place: at " (", or at the end of the line
 * when the name is the last of it. NULL: there is no such end, or what is behind SP is no part of
 * it. */
static const char *find_end(const struct iw_reader *reader, const char *space, bool last)
{
    const char *at = space;
    while (at < reader->end && *at == ' ')
        at++;
    if (at == reader->end || *at == '\r' || *at == '\n' || *at == '(')
        return NULL;
    while (at < reader->end && *at != '\r' && *at != '\n' &&
           (last || at[0] != ' ' || reader->end - at < 2 || at[1] != '('))
        at++;
    if (!last && (at == reader->end || *at != ' '))
        return NULL;
    while (at[-1] == ' ')
        at--;
    return at;
}

/* mailbox, or what leniencies let stand for it: an unquoted name with octets that no atom has, and
 * with SP if it is the last of the line or has " (" behind. */
static enum iw_result parse_shown(struct iw_reader *reader, bool spaced, bool last,
                                  struct iw_span *mailbox)
{
    iw_reader_extra_space(reader, '\0');
    const char *first = reader->at, *at = first;
    if (first == reader->end || *first == '"' || *first == '{')
        return iw_parse_mailbox(reader, mailbox);
    while (at < reader->end && *at != ' ' && *at != '\r' && *at != '\n')
        at++;
    const char *end = spaced ? find_end(reader, at, last) : NULL;
    reader->at = find_special(first, at);
    bool plain = reader->at == at;
    bool special = !plain && iw_reader_lenient(reader, IW_LENIENT_MAILBOX_SPECIALS);
    reader->at = at;
    if (end != NULL && (plain || special) && iw_reader_lenient(reader, IW_LENIENT_MAILBOX_SPACES))
        reader->at = end;
    else if (plain || !special || at == first)
        reader->at = first;
    if (reader->at == first)
        return iw_parse_mailbox(reader, mailbox);
    *mailbox = iw_between(first, reader->at);
    return IW_OK;
}

static enum iw_result parse_spaced_mailbox(struct iw_reader *reader, bool last,
                                           struct iw_span *mailbox)
{
    return !iw_reader_relaxed(reader) ? iw_parse_mailbox(reader, mailbox)
                                      : parse_shown(reader, true, last, mailbox);
}

enum iw_result iw_parse_shown_mailbox(struct iw_reader *reader, struct iw_span *mailbox)
{
    return !iw_reader_relaxed(reader) ? iw_parse_mailbox(reader, mailbox)
                                      : parse_shown(reader, false, false, mailbox);
}

/* flag-extension = "\" atom ; every mbx-list-oflag and mbx-list-sflag has that form */
static enum iw_result parse_attribute(struct iw_reader *reader, struct iw_mailbox_list *list)
{
    struct iw_span atom;
    const char *first = reader->at;
    enum iw_result result = iw_read_char(reader, '\\', "a mailbox attribute");
    if (result == IW_OK)
        result = iw_read_run_inline(reader, IW_CHAR_ATOM, "a mailbox attribute", &atom);
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
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* DQUOTE QUOTED-CHAR DQUOTE / nil */
enum iw_result iw_parse_separator(struct iw_reader *reader, struct iw_span *separator)
{
    const char *at = reader->at;
    if (reader->end - at >= 3 && at[0] == '"' && iw_is(at[1], IW_CHAR_QUOTED) && at[2] == '"') {
        *separator = iw_span(at + 1, 1);
        reader->at += 3;
        return IW_OK;
    }
    *separator = iw_span(NULL, 0);
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

/* "CHILDINFO" SP "(" list-select-base-opt-quoted *(SP list-select-base-opt-quoted) ")" */
static enum iw_result parse_childinfo(struct iw_reader *reader, struct iw_list_item *item)
{
    return iw_parse_string_list(reader, &item->selections);
}

static void write_childinfo(struct iw_buf *out, const struct iw_list_item *item)
{
    iw_write_string_list(out, &item->selections);
}

/* oldname-extended-item = "OLDNAME" SP "(" mailbox ")" */
static enum iw_result parse_oldname(struct iw_reader *reader, struct iw_list_item *item)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &item->mailbox);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_oldname(struct iw_buf *out, const struct iw_list_item *item)
{
    iw_buf_add_char(out, '(');
    iw_write_astring(out, item->mailbox);
    iw_buf_add_char(out, ')');
}

/* tagged-ext-val */
static enum iw_result parse_other(struct iw_reader *reader, struct iw_list_item *item)
{
    return iw_skip_value(reader, "a value", &item->raw);
}

static void write_other(struct iw_buf *out, const struct iw_list_item *item)
{
    iw_buf_add(out, item->raw);
}

static const struct {
    struct iw_span name;
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_list_item *item);
    void (*write)(struct iw_buf *out, const struct iw_list_item *item);
} list_items[] = {
    [IW_LIST_CHILDINFO] = {IW_NAME("CHILDINFO"), parse_childinfo, write_childinfo},
    [IW_LIST_OLDNAME] = {IW_NAME("OLDNAME"), parse_oldname, write_oldname},
    [IW_LIST_OTHER] = {{NULL, 0}, parse_other, write_other},
};

/* mbox-list-extended-item = mbox-list-extended-item-tag SP tagged-ext-val
 * mbox-list-extended-item-tag = astring */
static enum iw_result parse_list_item(struct iw_reader *reader, struct iw_list_item *item)
{
    *item = (struct iw_list_item){.kind = IW_LIST_CHILDINFO};
    enum iw_result result = iw_read_astring(reader, &item->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    while (item->kind < IW_LIST_OTHER && !iw_is_word(item->name, list_items[item->kind].name))
        item->kind++;
    return list_items[item->kind].parse(reader, item);
}

/* mbox-list-extended = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")" */
static enum iw_result parse_extended(struct iw_reader *reader, struct iw_mailbox_list *list)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    list->extended = true;
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = iw_reader_grow(reader, &list->items, list->item_count, sizeof *list->items);
        if (result == IW_OK)
            result = parse_list_item(reader, &list->items[list->item_count]);
        list->item_count += result == IW_OK;
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* The names of items stand between quotes, as in all examples. */
static void write_extended(struct iw_buf *out, const struct iw_mailbox_list *list)
{
    iw_buf_add(out, IW_SPAN(" ("));
    for (size_t i = 0; i < list->item_count; i++) {
        const struct iw_list_item *item = &list->items[i];
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_write_string(out, item->name);
        iw_buf_add_char(out, ' ');
        list_items[item->kind].write(out, item);
    }
    iw_buf_add_char(out, ')');
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
        result = iw_parse_separator(reader, &list->separator);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_spaced_mailbox(reader, true, &list->mailbox);
    if (result != IW_OK || !iw_reader_more(reader) || reader->at[1] != '(')
        return result;
    reader->at++;
    return parse_extended(reader, list);
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
    if (list->extended)
        write_extended(out, list);
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

/* "MAILBOXID" SP "(" objectid ")" */
static enum iw_result parse_mailboxid(struct iw_reader *reader, struct iw_status_item *item)
{
    item->kind = IW_STATUS_ID;
    return iw_parse_objectid(reader, &item->id);
}

/* "APPENDLIMIT" SP (number / nil) ; the limit may be a number64 */
static enum iw_result parse_appendlimit(struct iw_reader *reader, struct iw_status_item *item)
{
    bool nil = iw_reader_skip_word(reader, "NIL");
    item->kind = nil ? IW_STATUS_NIL : IW_STATUS_NUMBER;
    return nil ? IW_OK : iw_read_number(reader, INT64_MAX, &item->number);
}

/* RFC 4466 §2.6: a number, or whatever an extension has there */
static enum iw_result parse_unknown(struct iw_reader *reader, struct iw_status_item *item)
{
    enum iw_result result = iw_skip_value(reader, "a value", &item->raw);
    bool number = result == IW_OK && iw_span_number(item->raw, INT64_MAX, &item->number);
    item->kind = number ? IW_STATUS_NUMBER : IW_STATUS_OTHER;
    return result;
}

static enum iw_result parse_known(struct iw_reader *reader, const struct number_item *known,
                                  struct iw_status_item *item)
{
    item->kind = IW_STATUS_NUMBER;
    return known->min == 0 ? iw_read_number(reader, known->max, &item->number)
                           : iw_read_nz_number(reader, known->max, &item->number);
}

/* status-att-val = ("MESSAGES" SP number) / ("UIDNEXT" SP nz-number) / … / ("SIZE" SP number64)
 * and whatever extensions add: status-att SP value */
static enum iw_result parse_status_item(struct iw_reader *reader, struct iw_status_item *item)
{
    *item = (struct iw_status_item){0};
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a status item", &item->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    const struct number_item *known = number_item(item->name);
    const char *first = reader->at;
    result = known != NULL                                    ? parse_known(reader, known, item)
             : iw_is_word(item->name, IW_SPAN("MAILBOXID"))   ? parse_mailboxid(reader, item)
             : iw_is_word(item->name, IW_SPAN("APPENDLIMIT")) ? parse_appendlimit(reader, item)
                                                              : parse_unknown(reader, item);
    item->raw = iw_between(first, reader->at);
    return result;
}

static void write_status_item(struct iw_buf *out, const struct iw_status_item *item)
{
    iw_buf_add(out, item->name);
    iw_buf_add_char(out, ' ');
    switch (item->kind) {
    case IW_STATUS_NUMBER:
        iw_buf_add_number(out, item->number);
        break;
    case IW_STATUS_NIL:
        iw_buf_add(out, IW_SPAN("NIL"));
        break;
    case IW_STATUS_ID:
        iw_write_objectid(out, item->id);
        break;
    case IW_STATUS_OTHER:
        iw_buf_add(out, item->raw);
    }
}

/* "STATUS" SP mailbox SP "(" [status-att-list] ")" */
enum iw_result iw_parse_status(struct iw_reader *reader, struct iw_status_data *status)
{
    *status = (struct iw_status_data){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_spaced_mailbox(reader, false, &status->mailbox);
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
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', ")");
}

void iw_write_status(struct iw_buf *out, const struct iw_status_data *status)
{
    iw_write_astring(out, status->mailbox);
    iw_buf_add(out, IW_SPAN(" ("));
    for (size_t i = 0; i < status->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        write_status_item(out, &status->items[i]);
    }
    iw_buf_add_char(out, ')');
}
