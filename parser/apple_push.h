/* SPDX-License-Identifier: MIT */
/* XAPPLEPUSHSERVICE: a device registers for push notifications, and the server says under which
 * topic they come. No document defines it; servers agree on names and values in pairs, of which
 * that called mailboxes is a list. */
#ifndef IW_PARSER_APPLE_PUSH_H
#define IW_PARSER_APPLE_PUSH_H

#include "parser/body.h"
#include "parser/names.h"

struct iw_apple_push {
    struct iw_params fields; /* aps-version, aps-account-id, aps-device-token, aps-topic, … */
    bool has_mailboxes;
    struct iw_names mailboxes;
};

/* 1*(SP name SP value), the same in either direction; the cursor stands behind the word. */
enum iw_result iw_parse_apple_push(struct iw_reader *reader, struct iw_apple_push *push);
/* The mailboxes come last. */
void iw_write_apple_push(struct iw_buf *out, const struct iw_apple_push *push);
bool iw_apple_push_equal(const struct iw_apple_push *a, const struct iw_apple_push *b);

#endif
