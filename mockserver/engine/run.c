/* SPDX-License-Identifier: MIT */
/* What the engine's commands share: outcomes, names, messages (engine/command.h). */
#include "base/utf7.h"
#include "base/utf8.h"
#include "mockserver/engine/command.h"
#include "parser/response.h"

#include <stdio.h>

enum { CODE_CAP = 16 << 20 };

/* ---- outcomes ---- */

struct iw_outcome iw_ok(const char *text)
{
    return (struct iw_outcome){.kind = IW_OUTCOME_OK, .text = text};
}

struct iw_outcome iw_no(const char *code, const char *text)
{
    return (struct iw_outcome){.kind = IW_OUTCOME_NO, .code = iw_span_of(code), .text = text};
}

struct iw_outcome iw_bad(const char *text)
{
    return (struct iw_outcome){.kind = IW_OUTCOME_BAD, .text = text};
}

struct iw_outcome iw_more(uint64_t progress, uint64_t goal)
{
    return (struct iw_outcome){.kind = IW_OUTCOME_MORE, .progress = progress, .goal = goal};
}

struct iw_outcome iw_line(void)
{
    return (struct iw_outcome){.kind = IW_OUTCOME_LINE};
}

struct iw_outcome iw_no_memory(void)
{
    return iw_no("SERVERBUG", "out of memory");
}

struct iw_outcome iw_with_code(struct iw_run *run, struct iw_outcome outcome,
                               const struct iw_code *code)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, CODE_CAP);
    iw_write_code(&text, code);
    if (!text.failed)
        outcome.code =
            iw_arena_copy(run->arena, iw_span_part(iw_buf_span(&text), 1, text.length - 1));
    iw_buf_release(&text);
    return outcome;
}

/* ---- mailboxes by name ---- */

static bool speaks_utf8(const struct iw_run *run)
{
    return (run->session->enabled & IW_ENABLED_UTF8) != 0 ||
           iw_engine_session_is_rev2(run->session);
}

/* Characters only, none of them a control. */
static bool is_text(struct iw_span name)
{
    while (name.length > 0) {
        uint32_t code;
        size_t length = iw_utf8_decode(name, &code);
        if (length == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0))
            return false;
        name = iw_span_part(name, length, name.length);
    }
    return true;
}

bool iw_run_read_name(struct iw_run *run, struct iw_span wire, struct iw_span *name)
{
    struct iw_error error = {0};
    struct iw_buf decoded;
    iw_buf_init(&decoded, NULL, IW_MAILBOX_NAME_MAX);
    if (speaks_utf8(run))
        iw_buf_add(&decoded, wire);
    else if (iw_utf7_decode(&decoded, wire, &error) != IW_OK)
        decoded.failed = true;
    bool read = !decoded.failed && is_text(iw_buf_span(&decoded));
    if (read) {
        *name = iw_arena_copy(run->arena, iw_buf_span(&decoded));
        read = name->data != NULL;
    }
    iw_buf_release(&decoded);
    return read;
}

struct iw_span iw_run_wire_name(struct iw_run *run, struct iw_span name)
{
    struct iw_error error = {0};
    struct iw_buf encoded;
    if (speaks_utf8(run))
        return name;
    iw_buf_init(&encoded, NULL, 8 * (size_t)IW_MAILBOX_NAME_MAX);
    struct iw_span wire = {NULL, 0};
    if (iw_utf7_encode(&encoded, name, &error) == IW_OK)
        wire = iw_arena_copy(run->arena, iw_buf_span(&encoded));
    iw_buf_release(&encoded);
    return wire;
}

static const struct iw_span others = {"Other Users", 11};

bool iw_run_locate(struct iw_run *run, struct iw_span wire, struct iw_location *location)
{
    const struct iw_engine_session *session = run->session;
    struct iw_span name;
    if (!iw_run_read_name(run, wire, &name))
        return false;
    *location = (struct iw_location){session->user, name};
    bool is_others = iw_span_equal(name, others) || iw_name_is_below(name, others);
    if (!is_others || !iw_engine_session_has(session, IW_CAPABILITY_ACL))
        return true;
    size_t begin = others.length + (name.length > others.length), end = begin;
    while (end < name.length && name.data[end] != '/')
        end++;
    location->owner = iw_store_user(&session->engine->store, iw_span_part(name, begin, end));
    location->name = iw_span_part(name, end + (end < name.length), name.length);
    return true;
}

