/* SPDX-License-Identifier: MIT */
/* Who a server is under TLS: its certificate, and files for its clients: the CA's certificate and,
 * where the server asks for one, a certificate and key of their own. Several servers of one process
 * may share it. */
#ifndef IW_MOCKSERVER_IDENTITY_H
#define IW_MOCKSERVER_IDENTITY_H

#include "net/tls.h"
#include "script/scenario.h"

struct iw_identity {
    struct iw_tls_context *tls;
    char folder[400], ca_file[416], client_file[416]; /* empty: not made */
};

/* Below TMPDIR, else /tmp. given: all filled in; NULL: the usual. user: whom the client's
 * certificate names. False, with the reason in error; release all the same. */
bool iw_identity_make(struct iw_identity *identity, const struct iw_given_tls *given,
                      struct iw_span user, struct iw_error *error);
/* Removes the files. */
void iw_identity_release(struct iw_identity *identity);

#endif
