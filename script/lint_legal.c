/* SPDX-License-Identifier: MIT */
/* Every line is read by our own parser: strictly where nothing is left open in it, as tokens where
 * holes are. What the server says and the parser refuses must be marked "illegal"; what the client
 * says and the parser refuses must be expected to earn a BAD. */
#include "parser/command.h"
#include "parser/response.h"
#include "script/fill.h"
#include "script/linting.h"
#include "script/match.h"
#include "script/shown.h"
#include "script/variant.h"

#include <string.h>

enum { VARIANTS_MAX = 200, OCTETS_MAX = 32 << 20, FOUND_MAX = 30, TOLD_MAX = 400 };

/* What the parser says about a line, or several exact ones. */
struct opinion {
    bool refused;
    bool unknown; /* exact bytes with names in them whose value only the play knows */
    bool cut;     /* the octets end inside a line or a literal */
    struct iw_error error;
    struct iw_span found; /* what stands at the error, in the scratch; absent: nobody knows */
};

static const struct iw_error no_memory = {.code = IW_NO_MEMORY, .expected = "memory"};

static void refuse(struct opinion *opinion, const struct iw_error *error)
{
    if (!opinion->refused)
        opinion->error = *error;
    opinion->refused = true;
}

/* The same, at a place in these octets. */
static void refuse_at(struct iw_linting *linting, struct opinion *opinion,
                      const struct iw_error *error, struct iw_span octets)
{
    struct iw_span rest = iw_span_part(octets, error->offset, octets.length);
    while (rest.length > 0 && strchr("\r\n", rest.data[rest.length - 1]) != NULL)
        rest.length--;
    if (!opinion->refused && error->offset <= octets.length)
        opinion->found = iw_arena_copy(&linting->scratch, rest);
    refuse(opinion, error);
}

static bool bind_names(struct iw_linting *linting, size_t variant, struct iw_bindings *bindings)
{
    static const char *const predefined[][2] = {{"user", "user"},
                                                {"password", "secret"},
                                                {"user2", "second"},
                                                {"password2", "secret"},
                                                {"of_user", "Other Users/user/"},
                                                {"M", "M"},
                                                {"N", "N"},
                                                {"sep", "/"}};
    const struct iw_scenario *scenario = linting->scenario;
    bool ok = true;
    *bindings = (struct iw_bindings){.arena = &linting->scratch};
    for (size_t i = 0; i < sizeof predefined / sizeof *predefined && ok; i++)
        ok = iw_bindings_set(bindings, iw_span_of(predefined[i][0]), iw_span_of(predefined[i][1]),
                             iw_span_of(predefined[i][1]));
    struct iw_error error = {0}; /* of a value: told once, where it stands */
    return ok && iw_variant_bind(scenario, variant, bindings, &error) != IW_NO_MEMORY;
}

/* --- octets on a stream --- */

static enum iw_result parse_frame(struct iw_linting *linting, const struct iw_frame *frame,
                                  enum iw_frame_role role, struct iw_error *error)
{
    struct iw_response response;
    struct iw_command command;
    return role == IW_FRAME_RESPONSES
               ? iw_parse_response(frame, &linting->scratch, &iw_limits_default, NULL, &response,
                                   error)
               : iw_parse_command(frame, &linting->scratch, &iw_limits_default, NULL, &command,
                                  error);
}

/* Frames until the octets end. IW_MORE: within one, and each before it was legal. *at is the frame
 * that was not. */
static enum iw_result parse_frames(struct iw_linting *linting, struct iw_framer *framer,
                                   struct iw_span *at, struct iw_error *error)
{
    for (;;) {
        struct iw_frame frame;
        *at = iw_span(NULL, 0);
        enum iw_result result = iw_framer_next(framer, &frame, error);
        if (result == IW_MORE)
            return iw_framer_held(framer) == 0 ? IW_OK : IW_MORE;
        if (result == IW_OK && frame.kind == IW_FRAME_ASK) {
            iw_framer_accept(framer);
            continue;
        }
        if (result == IW_OK) {
            *at = frame.bytes;
            result = parse_frame(linting, &frame, framer->role, error);
        }
        if (result != IW_OK)
            return result;
    }
}

