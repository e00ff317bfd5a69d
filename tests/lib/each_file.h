/* SPDX-License-Identifier: MIT */
/* Inputs from disk: corpora, seeds, one file. */
#ifndef IW_TESTS_EACH_FILE_H
#define IW_TESTS_EACH_FILE_H

#include "base/span.h"

/* Calls use for path, or for each file below it if it is a folder, up to four levels deep; names
 * that begin with "." are passed over. The octets lie in a block of exactly their size, so that
 * AddressSanitizer sees a read past its end, and end with the call. False when something cannot be
 * read: it says what on stderr, and goes on. *files counts. */
bool iw_each_file(const char *path,
                  void (*use)(void *context, const char *path, struct iw_span octets),
                  void *context, size_t *files);

#endif
