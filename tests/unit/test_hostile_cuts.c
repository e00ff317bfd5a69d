/* SPDX-License-Identifier: MIT */
/* Each golden input and each file of the corpora of responses and commands, in blocks of exactly
 * their size: every frame is cut at every byte, and every allocation fails in turn, in the framer,
 * the typed parser, the tree and the writer, for want of memory and for the arena's cap. Nothing is
 * read past the end, nothing leaks, and the result says what happened.
 *
 * usage: test_hostile_cuts responses|commands FOLDER… */
#include "parser/command.h"
#include "parser/response.h"
#include "parser/tree.h"
#include "tests/lib/cuts.h"
#include "tests/lib/each_file.h"
#include "tests/lib/failing_alloc.h"
#include "tests/lib/one_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 20 };

struct folders {
    enum iw_frame_role role;
    int count;
    char **paths;
};

union value {
    struct iw_response response;
    struct iw_command command;
    struct iw_tree tree;
};

/* One way to read a frame. */
struct way {
    enum iw_result (*parse)(const struct iw_frame *frame, struct iw_arena *arena, bool lenient,
                            union value *value, struct iw_error *error);
    void (*write)(struct iw_buf *out, const union value *value); /* NULL: there is none */
};

static enum iw_result parse_response(const struct iw_frame *frame, struct iw_arena *arena,
                                     bool lenient, union value *value, struct iw_error *error)
{
    struct iw_lenient all = {.allowed = UINT64_MAX};
    return iw_parse_response(frame, arena, &iw_limits_default, lenient ? &all : NULL,
                             &value->response, error);
}

static void write_response(struct iw_buf *out, const union value *value)
{
    iw_write_response(out, &value->response);
}

static enum iw_result parse_command(const struct iw_frame *frame, struct iw_arena *arena,
                                    bool lenient, union value *value, struct iw_error *error)
{
    struct iw_lenient all = {.allowed = UINT64_MAX};
    return iw_parse_command(frame, arena, &iw_limits_default, lenient ? &all : NULL,
                            &value->command, error);
}

static void write_command(struct iw_buf *out, const union value *value)
{
    iw_write_command(out, &value->command);
}

static enum iw_result parse_tree(const struct iw_frame *frame, struct iw_arena *arena, bool lenient,
                                 union value *value, struct iw_error *error)
{
    (void)lenient;
    enum iw_tree_kind kind = frame->role == IW_FRAME_RESPONSES ? IW_TREE_RESPONSE : IW_TREE_COMMAND;
    return iw_parse_tree(frame, kind, arena, &iw_limits_default, &value->tree, error);
}

static const struct way ways[][2] = {
    [IW_FRAME_RESPONSES] = {{parse_response, write_response}, {parse_tree, NULL}},
    [IW_FRAME_COMMANDS] = {{parse_command, write_command}, {parse_tree, NULL}},
};

/* ---- cut at every byte ---- */

static void read_cut(const struct iw_frame *frame, const struct way *way, bool lenient)
{
    struct iw_arena arena;
    struct iw_error error = {0};
    union value value;
    iw_arena_init(&arena, NULL, iw_limits_default.values);
    enum iw_result result = way->parse(frame, &arena, lenient, &value, &error);
    assert_int_equal(result, error.code);
    assert_true(result == IW_OK || result == IW_SYNTAX || result == IW_LIMIT);
    assert_true(result == IW_OK || (error.offset <= frame->bytes.length && error.expected != NULL));
    iw_arena_release(&arena);
}

static void cut(void *context, size_t place)
{
    const struct iw_one_frame *whole = context;
    struct iw_one_frame one;
    iw_one_frame_cut(&one, whole, place);
    for (size_t i = 0; i < 2; i++)
        for (unsigned lenient = 0; lenient < 2; lenient++)
            read_cut(&one.frame, &ways[one.frame.role][i], lenient == 1);
    iw_one_frame_close(&one);
}

static void cut_frame(const struct iw_frame *frame)
{
    struct iw_one_frame whole = {.frame = *frame};
    iw_each_cut(frame->bytes, cut, &whole);
    cut(&whole, frame->bytes.length);
}

/* ---- allocations that fail ---- */

static void starve_writer(const struct way *way, const union value *value, struct iw_span wanted)
{
    struct iw_failing_alloc failing = {.failed = true};
    for (size_t n = 0; failing.failed; n++) {
        struct iw_buf out;
        iw_failing_alloc_init(&failing, n);
        iw_buf_init(&out, &failing.alloc, TEXT_MAX);
        way->write(&out, value);
        assert_int_equal(out.failed, failing.failed);
        assert_true(failing.failed || iw_span_equal(iw_buf_span(&out), wanted));
        iw_buf_release(&out);
        assert_int_equal(failing.blocks, 0);
    }
}

static void starve_written(const struct way *way, const union value *value)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, TEXT_MAX);
    way->write(&out, value);
    starve_writer(way, value, iw_buf_span(&out));
    iw_buf_release(&out);
}