bool iw_run_may_create(const struct iw_run *run, const struct iw_location *location)
{
    const struct iw_engine_session *session = run->session;
    if (location->owner == NULL)
        return false;
    const struct iw_mailbox *superior =
        iw_store_superior(&session->engine->store, location->owner, location->name);
    return superior == NULL ? location->owner == session->user
                            : (iw_run_rights(run, superior) & IW_RIGHT_CREATE) != 0;
}

struct iw_span iw_run_mailbox_name(struct iw_run *run, const struct iw_mailbox *mailbox)
{
    const struct iw_span owner = mailbox->owner->name, name = mailbox->name;
    struct iw_buf whole;
    if (mailbox->owner == run->session->user)
        return name;
    iw_buf_init(&whole, NULL, others.length + owner.length + name.length + 2);
    iw_buf_add(&whole, others);
    iw_buf_add_char(&whole, '/');
    iw_buf_add(&whole, owner);
    iw_buf_add_char(&whole, '/');
    iw_buf_add(&whole, name);
    struct iw_span copy = {NULL, 0};
    if (!whole.failed)
        copy = iw_arena_copy(run->arena, iw_buf_span(&whole));
    iw_buf_release(&whole);
    return copy;
}

struct iw_mailbox *iw_run_seek(struct iw_run *run, struct iw_span wire)
{
    struct iw_location location;
    if (!iw_run_locate(run, wire, &location) || location.owner == NULL)
        return NULL;
    return iw_store_find(&run->session->engine->store, location.owner, location.name);
}

unsigned iw_run_rights(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    return mailbox == NULL ? 0 : iw_mailbox_rights(mailbox, run->session->user);
}

struct iw_outcome iw_run_refuse(const struct iw_run *run, const struct iw_mailbox *mailbox)
{
    if ((iw_run_rights(run, mailbox) & IW_RIGHT_LOOKUP) == 0)
        return iw_no("NONEXISTENT", "there is no such mailbox");
    return iw_no("NOPERM", "you have no right to do that");
}

struct iw_mailbox *iw_run_find(struct iw_run *run, struct iw_span wire, unsigned rights,
                               struct iw_outcome *outcome)
{
    struct iw_mailbox *mailbox = iw_run_seek(run, wire);
    if (mailbox != NULL && (iw_run_rights(run, mailbox) & rights) == rights)
        return mailbox;
    *outcome = iw_run_refuse(run, mailbox);
    return NULL;
}

struct iw_mailbox *iw_run_open(struct iw_run *run, struct iw_span wire, unsigned rights,
                               struct iw_outcome *outcome)
{
    struct iw_mailbox *mailbox = iw_run_find(run, wire, rights, outcome);
    if (mailbox == NULL || !mailbox->no_select)
        return mailbox;
    *outcome = iw_no("CANNOT", "that is only a name, there is nothing in it");
    return NULL;
}

struct iw_mailbox *iw_run_open_target(struct iw_run *run, struct iw_outcome *outcome)
{
    struct iw_mailbox *target = iw_run_open(run, run->command->mailbox, IW_RIGHT_INSERT, outcome);
    if (target == NULL && !iw_span_equal(outcome->code, IW_SPAN("NOPERM")))
        *outcome = iw_no("TRYCREATE", "there is no such mailbox");
    return target;
}

struct iw_span iw_run_objectid(struct iw_run *run, char kind, uint64_t id)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%c%llu", kind, (unsigned long long)id);
    return iw_arena_copy(run->arena, iw_span(text, (size_t)length));
}

struct iw_outcome iw_with_mailbox_id(struct iw_run *run, struct iw_outcome outcome,
                                     const struct iw_mailbox *mailbox)
{
    const struct iw_code code = {.type = iw_code_type_of(IW_SPAN("MAILBOXID")),
                                 .name = IW_SPAN("MAILBOXID"),
                                 .word = iw_run_objectid(run, 'F', mailbox->id)};
    if (!iw_engine_session_has(run->session, IW_CAPABILITY_OBJECTID))
        return outcome;
    return iw_with_code(run, outcome, &code);
}

/* ---- limits ---- */

/* A limit of 0 is none: message-limit = nz-number. */
static uint64_t limit_of(const struct iw_run *run, enum iw_capability capability)
{
    uint64_t limit = iw_engine_session_limit(run->session, capability);
    return limit == 0 ? UINT64_MAX : limit;
}

uint64_t iw_run_message_max(const struct iw_run *run)
{
    return limit_of(run, IW_CAPABILITY_MESSAGELIMIT);
}

