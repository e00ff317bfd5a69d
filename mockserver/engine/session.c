/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/session.h"

#include "mockserver/engine/context.h"
#include "mockserver/engine/notifier.h"
#include "mockserver/engine/search.h"
#include "parser/response.h"
#include "sasl/sasl.h"

#include <string.h>

enum {
    ARENA_CAP = 64 << 20,
    TAG_CAP = 64 << 10,
    LITERAL_MINUS_MAX = 4096, /* octets */
    PROGRESS_SECONDS = 10     /* between two INPROGRESS (RFC 9585 §4) */
};

/* ---- life ---- */

void iw_engine_session_init(struct iw_engine_session *session, struct iw_engine *engine,
                            bool secure)
{
    *session = (struct iw_engine_session){.engine = engine,
                                          .state = IW_ENGINE_NOT_AUTHENTICATED,
                                          .secure = secure,
                                          .server_annotations = engine->store.annotations.change};
    iw_arena_init(&session->arena, engine->store.alloc, ARENA_CAP);
    iw_arena_init(&session->scratch, engine->store.alloc, ARENA_CAP);
    iw_arena_init(&session->saved_arena, engine->store.alloc, ARENA_CAP);
    iw_buf_init(&session->tag, engine->store.alloc, TAG_CAP);
}

void iw_engine_session_release(struct iw_engine_session *session)
{
    iw_engine_session_abandon(session);
    iw_contexts_end(session);
    iw_notifier_free(session);
    iw_view_close(&session->view);
    iw_arena_release(&session->arena);
    iw_arena_release(&session->scratch);
    iw_arena_release(&session->saved_arena);
    iw_buf_release(&session->tag);
}

void iw_engine_session_abandon(struct iw_engine_session *session)
{
    session->current = NULL;
    session->command = NULL;
    session->wants_line = false;
    session->idles = false;
    session->keeps_numbers = false;
    iw_sasl_free(session->sasl);
    session->sasl = NULL;
}

/* ---- state ---- */

enum iw_capability_place iw_engine_session_place(const struct iw_engine_session *session)
{
    if (session->state == IW_ENGINE_NOT_AUTHENTICATED)
        return session->secure ? IW_PLACE_TLS_BEFORE : IW_PLACE_CLEAR_BEFORE;
    return session->secure ? IW_PLACE_TLS_AFTER : IW_PLACE_CLEAR_AFTER;
}

bool iw_engine_session_has(const struct iw_engine_session *session, enum iw_capability capability)
{
    return iw_engine_has(session->engine, capability, iw_engine_session_place(session));
}

bool iw_engine_session_is_rev2(const struct iw_engine_session *session)
{
    return (session->enabled & IW_ENABLED_REV2) != 0 ||
           (iw_engine_session_has(session, IW_CAPABILITY_IMAP4REV2) &&
            !iw_engine_session_has(session, IW_CAPABILITY_IMAP4REV1));
}

bool iw_engine_session_takes_utf8(const struct iw_engine_session *session)
{
    return (session->enabled & IW_ENABLED_UTF8) != 0 ||
           iw_engine_session_has(session, IW_CAPABILITY_IMAP4REV2);
}

uint64_t iw_engine_session_limit(const struct iw_engine_session *session,
                                 enum iw_capability capability)
{
    return iw_engine_limit(session->engine, capability, iw_engine_session_place(session));
}

struct iw_view_style iw_engine_session_style(const struct iw_engine_session *session)
{
    bool no_modseq = session->view.mailbox != NULL && session->view.mailbox->no_modseq;
    bool condstore = (session->enabled & IW_ENABLED_CONDSTORE) != 0;
    bool qresync = (session->enabled & IW_ENABLED_QRESYNC) != 0;
    bool rev2 = iw_engine_session_is_rev2(session);
    bool uid_only = (session->enabled & IW_ENABLED_UIDONLY) != 0;
    struct iw_view_style style = {.vanished = (qresync && !no_modseq) || uid_only,
                                  .modseq = condstore && !no_modseq,
                                  .uid = condstore || rev2,
                                  .uid_only = uid_only,
                                  .no_recent = rev2,
                                  .no_expunge = session->keeps_numbers};
    if (session->notifier != NULL)
        iw_notifier_adapt(session, &style);
    return style;
}

