/* SPDX-License-Identifier: MIT */
/* Responses: what fuzz/grammar.h says holds for each, and a response of no known type is written
 * byte for byte. Input: what a server sends. */
#include "fuzz/holds.h"
#include "fuzz/responses.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    iw_grammar_holds(&iw_response_grammar, iw_span((const char *)data, size));
    return 0;
}
