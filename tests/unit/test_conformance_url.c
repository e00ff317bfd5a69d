/* SPDX-License-Identifier: MIT */
#include "conformance/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct row {
    const char *text;
    const char *canonical; /* NULL: refused */
    const char *password;  /* NULL: none */
    bool loopback;
};

static const struct row rows[] = {
    {"imap://localhost", "imap://localhost:143/", NULL, true},
    {"IMAPS://localhost/", "imaps://localhost:993/", NULL, true},
    {"imap://alice@127.0.0.1:10143/", "imap://alice@127.0.0.1:10143/", NULL, true},
    {"imap://alice:secret@127.0.0.1:10143/", "imap://alice@127.0.0.1:10143/", "secret", true},
    {"imap://alice:@127.0.0.1/", "imap://alice@127.0.0.1:143/", "", true},
    {"imap://alice:a%40b:c@[::1]:1/", "imap://alice@[::1]:1/", "a@b:c", true},
    {"imap://alice:a@b@localhost:65535", "imap://alice@localhost:65535/", "a@b", true},
    {"imap://a%20b%40c@mail.example.org/", "imap://a%20b%40c@mail.example.org:143/", NULL, false},
    {"imaps://127.example.org/", "imaps://127.example.org:993/", NULL, false},
    {"imaps://127.1/", "imaps://127.1:993/", NULL, false},
    {"imaps://127.0.0.0.1/", "imaps://127.0.0.0.1:993/", NULL, false},
    {"imaps://128.0.0.1/", "imaps://128.0.0.1:993/", NULL, false},
    {"imap://alice:secret@mail.example.org/", NULL, NULL, false},
    {"imap://alice:secret@127.0.0.1.example.org/", NULL, NULL, false},
    {"imap://", NULL, NULL, false},
    {"imap:///", NULL, NULL, false},
    {"imap://alice@/", NULL, NULL, false},
    {"imap://localhost:0/", NULL, NULL, false},
    {"imap://localhost:65536/", NULL, NULL, false},
    {"imap://localhost:14x/", NULL, NULL, false},
    {"imap://localhost:/", NULL, NULL, false},
    {"imap://[::1/", NULL, NULL, false},
    {"imap://[::1]x/", NULL, NULL, false},
    {"imap://localhost/INBOX", NULL, NULL, false},
    {"imap://a%4@localhost/", NULL, NULL, false},
    {"imap://a%zz@localhost/", NULL, NULL, false},
    {"imap://a%00@localhost/", NULL, NULL, false},
    {"imap://a%0D%0Ab@localhost/", NULL, NULL, false},
    {"imap://alice;AUTH=PLAIN@localhost/", NULL, NULL, false},
    {"imap+starttls://localhost/", NULL, NULL, false},
    {"localhost:143", NULL, NULL, false},
    {"", NULL, NULL, false},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct iw_url url;
        struct iw_error error = {0};
        const enum iw_result result = iw_url_parse(row->text, &url, &error);
        if ((result == IW_OK) != (row->canonical != NULL))
            fail_msg("row %zu: %s: %s", i, row->text, error.detail);
        if (result != IW_OK) {
            assert_true(error.detail[0] != '\0');
            assert_null(strstr(error.detail, "secret"));
            assert_null(strstr(url.password, "secret"));
            continue;
        }
        struct iw_buf out;
        iw_buf_init(&out, NULL, 4096);
        iw_url_write(&url, &out);
        assert_string_equal(iw_buf_string(&out), row->canonical);
        iw_buf_release(&out);
        assert_int_equal(url.loopback, row->loopback);
        assert_int_equal(url.has_password, row->password != NULL);
        assert_string_equal(url.password, row->password != NULL ? row->password : "");
    }
}

/* A field of 255 octets fits, one of 256 does not. */
static void test_longest_field(void **state)
{
    (void)state;
    for (size_t length = 255; length <= 256; length++) {
        char text[300] = "imap://";
        memset(text + 7, 'u', length);
        memcpy(text + 7 + length, "@localhost/", sizeof "@localhost/");
        struct iw_url url;
        struct iw_error error = {0};
        assert_int_equal(iw_url_parse(text, &url, &error), length == 255 ? IW_OK : IW_LIMIT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_longest_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
