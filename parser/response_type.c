/* SPDX-License-Identifier: MIT */
#include "parser/response_type.h"

#include "parser/jmapaccess.h"
#include "parser/verbatim.h"

/* ---- OK, NO, BAD, BYE, PREAUTH ---- */

/* resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text ; resp-cond-bye, resp-cond-auth */
static enum iw_result parse_state(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_text(reader, &response->text);
}

static void write_state(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_text(out, &response->text);
}

/* ---- CAPABILITY, ENABLED ---- */

/* "CAPABILITY" 1*(SP capability) ; that IMAP4rev1 or IMAP4rev2 is there is not looked at */
static enum iw_result parse_capability(struct iw_reader *reader, struct iw_response *response)
{
    struct iw_names *names = &response->capabilities;
    *names = (struct iw_names){0};
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    return iw_read_atoms(reader, "a capability", &names->names, &names->count);
}

/* "ENABLED" *(SP capability) */
static enum iw_result parse_enabled(struct iw_reader *reader, struct iw_response *response)
{
    response->capabilities = (struct iw_names){0};
    return iw_reader_more(reader) ? parse_capability(reader, response) : IW_OK;
}

static void write_capabilities(struct iw_buf *out, const struct iw_response *response)
{
    for (size_t i = 0; i < response->capabilities.count; i++) {
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, response->capabilities.names[i]);
    }
}

/* ---- LIST, LSUB, STATUS ---- */

/* "LIST" SP mailbox-list ; LSUB, RLIST, RLSUB and XLIST likewise */
static enum iw_result parse_list(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_mailbox_list(reader, &response->list);
}

static void write_list(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add_char(out, ' ');
    iw_write_mailbox_list(out, &response->list);
}

/* "STATUS" SP mailbox SP "(" [status-att-list] ")" */
static enum iw_result parse_status(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_status(reader, &response->status);
}

static void write_status(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add_char(out, ' ');
    iw_write_status(out, &response->status);
}

/* ---- FLAGS ---- */

/* "FLAGS" SP flag-list */
static enum iw_result parse_flags(struct iw_reader *reader, struct iw_response *response)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_flags(reader, IW_FLAGS_STORE, &response->flags) : result;
}

static void write_flags(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add_char(out, ' ');
    iw_write_flags(out, &response->flags);
}

/* ---- SEARCH, SORT ---- */

/* "SEARCH" *(SP nz-number) [SP search-sort-mod-seq] ; "SORT" likewise (RFC 5256 §5) */
static enum iw_result parse_search(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_search(reader, &response->search);
}

static void write_search(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_search(out, &response->search);
}

/* ---- EXISTS, RECENT, EXPUNGE, FETCH, COPY, STORE, UIDFETCH ---- */

static enum iw_result parse_nothing(struct iw_reader *reader, struct iw_response *response)
{
    (void)reader;
    (void)response;
    return IW_OK;
}

static void write_nothing(struct iw_buf *out, const struct iw_response *response)
{
    (void)out;
    (void)response;
}

/* "FETCH" SP msg-att ; "STORE" likewise (RFC 1730 §9); "UIDFETCH" likewise (RFC 9586 §4) */
static enum iw_result parse_fetch(struct iw_reader *reader, struct iw_response *response)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_fetch(reader, &response->fetch) : result;
}

static void write_fetch(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add_char(out, ' ');
    iw_write_fetch(out, &response->fetch);
}

/* ---- extensions: the ABNF stands in the file of each ---- */

static enum iw_result parse_esearch(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_esearch(reader, &response->esearch);
}

static void write_esearch(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_esearch(out, &response->esearch);
}

static enum iw_result parse_thread(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_thread(reader, &response->thread);
}

static void write_thread(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_thread(out, &response->thread);
}

static enum iw_result parse_vanished(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_vanished(reader, &response->vanished);
}

static void write_vanished(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_vanished(out, &response->vanished);
}

static enum iw_result parse_uidbatches(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_uidbatches(reader, &response->uidbatches);
}

static void write_uidbatches(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_uidbatches(out, &response->uidbatches);
}

static enum iw_result parse_namespace(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_namespace(reader, &response->namespaces);
}

static void write_namespace(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_namespace(out, &response->namespaces);
}

static enum iw_result parse_id(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_id(reader, &response->id);
}

static void write_id(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_id(out, &response->id);
}

