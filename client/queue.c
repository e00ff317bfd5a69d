/* SPDX-License-Identifier: MIT */
#include "client/queue.h"

#include "base/chars.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    OUT_MAX = 16 * 1024 * 1024,
    TEXT_MAX = 1024 * 1024,
    PARTS_MAX = 10000,
    PIECE = 16 * 1024, /* octets read from a source at a time */
    SMALL = 4096       /* a literal up to here goes in one piece with the text around it */
};

void iw_queue_init(struct iw_queue *queue, const struct iw_alloc *alloc, const char *prefix)
{
    *queue = (struct iw_queue){.alloc = alloc};
    assert(strlen(prefix) < sizeof queue->prefix);
    memcpy(queue->prefix, prefix, strlen(prefix) + 1);
    iw_buf_init(&queue->out, alloc, OUT_MAX);
}

void iw_queue_release(struct iw_queue *queue)
{
    while (queue->first != NULL)
        iw_queue_remove(queue, queue->first);
    iw_buf_release(&queue->out);
}

/* ---- what may be sent ---- */

/* True when text, at the end of a line, would announce a literal: "{" number ["+"] "}". A server
 * would then take the next command for its octets. A quoted string ends in DQUOTE. */
static bool announces_literal(struct iw_span text)
{
    size_t at = text.length;
    if (at == 0 || text.data[at - 1] != '}')
        return false;
    at--;
    if (at > 0 && (text.data[at - 1] == '+' || text.data[at - 1] == '-'))
        at--;
    size_t digits = at;
    while (at > 0 && iw_is(text.data[at - 1], IW_CHAR_DIGIT))
        at--;
    return at < digits && at > 0 && text.data[at - 1] == '{';
}

static enum iw_result check_text(struct iw_span text, struct iw_error *error)
{
    if (text.length > TEXT_MAX)
        return iw_failf(error, IW_LIMIT, "an argument is longer than %d octets", TEXT_MAX);
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '\r' || text.data[i] == '\n' || text.data[i] == '\0')
            return iw_failf(error, IW_SYNTAX, "CR, LF or NUL in an argument");
    if (announces_literal(text))
        return iw_failf(error, IW_SYNTAX, "an argument ends like a literal's announcement");
    return IW_OK;
}

static bool holds_nul(struct iw_span octets)
{
    return octets.length > 0 && memchr(octets.data, '\0', octets.length) != NULL;
}

static enum iw_result check_request(const struct iw_request *request, struct iw_error *error)
{
    if (request->part_count > PARTS_MAX)
        return iw_failf(error, IW_LIMIT, "more than %d parts", PARTS_MAX);
    struct iw_span name = iw_span_of(request->name);
    for (size_t i = 0; i < name.length; i++)
        if (!iw_is(name.data[i], IW_CHAR_ATOM))
            return iw_failf(error, IW_SYNTAX, "a command's name must be an atom");
    if (name.length == 0)
        return iw_failf(error, IW_SYNTAX, "a command needs a name");
    for (size_t i = 0; i < request->part_count; i++) {
        const struct iw_part *part = &request->parts[i];
        enum iw_result result = IW_OK;
        if (!part->literal && i > 0 && !request->parts[i - 1].literal)
            result = iw_failf(error, IW_SYNTAX, "two texts in a row");
        else if (!part->literal)
            result = check_text(part->octets, error);
        else if (!part->binary && part->source == NULL && holds_nul(part->octets))
            result = iw_failf(error, IW_SYNTAX, "NUL in a literal");
        if (result != IW_OK)
            return result;
    }
    return IW_OK;
}

/* ---- life of an order ---- */

static size_t text_size(const struct iw_request *request)
{
    size_t size = strlen(request->name) + 1;
    for (size_t i = 0; i < request->part_count; i++)
        if (!request->parts[i].literal)
            size += request->parts[i].octets.length;
    return size;
}

/* Untagged results that do not say which command they belong to, so that one command at a time may
 * have its own (RFC 9051 §5.5). ESEARCH names its command's tag. */
static const char *find_nameless(const struct iw_verb *verb, const struct iw_request *request)
{
    static const char *const nameless[] = {"SEARCH", "SORT", "THREAD"};
    struct iw_span words = request->part_count > 0 ? request->parts[0].octets : iw_span("", 0);
    if (verb != NULL && iw_span_equal(iw_span_of(verb->name), IW_SPAN("UID"))) {
        words = iw_span_part(words, 1, words.length);
        verb = iw_verb_find(iw_span_take_word(&words));
    }
    for (size_t i = 0; verb != NULL && i < sizeof nameless / sizeof *nameless; i++)
        if (iw_span_equal(iw_span_of(verb->name), iw_span_of(nameless[i])))
            return nameless[i];
    return NULL;
}

