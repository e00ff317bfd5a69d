/* SPDX-License-Identifier: MIT */
/* One response or command, read from octets to its value, with all that it borrows. What is not one
 * whole frame fails the cmocka test. */
#ifndef IW_TESTS_SUBJECT_H
#define IW_TESTS_SUBJECT_H

#include "parser/command.h"
#include "parser/response.h"
#include "tests/lib/one_frame.h"

struct iw_subject_terms {
    const struct iw_limits *limits; /* NULL: iw_limits_default */
    struct iw_lenient *lenient;     /* NULL: strict */
    size_t memory;                  /* of the values; 0: as much as they want */
    bool skips;                     /* literals are not kept */
};

struct iw_subject {
    struct iw_one_frame one;
    struct iw_arena arena;
    struct iw_response response; /* or */
    struct iw_command command;   /* by the role */
    struct iw_error error;
    enum iw_result result;
};

/* terms NULL: all zero. */
void iw_subject_open(struct iw_subject *subject, enum iw_frame_role role, struct iw_span input,
                     const struct iw_subject_terms *terms);
/* The same, and the result is IW_OK. */
void iw_subject_read(struct iw_subject *subject, enum iw_frame_role role, struct iw_span input,
                     const struct iw_subject_terms *terms);
void iw_subject_close(struct iw_subject *subject);

/* Opens and closes: how it ended. */
enum iw_result iw_subject_result(enum iw_frame_role role, struct iw_span input,
                                 const struct iw_subject_terms *terms);

#endif
