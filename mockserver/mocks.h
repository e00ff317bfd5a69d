/* SPDX-License-Identifier: MIT */
/* All that one process plays: scenarios, each with a world of its own. A connection belongs to one
 * of them by the port it comes to; those that share a port are chosen by who logs in there, or by
 * which connection it is. What is shared is the front: a plain server that knows all those users
 * and hands their connections on.
 *
 * Owns the scenarios. Runs in the loop's thread. */
#ifndef IW_MOCKSERVER_MOCKS_H
#define IW_MOCKSERVER_MOCKS_H

#include "mockserver/server.h"
#include "script/load.h"

enum { IW_MOCKS_MAX = 10000 };

struct iw_mocks_options {
    struct iw_loop *loop;
    const char *user, *password; /* of those that are not chosen by user; as iw_mock_options */
    bool bare;
    size_t open_max;                /* connections of each at once */
    const struct iw_given_tls *tls; /* borrowed; of all, whatever scenarios say; NULL: none */
    uint64_t seed;                  /* of what is drawn */
    int64_t now;                    /* Unix seconds, for those that live today */
    /* More for a world that is new. False: error says why. NULL: there is no more. */
    bool (*furnish)(void *context, struct iw_engine *engine, struct iw_error *error);
    /* As iw_mock_options has it, and of which scenario. */
    void (*wire)(void *context, unsigned number, unsigned conn, char who, struct iw_span octets);
    void (*changed)(void *context);
    void *context;
};

/* One of them. */
struct iw_mocks_member {
    struct iw_mocks *mocks;
    unsigned number;              /* from 1, in order of their coming */
    struct iw_scenario *scenario; /* owned; NULL: a plain server */
    struct iw_mock *mock;
    bool shared;           /* it has the front's ports */
    size_t conn;           /* it gets the front's connection of that number; 0: none */
    struct iw_span user;   /* it gets the front's connections of that user; absent: none */
    struct iw_arena arena; /* of texts */
    struct iw_mocks_member *next;
};

struct iw_mocks {
    struct iw_mocks_options options;
    struct iw_identity identity;
    struct iw_mocks_member *first; /* in order of their numbers */
    struct iw_mocks_member *front; /* NULL: there is none */
    unsigned numbers, count;
};

/* What a new one plays, and to whom. */
struct iw_mocks_choice {
    struct iw_scenario *scenario; /* taken over in any case; NULL: a plain server */
    size_t variant;
    const char *user; /* who logs in at the front; NULL: anybody */
    size_t conn;      /* which connection of the front's; 0: any */
    bool today;       /* its clock shows options.now; else a day in 2024 */
    unsigned port,
        tls_port; /* 0: free ones; with user or conn, of the front if there is none yet */
};

/* False, with the reason in error; release all the same. */
bool iw_mocks_init(struct iw_mocks *mocks, const struct iw_mocks_options *options,
                   struct iw_error *error);
void iw_mocks_release(struct iw_mocks *mocks);

/* NULL, with the reason in error. Who has neither user nor conn gets ports of its own. A plain
 * server is the front, if there is none yet. */
struct iw_mocks_member *iw_mocks_add(struct iw_mocks *mocks, const struct iw_mocks_choice *choice,
                                     struct iw_error *error);
/* Ends it and closes its connections; the front's users stay known. */
void iw_mocks_drop(struct iw_mocks *mocks, struct iw_mocks_member *member);
/* From the beginning. False: it is gone; error says why. */
bool iw_mocks_reset(struct iw_mocks *mocks, struct iw_mocks_member *member, struct iw_error *error);
/* NULL: there is none of that number. */
struct iw_mocks_member *iw_mocks_find(const struct iw_mocks *mocks, uint64_t number);

/* Where its clients go. */
unsigned iw_mocks_port(const struct iw_mocks *mocks, const struct iw_mocks_member *member);
unsigned iw_mocks_tls_port(const struct iw_mocks *mocks, const struct iw_mocks_member *member);

#endif
