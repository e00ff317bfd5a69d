/* SPDX-License-Identifier: MIT */
/* sequence-set (RFC 9051 §9, "$" from RFC 5182): kept as ranges, never expanded. */
#ifndef IW_PARSER_SET_H
#define IW_PARSER_SET_H

#include "base/buf.h"
#include "parser/reader.h"

enum { IW_SET_STAR = 0 }; /* "*" as a bound: the largest number in use; 0 is no legal number */

struct iw_range {
    uint32_t first, last; /* as written: first may be larger; either may be IW_SET_STAR */
};

struct iw_set {
    struct iw_range *ranges; /* borrowed from the arena */
    size_t count;
    bool saved; /* "$": the saved search result; then count is 0 */
};

/* sequence-set; a lone "n" becomes the range n:n. */
enum iw_result iw_parse_set(struct iw_reader *reader, struct iw_set *set);
/* The same without "*" and "$", which mean nothing in an answer (RFC 4315 §4, RFC 7162 §3.1.3). */
enum iw_result iw_parse_known_set(struct iw_reader *reader, struct iw_set *set);
/* n:n is written as n. A set without ranges that is not saved has no form: nothing is written. */
void iw_write_set(struct iw_buf *out, const struct iw_set *set);

/* In what follows star is the number that "*" stands for. star 0 means that the mailbox is empty:
 * then a range with "*" has no members. A saved set has none that are known here. */

/* The same members in ascending, merged ranges. False: no memory; then the set is as it was. */
bool iw_set_normalize(struct iw_set *set, uint32_t star, struct iw_arena *arena);
bool iw_set_contains(const struct iw_set *set, uint32_t number, uint32_t star);
/* The same of a normalized set, for numbers that ascend from call to call; *at begins at 0. */
bool iw_set_follow(const struct iw_set *set, uint32_t number, size_t *at);
/* Members; where ranges overlap they count once only if the set is normalized. Never wraps. */
uint64_t iw_set_size(const struct iw_set *set, uint32_t star);

#endif
