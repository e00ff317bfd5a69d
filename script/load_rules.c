/* SPDX-License-Identifier: MIT */
/* Reads "rules". */
#include "script/steps.h"

#include <stddef.h>
#include <string.h>

/* False: it is a line. */
static bool read_event(const struct iw_json *value, enum iw_rule_event *event)
{
    static const struct {
        const char *name;
        enum iw_rule_event event;
    } events[] = {{"accept", IW_ON_ACCEPT}, {"connect", IW_ON_CONNECT}};
    for (size_t i = 0; value->kind == IW_JSON_STRING && i < sizeof events / sizeof *events; i++) {
        if (iw_span_equal(value->text, iw_span_of(events[i].name))) {
            *event = events[i].event;
            return true;
        }
    }
    return false;
}

static bool read_on(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_rule *rule = target;
    rule->on_place = value->place;
    if (read_event(value, &rule->event))
        return true;
    if (!iw_load_line(loader, value, &rule->on))
        return false;
    bool may_match = rule->on.mark == IW_MARK_PLAIN || rule->on.mark == IW_MARK_EXACT;
    if (!may_match || rule->on.premise || rule->on.label.data != NULL)
        return iw_load_fail(loader, &value->place, "a pattern has no mark but \"=\", and no label");
    if (rule->conn == 0 && rule->on.conn != 1)
        rule->conn = rule->on.conn;
    return true;
}

static bool read_conn(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    unsigned *conn = target;
    if (!iw_load_count(loader, value, conn))
        return false;
    return *conn < IW_CONN_MAX ||
           iw_load_fail(loader, &value->place, "expected a connection from 1 to 9");
}

static bool read_one_during(struct iw_loader *loader, const struct iw_json *value,
                            struct iw_during *during)
{
    struct iw_line *line = &during->line;
    during->place = value->place;
    if (value->kind != IW_JSON_STRING ||
        memchr(value->text.data, ':', value->text.length) == NULL) {
        *line = (struct iw_line){.side = IW_SIDE_CLIENT, .conn = 1};
        return iw_load_text(loader, value, &line->text);
    }
    return iw_load_line(loader, value, line) &&
           ((line->side == IW_SIDE_CLIENT && line->mark == IW_MARK_PLAIN && line->conn == 1 &&
             line->label.data == NULL) ||
            iw_load_fail(loader, &value->place, "expected a command: a name, or \"C: …\""));
}

static bool read_during(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_rule *rule = target;
    bool list = value->kind == IW_JSON_ARRAY;
    if (list && value->count == 0)
        return iw_load_fail(loader, &value->place, "the list is empty");
    rule->during = iw_arena_array(loader->arena, list ? value->count : 1, sizeof *rule->during);
    if (rule->during == NULL)
        return iw_load_no_memory(loader);
    if (!list)
        return read_one_during(loader, value, &rule->during[rule->during_count++]);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!read_one_during(loader, item, &rule->during[rule->during_count++]))
            return false;
    return true;
}

static bool read_play(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_rule *rule = target;
    rule->has_play = true;
    return iw_load_steps(loader, value, IW_STEPS_PLAY, &rule->play);
}

static bool read_change(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_rule *rule = target;
    rule->changes =
        iw_load_members(loader, value, IW_JSON_OBJECT,
                        "an object of captured names and their new texts", sizeof *rule->changes);
    if (rule->changes == NULL)
        return false;
    if (value->count == 0)
        return iw_load_fail(loader, &value->place, "the object is empty");
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_change *change = &rule->changes[rule->change_count++];
        change->place = item->key_place;
        change->name = item->key;
        if (!(item->kind == IW_JSON_INTEGER ? iw_load_number_text : iw_load_text)(loader, item,
                                                                                  &change->text) ||
            !iw_load_want_fills(loader, &item->place, change->text))
            return false;
    }
    return true;
}

static const struct iw_member rule_members[] = {
    {"on", read_on, 0, .required = true},
    {"conn", read_conn, offsetof(struct iw_rule, conn)},
    {"user", iw_load_text, offsetof(struct iw_rule, user)},
    {"during", read_during, 0},
    {"nth", iw_load_count, offsetof(struct iw_rule, nth)},
    {"play", read_play, 0},
    {"change", read_change, 0},
    {NULL, NULL, 0},
};
const struct iw_object iw_rule_object = {"rule", rule_members};

static bool read_rule(struct iw_loader *loader, const struct iw_json *value, struct iw_rule *rule)
{
    rule->place = value->place;
    if (!iw_load_object(loader, value, &iw_rule_object, rule))
        return false;
    if (rule->has_play == (rule->change_count > 0))
        return iw_load_fail(loader, &value->place, "a rule has either \"play\" or \"change\"");
    return true;
}

bool iw_load_rules(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_scenario *scenario = target;
    scenario->rules =
        iw_load_members(loader, value, IW_JSON_ARRAY, "a list of rules", sizeof *scenario->rules);
    if (scenario->rules == NULL)
        return false;
    if (value->count == 0)
        return iw_load_fail(loader, &value->place, "the list is empty");
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!read_rule(loader, item, &scenario->rules[scenario->rule_count++]))
            return false;
    return true;
}
