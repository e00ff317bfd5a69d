/* SPDX-License-Identifier: MIT */
#include "tests/lib/each_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { PATH_LENGTH_MAX = 4096, DEPTH_MAX = 4, FILE_SIZE_MAX = 1 << 26 };

struct walk {
    void (*use)(void *context, const char *path, struct iw_span octets);
    void *context;
    size_t *files;
};

static bool walk(const struct walk *walked, const char *path, unsigned depth);

static bool cannot_read(const char *path)
{
    fprintf(stderr, "%s: cannot be read\n", path);
    return false;
}

static bool use_file(const struct walk *walked, const char *path, off_t size)
{
    if (size < 0 || size > FILE_SIZE_MAX)
        return cannot_read(path);
    size_t length = (size_t)size;
    FILE *file = fopen(path, "rb");
    char *data = malloc(length);
    bool read =
        file != NULL && (data != NULL || size == 0) && fread(data, 1, length, file) == length;
    ++*walked->files;
    if (read)
        walked->use(walked->context, path, iw_span(data, length));
    if (file != NULL)
        fclose(file);
    free(data);
    return read || cannot_read(path);
}

static bool walk_folder(const struct walk *walked, const char *path, unsigned depth)
{
    DIR *folder = depth < DEPTH_MAX ? opendir(path) : NULL;
    if (folder == NULL)
        return cannot_read(path);
    bool ok = true;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char inside[PATH_LENGTH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        int length = snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        ok &= length > 0 && (size_t)length < sizeof inside && walk(walked, inside, depth + 1);
    }
    closedir(folder);
    return ok;
}

static bool walk(const struct walk *walked, const char *path, unsigned depth)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return cannot_read(path);
    return S_ISDIR(status.st_mode) ? walk_folder(walked, path, depth)
                                   : use_file(walked, path, status.st_size);
}

bool iw_each_file(const char *path,
                  void (*use)(void *context, const char *path, struct iw_span octets),
                  void *context, size_t *files)
{
    struct walk walked = {use, context, files};
    return walk(&walked, path, 0);
}
