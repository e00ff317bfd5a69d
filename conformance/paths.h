/* SPDX-License-Identifier: MIT */
/* The scenario files below a directory, each with the id that its place gives it. */
#ifndef IW_CONFORMANCE_PATHS_H
#define IW_CONFORMANCE_PATHS_H

#include "base/buf.h"

enum { IW_PATH_OCTETS_MAX = 4096, IW_PATHS_DEPTH_MAX = 8, IW_PATHS_MAX = 100000 };

struct iw_path {
    char *path; /* owned */
    char *id;   /* owned: below the root, without ".json" */
};

struct iw_paths {
    struct iw_path *items;
    size_t count;
};

/* Adds every *.json below the folder; ids count from root, of which folder is a part. False with a
 * line in *problem when a folder cannot be read or there are too many. */
bool iw_paths_walk(struct iw_paths *paths, const char *root, const char *folder,
                   struct iw_buf *problem);

/* The id of a file added alone is its name without ".json". False: no memory. */
bool iw_paths_add(struct iw_paths *paths, const char *path, const char *id);

/* By id. */
void iw_paths_sort(struct iw_paths *paths);
void iw_paths_release(struct iw_paths *paths);

#endif
