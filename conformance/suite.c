/* SPDX-License-Identifier: MIT */
#include "conformance/suite.h"

#include "conformance/paths.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a variant's bracket begins in a name; the length when there is none. "[a-f]*" is a glob. */
static size_t variant_begin(const char *name)
{
    const size_t length = strlen(name);
    const char *open = strrchr(name, '[');
    const bool is_variant =
        open != NULL && name[length - 1] == ']' && strchr(open, '=') != NULL && open > name;
    return is_variant ? (size_t)(open - name) : length;
}

/* A name that fits as an id, as a folder of ids, or as a glob. */
static bool fits(const char *id, const char *name)
{
    const size_t length = strlen(name);
    const bool begins = strncmp(id, name, length) == 0;
    const bool whole = begins && (id[length] == '\0' || id[length] == '/' ||
                                  (length > 0 && name[length - 1] == '/'));
    return whole || fnmatch(name, id, 0) == 0;
}

bool iw_case_selected(const char *id, const char *name)
{
    const size_t length = variant_begin(name);
    const char *slash = strchr(id, '/');
    const char *without_folder = slash != NULL ? slash + 1 : id;
    if (name[length] != '\0') {
        return (strlen(id) == length && strncmp(id, name, length) == 0) ||
               (strlen(without_folder) == length && strncmp(without_folder, name, length) == 0);
    }
    return fits(id, name) || fits(without_folder, name);
}

bool iw_case_in_shard(size_t index, unsigned shard, unsigned shards)
{
    return shards == 0 || index % shards == shard - 1;
}

bool iw_shard_parse(const char *text, unsigned *shard, unsigned *shards)
{
    const struct iw_span whole = iw_span_of(text);
    const char *slash = strchr(text, '/');
    if (slash == NULL)
        return false;
    const size_t at = (size_t)(slash - text);
    uint64_t part = 0, parts = 0;
    if (!iw_span_number(iw_span_part(whole, 0, at), 100000, &part) ||
        !iw_span_number(iw_span_part(whole, at + 1, whole.length), 100000, &parts)) {
        return false;
    }
    *shard = (unsigned)part;
    *shards = (unsigned)parts;
    return part >= 1 && part <= parts;
}

void iw_variant_write(const struct iw_scenario *scenario, size_t variant, struct iw_buf *out)
{
    for (size_t i = 0; i < scenario->vary_count; i++) {
        iw_buf_add_char(out, i == 0 ? '[' : ',');
        iw_buf_add(out, scenario->vary[i].name);
        iw_buf_add_char(out, '=');
        iw_buf_add(out, iw_scenario_vary(scenario, variant, i));
    }
    if (scenario->vary_count > 0)
        iw_buf_add_char(out, ']');
}

size_t iw_case_variants(const struct iw_case *of, size_t *first)
{
    const bool all = of->variant == IW_VARIANT_ALL;
    *first = all ? 0 : of->variant;
    return all ? iw_scenario_variants(of->scenario) : 1;
}

/* The variant that such a text names; IW_VARIANT_ALL: none does. */
static size_t find_variant(const struct iw_scenario *scenario, struct iw_span text)
{
    size_t found = IW_VARIANT_ALL;
    struct iw_buf name;
    iw_buf_init(&name, NULL, 1 << 16);
    for (size_t v = 0; v < iw_scenario_variants(scenario) && found == IW_VARIANT_ALL; v++) {
        iw_buf_clear(&name);
        iw_variant_write(scenario, v, &name);
        if (iw_span_equal(iw_buf_span(&name), text))
            found = v;
    }
    iw_buf_release(&name);
    return found;
}

/* The folder as a person would write it: without "..", and from here on if it lies below. */
static void write_as_seen_from_here(struct iw_buf *path, const char *folder)
{
    char here[PATH_MAX], whole[PATH_MAX];
    if (realpath(folder, whole) == NULL || getcwd(here, sizeof here) == NULL) {
        iw_buf_add_string(path, folder);
        return;
    }
    const size_t length = strlen(here);
    const bool below = strncmp(whole, here, length) == 0 && whole[length] == '/';
    iw_buf_add_string(path, below ? whole + length + 1 : whole);
}

