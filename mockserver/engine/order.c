/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/order.h"

#include "mockserver/engine/mime_date.h"
#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_sort_key.h"

#include <stdlib.h>
#include <string.h>

/* What one key makes of a message: a number, or a string. */
struct value {
    int64_t number;
    struct iw_span text;
};

struct order {
    const struct iw_sort_key *keys;
    size_t key_count;
};

struct row {
    const struct order *order;
    struct iw_hit hit;
    struct value *values; /* one for each key */
};

/* ---- the keys ---- */

struct key_type;

struct valuing {
    struct iw_arena *scratch;
    enum iw_collation collation;
    const struct iw_message *message;
    struct iw_span header;
    const struct iw_hit *hit;
};

static int64_t arrival(const struct valuing *valuing)
{
    return iw_date_to_unix(&valuing->message->date);
}

int64_t iw_sent_date(const struct iw_message *message)
{
    struct iw_span octets = iw_span(message->content->octets, message->content->length);
    struct iw_mime_field field;
    struct iw_date date;
    bool read = iw_mime_find_field(octets, IW_SPAN("Date"), &field) &&
                iw_mime_parse_date(field.value, &date);
    return iw_date_to_unix(read ? &date : &message->date);
}

static int64_t sent(const struct valuing *valuing)
{
    return iw_sent_date(valuing->message);
}

static int64_t size(const struct valuing *valuing)
{
    return (int64_t)valuing->message->content->length;
}

/* The most relevant come first (RFC 6203 §5). */
static int64_t relevancy(const struct valuing *valuing)
{
    return -(int64_t)valuing->hit->relevancy;
}

typedef enum iw_result read_text(struct iw_arena *arena, enum iw_collation collation,
                                 struct iw_span header, struct iw_span name, struct iw_span *key);

static enum iw_result read_subject(struct iw_arena *arena, enum iw_collation collation,
                                   struct iw_span header, struct iw_span name, struct iw_span *key)
{
    struct iw_mime_subject subject;
    (void)name;
    enum iw_result result = iw_mime_sort_subject(arena, collation, header, &subject);
    *key = subject.base;
    return result;
}

struct key_type {
    const char *name;
    enum iw_capability capability;
    int64_t (*number)(const struct valuing *valuing); /* or: */
    read_text *text;
    struct iw_span field;
};

#define FIELD(name)                                                                                \
    {                                                                                              \
        name, sizeof name - 1                                                                      \
    }
static const struct key_type key_types[] = {
    {"ARRIVAL", IW_CAPABILITY_NONE, arrival, NULL, {NULL, 0}},
    {"CC", IW_CAPABILITY_NONE, NULL, iw_mime_sort_mailbox, FIELD("Cc")},
    {"DATE", IW_CAPABILITY_NONE, sent, NULL, {NULL, 0}},
    {"FROM", IW_CAPABILITY_NONE, NULL, iw_mime_sort_mailbox, FIELD("From")},
    {"SIZE", IW_CAPABILITY_NONE, size, NULL, {NULL, 0}},
    {"SUBJECT", IW_CAPABILITY_NONE, NULL, read_subject, {NULL, 0}},
    {"TO", IW_CAPABILITY_NONE, NULL, iw_mime_sort_mailbox, FIELD("To")},
    {"DISPLAYFROM", IW_CAPABILITY_SORT_DISPLAY, NULL, iw_mime_sort_display, FIELD("From")},
    {"DISPLAYTO", IW_CAPABILITY_SORT_DISPLAY, NULL, iw_mime_sort_display, FIELD("To")},
    {"RELEVANCY", IW_CAPABILITY_SEARCH_FUZZY, relevancy, NULL, {NULL, 0}},
};

/* NULL: there is none. */
static const struct key_type *type_of(const struct iw_sort_key *key)
{
    for (size_t i = 0; i < sizeof key_types / sizeof *key_types; i++) {
        if (iw_span_equal_nocase(key->name, iw_span_of(key_types[i].name)))
            return &key_types[i];
    }
    return NULL;
}

bool iw_order_is_known(const struct iw_run *run, const struct iw_sort_key *keys)
{
    for (; keys != NULL; keys = keys->next) {
        const struct key_type *type = type_of(keys);
        if (type == NULL || !iw_engine_session_has(run->session, type->capability))
            return false;
    }
    return true;
}

/* ---- rows ---- */

/* What a key needs for a moment lies in the scratch arena, its string in the other. */
static bool find_value(struct iw_arena *arena, const struct key_type *type,
                       const struct valuing *valuing, struct value *value)
{
    struct iw_span text;
    if (type->number != NULL) {
        value->number = type->number(valuing);
        return true;
    }
    iw_arena_reset(valuing->scratch);
    if (type->text(valuing->scratch, valuing->collation, valuing->header, type->field, &text) !=
        IW_OK)
        return false;
    value->text = iw_arena_copy(arena, text);
    return value->text.data != NULL;
}

static bool fill_row(struct iw_run *run, const struct iw_found *found, size_t place,
                     struct row *row)
{
    const struct iw_message *message = iw_found_message(found, place);
    const struct valuing valuing = {.scratch = &run->session->scratch,
                                    .collation = run->session->collation,
                                    .message = message,
                                    .header =
                                        iw_span(message->content->octets, message->content->length),
                                    .hit = &found->hits[place]};
    struct value *value = row->values =
        iw_arena_array(run->arena, row->order->key_count, sizeof *row->values);
    bool filled = value != NULL;
    row->hit = found->hits[place];
    for (const struct iw_sort_key *key = row->order->keys; filled && key != NULL; key = key->next)
        filled = find_value(run->arena, type_of(key), &valuing, value++);
    return filled;
}

static int compare_text(struct iw_span a, struct iw_span b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int compared = memcmp(a.data, b.data, common);
    return compared != 0 ? compared : (a.length > b.length) - (a.length < b.length);
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    const struct iw_sort_key *key = x->order->keys;
    for (size_t i = 0; key != NULL; key = key->next, i++) {
        const struct value *v = &x->values[i], *w = &y->values[i];
        int compared = v->text.data != NULL ? compare_text(v->text, w->text)
                                            : (v->number > w->number) - (v->number < w->number);
        if (compared != 0)
            return key->reverse ? -compared : compared;
    }
    return (x->hit.index > y->hit.index) - (x->hit.index < y->hit.index);
}

bool iw_order(struct iw_run *run, const struct iw_sort_key *keys, struct iw_found *found)
{
    struct order order = {.keys = keys};
    struct row *rows = iw_arena_array(run->arena, found->count, sizeof *rows);
    bool filled = rows != NULL;
    for (const struct iw_sort_key *key = keys; key != NULL; key = key->next)
        order.key_count++;
    for (size_t i = 0; filled && i < found->count; i++) {
        rows[i].order = &order;
        filled = fill_row(run, found, i, &rows[i]);
    }
    if (!filled)
        return false;
    qsort(rows, found->count, sizeof *rows, compare_rows);
    for (size_t i = 0; i < found->count; i++)
        found->hits[i] = rows[i].hit;
    return true;
}