static void starve(const struct iw_frame *frame, const struct way *way, bool lenient)
{
    struct iw_failing_alloc failing = {.failed = true};
    enum iw_result result = IW_NO_MEMORY;
    for (size_t n = 0; failing.failed; n++) {
        struct iw_arena arena;
        struct iw_error error = {0};
        union value value;
        iw_failing_alloc_init(&failing, n);
        iw_arena_init(&arena, &failing.alloc, iw_limits_default.values);
        result = way->parse(frame, &arena, lenient, &value, &error);
        assert_int_equal(result == IW_NO_MEMORY, failing.failed);
        assert_int_equal(result, error.code);
        if (result == IW_OK && way->write != NULL)
            starve_written(way, &value);
        iw_arena_release(&arena);
        assert_int_equal(failing.blocks, 0);
    }
}

/* The arena's cap ends anywhere in its first block, so that each request fails in turn. */
static void limit(const struct iw_frame *frame, const struct way *way, bool lenient)
{
    enum { FIRST_BLOCK = 4200, STEP = 48 };
    for (size_t cap = 0; cap < FIRST_BLOCK; cap += STEP) {
        struct iw_arena arena;
        struct iw_error error = {0};
        union value value;
        iw_arena_init(&arena, NULL, cap);
        enum iw_result result = way->parse(frame, &arena, lenient, &value, &error);
        assert_int_equal(result, error.code);
        assert_int_not_equal(result, IW_NO_MEMORY);
        assert_true(arena.held <= cap);
        iw_arena_release(&arena);
    }
}

static void starve_frame(const struct iw_frame *frame)
{
    struct iw_one_frame whole = {.frame = *frame}, one;
    iw_one_frame_cut(&one, &whole, frame->bytes.length);
    for (size_t i = 0; i < 2; i++)
        for (unsigned lenient = 0; lenient < 2; lenient++) {
            starve(&one.frame, &ways[one.frame.role][i], lenient == 1);
            limit(&one.frame, &ways[one.frame.role][i], lenient == 1);
        }
    iw_one_frame_close(&one);
}

/* ---- each frame of a stream ---- */

/* Octet by octet, so that the framer must store what it is given. */
static enum iw_result each_frame(enum iw_frame_role role, struct iw_span stream,
                                 const struct iw_alloc *alloc,
                                 void (*use)(const struct iw_frame *frame))
{
    struct iw_framer framer;
    struct iw_frame frame;
    enum iw_result result = IW_MORE;
    iw_framer_init(&framer, role, &iw_limits_default, alloc);
    for (size_t i = 0; i < stream.length && result != IW_NO_MEMORY; i++) {
        iw_framer_feed(&framer, iw_span_part(stream, i, i + 1));
        while ((result = iw_framer_next(&framer, &frame, NULL)) == IW_OK || result == IW_LIMIT) {
            if (result == IW_OK && frame.kind == IW_FRAME_ASK)
                iw_framer_accept(&framer);
            else if (result == IW_OK && use != NULL)
                use(&frame);
        }
    }
    if (result == IW_NO_MEMORY)
        assert_int_equal(iw_framer_next(&framer, &frame, NULL), IW_FATAL);
    iw_framer_release(&framer);
    return result;
}

static void cut_file(void *context, const char *path, struct iw_span octets)
{
    (void)path;
    each_frame(*(enum iw_frame_role *)context, octets, NULL, cut_frame);
}

static void starve_file(void *context, const char *path, struct iw_span octets)
{
    (void)path;
    enum iw_frame_role role = *(enum iw_frame_role *)context;
    struct iw_failing_alloc failing = {.failed = true};
    each_frame(role, octets, NULL, starve_frame);
    for (size_t n = 0; failing.failed; n++) {
        iw_failing_alloc_init(&failing, n);
        enum iw_result result = each_frame(role, octets, &failing.alloc, NULL);
        assert_int_equal(result == IW_NO_MEMORY, failing.failed);
        assert_int_equal(failing.blocks, 0);
    }
}

static void each_input(struct folders *folders,
                       void (*use)(void *context, const char *path, struct iw_span octets))
{
    size_t files = 0;
    for (int i = 0; i < folders->count; i++)
        assert_true(iw_each_file(folders->paths[i], use, &folders->role, &files));
    assert_true(files > 100);
}

static void test_cuts(void **state)
{
    each_input(*state, cut_file);
}

static void test_starvation(void **state)
{
    each_input(*state, starve_file);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    bool commands = strcmp(argv[1], "commands") == 0;
    struct folders folders = {commands ? IW_FRAME_COMMANDS : IW_FRAME_RESPONSES, argc - 2,
                              argv + 2};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_cuts, &folders),
        cmocka_unit_test_prestate(test_starvation, &folders),
    };
    return cmocka_run_group_tests_name(argv[1], tests, NULL, NULL);
}
