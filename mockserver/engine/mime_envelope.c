/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_envelope.h"

#include "mockserver/engine/mime_address.h"
#include "mockserver/engine/mime_field.h"

#include <string.h>

static const struct {
    struct iw_span name;
    size_t offset; /* of the member of struct iw_envelope */
    bool addresses;
} fields[] = {
    {{"Date", 4}, offsetof(struct iw_envelope, date), false},
    {{"Subject", 7}, offsetof(struct iw_envelope, subject), false},
    {{"From", 4}, offsetof(struct iw_envelope, from), true},
    {{"Sender", 6}, offsetof(struct iw_envelope, sender), true},
    {{"Reply-To", 8}, offsetof(struct iw_envelope, reply_to), true},
    {{"To", 2}, offsetof(struct iw_envelope, to), true},
    {{"Cc", 2}, offsetof(struct iw_envelope, cc), true},
    {{"Bcc", 3}, offsetof(struct iw_envelope, bcc), true},
    {{"In-Reply-To", 11}, offsetof(struct iw_envelope, in_reply_to), false},
    {{"Message-ID", 10}, offsetof(struct iw_envelope, message_id), false},
};

static enum iw_result read_field(struct iw_arena *arena, const struct iw_mime_field *field,
                                 struct iw_envelope *envelope)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!iw_span_equal_nocase(field->name, fields[i].name))
            continue;
        void *member = (char *)envelope + fields[i].offset;
        if (fields[i].addresses)
            return iw_mime_parse_addresses(arena, field->value, member);
        struct iw_span text = iw_mime_unfold(arena, field->value);
        memcpy(member, &text, sizeof text);
        return text.data == NULL ? IW_NO_MEMORY : IW_OK;
    }
    return IW_OK;
}

enum iw_result iw_mime_envelope(struct iw_arena *arena, struct iw_span header,
                                struct iw_envelope *envelope)
{
    struct iw_mime_field field;
    enum iw_result result = IW_OK;
    *envelope = (struct iw_envelope){0};
    while (result == IW_OK && iw_mime_next_field(&header, &field))
        result = read_field(arena, &field, envelope);
    if (envelope->sender.count == 0)
        envelope->sender = envelope->from;
    if (envelope->reply_to.count == 0)
        envelope->reply_to = envelope->from;
    return result;
}
