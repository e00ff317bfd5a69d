/* SPDX-License-Identifier: MIT */
/* A frame as a tree of its tokens, without knowing what they mean: what a scenario line is compared
 * by, and how a response of no known type is shown.
 *
 * It reads what any leniency allows, and passes over surplus spaces; whether a line is legal is for
 * the typed parsers to say. Values that are neither lists nor beside one must be parted by SP.
 *
 * Nodes borrow from the frame and the arena. */
#ifndef IW_PARSER_TREE_H
#define IW_PARSER_TREE_H

#include "parser/reader.h"

enum iw_node_kind {
    IW_NODE_ATOM,   /* anything unquoted: atoms, numbers, flags, BODY[HEADER.FIELDS (TO)]<0> */
    IW_NODE_STRING, /* quoted or literal */
    IW_NODE_LIST,   /* "(" … ")" */
    IW_NODE_CODE,   /* "[" … "]" of a status response: like a list; what cannot be cut into tokens
                       is one TEXT child */
    IW_NODE_TEXT,   /* prose: the rest of the line behind a status word or its code, or "+"; there
                       is no node for none */
    IW_NODE_ASK     /* "{" … "}" at the end of an IW_FRAME_ASK: a literal that waits. It closes the
                       lists it stands in */
};

struct iw_node {
    enum iw_node_kind kind;
    struct iw_span raw;    /* as it stands in the frame, quotes or announcement included */
    struct iw_span value;  /* ATOM, STRING, TEXT: decoded; empty for a literal not kept.
                              ASK: what stands between the braces */
    bool literal;          /* STRING: written as a literal */
    bool binary;           /* …, or ASK: as a literal8 */
    struct iw_node *child; /* LIST, CODE: the first */
    struct iw_node *next;  /* sibling */
};

struct iw_tree {
    struct iw_node *first; /* tag, "*" or "+" comes first */
    size_t count;          /* top-level nodes */
};

enum iw_tree_kind {
    IW_TREE_RESPONSE, /* status texts and "+" are prose */
    IW_TREE_COMMAND
};

/* Octets 0x01 to 0x1f other than TAB, CR and LF count as atom octets: a scenario line carries its
 * holes as such marks (script/fill.h). Outside of strings and prose they are legal nowhere in the
 * grammar. */
enum iw_result iw_parse_tree(const struct iw_frame *frame, enum iw_tree_kind kind,
                             struct iw_arena *arena, const struct iw_limits *limits,
                             struct iw_tree *tree, struct iw_error *error);

#endif
