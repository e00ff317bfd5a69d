/* SPDX-License-Identifier: MIT */
#include "mockserver/mail.h"

#include "base/utf7.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_OCTETS_MAX = 4096, DEPTH_MAX = 32, FILE_OCTETS_MAX = 1 << 30 };

/* One run. The path grows and shrinks with the walk. */
struct loading {
    struct iw_engine *engine;
    struct iw_user *owner;
    struct iw_error *error;
    struct iw_buf path; /* of the file or folder being read */
    struct iw_buf name; /* of the mailbox it belongs to; empty: INBOX */
    struct iw_buf octets, message;
};

static bool fail(struct loading *loading, unsigned long line, const char *why)
{
    const char *path = iw_buf_string(&loading->path);
    if (line > 0)
        iw_failf(loading->error, IW_SYNTAX, "%s:%lu: %s", path, line, why);
    else
        iw_failf(loading->error, IW_SYNTAX, "%s: %s", path, why);
    return false;
}

/* ---- files ---- */

static bool read_stream(struct loading *loading, FILE *file)
{
    enum { PIECE = 1 << 16 };
    struct iw_buf *octets = &loading->octets;
    iw_buf_clear(octets);
    for (char *room; (room = iw_buf_reserve(octets, PIECE)) != NULL;) {
        size_t got = fread(room, 1, PIECE, file);
        iw_buf_commit(octets, got);
        if (got < PIECE)
            return ferror(file) == 0;
    }
    return false;
}

static bool read_file(struct loading *loading)
{
    FILE *file = fopen(iw_buf_string(&loading->path), "rb");
    if (file == NULL)
        return fail(loading, 0, strerror(errno));
    errno = 0;
    bool read = read_stream(loading, file);
    fclose(file);
    return read || fail(loading, 0, errno != 0 ? strerror(errno) : "too long");
}

/* Up to the first line end, that included. */
static struct iw_span first_line(struct iw_span text)
{
    const char *end = text.length == 0 ? NULL : memchr(text.data, '\n', text.length);
    return end == NULL ? text : iw_span_part(text, 0, (size_t)(end - text.data) + 1);
}

static struct iw_span behind(struct iw_span text, struct iw_span line)
{
    return iw_span_part(text, line.length, text.length);
}

static struct iw_span chomp(struct iw_span line)
{
    while (line.length > 0 && strchr("\r\n", line.data[line.length - 1]) != NULL)
        line.length--;
    return line;
}

/* ---- messages ---- */

static struct iw_mailbox *mailbox_of(struct loading *loading)
{
    struct iw_store *store = &loading->engine->store;
    struct iw_span name = iw_buf_span(&loading->name);
    if (name.length == 0)
        name = IW_SPAN("INBOX");
    struct iw_mailbox *mailbox = iw_store_find(store, loading->owner, name);
    if (mailbox == NULL && name.length <= IW_MAILBOX_NAME_MAX && iw_name_is_good(name))
        mailbox = iw_store_create(store, loading->owner, name);
    if (mailbox == NULL)
        fail(loading, 0, "is no good name for a mailbox, or there is no memory");
    return mailbox;
}

/* What loading->message holds. */
static bool deliver(struct loading *loading, uint64_t flags, int64_t seconds)
{
    struct iw_mailbox *mailbox = mailbox_of(loading);
    struct iw_span octets = iw_buf_span(&loading->message);
    if (mailbox == NULL)
        return false;
    if (loading->message.failed || octets.length > loading->engine->options.append_max)
        return fail(loading, 0, "too long for a message");
    struct iw_store *store = &loading->engine->store;
    struct iw_content *content = iw_store_content(store, octets);
    if (content == NULL)
        return fail(loading, 0, "no memory for more mail");
    struct iw_delivery delivery = {
        .content = content, .flags = flags, .saved = loading->engine->now};
    if (!iw_date_from_unix(seconds, 0, &delivery.date))
        delivery.date = iw_engine_date(loading->engine);
    bool added = iw_mailbox_add(mailbox, &delivery) != NULL;
    iw_store_drop(store, content);
    return added || fail(loading, 0, "no memory for more mail");
}

static void add_line(struct loading *loading, struct iw_span line)
{
    iw_buf_add(&loading->message, chomp(line));
    iw_buf_add_string(&loading->message, "\r\n");
}

