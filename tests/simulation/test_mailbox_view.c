/* SPDX-License-Identifier: MIT */
/* The view of a mailbox: what each response does to it, storms of them against a model, and what a
 * server may claim. */
#include "base/random.h"
#include "client/mailbox_view.h"
#include "tests/lib/failing_alloc.h"
#include "tests/lib/one_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 100000, SEEDS = 12, STEPS = 1500, MODEL_MAX = 3000, LINE_MAX_OCTETS = 4000 };

/* ---- responses from text ---- */

static enum iw_result take_line(struct iw_mailbox_view *view, struct iw_span line)
{
    char octets[LINE_MAX_OCTETS];
    struct iw_one_frame one;
    struct iw_arena arena;
    struct iw_response response;
    struct iw_lenient lenient = {.allowed = 0};
    assert_true(line.length + 2 <= sizeof octets);
    memcpy(octets, line.data, line.length);
    memcpy(octets + line.length, "\r\n", 2);
    struct iw_span all = iw_span(octets, line.length + 2);
    iw_arena_init(&arena, NULL, 1 << 20);
    assert_true(iw_one_frame_open(&one, IW_FRAME_RESPONSES, all, true));
    if (iw_parse_response(&one.frame, &arena, &iw_limits_default, &lenient, &response, NULL) !=
        IW_OK)
        fail_msg("cannot be parsed: %.*s", (int)line.length, line.data);
    enum iw_result result = iw_mailbox_view_take(view, &response, NULL);
    iw_one_frame_close(&one);
    iw_arena_release(&arena);
    return result;
}

/* Lines with "|" between them; "<" loosens, ">" tightens, "0" clears. */
static void take_script(struct iw_mailbox_view *view, const char *script)
{
    while (*script != '\0') {
        size_t length = strcspn(script, "|");
        if (*script == '<')
            iw_mailbox_view_loosen(view);
        else if (*script == '>')
            iw_mailbox_view_tighten(view);
        else if (*script == '0')
            iw_mailbox_view_clear(view);
        else
            take_line(view, iw_span(script, length));
        script += length + (script[length] == '|');
    }
}

static void add_keyword(struct iw_buf *out, struct iw_span keyword)
{
    iw_buf_add_char(out, '+');
    iw_buf_add(out, keyword);
}

/* "3 exist: 5 ? 9/S+k" */
static void show(const struct iw_mailbox_view *view, struct iw_buf *out)
{
    static const char letters[] = "AFDSTR";
    iw_buf_addf(out, "%u exist:", iw_mailbox_view_facts(view)->exists);
    for (uint32_t number = 1; number <= iw_mailbox_view_count(view); number++) {
        const struct iw_message *message = iw_mailbox_view_at(view, number);
        if (message->uid == 0)
            iw_buf_add_string(out, " ?");
        else
            iw_buf_addf(out, " %u", message->uid);
        if (message->flags_known)
            iw_buf_add_char(out, '/');
        for (unsigned bit = 0; letters[bit] != '\0'; bit++)
            if ((message->flags & 1U << bit) != 0)
                iw_buf_add_char(out, letters[bit]);
        for (unsigned bit = 0; bit < IW_VIEW_KEYWORDS; bit++)
            if ((message->keywords >> bit & 1) != 0)
                add_keyword(out, iw_mailbox_view_keyword(view, bit));
        if (message->modseq != 0)
            iw_buf_addf(out, "@%llu", (unsigned long long)message->modseq);
    }
    if (iw_mailbox_view_is_doubtful(view))
        iw_buf_add_string(out, " doubtful");
}

/* ---- one response after another ---- */

struct row {
    const char *name, *script, *shown;
};

#define THREE "* 3 EXISTS|* 1 FETCH (UID 5)|* 2 FETCH (UID 7)|* 3 FETCH (UID 9)|"

