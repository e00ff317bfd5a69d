/* SPDX-License-Identifier: MIT */
#include "script/files.h"

#include "script/fill.h"
#include "script/members.h"
#include "script/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 32 << 20 }; /* octets of a scenario or message file */

bool iw_read_file(const char *path, struct iw_buf *out, const char **why)
{
    char chunk[1 << 14];
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        *why = strerror(errno);
        return false;
    }
    for (size_t got = 1; got > 0 && !out->failed;) {
        got = fread(chunk, 1, sizeof chunk, stream);
        iw_buf_add(out, iw_span(chunk, got));
    }
    bool read = !ferror(stream);
    *why = read ? "it is too large" : strerror(errno);
    fclose(stream);
    return read && !out->failed;
}

struct iw_span iw_load_file(const char *path, struct iw_arena *arena, const char **why)
{
    struct iw_buf buf;
    struct iw_span octets = {NULL, 0};
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        *why = "it is no file";
        return octets;
    }
    iw_buf_init(&buf, NULL, FILE_MAX);
    if (iw_read_file(path, &buf, why)) {
        octets = iw_arena_copy(arena, iw_buf_span(&buf));
        *why = "out of memory";
    }
    iw_buf_release(&buf);
    return octets;
}

/* A message is written with LF or CRLF in the repository, and always has CRLF in the play. */
static struct iw_span with_crlf(struct iw_arena *arena, struct iw_span octets)
{
    size_t bare = 0;
    for (size_t i = 0; i < octets.length; i++)
        bare += octets.data[i] == '\n' && (i == 0 || octets.data[i - 1] != '\r');
    if (bare == 0)
        return octets;
    char *text = iw_arena_get(arena, octets.length + bare + 1);
    size_t length = 0;
    for (size_t i = 0; text != NULL && i < octets.length; i++) {
        if (octets.data[i] == '\n' && (i == 0 || octets.data[i - 1] != '\r'))
            text[length++] = '\r';
        text[length++] = octets.data[i];
    }
    return iw_span(text, length);
}

static bool ends_with(struct iw_span text, struct iw_span end)
{
    return text.length >= end.length &&
           iw_span_equal(iw_span_part(text, text.length - end.length, text.length), end);
}

/* Below messages/ and nowhere else: no "..", no absolute path, no NUL. */
static bool is_safe_name(struct iw_span name)
{
    if (name.length == 0 || name.length > 200 || name.data[0] == '/')
        return false;
    for (size_t i = 0; i < name.length; i++) {
        bool at_start = i == 0 || name.data[i - 1] == '/';
        if (name.data[i] == '\0' || (at_start && (name.data[i] == '.' || name.data[i] == '/')))
            return false;
    }
    return true;
}

static bool is_known_file(const struct iw_loader *loader, struct iw_span name)
{
    for (const struct iw_pending_file *file = loader->files; file != NULL; file = file->next)
        if (iw_span_equal(file->file.name, name))
            return true;
    return false;
}

static bool add_file(struct iw_loader *loader, struct iw_span name, struct iw_span octets)
{
    struct iw_pending_file *file = iw_arena_get(loader->arena, sizeof *file);
    if (file == NULL || octets.data == NULL)
        return iw_load_no_memory(loader);
    *file = (struct iw_pending_file){{name, octets}, loader->files};
    loader->files = file;
    loader->file_count++;
    return true;
}

/* Of the files that are there, the one that may be meant. */
static bool fail_file(struct iw_loader *loader, const struct iw_place *place, struct iw_span name,
                      const char *why)
{
    char directory[IW_PATH_MAX];
    const char *nearest = NULL;
    struct dirent **entries = NULL;
    int length = snprintf(directory, sizeof directory, "%s/messages", loader->root);
    int count = length < 0 || (size_t)length >= sizeof directory
                    ? 0
                    : scandir(directory, &entries, NULL, alphasort);
    for (int i = 0; i < count && nearest == NULL; i++)
        nearest = iw_nearest(name, (const char *const[]){entries[i]->d_name, NULL});
    iw_load_fail(loader, place, "cannot read messages/%.*s: %s%s%s%s",
                 name.length > 100 ? 100 : (int)name.length, name.data, why,
                 nearest == NULL ? "" : "; did you mean \"", nearest == NULL ? "" : nearest,
                 nearest == NULL ? "" : "\"?");
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return false;
}

