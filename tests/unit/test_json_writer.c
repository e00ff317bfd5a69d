/* SPDX-License-Identifier: MIT */
#include "base/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void write_sample(struct iw_json_writer *writer)
{
    iw_json_open_object(writer, NULL);
    iw_json_put_string(writer, "target", "imap://[::1]");
    iw_json_put_seconds(writer, "seconds", 12005);
    iw_json_open_array(writer, "cases");
    iw_json_open_object(writer, NULL);
    iw_json_put_number(writer, "n", UINT64_MAX);
    iw_json_put_bool(writer, "ok", true);
    iw_json_close_object(writer);
    iw_json_put_null(writer, NULL);
    iw_json_put_string(writer, NULL, "[");
    iw_json_put_octets(writer, NULL, IW_SPAN("\xff"));
    iw_json_close_array(writer);
    iw_json_put_member(writer, "absent", iw_span(NULL, 0));
    iw_json_open_array(writer, "none");
    iw_json_close_array(writer);
    iw_json_key(writer, "empty");
    iw_json_open_object(writer, NULL);
    iw_json_close_object(writer);
    iw_json_put_member(writer, "last", IW_SPAN(""));
    iw_json_close_object(writer);
}

static void test_layouts(void **state)
{
    static const char *const wanted[] = {
        [IW_JSON_DENSE] =
            "{\"target\":\"imap://[::1]\",\"seconds\":12.005,\"cases\":"
            "[{\"n\":18446744073709551615,\"ok\":true},null,\"[\",{\"base64\":\"/w==\"}],"
            "\"none\":[],\"empty\":{},\"last\":\"\"}",
        [IW_JSON_ONE_LINE] =
            "{\"target\": \"imap://[::1]\", \"seconds\": 12.005, \"cases\": "
            "[{\"n\": 18446744073709551615, \"ok\": true}, null, \"[\", {\"base64\": \"/w==\"}], "
            "\"none\": [], \"empty\": {}, \"last\": \"\"}",
        [IW_JSON_INDENTED] = "{\n"
                             "  \"target\": \"imap://[::1]\",\n"
                             "  \"seconds\": 12.005,\n"
                             "  \"cases\": [\n"
                             "    {\n"
                             "      \"n\": 18446744073709551615,\n"
                             "      \"ok\": true\n"
                             "    },\n"
                             "    null,\n"
                             "    \"[\",\n"
                             "    {\"base64\": \"/w==\"}\n"
                             "  ],\n"
                             "  \"none\": [],\n"
                             "  \"empty\": {},\n"
                             "  \"last\": \"\"\n"
                             "}\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct iw_buf out;
        struct iw_json_writer writer;
        iw_buf_init(&out, NULL, 4096);
        iw_json_writer_init(&writer, &out, (enum iw_json_layout)i);
        write_sample(&writer);
        assert_string_equal(iw_buf_string(&out), wanted[i]);
        iw_buf_release(&out);
    }
}

/* What is written for the same octets as a text and as octets. */
static void test_strings(void **state)
{
    static const struct {
        struct iw_span octets;
        const char *text, *exact; /* NULL: the same */
    } rows[] = {
        {{NULL, 0}, "null", NULL},
        {{"", 0}, "\"\"", NULL},
        {{"a\"b\\c/d", 7}, "\"a\\\"b\\\\c/d\"", NULL},
        {{"\r\n\t\0\x1f\x7f", 6}, "\"\\r\\n\\t\\u0000\\u001f\\u007f\"", NULL},
        {{"\x1f ~\x7f", 4}, "\"\\u001f ~\\u007f\"", NULL},
        {{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9},
         "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
         NULL},
        {{"\xff\x80", 2}, "\"\\u00ff\\u0080\"", "{\"base64\":\"/4A=\"}"}, /* never UTF-8 */
        {{"\xc3", 1}, "\"\\u00c3\"", "{\"base64\":\"ww==\"}"},            /* cut short */
        {{"\xc0\xaf", 2}, "\"\\u00c0\\u00af\"", "{\"base64\":\"wK8=\"}"}, /* overlong */
        {{"\xed\xa0\x80", 3}, "\"\\u00ed\\u00a0\\u0080\"", "{\"base64\":\"7aCA\"}"}, /* surrogate */
        {{"\xf4\x90\x80\x80", 4},
         "\"\\u00f4\\u0090\\u0080\\u0080\"",
         "{\"base64\":\"9JCAgA==\"}"}, /* past U+10FFFF */
        {{"\xe2\x82(", 3}, "\"\\u00e2\\u0082(\"", "{\"base64\":\"4oIo\"}"},
        {{"\xc3\xa9\x80z", 4}, "\"\xc3\xa9\\u0080z\"", "{\"base64\":\"w6mAeg==\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf out;
        struct iw_json_writer writer;
        const char *exact = rows[i].exact == NULL ? rows[i].text : rows[i].exact;
        iw_buf_init(&out, NULL, 4096);
        iw_json_writer_init(&writer, &out, IW_JSON_DENSE);
        iw_json_put_text(&writer, NULL, rows[i].octets);
        if (strcmp(iw_buf_string(&out), rows[i].text) != 0)
            fail_msg("row %zu as a text: %s", i, iw_buf_string(&out));
        iw_buf_clear(&out);
        iw_json_put_octets(&writer, NULL, rows[i].octets);
        if (strcmp(iw_buf_string(&out), exact) != 0)
            fail_msg("row %zu as octets: %s", i, iw_buf_string(&out));
        iw_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
