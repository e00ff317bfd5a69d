/* SPDX-License-Identifier: MIT */
#include "parser/response.h"

#include "parser/jmapaccess.h"
#include "parser/verbatim.h"

#include <assert.h>

/* ---- OK, NO, BAD, BYE, PREAUTH ---- */

static const char *const state_names[] = {
    [IW_STATE_OK] = "OK",   [IW_STATE_NO] = "NO",           [IW_STATE_BAD] = "BAD",
    [IW_STATE_BYE] = "BYE", [IW_STATE_PREAUTH] = "PREAUTH",
};

const char *iw_response_kind_name(enum iw_response_kind kind)
{
    static const char *const names[] = {
        [IW_RESPONSE_CONTINUE] = "continue",
        [IW_RESPONSE_TAGGED] = "tagged",
        [IW_RESPONSE_STATE] = "state",
        [IW_RESPONSE_CAPABILITY] = "capability",
        [IW_RESPONSE_ENABLED] = "enabled",
        [IW_RESPONSE_LIST] = "list",
        [IW_RESPONSE_LSUB] = "lsub",
        [IW_RESPONSE_STATUS] = "status",
        [IW_RESPONSE_FLAGS] = "flags",
        [IW_RESPONSE_SEARCH] = "search",
        [IW_RESPONSE_EXISTS] = "exists",
        [IW_RESPONSE_RECENT] = "recent",
        [IW_RESPONSE_EXPUNGE] = "expunge",
        [IW_RESPONSE_FETCH] = "fetch",
        [IW_RESPONSE_RLIST] = "rlist",
        [IW_RESPONSE_RLSUB] = "rlsub",
        [IW_RESPONSE_XLIST] = "xlist",
        [IW_RESPONSE_COPY] = "copy",
        [IW_RESPONSE_STORE] = "store",
        [IW_RESPONSE_UIDFETCH] = "uidfetch",
        [IW_RESPONSE_ESEARCH] = "esearch",
        [IW_RESPONSE_SORT] = "sort",
        [IW_RESPONSE_THREAD] = "thread",
        [IW_RESPONSE_VANISHED] = "vanished",
        [IW_RESPONSE_UIDBATCHES] = "uidbatches",
        [IW_RESPONSE_NAMESPACE] = "namespace",
        [IW_RESPONSE_ID] = "id",
        [IW_RESPONSE_QUOTA] = "quota",
        [IW_RESPONSE_QUOTAROOT] = "quotaroot",
        [IW_RESPONSE_ACL] = "acl",
        [IW_RESPONSE_LISTRIGHTS] = "listrights",
        [IW_RESPONSE_MYRIGHTS] = "myrights",
        [IW_RESPONSE_METADATA] = "metadata",
        [IW_RESPONSE_ANNOTATION] = "annotation",
        [IW_RESPONSE_LANGUAGE] = "language",
        [IW_RESPONSE_COMPARATOR] = "comparator",
        [IW_RESPONSE_GENURLAUTH] = "genurlauth",
        [IW_RESPONSE_URLFETCH] = "urlfetch",
        [IW_RESPONSE_JMAPACCESS] = "jmapaccess",
        [IW_RESPONSE_CONVERTED] = "converted",
        [IW_RESPONSE_CONVERSION] = "conversion",
        [IW_RESPONSE_APPLE_PUSH] = "xapplepushservice",
        [IW_RESPONSE_OTHER] = "other",
    };
    return names[kind];
}

const char *iw_state_name(enum iw_state state)
{
    assert((size_t)state < sizeof state_names / sizeof *state_names);
    return state_names[state];
}

bool iw_is_state(struct iw_span word)
{
    for (size_t i = 0; i < sizeof state_names / sizeof *state_names; i++)
        if (iw_span_equal_nocase(word, iw_span_of(state_names[i])))
            return true;
    return false;
}

/* resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text ; resp-cond-bye, resp-cond-auth */
static enum iw_result parse_state(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_text(reader, &response->text);
}

