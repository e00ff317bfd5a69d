/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/mailbox.h"
#include "parser/response.h"

static uint64_t messages(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return mailbox->count;
}

static uint64_t recent(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return mailbox->count - iw_mailbox_place(mailbox, mailbox->recent_uid);
}

static uint64_t uidnext(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return mailbox->uidnext;
}

static uint64_t uidvalidity(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return mailbox->uidvalidity;
}

static uint64_t unseen(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return iw_mailbox_count(mailbox, 0, IW_FLAG_SEEN);
}

static uint64_t deleted(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return iw_mailbox_count(mailbox, IW_FLAG_DELETED, 0);
}

static uint64_t octets(const struct iw_mailbox *mailbox, uint64_t with)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < mailbox->count; i++) {
        if ((mailbox->messages[i].flags & with) == with)
            sum += mailbox->messages[i].content->length;
    }
    return sum;
}

/* RFC 9208 §4.1.4: in the unit of STORAGE. */
static uint64_t deleted_storage(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return (octets(mailbox, IW_FLAG_DELETED) + 1023) / 1024;
}

static uint64_t size(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return octets(mailbox, 0);
}

static uint64_t append_limit(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)mailbox;
    return iw_engine_session_limit(run->session, IW_CAPABILITY_APPENDLIMIT);
}

static uint64_t highest_modseq(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    (void)run;
    return mailbox->no_modseq ? 0 : mailbox->modseq;
}

/* value NULL: MAILBOXID, which is no number. */
static const struct status_type {
    struct iw_span name;
    enum iw_capability capability;
    uint64_t (*value)(const struct iw_run *run, const struct iw_mailbox *mailbox);
} status_types[] = {
    {{"MESSAGES", 8}, IW_CAPABILITY_NONE, messages},
    {{"RECENT", 6}, IW_CAPABILITY_IMAP4REV1, recent},
    {{"UIDNEXT", 7}, IW_CAPABILITY_NONE, uidnext},
    {{"UIDVALIDITY", 11}, IW_CAPABILITY_NONE, uidvalidity},
    {{"UNSEEN", 6}, IW_CAPABILITY_NONE, unseen},
    {{"DELETED", 7}, IW_CAPABILITY_IMAP4REV2, deleted},
    {{"DELETED", 7}, IW_CAPABILITY_QUOTA_RES_MESSAGE, deleted},
    {{"DELETED-STORAGE", 15}, IW_CAPABILITY_QUOTA_RES_STORAGE, deleted_storage},
    {{"SIZE", 4}, IW_CAPABILITY_STATUS_SIZE, size},
    {{"APPENDLIMIT", 11}, IW_CAPABILITY_APPENDLIMIT, append_limit},
    {{"HIGHESTMODSEQ", 13}, IW_CAPABILITY_CONDSTORE, highest_modseq},
    {{"MAILBOXID", 9}, IW_CAPABILITY_OBJECTID, NULL},
};

static const struct status_type *find_type(const struct iw_run *run, struct iw_span item)
{
    for (size_t i = 0; i < sizeof status_types / sizeof *status_types; i++) {
        if (iw_span_equal_nocase(item, status_types[i].name) &&
            iw_engine_session_has(run->session, status_types[i].capability))
            return &status_types[i];
    }
    return NULL;
}

bool iw_run_knows_status_item(const struct iw_run *run, struct iw_span item)
{
    return find_type(run, item) != NULL;
}

void iw_run_write_status(struct iw_run *run, const struct iw_mailbox *mailbox,
                         const struct iw_names *items)
{
    struct iw_response response = {
        .kind = IW_RESPONSE_STATUS,
        .status = {.mailbox = iw_run_wire_name(run, iw_run_mailbox_name(run, mailbox)),
                   .items = iw_arena_array(run->arena, items->count, sizeof(struct iw_status_item)),
                   .count = items->count}};
    if (response.status.items == NULL)
        return;
    for (size_t i = 0; i < items->count; i++) {
        const struct status_type *type = find_type(run, items->names[i]);
        struct iw_status_item *item = &response.status.items[i];
        item->name = type->name;
        if (type->value == NULL)
            *item = (struct iw_status_item){.kind = IW_STATUS_ID,
                                            .name = type->name,
                                            .id = iw_run_objectid(run, 'F', mailbox->id)};
        else
            item->number = type->value(run, mailbox);
    }
    iw_write_response(run->out, &response);
}

/* RFC 9051 §6.3.11 */
struct iw_outcome iw_command_status(struct iw_run *run)
{
    const struct iw_names *items = &run->command->names;
    struct iw_outcome outcome;
    for (size_t i = 0; i < items->count; i++) {
        if (!iw_run_knows_status_item(run, items->names[i]))
            return iw_bad("one of the status items is unknown");
        if (iw_span_equal_nocase(items->names[i], IW_SPAN("HIGHESTMODSEQ")))
            iw_run_enable_condstore(run);
    }
    const struct iw_mailbox *mailbox =
        iw_run_open(run, run->command->mailbox, IW_RIGHT_READ, &outcome);
    if (mailbox == NULL)
        return outcome;
    iw_run_write_status(run, mailbox, items);
    return iw_ok("that is its status");
}
