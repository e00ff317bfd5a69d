/* SPDX-License-Identifier: MIT */
#include "conformance/prologue.h"

#include "conformance/use.h"
#include "script/load.h"

#include <string.h>

enum { ARENA_OCTETS_MAX = 1 << 22, LINE_OCTETS_MAX = 4096, NAME_OCTETS_MAX = 1024, HELPER = 0 };

/* ---- steps ---- */

struct maker {
    struct iw_arena *arena;
    const struct iw_target *target;
    struct iw_steps steps;
    size_t capacity;
    bool failed;
};

static struct iw_step *new_step(struct maker *maker, unsigned conn)
{
    if (maker->steps.count == maker->capacity) {
        const size_t capacity = maker->capacity > 0 ? 2 * maker->capacity : 32;
        struct iw_step *items = iw_arena_array(maker->arena, capacity, sizeof *items);
        if (items == NULL) {
            maker->failed = true;
            return NULL;
        }
        if (maker->steps.count > 0)
            memcpy(items, maker->steps.items, maker->steps.count * sizeof *items);
        maker->steps.items = items;
        maker->capacity = capacity;
    }
    struct iw_step *step = &maker->steps.items[maker->steps.count++];
    step->conn = conn;
    return step;
}

/* "C: …" or "S: …" for that connection; copied. */
static void add_line(struct maker *maker, unsigned conn, const char *text)
{
    const struct iw_span copy = iw_arena_copy(maker->arena, iw_span_of(text));
    struct iw_step *step = copy.data != NULL ? new_step(maker, conn) : NULL;
    if (step == NULL || iw_line_parse(copy, &step->line, NULL) != IW_OK) {
        maker->failed = true;
        return;
    }
    step->kind = IW_STEP_LINE;
    step->side = step->line.side;
    step->line.conn = conn;
}

static void add_lines(struct maker *maker, unsigned conn, const char *command, const char *reply)
{
    add_line(maker, conn, command);
    add_line(maker, conn, reply);
}

static void add_greeting(struct maker *maker, unsigned conn, bool own_starttls)
{
    add_line(maker, conn, maker->target->preauth ? "S: * PREAUTH" : "S: * OK");
    if (!maker->target->starttls || own_starttls)
        return;
    add_lines(maker, conn, "C: STARTTLS", "S: OK");
    struct iw_step *step = new_step(maker, conn);
    if (step != NULL) {
        step->kind = IW_STEP_TLS;
        step->side = IW_SIDE_SERVER;
    }
}

static void add_login(struct maker *maker, unsigned conn)
{
    if (maker->target->preauth)
        return;
    if (maker->target->auth == IW_AUTH_PLAIN) {
        add_lines(maker, conn, "C: AUTHENTICATE PLAIN", "S: +");
        add_lines(maker, conn, "C=: ${iwplain}", "S: OK");
    } else {
        add_lines(maker, conn, "C: LOGIN ${user} ${password}", "S: OK");
    }
}

static void add_start(struct maker *maker, unsigned conn, enum iw_start start, bool own_starttls)
{
    if (start == IW_START_DIALOGUE)
        return;
    add_greeting(maker, conn, own_starttls && start == IW_START_GREETED);
    if (start == IW_START_GREETED)
        return;
    add_login(maker, conn);
    if (start == IW_START_SELECTED)
        add_lines(maker, conn, "C: SELECT ${M}", "S: OK");
}

/* ---- mailboxes ---- */

bool iw_prologue_creates(struct iw_span name)
{
    return name.length > 0 && (name.data[0] == 'M' || name.data[0] == 'N') &&
           (name.length == 1 || name.data[1] == '/');
}

/* "${M}${sep}sub" with its quotes; INBOX as it is. */
static void add_mailbox_name(struct iw_buf *out, struct iw_span name)
{
    if (!iw_prologue_creates(name)) {
        iw_buf_add(out, name);
        return;
    }
    iw_buf_addf(out, "\"${%c}", name.data[0]);
    for (size_t i = 1; i < name.length; i++) {
        if (name.data[i] == '/')
            iw_buf_add_string(out, "${sep}");
        else
            iw_buf_add_char(out, name.data[i]);
    }
    iw_buf_add_char(out, '"');
}