static void write_state(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add_string(out, iw_state_name(response->state));
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

static void write_names(struct iw_buf *out, const char *word, const struct iw_names *names)
{
    iw_buf_add_string(out, word);
    for (size_t i = 0; i < names->count; i++) {
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, names->names[i]);
    }
}

static void write_capability(struct iw_buf *out, const struct iw_response *response)
{
    write_names(out, "CAPABILITY", &response->capabilities);
}

static void write_enabled(struct iw_buf *out, const struct iw_response *response)
{
    write_names(out, "ENABLED", &response->capabilities);
}

/* ---- LIST, LSUB, STATUS ---- */

/* "LIST" SP mailbox-list ; LSUB, RLIST, RLSUB and XLIST likewise */
static enum iw_result parse_list(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_mailbox_list(reader, &response->list);
}

static void write_list(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("LIST "));
    iw_write_mailbox_list(out, &response->list);
}

static void write_rlist(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("RLIST "));
    iw_write_mailbox_list(out, &response->list);
}

static void write_rlsub(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("RLSUB "));
    iw_write_mailbox_list(out, &response->list);
}

static void write_xlist(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("XLIST "));
    iw_write_mailbox_list(out, &response->list);
}

static void write_lsub(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("LSUB "));
    iw_write_mailbox_list(out, &response->list);
}

/* "STATUS" SP mailbox SP "(" [status-att-list] ")" */
static enum iw_result parse_status(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_status(reader, &response->status);
}

static void write_status(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("STATUS "));
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
    iw_buf_add(out, IW_SPAN("FLAGS "));
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
    iw_buf_add(out, IW_SPAN("SEARCH"));
    iw_write_search(out, &response->search);
}

static void write_sort(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("SORT"));
    iw_write_search(out, &response->search);
}

/* ---- EXISTS, RECENT, EXPUNGE, FETCH, COPY, STORE, UIDFETCH ---- */

static enum iw_result parse_nothing(struct iw_reader *reader, struct iw_response *response)
{
    (void)reader;
    (void)response;
    return IW_OK;
}

static void write_numbered(struct iw_buf *out, uint32_t number, const char *word)
{
    iw_buf_add_number(out, number);
    iw_buf_add_char(out, ' ');
    iw_buf_add_string(out, word);
}

static void write_exists(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "EXISTS");
}

static void write_recent(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "RECENT");
}

static void write_expunge(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "EXPUNGE");
}

static void write_copy(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "COPY");
}

/* "FETCH" SP msg-att ; "STORE" likewise (RFC 1730 §9); "UIDFETCH" likewise (RFC 9586 §4) */
static enum iw_result parse_fetch(struct iw_reader *reader, struct iw_response *response)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_fetch(reader, &response->fetch) : result;
}

static void write_fetch(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "FETCH ");
    iw_write_fetch(out, &response->fetch);
}

static void write_store(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "STORE ");
    iw_write_fetch(out, &response->fetch);
}

static void write_uidfetch(struct iw_buf *out, const struct iw_response *response)
{
    write_numbered(out, response->number, "UIDFETCH ");
    iw_write_fetch(out, &response->fetch);
}

/* ---- extensions: the ABNF stands in the file of each ---- */

static enum iw_result parse_esearch(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_esearch(reader, &response->esearch);
}

static void write_esearch(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("ESEARCH"));
    iw_write_esearch(out, &response->esearch);
}

static enum iw_result parse_thread(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_thread(reader, &response->thread);
}

static void write_thread(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("THREAD"));
    iw_write_thread(out, &response->thread);
}

static enum iw_result parse_vanished(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_vanished(reader, &response->vanished);
}

static void write_vanished(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("VANISHED"));
    iw_write_vanished(out, &response->vanished);
}

static enum iw_result parse_uidbatches(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_uidbatches(reader, &response->uidbatches);
}

static void write_uidbatches(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("UIDBATCHES"));
    iw_write_uidbatches(out, &response->uidbatches);
}

static enum iw_result parse_namespace(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_namespace(reader, &response->namespaces);
}

static void write_namespace(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("NAMESPACE"));
    iw_write_namespace(out, &response->namespaces);
}

static enum iw_result parse_id(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_id(reader, &response->id);
}

