/* SPDX-License-Identifier: MIT */
#include "script/write.h"

#include "base/json_writer.h"

#include <stdio.h>

/* ---- members ---- */

/* Nothing where it is absent; iw_json_put_member would take a text that is empty for octets. */
static void put_text(struct iw_json_writer *writer, const char *key, struct iw_span text)
{
    if (text.data != NULL)
        iw_json_put_text(writer, key, text);
}

static void put_texts(struct iw_json_writer *writer, const char *key, const struct iw_texts *texts)
{
    if (texts->count == 0)
        return;
    iw_json_open_array(writer, key);
    for (size_t i = 0; i < texts->count; i++)
        iw_json_put_text(writer, NULL, texts->items[i]);
    iw_json_close_array(writer);
}

static void put_count(struct iw_json_writer *writer, const char *key, unsigned count)
{
    if (count > 0)
        iw_json_put_number(writer, key, count);
}

static void put_true(struct iw_json_writer *writer, const char *key, bool value)
{
    if (value)
        iw_json_put_bool(writer, key, true);
}

/* ---- lines ---- */

static void write_side(enum iw_side side, unsigned conn, struct iw_buf *out)
{
    iw_buf_add_char(out, side == IW_SIDE_CLIENT ? 'C' : 'S');
    if (conn != 1)
        iw_buf_add_number(out, conn);
}

/* "S2! b: * ${_} EXPUNGE" */
static void write_line(const struct iw_line *line, struct iw_buf *out)
{
    static const char *const marks[] = {
        [IW_MARK_PLAIN] = "", [IW_MARK_NEVER] = "!", [IW_MARK_MAYBE] = "?", [IW_MARK_EXACT] = "="};
    write_side(line->side, line->conn, out);
    iw_buf_add_string(out, line->premise ? "~" : marks[line->mark]);
    if (line->label.length > 0) {
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, line->label);
    }
    iw_buf_add_string(out, ": ");
    iw_buf_add(out, line->text);
}

/* As a value, or as the key of what comes next. */
static void put_line(struct iw_json_writer *writer, const char *key, const struct iw_line *line)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, SIZE_MAX / 2);
    write_line(line, &text);
    iw_json_put_text(writer, key, iw_buf_span(&text));
    iw_buf_release(&text);
}

/* ---- steps ---- */

static void put_step(struct iw_json_writer *writer, const struct iw_step *step);

static void open_side(struct iw_json_writer *writer, const struct iw_step *step)
{
    struct iw_buf key;
    iw_buf_init(&key, NULL, 8);
    write_side(step->side, step->conn, &key);
    iw_buf_add_string(&key, step->maybe ? "?" : "");
    iw_json_open_object(writer, NULL);
    iw_json_key(writer, iw_buf_string(&key));
    iw_buf_release(&key);
}

static void put_word(struct iw_json_writer *writer, const struct iw_step *step, const char *word)
{
    open_side(writer, step);
    iw_json_put_string(writer, NULL, word);
    iw_json_close_object(writer);
}

static void put_lone(struct iw_json_writer *writer, const struct iw_step *step, const char *key,
                     struct iw_span text)
{
    open_side(writer, step);
    iw_json_open_object(writer, NULL);
    iw_json_put_text(writer, key, text);
    iw_json_close_object(writer);
    iw_json_close_object(writer);
}

static void put_cutting(struct iw_json_writer *writer, const struct iw_cutting *cutting)
{
    put_text(writer, "cut", cutting->cut);
    put_text(writer, "flip", cutting->flip);
    if (cutting->split != NULL) {
        iw_json_open_array(writer, "split");
        for (size_t i = 0; i < cutting->split_count; i++)
            iw_json_put_text(writer, NULL, cutting->split[i]);
        iw_json_close_array(writer);
    }
    put_text(writer, "dribble", cutting->dribble);
    put_text(writer, "every_ms", cutting->every_ms);
    put_text(writer, "close", cutting->close);
}

/* {"m": "1", …} */
static void put_changes(struct iw_json_writer *writer, const char *key,
                        const struct iw_change *changes, size_t count)
{
    iw_json_open_object(writer, key);
    for (size_t i = 0; i < count; i++)
        iw_json_put_text(writer, changes[i].name.data, changes[i].text);
    iw_json_close_object(writer);
}

