/* SPDX-License-Identifier: MIT */
#include "cli/value_fetch.h"

#include "cli/value_convert.h"
#include "cli/value_parts.h"

/* NIL is null. */
/* ---- ENVELOPE ---- */

static void add_addresses(struct iw_json_writer *json, const char *key,
                          const struct iw_addresses *addresses)
{
    if (addresses->count == 0) {
        iw_json_put_octets(json, key, iw_span(NULL, 0));
        return;
    }
    iw_json_open_array(json, key);
    for (size_t i = 0; i < addresses->count; i++) {
        const struct iw_address *address = &addresses->members[i];
        iw_json_open_object(json, NULL);
        iw_json_put_octets(json, "name", address->name);
        iw_json_put_member(json, "adl", address->adl);
        iw_json_put_octets(json, "mailbox", address->mailbox);
        iw_json_put_octets(json, "host", address->host);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_envelope(struct iw_json_writer *json, const struct iw_envelope *envelope)
{
    iw_json_put_octets(json, "date", envelope->date);
    iw_json_put_octets(json, "subject", envelope->subject);
    add_addresses(json, "from", &envelope->from);
    add_addresses(json, "sender", &envelope->sender);
    add_addresses(json, "reply-to", &envelope->reply_to);
    add_addresses(json, "to", &envelope->to);
    add_addresses(json, "cc", &envelope->cc);
    add_addresses(json, "bcc", &envelope->bcc);
    iw_json_put_octets(json, "in-reply-to", envelope->in_reply_to);
    iw_json_put_octets(json, "message-id", envelope->message_id);
}

/* ---- BODYSTRUCTURE ---- */

void iw_json_params(struct iw_json_writer *json, const char *key, const struct iw_params *params)
{
    if (params->count == 0)
        return;
    iw_json_open_array(json, key);
    for (size_t i = 0; i < params->count; i++) {
        iw_json_open_array(json, NULL);
        iw_json_put_octets(json, NULL, params->members[i].name);
        iw_json_put_octets(json, NULL, params->members[i].value);
        iw_json_close_array(json);
    }
    iw_json_close_array(json);
}

static void add_disposition(struct iw_json_writer *json, const struct iw_body *body)
{
    if (body->disposition.data == NULL) {
        iw_json_put_octets(json, "disposition", body->disposition);
        return;
    }
    iw_json_open_object(json, "disposition");
    iw_json_put_octets(json, "type", body->disposition);
    iw_json_params(json, "params", &body->disposition_params);
    iw_json_close_object(json);
}

/* Those that are there, null for NIL. */
static void add_extensions(struct iw_json_writer *json, const struct iw_body *body)
{
    if (body->extensions > 0 && body->kind != IW_BODY_MULTIPART)
        iw_json_put_octets(json, "md5", body->md5);
    if (body->extensions > 1)
        add_disposition(json, body);
    if (body->extensions > 2 && body->language_count > 0)
        iw_json_spans(json, "language", body->languages, body->language_count);
    else if (body->extensions > 2)
        iw_json_put_octets(json, "language", iw_span(NULL, 0));
    if (body->extensions > 3)
        iw_json_put_octets(json, "location", body->location);
    iw_json_put_member(json, "more", body->more);
}

static void add_part(struct iw_json_writer *json, const struct iw_body *body)
{
    iw_json_open_object(json, NULL);
    iw_json_body(json, body);
    iw_json_close_object(json);
}

static void add_parts(struct iw_json_writer *json, const struct iw_body *body)
{
    iw_json_open_array(json, "parts");
    for (const struct iw_body *part = body->part; part != NULL; part = part->next)
        add_part(json, part);
    iw_json_close_array(json);
}

/* What only a single part has. */
static void add_fields(struct iw_json_writer *json, const struct iw_body *body)
{
    iw_json_put_member(json, "id", body->id);
    iw_json_put_member(json, "description", body->description);
    iw_json_put_octets(json, "encoding", body->encoding);
    iw_json_put_number(json, "octets", body->octets);
    if (body->kind == IW_BODY_TEXT || body->kind == IW_BODY_MESSAGE)
        iw_json_put_number(json, "lines", body->lines);
}

static void add_message(struct iw_json_writer *json, const struct iw_body *body)
{
    iw_json_open_object(json, "envelope");
    add_envelope(json, body->envelope);
    iw_json_close_object(json);
    iw_json_key(json, "body");
    add_part(json, body->part);
}

/* As deep as a body is: IW_BODY_DEPTH_MAX. */
void iw_json_body(struct iw_json_writer *json, const struct iw_body *body)
{
    bool multipart = body->kind == IW_BODY_MULTIPART;
    iw_json_put_octets(json, "type", multipart ? IW_SPAN("multipart") : body->type);
    iw_json_put_octets(json, "subtype", body->subtype);
    iw_json_params(json, "params", &body->params);
    if (!multipart)
        add_fields(json, body);
    add_extensions(json, body);
    if (multipart)
        add_parts(json, body);
    else if (body->kind == IW_BODY_MESSAGE)
        add_message(json, body);
}

/* ---- items ---- */

void iw_json_section(struct iw_json_writer *json, const struct iw_section *section)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    iw_write_section(&text, section);
    if (text.failed)
        json->out->failed = true;
    else
        iw_json_put_octets(json, "section", iw_span_part(iw_buf_span(&text), 1, text.length - 1));
    iw_buf_release(&text);
}

/* The octets; of a literal that was not kept how many they are. */
static void add_octets(struct iw_json_writer *json, const struct iw_fetch_item *item)
{
    if (item->kept)
        iw_json_put_octets(json, "value", item->value);
    else
        iw_json_put_number(json, "skipped", item->size);
}

/* Of BODY[…]<o>, BINARY[…]<o>, BINARY.SIZE[…]. */
static void add_place(struct iw_json_writer *json, const struct iw_fetch_item *item)
{
    if (item->has_section)
        iw_json_section(json, &item->section);
    if (item->has_origin)
        iw_json_put_number(json, "origin", item->origin);
}

void iw_json_annotations(struct iw_json_writer *json, const struct iw_annotations *annotations)
{
    iw_json_open_array(json, "annotations");
    for (size_t i = 0; i < annotations->count; i++) {
        const struct iw_annotation *annotation = &annotations->members[i];
        iw_json_open_object(json, NULL);
        iw_json_put_octets(json, "entry", annotation->entry);
        iw_json_put_member(json, "attribute", annotation->attribute);
        if (annotation->attribute.data != NULL)
            iw_json_octets(json, &annotation->value);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

/* The offset counts from the first octet of what is bad. */
static void add_bad(struct iw_json_writer *json, const struct iw_fetch_item *item)
{
    iw_json_put_octets(json, "bad", item->value);
    iw_json_put_number(json, "offset", item->offset);
    iw_json_put_string(json, "expected", item->expected);
}

static void add_other(struct iw_json_writer *json, const struct iw_fetch_item *item)
{
    iw_json_put_member(json, "section", item->brackets);
    if (item->has_origin)
        iw_json_put_number(json, "origin", item->other_origin);
    iw_json_put_octets(json, "raw", item->value);
}

static void add_value(struct iw_json_writer *json, const struct iw_fetch_item *item)
{
    switch (item->kind) {
    case IW_FETCH_FLAGS:
        iw_json_flags(json, &item->flags);
        break;
    case IW_FETCH_UID:
    case IW_FETCH_SIZE:
    case IW_FETCH_MODSEQ:
    case IW_FETCH_GMAIL_ID:
        iw_json_put_number(json, "number", item->number);
        break;
    case IW_FETCH_SAVEDATE:
    case IW_FETCH_INTERNALDATE:
        if (item->nil)
            iw_json_put_octets(json, "date", iw_span(NULL, 0));
        else
            iw_json_date(json, &item->date);
        break;
    case IW_FETCH_SECTION:
    case IW_FETCH_BINARY:
        add_place(json, item);
        add_octets(json, item);
        break;
    case IW_FETCH_BINARY_SIZE:
        add_place(json, item);
        iw_json_put_number(json, "number", item->number);
        break;
    case IW_FETCH_ENVELOPE:
        add_envelope(json, item->envelope);
        break;
    case IW_FETCH_BODYSTRUCTURE:
        iw_json_body(json, item->body);
        break;
    case IW_FETCH_PREVIEW:
        iw_json_put_member(json, "algorithm", item->algorithm);
        add_octets(json, item);
        break;
    case IW_FETCH_ID:
        iw_json_put_octets(json, "value", item->value);
        break;
    case IW_FETCH_GMAIL_LABELS:
        iw_json_spans(json, "labels", item->labels, item->label_count);
        break;
    case IW_FETCH_ANNOTATION:
        iw_json_annotations(json, &item->annotations);
        break;
    case IW_FETCH_BAD:
        add_bad(json, item);
        break;
    case IW_FETCH_OTHER:
        add_other(json, item);
    }
}

void iw_json_fetch(struct iw_json_writer *json, const struct iw_fetch *fetch)
{
    iw_json_open_array(json, "items");
    for (size_t i = 0; i < fetch->count; i++) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "name", fetch->items[i].name);
        add_value(json, &fetch->items[i]);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

/* ---- what a FETCH asks for ---- */

void iw_json_fetch_att(struct iw_json_writer *json, const struct iw_fetch_att *att)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    iw_write_fetch_att(&text, att);
    iw_json_put_octets(json, NULL, iw_buf_span(&text));
    json->out->failed |= text.failed;
    iw_buf_release(&text);
}

void iw_json_fetch_atts(struct iw_json_writer *json, const char *key,
                        const struct iw_fetch_att *att)
{
    iw_json_open_array(json, key);
    for (; att != NULL; att = att->next)
        iw_json_fetch_att(json, att);
    iw_json_close_array(json);
}
