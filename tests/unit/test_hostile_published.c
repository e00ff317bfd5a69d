/* SPDX-License-Identifier: MIT */
/* What published vulnerabilities of other programs were triggered by (corpus/published.md): each
 * file of corpus/response/published and corpus/command/published has a row here that says what the
 * parser makes of it, frame by frame. */
#include "parser/command.h"
#include "parser/response.h"
#include "tests/lib/each_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 16 };

struct row {
    const char *file;
    /* Each frame: the kind of a response, with its state and its code; the name of a command; or
     * the error and its offset. Octets that wait for more are held. */
    const char *outcome;
};

static const struct row responses[] = {
    {"cpython-gh119511-greeting", "syntax 20"},
    {"cpython-gh119511-literal", "32 held"},
    {"curl-43c781a116", "other, syntax 1, syntax 2"},
    {"curl-c1e3a760ba", "46 held"},
    {"cve-2001-1009", "other, syntax 2, fetch"},
    {"cve-2002-0146", "exists"},
    {"cve-2003-0140", "list"},
    {"cve-2003-0167",
     "list, list, list, list, list, list, list, list, list, list, list, list, list, list, list"},
    {"cve-2003-0297-exists", "exists, exists, syntax 2"},
    {"cve-2003-0297-literal-31-bits", "37 held"},
    {"cve-2003-0297-literal-32-bits", "37 held"},
    {"cve-2003-0297-literal-negative", "syntax 19, syntax 3"},
    {"cve-2004-1035-32-bits", "33 held"},
    {"cve-2004-1035-negative", "syntax 15, syntax 3"},
    {"cve-2005-2661", "OK, syntax 13"},
    {"cve-2005-2933-name", "list"},
    {"cve-2006-3242", "namespace"},
    {"cve-2007-3257", "other"},
    {"cve-2007-5007", "syntax 8203"},
    {"cve-2010-1167", "syntax 5, syntax 5"},
    {"cve-2017-1000257", "fetch, syntax 5"},
    {"cve-2018-14349", "syntax 4"},
    {"cve-2018-14350", "syntax 25"},
    {"cve-2018-14351", "33 held"},
    {"cve-2018-14352", "lsub"},
    {"cve-2018-14353", "lsub, lsub, lsub, lsub, lsub, lsub, lsub, lsub, lsub"},
    {"cve-2018-14354", "list"},
    {"cve-2018-14355", "list, list, list, list"},
    {"cve-2018-14357", "lsub"},
    {"cve-2018-14358", "syntax 23"},
    {"cve-2018-14359", "continue"},
    {"cve-2020-14093", "PREAUTH [CAPABILITY], PREAUTH [CAPABILITY], PREAUTH [CAPABILITY]"},
    {"cve-2020-14954", "OK, capability, OK"},
    {"cve-2020-15953", "OK, OK"},
    {"cve-2020-16117", "syntax 12, syntax 5"},
    {"cve-2020-16118", "PREAUTH"},
    {"cve-2020-28896", "syntax 9, BAD"},
    {"cve-2021-20247", "list, lsub, list"},
    {"cve-2021-22946", "OK, BAD"},
    {"cve-2021-29969", "list"},
    {"cve-2021-32055", "syntax 25"},
    {"cve-2021-32066", "syntax 9"},
    {"cve-2021-3578", "OK [APPENDUID]"},
    {"cve-2021-36386", "NO"},
    {"cve-2021-3657-32-bits", "43 held"},
    {"cve-2021-3657-64-bits", "limit 0, syntax 3"},
    {"cve-2021-3657-near-32-bits", "43 held"},
    {"cve-2021-44143", "fetch"},
    {"cve-2021-46853", "list, lsub"},
    {"cve-2022-4121", "status"},
    {"cve-2025-25186", "OK [COPYUID], OK [COPYUID], syntax 18"},
    {"cve-2025-43857", "32 held"},
    {"cve-2026-42245", "limit 60003"},
    {"cve-2026-42246", "OK, OK"},
    {"cve-2026-42256", "continue"},
    {"cve-2026-4371", "syntax 19, syntax 19, syntax 15"},
    {"cve-2026-92240", "syntax 4, syntax 6, syntax 9, syntax 13, id, id"},
    {"dovecot-imapc-bs",
     "fetch (bad BODYSTRUCTURE), fetch (bad BODYSTRUCTURE), fetch (bad BODYSTRUCTURE)"},
    {"east-b2", "OK [ALERT], OK, OK [ALERT]"},
    {"east-b3", "OK, BYE"},
    {"east-balsa48", "OK, BAD"},
    {"east-capwipe", "capability, OK"},
    {"east-d2", "OK [CAPABILITY]"},
    {"east-l1", "NO [REFERRAL], OK [REFERRAL]"},
    {"east-m1", "NO [REFERRAL]"},
    {"east-o4", "continue"},
    {"east-reorder", "OK, capability, OK"},
    {"east-t-expunge", "expunge, expunge, expunge, OK"},
    {"east-t-fetch", "fetch"},
    {"east-t-flags", "flags, exists, recent, search"},
    {"east-t-list", "list, lsub, list"},
    {"east-t-status", "status"},
    {"east-taggreet", "OK"},
    {"east-ui", "OK [ALERT], OK [BADCHARSET], OK [PARSE]"},
    {"emailjs-147", "fetch, OK"},
    {"ghsa-3588-2mr7-vrcm", "capability"},
    {"goimap-5a52b99", "syntax 7"},
    {"goimap-83dbaae", "fetch"},
    {"goimap-b6e4b8a", "syntax 20"},
    {"goimap-f789966", "other, syntax 8"},
    {"imapflow-1560424", "syntax 19, syntax 20, syntax 14, syntax 3, syntax 2"},
    {"imapflow-21fe354", "61 held"},
    {"imapflow-c6cd7ce", "limit 121"},
    {"imapflow-e107292", "OK [CAPABILITY]"},
    {"imapflow-e107292b", "limit 0, OK"},
    {"imapflow-proto", "list, list, id"},
    {"javamail-32", "syntax 30, quota, OK"},
    {"libetpan-266d59f", "syntax 27, syntax 27"},
    {"libetpan-68de795", "28 held"},
    {"libetpan-6da0610", "syntax 2, syntax 14"},
    {"libetpan-7bb634c", "32 held"},
    {"mailkit-0d66c845", "33 held"},
    {"mailkit-7e43c810", "fetch, limit 125"},
    {"mbsync-1.4.2-cap", "syntax 16, syntax 16, syntax 17"},
    {"neomutt-fb297a39b", "expunge, vanished, exists, search, myrights"},
    {"nodeimap-808565e", "OK"},
    {"nodeimap-b607d5f", "fetch (bad BODYSTRUCTURE)"},
    {"rust-0c854b5", "syntax 2"},
    {"rust-9a55385", "syntax 10"},
};

