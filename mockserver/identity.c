/* SPDX-License-Identifier: MIT */
#include "mockserver/identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool make_folder(struct iw_identity *identity, struct iw_error *error)
{
    const char *parent = getenv("TMPDIR");
    snprintf(identity->folder, sizeof identity->folder, "%s/imapwright-XXXXXX",
             parent == NULL || *parent == '\0' ? "/tmp" : parent);
    if (mkdtemp(identity->folder) != NULL)
        return true;
    iw_failf(error, IW_SYSTEM, "cannot make the folder %s: %s", identity->folder, strerror(errno));
    identity->folder[0] = '\0';
    return false;
}

static bool write_ca(struct iw_identity *identity, struct iw_error *error)
{
    struct iw_span pem = iw_tls_server_ca(identity->tls);
    snprintf(identity->ca_file, sizeof identity->ca_file, "%s/ca.pem", identity->folder);
    FILE *file = fopen(identity->ca_file, "w");
    bool written = file != NULL && fwrite(pem.data, 1, pem.length, file) == pem.length;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (!written)
        iw_failf(error, IW_SYSTEM, "cannot write %s: %s", identity->ca_file, strerror(errno));
    return written;
}

bool iw_identity_make(struct iw_identity *identity, struct iw_error *error)
{
    *identity = (struct iw_identity){.tls = iw_tls_server_new(error)};
    return identity->tls != NULL && make_folder(identity, error) && write_ca(identity, error);
}

void iw_identity_release(struct iw_identity *identity)
{
    iw_tls_context_free(identity->tls);
    if (identity->ca_file[0] != '\0')
        unlink(identity->ca_file);
    if (identity->folder[0] != '\0')
        rmdir(identity->folder);
    *identity = (struct iw_identity){0};
}
