/* SPDX-License-Identifier: MIT */
#include "mockserver/rules.h"

#include "base/chars.h"

#include <string.h>

enum { CHANGES_MAX = 16, TRY_ARENA = 8 << 20 };

enum iw_result iw_rules_init(struct iw_rules *rules, const struct iw_scenario *scenario,
                             struct iw_bindings *names, struct iw_arena *arena,
                             struct iw_error *error)
{
    *rules = (struct iw_rules){.scenario = scenario, .names = names};
    size_t count = scenario == NULL ? 0 : scenario->rule_count;
    rules->wanted = iw_arena_array(arena, count, sizeof *rules->wanted);
    rules->hits = iw_arena_array(arena, count, sizeof *rules->hits);
    if (rules->wanted == NULL || rules->hits == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    for (size_t i = 0; i < count; i++) {
        const struct iw_rule *rule = &scenario->rules[i];
        if (rule->on_connect)
            continue;
        enum iw_result result =
            iw_wanted_make(&rule->on, scenario, names, arena, &rules->wanted[i], error);
        if (result != IW_OK)
            return result;
        rules->on_responses |= rule->on.side == IW_SIDE_SERVER;
    }
    return IW_OK;
}

static bool fits_scene(const struct iw_rule *rule, const struct iw_rule_scene *scene)
{
    if (rule->conn != 0 && rule->conn != scene->conn)
        return false;
    if (rule->user.data != NULL && !iw_span_equal(rule->user, scene->user))
        return false;
    return rule->during.data == NULL || iw_span_equal_nocase(rule->during, scene->during);
}

/* seen NULL: a connection was opened. */
static const struct iw_rule *find(struct iw_rules *rules, enum iw_side side,
                                  const struct iw_seen *seen, const struct iw_rule_scene *scene,
                                  struct iw_arena *arena, struct iw_bindings *bindings)
{
    size_t count = rules->scenario == NULL ? 0 : rules->scenario->rule_count;
    for (size_t i = 0; i < count; i++) {
        const struct iw_rule *rule = &rules->scenario->rules[i];
        *bindings = (struct iw_bindings){.arena = arena, .first = rules->names->first};
        if (rule->on_connect != (seen == NULL) || !fits_scene(rule, scene))
            continue;
        if (seen != NULL &&
            (rule->on.side != side || !iw_wanted_matches(&rules->wanted[i], seen, bindings)))
            continue;
        rules->hits[i]++;
        if (rule->nth != 0 && rules->hits[i] != rule->nth)
            continue;
        rules->fired++;
        if (seen != NULL)
            iw_bindings_set(bindings, IW_SPAN("line"), seen->octets, seen->octets);
        return rule;
    }
    return NULL;
}

const struct iw_rule *iw_rules_find(struct iw_rules *rules, enum iw_side side,
                                    const struct iw_seen *seen, const struct iw_rule_scene *scene,
                                    struct iw_arena *arena, struct iw_bindings *bindings)
{
    return find(rules, side, seen, scene, arena, bindings);
}

const struct iw_rule *iw_rules_find_connect(struct iw_rules *rules,
                                            const struct iw_rule_scene *scene,
                                            struct iw_arena *arena, struct iw_bindings *bindings)
{
    return find(rules, IW_SIDE_CLIENT, NULL, scene, arena, bindings);
}

/* ---- change ---- */

/* A value of the same kind as raw but not equal to it. */
static void write_other(struct iw_span raw, struct iw_buf *out)
{
    char last = raw.length == 0 ? 'x' : raw.data[raw.length - 1];
    if (last == '"') {
        iw_buf_add_string(out, iw_span_equal(raw, IW_SPAN("\"x\"")) ? "\"y\"" : "\"x\"");
    } else if (last == ')') {
        iw_buf_add_string(out, iw_span_equal(raw, IW_SPAN("(x)")) ? "(y)" : "(x)");
    } else if (iw_is(last, IW_CHAR_DIGIT | IW_CHAR_ALPHA)) {
        iw_buf_add(out, iw_span_part(raw, 0, raw.length - 1));
        iw_buf_add_char(out, last == '9' || last == 'z' || last == 'Z' ? (char)(last - 1)
                                                                       : (char)(last + 1));
    } else {
        iw_buf_add_char(out, 'x');
    }
}

static void splice(struct iw_span line, size_t begin, size_t end, struct iw_span text,
                   struct iw_buf *out)
{
    iw_buf_add(out, iw_span_part(line, 0, begin));
    iw_buf_add(out, text);
    iw_buf_add(out, iw_span_part(line, end, line.length));
}

/* Does the rule's line, read from these octets, capture that value under that name? */
static bool captures(const struct iw_wanted *wanted, const struct iw_bindings *names,
                     struct iw_span octets, struct iw_span name, struct iw_span value,
                     struct iw_arena *arena)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_seen seen;
    struct iw_error error = {0};
    struct iw_bindings bindings = {.arena = arena, .first = names->first};
    bool found = false;
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_framer_feed(&framer, octets);
    if (iw_framer_next(&framer, &frame, &error) == IW_OK) {
        iw_seen_make(&frame, IW_SIDE_SERVER, arena, &seen);
        if (iw_wanted_matches(wanted, &seen, &bindings)) {
            const struct iw_binding *binding = iw_bindings_get(&bindings, name);
            found = binding != NULL && iw_span_equal(binding->raw, value);
        }
    }
    iw_framer_release(&framer);
    return found;
}

