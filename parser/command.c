/* SPDX-License-Identifier: MIT */
#include "parser/command.h"

#include "base/base64.h"
#include "base/chars.h"
#include "parser/verbatim.h"
#include "parser/write.h"

#include <assert.h>

/* Every parse_ function begins on the SP in front of the arguments; every write_ function begins
 * with that SP. */

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

/* [SP "(" … ")"]: select-params, create-params, rename-params, fetch-modifiers, store-modifiers
 * (RFC 4466) */
static enum iw_result parse_modifiers(struct iw_reader *reader, struct iw_command *command)
{
    if (!iw_reader_more(reader) || reader->at[1] != '(')
        return IW_OK;
    const char *begin = reader->at++;
    enum iw_result result = iw_skip_value(reader, "(", &command->modifiers);
    command->modifiers = iw_between(begin, reader->at);
    return result;
}

static void write_modifiers(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add(out, command->modifiers);
}

/* SP mailbox */
static enum iw_result parse_mailbox(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_mailbox(reader, &command->mailbox) : result;
}

static void write_mailbox(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, command->mailbox);
}

/* SP sequence-set */
static enum iw_result parse_set(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_set(reader, &command->set) : result;
}

static void write_set(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_write_set(out, &command->set);
}

static void write_spans(struct iw_buf *out, const struct iw_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_buf_add(out, names->names[i]);
    }
}

/* ---- AUTHENTICATE, LOGIN, ENABLE ---- */

static bool is_base64(struct iw_span text)
{
    size_t length = text.length;
    while (length > 0 && text.length - length < 2 && text.data[length - 1] == '=')
        length--;
    for (size_t i = 0; i < length; i++)
        if (iw_base64_value(text.data[i]) < 0)
            return false;
    return length > 0 && text.length % 4 == 0;
}

/* initial-resp = (base64 / "=") (RFC 4959 §6) */
static enum iw_result parse_initial(struct iw_reader *reader, struct iw_span *initial)
{
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "base64 or =", initial);
    if (result != IW_OK || iw_span_equal(*initial, IW_SPAN("=")) || is_base64(*initial))
        return result;
    reader->at = initial->data;
    return iw_reader_fail(reader, "base64 or =");
}

/* "AUTHENTICATE" SP auth-type [SP initial-resp] ; auth-type = atom */
static enum iw_result parse_authenticate(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "a mechanism", &command->mechanism);
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    reader->at++;
    return parse_initial(reader, &command->initial);
}

static void write_authenticate(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->mechanism);
    if (command->initial.data == NULL)
        return;
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->initial);
}

/* "LOGIN" SP userid SP password ; both are astrings */
static enum iw_result parse_login(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_astring(reader, &command->user);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_astring(reader, &command->other) : result;
}

static void write_login(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, command->user);
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, command->other);
}

/* "ENABLE" 1*(SP capability) */
static enum iw_result parse_enable(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    return iw_read_atoms(reader, "a capability", &command->names.names, &command->names.count);
}

static void write_enable(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    write_spans(out, &command->names);
}

/* ---- mailboxes ---- */

/* "SELECT" SP mailbox [select-params] ; the same for EXAMINE and CREATE */
static enum iw_result parse_select(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = parse_mailbox(reader, command);
    return result == IW_OK ? parse_modifiers(reader, command) : result;
}

static void write_select(struct iw_buf *out, const struct iw_command *command)
{
    write_mailbox(out, command);
    write_modifiers(out, command);
}

/* "RENAME" SP mailbox SP mailbox [rename-params] */
static enum iw_result parse_rename(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = parse_mailbox(reader, command);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &command->other);
    return result == IW_OK ? parse_modifiers(reader, command) : result;
}

static void write_rename(struct iw_buf *out, const struct iw_command *command)
{
    write_mailbox(out, command);
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, command->other);
    write_modifiers(out, command);
}

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

