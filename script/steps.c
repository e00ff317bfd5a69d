/* SPDX-License-Identifier: MIT */
#include "script/steps.h"

#include "base/passage.h"
#include "script/nearest.h"

#include <stddef.h>

/* --- {"S": …}: what one side does that is no line --- */

struct side {
    const struct iw_json *steps, *tcp, *replace; /* read when the rest is known */
    struct iw_cutting cutting;
    struct iw_span silent_ms, delay_ms;
};

static bool keep_json(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    const struct iw_json **kept = target;
    (void)loader;
    *kept = value;
    return true;
}

static bool read_how(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"fin", "rst", "half", "silent", "bare", NULL};
    struct iw_span *how = target;
    *how = value->text;
    if (value->kind == IW_JSON_STRING && iw_span_starts(value->text, IW_SPAN("${")))
        return true;
    return iw_load_word(loader, value, words) >= 0;
}

static bool read_split(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_cutting *cutting = target;
    if (value->kind != IW_JSON_ARRAY)
        return iw_load_expected(loader, value, "a list of numbers");
    if (value->count > IW_PASSAGE_SPLITS)
        return iw_load_fail(loader, &value->place, "more than %d lengths", IW_PASSAGE_SPLITS);
    cutting->split = iw_arena_array(loader->arena, value->count, sizeof *cutting->split);
    if (cutting->split == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!iw_load_number_text(loader, item, &cutting->split[cutting->split_count++]))
            return false;
    return true;
}

static const struct iw_member side_members[] = {
    {"send", keep_json, offsetof(struct side, steps)},
    {"cut", iw_load_number_text, offsetof(struct side, cutting.cut)},
    {"flip", iw_load_number_text, offsetof(struct side, cutting.flip)},
    {"replace", keep_json, offsetof(struct side, replace)},
    {"split", read_split, offsetof(struct side, cutting)},
    {"dribble", iw_load_range_text, offsetof(struct side, cutting.dribble)},
    {"every_ms", iw_load_range_text, offsetof(struct side, cutting.every_ms)},
    {"close", read_how, offsetof(struct side, cutting.close)},
    {"silent_ms", iw_load_number_text, offsetof(struct side, silent_ms)},
    {"delay_ms", iw_load_range_text, offsetof(struct side, delay_ms)},
    {"tcp", keep_json, offsetof(struct side, tcp)},
    {NULL, NULL, 0},
};

static const struct iw_member tcp_members[] = {
    {"split", read_split, offsetof(struct iw_tcp, cutting)},
    {"dribble", iw_load_range_text, offsetof(struct iw_tcp, cutting.dribble)},
    {"every_ms", iw_load_range_text, offsetof(struct iw_tcp, cutting.every_ms)},
    {"rate", iw_load_number_text, offsetof(struct iw_tcp, rate)},
    {"flip", iw_load_number_text, offsetof(struct iw_tcp, cutting.flip)},
    {"cut", iw_load_number_text, offsetof(struct iw_tcp, cutting.cut)},
    {"close", read_how, offsetof(struct iw_tcp, cutting.close)},
    {"deaf", iw_load_bool, offsetof(struct iw_tcp, deaf)},
    {"nagle", iw_load_bool, offsetof(struct iw_tcp, nagle)},
    {"refuse_ms", iw_load_number_text, offsetof(struct iw_tcp, refuse_ms)},
    {NULL, NULL, 0},
};

const struct iw_object iw_tcp_object = {"tcp", tcp_members};

const struct iw_object iw_side_object = {"side", side_members};

static bool is_engine(const struct iw_json *value)
{
    return value->kind == IW_JSON_STRING && iw_span_equal(value->text, IW_SPAN("engine"));
}

static bool fail_engine(struct iw_loader *loader, const struct iw_json *value)
{
    return iw_load_fail(loader, &value->place, "the engine acts only in a rule's \"play\"");
}

static bool read_line_step(struct iw_loader *loader, const struct iw_json *value,
                           struct iw_step *step)
{
    step->kind = IW_STEP_LINE;
    if (!iw_load_line(loader, value, &step->line))
        return false;
    step->side = step->line.side;
    step->conn = step->line.conn;
    return true;
}