static enum iw_result parse_quota(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_quota(reader, &response->quota);
}

static void write_quota(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_quota(out, &response->quota);
}

static enum iw_result parse_quotaroot(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_quotaroot(reader, &response->quotaroot);
}

static void write_quotaroot(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_quotaroot(out, &response->quotaroot);
}

static enum iw_result parse_acl(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_acl(reader, &response->acl);
}

static void write_acl(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_acl(out, &response->acl);
}

static enum iw_result parse_listrights(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_listrights(reader, &response->listrights);
}

static void write_listrights(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_listrights(out, &response->listrights);
}

static enum iw_result parse_myrights(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_myrights(reader, &response->myrights);
}

static void write_myrights(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_myrights(out, &response->myrights);
}

static enum iw_result parse_metadata(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_metadata(reader, &response->metadata);
}

static void write_metadata(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_metadata(out, &response->metadata);
}

static enum iw_result parse_annotation(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_annotatemore(reader, &response->annotation);
}

static void write_annotation(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_annotatemore(out, &response->annotation);
}

/* language-data = "LANGUAGE" SP "(" lang-tag-quoted *(SP lang-tag-quoted) ")" ; an astring each
 * (RFC 5255 §5) */
static enum iw_result parse_language(struct iw_reader *reader, struct iw_response *response)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_astring_list(reader, &response->languages) : result;
}

static void write_language(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add_char(out, ' ');
    iw_write_astring_list(out, &response->languages);
}

static enum iw_result parse_comparator(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_comparator(reader, &response->comparator);
}

static void write_comparator(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_comparator(out, &response->comparator);
}

static enum iw_result parse_genurlauth(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_genurlauth(reader, &response->urls);
}

static void write_genurlauth(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_genurlauth(out, &response->urls);
}

static enum iw_result parse_urlfetch(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_urlfetch(reader, &response->urlfetch);
}

static void write_urlfetch(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_urlfetch(out, &response->urlfetch);
}

static enum iw_result parse_jmapaccess(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_jmapaccess(reader, &response->url);
}

static void write_jmapaccess(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_jmapaccess(out, response->url);
}

static enum iw_result parse_converted(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_converted(reader, &response->converted);
}

static void write_converted(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_converted(out, &response->converted);
}

static enum iw_result parse_conversion(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_conversion(reader, &response->conversion);
}

static void write_conversion(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_conversion(out, &response->conversion);
}

static enum iw_result parse_apple_push(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_apple_push(reader, &response->apple_push);
}

static void write_apple_push(struct iw_buf *out, const struct iw_response *response)
{
    iw_write_apple_push(out, &response->apple_push);
}

/* ---- the tables ---- */

/* clang-format off */
const struct iw_response_type iw_response_numbered[] = {
    {IW_NAME("FETCH"), IW_RESPONSE_FETCH, 0, true, parse_fetch, write_fetch},
    {IW_NAME("EXISTS"), IW_RESPONSE_EXISTS, 0, false, parse_nothing, write_nothing},
    {IW_NAME("RECENT"), IW_RESPONSE_RECENT, 0, false, parse_nothing, write_nothing},
    {IW_NAME("EXPUNGE"), IW_RESPONSE_EXPUNGE, 0, true, parse_nothing, write_nothing},
    {IW_NAME("UIDFETCH"), IW_RESPONSE_UIDFETCH, 0, true, parse_fetch, write_fetch},
    {IW_NAME("COPY"), IW_RESPONSE_COPY, 0, true, parse_nothing, write_nothing},
    {IW_NAME("STORE"), IW_RESPONSE_STORE, 0, true, parse_fetch, write_fetch},
    {IW_NAME("CONVERTED"), IW_RESPONSE_CONVERTED, 0, true, parse_converted, write_converted},
    {{NULL, 0}, IW_RESPONSE_OTHER},
};

