/* SPDX-License-Identifier: MIT */
/* Whole files: files.c is the one place of the language that touches the file system. */
#ifndef IW_SCRIPT_FILES_H
#define IW_SCRIPT_FILES_H

#include "base/arena.h"
#include "base/buf.h"

/* Adds the file's octets. False when it cannot be read or exceeds the buffer's cap: *why says why
 * and the buffer may hold a part. A pipe is read to its end. */
bool iw_read_file(const char *path, struct iw_buf *out, const char **why);

/* A file, and no pipe, into the arena; on failure data is NULL and *why says why. */
struct iw_span iw_load_file(const char *path, struct iw_arena *arena, const char **why);

#endif
