/* SPDX-License-Identifier: MIT */
#include "parser/esearch.h"

#include "parser/mailbox.h"
#include "parser/verbatim.h"
#include "parser/write.h"

/* ---- the command it answers ---- */

static enum iw_result parse_uidvalidity(struct iw_reader *reader, uint32_t *uidvalidity)
{
    uint64_t number = 0;
    enum iw_result result = iw_read_nz_number(reader, UINT32_MAX, &number);
    *uidvalidity = (uint32_t)number;
    return result;
}

/* one-correlator = ("TAG" SP tag-string) / ("MAILBOX" SP astring) / ("UIDVALIDITY" SP nz-number)
 * Each at most once. tag-string = astring */
static enum iw_result parse_one_correlator(struct iw_reader *reader,
                                           struct iw_correlator *correlator)
{
    struct iw_span name;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "TAG", &name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    if (correlator->tag.data == NULL && iw_is_word(name, IW_SPAN("TAG")))
        return iw_read_astring(reader, &correlator->tag);
    if (correlator->mailbox.data == NULL && iw_is_word(name, IW_SPAN("MAILBOX")))
        return iw_parse_mailbox(reader, &correlator->mailbox);
    if (correlator->uidvalidity == 0 && iw_is_word(name, IW_SPAN("UIDVALIDITY")))
        return parse_uidvalidity(reader, &correlator->uidvalidity);
    reader->at = name.data;
    return iw_reader_fail(reader, "TAG, MAILBOX or UIDVALIDITY, each once");
}

/* search-correlator = SP "(" one-correlator *(SP one-correlator) ")" (RFC 7377 §4) */
enum iw_result iw_parse_correlator(struct iw_reader *reader, struct iw_correlator *correlator)
{
    *correlator = (struct iw_correlator){0};
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = parse_one_correlator(reader, correlator);
    while (result == IW_OK && iw_reader_another(reader))
        result = parse_one_correlator(reader, correlator);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

void iw_write_correlator(struct iw_buf *out, const struct iw_correlator *correlator)
{
    const char *before = " (";
    if (correlator->tag.data != NULL) {
        iw_buf_add(out, IW_SPAN(" (TAG "));
        iw_write_string(out, correlator->tag);
        before = " ";
    }
    if (correlator->mailbox.data != NULL) {
        iw_buf_add_string(out, before);
        iw_buf_add(out, IW_SPAN("MAILBOX "));
        iw_write_astring(out, correlator->mailbox);
        before = " ";
    }
    if (correlator->uidvalidity != 0) {
        iw_buf_add_string(out, before);
        iw_buf_add(out, IW_SPAN("UIDVALIDITY "));
        iw_buf_add_number(out, correlator->uidvalidity);
        before = " ";
    }
    if (before[1] == '\0')
        iw_buf_add_char(out, ')');
}

/* ---- what it found ---- */

/* "MIN" SP nz-number ; "MAX" SP nz-number */
static enum iw_result parse_nz_number(struct iw_reader *reader, struct iw_esearch_item *item)
{
    return iw_read_nz_number(reader, UINT32_MAX, &item->number);
}

/* "COUNT" SP number */
static enum iw_result parse_number(struct iw_reader *reader, struct iw_esearch_item *item)
{
    return iw_read_number(reader, UINT32_MAX, &item->number);
}

/* "MODSEQ" SP mod-sequence-value */
static enum iw_result parse_modseq(struct iw_reader *reader, struct iw_esearch_item *item)
{
    return iw_read_nz_number(reader, INT64_MAX, &item->number);
}

static void write_number(struct iw_buf *out, const struct iw_esearch_item *item)
{
    iw_buf_add_number(out, item->number);
}

/* "ALL" SP sequence-set */
static enum iw_result parse_all(struct iw_reader *reader, struct iw_esearch_item *item)
{
    return iw_parse_known_set(reader, &item->set);
}

static void write_all(struct iw_buf *out, const struct iw_esearch_item *item)
{
    iw_write_set(out, &item->set);
}

/* ["-"] nz-number, with "-" if from_end says so */
static enum iw_result parse_place(struct iw_reader *reader, bool from_end, uint32_t *place)
{
    uint64_t number = 0;
    enum iw_result result = from_end ? iw_read_char(reader, '-', "-") : IW_OK;
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &number);
    *place = (uint32_t)number;
    return result;
}

