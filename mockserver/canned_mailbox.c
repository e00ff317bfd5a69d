/* SPDX-License-Identifier: MIT */
#include "mockserver/canned_commands.h"
#include "parser/write.h"

#include <string.h>

enum { NAME_MAX_OCTETS = 500 };

static const char no_such_mailbox[] = "NO [NONEXISTENT] there is no such mailbox";

/* ---- the selected mailbox ---- */

void iw_canned_unselect(struct iw_canned_session *session)
{
    session->selected = NULL;
    session->view_count = 0;
    session->state = IW_CANNED_AUTHENTICATED;
}

static bool view_add(struct iw_canned_session *session, uint32_t uid)
{
    if (session->view_count == session->view_capacity) {
        size_t capacity = session->view_capacity == 0 ? 16 : session->view_capacity * 2;
        uint32_t *view = iw_alloc_resize(NULL, session->view, capacity * sizeof *view);
        if (view == NULL)
            return false;
        session->view = view;
        session->view_capacity = capacity;
    }
    session->view[session->view_count++] = uid;
    return true;
}

/* Adds the messages whose UIDs are above all of the view's. */
static bool view_extend(struct iw_canned_session *session)
{
    const struct iw_mailbox *mailbox = session->selected;
    uint32_t last = session->view_count == 0 ? 0 : session->view[session->view_count - 1];
    for (size_t i = 0; i < mailbox->count; i++) {
        if (mailbox->mails[i].uid > last && !view_add(session, mailbox->mails[i].uid))
            return false;
    }
    return true;
}

static size_t count_recent(const struct iw_canned_session *session)
{
    size_t count = 0;
    for (size_t i = 0; i < session->view_count; i++)
        count += session->view[i] >= session->recent_uid;
    return count;
}

struct iw_mail *iw_canned_mail(const struct iw_canned_session *session, size_t number)
{
    if (number == 0 || number > session->view_count)
        return NULL;
    return iw_mailbox_mail(session->selected, session->view[number - 1]);
}

void iw_canned_tell_changes(struct iw_canned_session *session, struct iw_buf *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < session->view_count; i++) {
        if (iw_mailbox_mail(session->selected, session->view[i]) == NULL)
            iw_buf_addf(out, "* %zu EXPUNGE\r\n", kept + 1);
        else
            session->view[kept++] = session->view[i];
    }
    session->view_count = kept;
    view_extend(session);
    if (session->view_count > kept)
        iw_buf_addf(out, "* %zu EXISTS\r\n* %zu RECENT\r\n", session->view_count,
                    count_recent(session));
}

static void write_unseen(const struct iw_canned_session *session, struct iw_buf *out)
{
    for (size_t number = 1; number <= session->view_count; number++) {
        if ((iw_canned_mail(session, number)->flags & IW_FLAG_SEEN) == 0) {
            iw_buf_addf(out, "* OK [UNSEEN %zu] the first unseen message\r\n", number);
            return;
        }
    }
}

static void write_selected(const struct iw_canned_session *session, struct iw_buf *out)
{
    const struct iw_mailbox *mailbox = session->selected;
    const uint64_t every_flag = UINT64_MAX;
    iw_buf_addf(out, "* %zu EXISTS\r\n* %zu RECENT\r\n* FLAGS ", session->view_count,
                count_recent(session));
    iw_mailboxes_write_flags(&session->canned->boxes, every_flag, false, out);
    iw_buf_add_string(out, "\r\n");
    write_unseen(session, out);
    if (session->read_only)
        iw_buf_add_string(out, "* OK [PERMANENTFLAGS ()] nothing can be changed\r\n");
    else
        iw_buf_add_string(out, "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen "
                               "\\Draft \\*)] these are kept\r\n");
    iw_buf_addf(out, "* OK [UIDNEXT %lu] the next UID\r\n* OK [UIDVALIDITY %lu] UIDs are valid\r\n",
                (unsigned long)mailbox->uidnext, (unsigned long)mailbox->uidvalidity);
}

static bool open_mailbox(struct iw_canned_session *session, struct iw_mailbox *mailbox,
                         bool read_only)
{
    session->selected = mailbox;
    session->state = IW_CANNED_SELECTED;
    session->read_only = read_only;
    session->recent_uid = mailbox->recent_uid;
    if (view_extend(session))
        return true;
    iw_canned_unselect(session);
    return false;
}