bool iw_load_want_file(struct iw_loader *loader, const struct iw_place *place, struct iw_span name)
{
    if (is_known_file(loader, name))
        return true;
    int shown = name.length > 100 ? 100 : (int)name.length;
    if (!is_safe_name(name))
        return iw_load_fail(loader, place, "\"%.*s\" is no name of a file below messages/", shown,
                            name.data);
    if (loader->root == NULL)
        return iw_load_fail(loader, place, "there is no messages/ folder to find \"%.*s\" in",
                            shown, name.data);
    char path[IW_PATH_MAX];
    int length =
        snprintf(path, sizeof path, "%s/messages/%.*s", loader->root, (int)name.length, name.data);
    const char *why = "its path is too long";
    struct iw_span octets = {NULL, 0};
    if (length > 0 && (size_t)length < sizeof path)
        octets = iw_load_file(path, loader->arena, &why);
    if (octets.data == NULL)
        return fail_file(loader, place, name, why);
    if (ends_with(name, IW_SPAN(".eml")))
        octets = with_crlf(loader->arena, octets);
    return add_file(loader, name, octets);
}

bool iw_load_add_lines(struct iw_loader *loader, const struct iw_texts *lines, struct iw_span *name)
{
    char own[24]; /* no file's: is_safe_name refuses it */
    bool has_end = false;
    size_t length = 2;
    for (size_t i = 0; i < lines->count; i++)
        length += lines->items[i].length + 2;
    char *text = iw_arena_get(loader->arena, length);
    char *at = text;
    for (size_t i = 0; text != NULL && i < lines->count; i++) {
        memcpy(at, lines->items[i].data, lines->items[i].length);
        at += lines->items[i].length;
        *at++ = '\r';
        *at++ = '\n';
        has_end = has_end || lines->items[i].length == 0;
    }
    snprintf(own, sizeof own, ".%zu", loader->file_count);
    *name = iw_arena_copy(loader->arena, iw_span_of(own));
    if (text != NULL && !has_end)
        memcpy(at, "\r\n", 2);
    if (name->data == NULL)
        return iw_load_no_memory(loader);
    return add_file(loader, *name, iw_span(text, has_end ? length - 2 : length));
}

struct fills {
    struct iw_loader *loader;
    const struct iw_place *place;
    bool ok;
};

/* The argument of these is a file unless it is quoted ('…', handed over without its quotes) or
 * itself computed. */
static void want_fill(void *context, const struct iw_fill_use *use)
{
    struct fills *fills = context;
    bool takes_file =
        iw_span_starts(use->kind, IW_SPAN("literal")) || iw_span_equal(use->kind, IW_SPAN("size"));
    bool computed = use->argument.length == 0 || use->argument.data[-1] == '\'' ||
                    memchr(use->argument.data, '$', use->argument.length) != NULL;
    if (fills->ok && takes_file && !computed)
        fills->ok = iw_load_want_file(fills->loader, fills->place, use->argument);
}

bool iw_load_want_fills(struct iw_loader *loader, const struct iw_place *place, struct iw_span text)
{
    struct fills fills = {loader, place, true};
    struct iw_error error = {.code = IW_OK};
    if (iw_fill_scan(text, want_fill, &fills, &error) != IW_OK)
        return iw_load_fail(loader, place, "expected %s at character %zu of the text",
                            error.expected, error.offset + 1);
    return fills.ok;
}

static bool is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_root(const char *directory)
{
    char path[IW_PATH_MAX + 16];
    struct stat status;
    snprintf(path, sizeof path, "%s/messages", directory);
    if (is_directory(path))
        return true;
    snprintf(path, sizeof path, "%s/clauses.json", directory);
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

bool iw_load_find_root(const char *path, struct iw_root *root)
{
    char resolved[IW_PATH_MAX];
    if (realpath(path, resolved) == NULL)
        return false;
    char *slash = strrchr(resolved, '/');
    snprintf(root->id, sizeof root->id, "%s", slash + 1);
    snprintf(root->directory, sizeof root->directory, "%.*s", (int)(slash - resolved), resolved);
    for (size_t end = (size_t)(slash - resolved); end > 0;) {
        char directory[IW_PATH_MAX];
        snprintf(directory, sizeof directory, "%.*s", (int)end, resolved);
        if (is_root(directory)) {
            snprintf(root->id, sizeof root->id, "%s", resolved + end + 1);
            snprintf(root->directory, sizeof root->directory, "%s", directory);
            break;
        }
        while (end > 0 && resolved[--end] != '/')
            ;
    }
    size_t length = strlen(root->id);
    if (length > 5 && strcmp(root->id + length - 5, ".json") == 0)
        root->id[length - 5] = '\0';
    return true;
}
