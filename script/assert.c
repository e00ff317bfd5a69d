/* SPDX-License-Identifier: MIT */
/* Assertions: value OPERATOR value, or "count" value OPERATOR number. */
#include "script/match.h"

#include "script/numbers.h"

#include <stdio.h>
#include <string.h>

enum operator{
    NONE,
    EQUAL,
    UNEQUAL,
    LESS,
    MORE,
    AT_MOST,
    AT_LEAST,
    IN,
    NOT_IN,
    SAME_SET,
    LETTERS_IN
};

struct assertion {
    struct iw_span left, right;
    enum operator op;
};

static struct iw_span trim(struct iw_span text)
{
    size_t begin = 0, end = text.length;
    while (begin < end && text.data[begin] == ' ')
        begin++;
    while (end > begin && text.data[end - 1] == ' ')
        end--;
    return iw_span_part(text, begin, end);
}

/* Behind a quoted string, or behind a run of other octets; stops at blanks and parentheses. */
static size_t token_end(struct iw_span text, size_t at)
{
    bool quoted = text.data[at] == '"';
    for (at++; at < text.length; at++) {
        char c = text.data[at];
        if (quoted && c == '\\')
            at++;
        else if (quoted && c == '"')
            return at + 1;
        else if (!quoted && strchr(" ()", c) != NULL)
            return at;
    }
    return text.length;
}

static enum operator operator_named(struct iw_span word)
{
    static const struct {
        const char *word;
        enum operator op;
    } operators[] = {
        {"=", EQUAL},           {"!=", UNEQUAL},           {"<", LESS}, {">", MORE},
        {"<=", AT_MOST},        {">=", AT_LEAST},          {"in", IN},  {"not-in", NOT_IN},
        {"same-set", SAME_SET}, {"letters-in", LETTERS_IN}};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (iw_span_equal(word, iw_span_of(operators[i].word)))
            return operators[i].op;
    return NONE;
}

/* The first operator that stands as a word of its own. */
static bool take_apart(struct iw_span text, struct assertion *assertion)
{
    for (size_t at = 0, end; at < text.length; at = end) {
        end = strchr(" ()", text.data[at]) != NULL ? at + 1 : token_end(text, at);
        enum operator op = operator_named(iw_span_part(text, at, end));
        if (op == NONE)
            continue;
        *assertion = (struct assertion){trim(iw_span_part(text, 0, at)),
                                        trim(iw_span_part(text, end, text.length)), op};
        return true;
    }
    return false;
}

/* ---- values ---- */

static struct iw_span unwrap(struct iw_span value, char open, char close)
{
    bool wrapped =
        value.length >= 2 && value.data[0] == open && value.data[value.length - 1] == close;
    return wrapped ? trim(iw_span_part(value, 1, value.length - 1)) : value;
}

/* The members of "(a b c)" or "a b c", one by one. */
static bool next_member(struct iw_span list, size_t *at, struct iw_span *member)
{
    while (*at < list.length && strchr(" ()", list.data[*at]) != NULL)
        (*at)++;
    if (*at == list.length)
        return false;
    size_t end = token_end(list, *at);
    *member = unwrap(iw_span_part(list, *at, end), '"', '"');
    *at = end;
    return true;
}

static bool list_has(struct iw_span list, struct iw_span wanted)
{
    struct iw_span member;
    for (size_t at = 0; next_member(list, &at, &member);)
        if (iw_span_equal_nocase(member, wanted))
            return true;
    return false;
}

static bool list_includes(struct iw_span large, struct iw_span small)
{
    struct iw_span member;
    for (size_t at = 0; next_member(small, &at, &member);)
        if (!list_has(large, member))
            return false;
    return true;
}

static uint64_t count_members(struct iw_span list)
{
    struct iw_span member;
    uint64_t count = 0;
    if (iw_numbers_valid(list))
        return iw_numbers_size(list);
    for (size_t at = 0; next_member(list, &at, &member);)
        count++;
    return count;
}

/* ---- operators ---- */

