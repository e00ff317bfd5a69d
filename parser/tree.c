/* SPDX-License-Identifier: MIT */
#include "parser/tree.h"

#include "base/chars.h"
#include "parser/response.h"

#include <string.h>

/* Siblings being collected. */
struct siblings {
    struct iw_node **next; /* where the next one goes */
    size_t count;
    const char *unclosed; /* no section closes that is open before here */
    bool asks;            /* the line ends where a literal waits */
};

static enum iw_result parse_values(struct iw_reader *reader, struct siblings *siblings, char stop);

static size_t octets_left(const struct iw_reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

static bool at_line_end(const struct iw_reader *reader)
{
    size_t left = octets_left(reader);
    return left == 0 || *reader->at == '\n' ||
           (left >= 2 && reader->at[0] == '\r' && reader->at[1] == '\n');
}

/* A node that begins at the cursor. */
static enum iw_result add_node(struct iw_reader *reader, struct siblings *siblings,
                               enum iw_node_kind kind, struct iw_node **node)
{
    if (siblings->count >= reader->limits->items)
        return iw_fail(reader->error, IW_LIMIT, (size_t)(reader->at - reader->begin),
                       "fewer members");
    *node = iw_arena_get(reader->arena, sizeof **node);
    if (*node == NULL)
        return iw_reader_no_room(reader, sizeof **node);
    (*node)->kind = kind;
    (*node)->raw = iw_span(reader->at, 0);
    *siblings->next = *node;
    siblings->next = &(*node)->next;
    siblings->count++;
    return IW_OK;
}

/* The node ends at the cursor. */
static void end_node(const struct iw_reader *reader, struct iw_node *node)
{
    node->raw.length = (size_t)(reader->at - node->raw.data);
}

/* ---- atoms ---- */

static bool is_atom_octet(char c, char stop)
{
    switch (c) {
    case '\0':
    case '\t':
    case '\n':
    case '\r':
    case ' ':
    case '"':
    case '(':
    case ')':
    case '{':
    case 0x7f:
        return false;
    case ']':
        return stop != ']';
    default:
        return true;
    }
}

/* section = "[" [section-spec] "]": may hold SP, strings, and a list of header fields, whose names
 * may have "]" in them. False when it does not end on this line; then the cursor stays, and the
 * octets up to there are not searched a second time, however many sections open in them. */
static bool skip_section(struct iw_reader *reader, const char **unclosed)
{
    struct iw_reader ahead = *reader;
    bool closed = false, list = false;
    if (*unclosed != NULL && reader->at < *unclosed)
        return false;
    ahead.error = NULL;
    while (!closed && !at_line_end(&ahead)) {
        struct iw_literal_value literal;
        struct iw_span quoted;
        enum iw_result result = IW_OK;
        if (iw_reader_peek(&ahead, '"'))
            result = iw_read_quoted(&ahead, &quoted);
        else if (iw_reader_peek(&ahead, '{'))
            result = iw_read_literal(&ahead, &literal);
        else {
            list = *ahead.at == '(' || (list && *ahead.at != ')');
            closed = *ahead.at++ == ']' && !list;
        }
        if (result != IW_OK)
            break;
    }
    if (!closed) {
        *unclosed = ahead.at;
        return false;
    }
    ahead.error = reader->error;
    *reader = ahead;
    return true;
}

/* BODY, BODY.PEEK, BINARY, BINARY.SIZE …: a "[" behind it opens a section. */
static bool takes_section(struct iw_span name)
{
    return iw_span_starts_nocase(name, IW_SPAN("BODY")) ||
           iw_span_starts_nocase(name, IW_SPAN("BINARY"));
}

static enum iw_result parse_atom(struct iw_reader *reader, struct siblings *siblings,
                                 struct iw_node *node, char stop)
{
    const char *first = reader->at;
    while (reader->at < reader->end && is_atom_octet(*reader->at, stop)) {
        struct iw_span name = iw_span(first, (size_t)(reader->at - first));
        if (*reader->at == '[' && takes_section(name) && skip_section(reader, &siblings->unclosed))
            continue;
        reader->at++;
    }
    if (reader->at == first)
        return iw_reader_fail(reader, "a value");
    end_node(reader, node);
    node->value = node->raw;
    return IW_OK;
}

/* ---- strings and lists ---- */

static enum iw_result parse_quoted(struct iw_reader *reader, struct iw_node *node)
{
    enum iw_result result = iw_read_quoted(reader, &node->value);
    end_node(reader, node);
    return result;
}

static enum iw_result parse_literal(struct iw_reader *reader, struct iw_node *node)
{
    struct iw_literal_value literal = {0};
    enum iw_result result = iw_read_literal(reader, &literal);
    node->value = literal.octets;
    node->literal = true;
    node->binary = literal.binary;
    end_node(reader, node);
    return result;
}

/* The cursor stands on "(" or "["; stop is what closes it. */
static enum iw_result parse_list(struct iw_reader *reader, struct siblings *siblings,
                                 struct iw_node *node, char stop)
{
    struct siblings children = {
        .next = &node->child, .unclosed = siblings->unclosed, .asks = siblings->asks};
    enum iw_result result = iw_reader_enter(reader);
    if (result != IW_OK)
        return result;
    reader->at++;
    result = parse_values(reader, &children, stop);
    siblings->unclosed = children.unclosed;
    iw_reader_leave(reader);
    end_node(reader, node);
    return result;
}

/* The announcement of a literal that waits: nothing but the end of the line follows it. */
static bool at_ask(const struct iw_reader *reader)
{
    size_t left = octets_left(reader);
    const char *brace = memchr(reader->at, '}', left);
    if (brace == NULL || (*reader->at != '{' && *reader->at != '~'))
        return false;
    struct iw_reader behind = *reader;
    behind.at = brace + 1;
    return at_line_end(&behind) && octets_left(&behind) <= 2;
}

static void parse_ask(struct iw_reader *reader, struct iw_node *node)
{
    node->binary = iw_reader_skip(reader, '~');
    const char *first = reader->at + 1;
    reader->at = memchr(first, '}', (size_t)(reader->end - first));
    node->value = iw_span(first, (size_t)(reader->at - first));
    reader->at++;
    end_node(reader, node);
}

static enum iw_result parse_value(struct iw_reader *reader, struct siblings *siblings, char stop)
{
    struct iw_node *node;
    bool list = iw_reader_peek(reader, '(');
    bool quoted = iw_reader_peek(reader, '"');
    bool literal = iw_reader_at_literal(reader);
    bool ask = literal && siblings->asks && at_ask(reader);
    enum iw_node_kind kind = list                ? IW_NODE_LIST
                             : ask               ? IW_NODE_ASK
                             : quoted || literal ? IW_NODE_STRING
                                                 : IW_NODE_ATOM;
    enum iw_result result = add_node(reader, siblings, kind, &node);
    if (result != IW_OK)
        return result;
    if (list)
        return parse_list(reader, siblings, node, ')');
    if (ask)
        parse_ask(reader, node);
    else
        result = quoted    ? parse_quoted(reader, node)
                 : literal ? parse_literal(reader, node)
                           : parse_atom(reader, siblings, node, stop);
    bool parted = at_line_end(reader) || memchr(" ()", *reader->at, 3) != NULL ||
                  (stop != '\0' && *reader->at == stop);
    return result != IW_OK || parted ? result : iw_reader_fail(reader, "SP");
}

/* Values up to and with stop, or, when it is NUL, up to the end of the line. */
static enum iw_result parse_values(struct iw_reader *reader, struct siblings *siblings, char stop)
{
    for (;;) {
        while (iw_reader_skip(reader, ' '))
            continue;
        if (stop != '\0' && iw_reader_skip(reader, stop))
            return IW_OK;
        if (at_line_end(reader))
            return stop == '\0' || siblings->asks
                       ? IW_OK
                       : iw_reader_fail(reader, stop == ')' ? ")" : "]");
        enum iw_result result = parse_value(reader, siblings, stop);
        if (result != IW_OK)
            return result;
    }
}

/* ---- prose ---- */

/* The rest of the line up to end. */
static enum iw_result parse_text(struct iw_reader *reader, struct siblings *siblings,
                                 const char *end)
{
    struct iw_node *node;
    if (reader->at == end)
        return IW_OK;
    enum iw_result result = add_node(reader, siblings, IW_NODE_TEXT, &node);
    if (result != IW_OK)
        return result;
    reader->at = end;
    end_node(reader, node);
    node->value = node->raw;
    return IW_OK;
}

/* "[" resp-text-code "]"; the cursor stands on "[", and closing on the first "]" of the line. */
static enum iw_result parse_code(struct iw_reader *reader, struct siblings *siblings,
                                 const char *closing)
{
    struct iw_node *node;
    enum iw_result result = add_node(reader, siblings, IW_NODE_CODE, &node);
    if (result != IW_OK)
        return result;
    struct iw_reader attempt = *reader;
    attempt.error = NULL;
    result = parse_list(&attempt, siblings, node, ']');
    if (result == IW_OK) {
        reader->at = attempt.at;
        return IW_OK;
    }
    if (result != IW_SYNTAX)
        return iw_fail(reader->error, result, (size_t)(reader->at - reader->begin), "a code");
    struct siblings children = {.next = &node->child};
    reader->at++;
    result = parse_text(reader, &children, closing);
    reader->at = closing + 1;
    end_node(reader, node);
    return result;
}

/* resp-text = ["[" resp-text-code "]" SP] [text] */
static enum iw_result parse_prose(struct iw_reader *reader, struct siblings *siblings, bool code)
{
    const char *end = iw_reader_line_end(reader);
    iw_reader_skip(reader, ' ');
    const char *closing = NULL;
    if (code && end > reader->at && *reader->at == '[')
        closing = memchr(reader->at, ']', (size_t)(end - reader->at));
    if (closing != NULL) {
        enum iw_result result = parse_code(reader, siblings, closing);
        if (result != IW_OK)
            return result;
        iw_reader_skip(reader, ' ');
    }
    return parse_text(reader, siblings, end);
}

/* The framer takes for a word what goes up to SP or the end of the line, and so must we. */
static bool word_ends(const struct iw_reader *reader)
{
    return at_line_end(reader) || *reader->at == ' ';
}

/* continue-req = "+" SP (resp-text / base64) CRLF, and resp-cond-state behind a tag or "*"; all
 * else is values. */
static enum iw_result parse_response(struct iw_reader *reader, struct siblings *siblings,
                                     const struct iw_node *const *first)
{
    enum iw_result result = at_line_end(reader) ? IW_OK : parse_value(reader, siblings, '\0');
    if (result != IW_OK || at_line_end(reader))
        return result;
    if (iw_span_equal((*first)->raw, IW_SPAN("+")) && word_ends(reader))
        return parse_prose(reader, siblings, false);
    struct iw_node *const *second = siblings->next;
    if (!iw_reader_skip(reader, ' ') || at_line_end(reader))
        return parse_values(reader, siblings, '\0');
    result = parse_value(reader, siblings, '\0');
    if (result == IW_OK && iw_is_state((*second)->raw) && word_ends(reader))
        return parse_prose(reader, siblings, true);
    return result == IW_OK ? parse_values(reader, siblings, '\0') : result;
}

enum iw_result iw_parse_tree(const struct iw_frame *frame, enum iw_tree_kind kind,
                             struct iw_arena *arena, const struct iw_limits *limits,
                             struct iw_tree *tree, struct iw_error *error)
{
    static const uint64_t tokens =
        (uint64_t)1 << IW_LENIENT_BARE_LF | (uint64_t)1 << IW_LENIENT_TRAILING_SPACE |
        (uint64_t)1 << IW_LENIENT_QUOTED_8BIT | (uint64_t)1 << IW_LENIENT_QUOTED_ESCAPE |
        (uint64_t)1 << IW_LENIENT_LITERAL_NUL;
    struct iw_lenient lenient = {.allowed = tokens};
    struct iw_reader reader;
    iw_reader_init(&reader, frame, arena, limits, &lenient, error);
    reader.role = IW_FRAME_COMMANDS; /* {n+} is read in either direction */
    *tree = (struct iw_tree){0};
    struct siblings siblings = {.next = &tree->first, .asks = frame->kind == IW_FRAME_ASK};
    enum iw_result result =
        kind == IW_TREE_COMMAND
            ? parse_values(&reader, &siblings, '\0')
            : parse_response(&reader, &siblings, (const struct iw_node *const *)&tree->first);
    tree->count = siblings.count;
    return result == IW_OK ? iw_read_crlf(&reader) : result;
}
