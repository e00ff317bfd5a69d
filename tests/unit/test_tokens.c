/* SPDX-License-Identifier: MIT */
/* Expected and received, token by token. */
#include "script/tokens.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void tokens_stand_beside_each_other(void **state)
{
    static const struct {
        const char *expected, *received, *text;
    } rows[] = {
        {"NOOP", "noop", "NOOP                         | noop\n"},
        {"NOOP", "CHECK", "NOOP                         | CHECK   <- differs\n"},
        {"NOOP x", "NOOP",
         "NOOP                         | NOOP\n"
         "x                            |    <- is missing\n"},
        {"NOOP", "NOOP x",
         "NOOP                         | NOOP\n"
         "                             | x   <- is too much\n"},
        {"C2 a: SELECT ${M}", "t3 SELECT M",
         "SELECT                       | SELECT\n"
         "${M}                         | M\n"},
        {"* 3 EXISTS", "* 2 EXISTS",
         "*                            | *\n"
         "3                            | 2   <- differs\n"
         "EXISTS                       | EXISTS\n"},
        {"BAD", "t3 OK Store completed", "BAD                          | OK   <- differs\n"},
        {"S: NO|BAD", "t3 BAD what is that", "NO|BAD                       | BAD\n"},
        {"* OK [ALERT]", "* OK [ALERT] a b",
         "*                            | *\n"
         "OK                           | OK\n"
         "[                            | [\n"
         "ALERT                        | ALERT\n"
         "]                            | ]\n"},
        {"NOOP", "", ""},
        {"", "NOOP", ""},
        {"STORE ${n} (\\Seen)", "STORE 1 (\\Seen \"a (b\")",
         "STORE                        | STORE\n"
         "${n}                         | 1\n"
         "(                            | (\n"
         "\\Seen                        | \\Seen\n"
         ")                            | \"a (b\"   <- differs\n"
         "                             | )\n"},
        {"a\x01", "a\x01", "a\\x01                        | a\\x01\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        iw_buf_init(&out, NULL, 10000);
        iw_tokens_beside(iw_span_of(rows[i].expected), iw_span_of(rows[i].received), &out);
        assert_string_equal(iw_buf_string(&out), rows[i].text);
        iw_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_stand_beside_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
