/* SPDX-License-Identifier: MIT */
#include "cli/serve_world.h"

#include "mockserver/mail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 16 << 20 };

void iw_serve_world_init(struct iw_serve_world *world)
{
    *world = (struct iw_serve_world){0};
    iw_arena_init(&world->arena, NULL, ARENA_MAX);
    iw_capability_lists_init(&world->lists);
}

void iw_serve_world_release(struct iw_serve_world *world)
{
    iw_capability_lists_release(&world->lists);
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

/* "+NAME", "-NAME", or NAME of a list that is whole. */
static enum iw_result apply(struct iw_serve_world *world, struct iw_span word,
                            struct iw_error *error)
{
    const bool plus = word.data[0] == '+', minus = word.data[0] == '-';
    const struct iw_span name = iw_span_part(word, plus || minus, word.length);
    if (plus && name.length > 0)
        iw_capability_lists_add(&world->lists, name);
    else if (!plus && !minus)
        iw_capability_lists_append(&world->lists, name);
    if (name.length == 0 || (minus && !iw_capability_lists_remove(&world->lists, name)))
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
    if (strchr("+-", word.data[0]) != NULL)
        iw_capability_lists_take(&world->lists, engine);
    for (; word.length > 0; word = next_word(text, &at)) {
        if (apply(world, word, error) != IW_OK)
            return error->code;
    }
    if (!iw_capability_lists_give(&world->lists, engine))
        return iw_failf(error, IW_SYNTAX, "--capability: the list is empty, or too long");
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
