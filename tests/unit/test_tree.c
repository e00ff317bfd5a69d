/* SPDX-License-Identifier: MIT */
/* Each line and its tree, drawn on one line: a quoted string as 'value', a literal as #value#, a
 * list as ( … ), a code as [ … ], prose as <text>, an atom as it is. */
#include "parser/tree.h"

#include "tests/lib/failing_alloc.h"
#include "tests/lib/reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { R = IW_TREE_RESPONSE, C = IW_TREE_COMMAND };

static void draw(struct iw_buf *out, const struct iw_node *node)
{
    static const char *const open[] = {"", "'", "(", "[", "<"}, *const close[] = {"", "'", ")", "]",
                                                                                  ">"};
    for (; node != NULL; node = node->next) {
        const char *mark = node->literal ? (node->binary ? "##" : "#") : NULL;
        iw_buf_add_string(out, mark != NULL ? mark : open[node->kind]);
        iw_buf_add(out, node->value);
        draw(out, node->child);
        iw_buf_add_string(out, mark != NULL ? mark : close[node->kind]);
        if (node->next != NULL)
            iw_buf_add_char(out, ' ');
    }
}

struct row {
    int kind;
    const char *line;
    const char *drawing; /* NULL: IW_SYNTAX at offset */
    size_t offset;
};

