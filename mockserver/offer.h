/* SPDX-License-Identifier: MIT */
/* The response lines of an answer, each offered to the rules before it goes.
 *
 * A walk over an answer that is whole responses; what is not one is offered as it stands. The
 * answer must live as long as the walk; what a rule captures lives in the turn's arena. */
#ifndef IW_MOCKSERVER_OFFER_H
#define IW_MOCKSERVER_OFFER_H

#include "mockserver/rules.h"

struct iw_conversation;

struct iw_offer {
    struct iw_conversation *conversation; /* borrowed */
    struct iw_framer framer;              /* owned */
    struct iw_frame frame;
    struct iw_span whole; /* the answer */
    size_t at;            /* in it, behind line */

    struct iw_span line;        /* that is offered, with CRLF */
    const struct iw_rule *rule; /* that takes it; NULL: none */
    struct iw_bindings bindings;
};

void iw_offer_init(struct iw_offer *offer, struct iw_conversation *conversation,
                   struct iw_span whole);
void iw_offer_release(struct iw_offer *offer);

/* The next line, and its rule. False: none is left. */
bool iw_offer_next(struct iw_offer *offer);

#endif