static void put_send(struct iw_json_writer *writer, const struct iw_step *step)
{
    const struct iw_send *send = &step->send;
    open_side(writer, step);
    iw_json_open_object(writer, NULL);
    iw_json_open_array(writer, "send");
    for (size_t i = 0; i < send->count; i++)
        put_step(writer, &send->steps[i]);
    iw_json_close_array(writer);
    if (send->replace_count > 0)
        put_changes(writer, "replace", send->replace, send->replace_count);
    put_cutting(writer, &send->cutting);
    iw_json_close_object(writer);
    iw_json_close_object(writer);
}

static void put_tcp(struct iw_json_writer *writer, const struct iw_step *step)
{
    open_side(writer, step);
    iw_json_open_object(writer, NULL);
    iw_json_open_object(writer, "tcp");
    put_cutting(writer, &step->tcp.cutting);
    put_text(writer, "rate", step->tcp.rate);
    put_true(writer, "deaf", step->tcp.deaf);
    put_true(writer, "nagle", step->tcp.nagle);
    put_text(writer, "refuse_ms", step->tcp.refuse_ms);
    iw_json_close_object(writer);
    iw_json_close_object(writer);
    iw_json_close_object(writer);
}

static void put_world(struct iw_json_writer *writer, const struct iw_world *world)
{
    static const char *const changes[] = {
        [IW_WORLD_DELIVER] = "deliver", [IW_WORLD_EXPUNGE] = "expunge",
        [IW_WORLD_FLAGS] = "flags",     [IW_WORLD_UIDVALIDITY] = "uidvalidity",
        [IW_WORLD_UIDNEXT] = "uidnext", [IW_WORLD_QUOTA] = "quota",
        [IW_WORLD_RENAME] = "rename",
    };
    const char *key = changes[world->change];
    iw_json_open_object(writer, NULL);
    iw_json_put_text(writer, "mailbox", world->mailbox);
    if (world->change == IW_WORLD_FLAGS) {
        iw_json_open_object(writer, key);
        iw_json_put_text(writer, world->argument.data, world->flags);
        iw_json_close_object(writer);
    } else {
        iw_json_put_text(writer, key, world->argument);
    }
    iw_json_close_object(writer);
}

/* {"assert": text}, {"engine": text} */
static void put_text_step(struct iw_json_writer *writer, const char *key, struct iw_span text)
{
    iw_json_open_object(writer, NULL);
    iw_json_put_text(writer, key, text);
    iw_json_close_object(writer);
}

static void put_step(struct iw_json_writer *writer, const struct iw_step *step)
{
    switch (step->kind) {
    case IW_STEP_LINE:
        put_line(writer, NULL, &step->line);
        break;
    case IW_STEP_SEND:
        put_send(writer, step);
        break;
    case IW_STEP_CLOSE:
        if (step->bye)
            put_word(writer, step, "bye");
        else
            put_lone(writer, step, "close", step->close);
        break;
    case IW_STEP_TCP:
        put_tcp(writer, step);
        break;
    case IW_STEP_TLS:
        put_word(writer, step, "tls");
        break;
    case IW_STEP_COMPRESS:
        put_word(writer, step, "compress");
        break;
    case IW_STEP_AUTHENTICATE:
        put_word(writer, step, "authenticate");
        break;
    case IW_STEP_SILENT:
        put_lone(writer, step, "silent_ms", step->ms);
        break;
    case IW_STEP_DELAY:
        put_lone(writer, step, "delay_ms", step->ms);
        break;
    case IW_STEP_MAILBOX:
        put_world(writer, &step->world);
        break;
    case IW_STEP_ASSERT:
        put_text_step(writer, "assert", step->text);
        break;
    case IW_STEP_ENGINE:
        if (step->text.data == NULL)
            iw_json_put_string(writer, NULL, "engine");
        else
            put_text_step(writer, "engine", step->text);
        break;
    }
}

static void put_steps(struct iw_json_writer *writer, const char *key, const struct iw_steps *steps)
{
    iw_json_open_array(writer, key);
    for (size_t i = 0; i < steps->count; i++)
        put_step(writer, &steps->items[i]);
    iw_json_close_array(writer);
}

/* ---- rules ---- */

static void put_during(struct iw_json_writer *writer, const struct iw_rule *rule)
{
    if (rule->during_count == 0)
        return;
    iw_json_open_array(writer, "during");
    for (size_t i = 0; i < rule->during_count; i++)
        put_line(writer, NULL, &rule->during[i].line);
    iw_json_close_array(writer);
}

