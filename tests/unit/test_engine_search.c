/* SPDX-License-Identifier: MIT */
/* What the engine's dialogues cannot show of SEARCH, SORT and THREAD: windows at their bounds, long
 * searches and chains of answers, and that no failed allocation hurts. */
#include "mockserver/engine/session.h"
#include "tests/lib/failing_alloc.h"
#include "tests/lib/one_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { CAP = 16 << 20, CHAIN = 20000 };

static const struct {
    struct iw_window window;
    size_t count, begin, end;
} windows[] = {
    {{1, 1}, 0, 0, 0},
    {{1, 1}, 1, 0, 1},
    {{1, 2}, 1, 0, 1},
    {{2, 1}, 3, 0, 2},
    {{2, 3}, 3, 1, 3},
    {{3, 3}, 2, 2, 2},
    {{4, 9}, 2, 2, 2},
    {{-1, -1}, 0, 0, 0},
    {{-1, -1}, 3, 2, 3},
    {{-1, -3}, 3, 0, 3},
    {{-3, -1}, 3, 0, 3},
    {{-2, -9}, 3, 0, 2},
    {{-4, -4}, 3, 0, 0},
    {{-9, -4}, 3, 0, 0},
    {{-3, -3}, 3, 0, 1},
    {{1, UINT32_MAX}, 3, 0, 3},
    {{-(int64_t)UINT32_MAX, -1}, 3, 0, 3},
};

static void a_window_shows_what_is_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        size_t begin, end;
        iw_window_places(&windows[i].window, windows[i].count, &begin, &end);
        if (end - begin != windows[i].end - windows[i].begin ||
            (begin < end && begin != windows[i].begin))
            fail_msg("row %zu: %zu to %zu", i, begin, end);
    }
}

/* ---- a world, and commands in it ---- */

struct world {
    struct iw_engine engine;
    struct iw_engine_session session;
    struct iw_mailbox *inbox;
    struct iw_arena arena;
    struct iw_buf out;
};

/* With INBOX open, so far as memory allows. */
static void begin(struct world *world, const struct iw_alloc *alloc)
{
    const struct iw_engine_options options = {.store = {.alloc = alloc}};
    *world = (struct world){0};
    iw_engine_init(&world->engine, &options);
    struct iw_user *user =
        iw_store_add_user(&world->engine.store, IW_SPAN("user"), IW_SPAN("secret"));
    iw_engine_session_init(&world->session, &world->engine, true);
    iw_arena_init(&world->arena, NULL, CAP);
    iw_buf_init(&world->out, NULL, CAP);
    if (user == NULL)
        return;
    world->inbox = iw_store_find(&world->engine.store, user, IW_SPAN("INBOX"));
    iw_engine_session_log_in(&world->session, user);
}

static void end(struct world *world)
{
    iw_engine_session_release(&world->session);
    iw_engine_release(&world->engine);
    iw_arena_release(&world->arena);
    iw_buf_release(&world->out);
}

static void add(struct world *world, const char *message)
{
    struct iw_content *content = iw_store_content(&world->engine.store, iw_span_of(message));
    if (content == NULL)
        return;
    const struct iw_delivery delivery = {.content = content, .date = {2024, 1, 1, 0, 0, 0, 0}};
    iw_mailbox_add(world->inbox, &delivery);
    iw_store_drop(&world->engine.store, content);
}

/* between: what happens between two pieces of an answer; NULL: nothing. */
static void say_slowly(struct world *world, const char *line, void (*between)(struct world *world))
{
    struct iw_one_frame one;
    struct iw_command command;
    struct iw_error error = {0};
    assert_true(iw_one_frame_open(&one, IW_FRAME_COMMANDS, iw_span_of(line), true));
    iw_arena_reset(&world->arena);
    assert_int_equal(
        iw_parse_command(&one.frame, &world->arena, &iw_limits_default, NULL, &command, &error),
        IW_OK);
    iw_engine_session_answer(&world->session, &command, &world->out);
    while (iw_engine_session_is_busy(&world->session)) {
        if (between != NULL)
            between(world);
        iw_engine_session_go_on(&world->session, &world->out);
    }
    iw_one_frame_close(&one);
}