static const struct row rows[] = {
    {R, "* 1 EXISTS\r\n", "* 1 EXISTS"},
    {R, "* NO(a {1}\r\n\r)\r\n", "* NO (a #\r#)"},
    {R, "+(a {1}\r\n\r)\r\n", "+ (a #\r#)"},
    {R, "* FLAGS (\\Seen \\*)\r\n", "* FLAGS (\\Seen \\*)"},
    {R, "* FLAGS ()\r\n", "* FLAGS ()"},
    {R, "* LIST (\\HasNoChildren) \"/\" \"a b\"\r\n", "* LIST (\\HasNoChildren) '/' 'a b'"},
    {R, "* LIST () NIL [Gmail]/x\r\n", "* LIST () NIL [Gmail]/x"},
    {R, "* LIST () \"\\\\\" \"a\\\"b\"\r\n", "* LIST () '\\' 'a\"b'"},
    {R, "* 1 FETCH (UID 5 FLAGS (\\Seen))\r\n", "* 1 FETCH (UID 5 FLAGS (\\Seen))"},
    {R, "* 1 FETCH (BODY[] {5}\r\nhe)lo UID 5)\r\n", "* 1 FETCH (BODY[] #he)lo# UID 5)"},
    {R, "* 1 FETCH (BODY[] {0}\r\n)\r\n", "* 1 FETCH (BODY[] ##)"},
    {R, "* 1 FETCH (BINARY[1] ~{1}\r\nx)\r\n", "* 1 FETCH (BINARY[1] ##x##)"},
    {R, "* 1 FETCH (BODY[HEADER.FIELDS (FROM TO)]<0> \"x\")\r\n",
     "* 1 FETCH (BODY[HEADER.FIELDS (FROM TO)]<0> 'x')"},
    {R, "* 1 FETCH (body[HEADER.FIELDS (\"a]b\" C)] NIL)\r\n",
     "* 1 FETCH (body[HEADER.FIELDS (\"a]b\" C)] NIL)"},
    {R, "* 1 FETCH (BODY[HEADER.FIELDS (a \"b]\" c])]<0> NIL)\r\n",
     "* 1 FETCH (BODY[HEADER.FIELDS (a \"b]\" c])]<0> NIL)"},
    {R, "* 1 FETCH (BODY[HEADER.FIELDS ({1}\r\n]\r\n", NULL, 37},
    {R, "* 1 FETCH BODY[{1}\r\n]\r\n", NULL, 15},
    {R, "* 1 FETCH (BODY[HEADER.FIELDS ({1}\r\n])] NIL)\r\n",
     "* 1 FETCH (BODY[HEADER.FIELDS ({1}\r\n])] NIL)"},
    {R, "* 1 FETCH (BODY[1 NIL)\r\n", "* 1 FETCH (BODY[1 NIL)"},
    {R, "* 1 FETCH (BODY ((\"a\" NIL)(\"b\" NIL) \"mixed\"))\r\n",
     "* 1 FETCH (BODY (('a' NIL) ('b' NIL) 'mixed'))"},
    {R, "* SEARCH 1 2 3\r\n", "* SEARCH 1 2 3"},
    {R, "* SEARCH\r\n", "* SEARCH"},
    {R, "* STATUS x (MESSAGES 1) \r\n", "* STATUS x (MESSAGES 1)"},
    {R, "* STATUS x ( MESSAGES  1 )\r\n", "* STATUS x (MESSAGES 1)"},
    {R, "* STATUS x (MESSAGES 1)\n", "* STATUS x (MESSAGES 1)"},
    {R, "* LIST () \"/\" \"\xff\\x\"\r\n", "* LIST () '/' '\xffx'"},
    {R, "* LIST () \"/\" \xc3\xa4\r\n", "* LIST () '/' \xc3\xa4"},
    {R, "* X {2+}\r\nab\r\n", "* X #ab#"},
    {R, "\r\n", ""},
    {R, "*\r\n", "*"},
    {R, "* \r\n", "*"},

    {R, "* OK\r\n", "* OK"},
    {R, "* OK \r\n", "* OK"},
    {R, "* OK hello (world \"\r\n", "* OK <hello (world \">"},
    {R, "* ok hello\r\n", "* ok <hello>"},
    {R, "A1 NO [TRYCREATE] no such\r\n", "A1 NO [TRYCREATE] <no such>"},
    {R, "A1 BAD [X]\r\n", "A1 BAD [X]"},
    {R, "A1 BAD [X]y\r\n", "A1 BAD [X] <y>"},
    {R, "* OK [UIDNEXT 5] {5}\r\n", "* OK [UIDNEXT 5] <{5}>"},
    {R, "* OK [PERMANENTFLAGS (\\Seen \\*)] Limited\r\n",
     "* OK [PERMANENTFLAGS (\\Seen \\*)] <Limited>"},
    {R, "* OK [COPYUID 1 2:3,7 4:*] x\r\n", "* OK [COPYUID 1 2:3,7 4:*] <x>"},
    {R, "* OK [BADCHARSET (\"a ]\")] x\r\n", "* OK [BADCHARSET ('a ]')] <x>"},
    {R, "* OK [X don\"t] x\r\n", "* OK [<X don\"t>] <x>"},
    {R, "* OK [X (] x\r\n", "* OK [<X (>] <x>"},
    {R, "* OK [X )] x\r\n", "* OK [<X )>] <x>"},
    {R, "* OK []\r\n", "* OK []"},
    {R, "* OK [X\r\n", "* OK <[X>"},
    {R, "* OK [ALERT ] x\r\n", "* OK [ALERT] <x>"},
    {R, "* BYE [UNAVAILABLE] x\n", "* BYE [UNAVAILABLE] <x>"},
    {R, "* PREAUTH x\r\n", "* PREAUTH <x>"},
    {R, "* OKAY [x] y\r\n", "* OKAY [x] y"},
    {R, "+ go (on\r\n", "+ <go (on>"},
    {R, "+ [X] y\r\n", "+ <[X] y>"},
    {R, "+ \r\n", "+"},
    {R, "+\r\n", "+"},
    {R, "+ YWJj=\r\n", "+ <YWJj=>"},

    {C, "A1 LOGIN a \"b c\"\r\n", "A1 LOGIN a 'b c'"},
    {C, "A1 LOGIN {1}\r\na {1+}\r\nb\r\n", "A1 LOGIN #a# #b#"},
    {C, "A1 FETCH 1:*,3 (BODY.PEEK[HEADER.FIELDS (A B)]<0.5> UID)\r\n",
     "A1 FETCH 1:*,3 (BODY.PEEK[HEADER.FIELDS (A B)]<0.5> UID)"},
    {C, "A1 LIST \"\" %/*\r\n", "A1 LIST '' %/*"},
    {C, "A1 STORE 1 +FLAGS.SILENT (\\Deleted)\r\n", "A1 STORE 1 +FLAGS.SILENT (\\Deleted)"},
    {C, "A1 SEARCH (OR (SEEN) (NOT SEEN)) $\r\n", "A1 SEARCH (OR (SEEN) (NOT SEEN)) $"},
    {C, "A1 OK [x y] z\r\n", "A1 OK [x y] z"},
    {C, "A1 APPEND x (\\Seen) \" 1-Jan-2000 00:00:00 +0000\" ~{2+}\r\nhi\r\n",
     "A1 APPEND x (\\Seen) ' 1-Jan-2000 00:00:00 +0000' ##hi##"},
    {C, "DONE\r\n", "DONE"},
    {C,
     "A1 X \x01"
     "AB(\x01"
     "AC)\r\n",
     "A1 X \x01"
     "AB (\x01"
     "AC)"},

    {R, "* X (a\r\n", NULL, 6},
    {R, "* X a)\r\n", NULL, 5},
    {R, "* X ((a)\r\n", NULL, 8},
    {R, "* X \"a\r\n", NULL, 6},
    {R, "* X a\"b\"\r\n", NULL, 5},
    {R, "* X \"a\"b\r\n", NULL, 7},
    {R, "* X \"a\"\"b\"\r\n", NULL, 7},
    {R, "* X a{1}\r\nb\r\n", NULL, 5},
    {R, "* X {1}\r\nab\r\n", NULL, 10},
    {R, "* X {a}\r\n", NULL, 5},
    {R, "* X \t\r\n", NULL, 4},
    {R, "* X \x7f\r\n", NULL, 4},
    {R, "* X a\rb\r\n", NULL, 5},
    {R, "(* OK) x\r\n", "(* OK) x"},
    {R, ")\r\n", NULL, 0},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct iw_reading reading;
        struct iw_tree tree;
        struct iw_buf out;
        enum iw_frame_role role = row->kind == C ? IW_FRAME_COMMANDS : IW_FRAME_RESPONSES;
        iw_reading_begin(&reading, role, iw_span_of(row->line), NULL);
        iw_buf_init(&out, NULL, 1000);
        enum iw_result result =
            iw_parse_tree(&reading.frame, (enum iw_tree_kind)row->kind, &reading.arena,
                          &reading.limits, &tree, &reading.error);
        if (result == IW_OK)
            draw(&out, tree.first);
        bool right = row->drawing == NULL
                         ? result == IW_SYNTAX && reading.error.offset == row->offset
                         : result == IW_OK && reading.error.code == IW_OK &&
                               strcmp(iw_buf_string(&out), row->drawing) == 0;
        if (!right)
            fail_msg("row %zu, %s: %s at %zu, %s", i, row->line, iw_result_name(result),
                     reading.error.offset, iw_buf_string(&out));
        iw_buf_release(&out);
        iw_reading_end(&reading);
    }
}

