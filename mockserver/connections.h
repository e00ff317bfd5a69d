/* SPDX-License-Identifier: MIT */
/* The connections of a host, by the number in which they came, and in chains: each chain holds
 * those that need a look of one kind, so that the many others cost nothing.
 *
 * The connections are owned here; one is valid until it is removed, and is in no chain after. */
#ifndef IW_MOCKSERVER_CONNECTIONS_H
#define IW_MOCKSERVER_CONNECTIONS_H

#include "mockserver/conversation.h"

enum { IW_CONNECTION_LISTS = 1024 };

/* Who has the word. */
enum iw_road {
    IW_ROAD_ARRIVING, /* nobody yet: not accepted, or not in TLS, where that comes first */
    IW_ROAD_ENGINE,   /* the engine, with the rules */
    IW_ROAD_TO_START, /* the engine, until the dialogue's start state is reached */
    IW_ROAD_LOBBY,    /* the engine, until the client has logged in */
    IW_ROAD_DIALOGUE,
    IW_ROAD_OUT /* nobody any more: to be closed */
};

enum iw_chain {
    IW_CHAIN_READY,  /* something may be done at once */
    IW_CHAIN_HEARS,  /* news are told without a command */
    IW_CHAIN_PAUSED, /* its conversation has a deadline */
    IW_CHAIN_WAITS,  /* in a lobby, logged in */
    IW_CHAINS
};

struct iw_connection {
    unsigned number; /* from 1 */
    enum iw_road road;
    bool held; /* iw_host_hold */
    struct iw_conversation conversation;
    struct iw_connection *next; /* in its list */
    bool is_in[IW_CHAINS];
    struct iw_connection *behind[IW_CHAINS];
};

/* Zero: nobody has come. */
struct iw_connections {
    struct iw_connection *lists[IW_CONNECTION_LISTS]; /* by number */
    struct iw_connection *chains[IW_CHAINS];          /* the first of each; further by behind */
    size_t open;
    unsigned came;
};

/* The next number, with a conversation of its own in the world; NULL: no memory. */
struct iw_connection *iw_connections_add(struct iw_connections *all,
                                         struct iw_conversation_world *world, bool secure);
void iw_connections_remove(struct iw_connections *all, struct iw_connection *connection);
void iw_connections_release(struct iw_connections *all);

/* NULL: it is not there. */
struct iw_connection *iw_connections_find(const struct iw_connections *all, unsigned number);
/* Of those that are there, in no order; after NULL: the first. NULL: there is none further. */
struct iw_connection *iw_connections_next(const struct iw_connections *all,
                                          const struct iw_connection *after);

/* In the chain or not; at its front when that is new. */
void iw_connections_chain(struct iw_connections *all, struct iw_connection *connection,
                          enum iw_chain chain, bool belongs);

#endif