static void add_append(struct maker *maker, struct iw_span mailbox,
                       const struct iw_given_message *message)
{
    struct iw_buf line;
    iw_buf_init(&line, NULL, LINE_OCTETS_MAX);
    iw_buf_add_string(&line, "C: APPEND ");
    add_mailbox_name(&line, mailbox);
    if (message->flags.length > 0) {
        iw_buf_add_string(&line, " (");
        iw_buf_add(&line, message->flags);
        iw_buf_add_char(&line, ')');
    }
    if (message->date.length > 0) {
        iw_buf_add_string(&line, " \"");
        iw_buf_add(&line, message->date);
        iw_buf_add_char(&line, '"');
    }
    iw_buf_add_string(&line, " ${literal:");
    iw_buf_add(&line, message->file);
    iw_buf_add_char(&line, '}');
    maker->failed = maker->failed || line.failed;
    add_lines(maker, HELPER, iw_buf_string(&line), "S: OK");
    iw_buf_release(&line);
}

/* "C: CREATE …" and its like with one of the scratch mailboxes. */
static void add_command(struct maker *maker, const char *command, struct iw_span mailbox,
                        const char *reply)
{
    struct iw_buf line;
    iw_buf_init(&line, NULL, LINE_OCTETS_MAX);
    iw_buf_addf(&line, "C: %s ", command);
    add_mailbox_name(&line, mailbox);
    maker->failed = maker->failed || line.failed;
    add_lines(maker, HELPER, iw_buf_string(&line), reply);
    iw_buf_release(&line);
}

static bool has_flags(const struct iw_given_mailbox *mailbox)
{
    for (size_t i = 0; i < mailbox->count; i++) {
        if (mailbox->messages[i].flags.length > 0)
            return true;
    }
    return false;
}

/* The flags of a new mailbox's messages, where APPEND has not set them. CLOSE behind an EXAMINE
 * expunges nothing (RFC 3501 §6.4.2). */
static void add_flags(struct maker *maker, const struct iw_given_mailbox *mailbox)
{
    add_command(maker, "SELECT", mailbox->name, "S: OK");
    for (size_t i = 0; i < mailbox->count; i++) {
        if (mailbox->messages[i].flags.length == 0)
            continue;
        struct iw_buf line;
        iw_buf_init(&line, NULL, LINE_OCTETS_MAX);
        iw_buf_addf(&line, "C: STORE %zu +FLAGS.SILENT (", i + 1);
        iw_buf_add(&line, mailbox->messages[i].flags);
        iw_buf_add_char(&line, ')');
        maker->failed = maker->failed || line.failed;
        add_lines(maker, HELPER, iw_buf_string(&line), "S: OK");
        iw_buf_release(&line);
    }
    add_command(maker, "EXAMINE", mailbox->name, "S: OK");
    add_lines(maker, HELPER, "C: CLOSE", "S: OK");
}

/* Nobody else gives a mailbox this name. Where it is said to exist all the same, another session
 * has found it while it was being made: so does Dovecot, whose sessions bring a common list up to
 * date. */
static void add_mailbox(struct maker *maker, const struct iw_given_mailbox *mailbox)
{
    const bool scratch = iw_prologue_creates(mailbox->name);
    if (scratch)
        add_command(maker, "CREATE", mailbox->name, "S: OK|NO [ALREADYEXISTS]");
    for (size_t i = 0; i < mailbox->count; i++)
        add_append(maker, mailbox->name, &mailbox->messages[i]);
    if (scratch && maker->target->append_drops_flags && has_flags(mailbox))
        add_flags(maker, mailbox);
}

static struct iw_steps make_setup(struct maker *maker, const struct iw_scenario *scenario,
                                  const struct iw_use *use)
{
    if (use->world) {
        add_greeting(maker, HELPER, false);
        add_login(maker, HELPER);
        for (size_t i = 0; i < scenario->given.mailbox_count; i++)
            add_mailbox(maker, &scenario->given.mailboxes[i]);
    }
    for (unsigned conn = 1; conn < IW_CONN_MAX; conn++) {
        if (use->conns[conn])
            add_start(maker, conn, scenario->starts[conn], use->starttls);
    }
    return maker->steps;
}

