/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "mockserver/engine/pattern.h"
#include "parser/response.h"

enum { PATTERN_CAP = 4000 };

static void write_lsub(struct iw_run *run, struct iw_span wire, bool only_a_name)
{
    struct iw_span attribute = IW_SPAN("\\Noselect");
    const struct iw_response response = {.kind = IW_RESPONSE_LSUB,
                                         .list = {.attributes = &attribute,
                                                  .attribute_count = only_a_name ? 1 : 0,
                                                  .separator = IW_SPAN("/"),
                                                  .mailbox = wire}};
    iw_write_response(run->out, &response);
}

/* An earlier subscription is below that name, too: it has been listed. */
static bool listed_before(const struct iw_user *user, size_t before, struct iw_span name)
{
    for (size_t i = 0; i < before; i++) {
        if (iw_name_is_below(user->subscriptions[i], name))
            return true;
    }
    return false;
}

/* Where "%" keeps a subscription from being listed, the superior that it does match stands for it
 * (RFC 3501 §6.3.9). */
static void list_superiors(struct iw_run *run, struct iw_span pattern, size_t index)
{
    const struct iw_user *user = run->session->user;
    struct iw_span name = user->subscriptions[index];
    if (pattern.data[pattern.length - 1] != '%')
        return;
    for (size_t i = 1; i < name.length; i++) {
        struct iw_span superior = iw_span_part(name, 0, i);
        if (name.data[i] != '/' || iw_user_subscribes(user, superior) ||
            listed_before(user, index, superior))
            continue;
        struct iw_span wire = iw_run_wire_name(run, superior);
        if (iw_pattern_matches(pattern, wire))
            write_lsub(run, wire, true);
    }
}

/* An LSUB on its way. */
struct listing {
    struct iw_span pattern; /* with the reference in front */
    size_t next;            /* subscription */
};

static struct iw_outcome begin(struct iw_run *run)
{
    struct listing *listing = run->memory = iw_arena_get(run->arena, sizeof *listing);
    struct iw_buf pattern;
    iw_buf_init(&pattern, NULL, PATTERN_CAP);
    iw_buf_add(&pattern, run->command->other);
    iw_buf_add(&pattern, run->command->mailbox);
    bool fits = !pattern.failed;
    if (listing != NULL && fits)
        listing->pattern = iw_arena_copy(run->arena, iw_buf_span(&pattern));
    iw_buf_release(&pattern);
    if (!fits)
        return iw_no("LIMIT", "that pattern is too long");
    return listing == NULL || listing->pattern.data == NULL ? iw_no_memory() : iw_ok("listed");
}

/* RFC 3501 §6.3.9 */
struct iw_outcome iw_command_lsub(struct iw_run *run)
{
    const struct iw_user *user = run->session->user;
    if (run->command->mailbox.length == 0) {
        iw_buf_add_string(run->out, "* LSUB (\\Noselect) \"/\" \"\"\r\n");
        return iw_ok("that is the separator");
    }
    if (run->memory == NULL) {
        struct iw_outcome outcome = begin(run);
        if (outcome.kind != IW_OUTCOME_OK)
            return outcome;
    }
    struct listing *listing = run->memory;
    for (; listing->next < user->subscription_count; listing->next++) {
        if (iw_run_is_full(run))
            return iw_more(listing->next, user->subscription_count);
        struct iw_span wire = iw_run_wire_name(run, user->subscriptions[listing->next]);
        if (iw_pattern_matches(listing->pattern, wire))
            write_lsub(run, wire, false);
        else
            list_superiors(run, listing->pattern, listing->next);
    }
    return iw_ok("listed");
}
