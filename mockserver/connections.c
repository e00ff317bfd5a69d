/* SPDX-License-Identifier: MIT */
#include "mockserver/connections.h"

static unsigned list_of(unsigned number)
{
    return number % IW_CONNECTION_LISTS;
}

struct iw_connection *iw_connections_add(struct iw_connections *all,
                                         struct iw_conversation_world *world, bool secure)
{
    struct iw_connection *connection = iw_alloc_resize(NULL, NULL, sizeof *connection);
    if (connection == NULL)
        return NULL;
    unsigned number = ++all->came;
    struct iw_connection **list = &all->lists[list_of(number)];
    *connection = (struct iw_connection){.number = number, .next = *list};
    *list = connection;
    all->open++;
    iw_conversation_init(&connection->conversation, world, number, secure);
    return connection;
}

struct iw_connection *iw_connections_find(const struct iw_connections *all, unsigned number)
{
    struct iw_connection *connection = all->lists[list_of(number)];
    while (connection != NULL && connection->number != number)
        connection = connection->next;
    return connection;
}

struct iw_connection *iw_connections_next(const struct iw_connections *all,
                                          const struct iw_connection *after)
{
    unsigned list = after == NULL ? 0 : list_of(after->number) + 1;
    struct iw_connection *next = after == NULL ? NULL : after->next;
    while (next == NULL && list < IW_CONNECTION_LISTS)
        next = all->lists[list++];
    return next;
}

static void enter(struct iw_connections *all, struct iw_connection *connection, enum iw_chain chain)
{
    connection->is_in[chain] = true;
    connection->behind[chain] = all->chains[chain];
    all->chains[chain] = connection;
}

static void leave(struct iw_connections *all, struct iw_connection *connection, enum iw_chain chain)
{
    struct iw_connection **place = &all->chains[chain];
    while (*place != connection)
        place = &(*place)->behind[chain];
    *place = connection->behind[chain];
    connection->is_in[chain] = false;
}

void iw_connections_chain(struct iw_connections *all, struct iw_connection *connection,
                          enum iw_chain chain, bool belongs)
{
    if (belongs && !connection->is_in[chain])
        enter(all, connection, chain);
    else if (!belongs && connection->is_in[chain])
        leave(all, connection, chain);
}

void iw_connections_remove(struct iw_connections *all, struct iw_connection *connection)
{
    struct iw_connection **place = &all->lists[list_of(connection->number)];
    for (enum iw_chain chain = 0; chain < IW_CHAINS; chain++)
        iw_connections_chain(all, connection, chain, false);
    while (*place != connection)
        place = &(*place)->next;
    *place = connection->next;
    all->open--;
    iw_conversation_release(&connection->conversation);
    iw_alloc_free(NULL, connection);
}

void iw_connections_release(struct iw_connections *all)
{
    for (unsigned list = 0; list < IW_CONNECTION_LISTS; list++) {
        while (all->lists[list] != NULL)
            iw_connections_remove(all, all->lists[list]);
    }
}
