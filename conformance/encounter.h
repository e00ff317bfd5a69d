/* SPDX-License-Identifier: MIT */
/* One meeting of the client under test with a mock server: the server is started, then the client;
 * when it has exited, or its time is over, it is judged. */
#ifndef IW_CONFORMANCE_ENCOUNTER_H
#define IW_CONFORMANCE_ENCOUNTER_H

#include "net/loop.h"
#include "script/play.h"

struct iw_encounter;

struct iw_encounter_options {
    struct iw_loop *loop;
    const struct iw_scenario *scenario;
    size_t variant;
    bool twin;                  /* against the unharmed twin: the client must succeed */
    const char *const *command; /* with {host} … in it */
    size_t command_count;
    struct iw_span task;
    unsigned client_ms;
    unsigned step_ms;
    uint64_t seed; /* of what is drawn: pauses, segments */
    /* It is over; may free it. Never called from inside iw_encounter_start. */
    void (*done)(void *context, struct iw_encounter *encounter);
    void *context;
};

/* NULL: the server or the client could not be started; the error says why. */
struct iw_encounter *iw_encounter_start(const struct iw_encounter_options *options,
                                        struct iw_error *error);
/* Also in the midst of it: kills the client. */
void iw_encounter_free(struct iw_encounter *encounter);

/* Valid until free. Against the twin: IW_PASS, IW_SKIP (no such task) or IW_BLOCKED. */
const struct iw_finding *iw_encounter_finding(const struct iw_encounter *encounter);
const struct iw_transcript *iw_encounter_transcript(const struct iw_encounter *encounter);
/* The end of what the client wrote to stdout and stderr. */
struct iw_span iw_encounter_output(const struct iw_encounter *encounter);
uint64_t iw_encounter_ms(const struct iw_encounter *encounter);

/* The word for "given": {"tls": …} that clients are told: plain, starttls, tls; absent: it does not
 * say. */
struct iw_span iw_encounter_policy(const struct iw_scenario *scenario);

/* How the client ended, and what the server made of it: all that a verdict rests on. */
struct iw_encounter_facts {
    const struct iw_scenario *scenario;
    bool twin, timed_out;
    unsigned client_ms; /* its time */
    struct iw_child_exit exit;
    size_t connections;
    const struct iw_finding *server; /* NULL or IW_PASS: it has nothing to say */
};

/* text: room for the one line that says why. */
struct iw_finding iw_encounter_judge(const struct iw_encounter_facts *facts, char *text,
                                     size_t size);

#endif
