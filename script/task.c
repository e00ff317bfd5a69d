/* SPDX-License-Identifier: MIT */
#include "script/task.h"

#include <string.h>

bool iw_task_split(struct iw_task *task, struct iw_span text)
{
    char *to = task->text;
    task->count = 0;
    if (text.length >= sizeof task->text)
        return false;
    for (size_t i = 0; i < text.length;) {
        char quote = '\0';
        if (text.data[i] == ' ' || text.data[i] == '\t') {
            i++;
            continue;
        }
        if (task->count == IW_TASK_WORDS_MAX)
            return false;
        task->words[task->count++] = to;
        for (; i < text.length && (quote != '\0' || strchr(" \t", text.data[i]) == NULL); i++) {
            char c = text.data[i];
            if (quote == '\0' && (c == '"' || c == '\''))
                quote = c;
            else if (quote != '\0' && c == quote)
                quote = '\0';
            else
                *to++ = c;
        }
        if (quote != '\0')
            return false;
        *to++ = '\0';
    }
    return true;
}

/* The words behind the name are those of docs/scenarios.md. */
static const struct {
    const char *name;
    size_t least, most; /* words, its name included */
    const char *use;
} verbs[IW_TASK_UNKNOWN] = {
    [IW_TASK_LOGIN] = {"login", 1, 2, "login [MECHANISM]"},
    [IW_TASK_NOOP] = {"noop", 1, 1, "noop"},
    [IW_TASK_CAPABILITY] = {"capability", 1, 1, "capability"},
    [IW_TASK_LIST] = {"list", 1, 1, "list"},
    [IW_TASK_NAMESPACE] = {"namespace", 1, 1, "namespace"},
    [IW_TASK_STATUS] = {"status", 2, 2, "status MAILBOX"},
    [IW_TASK_SELECT] = {"select", 2, 2, "select MAILBOX"},
    [IW_TASK_EXAMINE] = {"examine", 2, 2, "examine MAILBOX"},
    [IW_TASK_FETCH] = {"fetch", 2, 2, "fetch MAILBOX"},
    [IW_TASK_FLAG] = {"flag", 4, 4, "flag MAILBOX N FLAG"},
    [IW_TASK_SEARCH] = {"search", 3, IW_TASK_WORDS_MAX, "search MAILBOX KEY…"},
    [IW_TASK_APPEND] = {"append", 3, 3, "append MAILBOX FILE|OCTETS"},
    [IW_TASK_EXPUNGE] = {"expunge", 2, 2, "expunge MAILBOX"},
    [IW_TASK_COPY] = {"copy", 4, 4, "copy MAILBOX N TARGET"},
    [IW_TASK_MOVE] = {"move", 4, 4, "move MAILBOX N TARGET"},
    [IW_TASK_POLL] = {"poll", 2, 2, "poll MAILBOX"},
    [IW_TASK_IDLE] = {"idle", 2, 2, "idle MAILBOX"},
    [IW_TASK_SYNC] = {"sync", 2, 2, "sync MAILBOX"},
    [IW_TASK_CREATE] = {"create", 2, 2, "create MAILBOX"},
    [IW_TASK_DELETE] = {"delete", 2, 2, "delete MAILBOX"},
    [IW_TASK_RENAME] = {"rename", 3, 3, "rename MAILBOX NAME"},
};

enum iw_task_verb iw_task_verb(const struct iw_task *task)
{
    int verb = IW_TASK_LOGIN;
    if (task->count == 0)
        return IW_TASK_LOGIN;
    while (verb < IW_TASK_UNKNOWN && strcmp(verbs[verb].name, task->words[0]) != 0)
        verb++;
    return (enum iw_task_verb)verb;
}

const char *iw_task_verb_name(enum iw_task_verb verb)
{
    return verb == IW_TASK_UNKNOWN ? NULL : verbs[verb].name;
}

const char *iw_task_misuse(const struct iw_task *task)
{
    enum iw_task_verb verb = iw_task_verb(task);
    size_t count = task->count == 0 ? 1 : task->count;
    if (verb == IW_TASK_UNKNOWN || (count >= verbs[verb].least && count <= verbs[verb].most))
        return NULL;
    return verbs[verb].use;
}
