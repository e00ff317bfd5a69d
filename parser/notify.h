/* SPDX-License-Identifier: MIT */
/* NOTIFY (RFC 5465 §8), and the choice of mailboxes that it shares with ESEARCH (RFC 7377 §4). */
#ifndef IW_PARSER_NOTIFY_H
#define IW_PARSER_NOTIFY_H

#include "parser/fetch_att.h"
#include "parser/names.h"

/* filter-mailboxes */
struct iw_mailbox_filter {
    struct iw_span name;       /* "selected", "selected-delayed", "inboxes", "personal",
                                * "subscribed", "subtree", "subtree-one", "mailboxes" */
    struct iw_names mailboxes; /* behind the last three: at least one */
    struct iw_mailbox_filter *next;
};

struct iw_event {
    struct iw_span name;             /* "MessageNew", …; as written if it is of no known type */
    struct iw_fetch_att *fetch_atts; /* MessageNew: what is fetched at once; or NULL */
    struct iw_event *next;
};

/* event-group = "(" filter-mailboxes SP events ")" */
struct iw_event_group {
    struct iw_mailbox_filter filter;
    struct iw_event *events; /* NULL: NONE */
    struct iw_event_group *next;
};

struct iw_notify {
    bool status;                   /* SET STATUS */
    struct iw_event_group *groups; /* NULL: NOTIFY NONE */
};

/* SP ("NONE" / "SET" [SP "STATUS"] 1*(SP event-group)) */
enum iw_result iw_parse_notify(struct iw_reader *reader, struct iw_notify *notify);
void iw_write_notify(struct iw_buf *out, const struct iw_notify *notify);
bool iw_notify_equal(const struct iw_notify *a, const struct iw_notify *b);

enum iw_result iw_parse_mailbox_filter(struct iw_reader *reader, struct iw_mailbox_filter *filter);
void iw_write_mailbox_filter(struct iw_buf *out, const struct iw_mailbox_filter *filter);
/* All that are linked. */
bool iw_mailbox_filters_equal(const struct iw_mailbox_filter *a, const struct iw_mailbox_filter *b);

#endif
