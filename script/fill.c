/* SPDX-License-Identifier: MIT */
#include "parser/frame.h"
#include "script/filling.h"

#include <stdio.h>
#include <string.h>

static enum iw_result fill_text(struct iw_filling *filling, struct iw_span text);

/* ---- errors ---- */

static size_t offset_of(const struct iw_filling *filling, struct iw_span part)
{
    return part.data == NULL ? 0 : (size_t)(part.data - filling->text.data);
}

enum iw_result iw_filling_refuse(struct iw_filling *filling, struct iw_span part,
                                 const char *expected)
{
    return iw_fail(filling->error, IW_SYNTAX, offset_of(filling, part), expected);
}

/* "${x} is not bound" */
enum iw_result iw_filling_complain(struct iw_filling *filling, struct iw_span part,
                                   const char *about)
{
    struct iw_error *error = filling->error;
    if (error == NULL || error->code != IW_OK)
        return IW_SYNTAX;
    iw_fail(error, IW_SYNTAX, offset_of(filling, part), "a bound name");
    struct iw_span name = part.length == 0 ? IW_SPAN("...") : iw_span_part(part, 0, 80);
    snprintf(error->detail, sizeof error->detail, "${%.*s} %s", (int)name.length, name.data, about);
    return IW_SYNTAX;
}

enum iw_result iw_filling_no_memory(struct iw_filling *filling)
{
    return iw_fail(filling->error, IW_NO_MEMORY, 0, "memory for the line");
}

enum iw_result iw_filling_too_long(struct iw_filling *filling)
{
    return iw_fail(filling->error, IW_LIMIT, 0, "a line of fewer octets");
}

/* Like iw_fill_part_parse, with the offset in the whole line. */
static enum iw_result parse_part(struct iw_filling *filling, struct iw_span text, size_t at,
                                 struct iw_fill_part *part)
{
    struct iw_error error = {IW_OK};
    enum iw_result result = iw_fill_part_parse(text, at, part, &error);
    if (result == IW_OK)
        return IW_OK;
    return iw_fail(filling->error, result, offset_of(filling, text) + error.offset, error.expected);
}

/* ---- holes ---- */

/* Arrays hold 4, 8, 16 … members. */
static bool make_hole_room(struct iw_filling *filling)
{
    struct iw_filled *filled = filling->filled;
    size_t count = filled->hole_count;
    bool full = count == 0 || (count >= 4 && (count & (count - 1)) == 0);
    if (!full)
        return true;
    struct iw_hole *larger =
        iw_arena_array(filling->arena, count == 0 ? 4 : count * 2, sizeof *larger);
    if (larger != NULL && count > 0)
        memcpy(larger, filled->holes, count * sizeof *larger);
    filled->holes = larger;
    return larger != NULL;
}

static enum iw_result add_hole(struct iw_filling *filling, const struct iw_fill_part *part,
                               const struct iw_filled *decoded)
{
    struct iw_filled *filled = filling->filled;
    if (filled->hole_count == IW_HOLES_MAX)
        return iw_filling_refuse(filling, part->name, "fewer holes in one line");
    if (!make_hole_room(filling))
        return iw_filling_no_memory(filling);
    struct iw_hole *hole = &filled->holes[filled->hole_count];
    *hole = (struct iw_hole){.name = part->name,
                             .rest = part->rest,
                             .number = part->number,
                             .relation = part->relation,
                             .decoded = decoded};
    if (part->relation != 0)
        iw_filling_operand(filling, part->operand, hole);
    iw_buf_add_char(&filling->out, IW_HOLE_MARK);
    iw_buf_add_char(&filling->out, (char)('A' + filled->hole_count / 16));
    iw_buf_add_char(&filling->out, (char)('A' + filled->hole_count % 16));
    filled->hole_count++;
    return IW_OK;
}

/* ---- literals ---- */

static enum iw_result add_literal(struct iw_filling *filling, const struct iw_fill_literal *literal)
{
    struct iw_filled *filled = filling->filled;
    if (filled->literal_count == filling->literal_capacity) {
        size_t capacity = filling->literal_capacity * 2 + 4;
        struct iw_fill_literal *larger = iw_arena_array(filling->arena, capacity, sizeof *larger);
        if (larger == NULL)
            return iw_filling_no_memory(filling);
        if (filled->literal_count > 0)
            memcpy(larger, filled->literals, filled->literal_count * sizeof *larger);
        filled->literals = larger;
        filling->literal_capacity = capacity;
    }
    filled->literals[filled->literal_count++] = *literal;
    return IW_OK;
}

/* ["~"] "{" number ["+"] "}" CRLF and the octets. Where it is expected the count never lies: what
 * is compared are the octets. */
