/* SPDX-License-Identifier: MIT */
#include "mockserver/client_command.h"

#include "base/buf.h"
#include "base/chars.h"

#include <string.h>

enum { ARENA_CAP = 4 << 20, ARGUMENT_MAX = 64 << 10, FACT_COUNT = 11 };

struct fact {
    const char *name; /* between the braces; in capitals behind IMAPWRIGHT_ */
    struct iw_span value;
};

static struct iw_span print(struct iw_arena *arena, const char *prefix, const char *host,
                            unsigned port)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, ARGUMENT_MAX);
    if (host == NULL)
        iw_buf_addf(&text, "%u", port);
    else
        iw_buf_addf(&text, "%s%s:%u/", prefix, host, port);
    struct iw_span copy = text.failed ? iw_span(NULL, 0) : iw_arena_copy(arena, iw_buf_span(&text));
    iw_buf_release(&text);
    return copy;
}

static void list_facts(const struct iw_client_facts *from, struct iw_arena *arena,
                       struct fact facts[FACT_COUNT])
{
    bool has_certificate = from->certificate != NULL && from->certificate[0] != '\0';
    const struct fact list[FACT_COUNT] = {
        {"host", iw_span_of(from->host)},
        {"port", print(arena, NULL, NULL, from->port)},
        {"tls_port", print(arena, NULL, NULL, from->tls_port)},
        {"url", print(arena, "imap://", from->host, from->port)},
        {"user", from->user},
        {"password", from->password},
        {"ca", iw_span_of(from->ca)},
        {"certificate", has_certificate ? iw_span_of(from->certificate) : iw_span(NULL, 0)},
        {"task", from->task},
        {"policy", from->policy},
        {"listening", from->listening},
    };
    memcpy(facts, list, sizeof list);
}

/* The fact whose "{name}" stands at the front of text. */
static const struct fact *fact_at(const struct fact facts[FACT_COUNT], struct iw_span text)
{
    for (size_t i = 0; i < FACT_COUNT && text.length > 0 && text.data[0] == '{'; i++) {
        size_t length = strlen(facts[i].name);
        if (text.length >= length + 2 && text.data[length + 1] == '}' &&
            memcmp(text.data + 1, facts[i].name, length) == 0)
            return &facts[i];
    }
    return NULL;
}

static const char *keep(struct iw_arena *arena, const struct iw_buf *text)
{
    return text->failed ? NULL : iw_arena_copy(arena, iw_buf_span(text)).data;
}

static const char *fill(struct iw_arena *arena, const struct fact facts[FACT_COUNT],
                        const char *template)
{
    struct iw_span left = iw_span_of(template);
    struct iw_buf text;
    iw_buf_init(&text, NULL, ARGUMENT_MAX);
    while (left.length > 0) {
        const struct fact *fact = fact_at(facts, left);
        size_t taken = fact == NULL ? 1 : strlen(fact->name) + 2;
        iw_buf_add(&text, fact == NULL ? iw_span_part(left, 0, 1) : fact->value);
        left = iw_span_part(left, taken, left.length);
    }
    const char *argument = keep(arena, &text);
    iw_buf_release(&text);
    return argument;
}

static const char *variable(struct iw_arena *arena, const struct fact *fact)
{
    struct iw_buf text;
    iw_buf_init(&text, NULL, ARGUMENT_MAX);
    iw_buf_add_string(&text, "IMAPWRIGHT_");
    for (const char *c = fact->name; *c != '\0'; c++)
        iw_buf_add_char(&text, iw_upper(*c));
    iw_buf_add_char(&text, '=');
    iw_buf_add(&text, fact->value);
    const char *entry = keep(arena, &text);
    iw_buf_release(&text);
    return entry;
}

bool iw_client_command_make(struct iw_client_command *command, const char *const *templates,
                            size_t count, const struct iw_client_facts *facts)
{
    struct fact list[FACT_COUNT];
    *command = (struct iw_client_command){0};
    iw_arena_init(&command->arena, NULL, ARENA_CAP);
    list_facts(facts, &command->arena, list);
    const char **argv = iw_arena_array(&command->arena, count + 1, sizeof *argv);
    const char **entries = iw_arena_array(&command->arena, FACT_COUNT + 1, sizeof *entries);
    bool made = argv != NULL && entries != NULL;
    for (size_t i = 0; i < count && made; i++)
        made = (argv[i] = fill(&command->arena, list, templates[i])) != NULL;
    size_t entry_count = 0;
    for (size_t i = 0; i < FACT_COUNT && made; i++)
        if (list[i].value.data != NULL)
            made = (entries[entry_count++] = variable(&command->arena, &list[i])) != NULL;
    command->argv = argv;
    command->environment = entries;
    return made;
}

void iw_client_command_release(struct iw_client_command *command)
{
    iw_arena_release(&command->arena);
    *command = (struct iw_client_command){0};
}
