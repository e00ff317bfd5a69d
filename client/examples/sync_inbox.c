/* SPDX-License-Identifier: MIT */
/* sync_inbox FILE: prints what has changed in INBOX since the last time, and keeps in FILE what the
 * next time needs. With QRESYNC the server says it all in one answer; without, the view costs more
 * but is just as right.
 *
 * FILE: "uidvalidity modseq", then a line "uid flags modseq" for each message. */
#include "client/examples/account.h"

#include <inttypes.h>
#include <stdio.h>

enum { MESSAGES_MAX = 10 * 1000 * 1000 };

/* ---- the file ---- */

/* A file that cannot be read is a mailbox that was never seen. */
static void load(struct iw_mailbox_view *view, const char *path)
{
    struct iw_mailbox_facts facts = {.exists = 0};
    struct iw_message message = {.flags_known = true};
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return;
    iw_mailbox_view_loosen(view);
    if (fscanf(file, "%" SCNu32 " %" SCNu64, &facts.uidvalidity, &facts.highest_modseq) == 2)
        iw_mailbox_view_set_facts(view, &facts);
    while (fscanf(file, "%" SCNu32 " %u %" SCNu64, &message.uid, &message.flags, &message.modseq) ==
           3)
        iw_mailbox_view_add(view, &message);
    fclose(file);
}

static bool save(const struct iw_mailbox_view *view, const char *path)
{
    const struct iw_mailbox_facts *facts = iw_mailbox_view_facts(view);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    fprintf(file, "%" PRIu32 " %" PRIu64 "\n", facts->uidvalidity, facts->highest_modseq);
    for (uint32_t number = 1; number <= iw_mailbox_view_count(view); number++) {
        const struct iw_message *message = iw_mailbox_view_at(view, number);
        fprintf(file, "%" PRIu32 " %u %" PRIu64 "\n", message->uid, message->flags,
                message->modseq);
    }
    bool written = ferror(file) == 0;
    return fclose(file) == 0 && written;
}

/* ---- what has changed ---- */

static void print_gone(void *context, uint32_t number, const struct iw_message *message)
{
    (void)context;
    (void)number;
    printf("gone %" PRIu32 "\n", message->uid);
}

static void print_changed(void *context, uint32_t number, const struct iw_message *message)
{
    (void)context;
    (void)number;
    printf("message %" PRIu32 "%s%s\n", message->uid,
           (message->flags & IW_FLAG_SEEN) != 0 ? " seen" : "",
           (message->flags & IW_FLAG_FLAGGED) != 0 ? " flagged" : "");
}

int main(int count, char **arguments)
{
    static const char *const ways[] = {"QRESYNC", "CONDSTORE", "all messages"};
    const struct iw_view_watcher watcher = {.gone = print_gone, .changed = print_changed};
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, MESSAGES_MAX);
    struct iw_imap *imap = count == 2 ? account_open() : NULL;
    enum iw_resync_way way = IW_RESYNC_FULL;
    if (imap == NULL || view == NULL) {
        iw_imap_free(imap);
        iw_mailbox_view_free(view);
        return 1;
    }
    load(view, arguments[1]);
    iw_mailbox_view_watch(view, &watcher);
    enum iw_imap_outcome outcome = iw_imap_resync(imap, "INBOX", true, view, &way);
    if (outcome == IW_IMAP_OK)
        printf("%" PRIu32 " messages, by %s\n", iw_mailbox_view_count(view), ways[way]);
    bool saved = outcome == IW_IMAP_OK && save(view, arguments[1]);
    int status = account_close(imap, outcome);
    iw_mailbox_view_free(view);
    return saved ? status : 1;
}
