/* SPDX-License-Identifier: MIT */
/* Searching: SEARCH, ESEARCH, SORT, THREAD, CANCELUPDATE, UIDBATCHES. */
#include "parser/command_parts.h"

#include "parser/write.h"

/* A program with a key that nobody knows here: the arguments are kept verbatim. */
static enum iw_result end_program(struct iw_command *command, enum iw_result result)
{
    if (command->search.unknown)
        command->kind = IW_COMMAND_OTHER;
    return result;
}

/* "SEARCH" [search-return-opts] SP search-program */
enum iw_result iw_parse_search_command(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result =
        iw_parse_return_options(reader, IW_OPTIONS_SEARCH_RETURN, &command->options);
    if (result == IW_OK)
        result = iw_parse_search_program(reader, &command->search);
    return end_program(command, result);
}

void iw_write_search_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_return_options(out, &command->options);
    iw_write_search_program(out, &command->search);
}

/* ---- ESEARCH (RFC 7377 §4) ---- */

/* filter-mailboxes-selected = "selected" (RFC 7377 §4): not "selected-delayed", as NOTIFY has it */
static enum iw_result parse_source(struct iw_reader *reader, struct iw_mailbox_filter *source)
{
    const char *begin = reader->at;
    enum iw_result result = iw_parse_mailbox_filter(reader, source);
    if (result != IW_OK || !iw_span_equal(source->name, IW_SPAN("selected-delayed")))
        return result;
    reader->at = begin;
    return iw_reader_fail(reader, "mailboxes that can be searched");
}

/* source-mbox = filter-mailboxes *(SP filter-mailboxes), behind which "(" may come */
static enum iw_result parse_sources(struct iw_reader *reader, struct iw_mailbox_filter **last)
{
    for (size_t count = 0;;) {
        enum iw_result result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_source(reader, *last);
        if (result != IW_OK || !iw_reader_more(reader) || reader->at[1] == '(')
            return result;
        reader->at++;
        last = &(*last)->next;
    }
}

/* esearch-source-opts = "IN" SP "(" source-mbox [SP "(" scope-options ")"] ")" */
static enum iw_result parse_source_options(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space_open(reader);
    if (result == IW_OK)
        result = parse_sources(reader, &command->sources);
    if (result == IW_OK && iw_reader_skip(reader, ' '))
        result = iw_parse_options(reader, IW_OPTIONS_SCOPE, &command->scope);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and a choice of mailboxes, or )")
                           : result;
}

/* "ESEARCH" [SP esearch-source-opts] [search-return-opts] SP search-program */
enum iw_result iw_parse_esearch_command(struct iw_reader *reader, struct iw_command *command)
{
    struct iw_reader ahead = *reader;
    enum iw_result result = IW_OK;
    if (iw_reader_skip(&ahead, ' ') && iw_reader_skip_word(&ahead, "IN")) {
        *reader = ahead;
        result = parse_source_options(reader, command);
    }
    return result == IW_OK ? iw_parse_search_command(reader, command) : result;
}

void iw_write_esearch_command(struct iw_buf *out, const struct iw_command *command)
{
    const struct iw_mailbox_filter *source = command->sources;
    if (source != NULL)
        iw_buf_add(out, IW_SPAN(" IN"));
    for (; source != NULL; source = source->next) {
        iw_buf_add_string(out, source == command->sources ? " (" : " ");
        iw_write_mailbox_filter(out, source);
    }
    iw_write_command_options(out, &command->scope);
    if (command->sources != NULL)
        iw_buf_add_char(out, ')');
    iw_write_search_command(out, command);
}

/* ---- SORT, THREAD (RFC 5256 §5) ---- */

/* sort-criterion = ["REVERSE" SP] sort-key ; sort-key = atom /
 * "ANNOTATION" SP entry SP attribute (RFC 5257 §6) */