static void put_rule(struct iw_json_writer *writer, const struct iw_rule *rule)
{
    iw_json_open_object(writer, NULL);
    if (rule->event == IW_ON_LINE)
        put_line(writer, "on", &rule->on);
    else
        iw_json_put_string(writer, "on", rule->event == IW_ON_ACCEPT ? "accept" : "connect");
    put_count(writer, "conn", rule->conn);
    put_text(writer, "user", rule->user);
    put_during(writer, rule);
    put_count(writer, "nth", rule->nth);
    if (rule->has_play) {
        put_steps(writer, "play", &rule->play);
    } else {
        put_changes(writer, "change", rule->changes, rule->change_count);
    }
    iw_json_close_object(writer);
}

static void put_rules(struct iw_json_writer *writer, const struct iw_scenario *scenario)
{
    iw_json_open_array(writer, "rules");
    for (size_t i = 0; i < scenario->rule_count; i++)
        put_rule(writer, &scenario->rules[i]);
    iw_json_close_array(writer);
}

/* ---- given ---- */

static void put_mailbox(struct iw_json_writer *writer, const struct iw_given_mailbox *mailbox)
{
    iw_json_open_array(writer, mailbox->name.data);
    for (size_t i = 0; i < mailbox->count; i++) {
        const struct iw_given_message *message = &mailbox->messages[i];
        iw_json_open_object(writer, NULL);
        if (message->lines.count == 0)
            iw_json_put_text(writer, "message", message->file);
        put_texts(writer, "lines", &message->lines);
        put_text(writer, "flags", message->flags);
        put_text(writer, "date", message->date);
        iw_json_close_object(writer);
    }
    iw_json_close_array(writer);
}

static void put_people(struct iw_json_writer *writer, const struct iw_given *given)
{
    if (given->user_count > 0) {
        iw_json_open_object(writer, "users");
        for (size_t i = 0; i < given->user_count; i++)
            iw_json_put_text(writer, given->users[i].name.data, given->users[i].password);
        iw_json_close_object(writer);
    }
    if (given->mailbox_count > 0) {
        iw_json_open_object(writer, "mailboxes");
        for (size_t i = 0; i < given->mailbox_count; i++)
            put_mailbox(writer, &given->mailboxes[i]);
        iw_json_close_object(writer);
    }
}

/* {name: value, …}, or {mailbox: {name: value, …}, …}: those of one mailbox follow each other. */
static void put_values(struct iw_json_writer *writer, const char *key,
                       const struct iw_given_values *values)
{
    if (values->count == 0)
        return;
    iw_json_open_object(writer, key);
    for (size_t i = 0; i < values->count; i++) {
        const struct iw_given_value *value = &values->items[i];
        bool nested = value->mailbox.data != NULL;
        if (nested && (i == 0 || value->mailbox.data != value[-1].mailbox.data))
            iw_json_open_object(writer, value->mailbox.data);
        iw_json_put_text(writer, value->name.data, value->value);
        if (nested && (i + 1 == values->count || value->mailbox.data != value[1].mailbox.data))
            iw_json_close_object(writer);
    }
    iw_json_close_object(writer);
}

static void put_capability(struct iw_json_writer *writer, const struct iw_span sets[4])
{
    static const char *const names[] = {"before-login", "after-login", "tls-before-login",
                                        "tls-after-login"};
    bool any = false;
    for (size_t i = 0; i < 4; i++)
        any = any || sets[i].data != NULL;
    if (!any)
        return;
    iw_json_open_object(writer, "capability");
    for (size_t i = 0; i < 4; i++)
        put_text(writer, names[i], sets[i]);
    iw_json_close_object(writer);
}

static void put_tls(struct iw_json_writer *writer, const struct iw_given_tls *tls)
{
    if (iw_given_tls_is_usual(tls)) {
        put_text(writer, "tls", tls->mode);
        return;
    }
    iw_json_open_object(writer, "tls");
    put_text(writer, "mode", tls->mode);
    put_text(writer, "certificate", tls->certificate);
    put_text(writer, "min", tls->min);
    put_text(writer, "max", tls->max);
    put_text(writer, "ciphers", tls->ciphers);
    put_text(writer, "client", tls->client);
    put_true(writer, "tickets", tls->tickets);
    iw_json_close_object(writer);
}

static void put_given(struct iw_json_writer *writer, const struct iw_given *given)
{
    iw_json_open_object(writer, "given");
    put_people(writer, given);
    put_values(writer, "acl", &given->acl);
    put_values(writer, "quota", &given->quota);
    put_values(writer, "metadata", &given->metadata);
    put_capability(writer, given->capability);
    put_tls(writer, &given->tls);
    iw_json_close_object(writer);
}

/* ---- then ---- */

