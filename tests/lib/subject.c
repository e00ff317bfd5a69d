/* SPDX-License-Identifier: MIT */
#include "tests/lib/subject.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MEMORY = 1 << 28 };

void iw_subject_open(struct iw_subject *subject, enum iw_frame_role role, struct iw_span input,
                     const struct iw_subject_terms *terms)
{
    static const struct iw_subject_terms usual;
    terms = terms == NULL ? &usual : terms;
    const struct iw_limits *limits = terms->limits == NULL ? &iw_limits_default : terms->limits;
    *subject = (struct iw_subject){.result = IW_OK};
    if (!iw_one_frame_open(&subject->one, role, input, !terms->skips))
        fail_msg("not one frame: %.*s", (int)input.length, input.data);
    iw_arena_init(&subject->arena, NULL, terms->memory == 0 ? MEMORY : terms->memory);
    if (role == IW_FRAME_COMMANDS)
        subject->result = iw_parse_command(&subject->one.frame, &subject->arena, limits,
                                           terms->lenient, &subject->command, &subject->error);
    else
        subject->result = iw_parse_response(&subject->one.frame, &subject->arena, limits,
                                            terms->lenient, &subject->response, &subject->error);
    assert_int_equal(subject->error.code, subject->result);
}

void iw_subject_read(struct iw_subject *subject, enum iw_frame_role role, struct iw_span input,
                     const struct iw_subject_terms *terms)
{
    iw_subject_open(subject, role, input, terms);
    if (subject->result != IW_OK)
        fail_msg("%s at %zu: %.*s", iw_result_name(subject->result), subject->error.offset,
                 (int)input.length, input.data);
}

void iw_subject_close(struct iw_subject *subject)
{
    iw_arena_release(&subject->arena);
    iw_one_frame_close(&subject->one);
}

enum iw_result iw_subject_result(enum iw_frame_role role, struct iw_span input,
                                 const struct iw_subject_terms *terms)
{
    struct iw_subject subject;
    iw_subject_open(&subject, role, input, terms);
    iw_subject_close(&subject);
    return subject.result;
}