static enum iw_result write_literal(struct iw_filling *filling, const struct iw_fill_part *part,
                                    struct iw_span octets)
{
    struct iw_fill_literal literal = {.begin = filling->out.length,
                                      .size = octets.length,
                                      .announced = octets.length,
                                      .binary = part->binary,
                                      .waits = part->waits};
    if (part->count.data != NULL)
        iw_span_number(part->count, UINT64_MAX, &literal.announced);
    bool truth = filling->purpose == IW_FILL_EXPECT;
    iw_buf_add_string(&filling->out, part->binary ? "~{" : "{");
    iw_buf_add_number(&filling->out, truth ? literal.size : literal.announced);
    iw_buf_add_string(&filling->out, part->waits ? "}\r\n" : "+}\r\n");
    literal.offset = filling->out.length;
    iw_buf_add(&filling->out, octets);
    return add_literal(filling, &literal);
}

/* 'text', or the name of a file of the scenario. */
static enum iw_result read_content(struct iw_filling *filling, const struct iw_fill_part *part,
                                   struct iw_buf *text, struct iw_span *octets)
{
    enum iw_result result = iw_filling_argument(filling, part->argument, text);
    if (result != IW_OK)
        return result;
    *octets = iw_buf_span(text);
    if (part->quoted)
        return IW_OK;
    *octets = iw_span(NULL, 0);
    if (filling->scenario != NULL)
        *octets = iw_scenario_file(filling->scenario, iw_buf_span(text));
    if (octets->data == NULL)
        return iw_filling_refuse(filling, part->argument, "a file of the scenario, or 'text'");
    return IW_OK;
}

static enum iw_result fill_literal(struct iw_filling *filling, const struct iw_fill_part *part,
                                   struct iw_buf *out)
{
    struct iw_buf text;
    struct iw_span octets;
    if (out != &filling->out)
        return iw_filling_refuse(filling, part->argument, "no literal inside another fill");
    iw_buf_init(&text, filling->arena->alloc, IW_FILL_OCTETS_MAX);
    enum iw_result result = read_content(filling, part, &text, &octets);
    if (result == IW_OK)
        result = write_literal(filling, part, octets);
    iw_buf_release(&text);
    return result;
}

/* The literals of a captured value; its octets already stand at the end of out. */
static enum iw_result note_literals(struct iw_filling *filling, struct iw_span raw)
{
    static const char lead[] = "* x "; /* so that nothing in raw can be taken for prose */
    struct iw_buf framed;
    iw_buf_init(&framed, filling->arena->alloc, IW_FILL_OCTETS_MAX + 16);
    iw_buf_add_string(&framed, lead);
    iw_buf_add(&framed, raw);
    iw_buf_add_string(&framed, "\r\n");
    struct iw_framer framer;
    struct iw_frame frame = {.literal_count = 0};
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, filling->arena->alloc);
    iw_framer_feed(&framer, iw_buf_span(&framed));
    enum iw_result result = framed.failed ? iw_filling_no_memory(filling) : IW_OK;
    if (result == IW_OK && iw_framer_next(&framer, &frame, NULL) != IW_OK)
        frame.literal_count = 0;
    size_t base = filling->out.length - raw.length;
    for (size_t i = 0; i < frame.literal_count && result == IW_OK; i++) {
        const struct iw_literal *from = &frame.literals[i];
        size_t offset = base + from->offset - (sizeof lead - 1);
        struct iw_fill_literal literal = {.offset = offset,
                                          .size = (size_t)from->size,
                                          .announced = from->size,
                                          .binary = from->binary,
                                          .waits = from->waits};
        const char *octets = iw_buf_span(&filling->out).data;
        for (literal.begin = offset; octets[literal.begin] != '{'; literal.begin--)
            continue;
        literal.begin -= from->binary;
        result = add_literal(filling, &literal);
    }
    iw_framer_release(&framer);
    iw_buf_release(&framed);
    return result;
}

static enum iw_result fill_kind(struct iw_filling *filling, const struct iw_fill_part *part,
                                struct iw_buf *out)
{
    if (part->kind == IW_FILL_LITERAL)
        return fill_literal(filling, part, out);
    struct iw_buf argument;
    iw_buf_init(&argument, filling->arena->alloc, IW_FILL_OCTETS_MAX);
    enum iw_result result = iw_filling_argument(filling, part->argument, &argument);
    if (result == IW_OK)
        result = iw_filling_compute(filling, part, iw_buf_span(&argument), out);
    iw_buf_release(&argument);
    return result == IW_OK && out->failed ? iw_filling_too_long(filling) : result;
}

/* ---- names ---- */

/* ---- texts ---- */

