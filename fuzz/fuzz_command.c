/* SPDX-License-Identifier: MIT */
/* Commands: what fuzz/grammar.h says holds for each; and tag, name and arguments as they were
 * written make the same octets again. Input: what a client sends; every literal is accepted. */
#include "fuzz/commands.h"
#include "fuzz/holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    iw_grammar_holds(&iw_command_grammar, iw_span((const char *)data, size));
    return 0;
}
