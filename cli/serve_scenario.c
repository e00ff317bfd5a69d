/* SPDX-License-Identifier: MIT */
#include "cli/serve_scenario.h"

#include "conformance/suite.h"
#include "script/load.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_OCTETS_MAX = 4096, PERSONA_MAX = 64 };

/* ---- a file ---- */

void iw_serve_scenario_explain(const char *path, const struct iw_diagnostic *diagnostic,
                               struct iw_buf *out)
{
    if (diagnostic->place.line == 0)
        iw_buf_addf(out, "%s %s", path, diagnostic->message);
    else
        iw_buf_addf(out, "%s:%u:%u: %s", path, diagnostic->place.line, diagnostic->place.column,
                    diagnostic->message);
    if (diagnostic->place.line != 0 && diagnostic->pointer[0] != '\0')
        iw_buf_addf(out, " (at %s)", diagnostic->pointer);
}

struct iw_scenario *iw_serve_scenario_load(const char *name, struct iw_buf *problem)
{
    struct iw_diagnostic diagnostic = {0};
    struct iw_buf path;
    iw_buf_init(&path, NULL, PATH_OCTETS_MAX);
    if (access(name, R_OK) == 0)
        iw_buf_add_string(&path, name);
    else if (iw_suite_find_directory(&path))
        iw_buf_addf(&path, "/%s.json", name);
    if (path.length == 0 || access(iw_buf_string(&path), R_OK) != 0) {
        iw_buf_clear(&path);
        iw_buf_add_string(&path, name);
    }
    struct iw_scenario *scenario = iw_scenario_load(iw_buf_string(&path), &diagnostic);
    if (scenario == NULL)
        iw_serve_scenario_explain(iw_buf_string(&path), &diagnostic, problem);
    iw_buf_release(&path);
    return scenario;
}

/* ---- to whom it is played ---- */

/* The text between the word and the colon; absent: it does not begin so. *rest is behind it. */
static struct iw_span between(const char *words, const char *word, const char **rest)
{
    size_t length = strlen(word);
    const char *colon = strncmp(words, word, length) == 0 ? strchr(words, ':') : NULL;
    if (colon == NULL)
        return iw_span(NULL, 0);
    *rest = colon + 1;
    return iw_span(words + length, (size_t)(colon - words) - length);
}

bool iw_serve_scenario_choose(const char *words, char user[IW_SERVE_USER_MAX + 1],
                              struct iw_mocks_choice *choice, struct iw_buf *problem)
{
    uint64_t number = 0;
    const char *name = words;
    struct iw_span who = between(words, "user=", &name);
    struct iw_span which = between(words, "conn=", &name);
    if (who.data != NULL && (who.length == 0 || who.length > IW_SERVE_USER_MAX)) {
        iw_buf_addf(problem, "%s: a user has 1 to %d octets", words, IW_SERVE_USER_MAX);
        return false;
    }
    if (which.data != NULL && (!iw_span_number(which, SIZE_MAX, &number) || number == 0)) {
        iw_buf_addf(problem, "%s: connections are counted from 1", words);
        return false;
    }
    if (who.data != NULL) {
        snprintf(user, IW_SERVE_USER_MAX + 1, "%.*s", (int)who.length, who.data);
        choice->user = user;
    }
    choice->conn = (size_t)number;
    choice->scenario = iw_serve_scenario_load(name, problem);
    return choice->scenario != NULL;
}

/* ---- personas ---- */

static int is_scenario(const struct dirent *entry)
{
    return strstr(entry->d_name, ".json") != NULL;
}

static void list_personas(struct iw_buf *out)
{
    struct dirent **entries;
    struct iw_buf path;
    iw_buf_init(&path, NULL, PATH_OCTETS_MAX);
    int count = -1;
    if (iw_suite_find_directory(&path)) {
        iw_buf_add_string(&path, "/personas");
        count = scandir(iw_buf_string(&path), &entries, is_scenario, alphasort);
    }
    for (int i = 0; i < count; i++) {
        iw_buf_addf(out, " %.*s", (int)strcspn(entries[i]->d_name, "."), entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    iw_buf_release(&path);
}

struct iw_scenario *iw_serve_scenario_persona(const char *name, struct iw_buf *problem)
{
    char id[PERSONA_MAX + sizeof "personas/"];
    size_t length = strlen(name);
    snprintf(id, sizeof id, "personas/%s", name);
    struct iw_scenario *scenario =
        length == 0 || length > PERSONA_MAX || strpbrk(name, "./") != NULL
            ? NULL
            : iw_serve_scenario_load(id, problem);
    if (scenario != NULL)
        return scenario;
    if (problem->length > 0)
        iw_buf_add_char(problem, '\n');
    iw_buf_add_string(problem, "--as takes one of:");
    list_personas(problem);
    return NULL;
}