void iw_engine_session_log_in(struct iw_engine_session *session, struct iw_user *user)
{
    session->user = user;
    session->state = IW_ENGINE_AUTHENTICATED;
}

void iw_engine_session_unselect(struct iw_engine_session *session)
{
    iw_contexts_end(session);
    iw_view_close(&session->view);
    iw_arena_reset(&session->saved_arena);
    session->saved = (struct iw_set){0};
    if (session->state == IW_ENGINE_SELECTED)
        session->state = IW_ENGINE_AUTHENTICATED;
}

void iw_engine_session_log_out(struct iw_engine_session *session)
{
    iw_engine_session_unselect(session);
    iw_notifier_free(session);
    session->user = NULL;
    session->enabled = 0;
    session->collation = IW_COLLATION_UNICODE;
    session->state = IW_ENGINE_NOT_AUTHENTICATED;
}

bool iw_engine_session_select(struct iw_engine_session *session, struct iw_mailbox *mailbox,
                              bool read_only)
{
    iw_engine_session_unselect(session);
    if (!iw_view_open(&session->view, mailbox, read_only,
                      iw_mailbox_rights(mailbox, session->user)))
        return false;
    session->state = IW_ENGINE_SELECTED;
    return true;
}

void iw_engine_session_bind(struct iw_engine_session *session, bool unique, struct iw_span octets)
{
    session->binding.unique = unique;
    session->binding.length = octets.length > IW_BINDING_MAX ? 0 : octets.length;
    if (session->binding.length > 0)
        memcpy(session->binding.octets, octets.data, octets.length);
}

/* ---- for rules ---- */

void iw_engine_session_secured(struct iw_engine_session *session)
{
    session->secure = true;
    session->starts_tls = false;
}

void iw_engine_session_admit(struct iw_engine_session *session)
{
    iw_engine_session_abandon(session);
    iw_engine_session_log_in(session, session->engine->store.first_user);
}

void iw_engine_session_take_back(struct iw_engine_session *session, enum iw_command_kind kind)
{
    if (kind == IW_COMMAND_SELECT || kind == IW_COMMAND_EXAMINE)
        iw_engine_session_unselect(session);
    if (kind == IW_COMMAND_LOGIN || kind == IW_COMMAND_AUTHENTICATE) {
        session->user = NULL;
        session->state = IW_ENGINE_NOT_AUTHENTICATED;
    }
}

void iw_engine_session_open_first(struct iw_engine_session *session)
{
    struct iw_mailbox *inbox =
        iw_store_find(&session->engine->store, session->user, IW_SPAN("INBOX"));
    if (inbox != NULL)
        iw_engine_session_select(session, inbox, true);
}

/* ---- news ---- */

/* Annotations have changed; whether the client wants to hear of it or not. */
static bool has_annotation_news(const struct iw_engine_session *session)
{
    const struct iw_mailbox *mailbox = session->view.mailbox;
    return session->server_annotations != session->engine->store.annotations.change ||
           (mailbox != NULL && session->view.annotations != mailbox->annotations.change);
}

bool iw_engine_session_hears(const struct iw_engine_session *session)
{
    return session->idles || session->notifier != NULL;
}

bool iw_engine_session_has_news(const struct iw_engine_session *session)
{
    const struct iw_view_style style = iw_engine_session_style(session);
    if (session->notifier != NULL && iw_notifier_has_news(session))
        return true;
    return iw_engine_session_hears(session) &&
           (iw_view_has_news(&session->view, &style) || has_annotation_news(session));
}

/* "* METADATA name entry …": those that have changed and that this user can read (RFC 5464 §4.4.2).
 */
