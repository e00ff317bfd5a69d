/* SPDX-License-Identifier: MIT */
/* A recording becomes a scenario: a dialogue from the greeting on, in which tags are left out,
 * pipelined commands have labels, and secrets are names.
 *
 * What our parser takes is written as a plain line; what it does not take, octet for octet
 * ("S=:", "C=:"), and then the scenario is marked "illegal". Literals that are short and printable
 * stand in their line, others become files. */
#ifndef IW_SCRIPT_TRANSCRIBE_H
#define IW_SCRIPT_TRANSCRIBE_H

#include "script/recording.h"

struct iw_transcribe_options {
    const char *title;              /* NULL: the commands that were heard */
    const char *stem;               /* of the names of files: letters, digits, "-", "_" */
    enum iw_client_outcome outcome; /* UNSAID counts as ANY */
    const struct iw_file *known; /* files that are there already: their names are used again, and
                                    no new one gets such a name; borrowed */
    size_t known_count;
    struct iw_texts optional;       /* commands that may come: "C?:" */
    struct iw_texts engine;         /* commands that are left to the engine wherever they come */
    struct iw_texts any;            /* commands whose arguments do not matter */
};

/* "NOOP,UID FETCH": names between commas, which are borrowed. False: no memory. */
bool iw_transcribe_names(const char *list, struct iw_arena *arena, struct iw_texts *names);

struct iw_transcription {
    struct iw_buf json;
    struct iw_file *files; /* for messages/ beside the scenario, in order of their coming */
    size_t file_count, file_capacity;
    struct iw_arena arena; /* owns the files */
};

/* Marks utterances of the recording on its way. False: no memory, or the redaction is full, and
 * then nothing of it may be written anywhere. Release it either way. */
bool iw_transcribe(struct iw_recording *recording, const struct iw_transcribe_options *options,
                   struct iw_transcription *transcription);
void iw_transcription_release(struct iw_transcription *transcription);

#endif
