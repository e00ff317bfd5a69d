/* SPDX-License-Identifier: MIT */
#include "script/cutting.h"

#include <string.h>

static enum iw_result fill_number(struct iw_span text, const struct iw_emit_options *options,
                                  int64_t *number, struct iw_error *error)
{
    return iw_fill_number(text, options->scenario, options->bindings, options->arena, number,
                          error);
}

static enum iw_result fill_range(struct iw_span text, const struct iw_emit_options *options,
                                 struct iw_spread *range, struct iw_error *error)
{
    if (text.data == NULL)
        return IW_OK;
    return iw_fill_spread(text, options->scenario, options->bindings, options->arena, range, error);
}

/* The place of an octet, or behind the last one. */
static enum iw_result fill_offset(struct iw_span text, size_t length,
                                  const struct iw_emit_options *options, size_t *offset,
                                  struct iw_error *error)
{
    int64_t number = 0;
    enum iw_result result = fill_number(text, options, &number, error);
    if (result != IW_OK)
        return result;
    if (number < 0 && length == SIZE_MAX)
        return iw_fail(error, IW_SYNTAX, 0, "a number from 0 on: there is no end to count from");
    uint64_t back = number < 0 ? (uint64_t)-number : 0;
    if (number < 0)
        *offset = back < length ? length - (size_t)back : 0;
    else
        *offset = (uint64_t)number < length ? (size_t)number : length;
    return IW_OK;
}

static enum iw_result fill_splits(const struct iw_cutting *cutting,
                                  const struct iw_emit_options *options, struct iw_passage *passage,
                                  struct iw_error *error)
{
    for (size_t i = 0; i < cutting->split_count; i++) {
        int64_t number = 0;
        enum iw_result result = fill_number(cutting->split[i], options, &number, error);
        if (result != IW_OK)
            return result;
        if (number > 0)
            passage->split[passage->split_count++] = (size_t)number;
    }
    return IW_OK;
}

enum iw_result iw_cutting_fill(const struct iw_cutting *cutting, size_t length,
                               const struct iw_emit_options *options, struct iw_passage *passage,
                               struct iw_error *error)
{
    *passage =
        (struct iw_passage){.cuts = cutting->cut.data != NULL, .flips = cutting->flip.data != NULL};
    enum iw_result result = fill_splits(cutting, options, passage, error);
    if (result == IW_OK)
        result = fill_range(cutting->dribble, options, &passage->dribble, error);
    if (result == IW_OK)
        result = fill_range(cutting->every_ms, options, &passage->every_ms, error);
    if (result == IW_OK && passage->cuts)
        result = fill_offset(cutting->cut, length, options, &passage->cut, error);
    if (result == IW_OK && passage->flips)
        result = fill_offset(cutting->flip, length, options, &passage->flip, error);
    return result;
}

enum iw_result iw_tcp_fill(const struct iw_tcp *tcp, const struct iw_emit_options *options,
                           struct iw_passage *passage, struct iw_error *error)
{
    int64_t rate = 0, refuse_ms = 0;
    enum iw_result result = iw_cutting_fill(&tcp->cutting, SIZE_MAX, options, passage, error);
    if (result == IW_OK && tcp->rate.data != NULL)
        result = fill_number(tcp->rate, options, &rate, error);
    if (result == IW_OK && tcp->refuse_ms.data != NULL)
        result = fill_number(tcp->refuse_ms, options, &refuse_ms, error);
    passage->rate = rate > 0 ? (uint64_t)rate : 0;
    passage->refuse_ms = refuse_ms > 0 ? (uint64_t)refuse_ms : 0;
    passage->deaf = tcp->deaf;
    passage->nagle = tcp->nagle;
    return result;
}

enum iw_result iw_replace_fill(const struct iw_send *send, struct iw_buf *stream,
                               const struct iw_emit_options *options, struct iw_error *error)
{
    struct iw_span whole = iw_buf_span(stream);
    for (size_t i = 0; i < send->replace_count; i++) {
        struct iw_filled text;
        size_t at = 0;
        enum iw_result result =
            fill_offset(send->replace[i].name, whole.length, options, &at, error);
        if (result == IW_OK)
            result = iw_fill(send->replace[i].text, options->scenario, options->bindings,
                             IW_FILL_SEND, options->arena, &text, error);
        if (result != IW_OK)
            return result;
        size_t length = iw_span_part(text.octets, 0, whole.length - at).length;
        if (length > 0)
            memcpy(stream->data + stream->begin + at, text.octets.data, length);
    }
    return IW_OK;
}

enum iw_result iw_ms_fill(struct iw_span text, const struct iw_emit_options *options, uint64_t *ms,
                          struct iw_error *error)
{
    struct iw_spread range = {0, 0};
    enum iw_result result = fill_range(text, options, &range, error);
    *ms = result == IW_OK ? iw_spread_draw(range, options->random) : 0;
    if (*ms > IW_MS_MAX)
        *ms = IW_MS_MAX;
    return result;
}

enum iw_result iw_close_fill(struct iw_span text, const struct iw_emit_options *options,
                             enum iw_close *how, struct iw_error *error)
{
    struct iw_filled filled;
    enum iw_result result = iw_fill(text, options->scenario, options->bindings, IW_FILL_SEND,
                                    options->arena, &filled, error);
    if (result == IW_OK && !iw_close_named(filled.octets, how))
        return iw_fail(error, IW_SYNTAX, 0, "fin, rst, half, silent or bare");
    return result;
}
