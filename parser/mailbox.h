/* SPDX-License-Identifier: MIT */
/* Mailbox names, and what LIST, LSUB and STATUS say about a mailbox (RFC 9051 §7.3.1, §7.3.4). */
#ifndef IW_PARSER_MAILBOX_H
#define IW_PARSER_MAILBOX_H

#include "parser/names.h"

enum iw_list_kind {
    IW_LIST_CHILDINFO, /* which selections its children fit (RFC 5258 §3.5) */
    IW_LIST_OLDNAME,   /* what it was called before (RFC 9051 §6.3.9.7) */
    IW_LIST_OTHER      /* kept verbatim */
};

/* mbox-list-extended-item = mbox-list-extended-item-tag SP tagged-ext-val */
struct iw_list_item {
    enum iw_list_kind kind;
    struct iw_span name;        /* as written */
    struct iw_names selections; /* CHILDINFO */
    struct iw_span mailbox;     /* OLDNAME */
    struct iw_span raw;         /* OTHER: the value */
};

/* mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
 *                [SP mbox-list-extended] */
struct iw_mailbox_list {
    struct iw_span *attributes; /* with their backslash */
    size_t attribute_count;
    struct iw_span separator; /* one octet; absent for NIL */
    struct iw_span mailbox;   /* as on the wire: modified UTF-7 or UTF-8; INBOX in upper case */
    bool extended;            /* mbox-list-extended is there; it may be empty */
    struct iw_list_item *items;
    size_t item_count;
};

enum iw_status_kind {
    IW_STATUS_NUMBER, /* MESSAGES, UIDNEXT, SIZE, …, and what is unknown and a number */
    IW_STATUS_NIL,    /* APPENDLIMIT without a limit (RFC 7889) */
    IW_STATUS_ID,     /* MAILBOXID (RFC 8474 §4.3) */
    IW_STATUS_OTHER   /* unknown and no number: kept verbatim */
};

/* status-att-val = status-att SP value */
struct iw_status_item {
    enum iw_status_kind kind;
    struct iw_span name; /* as written */
    struct iw_span raw;  /* the value as written */
    uint64_t number;     /* NUMBER */
    struct iw_span id;   /* ID */
};

struct iw_status_data {
    struct iw_span mailbox;
    struct iw_status_item *items;
    size_t count;
};

/* mailbox = "INBOX" / astring ; INBOX in any case becomes upper case */
enum iw_result iw_parse_mailbox(struct iw_reader *reader, struct iw_span *mailbox);
/* The same where a server shows a name, with IW_LENIENT_MAILBOX_SPECIALS up to the next SP. */
enum iw_result iw_parse_shown_mailbox(struct iw_reader *reader, struct iw_span *mailbox);

/* DQUOTE QUOTED-CHAR DQUOTE / nil: one octet, or absent for NIL */
enum iw_result iw_parse_separator(struct iw_reader *reader, struct iw_span *separator);

/* The cursor stands behind the word LIST, LSUB, …. */
enum iw_result iw_parse_mailbox_list(struct iw_reader *reader, struct iw_mailbox_list *list);
void iw_write_mailbox_list(struct iw_buf *out, const struct iw_mailbox_list *list);

/* The cursor stands behind the word STATUS. */
enum iw_result iw_parse_status(struct iw_reader *reader, struct iw_status_data *status);
void iw_write_status(struct iw_buf *out, const struct iw_status_data *status);

#endif
