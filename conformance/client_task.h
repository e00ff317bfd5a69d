/* SPDX-License-Identifier: MIT */
/* What a client under test is asked to do, done by our own client: it logs in, does one task and
 * logs out. docs/scenarios.md says what each task is. */
#ifndef IW_CONFORMANCE_CLIENT_TASK_H
#define IW_CONFORMANCE_CLIENT_TASK_H

#include "client/imap.h"
#include "script/task.h"

#include <stdio.h>

struct iw_task_visit {
    const char *user, *password;
    const char *auth;  /* a mechanism, unless the task names one; NULL: LOGIN */
    bool may_be_known; /* the connection may be someone's already (PREAUTH): no login then */
    FILE *out, *errors;
};

/* 0, or the exit status that says what is wrong with the task itself: IW_CLIENT_EXIT_NO_TASK, or 2
 * for the wrong number of words. No words: the task is login. */
int iw_task_check(const struct iw_task *task);

/* Logs in, does the task, logs out and frees imap. The exit status (conformance/client_run.h); an
 * error is told as "error: …", "abort: …" or "readonly: …". */
int iw_task_do(const struct iw_task *task, struct iw_imap *imap, const struct iw_task_visit *visit);

/* Says why, and returns IW_CLIENT_EXIT_ERROR. */
int iw_task_report(const struct iw_imap_failure *failure, FILE *errors);

#endif
