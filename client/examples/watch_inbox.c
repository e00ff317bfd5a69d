/* SPDX-License-Identifier: MIT */
/* Prints what happens in INBOX until it is interrupted: IDLE, issued again every 29 minutes, and a
 * signal handler that ends it properly. */
#include "client/examples/account.h"

#include <signal.h>
#include <stdio.h>

static struct iw_imap *watching; /* a signal handler has no other way to it */

static void on_interrupt(int signal)
{
    (void)signal;
    iw_imap_cancel(watching);
}

static bool print_response(void *context, const struct iw_response *response)
{
    struct iw_buf line;
    (void)context;
    iw_buf_init(&line, NULL, 1 << 20);
    iw_write_response(&line, response);
    fputs(iw_buf_string(&line), stdout);
    fflush(stdout);
    iw_buf_release(&line);
    return true;
}

static enum iw_imap_outcome watch(struct iw_imap *imap)
{
    struct iw_imap_listening listening = {.duration_ms = -1, .heard = print_response};
    enum iw_imap_outcome outcome = iw_imap_select(imap, "INBOX", true, NULL);
    if (outcome != IW_IMAP_OK)
        return outcome;
    puts("watching");
    fflush(stdout);
    return iw_imap_listen(imap, &listening);
}

int main(void)
{
    watching = account_open();
    if (watching == NULL)
        return 1;
    signal(SIGINT, on_interrupt);
    enum iw_imap_outcome outcome = watch(watching);
    signal(SIGINT, SIG_DFL);
    return account_close(watching, outcome);
}
