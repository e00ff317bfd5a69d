/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"
#include "parser/response.h"

/* i-default has to be one of them (RFC 5255 §3.1). What the engine says is English in both. */
static struct iw_span languages[] = {{"EN", 2}, {"i-default", 9}};
enum { LANGUAGES = sizeof languages / sizeof *languages };

/* A range fits the tag that it is, or that goes on behind it with "-" (RFC 4647 §3.3.1); "default"
 * is what it was in the beginning. */
static bool fits(struct iw_span range, struct iw_span tag)
{
    if (iw_span_equal_nocase(range, IW_SPAN("default")))
        range = IW_SPAN("i-default");
    return iw_span_equal(range, IW_SPAN("*")) || iw_span_equal_nocase(range, tag) ||
           (iw_span_starts_nocase(tag, range) && tag.data[range.length] == '-');
}

static struct iw_outcome tell(struct iw_run *run, struct iw_span *first, size_t count,
                              const char *text)
{
    const struct iw_response response = {.kind = IW_RESPONSE_LANGUAGE,
                                         .languages = {.names = first, .count = count}};
    iw_write_response(run->out, &response);
    return iw_ok(text);
}

/* RFC 5255 §3.2 */
struct iw_outcome iw_command_language(struct iw_run *run)
{
    const struct iw_names *ranges = &run->command->names;
    if (ranges->count == 0)
        return tell(run, languages, LANGUAGES, "those are spoken here");
    for (size_t i = 0; i < ranges->count; i++) {
        for (size_t j = 0; j < LANGUAGES; j++) {
            if (fits(ranges->names[i], languages[j]))
                return tell(run, &languages[j], 1, "as you like");
        }
    }
    return iw_no(NULL, "nobody speaks that here");
}
