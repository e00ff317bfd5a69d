/* SPDX-License-Identifier: MIT */
/* search-program: what a SEARCH looks for, as a tree (RFC 9051 §6.4.4, §9 and its extensions). */
#ifndef IW_PARSER_SEARCH_KEY_H
#define IW_PARSER_SEARCH_KEY_H

#include "parser/date.h"
#include "parser/set.h"

enum iw_search_kind {
    /* without an argument */
    IW_SEARCH_ALL,
    IW_SEARCH_ANSWERED,
    IW_SEARCH_DELETED,
    IW_SEARCH_DRAFT,
    IW_SEARCH_FLAGGED,
    IW_SEARCH_NEW,
    IW_SEARCH_OLD,
    IW_SEARCH_RECENT,
    IW_SEARCH_SEEN,
    IW_SEARCH_UNANSWERED,
    IW_SEARCH_UNDELETED,
    IW_SEARCH_UNDRAFT,
    IW_SEARCH_UNFLAGGED,
    IW_SEARCH_UNSEEN,
    IW_SEARCH_SAVEDATESUPPORTED, /* RFC 8514 */
    /* string */
    IW_SEARCH_BCC,
    IW_SEARCH_BODY,
    IW_SEARCH_CC,
    IW_SEARCH_FROM,
    IW_SEARCH_SUBJECT,
    IW_SEARCH_TEXT,
    IW_SEARCH_TO,
    IW_SEARCH_KEYWORD,
    IW_SEARCH_UNKEYWORD,
    IW_SEARCH_FILTER,   /* RFC 5466 */
    IW_SEARCH_EMAILID,  /* RFC 8474 */
    IW_SEARCH_THREADID, /* RFC 8474 */
    IW_SEARCH_X_GM_RAW,
    IW_SEARCH_X_GM_LABELS,
    IW_SEARCH_HEADER, /* name and string */
    /* date */
    IW_SEARCH_BEFORE,
    IW_SEARCH_ON,
    IW_SEARCH_SINCE,
    IW_SEARCH_SENTBEFORE,
    IW_SEARCH_SENTON,
    IW_SEARCH_SENTSINCE,
    IW_SEARCH_SAVEDBEFORE, /* RFC 8514 */
    IW_SEARCH_SAVEDON,     /* RFC 8514 */
    IW_SEARCH_SAVEDSINCE,  /* RFC 8514 */
    /* number */
    IW_SEARCH_LARGER,
    IW_SEARCH_SMALLER,
    IW_SEARCH_OLDER,     /* seconds, RFC 5032 */
    IW_SEARCH_YOUNGER,   /* seconds, RFC 5032 */
    IW_SEARCH_UIDAFTER,  /* RFC 9738 */
    IW_SEARCH_UIDBEFORE, /* RFC 9738 */
    IW_SEARCH_X_GM_MSGID,
    IW_SEARCH_X_GM_THRID,
    IW_SEARCH_MODSEQ, /* number; name and string are the entry and its type, or absent (RFC 7162) */
    /* set */
    IW_SEARCH_UID,
    IW_SEARCH_SET, /* message numbers; has no name */
    /* keys */
    IW_SEARCH_NOT,        /* one key */
    IW_SEARCH_FUZZY,      /* one key (RFC 6203) */
    IW_SEARCH_OR,         /* two keys */
    IW_SEARCH_AND,        /* "(" … ")": all of them; has no name */
    IW_SEARCH_ANNOTATION, /* name: entry, attribute, string or absent for NIL (RFC 5257) */
    IW_SEARCH_KINDS
};

struct iw_search_key {
    enum iw_search_kind kind;
    struct iw_date date;
    struct iw_span name; /* HEADER: the field; MODSEQ, ANNOTATION: the entry */
    struct iw_span attribute;
    struct iw_span string;
    uint64_t number;
    struct iw_set set;
    struct iw_search_key *keys; /* NOT, FUZZY, OR, AND */
    struct iw_search_key *next;
};

struct iw_search_program {
    struct iw_span charset;     /* absent: none given */
    struct iw_search_key *keys; /* all must hold */
    bool unknown;               /* a key is known to nobody here; then the rest is not read */
};

/* [SP "CHARSET" SP charset] 1*(SP search-key). Each "(", NOT, OR and FUZZY is one level deeper:
 * IW_LIMIT past limits.depth. */
enum iw_result iw_parse_search_program(struct iw_reader *reader, struct iw_search_program *program);
/* SP charset 1*(SP search-key): search-criteria of SORT and THREAD (RFC 5256 §5). */
enum iw_result iw_parse_search_criteria(struct iw_reader *reader,
                                        struct iw_search_program *program);
void iw_write_search_program(struct iw_buf *out, const struct iw_search_program *program);
void iw_write_search_criteria(struct iw_buf *out, const struct iw_search_program *program);
void iw_write_search_key(struct iw_buf *out, const struct iw_search_key *key);

bool iw_search_program_equal(const struct iw_search_program *a, const struct iw_search_program *b);

/* "ALL", "SENTSINCE", …; "" for a set and for a list */
struct iw_span iw_search_kind_name(enum iw_search_kind kind);

/* What stands behind a key's name. */
enum iw_search_shape {
    IW_SEARCH_SHAPE_BARE,
    IW_SEARCH_SHAPE_ASTRING,
    IW_SEARCH_SHAPE_ATOM,
    IW_SEARCH_SHAPE_ID, /* objectid (RFC 8474 §7) */
    IW_SEARCH_SHAPE_HEADER,
    IW_SEARCH_SHAPE_DATE,
    IW_SEARCH_SHAPE_SIZE,   /* number64 */
    IW_SEARCH_SHAPE_NUMBER, /* nz-number */
    IW_SEARCH_SHAPE_LARGE,  /* of 64 bits */
    IW_SEARCH_SHAPE_MODSEQ,
    IW_SEARCH_SHAPE_SET,
    IW_SEARCH_SHAPE_KEYS,
    IW_SEARCH_SHAPE_ANNOTATION
};
enum iw_search_shape iw_search_kind_shape(enum iw_search_kind kind);

#endif
