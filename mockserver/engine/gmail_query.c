/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/gmail_query.h"

/* ---- the operators: each fills in a key; false: it is a text after all ---- */

typedef bool take_value(struct iw_span value, struct iw_search_key *key);

static bool take_string(struct iw_span value, struct iw_search_key *key)
{
    key->string = value;
    return true;
}

static bool take_id(struct iw_span value, struct iw_search_key *key)
{
    key->name = IW_SPAN("Message-ID");
    return take_string(value, key);
}

/* "sent" is \Sent. */
static bool take_label(struct iw_span value, struct iw_search_key *key)
{
    static const struct {
        struct iw_span name, label;
    } names[] = {
        {{"drafts", 6}, {"\\Draft", 6}}, {{"important", 9}, {"\\Important", 10}},
        {{"inbox", 5}, {"\\Inbox", 6}},  {{"sent", 4}, {"\\Sent", 5}},
        {{"spam", 4}, {"\\Spam", 5}},    {{"starred", 7}, {"\\Starred", 8}},
        {{"trash", 5}, {"\\Trash", 6}},
    };
    key->string = value;
    if (iw_span_equal_nocase(value, IW_SPAN("anywhere")))
        key->kind = IW_SEARCH_ALL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (iw_span_equal_nocase(value, names[i].name))
            key->string = names[i].label;
    }
    return true;
}

static bool take_state(struct iw_span value, struct iw_search_key *key)
{
    static const struct {
        struct iw_span name;
        enum iw_search_kind kind;
    } states[] = {{{"read", 4}, IW_SEARCH_SEEN},
                  {{"starred", 7}, IW_SEARCH_FLAGGED},
                  {{"unread", 6}, IW_SEARCH_UNSEEN}};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        key->kind = states[i].kind;
        if (iw_span_equal_nocase(value, states[i].name))
            return true;
    }
    return false;
}

static bool take_attachment(struct iw_span value, struct iw_search_key *key)
{
    key->name = IW_SPAN("Content-Type");
    key->string = IW_SPAN("multipart/mixed");
    return iw_span_equal_nocase(value, IW_SPAN("attachment"));
}

/* "10", "10K", "2M" */
static bool take_size(struct iw_span value, struct iw_search_key *key)
{
    char last = value.length == 0 ? '0' : value.data[value.length - 1];
    unsigned shift = last == 'K' || last == 'k' ? 10 : last == 'M' || last == 'm' ? 20 : 0;
    bool read = iw_span_number(iw_span_part(value, 0, value.length - (shift > 0)), UINT32_MAX,
                               &key->number);
    key->number <<= shift;
    return read;
}

/* "2024/02/01", "2024-2-1" */
static bool take_date(struct iw_span value, struct iw_search_key *key)
{
    uint64_t parts[3];
    size_t begin = 0, count = 0;
    for (size_t i = 0; i <= value.length; i++) {
        if (i < value.length && value.data[i] != '/' && value.data[i] != '-')
            continue;
        if (count == 3 || !iw_span_number(iw_span_part(value, begin, i), 9999, &parts[count]))
            return false;
        count++;
        begin = i + 1;
    }
    if (count < 3 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31)
        return false;
    key->date.year = (uint16_t)parts[0];
    key->date.month = (uint8_t)parts[1];
    key->date.day = (uint8_t)parts[2];
    return true;
}

static const struct {
    struct iw_span name;
    enum iw_search_kind kind;
    take_value *take;
} operators[] = {
    {{"after:", 6}, IW_SEARCH_SINCE, take_date},
    {{"bcc:", 4}, IW_SEARCH_BCC, take_string},
    {{"before:", 7}, IW_SEARCH_BEFORE, take_date},
    {{"cc:", 3}, IW_SEARCH_CC, take_string},
    {{"from:", 5}, IW_SEARCH_FROM, take_string},
    {{"has:", 4}, IW_SEARCH_HEADER, take_attachment},
    {{"in:", 3}, IW_SEARCH_X_GM_LABELS, take_label},
    {{"is:", 3}, IW_SEARCH_SEEN, take_state},
    {{"label:", 6}, IW_SEARCH_X_GM_LABELS, take_label},
    {{"larger:", 7}, IW_SEARCH_LARGER, take_size},
    {{"rfc822msgid:", 12}, IW_SEARCH_HEADER, take_id},
    {{"size:", 5}, IW_SEARCH_LARGER, take_size},
    {{"smaller:", 8}, IW_SEARCH_SMALLER, take_size},
    {{"subject:", 8}, IW_SEARCH_SUBJECT, take_string},
    {{"to:", 3}, IW_SEARCH_TO, take_string},
};

