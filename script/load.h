/* SPDX-License-Identifier: MIT */
/* Reads scenario files, and the files they name (script/files.c: the one place of the scenario
 * language that touches the file system). */
#ifndef IW_SCRIPT_LOAD_H
#define IW_SCRIPT_LOAD_H

#include "script/diagnostic.h"

/* Reads, checks keys, types and line syntax, loads the message files it names: from messages/ of
 * the nearest folder above the file that holds messages/ or clauses.json, else of the file's own.
 * Lines of *.eml files end in CRLF however they are stored. NULL after the first error, which is
 * then in *diagnostic. */
struct iw_scenario *iw_scenario_load(const char *path, struct iw_diagnostic *diagnostic);

/* The same from memory; files are looked up in directory/messages (NULL: none can be). */
struct iw_scenario *iw_scenario_parse(struct iw_span json, const char *path, const char *directory,
                                      struct iw_diagnostic *diagnostic);

void iw_scenario_free(struct iw_scenario *scenario);

/* "C2 b: FETCH 1 FLAGS" into its parts. IW_SYNTAX: error.offset says where, expected what. */
enum iw_result iw_line_parse(struct iw_span text, struct iw_line *line, struct iw_error *error);

/* Steps written in C, for prologues: lines only, into memory of the arena. The lines are literals
 * of the program and must parse. */
struct iw_steps iw_steps_from_lines(const char *const *lines, size_t count, struct iw_arena *arena);

#endif
