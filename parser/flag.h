/* SPDX-License-Identifier: MIT */
/* flag = "\Answered" / … / flag-keyword / flag-extension, and lists of them (RFC 9051 §9). */
#ifndef IW_PARSER_FLAG_H
#define IW_PARSER_FLAG_H

#include "base/buf.h"
#include "parser/reader.h"

enum iw_flag_bit {
    IW_FLAG_ANSWERED = 1 << 0,
    IW_FLAG_FLAGGED = 1 << 1,
    IW_FLAG_DELETED = 1 << 2,
    IW_FLAG_SEEN = 1 << 3,
    IW_FLAG_DRAFT = 1 << 4,
    IW_FLAG_RECENT = 1 << 5,
    IW_FLAG_ANY = 1 << 6 /* "\*", in PERMANENTFLAGS only */
};

struct iw_flags {
    struct iw_span *names; /* as written, in order, system flags with their backslash */
    size_t count;
    unsigned bits; /* the system flags among them */
};

/* Which flags a list may hold. Where \Recent may not stand, IW_LENIENT_FLAG_RECENT lets it in. */
enum iw_flag_place {
    IW_FLAGS_STORE, /* flag-list of a command and of FLAGS: no \Recent, no \* */
    IW_FLAGS_FETCH, /* flag-fetch = flag / "\Recent" */
    IW_FLAGS_PERM   /* flag-perm = flag / "\*" */
};

/* flag-list = "(" [flag *(SP flag)] ")" */
enum iw_result iw_parse_flags(struct iw_reader *reader, enum iw_flag_place place,
                              struct iw_flags *flags);
void iw_write_flags(struct iw_buf *out, const struct iw_flags *flags);

/* One flag. The bit of a system flag, else 0, goes to *bit. */
enum iw_result iw_parse_flag(struct iw_reader *reader, enum iw_flag_place place,
                             struct iw_span *name, unsigned *bit);

/* Names compare without regard to case (RFC 9051 §2.3.2). */
bool iw_flags_have(const struct iw_flags *flags, struct iw_span name);

#endif
