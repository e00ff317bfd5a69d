/* SPDX-License-Identifier: MIT */
#include "cli/value_data.h"

#include "cli/value_convert.h"
#include "cli/value_fetch.h"
#include "cli/value_parts.h"

#include <stdio.h>

/* ---- ESEARCH, UIDBATCHES, VANISHED ---- */

static void add_correlator(struct iw_json_writer *json, const struct iw_correlator *correlator)
{
    if (correlator->tag.data == NULL && correlator->mailbox.data == NULL &&
        correlator->uidvalidity == 0)
        return;
    iw_json_open_object(json, "correlator");
    iw_json_put_member(json, "tag", correlator->tag);
    iw_json_put_member(json, "mailbox", correlator->mailbox);
    if (correlator->uidvalidity > 0)
        iw_json_put_number(json, "uidvalidity", correlator->uidvalidity);
    iw_json_close_object(json);
}

static void add_partial(struct iw_json_writer *json, const struct iw_esearch_item *item)
{
    char range[32];
    const char *sign = item->from_end ? "-" : "";
    snprintf(range, sizeof range, "%s%u:%s%u", sign, (unsigned)item->range.first, sign,
             (unsigned)item->range.last);
    iw_json_put_string(json, "range", range);
    if (item->set.count > 0)
        iw_json_set(json, "set", &item->set);
    else
        iw_json_put_octets(json, "set", iw_span(NULL, 0));
}

static void add_changes(struct iw_json_writer *json, const struct iw_esearch_item *item)
{
    iw_json_open_array(json, "changes");
    for (size_t i = 0; i < item->count; i++) {
        iw_json_open_object(json, NULL);
        iw_json_put_number(json, "position", item->changes[i].position);
        iw_json_set(json, "set", &item->changes[i].set);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_scores(struct iw_json_writer *json, const struct iw_esearch_item *item)
{
    iw_json_open_array(json, "scores");
    for (size_t i = 0; i < item->count; i++)
        iw_json_put_number(json, NULL, item->scores[i]);
    iw_json_close_array(json);
}

static void add_esearch_item(struct iw_json_writer *json, const struct iw_esearch_item *item)
{
    iw_json_open_object(json, NULL);
    iw_json_put_member(json, "name", item->name);
    switch (item->kind) {
    case IW_ESEARCH_MIN:
    case IW_ESEARCH_MAX:
    case IW_ESEARCH_COUNT:
    case IW_ESEARCH_MODSEQ:
        iw_json_put_number(json, "number", item->number);
        break;
    case IW_ESEARCH_ALL:
        iw_json_set(json, "set", &item->set);
        break;
    case IW_ESEARCH_PARTIAL:
        add_partial(json, item);
        break;
    case IW_ESEARCH_ADDTO:
    case IW_ESEARCH_REMOVEFROM:
        add_changes(json, item);
        break;
    case IW_ESEARCH_RELEVANCY:
        add_scores(json, item);
        break;
    case IW_ESEARCH_OTHER:
        iw_json_put_member(json, "raw", item->raw);
    }
    iw_json_close_object(json);
}

static void add_esearch(struct iw_json_writer *json, const struct iw_esearch *esearch)
{
    add_correlator(json, &esearch->correlator);
    iw_json_true(json, "uid", esearch->uid);
    iw_json_open_array(json, "items");
    for (size_t i = 0; i < esearch->count; i++)
        add_esearch_item(json, &esearch->items[i]);
    iw_json_close_array(json);
}

static void add_uidbatches(struct iw_json_writer *json, const struct iw_uidbatches *batches)
{
    add_correlator(json, &batches->correlator);
    iw_json_open_array(json, "ranges");
    for (size_t i = 0; i < batches->ranges.count; i++) {
        iw_json_open_array(json, NULL);
        iw_json_put_number(json, NULL, batches->ranges.ranges[i].first);
        iw_json_put_number(json, NULL, batches->ranges.ranges[i].last);
        iw_json_close_array(json);
    }
    iw_json_close_array(json);
}

static void add_vanished(struct iw_json_writer *json, const struct iw_vanished *vanished)
{
    iw_json_true(json, "earlier", vanished->earlier);
    iw_json_set(json, "uids", &vanished->uids);
}

/* Nested arrays, as the parentheses are. */
static void add_thread(struct iw_json_writer *json, const struct iw_thread *thread)
{
    iw_json_open_array(json, "threads");
    for (size_t i = 0; i < thread->count; i++) {
        const struct iw_thread_member *member = &thread->members[i];
        for (unsigned open = 0; open < member->opens; open++)
            iw_json_open_array(json, NULL);
        iw_json_put_number(json, NULL, member->number);
        for (unsigned close = 0; close < member->closes; close++)
            iw_json_close_array(json);
    }
    iw_json_close_array(json);
}

/* ---- NAMESPACE ---- */

static void add_namespace(struct iw_json_writer *json, const struct iw_namespace *space)
{
    iw_json_open_object(json, NULL);
    iw_json_put_member(json, "prefix", space->prefix);
    iw_json_put_octets(json, "separator", space->separator);
    if (space->extension_count > 0)
        iw_json_open_array(json, "extensions");
    for (size_t i = 0; i < space->extension_count; i++) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "name", space->extensions[i].name);
        iw_json_names(json, "values", &space->extensions[i].values);
        iw_json_close_object(json);
    }
    if (space->extension_count > 0)
        iw_json_close_array(json);
    iw_json_close_object(json);
}

