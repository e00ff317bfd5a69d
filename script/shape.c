/* SPDX-License-Identifier: MIT */
#include "script/shape.h"

#define TREE       IW_SHAPE_TREE
#define OPTION     IW_SHAPE_OPTION
#define NOCASE     IW_SHAPE_NOCASE
#define STRING     IW_SHAPE_STRING
#define DATE       IW_SHAPE_DATE
#define MAILBOX    IW_SHAPE_MAILBOX
#define NUMBERS    IW_SHAPE_NUMBERS
#define KEYS       IW_SHAPE_KEYS
#define ITEMS      IW_SHAPE_ITEMS
#define ATTRIBUTES IW_SHAPE_ATTRIBUTES
#define PAIRS      IW_SHAPE_PAIRS
#define FLAGS      IW_SHAPE_FLAGS
#define MEMBERS    IW_SHAPE_MEMBERS
#define SUPERSET   IW_SHAPE_SUPERSET
#define RESULTS    IW_SHAPE_RESULTS

const struct iw_shape iw_shape_any = {"", {TREE}};

/* Behind the name; a number in front of it ("* 2 EXISTS") is compared on its own. */
static const struct iw_shape responses[] = {
    {"CAPABILITY", {SUPERSET}},
    {"ENABLED", {SUPERSET}},
    {"FLAGS", {FLAGS}},
    {"LIST", {ATTRIBUTES, TREE, MAILBOX, TREE}},
    {"LSUB", {ATTRIBUTES, TREE, MAILBOX}},
    {"STATUS", {MAILBOX, PAIRS}},
    {"SEARCH", {MEMBERS}},
    {"ESEARCH", {RESULTS}},
    {"VANISHED", {OPTION, NUMBERS}},
    {"FETCH", {PAIRS}},
    {"UIDFETCH", {PAIRS}},
    {"QUOTA", {STRING, TREE}},
    {"QUOTAROOT", {MAILBOX, STRING}},
    {"ACL", {MAILBOX, STRING}},
    {"LISTRIGHTS", {MAILBOX, STRING}},
    {"MYRIGHTS", {MAILBOX, STRING}},
    {"METADATA", {MAILBOX, TREE}},
};

static const struct iw_shape commands[] = {
    {"LOGIN", {STRING}},
    {"AUTHENTICATE", {TREE, STRING}},
    {"ENABLE", {MEMBERS}},
    {"SELECT", {MAILBOX, TREE}},
    {"EXAMINE", {MAILBOX, TREE}},
    {"CREATE", {MAILBOX, TREE}},
    {"DELETE", {MAILBOX}},
    {"RENAME", {MAILBOX}},
    {"SUBSCRIBE", {MAILBOX}},
    {"UNSUBSCRIBE", {MAILBOX}},
    {"LIST", {OPTION, MAILBOX, MAILBOX, TREE}},
    {"LSUB", {MAILBOX}},
    {"STATUS", {MAILBOX, ITEMS}},
    {"APPEND", {MAILBOX, ATTRIBUTES}},
    {"REPLACE", {NUMBERS, MAILBOX, ATTRIBUTES}},
    {"EXPUNGE", {NUMBERS}},
    {"SEARCH", {KEYS}},
    {"SORT", {KEYS}},
    {"THREAD", {TREE, KEYS}},
    {"FETCH", {NUMBERS, ITEMS, TREE}},
    {"STORE", {NUMBERS, OPTION, TREE, FLAGS}},
    {"COPY", {NUMBERS, MAILBOX}},
    {"MOVE", {NUMBERS, MAILBOX}},
    {"GETQUOTA", {STRING}},
    {"SETQUOTA", {STRING, TREE}},
    {"GETQUOTAROOT", {MAILBOX}},
    {"GETACL", {MAILBOX}},
    {"SETACL", {MAILBOX, STRING}},
    {"DELETEACL", {MAILBOX, STRING}},
    {"LISTRIGHTS", {MAILBOX, STRING}},
    {"MYRIGHTS", {MAILBOX}},
    {"GETMETADATA", {OPTION, MAILBOX, TREE}},
    {"SETMETADATA", {MAILBOX, TREE}},
};

static const struct iw_shape codes[] = {
    {"CAPABILITY", {SUPERSET}},   {"PERMANENTFLAGS", {FLAGS}}, {"APPENDUID", {TREE, NUMBERS}},
    {"COPYUID", {TREE, NUMBERS}}, {"MODIFIED", {NUMBERS}},
};

/* Of FETCH and ESEARCH; the values of all other items are trees. */
static const struct iw_shape items[] = {
    {"FLAGS", {ATTRIBUTES}},     {"INTERNALDATE", {DATE}}, {"SAVEDATE", {DATE}}, {"BODY", {NOCASE}},
    {"BODYSTRUCTURE", {NOCASE}}, {"ALL", {NUMBERS}},       {"PARTIAL", {KEYS}},  {"ADDTO", {KEYS}},
    {"REMOVEFROM", {KEYS}},      {"MAILBOX", {MAILBOX}},
};

static const struct iw_shape *find(const struct iw_shape *shapes, size_t count, struct iw_span name)
{
    for (size_t i = 0; i < count; i++)
        if (iw_span_equal_nocase(iw_span_of(shapes[i].name), name))
            return &shapes[i];
    return &iw_shape_any;
}

const struct iw_shape *iw_shape_response(struct iw_span name)
{
    return find(responses, sizeof responses / sizeof *responses, name);
}

const struct iw_shape *iw_shape_command(struct iw_span name)
{
    return find(commands, sizeof commands / sizeof *commands, name);
}

const struct iw_shape *iw_shape_code(struct iw_span name)
{
    return find(codes, sizeof codes / sizeof *codes, name);
}

enum iw_shape_kind iw_shape_item(struct iw_span name)
{
    return find(items, sizeof items / sizeof *items, name)->values[0];
}

static bool is_last(const struct iw_shape *shape, size_t at)
{
    return at + 1 == IW_SHAPE_VALUES_MAX || shape->values[at + 1] == IW_SHAPE_END;
}

enum iw_shape_kind iw_shape_at(const struct iw_shape *shape, const struct iw_node *first,
                               size_t index)
{
    size_t at = 0;
    for (size_t i = 0;; i++) {
        bool list = first != NULL && first->kind == IW_NODE_LIST;
        if (shape->values[at] == IW_SHAPE_OPTION && !list && !is_last(shape, at))
            at++;
        if (i == index || is_last(shape, at))
            return shape->values[at];
        at++;
        if (first != NULL)
            first = first->next;
    }
}

bool iw_shape_takes_all(enum iw_shape_kind kind)
{
    return kind >= IW_SHAPE_FLAGS;
}
