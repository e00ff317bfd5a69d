/* SPDX-License-Identifier: MIT */
/* Leniencies by the servers they are needed for. A persona is what is known from the field about
 * one server, at any of its versions; docs/parser.md lists them. */
#ifndef IW_PARSER_PERSONA_H
#define IW_PARSER_PERSONA_H

#include "base/span.h"
#include "parser/lenient.h"

struct iw_persona {
    const char *name;
    uint64_t allowed; /* as in struct iw_lenient */
};

/* By name; ends with a NULL name. */
extern const struct iw_persona iw_personas[];

/* What a word allows: "all", a leniency's name, or a persona's. 0: there is none of that name. */
uint64_t iw_leniencies_of(struct iw_span word);

#endif