static void write_id(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("ID"));
    iw_write_id(out, &response->id);
}

static enum iw_result parse_quota(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_quota(reader, &response->quota);
}

static void write_quota(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("QUOTA"));
    iw_write_quota(out, &response->quota);
}

static enum iw_result parse_quotaroot(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_quotaroot(reader, &response->quotaroot);
}

static void write_quotaroot(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("QUOTAROOT"));
    iw_write_quotaroot(out, &response->quotaroot);
}

static enum iw_result parse_acl(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_acl(reader, &response->acl);
}

static void write_acl(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("ACL"));
    iw_write_acl(out, &response->acl);
}

static enum iw_result parse_listrights(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_listrights(reader, &response->listrights);
}

static void write_listrights(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("LISTRIGHTS"));
    iw_write_listrights(out, &response->listrights);
}

static enum iw_result parse_myrights(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_myrights(reader, &response->myrights);
}

static void write_myrights(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("MYRIGHTS"));
    iw_write_myrights(out, &response->myrights);
}

static enum iw_result parse_metadata(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_metadata(reader, &response->metadata);
}

static void write_metadata(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("METADATA"));
    iw_write_metadata(out, &response->metadata);
}

static enum iw_result parse_annotation(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_annotatemore(reader, &response->annotation);
}

static void write_annotation(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("ANNOTATION"));
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
    iw_buf_add(out, IW_SPAN("LANGUAGE "));
    iw_write_astring_list(out, &response->languages);
}

static enum iw_result parse_comparator(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_comparator(reader, &response->comparator);
}

static void write_comparator(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("COMPARATOR"));
    iw_write_comparator(out, &response->comparator);
}

static enum iw_result parse_genurlauth(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_genurlauth(reader, &response->urls);
}

static void write_genurlauth(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("GENURLAUTH"));
    iw_write_genurlauth(out, &response->urls);
}

static enum iw_result parse_urlfetch(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_urlfetch(reader, &response->urlfetch);
}

static void write_urlfetch(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("URLFETCH"));
    iw_write_urlfetch(out, &response->urlfetch);
}

static enum iw_result parse_jmapaccess(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_jmapaccess(reader, &response->url);
}

static void write_jmapaccess(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("JMAPACCESS"));
    iw_write_jmapaccess(out, response->url);
}

static enum iw_result parse_converted(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_converted(reader, &response->converted);
}

static void write_converted(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_addf(out, "%lu CONVERTED", (unsigned long)response->number);
    iw_write_converted(out, &response->converted);
}

static enum iw_result parse_conversion(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_conversion(reader, &response->conversion);
}

static void write_conversion(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("CONVERSION"));
    iw_write_conversion(out, &response->conversion);
}

static enum iw_result parse_apple_push(struct iw_reader *reader, struct iw_response *response)
{
    return iw_parse_apple_push(reader, &response->apple_push);
}

static void write_apple_push(struct iw_buf *out, const struct iw_response *response)
{
    iw_buf_add(out, IW_SPAN("XAPPLEPUSHSERVICE"));
    iw_write_apple_push(out, &response->apple_push);
}

/* ---- the tables ---- */

struct response_type {
    struct iw_span name;
    enum iw_response_kind kind;
    enum iw_state state; /* of IW_RESPONSE_STATE */
    bool from_one;       /* the number in front is a nz-number */
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_response *response);
    void (*write)(struct iw_buf *out, const struct iw_response *response);
};

/* clang-format off */
/* message-data and the part of mailbox-data that begins with a number */
static const struct response_type numbered_types[] = {
    {IW_NAME("FETCH"), IW_RESPONSE_FETCH, 0, true, parse_fetch, write_fetch},
    {IW_NAME("EXISTS"), IW_RESPONSE_EXISTS, 0, false, parse_nothing, write_exists},
    {IW_NAME("RECENT"), IW_RESPONSE_RECENT, 0, false, parse_nothing, write_recent},
    {IW_NAME("EXPUNGE"), IW_RESPONSE_EXPUNGE, 0, true, parse_nothing, write_expunge},
    {IW_NAME("UIDFETCH"), IW_RESPONSE_UIDFETCH, 0, true, parse_fetch, write_uidfetch},
    {IW_NAME("COPY"), IW_RESPONSE_COPY, 0, true, parse_nothing, write_copy},
    {IW_NAME("STORE"), IW_RESPONSE_STORE, 0, true, parse_fetch, write_store},
    {IW_NAME("CONVERTED"), IW_RESPONSE_CONVERTED, 0, true, parse_converted, write_converted},
    {{NULL, 0}, IW_RESPONSE_OTHER},
};

