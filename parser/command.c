/* SPDX-License-Identifier: MIT */
#include "parser/command.h"

#include "parser/command_parts.h"
#include "parser/write.h"

/* ---- what several commands have ---- */

static enum iw_result parse_nothing(struct iw_reader *reader, struct iw_command *command)
{
    (void)reader;
    (void)command;
    return IW_OK;
}

static void write_nothing(struct iw_buf *out, const struct iw_command *command)
{
    (void)out;
    (void)command;
}

void iw_write_space_astring(struct iw_buf *out, struct iw_span value)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, value);
}

/* [SP "(" option *(SP option) ")"] (RFC 4466 §2) */
enum iw_result iw_parse_command_options(struct iw_reader *reader, enum iw_option_place place,
                                        struct iw_options *options)
{
    if (!iw_reader_more(reader) || reader->at[1] != '(')
        return IW_OK;
    reader->at++;
    return iw_parse_options(reader, place, options);
}

void iw_write_command_options(struct iw_buf *out, const struct iw_options *options)
{
    if (options->given)
        iw_buf_add_char(out, ' ');
    iw_write_options(out, options);
}

/* [SP "RETURN" SP "(" [option *(SP option)] ")"] */
enum iw_result iw_parse_return_options(struct iw_reader *reader, enum iw_option_place place,
                                       struct iw_options *options)
{
    struct iw_reader ahead = *reader;
    if (!iw_reader_skip(&ahead, ' ') || !iw_reader_skip_word(&ahead, "RETURN"))
        return IW_OK;
    *reader = ahead;
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_options(reader, place, options) : result;
}

void iw_write_return_options(struct iw_buf *out, const struct iw_options *options)
{
    if (options->given)
        iw_buf_add(out, IW_SPAN(" RETURN "));
    iw_write_options(out, options);
}

/* ---- the table ---- */

enum uid_rule {
    PLAIN = 1 << 0, /* without UID */
    UID = 1 << 1,   /* behind UID SP */
    BOTH = PLAIN | UID
};

struct command_type {
    const char *name;
    enum uid_rule uid;
    enum iw_command_kind kind;
    iw_parse_arguments *parse;
    iw_write_arguments *write;
};

