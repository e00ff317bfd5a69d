/* SPDX-License-Identifier: MIT */
#include "script/clauses.h"

#include "script/files.h"
#include "script/members.h"
#include "script/nearest.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_CAP = 64 << 20 };

static const struct iw_member clause_members[] = {
    {"id", iw_load_text, offsetof(struct iw_clause, id), .required = true},
    {"part", iw_load_text, offsetof(struct iw_clause, part), .required = true},
    {"group", iw_load_text, offsetof(struct iw_clause, group), .required = true},
    {"level", iw_load_level, offsetof(struct iw_clause, level), .required = true},
    {"connections", iw_load_text, offsetof(struct iw_clause, connections)},
    {"class", iw_load_text, offsetof(struct iw_clause, topic)},
    {"rfc", iw_load_text, offsetof(struct iw_clause, rfc), .required = true},
    {"requirement", iw_load_text, offsetof(struct iw_clause, requirement), .required = true},
    {"how", iw_load_text, offsetof(struct iw_clause, how), .required = true},
    {NULL, NULL, 0},
};
static const struct iw_object clause_object = {"clause", clause_members};

static int compare_ids(struct iw_span a, struct iw_span b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = memcmp(a.data, b.data, common);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_clauses(const void *a, const void *b)
{
    return compare_ids(((const struct iw_clause *)a)->id, ((const struct iw_clause *)b)->id);
}

static bool read_groups(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_clauses *clauses = target;
    clauses->groups =
        iw_load_members(loader, value, IW_JSON_OBJECT, "an object of groups and their titles",
                        sizeof *clauses->groups);
    if (clauses->groups == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_clause_group *group = &clauses->groups[clauses->group_count++];
        group->name = item->key;
        if (!iw_load_text(loader, item, &group->title))
            return false;
    }
    return true;
}

static bool read_clauses(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_clauses *clauses = target;
    clauses->items =
        iw_load_members(loader, value, IW_JSON_ARRAY, "a list of clauses", sizeof *clauses->items);
    if (clauses->items == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!iw_load_object(loader, item, &clause_object, &clauses->items[clauses->count++]))
            return false;
    qsort(clauses->items, clauses->count, sizeof *clauses->items, compare_clauses);
    for (size_t i = 1; i < clauses->count; i++)
        if (compare_clauses(&clauses->items[i - 1], &clauses->items[i]) == 0)
            return iw_load_fail(loader, &value->place, "the id %s stands twice",
                                clauses->items[i].id.data);
    return true;
}

static const struct iw_member table_members[] = {
    {"groups", read_groups, 0, .required = true},
    {"clauses", read_clauses, 0, .required = true},
    {NULL, NULL, 0},
};
static const struct iw_object table_object = {"clauses", table_members};

static bool read_table(struct iw_loader *loader, struct iw_span text, struct iw_clauses *clauses)
{
    const struct iw_json *json = iw_load_json(loader, text);
    return json != NULL && iw_load_object(loader, json, &table_object, clauses);
}

struct iw_clauses *iw_clauses_parse(struct iw_span json, const char *path,
                                    struct iw_diagnostic *diagnostic)
{
    struct iw_clauses *clauses = iw_alloc_resize(NULL, NULL, sizeof *clauses);
    struct iw_loader loader = {.diagnostic = diagnostic};
    *diagnostic = (struct iw_diagnostic){.path = path};
    if (clauses == NULL) {
        iw_load_no_memory(&loader);
        return NULL;
    }
    *clauses = (struct iw_clauses){.count = 0};
    iw_arena_init(&clauses->arena, NULL, ARENA_CAP);
    loader.arena = &clauses->arena;
    if (read_table(&loader, json, clauses))
        return clauses;
    iw_clauses_free(clauses);
    return NULL;
}

struct iw_clauses *iw_clauses_load(const char *path, struct iw_diagnostic *diagnostic)
{
    struct iw_arena arena;
    const char *why = NULL;
    struct iw_clauses *clauses = NULL;
    *diagnostic = (struct iw_diagnostic){.path = path};
    iw_arena_init(&arena, NULL, ARENA_CAP);
    struct iw_span json = iw_load_file(path, &arena, &why);
    if (json.data == NULL)
        iw_load_fail(&(struct iw_loader){.diagnostic = diagnostic}, &(struct iw_place){0},
                     "cannot be read: %s", why);
    else
        clauses = iw_clauses_parse(json, path, diagnostic);
    iw_arena_release(&arena);
    return clauses;
}

void iw_clauses_free(struct iw_clauses *clauses)
{
    if (clauses == NULL)
        return;
    iw_arena_release(&clauses->arena);
    iw_alloc_free(NULL, clauses);
}

const struct iw_clause *iw_clauses_find(const struct iw_clauses *clauses, struct iw_span id)
{
    struct iw_clause wanted = {.id = id};
    if (id.length == 0)
        return NULL;
    return bsearch(&wanted, clauses->items, clauses->count, sizeof *clauses->items,
                   compare_clauses);
}

const struct iw_clause *iw_clauses_nearest(const struct iw_clauses *clauses, struct iw_span id)
{
    struct iw_span best = {NULL, 0};
    for (size_t i = 0; i < clauses->count; i++)
        best = iw_nearest_span(id, (const struct iw_span[]){best, clauses->items[i].id}, 2);
    return iw_clauses_find(clauses, best);
}