static const struct row rows[] = {
    {"nothing", "", "0 exist:"},
    {"EXISTS", "* 2 EXISTS|* 3 EXISTS", "3 exist: ? ? ?"},
    {"EXISTS that falls", "* 2 EXISTS|* 1 EXISTS", "1 exist: ? doubtful"},
    {"UIDs", THREE, "3 exist: 5 7 9"},
    {"one UID in the middle", "* 3 EXISTS|* 2 FETCH (UID 7)", "3 exist: ? 7 ?"},
    {"the same UID again", THREE "* 2 FETCH (UID 7)", "3 exist: 5 7 9"},
    {"another UID", THREE "* 2 FETCH (UID 8)", "3 exist: 5 7 9 doubtful"},
    {"a UID below", "* 3 EXISTS|* 2 FETCH (UID 7)|* 3 FETCH (UID 6)", "3 exist: ? 7 ? doubtful"},
    {"a UID above", "* 3 EXISTS|* 2 FETCH (UID 7)|* 1 FETCH (UID 8)", "3 exist: ? 7 ? doubtful"},
    {"a UID twice", "* 3 EXISTS|* 2 FETCH (UID 7)|* 3 FETCH (UID 7)", "3 exist: ? 7 ? doubtful"},
    {"FETCH of nothing", "* 1 EXISTS|* 2 FETCH (UID 7)", "1 exist: ? doubtful"},
    {"flags", "* 2 EXISTS|* 2 FETCH (FLAGS (\\Seen k \\Flagged))", "2 exist: ? ?/FS+k"},
    {"flags replace flags", "* 1 EXISTS|* 1 FETCH (FLAGS (\\Seen a))|* 1 FETCH (FLAGS (b A))",
     "1 exist: ?/+a+b"},
    {"no flags", "* 1 EXISTS|* 1 FETCH (FLAGS (\\Seen))|* 1 FETCH (FLAGS ())", "1 exist: ?/"},
    {"other items change nothing", "* 1 EXISTS|* 1 FETCH (RFC822.SIZE 4)", "1 exist: ?"},
    {"MODSEQ", "* 1 EXISTS|* 1 FETCH (UID 3 MODSEQ (12))", "1 exist: 3@12"},
    {"EXPUNGE", THREE "* 2 EXPUNGE|* 2 EXPUNGE", "1 exist: 5"},
    {"EXPUNGE of the unknown", "* 3 EXISTS|* 2 FETCH (UID 7)|* 1 EXPUNGE", "2 exist: 7 ?"},
    {"EXPUNGE of nothing", THREE "* 4 EXPUNGE", "3 exist: 5 7 9 doubtful"},
    {"EXPUNGE of all", THREE "* 1 EXPUNGE|* 1 EXPUNGE|* 1 EXPUNGE|* 1 EXISTS", "1 exist: ?"},
    {"VANISHED", THREE "* VANISHED 5,9", "1 exist: 7"},
    {"VANISHED, in ranges", THREE "* VANISHED 1:7,10:4294967295", "1 exist: 9"},
    {"VANISHED EARLIER changes no number", THREE "* VANISHED (EARLIER) 1:4,7", "3 exist: 5 7 9"},
    {"VANISHED of new messages", THREE "* 5 EXISTS|* VANISHED 5,12", "3 exist: 7 9 ?"},
    {"VANISHED of new messages with flags: whose they were is not known",
     THREE "* 5 EXISTS|* 5 FETCH (FLAGS (\\Seen))|* VANISHED 12", "4 exist: 5 7 9 ?"},
    {"VANISHED of any of several", "* 3 EXISTS|* 2 FETCH (UID 7)|* VANISHED 9",
     "2 exist: 7 ? doubtful"},
    {"VANISHED of all that is unknown", "* 3 EXISTS|* 2 FETCH (UID 7)|* VANISHED 1:3,7",
     "0 exist:"},
    {"UIDFETCH of the known", THREE "* 7 UIDFETCH (FLAGS (\\Seen))", "3 exist: 5 7/S 9"},
    {"cleared", THREE "0|* 1 EXISTS", "1 exist: ?"},
    /* loose: as under UIDONLY, or while QRESYNC answers */
    {"loose: EXISTS is a count only", "<|* 9 EXISTS", "9 exist:"},
    {"loose: UIDs in any order",
     "<|* 9 EXISTS|* 7 UIDFETCH (FLAGS (\\Seen))|* 3 UIDFETCH (MODSEQ (2))|* 5 UIDFETCH (FLAGS ())|"
     "* 3 UIDFETCH (FLAGS (\\Deleted))",
     "9 exist: 3/D@2 5/ 7/S"},
    {"loose: VANISHED counts, known or not", "<|* 9 EXISTS|* 7 UIDFETCH (UID 7)|* VANISHED 6:8",
     "6 exist:"},
    {"loose: EXPUNGE has no number", "<|* 9 EXISTS|* 1 EXPUNGE", "9 exist: doubtful"},
    {"QRESYNC: what has gone, what has come",
     THREE "<|* OK [UIDVALIDITY 1] x|* 3 EXISTS|* VANISHED (EARLIER) 5:7|"
           "* 1 FETCH (UID 9 FLAGS (\\Seen))|* 3 FETCH (UID 12 FLAGS ())|>",
     "3 exist: 9/S 12/ ?"},
    {"QRESYNC: all is there",
     THREE "<|* 3 EXISTS|* VANISHED (EARLIER) 7|* 3 FETCH (UID 12 FLAGS ())|>|* 4 EXISTS",
     "4 exist: 5 9 12/ ?"},
    {"QRESYNC: more than there are", THREE "<|* 2 EXISTS|>", "2 exist: 5 7 doubtful"},
    {"QRESYNC: another UIDVALIDITY",
     "* OK [UIDVALIDITY 4] x|" THREE "<|* 2 EXISTS|* OK [UIDVALIDITY 6] x|>", "2 exist: ? ?"},
    {"QRESYNC: the same UIDVALIDITY",
     "* OK [UIDVALIDITY 4] x|" THREE "<|* 3 EXISTS|* OK [UIDVALIDITY 4] x|>", "3 exist: 5 7 9"},
    {"QRESYNC: what was unknown is forgotten", THREE "* 4 EXISTS|<|* 3 EXISTS|>", "3 exist: 5 7 9"},
};

