/* SPDX-License-Identifier: MIT */
/* The engine's store: its order, its bounds, and that no failed allocation hurts it; and that an
 * answer about a large mailbox comes in pieces. */
#include "mockserver/engine/session.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 100000, SUBSCRIPTIONS = 5000, PIECE_MAX = 40 << 10 };

static struct iw_span numbered(char text[32], const char *prefix, unsigned number)
{
    int length = snprintf(text, 32, "%s%u", prefix, number);
    return iw_span(text, (size_t)length);
}

static bool add(struct iw_mailbox *mailbox, struct iw_span octets)
{
    struct iw_content *content = iw_store_content(mailbox->store, octets);
    if (content == NULL)
        return false;
    const struct iw_delivery delivery = {.content = content, .date = {2024, 1, 1, 0, 0, 0, 0}};
    bool added = iw_mailbox_add(mailbox, &delivery) != NULL;
    iw_store_drop(mailbox->store, content);
    return added;
}

/* What is below a mailbox stands right behind it, whatever else its name begins with. */
static void mailboxes_stand_in_the_order_of_the_tree(void **state)
{
    static const char *const made[] = {"b", "a-b", "a/b/c", "a.b", "a b", "INBOX/x"};
    static const char *const order[] = {"INBOX", "INBOX/x", "a",   "a/b", "a/b/c",
                                        "a b",   "a-b",     "a.b", "b"};
    struct iw_store store;
    size_t begin, end;
    (void)state;
    iw_store_init(&store, &(struct iw_store_options){0});
    struct iw_user *first = iw_store_add_user(&store, IW_SPAN("first"), IW_SPAN(""));
    struct iw_user *second = iw_store_add_user(&store, IW_SPAN("second"), IW_SPAN(""));
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        assert_non_null(iw_store_create(&store, first, iw_span_of(made[i])));
    iw_store_range(&store, first, &begin, &end);
    assert_int_equal(end - begin, sizeof order / sizeof *order);
    for (size_t i = begin; i < end; i++)
        assert_true(iw_span_equal(store.mailboxes[i]->name, iw_span_of(order[i - begin])));
    assert_true(iw_store_has_children(&store, begin));
    assert_false(iw_store_has_children(&store, begin + 1));
    assert_non_null(iw_store_find(&store, second, IW_SPAN("inbox")));
    assert_null(iw_store_find(&store, second, IW_SPAN("a")));
    iw_store_release(&store);
}

static void no_name_becomes_too_long(void **state)
{
    struct iw_store store;
    char name[IW_MAILBOX_NAME_MAX];
    (void)state;
    memset(name, 'x', sizeof name);
    iw_store_init(&store, &(struct iw_store_options){0});
    struct iw_user *user = iw_store_add_user(&store, IW_SPAN("user"), IW_SPAN(""));
    iw_store_create(&store, user, IW_SPAN("a/b"));
    struct iw_mailbox *mailbox = iw_store_find(&store, user, IW_SPAN("a"));
    assert_false(iw_store_rename(&store, mailbox, iw_span(name, sizeof name - 1)));
    assert_non_null(iw_store_find(&store, user, IW_SPAN("a/b")));
    assert_true(iw_store_rename(&store, mailbox, iw_span(name, sizeof name - 2)));
    assert_null(iw_store_find(&store, user, IW_SPAN("a/b")));
    iw_store_release(&store);
}

static void past_its_bound_everything_fails_and_nothing_changes(void **state)
{
    static const char octets[4000] = {0}; /* so few that no array grows */
    struct iw_store store;
    size_t count = 0;
    (void)state;
    iw_store_init(&store, &(struct iw_store_options){.octets_max = 20000});
    struct iw_user *user = iw_store_add_user(&store, IW_SPAN("user"), IW_SPAN(""));
    struct iw_mailbox *inbox = iw_store_find(&store, user, IW_SPAN("INBOX"));
    while (count < 100 && add(inbox, iw_span(octets, sizeof octets)))
        count++;
    assert_in_range(count, 3, 4);
    assert_int_equal(inbox->count, count);
    assert_int_equal(inbox->uidnext, count + 1);
    assert_in_range(store.held, 1, 20000);
    iw_store_release(&store);
}

