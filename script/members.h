/* SPDX-License-Identifier: MIT */
/* The loader's tables: which members an object of the scenario language may have, and how each is
 * read. An object is read by walking its table; a key that is not in it is an error that names
 * what is. A unit test holds scenarios/schema.json against the same tables.
 *
 * Private to the loader (load*.c, steps.c, clauses.c). Every function returns false after the first
 * error, which is then in the loader's diagnostic. What is read borrows from the JSON tree, which
 * lives in the loader's arena. */
#ifndef IW_SCRIPT_MEMBERS_H
#define IW_SCRIPT_MEMBERS_H

#include "script/json.h"
#include "script/load.h"

enum { IW_PATH_MAX = 4096 };

struct iw_pending_file {
    struct iw_file file;
    struct iw_pending_file *next;
};

struct iw_loader {
    struct iw_arena *arena;
    struct iw_diagnostic *diagnostic;
    const char *root;              /* holds messages/; NULL: no files can be read */
    struct iw_scenario *scenario;  /* NULL while clauses are read */
    struct iw_pending_file *files; /* the files named so far, newest first */
    size_t file_count;
};

/* Reads value into *target, whose type only the reader knows. */
struct iw_member {
    const char *key;
    bool (*read)(struct iw_loader *loader, const struct iw_json *value, void *target);
    size_t offset; /* of the target in the object's struct */
    bool required;
};

struct iw_object {
    const char *name;                /* as in the schema's $defs */
    const struct iw_member *members; /* ends with a NULL key */
};

/* All objects of the language; ends with NULL. */
extern const struct iw_object *const iw_scenario_objects[];

/* Sets the diagnostic at that place; returns false. */
bool iw_load_fail(struct iw_loader *loader, const struct iw_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool iw_load_no_memory(struct iw_loader *loader);
/* "expected a string, found a number". */
bool iw_load_expected(struct iw_loader *loader, const struct iw_json *value, const char *expected);

/* The text as JSON; NULL and an error. */
const struct iw_json *iw_load_json(struct iw_loader *loader, struct iw_span text);

bool iw_load_object(struct iw_loader *loader, const struct iw_json *value,
                    const struct iw_object *object, void *target);

/* Room for one element of that size for each member of the value, which must be of that kind: a
 * list or an object. NULL and an error that says what was expected. */
void *iw_load_members(struct iw_loader *loader, const struct iw_json *value, enum iw_json_kind kind,
                      const char *expected, size_t size);

/* An error that suggests a candidate (of a NULL-ended list) near the word, else names them all. */
bool iw_load_unknown(struct iw_loader *loader, const struct iw_place *place, const char *what,
                     struct iw_span word, const char *const *candidates);

/* The word's index in words (NULL-ended); -1 and an error that suggests a near one. */
int iw_load_word(struct iw_loader *loader, const struct iw_json *value, const char *const *words);

/* Readers for tables; target is a struct iw_span, a struct iw_texts (twice), a bool, an unsigned
 * from 1 to INT_MAX, an enum iw_level. */
bool iw_load_text(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_load_texts(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_load_text_or_texts(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_load_bool(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_load_count(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_load_level(struct iw_loader *loader, const struct iw_json *value, void *target);
/* A number, or a string that holds one or a fill: its text. */
bool iw_load_number_text(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_is_number_text(struct iw_span text);
/* The same, or a range: "5..20". */
bool iw_load_range_text(struct iw_loader *loader, const struct iw_json *value, void *target);

/* The large members, with the objects they may hold: load_given.c, load_tls.c, load_rules.c,
 * load_then.c. target: a struct iw_given, iw_given_tls, iw_scenario, iw_then. */
bool iw_load_given(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_load_tls(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_load_rules(struct iw_loader *loader, const struct iw_json *value, void *target);
bool iw_load_then(struct iw_loader *loader, const struct iw_json *value, void *target);
extern const struct iw_object iw_given_object, iw_message_object, iw_capability_object,
    iw_tls_object, iw_rule_object, iw_then_object;

/* target: a struct iw_line */
bool iw_load_line(struct iw_loader *loader, const struct iw_json *value, void *target);

/* Where a scenario file belongs: the nearest folder above it that holds messages/ or clauses.json,
 * else its own; and its path below that, without ".json". */
struct iw_root {
    char directory[IW_PATH_MAX], id[IW_PATH_MAX];
};
bool iw_load_find_root(const char *path, struct iw_root *root); /* false: no such file */

/* Reads messages/NAME below the root, once; or every file that the fills of a text name. */
bool iw_load_want_file(struct iw_loader *loader, const struct iw_place *place, struct iw_span name);
bool iw_load_want_fills(struct iw_loader *loader, const struct iw_place *place,
                        struct iw_span text);

/* Adds the lines, and an empty one if none is, as a file with a name that no other has. */
bool iw_load_add_lines(struct iw_loader *loader, const struct iw_texts *lines,
                       struct iw_span *name);

#endif
