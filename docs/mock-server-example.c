/* SPDX-License-Identifier: MIT */
/* A test of a client that blocks: a mock server in the same program, and its verdict. The client
 * here is imapwright's own; yours takes its place. */
#include "client/imap.h"
#include "mockserver/mock_server.h"

#include <stdio.h>

static const char scenario[] =
    "{\"title\": \"A server that is too busy for SELECT\", \"then\": {\"in_sync\": true},"
    " \"rules\": [{\"on\": \"C: SELECT\", \"play\": [\"S: NO [INUSE] try again\"]}]}";

/* The code under test. */
static bool can_open(const char *host, unsigned port)
{
    struct iw_imap_failure failure;
    struct iw_imap *imap = iw_imap_open(host, port, 5000, &failure);
    bool open = imap != NULL && iw_imap_login(imap, "user", "secret", NULL) == IW_IMAP_OK &&
                iw_imap_select(imap, "INBOX", false, NULL) == IW_IMAP_OK;
    if (imap != NULL)
        iw_imap_logout(imap, NULL);
    iw_imap_free(imap);
    return open;
}

int main(void)
{
    char report[2000];
    struct iw_error error = {0};
    struct iw_mock_server *server = iw_mock_server_start(&error);
    unsigned plain = server == NULL ? 0 : iw_mock_server_load_plain(server, &error);
    unsigned busy =
        server == NULL ? 0 : iw_mock_server_load_text(server, scenario, NULL, 0, &error);
    if (plain == 0 || busy == 0) {
        printf("no mock server: %s\n", error.detail);
        return 2;
    }
    printf("a server as it should be: %s\n",
           can_open("127.0.0.1", iw_mock_server_port(server, plain)) ? "opened" : "refused");
    printf("one that is busy: %s\n",
           can_open("127.0.0.1", iw_mock_server_port(server, busy)) ? "opened" : "refused");
    bool good = iw_mock_server_verify(server, busy, 1000, report, sizeof report);
    printf("%s", report);
    iw_mock_server_stop(server);
    return good ? 0 : 1;
}
