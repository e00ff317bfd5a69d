/* SPDX-License-Identifier: MIT */
#include "script/block.h"

enum { WORK_MAX = 4000000 }; /* replies looked at for the claims of one block */

/* Where a line stands with its choice. */
struct iw_choice {
    struct iw_received *next; /* the reply to be tried next; NULL: all have been */
    bool spread_tried;
    bool passed; /* an optional line has done without */
    struct iw_bindings before;
    uint64_t floor; /* with ordered lines: replies up to this number are behind */
};

/* Required lines before optional ones, then by freedom, then as written. */
static bool chooses_later(const struct iw_expected *a, const struct iw_expected *b)
{
    return a->maybe != b->maybe ? a->maybe : a->pattern.freedom > b->pattern.freedom;
}

bool iw_block_begin(struct iw_block *block, struct iw_arena *arena)
{
    block->order = iw_arena_array(arena, block->count, sizeof *block->order);
    block->choices = iw_arena_array(arena, block->count, sizeof *block->choices);
    if (block->order == NULL || block->choices == NULL)
        return false;
    for (size_t i = 0; i < block->count; i++) {
        struct iw_expected *line = &block->lines[i];
        if (line->kind != IW_EXPECTED_UNTAGGED)
            continue;
        size_t at = block->order_count++;
        for (; at > 0 && !block->ordered && chooses_later(block->order[at - 1], line); at--)
            block->order[at] = block->order[at - 1];
        block->order[at] = line;
    }
    return true;
}

/* ---- exact lines ---- */

enum iw_result iw_block_take_exact(struct iw_block *block, struct iw_inbox *inbox)
{
    struct iw_span octets = iw_inbox_peek(inbox);
    enum iw_result result = IW_SYNTAX;
    if (octets.data == NULL)
        return IW_SYNTAX;
    for (size_t i = 0; i < block->count; i++) {
        struct iw_expected *line = &block->lines[i];
        if (line->kind != IW_EXPECTED_EXACT || line->satisfied)
            continue;
        size_t length = iw_match_octets(&line->text, octets, &block->trial);
        if (length == SIZE_MAX) {
            result = IW_MORE;
        } else if (length > 0) {
            iw_inbox_skip(inbox, length);
            line->satisfied = true;
            line->number = ++inbox->count;
            return IW_OK;
        }
    }
    return result;
}

/* An exact line may also have been cut already, while a literal waited. */
static void claim_exact(struct iw_block *block, struct iw_expected *line, struct iw_inbox *inbox)
{
    for (struct iw_received *reply = inbox->first; reply != NULL; reply = reply->next) {
        struct iw_span octets = reply->frame.bytes;
        if (reply->claimant != NULL ||
            iw_match_octets(&line->text, octets, &block->trial) != octets.length)
            continue;
        reply->claimant = line;
        line->satisfied = true;
        line->number = reply->number;
        return;
    }
}

/* ---- completions and "+" ---- */

static struct iw_received *find_tagged(struct iw_inbox *inbox, struct iw_span tag)
{
    struct iw_received *reply = inbox->first;
    while (reply != NULL && (reply->claimant != NULL || !iw_span_equal(reply->tag, tag)))
        reply = reply->next;
    return reply;
}

static bool is_continuation(const struct iw_received *reply)
{
    return reply->line.first != NULL && iw_span_equal(reply->line.first->raw, IW_SPAN("+"));
}

static struct iw_received *find_continuation(struct iw_inbox *inbox)
{
    struct iw_received *reply = inbox->first;
    while (reply != NULL && (reply->claimant != NULL || !is_continuation(reply)))
        reply = reply->next;
    return reply;
}

static void claim_final(struct iw_block *block, struct iw_expected *line, struct iw_received *reply)
{
    line->satisfied = true;
    line->number = reply->number;
    reply->claimant = line;
    if (reply->number > block->limit)
        block->limit = reply->number;
}

/* False: the reply that came in its place is in report. */
static bool look_for_final(struct iw_block *block, struct iw_expected *line, struct iw_inbox *inbox,
                           struct iw_block_report *report)
{
    bool completion = line->kind == IW_EXPECTED_COMPLETION;
    struct iw_received *reply =
        completion ? find_tagged(inbox, line->tag) : find_continuation(inbox);
    *report = (struct iw_block_report){.line = line, .received = reply};
    if (reply != NULL) {
        if (iw_match(&line->pattern, &reply->line, &block->trial, &report->mismatch))
            claim_final(block, line, reply);
        return line->satisfied || line->maybe;
    }
    if (completion || line->maybe)
        return true;
    report->received = find_tagged(inbox, block->last_tag);
    report->mismatch = (struct iw_mismatch){.expected = line->text.octets,
                                            .reason = "has been answered without it"};
    return block->last_tag.length == 0 || report->received == NULL;
}

static bool is_final(const struct iw_expected *line)
{
    return line->kind == IW_EXPECTED_COMPLETION || line->kind == IW_EXPECTED_CONTINUATION;
}

