/* SPDX-License-Identifier: MIT */
/* A scenario gets the server's lines of a newer recording and keeps all else as it is written: the
 * client's steps, their order, what stands around the dialogue, the layout.
 *
 * On each connection the server's steps behind the client's n-th line take the place of those that
 * were there. The client's lines themselves, its other steps, pauses, assertions and changes of the
 * world are the old ones. Texts only: neither is looked at beyond its JSON. */
#ifndef IW_SCRIPT_REVISE_H
#define IW_SCRIPT_REVISE_H

#include "base/buf.h"
#include "base/result.h"

enum iw_revision { IW_REVISION_GONE, IW_REVISION_NEW };

/* Called for each step that is gone or new, in the order of the file; the step as JSON. May be
 * NULL. */
typedef void iw_revised(void *context, enum iw_revision what, struct iw_span step);

/* Adds the revised text to out. IW_SYNTAX: a text is no scenario with a dialogue; IW_LIMIT: the
 * client has not said as much as in the old one, and error's detail says how much. */
enum iw_result iw_revise(struct iw_span old_text, struct iw_span new_text, struct iw_buf *out,
                         iw_revised *revised, void *context, struct iw_error *error);

#endif
