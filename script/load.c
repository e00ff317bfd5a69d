/* SPDX-License-Identifier: MIT */
#include "script/load.h"

#include "base/chars.h"
#include "script/files.h"
#include "script/steps.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_CAP = 256 << 20, VARIANTS_MAX = 100000 };

/* --- words --- */

static bool read_level(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_scenario *scenario = target;
    scenario->has_level = true;
    return iw_load_level(loader, value, &scenario->level);
}

static bool read_profile(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"rev1", "rev2", "utf8", "uidonly", NULL};
    struct iw_span *profile = target;
    *profile = value->text;
    return iw_load_word(loader, value, words) >= 0;
}

static bool read_trigger(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"published", "derived", NULL};
    struct iw_span *trigger = target;
    *trigger = value->text;
    return iw_load_word(loader, value, words) >= 0;
}

static bool read_one_start(struct iw_loader *loader, const struct iw_json *value,
                           enum iw_start *start)
{
    static const char *const words[] = {"dialogue", "greeted", "authenticated", "selected", NULL};
    int word = iw_load_word(loader, value, words);
    *start = (enum iw_start)word;
    return word >= 0;
}

/* One word for all connections, or a list from connection 1 on. */
static bool read_start(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    enum iw_start *starts = target;
    size_t conn = 1;
    if (value->kind == IW_JSON_STRING) {
        if (!read_one_start(loader, value, &starts[0]))
            return false;
        for (; conn < IW_CONN_MAX; conn++)
            starts[conn] = starts[0];
        return true;
    }
    if (value->kind != IW_JSON_ARRAY || value->count == 0 || value->count >= IW_CONN_MAX)
        return iw_load_expected(loader, value, "a string or a list of 1 to 9 strings");
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!read_one_start(loader, item, &starts[conn++]))
            return false;
    return true;
}

/* --- vary --- */

static bool read_bound(struct iw_span digits, int64_t *bound)
{
    uint64_t number = 0;
    bool minus = digits.length > 0 && digits.data[0] == '-';
    if (!iw_span_number(iw_span_part(digits, minus ? 1 : 0, digits.length), INT32_MAX, &number))
        return false;
    *bound = minus ? -(int64_t)number : (int64_t)number;
    return true;
}

/* "0..120" */
static bool read_range(struct iw_loader *loader, const struct iw_json *value, struct iw_vary *vary)
{
    int64_t first = 0, last = -1;
    const char *dots = strstr(value->text.data, "..");
    size_t split = dots == NULL ? 0 : (size_t)(dots - value->text.data);
    if (dots == NULL || !read_bound(iw_span_part(value->text, 0, split), &first) ||
        !read_bound(iw_span_part(value->text, split + 2, value->text.length), &last) ||
        last < first)
        return iw_load_fail(loader, &value->place, "expected a range such as \"0..120\"");
    if (last - first >= VARIANTS_MAX)
        return iw_load_fail(loader, &value->place, "more than %d variants", VARIANTS_MAX);
    vary->count = (size_t)(last - first + 1);
    vary->values = iw_arena_array(loader->arena, vary->count, sizeof *vary->values);
    if (vary->values == NULL)
        return iw_load_no_memory(loader);
    for (size_t i = 0; i < vary->count; i++) {
        char digits[24];
        int length = snprintf(digits, sizeof digits, "%lld", (long long)(first + (int64_t)i));
        vary->values[i] = iw_arena_copy(loader->arena, iw_span(digits, (size_t)length));
        if (vary->values[i].data == NULL)
            return iw_load_no_memory(loader);
    }
    return true;
}

static bool read_values(struct iw_loader *loader, const struct iw_json *value, struct iw_vary *vary)
{
    if (value->kind == IW_JSON_STRING)
        return read_range(loader, value, vary);
    if (value->kind != IW_JSON_ARRAY)
        return iw_load_expected(loader, value, "a list of values or a range such as \"0..120\"");
    if (value->count == 0)
        return iw_load_fail(loader, &value->place, "the list is empty");
    vary->values = iw_arena_array(loader->arena, value->count, sizeof *vary->values);
    vary->places = iw_arena_array(loader->arena, value->count, sizeof *vary->places);
    if (vary->values == NULL || vary->places == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        bool number = item->kind == IW_JSON_INTEGER;
        struct iw_span *text = &vary->values[vary->count];
        vary->places[vary->count++] = item->place;
        if (!(number ? iw_load_number_text : iw_load_text)(loader, item, text) ||
            !iw_load_want_fills(loader, &item->place, *text))
            return false;
    }
    return true;
}