static const struct command_type command_types[] = {
    {"CAPABILITY", PLAIN, IW_COMMAND_CAPABILITY, parse_nothing, write_nothing},
    {"NOOP", PLAIN, IW_COMMAND_NOOP, parse_nothing, write_nothing},
    {"LOGOUT", PLAIN, IW_COMMAND_LOGOUT, parse_nothing, write_nothing},
    {"ID", PLAIN, IW_COMMAND_ID, iw_parse_id_command, iw_write_id_command},
    {"STARTTLS", PLAIN, IW_COMMAND_STARTTLS, parse_nothing, write_nothing},
    {"AUTHENTICATE", PLAIN, IW_COMMAND_AUTHENTICATE, iw_parse_authenticate, iw_write_authenticate},
    {"LOGIN", PLAIN, IW_COMMAND_LOGIN, iw_parse_login, iw_write_login},
    {"ENABLE", PLAIN, IW_COMMAND_ENABLE, iw_parse_enable, iw_write_enable},
    {"COMPRESS", PLAIN, IW_COMMAND_COMPRESS, iw_parse_compress, iw_write_compress},
    {"UNAUTHENTICATE", PLAIN, IW_COMMAND_UNAUTHENTICATE, parse_nothing, write_nothing},
    {"X-UNAUTHENTICATE", PLAIN, IW_COMMAND_X_UNAUTHENTICATE, parse_nothing, write_nothing},
    {"PROXYAUTH", PLAIN, IW_COMMAND_PROXYAUTH, iw_parse_proxyauth, iw_write_proxyauth},
    {"NETSCAPE", PLAIN, IW_COMMAND_NETSCAPE, parse_nothing, write_nothing},
    {"XYZZY", PLAIN, IW_COMMAND_XYZZY, parse_nothing, write_nothing},
    {"LANGUAGE", PLAIN, IW_COMMAND_LANGUAGE, iw_parse_language, iw_write_language},
    {"COMPARATOR", PLAIN, IW_COMMAND_COMPARATOR, iw_parse_language, iw_write_language},
    {"GETJMAPACCESS", PLAIN, IW_COMMAND_GETJMAPACCESS, parse_nothing, write_nothing},
    {"IDLE", PLAIN, IW_COMMAND_IDLE, parse_nothing, write_nothing},
    {"NOTIFY", PLAIN, IW_COMMAND_NOTIFY, iw_parse_notify_command, iw_write_notify_command},
    {"CONVERSIONS", PLAIN, IW_COMMAND_CONVERSIONS, iw_parse_conversions, iw_write_conversions},
    {"XAPPLEPUSHSERVICE", PLAIN, IW_COMMAND_APPLE_PUSH, iw_parse_apple_push_command,
     iw_write_apple_push_command},
    {"SELECT", PLAIN, IW_COMMAND_SELECT, iw_parse_select, iw_write_select},
    {"EXAMINE", PLAIN, IW_COMMAND_EXAMINE, iw_parse_select, iw_write_select},
    {"CREATE", PLAIN, IW_COMMAND_CREATE, iw_parse_create, iw_write_select},
    {"DELETE", PLAIN, IW_COMMAND_DELETE, iw_parse_mailbox_argument, iw_write_mailbox_argument},
    {"RENAME", PLAIN, IW_COMMAND_RENAME, iw_parse_rename, iw_write_rename},
    {"SUBSCRIBE", PLAIN, IW_COMMAND_SUBSCRIBE, iw_parse_mailbox_argument,
     iw_write_mailbox_argument},
    {"UNSUBSCRIBE", PLAIN, IW_COMMAND_UNSUBSCRIBE, iw_parse_mailbox_argument,
     iw_write_mailbox_argument},
    {"LIST", PLAIN, IW_COMMAND_LIST, iw_parse_list, iw_write_list},
    {"LSUB", PLAIN, IW_COMMAND_LSUB, iw_parse_lsub, iw_write_lsub},
    {"XLIST", PLAIN, IW_COMMAND_XLIST, iw_parse_lsub, iw_write_lsub},
    {"RLIST", PLAIN, IW_COMMAND_RLIST, iw_parse_lsub, iw_write_lsub},
    {"RLSUB", PLAIN, IW_COMMAND_RLSUB, iw_parse_lsub, iw_write_lsub},
    {"SCAN", PLAIN, IW_COMMAND_SCAN, iw_parse_scan, iw_write_scan},
    {"FIND", PLAIN, IW_COMMAND_FIND, iw_parse_find, iw_write_find},
    {"BBOARD", PLAIN, IW_COMMAND_BBOARD, iw_parse_mailbox_argument, iw_write_mailbox_argument},
    {"NAMESPACE", PLAIN, IW_COMMAND_NAMESPACE, parse_nothing, write_nothing},
    {"STATUS", PLAIN, IW_COMMAND_STATUS, iw_parse_status_command, iw_write_status_command},
    {"APPEND", PLAIN, IW_COMMAND_APPEND, iw_parse_append_command, iw_write_append_command},
    {"SETACL", PLAIN, IW_COMMAND_SETACL, iw_parse_setacl, iw_write_setacl},
    {"DELETEACL", PLAIN, IW_COMMAND_DELETEACL, iw_parse_deleteacl, iw_write_deleteacl},
    {"GETACL", PLAIN, IW_COMMAND_GETACL, iw_parse_mailbox_argument, iw_write_mailbox_argument},
    {"LISTRIGHTS", PLAIN, IW_COMMAND_LISTRIGHTS, iw_parse_deleteacl, iw_write_deleteacl},
    {"MYRIGHTS", PLAIN, IW_COMMAND_MYRIGHTS, iw_parse_mailbox_argument, iw_write_mailbox_argument},
    {"GETQUOTA", PLAIN, IW_COMMAND_GETQUOTA, iw_parse_getquota, iw_write_getquota},
    {"GETQUOTAROOT", PLAIN, IW_COMMAND_GETQUOTAROOT, iw_parse_mailbox_argument,
     iw_write_mailbox_argument},
    {"SETQUOTA", PLAIN, IW_COMMAND_SETQUOTA, iw_parse_setquota, iw_write_setquota},
    {"GETMETADATA", PLAIN, IW_COMMAND_GETMETADATA, iw_parse_getmetadata, iw_write_getmetadata},
    {"SETMETADATA", PLAIN, IW_COMMAND_SETMETADATA, iw_parse_setmetadata, iw_write_setmetadata},
    {"GETANNOTATION", PLAIN, IW_COMMAND_GETANNOTATION, iw_parse_getannotation,
     iw_write_getannotation},
    {"SETANNOTATION", PLAIN, IW_COMMAND_SETANNOTATION, iw_parse_setannotation,
     iw_write_setannotation},
    {"GENURLAUTH", PLAIN, IW_COMMAND_GENURLAUTH, iw_parse_genurlauth_command,
     iw_write_genurlauth_command},
    {"RESETKEY", PLAIN, IW_COMMAND_RESETKEY, iw_parse_resetkey, iw_write_resetkey},
    {"URLFETCH", PLAIN, IW_COMMAND_URLFETCH, iw_parse_urlfetch_command, iw_write_urlfetch_command},
    {"CHECK", PLAIN, IW_COMMAND_CHECK, parse_nothing, write_nothing},
    {"CLOSE", PLAIN, IW_COMMAND_CLOSE, parse_nothing, write_nothing},
    {"UNSELECT", PLAIN, IW_COMMAND_UNSELECT, parse_nothing, write_nothing},
    {"EXPUNGE", PLAIN, IW_COMMAND_EXPUNGE, parse_nothing, write_nothing},
    {"EXPUNGE", UID, IW_COMMAND_EXPUNGE, iw_parse_set_argument, iw_write_set_argument},
    {"SEARCH", BOTH, IW_COMMAND_SEARCH, iw_parse_search_command, iw_write_search_command},
    {"ESEARCH", PLAIN, IW_COMMAND_ESEARCH, iw_parse_esearch_command, iw_write_esearch_command},
    {"SORT", BOTH, IW_COMMAND_SORT, iw_parse_sort, iw_write_sort},
    {"THREAD", BOTH, IW_COMMAND_THREAD, iw_parse_thread_command, iw_write_thread_command},
    {"CANCELUPDATE", PLAIN, IW_COMMAND_CANCELUPDATE, iw_parse_cancelupdate, iw_write_cancelupdate},
    {"UIDBATCHES", PLAIN, IW_COMMAND_UIDBATCHES, iw_parse_uidbatches_command,
     iw_write_uidbatches_command},
    {"FETCH", BOTH, IW_COMMAND_FETCH, iw_parse_fetch_command, iw_write_fetch_command},
    {"PARTIAL", PLAIN, IW_COMMAND_PARTIAL, iw_parse_partial, iw_write_partial},
    {"STORE", BOTH, IW_COMMAND_STORE, iw_parse_store, iw_write_store},
    {"COPY", BOTH, IW_COMMAND_COPY, iw_parse_copy, iw_write_copy},
    {"MOVE", BOTH, IW_COMMAND_MOVE, iw_parse_copy, iw_write_copy},
    {"REPLACE", BOTH, IW_COMMAND_REPLACE, iw_parse_replace, iw_write_replace},
    {"CONVERT", BOTH, IW_COMMAND_CONVERT, iw_parse_convert, iw_write_convert},
    {NULL, BOTH, IW_COMMAND_OTHER, NULL, NULL},
};

