/* SPDX-License-Identifier: MIT */
/* "(" name [SP value] *(SP name [SP value]) ")": what extensions add to a command (RFC 4466 §2).
 * A table says which options each place has; any other is kept verbatim. */
#ifndef IW_PARSER_OPTION_H
#define IW_PARSER_OPTION_H

#include "parser/fetch_att.h"
#include "parser/names.h"
#include "parser/set.h"

enum iw_option_place {
    IW_OPTIONS_SELECT,        /* SELECT, EXAMINE: CONDSTORE, QRESYNC, ANNOTATE */
    IW_OPTIONS_CREATE,        /* CREATE: USE; RENAME: none known */
    IW_OPTIONS_FETCH,         /* FETCH: CHANGEDSINCE, VANISHED, PARTIAL */
    IW_OPTIONS_STORE,         /* STORE: UNCHANGEDSINCE */
    IW_OPTIONS_LIST_SELECT,   /* LIST, in front: SUBSCRIBED, REMOTE, … */
    IW_OPTIONS_LIST_RETURN,   /* LIST, behind RETURN: CHILDREN, STATUS, … */
    IW_OPTIONS_SEARCH_RETURN, /* SEARCH, SORT, ESEARCH: MIN, MAX, PARTIAL, … */
    IW_OPTIONS_METADATA,      /* GETMETADATA: MAXSIZE, DEPTH */
    IW_OPTIONS_SCOPE          /* ESEARCH, behind the mailboxes: none known */
};

enum iw_option_shape {
    IW_OPTION_BARE,       /* no value */
    IW_OPTION_NUMBER,     /* SP number */
    IW_OPTION_WINDOW,     /* SP partial-range */
    IW_OPTION_DEPTH,      /* SP ("0" / "1" / "infinity") */
    IW_OPTION_ATOMS,      /* SP "(" atom *(SP atom) ")" */
    IW_OPTION_ATTRIBUTES, /* SP "(" "\" atom *(SP …) ")" */
    IW_OPTION_ASTRINGS,   /* SP "(" astring *(SP astring) ")" */
    IW_OPTION_FETCH,      /* [SP "(" fetch-att *(SP fetch-att) ")"] */
    IW_OPTION_QRESYNC,
    IW_OPTION_OTHER /* of no known type: verbatim, or without a value */
};

/* partial-range (RFC 9394 §3.1): places among the results, from 1; negative ones count from the
 * end. Both have the same sign and neither is 0. */
struct iw_window {
    int64_t first, last;
};

/* RFC 7162 §7 */
struct iw_qresync {
    uint32_t uidvalidity;
    uint64_t modseq;
    struct iw_set known_uids;                    /* without ranges: none given */
    struct iw_set matched_numbers, matched_uids; /* seq-match-data; without ranges: none given */
};

struct iw_option {
    enum iw_option_shape shape;
    struct iw_span name; /* in upper case; as written if it is of no known type */
    uint64_t number;
    struct iw_window window;
    struct iw_span value;            /* DEPTH, OTHER; absent without */
    struct iw_names members;         /* ATOMS, ATTRIBUTES, ASTRINGS */
    struct iw_fetch_att *fetch_atts; /* FETCH; NULL: none given */
    struct iw_qresync *qresync;
    struct iw_option *next;
};

struct iw_options {
    bool given; /* "()" is not the same as nothing */
    struct iw_option *first;
};

/* From "(" to ")". */
enum iw_result iw_parse_options(struct iw_reader *reader, enum iw_option_place place,
                                struct iw_options *options);
/* From "(" to ")"; nothing if none were given. */
void iw_write_options(struct iw_buf *out, const struct iw_options *options);
bool iw_options_equal(const struct iw_options *a, const struct iw_options *b);

/* Something stands behind the name. */
bool iw_option_has_value(const struct iw_option *option);

/* The first of that name, which is in upper case; NULL: none. */
const struct iw_option *iw_options_find(const struct iw_options *options, const char *name);

/* partial-range = nz-number ":" nz-number / "-" nz-number ":" "-" nz-number */
enum iw_result iw_parse_window(struct iw_reader *reader, struct iw_window *window);
void iw_write_window(struct iw_buf *out, const struct iw_window *window);

#endif
