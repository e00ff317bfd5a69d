/* SPDX-License-Identifier: MIT */
/* SASL mechanisms for both sides (RFC 4422), without I/O: a challenge or answer comes in, the next
 * one goes out. base64 is the caller's. XOAUTH2 and OAUTHBEARER are ours, the others libgsasl's;
 * none of its types is here.
 *
 * An exchange is a row of steps. A client's first step gets the server's first challenge, which is
 * empty where the mechanism begins with the client; a server's first step gets an absent input, or
 * the client's initial response, which may be empty. Each step gives:
 *   IW_MORE    send the output; the other side is to speak
 *   IW_OK      send the output if there is any; this side is content
 *   IW_SYSTEM  refused: a wrong password, a server that could not prove itself, octets that make no
 *              sense; nothing may follow but iw_sasl_free
 *   IW_NO_MEMORY
 * The output is valid until the next step; absent means nothing is to be sent, empty means an empty
 * answer is. */
#ifndef IW_SASL_SASL_H
#define IW_SASL_SASL_H

#include "base/result.h"
#include "base/span.h"

/* What a client needs besides the user's name. */
enum iw_sasl_secret { IW_SASL_PASSWORD, IW_SASL_TOKEN, IW_SASL_NO_SECRET };

struct iw_sasl_mechanism {
    const char *name;
    enum iw_sasl_secret secret;
    bool client_first; /* may begin with an initial response (RFC 4959) */
    bool clear;        /* gives the secret away to whoever listens */
    bool mutual;       /* the server proves itself too */
    bool binds;        /* to the TLS connection: needs a binding on both sides (RFC 5056) */
};

/* The mechanisms built in, strongest first; ends with a NULL name. */
extern const struct iw_sasl_mechanism iw_sasl_mechanisms[];

/* Without regard to case; NULL: not built in. */
const struct iw_sasl_mechanism *iw_sasl_find(const char *name);

/* What names the TLS connection to both of its ends; absent where there is none. A server that has
 * one refuses clients that were kept from seeing its -PLUS (RFC 5802 §6). */
struct iw_sasl_binding {
    struct iw_span exporter; /* tls-exporter (RFC 9266), TLS 1.3 */
    struct iw_span unique;   /* tls-unique (RFC 5929 §3), TLS 1.2 */
};

/* Borrowed until iw_sasl_free. Absent ones are NULL. */
struct iw_sasl_credentials {
    const char *user;      /* ANONYMOUS: the trace, "anonymous" when NULL; EXTERNAL: whom to act as,
                            * NULL for whoever the connection proves (RFC 4422 appendix A) */
    const char *password;  /* XOAUTH2, OAUTHBEARER: the access token */
    const char *authorize; /* to act as this user */
    const char *service;   /* "imap" */
    const char *host;
    const char *realm; /* DIGEST-MD5; NULL: the server's */
    struct iw_sasl_binding binding;
};

/* What a server knows. */
struct iw_sasl_accounts {
    const char *(*password)(void *context, const char *user); /* NULL: nobody it knows */
    void *context;
    const char *external; /* whom TLS has proven, for EXTERNAL; NULL: nobody */
    const char *host;     /* of DIGEST-MD5; NULL: "localhost" */
    struct iw_sasl_binding binding;
};

/* The name that iw_sasl_user gives to everyone who comes with ANONYMOUS. */
#define IW_SASL_ANONYMOUS "anonymous"

struct iw_sasl;

/* NULL with the reason in error: IW_SYSTEM for a mechanism that is not there. */
struct iw_sasl *iw_sasl_client_new(const char *mechanism,
                                   const struct iw_sasl_credentials *credentials,
                                   struct iw_error *error);
struct iw_sasl *iw_sasl_server_new(const char *mechanism, const struct iw_sasl_accounts *accounts,
                                   struct iw_error *error);
void iw_sasl_free(struct iw_sasl *sasl);

enum iw_result iw_sasl_step(struct iw_sasl *sasl, struct iw_span input, struct iw_span *output,
                            struct iw_error *error);

/* Server, after IW_OK: who has logged in. NULL before that. Valid until iw_sasl_free. */
const char *iw_sasl_user(const struct iw_sasl *sasl);
/* Server: whoever that is, it is nobody in particular (ANONYMOUS, RFC 4505). */
bool iw_sasl_is_anonymous(const struct iw_sasl *sasl);

#endif
