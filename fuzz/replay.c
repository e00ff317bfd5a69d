/* SPDX-License-Identifier: MIT */
/* Runs every file of the folders (or the files) named on the command line through one fuzz target:
 * the corpora as tests, for compilers without libFuzzer. */
#include "fuzz/holds.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_LENGTH_MAX = 4096, DEPTH_MAX = 4, INPUT_MAX = 1 << 26 };

static bool replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = size > INPUT_MAX ? NULL : malloc(size); /* exactly: a read beyond is seen */
    bool read = file != NULL && (data != NULL || size == 0) && fread(data, 1, size, file) == size;
    if (read)
        LLVMFuzzerTestOneInput(data, size);
    else
        fprintf(stderr, "%s: cannot be read\n", path);
    if (file != NULL)
        fclose(file);
    free(data);
    return read;
}

static bool replay(const char *path, unsigned depth, size_t *inputs);

static bool replay_folder(const char *path, unsigned depth, size_t *inputs)
{
    DIR *folder = opendir(path);
    if (folder == NULL || depth == DEPTH_MAX) {
        fprintf(stderr, "%s: cannot be read\n", path);
        if (folder != NULL)
            closedir(folder);
        return false;
    }
    bool ok = true;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char inside[PATH_LENGTH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        int length = snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        ok &= length > 0 && (size_t)length < sizeof inside && replay(inside, depth + 1, inputs);
    }
    closedir(folder);
    return ok;
}

static bool replay(const char *path, unsigned depth, size_t *inputs)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        perror(path);
        return false;
    }
    if (S_ISDIR(status.st_mode))
        return replay_folder(path, depth, inputs);
    ++*inputs;
    return replay_file(path, (size_t)status.st_size);
}

int main(int argc, char **argv)
{
    size_t inputs = 0;
    bool ok = true;
    for (int i = 1; i < argc; i++)
        ok &= replay(argv[i], 0, &inputs);
    printf("%zu inputs\n", inputs);
    return ok && inputs > 0 ? 0 : 1;
}
