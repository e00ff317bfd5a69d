/* SPDX-License-Identifier: MIT */
/* Values, lists, sets, and lists of names and values. */
#include "script/matching.h"

#include "base/chars.h"
#include "parser/date.h"
#include "script/numbers.h"

enum { PAIRS_MAX = 64 }; /* pairs that iw_match_spread can tell apart */

/* ---- what nodes are ---- */

static bool is_list(const struct iw_node *node)
{
    return node->kind == IW_NODE_LIST || node->kind == IW_NODE_CODE;
}

static bool is_nil(const struct iw_node *node)
{
    return node->kind == IW_NODE_ATOM && iw_span_equal_nocase(node->value, IW_SPAN("NIL"));
}

static const struct iw_hole *hole_of(const struct iw_matching *matching, const struct iw_node *node)
{
    bool may_be = node->kind == IW_NODE_ATOM || node->kind == IW_NODE_TEXT;
    return may_be ? iw_matching_hole(matching, node->raw) : NULL;
}

/* The members of a list, or the one value itself with what follows it. */
static const struct iw_node *members_of(const struct iw_node *node)
{
    return node != NULL && node->kind == IW_NODE_LIST && node->next == NULL ? node->child : node;
}

/* From the first octet of one node to the last of another. */
static struct iw_span span_between(const struct iw_node *first, const struct iw_node *last)
{
    if (first == NULL || last == NULL)
        return iw_span(NULL, 0);
    const char *end = last->raw.data + last->raw.length;
    return iw_span(first->raw.data, (size_t)(end - first->raw.data));
}

static struct iw_span span_to_end(const struct iw_node *first)
{
    const struct iw_node *last = first;
    while (last != NULL && last->next != NULL)
        last = last->next;
    return span_between(first, last);
}

static bool missing(struct iw_matching *matching, const struct iw_node *expected)
{
    return iw_matching_fail(matching, expected->raw, iw_span(NULL, 0), "is missing");
}

static bool surplus(struct iw_matching *matching, const struct iw_node *received)
{
    return iw_matching_fail(matching, iw_span(NULL, 0), received->raw, "is not expected");
}

static bool differ(struct iw_matching *matching, const struct iw_node *expected,
                   const struct iw_node *received)
{
    return iw_matching_fail(matching, expected->raw, received->raw, "differs");
}

/* ---- single values ---- */

/* NIL is no string: where only one of the two is NIL, they differ. Atoms compare in any case. */
static bool match_plain(struct iw_matching *matching, const struct iw_node *expected,
                        const struct iw_node *received, bool nocase)
{
    bool atoms = expected->kind == IW_NODE_ATOM && received->kind == IW_NODE_ATOM;
    if (is_nil(received) && !atoms)
        return iw_matching_fail(matching, expected->raw, received->raw, "is NIL");
    if (is_nil(expected) && !atoms)
        return iw_matching_fail(matching, expected->raw, received->raw, "is not NIL");
    return iw_matching_text(matching, expected->value, received->value, atoms || nocase);
}

static bool read_date_time(const struct iw_node *node, struct iw_date *date)
{
    struct iw_arena arena;
    struct iw_reader reader;
    struct iw_error error = {0};
    const struct iw_frame frame = {.bytes = node->raw};
    iw_arena_init(&arena, NULL, 0); /* a date needs no memory */
    iw_reader_init(&reader, &frame, &arena, &iw_limits_default, NULL, &error);
    return iw_parse_date_time(&reader, date) == IW_OK && reader.at == reader.end;
}

/* Two date-times are the same instant; a text with holes is a text. */
static bool match_date(struct iw_matching *matching, const struct iw_node *expected,
                       const struct iw_node *received)
{
    struct iw_date wanted, got;
    if (read_date_time(expected, &wanted) && read_date_time(received, &got))
        return iw_date_to_unix(&wanted) == iw_date_to_unix(&got) ||
               differ(matching, expected, received);
    return match_plain(matching, expected, received, false);
}

