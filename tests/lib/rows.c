/* SPDX-License-Identifier: MIT */
#include "tests/lib/rows.h"

#include "parser/command.h"
#include "parser/response.h"
#include "tests/lib/cuts.h"
#include "tests/lib/failing_alloc.h"
#include "tests/lib/one_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 16, VALUES_MAX = 1 << 20 };

/* One row with all that it borrows. */
struct subject {
    struct iw_one_frame one;
    struct iw_arena arena;
    struct iw_response response;
    struct iw_command command;
    struct iw_error error;
    enum iw_result result;
};

static void parse(struct subject *subject, const struct iw_alloc *alloc)
{
    const struct iw_frame *frame = &subject->one.frame;
    iw_arena_init(&subject->arena, alloc, VALUES_MAX);
    subject->error = (struct iw_error){0};
    if (frame->role == IW_FRAME_RESPONSES)
        subject->result = iw_parse_response(frame, &subject->arena, &iw_limits_default, NULL,
                                            &subject->response, &subject->error);
    else
        subject->result = iw_parse_command(frame, &subject->arena, &iw_limits_default, NULL,
                                           &subject->command, &subject->error);
}

static void write(struct iw_buf *out, const struct subject *subject)
{
    if (subject->one.frame.role == IW_FRAME_RESPONSES)
        iw_write_response(out, &subject->response);
    else
        iw_write_command(out, &subject->command);
}

static bool equal(const struct subject *a, const struct subject *b)
{
    if (a->one.frame.role == IW_FRAME_RESPONSES)
        return iw_response_equal(&a->response, &b->response);
    return iw_command_equal(&a->command, &b->command);
}

/* What is kept as it stands, unread. */
static bool is_other(const struct subject *subject)
{
    if (subject->one.frame.role == IW_FRAME_RESPONSES)
        return subject->response.kind == IW_RESPONSE_OTHER;
    return subject->command.kind == IW_COMMAND_OTHER;
}

static void open_subject(struct subject *subject, enum iw_frame_role role, struct iw_span input)
{
    if (!iw_one_frame_open(&subject->one, role, input, true))
        fail_msg("not one frame: %.*s", (int)input.length, input.data);
    parse(subject, NULL);
}

static void close_subject(struct subject *subject)
{
    iw_arena_release(&subject->arena);
    iw_one_frame_close(&subject->one);
}

static const char *wanted(const struct iw_row *row)
{
    return row->written == NULL ? row->input : row->written;
}

static void check_error(const struct iw_row *row, const struct subject *subject)
{
    if (subject->result == IW_SYNTAX && subject->error.code == IW_SYNTAX &&
        subject->error.offset == row->offset && subject->error.expected != NULL)
        return;
    fail_msg("%s  wanted: syntax at %zu\n  given: %s at %zu, expecting %s", row->input, row->offset,
             iw_result_name(subject->result), subject->error.offset, subject->error.expected);
}

static void check_written(const struct iw_row *row, const struct subject *subject)
{
    struct iw_buf out;
    struct subject again;
    if (subject->result != IW_OK)
        fail_msg("%s  at %zu: expecting %s", row->input, subject->error.offset,
                 subject->error.expected);
    iw_buf_init(&out, NULL, TEXT_MAX);
    write(&out, subject);
    if (!iw_span_equal(iw_buf_span(&out), iw_span_of(wanted(row))))
        fail_msg("%s  wanted: %s  written: %s", row->input, wanted(row), iw_buf_string(&out));
    open_subject(&again, subject->one.frame.role, iw_buf_span(&out));
    assert_int_equal(again.result, IW_OK);
    if (!equal(subject, &again))
        fail_msg("%s  differs when it is read again", row->input);
    close_subject(&again);
    iw_buf_release(&out);
}

void iw_rows_check(void **state)
{
    const struct iw_rows *rows = *state;
    for (size_t i = 0; i < rows->count; i++) {
        struct subject subject;
        open_subject(&subject, rows->role, iw_span_of(rows->rows[i].input));
        if (rows->rows[i].bad)
            check_error(&rows->rows[i], &subject);
        else
            check_written(&rows->rows[i], &subject);
        close_subject(&subject);
    }
}

static void tell_apart(enum iw_frame_role role, const struct iw_row *a, const struct iw_row *b)
{
    struct subject x, y;
    open_subject(&x, role, iw_span_of(a->input));
    open_subject(&y, role, iw_span_of(b->input));
    if (equal(&x, &y) != (strcmp(wanted(a), wanted(b)) == 0))
        fail_msg("equal or not: %s  and: %s", a->input, b->input);
    close_subject(&x);
    close_subject(&y);
}

void iw_rows_tell_apart(void **state)
{
    const struct iw_rows *rows = *state;
    for (size_t i = 0; i < rows->count; i++)
        for (size_t j = 0; j < i; j++)
            if (!rows->rows[i].bad && !rows->rows[j].bad)
                tell_apart(rows->role, &rows->rows[i], &rows->rows[j]);
}

static void cut_row(void *context, size_t place)
{
    const struct subject *whole = context;
    struct subject subject;
    iw_one_frame_cut(&subject.one, &whole->one, place);
    parse(&subject, NULL);
    bool line = whole->one.frame.bytes.data[place - 1] == '\n';
    if (subject.result == IW_OK && !(line && is_other(&subject)))
        fail_msg("parses: %.*s", (int)place, whole->one.frame.bytes.data);
    assert_int_equal(subject.error.code, subject.result);
    assert_true(subject.error.offset <= place);
    close_subject(&subject);
}

void iw_rows_cut(void **state)
{
    const struct iw_rows *rows = *state;
    for (size_t i = 0; i < rows->count; i++) {
        struct subject whole;
        struct iw_span input = iw_span_of(rows->rows[i].input);
        open_subject(&whole, rows->role, input);
        iw_each_cut(input, cut_row, &whole);
        close_subject(&whole);
    }
}

static void starve(struct subject *subject, const struct iw_row *row)
{
    struct iw_failing_alloc failing = {.failed = true};
    for (size_t n = 0; failing.failed; n++) {
        iw_failing_alloc_init(&failing, n);
        parse(subject, &failing.alloc);
        if (failing.failed && subject->result != IW_NO_MEMORY)
            fail_msg("allocation %zu fails, but: %s: %s", n, iw_result_name(subject->result),
                     row->input);
        iw_arena_release(&subject->arena);
        assert_int_equal(failing.blocks, 0);
    }
}

void iw_rows_starve(void **state)
{
    const struct iw_rows *rows = *state;
    for (size_t i = 0; i < rows->count; i++) {
        struct subject subject;
        assert_true(
            iw_one_frame_open(&subject.one, rows->role, iw_span_of(rows->rows[i].input), true));
        starve(&subject, &rows->rows[i]);
        iw_one_frame_close(&subject.one);
    }
}
