/* SPDX-License-Identifier: MIT */
/* A test of what a client does to the mail: what is there before and after, what was said for it,
 * and what it makes of news and of the end. The client here is imapwright's own; yours takes its
 * place. */
#include "client/imap.h"
#include "mockserver/mock_server.h"

#include <stdio.h>
#include <string.h>

/* The code under test: marks all messages as read. */
static bool mark_all_read(struct iw_imap *imap)
{
    return iw_imap_select(imap, "INBOX", false, NULL) == IW_IMAP_OK &&
           iw_imap_store(imap, "1:*", "+FLAGS.SILENT", "(\\Seen)", NULL) == IW_IMAP_OK;
}

static void print_inbox(struct iw_mock_server *server, unsigned scenario)
{
    struct iw_mock_server_mailboxes *all = iw_mock_server_mailboxes(server, scenario, NULL);
    const struct iw_mock_server_mailbox *inbox = iw_mock_server_mailbox(all, "INBOX");
    for (size_t i = 0; i < inbox->count; i++)
        printf("%u: %s\n", inbox->messages[i].uid, inbox->messages[i].flags);
    iw_mock_server_mailboxes_free(all);
}

static void print_stores(struct iw_mock_server *server, unsigned scenario)
{
    struct iw_mock_server_commands *all = iw_mock_server_commands(server, scenario, 0, 0);
    for (size_t i = 0; i < all->count; i++) {
        const char *behind_tag = strchr(all->items[i].text, ' ');
        if (behind_tag != NULL && strncmp(behind_tag, " STORE", 6) == 0)
            printf("connection %u:%s\n", all->items[i].conn, behind_tag);
    }
    iw_mock_server_commands_free(all);
}

int main(void)
{
    const struct iw_mock_server_delivery mail = {.octets = "Subject: news\r\n\r\nHi\r\n",
                                                 .flags = "\\Flagged"};
    struct iw_error error = {0};
    struct iw_imap_failure failure;
    struct iw_mock_server *server = iw_mock_server_start(&error);
    unsigned plain = server == NULL ? 0 : iw_mock_server_load_plain(server, &error);
    if (plain == 0 || iw_mock_server_deliver(server, plain, &mail, &error) == 0) {
        printf("no mock server: %s\n", error.detail);
        return 2;
    }
    struct iw_imap *imap =
        iw_imap_open("127.0.0.1", iw_mock_server_port(server, plain), 5000, &failure);
    bool good = imap != NULL && iw_imap_login(imap, "user", "secret", NULL) == IW_IMAP_OK &&
                mark_all_read(imap);
    print_inbox(server, plain);
    print_stores(server, plain);
    printf("%zu connection ended\n", iw_mock_server_hang_up(server, plain, 0, false));
    printf("and then: %s\n", good && mark_all_read(imap) ? "worked" : "failed");
    iw_imap_free(imap);
    iw_mock_server_stop(server);
    return good ? 0 : 1;
}
