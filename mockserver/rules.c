/* SPDX-License-Identifier: MIT */
#include "mockserver/rules.h"

#include "base/chars.h"
#include "script/fill.h"
#include "script/shown.h"
#include "script/transcript.h"

#include <stdio.h>
#include <string.h>

enum { CHANGES_MAX = 16, TRY_ARENA = 8 << 20 };

static enum iw_result make_during(struct iw_rules *rules, size_t index, struct iw_bindings *names,
                                  struct iw_arena *arena, struct iw_error *error)
{
    const struct iw_rule *rule = &rules->scenario->rules[index];
    struct iw_wanted *wanted = iw_arena_array(arena, rule->during_count, sizeof *wanted);
    enum iw_result result = wanted == NULL ? iw_fail(error, IW_NO_MEMORY, 0, NULL) : IW_OK;
    rules->during[index] = wanted;
    for (size_t i = 0; i < rule->during_count && result == IW_OK; i++) {
        result =
            iw_wanted_make(&rule->during[i].line, rules->scenario, names, arena, &wanted[i], error);
        rules->on_arguments |= !wanted[i].by_name;
    }
    return result;
}

enum iw_result iw_rules_init(struct iw_rules *rules, const struct iw_scenario *scenario,
                             struct iw_bindings *names, struct iw_arena *arena,
                             struct iw_error *error)
{
    *rules = (struct iw_rules){.scenario = scenario, .names = names};
    size_t count = scenario == NULL ? 0 : scenario->rule_count;
    rules->wanted = iw_arena_array(arena, count, sizeof *rules->wanted);
    rules->hits = iw_arena_array(arena, count, sizeof *rules->hits);
    rules->during = iw_arena_array(arena, count, sizeof *rules->during);
    if (rules->wanted == NULL || rules->hits == NULL || rules->during == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    enum iw_result result = IW_OK;
    for (size_t i = 0; i < count && result == IW_OK; i++) {
        const struct iw_rule *rule = &scenario->rules[i];
        bool line = rule->event == IW_ON_LINE;
        if (line)
            result = iw_wanted_make(&rule->on, scenario, names, arena, &rules->wanted[i], error);
        if (result == IW_OK)
            result = make_during(rules, i, names, arena, error);
        rules->on_responses |= line && rule->on.side == IW_SIDE_SERVER;
    }
    return result;
}

/* ---- finding ---- */

/* What one rule makes of what is seen: the first of its fields that does not hold. */
struct look {
    const struct iw_rule *rule;
    enum iw_rule_event event;
    const struct iw_seen *seen; /* of IW_ON_LINE */
    const struct iw_rule_scene *scene;
    struct iw_mismatch mismatch;
    const char *field; /* NULL: all hold */
    size_t nearness;   /* the more, the nearer; an equal line outweighs the rest */
};

enum { NEAR_FIELD = 1, NEAR_LINE = 100 };

static void hold(struct look *look, const char *field, bool holds, size_t nearness)
{
    if (holds)
        look->nearness += nearness;
    else if (look->field == NULL)
        look->field = field;
}

/* One that has come only up to where its literal waits is looked at as far as it is there. */
static bool is_during(const struct iw_rules *rules, const struct iw_rule *rule,
                      const struct iw_rule_scene *scene, struct iw_bindings *bindings)
{
    const struct iw_wanted *wanted = rules->during[rule - rules->scenario->rules];
    struct iw_seen seen = *scene->during;
    struct iw_mismatch mismatch;
    bool found = rule->during_count == 0;
    for (size_t i = 0; i < rule->during_count && !found && seen.name.length > 0; i++) {
        seen.asks = wanted[i].asks;
        found = iw_wanted_matches(&wanted[i], &seen, bindings, &mismatch);
    }
    return found;
}

/* bindings take what the line and "during" capture. False: the rule is about something else
 * altogether. */
static bool look_at(const struct iw_rules *rules, enum iw_side side, struct iw_bindings *bindings,
                    struct look *look)
{
    const struct iw_rule *rule = look->rule;
    const struct iw_wanted *wanted = &rules->wanted[rule - rules->scenario->rules];
    const struct iw_rule_scene *scene = look->scene;
    if (rule->event != look->event || (look->seen != NULL && rule->on.side != side) ||
        (look->seen != NULL && look->seen->asks && !wanted->asks))
        return false;
    bool line =
        look->seen == NULL || iw_wanted_matches(wanted, look->seen, bindings, &look->mismatch);
    look->nearness = NEAR_FIELD * look->mismatch.matched;
    hold(look, "on", line, look->seen == NULL ? 0 : NEAR_LINE);
    hold(look, "conn", rule->conn == 0 || rule->conn == scene->conn, NEAR_FIELD);
    hold(look, "user", rule->user.data == NULL || iw_span_equal(rule->user, scene->user),
         NEAR_FIELD);
    hold(look, "during", is_during(rules, rule, scene, bindings), NEAR_FIELD);
    return true;
}

static int shown(struct iw_span text)
{
    return text.length > 40 ? 40 : (int)text.length;
}

/* ""on": expected FLAGS, received UID (differs)", "FLAGS is missing", "UID is not expected" */
static void describe_line(const struct iw_rules *rules, const struct look *look,
                          struct iw_arena *arena, char *text, size_t size)
{
    const struct iw_wanted *wanted = &rules->wanted[look->rule - rules->scenario->rules];
    const struct iw_mismatch *mismatch = &look->mismatch;
    const char *reason = mismatch->reason == NULL ? "differs" : mismatch->reason;
    struct iw_span expected = {NULL, 0}, received = mismatch->received;
    if (mismatch->expected.data != NULL)
        expected = iw_filled_show(&wanted->pattern.text, mismatch->expected, arena);
    struct iw_span lone = expected.data != NULL ? expected : received;
    if (expected.data != NULL && received.data != NULL)
        snprintf(text, size, "\"on\" expects %.*s, received %.*s (%s)", shown(expected),
                 expected.data, shown(received), received.data, reason);
    else
        snprintf(text, size, "\"on\": %.*s %s", shown(lone), lone.data == NULL ? "" : lone.data,
                 reason);
}

/* ""during" is IDLE, DONE, and in progress is FETCH" */
static void describe_during(const struct iw_rule *rule, struct iw_span during, char *text,
                            size_t size)
{
    struct iw_buf wanted;
    iw_buf_init(&wanted, NULL, SIZE_MAX / 2);
    for (size_t i = 0; i < rule->during_count; i++) {
        iw_buf_add_string(&wanted, i == 0 ? "" : ", ");
        iw_buf_add(&wanted, rule->during[i].line.text);
    }
    snprintf(text, size, "\"during\" is %.*s, and in progress is %.*s", shown(iw_buf_span(&wanted)),
             iw_buf_string(&wanted), shown(during), during.data);
    iw_buf_release(&wanted);
}

/* ""conn" is 2, and it came on 1" */
static void describe_scene(const struct look *look, unsigned hits, char *text, size_t size)
{
    const struct iw_rule *rule = look->rule;
    struct iw_span user = look->scene->user, during = look->scene->during->name;
    if (user.length == 0)
        user = IW_SPAN("nobody");
    if (during.length == 0)
        during = IW_SPAN("nothing");
    if (strcmp(look->field, "conn") == 0)
        snprintf(text, size, "\"conn\" is %u, and it came on %u", rule->conn, look->scene->conn);
    else if (strcmp(look->field, "user") == 0)
        snprintf(text, size, "\"user\" is %.*s, and logged in is %.*s", shown(rule->user),
                 rule->user.data, shown(user), user.data);
    else if (strcmp(look->field, "during") == 0)
        describe_during(rule, during, text, size);
    else
        snprintf(text, size, "\"nth\" is %u, and it was number %u", rule->nth, hits);
}

static void keep_received(const struct iw_rules *rules, const struct iw_seen *seen, char *text,
                          size_t size)
{
    const struct iw_binding *password = iw_bindings_get(rules->names, IW_SPAN("password"));
    struct iw_buf clean, line;
    iw_buf_init(&clean, NULL, SIZE_MAX / 2);
    iw_buf_init(&line, NULL, SIZE_MAX / 2);
    iw_redact(&clean, iw_span_part(seen->octets, 0, size), &password->value, password != NULL);
    iw_add_shown(&line, iw_buf_span(&clean), size / 2);
    snprintf(text, size, "%s", iw_buf_string(&line));
    iw_buf_release(&clean);
    iw_buf_release(&line);
}

static void keep_near(struct iw_rules *rules, const struct look *look, unsigned hits,
                      struct iw_arena *arena)
{
    struct iw_near_rule *near = &rules->near;
    if (rules->fired > 0 || (near->rule != NULL && look->nearness <= near->nearness))
        return;
    *near = (struct iw_near_rule){.rule = look->rule, .nearness = look->nearness};
    if (strcmp(look->field, "on") == 0)
        describe_line(rules, look, arena, near->text, sizeof near->text);
    else
        describe_scene(look, hits, near->text, sizeof near->text);
    if (look->seen != NULL)
        keep_received(rules, look->seen, near->received, sizeof near->received);
}

static const struct iw_rule *find(struct iw_rules *rules, enum iw_rule_event event,
                                  enum iw_side side, const struct iw_seen *seen,
                                  const struct iw_rule_scene *scene, struct iw_arena *arena,
                                  struct iw_bindings *bindings)
{
    size_t count = rules->scenario == NULL ? 0 : rules->scenario->rule_count;
    for (size_t i = 0; i < count; i++) {
        struct look look = {
            .rule = &rules->scenario->rules[i], .event = event, .seen = seen, .scene = scene};
        *bindings = (struct iw_bindings){.arena = arena, .first = rules->names->first};
        if (!look_at(rules, side, bindings, &look))
            continue;
        if (look.field == NULL) {
            rules->hits[i]++;
            hold(&look, "nth", look.rule->nth == 0 || rules->hits[i] == look.rule->nth, NEAR_FIELD);
        }
        if (look.field != NULL) {
            keep_near(rules, &look, rules->hits[i], arena);
            continue;
        }
        rules->fired++;
        if (seen != NULL)
            iw_bindings_set(bindings, IW_SPAN("line"), seen->octets, seen->octets);
        return look.rule;
    }
    return NULL;
}

const struct iw_rule *iw_rules_find(struct iw_rules *rules, enum iw_side side,
                                    const struct iw_seen *seen, const struct iw_rule_scene *scene,
                                    struct iw_arena *arena, struct iw_bindings *bindings)
{
    return find(rules, IW_ON_LINE, side, seen, scene, arena, bindings);
}

const struct iw_rule *iw_rules_find_event(struct iw_rules *rules, enum iw_rule_event event,
                                          const struct iw_rule_scene *scene, struct iw_arena *arena,
                                          struct iw_bindings *bindings)
{
    return find(rules, event, IW_SIDE_CLIENT, NULL, scene, arena, bindings);
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
    struct iw_mismatch mismatch;
    bool found = false;
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_framer_feed(&framer, octets);
    if (iw_framer_next(&framer, &frame, &error) == IW_OK) {
        iw_seen_make(&frame, IW_SIDE_SERVER, arena, &seen);
        if (iw_wanted_matches(wanted, &seen, &bindings, &mismatch)) {
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
