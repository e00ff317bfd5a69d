/* SPDX-License-Identifier: MIT */
/* Sections of FETCH to a sink: literals as they come, and what came between quotes behind them. */
#include "client/imap_private.h"

#include "base/chars.h"

#include <string.h>

/* ---- the place of a literal in its response ---- */

/* response = "*" SP number SP ("FETCH" / "UIDFETCH") SP "(" … ; the number, or 0: another one */
static uint32_t number_of(struct iw_span text)
{
    uint64_t number = 0;
    size_t digits = 2;
    while (digits < text.length && iw_is(text.data[digits], IW_CHAR_DIGIT))
        digits++;
    struct iw_span rest = iw_span_part(text, digits, text.length);
    bool is_fetch = iw_span_starts_nocase(rest, IW_SPAN(" FETCH (")) ||
                    iw_span_starts_nocase(rest, IW_SPAN(" UIDFETCH ("));
    if (!is_fetch || !iw_span_number(iw_span_part(text, 2, digits), UINT32_MAX, &number))
        return 0;
    return (uint32_t)number;
}

static size_t back_to(struct iw_span text, size_t from, const char *characters)
{
    while (from > 0 && strchr(characters, text.data[from - 1]) == NULL)
        from--;
    return from;
}

/* text ends in the announcement of a literal: the item it is the value of, if that is a section:
 * "BODY[" section "]" ["<" number ">"], "BINARY[" … "]", "RFC822" [".HEADER" / ".TEXT"] */
static struct iw_span section_of(struct iw_span text)
{
    static const char *const whole[] = {"RFC822", "RFC822.HEADER", "RFC822.TEXT"};
    size_t announced = back_to(text, text.length, "{");
    size_t end = announced > 0 ? announced - 1 : 0;
    end -= end > 0 && text.data[end - 1] == '~';
    if (end == 0 || text.data[end - 1] != ' ')
        return iw_span(NULL, 0);
    struct iw_span item = iw_span_part(text, 0, end - 1);
    size_t begin = back_to(item, item.length, "]( ");
    struct iw_span word = iw_span_part(item, begin, item.length);
    bool bracketed =
        begin > 0 && item.data[begin - 1] == ']' && (word.length == 0 || word.data[0] == '<');
    if (bracketed)
        return iw_span_part(item, back_to(item, back_to(item, begin, "["), "( "), item.length);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (iw_span_equal_nocase(word, iw_span_of(whole[i])))
            return word;
    return iw_span(NULL, 0);
}

/* ---- the sink ---- */

static void keep_going(struct iw_fetch_stream *stream, bool wanted)
{
    stream->stopped = stream->stopped || !wanted;
}

static void begin(struct iw_fetch_stream *stream, uint32_t number, struct iw_span section,
                  uint64_t size)
{
    const struct iw_fetch_sink *sink = stream->sink;
    if (!stream->stopped && sink->begin != NULL)
        keep_going(stream, sink->begin(sink->context, number, section, size));
}

static void give(struct iw_fetch_stream *stream, struct iw_span octets)
{
    const struct iw_fetch_sink *sink = stream->sink;
    if (!stream->stopped && sink->octets != NULL && octets.length > 0)
        keep_going(stream, sink->octets(sink->context, octets));
}

static enum iw_literal_fate decide(void *context, struct iw_span so_far,
                                   const struct iw_literal *literal)
{
    struct iw_imap *imap = context;
    struct iw_span section = imap->stream == NULL ? iw_span(NULL, 0) : section_of(so_far);
    uint32_t number = section.length == 0 ? 0 : number_of(so_far);
    if (number == 0)
        return IW_LITERAL_KEEP;
    begin(imap->stream, number, section, literal->size);
    return imap->stream->stopped ? IW_LITERAL_SKIP : IW_LITERAL_STREAM;
}

static void pass_on(void *context, struct iw_span octets)
{
    struct iw_imap *imap = context;
    give(imap->stream, octets);
}

struct iw_literal_handler iw_fetch_stream_handler(struct iw_imap *imap)
{
    return (struct iw_literal_handler){decide, pass_on, imap};
}

/* ---- whole responses ---- */

/* A short body may have come between quotes. Its name in brackets has to be written anew. */
static void give_kept(struct iw_fetch_stream *stream, const struct iw_response *response,
                      const struct iw_fetch_item *item)
{
    struct iw_buf name;
    bool section = item->kind == IW_FETCH_SECTION || item->kind == IW_FETCH_BINARY;
    if (!section || !item->kept || item->value.data == NULL)
        return;
    iw_buf_init(&name, stream->alloc, SIZE_MAX / 4);
    iw_buf_add(&name, item->name);
    if (item->has_section)
        iw_write_section(&name, &item->section);
    if (item->has_origin)
        iw_buf_addf(&name, "<%llu>", (unsigned long long)item->origin);
    begin(stream, response->number, iw_buf_span(&name), item->value.length);
    give(stream, item->value);
    iw_buf_release(&name);
}

bool iw_fetch_stream_takes(struct iw_fetch_stream *stream, const struct iw_session_event *event)
{
    const struct iw_response *response = event->response;
    if (stream == NULL || event->kind != IW_SESSION_RESPONSE || response == NULL ||
        (response->kind != IW_RESPONSE_FETCH && response->kind != IW_RESPONSE_UIDFETCH))
        return false;
    const struct iw_fetch_sink *sink = stream->sink;
    for (size_t i = 0; i < response->fetch.count; i++)
        give_kept(stream, response, &response->fetch.items[i]);
    if (!stream->stopped && sink->message != NULL)
        keep_going(stream, sink->message(sink->context, response));
    return true;
}