static void parse_octets(struct iw_linting *linting, enum iw_frame_role role, struct iw_span octets,
                         struct opinion *opinion)
{
    struct iw_framer framer;
    struct iw_error error = {.code = IW_OK};
    if (octets.data == NULL) {
        refuse(opinion, &no_memory);
        return;
    }
    iw_framer_init(&framer, role, &iw_limits_default, NULL);
    iw_framer_feed(&framer, octets);
    struct iw_span at;
    enum iw_result result = parse_frames(linting, &framer, &at, &error);
    if (result == IW_MORE)
        iw_fail(&error, IW_SYNTAX, octets.length, "the rest of the line or literal");
    opinion->cut = opinion->cut || (result == IW_MORE && !opinion->refused);
    if (result != IW_OK && at.data != NULL)
        refuse_at(linting, opinion, &error, at);
    else if (result != IW_OK)
        refuse(opinion, &error);
    iw_framer_release(&framer);
}

static struct iw_span join(struct iw_arena *arena, const struct iw_span *parts, size_t count)
{
    struct iw_buf buf;
    iw_buf_init(&buf, NULL, OCTETS_MAX);
    for (size_t i = 0; i < count; i++)
        iw_buf_add(&buf, parts[i]);
    struct iw_span joined = buf.failed ? iw_span(NULL, 0) : iw_arena_copy(arena, iw_buf_span(&buf));
    iw_buf_release(&buf);
    return joined;
}

/* --- plain lines --- */

/* Each of "NO|BAD [X]" as it would be sent: with a tag or "*", and a text where none is written. */
static void parse_status(struct iw_linting *linting, const struct iw_pattern *pattern,
                         struct opinion *opinion)
{
    for (size_t i = 0; i < pattern->alternative_count; i++) {
        const struct iw_alternative *alternative = &pattern->alternatives[i];
        bool has_code = alternative->code != NULL;
        struct iw_span parts[] = {
            pattern->completion ? IW_SPAN("x ") : IW_SPAN("* "),
            alternative->word,
            has_code ? IW_SPAN(" ") : IW_SPAN(""),
            has_code ? alternative->code->raw : IW_SPAN(""),
            IW_SPAN(" "),
            alternative->text != NULL ? alternative->text->raw : IW_SPAN("done"),
            IW_SPAN("\r\n"),
        };
        struct iw_span line = join(&linting->scratch, parts, sizeof parts / sizeof *parts);
        parse_octets(linting, IW_FRAME_RESPONSES, line, opinion);
    }
}

static void parse_whole(struct iw_linting *linting, enum iw_side side,
                        const struct iw_pattern *pattern, struct opinion *opinion)
{
    struct iw_span parts[] = {IW_SPAN("x "), pattern->text.octets, IW_SPAN("\r\n")};
    if (side == IW_SIDE_CLIENT)
        parse_octets(linting, IW_FRAME_COMMANDS, join(&linting->scratch, parts, 3), opinion);
    else if (pattern->alternative_count > 0)
        parse_status(linting, pattern, opinion);
    else if (!iw_span_equal(pattern->text.octets, IW_SPAN("+")))
        parse_octets(linting, IW_FRAME_RESPONSES, join(&linting->scratch, parts + 1, 2), opinion);
}

/* A count that lies is illegal wherever it is sent. */
static bool lies(const struct iw_filled *filled)
{
    for (size_t i = 0; i < filled->literal_count; i++)
        if (filled->literals[i].announced != filled->literals[i].size)
            return true;
    return false;
}