static bool load_message(struct loading *loading, uint64_t flags)
{
    struct stat facts;
    if (stat(iw_buf_string(&loading->path), &facts) != 0)
        return fail(loading, 0, strerror(errno));
    if (!read_file(loading))
        return false;
    iw_buf_clear(&loading->message);
    struct iw_span rest = iw_buf_span(&loading->octets);
    for (struct iw_span line; rest.length > 0; rest = behind(rest, line)) {
        line = first_line(rest);
        add_line(loading, line);
    }
    return deliver(loading, flags, facts.st_mtime);
}

/* ---- mbox ---- */

/* From-line = "From " address SP asctime, RFC 4155 App. A. What it does not say is now. */
static int64_t date_of_border(const struct loading *loading, struct iw_span line)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[128], month[4];
    int year, day, hour, minute, second;
    snprintf(text, sizeof text, "%.*s", (int)line.length, line.data);
    if (sscanf(text, "From %*s %*3s %3s %2d %2d:%2d:%2d %4d", month, &day, &hour, &minute, &second,
               &year) != 6)
        return loading->engine->now;
    const char *found = strstr(months, month);
    if (found == NULL || day < 1 || day > 31 || year < 1 || year > 9999 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 59)
        return loading->engine->now;
    const struct iw_date date = {.year = (uint16_t)year,
                                 .month = (uint8_t)((found - months) / 3 + 1),
                                 .day = (uint8_t)day,
                                 .hour = (uint8_t)hour,
                                 .minute = (uint8_t)minute,
                                 .second = (uint8_t)second};
    return iw_date_to_unix(&date);
}

/* *( ">" ) "From " */
static bool is_quoted_border(struct iw_span line)
{
    size_t depth = 0;
    while (depth < line.length && line.data[depth] == '>')
        depth++;
    return depth > 0 && iw_span_starts(iw_span_part(line, depth, line.length), IW_SPAN("From "));
}

/* The lines of one message, from behind its border up to the next one; what is left. */
static struct iw_span take_message(struct loading *loading, struct iw_span rest)
{
    bool blank = false; /* an empty line that may belong to the next border */
    iw_buf_clear(&loading->message);
    for (struct iw_span line; rest.length > 0; rest = behind(rest, line)) {
        line = first_line(rest);
        if (blank && iw_span_starts(line, IW_SPAN("From ")))
            break;
        if (blank)
            add_line(loading, iw_span("", 0));
        blank = chomp(line).length == 0;
        if (!blank)
            add_line(loading, is_quoted_border(line) ? iw_span_part(line, 1, line.length) : line);
    }
    return rest;
}

static bool load_mbox(struct loading *loading)
{
    if (!read_file(loading))
        return false;
    struct iw_span rest = iw_buf_span(&loading->octets);
    if (rest.length > 0 && !iw_span_starts(rest, IW_SPAN("From ")))
        return fail(loading, 1, "no mbox file: it does not begin with \"From \"");
    if (rest.length == 0)
        return mailbox_of(loading) != NULL;
    while (rest.length > 0) {
        struct iw_span border = first_line(rest);
        int64_t seconds = date_of_border(loading, chomp(border));
        rest = take_message(loading, behind(rest, border));
        if (!deliver(loading, 0, seconds))
            return false;
    }
    return true;
}

/* ---- folders ---- */

typedef bool visit(struct loading *loading, const char *name, unsigned depth);

