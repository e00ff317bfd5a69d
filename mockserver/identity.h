/* SPDX-License-Identifier: MIT */
/* Who a server is under TLS: its certificate, and a file with the CA's for its clients. Several
 * servers of one process may share it. */
#ifndef IW_MOCKSERVER_IDENTITY_H
#define IW_MOCKSERVER_IDENTITY_H

#include "net/tls.h"

struct iw_identity {
    struct iw_tls_context *tls;
    char folder[400], ca_file[416]; /* empty: not made */
};

/* Below TMPDIR, else /tmp. False, with the reason in error; release all the same. */
bool iw_identity_make(struct iw_identity *identity, struct iw_error *error);
/* Removes the file. */
void iw_identity_release(struct iw_identity *identity);

#endif
