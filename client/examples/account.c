/* SPDX-License-Identifier: MIT */
#include "client/examples/account.h"

#include <stdio.h>
#include <stdlib.h>

enum { TIMEOUT_MS = 60 * 1000 };

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : otherwise;
}

static struct iw_imap *connect_to(const char *host, unsigned port)
{
    struct iw_error error = {0};
    struct iw_imap_failure failure = {.outcome = IW_IMAP_OK};
    struct iw_tls_context *tls = iw_tls_client_new(setting("IMAPWRIGHT_CA", NULL), &error);
    if (tls == NULL) {
        fprintf(stderr, "%s\n", error.detail);
        return NULL;
    }
    struct iw_imap *imap = iw_imap_open_ssl(host, port, tls, TIMEOUT_MS, &failure);
    iw_tls_context_free(tls);
    if (imap == NULL)
        fprintf(stderr, "%s\n", failure.error.detail);
    return imap;
}

struct iw_imap *account_open(void)
{
    unsigned long port = strtoul(setting("IMAPWRIGHT_TLS_PORT", "993"), NULL, 10);
    struct iw_imap *imap = connect_to(setting("IMAPWRIGHT_HOST", "localhost"), (unsigned)port);
    if (imap == NULL)
        return NULL;
    if (iw_imap_login(imap, setting("IMAPWRIGHT_USER", ""), setting("IMAPWRIGHT_PASSWORD", ""),
                      NULL) == IW_IMAP_OK)
        return imap;
    fprintf(stderr, "%s\n", iw_imap_failure(imap)->error.detail);
    iw_imap_free(imap);
    return NULL;
}

int account_close(struct iw_imap *imap, enum iw_imap_outcome outcome)
{
    if (outcome == IW_IMAP_NO)
        fprintf(stderr, "the server says NO\n");
    else if (outcome != IW_IMAP_OK)
        fprintf(stderr, "%s\n", iw_imap_failure(imap)->error.detail);
    else if (iw_imap_logout(imap, NULL) != IW_IMAP_OK)
        outcome = IW_IMAP_ABORT;
    iw_imap_free(imap);
    return outcome == IW_IMAP_OK ? 0 : 1;
}
