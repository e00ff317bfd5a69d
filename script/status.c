/* SPDX-License-Identifier: MIT */
#include "script/status.h"

#include <string.h>

static struct iw_span word_at(struct iw_span octets, size_t at)
{
    size_t end = at;
    while (end < octets.length && octets.data[end] != ' ' && octets.data[end] != '|')
        end++;
    return iw_span_part(octets, at, end);
}

bool iw_is_untagged_status(struct iw_span octets)
{
    return iw_span_starts(octets, IW_SPAN("* ")) && iw_is_state(word_at(octets, 2));
}

/* " [code]" at `at`; absent when there is none or it does not end. */
static struct iw_span code_at(struct iw_span octets, size_t at)
{
    if (!iw_span_starts(iw_span_part(octets, at, octets.length), IW_SPAN(" [")))
        return iw_span(NULL, 0);
    for (size_t i = at + 2; i < octets.length; i++) {
        bool last = i + 1 == octets.length;
        if (octets.data[i] == ']' && (last || strchr(" |", octets.data[i + 1]) != NULL))
            return iw_span_part(octets, at + 1, i + 1);
    }
    return iw_span(NULL, 0);
}

/* WORD [SP code] ("|" / [SP text] end) */
struct iw_status iw_status_take(struct iw_span octets, size_t *at)
{
    struct iw_status status = {.word = word_at(octets, *at)};
    size_t begin = *at + status.word.length, end = begin;
    status.code = code_at(octets, begin);
    if (status.code.data != NULL)
        end += 1 + status.code.length;
    bool more = end < octets.length && octets.data[end] == '|';
    if (!more && end < octets.length)
        status.text = iw_span_part(octets, end + 1, octets.length);
    status.rest = iw_span_part(octets, begin, more ? end : octets.length);
    *at = more ? end + 1 : octets.length;
    return status;
}
