/* SPDX-License-Identifier: MIT */
/* A whole small file in a buffer. */
#ifndef IW_CONFORMANCE_READ_FILE_H
#define IW_CONFORMANCE_READ_FILE_H

#include "base/buf.h"
#include "base/result.h"

/* Adds the file's octets. IW_SYSTEM, or IW_LIMIT when it exceeds the buffer's cap; the error's
 * detail names the file. */
enum iw_result iw_read_file(const char *path, struct iw_buf *out, struct iw_error *error);

#endif