void iw_canned_open_first(struct iw_canned_session *session)
{
    iw_canned_unselect(session);
    if (session->canned->boxes.first != NULL)
        open_mailbox(session, session->canned->boxes.first, true);
}

const char *iw_canned_select(const struct iw_canned_call *call)
{
    struct iw_canned_session *session = call->session;
    bool read_only = iw_span_equal_nocase(call->command->name, IW_SPAN("EXAMINE"));
    iw_canned_unselect(session);
    struct iw_mailbox *mailbox = iw_mailboxes_find(&session->canned->boxes, call->command->mailbox);
    if (mailbox == NULL)
        return no_such_mailbox;
    if (!open_mailbox(session, mailbox, read_only))
        return "NO [SERVERBUG] out of memory";
    if (!read_only)
        mailbox->recent_uid = mailbox->uidnext;
    write_selected(session, call->out);
    return read_only ? "OK [READ-ONLY] examined" : "OK [READ-WRITE] selected";
}

const char *iw_canned_close(const struct iw_canned_call *call)
{
    bool expunges = iw_span_equal_nocase(call->command->name, IW_SPAN("CLOSE"));
    struct iw_mailbox *mailbox = call->session->selected;
    for (size_t i = mailbox->count; expunges && !call->session->read_only && i > 0; i--) {
        if (mailbox->mails[i - 1].flags & IW_FLAG_DELETED)
            iw_mailbox_remove(mailbox, mailbox->mails[i - 1].uid);
    }
    iw_canned_unselect(call->session);
    return "OK closed";
}

/* ---- names ---- */

const char *iw_canned_create(const struct iw_canned_call *call)
{
    struct iw_mailboxes *boxes = &call->session->canned->boxes;
    struct iw_span name = call->command->mailbox;
    if (name.length > 0 && name.data[name.length - 1] == '/')
        name.length--; /* "more will be created below this name" */
    if (name.length == 0 || name.length > NAME_MAX_OCTETS)
        return "NO [CANNOT] that is no name for a mailbox";
    if (iw_mailboxes_find(boxes, name) != NULL)
        return "NO [ALREADYEXISTS] that mailbox exists";
    return iw_mailboxes_create(boxes, name) == NULL ? "NO [SERVERBUG] out of memory" : "OK created";
}

const char *iw_canned_delete(const struct iw_canned_call *call)
{
    struct iw_mailboxes *boxes = &call->session->canned->boxes;
    if (iw_span_equal_nocase(call->command->mailbox, IW_SPAN("INBOX")))
        return "NO [CANNOT] INBOX stays";
    struct iw_mailbox *mailbox = iw_mailboxes_find(boxes, call->command->mailbox);
    if (mailbox == NULL)
        return no_such_mailbox;
    if (mailbox == call->session->selected)
        iw_canned_unselect(call->session);
    iw_mailbox_delete(mailbox);
    return "OK deleted";
}

/* Every mailbox is subscribed; that cannot be changed. */
const char *iw_canned_subscribe(const struct iw_canned_call *call)
{
    if (iw_mailboxes_find(&call->session->canned->boxes, call->command->mailbox) == NULL)
        return no_such_mailbox;
    if (iw_span_equal_nocase(call->command->name, IW_SPAN("UNSUBSCRIBE")))
        return "NO [CANNOT] all mailboxes stay subscribed";
    return "OK subscribed";
}

/* "*" stands for any octets, "%" for any but "/" (RFC 9051 §6.3.9). reach[i]: the pattern so far
 * can end in front of octet i of the name. */
static bool matches(struct iw_span pattern, struct iw_span name)
{
    bool reach[NAME_MAX_OCTETS + 1] = {true};
    if (name.length > NAME_MAX_OCTETS)
        return false;
    for (size_t p = 0; p < pattern.length; p++) {
        char wanted = pattern.data[p];
        bool wild = wanted == '*' || wanted == '%';
        bool before = reach[0];
        reach[0] = before && wild;
        for (size_t i = 0; i < name.length; i++) {
            bool here = reach[i + 1];
            char c = name.data[i];
            if (wild)
                reach[i + 1] = here || (reach[i] && (wanted == '*' || c != '/'));
            else
                reach[i + 1] = before && c == wanted;
            before = here;
        }
    }
    return reach[name.length];
}

static bool listed(struct iw_span pattern, struct iw_span name)
{
    struct iw_span upper = IW_SPAN("INBOX");
    return matches(pattern, name) ||
           (iw_span_equal(name, upper) && iw_span_equal_nocase(pattern, upper));
}

