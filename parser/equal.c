/* SPDX-License-Identifier: MIT */
/* Equality of parsed values: what two spellings of one response have in common. Verbatim
 * parts are equal when their octets are. */
#include "parser/response.h"
#include "parser/same.h"

static bool same_list(const struct iw_span *a, size_t a_count, const struct iw_span *b,
                      size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++)
        if (!iw_span_equal(a[i], b[i]))
            return false;
    return true;
}

/* ---- responses ---- */

static bool same_code(const struct iw_code *a, const struct iw_code *b)
{
    if (a->type != b->type || !iw_span_equal(a->name, b->name))
        return false;
    enum iw_code_shape shape = a->type == NULL ? IW_CODE_ARGUMENT : a->type->shape;
    bool verbatim = shape == IW_CODE_BARE || shape == IW_CODE_TEXT || shape == IW_CODE_ARGUMENT;
    if (verbatim && !iw_same_span(a->argument, b->argument))
        return false;
    return a->number == b->number && a->second == b->second && iw_same_span(a->word, b->word) &&
           a->detailed == b->detailed && a->counting == b->counting &&
           a->no_private == b->no_private &&
           same_list(a->names, a->name_count, b->names, b->name_count) &&
           iw_same_flags(&a->flags, &b->flags) && iw_same_set(&a->uids, &b->uids) &&
           iw_same_set(&a->source_uids, &b->source_uids);
}

static bool same_text(const struct iw_text *a, const struct iw_text *b)
{
    return same_code(&a->code, &b->code) && iw_span_equal(a->text, b->text);
}

static bool same_mailbox_list(const struct iw_mailbox_list *a, const struct iw_mailbox_list *b)
{
    if (a->extended != b->extended || a->item_count != b->item_count)
        return false;
    for (size_t i = 0; i < a->item_count; i++) {
        const struct iw_list_item *x = &a->items[i], *y = &b->items[i];
        if (x->kind != y->kind || !iw_span_equal(x->name, y->name) ||
            !iw_same_names(&x->selections, &y->selections) ||
            !iw_same_span(x->mailbox, y->mailbox) || !iw_same_span(x->raw, y->raw))
            return false;
    }
    return same_list(a->attributes, a->attribute_count, b->attributes, b->attribute_count) &&
           iw_same_span(a->separator, b->separator) && iw_span_equal(a->mailbox, b->mailbox);
}

static bool same_status(const struct iw_status_data *a, const struct iw_status_data *b)
{
    if (!iw_span_equal(a->mailbox, b->mailbox) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct iw_status_item *x = &a->items[i], *y = &b->items[i];
        if (!iw_span_equal(x->name, y->name) || x->kind != y->kind || x->number != y->number ||
            !iw_same_span(x->id, y->id) ||
            (x->kind == IW_STATUS_OTHER && !iw_span_equal(x->raw, y->raw)))
            return false;
    }
    return true;
}

static bool same_search(const struct iw_search *a, const struct iw_search *b)
{
    if (a->count != b->count || a->modseq != b->modseq)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->numbers[i] != b->numbers[i])
            return false;
    return true;
}

/* ---- FETCH ---- */

static bool same_addresses(const struct iw_addresses *a, const struct iw_addresses *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct iw_address *x = &a->members[i], *y = &b->members[i];
        if (!iw_same_span(x->name, y->name) || !iw_same_span(x->adl, y->adl) ||
            !iw_same_span(x->mailbox, y->mailbox) || !iw_same_span(x->host, y->host))
            return false;
    }
    return true;
}

static bool same_envelope(const struct iw_envelope *a, const struct iw_envelope *b)
{
    return iw_same_span(a->date, b->date) && iw_same_span(a->subject, b->subject) &&
           same_addresses(&a->from, &b->from) && same_addresses(&a->sender, &b->sender) &&
           same_addresses(&a->reply_to, &b->reply_to) && same_addresses(&a->to, &b->to) &&
           same_addresses(&a->cc, &b->cc) && same_addresses(&a->bcc, &b->bcc) &&
           iw_same_span(a->in_reply_to, b->in_reply_to) &&
           iw_same_span(a->message_id, b->message_id);
}

static bool same_params(const struct iw_params *a, const struct iw_params *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!iw_span_equal(a->members[i].name, b->members[i].name) ||
            !iw_span_equal(a->members[i].value, b->members[i].value))
            return false;
    return true;
}

static bool same_extensions(const struct iw_body *a, const struct iw_body *b)
{
    return a->extensions == b->extensions && iw_same_span(a->md5, b->md5) &&
           iw_same_span(a->disposition, b->disposition) &&
           same_params(&a->disposition_params, &b->disposition_params) &&
           same_list(a->languages, a->language_count, b->languages, b->language_count) &&
           iw_same_span(a->location, b->location) && iw_same_span(a->more, b->more);
}

