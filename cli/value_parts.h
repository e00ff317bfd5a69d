/* SPDX-License-Identifier: MIT */
/* Members that values of several types have, as JSON: a key and what it says. */
#ifndef IW_CLI_VALUE_PARTS_H
#define IW_CLI_VALUE_PARTS_H

#include "base/json_writer.h"
#include "parser/date.h"
#include "parser/flag.h"
#include "parser/id.h"
#include "parser/names.h"
#include "parser/set.h"

/* Only what is so. */
void iw_json_true(struct iw_json_writer *json, const char *key, bool value);

/* Arrays of strings. */
void iw_json_names(struct iw_json_writer *json, const char *key, const struct iw_names *names);
void iw_json_spans(struct iw_json_writer *json, const char *key, const struct iw_span *spans,
                   size_t count);

/* A set as it is written. */
void iw_json_set(struct iw_json_writer *json, const char *key, const struct iw_set *set);

/* "flags": […] */
void iw_json_flags(struct iw_json_writer *json, const struct iw_flags *flags);

/* "date": "1996-07-17T02:44:25-07:00" (RFC 3339 §5.6) */
void iw_json_date(struct iw_json_writer *json, const struct iw_date *date);

/* "fields": what ID says, or null for NIL */
void iw_json_id(struct iw_json_writer *json, const struct iw_id *id);

#endif