/* What was given goes, what stands below another first; M and N in any case, since the scenario may
 * have made them. What else it has made is left to the end of the run. */
static struct iw_steps make_cleanup(struct maker *maker, const struct iw_scenario *scenario,
                                    const struct iw_use *use)
{
    static const char reply[] = "S: OK|NO|BAD";
    maker->steps = (struct iw_steps){NULL, 0};
    maker->capacity = 0;
    for (size_t i = scenario->given.mailbox_count; i > 0; i--) {
        const struct iw_span name = scenario->given.mailboxes[i - 1].name;
        if (iw_prologue_creates(name) && name.length > 1)
            add_command(maker, "DELETE", name, reply);
    }
    if (use->world) {
        add_command(maker, "DELETE", IW_SPAN("M"), reply);
        add_command(maker, "DELETE", IW_SPAN("N"), reply);
    }
    return maker->steps;
}

bool iw_prologue_make(struct iw_prologue *prologue, const struct iw_scenario *scenario,
                      const struct iw_target *target)
{
    *prologue = (struct iw_prologue){0};
    iw_arena_init(&prologue->arena, NULL, ARENA_OCTETS_MAX);
    struct maker maker = {.arena = &prologue->arena, .target = target};
    const struct iw_use use = iw_use_of(scenario);
    prologue->connections = iw_use_connections(&use);
    prologue->setup = make_setup(&maker, scenario, &use);
    prologue->cleanup = make_cleanup(&maker, scenario, &use);
    return !maker.failed;
}

void iw_prologue_release(struct iw_prologue *prologue)
{
    iw_arena_release(&prologue->arena);
}

/* ---- names ---- */

static bool bind_credentials(struct iw_play *play, const struct iw_target *target)
{
    struct iw_buf plain;
    iw_buf_init(&plain, NULL, LINE_OCTETS_MAX);
    iw_target_plain(target, &plain);
    const bool bound = !plain.failed && iw_play_bind(play, "user", iw_span_of(target->user)) &&
                       iw_play_bind(play, "password", iw_span_of(target->password)) &&
                       iw_play_bind(play, "iwplain", iw_buf_span(&plain));
    iw_buf_release(&plain);
    return bound;
}

/* Where the second user finds the mailboxes of the first: "Other Users/alice/". */
static bool bind_second_user(struct iw_play *play, const struct iw_target *target)
{
    struct iw_buf shared;
    if (target->second_user == NULL)
        return true;
    iw_buf_init(&shared, NULL, NAME_OCTETS_MAX);
    iw_buf_add(&shared, target->others);
    iw_buf_addf(&shared, "%s%s", target->user, target->separator);
    const bool bound = !shared.failed &&
                       iw_play_bind(play, "user2", iw_span_of(target->second_user)) &&
                       iw_play_bind(play, "password2", iw_span_of(target->second_password)) &&
                       iw_play_bind(play, "of_user", iw_buf_span(&shared));
    iw_buf_release(&shared);
    return bound;
}

static bool bind_mailbox(struct iw_play *play, const struct iw_target *target, const char *root,
                         const char *name, char letter)
{
    struct iw_buf path;
    iw_buf_init(&path, NULL, NAME_OCTETS_MAX);
    iw_buf_addf(&path, "%s%s%s-%c", root, target->separator[0] ? target->separator : "-", name,
                letter);
    const char binding[] = {letter, '\0'};
    const bool bound = !path.failed && iw_play_bind(play, binding, iw_buf_span(&path));
    iw_buf_release(&path);
    return bound;
}

bool iw_prologue_bind(struct iw_play *play, const struct iw_target *target, const char *root,
                      const char *name)
{
    return bind_credentials(play, target) && bind_second_user(play, target) &&
           iw_play_bind(play, "sep", iw_span_of(target->separator)) &&
           bind_mailbox(play, target, root, name, 'M') &&
           bind_mailbox(play, target, root, name, 'N');
}
