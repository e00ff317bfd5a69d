/* SPDX-License-Identifier: MIT */
#include "script/json_fault.h"

#include "script/json.h"
#include "script/json_cursor.h"

#include <stdio.h>
#include <string.h>

/* An array or object that is open. */
struct level {
    bool object, keyed; /* keyed: the member's name stands, or its colon */
    struct iw_span key; /* of the present member, without quotes; absent: none yet */
    size_t index;       /* of the present item */
};

struct walk {
    struct level levels[IW_JSON_DEPTH_MAX];
    size_t depth;          /* may be greater than there are levels: those deeper are not kept */
    struct iw_span before; /* the token before the present one */
};

static struct level *innermost(struct walk *walk)
{
    return walk->depth == 0 || walk->depth > IW_JSON_DEPTH_MAX ? NULL
                                                               : &walk->levels[walk->depth - 1];
}

static void open_level(struct walk *walk, bool object)
{
    if (walk->depth++ < IW_JSON_DEPTH_MAX)
        walk->levels[walk->depth - 1] = (struct level){.object = object};
}

static void take_comma(struct level *level)
{
    level->index++;
    level->keyed = false;
    level->key = iw_span(NULL, 0);
}

/* The token is part of what comes before the fault. */
static void take(struct walk *walk, struct iw_span token)
{
    struct level *level = innermost(walk);
    char c = token.data[0];
    walk->before = token;
    if (c == '{' || c == '[')
        open_level(walk, c == '{');
    else if ((c == '}' || c == ']') && walk->depth > 0)
        walk->depth--;
    else if (c == ',' && level != NULL)
        take_comma(level);
    else if (c == ':' && level != NULL)
        level->keyed = true;
}

/* A member's name counts from where it begins: what is wrong with it is wrong there. */
static void name_member(struct walk *walk, struct iw_span token)
{
    struct level *level = innermost(walk);
    if (level != NULL && level->object && level->key.data == NULL && token.data[0] == '"')
        level->key = iw_span_part(token, 1, token.length - 1);
}

static struct iw_span pointer_of(const struct walk *walk, struct iw_arena *arena)
{
    struct iw_span pointer = IW_SPAN("");
    for (size_t i = 0; i < walk->depth && i < IW_JSON_DEPTH_MAX && pointer.data != NULL; i++) {
        const struct level *level = &walk->levels[i];
        char digits[24];
        int length = snprintf(digits, sizeof digits, "%zu", level->index);
        if (level->object && level->key.data == NULL)
            break;
        pointer = iw_json_pointer(arena, pointer,
                                  level->object ? level->key : iw_span(digits, (size_t)length));
    }
    return pointer.data == NULL ? IW_SPAN("") : pointer;
}

static bool begins(struct iw_span token, const char *characters)
{
    return token.length > 0 && token.data[0] != '\0' && strchr(characters, token.data[0]) != NULL;
}

/* The token before ends a value, or is a member's name. */
static bool lacks_glue(const struct walk *walk)
{
    return walk->before.length > 0 && walk->depth > 0 && !begins(walk->before, "{[,:");
}

static const char *hint_of(struct walk *walk, struct iw_span token)
{
    const struct level *level = innermost(walk);
    if (iw_span_starts(token, IW_SPAN("\xef\xbb\xbf")))
        return "JSON begins without a byte order mark";
    if (begins(token, "/#"))
        return "JSON has no comments: \"why\" takes them";
    if (begins(token, "'"))
        return "strings stand between double quotes";
    if (begins(token, "}]") && begins(walk->before, ","))
        return "there is a comma too many before it";
    if (begins(token, "\"") && (token.length == 1 || token.data[token.length - 1] != '"'))
        return "the closing quote is missing";
    if (begins(token, "}],:") || !lacks_glue(walk))
        return NULL;
    if (level != NULL && level->object && !level->keyed && begins(walk->before, "\""))
        return "a colon is missing before it";
    return "a comma is missing before it";
}

struct iw_json_fault iw_json_find_fault(struct iw_span text, size_t octets_read,
                                        struct iw_arena *arena)
{
    struct walk walk = {.depth = 0};
    struct iw_json_cursor cursor = iw_json_cursor(text), begin = cursor;
    struct iw_json_fault fault = {.hint = NULL};
    for (;;) {
        while (cursor.at < cursor.end && strchr(" \t\r\n", *cursor.at) != NULL &&
               *cursor.at != '\0')
            iw_json_step(&cursor);
        if (cursor.at == cursor.end || (size_t)(cursor.at - text.data) >= octets_read)
            break;
        if (fault.token.length > 0)
            take(&walk, fault.token);
        begin = cursor;
        iw_json_skip_token(&cursor);
        fault.token = iw_span(begin.at, (size_t)(cursor.at - begin.at));
        name_member(&walk, fault.token);
    }
    fault.place = iw_json_place(&begin, pointer_of(&walk, arena));
    if (fault.token.length > 0)
        fault.hint = hint_of(&walk, fault.token);
    return fault;
}
