/* SPDX-License-Identifier: MIT */
#include "script/revise.h"

#include "base/arena.h"
#include "base/chars.h"
#include "script/scenario.h"

#include <string.h>

enum { STEPS_MAX = 20000, ARENA_MAX = 256 << 20 };

/* One element of the dialogue. */
struct element {
    struct iw_span text;
    unsigned conn;
    bool client_line; /* the client's n-th line begins here */
    bool replaced;    /* a step of the server's */
    size_t turn;      /* lines of the client on that connection up to here */
};

struct dialogue {
    struct iw_span text;
    size_t begin, end; /* of what stands between its brackets */
    struct element *elements;
    size_t count;
    size_t turns[IW_CONN_MAX];
};

/* ---- JSON, as far as it matters ---- */

/* Behind the string that begins at `at`; the length of the text when it does not end. */
static size_t behind_string(struct iw_span text, size_t at)
{
    for (at++; at < text.length && text.data[at] != '"'; at++)
        at += text.data[at] == '\\';
    return at < text.length ? at + 1 : text.length;
}

/* Behind the value that begins there. */
static size_t behind_value(struct iw_span text, size_t at)
{
    size_t depth = 0;
    do {
        char c = text.data[at];
        depth += c == '{' || c == '[';
        if ((c == '}' || c == ']') && depth > 0)
            depth--;
        at = c == '"' ? behind_string(text, at) : at + 1;
    } while (at < text.length && (depth > 0 || !iw_is_among(text.data[at], ",]} \t\r\n")));
    return at;
}

static size_t skip_blanks(struct iw_span text, size_t at)
{
    while (at < text.length && iw_is_among(text.data[at], " \t\r\n,:"))
        at++;
    return at;
}

/* Where the value of that member of the top object begins; SIZE_MAX: there is none. */
static size_t find_member(struct iw_span text, struct iw_span quoted)
{
    size_t at = skip_blanks(text, 0);
    if (at >= text.length || text.data[at] != '{')
        return SIZE_MAX;
    for (at = skip_blanks(text, at + 1); at < text.length && text.data[at] == '"';) {
        size_t end = behind_string(text, at), value = skip_blanks(text, end);
        if (value >= text.length)
            return SIZE_MAX;
        if (iw_span_equal(iw_span_part(text, at, end), quoted))
            return value;
        at = skip_blanks(text, behind_value(text, value));
    }
    return SIZE_MAX;
}

/* ---- elements ---- */

/* "S2! b: …" and {"S2": …} begin with a side and a connection; anything else is neither's. */
static char side_of(struct iw_span text, unsigned *conn)
{
    size_t at = 0;
    while (at < text.length && iw_is_among(text.data[at], "[{\" \t\r\n"))
        at++;
    char side = at < text.length ? text.data[at] : '\0';
    char next = at + 1 < text.length ? text.data[at + 1] : '\0';
    *conn = next >= '1' && next <= '9' ? (unsigned)(next - '0') : 1;
    bool is_side = (side == 'C' || side == 'S') && iw_is_among(next, "123456789!~?=: \"");
    return is_side ? side : '\0';
}

static bool is_pause(struct iw_span text)
{
    static const char word[] = "\"delay_ms\"";
    for (size_t at = 0; text.data[0] == '{' && at + sizeof word - 1 <= text.length; at++)
        if (memcmp(text.data + at, word, sizeof word - 1) == 0)
            return true;
    return false;
}

static struct element classify(struct dialogue *dialogue, struct iw_span text)
{
    struct element element = {.text = text};
    char side = side_of(text, &element.conn);
    bool line = text.data[0] != '{';
    element.client_line = side == 'C' && line;
    element.replaced = side == 'S' && !is_pause(text);
    if (element.client_line)
        dialogue->turns[element.conn]++;
    element.turn = dialogue->turns[element.conn];
    return element;
}

static size_t count_elements(struct iw_span text, size_t at)
{
    size_t count = 0;
    for (; at < text.length && text.data[at] != ']'; count++)
        at = skip_blanks(text, behind_value(text, at));
    return count;
}

static enum iw_result read_dialogue(struct iw_span text, struct iw_arena *arena,
                                    struct dialogue *dialogue, struct iw_error *error)
{
    size_t at = find_member(text, IW_SPAN("\"dialogue\""));
    *dialogue = (struct dialogue){.text = text};
    if (at == SIZE_MAX || text.data[at] != '[')
        return iw_fail(error, IW_SYNTAX, 0, "a dialogue");
    dialogue->begin = at + 1;
    at = skip_blanks(text, at + 1);
    size_t count = count_elements(text, at);
    dialogue->elements = iw_arena_array(arena, count, sizeof *dialogue->elements);
    if (dialogue->elements == NULL || count > STEPS_MAX)
        return iw_fail(error, IW_NO_MEMORY, 0, "fewer steps in the dialogue");
    dialogue->end = dialogue->begin;
    while (at < text.length && text.data[at] != ']') {
        size_t end = behind_value(text, at);
        dialogue->elements[dialogue->count++] = classify(dialogue, iw_span_part(text, at, end));
        dialogue->end = end;
        at = skip_blanks(text, end);
    }
    return at < text.length ? IW_OK : iw_fail(error, IW_SYNTAX, at, "the end of the dialogue");
}

