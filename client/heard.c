/* SPDX-License-Identifier: MIT */
#include "client/heard.h"

#include "base/chars.h"

#include <string.h>

enum { OLDER_COUNT_MAX = 1000, OLDER_OCTETS_MAX = 1024 * 1024 };

struct iw_heard_typed {
    struct iw_heard_typed *next;
    struct iw_response response;
};

void iw_heard_init(struct iw_heard *heard, const struct iw_alloc *alloc, size_t memory)
{
    *heard = (struct iw_heard){.alloc = alloc};
    iw_arena_init(&heard->values, alloc, memory);
}

/* ---- lists ---- */

static size_t octets_of(const struct iw_untagged *entry)
{
    return entry->name.length + entry->item.text.length + entry->item.literal.length;
}

static void append(struct iw_untagged_list *list, struct iw_untagged *entry)
{
    entry->next = NULL;
    if (list->last == NULL)
        list->first = entry;
    else
        list->last->next = entry;
    list->last = entry;
    list->count++;
    list->octets += octets_of(entry);
}

static struct iw_untagged *take_first(struct iw_untagged_list *list)
{
    struct iw_untagged *entry = list->first;
    list->first = entry->next;
    if (list->first == NULL)
        list->last = NULL;
    list->count--;
    list->octets -= octets_of(entry);
    return entry;
}

static bool is_named(const struct iw_untagged *entry, const char *name)
{
    return !entry->given && iw_span_equal_nocase(entry->name, iw_span_of(name));
}

static void free_older(struct iw_heard *heard)
{
    while (heard->older.first != NULL)
        iw_alloc_free(heard->alloc, take_first(&heard->older));
}

void iw_heard_release(struct iw_heard *heard)
{
    free_older(heard);
    iw_arena_release(&heard->values);
}

/* ---- from one command to the next ---- */

static struct iw_span copy_to(char **room, struct iw_span octets)
{
    if (octets.data == NULL)
        return octets;
    char *copy = *room;
    if (octets.length > 0)
        memcpy(copy, octets.data, octets.length);
    *room += octets.length;
    return iw_span(copy, octets.length);
}

/* One that finds no memory is dropped, like one that is too old. */
static void carry_over(struct iw_heard *heard, const struct iw_untagged *entry)
{
    size_t octets = octets_of(entry);
    if (octets > OLDER_OCTETS_MAX)
        return;
    struct iw_untagged *copy = iw_alloc_resize(heard->alloc, NULL, sizeof *copy + octets + 1);
    if (copy == NULL)
        return;
    char *room = (char *)(copy + 1);
    copy->name = copy_to(&room, entry->name);
    copy->item.text = copy_to(&room, entry->item.text);
    copy->item.literal = copy_to(&room, entry->item.literal);
    copy->given = false;
    append(&heard->older, copy);
    while (heard->older.count > OLDER_COUNT_MAX || heard->older.octets > OLDER_OCTETS_MAX)
        iw_alloc_free(heard->alloc, take_first(&heard->older));
}

void iw_heard_begin(struct iw_heard *heard)
{
    for (const struct iw_untagged *entry = heard->fresh.first; entry != NULL; entry = entry->next)
        if (!entry->given)
            carry_over(heard, entry);
    heard->fresh = (struct iw_untagged_list){.first = NULL};
    heard->typed = NULL;
    heard->typed_count = 0;
    heard->incomplete = false;
    iw_arena_reset(&heard->values);
}

void iw_heard_forget(struct iw_heard *heard)
{
    free_older(heard);
    heard->fresh = (struct iw_untagged_list){.first = NULL};
}

void iw_heard_forget_named(struct iw_heard *heard, const char *name)
{
    struct iw_untagged_list older = heard->older;
    heard->older = (struct iw_untagged_list){.first = NULL};
    while (older.first != NULL) {
        struct iw_untagged *entry = take_first(&older);
        if (is_named(entry, name))
            iw_alloc_free(heard->alloc, entry);
        else
            append(&heard->older, entry);
    }
    for (struct iw_untagged *entry = heard->fresh.first; entry != NULL; entry = entry->next)
        entry->given |= is_named(entry, name);
}

