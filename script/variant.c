/* SPDX-License-Identifier: MIT */
#include "script/variant.h"

#include "script/fill.h"

static struct iw_span decoded(const struct iw_filled *filled)
{
    const struct iw_fill_literal *literal = filled->literals;
    bool lone = filled->literal_count == 1 && literal->begin == 0 &&
                literal->offset + literal->size == filled->octets.length;
    return lone ? iw_span_part(filled->octets, literal->offset, filled->octets.length)
                : filled->octets;
}

enum iw_result iw_variant_bind(const struct iw_scenario *scenario, size_t variant,
                               struct iw_bindings *bindings, struct iw_error *error)
{
    enum iw_result result = IW_OK;
    for (size_t i = 0; i < scenario->vary_count && result == IW_OK; i++) {
        struct iw_filled filled;
        result = iw_fill(iw_scenario_vary(scenario, variant, i), scenario, bindings, IW_FILL_SEND,
                         bindings->arena, &filled, error);
        if (result == IW_OK && !iw_bindings_set(bindings, scenario->vary[i].name, filled.octets,
                                                decoded(&filled)))
            result = iw_fail(error, IW_NO_MEMORY, 0, NULL);
    }
    return result;
}
