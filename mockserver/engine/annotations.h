/* SPDX-License-Identifier: MIT */
/* Annotations of a mailbox, or of the server (RFC 5464): named values, each for all ("/shared/…")
 * or for one user ("/private/…"). Names are equal without regard to case (§3.2).
 *
 * A value that was removed leaves its name behind, so that who has not heard of it yet can be told;
 * it counts no more, and gives way when there is no room. */
#ifndef IW_MOCKSERVER_ENGINE_ANNOTATIONS_H
#define IW_MOCKSERVER_ENGINE_ANNOTATIONS_H

#include "base/span.h"

struct iw_store;
struct iw_user;

enum {
    IW_ANNOTATION_NAME_MAX = 500,       /* octets */
    IW_ANNOTATION_VALUE_MAX = 64 << 10, /* octets */
    IW_ANNOTATIONS_MAX = 100,           /* values of one mailbox or of the server */
    IW_ANNOTATION_NAMES_MAX = 2 * IW_ANNOTATIONS_MAX
};

struct iw_annotation_value {
    struct iw_span name;        /* as it was first written; owned */
    const struct iw_user *user; /* whose it is; NULL: shared */
    struct iw_span value;       /* absent: removed; owned */
    uint64_t change;            /* when it was set */
};

struct iw_annotation_values {
    struct iw_annotation_value *members;
    size_t count, capacity;
    uint64_t change; /* the last one */
};

/* "/private/…" */
bool iw_annotation_is_private(struct iw_span name);

/* NULL: there is none, or it was removed. user NULL: a shared one. */
const struct iw_annotation_value *iw_annotations_find(const struct iw_annotation_values *values,
                                                      struct iw_span name,
                                                      const struct iw_user *user);
/* How many there are. */
size_t iw_annotations_count(const struct iw_annotation_values *values);
/* value absent: it goes. False: no memory; then nothing has changed. There must be room. */
bool iw_annotations_set(struct iw_store *store, struct iw_annotation_values *values,
                        struct iw_span name, const struct iw_user *user, struct iw_span value);
/* All of the other; values must be empty. False: no memory; then some may be missing. */
bool iw_annotations_copy(struct iw_store *store, struct iw_annotation_values *values,
                         const struct iw_annotation_values *from);
void iw_annotations_release(struct iw_store *store, struct iw_annotation_values *values);

#endif
