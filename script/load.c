/* SPDX-License-Identifier: MIT */
#include "script/load.h"

#include "base/chars.h"
#include "script/files.h"
#include "script/steps.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { ARENA_CAP = 256 << 20, VARIANTS_MAX = 100000 };

/* --- words --- */

static bool read_level(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_scenario *scenario = target;
    scenario->has_level = true;
    return iw_load_level(loader, value, &scenario->level);
}

static bool read_profile(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"rev1", "rev2", "utf8", "uidonly", NULL};
    struct iw_span *profile = target;
    *profile = value->text;
    return iw_load_word(loader, value, words) >= 0;
}

static bool read_trigger(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"published", "derived", NULL};
    struct iw_span *trigger = target;
    *trigger = value->text;
    return iw_load_word(loader, value, words) >= 0;
}

static bool read_one_start(struct iw_loader *loader, const struct iw_json *value,
                           enum iw_start *start)
{
    static const char *const words[] = {"dialogue", "greeted", "authenticated", "selected", NULL};
    int word = iw_load_word(loader, value, words);
    *start = (enum iw_start)word;
    return word >= 0;
}

/* One word for all connections, or a list from connection 1 on. */
static bool read_start(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    enum iw_start *starts = target;
    size_t conn = 1;
    if (value->kind == IW_JSON_STRING) {
        if (!read_one_start(loader, value, &starts[0]))
            return false;
        for (; conn < IW_CONN_MAX; conn++)
            starts[conn] = starts[0];
        return true;
    }
    if (value->kind != IW_JSON_ARRAY || value->count == 0 || value->count >= IW_CONN_MAX)
        return iw_load_expected(loader, value, "a string or a list of 1 to 9 strings");
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!read_one_start(loader, item, &starts[conn++]))
            return false;
    return true;
}

/* --- vary --- */

static bool read_bound(struct iw_span digits, int64_t *bound)
{
    uint64_t number = 0;
    bool minus = digits.length > 0 && digits.data[0] == '-';
    if (!iw_span_number(iw_span_part(digits, minus ? 1 : 0, digits.length), INT32_MAX, &number))
        return false;
    *bound = minus ? -(int64_t)number : (int64_t)number;
    return true;
}

/* "0..120" */
static bool read_range(struct iw_loader *loader, const struct iw_json *value, struct iw_vary *vary)
{
    int64_t first = 0, last = -1;
    const char *dots = strstr(value->text.data, "..");
    size_t split = dots == NULL ? 0 : (size_t)(dots - value->text.data);
    if (dots == NULL || !read_bound(iw_span_part(value->text, 0, split), &first) ||
        !read_bound(iw_span_part(value->text, split + 2, value->text.length), &last) ||
        last < first)
        return iw_load_fail(loader, &value->place, "expected a range such as \"0..120\"");
    if (last - first >= VARIANTS_MAX)
        return iw_load_fail(loader, &value->place, "more than %d variants", VARIANTS_MAX);
    vary->count = (size_t)(last - first + 1);
    vary->values = iw_arena_array(loader->arena, vary->count, sizeof *vary->values);
    if (vary->values == NULL)
        return iw_load_no_memory(loader);
    for (size_t i = 0; i < vary->count; i++) {
        char digits[24];
        int length = snprintf(digits, sizeof digits, "%lld", (long long)(first + (int64_t)i));
        vary->values[i] = iw_arena_copy(loader->arena, iw_span(digits, (size_t)length));
        if (vary->values[i].data == NULL)
            return iw_load_no_memory(loader);
    }
    return true;
}

static bool read_values(struct iw_loader *loader, const struct iw_json *value, struct iw_vary *vary)
{
    if (value->kind == IW_JSON_STRING)
        return read_range(loader, value, vary);
    vary->values =
        iw_load_members(loader, value, IW_JSON_ARRAY,
                        "a list of values or a range such as \"0..120\"", sizeof *vary->values);
    if (vary->values == NULL)
        return false;
    if (value->count == 0)
        return iw_load_fail(loader, &value->place, "the list is empty");
    vary->places = iw_arena_array(loader->arena, value->count, sizeof *vary->places);
    if (vary->places == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        bool number = item->kind == IW_JSON_INTEGER;
        struct iw_span *text = &vary->values[vary->count];
        vary->places[vary->count++] = item->place;
        if (!(number ? iw_load_number_text : iw_load_text)(loader, item, text) ||
            !iw_load_want_fills(loader, &item->place, *text))
            return false;
    }
    return true;
}