bool iw_suite_find_directory(struct iw_buf *path)
{
    static const char *const places[] = {"/scenarios", "/../scenarios", "/../../scenarios",
                                         "/../share/imapwright/scenarios"};
    char executable[4096];
    const ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (length <= 0)
        return false;
    executable[length] = '\0';
    char *slash = strrchr(executable, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char folder[sizeof executable + 64];
        snprintf(folder, sizeof folder, "%s%s", executable, places[i]);
        if (access(folder, R_OK | X_OK) != 0)
            continue;
        iw_buf_clear(path);
        write_as_seen_from_here(path, folder);
        return !path->failed;
    }
    return false;
}

static void say_diagnostic(struct iw_buf *problem, const struct iw_diagnostic *diagnostic)
{
    iw_buf_addf(problem, "%s:%u:%u: %s", diagnostic->path, diagnostic->place.line,
                diagnostic->place.column, diagnostic->message);
    if (diagnostic->pointer[0] != '\0')
        iw_buf_addf(problem, " (at %s)", diagnostic->pointer);
    iw_buf_add_char(problem, '\n');
}

static bool profile_fits(const struct iw_scenario *scenario, const char *profile)
{
    const struct iw_span wanted = iw_span_of(profile != NULL ? profile : "rev1");
    return scenario->profile.length == 0 || iw_span_equal(wanted, IW_SPAN("all")) ||
           iw_span_equal(scenario->profile, wanted);
}

static bool add_case(struct iw_suite *suite, const struct iw_scenario *scenario, size_t variant)
{
    struct iw_case *cases = realloc(suite->cases, (suite->count + 1) * sizeof *cases);
    if (cases == NULL)
        return false;
    suite->cases = cases;
    cases[suite->count++] = (struct iw_case){scenario, variant};
    return true;
}

static struct iw_scenario *load(struct iw_suite *suite, const char *path, struct iw_buf *problem)
{
    struct iw_scenario **grown =
        realloc(suite->scenarios, (suite->scenario_count + 1) * sizeof(struct iw_scenario *));
    if (grown == NULL) {
        iw_buf_add_string(problem, "no memory\n");
        return NULL;
    }
    suite->scenarios = grown;
    struct iw_diagnostic diagnostic = {0};
    struct iw_scenario *scenario = iw_scenario_load(path, &diagnostic);
    if (scenario == NULL) {
        say_diagnostic(problem, &diagnostic);
        return NULL;
    }
    suite->scenarios[suite->scenario_count++] = scenario;
    return scenario;
}

/* Whether any name asks for this file; notes which ones do. */
static bool is_named(const struct iw_suite_options *options, const struct iw_path *path,
                     bool *fitted)
{
    bool named = options->name_count == 0;
    for (size_t i = 0; i < options->name_count; i++) {
        const char *name = options->names[i];
        if (iw_case_selected(path->id, name) || strcmp(path->path, name) == 0) {
            fitted[i] = true;
            named = true;
        }
    }
    return named;
}

/* The whole case if a name without variant asks for it, else each variant that is named. */
static bool add_cases(struct iw_suite *suite, const struct iw_suite_options *options,
                      struct iw_scenario *scenario, const struct iw_path *path,
                      struct iw_buf *problem)
{
    size_t variants = 0;
    for (size_t i = 0; i < options->name_count; i++) {
        const char *name = options->names[i];
        const char *bracket = name + variant_begin(name);
        if (*bracket == '\0' || !iw_case_selected(path->id, name))
            continue;
        const size_t variant = find_variant(scenario, iw_span_of(bracket));
        if (variant == IW_VARIANT_ALL) {
            iw_buf_addf(problem, "%s has no variant %s\n", path->id, bracket);
            return false;
        }
        if (!add_case(suite, scenario, variant))
            return false;
        variants++;
    }
    return variants > 0 || add_case(suite, scenario, IW_VARIANT_ALL);
}

