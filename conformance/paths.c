/* SPDX-License-Identifier: MIT */
#include "conformance/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_in_json(const char *name)
{
    const size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

bool iw_paths_add(struct iw_paths *paths, const char *path, const char *id)
{
    struct iw_path *items = realloc(paths->items, (paths->count + 1) * sizeof *items);
    if (items == NULL)
        return false;
    paths->items = items;
    struct iw_path *added = &items[paths->count];
    added->path = strdup(path);
    added->id = strndup(id, strlen(id) - (ends_in_json(id) ? 5 : 0));
    if (added->path == NULL || added->id == NULL) {
        free(added->path);
        free(added->id);
        return false;
    }
    paths->count++;
    return true;
}

/* One walk: folders still to be read are a list, not a recursion. */
struct walk {
    struct iw_paths *paths;
    struct iw_paths folders; /* their ids are unused */
    const char *root;
    struct iw_buf *problem;
};

static unsigned depth_of(const char *root, const char *path)
{
    unsigned depth = 0;
    for (const char *c = path + strlen(root); *c != '\0'; c++)
        depth += *c == '/' ? 1 : 0;
    return depth;
}

/* No scenario, but a file that stands among them. */
static bool is_about_scenarios(const char *id)
{
    static const char *const names[] = {"clauses.json", "schema.json", "untestable.json"};
    const char *slash = strrchr(id, '/');
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(slash != NULL ? slash + 1 : id, names[i]) == 0)
            return true;
    }
    return false;
}

static bool visit(struct walk *walk, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return true; /* gone since it was listed, or a dangling link */
    if (S_ISDIR(status.st_mode)) {
        if (depth_of(walk->root, path) > IW_PATHS_DEPTH_MAX)
            return true;
        return iw_paths_add(&walk->folders, path, path);
    }
    if (!S_ISREG(status.st_mode) || !ends_in_json(path))
        return true;
    if (walk->paths->count == IW_PATHS_MAX) {
        iw_buf_addf(walk->problem, "more than %d scenarios below %s\n", IW_PATHS_MAX, walk->root);
        return false;
    }
    const char *id = path + strlen(walk->root);
    while (*id == '/')
        id++;
    return is_about_scenarios(id) || iw_paths_add(walk->paths, path, id);
}

static bool read_folder(struct walk *walk, const char *folder)
{
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        iw_buf_addf(walk->problem, "cannot read %s: %s\n", folder, strerror(errno));
        return false;
    }
    bool good = true;
    struct iw_buf path;
    iw_buf_init(&path, NULL, IW_PATH_OCTETS_MAX);
    for (struct dirent *entry = readdir(directory); entry != NULL && good;
         entry = readdir(directory)) {
        if (entry->d_name[0] == '.')
            continue;
        iw_buf_clear(&path);
        iw_buf_addf(&path, "%s/%s", folder, entry->d_name);
        good = visit(walk, iw_buf_string(&path));
    }
    iw_buf_release(&path);
    closedir(directory);
    return good;
}

bool iw_paths_walk(struct iw_paths *paths, const char *root, const char *folder,
                   struct iw_buf *problem)
{
    struct walk walk = {.paths = paths, .root = root, .problem = problem};
    bool good = read_folder(&walk, folder);
    for (size_t i = 0; i < walk.folders.count && good; i++)
        good = read_folder(&walk, walk.folders.items[i].path);
    iw_paths_release(&walk.folders);
    return good;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct iw_path *)a)->id, ((const struct iw_path *)b)->id);
}

void iw_paths_sort(struct iw_paths *paths)
{
    if (paths->count > 0)
        qsort(paths->items, paths->count, sizeof *paths->items, by_id);
}

void iw_paths_release(struct iw_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        free(paths->items[i].path);
        free(paths->items[i].id);
    }
    free(paths->items);
    *paths = (struct iw_paths){0};
}
