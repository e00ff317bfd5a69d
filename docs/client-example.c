/* SPDX-License-Identifier: MIT */
/* Lists the mailboxes of an account: client-example HOST PORT USER PASSWORD */
#include "client/imap.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct iw_imap_failure failure;
    struct iw_imap_result result;
    if (argc != 5)
        return 2;
    struct iw_imap *imap = iw_imap_open(argv[1], (unsigned)atoi(argv[2]), 5000, &failure);
    if (imap == NULL) {
        printf("cannot open: %s\n", failure.error.detail);
        return 1;
    }
    bool good = iw_imap_login(imap, argv[3], argv[4], NULL) == IW_IMAP_OK &&
                iw_imap_list(imap, NULL, NULL, &result) == IW_IMAP_OK;
    for (size_t i = 0; good && i < result.count; i++)
        printf("%.*s\n", (int)result.data[i].text.length, result.data[i].text.data);
    if (!good)
        printf("%s\n", iw_imap_reason(imap));
    iw_imap_logout(imap, NULL);
    iw_imap_free(imap);
    return good ? 0 : 1;
}
