/* SPDX-License-Identifier: MIT */
/* Untyped trees: what fuzz/grammar.h says holds for each, and more: nodes stand in the order of
 * their octets, children inside their parent, and between them is nothing but SP; so no octet is
 * lost. Written from the values of its nodes with single spaces, strings in their shortest form,
 * it is the same tree again.
 *
 * Input: a stream, taken for responses and for commands. */
#include "fuzz/grammar.h"
#include "fuzz/holds.h"

#include "parser/write.h"

static const char *end_of(struct iw_span span)
{
    return span.data + span.length;
}

/* ---- each octet belongs to a node or is SP ---- */

static void check_gap(const char *begin, const char *end)
{
    IW_HOLDS(begin <= end);
    while (begin < end)
        IW_HOLDS(*begin++ == ' ');
}

static bool is_parent(const struct iw_node *node)
{
    return node->kind == IW_NODE_LIST || node->kind == IW_NODE_CODE;
}

static void check_leaf(const struct iw_node *node)
{
    IW_HOLDS(node->raw.length > 0 && node->value.data != NULL && node->child == NULL);
    IW_HOLDS(node->kind == IW_NODE_STRING || iw_span_equal(node->raw, node->value));
    IW_HOLDS(node->kind == IW_NODE_STRING || (!node->literal && !node->binary));
    IW_HOLDS(node->literal || !node->binary);
}

static void check_nodes(const struct iw_node *node, struct iw_span around)
{
    const char *at = around.data;
    for (; node != NULL; node = node->next) {
        check_gap(at, node->raw.data);
        at = end_of(node->raw);
        if (is_parent(node)) {
            bool list = node->kind == IW_NODE_LIST;
            IW_HOLDS(node->raw.length >= 2);
            IW_HOLDS(node->raw.data[0] == (list ? '(' : '[') && at[-1] == (list ? ')' : ']'));
            check_nodes(node->child, iw_span_part(node->raw, 1, node->raw.length - 1));
        } else
            check_leaf(node);
    }
    check_gap(at, end_of(around));
}

/* Without its CRLF; the CR belongs to a literal when that ends there. */
static struct iw_span without_line_end(const struct iw_frame *frame)
{
    const struct iw_literal *last =
        frame->literal_count == 0 ? NULL : &frame->literals[frame->literal_count - 1];
    size_t least = last == NULL ? 0 : last->offset + (last->kept ? (size_t)last->size : 0);
    size_t length = frame->bytes.length - 1;
    length -= length > least && frame->bytes.data[length - 1] == '\r';
    return iw_span_part(frame->bytes, 0, length);
}

/* ---- the grammar ---- */

static enum iw_result parse(const struct iw_frame *frame, struct iw_arena *arena,
                            const struct iw_limits *limits, struct iw_lenient *lenient,
                            union iw_value *value, struct iw_error *error)
{
    (void)lenient; /* a tree allows all of them */
    enum iw_tree_kind kind = frame->role == IW_FRAME_RESPONSES ? IW_TREE_RESPONSE : IW_TREE_COMMAND;
    enum iw_result result = iw_parse_tree(frame, kind, arena, limits, &value->tree, error);
    if (result == IW_OK)
        check_nodes(value->tree.first, without_line_end(frame));
    return result;
}

static bool has_prose(const struct iw_tree *tree)
{
    for (const struct iw_node *node = tree->first; node != NULL; node = node->next)
        if (node->kind == IW_NODE_TEXT || node->kind == IW_NODE_CODE)
            return true;
    return false;
}

static void write_string(struct iw_buf *out, const struct iw_node *node)
{
    if (!node->binary) {
        iw_write_string(out, node->value);
        return;
    }
    iw_buf_addf(out, "~{%zu}\r\n", node->value.length);
    iw_buf_add(out, node->value);
}

/* Strings beside prose stay as they are: what is prose depends on what stands in front of it. */
static void write_nodes(struct iw_buf *out, const struct iw_node *node, bool prose)
{
    const struct iw_node *before = NULL;
    for (; node != NULL; before = node, node = node->next) {
        if (before != NULL && node->raw.data > end_of(before->raw))
            iw_buf_add_char(out, ' ');
        if (is_parent(node)) {
            iw_buf_add_char(out, node->raw.data[0]);
            write_nodes(out, node->child, prose);
            iw_buf_add_char(out, end_of(node->raw)[-1]);
        } else if (node->kind == IW_NODE_STRING && !prose)
            write_string(out, node);
        else
            iw_buf_add(out, node->raw);
    }
}

static void write(struct iw_buf *out, const union iw_value *value)
{
    write_nodes(out, value->tree.first, has_prose(&value->tree));
    iw_buf_add_string(out, "\r\n");
}

static bool same(const struct iw_node *a, const struct iw_node *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next)
        if (a->kind != b->kind || !iw_span_equal(a->value, b->value) || a->binary != b->binary ||
            !same(a->child, b->child))
            return false;
    return a == b;
}

static bool equal(const union iw_value *a, const union iw_value *b)
{
    return a->tree.count == b->tree.count && same(a->tree.first, b->tree.first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct iw_grammar responses = {IW_FRAME_RESPONSES, parse, write, equal, NULL};
    static const struct iw_grammar commands = {IW_FRAME_COMMANDS, parse, write, equal, NULL};
    iw_grammar_holds(&responses, iw_span((const char *)data, size));
    iw_grammar_holds(&commands, iw_span((const char *)data, size));
    return 0;
}
