/* SPDX-License-Identifier: MIT */
#include "mockserver/canned.h"

#include "base/base64.h"
#include "mockserver/canned_commands.h"

#include <string.h>

enum {
    ANY = IW_CANNED_NOT_AUTHENTICATED | IW_CANNED_AUTHENTICATED | IW_CANNED_SELECTED,
    BEFORE = IW_CANNED_NOT_AUTHENTICATED,
    AFTER = IW_CANNED_AUTHENTICATED | IW_CANNED_SELECTED,
    OPEN = IW_CANNED_SELECTED
};

static const char built_in_message[] = "Date: Mon, 1 Jan 2024 12:00:00 +0000\r\n"
                                       "From: Ann Example <ann@example.org>\r\n"
                                       "To: Bob Example <bob@example.org>\r\n"
                                       "Subject: a plain message\r\n"
                                       "Message-ID: <plain@example.org>\r\n"
                                       "MIME-Version: 1.0\r\n"
                                       "Content-Type: text/plain; charset=us-ascii\r\n"
                                       "\r\n"
                                       "Hello Bob,\r\n"
                                       "this is all there is to say.\r\n";

static const struct iw_date built_in_date = {2024, 1, 1, 12, 0, 0, 0};

/* ---- the world ---- */

static struct iw_date read_given_date(struct iw_span text)
{
    struct iw_date date = built_in_date;
    struct iw_arena arena;
    struct iw_buf quoted;
    struct iw_reader reader;
    struct iw_error error = {0};
    if (text.length == 0)
        return date;
    iw_arena_init(&arena, NULL, 4096);
    iw_buf_init(&quoted, NULL, 64);
    iw_buf_addf(&quoted, "\"%.*s\"", (int)text.length, text.data);
    struct iw_frame frame = {.bytes = iw_buf_span(&quoted)};
    iw_reader_init(&reader, &frame, &arena, &iw_limits_default, NULL, &error);
    if (iw_parse_date_time(&reader, &date) != IW_OK)
        date = built_in_date;
    iw_buf_release(&quoted);
    iw_arena_release(&arena);
    return date;
}

static uint64_t read_given_flags(struct iw_mailboxes *boxes, struct iw_span text)
{
    uint64_t flags = 0;
    size_t begin = 0;
    for (size_t i = 0; i <= text.length; i++) {
        if (i < text.length && text.data[i] != ' ')
            continue;
        if (i > begin)
            flags |= iw_mailboxes_flag(boxes, iw_span_part(text, begin, i));
        begin = i + 1;
    }
    return flags;
}

static bool add_given_mailbox(struct iw_canned *canned, const struct iw_given_mailbox *given)
{
    struct iw_mailbox *mailbox = iw_mailboxes_find(&canned->boxes, given->name);
    if (mailbox == NULL)
        mailbox = iw_mailboxes_create(&canned->boxes, given->name);
    if (mailbox == NULL)
        return false;
    for (size_t i = 0; i < given->count; i++) {
        const struct iw_given_message *message = &given->messages[i];
        struct iw_date date = read_given_date(message->date);
        uint64_t flags = read_given_flags(&canned->boxes, message->flags);
        struct iw_span octets = iw_scenario_file(canned->scenario, message->file);
        if (iw_mailbox_add(&canned->boxes, mailbox, octets, flags, &date) == NULL)
            return false;
    }
    return true;
}

static bool has_inbox(const struct iw_scenario *scenario)
{
    for (size_t i = 0; scenario != NULL && i < scenario->given.mailbox_count; i++) {
        if (iw_span_equal_nocase(scenario->given.mailboxes[i].name, IW_SPAN("INBOX")))
            return true;
    }
    return false;
}

static bool add_mailboxes(struct iw_canned *canned)
{
    struct iw_mailbox *inbox = iw_mailboxes_create(&canned->boxes, IW_SPAN("INBOX"));
    if (inbox == NULL)
        return false;
    if (!has_inbox(canned->scenario))
        iw_mailbox_add(&canned->boxes, inbox, iw_span_of(built_in_message), 0, &built_in_date);
    if (canned->scenario == NULL)
        return true;
    for (size_t i = 0; i < canned->scenario->given.mailbox_count; i++) {
        if (!add_given_mailbox(canned, &canned->scenario->given.mailboxes[i]))
            return false;
    }
    return true;
}

bool iw_canned_init(struct iw_canned *canned, const struct iw_scenario *scenario, const char *user,
                    const char *password)
{
    *canned = (struct iw_canned){.scenario = scenario};
    canned->first_user = (struct iw_canned_user){IW_SPAN("user"), IW_SPAN("secret")};
    if (scenario != NULL && scenario->given.user_count > 0) {
        canned->first_user.name = scenario->given.users[0].name;
        canned->first_user.password = scenario->given.users[0].password;
    }
    if (user != NULL)
        canned->first_user.name = iw_span_of(user);
    if (password != NULL)
        canned->first_user.password = iw_span_of(password);
    canned->starttls = scenario == NULL || scenario->given.tls.data == NULL ||
                       iw_span_equal(scenario->given.tls, IW_SPAN("starttls"));
    iw_mailboxes_init(&canned->boxes);
    return add_mailboxes(canned);
}