static bool has_final(const struct iw_block *block)
{
    for (size_t i = 0; i < block->count; i++)
        if (is_final(&block->lines[i]) && !block->lines[i].maybe)
            return true;
    return false;
}

/* ---- untagged lines ---- */

static bool is_free(const struct iw_block *block, const struct iw_received *reply)
{
    return reply->claimant == NULL && !reply->past && reply->tag.data == NULL &&
           !is_continuation(reply) && (block->limit == 0 || reply->number < block->limit);
}

static void release_claims(struct iw_block *block, struct iw_inbox *inbox,
                           const struct iw_expected *line)
{
    for (struct iw_received *reply = inbox->first; reply != NULL; reply = reply->next) {
        block->work++;
        if (reply->claimant == line)
            reply->claimant = NULL;
    }
}

/* With ordered lines: between the replies of the lines around it, as far as these are known. */
static bool is_in_order(const struct iw_block *block, const struct iw_expected *line,
                        const struct iw_received *reply)
{
    if (!block->ordered)
        return true;
    for (size_t i = 0; i < block->count; i++) {
        const struct iw_expected *other = &block->lines[i];
        if (other->number > 0 && (other < line) != (other->number < reply->number))
            return false;
    }
    return true;
}

static bool may_claim(const struct iw_block *block, const struct iw_expected *line,
                      const struct iw_choice *choice, const struct iw_received *reply)
{
    return is_free(block, reply) && reply->number > choice->floor &&
           is_in_order(block, line, reply);
}

/* The next reply that satisfies the line alone. */
static bool choose_one(struct iw_block *block, struct iw_expected *line, struct iw_choice *choice)
{
    while (choice->next != NULL && block->work < WORK_MAX) {
        struct iw_received *reply = choice->next;
        choice->next = reply->next;
        if (!may_claim(block, line, choice, reply))
            continue;
        block->work++;
        if (iw_match(&line->pattern, &reply->line, &block->trial, NULL)) {
            reply->claimant = line;
            return true;
        }
    }
    return false;
}

/* Several replies, each with a part of the items. */
static bool choose_spread(struct iw_block *block, struct iw_expected *line,
                          struct iw_choice *choice, struct iw_inbox *inbox)
{
    uint64_t claimed = 0;
    if (choice->spread_tried)
        return false;
    choice->spread_tried = true;
    for (struct iw_received *reply = inbox->first; reply != NULL; reply = reply->next) {
        uint64_t before = claimed;
        if (!may_claim(block, line, choice, reply) || block->work >= WORK_MAX)
            continue;
        block->work++;
        bool all = iw_match_spread(&line->pattern, &reply->line, &block->trial, &claimed, NULL);
        if (all || claimed != before)
            reply->claimant = line;
        if (all)
            return true;
    }
    release_claims(block, inbox, line);
    block->trial = choice->before;
    return false;
}

static bool choose(struct iw_block *block, struct iw_expected *line, struct iw_choice *choice,
                   struct iw_inbox *inbox)
{
    release_claims(block, inbox, line);
    block->trial = choice->before;
    return choose_one(block, line, choice) || choose_spread(block, line, choice, inbox);
}

static uint64_t floor_behind(const struct iw_block *block, const struct iw_inbox *inbox,
                             const struct iw_expected *line, uint64_t floor)
{
    if (!block->ordered)
        return 0;
    for (const struct iw_received *reply = inbox->first; reply != NULL; reply = reply->next)
        if (reply->claimant == line && reply->number > floor)
            floor = reply->number;
    return floor;
}

static struct iw_choice first_choice(const struct iw_block *block, const struct iw_inbox *inbox,
                                     uint64_t floor)
{
    return (struct iw_choice){.next = inbox->first, .before = block->trial, .floor = floor};
}

/* Depth first: each line takes the first reply it can have; where one finds none, the line before
 * it takes another. An optional line may do without. */
static bool assign(struct iw_block *block, struct iw_inbox *inbox)
{
    struct iw_choice *choices = block->choices;
    size_t at = 0;
    if (block->order_count > 0)
        choices[0] = first_choice(block, inbox, 0);
    while (at < block->order_count) {
        struct iw_expected *line = block->order[at];
        bool chosen = choose(block, line, &choices[at], inbox);
        bool passes = !chosen && line->maybe && !choices[at].passed;
        choices[at].passed = choices[at].passed || passes;
        if (!chosen && !passes) {
            block->tired = block->work >= WORK_MAX;
            if (at-- == 0)
                return false;
            continue;
        }
        uint64_t floor = floor_behind(block, inbox, line, choices[at].floor);
        if (++at < block->order_count)
            choices[at] = first_choice(block, inbox, floor);
    }
    return true;
}

/* ---- what is missing ---- */

