/* SPDX-License-Identifier: MIT */
#include "parser/notify.h"

#include "parser/mailbox.h"
#include "parser/member.h"
#include "parser/same.h"
#include "parser/write.h"

/* The name as it is in a table; as it was written if it is in none. */
static struct iw_span known_as(struct iw_span word, const struct iw_span *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (iw_span_equal_nocase(word, names[i]))
            return names[i];
    return word;
}

/* ---- mailboxes ---- */

static const struct iw_span filter_names[] = {
    IW_NAME("subtree"),  IW_NAME("subtree-one"),      IW_NAME("mailboxes"), /* with mailboxes */
    IW_NAME("selected"), IW_NAME("selected-delayed"), IW_NAME("inboxes"),
    IW_NAME("personal"), IW_NAME("subscribed"),
};
enum { FILTERS_WITH_MAILBOXES = 3, FILTERS = sizeof filter_names / sizeof *filter_names };

static enum iw_result add_mailbox(struct iw_reader *reader, struct iw_names *mailboxes)
{
    struct iw_span mailbox;
    enum iw_result result = iw_parse_mailbox(reader, &mailbox);
    if (result != IW_OK)
        return result;
    return iw_list_add(reader, &mailboxes->names, &mailboxes->count, mailbox);
}

/* one-or-more-mailbox = mailbox / "(" mailbox *(SP mailbox) ")" */
static enum iw_result parse_mailboxes(struct iw_reader *reader, struct iw_names *mailboxes)
{
    if (!iw_reader_skip(reader, '('))
        return add_mailbox(reader, mailboxes);
    enum iw_result result;
    do {
        result = add_mailbox(reader, mailboxes);
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK ? iw_read_char(reader, ')', "SP and a mailbox, or )") : result;
}

/* filter-mailboxes = "selected" / "selected-delayed" / "inboxes" / "personal" / "subscribed" /
 *                    ("subtree" / "subtree-one" / "mailboxes") SP one-or-more-mailbox */
enum iw_result iw_parse_mailbox_filter(struct iw_reader *reader, struct iw_mailbox_filter *filter)
{
    struct iw_span word;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a choice of mailboxes", &word);
    if (result != IW_OK)
        return result;
    size_t i = 0;
    while (i < FILTERS && !iw_span_equal_nocase(word, filter_names[i]))
        i++;
    if (i == FILTERS) {
        reader->at = word.data;
        return iw_reader_fail(reader, "selected, inboxes, personal, subscribed, subtree, …");
    }
    filter->name = filter_names[i];
    if (i >= FILTERS_WITH_MAILBOXES)
        return IW_OK;
    result = iw_read_space(reader);
    return result == IW_OK ? parse_mailboxes(reader, &filter->mailboxes) : result;
}

void iw_write_mailbox_filter(struct iw_buf *out, const struct iw_mailbox_filter *filter)
{
    iw_buf_add(out, filter->name);
    if (filter->mailboxes.count == 0)
        return;
    iw_buf_add_char(out, ' ');
    if (filter->mailboxes.count == 1)
        iw_write_astring(out, filter->mailboxes.names[0]);
    else
        iw_write_astring_list(out, &filter->mailboxes);
}

static bool filter_equal(const struct iw_mailbox_filter *a, const struct iw_mailbox_filter *b)
{
    return iw_span_equal(a->name, b->name) && iw_same_names(&a->mailboxes, &b->mailboxes);
}

bool iw_mailbox_filters_equal(const struct iw_mailbox_filter *a, const struct iw_mailbox_filter *b)
{
    for (; a != NULL && b != NULL && filter_equal(a, b); a = a->next)
        b = b->next;
    return a == NULL && b == NULL;
}

/* ---- events ---- */

static const struct iw_span event_names[] = {
    IW_NAME("MessageNew"),           IW_NAME("MessageExpunge"),
    IW_NAME("FlagChange"),           IW_NAME("AnnotationChange"),
    IW_NAME("MailboxName"),          IW_NAME("SubscriptionChange"),
    IW_NAME("ServerMetadataChange"), IW_NAME("MailboxMetadataChange"),
};
enum { EVENTS = sizeof event_names / sizeof *event_names };

/* event = "MessageNew" [SP "(" fetch-att *(SP fetch-att) ")"] / "MessageExpunge" / … / atom */
static enum iw_result parse_event(struct iw_reader *reader, struct iw_event *event)
{
    struct iw_span word;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "an event", &word);
    if (result != IW_OK)
        return result;
    event->name = known_as(word, event_names, EVENTS);
    bool atts =
        event->name.data == event_names[0].data && iw_reader_more(reader) && reader->at[1] == '(';
    if (!atts)
        return IW_OK;
    reader->at++;
    return iw_parse_fetch_atts(reader, &event->fetch_atts);
}

