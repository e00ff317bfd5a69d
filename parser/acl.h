/* SPDX-License-Identifier: MIT */
/* ACL, LISTRIGHTS and MYRIGHTS (RFC 4314 §3.6 to §3.8): who may do what with a mailbox. Rights are
 * letters and digits; what they mean is not looked at. */
#ifndef IW_PARSER_ACL_H
#define IW_PARSER_ACL_H

#include "parser/names.h"

struct iw_acl_entry {
    struct iw_span identifier; /* with "-" in front: rights that are taken away */
    struct iw_span rights;
};

struct iw_acl {
    struct iw_span mailbox;
    struct iw_acl_entry *entries;
    size_t count;
};

struct iw_listrights {
    struct iw_span mailbox;
    struct iw_span identifier;
    struct iw_span required;  /* rights it always has; may be empty */
    struct iw_names optional; /* rights that are given together */
};

struct iw_myrights {
    struct iw_span mailbox;
    struct iw_span rights;
};

/* Each with the cursor behind its word. */
enum iw_result iw_parse_acl(struct iw_reader *reader, struct iw_acl *acl);
void iw_write_acl(struct iw_buf *out, const struct iw_acl *acl);
enum iw_result iw_parse_listrights(struct iw_reader *reader, struct iw_listrights *listrights);
void iw_write_listrights(struct iw_buf *out, const struct iw_listrights *listrights);
enum iw_result iw_parse_myrights(struct iw_reader *reader, struct iw_myrights *myrights);
void iw_write_myrights(struct iw_buf *out, const struct iw_myrights *myrights);

#endif