const char *iw_canned_list(const struct iw_canned_call *call)
{
    const char *name = iw_span_equal_nocase(call->command->name, IW_SPAN("LIST")) ? "LIST" : "LSUB";
    if (call->command->mailbox.length == 0) {
        iw_buf_addf(call->out, "* %s (\\Noselect) \"/\" \"\"\r\n", name);
        return "OK that is the separator";
    }
    struct iw_buf pattern;
    iw_buf_init(&pattern, NULL, 2 * (size_t)NAME_MAX_OCTETS);
    iw_buf_add(&pattern, call->command->other);
    iw_buf_add(&pattern, call->command->mailbox);
    const struct iw_mailbox *mailbox = call->session->canned->boxes.first;
    for (; mailbox != NULL && !pattern.failed; mailbox = mailbox->next) {
        if (mailbox->deleted || !listed(iw_buf_span(&pattern), mailbox->name))
            continue;
        iw_buf_addf(call->out, "* %s () \"/\" ", name);
        iw_write_astring(call->out, mailbox->name);
        iw_buf_add_string(call->out, "\r\n");
    }
    iw_buf_release(&pattern);
    return "OK listed";
}

const char *iw_canned_namespace(const struct iw_canned_call *call)
{
    iw_buf_add_string(call->out, "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n");
    return "OK that is all";
}

/* ---- STATUS and APPEND ---- */

static size_t count_from(const struct iw_mailbox *mailbox, uint32_t uid)
{
    size_t count = 0;
    for (size_t i = 0; i < mailbox->count; i++)
        count += mailbox->mails[i].uid >= uid;
    return count;
}

static bool status_value(const struct iw_mailbox *mailbox, struct iw_span item, size_t *value)
{
    if (iw_span_equal_nocase(item, IW_SPAN("MESSAGES")))
        *value = mailbox->count;
    else if (iw_span_equal_nocase(item, IW_SPAN("RECENT")))
        *value = count_from(mailbox, mailbox->recent_uid);
    else if (iw_span_equal_nocase(item, IW_SPAN("UIDNEXT")))
        *value = mailbox->uidnext;
    else if (iw_span_equal_nocase(item, IW_SPAN("UIDVALIDITY")))
        *value = mailbox->uidvalidity;
    else if (iw_span_equal_nocase(item, IW_SPAN("UNSEEN")))
        *value = mailbox->count - iw_mailbox_count(mailbox, IW_FLAG_SEEN);
    else
        return false;
    return true;
}

const char *iw_canned_status(const struct iw_canned_call *call)
{
    const struct iw_names *items = &call->command->names;
    const struct iw_mailbox *mailbox =
        iw_mailboxes_find(&call->session->canned->boxes, call->command->mailbox);
    if (mailbox == NULL)
        return no_such_mailbox;
    size_t begin = call->out->length;
    iw_buf_add_string(call->out, "* STATUS ");
    iw_write_astring(call->out, mailbox->name);
    for (size_t i = 0; i < items->count; i++) {
        size_t value = 0;
        if (!status_value(mailbox, items->names[i], &value)) {
            iw_buf_truncate(call->out, begin);
            return "BAD one of the status items is unknown";
        }
        iw_buf_add_string(call->out, i == 0 ? " (" : " ");
        iw_buf_add(call->out, items->names[i]);
        iw_buf_addf(call->out, " %zu", value);
    }
    iw_buf_add_string(call->out, ")\r\n");
    return "OK that is its status";
}

const char *iw_canned_append(const struct iw_canned_call *call)
{
    static const struct iw_date today = {2024, 1, 2, 12, 0, 0, 0};
    struct iw_mailboxes *boxes = &call->session->canned->boxes;
    const struct iw_append *append = &call->command->append;
    struct iw_mailbox *mailbox = iw_mailboxes_find(boxes, call->command->mailbox);
    if (mailbox == NULL)
        return "NO [TRYCREATE] there is no such mailbox";
    if (append->message.data == NULL)
        return "BAD this server takes literals only";
    if (!append->kept)
        return "NO [TOOBIG] the message is too large";
    uint64_t flags = 0;
    for (size_t i = 0; i < append->flags.count; i++)
        flags |= iw_mailboxes_flag(boxes, append->flags.names[i]);
    if (iw_mailbox_add(boxes, mailbox, append->message, flags,
                       append->has_date ? &append->date : &today) == NULL)
        return "NO [OVERQUOTA] there is no room";
    return "OK appended";
}