static bool is_odd(void *context, const struct iw_message *message)
{
    (void)context;
    return message->uid % 2 == 1;
}

/* A life of a store in which every allocation fails in its turn: no crash, no leak. */
static void live(const struct iw_alloc *alloc)
{
    struct iw_store store;
    char text[32];
    iw_store_init(&store, &(struct iw_store_options){.alloc = alloc});
    struct iw_user *user = iw_store_add_user(&store, IW_SPAN("user"), IW_SPAN("secret"));
    struct iw_mailbox *mailbox =
        user == NULL ? NULL : iw_store_create(&store, user, IW_SPAN("a/b/c"));
    for (unsigned i = 0; mailbox != NULL && i < 20; i++) {
        add(mailbox, numbered(text, "Subject: ", i));
        iw_mailbox_flag(mailbox, numbered(text, "kw", i), true);
        iw_store_subscribe(&store, user, numbered(text, "m", i));
    }
    if (mailbox != NULL) {
        iw_mailbox_remove(mailbox, is_odd, NULL);
        iw_mailbox_enter(mailbox);
        iw_store_rename(&store, iw_store_find(&store, user, IW_SPAN("a")), IW_SPAN("z/y"));
        iw_store_delete(&store, mailbox);
        iw_mailbox_leave(mailbox);
    }
    iw_store_release(&store);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0;; i++) {
        struct iw_failing_alloc failing;
        iw_failing_alloc_init(&failing, i);
        live(&failing.alloc);
        assert_int_equal(failing.blocks, 0);
        if (!failing.failed)
            break;
    }
}

/* ---- a large mailbox ---- */

struct large {
    struct iw_engine engine;
    struct iw_engine_session session;
    struct iw_arena arena;
    struct iw_buf out;
    size_t largest, total; /* octets of the answer's pieces */
};

/* Takes the answer piece by piece. */
static void say(struct large *large, const char *said)
{
    struct iw_framer framer;
    struct iw_frame frame;
    struct iw_command command;
    struct iw_error error = {0};
    iw_arena_reset(&large->arena);
    iw_framer_init(&framer, IW_FRAME_COMMANDS, &iw_limits_default, NULL);
    iw_framer_feed(&framer, iw_span_of(said));
    assert_int_equal(iw_framer_next(&framer, &frame, &error), IW_OK);
    assert_int_equal(
        iw_parse_command(&frame, &large->arena, &iw_limits_default, NULL, &command, &error), IW_OK);
    large->largest = large->total = 0;
    iw_buf_clear(&large->out);
    iw_engine_session_answer(&large->session, &command, &large->out);
    for (;;) {
        large->total += large->out.length;
        if (large->out.length > large->largest)
            large->largest = large->out.length;
        if (!iw_engine_session_is_busy(&large->session))
            break;
        iw_buf_clear(&large->out);
        iw_engine_session_go_on(&large->session, &large->out);
    }
    iw_framer_release(&framer);
}

