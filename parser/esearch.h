/* SPDX-License-Identifier: MIT */
/* esearch-response (RFC 9051 §7.3.4; RFC 4731, 5267, 6203, 7162, 7377, 9394): what a search found,
 * in the forms it was asked for. Sets and scores lie in the arena. */
#ifndef IW_PARSER_ESEARCH_H
#define IW_PARSER_ESEARCH_H

#include "parser/set.h"

enum iw_esearch_kind {
    IW_ESEARCH_MIN,        /* a number from 1 */
    IW_ESEARCH_MAX,        /* a number from 1 */
    IW_ESEARCH_COUNT,      /* a number */
    IW_ESEARCH_ALL,        /* a set */
    IW_ESEARCH_MODSEQ,     /* a number from 1 of 63 bits */
    IW_ESEARCH_PARTIAL,    /* a range of the results, and a set */
    IW_ESEARCH_ADDTO,      /* changes */
    IW_ESEARCH_REMOVEFROM, /* changes */
    IW_ESEARCH_RELEVANCY,  /* scores */
    IW_ESEARCH_OTHER       /* kept verbatim */
};

/* What came to a result or went from it (RFC 5267 §4.3). */
struct iw_esearch_change {
    uint32_t position; /* from 1; 0: no place in an order */
    struct iw_set set;
};

struct iw_esearch_item {
    enum iw_esearch_kind kind;
    bool from_end;       /* PARTIAL: the range counts from the last result */
    struct iw_span name; /* as written */
    uint64_t number;
    struct iw_range range; /* PARTIAL: as written, first may be larger */
    struct iw_set set;     /* ALL; PARTIAL: its count is 0 for NIL */
    struct iw_esearch_change *changes;
    uint32_t *scores; /* 1 to 100 */
    size_t count;     /* of changes or scores */
    struct iw_span raw;
};

/* search-correlator: the command that this answers. */
struct iw_correlator {
    struct iw_span tag;     /* absent: none was named */
    struct iw_span mailbox; /* absent: the selected one */
    uint32_t uidvalidity;   /* 0: none */
};

struct iw_esearch {
    struct iw_correlator correlator;
    bool uid; /* the numbers are UIDs */
    struct iw_esearch_item *items;
    size_t count;
};

/* The cursor stands behind the word ESEARCH. */
enum iw_result iw_parse_esearch(struct iw_reader *reader, struct iw_esearch *esearch);
void iw_write_esearch(struct iw_buf *out, const struct iw_esearch *esearch);

/* search-correlator; the cursor stands on "(". One without any member is not written. */
enum iw_result iw_parse_correlator(struct iw_reader *reader, struct iw_correlator *correlator);
void iw_write_correlator(struct iw_buf *out, const struct iw_correlator *correlator);

#endif