static bool is_name(struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!iw_is(text.data[i], IW_CHAR_ALPHA | IW_CHAR_DIGIT) && text.data[i] != '_')
            return false;
    return text.length > 0 && !iw_span_equal(text, IW_SPAN("_"));
}

static bool read_vary(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_scenario *scenario = target;
    size_t variants = 1;
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of names and their values");
    scenario->vary = iw_arena_array(loader->arena, value->count, sizeof *scenario->vary);
    if (scenario->vary == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_vary *vary = &scenario->vary[scenario->vary_count++];
        if (!is_name(item->key))
            return iw_load_fail(loader, &item->key_place,
                                "expected a name of letters, digits and \"_\"");
        vary->place = item->key_place;
        vary->name = item->key;
        if (!read_values(loader, item, vary))
            return false;
        if (vary->count > VARIANTS_MAX / variants)
            return iw_load_fail(loader, &item->place, "more than %d variants", VARIANTS_MAX);
        variants *= vary->count;
    }
    return true;
}

/* --- given --- */

/* "\\Seen", or a list of flags: one text with spaces between them. */
static bool read_flags(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *flags = target;
    struct iw_texts texts = {NULL, 0};
    if (!iw_load_text_or_texts(loader, value, &texts))
        return false;
    size_t length = 0;
    for (size_t i = 0; i < texts.count; i++)
        length += texts.items[i].length + 1;
    char *joined = iw_arena_get(loader->arena, length + 1);
    if (joined == NULL)
        return iw_load_no_memory(loader);
    *flags = iw_span(joined, length == 0 ? 0 : length - 1);
    for (size_t i = 0; i < texts.count; i++) {
        memcpy(joined, texts.items[i].data, texts.items[i].length);
        joined += texts.items[i].length;
        *joined++ = ' ';
    }
    return true;
}

static bool read_file_name(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *name = target;
    return iw_load_text(loader, value, name) && iw_load_want_file(loader, &value->place, *name);
}

static const struct iw_member message_members[] = {
    {"message", read_file_name, offsetof(struct iw_given_message, file)},
    {"lines", iw_load_texts, offsetof(struct iw_given_message, lines)},
    {"flags", read_flags, offsetof(struct iw_given_message, flags)},
    {"date", iw_load_text, offsetof(struct iw_given_message, date)},
    {NULL, NULL, 0},
};
static const struct iw_object message_object = {"message", message_members};

/* A file's name, or an object. */
static bool read_message(struct iw_loader *loader, const struct iw_json *value,
                         struct iw_given_message *message)
{
    if (value->kind == IW_JSON_STRING)
        return read_file_name(loader, value, &message->file);
    if (!iw_load_object(loader, value, &message_object, message))
        return false;
    bool file = message->file.data != NULL, lines = message->lines.count > 0;
    if (file == lines)
        return iw_load_fail(loader, &value->place, "expected one of \"message\" and \"lines\"");
    return file || iw_load_add_lines(loader, &message->lines, &message->file);
}

static bool read_messages(struct iw_loader *loader, const struct iw_json *value,
                          struct iw_given_mailbox *mailbox)
{
    if (value->kind != IW_JSON_ARRAY)
        return iw_load_expected(loader, value, "a list of messages");
    mailbox->messages = iw_arena_array(loader->arena, value->count, sizeof *mailbox->messages);
    if (mailbox->messages == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        if (!read_message(loader, item, &mailbox->messages[mailbox->count++]))
            return false;
    }
    return true;
}

static bool read_mailboxes(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_given *given = target;
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of mailboxes and their messages");
    given->mailboxes = iw_arena_array(loader->arena, value->count, sizeof *given->mailboxes);
    if (given->mailboxes == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_given_mailbox *mailbox = &given->mailboxes[given->mailbox_count++];
        mailbox->name = item->key;
        if (!read_messages(loader, item, mailbox))
            return false;
    }
    return true;
}

static bool read_users(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_given *given = target;
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of users and their passwords");
    given->users = iw_arena_array(loader->arena, value->count, sizeof *given->users);
    if (given->users == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_given_user *user = &given->users[given->user_count++];
        user->name = item->key;
        if (!iw_load_text(loader, item, &user->password))
            return false;
    }
    return true;
}

