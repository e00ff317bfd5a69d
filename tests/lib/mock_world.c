/* SPDX-License-Identifier: MIT */
#include "tests/lib/mock_world.h"

#include "mockserver/engine/engine.h"

#include <assert.h>

static struct iw_mailbox *inbox_of(struct iw_host *host)
{
    const struct iw_store *store = &iw_host_engine(host)->store;
    return iw_store_find(store, store->first_user, IW_SPAN("INBOX"));
}

static struct iw_message *message_at(struct iw_host *host, size_t index)
{
    const struct iw_mailbox *inbox = inbox_of(host);
    assert(index < inbox->count);
    return &inbox->messages[index];
}

struct iw_mock_inbox iw_mock_inbox(struct iw_host *host)
{
    const struct iw_mailbox *inbox = inbox_of(host);
    return (struct iw_mock_inbox){.uidvalidity = inbox->uidvalidity,
                                  .modseq = inbox->modseq,
                                  .count = inbox->count,
                                  .annotations = iw_annotations_count(&inbox->annotations)};
}

struct iw_mock_message iw_mock_message(struct iw_host *host, size_t index)
{
    const struct iw_message *message = message_at(host, index);
    return (struct iw_mock_message){message->uid, message->flags,
                                    iw_span(message->content->octets, message->content->length)};
}

bool iw_mock_deliver(struct iw_host *host, struct iw_span octets)
{
    struct iw_mailbox *inbox = inbox_of(host);
    struct iw_content *content = iw_store_content(inbox->store, octets);
    const struct iw_delivery delivery = {.content = content, .date = {2024, 1, 1, 0, 0, 0, 0}};
    if (content == NULL)
        return false;
    bool added = iw_mailbox_add(inbox, &delivery) != NULL;
    iw_store_drop(inbox->store, content);
    return added;
}

static bool is_it(void *context, const struct iw_message *message)
{
    const uint32_t *uid = context;
    return message->uid == *uid;
}

void iw_mock_remove(struct iw_host *host, size_t index)
{
    uint32_t uid = message_at(host, index)->uid;
    iw_mailbox_remove(inbox_of(host), is_it, &uid);
}

void iw_mock_set_flags(struct iw_host *host, size_t index, uint64_t flags)
{
    iw_mailbox_set_flags(inbox_of(host), message_at(host, index), flags);
}