void iw_canned_release(struct iw_canned *canned)
{
    iw_mailboxes_release(&canned->boxes);
}

/* ---- sessions ---- */

void iw_canned_session_init(struct iw_canned_session *session, struct iw_canned *canned,
                            bool secure)
{
    *session = (struct iw_canned_session){
        .canned = canned, .state = IW_CANNED_NOT_AUTHENTICATED, .secure = secure};
}

void iw_canned_session_release(struct iw_canned_session *session)
{
    iw_alloc_free(NULL, session->view);
    session->view = NULL;
}

void iw_canned_secured(struct iw_canned_session *session)
{
    session->secure = true;
    session->starts_tls = false;
}

void iw_canned_admit(struct iw_canned_session *session)
{
    session->user = session->canned->first_user.name;
    session->state = IW_CANNED_AUTHENTICATED;
    session->wait = IW_CANNED_COMMAND;
}

void iw_canned_take_back(struct iw_canned_session *session, enum iw_command_kind kind)
{
    if (kind == IW_COMMAND_SELECT || kind == IW_COMMAND_EXAMINE)
        iw_canned_unselect(session);
    if (kind == IW_COMMAND_LOGIN || kind == IW_COMMAND_AUTHENTICATE) {
        session->user = iw_span(NULL, 0);
        session->state = IW_CANNED_NOT_AUTHENTICATED;
    }
}

/* The scenario's capabilities for this state of the connection, else what is true. */
static void write_capabilities(const struct iw_canned_session *session, struct iw_buf *out)
{
    bool before = session->state == IW_CANNED_NOT_AUTHENTICATED;
    if (session->canned->scenario != NULL) {
        size_t set = (session->secure ? 2 : 0) + (before ? 0 : 1);
        struct iw_span given = session->canned->scenario->given.capability[set];
        if (given.length > 0) {
            iw_buf_add(out, given);
            return;
        }
    }
    iw_buf_add_string(out, "IMAP4rev1 ID IDLE LITERAL+ NAMESPACE UNSELECT");
    if (before && session->canned->starttls && !session->secure)
        iw_buf_add_string(out, " STARTTLS");
    if (before)
        iw_buf_add_string(out, " SASL-IR AUTH=PLAIN");
}

void iw_canned_greet(struct iw_canned_session *session, struct iw_buf *out)
{
    iw_buf_add_string(out, "* OK [CAPABILITY ");
    write_capabilities(session, out);
    iw_buf_add_string(out, "] imapwright is ready\r\n");
}

static const char *capability(const struct iw_canned_call *call)
{
    iw_buf_add_string(call->out, "* CAPABILITY ");
    write_capabilities(call->session, call->out);
    iw_buf_add_string(call->out, "\r\n");
    return "OK that is all";
}

static const char *noop(const struct iw_canned_call *call)
{
    (void)call;
    return "OK done";
}

static const char *id(const struct iw_canned_call *call)
{
    iw_buf_add_string(call->out, "* ID (\"name\" \"imapwright\")\r\n");
    return "OK now we know each other";
}

static const char *logout(const struct iw_canned_call *call)
{
    iw_buf_add_string(call->out, "* BYE see you\r\n");
    call->session->state = IW_CANNED_LOGOUT;
    call->session->closes = true;
    return "OK logged out";
}

static const char *starttls(const struct iw_canned_call *call)
{
    if (!call->session->canned->starttls || call->session->secure)
        return "BAD no TLS to start here";
    call->session->starts_tls = true;
    return "OK begin TLS";
}

static const char *log_in(struct iw_canned_session *session, struct iw_span name,
                          struct iw_span password)
{
    const struct iw_scenario *scenario = session->canned->scenario;
    const struct iw_canned_user *first = &session->canned->first_user;
    bool known = iw_span_equal(first->name, name) && iw_span_equal(first->password, password);
    for (size_t i = 1; scenario != NULL && i < scenario->given.user_count && !known; i++) {
        known = iw_span_equal(scenario->given.users[i].name, name) &&
                iw_span_equal(scenario->given.users[i].password, password);
    }
    if (!known)
        return "NO [AUTHENTICATIONFAILED] wrong name or password";
    session->user = iw_arena_copy(&session->canned->boxes.arena, name);
    session->state = IW_CANNED_AUTHENTICATED;
    return "OK logged in";
}

static const char *login(const struct iw_canned_call *call)
{
    return log_in(call->session, call->command->user, call->command->other);
}

/* message = [authzid] NUL authcid NUL passwd (RFC 4616 §2), in base64 */
static const char *take_plain(struct iw_canned_session *session, struct iw_span base64)
{
    struct iw_error error = {0};
    struct iw_buf message;
    iw_buf_init(&message, NULL, 1000);
    const char *answer = "BAD not the base64 of a PLAIN message";
    if (iw_base64_decode(&message, base64, &error) == IW_OK && message.length > 0) {
        struct iw_span all = iw_buf_span(&message);
        const char *first = memchr(all.data, '\0', all.length);
        size_t name = first == NULL ? all.length : (size_t)(first - all.data) + 1;
        const char *second = memchr(all.data + name, '\0', all.length - name);
        if (first != NULL && second != NULL) {
            size_t password = (size_t)(second - all.data) + 1;
            answer = log_in(session, iw_span_part(all, name, password - 1),
                            iw_span_part(all, password, all.length));
        }
    }
    iw_buf_release(&message);
    return answer;
}

