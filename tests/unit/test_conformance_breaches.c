/* SPDX-License-Identifier: MIT */
/* What is told of an invariant that several cases break. */
#include "conformance/breaches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_OCTETS = 80, MANY = 30 };

/* A connection of that case, on which the server says this. */
static void say(struct iw_breaches *breaches, const char *line, const char *id)
{
    struct iw_invariants *invariants = iw_invariants_new(NULL);
    assert_non_null(invariants);
    iw_invariants_received(invariants, IW_SPAN("* OK hello\r\n"));
    iw_invariants_received(invariants, iw_span_of(line));
    iw_breaches_note(breaches, invariants, id, NULL, NULL);
    iw_invariants_free(invariants);
}

static const char *told(struct iw_breaches *breaches)
{
    return iw_buf_string(&breaches->of[IW_INVARIANT_GRAMMAR].detail);
}

static void test_each_once(void **state)
{
    (void)state;
    static const struct {
        const char *line, *id, *told; /* behind this line */
    } rows[] = {
        {"* 1 EXISTS\r\n", "a", ""},
        {"* SORT 0\r\n", "b", "a number from 1 is expected at octet 7 of: * SORT 0 (in b)"},
        {"* SORT 0\r\n", "c", "a number from 1 is expected at octet 7 of: * SORT 0 (in b)"},
        {"* THREAD x\r\n", "d",
         "a number from 1 is expected at octet 7 of: * SORT 0 (in b); "
         "( is expected at octet 9 of: * THREAD x (in d)"},
    };
    struct iw_breaches breaches;
    iw_breaches_init(&breaches);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        say(&breaches, rows[i].line, rows[i].id);
        assert_string_equal(told(&breaches), rows[i].told);
    }
    assert_int_equal(breaches.of[IW_INVARIANT_GRAMMAR].told, 2);
    assert_int_equal(breaches.of[IW_INVARIANT_TAGS].told, 0);
    iw_breaches_release(&breaches);
}

static void test_enough(void **state)
{
    (void)state;
    struct iw_breaches breaches;
    iw_breaches_init(&breaches);
    for (unsigned i = 0; i < MANY; i++) {
        char line[LINE_MAX_OCTETS];
        snprintf(line, sizeof line, "* SORT 0 %u\r\n", 100 + i);
        say(&breaches, line, "x");
    }
    assert_non_null(strstr(told(&breaches), "* SORT 0 100 (in x); "));
    assert_non_null(strstr(told(&breaches), "* SORT 0 115 (in x); and others"));
    assert_null(strstr(told(&breaches), "* SORT 0 116"));
    assert_string_equal(strstr(told(&breaches), "and others"), "and others");
    iw_breaches_release(&breaches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_once),
        cmocka_unit_test(test_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