static bool load_paths(struct iw_suite *suite, const struct iw_suite_options *options,
                       const struct iw_paths *paths, bool *fitted, struct iw_buf *problem)
{
    bool loaded = true;
    size_t index = 0;
    for (size_t i = 0; i < paths->count; i++) {
        const struct iw_path *path = &paths->items[i];
        if (!is_named(options, path, fitted))
            continue;
        struct iw_scenario *scenario = load(suite, path->path, problem);
        if (scenario == NULL)
            loaded = false;
        else if (profile_fits(scenario, options->profile) &&
                 iw_case_in_shard(index++, options->shard, options->shards))
            loaded = add_cases(suite, options, scenario, path, problem) && loaded;
    }
    return loaded;
}

static bool is_file(const char *name)
{
    const size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

static bool add_named_files(const struct iw_suite_options *options, struct iw_paths *paths,
                            bool *only_files)
{
    *only_files = options->name_count > 0;
    for (size_t i = 0; i < options->name_count; i++) {
        const char *name = options->names[i];
        if (!is_file(name))
            *only_files = false;
        else if (!iw_paths_add(paths, name, name))
            return false;
    }
    return true;
}

/* DIR/server if there is one, else DIR itself; and the files named one by one. */
static bool find_paths(const struct iw_suite_options *options, struct iw_paths *paths,
                       struct iw_buf *problem)
{
    bool only_files = false;
    bool found = add_named_files(options, paths, &only_files);
    struct iw_buf folder;
    iw_buf_init(&folder, NULL, IW_PATH_OCTETS_MAX);
    iw_buf_addf(&folder, "%s/%s", options->directory, options->folder);
    const bool has_folder = access(iw_buf_string(&folder), X_OK) == 0;
    const char *below = has_folder ? iw_buf_string(&folder) : options->directory;
    found = found && (only_files || iw_paths_walk(paths, options->directory, below, problem));
    iw_buf_release(&folder);
    iw_paths_sort(paths);
    return found;
}

static void load_clauses(struct iw_suite *suite, const char *directory, struct iw_buf *problem)
{
    struct iw_buf path;
    iw_buf_init(&path, NULL, IW_PATH_OCTETS_MAX);
    iw_buf_addf(&path, "%s/clauses.json", directory);
    if (access(iw_buf_string(&path), R_OK) == 0) {
        struct iw_diagnostic diagnostic = {0};
        suite->clauses = iw_clauses_load(iw_buf_string(&path), &diagnostic);
        if (suite->clauses == NULL)
            say_diagnostic(problem, &diagnostic);
    }
    iw_buf_release(&path);
}

static void say_unfitted(const struct iw_suite_options *options, const bool *fitted,
                         struct iw_buf *problem)
{
    for (size_t i = 0; i < options->name_count; i++) {
        if (!fitted[i])
            iw_buf_addf(problem, "no case fits \"%s\" (--list shows them all)\n",
                        options->names[i]);
    }
}

bool iw_suite_load(struct iw_suite *suite, const struct iw_suite_options *options,
                   struct iw_buf *problem)
{
    *suite = (struct iw_suite){0};
    struct iw_paths paths = {0};
    bool *fitted = calloc(options->name_count + 1, sizeof *fitted);
    bool loaded = fitted != NULL && find_paths(options, &paths, problem) &&
                  load_paths(suite, options, &paths, fitted, problem);
    load_clauses(suite, options->directory, problem);
    if (loaded) {
        say_unfitted(options, fitted, problem);
        if (suite->count == 0 && options->shards == 0 && iw_buf_span(problem).length == 0)
            iw_buf_addf(problem, "no case is left below %s\n", options->directory);
    }
    free(fitted);
    iw_paths_release(&paths);
    return loaded && iw_buf_span(problem).length == 0;
}

void iw_suite_release(struct iw_suite *suite)
{
    for (size_t i = 0; i < suite->scenario_count; i++)
        iw_scenario_free(suite->scenarios[i]);
    free(suite->scenarios);
    free(suite->cases);
    if (suite->clauses != NULL)
        iw_clauses_free(suite->clauses);
    *suite = (struct iw_suite){0};
}
