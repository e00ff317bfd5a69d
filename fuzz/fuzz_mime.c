/* SPDX-License-Identifier: MIT */
/* Messages, as the engine reads them.
 *
 * Holds, for any octets: every part lies in the one around it, header and body side by side, and
 * the message is its header and its body; ENVELOPE, BODY and BODYSTRUCTURE are written so that the
 * strict parser reads them and writes them the same again, with the octet counts of the parts;
 * HEADER and TEXT together are the whole; BINARY.SIZE is the size of BINARY, which is no longer
 * than the part; sort keys and previews are UTF-8, and a preview is no longer than it may be; the
 * empty string is found everywhere. Input: the message. */
#include "fuzz/holds.h"

#include "base/utf8.h"
#include "mockserver/engine/mime_binary.h"
#include "mockserver/engine/mime_body.h"
#include "mockserver/engine/mime_date.h"
#include "mockserver/engine/mime_envelope.h"
#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_ids.h"
#include "mockserver/engine/mime_preview.h"
#include "mockserver/engine/mime_search.h"
#include "mockserver/engine/mime_section.h"
#include "mockserver/engine/mime_sort_key.h"
#include "parser/response.h"

enum { MEMORY_MAX = 1 << 28 };

/* ---- the tree ---- */

static const char *end_of(struct iw_span span)
{
    return span.data + span.length;
}

static void check_tree(const struct iw_mime_message *message, struct iw_span octets)
{
    size_t parts = 0;
    const struct iw_mime_part *part = &message->root;
    IW_HOLDS(iw_span_equal(iw_mime_whole(part), octets));
    while ((part = iw_mime_next_part(part)) != NULL) {
        struct iw_span around = part->parent->body;
        parts++;
        IW_HOLDS(part->depth == part->parent->depth + 1 && part->depth <= IW_MIME_DEPTH_MAX);
        IW_HOLDS(end_of(part->header) == part->body.data);
        IW_HOLDS(part->header.data >= around.data && end_of(part->body) <= end_of(around));
        IW_HOLDS(part->next == NULL || end_of(part->body) <= part->next->header.data);
        IW_HOLDS((part->kind == IW_BODY_MESSAGE) <= (part->first != NULL));
    }
    IW_HOLDS(parts == message->parts && parts <= IW_MIME_PARTS_MAX);
}

/* ---- what is written ---- */

/* One FETCH response, which the strict parser reads without anything bad in it. */
static void check_line(struct iw_span line)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_arena arena;
    struct iw_response response;
    struct iw_error error = {0};
    struct iw_buf again;
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_arena_init(&arena, NULL, MEMORY_MAX);
    iw_buf_init(&again, NULL, MEMORY_MAX);
    iw_framer_feed(&framer, line);
    IW_HOLDS(iw_framer_next(&framer, &frame, &error) == IW_OK);
    IW_HOLDS(frame.bytes.length == line.length);
    IW_HOLDS(iw_parse_response(&frame, &arena, &iw_limits_default, NULL, &response, &error) ==
             IW_OK);
    IW_HOLDS(response.kind == IW_RESPONSE_FETCH && response.fetch.count == 1);
    IW_HOLDS(response.fetch.items[0].kind != IW_FETCH_BAD);
    iw_write_response(&again, &response);
    IW_HOLDS(iw_span_equal(iw_buf_span(&again), line));
    iw_buf_release(&again);
    iw_arena_release(&arena);
    iw_framer_release(&framer);
}

static void check_envelope(struct iw_arena *arena, const struct iw_mime_message *message)
{
    struct iw_envelope envelope;
    struct iw_buf line;
    iw_buf_init(&line, NULL, MEMORY_MAX);
    IW_HOLDS(iw_mime_envelope(arena, message->root.header, &envelope) == IW_OK);
    iw_buf_add_string(&line, "* 1 FETCH (ENVELOPE ");
    iw_write_envelope(&line, &envelope);
    iw_buf_add_string(&line, ")\r\n");
    check_line(iw_buf_span(&line));
    iw_buf_release(&line);
}

static void check_body(struct iw_arena *arena, const struct iw_mime_message *message, bool extended)
{
    struct iw_body body;
    struct iw_buf line;
    iw_buf_init(&line, NULL, MEMORY_MAX);
    IW_HOLDS(iw_mime_body(arena, message, extended, &body) == IW_OK);
    IW_HOLDS(body.kind == IW_BODY_MULTIPART || body.octets == message->root.body.length);
    const struct iw_mime_part *part = message->root.first;
    for (const struct iw_body *b = body.part; part != NULL; b = b->next, part = part->next)
        IW_HOLDS(b->kind == IW_BODY_MULTIPART || b->octets == part->body.length);
    iw_buf_add_string(&line, extended ? "* 1 FETCH (BODYSTRUCTURE " : "* 1 FETCH (BODY ");
    iw_write_body(&line, &body);
    iw_buf_add_string(&line, ")\r\n");
    check_line(iw_buf_span(&line));
    iw_buf_release(&line);
}

/* ---- sections ---- */

