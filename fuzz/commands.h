/* SPDX-License-Identifier: MIT */
/* Commands as a grammar, for the targets that look at them. */
#ifndef IW_FUZZ_COMMANDS_H
#define IW_FUZZ_COMMANDS_H

#include "fuzz/grammar.h"

extern const struct iw_grammar iw_command_grammar;

#endif
