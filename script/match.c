/* SPDX-License-Identifier: MIT */
/* Lines: which part of a line is its name, a number, a state, a code; the rest is match_value.c. */
#include "script/match.h"

#include "script/matching.h"

#include <string.h>

static bool is_number(const struct iw_node *node)
{
    uint64_t number;
    return node->kind == IW_NODE_ATOM && iw_span_number(node->value, UINT64_MAX, &number);
}

/* ---- a name and its arguments ---- */

typedef const struct iw_shape *find_shape(struct iw_span name);

/* The shape is that of what was received, which has no holes. */
static bool match_named(struct iw_matching *matching, find_shape *find,
                        const struct iw_node *expected, const struct iw_node *received)
{
    if (expected == NULL || received == NULL || iw_matching_is_rest(matching, expected))
        return iw_matching_values(matching, &iw_shape_any, expected, received);
    return iw_matching_value(matching, IW_SHAPE_TREE, expected, received) &&
           iw_matching_values(matching, find(received->value), expected->next, received->next);
}

/* "[" name arguments "]" */
static bool match_code(struct iw_matching *matching, const struct iw_node *expected,
                       const struct iw_node *received)
{
    return match_named(matching, iw_shape_code, expected->child, received->child);
}

/* command-name arguments, or "UID" command-name arguments */
static bool match_command(struct iw_matching *matching, const struct iw_node *expected,
                          const struct iw_node *received)
{
    bool uid = received != NULL && iw_span_equal_nocase(received->value, IW_SPAN("UID"));
    if (!uid || expected == NULL || iw_matching_is_rest(matching, expected))
        return match_named(matching, iw_shape_command, expected, received);
    return iw_matching_value(matching, IW_SHAPE_TREE, expected, received) &&
           match_named(matching, iw_shape_command, expected->next, received->next);
}

/* "*" [number] name arguments */
static bool match_untagged(struct iw_matching *matching, const struct iw_node *expected,
                           const struct iw_node *received)
{
    if (expected == NULL || received == NULL)
        return iw_matching_values(matching, &iw_shape_any, expected, received);
    if (!iw_matching_value(matching, IW_SHAPE_TREE, expected, received))
        return false;
    expected = expected->next;
    received = received->next;
    bool numbered = received != NULL && is_number(received) && received->next != NULL;
    if (!numbered || expected == NULL || iw_matching_is_rest(matching, expected))
        return match_named(matching, iw_shape_response, expected, received);
    if (expected->next != NULL && /* of two lines the one of the same name is nearer */
        iw_span_equal_nocase(expected->next->value, received->next->value))
        matching->matched++;
    return iw_matching_value(matching, IW_SHAPE_TREE, expected, received) &&
           match_named(matching, iw_shape_response, expected->next, received->next);
}

/* ---- states and prose ---- */

/* Prose is free; a lone hole in it takes what is there. */
static bool match_prose(struct iw_matching *matching, const struct iw_node *expected,
                        const struct iw_node *received)
{
    const struct iw_hole *hole =
        expected == NULL ? NULL : iw_matching_hole(matching, expected->value);
    if (hole == NULL)
        return true;
    struct iw_span taken = received == NULL ? IW_SPAN("") : received->raw;
    const struct iw_node *behind = received == NULL ? NULL : received->next;
    if (behind != NULL) /* a code and its text */
        taken.length = (size_t)(behind->raw.data + behind->raw.length - taken.data);
    return iw_matching_take(matching, hole, taken, taken);
}

static bool match_alternative(struct iw_matching *matching,
                              const struct iw_alternative *alternative, const struct iw_node *state)
{
    const struct iw_node *behind = state->next;
    if (!iw_matching_text(matching, alternative->word, state->value, true))
        return false;
    matching->matched++;
    if (alternative->code == NULL)
        return match_prose(matching, alternative->text, behind);
    if (behind == NULL || behind->kind != IW_NODE_CODE)
        return iw_matching_fail(matching, alternative->code->raw, iw_span(NULL, 0), "is missing");
    return match_code(matching, alternative->code, behind) &&
           match_prose(matching, alternative->text, behind->next);
}

static bool match_status(struct iw_matching *matching, const struct iw_pattern *pattern,
                         const struct iw_node *received)
{
    const struct iw_node *state = received;
    bool untagged = received != NULL && iw_span_equal(received->raw, IW_SPAN("*"));
    if (!pattern->completion)
        state = untagged ? received->next : NULL;
    if (state == NULL || (pattern->completion && untagged))
        return iw_matching_fail(matching, pattern->text.octets, iw_span(NULL, 0), "is missing");
    for (size_t i = 0; i < pattern->alternative_count; i++) {
        struct iw_bindings before = matching->trial;
        size_t matched = matching->matched;
        if (match_alternative(matching, &pattern->alternatives[i], state))
            return true;
        matching->trial = before;
        matching->matched = matched;
    }
    if (matching->nearest.matched == 0) /* no word was right: name them all */
        matching->nearest.expected = pattern->text.octets;
    return false;
}