/* Inside another fill everything is decoded octets, and every name has a value. */
static enum iw_result fill_inner(struct iw_filling *filling, const struct iw_fill_part *part,
                                 struct iw_buf *out)
{
    struct iw_span raw, value;
    if (part->kind != IW_FILL_NAME)
        return fill_kind(filling, part, out);
    enum iw_result result = iw_filling_value(filling, part, &raw, &value);
    if (result != IW_OK)
        return result;
    if (value.data == NULL)
        return iw_filling_complain(filling, part->name, "is not bound");
    iw_buf_add(out, value);
    return IW_OK;
}

enum iw_result iw_filling_argument(struct iw_filling *filling, struct iw_span text,
                                   struct iw_buf *out)
{
    size_t at = 0;
    for (;;) {
        size_t begin = iw_fill_part_find(text, at);
        iw_buf_add(out, iw_span_part(text, at, begin));
        if (begin == text.length)
            return out->failed ? iw_filling_too_long(filling) : IW_OK;
        struct iw_fill_part part;
        enum iw_result result = parse_part(filling, text, begin, &part);
        if (result == IW_OK)
            result = fill_inner(filling, &part, out);
        if (result != IW_OK)
            return result;
        at = part.end;
    }
}

/* Text between fills; *quoted says whether a quoted string is open behind it. */
static void copy_plain(struct iw_filling *filling, struct iw_span plain, bool *quoted)
{
    for (size_t i = 0; i < plain.length; i++) {
        if (*quoted && plain.data[i] == '\\')
            i++;
        else if (plain.data[i] == '"')
            *quoted = !*quoted;
    }
    iw_buf_add(&filling->out, plain);
}

static bool is_whole_token(struct iw_span text, const struct iw_fill_part *part)
{
    char before = part->begin == 0 ? ' ' : text.data[part->begin - 1];
    char behind = part->end == text.length ? ' ' : text.data[part->end];
    return strchr(" ([", before) != NULL && strchr(" )]", behind) != NULL;
}

/* An empty value between blanks leaves one blank, and none beside a parenthesis or an end. */
static void close_gap(struct iw_filling *filling, struct iw_span text, struct iw_fill_part *part)
{
    struct iw_span out = iw_buf_span(&filling->out);
    char before = out.length == 0 ? '(' : out.data[out.length - 1];
    if (before == ' ')
        iw_buf_truncate(&filling->out, out.length - 1);
    else if (part->end < text.length && text.data[part->end] == ' ')
        part->end++;
}

static void write_escaped(struct iw_buf *out, struct iw_span value)
{
    for (size_t i = 0; i < value.length; i++) {
        if (value.data[i] == '"' || value.data[i] == '\\')
            iw_buf_add_char(out, '\\');
        iw_buf_add_char(out, value.data[i]);
    }
}

static bool announces_literal(struct iw_span raw)
{
    for (size_t i = 0; i + 2 < raw.length; i++)
        if (raw.data[i] == '}' && raw.data[i + 1] == '\r' && raw.data[i + 2] == '\n')
            return true;
    return false;
}

/* ${...=text}: the text is a part of the line like any other, literals and all. */
static enum iw_result fill_rest(struct iw_filling *filling, struct iw_span text,
                                struct iw_fill_part *part)
{
    size_t begin = filling->out.length;
    enum iw_result result = fill_text(filling, part->default_text);
    struct iw_span octets = iw_buf_span(&filling->out);
    octets = iw_span_part(octets, begin, octets.length);
    if (result == IW_OK && part->name.length > 0 &&
        !iw_bindings_set(filling->bindings, part->name, octets, octets))
        return iw_filling_no_memory(filling);
    if (octets.length == 0)
        close_gap(filling, text, part);
    return result;
}

static enum iw_result fill_name(struct iw_filling *filling, struct iw_span text, bool quoted,
                                struct iw_fill_part *part)
{
    struct iw_span raw, value;
    bool bound = iw_bindings_get(filling->bindings, part->name) != NULL;
    if (part->rest && part->default_text.data != NULL && !bound &&
        filling->purpose != IW_FILL_EXPECT)
        return fill_rest(filling, text, part);
    enum iw_result result = iw_filling_value(filling, part, &raw, &value);
    if (result != IW_OK)
        return result;
    if (value.data == NULL)
        return add_hole(filling, part, NULL);
    if (quoted) {
        write_escaped(&filling->out, value);
        return IW_OK;
    }
    if (!is_whole_token(text, part)) {
        iw_buf_add(&filling->out, value);
        return IW_OK;
    }
    iw_buf_add(&filling->out, raw);
    if (raw.length == 0)
        close_gap(filling, text, part);
    return announces_literal(raw) && !filling->out.failed ? note_literals(filling, raw) : IW_OK;
}

static enum iw_result fill_base64(struct iw_filling *filling, const struct iw_fill_part *part);

