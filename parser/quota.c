/* SPDX-License-Identifier: MIT */
#include "parser/quota.h"

#include "parser/mailbox.h"
#include "parser/verbatim.h"
#include "parser/write.h"

/* quota-resource = resource-name SP resource-usage SP resource-limit ; both are number64 */
static enum iw_result parse_resource(struct iw_reader *reader, struct iw_quota *quota)
{
    enum iw_result result =
        iw_reader_grow(reader, &quota->resources, quota->count, sizeof *quota->resources);
    if (result != IW_OK)
        return result;
    struct iw_quota_resource *resource = &quota->resources[quota->count++];
    result = iw_read_run(reader, IW_CHAR_ATOM, "a resource", &resource->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_number(reader, INT64_MAX, &resource->usage);
    if (result == IW_OK)
        result = iw_read_space(reader);
    return result == IW_OK ? iw_read_number(reader, INT64_MAX, &resource->limit) : result;
}

/* quota-response = "QUOTA" SP quota-root-name SP quota-list
 * quota-list = "(" quota-resource *(SP quota-resource) ")" ; in RFC 2087 §5.1 it may be empty */
enum iw_result iw_parse_quota(struct iw_reader *reader, struct iw_quota *quota)
{
    *quota = (struct iw_quota){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_astring(reader, &quota->root);
    if (result == IW_OK && !iw_reader_more(reader) &&
        iw_reader_lenient(reader, IW_LENIENT_QUOTA_NO_LIST))
        return IW_OK;
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = parse_resource(reader, quota);
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

void iw_write_quota(struct iw_buf *out, const struct iw_quota *quota)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, quota->root);
    iw_buf_add(out, IW_SPAN(" ("));
    for (size_t i = 0; i < quota->count; i++) {
        const struct iw_quota_resource *resource = &quota->resources[i];
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_buf_add(out, resource->name);
        iw_buf_add_char(out, ' ');
        iw_buf_add_number(out, resource->usage);
        iw_buf_add_char(out, ' ');
        iw_buf_add_number(out, resource->limit);
    }
    iw_buf_add_char(out, ')');
}

/* quotaroot-response = "QUOTAROOT" SP mailbox *(SP quota-root-name) */
enum iw_result iw_parse_quotaroot(struct iw_reader *reader, struct iw_quotaroot *quotaroot)
{
    *quotaroot = (struct iw_quotaroot){0};
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_shown_mailbox(reader, &quotaroot->mailbox);
    return result == IW_OK ? iw_parse_astrings(reader, &quotaroot->roots) : result;
}

void iw_write_quotaroot(struct iw_buf *out, const struct iw_quotaroot *quotaroot)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, quotaroot->mailbox);
    iw_write_astrings(out, &quotaroot->roots);
}
