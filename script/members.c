/* SPDX-License-Identifier: MIT */
#include "script/members.h"

#include "base/passage.h"
#include "script/nearest.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_MAX = 40, MEMBERS_MAX = 32 };

bool iw_load_fail(struct iw_loader *loader, const struct iw_place *place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    iw_diagnostic_set(loader->diagnostic, place, format, arguments);
    va_end(arguments);
    return false;
}

bool iw_load_no_memory(struct iw_loader *loader)
{
    return iw_load_fail(loader, &(struct iw_place){0}, "out of memory");
}

bool iw_load_expected(struct iw_loader *loader, const struct iw_json *value, const char *expected)
{
    return iw_load_fail(loader, &value->place, "expected %s, found %s", expected,
                        iw_json_kind_name(value->kind));
}

void *iw_load_members(struct iw_loader *loader, const struct iw_json *value, enum iw_json_kind kind,
                      const char *expected, size_t size)
{
    if (value->kind != kind) {
        iw_load_expected(loader, value, expected);
        return NULL;
    }
    void *room = iw_arena_array(loader->arena, value->count, size);
    if (room == NULL)
        iw_load_no_memory(loader);
    return room;
}

const struct iw_json *iw_load_json(struct iw_loader *loader, struct iw_span text)
{
    struct iw_json_error error;
    const struct iw_json *json = iw_json_parse(text, loader->arena, &error);
    if (json == NULL && error.message[0] == '\0')
        iw_load_no_memory(loader);
    else if (json == NULL)
        iw_load_fail(loader, &error.place, "%s", error.message);
    return json;
}

/* --- words --- */

/* "a, b and c" */
static void join_words(const char *const *words, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; words[i] != NULL && length < size; i++) {
        const char *glue = i == 0 ? "" : words[i + 1] == NULL ? " and " : ", ";
        int added = snprintf(out + length, size - length, "%s%s", glue, words[i]);
        length += added < 0 ? 0 : (size_t)added;
    }
}

bool iw_load_unknown(struct iw_loader *loader, const struct iw_place *place, const char *what,
                     struct iw_span word, const char *const *candidates)
{
    const char *nearest = iw_nearest(word, candidates);
    char allowed[200];
    join_words(candidates, allowed, sizeof allowed);
    int shown = word.length > SHOWN_MAX ? SHOWN_MAX : (int)word.length;
    if (nearest != NULL)
        return iw_load_fail(loader, place, "unknown %s \"%.*s\"; did you mean \"%s\"?", what, shown,
                            word.data, nearest);
    return iw_load_fail(loader, place, "unknown %s \"%.*s\"; allowed here: %s", what, shown,
                        word.data, allowed);
}

int iw_load_word(struct iw_loader *loader, const struct iw_json *value, const char *const *words)
{
    if (value->kind != IW_JSON_STRING) {
        iw_load_expected(loader, value, "a string");
        return -1;
    }
    for (int i = 0; words[i] != NULL; i++)
        if (iw_span_equal(value->text, iw_span_of(words[i])))
            return i;
    iw_load_unknown(loader, &value->place, "word", value->text, words);
    return -1;
}

/* --- objects --- */

static const struct iw_member *find_member(const struct iw_object *object, struct iw_span key)
{
    for (const struct iw_member *member = object->members; member->key != NULL; member++)
        if (iw_span_equal(key, iw_span_of(member->key)))
            return member;
    return NULL;
}

static bool fail_key(struct iw_loader *loader, const struct iw_json *value,
                     const struct iw_object *object)
{
    const char *keys[MEMBERS_MAX + 1] = {NULL};
    for (size_t i = 0; i < MEMBERS_MAX && object->members[i].key != NULL; i++)
        keys[i] = object->members[i].key;
    return iw_load_unknown(loader, &value->key_place, "key", value->key, keys);
}

bool iw_load_object(struct iw_loader *loader, const struct iw_json *value,
                    const struct iw_object *object, void *target)
{
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object");
    for (const struct iw_json *child = value->child; child != NULL; child = child->next) {
        const struct iw_member *member = find_member(object, child->key);
        if (member == NULL)
            return fail_key(loader, child, object);
        if (!member->read(loader, child, (char *)target + member->offset))
            return false;
    }
    for (const struct iw_member *member = object->members; member->key != NULL; member++)
        if (member->required && iw_json_member(value, member->key) == NULL)
            return iw_load_fail(loader, &value->place, "\"%s\" is missing", member->key);
    return true;
}

/* --- values --- */

bool iw_load_text(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *text = target;
    if (value->kind != IW_JSON_STRING)
        return iw_load_expected(loader, value, "a string");
    *text = value->text;
    return true;
}

static bool begin_texts(struct iw_loader *loader, struct iw_texts *texts, size_t count)
{
    texts->items = iw_arena_array(loader->arena, count, sizeof *texts->items);
    texts->places = iw_arena_array(loader->arena, count, sizeof *texts->places);
    return (texts->items != NULL && texts->places != NULL) || iw_load_no_memory(loader);
}