static enum iw_result parse_sort_key(struct iw_reader *reader, struct iw_sort_key *key)
{
    key->reverse = iw_reader_skip_word(reader, "REVERSE");
    enum iw_result result = key->reverse ? iw_read_space(reader) : IW_OK;
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "a sort key", &key->name);
    if (result != IW_OK || !iw_span_equal_nocase(key->name, IW_SPAN("ANNOTATION")))
        return result;
    result = iw_read_space_astring(reader, &key->entry);
    return result == IW_OK ? iw_read_space_astring(reader, &key->attribute) : result;
}

/* SP "(" sort-criterion *(SP sort-criterion) ")" */
static enum iw_result parse_sort_keys(struct iw_reader *reader, struct iw_sort_key **last)
{
    size_t count = 0;
    enum iw_result result = iw_read_space_open(reader);
    if (result != IW_OK)
        return result;
    do {
        result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_sort_key(reader, *last);
        if (result != IW_OK)
            return result;
        last = &(*last)->next;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and a sort key, or )");
}

static void write_sort_keys(struct iw_buf *out, const struct iw_sort_key *first)
{
    for (const struct iw_sort_key *key = first; key != NULL; key = key->next) {
        iw_buf_add_string(out, key == first ? " (" : " ");
        iw_buf_add_string(out, key->reverse ? "REVERSE " : "");
        iw_buf_add(out, key->name);
        if (key->entry.data == NULL)
            continue;
        iw_write_space_astring(out, key->entry);
        iw_write_space_astring(out, key->attribute);
    }
    iw_buf_add_char(out, ')');
}

/* "SORT" [search-return-opts] SP sort-criteria SP search-criteria */
enum iw_result iw_parse_sort(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result =
        iw_parse_return_options(reader, IW_OPTIONS_SEARCH_RETURN, &command->options);
    if (result == IW_OK)
        result = parse_sort_keys(reader, &command->sort);
    if (result == IW_OK)
        result = iw_parse_search_criteria(reader, &command->search);
    return end_program(command, result);
}

void iw_write_sort(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_return_options(out, &command->options);
    write_sort_keys(out, command->sort);
    iw_write_search_criteria(out, &command->search);
}

/* "THREAD" SP thread-alg SP search-criteria ; thread-alg = atom */
enum iw_result iw_parse_thread_command(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space_atom(reader, "an algorithm", &command->mechanism);
    if (result == IW_OK)
        result = iw_parse_search_criteria(reader, &command->search);
    return end_program(command, result);
}

void iw_write_thread_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->mechanism);
    iw_write_search_criteria(out, &command->search);
}

/* ---- CANCELUPDATE, UIDBATCHES ---- */

/* "CANCELUPDATE" 1*(SP quoted) (RFC 5267 §5) */
enum iw_result iw_parse_cancelupdate(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result;
    do {
        struct iw_span tag;
        result = iw_read_space(reader);
        if (result == IW_OK)
            result = iw_read_quoted(reader, &tag);
        if (result == IW_OK)
            result = iw_list_add(reader, &command->names.names, &command->names.count, tag);
    } while (result == IW_OK && iw_reader_more(reader));
    return result;
}

void iw_write_cancelupdate(struct iw_buf *out, const struct iw_command *command)
{
    for (size_t i = 0; i < command->names.count; i++) {
        iw_buf_add_char(out, ' ');
        iw_write_quoted(out, command->names.names[i]);
    }
}

/* "UIDBATCHES" SP nz-number [SP nz-number ":" nz-number] (RFC 10022) */
enum iw_result iw_parse_uidbatches_command(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &command->length);
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    reader->at++;
    return iw_reader_peek(reader, '-') ? iw_reader_fail(reader, "a number from 1")
                                       : iw_parse_window(reader, &command->window);
}

void iw_write_uidbatches_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add_number(out, command->length);
    if (command->window.first == 0)
        return;
    iw_buf_add_char(out, ' ');
    iw_write_window(out, &command->window);
}
