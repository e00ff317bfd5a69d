/* SPDX-License-Identifier: MIT */
/* What a client under test is asked to do, in words: "flag INBOX 1 \\Seen". docs/scenarios.md says
 * what each task is; conformance/client_task.h does them with our own client. */
#ifndef IW_SCRIPT_TASK_H
#define IW_SCRIPT_TASK_H

#include "base/span.h"

enum { IW_TASK_OCTETS_MAX = 4096, IW_TASK_WORDS_MAX = 64 };

struct iw_task {
    char text[IW_TASK_OCTETS_MAX];
    const char *words[IW_TASK_WORDS_MAX + 1]; /* ends with NULL; into text, or the caller's */
    size_t count;
};

/* Splits as a shell does, but a backslash stands for itself; quotes, single and double, hold words
 * together. False: a quote has no end, or it is too long. */
bool iw_task_split(struct iw_task *task, struct iw_span text);

enum iw_task_verb {
    IW_TASK_LOGIN,
    IW_TASK_NOOP,
    IW_TASK_CAPABILITY,
    IW_TASK_LIST,
    IW_TASK_NAMESPACE,
    IW_TASK_STATUS,
    IW_TASK_SELECT,
    IW_TASK_EXAMINE,
    IW_TASK_FETCH,
    IW_TASK_FLAG,
    IW_TASK_SEARCH,
    IW_TASK_APPEND,
    IW_TASK_EXPUNGE,
    IW_TASK_COPY,
    IW_TASK_MOVE,
    IW_TASK_POLL,
    IW_TASK_IDLE,
    IW_TASK_SYNC,
    IW_TASK_CREATE,
    IW_TASK_DELETE,
    IW_TASK_RENAME,
    IW_TASK_UNKNOWN /* none of these: another client may still know it */
};

/* No words at all are a login. */
enum iw_task_verb iw_task_verb(const struct iw_task *task);

/* NULL for IW_TASK_UNKNOWN. */
const char *iw_task_verb_name(enum iw_task_verb verb);

/* How the verb is used, "flag MAILBOX N FLAG", when the task has too few or too many words; NULL
 * when it is fine, or the verb unknown. */
const char *iw_task_misuse(const struct iw_task *task);

#endif
