/* SPDX-License-Identifier: MIT */
/* What can stand behind "* ", by its word: the types of untagged responses. Private to
 * response.c and response_type.c.
 *
 * Every parse function begins behind the word; every write function writes what stands there, with
 * its SP. The number in front and the word itself belong to response.c. */
#ifndef IW_PARSER_RESPONSE_TYPE_H
#define IW_PARSER_RESPONSE_TYPE_H

#include "parser/response.h"

struct iw_response_type {
    struct iw_span name; /* NULL: the row behind the last one */
    enum iw_response_kind kind;
    enum iw_state state; /* of IW_RESPONSE_STATE */
    bool from_one;       /* the number in front is a nz-number */
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_response *response);
    void (*write)(struct iw_buf *out, const struct iw_response *response);
};

/* message-data and the part of mailbox-data that begins with a number */
extern const struct iw_response_type iw_response_numbered[];
/* All others. */
extern const struct iw_response_type iw_response_plain[];

#endif
