/* SPDX-License-Identifier: MIT */
/* What a name stands for: what is bound to it, a sum with that, its default, or, for a play against
 * its own other side, something made up. */
#include "script/filling.h"

#include <stdio.h>

void iw_filling_operand(const struct iw_filling *filling, struct iw_span operand,
                        struct iw_hole *hole)
{
    uint64_t number;
    const struct iw_binding *bound = iw_bindings_get(filling->bindings, operand);
    hole->operand = bound == NULL ? operand : bound->value;
    hole->operand_name = bound == NULL && !iw_span_number(operand, UINT64_MAX, &number);
}

static bool bind_text(struct iw_filling *filling, struct iw_span name, struct iw_span text)
{
    return iw_bindings_set(filling->bindings, name, text, text);
}

/* A number that the relation allows; where none is asked for, one that was not used before. */
static uint64_t invent_number(struct iw_filling *filling, const struct iw_fill_part *part)
{
    struct iw_hole hole = {0};
    uint64_t operand = 0;
    if (part->relation != 0)
        iw_filling_operand(filling, part->operand, &hole);
    iw_span_number(hole.operand, UINT64_MAX - 1, &operand);
    switch (part->relation) {
    case '=':
    case 'G':
    case 'L':
        return operand;
    case '<':
        return operand == 0 ? 0 : operand - 1;
    case '>':
    case '!':
        return operand + 1;
    default:
        return ++filling->bindings->invented;
    }
}

static enum iw_result invent(struct iw_filling *filling, const struct iw_fill_part *part,
                             struct iw_span *value)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu",
                          (unsigned long long)(part->rest ? 0 : invent_number(filling, part)));
    struct iw_span made = iw_span(digits, part->rest ? 0 : (size_t)length);
    *value = iw_arena_copy(filling->arena, made);
    if (value->data == NULL)
        return iw_filling_no_memory(filling);
    bool nameless = part->name.length == 0 || iw_span_equal(part->name, IW_SPAN("_"));
    return nameless || bind_text(filling, part->name, *value) ? IW_OK
                                                              : iw_filling_no_memory(filling);
}

static enum iw_result take_default(struct iw_filling *filling, const struct iw_fill_part *part,
                                   struct iw_span *value)
{
    struct iw_buf text;
    iw_buf_init(&text, filling->arena->alloc, IW_FILL_OCTETS_MAX);
    enum iw_result result = iw_filling_argument(filling, part->default_text, &text);
    if (result == IW_OK)
        *value = iw_arena_copy(filling->arena, iw_buf_span(&text));
    iw_buf_release(&text);
    if (result != IW_OK)
        return result;
    return value->data != NULL && bind_text(filling, part->name, *value)
               ? IW_OK
               : iw_filling_no_memory(filling);
}

/* ${n+1} */
static enum iw_result add_up(struct iw_filling *filling, const struct iw_fill_part *part,
                             struct iw_span number, struct iw_span *value)
{
    uint64_t n;
    if (!iw_span_number(number, INT64_MAX, &n))
        return iw_filling_complain(filling, part->name, "is not a number");
    int64_t sum;
    if (__builtin_add_overflow((int64_t)n, part->sum, &sum) || sum < 0)
        return iw_filling_complain(filling, part->name, "leaves the range of numbers");
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)sum);
    *value = iw_arena_copy(filling->arena, iw_span(digits, (size_t)length));
    return value->data != NULL ? IW_OK : iw_filling_no_memory(filling);
}

enum iw_result iw_filling_value(struct iw_filling *filling, const struct iw_fill_part *part,
                                struct iw_span *raw, struct iw_span *value)
{
    const struct iw_binding *bound = iw_bindings_get(filling->bindings, part->name);
    bool sent = filling->purpose != IW_FILL_EXPECT;
    enum iw_result result = IW_OK;
    *raw = *value = iw_span(NULL, 0);
    if (bound != NULL && !part->is_sum) {
        *raw = bound->raw;
        *value = bound->value;
        return IW_OK;
    }
    if (bound != NULL)
        result = add_up(filling, part, bound->value, value);
    else if (part->is_sum)
        result = iw_filling_complain(filling, part->name, "is not bound");
    else if (sent && part->default_text.data != NULL)
        result = take_default(filling, part, value);
    else if (filling->purpose == IW_FILL_INVENT)
        result = invent(filling, part, value);
    else if (sent && part->name.length == 0)
        result = iw_filling_complain(filling, part->name, "has no value that could be sent");
    else if (sent)
        result = iw_filling_complain(filling, part->name, "is not bound");
    *raw = *value;
    return result;
}
