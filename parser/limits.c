/* SPDX-License-Identifier: MIT */
#include "parser/limits.h"

const struct iw_limits iw_limits_default = {
    .line = (size_t)1 << 20,
    .literal = (uint64_t)64 << 20,
    .frame = (size_t)128 << 20,
    .literals = 10000,
    .values = (size_t)64 << 20,
    .items = 1000000,
    .depth = 100,
};