/* A body without its parts. */
static bool same_fields(const struct iw_body *a, const struct iw_body *b)
{
    return a->kind == b->kind && iw_same_span(a->type, b->type) &&
           iw_same_span(a->subtype, b->subtype) && same_params(&a->params, &b->params) &&
           iw_same_span(a->id, b->id) && iw_same_span(a->description, b->description) &&
           iw_same_span(a->encoding, b->encoding) && a->octets == b->octets &&
           a->lines == b->lines && same_extensions(a, b) &&
           (a->kind != IW_BODY_MESSAGE || same_envelope(a->envelope, b->envelope));
}

/* As deep as a body is: IW_BODY_DEPTH_MAX. */
bool iw_body_equal(const struct iw_body *a, const struct iw_body *b)
{
    if (!same_fields(a, b))
        return false;
    const struct iw_body *x = a->part, *y = b->part;
    for (; x != NULL && y != NULL; x = x->next, y = y->next)
        if (!iw_body_equal(x, y))
            return false;
    return x == NULL && y == NULL;
}

/* What an item of that kind has besides a value and a number. */
static bool same_detail(const struct iw_fetch_item *a, const struct iw_fetch_item *b)
{
    switch (a->kind) {
    case IW_FETCH_FLAGS:
        return iw_same_flags(&a->flags, &b->flags);
    case IW_FETCH_INTERNALDATE:
    case IW_FETCH_SAVEDATE:
        return a->nil == b->nil && iw_same_date(&a->date, &b->date);
    case IW_FETCH_SECTION:
    case IW_FETCH_BINARY:
    case IW_FETCH_BINARY_SIZE:
        return iw_section_equal(&a->section, &b->section) && a->origin == b->origin;
    case IW_FETCH_ENVELOPE:
        return same_envelope(a->envelope, b->envelope);
    case IW_FETCH_BODYSTRUCTURE:
        return iw_body_equal(a->body, b->body);
    case IW_FETCH_PREVIEW:
        return iw_same_span(a->algorithm, b->algorithm);
    case IW_FETCH_GMAIL_LABELS:
        return same_list(a->labels, a->label_count, b->labels, b->label_count);
    case IW_FETCH_ANNOTATION:
        return iw_annotations_equal(&a->annotations, &b->annotations);
    case IW_FETCH_OTHER:
        return iw_same_span(a->brackets, b->brackets) && a->other_origin == b->other_origin;
    case IW_FETCH_UID:
    case IW_FETCH_SIZE:
    case IW_FETCH_MODSEQ:
    case IW_FETCH_ID:
    case IW_FETCH_GMAIL_ID:
    case IW_FETCH_BAD:
        return true;
    }
    return false;
}

static bool same_item(const struct iw_fetch_item *a, const struct iw_fetch_item *b)
{
    return a->kind == b->kind && iw_span_equal(a->name, b->name) &&
           a->has_section == b->has_section && a->has_origin == b->has_origin &&
           a->kept == b->kept && iw_same_span(a->value, b->value) && a->number == b->number &&
           same_detail(a, b);
}

static bool same_fetch(const struct iw_fetch *a, const struct iw_fetch *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_item(&a->items[i], &b->items[i]))
            return false;
    return true;
}

/* ---- extensions ---- */

static bool same_correlator(const struct iw_correlator *a, const struct iw_correlator *b)
{
    return iw_same_span(a->tag, b->tag) && iw_same_span(a->mailbox, b->mailbox) &&
           a->uidvalidity == b->uidvalidity;
}

static bool same_esearch_item(const struct iw_esearch_item *a, const struct iw_esearch_item *b)
{
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == IW_ESEARCH_OTHER && !iw_span_equal(a->name, b->name))
        return false;
    for (size_t i = 0; a->changes != NULL && i < a->count; i++)
        if (a->changes[i].position != b->changes[i].position ||
            !iw_same_set(&a->changes[i].set, &b->changes[i].set))
            return false;
    for (size_t i = 0; a->scores != NULL && i < a->count; i++)
        if (a->scores[i] != b->scores[i])
            return false;
    return a->number == b->number && a->from_end == b->from_end &&
           a->range.first == b->range.first && a->range.last == b->range.last &&
           iw_same_set(&a->set, &b->set) && iw_same_span(a->raw, b->raw);
}

