/* SPDX-License-Identifier: MIT */
/* A scenario file.
 *
 * Holds: any octets are a scenario or an error with a place in the text and words; what was loaded
 * lints, and written it is loaded again, lints alike and is written the same; memory is bounded by
 * the length. Input: the file; messages are those of scenarios/. */
#include "fuzz/holds.h"

#include "script/lint.h"
#include "script/write.h"

#define FOLDER IW_SOURCE_DIR "/scenarios"

enum {
    MEMORY_BASE = 24 << 20,  /* two full ranges, and the messages */
    MEMORY_PER_OCTET = 2000, /* a value with its pointer */
    WRITTEN_MAX = 1 << 28
};

/* The place is in a text of so many octets: no more lines than octets, and one. */
static void check_diagnostic(const struct iw_diagnostic *diagnostic, size_t octets)
{
    const struct iw_place *place = &diagnostic->place;
    IW_HOLDS(diagnostic->message[0] != '\0');
    IW_HOLDS(place->line >= 1 && place->column >= 1);
    IW_HOLDS(place->line <= octets + 1 && place->column <= octets + 1);
    IW_HOLDS(place->pointer.length == 0 || place->pointer.data[0] == '/');
}

static void check_finding(void *context, const struct iw_diagnostic *diagnostic)
{
    check_diagnostic(diagnostic, *(const size_t *)context);
}

static struct iw_scenario *load(struct iw_span text)
{
    struct iw_diagnostic diagnostic;
    struct iw_scenario *scenario = iw_scenario_parse(text, "input.json", FOLDER, &diagnostic);
    if (scenario == NULL)
        check_diagnostic(&diagnostic, text.length);
    else
        IW_HOLDS(scenario->arena.held <= MEMORY_BASE + text.length * MEMORY_PER_OCTET);
    return scenario;
}

static void check_written(const struct iw_scenario *scenario, size_t findings)
{
    struct iw_buf first, second;
    iw_buf_init(&first, NULL, WRITTEN_MAX);
    iw_buf_init(&second, NULL, WRITTEN_MAX);
    iw_scenario_write(scenario, &first);
    IW_HOLDS(!first.failed);
    struct iw_scenario *again = load(iw_buf_span(&first));
    IW_HOLDS(again != NULL);
    iw_scenario_write(again, &second);
    IW_HOLDS(iw_span_equal(iw_buf_span(&first), iw_buf_span(&second)));
    size_t octets = first.length;
    IW_HOLDS(iw_lint(again, NULL, check_finding, &octets) == findings);
    iw_scenario_free(again);
    iw_buf_release(&first);
    iw_buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct iw_span text = iw_span((const char *)data, size);
    struct iw_scenario *scenario = load(text);
    if (scenario == NULL)
        return 0;
    size_t findings = iw_lint(scenario, NULL, check_finding, &size);
    check_written(scenario, findings);
    iw_scenario_free(scenario);
    return 0;
}
