/* SPDX-License-Identifier: MIT */
/* Messages: APPEND, FETCH, STORE, COPY, REPLACE, … */
#include "parser/command_parts.h"

#include "parser/write.h"

/* SP sequence-set */
enum iw_result iw_parse_set_argument(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_set(reader, &command->set) : result;
}

void iw_write_set_argument(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_write_set(out, &command->set);
}

/* SP (nz-number / "*") */
static enum iw_result parse_one_number(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    const char *begin = reader->at;
    if (result == IW_OK)
        result = iw_parse_set(reader, &command->set);
    for (const char *at = begin; result == IW_OK && at < reader->at; at++) {
        if (*at != ':' && *at != ',' && *at != '$')
            continue;
        reader->at = at;
        result = iw_reader_fail(reader, "one number");
    }
    return result;
}

/* ---- APPEND, REPLACE ---- */

/* "APPEND" SP mailbox 1*append-message */
enum iw_result iw_parse_append_command(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    return result == IW_OK ? iw_parse_append(reader, &command->append) : result;
}

void iw_write_append_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_mailbox_argument(out, command);
    iw_write_append(out, &command->append);
}

/* "REPLACE" SP seq-number SP mailbox append-message (RFC 8508 §3) */
enum iw_result iw_parse_replace(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = parse_one_number(reader, command);
    if (result == IW_OK)
        result = iw_parse_mailbox_argument(reader, command);
    return result == IW_OK ? iw_parse_append_message(reader, &command->append) : result;
}

void iw_write_replace(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_set_argument(out, command);
    iw_write_append_command(out, command);
}

/* ---- FETCH, PARTIAL, CONVERT ---- */

static enum iw_result add_names(struct iw_reader *reader, struct iw_command *command)
{
    const struct iw_fetch_att *att = command->fetch_atts;
    enum iw_result result = IW_OK;
    for (; att != NULL && result == IW_OK; att = att->next)
        result = iw_list_add(reader, &command->names.names, &command->names.count, att->raw);
    return result;
}

/* "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att /
 *           "(" fetch-att *(SP fetch-att) ")") [fetch-modifiers]
 * fetch-modifiers = SP "(" fetch-modifier *(SP fetch-modifier) ")" */
enum iw_result iw_parse_fetch_command(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_set_argument(reader, command);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_fetch_atts(reader, &command->fetch_atts);
    if (result == IW_OK)
        result = add_names(reader, command);
    if (result != IW_OK)
        return result;
    return iw_parse_command_options(reader, IW_OPTIONS_FETCH, &command->options);
}

void iw_write_fetch_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_set_argument(out, command);
    iw_buf_add_char(out, ' ');
    iw_write_fetch_atts(out, command->fetch_atts);
    iw_write_command_options(out, &command->options);
}

/* "PARTIAL" SP nz-number SP fetch-att SP number SP number (RFC 1730 §6.4.6) */
enum iw_result iw_parse_partial(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = parse_one_number(reader, command);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_member(reader, 0, &command->fetch_atts, sizeof *command->fetch_atts);
    if (result == IW_OK)
        result = iw_parse_fetch_att(reader, command->fetch_atts);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_number(reader, UINT32_MAX, &command->origin);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_number(reader, UINT32_MAX, &command->length) : result;
}

void iw_write_partial(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_set_argument(out, command);
    iw_buf_add_char(out, ' ');
    iw_write_fetch_att(out, command->fetch_atts);
    iw_buf_addf(out, " %llu %llu", (unsigned long long)command->origin,
                (unsigned long long)command->length);
}

/* "CONVERT" SP sequence-set SP convert-params SP … (RFC 5259 §10) */
enum iw_result iw_parse_convert(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_set_argument(reader, command);
    if (result != IW_OK)
        return result;
    return iw_parse_convert_request(reader, &command->conversion, &command->fetch_atts);
}

void iw_write_convert(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_set_argument(out, command);
    iw_write_convert_request(out, &command->conversion, command->fetch_atts);
}

/* ---- STORE ---- */

struct store_item {
    struct iw_span name;
    enum iw_store_mode mode;
    bool silent;
    enum { FLAGS, LABELS, ANNOTATIONS } what;
};

static const struct store_item store_items[] = {
    {IW_NAME("FLAGS"), IW_STORE_REPLACE, false, FLAGS},
    {IW_NAME("FLAGS.SILENT"), IW_STORE_REPLACE, true, FLAGS},
    {IW_NAME("+FLAGS"), IW_STORE_ADD, false, FLAGS},
    {IW_NAME("+FLAGS.SILENT"), IW_STORE_ADD, true, FLAGS},
    {IW_NAME("-FLAGS"), IW_STORE_REMOVE, false, FLAGS},
    {IW_NAME("-FLAGS.SILENT"), IW_STORE_REMOVE, true, FLAGS},
    {IW_NAME("X-GM-LABELS"), IW_STORE_REPLACE, false, LABELS},
    {IW_NAME("X-GM-LABELS.SILENT"), IW_STORE_REPLACE, true, LABELS},
    {IW_NAME("+X-GM-LABELS"), IW_STORE_ADD, false, LABELS},
    {IW_NAME("+X-GM-LABELS.SILENT"), IW_STORE_ADD, true, LABELS},
    {IW_NAME("-X-GM-LABELS"), IW_STORE_REMOVE, false, LABELS},
    {IW_NAME("-X-GM-LABELS.SILENT"), IW_STORE_REMOVE, true, LABELS},
    {IW_NAME("ANNOTATION"), IW_STORE_REPLACE, false, ANNOTATIONS},
};
enum { STORE_ITEMS = sizeof store_items / sizeof *store_items };

