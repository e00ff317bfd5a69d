/* SPDX-License-Identifier: MIT */
/* FETCH as JSON: "items": […], each an object with the item's name and what it says. */
#ifndef IW_CLI_VALUE_FETCH_H
#define IW_CLI_VALUE_FETCH_H

#include "base/json_writer.h"
#include "parser/fetch.h"
#include "parser/fetch_att.h"

void iw_json_fetch(struct iw_json_writer *json, const struct iw_fetch *fetch);

/* What a FETCH asks for, as it is written: one item, and an array of all. */
void iw_json_fetch_att(struct iw_json_writer *json, const struct iw_fetch_att *att);
void iw_json_fetch_atts(struct iw_json_writer *json, const char *key,
                        const struct iw_fetch_att *att);

/* The members of a body. */
void iw_json_body(struct iw_json_writer *json, const struct iw_body *body);

/* "annotations": […], one object for each attribute. */
void iw_json_annotations(struct iw_json_writer *json, const struct iw_annotations *annotations);

/* "section": as it is written, without the brackets. */
void iw_json_section(struct iw_json_writer *json, const struct iw_section *section);

/* Pairs, because a name may come twice; nothing for none. */
void iw_json_params(struct iw_json_writer *json, const char *key, const struct iw_params *params);

#endif