/* SP "RETURN" SP "(" [return-option *(SP return-option)] ")" */
static enum iw_result parse_return(struct iw_reader *reader, struct iw_span *options)
{
    const char *begin = reader->at++;
    if (!iw_reader_skip_word(reader, "RETURN"))
        return iw_reader_fail(reader, "RETURN");
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK && !iw_reader_peek(reader, '('))
        result = iw_reader_fail(reader, "(");
    if (result == IW_OK)
        result = iw_skip_value(reader, "(", options);
    *options = iw_between(begin, reader->at);
    return result;
}

/* "LSUB" SP mailbox SP list-mailbox */
static enum iw_result parse_lsub(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &command->other);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? parse_pattern(reader, &command->mailbox) : result;
}

static void write_lsub(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, command->other);
    iw_buf_add_char(out, ' ');
    write_pattern(out, command->mailbox);
}

/* "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
 * mbox-or-pat = list-mailbox / patterns */
static enum iw_result parse_list(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK && iw_reader_peek(reader, '(')) {
        result = iw_skip_value(reader, "(", &command->selection);
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
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    return parse_return(reader, &command->modifiers);
}

static void write_list(struct iw_buf *out, const struct iw_command *command)
{
    if (command->selection.data != NULL) {
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, command->selection);
    }
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, command->other);
    iw_buf_add_char(out, ' ');
    if (command->names.count == 0)
        write_pattern(out, command->mailbox);
    else
        write_patterns(out, &command->names);
    write_modifiers(out, command);
}

/* "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")" */
static enum iw_result parse_status(struct iw_reader *reader, struct iw_command *command)
{
    struct iw_names *items = &command->names;
    enum iw_result result = parse_mailbox(reader, command);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_read_atoms(reader, "a status item", &items->names, &items->count);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_status(struct iw_buf *out, const struct iw_command *command)
{
    write_mailbox(out, command);
    iw_buf_add(out, IW_SPAN(" ("));
    write_spans(out, &command->names);
    iw_buf_add_char(out, ')');
}

/* ---- APPEND ---- */

/* append-data-ext = tagged-ext-label SP tagged-ext-val (RFC 4466 §4): CATENATE, UTF8.
 * The cursor stands behind the SP. */
static enum iw_result parse_append_extension(struct iw_reader *reader, struct iw_append *append)
{
    struct iw_span value;
    const char *begin = reader->at - 1;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a literal", &value);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_skip_value(reader, "a value", &value);
    if (result == IW_OK)
        result = iw_skip_values(reader, &value);
    append->more = iw_between(begin, reader->at);
    return result;
}

/* append-message = [SP flag-list] [SP date-time] SP append-data
 * append-data = literal / literal8 / append-data-ext ; further messages (RFC 3502) are kept */
static enum iw_result parse_append_message(struct iw_reader *reader, struct iw_append *append)
{
    struct iw_literal_value literal;
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK && iw_reader_peek(reader, '(')) {
        append->has_flags = true;
        result = iw_parse_flags(reader, IW_FLAGS_STORE, &append->flags);
        if (result == IW_OK)
            result = iw_read_space(reader);
    }
    if (result == IW_OK && iw_reader_peek(reader, '"')) {
        append->has_date = true;
        result = iw_parse_date_time(reader, &append->date);
        if (result == IW_OK)
            result = iw_read_space(reader);
    }
    if (result == IW_OK && !iw_reader_at_literal(reader))
        return parse_append_extension(reader, append);
    if (result == IW_OK)
        result = iw_read_literal(reader, &literal);
    if (result != IW_OK)
        return result;
    append->message = literal.octets;
    append->size = literal.size;
    append->kept = literal.kept;
    append->binary = literal.binary;
    return iw_skip_values(reader, &append->more);
}

/* "APPEND" SP mailbox 1*append-message */
static enum iw_result parse_append(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = parse_mailbox(reader, command);
    return result == IW_OK ? parse_append_message(reader, &command->append) : result;
}