/* Where the captured value stands: of all places with these octets the one that, when something
 * else is put there, is what the name captures. */
static bool find_place(const struct iw_wanted *wanted, const struct iw_bindings *names,
                       struct iw_span line, struct iw_span name, struct iw_span raw, size_t *place)
{
    struct iw_arena arena;
    struct iw_buf other, tried;
    bool found = false;
    iw_arena_init(&arena, NULL, TRY_ARENA);
    iw_buf_init(&other, NULL, raw.length + 8);
    iw_buf_init(&tried, NULL, line.length + raw.length + 8);
    write_other(raw, &other);
    for (size_t i = 0; i + raw.length <= line.length && !found; i++) {
        if (memcmp(line.data + i, raw.data, raw.length) != 0)
            continue;
        iw_arena_reset(&arena);
        iw_buf_clear(&tried);
        splice(line, i, i + raw.length, iw_buf_span(&other), &tried);
        found = !tried.failed &&
                captures(wanted, names, iw_buf_span(&tried), name, iw_buf_span(&other), &arena);
        *place = i;
    }
    iw_buf_release(&tried);
    iw_buf_release(&other);
    iw_arena_release(&arena);
    return found;
}

struct change {
    size_t begin, end;
    struct iw_span text;
};

static enum iw_result plan_change(const struct iw_rules *rules, const struct iw_rule *rule,
                                  const struct iw_change *from, struct iw_span line,
                                  struct iw_bindings *bindings, struct change *change,
                                  struct iw_error *error)
{
    struct iw_filled filled;
    const struct iw_binding *binding = iw_bindings_get(bindings, from->name);
    const struct iw_wanted *wanted = &rules->wanted[rule - rules->scenario->rules];
    if (binding == NULL || binding->raw.length == 0 ||
        !find_place(wanted, rules->names, line, from->name, binding->raw, &change->begin))
        return iw_failf(error, IW_SYNTAX, "cannot tell where \"%.*s\" stands in the line",
                        (int)from->name.length, from->name.data);
    change->end = change->begin + binding->raw.length;
    enum iw_result result = iw_fill(from->text, rules->scenario, bindings, IW_FILL_SEND,
                                    bindings->arena, &filled, error);
    change->text = filled.octets;
    return result;
}

static void sort_changes(struct change *changes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct change change = changes[i];
        size_t j = i;
        for (; j > 0 && changes[j - 1].begin > change.begin; j--)
            changes[j] = changes[j - 1];
        changes[j] = change;
    }
}

enum iw_result iw_rules_change(const struct iw_rules *rules, const struct iw_rule *rule,
                               struct iw_span line, struct iw_bindings *bindings,
                               struct iw_buf *out, struct iw_error *error)
{
    struct change changes[CHANGES_MAX];
    size_t at = 0;
    if (rule->change_count > CHANGES_MAX)
        return iw_failf(error, IW_LIMIT, "more than %d changes in one rule", CHANGES_MAX);
    for (size_t i = 0; i < rule->change_count; i++) {
        enum iw_result result =
            plan_change(rules, rule, &rule->changes[i], line, bindings, &changes[i], error);
        if (result != IW_OK)
            return result;
    }
    sort_changes(changes, rule->change_count);
    for (size_t i = 0; i < rule->change_count; i++) {
        if (changes[i].begin < at)
            return iw_failf(error, IW_SYNTAX, "two changes of one rule overlap");
        iw_buf_add(out, iw_span_part(line, at, changes[i].begin));
        iw_buf_add(out, changes[i].text);
        at = changes[i].end;
    }
    iw_buf_add(out, iw_span_part(line, at, line.length));
    return out->failed ? iw_fail(error, IW_NO_MEMORY, 0, NULL) : IW_OK;
}
