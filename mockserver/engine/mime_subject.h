/* SPDX-License-Identifier: MIT */
/* The base subject, by which SORT and THREAD compare (RFC 5256 §2.1). */
#ifndef IW_MOCKSERVER_ENGINE_MIME_SUBJECT_H
#define IW_MOCKSERVER_ENGINE_MIME_SUBJECT_H

#include "base/arena.h"
#include "base/result.h"

struct iw_mime_subject {
    struct iw_span base; /* UTF-8, in the arena; may be empty */
    bool reply;          /* "Re:", "Fwd:", "(fwd)" or the like was taken off: a reply or forward */
};

/* value is that of the field Subject, absent for none. IW_NO_MEMORY: the arena has no room. */
enum iw_result iw_mime_base_subject(struct iw_arena *arena, struct iw_span value,
                                    struct iw_mime_subject *subject);

#endif