/* One block: the order, its parts, its texts. */
static struct iw_order *copy_request(const struct iw_alloc *alloc, const struct iw_request *request)
{
    size_t parts_size = request->part_count * sizeof(struct iw_part);
    struct iw_order *order =
        iw_alloc_resize(alloc, NULL, sizeof *order + parts_size + text_size(request));
    if (order == NULL)
        return NULL;
    struct iw_part *parts = (struct iw_part *)(order + 1);
    char *text = (char *)(parts + request->part_count);
    *order = (struct iw_order){.verb = iw_verb_find(iw_span_of(request->name)),
                               .name = text,
                               .converses = request->converses,
                               .parts = parts,
                               .part_count = request->part_count};
    order->nameless = find_nameless(order->verb, request);
    memcpy(text, request->name, strlen(request->name) + 1);
    text += strlen(request->name) + 1;
    for (size_t i = 0; i < request->part_count; i++) {
        parts[i] = request->parts[i];
        size_t length = parts[i].octets.length;
        if (parts[i].literal || length == 0)
            continue;
        memcpy(text, parts[i].octets.data, length);
        parts[i].octets.data = text;
        text += length;
    }
    return order;
}

enum iw_result iw_queue_add(struct iw_queue *queue, const struct iw_request *request,
                            struct iw_order **order, struct iw_error *error)
{
    enum iw_result result = check_request(request, error);
    if (result != IW_OK)
        return result;
    *order = copy_request(queue->alloc, request);
    if (*order == NULL)
        return iw_failf(error, IW_NO_MEMORY, "no memory for a command");
    (*order)->label = ++queue->label_last;
    struct iw_order **end = &queue->first;
    while (*end != NULL)
        end = &(*end)->next;
    *end = *order;
    return IW_OK;
}

static void forget_sending(struct iw_queue *queue)
{
    queue->sending = NULL;
    queue->waits = false;
    queue->literal = iw_span(NULL, 0);
    queue->source = NULL;
    queue->source_left = 0;
}

void iw_queue_remove(struct iw_queue *queue, struct iw_order *order)
{
    struct iw_order **link = &queue->first;
    while (*link != order)
        link = &(*link)->next;
    *link = order->next;
    if (queue->sending == order)
        forget_sending(queue);
    iw_alloc_free(queue->alloc, order);
}

/* ---- sending ---- */

/* The first failure wins. */
static bool fail(struct iw_queue *queue, enum iw_result code, const char *why)
{
    iw_failf(&queue->failure, code, "%s", why);
    return false;
}

static bool is_well(struct iw_queue *queue)
{
    return queue->out.failed ? fail(queue, IW_NO_MEMORY, "no memory") : true;
}

/* literal = "{" number64 ["+"] "}" CRLF *CHAR8; literal8 = "~{" number64 ["+"] "}" CRLF *OCTET */
static void announce(struct iw_queue *queue, const struct iw_part *part, uint64_t size)
{
    iw_buf_addf(&queue->out, "%s{%" PRIu64 "%s}\r\n", part->binary ? "~" : "", size,
                queue->waits ? "" : "+");
}

/* The literal may go. */
static void release_literal(struct iw_queue *queue, const struct iw_part *part)
{
    queue->source = part->source;
    queue->source_left = part->source == NULL ? 0 : part->source->size;
    queue->source_binary = part->binary;
    if (part->source == NULL && part->octets.length > SMALL)
        queue->literal = part->octets;
    else if (part->source == NULL)
        iw_buf_add(&queue->out, part->octets);
}

static bool literal_goes(const struct iw_queue *queue)
{
    return queue->literal.length > 0 || queue->source_left > 0;
}

/* Puts parts on the wire up to and with the next literal that must wait, for "+" or for room, or to
 * the end. */
static bool send_parts(struct iw_queue *queue)
{
    struct iw_order *order = queue->sending;
    while (order->part_at < order->part_count) {
        const struct iw_part *part = &order->parts[order->part_at];
        uint64_t size = part->source == NULL ? part->octets.length : part->source->size;
        if (!part->literal) {
            iw_buf_add(&queue->out, part->octets);
            order->part_at++;
            continue;
        }
        queue->waits = !queue->unasked || size > queue->unasked_max;
        announce(queue, part, size);
        if (queue->waits)
            return is_well(queue);
        order->part_at++;
        release_literal(queue, part);
        if (literal_goes(queue))
            return is_well(queue);
    }
    iw_buf_add_string(&queue->out, "\r\n");
    order->state = IW_ORDER_SENT;
    forget_sending(queue);
    return is_well(queue);
}

struct iw_order *iw_queue_next(const struct iw_queue *queue)
{
    return queue->sending != NULL ? NULL : iw_queue_find_state(queue, IW_ORDER_QUEUED);
}

