/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_subject.h"

#include "mockserver/engine/mime_word.h"

#include <string.h>

/* Blanks are SP by now (step 1). */
static struct iw_span skip_blanks(struct iw_span text)
{
    while (iw_span_starts(text, IW_SPAN(" ")))
        text = iw_span_part(text, 1, text.length);
    return text;
}

static bool skip(struct iw_span *text, struct iw_span prefix)
{
    if (!iw_span_starts_nocase(*text, prefix))
        return false;
    *text = iw_span_part(*text, prefix.length, text->length);
    return true;
}

static bool ends_nocase(struct iw_span text, struct iw_span end)
{
    return text.length >= end.length &&
           iw_span_equal_nocase(iw_span_part(text, text.length - end.length, text.length), end);
}

/* subj-trailer = "(fwd)" / WSP (step 2) */
static void cut_trailers(struct iw_span *text, bool *reply)
{
    for (;;) {
        if (ends_nocase(*text, IW_SPAN("(fwd)"))) {
            text->length -= sizeof "(fwd)" - 1;
            *reply = true;
        } else if (ends_nocase(*text, IW_SPAN(" "))) {
            text->length--;
        } else {
            return;
        }
    }
}

/* subj-blob = "[" *BLOBCHAR "]" *WSP ; BLOBCHAR: all but "[" and "]" */
static bool skip_blob(struct iw_span *text)
{
    if (!iw_span_starts(*text, IW_SPAN("[")))
        return false;
    for (size_t i = 1; i < text->length && text->data[i] != '['; i++) {
        if (text->data[i] != ']')
            continue;
        *text = skip_blanks(iw_span_part(*text, i + 1, text->length));
        return true;
    }
    return false;
}

/* subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":" */
static bool skip_refwd(struct iw_span *text)
{
    struct iw_span rest = *text;
    if (!skip(&rest, IW_SPAN("re")) && !skip(&rest, IW_SPAN("fwd")) && !skip(&rest, IW_SPAN("fw")))
        return false;
    rest = skip_blanks(rest);
    skip_blob(&rest);
    if (!skip(&rest, IW_SPAN(":")))
        return false;
    *text = rest;
    return true;
}

/* subj-leader = (*subj-blob subj-refwd) / WSP (step 3) */
static bool skip_leader(struct iw_span *text, bool *reply)
{
    if (skip(text, IW_SPAN(" ")))
        return true;
    struct iw_span rest = *text;
    while (skip_blob(&rest))
        continue;
    if (!skip_refwd(&rest))
        return false;
    *text = rest;
    *reply = true;
    return true;
}

/* Steps 3 to 5: a blob goes only if something stays. */
static void cut_leaders(struct iw_span *text, bool *reply)
{
    for (bool more = true; more;) {
        while (skip_leader(text, reply))
            continue;
        struct iw_span rest = *text;
        more = skip_blob(&rest) && rest.length > 0;
        if (more)
            *text = rest;
    }
}

/* subj-fwd = subj-fwd-hdr subject subj-fwd-trl; subj-fwd-hdr = "[fwd:"; subj-fwd-trl = "]"
 * (step 6) */
static bool cut_forward(struct iw_span *text)
{
    if (!ends_nocase(*text, IW_SPAN("]")) || !skip(text, IW_SPAN("[fwd:")))
        return false;
    text->length--;
    return true;
}

/* One SP for every run of blanks (step 1). */
static struct iw_span collapse(char *text, size_t length)
{
    size_t out = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i] == '\t' ? ' ' : text[i];
        if (c != ' ' || out == 0 || text[out - 1] != ' ')
            text[out++] = c;
    }
    return iw_span(text, out);
}

enum iw_result iw_mime_base_subject(struct iw_arena *arena, struct iw_span value,
                                    struct iw_mime_subject *subject)
{
    struct iw_buf text;
    iw_buf_init(&text, arena->alloc, arena->cap);
    iw_mime_add_words(&text, value);
    char *copy = iw_arena_get(arena, text.length);
    *subject = (struct iw_mime_subject){0};
    if (text.failed || copy == NULL) {
        iw_buf_release(&text);
        return IW_NO_MEMORY;
    }
    if (text.length > 0)
        memcpy(copy, iw_buf_span(&text).data, text.length);
    subject->base = collapse(copy, text.length);
    iw_buf_release(&text);
    do {
        cut_trailers(&subject->base, &subject->reply);
        cut_leaders(&subject->base, &subject->reply);
        if (!cut_forward(&subject->base))
            return IW_OK;
        subject->reply = true;
    } while (true);
}