static void parse_line(struct iw_linting *linting, const struct iw_line *line,
                       struct iw_bindings *bindings, bool pattern_only, struct opinion *opinion)
{
    struct iw_filled filled = {.hole_count = 0};
    struct iw_pattern pattern;
    struct iw_error error = {.code = IW_OK};
    enum iw_tree_kind kind = line->side == IW_SIDE_CLIENT ? IW_TREE_COMMAND : IW_TREE_RESPONSE;
    enum iw_result result = iw_fill(line->text, linting->scenario, bindings, IW_FILL_EXPECT,
                                    &linting->scratch, &filled, &error);
    if (result == IW_OK)
        result = iw_pattern_make(filled, kind, &linting->scratch, &pattern, &error);
    if (result != IW_OK)
        refuse_at(linting, opinion, &error, filled.octets);
    else if (lies(&filled))
        refuse(opinion, &(struct iw_error){.expected = "a literal's true count"});
    else if (pattern.asks && !linting->serves)
        refuse(opinion, &(struct iw_error){.expected = "the literal's octets"});
    else if (pattern.asks)
        return; /* what is there is no whole command */
    else if (filled.hole_count == 0 && !pattern_only)
        parse_whole(linting, line->side, &pattern, opinion);
}

/* --- exact lines --- */

/* Consecutive exact lines are one stretch of octets: a literal may begin in one and end in the
 * next. */
static void parse_exact(struct iw_linting *linting, const struct iw_step *steps, size_t count,
                        struct iw_bindings *bindings, struct opinion *opinion)
{
    struct iw_buf octets;
    iw_buf_init(&octets, NULL, OCTETS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct iw_filled filled = {.hole_count = 0};
        struct iw_error error = {.code = IW_OK};
        enum iw_result result = iw_fill(steps[i].line.text, linting->scenario, bindings,
                                        IW_FILL_EXPECT, &linting->scratch, &filled, &error);
        if (result != IW_OK)
            refuse(opinion, &error);
        opinion->unknown = opinion->unknown || filled.hole_count > 0;
        iw_buf_add(&octets, filled.octets);
        iw_buf_add_string(&octets, "\r\n");
    }
    if (octets.failed)
        refuse(opinion, &no_memory);
    if (!opinion->refused && !opinion->unknown)
        parse_octets(linting, IW_FRAME_RESPONSES, iw_buf_span(&octets), opinion);
    iw_buf_release(&octets);
}

/* --- all variants of a line, or of a run of exact ones --- */

static bool is_exact(const struct iw_step *step)
{
    return step->kind == IW_STEP_LINE && step->line.mark == IW_MARK_EXACT;
}

/* Without memory nobody knows. */
static void starve(struct iw_linting *linting, struct opinion *opinion)
{
    if (!opinion->refused || opinion->error.code != IW_NO_MEMORY)
        return;
    linting->starved = true;
    opinion->refused = false;
}

static struct opinion judge(struct iw_linting *linting, const struct iw_step *steps, size_t count)
{
    struct opinion opinion = {.refused = false};
    size_t variants = iw_scenario_variants(linting->scenario);
    for (size_t i = 0; i < variants && i < VARIANTS_MAX && !opinion.refused; i++) {
        struct iw_bindings bindings;
        iw_arena_reset(&linting->scratch);
        if (!bind_names(linting, i, &bindings))
            refuse(&opinion, &no_memory);
        else if (is_exact(steps))
            parse_exact(linting, steps, count, &bindings, &opinion);
        else
            parse_line(linting, &steps->line, &bindings, false, &opinion);
    }
    starve(linting, &opinion);
    return opinion;
}

/* "SP, found "x"": what was wanted, and what stands there. told is the caller's to release. */
static const char *tell(const struct opinion *opinion, struct iw_buf *told)
{
    const struct iw_error *error = &opinion->error;
    iw_buf_init(told, NULL, TOLD_MAX);
    iw_buf_add_string(told, error->expected != NULL ? error->expected : error->detail);
    if (opinion->found.length > 0) {
        iw_buf_add_string(told, ", found \"");
        iw_add_shown(told, opinion->found, FOUND_MAX);
        iw_buf_add_string(told, "\"");
    } else if (opinion->found.data != NULL) {
        iw_buf_add_string(told, ", found the end");
    }
    return iw_buf_string(told);
}

/* A name that is not bound is found elsewhere. */
static bool is_unbound(const struct iw_error *error)
{
    return error->expected != NULL && strcmp(error->expected, "a bound name") == 0;
}