static bool match_mailbox(struct iw_matching *matching, const struct iw_node *expected,
                          const struct iw_node *received)
{
    struct iw_span inbox = IW_SPAN("INBOX");
    bool both = iw_span_equal_nocase(expected->value, inbox) &&
                iw_span_equal_nocase(received->value, inbox);
    return both || iw_matching_text(matching, expected->value, received->value, false);
}

static bool are_numbers(const struct iw_node *expected, const struct iw_node *received)
{
    return expected->kind == IW_NODE_ATOM && received->kind == IW_NODE_ATOM &&
           iw_numbers_valid(expected->value) && iw_numbers_valid(received->value);
}

static bool match_numbers(struct iw_matching *matching, const struct iw_node *expected,
                          const struct iw_node *received)
{
    if (!are_numbers(expected, received))
        return match_plain(matching, expected, received, false);
    return iw_numbers_equal(expected->value, received->value) ||
           differ(matching, expected, received);
}

/* ---- sets ---- */

struct set {
    enum iw_shape_kind kind; /* of one member */
    bool superset;           /* more may be there */
    bool flags;              /* \Recent does not count unless it is named */
};

static bool is_member(struct iw_matching *matching, const struct set *set,
                      const struct iw_node *expected, const struct iw_node *received)
{
    if (hole_of(matching, expected) != NULL)
        return false;
    struct iw_bindings before = matching->trial;
    size_t matched = matching->matched;
    matching->quiet++;
    bool same = iw_matching_value(matching, set->kind, expected, received);
    matching->quiet--;
    matching->matched = matched;
    if (!same)
        matching->trial = before;
    return same;
}

static bool is_named(struct iw_matching *matching, const struct set *set,
                     const struct iw_node *expected, const struct iw_node *received)
{
    for (; expected != NULL; expected = expected->next)
        if (is_member(matching, set, expected, received))
            return true;
    return set->flags && iw_span_equal_nocase(received->value, IW_SPAN("\\Recent"));
}

/* The first member, from this one on, that no expected value names. */
static const struct iw_node *next_unnamed(struct iw_matching *matching, const struct set *set,
                                          const struct iw_node *expected,
                                          const struct iw_node *received)
{
    while (received != NULL && is_named(matching, set, expected, received))
        received = received->next;
    return received;
}

static const struct iw_node *find_rest(const struct iw_matching *matching,
                                       const struct iw_node *node)
{
    while (node != NULL && !iw_matching_is_rest(matching, node))
        node = node->next;
    return node;
}

/* Every value that is written out is there. */
static bool match_named(struct iw_matching *matching, const struct set *set,
                        const struct iw_node *expected, const struct iw_node *received)
{
    for (; expected != NULL; expected = expected->next) {
        const struct iw_node *member = received;
        if (hole_of(matching, expected) != NULL)
            continue;
        while (member != NULL && !is_member(matching, set, expected, member))
            member = member->next;
        if (member == NULL)
            return iw_matching_fail(matching, expected->raw, span_to_end(received), "is missing");
        matching->matched++;
    }
    return true;
}

/* Holes take the members that are not written out, in the order of both. */
static bool match_unnamed(struct iw_matching *matching, const struct set *set,
                          const struct iw_node *expected, const struct iw_node *received)
{
    const struct iw_node *rest = find_rest(matching, expected);
    const struct iw_node *member = next_unnamed(matching, set, expected, received);
    for (const struct iw_node *node = expected; node != NULL; node = node->next) {
        const struct iw_hole *hole = hole_of(matching, node);
        if (hole == NULL || hole->rest)
            continue;
        if (member == NULL)
            return missing(matching, node);
        if (!iw_matching_take(matching, hole, member->raw, member->value))
            return false;
        matching->matched++;
        member = next_unnamed(matching, set, expected, member->next);
    }
    if (rest != NULL) {
        struct iw_span taken = member == NULL ? IW_SPAN("") : span_to_end(member);
        return iw_matching_take(matching, hole_of(matching, rest), taken, taken);
    }
    return set->superset || member == NULL ||
           iw_matching_fail(matching, span_to_end(expected), member->raw, "is not expected");
}

