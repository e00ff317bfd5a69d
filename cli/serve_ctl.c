/* SPDX-License-Identifier: MIT */
#include "cli/serve_ctl.h"

#include "base/json_writer.h"
#include "cli/serve_request.h"
#include "net/local.h"
#include "script/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX = 8 << 20, WAIT_MS = IW_REQUEST_WAIT_MAX + 60000 };

static void put_value(struct iw_json_writer *json, const char *key, const char *value)
{
    uint64_t number;
    bool truth = strcmp(value, "true") == 0;
    char *path = strcmp(key, "file") == 0 ? realpath(value, NULL) : NULL;
    if (iw_span_number(iw_span_of(value), INT64_MAX, &number))
        iw_json_put_number(json, key, number);
    else if (truth || strcmp(value, "false") == 0)
        iw_json_put_bool(json, key, truth);
    else
        iw_json_put_string(json, key, path == NULL ? value : path); /* else it is an id */
    free(path);
}

/* As a line. A file is named from the root on. False: a word has no "=". */
static bool write_words(const char *const *words, size_t count, struct iw_buf *line)
{
    char key[64];
    struct iw_json_writer json;
    if (count == 1 && words[0][0] == '{') {
        iw_buf_add_string(line, words[0]);
        return true;
    }
    iw_json_writer_init(&json, line, IW_JSON_DENSE);
    iw_json_open_object(&json, NULL);
    iw_json_put_string(&json, "do", words[0]);
    for (size_t i = 1; i < count; i++) {
        const char *equals = strchr(words[i], '=');
        if (equals == NULL || (size_t)(equals - words[i]) >= sizeof key)
            return false;
        snprintf(key, sizeof key, "%.*s", (int)(equals - words[i]), words[i]);
        put_value(&json, key, equals + 1);
    }
    iw_json_close_object(&json);
    return true;
}

static bool is_true(const struct iw_json *answer, const char *key, bool otherwise)
{
    const struct iw_json *value = iw_json_member(answer, key);
    return value == NULL ? otherwise : value->kind == IW_JSON_TRUE;
}

static int status_of(struct iw_span text)
{
    struct iw_json_error error;
    struct iw_arena arena;
    iw_arena_init(&arena, NULL, (size_t)4 * IW_REQUEST_ANSWER_MAX);
    const struct iw_json *answer = iw_json_parse(text, &arena, &error);
    bool good = answer != NULL && is_true(answer, "ok", false) && is_true(answer, "passed", true);
    iw_arena_release(&arena);
    return good ? 0 : 1;
}

int iw_serve_ctl(const char *path, const char *const *words, size_t count)
{
    struct iw_error error = {0};
    struct iw_buf line, answer;
    int status = 2;
    iw_buf_init(&line, NULL, LINE_MAX);
    iw_buf_init(&answer, NULL, (size_t)2 * IW_REQUEST_ANSWER_MAX);
    if (!write_words(words, count, &line) || line.failed)
        fputs("imapwright serve: a request is a word, then NAME=VALUE, or a line of JSON\n",
              stderr);
    else if (iw_local_ask(path, iw_buf_span(&line), WAIT_MS, &answer, &error) != IW_OK)
        fprintf(stderr, "imapwright serve: %s\n",
                error.detail[0] != '\0' ? error.detail : iw_result_name(error.code));
    else {
        puts(iw_buf_string(&answer));
        status = status_of(iw_buf_span(&answer));
    }
    iw_buf_release(&line);
    iw_buf_release(&answer);
    return status;
}
