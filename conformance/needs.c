/* SPDX-License-Identifier: MIT */
#include "conformance/needs.h"

#include "conformance/prologue.h"
#include "conformance/use.h"

/* ---- what stands in "needs" ---- */

/* "MESSAGELIMIT=*": with any value. */
static bool has_capability(const struct iw_target *target, struct iw_span need)
{
    if (need.length < 2 ||
        !iw_span_equal(iw_span_part(need, need.length - 2, need.length), IW_SPAN("=*")))
        return iw_texts_have(&target->capabilities, need);
    const struct iw_span name = iw_span_part(need, 0, need.length - 1);
    for (size_t i = 0; i < target->capabilities.count; i++) {
        const struct iw_span capability = target->capabilities.items[i];
        if (capability.length > name.length &&
            iw_span_equal_nocase(iw_span_part(capability, 0, name.length), name))
            return true;
    }
    return false;
}

static bool has_one(const struct iw_target *target, struct iw_span need)
{
    return has_capability(target, need) ||
           (target->second_user != NULL && target->others.data != NULL &&
            iw_span_equal_nocase(need, IW_SPAN("second-user"))) ||
           (target->preauth && iw_span_equal_nocase(need, IW_SPAN("PREAUTH")));
}

/* "LITERAL+|LITERAL-": one of them suffices; "!LITERAL+": it must not be there. */
static bool has_need(const struct iw_target *target, struct iw_span need)
{
    if (iw_span_starts(need, IW_SPAN("!")))
        return !has_one(target, iw_span_part(need, 1, need.length));
    size_t begin = 0;
    for (size_t i = 0; i <= need.length; i++) {
        if (i < need.length && need.data[i] != '|')
            continue;
        if (has_one(target, iw_span_part(need, begin, i)))
            return true;
        begin = i + 1;
    }
    return false;
}

/* ---- what else it takes ---- */

static size_t count_starts(const struct iw_scenario *scenario, const struct iw_use *use,
                           enum iw_start start)
{
    size_t count = 0;
    for (unsigned conn = 1; conn < IW_CONN_MAX; conn++)
        count += use->conns[conn] && scenario->starts[conn] == start;
    return count;
}

/* Without STARTTLS, though it is asked for: the scenario itself may send the password. */
static bool may_stay_in_clear(const struct iw_scenario *scenario, const struct iw_target *target,
                              const struct iw_use *use)
{
    return (target->url.loopback || target->allow_password_in_clear) &&
           count_starts(scenario, use, IW_START_AUTHENTICATED) == 0 &&
           count_starts(scenario, use, IW_START_SELECTED) == 0;
}

static const char *connection_problem(const struct iw_scenario *scenario,
                                      const struct iw_target *target, const struct iw_use *use)
{
    const struct iw_span tls = scenario->given.tls.mode;
    const bool implicit = iw_span_equal(tls, IW_SPAN("implicit"));
    const bool clear = use->starttls || iw_span_equal(tls, IW_SPAN("starttls"));
    if (clear && !implicit && target->url.tls)
        return "needs a connection that begins in clear (imap://)";
    if (iw_span_equal(tls, IW_SPAN("none")) && target->starttls &&
        !may_stay_in_clear(scenario, target, use))
        return "needs a connection in clear (without --starttls)";
    if (target->preauth && count_starts(scenario, use, IW_START_GREETED) > 0)
        return "needs a connection that is not logged in by its greeting";
    if (implicit && !target->url.tls)
        return "needs TLS from the start (imaps://)";
    return NULL;
}

static bool is_inbox(struct iw_span name)
{
    return iw_span_equal_nocase(name, IW_SPAN("INBOX"));
}

static const char *scenario_problem(const struct iw_scenario *scenario,
                                    const struct iw_target *target, const struct iw_use *use)
{
    if (scenario->rules != NULL)
        return "is a set of rules for clients, not a dialogue";
    for (size_t i = 0; i < 4; i++) {
        if (scenario->given.capability[i].length > 0)
            return "prescribes what the server's capabilities are";
    }
    for (size_t i = 0; i < scenario->given.mailbox_count; i++) {
        if (!iw_prologue_creates(scenario->given.mailboxes[i].name) &&
            !is_inbox(scenario->given.mailboxes[i].name))
            return "asks for a mailbox outside of the scratch tree";
    }
    if (use->inbox && !target->allow_inbox)
        return "needs --allow-inbox";
    if (scenario->given.acl.count > 0 || scenario->given.quota.count > 0 ||
        scenario->given.metadata.count > 0)
        return "needs rights, a quota or annotations of its own";
    if (scenario->given.user_count > 0)
        return "needs users of its own";
    if (use->separator && target->separator[0] == '\0')
        return "needs a hierarchy of mailboxes";
    return connection_problem(scenario, target, use);
}

bool iw_needs_unmet(const struct iw_scenario *scenario, const struct iw_target *target,
                    struct iw_buf *reason)
{
    for (size_t i = 0; i < scenario->needs.count; i++) {
        if (!has_need(target, scenario->needs.items[i])) {
            iw_buf_add_string(reason, "needs ");
            iw_buf_add(reason, scenario->needs.items[i]);
            return true;
        }
    }
    const struct iw_use use = iw_use_of(scenario);
    const char *problem = scenario_problem(scenario, target, &use);
    if (problem != NULL) {
        iw_buf_add_string(reason, problem);
        return true;
    }
    if (iw_use_connections(&use) > target->connections_max) {
        iw_buf_addf(reason, "needs %u connections at a time (--max-connections)",
                    iw_use_connections(&use));
        return true;
    }
    return false;
}