static void find_nearest(struct iw_block *block, const struct iw_expected *line,
                         struct iw_inbox *inbox, struct iw_block_report *report)
{
    *report = (struct iw_block_report){.line = line};
    for (struct iw_received *reply = inbox->first; reply != NULL; reply = reply->next) {
        struct iw_mismatch mismatch;
        struct iw_bindings trial = block->trial;
        if (!is_free(block, reply))
            continue;
        if (iw_match(&line->pattern, &reply->line, &trial, &mismatch))
            mismatch = (struct iw_mismatch){SIZE_MAX, line->text.octets, iw_span(NULL, 0),
                                            "came out of order"};
        if (report->received == NULL || mismatch.matched > report->mismatch.matched) {
            report->received = reply;
            report->mismatch = mismatch;
        }
    }
}

/* The first line that finds no reply when the others choose before it. */
static void report_missing(struct iw_block *block, struct iw_inbox *inbox,
                           struct iw_block_report *report)
{
    struct iw_bindings before = block->trial;
    uint64_t floor = 0;
    *report = (struct iw_block_report){.line = NULL};
    if (block->tired) /* this happens once more only */
        block->work = 0;
    for (size_t i = 0; i < block->order_count && report->line == NULL; i++) {
        struct iw_expected *line = block->order[i];
        struct iw_choice choice = first_choice(block, inbox, floor);
        if (choose(block, line, &choice, inbox))
            floor = floor_behind(block, inbox, line, floor);
        else if (!line->maybe)
            find_nearest(block, line, inbox, report);
    }
    for (size_t i = 0; i < block->order_count; i++)
        release_claims(block, inbox, block->order[i]);
    if (report->line == NULL && block->order_count > 0)
        report->line = block->order[0];
    block->trial = before;
    if (block->tired)
        block->work = WORK_MAX;
}

/* ---- the look ---- */

/* The reply satisfies a line, or has a part of its items. */
static bool may_satisfy(const struct iw_block *block, const struct iw_expected *line,
                        const struct iw_received *reply)
{
    uint64_t claimed = 0;
    struct iw_bindings trial = block->trial;
    return iw_match_spread(&line->pattern, &reply->line, &trial, &claimed, NULL) || claimed != 0;
}

bool iw_block_concerns(const struct iw_block *block, const struct iw_received *reply)
{
    bool final = reply->tag.data != NULL || is_continuation(reply);
    if (block->tired)
        return false;
    for (size_t i = 0; i < block->count; i++) {
        const struct iw_expected *line = &block->lines[i];
        if (line->kind == IW_EXPECTED_EXACT && !line->satisfied)
            return true;
        if (final ? is_final(line)
                  : line->kind == IW_EXPECTED_UNTAGGED && !has_final(block) &&
                        may_satisfy(block, line, reply))
            return true;
    }
    return false;
}

/* A line that waits and is not untagged; NULL: none does. */
static struct iw_expected *find_waiting(const struct iw_block *block, bool finals)
{
    for (size_t i = 0; i < block->count; i++) {
        struct iw_expected *line = &block->lines[i];
        bool wanted = finals ? is_final(line) : line->kind == IW_EXPECTED_EXACT;
        if (wanted && !line->satisfied && !line->maybe)
            return line;
    }
    return NULL;
}

/* With ordered lines: one that came before what it stands behind; NULL: there is none. */
static struct iw_expected *find_disorder(const struct iw_block *block)
{
    uint64_t number = 0;
    for (size_t i = 0; i < block->count && block->ordered; i++) {
        struct iw_expected *line = &block->lines[i];
        if (line->number > 0 && line->number < number)
            return line;
        if (line->number > 0)
            number = line->number;
    }
    return NULL;
}

static void report_disorder(const struct iw_expected *line, struct iw_block_report *report)
{
    *report = (struct iw_block_report){.line = line};
    report->mismatch =
        (struct iw_mismatch){.expected = line->text.octets, .reason = "came out of order"};
}

static bool look_for_lines(struct iw_block *block, struct iw_inbox *inbox,
                           struct iw_block_report *report)
{
    for (size_t i = 0; i < block->count; i++) {
        struct iw_expected *line = &block->lines[i];
        if (line->satisfied || line->kind == IW_EXPECTED_UNTAGGED)
            continue;
        if (line->kind == IW_EXPECTED_EXACT)
            claim_exact(block, line, inbox);
        else if (!look_for_final(block, line, inbox, report))
            return false;
    }
    return true;
}

enum iw_block_state iw_block_look(struct iw_block *block, struct iw_inbox *inbox,
                                  struct iw_block_report *report)
{
    if (!look_for_lines(block, inbox, report))
        return IW_BLOCK_FAILED;
    *report = (struct iw_block_report){.line = find_waiting(block, true)};
    if (report->line != NULL)
        return IW_BLOCK_WAITS;
    struct iw_bindings before = block->trial;
    const struct iw_expected *disorder = find_disorder(block);
    report->line = find_waiting(block, false);
    if (report->line == NULL && disorder == NULL && assign(block, inbox))
        return IW_BLOCK_DONE;
    block->trial = before;
    if (disorder != NULL)
        report_disorder(disorder, report);
    else if (report->line == NULL)
        report_missing(block, inbox, report);
    return has_final(block) || disorder != NULL ? IW_BLOCK_FAILED : IW_BLOCK_WAITS;
}
