/* SPDX-License-Identifier: MIT */
/* Tables of whole responses or commands, and what must hold for each row: written, it reads as in
 * the table and parses to an equal value; what cannot be parsed fails at the octet that does not
 * fit.
 *
 * The functions are cmocka tests whose state is a struct iw_rows (cmocka_unit_test_prestate). */
#ifndef IW_TESTS_ROWS_H
#define IW_TESTS_ROWS_H

#include "parser/frame.h"

struct iw_row {
    const char *input;   /* with CRLF */
    const char *written; /* NULL: the same; or not written, because the row is bad */
    bool bad;            /* it is IW_SYNTAX */
    size_t offset;       /* of the octet that does not fit */
};

struct iw_rows {
    enum iw_frame_role role; /* responses or commands */
    const struct iw_row *rows;
    size_t count;
};

void iw_rows_check(void **state);

/* Two rows are equal values if and only if they are written the same. */
void iw_rows_tell_apart(void **state);

/* Cut at every byte, nothing reads past the end; and only what is not looked into still parses. */
void iw_rows_cut(void **state);

/* With the n-th allocation failing, for every n, the result says so and nothing leaks. */
void iw_rows_starve(void **state);

/* All of these, among the tests of a program that includes cmocka.h. */
#define IW_ROWS_TESTS(table)                                                                       \
    cmocka_unit_test_prestate(iw_rows_check, table),                                               \
        cmocka_unit_test_prestate(iw_rows_tell_apart, table),                                      \
        cmocka_unit_test_prestate(iw_rows_cut, table),                                             \
        cmocka_unit_test_prestate(iw_rows_starve, table)

#endif
