/* SPDX-License-Identifier: MIT */
/* A recording goes to the disk: the scenario, and messages/ beside it. */
#ifndef IW_CLI_RECORD_WRITE_H
#define IW_CLI_RECORD_WRITE_H

#include "script/transcribe.h"

/* The scenario, and its files; what is wrong has been said. False: it is not there, or lint finds
 * something in it. */
bool iw_record_write(const char *path, const struct iw_transcription *transcription);

/* What names of files begin with: the scenario's own name, as far as such names may go. */
void iw_record_stem(const char *path, char *stem, size_t size);

#endif
