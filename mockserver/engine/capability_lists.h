/* SPDX-License-Identifier: MIT */
/* What an engine lists as its capabilities, to be changed by names: the lists of the four places
 * (iw_capability_place). Owns the lists, which the engine only borrows. */
#ifndef IW_MOCKSERVER_ENGINE_CAPABILITY_LISTS_H
#define IW_MOCKSERVER_ENGINE_CAPABILITY_LISTS_H

#include "mockserver/engine/engine.h"

struct iw_capability_lists {
    struct iw_buf places[4]; /* in order of the bits */
};

/* Empty lists. */
void iw_capability_lists_init(struct iw_capability_lists *lists);
/* The engine's capabilities end with them. */
void iw_capability_lists_release(struct iw_capability_lists *lists);

/* As the engine has them now. */
void iw_capability_lists_take(struct iw_capability_lists *lists, const struct iw_engine *engine);
/* Where a server says it: as the engine does; what the engine does not know, everywhere. Behind the
 * others, whatever they are. */
void iw_capability_lists_append(struct iw_capability_lists *lists, struct iw_span name);
/* The same, and the lists stay lawful: the same name with another limit goes, as does what may not
 * stand beside it; IMAP4 stands first (RFC 9051 §9). */
void iw_capability_lists_add(struct iw_capability_lists *lists, struct iw_span name);
/* "APPENDLIMIT" takes away "APPENDLIMIT=n", too, and "AUTH" every mechanism. False: there was none.
 */
bool iw_capability_lists_remove(struct iw_capability_lists *lists, struct iw_span name);
/* The engine lists these from now on. False: one is empty, or too long. */
bool iw_capability_lists_give(const struct iw_capability_lists *lists, struct iw_engine *engine);

#endif