static bool match_set(struct iw_matching *matching, const struct set *set,
                      const struct iw_node *expected, const struct iw_node *received)
{
    return match_named(matching, set, expected, received) &&
           match_unnamed(matching, set, expected, received);
}

static bool match_members(struct iw_matching *matching, enum iw_shape_kind kind,
                          const struct iw_node *expected, const struct iw_node *received)
{
    struct set set = {.kind = IW_SHAPE_TREE,
                      .superset = kind == IW_SHAPE_SUPERSET,
                      .flags = kind == IW_SHAPE_FLAGS || kind == IW_SHAPE_ATTRIBUTES};
    if (kind != IW_SHAPE_FLAGS)
        return match_set(matching, &set, expected, received);
    return match_set(matching, &set, members_of(expected), members_of(received));
}

/* ---- lists of names and values ---- */

/* Names compare without case and without the quotes inside BODY[HEADER.FIELDS ("To")]. */
static bool same_name(struct iw_span a, struct iw_span b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.length && a.data[i] == '"')
            i++;
        while (j < b.length && b.data[j] == '"')
            j++;
        if (i == a.length || j == b.length)
            return i == a.length && j == b.length;
        if (iw_upper(a.data[i++]) != iw_upper(b.data[j++]))
            return false;
    }
}

static bool match_name(struct iw_matching *matching, const struct iw_node *expected,
                       const struct iw_node *received)
{
    if (is_list(expected) || is_list(received))
        return false;
    if (same_name(expected->value, received->value))
        return true;
    matching->quiet++;
    bool same = iw_matching_value(matching, IW_SHAPE_TREE, expected, received);
    matching->quiet--;
    return same;
}

/* One expected name and value, anywhere in the received list. */
static bool find_pair(struct iw_matching *matching, const struct iw_node *name,
                      const struct iw_node *received)
{
    const struct iw_node *value = name->next;
    bool found_name = false;
    while (received != NULL && received->next != NULL) {
        struct iw_bindings before = matching->trial;
        size_t matched = matching->matched;
        if (match_name(matching, name, received)) {
            found_name = true;
            matching->matched = matched + 1;
            if (iw_matching_value(matching, iw_shape_item(received->value), value, received->next))
                return true;
        }
        matching->trial = before;
        matching->matched = matched;
        received = received->next->next;
    }
    return found_name ? false
                      : iw_matching_fail(matching, span_between(name, value), iw_span(NULL, 0),
                                         "is missing");
}

static bool claim_pair(struct iw_matching *matching, unsigned index, const struct iw_node *name,
                       const struct iw_node *received)
{
    uint64_t bit = (uint64_t)1 << index;
    if (matching->claimed == NULL)
        return find_pair(matching, name, received);
    if ((*matching->claimed & bit) != 0)
        return true;
    struct iw_bindings before = matching->trial;
    if (find_pair(matching, name, received))
        *matching->claimed |= bit;
    else
        matching->trial = before;
    return (*matching->claimed & bit) != 0;
}

/* The named items, in any order; ${...} stands for items that may come anyway. */
static bool match_pairs(struct iw_matching *matching, const struct iw_node *expected,
                        const struct iw_node *received)
{
    bool all = true;
    unsigned index = 0;
    while (expected != NULL) {
        if (iw_matching_is_rest(matching, expected)) {
            expected = expected->next;
            continue;
        }
        if (expected->next == NULL)
            return missing(matching, expected);
        if (index == PAIRS_MAX)
            return iw_matching_fail(matching, expected->raw, iw_span(NULL, 0), "is one too many");
        if (!claim_pair(matching, index++, expected, received))
            all = false;
        if (!all && matching->claimed == NULL)
            return false;
        expected = expected->next->next;
    }
    return all;
}

static bool captures_rest(const struct iw_matching *matching, const struct iw_node *node)
{
    for (node = find_rest(matching, node); node != NULL; node = find_rest(matching, node->next))
        if (hole_of(matching, node)->name.length > 0)
            return true;
    return false;
}

