/* SPDX-License-Identifier: MIT */
#include "tests/lib/fetched.h"

#include "parser/response.h"
#include "tests/lib/one_frame.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { OCTETS_MAX = 1 << 26 };

void iw_assert_fetched(const char *item, struct iw_span value)
{
    struct iw_buf line, again;
    struct iw_one_frame one;
    struct iw_arena arena;
    struct iw_response response;
    struct iw_error error = {0};
    iw_buf_init(&line, NULL, OCTETS_MAX);
    iw_buf_init(&again, NULL, OCTETS_MAX);
    iw_arena_init(&arena, NULL, OCTETS_MAX);
    iw_buf_addf(&line, "* 1 FETCH (%s ", item);
    iw_buf_add(&line, value);
    iw_buf_add_string(&line, ")\r\n");
    assert_true(iw_one_frame_open(&one, IW_FRAME_RESPONSES, iw_buf_span(&line), true));
    enum iw_result result =
        iw_parse_response(&one.frame, &arena, &iw_limits_default, NULL, &response, &error);
    if (result != IW_OK || response.kind != IW_RESPONSE_FETCH || response.fetch.count != 1 ||
        response.fetch.items[0].kind == IW_FETCH_BAD)
        fail_msg("not to be read: %s", iw_buf_string(&line));
    iw_write_response(&again, &response);
    assert_string_equal(iw_buf_string(&again), iw_buf_string(&line));
    iw_one_frame_close(&one);
    iw_arena_release(&arena);
    iw_buf_release(&again);
    iw_buf_release(&line);
}