/* A line of the sending side, or the engine's own output. */
static bool read_sent(struct iw_loader *loader, const struct iw_json *value,
                      enum iw_steps_where where, const struct iw_step *send, struct iw_step *step)
{
    step->place = value->place;
    if (is_engine(value)) {
        step->kind = IW_STEP_ENGINE;
        return where == IW_STEPS_PLAY || fail_engine(loader, value);
    }
    if (!read_line_step(loader, value, step))
        return false;
    if (step->side != send->side || step->conn != send->conn)
        return iw_load_fail(loader, &value->place,
                            "only lines of the side and connection that sends");
    if (step->line.mark == IW_MARK_NEVER || step->line.mark == IW_MARK_MAYBE)
        return iw_load_fail(loader, &value->place, "only lines that are sent for certain");
    return true;
}

/* {"12": "text"} */
static bool read_replace(struct iw_loader *loader, const struct iw_json *value,
                         struct iw_send *send)
{
    if (value->kind != IW_JSON_OBJECT || value->count == 0)
        return iw_load_expected(loader, value, "an object of octets' numbers and texts");
    send->replace = iw_arena_array(loader->arena, value->count, sizeof *send->replace);
    if (send->replace == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_change *change = &send->replace[send->replace_count++];
        *change = (struct iw_change){.place = item->key_place, .name = item->key};
        if (!iw_is_number_text(item->key))
            return iw_load_fail(loader, &item->key_place,
                                "expected an octet's number or a fill such as ${n}");
        if (!iw_load_text(loader, item, &change->text) ||
            !iw_load_want_fills(loader, &item->place, change->text))
            return false;
    }
    return true;
}

static bool read_send(struct iw_loader *loader, const struct side *side, enum iw_steps_where where,
                      struct iw_step *step)
{
    const struct iw_json *steps = side->steps;
    if (side->silent_ms.data != NULL || side->delay_ms.data != NULL || side->tcp != NULL)
        return iw_load_fail(loader, &step->place,
                            "\"silent_ms\", \"delay_ms\" and \"tcp\" are steps of their own");
    if (steps->kind != IW_JSON_ARRAY)
        return iw_load_expected(loader, steps, "a list of lines");
    step->kind = IW_STEP_SEND;
    step->send = (struct iw_send){.cutting = side->cutting};
    step->send.steps = iw_arena_array(loader->arena, steps->count, sizeof *step->send.steps);
    if (step->send.steps == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = steps->child; item != NULL; item = item->next)
        if (!read_sent(loader, item, where, step, &step->send.steps[step->send.count++]))
            return false;
    return side->replace == NULL || read_replace(loader, side->replace, &step->send);
}

static bool is_cutting(const struct side *side)
{
    const struct iw_cutting *cutting = &side->cutting;
    return cutting->cut.data != NULL || cutting->flip.data != NULL || cutting->split != NULL ||
           cutting->dribble.data != NULL || cutting->every_ms.data != NULL || side->replace != NULL;
}

static bool read_tcp(struct iw_loader *loader, const struct iw_json *value, struct iw_step *step)
{
    step->kind = IW_STEP_TCP;
    step->tcp = (struct iw_tcp){.deaf = false};
    if (!iw_load_object(loader, value, &iw_tcp_object, &step->tcp))
        return false;
    if (step->tcp.refuse_ms.data != NULL && step->side == IW_SIDE_CLIENT)
        return iw_load_fail(loader, &value->place, "only a server can refuse connections");
    return step->tcp.cutting.close.data == NULL || step->tcp.cutting.cut.data != NULL ||
           iw_load_fail(loader, &value->place, "\"close\" needs \"cut\": it follows it");
}

/* Without "send" there is exactly one of close, silent_ms, delay_ms and tcp. */
static bool read_lone(struct iw_loader *loader, const struct side *side, struct iw_step *step)
{
    struct iw_span how = side->cutting.close;
    int present = (how.data != NULL) + (side->silent_ms.data != NULL) +
                  (side->delay_ms.data != NULL) + (side->tcp != NULL);
    if (is_cutting(side))
        return iw_load_fail(loader, &step->place,
                            "\"cut\", \"flip\", \"replace\", \"split\", \"dribble\" and "
                            "\"every_ms\" need \"send\"");
    if (present != 1)
        return iw_load_fail(loader, &step->place,
                            "expected one of \"send\", \"close\", \"silent_ms\", \"delay_ms\" and "
                            "\"tcp\"");
    if (side->tcp != NULL)
        return read_tcp(loader, side->tcp, step);
    if (how.data != NULL) {
        step->kind = IW_STEP_CLOSE;
        step->close = how;
    } else {
        step->kind = side->silent_ms.data != NULL ? IW_STEP_SILENT : IW_STEP_DELAY;
        step->ms = side->silent_ms.data != NULL ? side->silent_ms : side->delay_ms;
    }
    return true;
}

