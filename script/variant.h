/* SPDX-License-Identifier: MIT */
/* The names of "vary" and what they stand for in one variant. */
#ifndef IW_SCRIPT_VARIANT_H
#define IW_SCRIPT_VARIANT_H

#include "base/result.h"
#include "script/bindings.h"
#include "script/scenario.h"

/* Binds them in the order of the file, each filled with what is bound by then. A value that is one
 * literal has its octets as the decoded value. */
enum iw_result iw_variant_bind(const struct iw_scenario *scenario, size_t variant,
                               struct iw_bindings *bindings, struct iw_error *error);

#endif