static void wait_for(const struct iw_canned_call *call, enum iw_canned_wait wait, const char *ask)
{
    call->session->wait = wait;
    iw_buf_addf(call->out, "+ %s\r\n", ask);
}

static const char *authenticate(const struct iw_canned_call *call)
{
    if (!iw_span_equal_nocase(call->command->mechanism, IW_SPAN("PLAIN")))
        return "NO [CANNOT] only PLAIN is known here";
    if (call->command->initial.data != NULL)
        return take_plain(call->session, call->command->initial);
    wait_for(call, IW_CANNED_SASL_LINE, "");
    return NULL;
}

static const char *idle(const struct iw_canned_call *call)
{
    wait_for(call, IW_CANNED_DONE_LINE, "idling");
    return NULL;
}

static const char *take_line(struct iw_canned_session *session, struct iw_span line)
{
    if (session->wait == IW_CANNED_DONE_LINE)
        return iw_span_equal_nocase(line, IW_SPAN("DONE")) ? "OK no longer idle"
                                                           : "BAD expected DONE";
    if (iw_span_equal(line, IW_SPAN("*")))
        return "BAD cancelled";
    return take_plain(session, line);
}

void iw_canned_line(struct iw_canned_session *session, struct iw_span tag, struct iw_span line,
                    struct iw_buf *out)
{
    const char *completion = take_line(session, line);
    if (session->wait == IW_CANNED_DONE_LINE && session->selected != NULL)
        iw_canned_tell_changes(session, out);
    session->wait = IW_CANNED_COMMAND;
    iw_buf_add(out, tag);
    iw_buf_addf(out, " %s\r\n", completion);
}

/* ---- the commands ---- */

struct canned_command {
    const char *name;
    unsigned states;
    bool keeps_numbers; /* no EXPUNGE may be sent while it runs (RFC 9051 §7.5.1) */
    const char *(*run)(const struct iw_canned_call *call);
};

static const struct canned_command commands[] = {
    {"CAPABILITY", ANY, false, capability},
    {"NOOP", ANY, false, noop},
    {"LOGOUT", ANY, true, logout},
    {"ID", ANY, true, id},
    {"STARTTLS", BEFORE, true, starttls},
    {"AUTHENTICATE", BEFORE, true, authenticate},
    {"LOGIN", BEFORE, true, login},
    {"SELECT", AFTER, true, iw_canned_select},
    {"EXAMINE", AFTER, true, iw_canned_select},
    {"CREATE", AFTER, false, iw_canned_create},
    {"DELETE", AFTER, false, iw_canned_delete},
    {"SUBSCRIBE", AFTER, false, iw_canned_subscribe},
    {"UNSUBSCRIBE", AFTER, false, iw_canned_subscribe},
    {"LIST", AFTER, false, iw_canned_list},
    {"LSUB", AFTER, false, iw_canned_list},
    {"NAMESPACE", AFTER, false, iw_canned_namespace},
    {"STATUS", AFTER, false, iw_canned_status},
    {"APPEND", AFTER, false, iw_canned_append},
    {"IDLE", AFTER, true, idle},
    {"CHECK", OPEN, false, noop},
    {"CLOSE", OPEN, true, iw_canned_close},
    {"UNSELECT", OPEN, true, iw_canned_close},
    {"EXPUNGE", OPEN, false, iw_canned_expunge},
    {"SEARCH", OPEN, true, iw_canned_search},
    {"FETCH", OPEN, true, iw_canned_fetch},
    {"STORE", OPEN, true, iw_canned_store},
};

static const struct canned_command *find_command(struct iw_span name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (iw_span_equal_nocase(name, iw_span_of(commands[i].name)))
            return &commands[i];
    }
    return NULL;
}

bool iw_canned_fits(const struct iw_canned_session *session, const struct iw_command *command)
{
    const struct canned_command *known = find_command(command->name);
    return known == NULL || (known->states & session->state) != 0;
}

static const char *run(const struct iw_canned_call *call)
{
    const struct canned_command *known = find_command(call->command->name);
    if (known == NULL)
        return "BAD this server does not know that command";
    if ((known->states & call->session->state) == 0)
        return "BAD that command does not fit here";
    const char *completion = known->run(call);
    if (call->session->selected != NULL && (!known->keeps_numbers || call->command->uid))
        iw_canned_tell_changes(call->session, call->out);
    return completion;
}

void iw_canned_answer(struct iw_canned_session *session, const struct iw_command *command,
                      const struct iw_frame *frame, struct iw_buf *out)
{
    const struct iw_canned_call call = {session, command, frame, out};
    const char *completion = run(&call);
    if (completion == NULL)
        return;
    iw_buf_add(out, command->tag);
    iw_buf_addf(out, " %s\r\n", completion);
}