/* flag *(SP flag) */
static enum iw_result parse_bare_flags(struct iw_reader *reader, struct iw_flags *flags)
{
    for (;;) {
        struct iw_span name;
        unsigned bit;
        enum iw_result result = iw_parse_flag(reader, IW_FLAGS_STORE, &name, &bit);
        if (result == IW_OK)
            result = iw_list_add(reader, &flags->names, &flags->count, name);
        if (result != IW_OK)
            return result;
        flags->bits |= bit;
        if (!iw_reader_more(reader))
            return IW_OK;
        reader->at++;
    }
}

/* label = "\" atom / astring */
static enum iw_result parse_label(struct iw_reader *reader, struct iw_span *label)
{
    const char *begin = reader->at;
    if (!iw_reader_skip(reader, '\\'))
        return iw_read_astring(reader, label);
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a label", label);
    *label = iw_between(begin, reader->at);
    return result;
}

/* "(" [label *(SP label)] ")" / label *(SP label) */
static enum iw_result parse_labels(struct iw_reader *reader, struct iw_names *labels)
{
    bool list = iw_reader_skip(reader, '(');
    enum iw_result result = IW_OK;
    if (list && iw_reader_skip(reader, ')'))
        return IW_OK;
    do {
        struct iw_span label;
        result = parse_label(reader, &label);
        if (result == IW_OK)
            result = iw_list_add(reader, &labels->names, &labels->count, label);
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK && list ? iw_read_char(reader, ')', "SP and a label, or )") : result;
}

/* A label with a backslash is bare if what follows is an atom; else it is a string. */
static void write_label(struct iw_buf *out, struct iw_span label)
{
    bool system = label.length > 1 && label.data[0] == '\\';
    for (size_t i = 1; i < label.length; i++)
        system = system && iw_is(label.data[i], IW_CHAR_ATOM);
    if (system)
        iw_buf_add(out, label);
    else
        iw_write_astring(out, label);
}

static void write_labels(struct iw_buf *out, const struct iw_names *labels)
{
    iw_buf_add_char(out, '(');
    for (size_t i = 0; i < labels->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        write_label(out, labels->names[i]);
    }
    iw_buf_add_char(out, ')');
}

/* store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag))) /
 *                   att-annotate ; "ANNOTATION" SP "(" entry-att *(SP entry-att) ")" (RFC 5257 §5)
 * An item of another extension makes the command one that nobody knows here. */
static enum iw_result parse_store_item(struct iw_reader *reader, struct iw_command *command)
{
    struct iw_span name;
    size_t i = 0;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "an item to store", &name);
    if (result != IW_OK)
        return result;
    while (i < STORE_ITEMS && !iw_is_word(name, store_items[i].name))
        i++;
    if (i == STORE_ITEMS) {
        command->kind = IW_COMMAND_OTHER;
        return IW_OK;
    }
    command->mode = store_items[i].mode;
    command->silent = store_items[i].silent;
    command->labels = store_items[i].what == LABELS;
    result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    if (store_items[i].what == ANNOTATIONS)
        return iw_parse_annotations(reader, false, &command->annotations);
    if (command->labels)
        return parse_labels(reader, &command->names);
    return iw_reader_peek(reader, '(') ? iw_parse_flags(reader, IW_FLAGS_STORE, &command->flags)
                                       : parse_bare_flags(reader, &command->flags);
}

/* "STORE" SP sequence-set [store-modifiers] SP store-att-flags
 * store-modifiers = SP "(" store-modifier *(SP store-modifier) ")" */
enum iw_result iw_parse_store(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_set_argument(reader, command);
    if (result == IW_OK)
        result = iw_parse_command_options(reader, IW_OPTIONS_STORE, &command->options);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? parse_store_item(reader, command) : result;
}

void iw_write_store(struct iw_buf *out, const struct iw_command *command)
{
    const struct store_item *item = store_items;
    unsigned what = command->annotations.count > 0 ? ANNOTATIONS : command->labels ? LABELS : FLAGS;
    while (item->mode != command->mode || item->silent != command->silent || item->what != what)
        item++;
    iw_write_set_argument(out, command);
    iw_write_command_options(out, &command->options);
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, item->name);
    iw_buf_add_char(out, ' ');
    if (what == ANNOTATIONS)
        iw_write_annotations(out, &command->annotations);
    else if (what == LABELS)
        write_labels(out, &command->names);
    else
        iw_write_flags(out, &command->flags);
}

/* ---- COPY, MOVE ---- */

/* "COPY" SP sequence-set SP mailbox */
enum iw_result iw_parse_copy(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_set_argument(reader, command);
    return result == IW_OK ? iw_parse_mailbox_argument(reader, command) : result;
}

void iw_write_copy(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_set_argument(out, command);
    iw_write_mailbox_argument(out, command);
}
