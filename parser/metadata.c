/* SPDX-License-Identifier: MIT */
#include "parser/metadata.h"

#include "parser/mailbox.h"
#include "parser/octets.h"
#include "parser/verbatim.h"
#include "parser/write.h"

/* value = nstring / literal8 */
static enum iw_result parse_value(struct iw_reader *reader, struct iw_metadata_entry *entry)
{
    struct iw_octets octets = {0};
    enum iw_result result = iw_read_octets(reader, true, &octets);
    entry->value = octets.value;
    entry->size = octets.size;
    entry->kept = octets.kept;
    return result;
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
    while (result == IW_OK && iw_reader_another(reader))
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
        const struct iw_metadata_entry *entry = &metadata->entries[i];
        iw_buf_add_string(out, i == 0 ? " (" : " ");
        iw_write_astring(out, entry->name);
        iw_buf_add_char(out, ' ');
        iw_write_octets(out, &(struct iw_octets){entry->value, entry->size, entry->kept});
    }
    if (metadata->count > 0)
        iw_buf_add_char(out, ')');
}