static bool is_in(struct iw_span left, struct iw_span right)
{
    uint64_t number;
    if (iw_span_number(left, UINT64_MAX, &number) && iw_numbers_valid(right))
        return iw_numbers_contain(right, number);
    return list_has(right, unwrap(left, '"', '"'));
}

static bool same_set(struct iw_span left, struct iw_span right)
{
    if (iw_numbers_valid(left) && iw_numbers_valid(right))
        return iw_numbers_equal(left, right);
    return list_includes(left, right) && list_includes(right, left);
}

/* How often that octet stands in the text. */
static size_t count_octet(struct iw_span text, char octet)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.data[i] == octet;
    return count;
}

/* Each as often as it stands on the right, or less: "aa" is not in "abc". Blanks, quotes and
 * parentheses do not count, so that rights may stand in one word or in several. */
static bool letters_in(struct iw_span left, struct iw_span right)
{
    for (size_t i = 0; i < left.length; i++) {
        char c = left.data[i];
        if (strchr(" ()\"", c) == NULL && count_octet(left, c) > count_octet(right, c))
            return false;
    }
    return true;
}

static bool compare(enum operator op, uint64_t left, uint64_t right)
{
    switch (op) {
    case EQUAL:
        return left == right;
    case UNEQUAL:
        return left != right;
    case LESS:
        return left < right;
    case MORE:
        return left > right;
    case AT_MOST:
        return left <= right;
    default:
        return left >= right;
    }
}

static enum iw_result not_numbers(const struct assertion *assertion, struct iw_error *error)
{
    struct iw_span left = iw_span_part(assertion->left, 0, 60);
    struct iw_span right = iw_span_part(assertion->right, 0, 60);
    return iw_failf(error, IW_SYNTAX, "%.*s and %.*s are not two numbers", (int)left.length,
                    left.data, (int)right.length, right.data);
}

static enum iw_result judge(const struct assertion *assertion, bool *holds, struct iw_error *error)
{
    struct iw_span left = unwrap(assertion->left, '(', ')');
    struct iw_span right = unwrap(assertion->right, '(', ')');
    uint64_t a, b;
    bool numbers = iw_span_number(left, UINT64_MAX, &a) && iw_span_number(right, UINT64_MAX, &b);
    if (assertion->op == IN || assertion->op == NOT_IN)
        *holds = is_in(left, right) == (assertion->op == IN);
    else if (assertion->op == SAME_SET)
        *holds = same_set(left, right);
    else if (assertion->op == LETTERS_IN)
        *holds = letters_in(left, right);
    else if (numbers)
        *holds = compare(assertion->op, a, b);
    else if (assertion->op == EQUAL || assertion->op == UNEQUAL)
        *holds = iw_span_equal(unwrap(left, '"', '"'), unwrap(right, '"', '"')) ==
                 (assertion->op == EQUAL);
    else
        return not_numbers(assertion, error);
    return IW_OK;
}

static enum iw_result judge_count(const struct assertion *assertion, struct iw_span list,
                                  bool *holds, struct iw_error *error)
{
    uint64_t wanted;
    bool ordering = assertion->op < IN;
    if (!ordering || !iw_span_number(assertion->right, UINT64_MAX, &wanted))
        return iw_failf(error, IW_SYNTAX, "a count is compared with a number");
    *holds = compare(assertion->op, count_members(unwrap(trim(list), '(', ')')), wanted);
    return IW_OK;
}

enum iw_result iw_match_assert(struct iw_span filled, bool *holds, struct iw_error *error)
{
    static const char count[] = "count ";
    struct assertion assertion;
    if (!take_apart(filled, &assertion))
        return iw_fail(error, IW_SYNTAX, 0,
                       "= != < <= > >= in, not-in, same-set or letters-in, between blanks");
    if (iw_span_starts(filled, IW_SPAN("count ")))
        return judge_count(&assertion,
                           iw_span_part(assertion.left, sizeof count - 1, assertion.left.length),
                           holds, error);
    return judge(&assertion, holds, error);
}