static bool match_pair_list(struct iw_matching *matching, const struct iw_node *expected,
                            const struct iw_node *received)
{
    if (!is_list(expected) || !is_list(received))
        return differ(matching, expected, received);
    if (captures_rest(matching, expected->child))
        return iw_matching_values(matching, &iw_shape_any, expected->child, received->child);
    return match_pairs(matching, expected->child, received->child);
}

/* ---- the results of ESEARCH ---- */

static size_t count_nodes(const struct iw_node *node)
{
    size_t count = 0;
    for (; node != NULL; node = node->next)
        count++;
    return count;
}

static bool is_uid(const struct iw_node *node)
{
    return node != NULL && node->kind == IW_NODE_ATOM &&
           iw_span_equal_nocase(node->value, IW_SPAN("UID"));
}

/* The list of correlators, a value that both have or neither. */
static bool match_correlators(struct iw_matching *matching, const struct iw_node **expected,
                              const struct iw_node **received)
{
    bool listed = *received != NULL && is_list(*received);
    if (*expected == NULL || (!listed && !is_list(*expected)))
        return !listed || surplus(matching, *received);
    if (!listed)
        return missing(matching, *expected);
    if (!iw_matching_value(matching, IW_SHAPE_PAIRS, *expected, *received))
        return false;
    *expected = (*expected)->next;
    *received = (*received)->next;
    return true;
}

/* [correlators] ["UID"] *(name value) */
static bool match_results(struct iw_matching *matching, const struct iw_node *expected,
                          const struct iw_node *received)
{
    static const struct iw_shape keys = {"", {IW_SHAPE_KEYS}};
    if (captures_rest(matching, expected) ||
        (expected != NULL && iw_matching_is_rest(matching, expected)))
        return iw_matching_values(matching, &keys, expected, received);
    if (!match_correlators(matching, &expected, &received))
        return false;
    if (is_uid(expected) && !is_uid(received))
        return missing(matching, expected);
    if (is_uid(received) && !is_uid(expected) && find_rest(matching, expected) == NULL)
        return surplus(matching, received);
    if (is_uid(expected))
        expected = expected->next;
    if (is_uid(received))
        received = received->next;
    if (!match_pairs(matching, expected, received))
        return false;
    return find_rest(matching, expected) != NULL ||
           count_nodes(expected) == count_nodes(received) || surplus(matching, received);
}

/* ---- one value of a kind ---- */

static bool match_list(struct iw_matching *matching, enum iw_shape_kind kind,
                       const struct iw_node *expected, const struct iw_node *received)
{
    struct iw_shape each = {"", {kind}};
    return iw_matching_values(matching, &each, expected->child, received->child);
}

static bool match_items(struct iw_matching *matching, const struct iw_node *expected,
                        const struct iw_node *received)
{
    struct set set = {.kind = IW_SHAPE_TREE};
    struct iw_node lone_expected = *expected, lone_received = *received;
    lone_expected.next = lone_received.next = NULL;
    return match_set(matching, &set, members_of(&lone_expected), members_of(&lone_received));
}

/* Of a literal that waits the size; where "~" is written it has to be a literal8. */
static bool match_ask(struct iw_matching *matching, const struct iw_node *expected,
                      const struct iw_node *received)
{
    if (expected->binary && !received->binary)
        return differ(matching, expected, received);
    return iw_matching_text(matching, expected->value, received->value, false);
}

