/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

/* The first message without \Seen (RFC 3501 §7.1). */
static void write_unseen(const struct iw_view *view, struct iw_buf *out)
{
    for (size_t i = 0; i < view->count; i++) {
        if ((iw_view_message(view, i)->flags & IW_FLAG_SEEN) == 0) {
            iw_buf_addf(out, "* OK [UNSEEN %zu] the first unseen message\r\n", i + 1);
            return;
        }
    }
}

/* RFC 9051 §6.3.2, §7.3, RFC 7162 §3.1.2.1 */
static void write_mailbox(struct iw_run *run)
{
    const struct iw_engine_session *session = run->session;
    const struct iw_view *view = &session->view;
    const struct iw_mailbox *mailbox = view->mailbox;
    bool rev2 = (session->enabled & IW_ENABLED_REV2) != 0;
    struct iw_buf *out = run->out;
    iw_buf_addf(out, "* %zu EXISTS\r\n", view->count);
    if (!rev2)
        iw_buf_addf(out, "* %zu RECENT\r\n", view->recent);
    iw_view_write_flags(view, out);
    if (!rev2)
        write_unseen(view, out);
    iw_view_write_permanent_flags(view, out);
    iw_buf_addf(out,
                "* OK [UIDNEXT %lu] the next UID\r\n"
                "* OK [UIDVALIDITY %lu] UIDs are valid\r\n",
                (unsigned long)mailbox->uidnext, (unsigned long)mailbox->uidvalidity);
    if (iw_engine_session_has(session, IW_CAPABILITY_CONDSTORE))
        iw_buf_addf(out, "* OK [HIGHESTMODSEQ %llu] the last change\r\n",
                    (unsigned long long)mailbox->modseq);
    if (iw_engine_session_has(session, IW_CAPABILITY_OBJECTID)) {
        struct iw_span id = iw_run_objectid(run, 'F', mailbox->id);
        iw_buf_addf(out, "* OK [MAILBOXID (%.*s)] its name for ever\r\n", (int)id.length, id.data);
    }
    if (rev2)
        iw_run_write_list(run, mailbox);
}

/* What has gone since the client knew the mailbox, and what has changed (RFC 7162 §3.2.5). */
static void resynchronise(struct iw_run *run, const struct iw_qresync *known)
{
    struct iw_engine_session *session = run->session;
    struct iw_view *view = &session->view;
    const struct iw_mailbox *mailbox = view->mailbox;
    const struct iw_view_style style = iw_engine_session_style(session);
    if (known->uidvalidity != mailbox->uidvalidity)
        return;
    iw_run_write_vanished(run, known->modseq,
                          known->known_uids.count > 0 ? &known->known_uids : NULL);
    for (size_t i = 0; i < view->count; i++) {
        const struct iw_message *message = iw_view_message(view, i);
        if (message->modseq > known->modseq &&
            (known->known_uids.count == 0 ||
             iw_set_contains(&known->known_uids, message->uid, UINT32_MAX)))
            iw_view_write_fetch_flags(view, i, &style, true, run->out);
    }
}

/* Why the parameters cannot be had; OK: they can. */
static struct iw_outcome take_options(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    const struct iw_option *option = run->command->options.first;
    for (; option != NULL; option = option->next) {
        bool condstore = iw_span_equal(option->name, IW_SPAN("CONDSTORE"));
        bool qresync = iw_span_equal(option->name, IW_SPAN("QRESYNC"));
        if (condstore && iw_engine_session_has(session, IW_CAPABILITY_CONDSTORE))
            session->enabled |= IW_ENABLED_CONDSTORE;
        else if (!qresync || (session->enabled & IW_ENABLED_QRESYNC) == 0)
            return iw_bad("that parameter is unknown, or has not been enabled");
    }
    return iw_ok("selected");
}

/* "* OK [CLOSED]" marks that what follows belongs to another mailbox (RFC 9051 §6.3.2, RFC 7162
 * §3.2.11). */
static void leave(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    bool was_open = session->view.mailbox != NULL;
    iw_engine_session_unselect(session);
    if (was_open && (iw_engine_session_has(session, IW_CAPABILITY_CONDSTORE) ||
                     (session->enabled & IW_ENABLED_REV2) != 0))
        iw_buf_add_string(run->out, "* OK [CLOSED] the mailbox before\r\n");
}

/* SELECT, EXAMINE (RFC 9051 §6.3.2, §6.3.3) */
struct iw_outcome iw_command_select(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    bool read_only = run->command->kind == IW_COMMAND_EXAMINE;
    struct iw_outcome outcome = take_options(run);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    leave(run);
    struct iw_mailbox *mailbox = iw_run_open(run, run->command->mailbox, &outcome);
    if (mailbox == NULL)
        return outcome;
    if (!iw_engine_session_select(session, mailbox, read_only))
        return iw_no_memory();
    write_mailbox(run);
    const struct iw_option *qresync = iw_options_find(&run->command->options, "QRESYNC");
    if (qresync != NULL)
        resynchronise(run, qresync->qresync);
    outcome = iw_ok(read_only ? "examined" : "selected");
    outcome.code = read_only ? IW_SPAN("READ-ONLY") : IW_SPAN("READ-WRITE");
    return outcome;
}
