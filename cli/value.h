/* SPDX-License-Identifier: MIT */
/* Parsed responses and commands as JSON objects: the output of `imapwright parse`. */
#ifndef IW_CLI_VALUE_H
#define IW_CLI_VALUE_H

#include "base/json_writer.h"
#include "parser/command.h"
#include "parser/response.h"

void iw_json_response(struct iw_json_writer *json, const struct iw_response *response);
void iw_json_command(struct iw_json_writer *json, const struct iw_command *command);

#endif