static bool is_name(struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!iw_is(text.data[i], IW_CHAR_ALPHA | IW_CHAR_DIGIT) && text.data[i] != '_')
            return false;
    return text.length > 0 && !iw_span_equal(text, IW_SPAN("_"));
}

static bool read_vary(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_scenario *scenario = target;
    size_t variants = 1;
    scenario->vary = iw_load_members(loader, value, IW_JSON_OBJECT,
                                     "an object of names and their values", sizeof *scenario->vary);
    if (scenario->vary == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_vary *vary = &scenario->vary[scenario->vary_count++];
        if (!is_name(item->key))
            return iw_load_fail(loader, &item->key_place,
                                "expected a name of letters, digits and \"_\"");
        vary->place = item->key_place;
        vary->name = item->key;
        if (!read_values(loader, item, vary))
            return false;
        if (vary->count > VARIANTS_MAX / variants)
            return iw_load_fail(loader, &item->place, "more than %d variants", VARIANTS_MAX);
        variants *= vary->count;
    }
    return true;
}

/* --- the whole --- */

static bool read_dialogue(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    return iw_load_steps(loader, value, IW_STEPS_DIALOGUE, target);
}

static bool read_illegal(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_scenario *scenario = target;
    scenario->illegal_place = value->key_place;
    return iw_load_bool(loader, value, &scenario->illegal);
}

static const struct iw_member scenario_members[] = {
    {"title", iw_load_text, offsetof(struct iw_scenario, title), .required = true},
    {"why", iw_load_text, offsetof(struct iw_scenario, why)},
    {"covers", iw_load_texts, offsetof(struct iw_scenario, covers)},
    {"level", read_level, 0},
    {"breaks", iw_load_texts, offsetof(struct iw_scenario, breaks)},
    {"refs", iw_load_texts, offsetof(struct iw_scenario, refs)},
    {"trigger", read_trigger, offsetof(struct iw_scenario, trigger)},
    {"class", iw_load_text, offsetof(struct iw_scenario, group)},
    {"needs", iw_load_texts, offsetof(struct iw_scenario, needs)},
    {"profile", read_profile, offsetof(struct iw_scenario, profile)},
    {"vary", read_vary, 0},
    {"illegal", read_illegal, 0},
    {"ordered", iw_load_bool, offsetof(struct iw_scenario, ordered)},
    {"strict", iw_load_bool, offsetof(struct iw_scenario, strict)},
    {"start", read_start, offsetof(struct iw_scenario, starts)},
    {"given", iw_load_given, offsetof(struct iw_scenario, given)},
    {"task", iw_load_text_or_texts, offsetof(struct iw_scenario, tasks)},
    {"engine", iw_load_texts, offsetof(struct iw_scenario, engine)},
    {"dialogue", read_dialogue, offsetof(struct iw_scenario, dialogue)},
    {"rules", iw_load_rules, 0},
    {"then", iw_load_then, offsetof(struct iw_scenario, then)},
    {NULL, NULL, 0},
};
static const struct iw_object scenario_object = {"scenario", scenario_members};

const struct iw_object *const iw_scenario_objects[] = {
    &scenario_object,
    &iw_given_object,
    &iw_tls_object,
    &iw_message_object,
    &iw_capability_object,
    &iw_rule_object,
    &iw_then_object,
    &iw_side_object,
    &iw_tcp_object,
    &iw_world_object,
    NULL,
};

static bool keep_files(struct iw_loader *loader)
{
    struct iw_scenario *scenario = loader->scenario;
    scenario->files = iw_arena_array(loader->arena, loader->file_count, sizeof *scenario->files);
    if (scenario->files == NULL)
        return iw_load_no_memory(loader);
    for (const struct iw_pending_file *file = loader->files; file != NULL; file = file->next)
        scenario->files[scenario->file_count++] = file->file;
    return true;
}