/* "PARTIAL" SP "(" partial-range SP partial-results ")"
 * partial-range-first = nz-number ":" nz-number
 * partial-range-last = MINUS nz-number ":" MINUS nz-number
 * partial-results = sequence-set / "NIL" (RFC 9394 §4) */
static enum iw_result parse_partial(struct iw_reader *reader, struct iw_esearch_item *item)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    item->from_end = iw_reader_peek(reader, '-');
    if (result == IW_OK)
        result = parse_place(reader, item->from_end, &item->range.first);
    if (result == IW_OK)
        result = iw_read_char(reader, ':', ":");
    if (result == IW_OK)
        result = parse_place(reader, item->from_end, &item->range.last);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK && !iw_reader_skip_word(reader, "NIL"))
        result = iw_parse_known_set(reader, &item->set);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_partial(struct iw_buf *out, const struct iw_esearch_item *item)
{
    const char *sign = item->from_end ? "-" : "";
    iw_buf_addf(out, "(%s%u:%s%u ", sign, (unsigned)item->range.first, sign,
                (unsigned)item->range.last);
    if (item->set.count == 0)
        iw_buf_add(out, IW_SPAN("NIL"));
    iw_write_set(out, &item->set);
    iw_buf_add_char(out, ')');
}

/* context-position SP sequence-set ; context-position = number */
static enum iw_result parse_change(struct iw_reader *reader, struct iw_esearch_item *item)
{
    uint64_t position;
    enum iw_result result = iw_read_number(reader, UINT32_MAX, &position);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_reader_grow(reader, &item->changes, item->count, sizeof *item->changes);
    if (result != IW_OK)
        return result;
    struct iw_esearch_change *change = &item->changes[item->count++];
    change->position = (uint32_t)position;
    return iw_parse_known_set(reader, &change->set);
}

/* "ADDTO" SP "(" context-position SP sequence-set *(SP context-position SP sequence-set) ")" ;
 * "REMOVEFROM" likewise (RFC 5267 §5) */
static enum iw_result parse_changes(struct iw_reader *reader, struct iw_esearch_item *item)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = parse_change(reader, item);
    while (result == IW_OK && iw_reader_another(reader))
        result = parse_change(reader, item);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_changes(struct iw_buf *out, const struct iw_esearch_item *item)
{
    for (size_t i = 0; i < item->count; i++) {
        iw_buf_add_char(out, i == 0 ? '(' : ' ');
        iw_buf_add_number(out, item->changes[i].position);
        iw_buf_add_char(out, ' ');
        iw_write_set(out, &item->changes[i].set);
    }
    iw_buf_add_char(out, ')');
}

/* score = 1*3DIGIT ; from 1 to 100 */
static enum iw_result parse_score(struct iw_reader *reader, struct iw_esearch_item *item)
{
    enum { SCORE_MAX = 100 };
    uint64_t score = 0;
    const char *first = reader->at;
    enum iw_result result = iw_read_number(reader, SCORE_MAX, &score);
    if (result == IW_OK && score == 0) {
        reader->at = first;
        result = iw_reader_fail(reader, "a score from 1 to 100");
    }
    if (result == IW_OK)
        result = iw_reader_grow(reader, &item->scores, item->count, sizeof *item->scores);
    if (result == IW_OK)
        item->scores[item->count++] = (uint32_t)score;
    return result;
}

