/* SPDX-License-Identifier: MIT */
/* A message as a tree of parts (RFC 2045, RFC 2046), for any octets whatever.
 *
 * The tree lies in an arena and borrows from the octets. Nothing is refused: a multipart without
 * its boundary has no parts, one without its end ends where what is around it ends, a header
 * without an empty line ends where the part does. What is nested deeper than IW_MIME_DEPTH_MAX, and
 * every part past IW_MIME_PARTS_MAX, is not looked into: such a multipart or message is
 * application/octet-stream. */
#ifndef IW_MOCKSERVER_ENGINE_MIME_MESSAGE_H
#define IW_MOCKSERVER_ENGINE_MIME_MESSAGE_H

#include "mockserver/engine/mime_type.h"

enum {
    IW_MIME_DEPTH_MAX = 64, /* levels below the message itself; its BODYSTRUCTURE stays readable */
    IW_MIME_PARTS_MAX = 10000
};

struct iw_mime_part {
    struct iw_mime_part *parent, *first, *last, *next; /* NULL: none */
    struct iw_span header;    /* with the empty line that ends it, if there is one */
    struct iw_span body;      /* without the line end in front of the boundary */
    enum iw_body_kind kind;   /* MESSAGE: first is the message within; MULTIPART: its parts */
    struct iw_mime_type type; /* the default where the header names none */
    struct iw_span encoding;  /* Content-Transfer-Encoding as written; absent: none */
    bool mime; /* it has MIME-Version or Content-Type or stands in a multipart: else the other
                  Content- fields of its header mean nothing */

    struct iw_span boundary; /* while parsing: of a multipart that has not ended */
    unsigned depth;
};

struct iw_mime_message {
    struct iw_mime_part root; /* the message itself: its header and its body */
    size_t parts;             /* all but the root */
};

/* IW_NO_MEMORY when the arena has no room. The message must stay where it is: parts know their
 * parent. */
enum iw_result iw_mime_parse(struct iw_arena *arena, struct iw_span octets,
                             struct iw_mime_message *message);

/* The next part in the order of their headers, from the root on; NULL: it was the last. */
const struct iw_mime_part *iw_mime_next_part(const struct iw_mime_part *part);

/* The part 1.2.3 (RFC 9051 §6.4.5): numbers count the parts of a multipart, also of one within a
 * message part; 1 is the body of a message that is no multipart. NULL: there is no such part; the
 * root for no numbers at all. */
const struct iw_mime_part *iw_mime_find_part(const struct iw_mime_message *message,
                                             const uint32_t *numbers, size_t count);

#endif
