/* SPDX-License-Identifier: MIT */
/* The server under test: where it is, how one gets in, and what the probe has learned about it. */
#ifndef IW_CONFORMANCE_TARGET_H
#define IW_CONFORMANCE_TARGET_H

#include "base/arena.h"
#include "conformance/url.h"
#include "net/tls.h"
#include "script/scenario.h"

enum iw_auth { IW_AUTH_ANY, IW_AUTH_LOGIN, IW_AUTH_PLAIN };

struct iw_target {
    /* Set by the command line. */
    struct iw_url url;
    const char *user, *password;               /* borrowed */
    const char *second_user, *second_password; /* borrowed; NULL: there is none */
    enum iw_auth auth;                         /* IW_AUTH_ANY until the probe has chosen */
    bool starttls;
    bool allow_inbox;
    bool allow_password_in_clear; /* to a host that is not this machine */
    struct iw_tls_context *tls;   /* borrowed; NULL: the connection stays in clear */
    unsigned connections_max;     /* at the same time, over all cases */
    unsigned step_ms;             /* how long one reply may take */

    /* Learned by iw_probe. */
    struct iw_arena arena;
    bool preauth;
    struct iw_texts capabilities; /* of every state, in upper case, each once */
    struct iw_texts before_login; /* as first named, on a connection in clear if it is one */
    char separator[2];            /* "" for a server without hierarchy */
    struct iw_span prefix;        /* of personal mailboxes ("INBOX."); may be empty */
    struct iw_span others;        /* of other users' ("Other Users/"); absent: there are none */

    bool append_drops_flags; /* learned by iw_scratch_prepare */
};

void iw_target_init(struct iw_target *target);
void iw_target_release(struct iw_target *target);

/* False: the password must not be sent; *problem says why. */
bool iw_target_may_log_in(const struct iw_target *target, struct iw_error *problem);

/* Whether user and password can stand in quoted strings; else only AUTHENTICATE carries them. */
bool iw_target_is_quotable(const struct iw_target *target);

/* The base64 of AUTHENTICATE PLAIN's message (RFC 4616 §2). */
void iw_target_plain(const struct iw_target *target, struct iw_buf *out);

/* Without regard to case. */
bool iw_texts_have(const struct iw_texts *texts, struct iw_span text);

/* Adds the words of a SP-separated list that are not there yet; false: no memory. */
bool iw_texts_add_words(struct iw_texts *texts, struct iw_span words, struct iw_arena *arena);

#endif
