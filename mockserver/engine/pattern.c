/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/pattern.h"

/* reach[i]: the pattern so far can end in front of octet i of the name. */
static bool matches(struct iw_span pattern, struct iw_span name)
{
    bool reach[IW_PATTERN_NAME_MAX + 1] = {true};
    if (name.length > IW_PATTERN_NAME_MAX)
        return false;
    for (size_t p = 0; p < pattern.length; p++) {
        char wanted = pattern.data[p];
        bool wild = wanted == '*' || wanted == '%';
        bool before = reach[0];
        reach[0] = before && wild;
        for (size_t i = 0; i < name.length; i++) {
            bool here = reach[i + 1];
            char c = name.data[i];
            if (wild)
                reach[i + 1] = here || (reach[i] && (wanted == '*' || c != '/'));
            else
                reach[i + 1] = before && c == wanted;
            before = here;
        }
    }
    return reach[name.length];
}

bool iw_pattern_matches(struct iw_span pattern, struct iw_span name)
{
    const struct iw_span inbox = IW_SPAN("INBOX");
    return matches(pattern, name) ||
           (iw_span_equal(name, inbox) && iw_span_equal_nocase(pattern, inbox));
}
