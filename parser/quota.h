/* SPDX-License-Identifier: MIT */
/* QUOTA and QUOTAROOT (RFC 9208 §4.2; RFC 2087 has the same forms). */
#ifndef IW_PARSER_QUOTA_H
#define IW_PARSER_QUOTA_H

#include "parser/names.h"

struct iw_quota_resource {
    struct iw_span name; /* STORAGE (in units of 1024 octets), MESSAGE, … as written */
    uint64_t usage, limit;
};

struct iw_quota {
    struct iw_span root; /* may be empty */
    struct iw_quota_resource *resources;
    size_t count;
};

struct iw_quotaroot {
    struct iw_span mailbox;
    struct iw_names roots;
};

/* The cursor stands behind the word QUOTA. */
enum iw_result iw_parse_quota(struct iw_reader *reader, struct iw_quota *quota);
void iw_write_quota(struct iw_buf *out, const struct iw_quota *quota);

/* The cursor stands behind the word QUOTAROOT. */
enum iw_result iw_parse_quotaroot(struct iw_reader *reader, struct iw_quotaroot *quotaroot);
void iw_write_quotaroot(struct iw_buf *out, const struct iw_quotaroot *quotaroot);

#endif