static bool same_esearch(const struct iw_esearch *a, const struct iw_esearch *b)
{
    if (!same_correlator(&a->correlator, &b->correlator) || a->uid != b->uid ||
        a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_esearch_item(&a->items[i], &b->items[i]))
            return false;
    return true;
}

static bool same_thread(const struct iw_thread *a, const struct iw_thread *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct iw_thread_member *x = &a->members[i], *y = &b->members[i];
        if (x->number != y->number || x->opens != y->opens || x->closes != y->closes)
            return false;
    }
    return true;
}

static bool same_namespace(const struct iw_namespace *a, const struct iw_namespace *b)
{
    if (!iw_span_equal(a->prefix, b->prefix) || !iw_same_span(a->separator, b->separator) ||
        a->extension_count != b->extension_count)
        return false;
    for (size_t i = 0; i < a->extension_count; i++)
        if (!iw_span_equal(a->extensions[i].name, b->extensions[i].name) ||
            !iw_same_names(&a->extensions[i].values, &b->extensions[i].values))
            return false;
    return true;
}

static bool same_namespaces(const struct iw_namespace_data *a, const struct iw_namespace_data *b)
{
    for (size_t place = 0; place < IW_NAMESPACE_COUNT; place++) {
        if (a->places[place].count != b->places[place].count)
            return false;
        for (size_t i = 0; i < a->places[place].count; i++)
            if (!same_namespace(&a->places[place].members[i], &b->places[place].members[i]))
                return false;
    }
    return true;
}

static bool same_quota(const struct iw_quota *a, const struct iw_quota *b)
{
    if (!iw_span_equal(a->root, b->root) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct iw_quota_resource *x = &a->resources[i], *y = &b->resources[i];
        if (!iw_span_equal(x->name, y->name) || x->usage != y->usage || x->limit != y->limit)
            return false;
    }
    return true;
}

static bool same_acl(const struct iw_acl *a, const struct iw_acl *b)
{
    if (!iw_span_equal(a->mailbox, b->mailbox) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!iw_span_equal(a->entries[i].identifier, b->entries[i].identifier) ||
            !iw_span_equal(a->entries[i].rights, b->entries[i].rights))
            return false;
    return true;
}

static bool same_listrights(const struct iw_listrights *a, const struct iw_listrights *b)
{
    return iw_span_equal(a->mailbox, b->mailbox) && iw_span_equal(a->identifier, b->identifier) &&
           iw_span_equal(a->required, b->required) && iw_same_names(&a->optional, &b->optional);
}

static bool same_metadata(const struct iw_metadata *a, const struct iw_metadata *b)
{
    if (!iw_span_equal(a->mailbox, b->mailbox) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct iw_metadata_entry *x = &a->entries[i], *y = &b->entries[i];
        if (!iw_span_equal(x->name, y->name) || !iw_same_span(x->value, y->value) ||
            x->size != y->size || x->kept != y->kept)
            return false;
    }
    return iw_same_names(&a->changed, &b->changed);
}

static bool same_annotatemore_entry(const struct iw_annotatemore_entry *a,
                                    const struct iw_annotatemore_entry *b)
{
    if (!iw_span_equal(a->name, b->name) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!iw_span_equal(a->attributes[i].name, b->attributes[i].name) ||
            !iw_same_span(a->attributes[i].value, b->attributes[i].value))
            return false;
    return true;
}

static bool same_annotatemore(const struct iw_annotatemore *a, const struct iw_annotatemore *b)
{
    if (!iw_span_equal(a->mailbox, b->mailbox) || a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_annotatemore_entry(&a->entries[i], &b->entries[i]))
            return false;
    return iw_same_names(&a->changed, &b->changed);
}

static bool same_url_item(const struct iw_url_item *a, const struct iw_url_item *b)
{
    return a->kind == b->kind && iw_span_equal(a->name, b->name) && iw_same_span(a->raw, b->raw) &&
           iw_octets_equal(&a->octets, &b->octets) &&
           (a->kind != IW_URL_STRUCTURE || iw_body_equal(a->body, b->body));
}

static bool same_url(const struct iw_url_data *a, const struct iw_url_data *b)
{
    if (!iw_span_equal(a->url, b->url) || !iw_octets_equal(&a->value, &b->value) ||
        a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_url_item(&a->items[i], &b->items[i]))
            return false;
    return true;
}

static bool same_urlfetch(const struct iw_urlfetch *a, const struct iw_urlfetch *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_url(&a->urls[i], &b->urls[i]))
            return false;
    return true;
}