static bool fits(const struct command_type *type, bool uid)
{
    return (type->uid & (uid ? UID : PLAIN)) != 0;
}

/* The last row, whose name is NULL, if there is none of that name. */
static const struct command_type *type_of(struct iw_span name, bool uid)
{
    const struct command_type *type = command_types;
    while (type->name != NULL &&
           !(fits(type, uid) && iw_span_equal_nocase(name, iw_span_of(type->name))))
        type++;
    return type;
}

static const struct command_type *type_of_kind(enum iw_command_kind kind, bool uid)
{
    const struct command_type *type = command_types;
    while (type->name != NULL && !(type->kind == kind && fits(type, uid)))
        type++;
    return type;
}

const char *iw_command_name(enum iw_command_kind kind)
{
    for (const struct command_type *type = command_types; type->name != NULL; type++)
        if (type->kind == kind)
            return type->name;
    return "";
}

/* ---- whole commands ---- */

/* tag SP ["UID" SP] command-name */
static enum iw_result parse_name(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_run(reader, IW_CHAR_TAG, "a tag", &command->tag);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "a command", &command->name);
    if (result != IW_OK || !iw_span_equal_nocase(command->name, IW_SPAN("UID")))
        return result;
    command->uid = true;
    result = iw_read_space(reader);
    return result == IW_OK ? iw_read_run(reader, IW_CHAR_ATOM, "a command", &command->name)
                           : result;
}

