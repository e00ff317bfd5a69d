/* SPDX-License-Identifier: MIT */
/* What the command line of serve says of the server's world: who may log in, what mail there is,
 * and what the server can do. */
#ifndef IW_CLI_SERVE_WORLD_H
#define IW_CLI_SERVE_WORLD_H

#include "base/arena.h"
#include "base/result.h"
#include "mockserver/engine/capability_lists.h"

enum { IW_WORLD_USERS_MAX = 10000, IW_WORLD_MAILS_MAX = 64 };

struct iw_world_user {
    const char *name, *password; /* in the arena */
};

struct iw_serve_world {
    struct iw_arena arena;
    struct iw_world_user *users; /* in the arena; the first one has the mail */
    size_t user_count;
    const char *mails[IW_WORLD_MAILS_MAX]; /* borrowed */
    size_t mail_count;
    const char *capabilities; /* as in --capability; borrowed; NULL: what the engine has */
    struct iw_capability_lists lists;
};

void iw_serve_world_init(struct iw_serve_world *world);
/* The engine's capabilities end with it. */
void iw_serve_world_release(struct iw_serve_world *world);

/* "NAME:PASSWORD". */
enum iw_result iw_serve_world_add_user(struct iw_serve_world *world, struct iw_span text,
                                       struct iw_error *error);
/* A file of such lines; empty ones and those that begin with "#" say nothing. */
enum iw_result iw_serve_world_read_users(struct iw_serve_world *world, const char *path,
                                         struct iw_error *error);
enum iw_result iw_serve_world_add_mail(struct iw_serve_world *world, const char *path,
                                       struct iw_error *error);

/* Of an engine that has its first user already. */
enum iw_result iw_serve_world_make(struct iw_serve_world *world, struct iw_engine *engine,
                                   struct iw_error *error);

#endif