static const struct row commands[] = {
    {"cve-1999-0005", "AUTHENTICATE"},
    {"cve-2000-0284", "LIST, COPY, RENAME, FIND"},
    {"cve-2002-0379", "syntax 17"},
    {"cve-2002-1580", "27 held"},
    {"cve-2003-1470", "CREATE"},
    {"cve-2004-0777", "syntax 8"},
    {"cve-2004-1011", "LOGIN"},
    {"cve-2004-1012", "syntax 17"},
    {"cve-2004-1013", "syntax 15, syntax 17, syntax 20"},
    {"cve-2004-1015", "LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, "
                      "LOGIN, LOGIN, LOGIN, LOGIN, LOGIN"},
    {"cve-2004-1211", "EXAMINE, SUBSCRIBE, syntax 2009, syntax 2009, syntax 7, syntax 7, syntax 9, "
                      "syntax 8, syntax 2009, DELETE, syntax 2007, other, CREATE, UNSUBSCRIBE"},
    {"cve-2004-2501", "syntax 8192"},
    {"cve-2005-2278", "STATUS"},
    {"cve-2005-2878", "other"},
    {"cve-2005-2933", "SELECT"},
    {"cve-2005-3691", "CREATE, RENAME"},
    {"cve-2005-3813", "RENAME"},
    {"cve-2005-4267",
     "syntax 1008, syntax 1008, SEARCH, syntax 15, AUTHENTICATE, syntax 8, SELECT, syntax 7"},
    {"cve-2005-4402", "EXAMINE"},
    {"cve-2006-6291", "DELETE, syntax 9"},
    {"cve-2006-6424", "syntax 6"},
    {"cve-2006-6761", "SUBSCRIBE"},
    {"cve-2007-1373", "541 held"},
    {"cve-2007-3925", "SEARCH, syntax 16"},
    {"cve-2007-5018", "syntax 12"},
    {"cve-2007-5740", "syntax 3"},
    {"cve-2008-1218", "LOGIN"},
    {"cve-2011-1926", "STARTTLS, NOOP"},
    {"cve-2011-3481", "UID THREAD"},
    {"cve-2013-2111", "APPEND"},
    {"cve-2015-8076", "URLFETCH"},
    {"cve-2017-12843", "other, other"},
    {"cve-2017-14230", "LIST"},
    {"cve-2017-15132", "AUTHENTICATE"},
    {"cve-2017-2669", "LOGIN"},
    {"cve-2019-10691", "LOGIN"},
    {"cve-2019-11500", "syntax 11"},
    {"cve-2021-32056", "SETMETADATA"},
    {"cve-2021-3618", "other, other, syntax 0"},
    {"cve-2021-38542", "syntax 11"},
    {"cve-2021-40110", "LIST"},
    {"cve-2021-40111", "syntax 2, syntax 12"},
    {"cve-2021-40111b", "syntax 4, syntax 12"},
    {"cve-2022-27924", "LOGIN"},
    {"cve-2022-28220", "syntax 4, syntax 0, NOOP"},
    {"cve-2025-15366", "SELECT, DELETE"},
    {"cve-2025-59028", "syntax 21"},
    {"cve-2025-61600", "NOOP, other, syntax 8009"},
    {"cve-2026-115774", "syntax 10"},
    {"cve-2026-27857", "syntax 6, syntax 6"},
    {"cve-2026-33607", "LIST"},
    {"cve-2026-42006", "syntax 6"},
    {"cve-2026-42258", "syntax 21, syntax 11"},
    {"cve-2026-47081", "XAPPLEPUSHSERVICE"},
    {"cve-2026-47083", "ESEARCH"},
    {"cve-2026-47084", "other"},
    {"cve-2026-47086", "GENURLAUTH"},
    {"cve-2026-47089", "LISTRIGHTS"},
    {"cve-2026-47240", "SEARCH, NOOP"},
    {"cve-2026-47241", "syntax 24, NOOP"},
    {"cve-2026-47242", "syntax 17, syntax 11"},
    {"cve-2026-67194", "limit 110"},
    {"cve-2026-87864", "syntax 21"},
    {"cyrus-6a681b5862", "URLFETCH"},
    {"cyrus-94b827e5b1", "9 held"},
    {"dovecot-binary", "FETCH"},
    {"dovecot-catenate", "APPEND, NOOP"},
    {"dovecot-compress", "COMPRESS"},
    {"dovecot-emptylist", "STORE, syntax 12, syntax 11, ID"},
    {"dovecot-idledone", "IDLE, syntax 4"},
    {"dovecot-keyword", "SEARCH"},
    {"dovecot-move", "UID MOVE, MOVE"},
    {"dovecot-searchres", "SEARCH, FETCH"},
    {"ghsa-rfq9-4wcm-64gh", "syntax 21, syntax 14"},
    {"greenmail-1038-31-bits", "28 held"},
    {"greenmail-1038-400000000", "27 held"},
    {"greenmail-1038-empty", "syntax 10, syntax 3"},
    {"greenmail-1038-negative", "syntax 10, syntax 3"},
    {"greenmail-1038-ten-digits", "28 held"},
    {"hmail-225", "syntax 10"},
    {"imapclient-657", "syntax 36, STORE, syntax 10"},
    {"imapflow-range", "syntax 10, syntax 11"},
    {"james-365dd4a9dc", "syntax 12, NOOP"},
    {"james-5999e6a345", "limit 413, limit 712, SEARCH"},
    {"stalwart-2768", "45 held"},
    {"stalwart-67", "SELECT"},
};

