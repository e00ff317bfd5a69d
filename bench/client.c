/* SPDX-License-Identifier: MIT */
/* client PORT USER PASSWORD MAILBOX ITEMS COUNT: our client fetches the items of messages 1 to
 * COUNT as they come, and prints how many came and how many octets of bodies. */
#include "client/extensions.h"

#include <stdio.h>
#include <stdlib.h>

struct seen {
    unsigned long messages, octets;
    unsigned long sum; /* of UIDs, so that the values are looked at */
};

static bool count_octets(void *context, struct iw_span octets)
{
    struct seen *seen = context;
    seen->octets += octets.length;
    return true;
}

static bool count_message(void *context, const struct iw_response *response)
{
    struct seen *seen = context;
    const struct iw_fetch_item *uid = iw_fetch_find(&response->fetch, IW_FETCH_UID);
    seen->messages++;
    seen->sum += uid == NULL ? 0 : uid->number;
    return true;
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    return 1;
}

int main(int count, char **arguments)
{
    char set[40];
    struct seen seen = {.messages = 0};
    struct iw_imap_failure failure;
    const struct iw_fetch_sink sink = {
        .octets = count_octets, .message = count_message, .context = &seen};
    if (count != 7)
        return 2;
    unsigned port = (unsigned)strtoul(arguments[1], NULL, 10);
    struct iw_imap *imap = iw_imap_open("127.0.0.1", port, 0, &failure);
    if (imap == NULL)
        return fail("connecting", failure.error.detail);
    snprintf(set, sizeof set, "1:%s", arguments[6]);
    if (iw_imap_login(imap, arguments[2], arguments[3], NULL) != IW_IMAP_OK ||
        iw_imap_select(imap, arguments[4], true, NULL) != IW_IMAP_OK ||
        iw_imap_fetch_to(imap, false, set, arguments[5], NULL, &sink, NULL) != IW_IMAP_OK)
        return fail("fetching", iw_imap_reason(imap));
    printf("%lu %lu\n", seen.messages, seen.octets);
    iw_imap_logout(imap, NULL);
    iw_imap_free(imap);
    return 0;
}
