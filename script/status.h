/* SPDX-License-Identifier: MIT */
/* The status responses of scenario lines: "OK [CODE] text", "NO|BAD", "OK|NO [MODIFIED 1]". */
#ifndef IW_SCRIPT_STATUS_H
#define IW_SCRIPT_STATUS_H

#include "parser/response.h"

/* One of the alternatives. */
struct iw_status {
    struct iw_span word; /* "OK"; empty: there is none */
    struct iw_span code; /* "[CODE]"; absent: none */
    struct iw_span text; /* of the last alternative: what stands behind it; absent: none */
    struct iw_span rest; /* from behind the word to the end of code and text */
};

/* The alternative at *at, which is moved to the next one, or to the length of octets. */
struct iw_status iw_status_take(struct iw_span octets, size_t *at);

/* The line goes out as "* WORD …" with a word that is a state. */
bool iw_is_untagged_status(struct iw_span octets);

#endif