/* The most frequent first. */
static const struct response_type plain_types[] = {
    {IW_NAME("LIST"), IW_RESPONSE_LIST, 0, false, parse_list, write_list},
    {IW_NAME("STATUS"), IW_RESPONSE_STATUS, 0, false, parse_status, write_status},
    {IW_NAME("SEARCH"), IW_RESPONSE_SEARCH, 0, false, parse_search, write_search},
    {IW_NAME("OK"), IW_RESPONSE_STATE, IW_STATE_OK, false, parse_state, write_state},
    {IW_NAME("NO"), IW_RESPONSE_STATE, IW_STATE_NO, false, parse_state, write_state},
    {IW_NAME("BAD"), IW_RESPONSE_STATE, IW_STATE_BAD, false, parse_state, write_state},
    {IW_NAME("BYE"), IW_RESPONSE_STATE, IW_STATE_BYE, false, parse_state, write_state},
    {IW_NAME("PREAUTH"), IW_RESPONSE_STATE, IW_STATE_PREAUTH, false, parse_state, write_state},
    {IW_NAME("CAPABILITY"), IW_RESPONSE_CAPABILITY, 0, false, parse_capability, write_capability},
    {IW_NAME("ENABLED"), IW_RESPONSE_ENABLED, 0, false, parse_enabled, write_enabled},
    {IW_NAME("LSUB"), IW_RESPONSE_LSUB, 0, false, parse_list, write_lsub},
    {IW_NAME("FLAGS"), IW_RESPONSE_FLAGS, 0, false, parse_flags, write_flags},
    {IW_NAME("ESEARCH"), IW_RESPONSE_ESEARCH, 0, false, parse_esearch, write_esearch},
    {IW_NAME("SORT"), IW_RESPONSE_SORT, 0, false, parse_search, write_sort},
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
    {IW_NAME("RLIST"), IW_RESPONSE_RLIST, 0, false, parse_list, write_rlist},
    {IW_NAME("RLSUB"), IW_RESPONSE_RLSUB, 0, false, parse_list, write_rlsub},
    {IW_NAME("XLIST"), IW_RESPONSE_XLIST, 0, false, parse_list, write_xlist},
    {{NULL, 0}, IW_RESPONSE_OTHER},
};
/* clang-format on */

/* The last row, whose name is NULL, if there is none of that name. */
static const struct response_type *type_of(const struct response_type *types, struct iw_span name)
{
    while (types->name.data != NULL && !iw_is_word(name, types->name))
        types++;
    return types;
}

static const struct response_type *type_of_kind(const struct response_type *types,
                                                enum iw_response_kind kind)
{
    while (types->kind != kind && types->name.data != NULL)
        types++;
    return types;
}

/* The type whose name stands at the cursor in upper case with SP behind it, as mostly. */
static const struct response_type *type_at(const struct response_type *types,
                                           const struct iw_reader *reader)
{
    char first = reader->at < reader->end ? *reader->at : '\0';
    while (types->name.data != NULL &&
           (*types->name.data != first || !iw_at_word(reader, types->name, ' ')))
        types++;
    return types;
}

/* ---- whole responses ---- */

/* No type knows it: all up to the end of the frame, unread. */
static enum iw_result skip_other(struct iw_reader *reader, struct iw_response *response)
{
    response->kind = IW_RESPONSE_OTHER;
    const char *end = reader->end;
    if (end > reader->at && end[-1] == '\n')
        end--;
    if (end > reader->at && end[-1] == '\r')
        end--;
    reader->at = end;
    return IW_OK;
}

