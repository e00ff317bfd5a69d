/* SPDX-License-Identifier: MIT */
#include "script/json.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Jansson's tree is copied while a cursor follows in the text. */

struct cursor {
    const char *at, *end;
    unsigned line, column;
};

struct reader {
    struct cursor cursor;
    struct iw_arena *arena;
    struct iw_json_error *error;
    unsigned depth;
};

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static void step(struct cursor *cursor)
{
    char c = *cursor->at++;
    if (c == '\n') {
        cursor->line++;
        cursor->column = 1;
    } else if (!is_continuation(c)) {
        cursor->column++;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* To the next token that is a value, a key or a closing bracket. */
static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end &&
           (is_blank(*cursor->at) || *cursor->at == ',' || *cursor->at == ':'))
        step(cursor);
}

static void skip_string(struct cursor *cursor)
{
    step(cursor);
    while (cursor->at < cursor->end && *cursor->at != '"' && *cursor->at != '\n') {
        if (*cursor->at == '\\' && cursor->end - cursor->at > 1)
            step(cursor);
        step(cursor);
    }
    if (cursor->at < cursor->end)
        step(cursor);
}

static bool is_bracket(char c)
{
    return c == '{' || c == '}' || c == '[' || c == ']';
}

/* A string, one bracket, or a run of anything else. */
static void skip_token(struct cursor *cursor)
{
    if (*cursor->at == '"') {
        skip_string(cursor);
        return;
    }
    if (is_bracket(*cursor->at)) {
        step(cursor);
        return;
    }
    while (cursor->at < cursor->end && !is_blank(*cursor->at) && !is_bracket(*cursor->at) &&
           *cursor->at != ',' && *cursor->at != ':' && *cursor->at != '"')
        step(cursor);
}

static struct iw_place place_of(const struct cursor *cursor, struct iw_span pointer)
{
    return (struct iw_place){cursor->line, cursor->column, pointer};
}

/* "/dialogue" and "3" make "/dialogue/3"; "~" and "/" in a key are "~0" and "~1". */
static struct iw_span extend_pointer(struct reader *reader, struct iw_span parent,
                                     struct iw_span key)
{
    char *text = iw_arena_get(reader->arena, parent.length + 2 * key.length + 2);
    if (text == NULL)
        return iw_span(NULL, 0);
    size_t length = parent.length;
    if (length > 0)
        memcpy(text, parent.data, length);
    text[length++] = '/';
    for (size_t i = 0; i < key.length; i++) {
        char c = key.data[i];
        if (c == '~' || c == '/')
            text[length++] = '~';
        text[length++] = c == '~' ? '0' : c == '/' ? '1' : c;
    }
    return iw_span(text, length);
}

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
        struct iw_span pointer = extend_pointer(reader, array->place.pointer, index);
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
        struct iw_span pointer = extend_pointer(reader, object->place.pointer, key);
        skip_blanks(&reader->cursor);
        struct iw_place key_place = place_of(&reader->cursor, pointer);
        skip_string(&reader->cursor);
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
        reader->error->place = place_of(&reader->cursor, IW_SPAN(""));
        snprintf(reader->error->message, sizeof reader->error->message,
                 "nested deeper than %d levels", IW_JSON_DEPTH_MAX);
        return false;
    }
    reader->depth++;
    step(&reader->cursor); /* the opening bracket */
    bool ok = node->kind == IW_JSON_ARRAY ? read_items(reader, source, node)
                                          : read_members(reader, source, node);
    if (!ok)
        return false;
    skip_blanks(&reader->cursor);
    step(&reader->cursor); /* the closing bracket */
    reader->depth--;
    return true;
}

/* NULL with no message: no memory. */
static struct iw_json *read_value(struct reader *reader, json_t *source, struct iw_span pointer)
{
    struct iw_json *node = iw_arena_get(reader->arena, sizeof *node);
    if (node == NULL || pointer.data == NULL)
        return NULL;
    skip_blanks(&reader->cursor);
    node->kind = kinds[json_typeof(source)];
    node->place = node->key_place = place_of(&reader->cursor, pointer);
    if (node->kind == IW_JSON_ARRAY || node->kind == IW_JSON_OBJECT)
        return read_container(reader, source, node) ? node : NULL;
    skip_token(&reader->cursor);
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

/* Jansson counts the octets it has read: the last token that begins before that is the one it
 * stumbled over. *token is that. */
static struct iw_place find_token(struct iw_span text, size_t octets_read, struct iw_span *token)
{
    struct cursor cursor = {text.data, text.data + text.length, 1, 1};
    struct cursor begin = cursor;
    while (cursor.at < cursor.end && (size_t)(cursor.at - text.data) < octets_read) {
        if (is_blank(*cursor.at)) {
            step(&cursor);
            continue;
        }
        begin = cursor;
        if (*cursor.at == ',' || *cursor.at == ':')
            step(&cursor);
        else
            skip_token(&cursor);
        *token = iw_span(begin.at, (size_t)(cursor.at - begin.at));
    }
    return place_of(&begin, IW_SPAN(""));
}

static void explain(struct iw_span text, const json_error_t *from, struct iw_json_error *error)
{
    enum json_error_code code = json_error_code(from);
    struct iw_span token = {NULL, 0};
    if (code == json_error_out_of_memory || from->text[0] == '\0')
        return; /* deep inside, Jansson does not even say that memory ended */
    error->place = find_token(text, from->position < 0 ? 0 : (size_t)from->position, &token);
    int shown = token.length > 60 ? 60 : (int)token.length;
    if (code == json_error_duplicate_key)
        snprintf(error->message, sizeof error->message, "%.*s stands twice in this object", shown,
                 token.data);
    else
        snprintf(error->message, sizeof error->message, "not valid JSON: %s", from->text);
}

const struct iw_json *iw_json_parse(struct iw_span text, struct iw_arena *arena,
                                    struct iw_json_error *error)
{
    *error = (struct iw_json_error){.place = {0, 0, IW_SPAN("")}};
    json_error_t jansson = {.position = 0};
    json_t *source = json_loadb(text.data == NULL ? "" : text.data, text.length,
                                JSON_REJECT_DUPLICATES, &jansson);
    if (source == NULL) {
        explain(text, &jansson, error);
        return NULL;
    }
    struct reader reader = {
        {text.data, text.data + text.length, 1, 1},
        arena,
        error,
        0,
    };
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
