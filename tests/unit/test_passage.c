/* SPDX-License-Identifier: MIT */
/* Octets in an outbox: into which segments, when, and how far. */
#include "base/passage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { CAP = 1000, MS_MAX = 100000 };

/* Everything that leaves it within that time: "0:ab 5:c" is ab at once, c after 5 ms. */
static void run(struct iw_outbox *outbox, struct iw_buf *text)
{
    struct iw_span segment;
    iw_buf_clear(text);
    for (uint64_t now = 0; now < MS_MAX; now++) {
        while (iw_outbox_next(outbox, now, &segment)) {
            iw_buf_addf(text, "%s%u:", text->length > 0 ? " " : "", (unsigned)now);
            iw_buf_add(text, segment);
        }
        if (iw_outbox_due(outbox) == UINT64_MAX)
            return;
        if (iw_outbox_due(outbox) > now + 1)
            now = iw_outbox_due(outbox) - 1;
    }
    fail_msg("it never ends");
}

static void octets_leave_as_told(void **state)
{
    static const struct {
        struct iw_passage passage;
        const char *leaves; /* of "abcdefgh" */
    } rows[] = {
        {{.rate = 0}, "0:abcdefgh"},
        {{.split = {1, 3}, .split_count = 2}, "0:a 0:bcd 0:efgh"},
        {{.split = {8, 3}, .split_count = 2}, "0:abcdefgh"},
        {{.split = {9}, .split_count = 1}, "0:abcdefgh"},
        {{.dribble = {3, 3}}, "0:abc 0:def 0:gh"},
        {{.split = {1}, .split_count = 1, .dribble = {5, 5}, .every_ms = {7, 7}},
         "0:a 7:bcdef 14:gh"},
        {{.rate = 1000}, "0:abcdefgh"},
        {{.rate = 100, .dribble = {4, 4}}, "0:abcd 40:efgh"},
        {{.rate = 100, .dribble = {4, 4}, .every_ms = {50, 50}}, "0:abcd 50:efgh"},
        {{.rate = 2}, "0:a 500:b 1000:c 1500:d 2000:e 2500:f 3000:g 3500:h"},
        {{.rate = 3, .dribble = {3, 3}}, "0:abc 1000:def 2000:gh"},
        {{.flips = true, .flip = 0}, "0:`bcdefgh"},
        {{.flips = true, .flip = 7, .dribble = {4, 4}}, "0:abcd 0:efgi"},
        {{.flips = true, .flip = 8}, "0:abcdefgh"},
        {{.cuts = true, .cut = 0}, ""},
        {{.cuts = true, .cut = 1}, "0:a"},
        {{.cuts = true, .cut = 7, .dribble = {4, 4}}, "0:abcd 0:efg"},
        {{.cuts = true, .cut = 8}, "0:abcdefgh"},
        {{.cuts = true, .cut = 9}, "0:abcdefgh"},
    };
    struct iw_buf text;
    (void)state;
    iw_buf_init(&text, NULL, CAP);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_outbox outbox;
        iw_outbox_init(&outbox, CAP, i);
        iw_outbox_set_passage(&outbox, &rows[i].passage);
        assert_true(iw_outbox_add(&outbox, IW_SPAN("abc")));
        assert_true(iw_outbox_add(&outbox, IW_SPAN("defgh")));
        run(&outbox, &text);
        if (strcmp(iw_buf_string(&text), rows[i].leaves) != 0)
            fail_msg("row %zu: %s", i, iw_buf_string(&text));
        assert_int_equal(iw_outbox_is_cut(&outbox),
                         rows[i].passage.cuts && rows[i].passage.cut <= 8);
        assert_int_equal(iw_outbox_due(&outbox), UINT64_MAX);
        iw_outbox_release(&outbox);
    }
    iw_buf_release(&text);
}

/* Behind a cut all vanishes, until there is another passage. */
static void a_cut_lasts(void **state)
{
    static const struct iw_passage cut = {.cuts = true, .cut = 2}, none = {.rate = 0};
    struct iw_outbox outbox;
    struct iw_buf text;
    (void)state;
    iw_buf_init(&text, NULL, CAP);
    iw_outbox_init(&outbox, CAP, 0);
    assert_false(iw_outbox_is_cut(&outbox));
    iw_outbox_set_passage(&outbox, &cut);
    assert_true(iw_outbox_add(&outbox, IW_SPAN("abc")));
    run(&outbox, &text);
    assert_true(iw_outbox_add(&outbox, IW_SPAN("def")));
    assert_int_equal(iw_outbox_due(&outbox), UINT64_MAX);
    iw_outbox_set_passage(&outbox, &none);
    assert_true(iw_outbox_add(&outbox, IW_SPAN("ghi")));
    run(&outbox, &text);
    assert_string_equal(iw_buf_string(&text), "0:ghi");
    iw_outbox_release(&outbox);
    iw_buf_release(&text);
}