/* resp-text where resp-cond-state must stand, as if it were behind OK; response->name is its first
 * word, if that is read already. */
static enum iw_result parse_absent_state(struct iw_reader *reader, struct iw_response *response)
{
    if (response->name.data != NULL)
        reader->at = response->name.data;
    if (response->number != 0 || !iw_reader_lenient(reader, IW_LENIENT_STATE_ABSENT))
        return iw_reader_fail(reader, "a response");
    response->kind = IW_RESPONSE_STATE;
    return iw_parse_text_behind_space(reader, &response->text);
}

/* The number in front of a word, which is at that place, where it must be a nz-number. */
static enum iw_result check_number(struct iw_reader *reader, const char *number)
{
    const char *behind = reader->at;
    reader->at = number;
    if (*number == '0' && !iw_reader_lenient(reader, IW_LENIENT_NUMBER_ZERO))
        return iw_reader_fail(reader, "a number from 1");
    reader->at = behind;
    return IW_OK;
}

/* A word of the one table, with a number in front if that has one, where only words of the other
 * may stand. */
static enum iw_result parse_word(struct iw_reader *reader, struct iw_response *response,
                                 const struct response_type *types, const char *number)
{
    const struct response_type *others = types == plain_types ? numbered_types : plain_types;
    const struct response_type *type = type_at(types, reader);
    if (type->name.data != NULL) {
        response->name = iw_span(reader->at, type->name.length);
        reader->at += type->name.length;
    } else {
        enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a response", &response->name);
        if (result != IW_OK)
            return result;
        type = type_of(types, response->name);
    }
    if (type->name.data != NULL) {
        response->kind = type->kind;
        response->state = type->state;
        enum iw_result result = type->from_one ? check_number(reader, number) : IW_OK;
        return result == IW_OK ? type->parse(reader, response) : result;
    }
    if (response->name.data[0] == '[')
        return parse_absent_state(reader, response);
    if (type_of(others, response->name)->name.data == NULL)
        return skip_other(reader, response);
    reader->at = types == numbered_types ? response->name.data : number;
    return iw_reader_fail(reader, types == numbered_types ? "message data" : "a number");
}

/* response-data = "*" SP (resp-cond-state / resp-cond-bye / mailbox-data / message-data /
 *                 capability-data / enable-data) CRLF ; greeting = "*" SP (…) CRLF */
static enum iw_result parse_untagged(struct iw_reader *reader, struct iw_response *response)
{
    uint64_t number;
    reader->at++;
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    if (iw_reader_relaxed(reader))
        iw_reader_extra_space(reader, '\0');
    const char *first = reader->at;
    if (first == reader->end || !iw_is(*first, IW_CHAR_DIGIT))
        return parse_word(reader, response, plain_types, first);
    result = iw_read_number(reader, UINT32_MAX, &number);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    response->number = (uint32_t)number;
    return parse_word(reader, response, numbered_types, first);
}

/* continue-req = "+" SP (resp-text / base64) CRLF ; the base64 of an empty challenge is empty */
static enum iw_result parse_continue(struct iw_reader *reader, struct iw_response *response)
{
    response->kind = IW_RESPONSE_CONTINUE;
    reader->at++;
    if (!iw_reader_peek(reader, ' ') && !iw_reader_lenient(reader, IW_LENIENT_EMPTY_TEXT))
        return iw_reader_fail(reader, "SP");
    if (iw_reader_more(reader))
        return iw_parse_text(reader, &response->text);
    iw_reader_skip(reader, ' ');
    response->text = (struct iw_text){.text = iw_span(reader->at, 0)};
    return IW_OK;
}

/* response-tagged = tag SP resp-cond-state CRLF ; up to the state's word */
static enum iw_result parse_tag_and_state(struct iw_reader *reader, struct iw_response *response)
{
    struct iw_span word;
    response->kind = IW_RESPONSE_TAGGED;
    enum iw_result result = iw_read_run(reader, IW_CHAR_TAG, "a tag, * or +", &response->tag);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "OK, NO or BAD", &word);
    if (result != IW_OK)
        return result;
    const struct response_type *type = type_of(plain_types, word);
    response->state = type->state;
    if (type->kind == IW_RESPONSE_STATE && type->state <= IW_STATE_BAD)
        return IW_OK;
    reader->at = word.data;
    return iw_reader_fail(reader, "OK, NO or BAD");
}

