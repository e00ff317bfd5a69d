/* SPDX-License-Identifier: MIT */
/* The world of one scenario as it is now, and what has come, as JSON. */
#ifndef IW_CLI_SERVE_STATE_H
#define IW_CLI_SERVE_STATE_H

#include "base/json_writer.h"
#include "mockserver/mocks.h"

/* "users": […], "connections": […]. octets: those of the messages, too. */
void iw_serve_put_state(struct iw_json_writer *json, const struct iw_mocks_member *member,
                        bool octets);

/* "events": […] from the number since on, as many as one answer takes; "next": the number to go on
 * with; "lost": how many of them are gone already. */
void iw_serve_put_events(struct iw_json_writer *json, struct iw_transcript *transcript,
                         uint64_t since);
/* The same of "commands": parsed, and as they came. */
void iw_serve_put_commands(struct iw_json_writer *json, const struct iw_transcript *commands,
                           uint64_t since);

#endif
