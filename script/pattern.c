/* SPDX-License-Identifier: MIT */
/* Makes a pattern of a filled line: frames it as the wire would, and lets the tree parser cut it.
 */
#include "script/match.h"

#include "base/chars.h"
#include "script/status.h"

#include <string.h>

/* A line being framed: what is put in front of it so that the tree parser knows what it reads. */
struct framing {
    const struct iw_filled *text;
    enum iw_tree_kind kind;
    bool asks;
    struct iw_arena *arena;
    struct iw_error *error;
};

static enum iw_result no_memory(const struct framing *framing)
{
    return iw_fail(framing->error, IW_NO_MEMORY, 0, "memory for the pattern");
}

/* lead + octets + CRLF */
static struct iw_span frame_octets(struct iw_arena *arena, const char *lead, struct iw_span octets)
{
    size_t lead_length = strlen(lead);
    char *framed = iw_arena_get(arena, lead_length + octets.length + 2);
    if (framed == NULL)
        return iw_span(NULL, 0);
    memcpy(framed, lead, lead_length);
    if (octets.length > 0)
        memcpy(framed + lead_length, octets.data, octets.length);
    memcpy(framed + lead_length + octets.length, "\r\n", 2);
    return iw_span(framed, lead_length + octets.length + 2);
}

static struct iw_literal *frame_literals(const struct framing *framing, size_t shift)
{
    const struct iw_filled *text = framing->text;
    struct iw_literal *literals =
        iw_arena_array(framing->arena, text->literal_count, sizeof *literals);
    for (size_t i = 0; literals != NULL && i < text->literal_count; i++)
        literals[i] = (struct iw_literal){.offset = text->literals[i].offset + shift,
                                          .size = text->literals[i].size,
                                          .binary = text->literals[i].binary,
                                          .kept = true};
    return literals;
}

/* Octets of the line, with a tag or nothing in front, as a tree. Literals only when octets are the
 * whole line. */
static enum iw_result parse(const struct framing *framing, const char *lead, struct iw_span octets,
                            struct iw_span *framed, struct iw_tree *tree)
{
    bool whole = octets.data == framing->text->octets.data;
    *framed = frame_octets(framing->arena, lead, octets);
    struct iw_literal *literals = frame_literals(framing, strlen(lead));
    if (framed->data == NULL || literals == NULL)
        return no_memory(framing);
    struct iw_frame frame = {.kind = framing->asks ? IW_FRAME_ASK : IW_FRAME_WHOLE,
                             .role = framing->kind == IW_TREE_COMMAND ? IW_FRAME_COMMANDS
                                                                      : IW_FRAME_RESPONSES,
                             .bytes = *framed,
                             .literals = literals,
                             .literal_count = whole ? framing->text->literal_count : 0};
    struct iw_error error = {IW_OK};
    enum iw_result result =
        iw_parse_tree(&frame, framing->kind, framing->arena, &iw_limits_default, tree, &error);
    if (result == IW_OK)
        return IW_OK;
    size_t base = whole ? 0 : (size_t)(octets.data - framing->text->octets.data);
    size_t inside = error.offset < strlen(lead) ? 0 : error.offset - strlen(lead);
    return iw_fail(framing->error, result, base + inside, error.expected);
}

/* Forgets the tag that was put in front. */
static void drop_first(struct iw_tree *tree)
{
    if (tree->first == NULL)
        return;
    tree->first = tree->first->next;
    tree->count--;
}

/* ---- status responses ---- */

/* "WORD [code] text", where a hole for the word is read like any word. */
static enum iw_result parse_alternative(const struct framing *framing, struct iw_span word,
                                        struct iw_span rest, struct iw_pattern *pattern)
{
    struct iw_alternative *alternative = &pattern->alternatives[pattern->alternative_count++];
    const char *lead = iw_is_state(word) ? "x " : "x OK";
    struct iw_span octets = rest;
    struct iw_tree tree;
    if (iw_is_state(word))
        octets = iw_span(word.data, (size_t)(rest.data + rest.length - word.data));
    enum iw_result result = parse(framing, lead, octets, &pattern->framed, &tree);
    if (result != IW_OK)
        return result;
    drop_first(&tree);
    alternative->word = word;
    if (pattern->alternative_count == 1)
        pattern->tree = tree;
    const struct iw_node *node = tree.first == NULL ? NULL : tree.first->next;
    if (node != NULL && node->kind == IW_NODE_CODE) {
        alternative->code = node;
        node = node->next;
    }
    alternative->text = node;
    return IW_OK;
}

static enum iw_result parse_alternatives(const struct framing *framing, size_t at,
                                         struct iw_pattern *pattern)
{
    struct iw_span octets = framing->text->octets;
    do {
        size_t begin = at;
        struct iw_status status = iw_status_take(octets, &at);
        if (status.word.length == 0)
            return iw_fail(framing->error, IW_SYNTAX, begin, "OK, NO, BAD, BYE or PREAUTH");
        if (pattern->alternative_count == IW_ALTERNATIVES_MAX)
            return iw_fail(framing->error, IW_LIMIT, begin, "fewer alternatives");
        enum iw_result result = parse_alternative(framing, status.word, status.rest, pattern);
        if (result != IW_OK)
            return result;
    } while (at < octets.length);
    return IW_OK;
}

/* ---- patterns ---- */

static enum iw_result make_response(const struct framing *framing, struct iw_pattern *pattern)
{
    struct iw_span octets = framing->text->octets;
    if (iw_span_equal(octets, IW_SPAN("+")) || iw_span_starts(octets, IW_SPAN("+ "))) {
        pattern->continuation = true;
        return parse(framing, "", octets, &pattern->framed, &pattern->tree);
    }
    pattern->completion = !iw_span_starts(octets, IW_SPAN("* "));
    if (pattern->completion)
        return parse_alternatives(framing, 0, pattern);
    if (iw_is_untagged_status(octets))
        return parse_alternatives(framing, 2, pattern);
    return parse(framing, "", octets, &pattern->framed, &pattern->tree);
}

/* The line ends in "{" and a number, or a hole for it, and "}", which belong to no literal. */
static bool ends_in_ask(const struct iw_filled *text)
{
    const struct iw_span octets = text->octets;
    const size_t count = text->literal_count;
    const struct iw_fill_literal *last = count == 0 ? NULL : &text->literals[count - 1];
    size_t begin = last == NULL ? 0 : last->offset + last->size;
    if (octets.length < begin + 3 || octets.data[octets.length - 1] != '}')
        return false;
    size_t end = octets.length - 1, at = end;
    if (end >= IW_HOLE_MARK_SIZE && iw_hole_at(octets, end - IW_HOLE_MARK_SIZE) != SIZE_MAX)
        at -= IW_HOLE_MARK_SIZE;
    else
        while (at > begin && iw_is(octets.data[at - 1], IW_CHAR_DIGIT))
            at--;
    return at < end && at > begin && octets.data[at - 1] == '{';
}

enum iw_result iw_pattern_make(struct iw_filled text, enum iw_tree_kind kind,
                               struct iw_arena *arena, struct iw_pattern *pattern,
                               struct iw_error *error)
{
    bool asks = kind == IW_TREE_COMMAND && ends_in_ask(&text);
    struct framing framing = {&text, kind, asks, arena, error};
    *pattern = (struct iw_pattern){
        .kind = kind, .text = text, .asks = asks, .freedom = text.hole_count};
    if (kind == IW_TREE_RESPONSE)
        return make_response(&framing, pattern);
    enum iw_result result = parse(&framing, "x ", text.octets, &pattern->framed, &pattern->tree);
    drop_first(&pattern->tree);
    return result;
}