static void an_answer_about_many_messages_comes_in_pieces(void **state)
{
    struct large large = {0};
    char name[32];
    (void)state;
    iw_engine_init(&large.engine, &(struct iw_engine_options){0});
    struct iw_user *user =
        iw_store_add_user(&large.engine.store, IW_SPAN("user"), IW_SPAN("secret"));
    struct iw_mailbox *inbox = iw_store_find(&large.engine.store, user, IW_SPAN("INBOX"));
    for (size_t i = 0; i < MANY; i++)
        assert_true(add(inbox, IW_SPAN("Subject: x\r\n\r\ny")));
    iw_engine_session_init(&large.session, &large.engine, true);
    iw_arena_init(&large.arena, NULL, 1 << 20);
    iw_buf_init(&large.out, NULL, 64 << 20);
    say(&large, "a LOGIN user secret\r\n");
    say(&large, "b SELECT INBOX\r\n");
    say(&large, "c FETCH 1:* (UID FLAGS BODY.PEEK[])\r\n");
    assert_in_range(large.total, MANY * 40, MANY * 80);
    assert_in_range(large.largest, 1, PIECE_MAX);
    say(&large, "d STORE 1:* +FLAGS (\\Seen)\r\n");
    assert_in_range(large.total, MANY * 20, MANY * 80);
    assert_in_range(large.largest, 1, PIECE_MAX);
    say(&large, "e UID SEARCH SEEN\r\n");
    assert_in_range(large.total, MANY * 5, MANY * 7);
    say(&large, "f UID STORE 2:99999 +FLAGS.SILENT (\\Deleted)\r\n");
    say(&large, "g UID EXPUNGE 1:50000\r\n");
    assert_int_equal(inbox->count, MANY - 49999);
    assert_int_equal(inbox->messages[1].uid, 50001);
    say(&large, "h ENABLE QRESYNC\r\n");
    say(&large, "i SELECT INBOX (QRESYNC (1700000001 1))\r\n");
    assert_in_range(large.total, 50000 * 40, 50000 * 80);
    assert_in_range(large.largest, 1, PIECE_MAX);
    for (unsigned i = 0; i < SUBSCRIPTIONS; i++)
        assert_true(iw_store_subscribe(&large.engine.store, user, numbered(name, "name", i)));
    say(&large, "j LSUB \"\" *\r\n");
    assert_in_range(large.total, SUBSCRIPTIONS * 20, SUBSCRIPTIONS * 30);
    assert_in_range(large.largest, 1, PIECE_MAX);
    iw_buf_release(&large.out);
    iw_arena_release(&large.arena);
    iw_engine_session_release(&large.session);
    iw_engine_release(&large.engine);
}

/* RFC 5465 §5.8 */
static void who_is_too_far_behind_hears_of_it_and_then_of_nothing(void **state)
{
    struct large large = {0};
    char name[32];
    (void)state;
    iw_engine_init(&large.engine, &(struct iw_engine_options){0});
    struct iw_store *store = &large.engine.store;
    struct iw_user *user = iw_store_add_user(store, IW_SPAN("user"), IW_SPAN("secret"));
    iw_engine_session_init(&large.session, &large.engine, true);
    iw_arena_init(&large.arena, NULL, 1 << 20);
    iw_buf_init(&large.out, NULL, 1 << 20);
    say(&large, "a LOGIN user secret\r\n");
    say(&large, "b NOTIFY SET (personal (MailboxName))\r\n");
    for (unsigned i = 0; i < IW_CHANGES_MAX; i++)
        assert_non_null(iw_store_create(store, user, numbered(name, "a", i)));
    iw_buf_clear(&large.out);
    assert_true(iw_engine_session_has_news(&large.session));
    iw_engine_session_tell(&large.session, &large.out);
    assert_true(iw_span_starts(iw_buf_span(&large.out), IW_SPAN("* LIST (")));
    for (unsigned i = 0; i <= IW_CHANGES_MAX; i++)
        assert_non_null(iw_store_create(store, user, numbered(name, "b", i)));
    iw_buf_clear(&large.out);
    iw_engine_session_tell(&large.session, &large.out);
    assert_true(iw_span_equal(iw_buf_span(&large.out),
                              IW_SPAN("* OK [NOTIFICATIONOVERFLOW] too much has happened\r\n")));
    iw_store_create(store, user, IW_SPAN("c"));
    assert_false(iw_engine_session_has_news(&large.session));
    iw_buf_release(&large.out);
    iw_arena_release(&large.arena);
    iw_engine_session_release(&large.session);
    iw_engine_release(&large.engine);
}