/* ---- the query ---- */

/* Up to the next space that stands in no quotes; it goes from the query. Empty at the end. */
static struct iw_span next_term(struct iw_span *query)
{
    size_t begin = 0, end;
    bool quoted = false;
    while (begin < query->length && query->data[begin] == ' ')
        begin++;
    for (end = begin; end < query->length && (quoted || query->data[end] != ' '); end++)
        quoted ^= query->data[end] == '"';
    struct iw_span term = iw_span_part(*query, begin, end);
    *query = iw_span_part(*query, end, query->length);
    return term;
}

static struct iw_span without_quotes(struct iw_span value)
{
    size_t begin = value.length > 0 && value.data[0] == '"';
    size_t end = value.length - (value.length > begin && value.data[value.length - 1] == '"');
    return iw_span_part(value, begin, end);
}

static void read_term(struct iw_span term, struct iw_search_key *key)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (!iw_span_starts_nocase(term, operators[i].name))
            continue;
        struct iw_span value = iw_span_part(term, operators[i].name.length, term.length);
        key->kind = operators[i].kind;
        if (operators[i].take(without_quotes(value), key))
            return;
        break;
    }
    *key = (struct iw_search_key){.kind = IW_SEARCH_TEXT, .string = without_quotes(term)};
}

/* A key above others. NULL: no memory, or there is none below. */
static struct iw_search_key *wrap(struct iw_arena *arena, enum iw_search_kind kind,
                                  struct iw_search_key *keys)
{
    struct iw_search_key *key = keys == NULL ? NULL : iw_arena_get(arena, sizeof *key);
    if (key != NULL)
        *key = (struct iw_search_key){.kind = kind, .keys = keys};
    return key;
}

static struct iw_search_key *make_key(struct iw_arena *arena, struct iw_span term)
{
    struct iw_search_key *key = iw_arena_get(arena, sizeof *key);
    bool negated = term.length > 1 && term.data[0] == '-';
    if (key != NULL)
        read_term(iw_span_part(term, negated, term.length), key);
    return negated ? wrap(arena, IW_SEARCH_NOT, key) : key;
}

struct keys {
    struct iw_arena *arena;
    struct iw_search_key *first, **last; /* last: the place of the last one */
    struct iw_search_key **end;          /* of what is below the last one, if it is an OR */
};

static bool add(struct keys *keys, struct iw_search_key *key)
{
    if (keys->first != NULL)
        keys->last = &(*keys->last)->next;
    *keys->last = key;
    keys->end = NULL;
    return key != NULL;
}

/* a OR b OR c is NOT (NOT a NOT b NOT c), which is never deep. */
static bool add_either(struct keys *keys, struct iw_search_key *key)
{
    if (keys->end == NULL) {
        struct iw_search_key *none = wrap(keys->arena, IW_SEARCH_NOT, *keys->last);
        struct iw_search_key *all = wrap(keys->arena, IW_SEARCH_AND, none);
        *keys->last = wrap(keys->arena, IW_SEARCH_NOT, all);
        if (*keys->last == NULL)
            return false;
        keys->end = &none->next;
    }
    *keys->end = wrap(keys->arena, IW_SEARCH_NOT, key);
    if (*keys->end == NULL)
        return false;
    keys->end = &(*keys->end)->next;
    return true;
}

bool iw_gmail_query(struct iw_arena *arena, struct iw_span query, const struct iw_search_key **keys)
{
    struct keys list = {.arena = arena, .last = &list.first};
    struct iw_span term;
    bool either = false, good = true;
    while (good && (term = next_term(&query)).length > 0) {
        if (iw_span_equal(term, IW_SPAN("OR")) && list.first != NULL) {
            either = true;
            continue;
        }
        struct iw_search_key *key = make_key(arena, term);
        good = either ? add_either(&list, key) : add(&list, key);
        either = false;
    }
    *keys = list.first;
    return good;
}
