/* SPDX-License-Identifier: MIT */
/* CONVERT and its relatives as JSON. */
#ifndef IW_CLI_VALUE_CONVERT_H
#define IW_CLI_VALUE_CONVERT_H

#include "base/json_writer.h"
#include "parser/apple_push.h"
#include "parser/convert.h"

/* "to": …, "params": [[name, value], …], a value null where a parameter is but named; and with
 * "from": … in front. NIL is null. */
void iw_json_conversion_target(struct iw_json_writer *json, const struct iw_conversion *conversion);
void iw_json_conversion(struct iw_json_writer *json, const struct iw_conversion *conversion);

/* "correlator": {"tag": …}, "items": […] */
void iw_json_converted(struct iw_json_writer *json, const struct iw_converted *converted);

/* The octets as "value"; of a literal that was not kept how many they are, as "skipped". */
void iw_json_octets(struct iw_json_writer *json, const struct iw_octets *octets);

/* "fields": [[name, value], …], "mailboxes": […] */
void iw_json_apple_push(struct iw_json_writer *json, const struct iw_apple_push *push);

#endif
