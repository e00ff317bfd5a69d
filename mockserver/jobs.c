/* SPDX-License-Identifier: MIT */
#include "mockserver/jobs.h"

#include "mockserver/conversation.h"

static struct iw_job *add_job(struct iw_conversation *conversation)
{
    struct iw_jobs *jobs = &conversation->jobs;
    struct iw_job *job = iw_arena_get(&conversation->arena, sizeof *job);
    if (job == NULL)
        iw_conversation_give_up(conversation, NULL, "out of memory");
    else if (jobs->last == NULL)
        jobs->first = job;
    else
        jobs->last->next = job;
    if (job != NULL)
        jobs->last = job;
    return job;
}

struct iw_job *iw_jobs_take(struct iw_jobs *jobs)
{
    struct iw_job *job = jobs->first;
    jobs->first = job->next;
    if (job->next == NULL)
        jobs->last = NULL;
    return job;
}

void iw_jobs_add_going(struct iw_conversation *conversation, size_t begin)
{
    struct iw_job *job = conversation->jobs.last;
    if (conversation->going.failed) {
        iw_conversation_give_up(conversation, NULL, "the answer is too large");
        return;
    }
    if (job == NULL || job->rule != NULL) {
        job = add_job(conversation);
        if (job == NULL)
            return;
        job->begin = begin;
    }
    job->end = conversation->going.length;
}

/* A play that is only lines takes no time. */
static bool is_instant(const struct iw_rule *rule)
{
    for (size_t i = 0; i < rule->play.count; i++) {
        enum iw_step_kind kind = rule->play.items[i].kind;
        if (kind != IW_STEP_LINE && kind != IW_STEP_ENGINE)
            return false;
    }
    return true;
}

static void add_play(struct iw_conversation *conversation, const struct iw_offer *offer)
{
    struct iw_job *job = add_job(conversation);
    if (job == NULL)
        return;
    job->rule = offer->rule;
    job->bindings = offer->bindings;
    job->replaced = offer->line;
}

static void add_offered(struct iw_conversation *conversation, const struct iw_offer *offer)
{
    size_t begin = conversation->going.length;
    if (offer->rule != NULL && offer->rule->has_play && !is_instant(offer->rule)) {
        add_play(conversation, offer);
        return;
    }
    iw_firing_settle(offer, &conversation->going);
    iw_jobs_add_going(conversation, begin);
}

void iw_jobs_add_answer(struct iw_conversation *conversation)
{
    struct iw_span whole = iw_buf_span(&conversation->answer);
    struct iw_offer offer;
    if (conversation->answer.failed) {
        iw_conversation_give_up(conversation, NULL, "the answer is too large");
        return;
    }
    if (!conversation->world->rules.on_responses) {
        iw_buf_add(&conversation->going, whole);
        iw_jobs_add_going(conversation, 0);
        return;
    }
    iw_offer_init(&offer, conversation, whole);
    while (iw_offer_next(&offer))
        add_offered(conversation, &offer);
    iw_offer_release(&offer);
}