static void test_each_response(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_buf shown;
        struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
        iw_buf_init(&shown, NULL, 1 << 20);
        take_script(view, rows[i].script);
        show(view, &shown);
        if (strcmp(iw_buf_string(&shown), rows[i].shown) != 0)
            fail_msg("%s:\nwanted %s\ngot    %s", rows[i].name, rows[i].shown,
                     iw_buf_string(&shown));
        iw_buf_release(&shown);
        iw_mailbox_view_free(view);
    }
}

static uint64_t modseq_after(const char *script)
{
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    take_script(view, script);
    uint64_t modseq = iw_mailbox_view_facts(view)->highest_modseq;
    iw_mailbox_view_free(view);
    return modseq;
}

/* RFC 7162 §6: the code wins; without one the largest MODSEQ counts; each when a command is
 * complete. */
static void test_which_modseq_counts(void **state)
{
    (void)state;
    assert_int_equal(modseq_after("* OK [HIGHESTMODSEQ 7] x"), 7);
    assert_int_equal(modseq_after("* 1 EXISTS|* 1 FETCH (MODSEQ (9))"), 0);
    assert_int_equal(modseq_after("* 1 EXISTS|* 1 FETCH (MODSEQ (9))|a OK x"), 9);
    assert_int_equal(modseq_after("* 1 EXISTS|* 1 FETCH (MODSEQ (9))|* OK [HIGHESTMODSEQ 7] x|"
                                  "a OK x"),
                     7);
    assert_int_equal(modseq_after("* 1 EXISTS|* 1 FETCH (MODSEQ (9))|a OK [HIGHESTMODSEQ 7] x|"
                                  "b OK x"),
                     7);
    assert_int_equal(modseq_after("* OK [HIGHESTMODSEQ 7] x|a OK x|* 1 EXISTS|"
                                  "* 1 FETCH (MODSEQ (6))|b OK x"),
                     7);
    assert_int_equal(modseq_after("* OK [HIGHESTMODSEQ 7] x|a OK x|* 1 EXISTS|"
                                  "* 1 FETCH (MODSEQ (8))|b OK x"),
                     8);
}

static void test_uids_as_a_set(void **state)
{
    (void)state;
    struct iw_buf out;
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    iw_buf_init(&out, NULL, 1000);
    iw_mailbox_view_write_uids(view, &out);
    assert_string_equal(iw_buf_string(&out), "");
    take_script(view, "* 7 EXISTS|* 2 FETCH (UID 4)|* 3 FETCH (UID 5)|* 5 FETCH (UID 7)|"
                      "* 7 FETCH (UID 4294967295)");
    iw_mailbox_view_write_uids(view, &out);
    assert_string_equal(iw_buf_string(&out), "4:5,7,4294967295");
    assert_int_equal(iw_mailbox_view_number(view, 7), 5);
    assert_int_equal(iw_mailbox_view_number(view, 6), 0);
    assert_int_equal(iw_mailbox_view_number(view, 0), 0);
    assert_int_equal(iw_mailbox_view_unknown(view), 3);
    iw_buf_release(&out);
    iw_mailbox_view_free(view);
}

