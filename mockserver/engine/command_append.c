/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* Why one message cannot be taken; OK: it can. */
static struct iw_outcome examine(const struct iw_run *run, const struct iw_append *append)
{
    if (append->message.data == NULL)
        return iw_bad("this server takes literals only");
    if (append->size > run->session->engine->options.append_max)
        return iw_no("TOOBIG", "the message is too large");
    if (!append->kept)
        return iw_no("TOOBIG", "the message is too large");
    if (append->utf8 && (run->session->enabled & IW_ENABLED_UTF8) == 0)
        return iw_bad("UTF8 has not been enabled");
    return iw_ok("appended");
}

static struct iw_message *add(struct iw_run *run, struct iw_mailbox *mailbox,
                              const struct iw_append *append)
{
    struct iw_engine *engine = run->session->engine;
    struct iw_content *content = iw_store_content(&engine->store, append->message);
    const uint64_t settable = iw_rights_flags(iw_run_rights(run, mailbox));
    bool full = false;
    if (content == NULL)
        return NULL;
    const struct iw_delivery delivery = {
        .content = content,
        .flags =
            iw_mailbox_flags(mailbox, &append->flags, (settable & IW_FLAG_FLAGGED) != 0, &full) &
            settable,
        .date = append->has_date ? append->date : iw_engine_date(engine),
        .saved = engine->now};
    struct iw_message *message = iw_mailbox_add(mailbox, &delivery);
    iw_store_drop(&engine->store, content);
    return message;
}

static bool quota_allows(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    const struct iw_quota_state *quota = &mailbox->owner->quota;
    uint64_t messages = 0, octets = 0;
    for (const struct iw_append *append = &run->command->append; append != NULL;
         append = append->next) {
        messages++;
        octets += append->message.length;
    }
    return iw_quota_allows(quota, IW_RESOURCE_MESSAGE, messages) &&
           iw_quota_allows(quota, IW_RESOURCE_STORAGE, octets);
}

static bool is_from(void *context, const struct iw_message *message)
{
    const uint32_t *first = context;
    return message->uid >= *first;
}

/* RFC 9051 §6.3.12, MULTIAPPEND (RFC 3502): all of them or none. */
struct iw_outcome iw_command_append(struct iw_run *run)
{
    const struct iw_append *append;
    struct iw_outcome outcome;
    struct iw_mailbox *mailbox = iw_run_open_target(run, &outcome);
    if (mailbox == NULL)
        return outcome;
    for (append = &run->command->append; append != NULL; append = append->next) {
        outcome = examine(run, append);
        if (outcome.kind != IW_OUTCOME_OK)
            return outcome;
    }
    if (!quota_allows(run, mailbox))
        return iw_no("OVERQUOTA", "there is no room");
    uint32_t first = mailbox->uidnext;
    for (append = &run->command->append; append != NULL; append = append->next) {
        if (add(run, mailbox, append) == NULL) {
            iw_mailbox_remove(mailbox, is_from, &first);
            return iw_no("OVERQUOTA", "there is no room");
        }
    }
    if (!iw_run_tells_uids(run, mailbox))
        return outcome;
    struct iw_range uids = {first, mailbox->uidnext - 1};
    const struct iw_code code = {.type = iw_code_type_of(IW_SPAN("APPENDUID")),
                                 .name = IW_SPAN("APPENDUID"),
                                 .number = mailbox->uidvalidity,
                                 .uids = {.ranges = &uids, .count = 1}};
    return iw_with_code(run, outcome, &code);
}