/* {name: value, …} behind what is there. */
static bool read_given_values(struct iw_loader *loader, const struct iw_json *value,
                              bool (*read)(struct iw_loader *, const struct iw_json *, void *),
                              struct iw_span mailbox, struct iw_given_values *values)
{
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of names and values");
    struct iw_given_value *items =
        iw_arena_array(loader->arena, values->count + value->count, sizeof *items);
    if (items == NULL)
        return iw_load_no_memory(loader);
    for (size_t i = 0; i < values->count; i++)
        items[i] = values->items[i];
    values->items = items;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_given_value *member = &items[values->count++];
        *member = (struct iw_given_value){.mailbox = mailbox, .name = item->key};
        if (!read(loader, item, &member->value))
            return false;
    }
    return true;
}

/* {mailbox: {name: value, …}, …} */
static bool read_values_of_mailboxes(struct iw_loader *loader, const struct iw_json *value,
                                     void *target)
{
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of mailboxes");
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        if (!read_given_values(loader, item, iw_load_text, item->key, target))
            return false;
    }
    return true;
}

static bool read_quota(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    return read_given_values(loader, value, iw_load_number_text, iw_span(NULL, 0), target);
}

static const struct iw_member capability_members[] = {
    {"before-login", iw_load_text, 0 * sizeof(struct iw_span)},
    {"after-login", iw_load_text, 1 * sizeof(struct iw_span)},
    {"tls-before-login", iw_load_text, 2 * sizeof(struct iw_span)},
    {"tls-after-login", iw_load_text, 3 * sizeof(struct iw_span)},
    {NULL, NULL, 0},
};
static const struct iw_object capability_object = {"capability", capability_members};

/* One text for all four sets, or by name; what is not said for TLS is as without. */
static bool read_capability(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_span *sets = target;
    if (value->kind == IW_JSON_STRING) {
        for (size_t i = 0; i < 4; i++)
            sets[i] = value->text;
        return true;
    }
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "a string or an object");
    if (!iw_load_object(loader, value, &capability_object, sets))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (sets[i + 2].data == NULL)
            sets[i + 2] = sets[i];
    return true;
}

static const struct iw_member given_members[] = {
    {"users", read_users, 0},
    {"mailboxes", read_mailboxes, 0},
    {"acl", read_values_of_mailboxes, offsetof(struct iw_given, acl)},
    {"quota", read_quota, offsetof(struct iw_given, quota)},
    {"metadata", read_values_of_mailboxes, offsetof(struct iw_given, metadata)},
    {"capability", read_capability, offsetof(struct iw_given, capability)},
    {"tls", iw_load_tls, offsetof(struct iw_given, tls)},
    {NULL, NULL, 0},
};
static const struct iw_object given_object = {"given", given_members};

static bool read_given(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    return iw_load_object(loader, value, &given_object, target);
}

/* --- rules --- */

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
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of captured names and their new texts");
    if (value->count == 0)
        return iw_load_fail(loader, &value->place, "the object is empty");
    rule->changes = iw_arena_array(loader->arena, value->count, sizeof *rule->changes);
    if (rule->changes == NULL)
        return iw_load_no_memory(loader);
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
static const struct iw_object rule_object = {"rule", rule_members};

static bool read_rule(struct iw_loader *loader, const struct iw_json *value, struct iw_rule *rule)
{
    rule->place = value->place;
    if (!iw_load_object(loader, value, &rule_object, rule))
        return false;
    if (rule->has_play == (rule->change_count > 0))
        return iw_load_fail(loader, &value->place, "a rule has either \"play\" or \"change\"");
    return true;
}

static bool read_rules(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_scenario *scenario = target;
    if (value->kind != IW_JSON_ARRAY)
        return iw_load_expected(loader, value, "a list of rules");
    if (value->count == 0)
        return iw_load_fail(loader, &value->place, "the list is empty");
    scenario->rules = iw_arena_array(loader->arena, value->count, sizeof *scenario->rules);
    if (scenario->rules == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!read_rule(loader, item, &scenario->rules[scenario->rule_count++]))
            return false;
    return true;
}

/* --- then --- */

static bool read_client(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"ok", "error", "any", NULL};
    static const enum iw_client_outcome outcomes[] = {IW_CLIENT_OK, IW_CLIENT_ERROR, IW_CLIENT_ANY};
    enum iw_client_outcome *client = target;
    int word = iw_load_word(loader, value, words);
    if (word >= 0)
        *client = outcomes[word];
    return word >= 0;
}

static bool check_command(struct iw_loader *loader, const struct iw_place *place,
                          const struct iw_line *line)
{
    bool may_match = line->mark == IW_MARK_PLAIN || line->mark == IW_MARK_EXACT;
    return (line->side == IW_SIDE_CLIENT && may_match && line->label.data == NULL) ||
           iw_load_fail(loader, place, "expected a command: \"C: …\"");
}

