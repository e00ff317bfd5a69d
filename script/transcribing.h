/* SPDX-License-Identifier: MIT */
/* A scenario being written. Private to transcribe.c and transcribe_lines.c. */
#ifndef IW_SCRIPT_TRANSCRIBING_H
#define IW_SCRIPT_TRANSCRIBING_H

#include "script/transcribe.h"

struct iw_transcribing {
    struct iw_recording *recording;
    const struct iw_transcribe_options *options;
    struct iw_transcription *out;
    struct iw_buf steps; /* of the dialogue, in JSON, each behind a line's end */
    struct iw_buf line;  /* the one being written */
    bool open;           /* … is inside of ${...=: what it has does not matter to the server */
    size_t file_number;  /* of the last name that was made */
    bool illegal;
    uint64_t last_ms[IW_CONN_MAX]; /* when the connection was heard last */
    bool idling[IW_CONN_MAX];      /* IDLE is open */
    bool asked[IW_CONN_MAX];       /* "+" was heard last */
    bool logged_out[IW_CONN_MAX];  /* it ends by the server, as it has to */
};

/* The first word of a command, or two behind "UID". */
struct iw_span iw_transcribe_name(const struct iw_utterance *command);
bool iw_transcribe_is_listed(const struct iw_texts *names, const struct iw_utterance *command);

/* The steps that one utterance is. */
void iw_transcribe_utterance(struct iw_transcribing *t, const struct iw_utterance *utterance);

#endif