uint64_t iw_run_save_max(const struct iw_run *run)
{
    uint64_t save_max = limit_of(run, IW_CAPABILITY_SAVELIMIT);
    uint64_t message_max = iw_run_message_max(run);
    return save_max < message_max ? save_max : message_max;
}

uint32_t iw_run_limit(const struct iw_run *run, struct iw_chosen *chosen)
{
    uint64_t max = iw_run_message_max(run);
    if (iw_chosen_count(chosen) <= max)
        return 0;
    const struct iw_window highest = {-(int64_t)max, -1};
    iw_chosen_cut(chosen, &highest);
    return run->session->view.entries[chosen->stretches[0].begin].uid;
}

struct iw_outcome iw_with_message_limit(struct iw_run *run, struct iw_outcome outcome,
                                        uint64_t limit, uint32_t uid)
{
    const struct iw_code code = {.type = iw_code_type_of(IW_SPAN("MESSAGELIMIT")),
                                 .name = IW_SPAN("MESSAGELIMIT"),
                                 .number = limit,
                                 .second = uid};
    if (outcome.code.data == NULL)
        return iw_with_code(run, outcome, &code);
    iw_buf_add_string(run->out, "* NO ");
    iw_write_code(run->out, &code);
    iw_buf_add_string(run->out, " these are the last messages\r\n");
    if (iw_span_equal(outcome.code, IW_SPAN("EXPUNGEISSUED")))
        outcome.kind = IW_OUTCOME_OK;
    return outcome;
}

/* ---- messages ---- */

bool iw_run_choose(struct iw_run *run, struct iw_chosen *chosen, struct iw_outcome *outcome)
{
    const struct iw_command *command = run->command;
    const struct iw_engine_session *session = run->session;
    if (command->set.saved && !iw_engine_session_has(session, IW_CAPABILITY_SEARCHRES)) {
        *outcome = iw_bad("this server does not have SEARCHRES");
        return false;
    }
    switch (iw_view_choose(&session->view, &command->set, command->uid, &session->saved, run->arena,
                           chosen)) {
    case IW_OK:
        return true;
    case IW_SYNTAX:
        *outcome = iw_bad("there are not so many messages");
        return false;
    default:
        *outcome = iw_no_memory();
        return false;
    }
}

struct iw_set iw_run_set(struct iw_run *run, const uint32_t *numbers, size_t count)
{
    struct iw_set set = {.ranges = iw_arena_array(run->arena, count, sizeof *set.ranges)};
    for (size_t i = 0; i < count && set.ranges != NULL; i++) {
        struct iw_range *last = &set.ranges[set.count - (set.count > 0)];
        if (set.count > 0 && last->last + 1 == numbers[i])
            last->last = numbers[i];
        else
            set.ranges[set.count++] = (struct iw_range){numbers[i], numbers[i]};
    }
    return set;
}

/* The flags of a message by the bits of another mailbox, those of settable; keywords that find no
 * room are lost. */
static uint64_t carry_flags(const struct iw_mailbox *from, uint64_t flags, struct iw_mailbox *to,
                            uint64_t settable)
{
    struct iw_span names[IW_FLAG_NAMES_MAX];
    const struct iw_flags list = iw_mailbox_flag_names(from, flags, false, names);
    bool full = false;
    return iw_mailbox_flags(to, &list, (settable & IW_FLAG_FLAGGED) != 0, &full) & settable;
}

struct first_uid {
    uint32_t uid;
};

static bool is_from_uid(void *context, const struct iw_message *message)
{
    const struct first_uid *first = context;
    return message->uid >= first->uid;
}

/* What is moved between mailboxes of one owner takes no room. */
static bool quota_allows(const struct iw_run *run, struct iw_chosen chosen,
                         const struct iw_mailbox *target)
{
    const struct iw_view *view = &run->session->view;
    const struct iw_quota_state *quota = &target->owner->quota;
    uint64_t octets = 0, messages = 0;
    size_t index;
    if (run->command->kind == IW_COMMAND_MOVE && view->mailbox->owner == target->owner)
        return true;
    while (iw_chosen_next(&chosen, &index)) {
        const struct iw_message *message = iw_view_message(view, index);
        messages += message != NULL;
        octets += message == NULL ? 0 : message->content->length;
    }
    return iw_quota_allows(quota, IW_RESOURCE_MESSAGE, messages) &&
           iw_quota_allows(quota, IW_RESOURCE_STORAGE, octets);
}

