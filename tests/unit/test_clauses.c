/* SPDX-License-Identifier: MIT */
#include "script/clauses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SPAN_IS(span, text) assert_true(iw_span_equal(span, iw_span_of(text)))

static struct iw_clauses *load(void)
{
    struct iw_diagnostic wrong;
    struct iw_clauses *clauses = iw_clauses_load(IW_SOURCE_DIR "/scenarios/clauses.json", &wrong);
    if (clauses == NULL)
        fail_msg("clauses.json:%u:%u: %s", wrong.place.line, wrong.place.column, wrong.message);
    return clauses;
}

static size_t count_part(const struct iw_clauses *clauses, const char *part)
{
    size_t count = 0;
    for (size_t i = 0; i < clauses->count; i++)
        count += iw_span_equal(clauses->items[i].part, iw_span_of(part));
    return count;
}

static size_t count_level(const struct iw_clauses *clauses, const char *part, enum iw_level level)
{
    size_t count = 0;
    for (size_t i = 0; i < clauses->count; i++)
        count += iw_span_equal(clauses->items[i].part, iw_span_of(part)) &&
                 clauses->items[i].level == level;
    return count;
}

/* Clauses may be added, and then the numbers grow; none may get lost. */
static void test_the_table_is_whole(void **state)
{
    (void)state;
    struct iw_clauses *clauses = load();
    assert_true(count_part(clauses, "server") >= 899);
    assert_true(count_part(clauses, "client") >= 164);
    assert_int_equal(count_part(clauses, "server") + count_part(clauses, "client"), clauses->count);
    assert_int_equal(clauses->group_count, 28);
    assert_true(count_level(clauses, "server", IW_LEVEL_MUST) > 300);
    assert_true(count_level(clauses, "client", IW_LEVEL_PRACTICE) > 20);
    iw_clauses_free(clauses);
}

static void test_each_clause_has_its_members(void **state)
{
    (void)state;
    struct iw_clauses *clauses = load();
    for (size_t i = 0; i < clauses->count; i++) {
        const struct iw_clause *clause = &clauses->items[i];
        bool server = iw_span_equal(clause->part, IW_SPAN("server"));
        if (!iw_span_starts(clause->id, clause->group) || clause->rfc.length == 0 ||
            clause->requirement.length == 0 || clause->how.length == 0 ||
            (clause->connections.data != NULL) != server || (clause->topic.data != NULL) == server)
            fail_msg("%s", clause->id.data);
        if (iw_clauses_find(clauses, clause->id) != clause)
            fail_msg("%s is not found", clause->id.data);
    }
    iw_clauses_free(clauses);
}

static void test_one_clause(void **state)
{
    (void)state;
    struct iw_clauses *clauses = load();
    const struct iw_clause *clause = iw_clauses_find(clauses, IW_SPAN("CON-09"));
    assert_non_null(clause);
    SPAN_IS(clause->group, "CON");
    SPAN_IS(clause->rfc, "3501 §3.4,6.1.3 / 9051 §3.4,6.1.3");
    assert_int_equal(clause->level, IW_LEVEL_MUST);
    SPAN_IS(clause->connections, "1");
    SPAN_IS(clause->requirement, "LOGOUT yields untagged BYE, then tagged OK, then close");
    assert_null(iw_clauses_find(clauses, IW_SPAN("CON-0")));
    assert_null(iw_clauses_find(clauses, IW_SPAN("CON-099")));
    assert_null(iw_clauses_find(clauses, IW_SPAN("con-09")));
    assert_null(iw_clauses_find(clauses, IW_SPAN("")));
    iw_clauses_free(clauses);
}

#define ROW(id)                                                                                    \
    "{\"id\": \"" id "\", \"part\": \"server\", \"group\": \"A\", \"level\": \"MUST\", "           \
    "\"rfc\": \"1\", \"requirement\": \"r\", \"how\": \"h\"}"

static void test_bad_tables(void **state)
{
    static const struct {
        const char *json;
        unsigned column;
        const char *phrase;
    } rows[] = {
        {"[]", 1, "expected an object"},
        {"{\"clauses\": []}", 1, "\"groups\" is missing"},
        {"{\"groups\": [], \"clauses\": []}", 12, "expected an object of groups"},
        {"{\"groups\": {}, \"clauses\": {}}", 27, "expected a list of clauses"},
        {"{\"groups\": {}, \"clauses\": [{\"id\": \"A-1\"}]}", 28, "\"part\" is missing"},
        {"{\"groups\": {}, \"clauses\": [{\"level\": \"MUSTN'T\"}]}", 38, "unknown word"},
        {"{\"groups\": {}, \"clauses\": [" ROW("A-2") "," ROW("A-1") "," ROW("A-2") "]}", 27,
         "A-2 stands twice"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_diagnostic found;
        struct iw_clauses *clauses = iw_clauses_parse(iw_span_of(rows[i].json), "x", &found);
        if (clauses != NULL || found.place.column != rows[i].column ||
            strstr(found.message, rows[i].phrase) == NULL)
            fail_msg("row %zu: column %u: %s", i, found.place.column, found.message);
    }
}

static void test_no_such_file(void **state)
{
    struct iw_diagnostic found;
    (void)state;
    assert_null(iw_clauses_load(IW_SOURCE_DIR "/scenarios/no-clauses.json", &found));
    assert_non_null(strstr(found.message, "No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_is_whole),
        cmocka_unit_test(test_each_clause_has_its_members),
        cmocka_unit_test(test_one_clause),
        cmocka_unit_test(test_bad_tables),
        cmocka_unit_test(test_no_such_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
