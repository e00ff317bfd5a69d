/* SPDX-License-Identifier: MIT */
/* resp-text-code (RFC 9051 §7.1, RFC 5530, and the registry). Every known code has a kind; one that
 * is unknown keeps its name and its argument.
 *
 * A code stands in prose: no literal can be in it. */
#ifndef IW_PARSER_CODE_H
#define IW_PARSER_CODE_H

#include "parser/flag.h"
#include "parser/set.h"

/* What stands behind a code's name. */
enum iw_code_shape {
    IW_CODE_BARE,     /* nothing: ALERT, READ-ONLY, TRYCREATE, …; what stands there is argument */
    IW_CODE_NUMBER,   /* from 1: UIDNEXT, UIDVALIDITY, UNSEEN, HIGHESTMODSEQ */
    IW_CODE_NAMES,    /* SP-separated atoms: CAPABILITY */
    IW_CODE_CHARSETS, /* nothing, or parenthesised atoms or quoted strings: BADCHARSET */
    IW_CODE_FLAGS,    /* PERMANENTFLAGS */
    IW_CODE_SET,      /* sequence-set: MODIFIED, DOWNGRADED */
    IW_CODE_APPENDUID, /* uidvalidity SP uid-set */
    IW_CODE_COPYUID,   /* uidvalidity SP uid-set SP uid-set */
    IW_CODE_ARGUMENT   /* anything else, verbatim */
};

struct iw_code {
    const struct iw_code_type *type; /* NULL: unknown or none */
    struct iw_span name;             /* as written; empty: there is no code */
    struct iw_span argument;         /* verbatim, without the SP in front; absent if none */
    uint64_t number;                 /* NUMBER; the uidvalidity of APPENDUID and COPYUID */
    struct iw_span *names;           /* NAMES, CHARSETS */
    size_t name_count;
    struct iw_flags flags;
    struct iw_set uids, source_uids; /* SET, APPENDUID: uids. COPYUID: source_uids and uids */
};

struct iw_code_type {
    const char *name;
    enum iw_code_shape shape;
    uint64_t max; /* NUMBER: the largest */
};

/* The table of known codes, in the order of RFC 9051 and then by RFC; ends with a NULL name. */
extern const struct iw_code_type iw_code_types[];

/* NULL: unknown. */
const struct iw_code_type *iw_code_type_of(struct iw_span name);

bool iw_code_is(const struct iw_code *code, const char *name);

/* The cursor stands on "["; it is left behind "]". */
enum iw_result iw_parse_code(struct iw_reader *reader, struct iw_code *code);
void iw_write_code(struct iw_buf *out, const struct iw_code *code);

#endif
