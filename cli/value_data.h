/* SPDX-License-Identifier: MIT */
/* What the responses of extensions say, as members of a JSON object. */
#ifndef IW_CLI_VALUE_DATA_H
#define IW_CLI_VALUE_DATA_H

#include "base/json_writer.h"
#include "parser/response.h"

/* From IW_RESPONSE_ESEARCH to IW_RESPONSE_JMAPACCESS, but SORT. */
void iw_json_data(struct iw_json_writer *json, const struct iw_response *response);

#endif
