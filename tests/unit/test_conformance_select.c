/* SPDX-License-Identifier: MIT */
/* Which cases a run is about: names, shards, variants, known failures. */
#include "conformance/expect.h"
#include "conformance/suite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *id, *name;
        bool selected;
    } rows[] = {
        {"server/store/silent", "server/store/silent", true},
        {"server/store/silent", "store/silent", true},
        {"server/store/silent", "server/store", true},
        {"server/store/silent", "store", true},
        {"server/store/silent", "server/store/", true},
        {"server/store/silent--twice", "server/store/silent", false},
        {"server/store/silent", "server/sto", false},
        {"server/store/silent", "server/sto*", true},
        {"server/store/silent", "server/store/silent-x", false},
        {"server/store/silent", "silent", false},
        {"server/store/silent", "*silent", true},
        {"server/store/silent", "*/s?lent", true},
        {"server/store/silent", "server/[a-s]*", true},
        {"server/store/silent", "server/[a-r]*", false},
        {"server/store/silent", "client", false},
        {"server/store/silent", "server/store/silent[n=1]", true},
        {"server/store/silent", "store/silent[n=1,how=rst]", true},
        {"server/store/silent", "server/store[n=1]", false},
        {"silent", "silent", true},
        {"silent", "s*", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (iw_case_selected(rows[i].id, rows[i].name) != rows[i].selected)
            fail_msg("row %zu: %s by %s", i, rows[i].id, rows[i].name);
    }
}

static void test_shards(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        unsigned shard, shards;
    } rows[] = {
        {"1/1", true, 1, 1},  {"2/5", true, 2, 5},  {"5/5", true, 5, 5}, {"0/5", false, 0, 0},
        {"6/5", false, 0, 0}, {"1/0", false, 0, 0}, {"1", false, 0, 0},  {"/5", false, 0, 0},
        {"1/", false, 0, 0},  {"a/b", false, 0, 0}, {"", false, 0, 0},   {"1/2/3", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned shard = 0, shards = 0;
        const bool good = iw_shard_parse(rows[i].text, &shard, &shards);
        if (good != rows[i].good || (good && (shard != rows[i].shard || shards != rows[i].shards)))
            fail_msg("row %zu: %s", i, rows[i].text);
    }
    /* Every case is in exactly one shard. */
    for (size_t index = 0; index < 20; index++) {
        unsigned in = 0;
        for (unsigned shard = 1; shard <= 3; shard++)
            in += iw_case_in_shard(index, shard, 3) ? 1 : 0;
        assert_int_equal(in, 1);
        assert_true(iw_case_in_shard(index, 0, 0));
    }
}

/* ---- with files ---- */

struct tree {
    char root[64];
};

