/* SPDX-License-Identifier: MIT */
#include "script/scenario.h"

size_t iw_scenario_variants(const struct iw_scenario *scenario)
{
    size_t product = 1;
    for (size_t i = 0; i < scenario->vary_count; i++)
        product *= scenario->vary[i].count; /* bounded by the loader */
    return product;
}

/* The last name changes fastest, as in a nest of loops. */
struct iw_span iw_scenario_vary(const struct iw_scenario *scenario, size_t variant, size_t name)
{
    if (name >= scenario->vary_count)
        return iw_span(NULL, 0);
    for (size_t i = scenario->vary_count - 1; i > name; i--)
        variant /= scenario->vary[i].count;
    return scenario->vary[name].values[variant % scenario->vary[name].count];
}

const char *iw_level_name(enum iw_level level)
{
    static const char *const names[] = {
        [IW_LEVEL_MUST] = "MUST",         [IW_LEVEL_MUST_NOT] = "MUST NOT",
        [IW_LEVEL_REQUIRED] = "REQUIRED", [IW_LEVEL_SHALL] = "SHALL",
        [IW_LEVEL_DEF] = "DEF",           [IW_LEVEL_SYN] = "SYN",
        [IW_LEVEL_SHOULD] = "SHOULD",     [IW_LEVEL_SHOULD_NOT] = "SHOULD NOT",
        [IW_LEVEL_MAY] = "MAY",           [IW_LEVEL_PRACTICE] = "practice",
    };
    return names[level];
}

struct iw_span iw_scenario_file(const struct iw_scenario *scenario, struct iw_span name)
{
    for (size_t i = 0; i < scenario->file_count; i++)
        if (iw_span_equal(scenario->files[i].name, name))
            return scenario->files[i].octets;
    return iw_span(NULL, 0);
}

bool iw_given_tls_is_usual(const struct iw_given_tls *tls)
{
    return tls->certificate.data == NULL && tls->min.data == NULL && tls->max.data == NULL &&
           tls->ciphers.data == NULL && tls->client.data == NULL && !tls->tickets;
}
