/* SPDX-License-Identifier: MIT */
/* One request to a running serve: read, and carried out. */
#ifndef IW_CLI_SERVE_REQUEST_H
#define IW_CLI_SERVE_REQUEST_H

#include "mockserver/mocks.h"

enum { IW_REQUEST_ANSWER_MAX = 64 << 20, IW_REQUEST_WAIT_MAX = 600000 };

struct iw_request_verb;

struct iw_request {
    const struct iw_request_verb *verb; /* NULL: it could not be read */
    /* Its members; absent or 0 if it has none of that name. Texts are in the arena given. */
    uint64_t scenario, since, wait_ms, variant, conn;
    struct iw_span file, text, name, directory, user;
    bool octets;
};

/* What is wrong is in problem, and the request has no verb. */
void iw_request_read(struct iw_request *request, struct iw_span line, struct iw_arena *arena,
                     struct iw_buf *problem);

/* There is nothing to tell yet. */
bool iw_request_waits(const struct iw_request *request, const struct iw_mocks *mocks);
/* serve is to end behind it. */
bool iw_request_stops(const struct iw_request *request);

/* Carries it out; the answer is one line, with its LF. problem: of reading it. */
void iw_request_answer(const struct iw_request *request, struct iw_mocks *mocks,
                       struct iw_buf *problem, struct iw_buf *answer);

#endif