/* ---- the revision ---- */

struct revising {
    const struct dialogue *old_one, *new_one;
    struct iw_buf *out;
    iw_revised *revised;
    void *context;
    size_t written;           /* steps so far */
    size_t done[IW_CONN_MAX]; /* turns of the server whose new steps are written, and one */
};

static void write_step(struct revising *r, struct iw_span step)
{
    iw_buf_add_string(r->out, r->written++ == 0 ? "\n    " : ",\n    ");
    iw_buf_add(r->out, step);
}

static bool has(const struct dialogue *dialogue, const struct element *wanted)
{
    for (size_t i = 0; i < dialogue->count; i++) {
        const struct element *element = &dialogue->elements[i];
        if (element->replaced && element->conn == wanted->conn && element->turn == wanted->turn &&
            iw_span_equal(element->text, wanted->text))
            return true;
    }
    return false;
}

static void tell(struct revising *r, const struct dialogue *other, const struct element *element,
                 enum iw_revision what)
{
    if (r->revised != NULL && !has(other, element))
        r->revised(r->context, what, element->text);
}

static void write_turn(struct revising *r, unsigned conn, size_t turn)
{
    for (size_t i = 0; i < r->old_one->count; i++) {
        const struct element *element = &r->old_one->elements[i];
        if (element->replaced && element->conn == conn && element->turn == turn)
            tell(r, r->new_one, element, IW_REVISION_GONE);
    }
    for (size_t i = 0; i < r->new_one->count; i++) {
        const struct element *element = &r->new_one->elements[i];
        if (!element->replaced || element->conn != conn || element->turn != turn)
            continue;
        tell(r, r->old_one, element, IW_REVISION_NEW);
        write_step(r, element->text);
    }
}

/* Up to and with the turn. */
static void catch_up(struct revising *r, unsigned conn, size_t turn)
{
    for (; r->done[conn] <= turn; r->done[conn]++)
        write_turn(r, conn, r->done[conn]);
}

static void write_all(struct revising *r)
{
    const struct dialogue *old_one = r->old_one;
    for (size_t i = 0; i < old_one->count; i++) {
        const struct element *element = &old_one->elements[i];
        if (element->replaced) {
            catch_up(r, element->conn, element->turn);
            continue;
        }
        if (element->client_line && element->turn > 0)
            catch_up(r, element->conn, element->turn - 1);
        write_step(r, element->text);
    }
    for (unsigned conn = 1; conn < IW_CONN_MAX; conn++)
        catch_up(r, conn, r->new_one->turns[conn]);
}

static enum iw_result compare_turns(const struct dialogue *old_one, const struct dialogue *new_one,
                                    struct iw_error *error)
{
    for (unsigned conn = 1; conn < IW_CONN_MAX; conn++)
        if (old_one->turns[conn] != new_one->turns[conn])
            return iw_failf(error, IW_LIMIT,
                            "on connection %u the client has said %zu of its %zu lines", conn,
                            new_one->turns[conn], old_one->turns[conn]);
    return IW_OK;
}

enum iw_result iw_revise(struct iw_span old_text, struct iw_span new_text, struct iw_buf *out,
                         iw_revised *revised, void *context, struct iw_error *error)
{
    struct dialogue old_one, new_one;
    struct iw_arena arena;
    iw_arena_init(&arena, NULL, ARENA_MAX);
    struct revising revising = {&old_one, &new_one, out, revised, context, 0, {0}};
    enum iw_result result = read_dialogue(old_text, &arena, &old_one, error);
    if (result == IW_OK)
        result = read_dialogue(new_text, &arena, &new_one, error);
    if (result == IW_OK)
        result = compare_turns(&old_one, &new_one, error);
    if (result == IW_OK) {
        iw_buf_add(out, iw_span_part(old_text, 0, old_one.begin));
        write_all(&revising);
        iw_buf_add(out, iw_span_part(old_text, old_one.end, old_text.length));
        result = out->failed ? iw_fail(error, IW_NO_MEMORY, 0, "memory for the text") : IW_OK;
    }
    iw_arena_release(&arena);
    return result;
}
