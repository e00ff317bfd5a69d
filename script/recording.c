/* SPDX-License-Identifier: MIT */
#include "script/recording.h"

#include <string.h>

void iw_recording_init(struct iw_recording *recording, size_t octets, bool keep_users)
{
    memset(recording, 0, sizeof *recording);
    iw_arena_init(&recording->arena, NULL, octets);
    iw_redaction_init(&recording->redaction, keep_users);
}

void iw_recording_release(struct iw_recording *recording)
{
    iw_redaction_release(&recording->redaction);
    iw_arena_release(&recording->arena);
}

void iw_recording_stop(struct iw_recording *recording, const char *why)
{
    if (recording->stopped == NULL)
        recording->stopped = why;
}

struct iw_utterance *iw_recording_add(struct iw_recording *recording,
                                      const struct iw_utterance *utterance)
{
    if (recording->count == IW_UTTERANCES_MAX)
        iw_recording_stop(recording, "the recording has become too long");
    if (recording->stopped != NULL)
        return NULL;
    struct iw_arena *arena = &recording->arena;
    struct iw_utterance *added = iw_arena_get(arena, sizeof *added);
    size_t size = utterance->literal_count * sizeof *utterance->literals;
    struct iw_literal *literals = iw_arena_get(arena, size);
    struct iw_span octets = iw_arena_copy(arena, utterance->octets);
    if (added == NULL || literals == NULL || octets.data == NULL) {
        iw_recording_stop(recording, "the recording has become too large");
        return NULL;
    }
    if (size > 0)
        memcpy(literals, utterance->literals, size);
    *added = *utterance;
    added->octets = octets;
    added->literals = literals;
    added->next = NULL;
    *(recording->last == NULL ? &recording->first : &recording->last->next) = added;
    recording->last = added;
    recording->count++;
    return added;
}