static void say(struct world *world, const char *line)
{
    say_slowly(world, line, NULL);
}

/* ---- memory ---- */

static void search_in_every_way(const struct iw_alloc *alloc)
{
    static const char *const lines[] = {
        "a SELECT INBOX\r\n",
        "b SORT (SUBJECT DATE REVERSE DISPLAYFROM) UTF-8 ALL\r\n",
        "c THREAD REFERENCES UTF-8 ALL\r\n",
        "d THREAD ORDEREDSUBJECT UTF-8 ALL\r\n",
        "e THREAD REFS UTF-8 TEXT x\r\n",
        "f UID SORT RETURN (UPDATE ALL SAVE) (SUBJECT) UTF-8 UNSEEN\r\n",
        "g SEARCH RETURN (UPDATE PARTIAL -1:-2 RELEVANCY) FUZZY SUBJECT \"b c\"\r\n",
        "h STORE 2 +FLAGS.SILENT (\\Seen)\r\n",
        "i STORE 2 -FLAGS.SILENT (\\Seen)\r\n",
        "j ESEARCH IN (personal) RETURN (ALL COUNT) ALL\r\n",
        "k UID FETCH 1:* (UID) (PARTIAL -1:-2)\r\n",
        "l CANCELUPDATE \"f\"\r\n",
    };
    struct world world;
    begin(&world, alloc);
    if (world.inbox != NULL) {
        add(&world, "Message-ID: <a@x>\r\nSubject: b\r\nFrom: c <d@e>\r\n\r\nx");
        add(&world, "References: <z@x> <a@x>\r\nSubject: Re: c\r\n\r\nx");
        add(&world, "Message-ID: <c@x>\r\nSubject: b\r\n\r\nx");
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
            say(&world, lines[i]);
    }
    end(&world);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0;; i++) {
        struct iw_failing_alloc failing;
        iw_failing_alloc_init(&failing, i);
        search_in_every_way(&failing.alloc);
        assert_int_equal(failing.blocks, 0);
        if (!failing.failed)
            break;
    }
}

/* ---- long searches ---- */

enum { MANY = 11000 };

static bool is_second(void *context, const struct iw_message *message)
{
    (void)context;
    return message->uid == 2;
}

/* Time passes, and a message goes that has been found already. */
static void let_time_pass(struct world *world)
{
    world->engine.now += 10;
    iw_mailbox_remove(world->inbox, is_second, NULL);
}

static void check_progress(const char *command, const char *answer)
{
    struct world world;
    begin(&world, NULL);
    for (int i = 0; i < MANY; i++)
        add(&world, i < 2 || i == MANY - 1 ? "Subject: b\r\n\r\nx" : "Subject: c\r\n\r\nx");
    say(&world, "a SELECT INBOX\r\n");
    iw_buf_clear(&world.out);
    say_slowly(&world, command, let_time_pass);
    assert_string_equal(iw_buf_string(&world.out), answer);
    end(&world);
}

static void a_long_search_says_how_far_it_is(void **state)
{
    (void)state;
    check_progress("b SEARCH SUBJECT b\r\n",
                   "* OK [INPROGRESS (\"b\" 10000 11000)] there is more to do\r\n"
                   "* SEARCH 1 11000\r\nb OK searched\r\n");
    check_progress("b] UID SORT RETURN (ALL) (REVERSE ARRIVAL) UTF-8 SUBJECT b\r\n",
                   "* OK [INPROGRESS (NIL 10000 11000)] there is more to do\r\n"
                   "* ESEARCH (TAG \"b]\") UID ALL 1,11000\r\n"
                   "* 2 EXPUNGE\r\nb] OK searched\r\n");
}

/* ---- long chains ---- */