static enum iw_result parse_tagged(struct iw_reader *reader, struct iw_response *response)
{
    enum iw_result result = parse_tag_and_state(reader, response);
    return result == IW_OK ? iw_parse_text(reader, &response->text) : result;
}

/* Not the union: whoever parses one of its members clears that first. */
static void begin_response(struct iw_response *response, struct iw_span raw)
{
    response->kind = IW_RESPONSE_OTHER;
    response->raw = raw;
    response->tag = iw_span(NULL, 0);
    response->state = IW_STATE_OK;
    response->number = 0;
    response->name = iw_span(NULL, 0);
}

/* A line that begins with neither "*" nor "+": tagged, or one of those that leniencies let in. */
static enum iw_result parse_odd_line(struct iw_reader *reader, struct iw_response *response)
{
    struct iw_trial trial;
    iw_trial_begin(&trial, reader);
    enum iw_result result = parse_tag_and_state(reader, response);
    if (!iw_trial_refused(&trial, reader, result))
        return result == IW_OK ? iw_parse_text(reader, &response->text) : result;
    begin_response(response, response->raw);
    if (iw_reader_peek(reader, '[') && iw_reader_lenient(reader, IW_LENIENT_STATE_ABSENT))
        return parse_absent_state(reader, response);
    if (iw_reader_lenient(reader, IW_LENIENT_STRAY_LINE))
        return skip_other(reader, response);
    return parse_tagged(reader, response);
}

static void skip_nuls(struct iw_reader *reader)
{
    if (iw_reader_peek(reader, '\0') && iw_reader_lenient(reader, IW_LENIENT_LEADING_NUL))
        while (iw_reader_skip(reader, '\0'))
            ;
}

static enum iw_result read_response(struct iw_reader *reader, void *value)
{
    struct iw_response *response = value;
    begin_response(response, iw_between(reader->begin, reader->end));
    if (iw_reader_relaxed(reader))
        skip_nuls(reader);
    enum iw_result result = iw_reader_peek(reader, '*')   ? parse_untagged(reader, response)
                            : iw_reader_peek(reader, '+') ? parse_continue(reader, response)
                            : !iw_reader_relaxed(reader)  ? parse_tagged(reader, response)
                                                          : parse_odd_line(reader, response);
    return result == IW_OK ? iw_read_crlf(reader) : result;
}

enum iw_result iw_parse_response(const struct iw_frame *frame, struct iw_arena *arena,
                                 const struct iw_limits *limits, struct iw_lenient *lenient,
                                 struct iw_response *response, struct iw_error *error)
{
    struct iw_reader reader;
    iw_reader_init(&reader, frame, arena, limits, NULL, error);
    enum iw_result result = read_response(&reader, response);
    if (!iw_reader_may_relax(&reader, result, lenient))
        return result;
    return iw_read_leniently(&reader, result, lenient, read_response, response);
}

static void write_untagged(struct iw_buf *out, const struct iw_response *response)
{
    const struct response_type *type = type_of_kind(plain_types, response->kind);
    if (type->name.data == NULL)
        type = type_of_kind(numbered_types, response->kind);
    assert(type->write != NULL);
    iw_buf_add(out, IW_SPAN("* "));
    type->write(out, response);
}

void iw_write_response(struct iw_buf *out, const struct iw_response *response)
{
    switch (response->kind) {
    case IW_RESPONSE_OTHER:
        iw_buf_add(out, response->raw);
        return;
    case IW_RESPONSE_CONTINUE:
        iw_buf_add_char(out, '+');
        iw_write_text(out, &response->text);
        break;
    case IW_RESPONSE_TAGGED:
        iw_buf_add(out, response->tag);
        iw_buf_add_char(out, ' ');
        write_state(out, response);
        break;
    default:
        write_untagged(out, response);
    }
    iw_buf_add(out, IW_SPAN("\r\n"));
}