/* What begins and then ends with the connection, or in silence, is unfinished but not illegal. */
static bool ends_there(const struct iw_steps *steps, size_t at)
{
    if (at == steps->count)
        return false;
    const struct iw_step *next = &steps->items[at];
    return next->side == IW_SIDE_SERVER &&
           (next->kind == IW_STEP_CLOSE || next->kind == IW_STEP_SILENT);
}

static void check_server_line(struct iw_linting *linting, const struct iw_steps *steps, size_t at,
                              size_t count, const struct opinion *opinion)
{
    if (!opinion->refused || is_unbound(&opinion->error))
        return;
    linting->maybe_illegal = true;
    if (linting->scenario->illegal || (opinion->cut && ends_there(steps, at + count)))
        return;
    struct iw_buf told;
    iw_lint_find(
        linting, &steps->items[at].place,
        "not legal for a server: expected %s; mark the scenario \"illegal\" if that is what "
        "it is about",
        tell(opinion, &told));
    iw_buf_release(&told);
}

static bool same_label(struct iw_span a, struct iw_span b)
{
    return (a.data == NULL) == (b.data == NULL) && iw_span_equal(a, b);
}

static bool names_bad(struct iw_span text)
{
    for (size_t i = 0; i + 3 <= text.length && text.data[i] != '['; i++)
        if (iw_span_equal(iw_span_part(text, i, i + 3), IW_SPAN("BAD")))
            return true;
    return false;
}

/* The reply to the command at steps[at] may be BAD, or there is none. */
static bool earns_bad(const struct iw_steps *steps, size_t at)
{
    const struct iw_line *command = &steps->items[at].line;
    for (size_t i = at + 1; i < steps->count; i++) {
        const struct iw_line *line = &steps->items[i].line;
        if (steps->items[i].kind == IW_STEP_LINE && iw_lint_is_completion(line) &&
            line->mark != IW_MARK_NEVER && line->conn == command->conn &&
            same_label(line->label, command->label))
            return names_bad(line->text);
    }
    return true;
}

static void check_client_line(struct iw_linting *linting, const struct iw_steps *steps, size_t at,
                              const struct opinion *opinion)
{
    const struct iw_step *step = &steps->items[at];
    if (!opinion->refused || is_unbound(&opinion->error))
        return;
    struct iw_buf told;
    const char *expected = tell(opinion, &told);
    if (linting->serves)
        iw_lint_find(linting, &step->place, "no client's command can match this: expected %s",
                     expected);
    else if (!earns_bad(steps, at))
        iw_lint_find(linting, &step->place,
                     "not legal for a client: expected %s; and BAD is not among the replies",
                     expected);
    iw_buf_release(&told);
}

/* --- steps --- */

static bool ends_with(struct iw_span text, struct iw_span end)
{
    return text.length >= end.length &&
           iw_span_equal(iw_span_part(text, text.length - end.length, text.length), end);
}

static bool says_expunge(const struct iw_line *line)
{
    return line->side == IW_SIDE_SERVER && (ends_with(line->text, IW_SPAN(" EXPUNGE")) ||
                                            iw_span_starts(line->text, IW_SPAN("* VANISHED")));
}

/* How many steps belong together: a run of the server's exact lines on one connection, else one. */
static size_t run_length(const struct iw_steps *steps, size_t at)
{
    const struct iw_step *first = &steps->items[at];
    size_t end = at + 1;
    while (is_exact(first) && end < steps->count && is_exact(&steps->items[end]) &&
           steps->items[end].side == first->side && steps->items[end].conn == first->conn)
        end++;
    return end - at;
}

/* steps->items[at] is a line; count of them belong together. */
static void check_lines(struct iw_linting *linting, const struct iw_steps *steps, size_t at,
                        size_t count)
{
    const struct iw_step *step = &steps->items[at];
    bool exact = is_exact(step);
    if (exact && step->side == IW_SIDE_CLIENT)
        return; /* a client's exact bytes are SASL, DONE, or wrong on purpose */
    struct opinion opinion = judge(linting, step, count);
    linting->maybe_illegal = linting->maybe_illegal || exact || says_expunge(&step->line);
    if (step->side == IW_SIDE_SERVER)
        check_server_line(linting, steps, at, count, &opinion);
    else
        check_client_line(linting, steps, at, &opinion);
}

