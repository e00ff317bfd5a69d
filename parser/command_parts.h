/* SPDX-License-Identifier: MIT */
/* The commands, by what they work on. Private to command*.c.
 *
 * Every parse_ function begins on the SP in front of the arguments; every write_ function begins
 * with that SP. A command that turns out to be of no known type sets kind to IW_COMMAND_OTHER and
 * returns IW_OK: then all its arguments are kept verbatim. */
#ifndef IW_PARSER_COMMAND_PARTS_H
#define IW_PARSER_COMMAND_PARTS_H

#include "parser/command.h"
#include "parser/member.h"

typedef enum iw_result iw_parse_arguments(struct iw_reader *reader, struct iw_command *command);
typedef void iw_write_arguments(struct iw_buf *out, const struct iw_command *command);

/* the connection: command_session.c */
iw_parse_arguments iw_parse_authenticate, iw_parse_login, iw_parse_enable, iw_parse_compress,
    iw_parse_proxyauth, iw_parse_id_command, iw_parse_language, iw_parse_notify_command,
    iw_parse_conversions, iw_parse_apple_push_command;
iw_write_arguments iw_write_authenticate, iw_write_login, iw_write_enable, iw_write_compress,
    iw_write_proxyauth, iw_write_id_command, iw_write_language, iw_write_notify_command,
    iw_write_conversions, iw_write_apple_push_command;

/* mailboxes: command_mailbox.c */
iw_parse_arguments iw_parse_mailbox_argument, iw_parse_select, iw_parse_create, iw_parse_rename,
    iw_parse_list, iw_parse_lsub, iw_parse_scan, iw_parse_find, iw_parse_status_command;
iw_write_arguments iw_write_mailbox_argument, iw_write_select, iw_write_rename, iw_write_list,
    iw_write_lsub, iw_write_scan, iw_write_find, iw_write_status_command;

/* what belongs to mailboxes: command_data.c */
iw_parse_arguments iw_parse_setacl, iw_parse_deleteacl, iw_parse_getquota, iw_parse_setquota,
    iw_parse_getmetadata, iw_parse_setmetadata, iw_parse_getannotation, iw_parse_setannotation,
    iw_parse_genurlauth_command, iw_parse_resetkey, iw_parse_urlfetch_command;
iw_write_arguments iw_write_setacl, iw_write_deleteacl, iw_write_getquota, iw_write_setquota,
    iw_write_getmetadata, iw_write_setmetadata, iw_write_getannotation, iw_write_setannotation,
    iw_write_genurlauth_command, iw_write_resetkey, iw_write_urlfetch_command;

/* messages: command_message.c */
iw_parse_arguments iw_parse_append_command, iw_parse_set_argument, iw_parse_fetch_command,
    iw_parse_partial, iw_parse_store, iw_parse_copy, iw_parse_replace, iw_parse_convert;
iw_write_arguments iw_write_append_command, iw_write_set_argument, iw_write_fetch_command,
    iw_write_partial, iw_write_store, iw_write_copy, iw_write_replace, iw_write_convert;

/* searching: command_search.c */
iw_parse_arguments iw_parse_search_command, iw_parse_esearch_command, iw_parse_sort,
    iw_parse_thread_command, iw_parse_cancelupdate, iw_parse_uidbatches_command;
iw_write_arguments iw_write_search_command, iw_write_esearch_command, iw_write_sort,
    iw_write_thread_command, iw_write_cancelupdate, iw_write_uidbatches_command;

/* [SP "(" option … ")"], if that comes next */
enum iw_result iw_parse_command_options(struct iw_reader *reader, enum iw_option_place place,
                                        struct iw_options *options);
void iw_write_command_options(struct iw_buf *out, const struct iw_options *options);

/* [SP "RETURN" SP "(" [option *(SP option)] ")"], if that comes next */
enum iw_result iw_parse_return_options(struct iw_reader *reader, enum iw_option_place place,
                                       struct iw_options *options);
void iw_write_return_options(struct iw_buf *out, const struct iw_options *options);

/* SP astring */
void iw_write_space_astring(struct iw_buf *out, struct iw_span value);

#endif
