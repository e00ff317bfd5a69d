/* SPDX-License-Identifier: MIT */
/* Mailboxes: SELECT, CREATE, RENAME, LIST, STATUS, … */
#include "parser/command_parts.h"

#include "parser/mailbox.h"
#include "parser/write.h"

/* SP mailbox */
enum iw_result iw_parse_mailbox_argument(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_mailbox(reader, &command->mailbox) : result;
}

void iw_write_mailbox_argument(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_space_astring(out, command->mailbox);
}

/* "SELECT" SP mailbox [select-params] ; the same for EXAMINE
 * select-params = SP "(" select-param *(SP select-param) ")" */
enum iw_result iw_parse_select(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    if (result != IW_OK)
        return result;
    return iw_parse_command_options(reader, IW_OPTIONS_SELECT, &command->options);
}

void iw_write_select(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_mailbox_argument(out, command);
    iw_write_command_options(out, &command->options);
}

/* "CREATE" SP mailbox [create-params] */
enum iw_result iw_parse_create(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    if (result != IW_OK)
        return result;
    return iw_parse_command_options(reader, IW_OPTIONS_CREATE, &command->options);
}

/* "RENAME" SP mailbox SP mailbox [rename-params] */
enum iw_result iw_parse_rename(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &command->other);
    if (result != IW_OK)
        return result;
    return iw_parse_command_options(reader, IW_OPTIONS_CREATE, &command->options);
}

void iw_write_rename(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_mailbox_argument(out, command);
    iw_write_space_astring(out, command->other);
    iw_write_command_options(out, &command->options);
}

/* ---- LIST ---- */

/* list-mailbox = 1*list-char / string */
static enum iw_result parse_pattern(struct iw_reader *reader, struct iw_span *pattern)
{
    if (iw_reader_peek(reader, '"') || iw_reader_peek(reader, '{'))
        return iw_read_string(reader, pattern);
    return iw_read_run(reader, IW_CHAR_LIST, "a pattern", pattern);
}

static void write_pattern(struct iw_buf *out, struct iw_span pattern)
{
    bool bare = pattern.length > 0;
    for (size_t i = 0; i < pattern.length; i++)
        bare = bare && iw_is(pattern.data[i], IW_CHAR_LIST);
    if (bare)
        iw_buf_add(out, pattern);
    else
        iw_write_string(out, pattern);
}

/* patterns = "(" list-mailbox *(SP list-mailbox) ")" (RFC 5258 §6) */
static enum iw_result parse_patterns(struct iw_reader *reader, struct iw_names *patterns)
{
    struct iw_span pattern;
    enum iw_result result;
    do {
        reader->at++; /* "(" or SP */
        result = parse_pattern(reader, &pattern);
        if (result == IW_OK)
            result = iw_list_add(reader, &patterns->names, &patterns->count, pattern);
    } while (result == IW_OK && iw_reader_peek(reader, ' '));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_patterns(struct iw_buf *out, const struct iw_names *patterns)
{
    for (size_t i = 0; i < patterns->count; i++) {
        iw_buf_add_char(out, i == 0 ? '(' : ' ');
        write_pattern(out, patterns->names[i]);
    }
    iw_buf_add_char(out, ')');
}

/* "LSUB" SP mailbox SP list-mailbox ; the same for XLIST, RLIST, RLSUB */
enum iw_result iw_parse_lsub(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &command->other);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? parse_pattern(reader, &command->mailbox) : result;
}

void iw_write_lsub(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_space_astring(out, command->other);
    iw_buf_add_char(out, ' ');
    write_pattern(out, command->mailbox);
}

/* "SCAN" SP mailbox SP list-mailbox SP astring */
enum iw_result iw_parse_scan(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_lsub(reader, command);
    return result == IW_OK ? iw_read_space_astring(reader, &command->text) : result;
}

void iw_write_scan(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_lsub(out, command);
    iw_write_space_astring(out, command->text);
}

/* "FIND" SP ("MAILBOXES" / "ALL.MAILBOXES" / "BBOARDS" / "ALL.BBOARDS") SP list-mailbox */
enum iw_result iw_parse_find(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "a kind of mailbox", &command->other);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? parse_pattern(reader, &command->mailbox) : result;
}

void iw_write_find(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->other);
    iw_buf_add_char(out, ' ');
    write_pattern(out, command->mailbox);
}

/* list-select-opts = "(" [(*(list-select-opt SP) list-select-base-opt *(SP list-select-opt)) /
 *                    (list-select-independent-opt *(SP list-select-independent-opt))] ")"
 * RECURSIVEMATCH says how to use a base option, so one must be there. */
static enum iw_result parse_selection(struct iw_reader *reader, struct iw_options *selection)
{
    const char *begin = reader->at;
    enum iw_result result = iw_parse_options(reader, IW_OPTIONS_LIST_SELECT, selection);
    if (result != IW_OK || iw_options_find(selection, "RECURSIVEMATCH") == NULL)
        return result;
    for (const struct iw_option *option = selection->first; option != NULL; option = option->next)
        if (iw_span_equal(option->name, IW_SPAN("SUBSCRIBED")) ||
            iw_span_equal(option->name, IW_SPAN("SPECIAL-USE")) || option->shape == IW_OPTION_OTHER)
            return IW_OK;
    reader->at = begin;
    return iw_reader_fail(reader, "an option for RECURSIVEMATCH to work on");
}

/* "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP "RETURN" SP list-return-opts]
 * mbox-or-pat = list-mailbox / patterns */
enum iw_result iw_parse_list(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK && iw_reader_peek(reader, '(')) {
        result = parse_selection(reader, &command->selection);
        if (result == IW_OK)
            result = iw_read_space(reader);
    }
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &command->other);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_reader_peek(reader, '(') ? parse_patterns(reader, &command->names)
                                             : parse_pattern(reader, &command->mailbox);
    if (result != IW_OK)
        return result;
    return iw_parse_return_options(reader, IW_OPTIONS_LIST_RETURN, &command->options);
}

void iw_write_list(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_command_options(out, &command->selection);
    iw_write_space_astring(out, command->other);
    iw_buf_add_char(out, ' ');
    if (command->names.count == 0)
        write_pattern(out, command->mailbox);
    else
        write_patterns(out, &command->names);
    iw_write_return_options(out, &command->options);
}

/* ---- STATUS ---- */

/* "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")" */
enum iw_result iw_parse_status_command(struct iw_reader *reader, struct iw_command *command)
{
    struct iw_names *items = &command->names;
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    if (result == IW_OK)
        result = iw_read_space_open(reader);
    if (result == IW_OK)
        result = iw_read_atoms(reader, "a status item", &items->names, &items->count);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

void iw_write_status_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_mailbox_argument(out, command);
    iw_buf_add(out, IW_SPAN(" ("));
    iw_write_atoms(out, &command->names);
    iw_buf_add_char(out, ')');
}