static bool read_never(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_then *then = target;
    if (value->kind != IW_JSON_ARRAY)
        return iw_load_expected(loader, value, "a list of lines");
    then->never = iw_arena_array(loader->arena, value->count, sizeof *then->never);
    if (then->never == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_then_command *never = &then->never[then->never_count++];
        never->place = item->place;
        if (!iw_load_line(loader, item, &never->line) ||
            !check_command(loader, &item->place, &never->line))
            return false;
    }
    return true;
}

static bool read_one_count(struct iw_loader *loader, const struct iw_json *item,
                           struct iw_then_command *count)
{
    struct iw_error error = {.code = IW_OK};
    count->place = item->key_place;
    if (iw_line_parse(item->key, &count->line, &error) != IW_OK)
        return iw_load_fail(loader, &item->key_place, "expected %s", error.expected);
    if (!check_command(loader, &item->key_place, &count->line))
        return false;
    if (item->kind != IW_JSON_INTEGER)
        return iw_load_expected(loader, item, "how often the command comes");
    if (item->integer < 0 || item->integer > INT32_MAX)
        return iw_load_fail(loader, &item->place, "expected a number from 0 to %d", INT32_MAX);
    count->n = (unsigned)item->integer;
    return true;
}

static bool read_counts(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_then *then = target;
    if (value->kind != IW_JSON_OBJECT)
        return iw_load_expected(loader, value, "an object of commands and how often they come");
    then->counts = iw_arena_array(loader->arena, value->count, sizeof *then->counts);
    if (then->counts == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!read_one_count(loader, item, &then->counts[then->count_count++]))
            return false;
    return true;
}

static const struct iw_member then_members[] = {
    {"client", read_client, offsetof(struct iw_then, client)},
    {"in_sync", iw_load_bool, offsetof(struct iw_then, in_sync)},
    {"never", read_never, 0},
    {"count", read_counts, 0},
    {"peak_mb", iw_load_count, offsetof(struct iw_then, peak_mb)},
    {"within_ms", iw_load_count, offsetof(struct iw_then, within_ms)},
    {NULL, NULL, 0},
};
static const struct iw_object then_object = {"then", then_members};

static bool read_then(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_then *then = target;
    then->place = value->place;
    return iw_load_object(loader, value, &then_object, then);
}

/* --- the whole --- */

static bool read_dialogue(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    return iw_load_steps(loader, value, IW_STEPS_DIALOGUE, target);
}

static bool read_illegal(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_scenario *scenario = target;
    scenario->illegal_place = value->key_place;
    return iw_load_bool(loader, value, &scenario->illegal);
}

static const struct iw_member scenario_members[] = {
    {"title", iw_load_text, offsetof(struct iw_scenario, title), .required = true},
    {"why", iw_load_text, offsetof(struct iw_scenario, why)},
    {"covers", iw_load_texts, offsetof(struct iw_scenario, covers)},
    {"level", read_level, 0},
    {"breaks", iw_load_texts, offsetof(struct iw_scenario, breaks)},
    {"refs", iw_load_texts, offsetof(struct iw_scenario, refs)},
    {"trigger", read_trigger, offsetof(struct iw_scenario, trigger)},
    {"class", iw_load_text, offsetof(struct iw_scenario, group)},
    {"needs", iw_load_texts, offsetof(struct iw_scenario, needs)},
    {"profile", read_profile, offsetof(struct iw_scenario, profile)},
    {"vary", read_vary, 0},
    {"illegal", read_illegal, 0},
    {"ordered", iw_load_bool, offsetof(struct iw_scenario, ordered)},
    {"strict", iw_load_bool, offsetof(struct iw_scenario, strict)},
    {"start", read_start, offsetof(struct iw_scenario, starts)},
    {"given", read_given, offsetof(struct iw_scenario, given)},
    {"task", iw_load_text_or_texts, offsetof(struct iw_scenario, tasks)},
    {"engine", iw_load_texts, offsetof(struct iw_scenario, engine)},
    {"dialogue", read_dialogue, offsetof(struct iw_scenario, dialogue)},
    {"rules", read_rules, 0},
    {"then", read_then, offsetof(struct iw_scenario, then)},
    {NULL, NULL, 0},
};
static const struct iw_object scenario_object = {"scenario", scenario_members};

