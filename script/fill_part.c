/* SPDX-License-Identifier: MIT */
#include "script/fill_part.h"

#include "base/chars.h"
#include "script/fill.h"

#include <string.h>

struct cursor {
    struct iw_span text; /* up to, and without, the closing brace */
    size_t at;
    struct iw_error *error;
};

size_t iw_fill_part_find(struct iw_span text, size_t at)
{
    for (; at + 1 < text.length; at++)
        if (text.data[at] == '$' && text.data[at + 1] == '{')
            return at;
    return text.length;
}

static bool stands(struct iw_span text, size_t at, const char *wanted)
{
    struct iw_span word = iw_span_of(wanted);
    return at <= text.length && iw_span_starts(iw_span_part(text, at, text.length), word);
}

/* Behind the brace that closes the one at `at`. In an argument that begins with a quote, braces
 * mean nothing up to the quote that a closing brace follows. */
static enum iw_result find_end(struct iw_span text, size_t at, size_t *end, struct iw_error *error)
{
    bool quoted[IW_FILL_DEPTH_MAX] = {false};
    size_t depth = 0, begin = at;
    do {
        if (at >= text.length)
            return iw_fail(error, IW_SYNTAX, begin, "a closing } for ${");
        if (stands(text, at, "${")) {
            if (depth == IW_FILL_DEPTH_MAX)
                return iw_fail(error, IW_LIMIT, at, "fewer ${ inside each other");
            quoted[depth++] = false;
            at += 2;
        } else if (quoted[depth - 1]) {
            quoted[depth - 1] = !stands(text, at++, "'}");
        } else if (stands(text, at, ":'")) {
            quoted[depth - 1] = true;
            at += 2;
        } else {
            depth -= text.data[at++] == '}';
        }
    } while (depth > 0);
    *end = at;
    return IW_OK;
}

static bool take(struct cursor *cursor, const char *wanted)
{
    if (!stands(cursor->text, cursor->at, wanted))
        return false;
    cursor->at += strlen(wanted);
    return true;
}

static bool at_end(const struct cursor *cursor)
{
    return cursor->at == cursor->text.length;
}

static enum iw_result refuse(const struct cursor *cursor, const char *expected)
{
    return iw_fail(cursor->error, IW_SYNTAX, cursor->at, expected);
}

static struct iw_span take_run(struct cursor *cursor, unsigned classes, const char *also)
{
    size_t begin = cursor->at;
    while (!at_end(cursor) && (iw_is(cursor->text.data[cursor->at], classes) ||
                               (cursor->text.data[cursor->at] != '\0' &&
                                strchr(also, cursor->text.data[cursor->at]) != NULL)))
        cursor->at++;
    return iw_span_part(cursor->text, begin, cursor->at);
}

static struct iw_span take_name(struct cursor *cursor)
{
    return take_run(cursor, IW_CHAR_ALPHA | IW_CHAR_DIGIT, "_");
}

static struct iw_span take_rest(struct cursor *cursor)
{
    struct iw_span rest = iw_span_part(cursor->text, cursor->at, cursor->text.length);
    cursor->at = cursor->text.length;
    return rest;
}

/* kind = "literal" ["8"] ["+"] ["=" 1*DIGIT] / "size" / "base64" / "hex" / "utf7" / "repeat" /
 * "scram" */
static bool take_kind(struct cursor *cursor, struct iw_fill_part *part)
{
    static const struct {
        const char *word;
        enum iw_fill_kind kind;
    } kinds[] = {
        {"literal8", IW_FILL_LITERAL}, {"literal", IW_FILL_LITERAL}, {"size", IW_FILL_SIZE},
        {"base64", IW_FILL_BASE64},    {"hex", IW_FILL_HEX},         {"utf7", IW_FILL_UTF7},
        {"repeat", IW_FILL_REPEAT},    {"scram", IW_FILL_SCRAM},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct cursor ahead = *cursor;
        if (!take(&ahead, kinds[i].word))
            continue;
        part->kind = kinds[i].kind;
        part->binary = i == 0;
        part->waits = part->kind == IW_FILL_LITERAL && !take(&ahead, "+");
        if (part->kind == IW_FILL_LITERAL && take(&ahead, "="))
            part->count = take_run(&ahead, IW_CHAR_DIGIT, "");
        if (part->count.data == NULL && !stands(ahead.text, ahead.at, ":"))
            continue;
        part->word = iw_span_of(kinds[i].word);
        *cursor = ahead;
        return true;
    }
    *part = (struct iw_fill_part){.begin = part->begin, .end = part->end};
    return false;
}

