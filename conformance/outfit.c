/* SPDX-License-Identifier: MIT */
#include "conformance/outfit.h"

enum { NAME_OCTETS_MAX = 200 };

static bool wants_any_limit(struct iw_span name)
{
    return name.length > 1 && name.data[name.length - 1] == '*';
}

static bool is_listed(const struct iw_capability_lists *lists, struct iw_span name)
{
    const bool any = wants_any_limit(name);
    const struct iw_span wanted = iw_span_part(name, 0, name.length - any);
    for (size_t i = 0; i < sizeof lists->places / sizeof *lists->places; i++) {
        const struct iw_span list = iw_buf_span(&lists->places[i]);
        for (size_t begin = 0, at = 0; at <= list.length; at++) {
            if (at < list.length && list.data[at] != ' ')
                continue;
            const struct iw_span word = iw_span_part(list, begin, at);
            if (iw_span_equal_nocase(any ? iw_span_part(word, 0, wanted.length) : word, wanted))
                return true;
            begin = at + 1;
        }
    }
    return false;
}

/* "SAVELIMIT=*" asks for a limit, whatever it is: one that servers may have. */
static void add(struct iw_capability_lists *lists, struct iw_span name)
{
    struct iw_buf limited;
    iw_buf_init(&limited, NULL, NAME_OCTETS_MAX);
    iw_buf_add(&limited, iw_span_part(name, 0, name.length - wants_any_limit(name)));
    if (wants_any_limit(name))
        iw_buf_add_string(&limited, "1000");
    iw_capability_lists_add(lists, iw_buf_span(&limited));
    iw_buf_release(&limited);
}

static bool is_known(struct iw_span name)
{
    return iw_capability_of(name) != IW_CAPABILITY_NONE ||
           iw_span_starts_nocase(name, IW_SPAN("AUTH="));
}

/* The first of "A|B". */
static struct iw_span first_of(struct iw_span need)
{
    size_t end = 0;
    while (end < need.length && need.data[end] != '|')
        end++;
    return iw_span_part(need, 0, end);
}

/* One of "A|B" is there already. */
static bool is_met(const struct iw_capability_lists *lists, struct iw_span need)
{
    for (size_t begin = 0; begin < need.length;) {
        const struct iw_span one = first_of(iw_span_part(need, begin, need.length));
        begin += one.length + 1;
        if (is_listed(lists, one))
            return true;
    }
    return false;
}

bool iw_outfit(struct iw_engine *engine, const struct iw_scenario *scenario,
               struct iw_capability_lists *lists)
{
    bool changed = false;
    iw_capability_lists_take(lists, engine);
    for (size_t i = 0; i < scenario->needs.count; i++) {
        const struct iw_span need = scenario->needs.items[i], first = first_of(need);
        if (iw_span_equal_nocase(need, IW_SPAN("PREAUTH"))) {
            engine->options.preauth = true;
        } else if (iw_span_starts(need, IW_SPAN("!"))) {
            changed =
                iw_capability_lists_remove(lists, iw_span_part(need, 1, need.length)) || changed;
        } else if (!is_met(lists, need) && is_known(first)) {
            add(lists, first);
            changed = true;
        }
    }
    return !changed || iw_capability_lists_give(lists, engine);
}
