/* SPDX-License-Identifier: MIT */
#include "base/chars.h"
#include "script/load.h"

#include <assert.h>

/* The line and how far it is read. */
struct cursor {
    struct iw_span text;
    size_t at;
};

static char peek(const struct cursor *cursor)
{
    return cursor->at < cursor->text.length ? cursor->text.data[cursor->at] : '\0';
}

/* SIDE = "C" / "S" */
static enum iw_result read_side(struct cursor *cursor, struct iw_line *line, struct iw_error *error)
{
    char c = peek(cursor);
    if (c != 'C' && c != 'S')
        return iw_fail(error, IW_SYNTAX, cursor->at, "\"C:\" or \"S:\" in front of a line");
    line->side = c == 'C' ? IW_SIDE_CLIENT : IW_SIDE_SERVER;
    cursor->at++;
    return IW_OK;
}

/* CONN = %x31-39 */
static enum iw_result read_conn(struct cursor *cursor, struct iw_line *line, struct iw_error *error)
{
    line->conn = 1;
    if (!iw_is(peek(cursor), IW_CHAR_DIGIT))
        return IW_OK;
    line->conn = (unsigned)(peek(cursor) - '0');
    if (line->conn == 0)
        return iw_fail(error, IW_SYNTAX, cursor->at, "a connection from 1 to 9");
    cursor->at++;
    return IW_OK;
}

/* MARK = "!" / "~" / "?" / "=", the first two for the server only */
static enum iw_result read_mark(struct cursor *cursor, struct iw_line *line, struct iw_error *error)
{
    const char mark = peek(cursor);
    if ((mark == '!' || mark == '~') && line->side == IW_SIDE_CLIENT)
        return iw_fail(error, IW_SYNTAX, cursor->at, "\"!\" and \"~\" on a server's line only");
    switch (mark) {
    case '!':
        line->mark = IW_MARK_NEVER;
        break;
    case '~':
        line->premise = true;
        break;
    case '?':
        line->mark = IW_MARK_MAYBE;
        break;
    case '=':
        line->mark = IW_MARK_EXACT;
        break;
    default:
        line->mark = IW_MARK_PLAIN;
        return IW_OK;
    }
    cursor->at++;
    return IW_OK;
}

/* LABEL = 1*(ALPHA / DIGIT) */
static enum iw_result read_label(struct cursor *cursor, struct iw_line *line,
                                 struct iw_error *error)
{
    if (peek(cursor) != ' ')
        return IW_OK;
    size_t begin = ++cursor->at;
    while (iw_is(peek(cursor), IW_CHAR_ALPHA | IW_CHAR_DIGIT))
        cursor->at++;
    if (cursor->at == begin)
        return iw_fail(error, IW_SYNTAX, begin, "a label of letters and digits");
    line->label = iw_span_part(cursor->text, begin, cursor->at);
    return IW_OK;
}

/* line = SIDE [CONN] [MARK] [SP LABEL] ":" [SP text] */
enum iw_result iw_line_parse(struct iw_span text, struct iw_line *line, struct iw_error *error)
{
    struct cursor cursor = {text, 0};
    *line = (struct iw_line){.conn = 1};
    enum iw_result result = read_side(&cursor, line, error);
    if (result == IW_OK)
        result = read_conn(&cursor, line, error);
    if (result == IW_OK)
        result = read_mark(&cursor, line, error);
    if (result == IW_OK)
        result = read_label(&cursor, line, error);
    if (result != IW_OK)
        return result;
    if (peek(&cursor) != ':')
        return iw_fail(error, IW_SYNTAX, cursor.at, "\":\" behind the side, mark and label");
    cursor.at++;
    if (cursor.at < text.length && peek(&cursor) != ' ')
        return iw_fail(error, IW_SYNTAX, cursor.at, "a space behind the colon");
    line->text = iw_span_part(text, cursor.at + 1, text.length);
    return IW_OK;
}

struct iw_steps iw_steps_from_lines(const char *const *lines, size_t count, struct iw_arena *arena)
{
    struct iw_step *steps = iw_arena_array(arena, count, sizeof *steps);
    if (steps == NULL)
        return (struct iw_steps){NULL, 0};
    for (size_t i = 0; i < count; i++) {
        steps[i].kind = IW_STEP_LINE;
        enum iw_result result = iw_line_parse(iw_span_of(lines[i]), &steps[i].line, NULL);
        assert(result == IW_OK);
        steps[i].side = steps[i].line.side;
        steps[i].conn = steps[i].line.conn;
    }
    return (struct iw_steps){steps, count};
}
