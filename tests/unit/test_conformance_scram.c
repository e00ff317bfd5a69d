/* SPDX-License-Identifier: MIT */
/* The arithmetic of SCRAM: the exchanges of RFC 5802 §5 and RFC 7677 §3, and what is none. */
#include "conformance/scram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SHA_1_MESSAGE                                                                              \
    "n=user,r=fyko+d2lbbFgONRv9qkxdawL,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"              \
    "s=QSXCR+Q6sek8bf92,i=4096,c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
#define SHA_256_MESSAGE                                                                            \
    "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"          \
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,"                                                    \
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"

static const struct row {
    const char *argument;
    const char *wanted; /* NULL: refused */
} rows[] = {
    {"SHA-1,proof,QSXCR+Q6sek8bf92,4096," SHA_1_MESSAGE, "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="},
    {"SHA-1,signature,QSXCR+Q6sek8bf92,4096," SHA_1_MESSAGE, "rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {"SHA-256,proof,W22ZaJ0SNY7soEsUEjb6gQ==,4096," SHA_256_MESSAGE,
     "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="},
    {"SHA-256,signature,W22ZaJ0SNY7soEsUEjb6gQ==,4096," SHA_256_MESSAGE,
     "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
    {"SHA-1,proof,QQ==,1,", "oRu8XdA7Q+FTppp4RnM52/IVwd8="},
    {"SHA-1,proof,QQ==,0,x", NULL},
    {"SHA-1,proof,QQ==,1000001,x", NULL},
    {"SHA-1,proof,QQ==,x,x", NULL},
    {"SHA-1,proof,Q,1,x", NULL},
    {"SHA-1,key,QQ==,1,x", NULL},
    {"SHA-3,proof,QQ==,1,x", NULL},
    {"SHA-1,proof,QQ==", NULL},
    {"", NULL},
};

static void rows_are_computed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        iw_buf_init(&out, NULL, 100);
        const bool made = iw_scram(iw_span_of(rows[i].argument), IW_SPAN("pencil"), &out);
        const char *text = made ? iw_buf_string(&out) : "none";
        if (made != (rows[i].wanted != NULL) ||
            (made && !iw_span_equal(iw_buf_span(&out), iw_span_of(rows[i].wanted))))
            fail_msg("row %zu: %s: %s", i, rows[i].argument, text);
        iw_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_are_computed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