/* The most frequent first. */
const struct iw_response_type iw_response_plain[] = {
    {IW_NAME("LIST"), IW_RESPONSE_LIST, 0, false, parse_list, write_list},
    {IW_NAME("STATUS"), IW_RESPONSE_STATUS, 0, false, parse_status, write_status},
    {IW_NAME("SEARCH"), IW_RESPONSE_SEARCH, 0, false, parse_search, write_search},
    {IW_NAME("OK"), IW_RESPONSE_STATE, IW_STATE_OK, false, parse_state, write_state},
    {IW_NAME("NO"), IW_RESPONSE_STATE, IW_STATE_NO, false, parse_state, write_state},
    {IW_NAME("BAD"), IW_RESPONSE_STATE, IW_STATE_BAD, false, parse_state, write_state},
    {IW_NAME("BYE"), IW_RESPONSE_STATE, IW_STATE_BYE, false, parse_state, write_state},
    {IW_NAME("PREAUTH"), IW_RESPONSE_STATE, IW_STATE_PREAUTH, false, parse_state, write_state},
    {IW_NAME("CAPABILITY"), IW_RESPONSE_CAPABILITY, 0, false, parse_capability, write_capabilities},
    {IW_NAME("ENABLED"), IW_RESPONSE_ENABLED, 0, false, parse_enabled, write_capabilities},
    {IW_NAME("LSUB"), IW_RESPONSE_LSUB, 0, false, parse_list, write_list},
    {IW_NAME("FLAGS"), IW_RESPONSE_FLAGS, 0, false, parse_flags, write_flags},
    {IW_NAME("ESEARCH"), IW_RESPONSE_ESEARCH, 0, false, parse_esearch, write_esearch},
    {IW_NAME("SORT"), IW_RESPONSE_SORT, 0, false, parse_search, write_search},
    {IW_NAME("THREAD"), IW_RESPONSE_THREAD, 0, false, parse_thread, write_thread},
    {IW_NAME("VANISHED"), IW_RESPONSE_VANISHED, 0, false, parse_vanished, write_vanished},
    {IW_NAME("UIDBATCHES"), IW_RESPONSE_UIDBATCHES, 0, false, parse_uidbatches, write_uidbatches},
    {IW_NAME("NAMESPACE"), IW_RESPONSE_NAMESPACE, 0, false, parse_namespace, write_namespace},
    {IW_NAME("ID"), IW_RESPONSE_ID, 0, false, parse_id, write_id},
    {IW_NAME("QUOTA"), IW_RESPONSE_QUOTA, 0, false, parse_quota, write_quota},
    {IW_NAME("QUOTAROOT"), IW_RESPONSE_QUOTAROOT, 0, false, parse_quotaroot, write_quotaroot},
    {IW_NAME("ACL"), IW_RESPONSE_ACL, 0, false, parse_acl, write_acl},
    {IW_NAME("LISTRIGHTS"), IW_RESPONSE_LISTRIGHTS, 0, false, parse_listrights, write_listrights},
    {IW_NAME("MYRIGHTS"), IW_RESPONSE_MYRIGHTS, 0, false, parse_myrights, write_myrights},
    {IW_NAME("METADATA"), IW_RESPONSE_METADATA, 0, false, parse_metadata, write_metadata},
    {IW_NAME("ANNOTATION"), IW_RESPONSE_ANNOTATION, 0, false, parse_annotation, write_annotation},
    {IW_NAME("LANGUAGE"), IW_RESPONSE_LANGUAGE, 0, false, parse_language, write_language},
    {IW_NAME("COMPARATOR"), IW_RESPONSE_COMPARATOR, 0, false, parse_comparator, write_comparator},
    {IW_NAME("GENURLAUTH"), IW_RESPONSE_GENURLAUTH, 0, false, parse_genurlauth, write_genurlauth},
    {IW_NAME("URLFETCH"), IW_RESPONSE_URLFETCH, 0, false, parse_urlfetch, write_urlfetch},
    {IW_NAME("JMAPACCESS"), IW_RESPONSE_JMAPACCESS, 0, false, parse_jmapaccess, write_jmapaccess},
    {IW_NAME("CONVERSION"), IW_RESPONSE_CONVERSION, 0, false, parse_conversion, write_conversion},
    {IW_NAME("XAPPLEPUSHSERVICE"), IW_RESPONSE_APPLE_PUSH, 0, false, parse_apple_push,
     write_apple_push},
    {IW_NAME("RLIST"), IW_RESPONSE_RLIST, 0, false, parse_list, write_list},
    {IW_NAME("RLSUB"), IW_RESPONSE_RLSUB, 0, false, parse_list, write_list},
    {IW_NAME("XLIST"), IW_RESPONSE_XLIST, 0, false, parse_list, write_list},
    {{NULL, 0}, IW_RESPONSE_OTHER},
};
/* clang-format on */
