/* SPDX-License-Identifier: MIT */
/* Holes, and texts with holes in them. */
#include "script/matching.h"

#include "base/base64.h"
#include "base/chars.h"

enum { WORK_MAX = 5000000 };

bool iw_matching_fail(struct iw_matching *matching, struct iw_span expected,
                      struct iw_span received, const char *reason)
{
    if (matching->quiet > 0)
        return false;
    if (matching->any_mismatch && matching->matched <= matching->nearest.matched)
        return false;
    matching->any_mismatch = true;
    matching->nearest = (struct iw_mismatch){matching->matched, expected, received, reason};
    return false;
}

bool iw_matching_go_on(struct iw_matching *matching, size_t work)
{
    matching->work += work;
    return matching->work <= WORK_MAX;
}

const struct iw_hole *iw_matching_hole(const struct iw_matching *matching, struct iw_span text)
{
    size_t index = text.length == IW_HOLE_MARK_SIZE ? iw_hole_at(text, 0) : SIZE_MAX;
    return index < matching->text->hole_count ? &matching->text->holes[index] : NULL;
}

bool iw_matching_is_rest(const struct iw_matching *matching, const struct iw_node *node)
{
    const struct iw_hole *hole = NULL;
    if (node != NULL && (node->kind == IW_NODE_ATOM || node->kind == IW_NODE_TEXT))
        hole = iw_matching_hole(matching, node->raw);
    return hole != NULL && hole->rest;
}

/* ---- conditions ---- */

static bool compare(char relation, uint64_t value, uint64_t operand)
{
    switch (relation) {
    case '>':
        return value > operand;
    case '<':
        return value < operand;
    case 'G':
        return value >= operand;
    case 'L':
        return value <= operand;
    case '=':
        return value == operand;
    default:
        return value != operand;
    }
}

static const char *complaint(char relation)
{
    switch (relation) {
    case '>':
        return "is not greater";
    case '<':
        return "is not smaller";
    case 'G':
        return "is smaller";
    case 'L':
        return "is greater";
    case '=':
        return "differs";
    default:
        return "is the same";
    }
}

/* What stands right of the relation; a name may have been captured by now. */
static bool operand_of(const struct iw_matching *matching, const struct iw_hole *hole,
                       uint64_t *operand)
{
    struct iw_span text = hole->operand;
    if (hole->operand_name) {
        const struct iw_binding *bound = iw_bindings_get(&matching->trial, hole->operand);
        if (bound == NULL)
            return false;
        text = bound->value;
    }
    return iw_span_number(text, UINT64_MAX, operand);
}

static bool satisfies(struct iw_matching *matching, const struct iw_hole *hole,
                      struct iw_span value)
{
    uint64_t number, operand;
    if (!hole->number)
        return true;
    if (!iw_span_number(value, UINT64_MAX, &number))
        return iw_matching_fail(matching, hole->name, value, "is not a number");
    if (hole->relation == 0)
        return true;
    if (!operand_of(matching, hole, &operand))
        return iw_matching_fail(matching, hole->operand, value, "has no number to compare with");
    return compare(hole->relation, number, operand) ||
           iw_matching_fail(matching, hole->operand, value, complaint(hole->relation));
}

/* The hole is a ${base64:…}: what stands in it is compared with the decoded octets. */
static bool take_decoded(struct iw_matching *matching, const struct iw_hole *hole,
                         struct iw_span value)
{
    struct iw_buf octets;
    iw_buf_init(&octets, matching->trial.arena->alloc, IW_FILL_OCTETS_MAX);
    if (iw_base64_decode(&octets, value, NULL) != IW_OK) {
        iw_buf_release(&octets);
        return iw_matching_fail(matching, IW_SPAN("base64"), value, "differs");
    }
    bool same = iw_match_exact(hole->decoded, iw_buf_span(&octets), &matching->trial);
    iw_buf_release(&octets);
    return same || iw_matching_fail(matching, IW_SPAN("other octets"), value, "differs");
}

bool iw_matching_take(struct iw_matching *matching, const struct iw_hole *hole, struct iw_span raw,
                      struct iw_span value)
{
    if (hole->decoded != NULL)
        return take_decoded(matching, hole, value);
    if (!satisfies(matching, hole, value))
        return false;
    if (hole->name.length == 0 || iw_span_equal(hole->name, IW_SPAN("_")))
        return true;
    const struct iw_binding *known = iw_bindings_get(&matching->trial, hole->name);
    if (known != NULL)
        return iw_span_equal(known->value, value) ||
               iw_matching_fail(matching, known->raw, raw, "differs");
    return iw_bindings_set(&matching->trial, hole->name, raw, value);
}

/* ---- texts with holes ---- */

static bool same_octet(char a, char b, bool nocase)
{
    return a == b || (nocase && iw_upper(a) == iw_upper(b));
}

static bool has_hole(struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == IW_HOLE_MARK)
            return true;
    return false;
}

static bool equal(struct iw_span a, struct iw_span b, bool nocase)
{
    return nocase ? iw_span_equal_nocase(a, b) : iw_span_equal(a, b);
}

/* A hole that has been met, and what it takes so far. */
struct open_hole {
    const struct iw_hole *hole; /* NULL: none yet */
    size_t expected;            /* behind its mark */
    size_t begin, end;          /* in received */
};

static bool close_hole(struct iw_matching *matching, const struct open_hole *open,
                       struct iw_span received)
{
    if (open->hole == NULL)
        return true;
    struct iw_span taken = iw_span_part(received, open->begin, open->end);
    return iw_matching_take(matching, open->hole, taken, taken);
}

/* As with "*" in a file name: what stands behind a hole is tried at ever later places; when the
 * next hole is met, the one before has what it takes. */
static bool match_holes(struct iw_matching *matching, struct iw_span expected,
                        struct iw_span received, bool nocase)
{
    size_t e = 0, r = 0;
    struct open_hole open = {.hole = NULL};
    while (e < expected.length || r < received.length) {
        size_t index = e < expected.length ? iw_hole_at(expected, e) : SIZE_MAX;
        if (!iw_matching_go_on(matching, 1))
            return false;
        if (index < matching->text->hole_count) {
            if (!close_hole(matching, &open, received))
                return false;
            e += IW_HOLE_MARK_SIZE;
            open = (struct open_hole){&matching->text->holes[index], e, r, r};
        } else if (e < expected.length && r < received.length &&
                   same_octet(expected.data[e], received.data[r], nocase)) {
            e++;
            r++;
        } else if (open.hole != NULL && open.end < received.length) {
            e = open.expected;
            r = ++open.end;
        } else {
            return false;
        }
    }
    return close_hole(matching, &open, received);
}

bool iw_matching_text(struct iw_matching *matching, struct iw_span expected,
                      struct iw_span received, bool nocase)
{
    bool same = has_hole(expected) ? match_holes(matching, expected, received, nocase)
                                   : equal(expected, received, nocase);
    return same || iw_matching_fail(matching, expected, received, "differs");
}
