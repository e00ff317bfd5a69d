/* SPDX-License-Identifier: MIT */
#include "cli/whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

bool iw_write_whole(const char *path, struct iw_span octets)
{
    char beside[4096];
    int length = snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof beside) {
        errno = ENAMETOOLONG;
        return false;
    }
    FILE *file = fopen(beside, "w");
    bool written = file != NULL && fwrite(octets.data, 1, octets.length, file) == octets.length;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (written && rename(beside, path) == 0)
        return true;
    int why = errno;
    unlink(beside);
    errno = why;
    return false;
}
