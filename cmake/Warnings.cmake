# SPDX-License-Identifier: MIT
add_library(iw_warnings INTERFACE)
target_compile_options(iw_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wundef
    -Wno-missing-field-initializers
    $<$<BOOL:${IW_WERROR}>:-Werror>)