static void add_namespaces(struct iw_json_writer *json, const struct iw_namespace_data *data)
{
    static const char *const places[IW_NAMESPACE_COUNT] = {
        [IW_NAMESPACE_PERSONAL] = "personal",
        [IW_NAMESPACE_OTHER] = "other",
        [IW_NAMESPACE_SHARED] = "shared",
    };
    for (size_t place = 0; place < IW_NAMESPACE_COUNT; place++) {
        iw_json_open_array(json, places[place]);
        for (size_t i = 0; i < data->places[place].count; i++)
            add_namespace(json, &data->places[place].members[i]);
        iw_json_close_array(json);
    }
}

/* ---- QUOTA, ACL ---- */

static void add_quota(struct iw_json_writer *json, const struct iw_quota *quota)
{
    iw_json_put_member(json, "root", quota->root);
    iw_json_open_array(json, "resources");
    for (size_t i = 0; i < quota->count; i++) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "name", quota->resources[i].name);
        iw_json_put_number(json, "usage", quota->resources[i].usage);
        iw_json_put_number(json, "limit", quota->resources[i].limit);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_quotaroot(struct iw_json_writer *json, const struct iw_quotaroot *quotaroot)
{
    iw_json_put_member(json, "mailbox", quotaroot->mailbox);
    iw_json_names(json, "roots", &quotaroot->roots);
}

static void add_acl(struct iw_json_writer *json, const struct iw_acl *acl)
{
    iw_json_put_member(json, "mailbox", acl->mailbox);
    iw_json_open_array(json, "entries");
    for (size_t i = 0; i < acl->count; i++) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "identifier", acl->entries[i].identifier);
        iw_json_put_member(json, "rights", acl->entries[i].rights);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_listrights(struct iw_json_writer *json, const struct iw_listrights *listrights)
{
    iw_json_put_member(json, "mailbox", listrights->mailbox);
    iw_json_put_member(json, "identifier", listrights->identifier);
    iw_json_put_member(json, "required", listrights->required);
    iw_json_names(json, "optional", &listrights->optional);
}

static void add_myrights(struct iw_json_writer *json, const struct iw_myrights *myrights)
{
    iw_json_put_member(json, "mailbox", myrights->mailbox);
    iw_json_put_member(json, "rights", myrights->rights);
}

/* ---- METADATA, ANNOTATION ---- */

static void add_metadata(struct iw_json_writer *json, const struct iw_metadata *metadata)
{
    iw_json_put_member(json, "mailbox", metadata->mailbox);
    if (metadata->count == 0) {
        iw_json_names(json, "changed", &metadata->changed);
        return;
    }
    iw_json_open_array(json, "entries");
    for (size_t i = 0; i < metadata->count; i++) {
        const struct iw_metadata_entry *entry = &metadata->entries[i];
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "name", entry->name);
        if (entry->kept)
            iw_json_put_octets(json, "value", entry->value);
        else
            iw_json_put_number(json, "skipped", entry->size);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
}