static bool match_continuation(struct iw_matching *matching, const struct iw_pattern *pattern,
                               const struct iw_node *received)
{
    const struct iw_node *expected = pattern->tree.first;
    if (received == NULL || !iw_span_equal(received->raw, IW_SPAN("+")))
        return iw_matching_fail(matching, pattern->text.octets,
                                received == NULL ? iw_span(NULL, 0) : received->raw, "differs");
    return match_prose(matching, expected->next, received->next);
}

static bool match_line(struct iw_matching *matching, const struct iw_pattern *pattern,
                       const struct iw_node *received)
{
    if (pattern->kind == IW_TREE_COMMAND)
        return match_command(matching, pattern->tree.first, received);
    if (pattern->continuation)
        return match_continuation(matching, pattern, received);
    if (pattern->alternative_count > 0)
        return match_status(matching, pattern, received);
    return match_untagged(matching, pattern->tree.first, received);
}

/* ---- the public face ---- */

static bool match(const struct iw_pattern *pattern, const struct iw_tree *received,
                  struct iw_bindings *bindings, uint64_t *claimed, struct iw_mismatch *mismatch)
{
    struct iw_matching matching = {.text = &pattern->text, .trial = *bindings, .claimed = claimed};
    uint64_t claimed_before = claimed == NULL ? 0 : *claimed;
    bool whole = match_line(&matching, pattern, received->first);
    bool some = claimed != NULL && *claimed != claimed_before;
    if (whole || some)
        *bindings = matching.trial;
    if (mismatch != NULL)
        *mismatch = matching.nearest;
    return whole;
}

bool iw_match(const struct iw_pattern *pattern, const struct iw_tree *received,
              struct iw_bindings *bindings, struct iw_mismatch *mismatch)
{
    return match(pattern, received, bindings, NULL, mismatch);
}

/* "* 1 FETCH (…)" and "* STATUS M (…)" may come in parts. */
static bool may_spread(const struct iw_pattern *pattern)
{
    const struct iw_node *name = pattern->tree.first;
    if (pattern->kind != IW_TREE_RESPONSE || pattern->alternative_count > 0 ||
        pattern->continuation || pattern->tree.count != 4)
        return false;
    name = name->next;
    if (iw_span_equal_nocase(name->value, IW_SPAN("STATUS")))
        return true;
    struct iw_span second = name->next->value;
    return iw_span_equal_nocase(second, IW_SPAN("FETCH")) ||
           iw_span_equal_nocase(second, IW_SPAN("UIDFETCH"));
}

bool iw_match_spread(const struct iw_pattern *pattern, const struct iw_tree *received,
                     struct iw_bindings *bindings, uint64_t *claimed, struct iw_mismatch *mismatch)
{
    return match(pattern, received, bindings, may_spread(pattern) ? claimed : NULL, mismatch);
}

bool iw_match_exact(const struct iw_filled *expected, struct iw_span received,
                    struct iw_bindings *bindings)
{
    struct iw_matching matching = {.text = expected, .trial = *bindings};
    bool same = iw_matching_text(&matching, expected->octets, received, false);
    if (same)
        *bindings = matching.trial;
    return same;
}

static size_t match_first_line(const struct iw_filled *expected, struct iw_span stream,
                               struct iw_bindings *bindings)
{
    const char *lf = stream.length == 0 ? NULL : memchr(stream.data, '\n', stream.length);
    if (lf == NULL)
        return SIZE_MAX;
    size_t length = (size_t)(lf - stream.data) + 1;
    size_t end = length > 1 && lf[-1] == '\r' ? 2 : 1;
    bool same = iw_match_exact(expected, iw_span_part(stream, 0, length - end), bindings);
    return same ? length : 0;
}

size_t iw_match_octets(const struct iw_filled *expected, struct iw_span stream,
                       struct iw_bindings *bindings)
{
    struct iw_span wanted = expected->octets;
    if (expected->hole_count > 0)
        return match_first_line(expected, stream, bindings);
    struct iw_span head = iw_span_part(stream, 0, wanted.length);
    struct iw_span tail = iw_span_part(stream, wanted.length, wanted.length + 2);
    if (!iw_span_starts(wanted, head) || !iw_span_starts(IW_SPAN("\r\n"), tail))
        return 0;
    return stream.length < wanted.length + 2 ? SIZE_MAX : wanted.length + 2;
}
