/* SPDX-License-Identifier: MIT */
/* What must hold of a scenario beyond its types: every line parses with our own parser, illegal
 * server output is marked, names are bound before they are used, nothing is there that can never
 * take effect, and every clause it covers exists. */
#ifndef IW_SCRIPT_LINT_H
#define IW_SCRIPT_LINT_H

#include "script/clauses.h"

/* Called once per finding, in order of the file. Returns the number of findings. clauses may be
 * NULL: then covers is not checked. */
size_t iw_lint(const struct iw_scenario *scenario, const struct iw_clauses *clauses,
               void (*found)(void *context, const struct iw_diagnostic *diagnostic), void *context);

#endif