static void check_sections(struct iw_arena *arena, const struct iw_mime_message *message)
{
    struct iw_section section = {.text = IW_SECTION_HEADER};
    struct iw_span header, text, all;
    IW_HOLDS(iw_mime_section(arena, message, &section, &header) == IW_OK);
    section.text = IW_SECTION_TEXT;
    IW_HOLDS(iw_mime_section(arena, message, &section, &text) == IW_OK);
    section.text = IW_SECTION_ALL;
    IW_HOLDS(iw_mime_section(arena, message, &section, &all) == IW_OK);
    IW_HOLDS(header.length + text.length == all.length);
    IW_HOLDS(iw_span_starts(all, header));
    IW_HOLDS(iw_span_equal(iw_mime_partial(all, header.length, UINT64_MAX), text));
}

static void check_binary(struct iw_arena *arena, const struct iw_mime_message *message)
{
    for (uint32_t number = 1; number < 5; number++) {
        struct iw_section section = {.parts = &number, .part_count = 1};
        struct iw_span octets;
        uint64_t size;
        enum iw_result result = iw_mime_binary(arena, message, &section, &octets);
        IW_HOLDS(result == IW_OK || result == IW_SYNTAX);
        IW_HOLDS(iw_mime_binary_size(message, &section, &size) == result);
        const struct iw_mime_part *part = iw_mime_find_part(message, &number, 1);
        if (result == IW_OK)
            IW_HOLDS(size == octets.length && (part == NULL || size <= part->body.length));
    }
}

/* ---- texts ---- */

static size_t count_characters(struct iw_span text)
{
    size_t count = 0;
    for (size_t length; text.length > 0; text = iw_span_part(text, length, text.length)) {
        length = iw_utf8_decode(text, NULL);
        IW_HOLDS(length > 0);
        count++;
    }
    return count;
}

static void check_preview(const struct iw_mime_message *message)
{
    struct iw_buf preview;
    iw_buf_init(&preview, NULL, MEMORY_MAX);
    iw_mime_preview(&preview, message);
    IW_HOLDS(!preview.failed && count_characters(iw_buf_span(&preview)) <= IW_MIME_PREVIEW_MAX);
    iw_buf_release(&preview);
}

/* For the name of a field that the message has, and for the empty string. */
static void check_search(struct iw_arena *arena, const struct iw_mime_message *message)
{
    struct iw_span header = message->root.header;
    struct iw_mime_field field;
    struct iw_mime_needle needle;
    bool found;
    if (!iw_mime_next_field(&header, &field))
        return;
    IW_HOLDS(iw_mime_needle(arena, IW_COLLATION_UNICODE, IW_SPAN(""), field.name, &needle) ==
             IW_OK);
    if (iw_utf8_decode(field.name, NULL) == 1)
        IW_HOLDS(iw_mime_addresses_have(arena, message, field.name, &needle, &found) == IW_OK);
    iw_mime_message_has(message, &needle);
    IW_HOLDS(iw_mime_needle(arena, IW_COLLATION_UNICODE, IW_SPAN(""), IW_SPAN(""), &needle) ==
             IW_OK);
    IW_HOLDS(iw_mime_field_has(message, field.name, &needle));
    IW_HOLDS(iw_mime_body_has(message, &needle) && iw_mime_message_has(message, &needle));
}

static void check_sort(struct iw_arena *arena, struct iw_span header)
{
    struct iw_span key;
    struct iw_mime_subject subject;
    struct iw_mime_ids ids;
    struct iw_mime_field field;
    struct iw_date date;
    IW_HOLDS(iw_mime_sort_subject(arena, IW_COLLATION_UNICODE, header, &subject) == IW_OK);
    count_characters(subject.base);
    IW_HOLDS(iw_mime_sort_mailbox(arena, IW_COLLATION_UNICODE, header, IW_SPAN("From"), &key) ==
             IW_OK);
    IW_HOLDS(iw_mime_sort_display(arena, IW_COLLATION_UNICODE, header, IW_SPAN("From"), &key) ==
             IW_OK);
    IW_HOLDS(iw_mime_references(arena, header, &ids) == IW_OK);
    for (size_t i = 0; i < ids.count; i++)
        IW_HOLDS(ids.members[i].length > 1);
    if (iw_mime_find_field(header, IW_SPAN("Date"), &field) &&
        iw_mime_parse_date(field.value, &date))
        IW_HOLDS(date.day >= 1 && date.month >= 1 && date.year >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct iw_span octets = iw_span((const char *)data, size);
    struct iw_arena arena;
    struct iw_mime_message message;
    iw_arena_init(&arena, NULL, MEMORY_MAX);
    IW_HOLDS(iw_mime_parse(&arena, octets, &message) == IW_OK);
    check_tree(&message, octets);
    check_envelope(&arena, &message);
    check_body(&arena, &message, false);
    check_body(&arena, &message, true);
    check_sections(&arena, &message);
    check_binary(&arena, &message);
    check_preview(&message);
    check_search(&arena, &message);
    check_sort(&arena, message.root.header);
    iw_arena_release(&arena);
    return 0;
}
