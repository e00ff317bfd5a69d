/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* CREATE name (USE (\Sent)) (RFC 6154 §3): the uses, one SP between them; absent: none. */
static struct iw_span read_uses(struct iw_run *run)
{
    const struct iw_option *option = iw_options_find(&run->command->options, "USE");
    struct iw_buf uses;
    struct iw_span copy = {NULL, 0};
    iw_buf_init(&uses, NULL, IW_MAILBOX_NAME_MAX);
    for (size_t i = 0; option != NULL && i < option->members.count; i++) {
        if (i > 0)
            iw_buf_add_char(&uses, ' ');
        iw_buf_add(&uses, option->members.names[i]);
    }
    if (uses.length > 0 && !uses.failed)
        copy = iw_store_copy(&run->session->engine->store, iw_buf_span(&uses));
    iw_buf_release(&uses);
    return copy;
}

static bool is_use(struct iw_span attribute)
{
    static const char *const uses[] = {"\\All",  "\\Archive", "\\Drafts", "\\Flagged",
                                       "\\Junk", "\\Sent",    "\\Trash",  "\\Important"};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        if (iw_span_equal_nocase(attribute, iw_span_of(uses[i])))
            return true;
    }
    return false;
}

/* Each is a special use that can be had. */
static bool uses_are_known(const struct iw_command *command)
{
    const struct iw_option *option = iw_options_find(&command->options, "USE");
    for (size_t i = 0; option != NULL && i < option->members.count; i++) {
        if (!is_use(option->members.names[i]))
            return false;
    }
    return true;
}

/* RFC 9051 §6.3.4 */
struct iw_outcome iw_command_create(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    struct iw_store *store = &session->engine->store;
    struct iw_location location;
    if (!iw_run_locate(run, run->command->mailbox, &location))
        return iw_no("CANNOT", "that is no name for a mailbox");
    struct iw_span *name = &location.name;
    if (name->length > 0 && name->data[name->length - 1] == '/')
        name->length--; /* "more will be created below this name" */
    if (!iw_name_is_good(*name))
        return iw_no("CANNOT", "that is no name for a mailbox");
    if (!iw_run_may_create(run, &location))
        return iw_no("NOPERM", "you have no right to create it");
    if (iw_options_find(&run->command->options, "USE") != NULL &&
        !iw_engine_session_has(session, IW_CAPABILITY_CREATE_SPECIAL_USE))
        return iw_bad("this server does not have CREATE-SPECIAL-USE");
    if (!uses_are_known(run->command))
        return iw_no("USEATTR", "there is no such use");
    if (iw_store_find(store, location.owner, *name) != NULL)
        return iw_no("ALREADYEXISTS", "that mailbox exists");
    if (!iw_quota_allows(&location.owner->quota, IW_RESOURCE_MAILBOX, 1))
        return iw_no("OVERQUOTA", "there are too many mailboxes");
    struct iw_mailbox *mailbox = iw_store_create(store, location.owner, *name);
    if (mailbox == NULL)
        return iw_no_memory();
    mailbox->use = read_uses(run);
    return iw_with_mailbox_id(run, iw_ok("created"), mailbox);
}