bool iw_run_tells_uids(const struct iw_run *run, const struct iw_mailbox *target)
{
    return iw_engine_session_has(run->session, IW_CAPABILITY_UIDPLUS) &&
           (iw_run_rights(run, target) & IW_RIGHT_READ) != 0;
}

bool iw_run_copy(struct iw_run *run, struct iw_chosen *chosen, struct iw_mailbox *target,
                 struct iw_run_copies *copies)
{
    const struct iw_view *view = &run->session->view;
    const uint64_t settable = iw_rights_flags(iw_run_rights(run, target));
    struct first_uid first = {target->uidnext};
    if (!quota_allows(run, *chosen, target))
        return false;
    size_t index, count = iw_chosen_count(chosen);
    *copies =
        (struct iw_run_copies){.from = iw_arena_array(run->arena, count, sizeof *copies->from),
                               .to = iw_arena_array(run->arena, count, sizeof *copies->to)};
    bool copied = copies->from != NULL && copies->to != NULL;
    while (copied && iw_chosen_next(chosen, &index)) {
        const struct iw_message *message = iw_view_message(view, index);
        if (message == NULL) {
            copies->missing = true;
            continue;
        }
        const struct iw_delivery delivery = {
            .content = message->content,
            .flags = carry_flags(view->mailbox, message->flags, target, settable),
            .date = message->date,
            .saved = run->session->engine->now};
        copies->from[copies->count] = message->uid;
        const struct iw_message *copy = iw_mailbox_add(target, &delivery);
        copied = copy != NULL;
        if (copied)
            copies->to[copies->count++] = copy->uid;
    }
    if (!copied)
        iw_mailbox_remove(target, is_from_uid, &first);
    return copied;
}

struct iw_code iw_run_copyuid(struct iw_run *run, const struct iw_mailbox *target,
                              const struct iw_run_copies *copies)
{
    return (struct iw_code){.type = iw_code_type_of(IW_SPAN("COPYUID")),
                            .name = IW_SPAN("COPYUID"),
                            .number = target->uidvalidity,
                            .source_uids = iw_run_set(run, copies->from, copies->count),
                            .uids = iw_run_set(run, copies->to, copies->count)};
}

/* ---- mod-sequences ---- */

void iw_run_write_modseq(struct iw_run *run, size_t index)
{
    const struct iw_message *message = iw_view_message(&run->session->view, index);
    struct iw_fetch_item items[] = {
        {.kind = IW_FETCH_UID, .name = IW_SPAN("UID"), .number = message->uid},
        {.kind = IW_FETCH_MODSEQ, .name = IW_SPAN("MODSEQ"), .number = message->modseq}};
    bool uid_only = (run->session->enabled & IW_ENABLED_UIDONLY) != 0;
    const struct iw_response response = {
        .kind = uid_only ? IW_RESPONSE_UIDFETCH : IW_RESPONSE_FETCH,
        .number = uid_only ? message->uid : (uint32_t)index + 1,
        .fetch = {.items = items + uid_only, .count = uid_only ? 1 : 2}};
    iw_write_response(run->out, &response);
}

void iw_run_write_highest_modseq(struct iw_run *run)
{
    const struct iw_view *view = &run->session->view;
    if (view->mailbox != NULL && !view->mailbox->no_modseq)
        iw_buf_addf(run->out, "* OK [HIGHESTMODSEQ %llu] the last change\r\n",
                    (unsigned long long)iw_view_modseq(view));
}

bool iw_run_enable_condstore(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    bool first = (session->enabled & IW_ENABLED_CONDSTORE) == 0;
    session->enabled |= IW_ENABLED_CONDSTORE;
    if (first)
        iw_run_write_highest_modseq(run);
    return session->view.mailbox == NULL || !session->view.mailbox->no_modseq;
}

struct iw_outcome iw_with_highest_modseq(struct iw_run *run, struct iw_outcome outcome)
{
    const struct iw_mailbox *mailbox = run->session->view.mailbox;
    const struct iw_code code = {.type = iw_code_type_of(IW_SPAN("HIGHESTMODSEQ")),
                                 .name = IW_SPAN("HIGHESTMODSEQ"),
                                 .number = mailbox->modseq};
    bool told = (run->session->enabled & IW_ENABLED_QRESYNC) != 0 && !mailbox->no_modseq;
    return told ? iw_with_code(run, outcome, &code) : outcome;
}