/* Changes of flags, first of every other message; so many of so many. */
static void check_flags(unsigned changes)
{
    static const struct iw_view_style style = {.no_recent = true};
    struct iw_store store;
    struct iw_view view;
    struct iw_buf out, expected;
    iw_store_init(&store, &(struct iw_store_options){0});
    struct iw_user *user = iw_store_add_user(&store, IW_SPAN("user"), IW_SPAN(""));
    struct iw_mailbox *mailbox = iw_store_find(&store, user, IW_SPAN("INBOX"));
    iw_buf_init(&out, NULL, 1 << 20);
    iw_buf_init(&expected, NULL, 1 << 20);
    for (unsigned i = 0; i < changes + 2; i++)
        assert_true(add(mailbox, IW_SPAN("x")));
    assert_true(iw_view_open(&view, mailbox, false, IW_RIGHTS_ALL));
    for (unsigned i = 2; i <= changes; i += 2)
        iw_mailbox_set_flags(mailbox, &mailbox->messages[i], IW_FLAG_SEEN);
    for (unsigned i = 1; i <= changes; i += 2)
        iw_mailbox_set_flags(mailbox, &mailbox->messages[i], IW_FLAG_SEEN);
    for (unsigned i = 1; i <= changes; i++)
        iw_buf_addf(&expected, "* %u FETCH (FLAGS (\\Seen))\r\n", i + 1);
    iw_view_tell(&view, &style, &out);
    assert_string_equal(iw_buf_string(&out), iw_buf_string(&expected));
    iw_buf_clear(&out);
    iw_mailbox_set_flags(mailbox, &mailbox->messages[1], 0);
    iw_mailbox_set_flags(mailbox, &mailbox->messages[1], IW_FLAG_DRAFT);
    iw_view_tell(&view, &style, &out);
    assert_string_equal(iw_buf_string(&out), "* 2 FETCH (FLAGS (\\Draft))\r\n");
    iw_view_close(&view);
    iw_buf_release(&out);
    iw_buf_release(&expected);
    iw_store_release(&store);
}

static void few_changes_and_many_are_told_in_order(void **state)
{
    static const unsigned changes[] = {1,
                                       2,
                                       IW_FLAG_CHANGES_MAX - 1,
                                       IW_FLAG_CHANGES_MAX,
                                       IW_FLAG_CHANGES_MAX + 1,
                                       3 * IW_FLAG_CHANGES_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        check_flags(changes[i]);
}

static size_t place_by_looking(const struct iw_mailbox *mailbox, uint32_t uid)
{
    size_t at = 0;
    while (at < mailbox->count && mailbox->messages[at].uid < uid)
        at++;
    return at;
}

static void a_message_is_found_by_its_uid_whatever_has_been_removed(void **state)
{
    static const struct {
        uint32_t uids[8];
        size_t count;
    } rows[] = {
        {{0}, 0},
        {{1}, 1},
        {{9}, 1},
        {{UINT32_MAX}, 1},
        {{1, 2, 3, 4, 5, 6, 7, 8}, 8},
        {{4, 5, 6}, 3},
        {{1, 3, 5, 7, 9, 11, 13, 15}, 8},
        {{1, 2, 3, 4, 97, 98, 99, 100}, 8},
        {{1, 50, 51, 52, 53, 54, 55, 100}, 8},
        {{1, UINT32_MAX - 1, UINT32_MAX}, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct iw_message messages[8];
        const struct iw_mailbox mailbox = {.messages = messages, .count = rows[i].count};
        for (size_t at = 0; at < rows[i].count; at++)
            messages[at] = (struct iw_message){.uid = rows[i].uids[at]};
        for (uint32_t uid = 0; uid <= 102; uid++) {
            assert_int_equal(iw_mailbox_place(&mailbox, uid), place_by_looking(&mailbox, uid));
            assert_int_equal(iw_mailbox_place(&mailbox, UINT32_MAX - uid),
                             place_by_looking(&mailbox, UINT32_MAX - uid));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_found_by_its_uid_whatever_has_been_removed),
        cmocka_unit_test(mailboxes_stand_in_the_order_of_the_tree),
        cmocka_unit_test(no_name_becomes_too_long),
        cmocka_unit_test(past_its_bound_everything_fails_and_nothing_changes),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(an_answer_about_many_messages_comes_in_pieces),
        cmocka_unit_test(few_changes_and_many_are_told_in_order),
        cmocka_unit_test(who_is_too_far_behind_hears_of_it_and_then_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
