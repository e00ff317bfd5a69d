/* SPDX-License-Identifier: MIT */
/* namespace-response (RFC 9051 §7.3.5, RFC 2342 §6): under which prefixes mailboxes stand. */
#ifndef IW_PARSER_NAMESPACE_H
#define IW_PARSER_NAMESPACE_H

#include "parser/names.h"

/* namespace-response-extension: TRANSLATION (RFC 5255 §3.4), … */
struct iw_namespace_extension {
    struct iw_span name;
    struct iw_names values; /* at least one */
};

struct iw_namespace {
    struct iw_span prefix;
    struct iw_span separator; /* one octet; absent for NIL */
    struct iw_namespace_extension *extensions;
    size_t extension_count;
};

enum iw_namespace_place {
    IW_NAMESPACE_PERSONAL,
    IW_NAMESPACE_OTHER, /* other users' */
    IW_NAMESPACE_SHARED,
    IW_NAMESPACE_COUNT
};

struct iw_namespace_data {
    struct {
        struct iw_namespace *members;
        size_t count; /* 0: NIL */
    } places[IW_NAMESPACE_COUNT];
};

/* The cursor stands behind the word NAMESPACE. */
enum iw_result iw_parse_namespace(struct iw_reader *reader, struct iw_namespace_data *data);
void iw_write_namespace(struct iw_buf *out, const struct iw_namespace_data *data);

#endif
