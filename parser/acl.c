/* SPDX-License-Identifier: MIT */
#include "parser/acl.h"

#include "parser/mailbox.h"
#include "parser/verbatim.h"
#include "parser/write.h"

/* SP mailbox */
static enum iw_result parse_mailbox(struct iw_reader *reader, struct iw_span *mailbox)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_mailbox(reader, mailbox) : result;
}

/* SP astring */
static enum iw_result parse_astring(struct iw_reader *reader, struct iw_span *value)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_astring(reader, value) : result;
}

static void write_astring(struct iw_buf *out, struct iw_span value)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, value);
}

/* acl-data = "ACL" SP mailbox *(SP identifier SP rights) ; identifier = astring, rights = astring
 */
enum iw_result iw_parse_acl(struct iw_reader *reader, struct iw_acl *acl)
{
    *acl = (struct iw_acl){0};
    enum iw_result result = parse_mailbox(reader, &acl->mailbox);
    while (result == IW_OK && iw_reader_more(reader)) {
        result = iw_reader_grow(reader, &acl->entries, acl->count, sizeof *acl->entries);
        if (result == IW_OK)
            result = parse_astring(reader, &acl->entries[acl->count].identifier);
        if (result == IW_OK)
            result = parse_astring(reader, &acl->entries[acl->count].rights);
        acl->count += result == IW_OK;
    }
    return result;
}

void iw_write_acl(struct iw_buf *out, const struct iw_acl *acl)
{
    write_astring(out, acl->mailbox);
    for (size_t i = 0; i < acl->count; i++) {
        write_astring(out, acl->entries[i].identifier);
        write_astring(out, acl->entries[i].rights);
    }
}

/* listrights-data = "LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights) */
enum iw_result iw_parse_listrights(struct iw_reader *reader, struct iw_listrights *listrights)
{
    *listrights = (struct iw_listrights){0};
    enum iw_result result = parse_mailbox(reader, &listrights->mailbox);
    if (result == IW_OK)
        result = parse_astring(reader, &listrights->identifier);
    if (result == IW_OK)
        result = parse_astring(reader, &listrights->required);
    return result == IW_OK ? iw_parse_astrings(reader, &listrights->optional) : result;
}

void iw_write_listrights(struct iw_buf *out, const struct iw_listrights *listrights)
{
    write_astring(out, listrights->mailbox);
    write_astring(out, listrights->identifier);
    write_astring(out, listrights->required);
    iw_write_astrings(out, &listrights->optional);
}

/* myrights-data = "MYRIGHTS" SP mailbox SP rights */
enum iw_result iw_parse_myrights(struct iw_reader *reader, struct iw_myrights *myrights)
{
    *myrights = (struct iw_myrights){0};
    enum iw_result result = parse_mailbox(reader, &myrights->mailbox);
    return result == IW_OK ? parse_astring(reader, &myrights->rights) : result;
}

void iw_write_myrights(struct iw_buf *out, const struct iw_myrights *myrights)
{
    write_astring(out, myrights->mailbox);
    write_astring(out, myrights->rights);
}
