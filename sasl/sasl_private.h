/* SPDX-License-Identifier: MIT */
/* One exchange, and the two ways a mechanism is made: by libgsasl, or by our own bearer.c. */
#ifndef IW_SASL_SASL_PRIVATE_H
#define IW_SASL_SASL_PRIVATE_H

#include "sasl/sasl.h"

struct iw_sasl {
    const struct iw_sasl_mechanism *mechanism;
    bool server;
    struct iw_sasl_credentials credentials; /* of a client */
    struct iw_sasl_accounts accounts;       /* of a server */
    char *user;                             /* of a server, once it is content; owned */
    struct iw_sasl_library *library;        /* exactly one of these is there */
    struct iw_sasl_bearer *bearer;
};

/* True when the user's password is that one; either may be NULL. */
bool iw_sasl_is_right(const struct iw_sasl *sasl, const char *user, const char *password);
/* The server is content with this user, who wants to act as the other (NULL or "": as himself);
 * nobody may act as another. */
enum iw_result iw_sasl_admit(struct iw_sasl *sasl, const char *user, const char *other,
                             struct iw_error *error);

/* libgsasl's: library.c */
enum iw_result iw_sasl_library_start(struct iw_sasl *sasl, struct iw_error *error);
enum iw_result iw_sasl_library_step(struct iw_sasl *sasl, struct iw_span input,
                                    struct iw_span *output, struct iw_error *error);
void iw_sasl_library_free(struct iw_sasl *sasl);

/* XOAUTH2 and OAUTHBEARER: bearer.c */
enum iw_result iw_sasl_bearer_start(struct iw_sasl *sasl, struct iw_error *error);
enum iw_result iw_sasl_bearer_step(struct iw_sasl *sasl, struct iw_span input,
                                   struct iw_span *output, struct iw_error *error);
void iw_sasl_bearer_free(struct iw_sasl *sasl);

#endif