/* ---- what comes out ---- */

static void tell_error(struct iw_buf *out, enum iw_result result, const struct iw_error *error)
{
    iw_buf_addf(out, "%s %zu", iw_result_name(result), error->offset);
}

static void tell_response(struct iw_buf *out, const struct iw_response *response)
{
    bool state = response->kind == IW_RESPONSE_STATE || response->kind == IW_RESPONSE_TAGGED;
    bool fetch = response->kind == IW_RESPONSE_FETCH;
    iw_buf_add_string(out, state ? iw_state_name(response->state)
                                 : iw_response_kind_name(response->kind));
    if (state && response->text.code.name.data != NULL)
        iw_buf_addf(out, " [%.*s]", (int)response->text.code.name.length,
                    response->text.code.name.data);
    const struct iw_fetch_item *bad = fetch ? iw_fetch_find(&response->fetch, IW_FETCH_BAD) : NULL;
    if (bad != NULL)
        iw_buf_addf(out, " (bad %.*s)", (int)bad->name.length, bad->name.data);
}

static void tell_frame(struct iw_buf *out, const struct iw_frame *frame)
{
    struct iw_arena arena;
    struct iw_error error = {0};
    struct iw_response response;
    struct iw_command command;
    bool server = frame->role == IW_FRAME_RESPONSES;
    iw_arena_init(&arena, NULL, iw_limits_default.values);
    enum iw_result result =
        server ? iw_parse_response(frame, &arena, &iw_limits_default, NULL, &response, &error)
               : iw_parse_command(frame, &arena, &iw_limits_default, NULL, &command, &error);
    if (result != IW_OK)
        tell_error(out, result, &error);
    else if (server)
        tell_response(out, &response);
    else
        iw_buf_addf(out, "%s%s", command.uid ? "UID " : "",
                    command.kind == IW_COMMAND_OTHER ? "other" : iw_command_name(command.kind));
    iw_arena_release(&arena);
}