static void write_append(struct iw_buf *out, const struct iw_command *command)
{
    const struct iw_append *append = &command->append;
    write_mailbox(out, command);
    if (append->has_flags) {
        iw_buf_add_char(out, ' ');
        iw_write_flags(out, &append->flags);
    }
    if (append->has_date) {
        iw_buf_add_char(out, ' ');
        iw_write_date_time(out, &append->date);
    }
    if (append->message.data != NULL) {
        uint64_t size = append->message.length > 0 ? append->message.length : append->size;
        iw_buf_add_string(out, append->binary ? " ~{" : " {");
        iw_buf_add_number(out, size);
        iw_buf_add(out, IW_SPAN("}\r\n"));
        iw_buf_add(out, append->message);
    }
    iw_buf_add(out, append->more);
}

/* ---- SEARCH ---- */

/* "SEARCH" [SP "RETURN" SP "(" … ")"] [SP "CHARSET" SP charset] 1*(SP search-key) */
static enum iw_result parse_search(struct iw_reader *reader, struct iw_command *command)
{
    if (!iw_reader_more(reader))
        return iw_reader_fail(reader, "SP");
    enum iw_result result = iw_skip_values(reader, &command->search);
    command->search = iw_span_part(command->search, 1, command->search.length);
    return result;
}

static void write_search(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->search);
}

/* ---- FETCH ---- */

/* partial = "<" number64 "." nz-number64 ">" */
static enum iw_result skip_partial(struct iw_reader *reader)
{
    uint64_t number;
    enum iw_result result = iw_read_char(reader, '<', "<");
    if (result == IW_OK)
        result = iw_read_number(reader, INT64_MAX, &number);
    if (result == IW_OK)
        result = iw_read_char(reader, '.', ".");
    if (result == IW_OK)
        result = iw_read_nz_number(reader, INT64_MAX, &number);
    return result == IW_OK ? iw_read_char(reader, '>', ">") : result;
}

/* section [partial], or what an extension has there */
static enum iw_result skip_att_section(struct iw_reader *reader, struct iw_span name)
{
    struct iw_span section;
    bool body = iw_span_equal_nocase(name, IW_SPAN("BODY")) ||
                iw_span_equal_nocase(name, IW_SPAN("BODY.PEEK"));
    enum iw_result result =
        body ? iw_parse_section(reader, &section) : iw_skip_brackets(reader, &section);
    return result == IW_OK && iw_reader_peek(reader, '<') ? skip_partial(reader) : result;
}

/* fetch-att = "ENVELOPE" / "FLAGS" / "INTERNALDATE" / "RFC822" [".HEADER" / ".SIZE" / ".TEXT"] /
 *             "BODY" ["STRUCTURE"] / "UID" / "BODY" [".PEEK"] section [partial] / … */
static enum iw_result parse_att(struct iw_reader *reader, struct iw_names *items)
{
    struct iw_span name;
    const char *begin = reader->at;
    enum iw_result result = iw_read_item_name(reader, &name);
    if (result == IW_OK && iw_reader_peek(reader, '['))
        result = skip_att_section(reader, name);
    else if (result == IW_OK && iw_span_equal_nocase(name, IW_SPAN("BODY.PEEK")))
        result = iw_reader_fail(reader, "[");
    if (result != IW_OK)
        return result;
    return iw_list_add(reader, &items->names, &items->count, iw_between(begin, reader->at));
}

static bool is_macro(struct iw_span item)
{
    return iw_span_equal_nocase(item, IW_SPAN("ALL")) ||
           iw_span_equal_nocase(item, IW_SPAN("FULL")) ||
           iw_span_equal_nocase(item, IW_SPAN("FAST"));
}

/* fetch-att inside "(" … ")": no macro, but options of its own: PREVIEW (LAZY) (RFC 8970 §6) */
static enum iw_result parse_listed_att(struct iw_reader *reader, struct iw_names *items)
{
    struct iw_span value;
    enum iw_result result = parse_att(reader, items);
    if (result != IW_OK)
        return result;
    struct iw_span *item = &items->names[items->count - 1];
    if (is_macro(*item)) {
        reader->at = item->data;
        return iw_reader_fail(reader, "an item, no macro");
    }
    if (!iw_reader_more(reader) || reader->at[1] != '(')
        return IW_OK;
    reader->at++;
    result = iw_skip_value(reader, "(", &value);
    *item = iw_between(item->data, reader->at);
    return result;
}

