/* SPDX-License-Identifier: MIT */
#include "script/json.h"

#include "script/json_cursor.h"
#include "script/json_fault.h"

#include <jansson.h>
#include <stdio.h>

/* Jansson's tree is copied while a cursor follows in the text. */

struct reader {
    struct iw_json_cursor cursor;
    struct iw_arena *arena;
    struct iw_json_error *error;
    unsigned depth;
};

static const enum iw_json_kind kinds[] = {
    [JSON_OBJECT] = IW_JSON_OBJECT,   [JSON_ARRAY] = IW_JSON_ARRAY, [JSON_STRING] = IW_JSON_STRING,
    [JSON_INTEGER] = IW_JSON_INTEGER, [JSON_REAL] = IW_JSON_REAL,   [JSON_TRUE] = IW_JSON_TRUE,
    [JSON_FALSE] = IW_JSON_FALSE,     [JSON_NULL] = IW_JSON_NULL,
};

static struct iw_json *read_value(struct reader *reader, json_t *source, struct iw_span pointer);

static bool add_child(struct iw_json *parent, struct iw_json ***tail, struct iw_json *child)
{
    if (child == NULL)
        return false;
    **tail = child;
    *tail = &child->next;
    parent->count++;
    return true;
}

static bool read_items(struct reader *reader, json_t *source, struct iw_json *array)
{
    struct iw_json **tail = &array->child;
    for (size_t i = 0; i < json_array_size(source); i++) {
        char digits[24];
        int length = snprintf(digits, sizeof digits, "%zu", i);
        struct iw_span index = iw_span(digits, (size_t)length);
        struct iw_span pointer = iw_json_pointer(reader->arena, array->place.pointer, index);
        if (!add_child(array, &tail, read_value(reader, json_array_get(source, i), pointer)))
            return false;
    }
    return true;
}

/* Jansson keeps members in the order of the text, and there are no duplicates. */
static bool read_members(struct reader *reader, json_t *source, struct iw_json *object)
{
    struct iw_json **tail = &object->child;
    for (void *i = json_object_iter(source); i != NULL; i = json_object_iter_next(source, i)) {
        struct iw_span key = iw_span(json_object_iter_key(i), json_object_iter_key_len(i));
        struct iw_span pointer = iw_json_pointer(reader->arena, object->place.pointer, key);
        iw_json_skip_blanks(&reader->cursor);
        struct iw_place key_place = iw_json_place(&reader->cursor, pointer);
        iw_json_skip_string(&reader->cursor);
        struct iw_json *member = read_value(reader, json_object_iter_value(i), pointer);
        if (!add_child(object, &tail, member))
            return false;
        member->key_place = key_place;
        member->key = iw_arena_copy(reader->arena, key);
        if (member->key.data == NULL)
            return false;
    }
    return true;
}

static bool read_container(struct reader *reader, json_t *source, struct iw_json *node)
{
    if (reader->depth == IW_JSON_DEPTH_MAX) {
        reader->error->place = iw_json_place(&reader->cursor, node->place.pointer);
        snprintf(reader->error->message, sizeof reader->error->message,
                 "nested deeper than %d levels", IW_JSON_DEPTH_MAX);
        return false;
    }
    reader->depth++;
    iw_json_step(&reader->cursor); /* the opening bracket */
    bool ok = node->kind == IW_JSON_ARRAY ? read_items(reader, source, node)
                                          : read_members(reader, source, node);
    if (!ok)
        return false;
    iw_json_skip_blanks(&reader->cursor);
    iw_json_step(&reader->cursor); /* the closing bracket */
    reader->depth--;
    return true;
}

/* NULL with no message: no memory. */
static struct iw_json *read_value(struct reader *reader, json_t *source, struct iw_span pointer)
{
    struct iw_json *node = iw_arena_get(reader->arena, sizeof *node);
    if (node == NULL || pointer.data == NULL)
        return NULL;
    iw_json_skip_blanks(&reader->cursor);
    node->kind = kinds[json_typeof(source)];
    node->place = node->key_place = iw_json_place(&reader->cursor, pointer);
    if (node->kind == IW_JSON_ARRAY || node->kind == IW_JSON_OBJECT)
        return read_container(reader, source, node) ? node : NULL;
    iw_json_skip_token(&reader->cursor);
    node->integer = json_integer_value(source);
    node->real = json_number_value(source);
    if (node->kind == IW_JSON_STRING) {
        struct iw_span text = iw_span(json_string_value(source), json_string_length(source));
        node->text = iw_arena_copy(reader->arena, text);
        if (node->text.data == NULL)
            return NULL;
    }
    return node;
}

/* Jansson's words name a flag of its own. */
static const char no_nul[] = "\\u0000 cannot stand in a text: write ${hex:00}";

/* Jansson counts the octets it has read. Deep inside it does not even say that memory ended. */
static void explain(struct iw_span text, const json_error_t *from, struct iw_arena *arena,
                    struct iw_json_error *error)
{
    enum json_error_code code = json_error_code(from);
    if (code == json_error_out_of_memory || from->text[0] == '\0')
        return;
    struct iw_json_fault fault =
        iw_json_find_fault(text, from->position < 0 ? 0 : (size_t)from->position, arena);
    int shown = fault.token.length > 60 ? 60 : (int)fault.token.length;
    error->place = fault.place;
    if (code == json_error_duplicate_key)
        snprintf(error->message, sizeof error->message, "%.*s stands twice in this object", shown,
                 fault.token.data);
    else
        snprintf(error->message, sizeof error->message, "not valid JSON: %s%s%s",
                 code == json_error_null_character ? no_nul : from->text,
                 fault.hint == NULL ? "" : "; ", fault.hint == NULL ? "" : fault.hint);
}

const struct iw_json *iw_json_parse(struct iw_span text, struct iw_arena *arena,
                                    struct iw_json_error *error)
{
    *error = (struct iw_json_error){.place = {0, 0, IW_SPAN("")}};
    json_error_t jansson = {.position = 0};
    json_t *source = json_loadb(text.data == NULL ? "" : text.data, text.length,
                                JSON_REJECT_DUPLICATES, &jansson);
    if (source == NULL) {
        explain(text, &jansson, arena, error);
        return NULL;
    }
    struct reader reader = {iw_json_cursor(text), arena, error, 0};
    const struct iw_json *root = read_value(&reader, source, IW_SPAN(""));
    json_decref(source);
    return root;
}

const struct iw_json *iw_json_member(const struct iw_json *object, const char *key)
{
    if (object == NULL || object->kind != IW_JSON_OBJECT)
        return NULL;
    for (const struct iw_json *member = object->child; member != NULL; member = member->next)
        if (iw_span_equal(member->key, iw_span_of(key)))
            return member;
    return NULL;
}

const char *iw_json_kind_name(enum iw_json_kind kind)
{
    static const char *const names[] = {
        [IW_JSON_NULL] = "null",       [IW_JSON_FALSE] = "false",
        [IW_JSON_TRUE] = "true",       [IW_JSON_INTEGER] = "a number",
        [IW_JSON_REAL] = "a fraction", [IW_JSON_STRING] = "a string",
        [IW_JSON_ARRAY] = "a list",    [IW_JSON_OBJECT] = "an object",
    };
    return names[kind];
}
