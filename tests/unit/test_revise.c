/* SPDX-License-Identifier: MIT */
/* A recording gets the server's lines of a newer one; all else stays as it is written. */
#include "script/revise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 16 };

struct row {
    const char *old_text, *new_text, *revised, *changes;
};

/* ' stands for a double quote. */
static const struct row rows[] = {
    /* nothing changes; layout stays, but for the steps' own lines */
    {"{'title': 'x',\n 'dialogue': [\n    'C: NOOP',\n    'S: OK'\n  ], 'why': 'y'}",
     "{'dialogue': ['C: NOOP', 'S: OK']}",
     "{'title': 'x',\n 'dialogue': [\n    'C: NOOP',\n    'S: OK'\n  ], 'why': 'y'}", ""},
    /* more and other lines, in their turn */
    {"{'dialogue': ['S: * OK a', 'C: NOOP', 'S: * 1 EXISTS', 'S: OK', 'C: CHECK', 'S: OK']}",
     "{'dialogue': ['S: * OK b', 'C: NOOP', 'S: OK', 'C: CHECK', 'S: * 2 EXISTS', 'S: NO']}",
     "{'dialogue': [\n    'S: * OK b',\n    'C: NOOP',\n    'S: OK',\n    'C: CHECK',\n"
     "    'S: * 2 EXISTS',\n    'S: NO']}",
     "-'S: * OK a'+'S: * OK b'-'S: * 1 EXISTS'-'S: OK'+'S: * 2 EXISTS'+'S: NO'"},
    /* steps of the client, pauses, assertions and the world are the author's */
    {"{'dialogue': ['C: IDLE', {'S': {'delay_ms': 5}}, 'S: + a', {'mailbox': 'M', 'uidnext': 5}, "
     "'C=: DONE', {'assert': '1 = 1'}, 'S: OK', {'C': 'close'}]}",
     "{'dialogue': ['C: IDLE', 'S: + b', 'C=: DONE', 'S: OK', {'S': 'close'}]}",
     "{'dialogue': [\n    'C: IDLE',\n    {'S': {'delay_ms': 5}},\n    'S: + b',\n"
     "    {'mailbox': 'M', 'uidnext': 5},\n    'C=: DONE',\n    {'assert': '1 = 1'},\n"
     "    'S: OK',\n    {'S': 'close'},\n    {'C': 'close'}]}",
     "-'S: + a'+'S: + b'+{'S': 'close'}"},
    /* a greeting that came early goes where it was; brackets and quotes in lines mean nothing */
    {"{'given': {'dialogue': []}, 'dialogue': ['S: * OK', 'C: NOOP', 'S: OK \\']}', 'S2: * OK a', "
     "'C2: CHECK', 'S2: OK']}",
     "{'dialogue': ['S: * OK', 'S2: * OK b', 'C: NOOP', 'S: OK \\']}', 'C2: CHECK', 'S2: OK']}",
     "{'given': {'dialogue': []}, 'dialogue': [\n    'S: * OK',\n    'C: NOOP',\n"
     "    'S: OK \\']}',\n    'S2: * OK b',\n    'C2: CHECK',\n    'S2: OK']}",
     "-'S2: * OK a'+'S2: * OK b'"},
    /* an answer that comes elsewhere is gone and new */
    {"{'dialogue': ['C a: NOOP', 'C b: NOOP', 'S b: OK', 'S a: OK']}",
     "{'dialogue': ['C a: NOOP', 'S a: OK', 'C b: NOOP']}",
     "{'dialogue': [\n    'C a: NOOP',\n    'S a: OK',\n    'C b: NOOP']}",
     "+'S a: OK'-'S b: OK'-'S a: OK'"},
    /* what is none */
    {"{'dialogue': ['C: NOOP', 'S: OK']}", "{'dialogue': ['S: * OK']}", NULL, NULL},
    {"{'rules': []}", "{'dialogue': []}", NULL, NULL},
    {"{'dialogue': ['C: NOOP'", "{'dialogue': ['C: NOOP']}", NULL, NULL},
    {"", "{'dialogue': []}", NULL, NULL},
    {"['dialogue']", "{'dialogue': []}", NULL, NULL},
    {"{'dialogue'", "{'dialogue': []}", NULL, NULL},
    {"{'dialogue': 'x'}", "{'dialogue': []}", NULL, NULL},
};

static struct iw_span quoted(const char *text, char *made)
{
    size_t length = strlen(text);
    for (size_t i = 0; i <= length; i++)
        made[i] = text[i] == '\'' ? '"' : text[i];
    return iw_span(made, length);
}

static void note(void *context, enum iw_revision what, struct iw_span step)
{
    struct iw_buf *changes = context;
    iw_buf_add_char(changes, what == IW_REVISION_GONE ? '-' : '+');
    iw_buf_add(changes, step);
}

static void revise_row(size_t index)
{
    static char old_text[TEXT_MAX], new_text[TEXT_MAX], wanted[TEXT_MAX], said[TEXT_MAX];
    const struct row *row = &rows[index];
    struct iw_error error = {0};
    struct iw_buf out, changes;
    iw_buf_init(&out, NULL, TEXT_MAX);
    iw_buf_init(&changes, NULL, TEXT_MAX);
    enum iw_result result =
        iw_revise(quoted(row->old_text, old_text), quoted(row->new_text, new_text), &out, note,
                  &changes, &error);
    if ((result == IW_OK) != (row->revised != NULL))
        fail_msg("row %zu: %s", index, iw_result_name(result));
    if (result == IW_OK) {
        quoted(row->revised, wanted);
        quoted(row->changes, said);
        assert_string_equal(iw_buf_string(&out), wanted);
        assert_string_equal(iw_buf_string(&changes), said);
    }
    iw_buf_release(&out);
    iw_buf_release(&changes);
}

static void test_revisions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        revise_row(i);
}

/* Cut anywhere in its dialogue a text is refused, and nothing is read beyond its end. */
static void test_cut_anywhere(void **state)
{
    static char text[TEXT_MAX];
    struct iw_span whole = quoted(rows[3].old_text, text);
    (void)state;
    for (size_t length = 0; length + 1 < whole.length; length++) {
        struct iw_buf cut, out;
        iw_buf_init(&cut, NULL, TEXT_MAX);
        iw_buf_init(&out, NULL, TEXT_MAX);
        iw_buf_add(&cut, iw_span_part(whole, 0, length));
        assert_int_not_equal(iw_revise(iw_buf_span(&cut), whole, &out, NULL, NULL, NULL), IW_OK);
        iw_buf_release(&cut);
        iw_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_revisions),
        cmocka_unit_test(test_cut_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
