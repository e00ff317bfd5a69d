/* SPDX-License-Identifier: MIT */
/* Stands between clients and a real server, and has everything recorded that goes by.
 *
 * Each side is in clear or in TLS by itself: clients come to the plain port or the TLS port, and
 * the server is spoken to as its URL says. A STARTTLS or COMPRESS of the client's turns both sides
 * (script/tap.h). With `starttls` the server is secured before the client hears anything; with
 * `offer_starttls` the client may be, whatever the server can.
 *
 * Whoever does not take what it is sent stops the other from sending: memory stays bounded. */
#ifndef IW_CONFORMANCE_PROXY_H
#define IW_CONFORMANCE_PROXY_H

#include "conformance/url.h"
#include "net/loop.h"
#include "script/recording.h"

struct iw_proxy_options {
    struct iw_loop *loop;
    const struct iw_url *to;            /* borrowed */
    struct iw_tls_context *client_side; /* plays the server for clients; borrowed */
    struct iw_tls_context *server_side; /* verifies the server; borrowed */
    bool starttls, offer_starttls;
    unsigned port, tls_port;        /* 0: free ones */
    struct iw_recording *recording; /* borrowed */
    /* Something went wrong on a connection, and the rest goes on: a sentence without secrets. */
    void (*trouble)(void *context, const char *text);
    void *context;
};

struct iw_proxy;

/* NULL with the reason in error. */
struct iw_proxy *iw_proxy_start(const struct iw_proxy_options *options, struct iw_error *error);
unsigned iw_proxy_port(const struct iw_proxy *proxy);
unsigned iw_proxy_tls_port(const struct iw_proxy *proxy);
/* Closes everything and frees. */
void iw_proxy_stop(struct iw_proxy *proxy);

#endif