bool iw_queue_begin(struct iw_queue *queue, struct iw_order *order)
{
    snprintf(order->tag, sizeof order->tag, "%s%u", queue->prefix, ++queue->tag_last);
    order->state = IW_ORDER_SENDING;
    queue->sending = order;
    iw_buf_addf(&queue->out, "%s %s", order->tag, order->name);
    return send_parts(queue);
}

/* The next piece from the source, behind what has gone. */
static bool read_piece(struct iw_queue *queue)
{
    size_t want = queue->source_left < PIECE ? (size_t)queue->source_left : PIECE;
    size_t got = 0;
    char *room = iw_buf_reserve(&queue->out, want);
    if (room == NULL)
        return is_well(queue);
    const struct iw_source *source = queue->source;
    enum iw_result result = source->read(source->context, room, want, &got, &queue->failure);
    if (result != IW_OK || got == 0 || got > want)
        return fail(queue, result == IW_OK ? IW_SYSTEM : result,
                    "a literal's source has ended too early");
    if (!queue->source_binary && holds_nul(iw_span(room, got)))
        return fail(queue, IW_SYNTAX, "NUL in a literal");
    iw_buf_commit(&queue->out, got);
    queue->source_left -= got;
    return true;
}

/* Nothing is left in out: what comes behind it. */
static bool refill(struct iw_queue *queue)
{
    if (queue->source_left > 0)
        return read_piece(queue);
    bool between = queue->sending != NULL && !queue->waits && queue->literal.length == 0;
    return !between || send_parts(queue);
}

bool iw_queue_go_on(struct iw_queue *queue)
{
    struct iw_order *order = queue->sending;
    queue->waits = false;
    release_literal(queue, &order->parts[order->part_at++]);
    return literal_goes(queue) && queue->out.length > 0 ? is_well(queue) : refill(queue);
}

bool iw_queue_cut_short(struct iw_queue *queue)
{
    if (queue->source_left > 0)
        return fail(queue, IW_CLOSED, "a command was answered before all of its literal was sent");
    if (!queue->waits) {
        iw_buf_add(&queue->out, queue->literal);
        iw_buf_add_string(&queue->out, "\r\n");
    }
    queue->sending->state = IW_ORDER_SENT;
    forget_sending(queue);
    return is_well(queue);
}

enum iw_result iw_queue_line(struct iw_queue *queue, struct iw_span line, struct iw_error *error)
{
    enum iw_result result = check_text(line, error);
    if (result != IW_OK)
        return result;
    iw_buf_add(&queue->out, line);
    iw_buf_add_string(&queue->out, "\r\n");
    return queue->out.failed ? iw_failf(error, IW_NO_MEMORY, "no memory for a line") : IW_OK;
}

struct iw_span iw_queue_pending(const struct iw_queue *queue)
{
    return queue->out.length > 0 ? iw_buf_span(&queue->out) : queue->literal;
}

bool iw_queue_consumed(struct iw_queue *queue, size_t octets)
{
    if (octets == 0)
        return true;
    if (queue->out.length > 0) {
        iw_buf_consume(&queue->out, octets);
    } else {
        assert(octets <= queue->literal.length);
        queue->literal = iw_span_part(queue->literal, octets, queue->literal.length);
    }
    return queue->out.length > 0 || refill(queue);
}

/* ---- finding ---- */

struct iw_order *iw_queue_find_tag(const struct iw_queue *queue, struct iw_span tag)
{
    struct iw_order *order = queue->first;
    while (order != NULL && (order->tag[0] == '\0' || !iw_span_equal(tag, iw_span_of(order->tag))))
        order = order->next;
    return order;
}

struct iw_order *iw_queue_find_label(const struct iw_queue *queue, unsigned label)
{
    struct iw_order *order = queue->first;
    while (order != NULL && order->label != label)
        order = order->next;
    return order;
}

struct iw_order *iw_queue_find_state(const struct iw_queue *queue, enum iw_order_state state)
{
    struct iw_order *order = queue->first;
    while (order != NULL && order->state != state)
        order = order->next;
    return order;
}

struct iw_order *iw_queue_conversing(const struct iw_queue *queue)
{
    struct iw_order *order = queue->first;
    while (order != NULL && !(order->state == IW_ORDER_SENT && order->converses))
        order = order->next;
    return order;
}

bool iw_queue_awaits(const struct iw_queue *queue, const char *name)
{
    struct iw_span wanted = iw_span_of(name);
    for (const struct iw_order *order = queue->first; order != NULL; order = order->next)
        if (order->state == IW_ORDER_SENT && iw_span_equal_nocase(iw_span_of(order->name), wanted))
            return true;
    return false;
}
