/* SPDX-License-Identifier: MIT */
/* CONVERT and CONVERSIONS, both ways, and XAPPLEPUSHSERVICE: rows, cut, starved; octets that the
 * framer did not keep. */
#include "parser/response.h"

#include "tests/lib/rows.h"
#include "tests/lib/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { VALUES_MAX = 1 << 16 };

#define NAME_OF_127                                                                                \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"                             \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* clang-format off */
static const struct iw_row responses[] = {
    {"* CONVERSION \"a/b\" \"c/d\"\r\n"},
    {"* CONVERSION \"a/b\" \"c/e\"\r\n"},
    {"* CONVERSION \"b/b\" \"c/d\"\r\n"},
    {"* CONVERSION \"image/gif\" \"image/jpeg\" (pix-y \"p\\\"x\" {1}\r\n\xe4)\r\n"},
    {"* CONVERSION \"a/vnd.x+xml\" \"c!#$&.+-^_/1\"\r\n"},
    {"* CONVERSION \"a/" NAME_OF_127 "\" \"c/d\"\r\n"},
    {"* CONVERSION \"a/a" NAME_OF_127 "\" \"c/d\"\r\n", NULL, true, 13},
    {"* CONVERSION \"a b/c\" \"c/d\"\r\n", NULL, true, 13},
    {"* CONVERSION \"/c\" \"c/d\"\r\n", NULL, true, 13},
    {"* CONVERSION NIL \"c/d\"\r\n", NULL, true, 13},
    {"* CONVERSION \"a/b\"\r\n", NULL, true, 18},
    {"* CONVERSION \"a/b\" \"c/d\" x\r\n", NULL, true, 24},
    {"* CONVERSION\r\n", NULL, true, 12},

    {"* 2 converted (tag \"a\") (uid 1)\r\n", "* 2 CONVERTED (TAG \"a\") (UID 1)\r\n"},
    {"* 3 CONVERTED (TAG \"a\") (UID 1)\r\n"},
    {"* 2 CONVERTED (TAG \"b\") (UID 1)\r\n"},
    {"* 2 CONVERTED (TAG {1}\r\nc) (UID 1)\r\n", "* 2 CONVERTED (TAG \"c\") (UID 1)\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (UID 2)\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (UID 1 BINARY[] \"x\")\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] NIL)\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] \"\")\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[2] \"\")\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[2]<0> \"\")\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[2]<1> \"\")\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] ~{2}\r\na\xff)\r\n",
     "* 2 CONVERTED (TAG \"a\") (BINARY[1] {2}\r\na\xff)\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY.SIZE[1] 0)\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY.SIZE[1] 4294967295)\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BODY[HEADER] \"\")\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BODY[1.MIME] \"\")\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BODYPARTSTRUCTURE[1] (\"a\" \"b\" NIL NIL NIL \"c\" 1))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BODYPARTSTRUCTURE[1] (\"a\" \"b\" NIL NIL NIL \"c\" 2))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (AVAILABLECONVERSIONS[1] (()))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (AVAILABLECONVERSIONS[1] ((\"a/b\")))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (AVAILABLECONVERSIONS[1] ((\"a/b\" \"c/d\")))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" TEMPFAIL))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"\" TEMPFAIL))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (error \"x\" tempfail 1))\r\n",
     "* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" TEMPFAIL 1))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BODY[HEADER] (ERROR \"x\" TEMPFAIL))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" BADPARAMETERS NIL \"c/d\"))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" BADPARAMETERS \"a/b\" \"c/d\"))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" BADPARAMETERS \"a/b\" \"c/d\" (e f)))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" BADPARAMETERS \"a/b\" \"c/d\" (e g)))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" BADPARAMETERS \"a/b\" \"c/d\" (e f)"
     " \"g/h\" \"i/j\"))\r\n"},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" MISSINGPARAMETERS \"a/b\" \"c/d\"(e)))\r\n",
     "* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" MISSINGPARAMETERS"
     " \"a/b\" \"c/d\" (e)))\r\n"},
    {"* 2 CONVERTED\r\n", NULL, true, 13},
    {"* 2 CONVERTED (TAG \"a\")\r\n", NULL, true, 23},
    {"* 2 CONVERTED (TAG \"a\") (UID 0)\r\n", NULL, true, 29},
    {"* 2 CONVERTED (TAG \"a\") (UID (ERROR \"x\" TEMPFAIL))\r\n", NULL, true, 29},
    {"* 2 CONVERTED (TAG \"a\") (BINARY \"x\")\r\n", NULL, true, 31},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[HEADER] \"x\")\r\n", NULL, true, 32},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1]<> \"x\")\r\n", NULL, true, 35},
    {"* 2 CONVERTED (TAG \"a\") (BODY[] \"x\")\r\n", NULL, true, 29},
    {"* 2 CONVERTED (TAG \"a\") (BODY[HEADER] ~{1}\r\nx)\r\n", NULL, true, 38},
    {"* 2 CONVERTED (TAG \"a\") (BINARY.SIZE[1] 4294967296)\r\n", NULL, true, 40},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR x TEMPFAIL))\r\n", NULL, true, 42},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" TEMPFAIL 0))\r\n", NULL, true, 55},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" BADPARAMETERS))\r\n", NULL, true, 59},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" BADPARAMETERS \"a/b\" NIL))\r\n", NULL,
     true, 66},
    {"* 2 CONVERTED (TAG \"a\") (BINARY[1] (ERROR \"x\" MISSINGPARAMETERS \"a/b\" \"c/d\"))\r\n",
     NULL, true, 75},
    {"* 2 CONVERTED (TAG \"a\") (AVAILABLECONVERSIONS[1] ((\"a/b\" )))\r\n", NULL, true, 57},

    {"* XAPPLEPUSHSERVICE aps-version 2\r\n"},
    {"* XAPPLEPUSHSERVICE aps-version 3\r\n"},
    {"* XAPPLEPUSHSERVICE aps-topic 2\r\n"},
    {"* XAPPLEPUSHSERVICE \"aps-version\" \"2\" \"aps-topic\" \"a b\"\r\n",
     "* XAPPLEPUSHSERVICE aps-version 2 aps-topic \"a b\"\r\n"},
    {"* XAPPLEPUSHSERVICE mailboxes (INBOX)\r\n"},
    {"* XAPPLEPUSHSERVICE mailboxes ()\r\n"},
    {"* XAPPLEPUSHSERVICE Mailboxes (inbox \"a b\") a b\r\n",
     "* XAPPLEPUSHSERVICE a b mailboxes (INBOX \"a b\")\r\n"},
    {"* XAPPLEPUSHSERVICE mailboxes () mailboxes ()\r\n", NULL, true, 43},
    {"* XAPPLEPUSHSERVICE aps-version NIL\r\n", "* XAPPLEPUSHSERVICE aps-version \"NIL\"\r\n"},
    {"* XAPPLEPUSHSERVICE\r\n", NULL, true, 19},
    {"* XAPPLEPUSHSERVICE a\r\n", NULL, true, 21},
};