static bool read_side_word(struct iw_loader *loader, const struct iw_json *value,
                           struct iw_step *step)
{
    static const char *const words[] = {"close", "tls", "compress", "authenticate", "bye", NULL};
    static const enum iw_step_kind kinds[] = {IW_STEP_CLOSE, IW_STEP_TLS, IW_STEP_COMPRESS,
                                              IW_STEP_AUTHENTICATE, IW_STEP_CLOSE};
    int word = iw_load_word(loader, value, words);
    if (word < 0)
        return false;
    step->kind = kinds[word];
    step->bye = kinds[word] == IW_STEP_CLOSE && word > 0;
    if (step->bye && (!step->maybe || step->side != IW_SIDE_SERVER))
        return iw_load_fail(loader, &step->place, "only \"S?\" can be \"bye\"");
    if (step->kind == IW_STEP_CLOSE)
        step->close = IW_SPAN("fin");
    return true;
}

static bool read_side(struct iw_loader *loader, const struct iw_json *value,
                      enum iw_steps_where where, struct iw_step *step)
{
    struct side side = {0};
    if (value->kind == IW_JSON_STRING) {
        if (!read_side_word(loader, value, step))
            return false;
    } else {
        if (!iw_load_object(loader, value, &iw_side_object, &side))
            return false;
        if (!(side.steps != NULL ? read_send(loader, &side, where, step)
                                 : read_lone(loader, &side, step)))
            return false;
    }
    if (step->kind == IW_STEP_AUTHENTICATE && where == IW_STEPS_PLAY)
        return iw_load_fail(
            loader, &step->place,
            "\"authenticate\" belongs into a dialogue: in a rule the engine does it");
    if (step->maybe && step->kind != IW_STEP_CLOSE)
        return iw_load_fail(loader, &step->place, "only \"close\" may be left open with \"?\"");
    return true;
}

/* "S", "C2", "S?", "S2?" */
static bool is_side_key(struct iw_span key, struct iw_step *step)
{
    if (key.length == 0 || (key.data[0] != 'C' && key.data[0] != 'S'))
        return false;
    size_t at = 1;
    step->side = key.data[0] == 'C' ? IW_SIDE_CLIENT : IW_SIDE_SERVER;
    step->conn = 1;
    if (at < key.length && key.data[at] >= '1' && key.data[at] <= '9')
        step->conn = (unsigned)(key.data[at++] - '0');
    step->maybe = at < key.length && key.data[at] == '?';
    return at + (step->maybe ? 1 : 0) == key.length;
}

/* --- {"mailbox": …}: the world changes --- */

struct change {
    struct iw_world world;
    unsigned count;
};

static bool begin_change(struct iw_loader *loader, const struct iw_json *value,
                         struct change *change, enum iw_world_change kind)
{
    change->world.change = kind;
    return change->count++ == 0 ||
           iw_load_fail(loader, &value->key_place, "one change a step: write another step");
}

static bool read_deliver(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct change *change = target;
    return begin_change(loader, value, change, IW_WORLD_DELIVER) &&
           iw_load_text(loader, value, &change->world.argument) &&
           iw_load_want_file(loader, &value->place, value->text);
}

/* A set of messages: "1:3", or one number. */
static bool read_expunge(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct change *change = target;
    if (!begin_change(loader, value, change, IW_WORLD_EXPUNGE))
        return false;
    return value->kind == IW_JSON_STRING
               ? iw_load_text(loader, value, &change->world.argument)
               : iw_load_number_text(loader, value, &change->world.argument);
}

/* {"1:3": "+\\Seen"} */
static bool read_flags(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct change *change = target;
    if (!begin_change(loader, value, change, IW_WORLD_FLAGS))
        return false;
    if (value->kind != IW_JSON_OBJECT || value->count != 1)
        return iw_load_fail(loader, &value->place,
                            "expected one set of messages and its flags: {\"1:3\": \"+\\\\Seen\"}");
    change->world.argument = value->child->key;
    return iw_load_text(loader, value->child, &change->world.flags);
}

static bool read_uidvalidity(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct change *change = target;
    return begin_change(loader, value, change, IW_WORLD_UIDVALIDITY) &&
           iw_load_number_text(loader, value, &change->world.argument);
}

static bool read_uidnext(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct change *change = target;
    return begin_change(loader, value, change, IW_WORLD_UIDNEXT) &&
           iw_load_number_text(loader, value, &change->world.argument);
}