static void test_more_keywords_than_bits(void **state)
{
    (void)state;
    char line[100];
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    take_script(view, "* 1 EXISTS");
    for (int i = 0; i < IW_VIEW_KEYWORDS; i++) {
        int length = snprintf(line, sizeof line, "* 1 FETCH (FLAGS (k%d))", i);
        take_line(view, iw_span(line, (size_t)length));
        assert_true(iw_mailbox_view_at(view, 1)->flags_known);
    }
    take_script(view, "* 1 FETCH (FLAGS (\\Seen more K63))");
    const struct iw_message *message = iw_mailbox_view_at(view, 1);
    assert_false(message->flags_known);
    assert_true(message->keywords == (uint64_t)1 << 63);
    assert_null(iw_mailbox_view_keyword(view, 64).data);
    iw_mailbox_view_free(view);
}

/* ---- what a server may claim ---- */

static void test_a_claim_costs_nothing(void **state)
{
    (void)state;
    struct iw_failing_alloc counting;
    iw_failing_alloc_init(&counting, SIZE_MAX);
    struct iw_mailbox_view *view = iw_mailbox_view_new(&counting.alloc, 1000);
    size_t empty = counting.held;
    take_script(view, "* 4294967295 EXISTS|* 4294967295 FETCH (UID 4294967295)|"
                      "* 2000000000 FETCH (UID 2000000000)|* 1 FETCH (UID 1)");
    assert_false(iw_mailbox_view_is_doubtful(view));
    assert_true(counting.held - empty < 20000);
    assert_int_equal(iw_mailbox_view_number(view, 2000000000), 2000000000);
    take_script(view, "* 1 EXPUNGE|* VANISHED 2000000000");
    assert_int_equal(iw_mailbox_view_number(view, 4294967295), 4294967293);
    assert_int_equal(iw_mailbox_view_count(view), 4294967293);
    char line[100];
    enum iw_result result = IW_OK;
    for (unsigned i = 0; i < 100 && result == IW_OK; i++) {
        int length = snprintf(line, sizeof line, "* %u FETCH (FLAGS ())", i * 1000 + 2);
        result = take_line(view, iw_span(line, (size_t)length));
    }
    assert_int_equal(result, IW_LIMIT);
    assert_true(iw_mailbox_view_is_doubtful(view));
    assert_true(counting.held - empty < 1000 * 100);
    take_script(view, "* VANISHED 2:4294967295");
    assert_int_equal(iw_mailbox_view_count(view), 0);
    iw_mailbox_view_free(view);
    assert_int_equal(counting.blocks, 0);
}

/* ---- storms against a model ---- */

enum style { BY_NUMBER, BY_VANISHED, BY_UID };

struct model {
    struct iw_mailbox_view *view;
    struct iw_random random;
    enum style style;
    struct iw_message messages[MODEL_MAX];
    size_t count;
    size_t told; /* BY_VANISHED: only the UIDs of the first so many are known */
    uint32_t uid_last;
    uint64_t modseq_last;
    bool starved;
};

static void say(struct model *model, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct model *model, const char *format, ...)
{
    char line[LINE_MAX_OCTETS];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    enum iw_result result = take_line(model->view, iw_span(line, (size_t)length));
    if (result != IW_OK && !model->starved)
        fail_msg("not taken: %s", line);
}

static void arrive(struct model *model)
{
    size_t count = 1 + iw_random_below(&model->random, 40);
    for (; count > 0 && model->count < MODEL_MAX; count--) {
        model->uid_last += 1 + (uint32_t)iw_random_below(&model->random, 3);
        model->messages[model->count++] =
            (struct iw_message){.uid = model->uid_last, .modseq = ++model->modseq_last};
    }
    say(model, "* %zu EXISTS", model->count);
}

static void tell(struct model *model, size_t i)
{
    struct iw_message *message = &model->messages[i];
    bool uid = iw_random_below(&model->random, 2) == 0 || model->style != BY_NUMBER;
    const char *flags = (message->flags & IW_FLAG_SEEN) != 0 ? "\\Seen" : "";
    if (model->style == BY_UID)
        say(model, "* %u UIDFETCH (FLAGS (%s) MODSEQ (%llu))", message->uid, flags,
            (unsigned long long)message->modseq);
    else if (uid)
        say(model, "* %zu FETCH (UID %u FLAGS (%s) MODSEQ (%llu))", i + 1, message->uid, flags,
            (unsigned long long)message->modseq);
    else
        say(model, "* %zu FETCH (FLAGS (%s) MODSEQ (%llu))", i + 1, flags,
            (unsigned long long)message->modseq);
}