/* Of one kind, which is an extension's. */
static bool same_extension_data(const struct iw_response *a, const struct iw_response *b)
{
    switch (a->kind) {
    case IW_RESPONSE_ESEARCH:
        return same_esearch(&a->esearch, &b->esearch);
    case IW_RESPONSE_THREAD:
        return same_thread(&a->thread, &b->thread);
    case IW_RESPONSE_VANISHED:
        return a->vanished.earlier == b->vanished.earlier &&
               iw_same_set(&a->vanished.uids, &b->vanished.uids);
    case IW_RESPONSE_UIDBATCHES:
        return same_correlator(&a->uidbatches.correlator, &b->uidbatches.correlator) &&
               iw_same_set(&a->uidbatches.ranges, &b->uidbatches.ranges);
    case IW_RESPONSE_NAMESPACE:
        return same_namespaces(&a->namespaces, &b->namespaces);
    case IW_RESPONSE_ID:
        return iw_same_id(&a->id, &b->id);
    case IW_RESPONSE_QUOTA:
        return same_quota(&a->quota, &b->quota);
    case IW_RESPONSE_QUOTAROOT:
        return iw_span_equal(a->quotaroot.mailbox, b->quotaroot.mailbox) &&
               iw_same_names(&a->quotaroot.roots, &b->quotaroot.roots);
    case IW_RESPONSE_ACL:
        return same_acl(&a->acl, &b->acl);
    case IW_RESPONSE_LISTRIGHTS:
        return same_listrights(&a->listrights, &b->listrights);
    case IW_RESPONSE_MYRIGHTS:
        return iw_span_equal(a->myrights.mailbox, b->myrights.mailbox) &&
               iw_span_equal(a->myrights.rights, b->myrights.rights);
    case IW_RESPONSE_METADATA:
        return same_metadata(&a->metadata, &b->metadata);
    case IW_RESPONSE_ANNOTATION:
        return same_annotatemore(&a->annotation, &b->annotation);
    case IW_RESPONSE_LANGUAGE:
        return iw_same_names(&a->languages, &b->languages);
    case IW_RESPONSE_COMPARATOR:
        return iw_span_equal(a->comparator.active, b->comparator.active) &&
               iw_same_names(&a->comparator.others, &b->comparator.others);
    case IW_RESPONSE_GENURLAUTH:
        return iw_same_names(&a->urls, &b->urls);
    case IW_RESPONSE_URLFETCH:
        return same_urlfetch(&a->urlfetch, &b->urlfetch);
    case IW_RESPONSE_CONVERTED:
        return iw_converted_equal(&a->converted, &b->converted);
    case IW_RESPONSE_CONVERSION:
        return iw_conversion_equal(&a->conversion, &b->conversion);
    case IW_RESPONSE_APPLE_PUSH:
        return iw_apple_push_equal(&a->apple_push, &b->apple_push);
    case IW_RESPONSE_JMAPACCESS:
        return iw_span_equal(a->url, b->url);
    default:
        return false;
    }
}

bool iw_response_equal(const struct iw_response *a, const struct iw_response *b)
{
    if (a->kind != b->kind || a->number != b->number)
        return false;
    switch (a->kind) {
    case IW_RESPONSE_CONTINUE:
        return same_text(&a->text, &b->text);
    case IW_RESPONSE_TAGGED:
    case IW_RESPONSE_STATE:
        return a->state == b->state && iw_span_equal(a->tag, b->tag) &&
               same_text(&a->text, &b->text);
    case IW_RESPONSE_CAPABILITY:
    case IW_RESPONSE_ENABLED:
        return same_list(a->capabilities.names, a->capabilities.count, b->capabilities.names,
                         b->capabilities.count);
    case IW_RESPONSE_LIST:
    case IW_RESPONSE_LSUB:
    case IW_RESPONSE_RLIST:
    case IW_RESPONSE_RLSUB:
    case IW_RESPONSE_XLIST:
        return same_mailbox_list(&a->list, &b->list);
    case IW_RESPONSE_STATUS:
        return same_status(&a->status, &b->status);
    case IW_RESPONSE_FLAGS:
        return iw_same_flags(&a->flags, &b->flags);
    case IW_RESPONSE_SEARCH:
    case IW_RESPONSE_SORT:
        return same_search(&a->search, &b->search);
    case IW_RESPONSE_EXISTS:
    case IW_RESPONSE_RECENT:
    case IW_RESPONSE_EXPUNGE:
    case IW_RESPONSE_COPY:
        return true;
    case IW_RESPONSE_FETCH:
    case IW_RESPONSE_STORE:
    case IW_RESPONSE_UIDFETCH:
        return same_fetch(&a->fetch, &b->fetch);
    case IW_RESPONSE_OTHER:
        return iw_span_equal(a->raw, b->raw);
    default:
        return same_extension_data(a, b);
    }
}