static void add_annotation_entry(struct iw_json_writer *json,
                                 const struct iw_annotatemore_entry *entry)
{
    iw_json_open_object(json, NULL);
    iw_json_put_member(json, "name", entry->name);
    iw_json_open_array(json, "attributes");
    for (size_t i = 0; i < entry->count; i++) {
        iw_json_open_object(json, NULL);
        iw_json_put_member(json, "name", entry->attributes[i].name);
        iw_json_put_octets(json, "value", entry->attributes[i].value);
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
    iw_json_close_object(json);
}

static void add_annotation(struct iw_json_writer *json, const struct iw_annotatemore *annotation)
{
    iw_json_put_member(json, "mailbox", annotation->mailbox);
    if (annotation->count == 0) {
        iw_json_names(json, "changed", &annotation->changed);
        return;
    }
    iw_json_open_array(json, "entries");
    for (size_t i = 0; i < annotation->count; i++)
        add_annotation_entry(json, &annotation->entries[i]);
    iw_json_close_array(json);
}

/* ---- COMPARATOR, URLFETCH ---- */

static void add_comparator(struct iw_json_writer *json, const struct iw_comparator *comparator)
{
    iw_json_put_member(json, "active", comparator->active);
    iw_json_names(json, "others", &comparator->others);
}

static void add_url_item(struct iw_json_writer *json, const struct iw_url_item *item)
{
    iw_json_open_object(json, NULL);
    iw_json_put_member(json, "name", item->name);
    if (item->kind == IW_URL_OCTETS)
        iw_json_octets(json, &item->octets);
    else if (item->kind == IW_URL_STRUCTURE)
        iw_json_body(json, item->body);
    else
        iw_json_put_member(json, "raw", item->raw);
    iw_json_close_object(json);
}

static void add_url(struct iw_json_writer *json, const struct iw_url_data *data)
{
    iw_json_open_object(json, NULL);
    iw_json_put_member(json, "url", data->url);
    if (data->count == 0)
        iw_json_octets(json, &data->value);
    else
        iw_json_open_array(json, "items");
    for (size_t i = 0; i < data->count; i++)
        add_url_item(json, &data->items[i]);
    if (data->count > 0)
        iw_json_close_array(json);
    iw_json_close_object(json);
}

static void add_urlfetch(struct iw_json_writer *json, const struct iw_urlfetch *urlfetch)
{
    iw_json_open_array(json, "urls");
    for (size_t i = 0; i < urlfetch->count; i++)
        add_url(json, &urlfetch->urls[i]);
    iw_json_close_array(json);
}

void iw_json_data(struct iw_json_writer *json, const struct iw_response *response)
{
    switch (response->kind) {
    case IW_RESPONSE_ESEARCH:
        add_esearch(json, &response->esearch);
        break;
    case IW_RESPONSE_THREAD:
        add_thread(json, &response->thread);
        break;
    case IW_RESPONSE_VANISHED:
        add_vanished(json, &response->vanished);
        break;
    case IW_RESPONSE_UIDBATCHES:
        add_uidbatches(json, &response->uidbatches);
        break;
    case IW_RESPONSE_NAMESPACE:
        add_namespaces(json, &response->namespaces);
        break;
    case IW_RESPONSE_ID:
        iw_json_id(json, &response->id);
        break;
    case IW_RESPONSE_QUOTA:
        add_quota(json, &response->quota);
        break;
    case IW_RESPONSE_QUOTAROOT:
        add_quotaroot(json, &response->quotaroot);
        break;
    case IW_RESPONSE_ACL:
        add_acl(json, &response->acl);
        break;
    case IW_RESPONSE_LISTRIGHTS:
        add_listrights(json, &response->listrights);
        break;
    case IW_RESPONSE_MYRIGHTS:
        add_myrights(json, &response->myrights);
        break;
    case IW_RESPONSE_METADATA:
        add_metadata(json, &response->metadata);
        break;
    case IW_RESPONSE_ANNOTATION:
        add_annotation(json, &response->annotation);
        break;
    case IW_RESPONSE_LANGUAGE:
        iw_json_names(json, "languages", &response->languages);
        break;
    case IW_RESPONSE_COMPARATOR:
        add_comparator(json, &response->comparator);
        break;
    case IW_RESPONSE_GENURLAUTH:
        iw_json_names(json, "urls", &response->urls);
        break;
    case IW_RESPONSE_URLFETCH:
        add_urlfetch(json, &response->urlfetch);
        break;
    case IW_RESPONSE_CONVERTED:
        iw_json_converted(json, &response->converted);
        break;
    case IW_RESPONSE_CONVERSION:
        iw_json_conversion(json, &response->conversion);
        break;
    case IW_RESPONSE_APPLE_PUSH:
        iw_json_apple_push(json, &response->apple_push);
        break;
    case IW_RESPONSE_JMAPACCESS:
        iw_json_put_member(json, "url", response->url);
        break;
    default:
        break;
    }
}