static void write_changed(struct iw_engine_session *session, struct iw_span wire,
                          const struct iw_annotation_values *values, uint64_t told,
                          struct iw_buf *out)
{
    struct iw_response response = {
        .kind = IW_RESPONSE_METADATA,
        .metadata = {
            .mailbox = wire,
            .changed = {iw_arena_array(&session->arena, values->count, sizeof(struct iw_span)),
                        0}}};
    struct iw_names *changed = &response.metadata.changed;
    for (size_t i = 0; changed->names != NULL && i < values->count; i++) {
        const struct iw_annotation_value *value = &values->members[i];
        if (value->change > told && (value->user == NULL || value->user == session->user))
            changed->names[changed->count++] = value->name;
    }
    if (changed->count > 0)
        iw_write_response(out, &response);
}

static void tell_annotations(struct iw_engine_session *session, struct iw_buf *out)
{
    struct iw_run run = {.session = session, .arena = &session->arena};
    const struct iw_annotation_values *server = &session->engine->store.annotations;
    const struct iw_mailbox *mailbox = session->view.mailbox;
    if ((session->enabled & IW_ENABLED_METADATA_SERVER) != 0)
        write_changed(session, IW_SPAN(""), server, session->server_annotations, out);
    session->server_annotations = server->change;
    if (mailbox == NULL)
        return;
    if ((session->enabled & IW_ENABLED_METADATA) != 0)
        write_changed(session, iw_run_wire_name(&run, iw_run_mailbox_name(&run, mailbox)),
                      &mailbox->annotations, session->view.annotations, out);
    session->view.annotations = mailbox->annotations.change;
}

/* Once, when it comes to be so (RFC 9208 §4.3.1). */
static void tell_quota(struct iw_view *view, struct iw_buf *out)
{
    bool exceeded = iw_quota_is_exceeded(&view->mailbox->owner->quota);
    if (exceeded && !view->over_quota)
        iw_buf_add_string(out, "* NO [OVERQUOTA] the quota is exceeded\r\n");
    view->over_quota = exceeded;
}

/* Mod-sequences that have been told say nothing of removals that had to wait (RFC 7162 §3.2, §6).
 */
static void tell_what_waits(const struct iw_view *view, struct iw_buf *out)
{
    if (view->expunged < view->mailbox->expunged_count)
        iw_buf_addf(out, "* OK [HIGHESTMODSEQ %llu] what has gone is told later\r\n",
                    (unsigned long long)iw_view_modseq(view));
}

static void tell_selected(struct iw_engine_session *session, struct iw_buf *out)
{
    const struct iw_view_style style = iw_engine_session_style(session), any = {0};
    if (has_annotation_news(session))
        tell_annotations(session, out);
    if (session->view.mailbox == NULL)
        return;
    tell_quota(&session->view, out);
    iw_view_tell_rights(&session->view, iw_mailbox_rights(session->view.mailbox, session->user),
                        out);
    if (iw_view_has_news(&session->view, &any)) {
        uint32_t uidnext = session->view.uidnext;
        iw_contexts_tell_removed(session, out);
        iw_view_tell(&session->view, &style, out);
        iw_contexts_tell_added(session, out);
        if (session->notifier != NULL)
            iw_notifier_tell_new(session, uidnext, out);
    }
    if (style.vanished && style.modseq && session->current != NULL)
        tell_what_waits(&session->view, out);
}

void iw_engine_session_tell(struct iw_engine_session *session, struct iw_buf *out)
{
    tell_selected(session, out);
    if (session->notifier != NULL)
        iw_notifier_tell(session, out);
}

/* ---- a command's way ---- */

void iw_engine_session_greet(struct iw_engine_session *session, struct iw_buf *out)
{
    const bool preauth = session->engine->options.preauth;
    if (preauth)
        iw_engine_session_admit(session);
    iw_buf_addf(out, "* %s [CAPABILITY ", preauth ? "PREAUTH" : "OK");
    iw_engine_write_capabilities(session->engine, iw_engine_session_place(session), out);
    iw_buf_add_string(out, "] imapwright is ready\r\n");
}

