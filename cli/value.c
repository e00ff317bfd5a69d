/* SPDX-License-Identifier: MIT */
#include "cli/value.h"

#include "cli/value_code.h"
#include "cli/value_data.h"
#include "cli/value_fetch.h"
#include "cli/value_parts.h"

#include <stdio.h>

/* ---- responses ---- */

static void add_text(struct iw_json_writer *json, const struct iw_text *text)
{
    iw_json_code(json, &text->code);
    iw_json_put_member(json, "text", text->text);
}

static void add_list_item(struct iw_json_writer *json, const struct iw_list_item *item)
{
    iw_json_open_object(json, NULL);
    iw_json_put_member(json, "name", item->name);
    switch (item->kind) {
    case IW_LIST_CHILDINFO:
        iw_json_names(json, "selections", &item->selections);
        break;
    case IW_LIST_OLDNAME:
        iw_json_put_member(json, "mailbox", item->mailbox);
        break;
    case IW_LIST_OTHER:
        iw_json_put_member(json, "raw", item->raw);
    }
    iw_json_close_object(json);
}

static void add_list(struct iw_json_writer *json, const struct iw_mailbox_list *list)
{
    iw_json_spans(json, "attributes", list->attributes, list->attribute_count);
    iw_json_put_octets(json, "separator", list->separator);
    iw_json_put_member(json, "mailbox", list->mailbox);
    if (!list->extended)
        return;
    iw_json_open_array(json, "extended");
    for (size_t i = 0; i < list->item_count; i++)
        add_list_item(json, &list->items[i]);
    iw_json_close_array(json);
}

static void add_status_item(struct iw_json_writer *json, const struct iw_status_item *item)
{
    iw_json_open_object(json, NULL);
    iw_json_put_member(json, "name", item->name);
    switch (item->kind) {
    case IW_STATUS_NUMBER:
        iw_json_put_number(json, "number", item->number);
        break;
    case IW_STATUS_NIL:
        iw_json_put_null(json, "number");
        break;
    case IW_STATUS_ID:
        iw_json_put_member(json, "id", item->id);
        break;
    case IW_STATUS_OTHER:
        iw_json_put_member(json, "raw", item->raw);
    }
    iw_json_close_object(json);
}

static void add_status(struct iw_json_writer *json, const struct iw_status_data *status)
{
    iw_json_put_member(json, "mailbox", status->mailbox);
    iw_json_open_array(json, "items");
    for (size_t i = 0; i < status->count; i++)
        add_status_item(json, &status->items[i]);
    iw_json_close_array(json);
}

static void add_search(struct iw_json_writer *json, const struct iw_search *search)
{
    iw_json_open_array(json, "numbers");
    for (size_t i = 0; i < search->count; i++)
        iw_json_put_number(json, NULL, search->numbers[i]);
    iw_json_close_array(json);
    if (search->modseq > 0)
        iw_json_put_number(json, "modseq", search->modseq);
}

static void add_response_value(struct iw_json_writer *json, const struct iw_response *response)
{
    switch (response->kind) {
    case IW_RESPONSE_TAGGED:
    case IW_RESPONSE_STATE:
        iw_json_put_string(json, "state", iw_state_name(response->state));
        add_text(json, &response->text);
        break;
    case IW_RESPONSE_CONTINUE:
        add_text(json, &response->text);
        break;
    case IW_RESPONSE_CAPABILITY:
    case IW_RESPONSE_ENABLED:
        iw_json_names(json, "capabilities", &response->capabilities);
        break;
    case IW_RESPONSE_LIST:
    case IW_RESPONSE_LSUB:
    case IW_RESPONSE_RLIST:
    case IW_RESPONSE_RLSUB:
    case IW_RESPONSE_XLIST:
        add_list(json, &response->list);
        break;
    case IW_RESPONSE_STATUS:
        add_status(json, &response->status);
        break;
    case IW_RESPONSE_FLAGS:
        iw_json_flags(json, &response->flags);
        break;
    case IW_RESPONSE_SEARCH:
    case IW_RESPONSE_SORT:
        add_search(json, &response->search);
        break;
    case IW_RESPONSE_FETCH:
    case IW_RESPONSE_STORE:
    case IW_RESPONSE_UIDFETCH:
        iw_json_fetch(json, &response->fetch);
        break;
    case IW_RESPONSE_EXISTS:
    case IW_RESPONSE_RECENT:
    case IW_RESPONSE_EXPUNGE:
    case IW_RESPONSE_COPY:
        break;
    case IW_RESPONSE_OTHER:
        iw_json_put_member(json, "name", response->name);
        iw_json_put_member(json, "raw", response->raw);
        break;
    default:
        iw_json_data(json, response);
    }
}

static bool has_number(const struct iw_response *response)
{
    return response->kind == IW_RESPONSE_EXISTS || response->kind == IW_RESPONSE_RECENT ||
           response->kind == IW_RESPONSE_EXPUNGE || response->kind == IW_RESPONSE_FETCH ||
           response->kind == IW_RESPONSE_COPY || response->kind == IW_RESPONSE_STORE ||
           response->kind == IW_RESPONSE_CONVERTED;
}

void iw_json_response(struct iw_json_writer *json, const struct iw_response *response)
{
    iw_json_open_object(json, NULL);
    iw_json_put_string(json, "type", iw_response_kind_name(response->kind));
    iw_json_put_member(json, "tag", response->tag);
    if (has_number(response))
        iw_json_put_number(json, "number", response->number);
    if (response->kind == IW_RESPONSE_UIDFETCH)
        iw_json_put_number(json, "uid", response->number);
    add_response_value(json, response);
    iw_json_close_object(json);
}