static void test_raw_spans(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_tree tree;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("* X \"a\\\"b\" ({3}\r\nabc x) y\r\n"),
                     NULL);
    assert_int_equal(iw_parse_tree(&reading.frame, IW_TREE_RESPONSE, &reading.arena,
                                   &reading.limits, &tree, NULL),
                     IW_OK);
    assert_int_equal(tree.count, 5);
    const struct iw_node *quoted = tree.first->next->next;
    assert_true(iw_span_equal(quoted->raw, IW_SPAN("\"a\\\"b\"")));
    assert_true(iw_span_equal(quoted->next->raw, IW_SPAN("({3}\r\nabc x)")));
    assert_true(iw_span_equal(quoted->next->child->raw, IW_SPAN("{3}\r\nabc")));
    assert_true(iw_span_equal(quoted->next->next->raw, IW_SPAN("y")));
    iw_reading_end(&reading);
}

static enum iw_result parse_deep(size_t depth, unsigned limit)
{
    struct iw_buf line;
    struct iw_reading reading;
    struct iw_tree tree;
    iw_buf_init(&line, NULL, 3 * depth + 10);
    iw_buf_add_string(&line, "* X ");
    for (size_t i = 0; i < depth; i++)
        iw_buf_add_char(&line, '(');
    for (size_t i = 0; i < depth; i++)
        iw_buf_add_char(&line, ')');
    iw_buf_add_string(&line, "\r\n");
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_buf_span(&line), NULL);
    reading.limits.depth = limit;
    enum iw_result result = iw_parse_tree(&reading.frame, IW_TREE_RESPONSE, &reading.arena,
                                          &reading.limits, &tree, NULL);
    iw_reading_end(&reading);
    iw_buf_release(&line);
    return result;
}

