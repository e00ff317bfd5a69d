/* SPDX-License-Identifier: MIT */
#include "parser/metadata.h"

#include "parser/mailbox.h"
#include "parser/verbatim.h"
#include "parser/write.h"

/* value = nstring / literal8 */
static enum iw_result parse_value(struct iw_reader *reader, struct iw_metadata_entry *entry)
{
    struct iw_literal_value literal;
    entry->kept = true;
    bool at_literal = iw_reader_at_literal(reader);
    enum iw_result result =
        at_literal ? iw_read_literal(reader, &literal) : iw_read_nstring(reader, &entry->value);
    if (result != IW_OK)
        return result;
    if (at_literal) {
        entry->value = literal.octets;
        entry->kept = literal.kept;
    }
    entry->size = at_literal ? literal.size : entry->value.length;
    return IW_OK;
}

static void write_value(struct iw_buf *out, const struct iw_metadata_entry *entry)
{
    bool nul =
        entry->value.length > 0 && memchr(entry->value.data, '\0', entry->value.length) != NULL;
    if (entry->kept && !nul) {
        iw_write_nstring(out, entry->value);
        return;
    }
    iw_buf_add_string(out, nul ? "~{" : "{");
    iw_buf_add_number(out, entry->size);
    iw_buf_add(out, IW_SPAN("}\r\n"));
    iw_buf_add(out, entry->value);
}

/* entry-value = entry SP value ; entry = astring */
static enum iw_result parse_entry(struct iw_reader *reader, struct iw_metadata *metadata)
{
    enum iw_result result =
        iw_reader_grow(reader, &metadata->entries, metadata->count, sizeof *metadata->entries);
    if (result != IW_OK)
        return result;
    struct iw_metadata_entry *entry = &metadata->entries[metadata->count++];
    *entry = (struct iw_metadata_entry){0};
    result = iw_read_astring(reader, &entry->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? parse_value(reader, entry) : result;
}

/* entry-values = "(" entry-value *(SP entry-value) ")" */
static enum iw_result parse_entries(struct iw_reader *reader, struct iw_metadata *metadata)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = parse_entry(reader, metadata);
    while (result == IW_OK && iw_reader_skip(reader, ' '))
        result = parse_entry(reader, metadata);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* metadata-resp = "METADATA" SP mailbox SP (entry-values / entry-list)
 * entry-list = entry *(SP entry) */
enum iw_result iw_parse_metadata(struct iw_reader *reader, struct iw_metadata *metadata)
{
    *metadata = (struct iw_metadata){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_mailbox(reader, &metadata->mailbox);
    if (result == IW_OK && !iw_reader_more(reader))
        result = iw_reader_fail(reader, "SP and an entry");
    if (result != IW_OK)
        return result;
    if (reader->at[1] != '(')
        return iw_parse_astrings(reader, &metadata->changed);
    reader->at++;
    return parse_entries(reader, metadata);
}

void iw_write_metadata(struct iw_buf *out, const struct iw_metadata *metadata)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, metadata->mailbox);
    iw_write_astrings(out, &metadata->changed);
    for (size_t i = 0; i < metadata->count; i++) {
        iw_buf_add_string(out, i == 0 ? " (" : " ");
        iw_write_astring(out, metadata->entries[i].name);
        iw_buf_add_char(out, ' ');
        write_value(out, &metadata->entries[i]);
    }
    if (metadata->count > 0)
        iw_buf_add_char(out, ')');
}