static void put_commands(struct iw_json_writer *writer, const struct iw_then *then)
{
    if (then->never_count > 0) {
        iw_json_open_array(writer, "never");
        for (size_t i = 0; i < then->never_count; i++)
            put_line(writer, NULL, &then->never[i].line);
        iw_json_close_array(writer);
    }
    if (then->count_count > 0) {
        iw_json_open_object(writer, "count");
        for (size_t i = 0; i < then->count_count; i++) {
            struct iw_buf key;
            iw_buf_init(&key, NULL, SIZE_MAX / 2);
            write_line(&then->counts[i].line, &key);
            iw_json_put_number(writer, iw_buf_string(&key), then->counts[i].n);
            iw_buf_release(&key);
        }
        iw_json_close_object(writer);
    }
}

static void put_then(struct iw_json_writer *writer, const struct iw_then *then)
{
    static const char *const outcomes[] = {
        [IW_CLIENT_OK] = "ok", [IW_CLIENT_ERROR] = "error", [IW_CLIENT_ANY] = "any"};
    if (then->place.line == 0)
        return;
    iw_json_open_object(writer, "then");
    if (then->client != IW_CLIENT_UNSAID)
        iw_json_put_string(writer, "client", outcomes[then->client]);
    put_true(writer, "in_sync", then->in_sync);
    put_commands(writer, then);
    put_count(writer, "peak_mb", then->peak_mb);
    put_count(writer, "within_ms", then->within_ms);
    iw_json_close_object(writer);
}

/* ---- the whole ---- */

static void put_vary(struct iw_json_writer *writer, const struct iw_scenario *scenario)
{
    if (scenario->vary_count == 0)
        return;
    iw_json_open_object(writer, "vary");
    for (size_t i = 0; i < scenario->vary_count; i++) {
        const struct iw_vary *vary = &scenario->vary[i];
        const struct iw_texts values = {vary->values, vary->count, NULL};
        put_texts(writer, vary->name.data, &values);
    }
    iw_json_close_object(writer);
}

/* One word for all, else a list from connection 1 on. */
static void put_start(struct iw_json_writer *writer, const enum iw_start *starts)
{
    static const char *const words[] = {[IW_START_DIALOGUE] = "dialogue",
                                        [IW_START_GREETED] = "greeted",
                                        [IW_START_AUTHENTICATED] = "authenticated",
                                        [IW_START_SELECTED] = "selected"};
    bool same = true;
    for (size_t i = 1; i < IW_CONN_MAX; i++)
        same = same && starts[i] == starts[0];
    if (same) {
        iw_json_put_string(writer, "start", words[starts[0]]);
        return;
    }
    iw_json_open_array(writer, "start");
    for (size_t i = 1; i < IW_CONN_MAX; i++)
        iw_json_put_string(writer, NULL, words[starts[i]]);
    iw_json_close_array(writer);
}

static void put_head(struct iw_json_writer *writer, const struct iw_scenario *scenario)
{
    iw_json_put_text(writer, "title", scenario->title);
    put_text(writer, "why", scenario->why);
    put_texts(writer, "covers", &scenario->covers);
    if (scenario->has_level)
        iw_json_put_string(writer, "level", iw_level_name(scenario->level));
    put_texts(writer, "breaks", &scenario->breaks);
    put_texts(writer, "refs", &scenario->refs);
    put_text(writer, "trigger", scenario->trigger);
    put_text(writer, "class", scenario->group);
    put_texts(writer, "needs", &scenario->needs);
    put_text(writer, "profile", scenario->profile);
    put_vary(writer, scenario);
    if (scenario->illegal_place.line > 0)
        iw_json_put_bool(writer, "illegal", scenario->illegal);
    put_true(writer, "ordered", scenario->ordered);
    put_true(writer, "strict", scenario->strict);
}

void iw_scenario_write(const struct iw_scenario *scenario, struct iw_buf *out)
{
    struct iw_json_writer writer;
    iw_json_writer_init(&writer, out, IW_JSON_INDENTED);
    iw_json_open_object(&writer, NULL);
    put_head(&writer, scenario);
    put_start(&writer, scenario->starts);
    put_given(&writer, &scenario->given);
    put_texts(&writer, "task", &scenario->tasks);
    put_texts(&writer, "engine", &scenario->engine);
    if (scenario->rules != NULL)
        put_rules(&writer, scenario);
    else
        put_steps(&writer, "dialogue", &scenario->dialogue);
    put_then(&writer, &scenario->then);
    iw_json_close_object(&writer);
}