/* "(" fetch-att *(SP fetch-att) ")" */
static enum iw_result parse_atts(struct iw_reader *reader, struct iw_names *items)
{
    enum iw_result result;
    do {
        reader->at++; /* "(" or SP */
        result = parse_listed_att(reader, items);
    } while (result == IW_OK && iw_reader_peek(reader, ' '));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att /
 *           "(" fetch-att *(SP fetch-att) ")") [fetch-modifiers] */
static enum iw_result parse_fetch(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = parse_set(reader, command);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_reader_peek(reader, '(') ? parse_atts(reader, &command->names)
                                             : parse_att(reader, &command->names);
    return result == IW_OK ? parse_modifiers(reader, command) : result;
}

/* Macros stand bare; anything else in parentheses, behind which modifiers cannot be mistaken. */
static void write_fetch(struct iw_buf *out, const struct iw_command *command)
{
    const struct iw_names *items = &command->names;
    bool bare = items->count == 1 && is_macro(items->names[0]);
    write_set(out, command);
    iw_buf_add_string(out, bare ? " " : " (");
    write_spans(out, items);
    if (!bare)
        iw_buf_add_char(out, ')');
    write_modifiers(out, command);
}

/* ---- STORE ---- */

struct store_item {
    struct iw_span name;
    enum iw_store_mode mode;
    bool silent;
};

static const struct store_item store_items[] = {
    {IW_NAME("FLAGS"), IW_STORE_REPLACE, false}, {IW_NAME("FLAGS.SILENT"), IW_STORE_REPLACE, true},
    {IW_NAME("+FLAGS"), IW_STORE_ADD, false},    {IW_NAME("+FLAGS.SILENT"), IW_STORE_ADD, true},
    {IW_NAME("-FLAGS"), IW_STORE_REMOVE, false}, {IW_NAME("-FLAGS.SILENT"), IW_STORE_REMOVE, true},
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

/* store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
 * An item of an extension makes the command one that nobody knows here. */
static enum iw_result parse_store_item(struct iw_reader *reader, struct iw_command *command)
{
    struct iw_span name, values;
    size_t i = 0;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "an item to store", &name);
    if (result != IW_OK)
        return result;
    while (i < STORE_ITEMS && !iw_span_equal_nocase(name, store_items[i].name))
        i++;
    if (i == STORE_ITEMS) {
        command->kind = IW_COMMAND_OTHER;
        return iw_skip_values(reader, &values);
    }
    command->mode = store_items[i].mode;
    command->silent = store_items[i].silent;
    result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    return iw_reader_peek(reader, '(') ? iw_parse_flags(reader, IW_FLAGS_STORE, &command->flags)
                                       : parse_bare_flags(reader, &command->flags);
}

/* "STORE" SP sequence-set [store-modifiers] SP store-att-flags */
static enum iw_result parse_store(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = parse_set(reader, command);
    if (result == IW_OK)
        result = parse_modifiers(reader, command);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? parse_store_item(reader, command) : result;
}

static void write_store(struct iw_buf *out, const struct iw_command *command)
{
    const struct store_item *item = store_items;
    while (item->mode != command->mode || item->silent != command->silent)
        item++;
    write_set(out, command);
    write_modifiers(out, command);
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, item->name);
    iw_buf_add_char(out, ' ');
    iw_write_flags(out, &command->flags);
}

/* ---- COPY, MOVE ---- */

/* "COPY" SP sequence-set SP mailbox */
static enum iw_result parse_copy(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = parse_set(reader, command);
    return result == IW_OK ? parse_mailbox(reader, command) : result;
}

static void write_copy(struct iw_buf *out, const struct iw_command *command)
{
    write_set(out, command);
    write_mailbox(out, command);
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
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_command *command);
    void (*write)(struct iw_buf *out, const struct iw_command *command);
};

