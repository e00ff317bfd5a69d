/* SPDX-License-Identifier: MIT */
#include "conformance/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef void writer(struct iw_buf *out, const char *text);

struct row {
    writer *write;
    const char *text, *wanted;
};

static const struct row rows[] = {
    {iw_text_xml, "", ""},
    {iw_text_xml, "a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#39;"},
    {iw_text_xml, "]]>", "]]&gt;"},
    {iw_text_xml, "line\nnext\ttab", "line\nnext\ttab"},
    {iw_text_xml, "\r\x01\x1f\x7f", "\\x0d\\x01\\x1f\\x7f"},
    {iw_text_xml, "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
    {iw_text_xml, "\xe2\x82\xac \xf0\x9f\x98\x80", "\xe2\x82\xac \xf0\x9f\x98\x80"},
    {iw_text_xml, "\xc3", "\\xc3"},
    {iw_text_xml, "\xc0\xaf", "\\xc0\\xaf"},
    {iw_text_xml, "\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {iw_text_xml, "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd",
     "\\xef\\xbf\\xbe\\xef\\xbf\\xbf\xef\xbf\xbd"},
    {iw_text_xml, "\xf4\x90\x80\x80\xff", "\\xf4\\x90\\x80\\x80\\xff"},
    {iw_text_terminal, "a<b>&", "a<b>&"},
    {iw_text_terminal, "\x1b[31mred\r\a", "\\x1b[31mred\\x0d\\x07"},
    {iw_text_terminal,
     "\xc2\x9b"
     "31m \xc2\xa0",
     "\\xc2\\x9b"
     "31m \xc2\xa0"},
    {iw_text_shell, "plain-word_1.2/3:4@5", "plain-word_1.2/3:4@5"},
    {iw_text_shell, "", "''"},
    {iw_text_shell, "two words", "'two words'"},
    {iw_text_shell, "it's", "'it'\\''s'"},
    {iw_text_shell, "server/x[n=3]", "'server/x[n=3]'"},
    {iw_text_shell, "$(rm)`;&|<>*?~#!", "'$(rm)`;&|<>*?~#!'"},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct iw_buf out;
        iw_buf_init(&out, NULL, 4096);
        rows[i].write(&out, rows[i].text);
        if (!iw_span_equal(iw_buf_span(&out), iw_span_of(rows[i].wanted)))
            fail_msg("row %zu: %s, not %s", i, iw_buf_string(&out), rows[i].wanted);
        iw_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
