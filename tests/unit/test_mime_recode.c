/* SPDX-License-Identifier: MIT */
/* Messages with parts in the encoding "binary" (RFC 3516 §6). */
#include "mockserver/engine/mime_recode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MULTI  "Content-Type: multipart/mixed; boundary=x\r\n"
#define BINARY "Content-Transfer-Encoding: binary\r\n"
#define BASE64 "Content-Transfer-Encoding: base64\r\n"
#define EIGHT  "Content-Transfer-Encoding: 8bit\r\n"
#define OCTETS "0123456789012345678901234567890123456789012345678901234" /* 55 */
#define CODED  "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzN"

static const struct {
    const char *name, *before, *after;
} rows[] = {
    {"no octet", "", ""},
    {"no header", "\r\nabc", "\r\nabc"},
    {"no MIME", BINARY "\r\nabc", BINARY "\r\nabc"},
    {"another encoding", "MIME-Version: 1.0\r\n" EIGHT "\r\nabc",
     "MIME-Version: 1.0\r\n" EIGHT "\r\nabc"},
    {"one part", "MIME-Version: 1.0\r\n" BINARY "\r\na\r\n",
     "MIME-Version: 1.0\r\n" BASE64 "\r\nYQ0K"},
    {"no body", "MIME-Version: 1.0\r\n" BINARY "\r\n", "MIME-Version: 1.0\r\n" BASE64 "\r\n"},
    {"any case, folded",
     "MIME-Version: 1.0\r\nContent-transfer-encoding:\r\n BINARY \r\nA: b\r\n\r\na",
     "MIME-Version: 1.0\r\nContent-transfer-encoding:base64\r\nA: b\r\n\r\nYQ=="},
    {"one of two parts", MULTI BINARY "\r\n--x\r\n" BINARY "\r\na\r\n--x\r\n\r\nb\r\n--x--\r\nend",
     MULTI EIGHT "\r\n--x\r\n" BASE64 "\r\nYQ==\r\n--x\r\n\r\nb\r\n--x--\r\nend"},
    {"within a message",
     MULTI "\r\n--x\r\nContent-Type: message/rfc822\r\n" BINARY "\r\nMIME-Version: 1.0\r\n" BINARY
           "\r\na\r\n--x--",
     MULTI "\r\n--x\r\nContent-Type: message/rfc822\r\n" EIGHT "\r\nMIME-Version: 1.0\r\n" BASE64
           "\r\nYQ==\r\n--x--"},
    {"a whole line", "MIME-Version: 1.0\r\n" BINARY "\r\n" OCTETS "56",
     "MIME-Version: 1.0\r\n" BASE64 "\r\n" CODED "DU2"},
    {"a line and an octet", "MIME-Version: 1.0\r\n" BINARY "\r\n" OCTETS "567",
     "MIME-Version: 1.0\r\n" BASE64 "\r\n" CODED "DU2\r\nNw=="},
};

static void binary_parts_become_base64(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_arena arena;
        struct iw_buf out;
        struct iw_mime_message message;
        const struct iw_span octets = iw_span_of(rows[i].before);
        iw_arena_init(&arena, NULL, 1 << 20);
        iw_buf_init(&out, NULL, 1 << 16);
        assert_int_equal(iw_mime_parse(&arena, octets, &message), IW_OK);
        iw_mime_recode(&message, octets, &out);
        if (strcmp(iw_buf_string(&out), rows[i].after) != 0)
            fail_msg("%s: %s", rows[i].name, iw_buf_string(&out));
        iw_buf_release(&out);
        iw_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(binary_parts_become_base64)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