/* Arguments of a command that nobody knows: all up to the end of the frame, unread. */
static void skip_unknown(struct iw_reader *reader)
{
    if (iw_reader_peek(reader, ' '))
        reader->at = iw_reader_line_end(reader);
}

/* Arguments that turned out to be of no known type: they are kept if they are values at all. */
static enum iw_result keep_verbatim(struct iw_reader *reader, struct iw_command *command)
{
    struct iw_span values;
    *command = (struct iw_command){.kind = IW_COMMAND_OTHER,
                                   .uid = command->uid,
                                   .raw = command->raw,
                                   .tag = command->tag,
                                   .name = command->name};
    return iw_skip_values(reader, &values);
}

static enum iw_result parse_arguments(struct iw_reader *reader, struct iw_command *command)
{
    const struct command_type *type = type_of(command->name, command->uid);
    struct iw_reader start = *reader;
    command->kind = type->kind;
    if (type->parse == NULL) {
        skip_unknown(reader);
        return IW_OK;
    }
    enum iw_result result = type->parse(reader, command);
    if (result != IW_OK || command->kind != IW_COMMAND_OTHER)
        return result;
    *reader = start;
    return keep_verbatim(reader, command);
}

static enum iw_result read_command(struct iw_reader *reader, void *value)
{
    struct iw_command *command = value;
    *command = (struct iw_command){.raw = iw_between(reader->begin, reader->end)};
    enum iw_result result = parse_name(reader, command);
    if (result != IW_OK)
        return result;
    const char *behind = reader->at;
    result = parse_arguments(reader, command);
    if (result == IW_OK && reader->at > behind)
        command->arguments = iw_between(behind + 1, reader->at);
    return result == IW_OK ? iw_read_crlf(reader) : result;
}

enum iw_result iw_parse_command(const struct iw_frame *frame, struct iw_arena *arena,
                                const struct iw_limits *limits, struct iw_lenient *lenient,
                                struct iw_command *command, struct iw_error *error)
{
    struct iw_reader reader;
    iw_reader_init(&reader, frame, arena, limits, NULL, error);
    enum iw_result result = read_command(&reader, command);
    if (iw_reader_may_relax(&reader, result, lenient))
        result = iw_read_leniently(&reader, result, lenient, read_command, command);
    command->literals = frame->literals;
    command->literal_count = frame->literal_count;
    return result;
}

static void write_other(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add(out, command->name);
    if (command->arguments.data == NULL)
        return;
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->arguments);
}

void iw_write_command(struct iw_buf *out, const struct iw_command *command)
{
    const struct command_type *type = type_of_kind(command->kind, command->uid);
    iw_buf_add(out, command->tag);
    iw_buf_add_string(out, command->uid ? " UID " : " ");
    if (type->write == NULL) {
        write_other(out, command);
    } else {
        iw_buf_add_string(out, type->name);
        type->write(out, command);
    }
    iw_buf_add(out, IW_SPAN("\r\n"));
}