static enum iw_result fill_part(struct iw_filling *filling, struct iw_span text, bool quoted,
                                struct iw_fill_part *part)
{
    if (part->kind == IW_FILL_NAME)
        return fill_name(filling, text, quoted, part);
    if (part->kind == IW_FILL_BASE64 && filling->purpose == IW_FILL_EXPECT && !filling->inner)
        return fill_base64(filling, part);
    return fill_kind(filling, part, &filling->out);
}

static enum iw_result fill_text(struct iw_filling *filling, struct iw_span text)
{
    size_t at = 0;
    bool quoted = false;
    for (;;) {
        size_t begin = iw_fill_part_find(text, at);
        copy_plain(filling, iw_span_part(text, at, begin), &quoted);
        if (begin == text.length)
            return IW_OK;
        struct iw_fill_part part;
        enum iw_result result = parse_part(filling, text, begin, &part);
        if (result == IW_OK)
            result = fill_part(filling, text, quoted, &part);
        if (result != IW_OK)
            return result;
        at = part.end;
    }
}

static enum iw_result fill_line(struct iw_filling *filling, struct iw_span text)
{
    enum iw_result result = fill_text(filling, text);
    if (result != IW_OK)
        return result;
    filling->filled->octets = iw_arena_copy(filling->arena, iw_buf_span(&filling->out));
    if (filling->out.failed)
        return iw_filling_too_long(filling);
    return filling->filled->octets.data == NULL ? iw_filling_no_memory(filling) : IW_OK;
}

static struct iw_filling begin(struct iw_span text, const struct iw_scenario *scenario,
                               struct iw_bindings *bindings, struct iw_arena *arena,
                               struct iw_error *error)
{
    struct iw_filling filling = {
        .text = text, .scenario = scenario, .bindings = bindings, .arena = arena, .error = error};
    iw_buf_init(&filling.out, arena->alloc, IW_FILL_OCTETS_MAX);
    return filling;
}

/* Expected base64 whose text has holes is one hole, to be decoded. Not again inside of it. */
static enum iw_result fill_base64(struct iw_filling *filling, const struct iw_fill_part *part)
{
    struct iw_filled *decoded = iw_arena_get(filling->arena, sizeof *decoded);
    struct iw_filling inner =
        begin(filling->text, filling->scenario, filling->bindings, filling->arena, filling->error);
    if (decoded == NULL)
        return iw_filling_no_memory(filling);
    *decoded = (struct iw_filled){.hole_count = 0};
    inner.purpose = filling->purpose;
    inner.filled = decoded;
    inner.inner = true;
    enum iw_result result = fill_line(&inner, part->argument);
    iw_buf_release(&inner.out);
    if (result != IW_OK)
        return result;
    return decoded->hole_count > 0 ? add_hole(filling, part, decoded)
                                   : fill_kind(filling, part, &filling->out);
}

enum iw_result iw_fill(struct iw_span text, const struct iw_scenario *scenario,
                       struct iw_bindings *bindings, enum iw_fill_purpose purpose,
                       struct iw_arena *arena, struct iw_filled *filled, struct iw_error *error)
{
    struct iw_filling filling = begin(text, scenario, bindings, arena, error);
    filling.purpose = purpose;
    filling.filled = filled;
    *filled = (struct iw_filled){.hole_count = 0};
    enum iw_result result = fill_line(&filling, text);
    iw_buf_release(&filling.out);
    return result;
}

enum iw_result iw_fill_number(struct iw_span text, const struct iw_scenario *scenario,
                              struct iw_bindings *bindings, struct iw_arena *arena, int64_t *number,
                              struct iw_error *error)
{
    struct iw_filling filling = begin(text, scenario, bindings, arena, error);
    filling.purpose = IW_FILL_SEND;
    enum iw_result result = iw_filling_argument(&filling, text, &filling.out);
    struct iw_span digits = iw_buf_span(&filling.out);
    bool minus = iw_span_starts(digits, IW_SPAN("-"));
    uint64_t value;
    if (result == IW_OK &&
        !iw_span_number(iw_span_part(digits, minus, digits.length), INT64_MAX, &value))
        result = iw_filling_refuse(&filling, text, "a number");
    if (result == IW_OK)
        *number = minus ? -(int64_t)value : (int64_t)value;
    iw_buf_release(&filling.out);
    return result;
}

enum iw_result iw_fill_spread(struct iw_span text, const struct iw_scenario *scenario,
                              struct iw_bindings *bindings, struct iw_arena *arena,
                              struct iw_spread *range, struct iw_error *error)
{
    struct iw_filling filling = begin(text, scenario, bindings, arena, error);
    filling.purpose = IW_FILL_SEND;
    enum iw_result result = iw_filling_argument(&filling, text, &filling.out);
    if (result == IW_OK && !iw_spread_read(iw_buf_span(&filling.out), range))
        result = iw_filling_refuse(&filling, text, "a number, or two with .. between them");
    iw_buf_release(&filling.out);
    return result;
}