/* A command's literals are all accepted. */
static void tell_stream(struct iw_buf *out, enum iw_frame_role role, struct iw_span stream)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_error error = {0};
    enum iw_result result;
    iw_framer_init(&framer, role, &iw_limits_default, NULL);
    iw_framer_feed(&framer, stream);
    while ((result = iw_framer_next(&framer, &frame, &error)) != IW_MORE) {
        if (result == IW_OK && frame.kind == IW_FRAME_ASK) {
            iw_framer_accept(&framer);
            continue;
        }
        if (out->length > 0)
            iw_buf_add_string(out, ", ");
        if (result == IW_OK)
            tell_frame(out, &frame);
        else
            tell_error(out, result, &error);
        error = (struct iw_error){0};
    }
    uint64_t held = iw_framer_held(&framer);
    if (held > 0)
        iw_buf_addf(out, "%s%llu held", out->length > 0 ? ", " : "", (unsigned long long)held);
    iw_framer_release(&framer);
}

/* ---- rows and files ---- */

struct table {
    const char *folder;
    enum iw_frame_role role;
    const struct row *rows;
    size_t count;
};

static const struct row *find(const struct table *table, const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].file, name) == 0)
            return &table->rows[i];
    return NULL;
}

static void check_file(void *context, const char *path, struct iw_span octets)
{
    const struct table *table = context;
    const struct row *row = find(table, path);
    struct iw_buf out;
    iw_buf_init(&out, NULL, TEXT_MAX);
    tell_stream(&out, table->role, octets);
    if (row == NULL)
        fail_msg("%s has no row; given: %s", path, iw_buf_string(&out));
    if (strcmp(row->outcome, iw_buf_string(&out)) != 0)
        fail_msg("%s\n  wanted: %s\n  given: %s", row->file, row->outcome, iw_buf_string(&out));
    iw_buf_release(&out);
}

static void test_files(void **state)
{
    struct table *table = *state;
    size_t files = 0;
    assert_true(iw_each_file(table->folder, check_file, table, &files));
    assert_int_equal(files, table->count);
}

int main(void)
{
    static struct table tables[] = {
        {IW_SOURCE_DIR "/corpus/response/published", IW_FRAME_RESPONSES, responses,
         sizeof responses / sizeof *responses},
        {IW_SOURCE_DIR "/corpus/command/published", IW_FRAME_COMMANDS, commands,
         sizeof commands / sizeof *commands},
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_files, &tables[0]),
        cmocka_unit_test_prestate(test_files, &tables[1]),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
