/* SPDX-License-Identifier: MIT */
#include "mockserver/offer.h"

#include "mockserver/conversation.h"

void iw_offer_init(struct iw_offer *offer, struct iw_conversation *conversation,
                   struct iw_span whole)
{
    *offer = (struct iw_offer){.conversation = conversation, .whole = whole};
    iw_framer_init(&offer->framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_framer_feed(&offer->framer, whole);
}

void iw_offer_release(struct iw_offer *offer)
{
    iw_framer_release(&offer->framer);
}

static void find_rule(struct iw_offer *offer)
{
    struct iw_conversation *conversation = offer->conversation;
    struct iw_rule_scene scene = iw_conversation_scene(conversation);
    struct iw_seen seen;
    iw_seen_make(&offer->frame, IW_SIDE_SERVER, &conversation->arena, &seen);
    offer->rule = iw_rules_find(&conversation->world->rules, IW_SIDE_SERVER, &seen, &scene,
                                &conversation->arena, &offer->bindings);
}

bool iw_offer_next(struct iw_offer *offer)
{
    struct iw_error error = {0};
    if (offer->at == offer->whole.length)
        return false;
    if (iw_framer_next(&offer->framer, &offer->frame, &error) != IW_OK)
        offer->frame.bytes = iw_span_part(offer->whole, offer->at, offer->whole.length);
    offer->line = iw_span_part(offer->whole, offer->at, offer->at + offer->frame.bytes.length);
    offer->at += offer->line.length;
    find_rule(offer);
    return true;
}
