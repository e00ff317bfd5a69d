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
    IW_CODE_NAMES,    /* SP-separated atoms: CAPABILITY, URLMECH */
    IW_CODE_CHARSETS, /* nothing, or parenthesised atoms or quoted strings: BADCHARSET */
    IW_CODE_EVENTS,   /* parenthesised atoms: BADEVENT */
    IW_CODE_URLS,     /* SP-separated URLs: REFERRAL, WEBALERT */
    IW_CODE_RENAMED,  /* two names, the old and the new: NEWNAME */
    IW_CODE_FLAGS,    /* PERMANENTFLAGS */
    IW_CODE_SET,      /* sequence-set: MODIFIED, DOWNGRADED */
    IW_CODE_APPENDUID,    /* uidvalidity SP uid-set */
    IW_CODE_COPYUID,      /* uidvalidity SP uid-set SP uid-set */
    IW_CODE_WORD,         /* an atom: UNDEFINED-FILTER */
    IW_CODE_QUOTED,       /* a quoted string: NOUPDATE */
    IW_CODE_OBJECTID,     /* a parenthesised id: MAILBOXID */
    IW_CODE_ANNOTATE,     /* TOOBIG or TOOMANY */
    IW_CODE_ANNOTATIONS,  /* NONE, or a size or READ-ONLY and perhaps NOPRIVATE */
    IW_CODE_METADATA,     /* LONGENTRIES n, MAXSIZE n, TOOMANY or NOPRIVATE */
    IW_CODE_INPROGRESS,   /* nothing, or tag, progress and goal */
    IW_CODE_MESSAGELIMIT, /* a limit, and perhaps the last UID that was reached */
    IW_CODE_TEXT,         /* any text: BADURL */
    IW_CODE_ARGUMENT      /* anything else, verbatim */
};

struct iw_code {
    const struct iw_code_type *type; /* NULL: unknown or none */
    struct iw_span name;             /* as written; empty: there is no code */
    struct iw_span argument;         /* verbatim, without the SP in front; absent if none */
    uint64_t number;     /* NUMBER, the uidvalidity, the limit, the size of ANNOTATIONS (0: a word)
                            and of METADATA, the progress */
    uint64_t second;     /* INPROGRESS: the goal; MESSAGELIMIT: the UID; 0: none */
    struct iw_span word; /* WORD, QUOTED, OBJECTID, ANNOTATE, ANNOTATIONS, METADATA; the tag of
                            INPROGRESS, absent for NIL */
    bool detailed;       /* INPROGRESS: there are a tag, a progress and a goal */
    bool counting;       /* INPROGRESS: the progress is not NIL */
    bool no_private;     /* ANNOTATIONS */
    struct iw_span *names; /* NAMES, CHARSETS, EVENTS, URLS, RENAMED */
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
