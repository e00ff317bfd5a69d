/* SPDX-License-Identifier: MIT */
#include "parser/apple_push.h"

#include "parser/mailbox.h"
#include "parser/member.h"
#include "parser/same.h"
#include "parser/write.h"

/* SP "(" [mailbox *(SP mailbox)] ")" */
static enum iw_result parse_mailboxes(struct iw_reader *reader, struct iw_apple_push *push)
{
    struct iw_span mailbox;
    push->has_mailboxes = true;
    enum iw_result result = iw_read_space_open(reader);
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = iw_parse_mailbox(reader, &mailbox);
        if (result == IW_OK)
            result = iw_list_add(reader, &push->mailboxes.names, &push->mailboxes.count, mailbox);
        if (result != IW_OK)
            return result;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and a mailbox, or )");
}

/* astring SP astring / "mailboxes" SP list, once */
static enum iw_result parse_field(struct iw_reader *reader, struct iw_apple_push *push)
{
    struct iw_params *fields = &push->fields;
    struct iw_param field;
    enum iw_result result = iw_read_astring(reader, &field.name);
    if (result != IW_OK)
        return result;
    if (!push->has_mailboxes && iw_span_equal_nocase(field.name, IW_SPAN("mailboxes")))
        return parse_mailboxes(reader, push);
    result = iw_read_space_astring(reader, &field.value);
    if (result == IW_OK)
        result = iw_reader_grow(reader, &fields->members, fields->count, sizeof field);
    if (result == IW_OK)
        fields->members[fields->count++] = field;
    return result;
}

enum iw_result iw_parse_apple_push(struct iw_reader *reader, struct iw_apple_push *push)
{
    *push = (struct iw_apple_push){0};
    enum iw_result result;
    do {
        result = iw_read_space(reader);
        if (result == IW_OK)
            result = parse_field(reader, push);
    } while (result == IW_OK && iw_reader_more(reader));
    return result;
}

void iw_write_apple_push(struct iw_buf *out, const struct iw_apple_push *push)
{
    for (size_t i = 0; i < push->fields.count; i++) {
        iw_buf_add_char(out, ' ');
        iw_write_astring(out, push->fields.members[i].name);
        iw_buf_add_char(out, ' ');
        iw_write_astring(out, push->fields.members[i].value);
    }
    if (!push->has_mailboxes)
        return;
    iw_buf_add(out, IW_SPAN(" mailboxes "));
    iw_write_astring_list(out, &push->mailboxes);
}

/* The names of fields compare without regard to case. */
bool iw_apple_push_equal(const struct iw_apple_push *a, const struct iw_apple_push *b)
{
    if (a->fields.count != b->fields.count || a->has_mailboxes != b->has_mailboxes)
        return false;
    for (size_t i = 0; i < a->fields.count; i++)
        if (!iw_span_equal_nocase(a->fields.members[i].name, b->fields.members[i].name) ||
            !iw_span_equal(a->fields.members[i].value, b->fields.members[i].value))
            return false;
    return iw_same_names(&a->mailboxes, &b->mailboxes);
}
