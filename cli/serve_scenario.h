/* SPDX-License-Identifier: MIT */
/* What the words for a scenario on serve's command line mean. */
#ifndef IW_CLI_SERVE_SCENARIO_H
#define IW_CLI_SERVE_SCENARIO_H

#include "mockserver/mocks.h"
#include "script/diagnostic.h"

/* A file, or the id of a scenario that belongs to imapwright. NULL: what is wrong is in problem. */
struct iw_scenario *iw_serve_scenario_load(const char *name, struct iw_buf *problem);

/* "FILE:LINE:COLUMN: what is wrong (at POINTER)". */
void iw_serve_scenario_explain(const char *path, const struct iw_diagnostic *diagnostic,
                               struct iw_buf *out);

enum { IW_SERVE_USER_MAX = 255 };

/* "FILE", "user=NAME:FILE" and "conn=N:FILE", read and loaded. user: room for the name, with its
 * NUL; the choice points there. False: what is wrong is in problem. */
bool iw_serve_scenario_choose(const char *words, char user[IW_SERVE_USER_MAX + 1],
                              struct iw_mocks_choice *choice, struct iw_buf *problem);

/* One of scenarios/personas. NULL: there is none; those that are there are in problem. */
struct iw_scenario *iw_serve_scenario_persona(const char *name, struct iw_buf *problem);

#endif
