/* SPDX-License-Identifier: MIT */
/* backup MAILBOX MAILDIR: copies the messages that MAILDIR does not have yet, in constant memory,
 * with a progress bar on standard error. A message is the file cur/UIDVALIDITY.UID:2,FLAGS, and is
 * there as a whole or not at all. */
#include "client/examples/account.h"

#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 1000, BAR_WIDTH = 40 };

struct backup {
    const char *maildir;
    uint32_t uidvalidity;
    struct iw_buf missing; /* UIDs to be fetched, "1,5,9" */
    uint64_t wanted;       /* octets of all that is missing */
    uint64_t begun;        /* octets received before the first of them */
    FILE *file;            /* of the message that is coming */
    char part[PATH_SIZE];  /* its name so far */
};

/* ---- names ---- */

static bool make_folders(const char *maildir)
{
    static const char *const folders[] = {"", "/tmp", "/new", "/cur"};
    char path[PATH_SIZE];
    struct stat status;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s%s", maildir, folders[i]);
        if (mkdir(path, 0700) != 0 && stat(path, &status) != 0)
            return false;
    }
    return true;
}

static bool has(const struct backup *backup, uint32_t uid)
{
    char pattern[PATH_SIZE];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/cur/%" PRIu32 ".%" PRIu32 ":2,*", backup->maildir,
             backup->uidvalidity, uid);
    bool there = glob(pattern, GLOB_NOSORT, NULL, &found) == 0;
    globfree(&found);
    return there;
}

/* Maildir's letters, in their order. */
static void name_message(const struct backup *backup, uint32_t uid, unsigned flags, char *path)
{
    static const struct {
        unsigned flag;
        char letter;
    } letters[] = {{IW_FLAG_DRAFT, 'D'},
                   {IW_FLAG_FLAGGED, 'F'},
                   {IW_FLAG_ANSWERED, 'R'},
                   {IW_FLAG_SEEN, 'S'},
                   {IW_FLAG_DELETED, 'T'}};
    char set[8] = "";
    size_t count = 0;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if ((flags & letters[i].flag) != 0)
            set[count++] = letters[i].letter;
    snprintf(path, PATH_SIZE, "%s/cur/%" PRIu32 ".%" PRIu32 ":2,%s", backup->maildir,
             backup->uidvalidity, uid, set);
}

/* ---- what is missing ---- */

static bool note_missing(void *context, const struct iw_response *response)
{
    struct backup *backup = context;
    const struct iw_fetch_item *uid = iw_fetch_find(&response->fetch, IW_FETCH_UID);
    const struct iw_fetch_item *size = iw_fetch_find(&response->fetch, IW_FETCH_SIZE);
    if (uid == NULL || size == NULL || has(backup, (uint32_t)uid->number))
        return true;
    iw_buf_addf(&backup->missing, "%s%" PRIu64, backup->missing.length == 0 ? "" : ",",
                uid->number);
    backup->wanted += size->number;
    return !backup->missing.failed;
}

/* ---- messages ---- */

static bool begin_message(void *context, uint32_t number, struct iw_span section, uint64_t size)
{
    struct backup *backup = context;
    (void)section;
    (void)size;
    snprintf(backup->part, sizeof backup->part, "%s/tmp/%" PRIu32 ".%ld", backup->maildir, number,
             (long)getpid());
    backup->file = fopen(backup->part, "wb");
    return backup->file != NULL;
}

static bool write_octets(void *context, struct iw_span octets)
{
    const struct backup *backup = context;
    return fwrite(octets.data, 1, octets.length, backup->file) == octets.length;
}

static bool end_message(void *context, const struct iw_response *response)
{
    struct backup *backup = context;
    char path[PATH_SIZE];
    const struct iw_fetch_item *uid = iw_fetch_find(&response->fetch, IW_FETCH_UID);
    const struct iw_fetch_item *flags = iw_fetch_find(&response->fetch, IW_FETCH_FLAGS);
    if (backup->file == NULL)
        return true; /* flags that someone has changed */
    bool written = fclose(backup->file) == 0;
    backup->file = NULL;
    if (!written || uid == NULL)
        return false;
    name_message(backup, (uint32_t)uid->number, flags == NULL ? 0 : flags->flags.bits, path);
    return rename(backup->part, path) == 0;
}

static bool draw_bar(void *context, uint64_t received, uint64_t sent)
{
    struct backup *backup = context;
    (void)sent;
    if (backup->begun == 0)
        backup->begun = received;
    uint64_t done = received - backup->begun;
    uint64_t share = backup->wanted == 0 ? 100 : done * 100 / backup->wanted;
    int percent = share > 100 ? 100 : (int)share;
    char bar[BAR_WIDTH + 1];
    memset(bar, '#', BAR_WIDTH);
    bar[percent * BAR_WIDTH / 100] = '\0';
    fprintf(stderr, "\r[%-*s] %3d %%", BAR_WIDTH, bar, percent);
    return true;
}

/* ---- the whole ---- */

static enum iw_imap_outcome back_up(struct iw_imap *imap, const char *mailbox,
                                    struct backup *backup)
{
    struct iw_imap_result result;
    enum iw_imap_outcome outcome = iw_imap_select(imap, mailbox, true, &result);
    if (outcome != IW_IMAP_OK)
        return outcome;
    const struct iw_code *code = iw_imap_code(&result, "UIDVALIDITY");
    backup->uidvalidity = code == NULL ? 0 : (uint32_t)code->number;
    struct iw_fetch_sink look = {.message = note_missing, .context = backup};
    outcome = iw_imap_fetch_to(imap, true, "1:*", "(RFC822.SIZE)", NULL, &look, NULL);
    if (outcome != IW_IMAP_OK || backup->missing.length == 0)
        return outcome;
    struct iw_fetch_sink take = {begin_message, write_octets, end_message, backup};
    iw_imap_on_progress(imap, draw_bar, backup);
    outcome = iw_imap_fetch_to(imap, true, iw_buf_string(&backup->missing), "(FLAGS BODY.PEEK[])",
                               NULL, &take, NULL);
    iw_imap_on_progress(imap, NULL, NULL);
    fputs("\n", stderr);
    return outcome;
}

int main(int count, char **arguments)
{
    struct backup backup = {.maildir = count == 3 ? arguments[2] : NULL};
    if (count != 3 || !make_folders(backup.maildir)) {
        fprintf(stderr, "usage: backup MAILBOX MAILDIR, which can be written to\n");
        return 2;
    }
    struct iw_imap *imap = account_open();
    if (imap == NULL)
        return 1;
    iw_buf_init(&backup.missing, NULL, 512 * 1024);
    int status = account_close(imap, back_up(imap, arguments[1], &backup));
    if (backup.file != NULL)
        fclose(backup.file);
    iw_buf_release(&backup.missing);
    return status;
}