/* The client has asked for everything from some message on. */
static void fetch(struct model *model)
{
    bool all = model->style == BY_VANISHED;
    size_t begin = all ? model->told : iw_random_below(&model->random, model->count);
    for (size_t i = begin; i < model->count; i++)
        if (all || iw_random_below(&model->random, 3) > 0)
            tell(model, i);
    model->told = model->count;
}

static void flag(struct model *model)
{
    size_t among = model->style == BY_VANISHED ? model->told : model->count;
    if (among == 0)
        return;
    size_t i = iw_random_below(&model->random, among);
    model->messages[i].flags ^= IW_FLAG_SEEN;
    model->messages[i].modseq = ++model->modseq_last;
    tell(model, i);
}

static void expunge(struct model *model)
{
    size_t first = iw_random_below(&model->random, model->count);
    size_t count = 1 + iw_random_below(&model->random, 30);
    count = count > model->count - first ? model->count - first : count;
    uint32_t low = model->messages[first].uid, high = model->messages[first + count - 1].uid;
    if (model->style != BY_NUMBER && high - low + 1 == count)
        say(model, "* VANISHED %u:%u", high, low);
    else
        for (size_t i = 0; i < count; i++)
            if (model->style == BY_NUMBER)
                say(model, "* %zu EXPUNGE", first + 1);
            else
                say(model, "* VANISHED %u", model->messages[first + i].uid);
    for (size_t i = 0; i < count && first < model->told; i++)
        model->told--;
    model->count -= count;
    memmove(&model->messages[first], &model->messages[first + count],
            (model->count - first) * sizeof *model->messages);
}

static void check_message(const struct model *model, const struct iw_message *known,
                          const struct iw_message *real)
{
    bool right = (known->uid == 0 || known->uid == real->uid) &&
                 (!known->flags_known || known->flags == real->flags) &&
                 (known->modseq == 0 || known->modseq == real->modseq);
    if (!right)
        fail_msg("style %d: %u@%llu is %u@%llu", (int)model->style, real->uid,
                 (unsigned long long)real->modseq, known->uid, (unsigned long long)known->modseq);
}

static void check(const struct model *model)
{
    const struct iw_mailbox_view *view = model->view;
    uint32_t count = iw_mailbox_view_count(view), known = 0;
    assert_int_equal(iw_mailbox_view_facts(view)->exists, model->count);
    for (size_t i = 0; i < model->count; i++) {
        uint32_t number = iw_mailbox_view_number(view, model->messages[i].uid);
        if (model->style != BY_UID)
            check_message(model, iw_mailbox_view_at(view, (uint32_t)i + 1), &model->messages[i]);
        else if (number != 0)
            check_message(model, iw_mailbox_view_at(view, number), &model->messages[i]);
        if (number != 0 && model->style != BY_UID)
            assert_int_equal(number, i + 1);
        known += number != 0;
    }
    assert_int_equal(iw_mailbox_view_unknown(view), model->count - known);
    assert_int_equal(count, model->style == BY_UID ? known : model->count);
}

static void storm(struct model *model, size_t steps)
{
    for (size_t step = 0; step < steps; step++) {
        uint64_t what = iw_random_below(&model->random, 100);
        if (model->count == 0 || what < 10)
            arrive(model);
        else if (what < 15)
            fetch(model);
        else if (what < 70)
            flag(model);
        else
            expunge(model);
        if (iw_mailbox_view_is_doubtful(model->view) && model->starved)
            return;
        assert_false(iw_mailbox_view_is_doubtful(model->view));
        if (step % 50 == 0)
            check(model);
    }
    check(model);
}

static struct model model; /* too large for the stack */

static void begin(enum style style, uint64_t seed, const struct iw_alloc *alloc)
{
    memset(&model, 0, sizeof model);
    model.style = style;
    iw_random_seed(&model.random, seed);
    model.view = iw_mailbox_view_new(alloc, ROOM);
    if (model.view != NULL && style == BY_UID)
        iw_mailbox_view_loosen(model.view);
}

