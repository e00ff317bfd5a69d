/* SPDX-License-Identifier: MIT */
/* Options and search keys as JSON: "SEEN" alone is a string, {"FROM": "x"} has a value. */
#ifndef IW_CLI_VALUE_SEARCH_H
#define IW_CLI_VALUE_SEARCH_H

#include "base/json_writer.h"
#include "parser/option.h"
#include "parser/search_key.h"

/* "key": […]; nothing if none were given. */
void iw_json_options(struct iw_json_writer *json, const char *key,
                     const struct iw_options *options);
/* "charset" and "search": [key…] */
void iw_json_search_program(struct iw_json_writer *json, const struct iw_search_program *program);

#endif