static bool match_kind(struct iw_matching *matching, enum iw_shape_kind kind,
                       const struct iw_node *expected, const struct iw_node *received)
{
    if (kind == IW_SHAPE_PAIRS)
        return match_pair_list(matching, expected, received);
    if (kind == IW_SHAPE_ITEMS)
        return match_items(matching, expected, received);
    if (is_list(expected) != is_list(received) ||
        (expected->kind == IW_NODE_TEXT) != (received->kind == IW_NODE_TEXT) ||
        (expected->kind == IW_NODE_ASK) != (received->kind == IW_NODE_ASK))
        return differ(matching, expected, received);
    if (expected->kind == IW_NODE_ASK)
        return match_ask(matching, expected, received);
    if (is_list(expected))
        return kind == IW_SHAPE_ATTRIBUTES
                   ? match_members(matching, kind, expected->child, received->child)
                   : match_list(matching, kind, expected, received);
    switch (kind) {
    case IW_SHAPE_STRING:
    case IW_SHAPE_ATTRIBUTES:
        return iw_matching_text(matching, expected->value, received->value, false);
    case IW_SHAPE_MAILBOX:
        return match_mailbox(matching, expected, received);
    case IW_SHAPE_NUMBERS:
    case IW_SHAPE_KEYS:
        return match_numbers(matching, expected, received);
    case IW_SHAPE_DATE:
        return match_date(matching, expected, received);
    default:
        return match_plain(matching, expected, received, kind == IW_SHAPE_NOCASE);
    }
}

bool iw_matching_value(struct iw_matching *matching, enum iw_shape_kind kind,
                       const struct iw_node *expected, const struct iw_node *received)
{
    const struct iw_hole *hole = hole_of(matching, expected);
    struct iw_span value = is_list(received) ? received->raw : received->value;
    if (!iw_matching_go_on(matching, 1))
        return iw_matching_fail(matching, expected->raw, received->raw, "is too large to compare");
    bool same = hole != NULL ? iw_matching_take(matching, hole, received->raw, value)
                             : match_kind(matching, kind, expected, received);
    matching->matched += same;
    return same;
}

/* ---- values in order, with holes for any number of them ---- */

/* A ${...} that has been met, and what it takes so far: [first, end). */
struct open_rest {
    const struct iw_node *hole; /* NULL: none yet */
    const struct iw_node *first, *end;
    size_t index; /* of end */
    size_t matched;
    struct iw_bindings before;
};

static bool close_rest(struct iw_matching *matching, const struct open_rest *open)
{
    if (open->hole == NULL)
        return true;
    const struct iw_node *last = open->first;
    while (last != NULL && last->next != open->end)
        last = last->next;
    struct iw_span taken = open->first == open->end ? IW_SPAN("") : span_between(open->first, last);
    return iw_matching_take(matching, hole_of(matching, open->hole), taken, taken);
}

/* One more value for the rest; false: there is none. */
static bool widen(struct iw_matching *matching, struct open_rest *open)
{
    if (open->hole == NULL || open->end == NULL)
        return false;
    open->end = open->end->next;
    open->index++;
    matching->matched = open->matched;
    matching->trial = open->before;
    return true;
}

bool iw_matching_values(struct iw_matching *matching, const struct iw_shape *shape,
                        const struct iw_node *expected, const struct iw_node *received)
{
    const struct iw_node *first = received;
    struct open_rest open = {.hole = NULL};
    size_t index = 0;
    for (;;) {
        enum iw_shape_kind kind = iw_shape_at(shape, first, index);
        if (kind == IW_SHAPE_RESULTS)
            return match_results(matching, expected, received);
        if (iw_shape_takes_all(kind))
            return close_rest(matching, &open) && match_members(matching, kind, expected, received);
        if (expected == NULL && received == NULL)
            return close_rest(matching, &open);
        if (iw_matching_is_rest(matching, expected)) {
            if (!close_rest(matching, &open))
                return false;
            open = (struct open_rest){expected, received,          received,
                                      index,    matching->matched, matching->trial};
            expected = expected->next;
            continue;
        }
        if (expected != NULL && received != NULL &&
            iw_matching_value(matching, kind, expected, received)) {
            expected = expected->next;
            received = received->next;
            index++;
            continue;
        }
        if (!widen(matching, &open)) {
            if (received == NULL)
                return missing(matching, expected);
            return expected == NULL ? surplus(matching, received) : false;
        }
        expected = open.hole->next;
        received = open.end;
        index = open.index;
    }
}