static const struct command_type command_types[] = {
    {"CAPABILITY", PLAIN, IW_COMMAND_CAPABILITY, parse_nothing, write_nothing},
    {"NOOP", PLAIN, IW_COMMAND_NOOP, parse_nothing, write_nothing},
    {"LOGOUT", PLAIN, IW_COMMAND_LOGOUT, parse_nothing, write_nothing},
    {"STARTTLS", PLAIN, IW_COMMAND_STARTTLS, parse_nothing, write_nothing},
    {"AUTHENTICATE", PLAIN, IW_COMMAND_AUTHENTICATE, parse_authenticate, write_authenticate},
    {"LOGIN", PLAIN, IW_COMMAND_LOGIN, parse_login, write_login},
    {"ENABLE", PLAIN, IW_COMMAND_ENABLE, parse_enable, write_enable},
    {"SELECT", PLAIN, IW_COMMAND_SELECT, parse_select, write_select},
    {"EXAMINE", PLAIN, IW_COMMAND_EXAMINE, parse_select, write_select},
    {"CREATE", PLAIN, IW_COMMAND_CREATE, parse_select, write_select},
    {"DELETE", PLAIN, IW_COMMAND_DELETE, parse_mailbox, write_mailbox},
    {"RENAME", PLAIN, IW_COMMAND_RENAME, parse_rename, write_rename},
    {"SUBSCRIBE", PLAIN, IW_COMMAND_SUBSCRIBE, parse_mailbox, write_mailbox},
    {"UNSUBSCRIBE", PLAIN, IW_COMMAND_UNSUBSCRIBE, parse_mailbox, write_mailbox},
    {"LIST", PLAIN, IW_COMMAND_LIST, parse_list, write_list},
    {"LSUB", PLAIN, IW_COMMAND_LSUB, parse_lsub, write_lsub},
    {"NAMESPACE", PLAIN, IW_COMMAND_NAMESPACE, parse_nothing, write_nothing},
    {"STATUS", PLAIN, IW_COMMAND_STATUS, parse_status, write_status},
    {"APPEND", PLAIN, IW_COMMAND_APPEND, parse_append, write_append},
    {"IDLE", PLAIN, IW_COMMAND_IDLE, parse_nothing, write_nothing},
    {"CHECK", PLAIN, IW_COMMAND_CHECK, parse_nothing, write_nothing},
    {"CLOSE", PLAIN, IW_COMMAND_CLOSE, parse_nothing, write_nothing},
    {"UNSELECT", PLAIN, IW_COMMAND_UNSELECT, parse_nothing, write_nothing},
    {"EXPUNGE", PLAIN, IW_COMMAND_EXPUNGE, parse_nothing, write_nothing},
    {"EXPUNGE", UID, IW_COMMAND_EXPUNGE, parse_set, write_set},
    {"SEARCH", BOTH, IW_COMMAND_SEARCH, parse_search, write_search},
    {"FETCH", BOTH, IW_COMMAND_FETCH, parse_fetch, write_fetch},
    {"STORE", BOTH, IW_COMMAND_STORE, parse_store, write_store},
    {"COPY", BOTH, IW_COMMAND_COPY, parse_copy, write_copy},
    {"MOVE", BOTH, IW_COMMAND_MOVE, parse_copy, write_copy},
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
    const char *end = reader->end;
    if (end > reader->at && end[-1] == '\n')
        end--;
    if (end > reader->at && end[-1] == '\r')
        end--;
    if (iw_reader_peek(reader, ' '))
        reader->at = end;
}

enum iw_result iw_parse_command(const struct iw_frame *frame, struct iw_arena *arena,
                                const struct iw_limits *limits, struct iw_lenient *lenient,
                                struct iw_command *command, struct iw_error *error)
{
    struct iw_reader reader;
    iw_reader_init(&reader, frame, arena, limits, lenient, error);
    *command = (struct iw_command){.raw = frame->bytes};
    enum iw_result result = parse_name(&reader, command);
    if (result != IW_OK)
        return result;
    const struct command_type *type = type_of(command->name, command->uid);
    const char *behind = reader.at;
    command->kind = type->kind;
    if (type->parse == NULL)
        skip_unknown(&reader);
    else
        result = type->parse(&reader, command);
    if (result == IW_OK && reader.at > behind)
        command->arguments = iw_between(behind + 1, reader.at);
    return result == IW_OK ? iw_read_crlf(&reader) : result;
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
