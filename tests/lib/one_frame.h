/* SPDX-License-Identifier: MIT */
/* One response or command, framed, for tests of what reads whole frames. Its octets lie in a block
 * of exactly their size, so that AddressSanitizer sees a read past its end. */
#ifndef IW_TESTS_ONE_FRAME_H
#define IW_TESTS_ONE_FRAME_H

#include "parser/frame.h"

struct iw_one_frame {
    struct iw_frame frame; /* octets and literals are owned here */
};

/* False: the input is not one whole frame and nothing else. Commands that wait are accepted. With
 * keep false all literals are skipped. */
bool iw_one_frame_open(struct iw_one_frame *one, enum iw_frame_role role, struct iw_span input,
                       bool keep);

/* Only the first octets of another one, with all its literals. */
void iw_one_frame_cut(struct iw_one_frame *one, const struct iw_one_frame *whole, size_t octets);

void iw_one_frame_close(struct iw_one_frame *one);

#endif