static void test_storms(void **state)
{
    (void)state;
    for (enum style style = BY_NUMBER; style <= BY_UID; style++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            begin(style, seed, NULL);
            storm(&model, STEPS);
            iw_mailbox_view_free(model.view);
        }
}

/* Without memory a view is doubtful, or right. */
static void test_storms_without_memory(void **state)
{
    (void)state;
    for (enum style style = BY_NUMBER; style <= BY_UID; style++) {
        bool failed = true;
        for (size_t fail_at = 0; failed; fail_at++) {
            struct iw_failing_alloc failing;
            iw_failing_alloc_init(&failing, fail_at);
            begin(style, 7, &failing.alloc);
            model.starved = true;
            if (model.view != NULL)
                storm(&model, 300);
            failed = failing.failed;
            iw_mailbox_view_free(model.view);
            assert_int_equal(failing.blocks, 0);
        }
    }
}

/* So that each is inserted before all others, or among them, and pages have to be divided. */
static void test_uids_that_descend(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    char line[100];
    iw_mailbox_view_loosen(view);
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t uid = i % 2 == 0 ? 2 * COUNT - i : i;
        int length = snprintf(line, sizeof line, "* %u UIDFETCH (MODSEQ (%u))", uid, uid + 1);
        assert_int_equal(take_line(view, iw_span(line, (size_t)length)), IW_OK);
    }
    assert_int_equal(iw_mailbox_view_count(view), COUNT);
    for (uint32_t number = 1; number <= COUNT; number++) {
        const struct iw_message *message = iw_mailbox_view_at(view, number);
        uint32_t uid = number <= COUNT / 2 ? 2 * number - 1 : 2 * number;
        assert_int_equal(message->uid, uid);
        assert_int_equal(message->modseq, uid + 1);
        assert_int_equal(iw_mailbox_view_number(view, uid), number);
    }
    iw_mailbox_view_free(view);
}

/* Far apart, so that nothing of one lies beside the other. */
static void test_a_uid_twice_and_far_apart(void **state)
{
    (void)state;
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    take_script(view, "* 9000 EXISTS|* 4000 FETCH (UID 5000)|* 8000 FETCH (UID 5000)");
    assert_true(iw_mailbox_view_is_doubtful(view));
    assert_int_equal(iw_mailbox_view_at(view, 8000)->uid, 0);
    iw_mailbox_view_clear(view);
    take_script(view, "* 9000 EXISTS|* 4000 FETCH (UID 5000)|* 10 FETCH (UID 5000)");
    assert_true(iw_mailbox_view_is_doubtful(view));
    iw_mailbox_view_free(view);
}

/* A mailbox that is emptied from its front, message by message. */
static void test_a_large_mailbox_shrinks(void **state)
{
    (void)state;
    enum { LARGE = 50000 };
    struct iw_mailbox_view *view = iw_mailbox_view_new(NULL, ROOM);
    struct iw_message message = {.flags_known = true};
    iw_mailbox_view_loosen(view);
    for (uint32_t uid = 1; uid <= LARGE; uid++) {
        message.uid = uid;
        assert_true(iw_mailbox_view_add(view, &message));
    }
    assert_false(iw_mailbox_view_add(view, &message));
    take_script(view, "* 50000 EXISTS|>");
    struct iw_response expunge_first = {.kind = IW_RESPONSE_EXPUNGE, .number = 1};
    for (uint32_t uid = 1; uid <= LARGE; uid++) {
        assert_int_equal(iw_mailbox_view_number(view, LARGE), LARGE - uid + 1);
        assert_int_equal(iw_mailbox_view_take(view, &expunge_first, NULL), IW_OK);
    }
    assert_int_equal(iw_mailbox_view_count(view), 0);
    iw_mailbox_view_free(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_response),
        cmocka_unit_test(test_which_modseq_counts),
        cmocka_unit_test(test_uids_as_a_set),
        cmocka_unit_test(test_more_keywords_than_bits),
        cmocka_unit_test(test_a_claim_costs_nothing),
        cmocka_unit_test(test_storms),
        cmocka_unit_test(test_storms_without_memory),
        cmocka_unit_test(test_uids_that_descend),
        cmocka_unit_test(test_a_uid_twice_and_far_apart),
        cmocka_unit_test(test_a_large_mailbox_shrinks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
