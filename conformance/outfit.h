/* SPDX-License-Identifier: MIT */
/* Gives an engine what a case needs and takes away what it must not have, so that the case can be
 * played on it: capabilities ("LITERAL-", "MESSAGELIMIT=1000", "!IMAP4rev2"), and PREAUTH. */
#ifndef IW_CONFORMANCE_OUTFIT_H
#define IW_CONFORMANCE_OUTFIT_H

#include "mockserver/engine/capability_lists.h"
#include "script/scenario.h"

/* What the engine does not know it does not get. The lists, empty at first, have to outlive the
 * engine's use. False: no memory. */
bool iw_outfit(struct iw_engine *engine, const struct iw_scenario *scenario,
               struct iw_capability_lists *lists);

#endif