/* events = "(" event *(SP event) ")" / "NONE" */
static enum iw_result parse_events(struct iw_reader *reader, struct iw_event **last)
{
    size_t count = 0;
    if (iw_reader_skip_word(reader, "NONE"))
        return IW_OK;
    enum iw_result result = iw_read_char(reader, '(', "( or NONE");
    if (result != IW_OK)
        return result;
    do {
        result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_event(reader, *last);
        if (result != IW_OK)
            return result;
        last = &(*last)->next;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and an event, or )");
}

static void write_events(struct iw_buf *out, const struct iw_event *first)
{
    if (first == NULL)
        iw_buf_add(out, IW_SPAN("NONE"));
    for (const struct iw_event *event = first; event != NULL; event = event->next) {
        iw_buf_add_char(out, event == first ? '(' : ' ');
        iw_buf_add(out, event->name);
        if (event->fetch_atts == NULL)
            continue;
        iw_buf_add_char(out, ' ');
        iw_write_fetch_atts(out, event->fetch_atts);
    }
    if (first != NULL)
        iw_buf_add_char(out, ')');
}

static bool events_equal(const struct iw_event *a, const struct iw_event *b)
{
    for (; a != NULL && b != NULL; a = a->next) {
        if (!iw_span_equal_nocase(a->name, b->name) ||
            !iw_fetch_atts_equal(a->fetch_atts, b->fetch_atts))
            return false;
        b = b->next;
    }
    return a == NULL && b == NULL;
}

/* ---- groups ---- */

/* event-group = "(" filter-mailboxes SP events ")" */
static enum iw_result parse_group(struct iw_reader *reader, struct iw_event_group *group)
{
    enum iw_result result = iw_read_char(reader, '(', "( and a choice of mailboxes");
    if (result == IW_OK)
        result = iw_parse_mailbox_filter(reader, &group->filter);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_events(reader, &group->events);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* notify-set = "SET" [SP "STATUS"] 1*(SP event-group) ; notify-none = "NONE" */
enum iw_result iw_parse_notify(struct iw_reader *reader, struct iw_notify *notify)
{
    struct iw_event_group **last = &notify->groups;
    size_t count = 0;
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK || iw_reader_skip_word(reader, "NONE"))
        return result;
    if (!iw_reader_skip_word(reader, "SET"))
        return iw_reader_fail(reader, "SET or NONE");
    result = iw_read_space(reader);
    if (result == IW_OK && iw_reader_skip_word(reader, "STATUS")) {
        notify->status = true;
        result = iw_read_space(reader);
    }
    while (result == IW_OK) {
        result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_group(reader, *last);
        if (result != IW_OK || !iw_reader_more(reader))
            break;
        reader->at++;
        last = &(*last)->next;
    }
    return result;
}

void iw_write_notify(struct iw_buf *out, const struct iw_notify *notify)
{
    iw_buf_add_string(out, notify->groups == NULL ? " NONE" : " SET");
    if (notify->status)
        iw_buf_add(out, IW_SPAN(" STATUS"));
    for (const struct iw_event_group *group = notify->groups; group != NULL; group = group->next) {
        iw_buf_add(out, IW_SPAN(" ("));
        iw_write_mailbox_filter(out, &group->filter);
        iw_buf_add_char(out, ' ');
        write_events(out, group->events);
        iw_buf_add_char(out, ')');
    }
}

bool iw_notify_equal(const struct iw_notify *a, const struct iw_notify *b)
{
    const struct iw_event_group *x = a->groups, *y = b->groups;
    for (; x != NULL && y != NULL; x = x->next) {
        if (!filter_equal(&x->filter, &y->filter) || !events_equal(x->events, y->events))
            return false;
        y = y->next;
    }
    return a->status == b->status && x == NULL && y == NULL;
}