bool iw_load_texts(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_texts *texts = target;
    if (value->kind != IW_JSON_ARRAY)
        return iw_load_expected(loader, value, "a list of strings");
    if (!begin_texts(loader, texts, value->count))
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        texts->places[texts->count] = item->place;
        if (!iw_load_text(loader, item, &texts->items[texts->count++]))
            return false;
    }
    return true;
}

bool iw_load_text_or_texts(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_texts *texts = target;
    if (value->kind == IW_JSON_ARRAY)
        return iw_load_texts(loader, value, target);
    if (value->kind != IW_JSON_STRING)
        return iw_load_expected(loader, value, "a string or a list of strings");
    if (!begin_texts(loader, texts, 1))
        return false;
    texts->places[0] = value->place;
    texts->items[texts->count++] = value->text;
    return true;
}

bool iw_load_bool(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    bool *truth = target;
    if (value->kind != IW_JSON_TRUE && value->kind != IW_JSON_FALSE)
        return iw_load_expected(loader, value, "true or false");
    *truth = value->kind == IW_JSON_TRUE;
    return true;
}

bool iw_load_count(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    unsigned *count = target;
    if (value->kind != IW_JSON_INTEGER)
        return iw_load_expected(loader, value, "a whole number");
    if (value->integer < 1 || value->integer > INT_MAX)
        return iw_load_fail(loader, &value->place, "expected a number from 1 to %d", INT_MAX);
    *count = (unsigned)value->integer;
    return true;
}

bool iw_load_level(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    const char *words[IW_LEVEL_PRACTICE + 2] = {NULL};
    for (int level = 0; level <= IW_LEVEL_PRACTICE; level++)
        words[level] = iw_level_name((enum iw_level)level);
    int word = iw_load_word(loader, value, words);
    if (word >= 0)
        *(enum iw_level *)target = (enum iw_level)word;
    return word >= 0;
}

bool iw_is_number_text(struct iw_span text)
{
    uint64_t number = 0;
    bool minus = text.length > 0 && text.data[0] == '-';
    if (iw_span_number(iw_span_part(text, minus ? 1 : 0, text.length), INT64_MAX, &number))
        return true;
    return text.length > 3 && text.data[0] == '$' && text.data[1] == '{';
}

bool iw_load_number_text(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *text = target;
    if (value->kind == IW_JSON_STRING) {
        *text = value->text;
        return iw_is_number_text(value->text) ||
               iw_load_fail(loader, &value->place, "expected a number or a fill such as ${n}");
    }
    if (value->kind != IW_JSON_INTEGER)
        return iw_load_expected(loader, value, "a whole number or a fill such as \"${n}\"");
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)value->integer);
    *text = iw_arena_copy(loader->arena, iw_span(digits, (size_t)length));
    return text->data != NULL || iw_load_no_memory(loader);
}

/* "5..20" */
static bool is_range(struct iw_span text)
{
    struct iw_spread range;
    return text.length > 0 && text.data[0] != '-' && iw_spread_read(text, &range);
}

bool iw_load_range_text(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *text = target;
    if (value->kind != IW_JSON_STRING || !is_range(value->text))
        return iw_load_number_text(loader, value, target);
    *text = value->text;
    return true;
}

/* --- lines --- */

static bool measure_joined(struct iw_loader *loader, const struct iw_json *value, size_t *length)
{
    for (const struct iw_json *part = value->child; part != NULL; part = part->next) {
        if (part->kind != IW_JSON_STRING)
            return iw_load_expected(loader, part, "a string");
        *length += part->text.length;
    }
    return true;
}

/* The text of a line: a string, or a list of strings that are joined as they stand. */
static bool load_joined(struct iw_loader *loader, const struct iw_json *value, struct iw_span *text)
{
    if (value->kind == IW_JSON_STRING) {
        *text = value->text;
        return true;
    }
    if (value->kind != IW_JSON_ARRAY)
        return iw_load_expected(loader, value, "a line");
    size_t length = 0;
    if (!measure_joined(loader, value, &length))
        return false;
    char *joined = iw_arena_get(loader->arena, length + 1);
    if (joined == NULL)
        return iw_load_no_memory(loader);
    *text = iw_span(joined, length);
    for (const struct iw_json *part = value->child; part != NULL; part = part->next) {
        memcpy(joined, part->text.data, part->text.length);
        joined += part->text.length;
    }
    return true;
}

bool iw_load_line(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span text;
    struct iw_error error = {.code = IW_OK};
    if (!load_joined(loader, value, &text) || !iw_load_want_fills(loader, &value->place, text))
        return false;
    if (iw_line_parse(text, target, &error) == IW_OK)
        return true;
    return iw_load_fail(loader, &value->place, "expected %s at character %zu of the line",
                        error.expected, error.offset + 1);
}
