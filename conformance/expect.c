/* SPDX-License-Identifier: MIT */
#include "conformance/expect.h"

#include "script/files.h"
#include "script/json.h"

#include <string.h>

/* NULL with a line in *problem. The text stays in the arena. */
static const struct iw_json *load_json(const char *path, struct iw_arena *arena,
                                       struct iw_buf *problem)
{
    const char *why;
    struct iw_buf text;
    iw_buf_init(&text, NULL, IW_EXPECT_OCTETS_MAX);
    const struct iw_json *json = NULL;
    if (!iw_read_file(path, &text, &why)) {
        iw_buf_addf(problem, "cannot read %s: %s\n", path, why);
    } else {
        struct iw_json_error wrong = {0};
        const struct iw_span kept = iw_arena_copy(arena, iw_buf_span(&text));
        json = kept.data != NULL ? iw_json_parse(kept, arena, &wrong) : NULL;
        if (json == NULL)
            iw_buf_addf(problem, "%s:%u:%u: %s\n", path, wrong.place.line, wrong.place.column,
                        wrong.message);
    }
    iw_buf_release(&text);
    return json;
}

static bool refuse(struct iw_buf *problem, const char *path, const struct iw_json *at,
                   const char *wanted)
{
    iw_buf_addf(problem, "%s:%u:%u: %s is wanted here, not %s\n", path, at->place.line,
                at->place.column, wanted, iw_json_kind_name(at->kind));
    return false;
}

static bool read_expectations(struct iw_expectations *expectations, const char *path,
                              const struct iw_json *json, struct iw_buf *problem)
{
    if (json->kind != IW_JSON_OBJECT)
        return refuse(problem, path, json, "an object of ids and reasons");
    expectations->items =
        iw_arena_array(&expectations->arena, json->count, sizeof *expectations->items);
    if (expectations->items == NULL)
        return false;
    for (const struct iw_json *member = json->child; member != NULL; member = member->next) {
        if (member->kind != IW_JSON_STRING || member->text.length == 0)
            return refuse(problem, path, member, "a reason");
        expectations->items[expectations->count++] =
            (struct iw_expected){member->key, member->text};
    }
    return true;
}

bool iw_expectations_load(struct iw_expectations *expectations, const char *path,
                          struct iw_buf *problem)
{
    *expectations = (struct iw_expectations){0};
    iw_arena_init(&expectations->arena, NULL, 4 * (size_t)IW_EXPECT_OCTETS_MAX);
    const struct iw_json *json = load_json(path, &expectations->arena, problem);
    return json != NULL && read_expectations(expectations, path, json, problem);
}

void iw_expectations_release(struct iw_expectations *expectations)
{
    iw_arena_release(&expectations->arena);
    *expectations = (struct iw_expectations){0};
}

enum iw_verdict iw_expectations_judge(const struct iw_expectations *expectations, const char *id,
                                      enum iw_verdict verdict, struct iw_span *reason)
{
    *reason = (struct iw_span){NULL, 0};
    for (size_t i = 0; i < expectations->count; i++) {
        if (!iw_span_equal(expectations->items[i].id, iw_span_of(id)))
            continue;
        *reason = expectations->items[i].reason;
        if (verdict == IW_PASS)
            return IW_XPASS;
        return iw_verdict_counts(verdict, true) ? IW_XFAIL : verdict;
    }
    return verdict;
}

static bool has_failed(const struct iw_json *result)
{
    const struct iw_json *verdict = iw_json_member(result, "verdict");
    if (verdict == NULL || verdict->kind != IW_JSON_STRING)
        return false;
    for (int v = 0; v < IW_VERDICT_COUNT; v++) {
        const char *name = iw_verdict_name((enum iw_verdict)v);
        if (iw_span_equal(verdict->text, iw_span_of(name)))
            return v == IW_SETUP || iw_verdict_counts((enum iw_verdict)v, true);
    }
    return false;
}

static long read_failed_ids(const struct iw_json *cases, struct iw_arena *arena, const char ***ids)
{
    long count = 0;
    *ids = iw_arena_array(arena, cases->count, sizeof **ids);
    if (*ids == NULL)
        return -1;
    for (const struct iw_json *result = cases->child; result != NULL; result = result->next) {
        const struct iw_json *id = iw_json_member(result, "id");
        if (id != NULL && id->kind == IW_JSON_STRING && has_failed(result))
            (*ids)[count++] = id->text.data;
    }
    return count;
}

long iw_failed_ids_load(const char *path, struct iw_arena *arena, const char ***ids,
                        struct iw_buf *problem)
{
    const struct iw_json *json = load_json(path, arena, problem);
    if (json == NULL)
        return -1;
    const struct iw_json *cases = iw_json_member(json, "cases");
    if (cases == NULL || cases->kind != IW_JSON_ARRAY) {
        iw_buf_addf(problem, "%s: these are no results: \"cases\" is missing\n", path);
        return -1;
    }
    return read_failed_ids(cases, arena, ids);
}