/* What waits under a slow passage goes at once under another one. */
static void a_passage_ends_the_pauses_of_the_one_before(void **state)
{
    static const struct iw_passage slow = {.dribble = {1, 1}, .every_ms = {900, 900}},
                                   none = {.rate = 0};
    struct iw_outbox outbox;
    struct iw_span segment;
    (void)state;
    iw_outbox_init(&outbox, CAP, 0);
    iw_outbox_set_passage(&outbox, &slow);
    assert_true(iw_outbox_add(&outbox, IW_SPAN("abc")));
    assert_true(iw_outbox_next(&outbox, 10, &segment));
    assert_false(iw_outbox_next(&outbox, 909, &segment));
    assert_int_equal(iw_outbox_due(&outbox), 910);
    iw_outbox_set_passage(&outbox, &none);
    assert_true(iw_outbox_next(&outbox, 11, &segment));
    assert_int_equal(segment.length, 2);
    iw_outbox_release(&outbox);
}

/* A timer that is late does not make the rate smaller; an idle time does not make it larger. */
static void the_rate_holds(void **state)
{
    static const struct iw_passage passage = {.rate = 1000, .dribble = {10, 10}};
    static const struct {
        uint64_t now;
        bool goes;
    } rows[] = {{0, true},    {9, false},    {13, true},   {19, false},  {20, true},
                {5000, true}, {5009, false}, {5010, true}, {5020, true}, {5021, false}};
    char octets[200] = "";
    struct iw_outbox outbox;
    struct iw_span segment;
    (void)state;
    iw_outbox_init(&outbox, CAP, 0);
    iw_outbox_set_passage(&outbox, &passage);
    assert_true(iw_outbox_add(&outbox, iw_span(octets, sizeof octets)));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (iw_outbox_next(&outbox, rows[i].now, &segment) != rows[i].goes)
            fail_msg("row %zu", i);
    iw_outbox_release(&outbox);
}

static void the_cap_holds(void **state)
{
    static const struct iw_passage slow = {.rate = 1};
    static const char octets[CAP + 1] = "";
    struct iw_outbox outbox;
    (void)state;
    iw_outbox_init(&outbox, CAP, 0);
    iw_outbox_set_passage(&outbox, &slow);
    assert_true(iw_outbox_add(&outbox, iw_span(octets, CAP)));
    assert_false(iw_outbox_add(&outbox, iw_span(octets, 1)));
    iw_outbox_release(&outbox);
}

static void spreads_are_read(void **state)
{
    static const struct {
        const char *text;
        bool is_one;
        uint64_t least, most;
    } rows[] = {{"0", true, 0, 0},
                {"20", true, 20, 20},
                {"5..20", true, 5, 20},
                {"5..5", true, 5, 5},
                {"20..5", false},
                {"5.20", false},
                {"5...20", false},
                {"..5", false},
                {"5..", false},
                {"-1", false},
                {"", false},
                {"1..x", false},
                {"9223372036854775807", true, INT64_MAX, INT64_MAX}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_spread spread;
        if (iw_spread_read(iw_span_of(rows[i].text), &spread) != rows[i].is_one)
            fail_msg("%s", rows[i].text);
        if (rows[i].is_one && (spread.least != rows[i].least || spread.most != rows[i].most))
            fail_msg("%s is read wrong", rows[i].text);
    }
}

/* Every value of it comes, no other does, and the same seed draws the same. */
static void spreads_are_drawn(void **state)
{
    const struct iw_spread spread = {5, 9};
    struct iw_random random, again;
    unsigned seen = 0;
    (void)state;
    iw_random_seed(&random, 3);
    iw_random_seed(&again, 3);
    for (int i = 0; i < 200; i++) {
        uint64_t value = iw_spread_draw(spread, &random);
        assert_in_range(value, 5, 9);
        assert_int_equal(value, iw_spread_draw(spread, &again));
        seen |= 1U << value;
    }
    assert_int_equal(seen, 0x3e0);
    assert_int_equal(iw_spread_draw(spread, NULL), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_leave_as_told),
        cmocka_unit_test(a_cut_lasts),
        cmocka_unit_test(a_passage_ends_the_pauses_of_the_one_before),
        cmocka_unit_test(the_rate_holds),
        cmocka_unit_test(the_cap_holds),
        cmocka_unit_test(spreads_are_read),
        cmocka_unit_test(spreads_are_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