/* "RELEVANCY" SP "(" [score *(SP score)] ")" (RFC 6203 §7) */
static enum iw_result parse_relevancy(struct iw_reader *reader, struct iw_esearch_item *item)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = parse_score(reader, item);
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_relevancy(struct iw_buf *out, const struct iw_esearch_item *item)
{
    iw_buf_add_char(out, '(');
    for (size_t i = 0; i < item->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_buf_add_number(out, item->scores[i]);
    }
    iw_buf_add_char(out, ')');
}

/* search-modifier-name SP search-return-value ; search-return-value = tagged-ext-val */
static enum iw_result parse_other(struct iw_reader *reader, struct iw_esearch_item *item)
{
    return iw_skip_value(reader, "a value", &item->raw);
}

static void write_other(struct iw_buf *out, const struct iw_esearch_item *item)
{
    iw_buf_add(out, item->raw);
}

static const struct item_type {
    struct iw_span name;
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_esearch_item *item);
    void (*write)(struct iw_buf *out, const struct iw_esearch_item *item);
} item_types[] = {
    [IW_ESEARCH_MIN] = {IW_NAME("MIN"), parse_nz_number, write_number},
    [IW_ESEARCH_MAX] = {IW_NAME("MAX"), parse_nz_number, write_number},
    [IW_ESEARCH_COUNT] = {IW_NAME("COUNT"), parse_number, write_number},
    [IW_ESEARCH_ALL] = {IW_NAME("ALL"), parse_all, write_all},
    [IW_ESEARCH_MODSEQ] = {IW_NAME("MODSEQ"), parse_modseq, write_number},
    [IW_ESEARCH_PARTIAL] = {IW_NAME("PARTIAL"), parse_partial, write_partial},
    [IW_ESEARCH_ADDTO] = {IW_NAME("ADDTO"), parse_changes, write_changes},
    [IW_ESEARCH_REMOVEFROM] = {IW_NAME("REMOVEFROM"), parse_changes, write_changes},
    [IW_ESEARCH_RELEVANCY] = {IW_NAME("RELEVANCY"), parse_relevancy, write_relevancy},
    [IW_ESEARCH_OTHER] = {{NULL, 0}, parse_other, write_other},
};

/* search-return-data = "MIN" SP nz-number / "MAX" SP nz-number / … */
static enum iw_result parse_item(struct iw_reader *reader, struct iw_esearch_item *item)
{
    *item = (struct iw_esearch_item){.kind = IW_ESEARCH_MIN};
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a search result", &item->name);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    while (item->kind < IW_ESEARCH_OTHER && !iw_is_word(item->name, item_types[item->kind].name))
        item->kind++;
    return item_types[item->kind].parse(reader, item);
}

/* esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data) */
enum iw_result iw_parse_esearch(struct iw_reader *reader, struct iw_esearch *esearch)
{
    *esearch = (struct iw_esearch){0};
    enum iw_result result = IW_OK;
    if (iw_reader_more(reader) && reader->at[1] == '(') {
        reader->at++;
        result = iw_parse_correlator(reader, &esearch->correlator);
    }
    if (result == IW_OK && iw_reader_more(reader)) {
        reader->at++;
        esearch->uid = iw_reader_skip_word(reader, "UID");
        reader->at -= !esearch->uid;
    }
    while (result == IW_OK && iw_reader_more(reader)) {
        reader->at++;
        result = iw_reader_grow(reader, &esearch->items, esearch->count, sizeof *esearch->items);
        if (result == IW_OK)
            result = parse_item(reader, &esearch->items[esearch->count]);
        esearch->count += result == IW_OK;
    }
    return result;
}

void iw_write_esearch(struct iw_buf *out, const struct iw_esearch *esearch)
{
    iw_write_correlator(out, &esearch->correlator);
    if (esearch->uid)
        iw_buf_add(out, IW_SPAN(" UID"));
    for (size_t i = 0; i < esearch->count; i++) {
        const struct iw_esearch_item *item = &esearch->items[i];
        const struct item_type *type = &item_types[item->kind];
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, type->name.data == NULL ? item->name : type->name);
        iw_buf_add_char(out, ' ');
        type->write(out, item);
    }
}
