/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/thread.h"
#include "parser/response.h"

static const struct {
    const char *name;
    enum iw_thread_algorithm algorithm;
    enum iw_capability capability;
} algorithms[] = {
    {"ORDEREDSUBJECT", IW_THREAD_ORDEREDSUBJECT, IW_CAPABILITY_THREAD_ORDEREDSUBJECT},
    {"REFERENCES", IW_THREAD_REFERENCES, IW_CAPABILITY_THREAD_REFERENCES},
    {"REFS", IW_THREAD_REFS, IW_CAPABILITY_THREAD_REFS},
};
enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

/* RFC 5256 §3 */
struct iw_outcome iw_command_thread(struct iw_run *run)
{
    const struct iw_command *command = run->command;
    struct iw_response response = {.kind = IW_RESPONSE_THREAD};
    struct iw_found found;
    size_t i = 0;
    while (i < ALGORITHMS &&
           !iw_span_equal_nocase(command->mechanism, iw_span_of(algorithms[i].name)))
        i++;
    if (i == ALGORITHMS || !iw_engine_session_has(run->session, algorithms[i].capability))
        return iw_bad("this server does not know that algorithm");
    if (run->session->view.count > iw_run_message_max(run)) /* RFC 9738 §3.3 */
        return iw_with_message_limit(run, iw_no(NULL, "there are too many messages"),
                                     iw_run_message_max(run), 0);
    struct iw_outcome outcome = iw_search_on(run, &found);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    if (!iw_thread(run, algorithms[i].algorithm, &found, &response.thread))
        return iw_no_memory();
    iw_write_response(run->out, &response);
    return outcome;
}