static bool read_quota(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct change *change = target;
    return begin_change(loader, value, change, IW_WORLD_QUOTA) &&
           iw_load_number_text(loader, value, &change->world.argument);
}

static bool read_rename(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct change *change = target;
    return begin_change(loader, value, change, IW_WORLD_RENAME) &&
           iw_load_text(loader, value, &change->world.argument);
}

static const struct iw_member world_members[] = {
    {"mailbox", iw_load_text, offsetof(struct change, world.mailbox), .required = true},
    {"deliver", read_deliver, 0},
    {"expunge", read_expunge, 0},
    {"flags", read_flags, 0},
    {"uidvalidity", read_uidvalidity, 0},
    {"uidnext", read_uidnext, 0},
    {"quota", read_quota, 0},
    {"rename", read_rename, 0},
    {NULL, NULL, 0},
};

const struct iw_object iw_world_object = {"world", world_members};

static bool read_world(struct iw_loader *loader, const struct iw_json *value, struct iw_step *step)
{
    struct change change = {0};
    if (!iw_load_object(loader, value, &iw_world_object, &change))
        return false;
    if (change.count == 0)
        return iw_load_fail(loader, &value->place, "a \"mailbox\" step needs a change");
    step->kind = IW_STEP_MAILBOX;
    step->world = change.world;
    return true;
}

/* --- one step, all steps --- */

static bool read_text_step(struct iw_loader *loader, const struct iw_json *value,
                           enum iw_step_kind kind, struct iw_step *step)
{
    step->kind = kind;
    return iw_load_text(loader, value, &step->text) &&
           iw_load_want_fills(loader, &value->place, step->text);
}

static const char *const step_words[] = {"S", "C", "S2", "C2", "mailbox", "assert", "engine", NULL};

/* A step has one key; two that belong to different steps, or one of them mistyped. */
static bool fail_keys(struct iw_loader *loader, const struct iw_json *value)
{
    static const char *const mailbox[] = {"mailbox", NULL};
    for (const struct iw_json *key = value->child; key != NULL; key = key->next)
        if (iw_nearest(key->key, mailbox) != NULL)
            return iw_load_unknown(loader, &key->key_place, "step", key->key, mailbox);
    return iw_load_fail(loader, &value->place,
                        "expected one key: \"S\", \"C\", \"mailbox\", \"assert\" or \"engine\"");
}

static bool is_world_key(struct iw_span key)
{
    for (const struct iw_member *member = world_members; member->key != NULL; member++)
        if (iw_span_equal(key, iw_span_of(member->key)))
            return true;
    return false;
}

static bool read_object_step(struct iw_loader *loader, const struct iw_json *value,
                             enum iw_steps_where where, struct iw_step *step)
{
    if (iw_json_member(value, "mailbox") != NULL)
        return read_world(loader, value, step);
    const struct iw_json *only = value->child;
    if (value->count != 1)
        return fail_keys(loader, value);
    if (iw_span_equal(only->key, IW_SPAN("assert")))
        return read_text_step(loader, only, IW_STEP_ASSERT, step);
    if (iw_span_equal(only->key, IW_SPAN("engine")))
        return where == IW_STEPS_PLAY ? read_text_step(loader, only, IW_STEP_ENGINE, step)
                                      : fail_engine(loader, only);
    if (is_side_key(only->key, step))
        return read_side(loader, only, where, step);
    if (is_world_key(only->key))
        return iw_load_fail(loader, &only->key_place, "\"%s\" needs \"mailbox\" beside it",
                            only->key.data);
    return iw_load_unknown(loader, &only->key_place, "step", only->key, step_words);
}

static bool read_step(struct iw_loader *loader, const struct iw_json *value,
                      enum iw_steps_where where, struct iw_step *step)
{
    step->place = value->place;
    if (value->kind == IW_JSON_OBJECT)
        return read_object_step(loader, value, where, step);
    if (is_engine(value)) {
        step->kind = IW_STEP_ENGINE;
        return where == IW_STEPS_PLAY || fail_engine(loader, value);
    }
    return read_line_step(loader, value, step);
}

bool iw_load_steps(struct iw_loader *loader, const struct iw_json *value, enum iw_steps_where where,
                   struct iw_steps *steps)
{
    steps->items =
        iw_load_members(loader, value, IW_JSON_ARRAY, "a list of steps", sizeof *steps->items);
    if (steps->items == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!read_step(loader, item, where, &steps->items[steps->count++]))
            return false;
    return true;
}
