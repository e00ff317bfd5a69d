/* SPDX-License-Identifier: MIT */
#include "script/world.h"

#include "base/buf.h"
#include "parser/write.h"

#include <string.h>

enum { TEXT_MAX = 65536 };

const char *iw_world_obstacle(enum iw_world_change change)
{
    switch (change) {
    case IW_WORLD_UIDVALIDITY:
        return "a client cannot set a live mailbox's UIDVALIDITY";
    case IW_WORLD_UIDNEXT:
        return "a client cannot set a live mailbox's UIDNEXT";
    case IW_WORLD_QUOTA:
        return "a client cannot set a live mailbox's quota";
    case IW_WORLD_DELIVER:
    case IW_WORLD_EXPUNGE:
    case IW_WORLD_FLAGS:
    case IW_WORLD_RENAME:
        break;
    }
    return NULL;
}

/* The lines of one change being written. */
struct writing {
    const struct iw_step *step;
    const struct iw_bindings *bindings;
    struct iw_arena *arena;
    struct iw_step *steps;
    size_t count;
    bool failed;
};

/* "M/sub" is below the scratch mailbox: ${M}, the separator, sub. Other names stand for themselves.
 */
static void add_mailbox(struct writing *writing, struct iw_buf *out, struct iw_span name)
{
    bool scratch = name.length > 0 && (name.data[0] == 'M' || name.data[0] == 'N') &&
                   (name.length == 1 || name.data[1] == '/');
    if (!scratch) {
        if (iw_span_starts(name, IW_SPAN("${")))
            iw_buf_add(out, name);
        else
            iw_write_astring(out, name);
        return;
    }
    const struct iw_binding *sep = iw_bindings_get(writing->bindings, IW_SPAN("sep"));
    iw_buf_addf(out, "${%c}", name.data[0]);
    for (size_t i = 1; i < name.length; i++) {
        if (name.data[i] == '/' && sep != NULL)
            iw_buf_add(out, sep->value);
        else
            iw_buf_add_char(out, name.data[i]);
    }
}

static void add_line(struct writing *writing, enum iw_side side, struct iw_span text)
{
    struct iw_step *step = &writing->steps[writing->count++];
    *step = (struct iw_step){.kind = IW_STEP_LINE, .place = writing->step->place, .side = side};
    step->line = (struct iw_line){.side = side, .text = iw_arena_copy(writing->arena, text)};
    writing->failed = writing->failed || step->line.text.data == NULL;
}

/* "VERB mailbox rest" and its OK. */
static void add_command(struct writing *writing, const char *verb, struct iw_span mailbox,
                        const char *rest)
{
    struct iw_buf text;
    iw_buf_init(&text, writing->arena->alloc, TEXT_MAX);
    iw_buf_add_string(&text, verb);
    if (mailbox.data != NULL) {
        iw_buf_add_char(&text, ' ');
        add_mailbox(writing, &text, mailbox);
    }
    iw_buf_add_string(&text, rest);
    writing->failed = writing->failed || text.failed;
    add_line(writing, IW_SIDE_CLIENT, iw_buf_span(&text));
    add_line(writing, IW_SIDE_SERVER, IW_SPAN("OK"));
    iw_buf_release(&text);
}

/* "STORE set MODE.SILENT (flags)" */
static void add_store(struct writing *writing, struct iw_span set, struct iw_span flags)
{
    struct iw_buf rest;
    iw_buf_init(&rest, writing->arena->alloc, TEXT_MAX);
    bool signed_flags = flags.length > 0 && strchr("+-", flags.data[0]) != NULL;
    iw_buf_add_char(&rest, ' ');
    iw_buf_add(&rest, set);
    iw_buf_add_char(&rest, ' ');
    iw_buf_add(&rest, iw_span_part(flags, 0, signed_flags));
    flags = iw_span_part(flags, signed_flags, flags.length);
    bool list = iw_span_starts(flags, IW_SPAN("("));
    iw_buf_add_string(&rest, list ? "FLAGS.SILENT " : "FLAGS.SILENT (");
    iw_buf_add(&rest, flags);
    iw_buf_add_string(&rest, list ? "" : ")");
    add_command(writing, "STORE", iw_span(NULL, 0), iw_buf_string(&rest));
    iw_buf_release(&rest);
}

static void add_deliver(struct writing *writing, const struct iw_world *world)
{
    struct iw_buf rest;
    iw_buf_init(&rest, writing->arena->alloc, TEXT_MAX);
    iw_buf_add_string(&rest, " ${literal:");
    iw_buf_add(&rest, world->argument);
    iw_buf_add_string(&rest, "}");
    add_command(writing, "APPEND", world->mailbox, iw_buf_string(&rest));
    iw_buf_release(&rest);
}

static void add_rename(struct writing *writing, const struct iw_world *world)
{
    struct iw_buf rest;
    iw_buf_init(&rest, writing->arena->alloc, TEXT_MAX);
    iw_buf_add_char(&rest, ' ');
    add_mailbox(writing, &rest, world->argument);
    add_command(writing, "RENAME", world->mailbox, iw_buf_string(&rest));
    iw_buf_release(&rest);
}

size_t iw_world_lines(const struct iw_step *step, const struct iw_bindings *bindings,
                      struct iw_arena *arena, struct iw_step steps[IW_WORLD_STEPS_MAX])
{
    const struct iw_world *world = &step->world;
    struct writing writing = {step, bindings, arena, steps, 0, false};
    struct iw_span none = iw_span(NULL, 0);
    switch (world->change) {
    case IW_WORLD_DELIVER:
        add_deliver(&writing, world);
        break;
    case IW_WORLD_EXPUNGE:
        add_command(&writing, "SELECT", world->mailbox, "");
        add_store(&writing, world->argument, IW_SPAN("+\\Deleted"));
        add_command(&writing, "EXPUNGE", none, "");
        add_command(&writing, "CLOSE", none, "");
        break;
    case IW_WORLD_FLAGS: /* CLOSE after EXAMINE expunges nothing (RFC 9051 §6.4.1) */
        add_command(&writing, "SELECT", world->mailbox, "");
        add_store(&writing, world->argument, world->flags);
        add_command(&writing, "EXAMINE", world->mailbox, "");
        add_command(&writing, "CLOSE", none, "");
        break;
    case IW_WORLD_RENAME:
        add_rename(&writing, world);
        break;
    case IW_WORLD_UIDVALIDITY:
    case IW_WORLD_UIDNEXT:
    case IW_WORLD_QUOTA:
        break;
    }
    return writing.failed ? 0 : writing.count;
}