const struct iw_object *const iw_scenario_objects[] = {
    &scenario_object,   &given_object,    &iw_tls_object, &message_object,
    &capability_object, &rule_object,     &then_object,   &iw_side_object,
    &iw_tcp_object,     &iw_world_object, NULL,
};

static bool keep_files(struct iw_loader *loader)
{
    struct iw_scenario *scenario = loader->scenario;
    scenario->files = iw_arena_array(loader->arena, loader->file_count, sizeof *scenario->files);
    if (scenario->files == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_pending_file *file = loader->files; file != NULL; file = file->next)
        scenario->files[scenario->file_count++] = file->file;
    return true;
}

static bool read_scenario(struct iw_loader *loader, struct iw_span text)
{
    struct iw_scenario *scenario = loader->scenario;
    const struct iw_json *json = iw_load_json(loader, text);
    if (json == NULL || !iw_load_object(loader, json, &scenario_object, scenario))
        return false;
    if ((scenario->dialogue.items != NULL) == (scenario->rules != NULL))
        return iw_load_fail(loader, &json->place,
                            "a scenario has either a \"dialogue\" or \"rules\"");
    return keep_files(loader);
}

/* NULL: no memory, or no text. */
static const char *copy_string(struct iw_arena *arena, const char *text)
{
    return text == NULL ? NULL : iw_arena_copy(arena, iw_span_of(text)).data;
}

/* An empty scenario with its names; NULL: no memory. */
static struct iw_scenario *new_scenario(const char *path, const char *root, const char *id)
{
    struct iw_scenario *scenario = iw_alloc_resize(NULL, NULL, sizeof *scenario);
    if (scenario == NULL)
        return NULL;
    *scenario = (struct iw_scenario){.level = IW_LEVEL_DEF};
    iw_arena_init(&scenario->arena, NULL, ARENA_CAP);
    for (size_t i = 0; i < IW_CONN_MAX; i++)
        scenario->starts[i] = IW_START_AUTHENTICATED;
    scenario->path = copy_string(&scenario->arena, path);
    scenario->root = copy_string(&scenario->arena, root);
    scenario->id = copy_string(&scenario->arena, id);
    if (scenario->path != NULL && scenario->id != NULL &&
        (scenario->root != NULL) == (root != NULL))
        return scenario;
    iw_scenario_free(scenario);
    return NULL;
}

void iw_scenario_free(struct iw_scenario *scenario)
{
    if (scenario == NULL)
        return;
    iw_arena_release(&scenario->arena);
    iw_alloc_free(NULL, scenario);
}

static struct iw_scenario *load(struct iw_span json, const char *path, const char *root,
                                const char *id, struct iw_diagnostic *diagnostic)
{
    struct iw_scenario *scenario = new_scenario(path, root, id);
    struct iw_loader loader = {.diagnostic = diagnostic, .root = root, .scenario = scenario};
    if (scenario == NULL) {
        iw_load_no_memory(&loader);
        return NULL;
    }
    loader.arena = &scenario->arena;
    if (read_scenario(&loader, json))
        return scenario;
    iw_scenario_free(scenario);
    return NULL;
}

/* The file's name without folders and ".json". */
static void id_of(const char *path, char *id, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(id, size, "%s", slash == NULL ? path : slash + 1);
    size_t length = strlen(id);
    if (length > 5 && strcmp(id + length - 5, ".json") == 0)
        id[length - 5] = '\0';
}

struct iw_scenario *iw_scenario_parse(struct iw_span json, const char *path, const char *directory,
                                      struct iw_diagnostic *diagnostic)
{
    char id[256];
    *diagnostic = (struct iw_diagnostic){.path = path};
    id_of(path, id, sizeof id);
    return load(json, path, directory, id, diagnostic);
}

struct iw_scenario *iw_scenario_load(const char *path, struct iw_diagnostic *diagnostic)
{
    struct iw_root root;
    struct iw_arena arena;
    const char *why = "no such file";
    *diagnostic = (struct iw_diagnostic){.path = path};
    struct iw_loader loader = {.diagnostic = diagnostic};
    iw_arena_init(&arena, NULL, ARENA_CAP);
    struct iw_span json = iw_load_file(path, &arena, &why);
    struct iw_scenario *scenario = NULL;
    if (json.data == NULL || !iw_load_find_root(path, &root))
        iw_load_fail(&loader, &(struct iw_place){0}, "cannot be read: %s", why);
    else
        scenario = load(json, path, root.directory, root.id, diagnostic);
    iw_arena_release(&arena);
    return scenario;
}
