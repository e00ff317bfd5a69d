/* SPDX-License-Identifier: MIT */
/* Members that values of several types have, as JSON: a key and what it says. */
#ifndef IW_CLI_VALUE_PARTS_H
#define IW_CLI_VALUE_PARTS_H

#include "base/json_writer.h"
#include "parser/date.h"
#include "parser/flag.h"
#include "parser/set.h"

/* An array of strings. */
void iw_json_spans(struct iw_json_writer *json, const char *key, const struct iw_span *spans,
                   size_t count);

/* A set as it is written. */
void iw_json_set(struct iw_json_writer *json, const char *key, const struct iw_set *set);

/* "flags": […] */
void iw_json_flags(struct iw_json_writer *json, const struct iw_flags *flags);

/* "date": "1996-07-17T02:44:25-07:00" (RFC 3339 §5.6) */
void iw_json_date(struct iw_json_writer *json, const struct iw_date *date);

#endif
