/* SPDX-License-Identifier: MIT */
/* Prints every message of INBOX: the example of imaplib's documentation, in C. */
#include "client/examples/account.h"

#include <stdio.h>
#include <string.h>

static enum iw_imap_outcome print_message(struct iw_imap *imap, const char *number)
{
    struct iw_imap_result result;
    enum iw_imap_outcome outcome = iw_imap_fetch(imap, number, "(RFC822)", &result);
    if (outcome != IW_IMAP_OK)
        return outcome;
    struct iw_span body = result.data[0].literal;
    printf("Message %s\n%.*s\n", number, (int)body.length, body.data);
    return IW_IMAP_OK;
}

static enum iw_imap_outcome print_all(struct iw_imap *imap)
{
    struct iw_imap_result result;
    char numbers[100 * 1000];
    enum iw_imap_outcome outcome = iw_imap_select(imap, "INBOX", true, NULL);
    if (outcome == IW_IMAP_OK)
        outcome = iw_imap_search(imap, NULL, "ALL", &result);
    if (outcome != IW_IMAP_OK || result.count == 0)
        return outcome;
    snprintf(numbers, sizeof numbers, "%.*s", (int)result.data[0].text.length,
             result.data[0].text.data); /* a result ends at the next call */
    for (char *rest = numbers, *number; outcome == IW_IMAP_OK;) {
        if ((number = strtok_r(rest, " ", &rest)) == NULL)
            break;
        outcome = print_message(imap, number);
    }
    return outcome;
}

int main(void)
{
    struct iw_imap *imap = account_open();
    return imap == NULL ? 1 : account_close(imap, print_all(imap));
}