static void test_limits(void **state)
{
    (void)state;
    assert_int_equal(parse_deep(5, 5), IW_OK);
    assert_int_equal(parse_deep(6, 5), IW_LIMIT);
    assert_int_equal(parse_deep(100000, 100), IW_LIMIT);
    for (size_t items = 1; items <= 6; items++) {
        struct iw_reading reading;
        struct iw_tree tree;
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("* (a b c d)\r\n"), NULL);
        reading.limits.items = items;
        assert_int_equal(iw_parse_tree(&reading.frame, IW_TREE_RESPONSE, &reading.arena,
                                       &reading.limits, &tree, &reading.error),
                         items < 4 ? IW_LIMIT : IW_OK);
        iw_reading_end(&reading);
    }
}

static void test_a_code_over_a_limit_is_no_text(void **state)
{
    (void)state;
    struct iw_reading reading;
    struct iw_tree tree;
    iw_reading_begin(&reading, IW_FRAME_RESPONSES, IW_SPAN("* OK [a b c d e] x\r\n"), NULL);
    reading.limits.items = 4;
    assert_int_equal(iw_parse_tree(&reading.frame, IW_TREE_RESPONSE, &reading.arena,
                                   &reading.limits, &tree, &reading.error),
                     IW_LIMIT);
    assert_int_equal(reading.error.code, IW_LIMIT);
    iw_reading_end(&reading);
}

/* A line with many nodes, so that the arena asks for memory more than once. */
static void test_allocation_fails(void **state)
{
    (void)state;
    bool failed = true;
    struct iw_buf line;
    iw_buf_init(&line, NULL, 1000);
    iw_buf_add_string(&line, "* X ");
    for (size_t i = 0; i < 200; i++)
        iw_buf_add_string(&line, i % 50 == 0 ? "\"\\\\\" " : "a ");
    iw_buf_add_string(&line, "\r\n");
    for (size_t fail_at = 0; failed; fail_at++) {
        struct iw_failing_alloc failing;
        struct iw_reading reading;
        struct iw_tree tree;
        iw_failing_alloc_init(&failing, fail_at);
        iw_reading_begin(&reading, IW_FRAME_RESPONSES, iw_buf_span(&line), &failing.alloc);
        enum iw_result result = iw_parse_tree(&reading.frame, IW_TREE_RESPONSE, &reading.arena,
                                              &reading.limits, &tree, &reading.error);
        failed = failing.failed;
        assert_int_equal(result, failed ? IW_NO_MEMORY : IW_OK);
        iw_reading_end(&reading);
        assert_int_equal(failing.blocks, 0);
    }
    iw_buf_release(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_raw_spans),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_a_code_over_a_limit_is_no_text),
        cmocka_unit_test(test_allocation_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
