/* SPDX-License-Identifier: MIT */
/* What belongs to mailboxes: rights, quota, metadata, annotations, URLs. */
#include "parser/command_parts.h"

#include "parser/write.h"

/* Reads one entry; the cursor stands on its first octet. */
typedef enum iw_result parse_entry(struct iw_reader *reader, struct iw_entry *entry);
typedef void write_entry(struct iw_buf *out, const struct iw_entry *entry);

/* entry *(SP entry) */
static enum iw_result parse_entries(struct iw_reader *reader, parse_entry *parse,
                                    struct iw_entry **last)
{
    for (size_t count = 0;;) {
        enum iw_result result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse(reader, *last);
        if (result != IW_OK || !iw_reader_more(reader))
            return result;
        reader->at++;
        last = &(*last)->next;
    }
}

static void write_entries(struct iw_buf *out, write_entry *write, const struct iw_entry *first)
{
    for (const struct iw_entry *entry = first; entry != NULL; entry = entry->next) {
        if (entry != first)
            iw_buf_add_char(out, ' ');
        write(out, entry);
    }
}

/* SP "(" entry *(SP entry) ")" */
static enum iw_result parse_entry_list(struct iw_reader *reader, parse_entry *parse,
                                       struct iw_entry **first)
{
    enum iw_result result = iw_read_space_open(reader);
    if (result == IW_OK)
        result = parse_entries(reader, parse, first);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and one more, or )") : result;
}

static void write_entry_list(struct iw_buf *out, write_entry *write, const struct iw_entry *first)
{
    iw_buf_add(out, IW_SPAN(" ("));
    write_entries(out, write, first);
    iw_buf_add_char(out, ')');
}

/* SP one / SP "(" one *(SP one) ")" */
static enum iw_result parse_one_or_more(struct iw_reader *reader, struct iw_names *names)
{
    struct iw_span one;
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK && iw_reader_peek(reader, '('))
        return iw_parse_astring_list(reader, names);
    if (result == IW_OK)
        result = iw_read_astring(reader, &one);
    return result == IW_OK ? iw_list_add(reader, &names->names, &names->count, one) : result;
}

static void write_one_or_more(struct iw_buf *out, const struct iw_names *names)
{
    iw_buf_add_char(out, ' ');
    if (names->count == 1)
        iw_write_astring(out, names->names[0]);
    else
        iw_write_astring_list(out, names);
}

/* ---- rights (RFC 4314 §4) ---- */

/* "DELETEACL" SP mailbox SP identifier ; the same for LISTRIGHTS */
enum iw_result iw_parse_deleteacl(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    return result == IW_OK ? iw_read_space_astring(reader, &command->user) : result;
}

void iw_write_deleteacl(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_mailbox_argument(out, command);
    iw_write_space_astring(out, command->user);
}

/* "SETACL" SP mailbox SP identifier SP mod-rights ; mod-rights = astring, "+" or "-" in front */
enum iw_result iw_parse_setacl(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_deleteacl(reader, command);
    return result == IW_OK ? iw_read_space_astring(reader, &command->other) : result;
}

void iw_write_setacl(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_deleteacl(out, command);
    iw_write_space_astring(out, command->other);
}

/* ---- quota (RFC 9208 §7) ---- */

/* "GETQUOTA" SP quota-root-name ; an astring */
enum iw_result iw_parse_getquota(struct iw_reader *reader, struct iw_command *command)
{
    return iw_read_space_astring(reader, &command->other);
}

void iw_write_getquota(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_space_astring(out, command->other);
}

/* setquota-resource = resource-name SP resource-limit */
static enum iw_result parse_resource(struct iw_reader *reader, struct iw_entry *entry)
{
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a resource", &entry->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_number(reader, INT64_MAX, &entry->limit) : result;
}

static void write_resource(struct iw_buf *out, const struct iw_entry *entry)
{
    iw_buf_add(out, entry->name);
    iw_buf_add_char(out, ' ');
    iw_buf_add_number(out, entry->limit);
}

