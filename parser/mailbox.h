/* SPDX-License-Identifier: MIT */
/* Mailbox names, and what LIST, LSUB and STATUS say about a mailbox (RFC 9051 §7.3.1, §7.3.4). */
#ifndef IW_PARSER_MAILBOX_H
#define IW_PARSER_MAILBOX_H

#include "base/buf.h"
#include "parser/reader.h"

/* mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox */
struct iw_mailbox_list {
    struct iw_span *attributes; /* with their backslash */
    size_t attribute_count;
    struct iw_span separator; /* one octet; absent for NIL */
    struct iw_span mailbox;   /* as on the wire: modified UTF-7 or UTF-8; INBOX in upper case */
    struct iw_span extension; /* mbox-list-extended with its SP in front, verbatim; or absent */
};

/* status-att-list: name and number pairs; a value that is no number is kept in raw. */
struct iw_status_item {
    struct iw_span name;
    struct iw_span raw;
    uint64_t number;
    bool is_number;
};

struct iw_status_data {
    struct iw_span mailbox;
    struct iw_status_item *items;
    size_t count;
};

/* mailbox = "INBOX" / astring ; INBOX in any case becomes upper case */
enum iw_result iw_parse_mailbox(struct iw_reader *reader, struct iw_span *mailbox);

/* The cursor stands behind the word LIST or LSUB. */
enum iw_result iw_parse_mailbox_list(struct iw_reader *reader, struct iw_mailbox_list *list);
void iw_write_mailbox_list(struct iw_buf *out, const struct iw_mailbox_list *list);

/* The cursor stands behind the word STATUS. */
enum iw_result iw_parse_status(struct iw_reader *reader, struct iw_status_data *status);
void iw_write_status(struct iw_buf *out, const struct iw_status_data *status);

#endif
