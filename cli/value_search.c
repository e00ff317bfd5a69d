/* SPDX-License-Identifier: MIT */
#include "cli/value_search.h"

#include "cli/value_fetch.h"
#include "cli/value_parts.h"

/* A key that is an atom of the grammar, and so in ASCII. */
static void add_key(struct iw_json_writer *json, struct iw_span name)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    iw_buf_add(&text, name);
    iw_json_key(json, iw_buf_string(&text));
    json->out->failed |= text.failed;
    iw_buf_release(&text);
}

/* ---- options ---- */

static void add_window(struct iw_json_writer *json, const struct iw_window *window)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    iw_write_window(&text, window);
    iw_json_put_string(json, NULL, iw_buf_string(&text));
    json->out->failed |= text.failed;
    iw_buf_release(&text);
}

static void add_qresync(struct iw_json_writer *json, const struct iw_qresync *qresync)
{
    iw_json_open_object(json, NULL);
    iw_json_put_number(json, "uidvalidity", qresync->uidvalidity);
    iw_json_put_number(json, "modseq", qresync->modseq);
    if (qresync->known_uids.count > 0)
        iw_json_set(json, "known_uids", &qresync->known_uids);
    if (qresync->matched_numbers.count > 0) {
        iw_json_set(json, "matched_numbers", &qresync->matched_numbers);
        iw_json_set(json, "matched_uids", &qresync->matched_uids);
    }
    iw_json_close_object(json);
}

static void add_option_value(struct iw_json_writer *json, const struct iw_option *option)
{
    switch (option->shape) {
    case IW_OPTION_NUMBER:
        iw_json_put_number(json, NULL, option->number);
        break;
    case IW_OPTION_WINDOW:
        add_window(json, &option->window);
        break;
    case IW_OPTION_ATOMS:
    case IW_OPTION_ATTRIBUTES:
    case IW_OPTION_ASTRINGS:
        iw_json_names(json, NULL, &option->members);
        break;
    case IW_OPTION_QRESYNC:
        add_qresync(json, option->qresync);
        break;
    case IW_OPTION_FETCH:
        iw_json_fetch_atts(json, NULL, option->fetch_atts);
        break;
    case IW_OPTION_BARE:
    case IW_OPTION_DEPTH:
    case IW_OPTION_OTHER:
        iw_json_put_octets(json, NULL, option->value);
    }
}

static void add_option(struct iw_json_writer *json, const struct iw_option *option)
{
    if (!iw_option_has_value(option)) {
        iw_json_put_octets(json, NULL, option->name);
        return;
    }
    iw_json_open_object(json, NULL);
    add_key(json, option->name);
    add_option_value(json, option);
    iw_json_close_object(json);
}

void iw_json_options(struct iw_json_writer *json, const char *key, const struct iw_options *options)
{
    if (!options->given)
        return;
    iw_json_open_array(json, key);
    for (const struct iw_option *option = options->first; option != NULL; option = option->next)
        add_option(json, option);
    iw_json_close_array(json);
}

/* ---- search keys ---- */

static void add_search_key(struct iw_json_writer *json, const struct iw_search_key *key);

/* One key as it is, several as an array. */
static void add_search_keys(struct iw_json_writer *json, const struct iw_search_key *first,
                            bool array)
{
    if (array)
        iw_json_open_array(json, NULL);
    for (const struct iw_search_key *key = first; key != NULL; key = key->next)
        add_search_key(json, key);
    if (array)
        iw_json_close_array(json);
}

/* full-date (RFC 3339 §5.6) */
static void add_day(struct iw_json_writer *json, const struct iw_date *date)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    iw_buf_addf(&text, "%04u-%02u-%02u", (unsigned)date->year, (unsigned)date->month,
                (unsigned)date->day);
    iw_json_put_string(json, NULL, iw_buf_string(&text));
    json->out->failed |= text.failed;
    iw_buf_release(&text);
}

static void add_set(struct iw_json_writer *json, const struct iw_set *set)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    iw_write_set(&text, set);
    iw_json_put_octets(json, NULL, iw_buf_span(&text));
    json->out->failed |= text.failed;
    iw_buf_release(&text);
}

/* [entry, type, number], or the number alone. */
static void add_modseq(struct iw_json_writer *json, const struct iw_search_key *key)
{
    if (key->name.data == NULL) {
        iw_json_put_number(json, NULL, key->number);
        return;
    }
    iw_json_open_array(json, NULL);
    iw_json_put_octets(json, NULL, key->name);
    iw_json_put_octets(json, NULL, key->string);
    iw_json_put_number(json, NULL, key->number);
    iw_json_close_array(json);
}

static void add_strings(struct iw_json_writer *json, const struct iw_search_key *key)
{
    iw_json_open_array(json, NULL);
    iw_json_put_octets(json, NULL, key->name);
    if (key->kind == IW_SEARCH_ANNOTATION)
        iw_json_put_octets(json, NULL, key->attribute);
    iw_json_put_octets(json, NULL, key->string);
    iw_json_close_array(json);
}

static void add_argument(struct iw_json_writer *json, const struct iw_search_key *key)
{
    switch (iw_search_kind_shape(key->kind)) {
    case IW_SEARCH_SHAPE_DATE:
        add_day(json, &key->date);
        break;
    case IW_SEARCH_SHAPE_SIZE:
    case IW_SEARCH_SHAPE_NUMBER:
    case IW_SEARCH_SHAPE_LARGE:
        iw_json_put_number(json, NULL, key->number);
        break;
    case IW_SEARCH_SHAPE_MODSEQ:
        add_modseq(json, key);
        break;
    case IW_SEARCH_SHAPE_SET:
        add_set(json, &key->set);
        break;
    case IW_SEARCH_SHAPE_KEYS:
        add_search_keys(json, key->keys, key->kind == IW_SEARCH_OR || key->kind == IW_SEARCH_AND);
        break;
    case IW_SEARCH_SHAPE_HEADER:
    case IW_SEARCH_SHAPE_ANNOTATION:
        add_strings(json, key);
        break;
    case IW_SEARCH_SHAPE_BARE:
    case IW_SEARCH_SHAPE_ASTRING:
    case IW_SEARCH_SHAPE_ATOM:
    case IW_SEARCH_SHAPE_ID:
        iw_json_put_octets(json, NULL, key->string);
    }
}

/* Not deeper than limits.depth let the parser go. */
static void add_search_key(struct iw_json_writer *json, const struct iw_search_key *key)
{
    struct iw_span name = iw_search_kind_name(key->kind);
    if (iw_search_kind_shape(key->kind) == IW_SEARCH_SHAPE_BARE) {
        iw_json_put_octets(json, NULL, name);
        return;
    }
    if (name.length == 0)
        name = key->kind == IW_SEARCH_AND ? IW_SPAN("AND") : IW_SPAN("SET");
    iw_json_open_object(json, NULL);
    add_key(json, name);
    add_argument(json, key);
    iw_json_close_object(json);
}

void iw_json_search_program(struct iw_json_writer *json, const struct iw_search_program *program)
{
    iw_json_put_member(json, "charset", program->charset);
    iw_json_key(json, "search");
    add_search_keys(json, program->keys, true);
}