/* argument = ":" ("'" *any "'" / *any) */
static enum iw_result parse_argument(struct cursor *cursor, struct iw_fill_part *part)
{
    uint64_t count;
    if (part->count.data != NULL && !iw_span_number(part->count, UINT64_MAX, &count))
        return refuse(cursor, "a number behind literal=");
    if (!take(cursor, ":"))
        return refuse(cursor, "a colon");
    part->quoted = take(cursor, "'");
    part->argument = take_rest(cursor);
    if (part->quoted)
        part->argument = iw_span_part(part->argument, 0, part->argument.length - 1);
    return IW_OK;
}

/* relation = ">=" / "<=" / "!=" / ">" / "<" / "=", and a number or a name */
static enum iw_result parse_relation(struct cursor *cursor, struct iw_fill_part *part)
{
    static const struct {
        const char *text;
        char relation;
    } relations[] = {{">=", 'G'}, {"<=", 'L'}, {"!=", '!'}, {">", '>'}, {"<", '<'}, {"=", '='}};
    for (size_t i = 0; i < sizeof relations / sizeof *relations && part->relation == 0; i++)
        if (take(cursor, relations[i].text))
            part->relation = relations[i].relation;
    if (part->relation == 0)
        return IW_OK;
    part->operand = take_name(cursor);
    return part->operand.length > 0 ? IW_OK : refuse(cursor, "a number or a name");
}

static enum iw_result parse_sum(struct cursor *cursor, struct iw_fill_part *part, bool minus)
{
    uint64_t number;
    if (!iw_span_number(take_run(cursor, IW_CHAR_DIGIT, ""), INT64_MAX, &number))
        return refuse(cursor, "a number to add");
    part->is_sum = true;
    part->sum = minus ? -(int64_t)number : (int64_t)number;
    return IW_OK;
}

/* name [":number" [relation] / ("+" / "-") number / ["..."] ["=" default]], or "..." ["=" default]
 */
static enum iw_result parse_name(struct cursor *cursor, struct iw_fill_part *part)
{
    part->kind = IW_FILL_NAME;
    part->name = take_name(cursor);
    part->rest = take(cursor, "...");
    if (part->rest) {
        if (take(cursor, "="))
            part->default_text = take_rest(cursor);
        return IW_OK;
    }
    if (part->name.length == 0)
        return refuse(cursor, "a name, \"...\", or a fill such as literal:");
    if (take(cursor, ":number")) {
        part->number = true;
        return parse_relation(cursor, part);
    }
    if (stands(cursor->text, cursor->at, ":"))
        return refuse(cursor, "literal, literal8, size, base64, hex, utf7, repeat or scram before "
                              "\":\", or \"number\" behind it");
    if (take(cursor, "="))
        part->default_text = take_rest(cursor);
    else if (take(cursor, "+"))
        return parse_sum(cursor, part, false);
    else if (take(cursor, "-"))
        return parse_sum(cursor, part, true);
    return IW_OK;
}

enum iw_result iw_fill_part_parse(struct iw_span text, size_t at, struct iw_fill_part *part,
                                  struct iw_error *error)
{
    *part = (struct iw_fill_part){.begin = at};
    enum iw_result result = find_end(text, at, &part->end, error);
    if (result != IW_OK)
        return result;
    struct cursor cursor = {iw_span_part(text, 0, part->end - 1), at + 2, error};
    result = take_kind(&cursor, part) ? parse_argument(&cursor, part) : parse_name(&cursor, part);
    if (result == IW_OK && !at_end(&cursor))
        return refuse(&cursor, "}");
    return result;
}