/* "SETQUOTA" SP quota-root-name SP setquota-list
 * setquota-list = "(" [setquota-resource *(SP setquota-resource)] ")" */
enum iw_result iw_parse_setquota(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space_astring(reader, &command->other);
    if (result == IW_OK)
        result = iw_read_space_open(reader);
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    result = parse_entries(reader, parse_resource, &command->entries);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and a resource, or )") : result;
}

void iw_write_setquota(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_space_astring(out, command->other);
    write_entry_list(out, write_resource, command->entries);
}

/* ---- metadata (RFC 5464 §5) ---- */

/* "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries
 * entries = entry / "(" entry *(SP entry) ")" ; entry = astring */
enum iw_result iw_parse_getmetadata(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result =
        iw_parse_command_options(reader, IW_OPTIONS_METADATA, &command->selection);
    if (result == IW_OK)
        result = iw_parse_mailbox_argument(reader, command);
    return result == IW_OK ? parse_one_or_more(reader, &command->names) : result;
}

void iw_write_getmetadata(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_command_options(out, &command->selection);
    iw_write_mailbox_argument(out, command);
    write_one_or_more(out, &command->names);
}

/* entry-value = entry SP value ; value = nstring / literal8 */
static enum iw_result parse_entry_value(struct iw_reader *reader, struct iw_entry *entry)
{
    struct iw_literal_value literal;
    enum iw_result result = iw_read_astring(reader, &entry->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK || !iw_reader_peek(reader, '~'))
        return result == IW_OK ? iw_read_nstring(reader, &entry->value) : result;
    entry->binary = true;
    result = iw_read_literal(reader, &literal);
    if (result == IW_OK)
        entry->value = literal.octets;
    return result;
}

static void write_entry_value(struct iw_buf *out, const struct iw_entry *entry)
{
    iw_write_astring(out, entry->name);
    iw_buf_add_char(out, ' ');
    if (!entry->binary) {
        iw_write_nstring(out, entry->value);
        return;
    }
    iw_buf_addf(out, "~{%zu}\r\n", entry->value.length);
    iw_buf_add(out, entry->value);
}

/* "SETMETADATA" SP mailbox SP "(" entry-value *(SP entry-value) ")" */
enum iw_result iw_parse_setmetadata(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    if (result != IW_OK)
        return result;
    return parse_entry_list(reader, parse_entry_value, &command->entries);
}

void iw_write_setmetadata(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_mailbox_argument(out, command);
    write_entry_list(out, write_entry_value, command->entries);
}

/* ---- annotations, as they were drafted before RFC 5464 ---- */

/* "GETANNOTATION" SP list-mailbox SP entries SP attribs ; each one string or several in
 * parentheses */
enum iw_result iw_parse_getannotation(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    bool quoted = iw_reader_peek(reader, '"') || iw_reader_peek(reader, '{');
    if (result == IW_OK)
        result = quoted ? iw_read_string(reader, &command->mailbox)
                        : iw_read_run(reader, IW_CHAR_LIST, "a mailbox", &command->mailbox);
    if (result == IW_OK)
        result = parse_one_or_more(reader, &command->names);
    return result == IW_OK ? parse_one_or_more(reader, &command->attributes) : result;
}

void iw_write_getannotation(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_space_astring(out, command->mailbox);
    write_one_or_more(out, &command->names);
    write_one_or_more(out, &command->attributes);
}

