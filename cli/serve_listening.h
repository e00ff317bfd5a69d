/* SPDX-License-Identifier: MIT */
/* How serve says that it is ready, and where it is found: one line of JSON. */
#ifndef IW_CLI_SERVE_LISTENING_H
#define IW_CLI_SERVE_LISTENING_H

#include "base/json_writer.h"
#include "cli/serve_options.h"
#include "mockserver/mocks.h"

/* Members of an open object: where this one's clients go, and who they are. */
void iw_serve_put_member(struct iw_json_writer *json, const struct iw_mocks *mocks,
                         const struct iw_mocks_member *member);

/* {"event":"listening","imap":PORT,"imaps":PORT,"ca":FILE} and LF; with more than one scenario they
 * are listed, and the ports are the first one's. */
void iw_serve_write_listening(const struct iw_serve_options *options, const struct iw_mocks *mocks,
                              struct iw_buf *out);

/* The line into the port file and the file descriptor, then to stdout: whoever has read it there
 * finds it in the others. False: what is wrong has been said. */
bool iw_serve_announce(const struct iw_serve_options *options, struct iw_span line);

#endif
