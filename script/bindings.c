/* SPDX-License-Identifier: MIT */
#include "script/bindings.h"

const struct iw_binding *iw_bindings_get(const struct iw_bindings *bindings, struct iw_span name)
{
    const struct iw_binding *binding = bindings->first;
    while (binding != NULL && !iw_span_equal(binding->name, name))
        binding = binding->next;
    return binding;
}

bool iw_bindings_set(struct iw_bindings *bindings, struct iw_span name, struct iw_span raw,
                     struct iw_span value)
{
    struct iw_binding *binding = iw_arena_get(bindings->arena, sizeof *binding);
    if (binding == NULL)
        return false;
    bool same = raw.data == value.data && raw.length == value.length;
    binding->name = iw_arena_copy(bindings->arena, name);
    binding->raw = iw_arena_copy(bindings->arena, raw);
    binding->value = same ? binding->raw : iw_arena_copy(bindings->arena, value);
    if (binding->name.data == NULL || binding->raw.data == NULL || binding->value.data == NULL)
        return false;
    binding->next = bindings->first;
    bindings->first = binding;
    return true;
}