void iw_heard_drop_status(struct iw_heard *heard)
{
    static const char *const names[] = {"OK", "NO", "BAD"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (iw_heard_find(heard, names[i]) != NULL)
            iw_heard_forget_named(heard, names[i]);
}

void iw_heard_forget_data(struct iw_heard *heard)
{
    static const char *const names[] = {
        "ACL",       "ESEARCH",   "EXISTS",     "EXPUNGE",     "FETCH",          "FLAGS",
        "LIST",      "LSUB",      "METADATA",   "MYRIGHTS",    "NAMESPACE",      "QUOTA",
        "QUOTAROOT", "READ-ONLY", "READ-WRITE", "RECENT",      "SEARCH",         "SORT",
        "STATUS",    "THREAD",    "UIDNEXT",    "UIDVALIDITY", "PERMANENTFLAGS", "VANISHED",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (iw_heard_find(heard, names[i]) != NULL)
            iw_heard_forget_named(heard, names[i]);
}

/* ---- adding ---- */

struct iw_span iw_behind_words(struct iw_span line, unsigned words)
{
    struct iw_span rest = iw_span_without_crlf(line);
    for (unsigned i = 0; i < words; i++)
        iw_span_take_word(&rest);
    return rest;
}

static void add_entry(struct iw_heard *heard, struct iw_span name, struct iw_imap_item item)
{
    struct iw_untagged *entry = iw_arena_get(&heard->values, sizeof *entry);
    char *upper = iw_arena_get(&heard->values, name.length);
    if (entry == NULL || upper == NULL) {
        heard->incomplete = true;
        return;
    }
    for (size_t i = 0; i < name.length; i++)
        upper[i] = iw_upper(name.data[i]);
    entry->name = iw_span(upper, name.length);
    entry->item = item;
    entry->response = heard->responses;
    append(&heard->fresh, entry);
}

/* "[UIDVALIDITY 7] valid" is also UIDVALIDITY, "7"; of OK, NO and BAD only. */
static void add_code(struct iw_heard *heard, const struct iw_response *response)
{
    const struct iw_code *code = &response->text.code;
    struct iw_imap_item item = {.text = code->argument};
    if (code->name.length == 0 || response->state > IW_STATE_BAD)
        return;
    heard->responses++;
    if (item.text.data == NULL)
        item.text = iw_span("", 0);
    add_entry(heard, code->name, item);
}

/* "1" and "(FLAGS ())" of "* 1 FETCH (FLAGS ())" make "1 (FLAGS ())". */
static struct iw_span join(struct iw_heard *heard, struct iw_span number, struct iw_span rest)
{
    if (rest.length == 0)
        return number;
    char *joined = iw_arena_get(&heard->values, number.length + 1 + rest.length);
    if (joined == NULL) {
        heard->incomplete = true;
        return number;
    }
    memcpy(joined, number.data, number.length);
    joined[number.length] = ' ';
    memcpy(joined + number.length + 1, rest.data, rest.length);
    return iw_span(joined, number.length + 1 + rest.length);
}

static struct iw_span octets_of_literal(struct iw_heard *heard, const struct iw_frame *frame,
                                        const struct iw_literal *literal)
{
    if (!literal->kept) {
        heard->incomplete = true;
        return iw_span("", 0);
    }
    return iw_span(frame->bytes.data + literal->offset, (size_t)literal->size);
}

/* "* NAME text", "* number NAME text": the text is cut at each literal. */
static void add_untagged(struct iw_heard *heard, const struct iw_frame *frame)
{
    heard->responses++;
    size_t end = frame->literal_count > 0 ? frame->literals[0].offset : frame->bytes.length;
    struct iw_span text = iw_span_without_crlf(iw_span_part(frame->bytes, 0, end));
    uint64_t number;
    iw_span_take_word(&text);
    struct iw_span name = iw_span_take_word(&text);
    if (iw_span_number(name, UINT64_MAX, &number)) {
        struct iw_span digits = name;
        name = iw_span_take_word(&text);
        text = join(heard, digits, text);
    }
    for (size_t i = 0; i < frame->literal_count; i++) {
        const struct iw_literal *literal = &frame->literals[i];
        struct iw_imap_item pair = {text, octets_of_literal(heard, frame, literal)};
        add_entry(heard, name, pair);
        bool last = i + 1 == frame->literal_count;
        size_t begin = literal->offset + (literal->kept ? (size_t)literal->size : 0);
        end = last ? frame->bytes.length : frame->literals[i + 1].offset;
        text = iw_span_without_crlf(iw_span_part(frame->bytes, begin, end));
    }
    add_entry(heard, name, (struct iw_imap_item){.text = text});
}

/* The end of a response that a stray line end behind its literal has cut off. */
static void add_rest(struct iw_heard *heard, const struct iw_frame *frame)
{
    if (heard->fresh.last != NULL)
        heard->fresh.last->item.text = iw_span_without_crlf(frame->bytes);
}

static void add_typed(struct iw_heard *heard, const struct iw_response *response)
{
    struct iw_heard_typed *typed = iw_arena_get(&heard->values, sizeof *typed);
    if (typed == NULL) {
        heard->incomplete = true;
        return;
    }
    *typed = (struct iw_heard_typed){.next = heard->typed, .response = *response};
    heard->typed = typed;
    heard->typed_count++;
}

void iw_heard_add(struct iw_heard *heard, const struct iw_session_event *event)
{
    const struct iw_response *response = event->response;
    if (iw_span_starts(event->frame->bytes, IW_SPAN("* ")))
        add_untagged(heard, event->frame);
    else if (response == NULL)
        add_rest(heard, event->frame);
    if (response == NULL)
        return;
    if (response->kind == IW_RESPONSE_TAGGED || response->kind == IW_RESPONSE_STATE)
        add_code(heard, response);
    if (event->kind == IW_SESSION_RESPONSE)
        add_typed(heard, response);
}

/* ---- giving ---- */

static size_t count_named(const struct iw_untagged_list *list, const char *name)
{
    size_t count = 0;
    for (const struct iw_untagged *entry = list->first; entry != NULL; entry = entry->next)
        count += is_named(entry, name);
    return count;
}

static struct iw_imap_item *make_data(struct iw_heard *heard, size_t count,
                                      struct iw_imap_result *result)
{
    struct iw_imap_item *items = iw_arena_array(&heard->values, count, sizeof *items);
    if (items == NULL)
        heard->incomplete = true;
    result->data = items;
    result->count = 0;
    return items;
}

void iw_heard_give_typed(struct iw_heard *heard, struct iw_imap_result *result)
{
    struct iw_response *responses =
        iw_arena_array(&heard->values, heard->typed_count, sizeof *responses);
    if (responses == NULL) {
        heard->incomplete = true;
        return;
    }
    size_t i = heard->typed_count;
    for (struct iw_heard_typed *typed = heard->typed; typed != NULL; typed = typed->next)
        responses[--i] = typed->response;
    result->responses = responses;
    result->response_count = heard->typed_count;
}

const struct iw_imap_item *iw_heard_find(const struct iw_heard *heard, const char *name)
{
    const struct iw_untagged_list *lists[] = {&heard->older, &heard->fresh};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const struct iw_untagged *entry = lists[i]->first; entry != NULL; entry = entry->next)
            if (is_named(entry, name))
                return &entry->item;
    return NULL;
}

static struct iw_imap_item copy_item(struct iw_heard *heard, struct iw_imap_item item)
{
    item.text = iw_arena_copy(&heard->values, item.text);
    if (item.literal.data != NULL)
        item.literal = iw_arena_copy(&heard->values, item.literal);
    return item;
}

void iw_heard_give(struct iw_heard *heard, const char *name, struct iw_imap_result *result)
{
    size_t count = count_named(&heard->older, name) + count_named(&heard->fresh, name);
    struct iw_imap_item *items = make_data(heard, count, result);
    if (items == NULL)
        return;
    for (struct iw_untagged *entry = heard->older.first; entry != NULL; entry = entry->next)
        if (is_named(entry, name))
            items[result->count++] = copy_item(heard, entry->item);
    for (struct iw_untagged *entry = heard->fresh.first; entry != NULL; entry = entry->next)
        if (is_named(entry, name))
            items[result->count++] = entry->item;
    iw_heard_forget_named(heard, name);
}

void iw_heard_show(struct iw_heard *heard, const char *name, struct iw_imap_result *result)
{
    struct iw_imap_item *items = make_data(heard, count_named(&heard->fresh, name), result);
    for (struct iw_untagged *entry = heard->fresh.first; items != NULL && entry != NULL;
         entry = entry->next)
        if (is_named(entry, name))
            items[result->count++] = entry->item;
}

bool iw_heard_give_first(struct iw_heard *heard, struct iw_imap_result *result)
{
    struct iw_untagged *first = heard->fresh.first;
    size_t count = 0;
    while (first != NULL && first->given)
        first = first->next;
    if (first == NULL)
        return false;
    for (const struct iw_untagged *entry = first;
         entry != NULL && entry->response == first->response; entry = entry->next)
        count++;
    struct iw_span type = iw_arena_copy(&heard->values, first->name);
    struct iw_imap_item *items = make_data(heard, count, result);
    if (items == NULL || type.data == NULL) {
        heard->incomplete = true;
        return false;
    }
    result->type = type.data;
    for (struct iw_untagged *entry = first; result->count < count; entry = entry->next) {
        items[result->count++] = entry->item;
        entry->given = true;
    }
    return true;
}

void iw_heard_give_text(struct iw_heard *heard, struct iw_span text, struct iw_imap_result *result)
{
    struct iw_imap_item *items = make_data(heard, 1, result);
    if (items != NULL)
        items[result->count++] = (struct iw_imap_item){.text = text};
}