static bool read_scenario(struct iw_loader *loader, struct iw_span text)
{
    struct iw_scenario *scenario = loader->scenario;
    const struct iw_json *json = iw_load_json(loader, text);
    if (json == NULL || !iw_load_object(loader, json, &scenario_object, scenario))
        return false;
    if ((scenario->dialogue.items != NULL) == (scenario->rules != NULL))
        return iw_load_fail(loader, &json->place,
                            "a scenario has either a \"dialogue\" or \"rules\"");
    return keep_files(loader);
}

/* NULL: no memory, or no text. */
static const char *copy_string(struct iw_arena *arena, const char *text)
{
    return text == NULL ? NULL : iw_arena_copy(arena, iw_span_of(text)).data;
}

/* An empty scenario with its names; NULL: no memory. */
static struct iw_scenario *new_scenario(const char *path, const char *root, const char *id)
{
    struct iw_scenario *scenario = iw_alloc_resize(NULL, NULL, sizeof *scenario);
    if (scenario == NULL)
        return NULL;
    *scenario = (struct iw_scenario){.level = IW_LEVEL_DEF};
    iw_arena_init(&scenario->arena, NULL, ARENA_CAP);
    for (size_t i = 0; i < IW_CONN_MAX; i++)
        scenario->starts[i] = IW_START_AUTHENTICATED;
    scenario->path = copy_string(&scenario->arena, path);
    scenario->root = copy_string(&scenario->arena, root);
    scenario->id = copy_string(&scenario->arena, id);
    if (scenario->path != NULL && scenario->id != NULL &&
        (scenario->root != NULL) == (root != NULL))
        return scenario;
    iw_scenario_free(scenario);
    return NULL;
}

void iw_scenario_free(struct iw_scenario *scenario)
{
    if (scenario == NULL)
        return;
    iw_arena_release(&scenario->arena);
    iw_alloc_free(NULL, scenario);
}

static struct iw_scenario *load(struct iw_span json, const char *path, const char *root,
                                const char *id, struct iw_diagnostic *diagnostic)
{
    struct iw_scenario *scenario = new_scenario(path, root, id);
    struct iw_loader loader = {.diagnostic = diagnostic, .root = root, .scenario = scenario};
    if (scenario == NULL) {
        iw_load_no_memory(&loader);
        return NULL;
    }
    loader.arena = &scenario->arena;
    if (read_scenario(&loader, json))
        return scenario;
    iw_scenario_free(scenario);
    return NULL;
}

/* The file's name without folders and ".json". */
static void id_of(const char *path, char *id, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(id, size, "%s", slash == NULL ? path : slash + 1);
    size_t length = strlen(id);
    if (length > 5 && strcmp(id + length - 5, ".json") == 0)
        id[length - 5] = '\0';
}

struct iw_scenario *iw_scenario_parse(struct iw_span json, const char *path, const char *directory,
                                      struct iw_diagnostic *diagnostic)
{
    char id[256];
    *diagnostic = (struct iw_diagnostic){.path = path};
    id_of(path, id, sizeof id);
    return load(json, path, directory, id, diagnostic);
}

struct iw_scenario *iw_scenario_load(const char *path, struct iw_diagnostic *diagnostic)
{
    struct iw_root root;
    struct iw_arena arena;
    const char *why = "no such file";
    *diagnostic = (struct iw_diagnostic){.path = path};
    struct iw_loader loader = {.diagnostic = diagnostic};
    iw_arena_init(&arena, NULL, ARENA_CAP);
    struct iw_span json = iw_load_file(path, &arena, &why);
    struct iw_scenario *scenario = NULL;
    if (json.data == NULL || !iw_load_find_root(path, &root))
        iw_load_fail(&loader, &(struct iw_place){0}, "cannot be read: %s", why);
    else
        scenario = load(json, path, root.directory, root.id, diagnostic);
    iw_arena_release(&arena);
    return scenario;
}
