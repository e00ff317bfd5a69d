/* SPDX-License-Identifier: MIT */
#include "cli/value_convert.h"

#include "cli/value_fetch.h"
#include "cli/value_parts.h"

void iw_json_octets(struct iw_json_writer *json, const struct iw_octets *octets)
{
    if (octets->kept)
        iw_json_put_octets(json, "value", octets->value);
    else
        iw_json_put_number(json, "skipped", octets->size);
}

void iw_json_conversion_target(struct iw_json_writer *json, const struct iw_conversion *conversion)
{
    iw_json_put_octets(json, "to", conversion->to);
    iw_json_params(json, "params", &conversion->params);
}

void iw_json_conversion(struct iw_json_writer *json, const struct iw_conversion *conversion)
{
    iw_json_put_octets(json, "from", conversion->from);
    iw_json_conversion_target(json, conversion);
}

static void add_error(struct iw_json_writer *json, const struct iw_convert_error *error)
{
    iw_json_open_object(json, "failed");
    iw_json_put_string(json, "code", iw_convert_code_name(error->code));
    iw_json_put_member(json, "text", error->text);
    if (error->minutes > 0)
        iw_json_put_number(json, "minutes", error->minutes);
    if (error->conversions != NULL)
        iw_json_open_array(json, "conversions");
    for (const struct iw_conversion *failed = error->conversions; failed != NULL;
         failed = failed->next) {
        iw_json_open_object(json, NULL);
        iw_json_conversion(json, failed);
        iw_json_close_object(json);
    }
    if (error->conversions != NULL)
        iw_json_close_array(json);
    iw_json_close_object(json);
}

static void add_value(struct iw_json_writer *json, const struct iw_converted_item *item)
{
    switch (item->kind) {
    case IW_CONVERTED_UID:
    case IW_CONVERTED_SIZE:
        iw_json_put_number(json, "number", item->number);
        break;
    case IW_CONVERTED_BINARY:
        iw_json_octets(json, &item->octets);
        break;
    case IW_CONVERTED_STRUCTURE:
        iw_json_body(json, item->body);
        break;
    case IW_CONVERTED_CONVERSIONS:
        iw_json_names(json, "types", &item->types);
        break;
    case IW_CONVERTED_ERROR:
        add_error(json, item->error);
    }
}

static void add_item(struct iw_json_writer *json, const struct iw_converted_item *item)
{
    iw_json_open_object(json, NULL);
    iw_json_put_member(json, "name", item->name);
    if (item->kind != IW_CONVERTED_UID)
        iw_json_section(json, &item->section);
    if (item->has_origin)
        iw_json_put_number(json, "origin", item->origin);
    add_value(json, item);
    iw_json_close_object(json);
}

void iw_json_converted(struct iw_json_writer *json, const struct iw_converted *converted)
{
    iw_json_open_object(json, "correlator");
    iw_json_put_member(json, "tag", converted->tag);
    iw_json_close_object(json);
    iw_json_open_array(json, "items");
    for (size_t i = 0; i < converted->count; i++)
        add_item(json, &converted->items[i]);
    iw_json_close_array(json);
}

void iw_json_apple_push(struct iw_json_writer *json, const struct iw_apple_push *push)
{
    iw_json_params(json, "fields", &push->fields);
    if (push->has_mailboxes)
        iw_json_names(json, "mailboxes", &push->mailboxes);
}
