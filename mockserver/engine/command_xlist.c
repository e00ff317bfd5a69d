/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "mockserver/engine/pattern.h"
#include "parser/response.h"

enum { PATTERN_CAP = 4000, ATTRIBUTES_MAX = 12 };

/* Names of special uses from before RFC 6154. */
static const struct {
    const char *use, *attribute;
} uses[] = {
    {"\\All", "\\AllMail"}, {"\\Drafts", "\\Drafts"},       {"\\Flagged", "\\Starred"},
    {"\\Junk", "\\Spam"},   {"\\Important", "\\Important"}, {"\\Sent", "\\Sent"},
    {"\\Trash", "\\Trash"},
};

static void write_xlist(struct iw_run *run, size_t index, struct iw_span wire)
{
    const struct iw_store *store = &run->session->engine->store;
    const struct iw_mailbox *mailbox = store->mailboxes[index];
    struct iw_span attributes[ATTRIBUTES_MAX];
    struct iw_response response = {
        .kind = IW_RESPONSE_XLIST,
        .list = {.attributes = attributes, .separator = IW_SPAN("/"), .mailbox = wire}};
    size_t *count = &response.list.attribute_count;
    if (mailbox->no_select)
        attributes[(*count)++] = IW_SPAN("\\Noselect");
    attributes[(*count)++] =
        iw_store_has_children(store, index) ? IW_SPAN("\\HasChildren") : IW_SPAN("\\HasNoChildren");
    if (iw_span_equal(mailbox->name, IW_SPAN("INBOX")))
        attributes[(*count)++] = IW_SPAN("\\Inbox");
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        if (iw_mailbox_has_use(mailbox, uses[i].use))
            attributes[(*count)++] = iw_span_of(uses[i].attribute);
    }
    iw_write_response(run->out, &response);
}

/* XLIST, as Gmail had it: LIST of the user's own mailboxes, with what they are for. */
struct iw_outcome iw_command_xlist(struct iw_run *run)
{
    const struct iw_store *store = &run->session->engine->store;
    struct iw_buf pattern;
    size_t end, *next = run->memory;
    if (next == NULL) {
        next = run->memory = iw_arena_get(run->arena, sizeof *next);
        if (next == NULL)
            return iw_no_memory();
    }
    size_t begin;
    iw_store_range(store, run->session->user, &begin, &end);
    iw_buf_init(&pattern, NULL, PATTERN_CAP);
    iw_buf_add(&pattern, run->command->other);
    iw_buf_add(&pattern, run->command->mailbox);
    for (; begin + *next < end && !iw_run_is_full(run); ++*next) {
        struct iw_span wire = iw_run_wire_name(run, store->mailboxes[begin + *next]->name);
        if (iw_pattern_matches(iw_buf_span(&pattern), wire))
            write_xlist(run, begin + *next, wire);
    }
    iw_buf_release(&pattern);
    return begin + *next < end ? iw_more(*next, end - begin) : iw_ok("listed");
}