static void write_outcome(const struct iw_engine_session *session, const struct iw_outcome *outcome,
                          struct iw_buf *out)
{
    static const char *const words[] = {
        [IW_OUTCOME_OK] = "OK", [IW_OUTCOME_NO] = "NO", [IW_OUTCOME_BAD] = "BAD"};
    iw_buf_add(out, iw_buf_span(&session->tag));
    iw_buf_addf(out, " %s ", words[outcome->kind]);
    if (outcome->code.data != NULL) {
        iw_buf_add_char(out, '[');
        iw_buf_add(out, outcome->code);
        iw_buf_add_string(out, "] ");
    }
    iw_buf_addf(out, "%s\r\n", outcome->text);
}

/* RFC 9585 §4. A tag with "]" is not said. */
static void tell_progress(struct iw_engine_session *session, const struct iw_outcome *outcome,
                          struct iw_buf *out)
{
    struct iw_span tag = iw_buf_span(&session->tag);
    bool counts = outcome->progress < outcome->goal && outcome->goal <= UINT32_MAX;
    const struct iw_code code = {
        .type = iw_code_type_of(IW_SPAN("INPROGRESS")),
        .name = IW_SPAN("INPROGRESS"),
        .detailed = true,
        .word = memchr(tag.data, ']', tag.length) == NULL ? tag : iw_span(NULL, 0),
        .counting = counts,
        .number = outcome->progress,
        .second = counts ? outcome->goal : 0};
    if (!iw_engine_session_has(session, IW_CAPABILITY_INPROGRESS) ||
        session->engine->now - session->told < PROGRESS_SECONDS)
        return;
    session->told = session->engine->now;
    iw_buf_add_string(out, "* OK ");
    iw_write_code(out, &code);
    iw_buf_add_string(out, " there is more to do\r\n");
}

/* Lets the command in progress act; writes the tagged response when it is done. */
static void step(struct iw_engine_session *session, struct iw_span line, struct iw_buf *out)
{
    const struct iw_command_type *type = session->current;
    struct iw_run run = {.session = session,
                         .command = session->command,
                         .line = line,
                         .out = out,
                         .arena = &session->arena,
                         .memory = session->memory,
                         .begin = out->length};
    struct iw_changes *changes = &session->engine->store.changes;
    changes->actor = session;
    const struct iw_outcome outcome = type->function(&run);
    changes->actor = NULL;
    session->memory = run.memory;
    session->wants_line = outcome.kind == IW_OUTCOME_LINE;
    if (session->wants_line)
        session->command = NULL;
    if (outcome.kind == IW_OUTCOME_MORE)
        tell_progress(session, &outcome, out);
    if (outcome.kind == IW_OUTCOME_LINE || outcome.kind == IW_OUTCOME_MORE)
        return;
    if (!type->tells_nothing)
        iw_engine_session_tell(session, out);
    write_outcome(session, &outcome, out);
    iw_engine_session_abandon(session);
}

static const char *refusal(const struct iw_engine_session *session,
                           const struct iw_command_type *type)
{
    if (type->function == NULL)
        return "this server does not know that command";
    if ((type->states & session->state) == 0)
        return "that command does not fit here";
    if (!iw_engine_session_has(session, type->capability))
        return "this server does not have the capability for that";
    return NULL;
}

/* Of literals that have not waited for "+" the server takes all, none, or short ones (RFC 7888 §3,
 * §5). What is too large to be kept has been skipped. */
static struct iw_outcome check_literals(const struct iw_engine_session *session,
                                        const struct iw_command *command)
{
    bool any = iw_engine_session_has(session, IW_CAPABILITY_LITERAL_PLUS);
    bool some = iw_engine_session_has(session, IW_CAPABILITY_LITERAL_MINUS);
    struct iw_outcome outcome = iw_bad("that literal must wait");
    outcome.code = IW_SPAN("TOOBIG");
    for (size_t i = 0; i < command->literal_count && !any; i++) {
        const struct iw_literal *literal = &command->literals[i];
        if (!literal->waits && !some)
            return iw_bad("this server does not have LITERAL+");
        if (!literal->waits && literal->size > LITERAL_MINUS_MAX)
            return outcome;
    }
    return iw_ok("");
}

