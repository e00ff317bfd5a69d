/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/annotations.h"

#include "mockserver/engine/store.h"

bool iw_annotation_is_private(struct iw_span name)
{
    return iw_span_starts_nocase(name, IW_SPAN("/private/"));
}

/* The index of a name, whether it has a value or not; count: it was never set. */
static size_t place_of(const struct iw_annotation_values *values, struct iw_span name,
                       const struct iw_user *user)
{
    size_t i = 0;
    while (i < values->count && (values->members[i].user != user ||
                                 !iw_span_equal_nocase(values->members[i].name, name)))
        i++;
    return i;
}

const struct iw_annotation_value *iw_annotations_find(const struct iw_annotation_values *values,
                                                      struct iw_span name,
                                                      const struct iw_user *user)
{
    size_t at = place_of(values, name, user);
    bool found = at < values->count && values->members[at].value.data != NULL;
    return found ? &values->members[at] : NULL;
}

size_t iw_annotations_count(const struct iw_annotation_values *values)
{
    size_t count = 0;
    for (size_t i = 0; i < values->count; i++)
        count += values->members[i].value.data != NULL;
    return count;
}

/* The first name without a value makes room. */
static void drop_one(struct iw_store *store, struct iw_annotation_values *values)
{
    size_t at = 0;
    while (at < values->count && values->members[at].value.data != NULL)
        at++;
    if (at == values->count)
        return;
    iw_store_free(store, values->members[at].name);
    for (values->count--; at < values->count; at++)
        values->members[at] = values->members[at + 1];
}

/* The index of the name, which comes into being if need be. False: no memory. */
static bool take_place(struct iw_store *store, struct iw_annotation_values *values,
                       struct iw_span name, const struct iw_user *user, size_t *at)
{
    *at = place_of(values, name, user);
    if (*at < values->count)
        return true;
    if (values->count == IW_ANNOTATION_NAMES_MAX)
        drop_one(store, values);
    *at = values->count;
    if (!iw_store_grow(store, (void **)&values->members, values->count, &values->capacity,
                       sizeof *values->members))
        return false;
    struct iw_span copy = iw_store_copy(store, name);
    if (copy.data == NULL)
        return false;
    values->members[values->count++] = (struct iw_annotation_value){.name = copy, .user = user};
    return true;
}

bool iw_annotations_set(struct iw_store *store, struct iw_annotation_values *values,
                        struct iw_span name, const struct iw_user *user, struct iw_span value)
{
    struct iw_span copy = {NULL, 0};
    size_t at;
    if (value.data == NULL && iw_annotations_find(values, name, user) == NULL)
        return true;
    if (value.data != NULL) {
        copy = iw_store_copy(store, value);
        if (copy.data == NULL)
            return false;
    }
    if (!take_place(store, values, name, user, &at)) {
        iw_store_free(store, copy);
        return false;
    }
    iw_store_free(store, values->members[at].value);
    values->members[at].value = copy;
    values->members[at].change = ++values->change;
    store->stirs++;
    return true;
}

bool iw_annotations_copy(struct iw_store *store, struct iw_annotation_values *values,
                         const struct iw_annotation_values *from)
{
    bool copied = true;
    for (size_t i = 0; i < from->count && copied; i++) {
        const struct iw_annotation_value *member = &from->members[i];
        copied = iw_annotations_set(store, values, member->name, member->user, member->value);
    }
    return copied;
}

void iw_annotations_release(struct iw_store *store, struct iw_annotation_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        iw_store_free(store, values->members[i].name);
        iw_store_free(store, values->members[i].value);
    }
    iw_store_give_back(store, values->members, values->capacity * sizeof *values->members);
}
