/* SPDX-License-Identifier: MIT */
#include "script/json.h"

#include "base/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SPAN_IS(span, text) assert_true(iw_span_equal(span, iw_span_of(text)))

static int setup(void **state)
{
    static struct iw_arena arena;
    iw_arena_init(&arena, NULL, 1 << 20);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    iw_arena_release(*state);
    return 0;
}

static const struct iw_json *parse(const char *text, struct iw_arena *arena)
{
    struct iw_json_error error;
    const struct iw_json *json = iw_json_parse(iw_span_of(text), arena, &error);
    if (json == NULL)
        fail_msg("%s: %s", text, error.message);
    return json;
}

static void test_kinds_and_values(void **state)
{
    const struct iw_json *json =
        parse("[null, false, true, -7, 1.5, \"\\u00e9\\n\", [], {}]", *state);
    static const enum iw_json_kind kinds[] = {IW_JSON_NULL,    IW_JSON_FALSE, IW_JSON_TRUE,
                                              IW_JSON_INTEGER, IW_JSON_REAL,  IW_JSON_STRING,
                                              IW_JSON_ARRAY,   IW_JSON_OBJECT};
    const struct iw_json *item = json->child;
    assert_int_equal(json->count, 8);
    for (size_t i = 0; i < 8; i++, item = item->next) {
        assert_int_equal(item->kind, kinds[i]);
        if (item->kind == IW_JSON_INTEGER)
            assert_int_equal(item->integer, -7);
        if (item->kind == IW_JSON_REAL)
            assert_true(item->real > 1.4 && item->real < 1.6);
        if (item->kind == IW_JSON_STRING)
            SPAN_IS(item->text, "é\n");
    }
    assert_null(item);
}

/* Into what begins like the pointer, else to the next. */
static const struct iw_json *find(const struct iw_json *node, const char *pointer)
{
    struct iw_span wanted = iw_span_of(pointer);
    while (node != NULL && !iw_span_equal(node->place.pointer, wanted))
        node = iw_span_starts(wanted, node->place.pointer) ? node->child : node->next;
    return node;
}

/* Columns count characters; a tab and an escape are what they are in the file. */
static void test_places(void **state)
{
    static const struct {
        const char *text, *pointer;
        unsigned line, column, key_column;
    } rows[] = {
        {"{\"a\": 1}", "/a", 1, 7, 2},
        {"{\"é\": \"ü\", \"a\": 1}", "/a", 1, 17, 12},
        {"{\r\n\t\"a\"\n :\n  [1]}", "/a", 4, 3, 2},
        {"{\"\\\"}\": [{}, 2], \"a\":3}", "/a", 1, 22, 18},
        {"{\"x\": {\"y\": [1, 22, \"a,]\", 3]}}", "/x/y/3", 1, 28, 28},
        {"{\"a/b\": {\"~\": true}}", "/a~1b/~0", 1, 15, 10},
        {"{\"\": 0}", "/", 1, 6, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct iw_json *node = find(parse(rows[i].text, *state), rows[i].pointer);
        if (node == NULL || node->place.line != rows[i].line ||
            node->place.column != rows[i].column || node->key_place.column != rows[i].key_column)
            fail_msg("row %zu: %u:%u, key %u", i, node == NULL ? 0 : node->place.line,
                     node == NULL ? 0 : node->place.column,
                     node == NULL ? 0 : node->key_place.column);
    }
}

static void test_members(void **state)
{
    const struct iw_json *json = parse("{\"a\": 1, \"b\": {\"a\": 2}}", *state);
    assert_int_equal(iw_json_member(json, "a")->integer, 1);
    assert_int_equal(iw_json_member(iw_json_member(json, "b"), "a")->integer, 2);
    assert_null(iw_json_member(json, "c"));
    assert_null(iw_json_member(NULL, "a"));
    assert_null(iw_json_member(json->child, "a"));
    SPAN_IS(json->child->next->key, "b");
    assert_null(json->key.data);
}

static void test_errors(void **state)
{
    static const struct {
        const char *text;
        unsigned line, column;
        const char *phrase;
    } rows[] = {
        {"", 1, 1, "end of file"},
        {"{\"a\": 1,\n \"a\": 2}", 2, 2, "\"a\" stands twice"},
        {"[1,\n2,,3]", 2, 3, "unexpected"},
        {"[\"é\", x]", 1, 7, "x"},
        {"[\"open", 1, 2, "premature end"},
        {"[\"line\n end\"]", 1, 2, "unexpected newline"},
        {"[1] 2", 1, 5, "end of file expected"},
        {"[01]", 1, 2, ""},
        {"[\"\\u0000\"]", 1, 2, "${hex:00}"},
        {"[123456789012345678901234567890]", 1, 2, "too big"},
        {"7", 1, 1, "expected"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_json_error error;
        if (iw_json_parse(iw_span_of(rows[i].text), *state, &error) != NULL ||
            error.place.line != rows[i].line || error.place.column != rows[i].column ||
            error.message[0] == '\0' || strstr(error.message, rows[i].phrase) == NULL)
            fail_msg("row %zu: %u:%u: %s", i, error.place.line, error.place.column, error.message);
    }
}

static void test_depth_has_a_limit(void **state)
{
    char text[2 * (IW_JSON_DEPTH_MAX + 1) + 1];
    struct iw_json_error error;
    for (size_t depth = IW_JSON_DEPTH_MAX; depth <= IW_JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        bool ok = iw_json_parse(iw_span(text, 2 * depth), *state, &error) != NULL;
        assert_int_equal(ok, depth == IW_JSON_DEPTH_MAX);
    }
    assert_int_equal(error.place.column, IW_JSON_DEPTH_MAX + 1);
}

/* What is written is read again as the same values. */
static void test_written_texts_are_read_back(void **state)
{
    struct iw_buf out;
    struct iw_json_writer writer;
    char all[127];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)(i + 1);
    iw_buf_init(&out, NULL, 4096);
    iw_json_writer_init(&writer, &out, IW_JSON_INDENTED);
    iw_json_open_array(&writer, NULL);
    iw_json_put_text(&writer, NULL, iw_span(all, sizeof all));
    iw_json_close_array(&writer);
    const struct iw_json *json = parse(iw_buf_string(&out), *state);
    assert_true(iw_span_equal(json->child->text, iw_span(all, sizeof all)));
    iw_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kinds_and_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_places, setup, teardown),
        cmocka_unit_test_setup_teardown(test_members, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_depth_has_a_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_written_texts_are_read_back, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
