/* SPDX-License-Identifier: MIT */
#include "client/verb.h"

#include <stdio.h>
#include <string.h>

enum {
    NONAUTH = 1 << IW_SESSION_NONAUTH,
    AUTH = 1 << IW_SESSION_AUTH,
    SELECTED = 1 << IW_SESSION_SELECTED,
    LOGGED_IN = AUTH | SELECTED,
    ANYWHERE = NONAUTH | AUTH | SELECTED,
    USES = IW_VERB_USES_NUMBERS,
    KEEPS = IW_VERB_KEEPS_NUMBERS,
    RESTS = IW_VERB_RESTS
};

/* clang-format off */
const struct iw_verb iw_verbs[] = {
    /* any state: RFC 9051 §6.1 */
    {"CAPABILITY",   ANYWHERE,  IW_VERB_PLAIN,   0,            "CAPABILITY"},
    {"NOOP",         ANYWHERE,  IW_VERB_PLAIN,   0,            NULL},
    {"LOGOUT",       ANYWHERE,  IW_VERB_LOGOUT,  0,            NULL},
    {"ID",           ANYWHERE,  IW_VERB_PLAIN,   0,            "ID"},
    /* not authenticated: §6.2 */
    {"STARTTLS",     NONAUTH,   IW_VERB_TLS,     0,            NULL},
    {"AUTHENTICATE", NONAUTH,   IW_VERB_LOGIN,   0,            NULL},
    {"LOGIN",        NONAUTH,   IW_VERB_LOGIN,   0,            NULL},
    /* authenticated: §6.3 */
    {"ENABLE",       AUTH,      IW_VERB_PLAIN,   0,            NULL},
    {"SELECT",       LOGGED_IN, IW_VERB_SELECT,  0,            "EXISTS"},
    {"EXAMINE",      LOGGED_IN, IW_VERB_EXAMINE, 0,            "EXISTS"},
    {"CREATE",       LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"DELETE",       LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"RENAME",       LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"SUBSCRIBE",    LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"UNSUBSCRIBE",  LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"LIST",         LOGGED_IN, IW_VERB_PLAIN,   0,            "LIST"},
    {"LSUB",         LOGGED_IN, IW_VERB_PLAIN,   0,            "LSUB"},
    {"NAMESPACE",    LOGGED_IN, IW_VERB_PLAIN,   0,            "NAMESPACE"},
    {"STATUS",       LOGGED_IN, IW_VERB_PLAIN,   0,            "STATUS"},
    {"APPEND",       LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"IDLE",         LOGGED_IN, IW_VERB_PLAIN,   RESTS,        NULL},
    /* selected: §6.4 */
    {"CHECK",        SELECTED,  IW_VERB_PLAIN,   0,            NULL},
    {"CLOSE",        SELECTED,  IW_VERB_CLOSE,   0,            NULL},
    {"UNSELECT",     SELECTED,  IW_VERB_CLOSE,   0,            NULL},
    {"EXPUNGE",      SELECTED,  IW_VERB_PLAIN,   0,            "EXPUNGE"},
    {"SEARCH",       SELECTED,  IW_VERB_PLAIN,   USES | KEEPS, "SEARCH"},
    {"FETCH",        SELECTED,  IW_VERB_PLAIN,   USES | KEEPS, "FETCH"},
    {"STORE",        SELECTED,  IW_VERB_PLAIN,   USES | KEEPS, "FETCH"},
    {"COPY",         SELECTED,  IW_VERB_PLAIN,   USES,         NULL},
    {"MOVE",         SELECTED,  IW_VERB_PLAIN,   USES,         NULL},
    {"UID",          SELECTED,  IW_VERB_PLAIN,   0,            "FETCH"},
    /* extensions: RFC 5256, 4314, 2087, and what else imaplib knows */
    {"SORT",         SELECTED,  IW_VERB_PLAIN,   USES,         "SORT"},
    {"THREAD",       SELECTED,  IW_VERB_PLAIN,   USES,         "THREAD"},
    {"GETACL",       LOGGED_IN, IW_VERB_PLAIN,   0,            "ACL"},
    {"SETACL",       LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"DELETEACL",    LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"MYRIGHTS",     LOGGED_IN, IW_VERB_PLAIN,   0,            "MYRIGHTS"},
    {"GETQUOTA",     LOGGED_IN, IW_VERB_PLAIN,   0,            "QUOTA"},
    {"GETQUOTAROOT", LOGGED_IN, IW_VERB_PLAIN,   0,            "QUOTAROOT"},
    {"SETQUOTA",     LOGGED_IN, IW_VERB_PLAIN,   0,            "QUOTA"},
    {"GETANNOTATION", LOGGED_IN, IW_VERB_PLAIN,  0,            "ANNOTATION"},
    {"SETANNOTATION", LOGGED_IN, IW_VERB_PLAIN,  0,            "ANNOTATION"},
    {"PARTIAL",      SELECTED,  IW_VERB_PLAIN,   USES,         "FETCH"},
    {"PROXYAUTH",    AUTH,      IW_VERB_PLAIN,   0,            NULL},
    /* extensions that imaplib does not know: RFC 4978, 8437, 4314, 5464, 5465, 5267, 8508, … */
    {"COMPRESS",     LOGGED_IN, IW_VERB_DEFLATE, 0,            NULL},
    {"UNAUTHENTICATE", LOGGED_IN, IW_VERB_REVERT, 0,           NULL},
    {"LISTRIGHTS",   LOGGED_IN, IW_VERB_PLAIN,   0,            "LISTRIGHTS"},
    {"GETMETADATA",  LOGGED_IN, IW_VERB_PLAIN,   0,            "METADATA"},
    {"SETMETADATA",  LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"NOTIFY",       LOGGED_IN, IW_VERB_PLAIN,   0,            NULL},
    {"ESEARCH",      LOGGED_IN, IW_VERB_PLAIN,   0,            "ESEARCH"},
    {"CANCELUPDATE", SELECTED,  IW_VERB_PLAIN,   0,            NULL},
    {"UIDBATCHES",   SELECTED,  IW_VERB_PLAIN,   0,            "UIDBATCHES"},
    {"REPLACE",      SELECTED,  IW_VERB_PLAIN,   USES,         NULL},
    {NULL, 0, IW_VERB_PLAIN, 0, NULL},
};
/* clang-format on */

