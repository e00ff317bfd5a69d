/* SPDX-License-Identifier: MIT */
#include "cli/value_parts.h"

#include <stdio.h>

void iw_json_true(struct iw_json_writer *json, const char *key, bool value)
{
    if (value)
        iw_json_put_bool(json, key, true);
}

void iw_json_spans(struct iw_json_writer *json, const char *key, const struct iw_span *spans,
                   size_t count)
{
    iw_json_open_array(json, key);
    for (size_t i = 0; i < count; i++)
        iw_json_put_octets(json, NULL, spans[i]);
    iw_json_close_array(json);
}

void iw_json_names(struct iw_json_writer *json, const char *key, const struct iw_names *names)
{
    iw_json_spans(json, key, names->names, names->count);
}

void iw_json_set(struct iw_json_writer *json, const char *key, const struct iw_set *set)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    iw_write_set(&text, set);
    iw_json_put_octets(json, key, iw_buf_span(&text));
    if (text.failed)
        json->out->failed = true;
    iw_buf_release(&text);
}

void iw_json_flags(struct iw_json_writer *json, const struct iw_flags *flags)
{
    iw_json_spans(json, "flags", flags->names, flags->count);
}

void iw_json_date(struct iw_json_writer *json, const struct iw_date *date)
{
    char text[64];
    int minutes = date->zone < 0 ? -date->zone : date->zone;
    snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02u%c%02d:%02d", (unsigned)date->year,
             (unsigned)date->month, (unsigned)date->day, (unsigned)date->hour,
             (unsigned)date->minute, (unsigned)date->second, date->zone < 0 ? '-' : '+',
             minutes / 60, minutes % 60);
    iw_json_put_string(json, "date", text);
}

void iw_json_id(struct iw_json_writer *json, const struct iw_id *id)
{
    if (id->nil) {
        iw_json_put_null(json, "fields");
        return;
    }
    iw_json_open_array(json, "fields");
    for (size_t i = 0; i < id->count; i++) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "name", id->fields[i].name);
        iw_json_put_octets(json, "value", id->fields[i].value);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}
