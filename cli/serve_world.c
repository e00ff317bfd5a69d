/* SPDX-License-Identifier: MIT */
#include "cli/serve_world.h"

#include "mockserver/mail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 16 << 20, USERS_FILE_MAX = 4 << 20, LIST_MAX = 16 << 10 };

void iw_serve_world_init(struct iw_serve_world *world)
{
    *world = (struct iw_serve_world){0};
    iw_arena_init(&world->arena, NULL, ARENA_MAX);
    for (size_t i = 0; i < 4; i++)
        iw_buf_init(&world->lists[i], NULL, LIST_MAX);
}

void iw_serve_world_release(struct iw_serve_world *world)
{
    for (size_t i = 0; i < 4; i++)
        iw_buf_release(&world->lists[i]);
    iw_arena_release(&world->arena);
}

/* ---- users ---- */

static bool has_user(const struct iw_serve_world *world, const char *name)
{
    for (size_t i = 0; i < world->user_count; i++) {
        if (strcmp(world->users[i].name, name) == 0)
            return true;
    }
    return false;
}

enum iw_result iw_serve_world_add_user(struct iw_serve_world *world, struct iw_span text,
                                       struct iw_error *error)
{
    const char *colon = text.length == 0 ? NULL : memchr(text.data, ':', text.length);
    size_t length = colon == NULL ? 0 : (size_t)(colon - text.data);
    if (length == 0 || memchr(text.data, '\0', text.length) != NULL)
        return iw_failf(error, IW_SYNTAX, "a user is NAME:PASSWORD");
    if (world->users == NULL)
        world->users = iw_arena_array(&world->arena, IW_WORLD_USERS_MAX, sizeof *world->users);
    /* arena copies end with a NUL */
    struct iw_span name = iw_arena_copy(&world->arena, iw_span_part(text, 0, length));
    struct iw_span password =
        iw_arena_copy(&world->arena, iw_span_part(text, length + 1, text.length));
    if (world->users == NULL || name.data == NULL || password.data == NULL)
        return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    if (has_user(world, name.data))
        return iw_failf(error, IW_SYNTAX, "the user %s stands there twice", name.data);
    if (world->user_count == IW_WORLD_USERS_MAX)
        return iw_failf(error, IW_LIMIT, "more than %d users", IW_WORLD_USERS_MAX);
    world->users[world->user_count++] = (struct iw_world_user){name.data, password.data};
    return IW_OK;
}

static enum iw_result read_line(struct iw_serve_world *world, struct iw_span line, const char *path,
                                unsigned long number, struct iw_error *error)
{
    struct iw_error why = {0};
    while (line.length > 0 && strchr("\r\n", line.data[line.length - 1]) != NULL)
        line.length--;
    if (line.length == 0 || line.data[0] == '#' ||
        iw_serve_world_add_user(world, line, &why) == IW_OK)
        return IW_OK;
    return iw_failf(error, why.code, "%s:%lu: %s", path, number,
                    why.detail[0] != '\0' ? why.detail : iw_result_name(why.code));
}

enum iw_result iw_serve_world_read_users(struct iw_serve_world *world, const char *path,
                                         struct iw_error *error)
{
    char line[1024];
    enum iw_result result = IW_OK;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return iw_failf(error, IW_SYSTEM, "%s: %s", path, strerror(errno));
    for (unsigned long number = 1; result == IW_OK && fgets(line, sizeof line, file) != NULL;
         number++) {
        if (strchr(line, '\n') == NULL && !feof(file))
            result = iw_failf(error, IW_LIMIT, "%s:%lu: the line is too long", path, number);
        else
            result = read_line(world, iw_span_of(line), path, number, error);
    }
    if (result == IW_OK && ferror(file) != 0)
        result = iw_failf(error, IW_SYSTEM, "%s: %s", path, strerror(errno));
    fclose(file);
    if (result == IW_OK && world->user_count == 0)
        result = iw_failf(error, IW_SYNTAX, "%s: there is no user in it", path);
    return result;
}

/* The first one is there. */
static enum iw_result make_users(struct iw_serve_world *world, struct iw_engine *engine,
                                 struct iw_error *error)
{
    for (size_t i = 1; i < world->user_count; i++) {
        struct iw_span name = iw_span_of(world->users[i].name);
        if (iw_store_user(&engine->store, name) == NULL &&
            iw_store_add_user(&engine->store, name, iw_span_of(world->users[i].password)) == NULL)
            return iw_fail(error, IW_NO_MEMORY, 0, NULL);
    }
    return IW_OK;
}

/* ---- mail ---- */

enum iw_result iw_serve_world_add_mail(struct iw_serve_world *world, const char *path,
                                       struct iw_error *error)
{
    if (world->mail_count == IW_WORLD_MAILS_MAX)
        return iw_failf(error, IW_LIMIT, "more than %d times --mail", IW_WORLD_MAILS_MAX);
    world->mails[world->mail_count++] = path;
    return IW_OK;
}

/* ---- capabilities ---- */

/* Up to the next space or comma, from *at on; absent at the end. */
static struct iw_span next_word(const char *text, size_t *at)
{
    size_t begin = *at + strspn(text + *at, " ,");
    *at = begin + strcspn(text + begin, " ,");
    return iw_span(*at == begin ? NULL : text + begin, *at - begin);
}

/* Where a server says it: as the engine does; what the engine does not know, everywhere. */
static unsigned places_of(struct iw_span name)
{
    if (iw_span_starts_nocase(name, IW_SPAN("AUTH=")))
        return IW_PLACE_BEFORE;
    enum iw_capability capability = iw_capability_of(name);
    return capability == IW_CAPABILITY_NONE ? IW_PLACE_ANY : iw_capability_types[capability].places;
}