const struct iw_verb *iw_verb_find(struct iw_span name)
{
    for (const struct iw_verb *verb = iw_verbs; verb->name != NULL; verb++)
        if (iw_span_equal_nocase(name, iw_span_of(verb->name)))
            return verb;
    return NULL;
}

bool iw_verb_legal(const struct iw_verb *verb, enum iw_session_state state)
{
    unsigned states = verb == NULL ? ANYWHERE : verb->states;
    return (states & 1U << state) != 0;
}

bool iw_verb_waits(const struct iw_verb *next, const struct iw_verb *earlier)
{
    if (next != NULL && next->effect != IW_VERB_PLAIN)
        return true;
    if (earlier != NULL && earlier->effect != IW_VERB_PLAIN)
        return true;
    bool uses = next != NULL && (next->traits & USES) != 0;
    bool keeps = earlier != NULL && (earlier->traits & KEEPS) != 0;
    return uses && !keeps;
}

void iw_verb_name_states(const struct iw_verb *verb, char *names, size_t size)
{
    names[0] = '\0';
    for (enum iw_session_state state = IW_SESSION_NONAUTH; state <= IW_SESSION_SELECTED; state++) {
        size_t length = strlen(names);
        if (iw_verb_legal(verb, state))
            snprintf(names + length, size - length, "%s%s", length == 0 ? "" : ", ",
                     iw_session_state_name(state));
    }
}

const char *iw_session_state_name(enum iw_session_state state)
{
    static const char *const names[] = {"GREETING", "NONAUTH", "AUTH", "SELECTED", "LOGOUT"};
    return names[state];
}
