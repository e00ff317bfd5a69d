/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/authorised_url.h"
#include "parser/response.h"

/* NIL is for whatever it should not show, and for what is not there (RFC 4467 §7). */
static struct iw_span fetch(struct iw_run *run, struct iw_span text)
{
    struct iw_imap_url url;
    struct iw_error error = {0};
    if (iw_parse_imap_url(text, run->arena, &url, &error) != IW_OK)
        return iw_span(NULL, 0);
    const struct iw_message *message = iw_authorised_message(run, text, &url);
    return message == NULL ? iw_span(NULL, 0) : iw_url_octets(run->arena, &url, message);
}

/* RFC 4467 §7 */
struct iw_outcome iw_command_urlfetch(struct iw_run *run)
{
    for (const struct iw_entry *entry = run->command->entries; entry != NULL; entry = entry->next) {
        if (entry->listed)
            return iw_bad("this server does not have URLAUTH=BINARY");
    }
    for (const struct iw_entry *entry = run->command->entries; entry != NULL; entry = entry->next) {
        struct iw_url_data data = {.url = entry->name};
        data.value.value = fetch(run, entry->name);
        data.value.size = data.value.value.length;
        data.value.kept = true;
        const struct iw_response response = {.kind = IW_RESPONSE_URLFETCH,
                                             .urlfetch = {.urls = &data, .count = 1}};
        iw_write_response(run->out, &response);
    }
    return iw_ok("that is all");
}