/* By the command itself, or in what it looks for. */
static bool uses_numbers(const struct iw_command *command)
{
    static const enum iw_command_kind kinds[] = {
        IW_COMMAND_FETCH, IW_COMMAND_STORE,  IW_COMMAND_COPY,   IW_COMMAND_MOVE,
        IW_COMMAND_SORT,  IW_COMMAND_THREAD, IW_COMMAND_SEARCH, IW_COMMAND_REPLACE};
    bool uses = iw_search_has(&command->search, IW_SEARCH_SET);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        uses |= command->kind == kinds[i] && !command->uid;
    return uses;
}

static struct iw_outcome check_uids(const struct iw_engine_session *session,
                                    const struct iw_command *command)
{
    struct iw_outcome outcome = iw_bad("there are no message numbers any more");
    outcome.code = IW_SPAN("UIDREQUIRED");
    return (session->enabled & IW_ENABLED_UIDONLY) != 0 && uses_numbers(command) ? outcome
                                                                                 : iw_ok("");
}

/* A server with UTF8=ONLY lets nobody at mailboxes who has not enabled UTF-8 (RFC 6855 §6). */
static struct iw_outcome check_utf8(const struct iw_engine_session *session,
                                    const struct iw_command_type *type,
                                    const struct iw_command *command)
{
    static const enum iw_command_kind harmless[] = {IW_COMMAND_ENABLE, IW_COMMAND_IDLE,
                                                    IW_COMMAND_COMPRESS, IW_COMMAND_UNAUTHENTICATE};
    bool needed = (type->states & IW_ENGINE_NOT_AUTHENTICATED) == 0 &&
                  iw_engine_session_has(session, IW_CAPABILITY_UTF8_ONLY) &&
                  (session->enabled & (IW_ENABLED_UTF8 | IW_ENABLED_REV2)) == 0;
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        needed = needed && command->kind != harmless[i];
    return needed ? iw_no("CANNOT", "this server wants ENABLE UTF8=ACCEPT first") : iw_ok("");
}

static struct iw_outcome check(const struct iw_engine_session *session,
                               const struct iw_command_type *type, const struct iw_command *command)
{
    const char *refused = refusal(session, type);
    if (refused != NULL)
        return iw_bad(refused);
    struct iw_outcome outcome = check_utf8(session, type, command);
    if (outcome.kind == IW_OUTCOME_OK)
        outcome = check_uids(session, command);
    return outcome.kind == IW_OUTCOME_OK ? check_literals(session, command) : outcome;
}

void iw_engine_session_answer(struct iw_engine_session *session, const struct iw_command *command,
                              struct iw_buf *out)
{
    const struct iw_command_type *type = iw_command_type_of(command);
    const struct iw_outcome checked = check(session, type, command);
    iw_engine_session_abandon(session);
    iw_arena_reset(&session->arena);
    if (session->notifier != NULL)
        iw_engine_session_tell(session, out); /* what the command does is not told as news */
    iw_buf_clear(&session->tag);
    iw_buf_add(&session->tag, command->tag);
    if (checked.kind != IW_OUTCOME_OK) {
        write_outcome(session, &checked, out);
        return;
    }
    session->current = type;
    session->command = command;
    session->memory = NULL;
    session->told = session->engine->now;
    session->keeps_numbers =
        type->keeps_numbers &&
        (!command->uid || iw_search_has(&command->search, IW_SEARCH_SET)); /* RFC 7162 §3.2.10.2 */
    step(session, iw_span(NULL, 0), out);
}

bool iw_engine_session_is_busy(const struct iw_engine_session *session)
{
    return session->current != NULL && !session->wants_line;
}

void iw_engine_session_go_on(struct iw_engine_session *session, struct iw_buf *out)
{
    step(session, iw_span(NULL, 0), out);
}

void iw_engine_session_line(struct iw_engine_session *session, struct iw_span line,
                            struct iw_buf *out)
{
    if (session->current != NULL)
        step(session, line, out);
}

bool iw_engine_session_fits(const struct iw_engine_session *session,
                            const struct iw_command *command)
{
    const struct iw_command_type *type = iw_command_type_of(command);
    return type->function == NULL || (type->states & session->state) != 0;
}
