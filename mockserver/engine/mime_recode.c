/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_recode.h"

#include "base/base64.h"
#include "mockserver/engine/mime_field.h"

enum { LINE_OCTETS = 57 }; /* 76 characters (RFC 2045 §6.8) */

struct recoding {
    const char *at; /* what stands in front of it has been written */
    struct iw_buf *out;
};

static void copy_up_to(struct recoding *recoding, const char *end)
{
    iw_buf_add(recoding->out, iw_span(recoding->at, (size_t)(end - recoding->at)));
    recoding->at = end;
}

static void write_base64(struct iw_buf *out, struct iw_span octets)
{
    for (size_t i = 0; i < octets.length; i += LINE_OCTETS) {
        if (i > 0)
            iw_buf_add_string(out, "\r\n");
        iw_base64_encode(out, iw_span_part(octets, i, i + LINE_OCTETS));
    }
}

static void replace_part(struct recoding *recoding, const struct iw_mime_part *part)
{
    struct iw_mime_field field;
    bool leaf = part->kind != IW_BODY_MULTIPART && part->kind != IW_BODY_MESSAGE;
    if (!iw_mime_find_field(part->header, IW_SPAN("Content-Transfer-Encoding"), &field))
        return;
    copy_up_to(recoding, field.value.data);
    iw_buf_add_string(recoding->out, leaf ? "base64" : "8bit");
    recoding->at = field.value.data + field.value.length;
    if (!leaf || part->body.length == 0)
        return;
    copy_up_to(recoding, part->body.data);
    write_base64(recoding->out, part->body);
    recoding->at = part->body.data + part->body.length;
}

void iw_mime_recode(const struct iw_mime_message *message, struct iw_span octets,
                    struct iw_buf *out)
{
    struct recoding recoding = {octets.data, out};
    if (octets.length == 0)
        return;
    for (const struct iw_mime_part *part = &message->root; part != NULL;
         part = iw_mime_next_part(part)) {
        if (part->mime && iw_span_equal_nocase(part->encoding, IW_SPAN("binary")))
            replace_part(&recoding, part);
    }
    copy_up_to(&recoding, octets.data + octets.length);
}
