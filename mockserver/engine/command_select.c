/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/resync.h"

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

/* RFC 7162 §3.1.2 */
static void write_modseq(struct iw_run *run, const struct iw_mailbox *mailbox)
{
    if (mailbox->no_modseq)
        iw_buf_add_string(run->out, "* OK [NOMODSEQ] there are no mod-sequences here\r\n");
    else
        iw_run_write_highest_modseq(run);
}

/* RFC 9051 §6.3.2, §7.3 */
static void write_mailbox(struct iw_run *run)
{
    const struct iw_engine_session *session = run->session;
    const struct iw_view *view = &session->view;
    const struct iw_mailbox *mailbox = view->mailbox;
    bool rev2 = iw_engine_session_is_rev2(session);
    struct iw_buf *out = run->out;
    iw_buf_addf(out, "* %zu EXISTS\r\n", view->count);
    if (!rev2)
        iw_buf_addf(out, "* %zu RECENT\r\n", view->recent);
    iw_view_write_flags(view, out);
    if (!rev2 && (session->enabled & IW_ENABLED_UIDONLY) == 0)
        write_unseen(view, out);
    iw_view_write_permanent_flags(view, out);
    iw_buf_addf(out,
                "* OK [UIDNEXT %lu] the next UID\r\n"
                "* OK [UIDVALIDITY %lu] UIDs are valid\r\n",
                (unsigned long)mailbox->uidnext, (unsigned long)mailbox->uidvalidity);
    if (iw_engine_session_has(session, IW_CAPABILITY_CONDSTORE))
        write_modseq(run, mailbox);
    if (iw_engine_session_has(session, IW_CAPABILITY_OBJECTID)) {
        struct iw_span id = iw_run_objectid(run, 'F', mailbox->id);
        iw_buf_addf(out, "* OK [MAILBOXID (%.*s)] its name for ever\r\n", (int)id.length, id.data);
    }
    if (rev2)
        iw_run_write_list(run, mailbox);
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
        else if (!iw_resync_is_good(option->qresync) ||
                 ((session->enabled & IW_ENABLED_UIDONLY) != 0 &&
                  option->qresync->matched_numbers.count > 0)) /* RFC 9586 §3.7 */
            return iw_bad("the sequence match data does not match");
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
                     iw_engine_session_is_rev2(session)))
        iw_buf_add_string(run->out, "* OK [CLOSED] the mailbox before\r\n");
}

static struct iw_outcome done(const struct iw_run *run)
{
    struct iw_outcome outcome = iw_ok(run->session->view.read_only ? "examined" : "selected");
    outcome.code = run->session->view.read_only ? IW_SPAN("READ-ONLY") : IW_SPAN("READ-WRITE");
    return outcome;
}

/* The client knew this mailbox, or another of its name (RFC 7162 §3.2.5). */
static bool knew(const struct iw_mailbox *mailbox, const struct iw_option *qresync)
{
    return qresync != NULL && !mailbox->no_modseq &&
           qresync->qresync->uidvalidity == mailbox->uidvalidity;
}

static struct iw_outcome resynchronise(struct iw_run *run)
{
    return iw_resync_go_on(run, run->memory) ? done(run) : iw_more(0, 0);
}

/* SELECT, EXAMINE (RFC 9051 §6.3.2, §6.3.3) */
struct iw_outcome iw_command_select(struct iw_run *run)
{
    struct iw_engine_session *session = run->session;
    bool read_only = run->command->kind == IW_COMMAND_EXAMINE;
    if (run->memory != NULL)
        return resynchronise(run);
    struct iw_outcome outcome = take_options(run);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    leave(run);
    struct iw_mailbox *mailbox = iw_run_open(run, run->command->mailbox, IW_RIGHT_READ, &outcome);
    if (mailbox == NULL)
        return outcome;
    read_only = read_only || (iw_run_rights(run, mailbox) & IW_RIGHTS_CHANGE) == 0;
    if (!iw_engine_session_select(session, mailbox, read_only))
        return iw_no_memory();
    write_mailbox(run);
    const struct iw_option *qresync = iw_options_find(&run->command->options, "QRESYNC");
    if (!knew(mailbox, qresync))
        return done(run);
    run->memory = iw_resync_begin(run, qresync->qresync);
    if (run->memory != NULL)
        return resynchronise(run);
    iw_engine_session_unselect(session);
    return iw_no_memory();
}
