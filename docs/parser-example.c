/* SPDX-License-Identifier: MIT */
/* What a server sends, from standard input: kind, UID and flags of each response. */
#include "parser/imapwright-parser.h"
#include <stdio.h>

static void show(const struct iw_response *response)
{
    fputs(iw_response_kind_name(response->kind), stdout);
    for (size_t i = 0; response->kind == IW_RESPONSE_FETCH && i < response->fetch.count; i++) {
        const struct iw_fetch_item *item = &response->fetch.items[i];
        if (item->kind == IW_FETCH_UID)
            printf(" uid %u", (unsigned)item->number);
        for (size_t f = 0; item->kind == IW_FETCH_FLAGS && f < item->flags.count; f++)
            printf(" %.*s", (int)item->flags.names[f].length, item->flags.names[f].data);
    }
    puts("");
}

int main(void)
{
    struct iw_framer framer;
    struct iw_arena arena;
    struct iw_frame frame;
    struct iw_response response;
    enum iw_result result = IW_MORE;
    char bytes[4096];
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_arena_init(&arena, NULL, iw_limits_default.values);
    for (size_t n; result == IW_MORE && (n = fread(bytes, 1, sizeof bytes, stdin)) > 0;) {
        iw_framer_feed(&framer, iw_span(bytes, n));
        for (; (result = iw_framer_next(&framer, &frame, NULL)) == IW_OK; iw_arena_reset(&arena))
            if (!iw_parse_response(&frame, &arena, &iw_limits_default, NULL, &response, NULL))
                show(&response);
            else
                puts("refused");
    }
    iw_framer_release(&framer);
    iw_arena_release(&arena);
    return result != IW_MORE;
}