static void check_steps(struct iw_linting *linting, const struct iw_steps *steps)
{
    for (size_t at = 0, count; at < steps->count; at += count) {
        count = run_length(steps, at);
        if (steps->items[at].kind == IW_STEP_LINE)
            check_lines(linting, steps, at, count);
    }
}

/* The steps and, inside them, what is sent as one. */
static void check_all_steps(struct iw_linting *linting, const struct iw_steps *steps)
{
    check_steps(linting, steps);
    for (size_t i = 0; i < steps->count; i++) {
        if (steps->items[i].kind != IW_STEP_SEND)
            continue;
        const struct iw_send *send = &steps->items[i].send;
        linting->maybe_illegal = true; /* where it is cut, or what comes in one segment */
        check_steps(linting, &(struct iw_steps){send->steps, send->count});
    }
}

/* --- patterns that are no steps --- */

static void check_pattern(struct iw_linting *linting, const struct iw_line *line,
                          const struct iw_place *place)
{
    struct opinion opinion = {.refused = false};
    struct iw_bindings bindings;
    if (line->mark == IW_MARK_EXACT)
        return;
    iw_arena_reset(&linting->scratch);
    if (!bind_names(linting, 0, &bindings))
        refuse(&opinion, &no_memory);
    else
        parse_line(linting, line, &bindings, true, &opinion);
    starve(linting, &opinion);
    if (!opinion.refused || is_unbound(&opinion.error))
        return;
    struct iw_buf told;
    iw_lint_find(linting, place, "nothing can match this: expected %s", tell(&opinion, &told));
    iw_buf_release(&told);
}

/* Each value of "vary" with the first values of the names before it. */
static void check_values(struct iw_linting *linting, size_t name)
{
    const struct iw_vary *vary = &linting->scenario->vary[name];
    for (size_t i = 0; vary->places != NULL && i < vary->count; i++) {
        struct opinion opinion = {.refused = false};
        struct iw_bindings bindings;
        struct iw_filled filled;
        struct iw_error error = {0};
        iw_arena_reset(&linting->scratch);
        if (!bind_names(linting, 0, &bindings))
            refuse(&opinion, &no_memory);
        else if (iw_fill(vary->values[i], linting->scenario, &bindings, IW_FILL_SEND,
                         &linting->scratch, &filled, &error) != IW_OK)
            refuse_at(linting, &opinion, &error, vary->values[i]);
        starve(linting, &opinion);
        if (!opinion.refused || is_unbound(&opinion.error))
            continue;
        struct iw_buf told;
        iw_lint_find(linting, &vary->places[i], "expected %s", tell(&opinion, &told));
        iw_buf_release(&told);
    }
}

void iw_lint_lines(struct iw_linting *linting)
{
    const struct iw_scenario *scenario = linting->scenario;
    for (size_t i = 0; i < scenario->vary_count; i++)
        check_values(linting, i);
    check_all_steps(linting, &scenario->dialogue);
    for (size_t i = 0; i < scenario->rule_count; i++) {
        const struct iw_rule *rule = &scenario->rules[i];
        if (rule->event == IW_ON_LINE)
            check_pattern(linting, &rule->on, &rule->on_place);
        for (size_t k = 0; k < rule->during_count; k++)
            check_pattern(linting, &rule->during[k].line, &rule->during[k].place);
        check_all_steps(linting, &rule->play);
    }
    for (size_t i = 0; i < scenario->then.never_count; i++)
        check_pattern(linting, &scenario->then.never[i].line, &scenario->then.never[i].place);
    for (size_t i = 0; i < scenario->then.count_count; i++)
        check_pattern(linting, &scenario->then.counts[i].line, &scenario->then.counts[i].place);
    /* What a server said may be illegal in ways that a pattern does not show. */
    bool recorded = iw_span_equal(scenario->group, IW_SPAN("recorded"));
    if (scenario->illegal && scenario->rules == NULL && !linting->maybe_illegal && !recorded)
        iw_lint_find(linting, &scenario->illegal_place, "nothing in it is illegal");
}
