/* SPDX-License-Identifier: MIT */
/* The arguments of one command, from C strings to the parts of a request, quoted by imaplib's
 * documented rules.
 *
 * The first mistake is kept and every later add does nothing, so that a caller checks once, at
 * iw_arguments_finish. The strings are borrowed until the command is complete. */
#ifndef IW_CLIENT_ARGUMENTS_H
#define IW_CLIENT_ARGUMENTS_H

#include "client/queue.h"

struct iw_arguments {
    struct iw_buf text;    /* of all text parts, one behind the other */
    struct iw_part *parts; /* owned */
    size_t part_count, part_capacity;
    size_t part_begin; /* in text, of the part being written */
    bool opened;       /* the last thing written is the "(" of a list */
    bool utf8;         /* names are sent as they are, not in modified UTF-7 */
    struct iw_error error;
};

void iw_arguments_init(struct iw_arguments *arguments, const struct iw_alloc *alloc);
void iw_arguments_release(struct iw_arguments *arguments);

/* Each brings its own SP. NULL strings add nothing. */

/* As it stands: sets, items, names of commands. Refused: octets from 0x80. */
void iw_add_raw(struct iw_arguments *arguments, const char *text);
/* In upper case: the name of a mechanism. */
void iw_add_upper(struct iw_arguments *arguments, const char *text);
/* As it stands, octets from 0x80 too: search criteria. */
void iw_add_criteria(struct iw_arguments *arguments, const char *text);
/* As it stands, in parentheses unless it is so already. */
void iw_add_list(struct iw_arguments *arguments, const char *text);
/* A mailbox: a well-formed quoted string as it stands; else an atom where all characters may be in
 * one, else quoted. With octets from 0x80 it is UTF-8, and sent in modified UTF-7 where the server
 * has not been told otherwise. */
void iw_add_mailbox(struct iw_arguments *arguments, const char *name);
/* The same, and "%" and "*" stand as they are. */
void iw_add_pattern(struct iw_arguments *arguments, const char *name);
/* A user, an entry, a charset: likewise, but octets from 0x80 make it a literal. */
void iw_add_string(struct iw_arguments *arguments, const char *value);
/* The same; one in parentheses stands as it is. */
void iw_add_value(struct iw_arguments *arguments, const char *value);
/* Quoted whatever it is; octets from 0x80 make it a literal. */
void iw_add_secret(struct iw_arguments *arguments, const char *value);
/* A message to be appended; wrapped: as UTF8=ACCEPT asks for (RFC 9755 §4). */
void iw_add_message(struct iw_arguments *arguments, struct iw_span octets, bool wrapped);

/* A literal of any kind. */
void iw_add_part(struct iw_arguments *arguments, const struct iw_part *literal);

/* SP "(", and what is added next follows without SP; ")" */
void iw_open_list(struct iw_arguments *arguments);
void iw_close_list(struct iw_arguments *arguments);

/* *request borrows from arguments. */
enum iw_result iw_arguments_finish(struct iw_arguments *arguments, const char *name,
                                   struct iw_request *request, struct iw_error *error);

/* "(" … ")" where this pair encloses it all; what stands in quoted strings does not count. */
bool iw_is_enclosed(struct iw_span text);
/* DQUOTE *QUOTED-CHAR DQUOTE and nothing else. */
bool iw_is_quoted(struct iw_span text);

#endif
