/* SPDX-License-Identifier: MIT */
/* Response codes as JSON. */
#ifndef IW_CLI_VALUE_CODE_H
#define IW_CLI_VALUE_CODE_H

#include "base/json_writer.h"
#include "parser/code.h"

/* "code": {…}; nothing if there is none. */
void iw_json_code(struct iw_json_writer *json, const struct iw_code *code);

#endif