static void write_file(const struct tree *tree, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", tree->root, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void make_folder(const struct tree *tree, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", tree->root, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

#define DIALOGUE "\"dialogue\": [\"C: NOOP\", \"S: OK\"]"

static int set_up(void **state)
{
    struct tree *tree = calloc(1, sizeof *tree);
    snprintf(tree->root, sizeof tree->root, "/tmp/iw-select-XXXXXX");
    assert_non_null(mkdtemp(tree->root));
    make_folder(tree, "server");
    make_folder(tree, "server/deep");
    make_folder(tree, "client");
    write_file(tree, "server/b.json", "{\"title\": \"b\", " DIALOGUE "}");
    write_file(tree, "server/deep/a.json",
               "{\"title\": \"a\", \"vary\": {\"n\": [\"1\", \"2\"], \"how\": [\"x\", \"y\"]}, "
               "\"dialogue\": [\"C: NOOP\", \"S: OK ${n} ${how}\"]}");
    write_file(tree, "server/c.json", "{\"title\": \"c\", \"profile\": \"rev2\", " DIALOGUE "}");
    write_file(tree, "server/broken.json", "{\"title\": ");
    write_file(tree, "server/notes.txt", "not a scenario");
    write_file(tree, "client/d.json", "{\"title\": \"d\", " DIALOGUE "}");
    *state = tree;
    return 0;
}

static int tear_down(void **state)
{
    struct tree *tree = *state;
    static const char *const names[] = {"server/b.json",    "server/deep/a.json",
                                        "server/c.json",    "server/broken.json",
                                        "server/notes.txt", "client/d.json",
                                        "known.json",       "results.json",
                                        "server/deep",      "server",
                                        "client",           ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", tree->root, names[i]);
        remove(path);
    }
    free(tree);
    return 0;
}

/* The ids that are loaded, joined; the problem instead when there is one. */
static void load(const struct tree *tree, const char *folder, const char *const *names,
                 size_t count, const char *profile, char *found, size_t size)
{
    struct iw_suite suite;
    struct iw_buf problem, ids;
    iw_buf_init(&problem, NULL, 1 << 16);
    iw_buf_init(&ids, NULL, 1 << 16);
    const struct iw_suite_options options = {.directory = tree->root,
                                             .folder = folder,
                                             .names = names,
                                             .name_count = count,
                                             .profile = profile};
    const bool loaded = iw_suite_load(&suite, &options, &problem);
    for (size_t i = 0; loaded && i < suite.count; i++) {
        iw_buf_addf(&ids, "%s%s", i > 0 ? " " : "", suite.cases[i].scenario->title.data);
        if (suite.cases[i].variant != IW_VARIANT_ALL)
            iw_variant_write(suite.cases[i].scenario, suite.cases[i].variant, &ids);
    }
    snprintf(found, size, "%s", iw_buf_string(loaded ? &ids : &problem));
    iw_suite_release(&suite);
    iw_buf_release(&problem);
    iw_buf_release(&ids);
}

static void test_suite(void **state)
{
    static const struct {
        const char *folder, *name, *profile, *wanted;
    } rows[] = {
        {"server", "server/b", NULL, "b"},
        {"server", "deep", NULL, "a"},
        {"server", "*/[ab]", NULL, "b a"},
        {"server", "deep/a[n=2,how=x]", NULL, "a[n=2,how=x]"},
        {"server", "deep/a[n=3,how=x]", NULL, "deep/a has no variant [n=3,how=x]"},
        {"server", "c", "rev2", "c"},
        {"server", "c", "all", "c"},
        {"server", "c", NULL, "no case is left"},
        {"server", "nothing", NULL, "no case fits \"nothing\""},
        {"server", "broken", NULL, "broken.json:1:"},
        {"client", "d", NULL, "d"},
        {"client", "b", NULL, "no case fits \"b\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char found[1024];
        load(*state, rows[i].folder, &rows[i].name, 1, rows[i].profile, found, sizeof found);
        if (strstr(found, rows[i].wanted) == NULL)
            fail_msg("row %zu: %s: %s, not %s", i, rows[i].name, found, rows[i].wanted);
    }
}

/* A file may be named wherever it lies. */
static void test_file(void **state)
{
    struct tree *tree = *state;
    char path[256], found[1024];
    snprintf(path, sizeof path, "%s/client/d.json", tree->root);
    const char *const name = path;
    load(tree, "server", &name, 1, NULL, found, sizeof found);
    assert_string_equal(found, "d");
}

static void test_expectations(void **state)
{
    struct tree *tree = *state;
    char path[256];
    snprintf(path, sizeof path, "%s/known.json", tree->root);
    struct iw_buf problem;
    iw_buf_init(&problem, NULL, 1 << 16);
    struct iw_expectations known;
    write_file(tree, "known.json", "{\"server/a\": \"old bug\", \"server/b\": \"other\"}");
    assert_true(iw_expectations_load(&known, path, &problem));
    static const struct {
        const char *id;
        enum iw_verdict verdict, wanted;
    } rows[] = {
        {"server/a", IW_FAILED, IW_XFAIL}, {"server/a", IW_DEVIATION, IW_XFAIL},
        {"server/a", IW_WEAK, IW_XFAIL},   {"server/a", IW_TIMED_OUT, IW_XFAIL},
        {"server/a", IW_PASS, IW_XPASS},   {"server/a", IW_SKIP, IW_SKIP},
        {"server/a", IW_SETUP, IW_SETUP},  {"server/c", IW_FAILED, IW_FAILED},
        {"server/c", IW_PASS, IW_PASS},    {"server/ab", IW_FAILED, IW_FAILED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_span reason;
        const enum iw_verdict verdict =
            iw_expectations_judge(&known, rows[i].id, rows[i].verdict, &reason);
        if (verdict != rows[i].wanted)
            fail_msg("row %zu: %s", i, iw_verdict_name(verdict));
        assert_int_equal(reason.length > 0, strcmp(rows[i].id, "server/a") == 0);
    }
    iw_expectations_release(&known);

    static const char *const bad[] = {"[]", "{\"a\": 1}", "{\"a\": \"\"}",
                                      "{\"a\": \"x\", \"a\": \"y\"}", "{"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_file(tree, "known.json", bad[i]);
        iw_buf_clear(&problem);
        if (iw_expectations_load(&known, path, &problem))
            fail_msg("%s was taken", bad[i]);
        assert_non_null(strstr(iw_buf_string(&problem), "known.json:1:"));
        iw_expectations_release(&known);
    }
    iw_buf_release(&problem);
}

static void test_rerun_failed(void **state)
{
    struct tree *tree = *state;
    char path[256];
    snprintf(path, sizeof path, "%s/results.json", tree->root);
    struct iw_buf problem;
    struct iw_arena arena;
    const char **ids = NULL;
    iw_buf_init(&problem, NULL, 1 << 16);
    iw_arena_init(&arena, NULL, 1 << 24);
    write_file(tree, "results.json",
               "{\"cases\": [{\"id\": \"a\", \"verdict\": \"fail\"},"
               " {\"id\": \"b\", \"verdict\": \"pass\"}, {\"id\": \"c\", \"verdict\": \"skip\"},"
               " {\"id\": \"d\", \"verdict\": \"weak\"}, {\"id\": \"e\", \"verdict\": \"xfail\"},"
               " {\"id\": \"f\", \"verdict\": \"setup\"}, {\"id\": \"g\"}]}");
    assert_int_equal(iw_failed_ids_load(path, &arena, &ids, &problem), 3);
    assert_string_equal(ids[0], "a");
    assert_string_equal(ids[1], "d");
    assert_string_equal(ids[2], "f");
    write_file(tree, "results.json", "{\"summary\": {}}");
    assert_int_equal(iw_failed_ids_load(path, &arena, &ids, &problem), -1);
    assert_non_null(strstr(iw_buf_string(&problem), "cases"));
    iw_arena_release(&arena);
    iw_buf_release(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_shards),
        cmocka_unit_test_setup_teardown(test_suite, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_expectations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rerun_failed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