/* att-value = attribute SP value ; value = nstring */
static enum iw_result parse_attribute(struct iw_reader *reader, struct iw_entry *entry)
{
    enum iw_result result = iw_read_astring(reader, &entry->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_nstring(reader, &entry->value) : result;
}

/* entry-att = entry SP "(" att-value *(SP att-value) ")" */
static enum iw_result parse_annotation(struct iw_reader *reader, struct iw_entry *entry)
{
    enum iw_result result = iw_read_astring(reader, &entry->name);
    return result == IW_OK ? parse_entry_list(reader, parse_attribute, &entry->attributes) : result;
}

static void write_annotation(struct iw_buf *out, const struct iw_entry *entry)
{
    iw_write_astring(out, entry->name);
    write_entry_list(out, write_entry_value, entry->attributes);
}

/* "SETANNOTATION" SP list-mailbox SP (entry-att / "(" entry-att *(SP entry-att) ")") */
enum iw_result iw_parse_setannotation(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    if (result != IW_OK)
        return result;
    if (iw_reader_more(reader) && reader->at[1] == '(')
        return parse_entry_list(reader, parse_annotation, &command->entries);
    result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_member(reader, 0, &command->entries, sizeof *command->entries);
    return result == IW_OK ? parse_annotation(reader, command->entries) : result;
}

void iw_write_setannotation(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_mailbox_argument(out, command);
    if (command->entries->next != NULL) {
        write_entry_list(out, write_annotation, command->entries);
        return;
    }
    iw_buf_add_char(out, ' ');
    write_annotation(out, command->entries);
}

/* ---- URLs (RFC 4467 §9, RFC 5524 §6) ---- */

/* url-rump SP mechanism ; the first is an astring, the second an atom */
static enum iw_result parse_rump(struct iw_reader *reader, struct iw_entry *entry)
{
    enum iw_result result = iw_read_astring(reader, &entry->name);
    return result == IW_OK ? iw_read_space_atom(reader, "a mechanism", &entry->value) : result;
}

static void write_rump(struct iw_buf *out, const struct iw_entry *entry)
{
    iw_write_astring(out, entry->name);
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, entry->value);
}

/* "GENURLAUTH" 1*(SP url-rump SP mechanism) */
enum iw_result iw_parse_genurlauth_command(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? parse_entries(reader, parse_rump, &command->entries) : result;
}

void iw_write_genurlauth_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    write_entries(out, write_rump, command->entries);
}

/* "RESETKEY" [SP mailbox *(SP mechanism)] */
enum iw_result iw_parse_resetkey(struct iw_reader *reader, struct iw_command *command)
{
    if (!iw_reader_more(reader))
        return IW_OK;
    enum iw_result result = iw_parse_mailbox_argument(reader, command);
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    reader->at++;
    return iw_read_atoms(reader, "a mechanism", &command->names.names, &command->names.count);
}

void iw_write_resetkey(struct iw_buf *out, const struct iw_command *command)
{
    if (command->mailbox.data == NULL)
        return;
    iw_write_mailbox_argument(out, command);
    if (command->names.count > 0)
        iw_buf_add_char(out, ' ');
    iw_write_atoms(out, &command->names);
}

/* url-fetch-arg = url-fetch-simple / url-fetch-ext ; url-fetch-simple = astring
 * url-fetch-ext = "(" url-full *(SP url-fetch-param) ")" */
static enum iw_result parse_url(struct iw_reader *reader, struct iw_entry *entry)
{
    entry->listed = iw_reader_skip(reader, '(');
    enum iw_result result = iw_read_astring(reader, &entry->name);
    if (result != IW_OK || !entry->listed)
        return result;
    if (iw_reader_skip(reader, ' '))
        result = iw_read_atoms(reader, "a part", &entry->names.names, &entry->names.count);
    return result == IW_OK ? iw_read_char(reader, ')', "SP and a part, or )") : result;
}

static void write_url(struct iw_buf *out, const struct iw_entry *entry)
{
    if (entry->listed)
        iw_buf_add_char(out, '(');
    iw_write_astring(out, entry->name);
    if (entry->names.count > 0)
        iw_buf_add_char(out, ' ');
    iw_write_atoms(out, &entry->names);
    if (entry->listed)
        iw_buf_add_char(out, ')');
}

/* "URLFETCH" 1*(SP url-fetch-arg) */
enum iw_result iw_parse_urlfetch_command(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? parse_entries(reader, parse_url, &command->entries) : result;
}

void iw_write_urlfetch_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    write_entries(out, write_url, command->entries);
}