static const struct iw_row commands[] = {
    {"A CONVERSIONS \"a/b\" \"*\"\r\n"},
    {"A CONVERSIONS a/b {3}\r\nc/*\r\n", "A CONVERSIONS \"a/b\" \"c/*\"\r\n"},
    {"A CONVERSIONS a/* b\r\n", NULL, true, 14},
    {"A CONVERSIONS\r\n", NULL, true, 13},
    {"A CONVERT 1 (\"a/b\") (UID)\r\n"},
    {"A CONVERT 1 (\"a/b\") uid\r\n", "A CONVERT 1 (\"a/b\") (UID)\r\n"},
    {"A UID CONVERT 1 (\"a/b\") (UID)\r\n"},
    {"A CONVERT 1 (NIL) (UID)\r\n"},
    {"A CONVERT 1 (\"a/b\" (c d)) (UID)\r\n"},
    {"A CONVERT 1 (\"a/b\" (c \"\")) (UID)\r\n"},
    {"A CONVERT 1 (NIL (c d)) (UID)\r\n"},
    {"A CONVERT 1 (NIL) (BINARY[1.2]<0.5> BINARY.SIZE[1])\r\n"},
    {"A CONVERT 1 (NIL) (BINARY[1.2]<1.5> BINARY.SIZE[1])\r\n"},
    {"A CONVERT 1 (NIL) (BODY[HEADER] BODY[1.HEADER] BODY[2.MIME])\r\n"},
    {"A CONVERT 1 (NIL) (AVAILABLECONVERSIONS[] BODYPARTSTRUCTURE[1])\r\n"},
    {"A CONVERT 1 (NIL) (BODY[MIME])\r\n", NULL, true, 24},
    {"A CONVERT 1 (NIL) (BODY[1])\r\n", NULL, true, 23},
    {"A CONVERT 1 (NIL) (BODY[HEADER.FIELDS (a)])\r\n", NULL, true, 23},
    {"A CONVERT 1 (NIL) (BINARY[1]<0>)\r\n", NULL, true, 30},
    {"A CONVERT 1 (NIL) (UID )\r\n", NULL, true, 23},
    {"A CONVERT 1 (NIL ()) (UID)\r\n", NULL, true, 18},
    {"A CONVERT 1 () (UID)\r\n", NULL, true, 13},
    {"A CONVERT 1\r\n", NULL, true, 11},
    {"A XAPPLEPUSHSERVICE aps-version 2 mailboxes (INBOX Notes)\r\n"},
    {"A XAPPLEPUSHSERVICE aps-version 2 mailboxes (INBOX)\r\n"},
    {"A XAPPLEPUSHSERVICE aps-version (2)\r\n", NULL, true, 32},
};
/* clang-format on */

static struct iw_rows response_table = {IW_FRAME_RESPONSES, responses,
                                        sizeof responses / sizeof *responses};
static struct iw_rows command_table = {IW_FRAME_COMMANDS, commands,
                                       sizeof commands / sizeof *commands};

/* ---- octets that are not there ---- */

static void check_skipped(const char *input, const char *written)
{
    struct iw_subject s;
    struct iw_buf out;
    iw_buf_init(&out, NULL, VALUES_MAX);
    iw_subject_read(&s, IW_FRAME_RESPONSES, iw_span_of(input),
                    &(struct iw_subject_terms){.skips = true});
    iw_write_response(&out, &s.response);
    assert_string_equal(iw_buf_string(&out), written);
    iw_subject_close(&s);
    iw_buf_release(&out);
}

static void test_skipped_literals(void **state)
{
    (void)state;
    check_skipped("* 2 CONVERTED (TAG \"a\") (BINARY[1] ~{5}\r\n12345 BINARY.SIZE[1] 5)\r\n",
                  "* 2 CONVERTED (TAG \"a\") (BINARY[1] {5}\r\n BINARY.SIZE[1] 5)\r\n");
    check_skipped("* URLFETCH a {5}\r\n12345 b (BINARY ~{5}\r\n12345)\r\n",
                  "* URLFETCH a {5}\r\n b (BINARY {5}\r\n)\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IW_ROWS_TESTS(&response_table),
        IW_ROWS_TESTS(&command_table),
        cmocka_unit_test(test_skipped_literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