static void add_word(struct iw_buf *list, struct iw_span word)
{
    if (list->length > 0)
        iw_buf_add_char(list, ' ');
    iw_buf_add(list, word);
}

/* "-APPENDLIMIT" takes away "APPENDLIMIT=n", too, and "-AUTH" every mechanism. */
static bool is_named(struct iw_span word, struct iw_span name)
{
    struct iw_span before = iw_span_part(word, 0, name.length);
    bool valued = iw_span_equal_nocase(name, IW_SPAN("AUTH")) ||
                  (iw_capability_of(name) != IW_CAPABILITY_NONE &&
                   iw_capability_types[iw_capability_of(name)].limit);
    return iw_span_equal_nocase(before, name) &&
           (word.length == name.length || (valued && word.data[name.length] == '='));
}

/* The words of the list that are not called so. False: there was none. */
static bool remove_word(struct iw_buf *list, struct iw_span name)
{
    struct iw_buf kept;
    bool found = false;
    iw_buf_init(&kept, NULL, LIST_MAX);
    const char *text = iw_buf_string(list);
    size_t at = 0;
    for (struct iw_span word; (word = next_word(text, &at)).length > 0;) {
        if (is_named(word, name))
            found = true;
        else
            add_word(&kept, word);
    }
    iw_buf_clear(list);
    iw_buf_add(list, iw_buf_span(&kept));
    iw_buf_release(&kept);
    return found;
}

/* "APPENDLIMIT" of "APPENDLIMIT=9". */
static struct iw_span without_limit(struct iw_span name)
{
    enum iw_capability capability = iw_capability_of(name);
    return capability == IW_CAPABILITY_NONE ? name
                                            : iw_span_of(iw_capability_types[capability].name);
}

/* IMAP4 is the first of all (RFC 9051 §9, capability-data). */
static void add_name(struct iw_buf *list, struct iw_span name)
{
    struct iw_buf others;
    iw_buf_init(&others, NULL, LIST_MAX);
    if (iw_capability_of(name) == IW_CAPABILITY_IMAP4) {
        iw_buf_add(&others, iw_buf_span(list));
        iw_buf_clear(list);
    }
    add_word(list, name);
    if (others.length > 0)
        add_word(list, iw_buf_span(&others));
    iw_buf_release(&others);
}

/* Where LOGIN is disabled in clear, so is what else gives passwords away (RFC 9051 §11.7). */
static void disable_plain(struct iw_buf lists[4])
{
    static const char *const names[] = {"AUTH=PLAIN", "AUTH=LOGIN"};
    for (unsigned i = 0; i < 4; i++) {
        for (size_t j = 0; j < sizeof names / sizeof *names; j++)
            if ((IW_PLACE_CLEAR_BEFORE & 1u << i) != 0)
                remove_word(&lists[i], iw_span_of(names[j]));
    }
}

/* "+NAME", "-NAME", or NAME of a list that is whole. */
static enum iw_result apply(struct iw_serve_world *world, struct iw_span word,
                            struct iw_error *error)
{
    bool signed_ = word.data[0] == '+' || word.data[0] == '-';
    struct iw_span name = iw_span_part(word, signed_, word.length);
    unsigned places = places_of(name);
    bool found = false;
    for (unsigned i = 0; i < 4; i++) {
        if (word.data[0] == '-')
            found = remove_word(&world->lists[i], name) || found;
        else
            remove_word(&world->lists[i], without_limit(name)); /* it takes the place of another */
        if (word.data[0] == '+' && (places & 1u << i) != 0)
            add_name(&world->lists[i], name);
        else if (!signed_ && (places & 1u << i) != 0)
            add_word(&world->lists[i], name);
    }
    if (word.data[0] == '+' && iw_capability_of(name) == IW_CAPABILITY_LOGINDISABLED)
        disable_plain(world->lists);
    if (name.length == 0 || (word.data[0] == '-' && !found))
        return iw_failf(error, IW_SYNTAX, "--capability: there is no \"%.*s\" to take away",
                        (int)name.length, name.data);
    return IW_OK;
}

static enum iw_result make_capabilities(struct iw_serve_world *world, struct iw_engine *engine,
                                        struct iw_error *error)
{
    const char *text = world->capabilities;
    size_t at = 0;
    struct iw_span word = next_word(text, &at);
    if (word.length == 0)
        return iw_failf(error, IW_SYNTAX, "--capability wants names");
    for (unsigned i = 0; i < 4 && strchr("+-", word.data[0]) != NULL; i++)
        iw_engine_write_capabilities(engine, 1u << i, &world->lists[i]);
    for (; word.length > 0; word = next_word(text, &at)) {
        if (apply(world, word, error) != IW_OK)
            return error->code;
    }
    for (unsigned i = 0; i < 4; i++) {
        if (world->lists[i].failed || world->lists[i].length == 0)
            return iw_failf(error, IW_SYNTAX, "--capability: the list is empty, or too long");
        engine->options.capabilities[i] = iw_buf_span(&world->lists[i]);
    }
    return IW_OK;
}

/* ---- all of it ---- */

enum iw_result iw_serve_world_make(struct iw_serve_world *world, struct iw_engine *engine,
                                   struct iw_error *error)
{
    if (make_users(world, engine, error) != IW_OK)
        return error->code;
    if (world->capabilities != NULL && make_capabilities(world, engine, error) != IW_OK)
        return error->code;
    for (size_t i = 0; i < world->mail_count; i++) {
        if (iw_mail_load(engine, engine->store.first_user, world->mails[i], error) != IW_OK)
            return error->code;
    }
    return IW_OK;
}
