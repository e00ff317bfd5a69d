/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/authorised_url.h"
#include "parser/response.h"

enum { URL_MAX = 64 << 10 };

/* RFC 4467 §7: one's own, of something in a mailbox that is there, for an access that is known.
 * NULL: it can be no such. */
static struct iw_mailbox *find_mailbox(const struct iw_run *run, const struct iw_entry *entry)
{
    struct iw_imap_url url;
    struct iw_error error = {0};
    const struct iw_user *user = run->session->user;
    if (!iw_span_equal_nocase(entry->value, IW_SPAN("INTERNAL")) ||
        iw_parse_imap_url(entry->name, run->arena, &url, &error) != IW_OK || url.uid == 0 ||
        url.search.data != NULL || url.access.data == NULL || url.verifier.data != NULL ||
        !iw_span_equal(url.user, user->name))
        return NULL;
    return iw_url_mailbox(&run->session->engine->store, &url);
}

/* A mailbox gets its key when it needs one. */
static uint64_t key_of(struct iw_store *store, struct iw_mailbox *mailbox)
{
    if (mailbox->url_key == 0)
        mailbox->url_key = ++store->url_keys;
    return mailbox->url_key;
}

static struct iw_span authorise(struct iw_run *run, struct iw_mailbox *mailbox, struct iw_span rump)
{
    struct iw_buf url;
    iw_buf_init(&url, NULL, URL_MAX);
    iw_buf_add(&url, rump);
    iw_buf_add_string(&url, ":internal:");
    iw_url_write_token(key_of(&run->session->engine->store, mailbox), rump, &url);
    const struct iw_span whole =
        url.failed ? iw_span(NULL, 0) : iw_arena_copy(run->arena, iw_buf_span(&url));
    iw_buf_release(&url);
    return whole;
}

/* RFC 4467 §7 */
struct iw_outcome iw_command_genurlauth(struct iw_run *run)
{
    struct iw_response response = {.kind = IW_RESPONSE_GENURLAUTH};
    size_t count = 0;
    for (const struct iw_entry *entry = run->command->entries; entry != NULL; entry = entry->next)
        count++;
    response.urls.names = iw_arena_array(run->arena, count, sizeof *response.urls.names);
    if (response.urls.names == NULL)
        return iw_no_memory();
    for (const struct iw_entry *entry = run->command->entries; entry != NULL; entry = entry->next) {
        struct iw_mailbox *mailbox = find_mailbox(run, entry);
        if (mailbox == NULL)
            return iw_bad("that URL cannot be authorised");
        struct iw_span *url = &response.urls.names[response.urls.count++];
        *url = authorise(run, mailbox, entry->name);
        if (url->data == NULL)
            return iw_no_memory();
    }
    iw_write_response(run->out, &response);
    return iw_ok("authorised");
}
