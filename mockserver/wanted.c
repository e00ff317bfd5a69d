/* SPDX-License-Identifier: MIT */
#include "mockserver/wanted.h"

#include "script/fill.h"

/* command name = ["UID" SP] atom */
static struct iw_span command_name(struct iw_span *rest, bool *uid)
{
    struct iw_span name = iw_span_take_word(rest);
    *uid = iw_span_equal_nocase(name, IW_SPAN("UID"));
    return *uid ? iw_span_take_word(rest) : name;
}

enum iw_result iw_wanted_make(const struct iw_line *line, const struct iw_scenario *scenario,
                              struct iw_bindings *bindings, struct iw_arena *arena,
                              struct iw_wanted *wanted, struct iw_error *error)
{
    bool command = line->side == IW_SIDE_CLIENT;
    *wanted = (struct iw_wanted){.side = line->side, .exact = line->mark == IW_MARK_EXACT};
    enum iw_result result =
        iw_fill(line->text, scenario, bindings, IW_FILL_EXPECT, arena, &wanted->filled, error);
    if (result != IW_OK || wanted->exact)
        return result;
    struct iw_span rest = wanted->filled.octets;
    wanted->name = command_name(&rest, &wanted->uid);
    wanted->by_name = command && wanted->filled.hole_count == 0 && rest.length == 0;
    if (wanted->by_name)
        return IW_OK;
    result = iw_pattern_make(wanted->filled, command ? IW_TREE_COMMAND : IW_TREE_RESPONSE, arena,
                             &wanted->pattern, error);
    wanted->asks = wanted->pattern.asks;
    return result;
}

static bool is_untagged(struct iw_span word)
{
    return iw_span_equal(word, IW_SPAN("*")) || iw_span_equal(word, IW_SPAN("+"));
}

void iw_seen_make(const struct iw_frame *frame, enum iw_side side, struct iw_arena *arena,
                  struct iw_seen *seen)
{
    struct iw_error error = {0};
    struct iw_span rest = iw_span_without_crlf(frame->bytes);
    *seen = (struct iw_seen){.octets = rest, .asks = frame->kind == IW_FRAME_ASK};
    seen->tag = iw_span_take_word(&rest);
    if (side == IW_SIDE_CLIENT)
        seen->name = command_name(&rest, &seen->uid);
    seen->readable =
        iw_parse_tree(frame, side == IW_SIDE_CLIENT ? IW_TREE_COMMAND : IW_TREE_RESPONSE, arena,
                      &iw_limits_default, &seen->tree, &error) == IW_OK &&
        seen->tree.first != NULL;
    if (seen->readable && !is_untagged(seen->tag)) {
        seen->tree.first = seen->tree.first->next;
        seen->tree.count--;
    }
}

bool iw_wanted_matches(const struct iw_wanted *wanted, const struct iw_seen *seen,
                       struct iw_bindings *bindings, struct iw_mismatch *mismatch)
{
    *mismatch = (struct iw_mismatch){.matched = 0};
    if (wanted->asks && !seen->asks)
        *mismatch =
            (struct iw_mismatch){.expected = wanted->filled.octets, .reason = "is not announced"};
    if (wanted->asks != seen->asks)
        return false;
    if (wanted->exact)
        return iw_match_exact(&wanted->filled, seen->octets, bindings);
    if (wanted->by_name)
        return iw_span_equal_nocase(wanted->name, seen->name) && (seen->uid || !wanted->uid);
    return seen->readable && iw_match(&wanted->pattern, &seen->tree, bindings, mismatch);
}