static bool is_folder(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool has_folder(struct loading *loading, const char *name)
{
    size_t length = loading->path.length;
    iw_buf_addf(&loading->path, "/%s", name);
    bool has = is_folder(iw_buf_string(&loading->path));
    iw_buf_truncate(&loading->path, length);
    return has;
}

static int is_wanted(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Visits what is in the folder, in order, with the path of each. */
static bool walk(struct loading *loading, visit *each, unsigned depth)
{
    struct dirent **entries;
    int count = scandir(iw_buf_string(&loading->path), &entries, is_wanted, alphasort);
    if (count < 0)
        return fail(loading, 0, strerror(errno));
    size_t length = loading->path.length;
    bool loaded = true;
    for (int i = 0; i < count; i++) {
        iw_buf_addf(&loading->path, "/%s", entries[i]->d_name);
        if (loaded && (loading->path.failed || depth == DEPTH_MAX))
            loaded = fail(loading, 0, "folders are too deep");
        loaded = loaded && each(loading, entries[i]->d_name, depth + 1);
        iw_buf_truncate(&loading->path, length);
        free(entries[i]);
    }
    free(entries);
    return loaded;
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), wanted = strlen(end);
    return length > wanted && strcmp(name + length - wanted, end) == 0;
}

/* ---- Maildir ---- */

static uint64_t maildir_flags(const char *name)
{
    static const struct {
        char letter;
        uint64_t flag;
    } letters[] = {{'D', IW_FLAG_DRAFT},
                   {'F', IW_FLAG_FLAGGED},
                   {'R', IW_FLAG_ANSWERED},
                   {'S', IW_FLAG_SEEN},
                   {'T', IW_FLAG_DELETED}};
    uint64_t flags = 0;
    const char *info = strstr(name, ":2,");
    for (size_t i = 0; info != NULL && i < sizeof letters / sizeof *letters; i++)
        flags |= strchr(info + 3, letters[i].letter) == NULL ? 0 : letters[i].flag;
    return flags;
}

static bool visit_maildir_message(struct loading *loading, const char *name, unsigned depth)
{
    (void)depth;
    if (name[0] == '.' || is_folder(iw_buf_string(&loading->path)))
        return true;
    return load_message(loading, maildir_flags(name));
}

static bool load_maildir_mailbox(struct loading *loading, unsigned depth)
{
    static const char *const parts[] = {"/cur", "/new"};
    size_t length = loading->path.length;
    bool loaded = mailbox_of(loading) != NULL;
    for (size_t i = 0; i < 2 && loaded; i++) {
        iw_buf_add_string(&loading->path, parts[i]);
        if (is_folder(iw_buf_string(&loading->path)))
            loaded = walk(loading, visit_maildir_message, depth);
        iw_buf_truncate(&loading->path, length);
    }
    return loaded;
}

/* .A.B */
static bool visit_maildir(struct loading *loading, const char *name, unsigned depth)
{
    size_t length = loading->name.length;
    if (name[0] != '.' || !has_folder(loading, "cur"))
        return true;
    if (length > 0)
        iw_buf_add_char(&loading->name, '/');
    if (iw_utf7_decode(&loading->name, iw_span_of(name + 1), NULL) != IW_OK)
        return fail(loading, 0, "is not in modified UTF-7");
    for (size_t i = length; i < loading->name.length; i++) {
        char *octet = loading->name.data + loading->name.begin + i;
        *octet = *octet == '.' ? '/' : *octet;
    }
    bool loaded = load_maildir_mailbox(loading, depth);
    iw_buf_truncate(&loading->name, length);
    return loaded;
}

/* ---- folders of messages ---- */

static bool load_folder(struct loading *loading, unsigned depth);

/* Does something one level below the mailbox. */
static bool load_below(struct loading *loading, struct iw_span name, unsigned depth)
{
    size_t length = loading->name.length;
    if (length > 0)
        iw_buf_add_char(&loading->name, '/');
    iw_buf_add(&loading->name, name);
    bool folder = is_folder(iw_buf_string(&loading->path));
    bool loaded =
        !folder ? load_mbox(loading) : mailbox_of(loading) != NULL && load_folder(loading, depth);
    iw_buf_truncate(&loading->name, length);
    return loaded;
}

static bool visit_folder(struct loading *loading, const char *name, unsigned depth)
{
    if (name[0] == '.')
        return true;
    if (is_folder(iw_buf_string(&loading->path)))
        return load_below(loading, iw_span_of(name), depth);
    if (ends_with(name, ".mbox"))
        return load_below(loading, iw_span(name, strlen(name) - strlen(".mbox")), depth);
    return !ends_with(name, ".eml") || load_message(loading, 0);
}

static bool load_folder(struct loading *loading, unsigned depth)
{
    if (!has_folder(loading, "cur") && !has_folder(loading, "new"))
        return walk(loading, visit_folder, depth);
    return load_maildir_mailbox(loading, depth) && walk(loading, visit_maildir, depth);
}

enum iw_result iw_mail_load(struct iw_engine *engine, struct iw_user *owner, const char *path,
                            struct iw_error *error)
{
    struct loading loading = {.engine = engine, .owner = owner, .error = error};
    iw_buf_init(&loading.path, NULL, PATH_OCTETS_MAX);
    iw_buf_init(&loading.name, NULL, PATH_OCTETS_MAX);
    iw_buf_init(&loading.octets, NULL, FILE_OCTETS_MAX);
    iw_buf_init(&loading.message, NULL, FILE_OCTETS_MAX);
    iw_buf_add_string(&loading.path, path);
    bool loaded = is_folder(path) ? load_folder(&loading, 0) : load_mbox(&loading);
    iw_buf_release(&loading.message);
    iw_buf_release(&loading.octets);
    iw_buf_release(&loading.name);
    iw_buf_release(&loading.path);
    return loaded ? IW_OK : error->code != IW_OK ? error->code : IW_NO_MEMORY;
}