/* Each answers the one before it: step 1; or they come the other way round: step -1. */
static void check_chain(int step)
{
    struct world world;
    char message[200], expected[32];
    begin(&world, NULL);
    for (int i = 0; i < CHAIN; i++) {
        int id = step > 0 ? i : CHAIN - 1 - i;
        snprintf(message, sizeof message, "Message-ID: <%d@x>\r\nReferences: <%d@x>\r\n\r\nx", id,
                 id - 1);
        add(&world, message);
    }
    say(&world, "a SELECT INBOX\r\n");
    iw_buf_clear(&world.out);
    say(&world, "b THREAD REFERENCES UTF-8 ALL\r\n");
    snprintf(expected, sizeof expected, "* THREAD (%d %d ", step > 0 ? 1 : CHAIN,
             step > 0 ? 2 : CHAIN - 1);
    const char *answer = iw_buf_string(&world.out);
    assert_int_equal(strncmp(answer, expected, strlen(expected)), 0);
    assert_int_equal(strcspn(answer + strlen(expected), "()"),
                     strlen(answer) - strlen(expected) - strlen(")\r\nb OK searched\r\n"));
    end(&world);
}

static void a_chain_may_be_long(void **state)
{
    (void)state;
    check_chain(1);
    check_chain(-1);
}

/* ---- contrived references ---- */

enum {
    CONTRIVED = 40000,
    CONTRIVED_SECONDS = 1, /* of the processor; steps that grow with the square take more */
    IDS_MAX = 12 * CONTRIVED
};

/* A chain of ids, "<0@x> <1@x> …". */
static void write_ids(struct iw_buf *out, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++)
        iw_buf_addf(out, " <%u@x>", i);
}

/* One message below a long chain of ids that nobody has, then many more there. */
static void hang_below_dummies(struct iw_buf *message, unsigned i)
{
    iw_buf_add_string(message, "References:");
    write_ids(message, i == 0 ? 0 : CONTRIVED - 1, i == 0 ? CONTRIVED : 1);
}

/* A long chain; then pairs that are linked below its end. */
static void hang_below_the_end(struct iw_buf *message, unsigned i)
{
    iw_buf_add_string(message, "References:");
    if (i == 0)
        write_ids(message, 0, CONTRIVED);
    else if (i % 2 == 1)
        iw_buf_addf(message, " <p%u@x> <q%u@x>", i, i);
    else
        iw_buf_addf(message, " <%u@x> <p%u@x>", CONTRIVED - 1, i - 1);
}

/* All below one message, from where they go one by one, since they know better. */
static void change_parents(struct iw_buf *message, unsigned i)
{
    if (i < CONTRIVED / 2)
        iw_buf_addf(message, "References: <0@x> <m%u@x>", CONTRIVED - 1 - i);
    else
        iw_buf_addf(message, "Message-ID: <m%u@x>\r\nReferences: <other@x>", i);
}

/* The end of a long chain is again and again to stand above its beginning. */
static void make_loops(struct iw_buf *message, unsigned i)
{
    iw_buf_add_string(message, "References:");
    if (i == 0)
        write_ids(message, 0, CONTRIVED);
    else
        iw_buf_addf(message, " <%u@x> <0@x>", CONTRIVED - 1);
}

static void contrived_references_cost_no_more_than_others(void **state)
{
    static void (*const make[])(struct iw_buf * message, unsigned i) = {
        hang_below_dummies, hang_below_the_end, change_parents, make_loops};
    struct iw_buf message;
    (void)state;
    iw_buf_init(&message, NULL, IDS_MAX);
    for (size_t i = 0; i < sizeof make / sizeof *make; i++) {
        struct world world;
        begin(&world, NULL);
        for (unsigned j = 0; j < CONTRIVED; j++) {
            iw_buf_clear(&message);
            make[i](&message, j);
            iw_buf_add_string(&message, "\r\n\r\nx");
            add(&world, iw_buf_string(&message));
        }
        say(&world, "a SELECT INBOX\r\n");
        iw_buf_clear(&world.out);
        const clock_t begun = clock();
        say(&world, "b UID THREAD REFS UTF-8 ALL\r\n");
        assert_true((clock() - begun) / CLOCKS_PER_SEC < CONTRIVED_SECONDS);
        assert_non_null(strstr(iw_buf_string(&world.out), "b OK searched"));
        end(&world);
    }
    iw_buf_release(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_shows_what_is_there),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(a_long_search_says_how_far_it_is),
        cmocka_unit_test(a_chain_may_be_long),
        cmocka_unit_test(contrived_references_cost_no_more_than_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
