/* SPDX-License-Identifier: MIT */
/* Compression: both ends of it, and what a hostile other end may send. */
#include "base/random.h"
#include "net/deflate.h"
#include "net/wire.h"
#include "tests/lib/cuts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGE = 300 * 1000, ROOM = 1000, BOMB = 64 * 1024 * 1024 };

static void pack(struct iw_deflate *deflate, struct iw_span octets, struct iw_buf *packed)
{
    struct iw_error error = {0};
    assert_int_equal(iw_deflate_send(deflate, octets, packed, &error), IW_OK);
}

/* All that comes out of one fed span. */
static enum iw_result unpack(struct iw_deflate *deflate, struct iw_span packed,
                             struct iw_buf *plain)
{
    char room[ROOM];
    size_t got = 0;
    enum iw_result result;
    iw_deflate_feed(deflate, packed);
    while ((result = iw_deflate_take(deflate, room, sizeof room, &got, NULL)) == IW_OK)
        iw_buf_add(plain, iw_span(room, got));
    return result;
}

struct trip {
    struct iw_span plain, packed;
};

static void check_cut(void *context, size_t place)
{
    const struct trip *trip = context;
    struct iw_deflate *deflate = iw_deflate_new();
    struct iw_buf plain;
    iw_buf_init(&plain, NULL, LARGE);
    assert_int_equal(unpack(deflate, iw_span_part(trip->packed, 0, place), &plain), IW_MORE);
    struct iw_span rest = iw_span_part(trip->packed, place, trip->packed.length);
    assert_int_equal(unpack(deflate, rest, &plain), IW_MORE);
    if (!iw_span_equal(trip->plain, iw_buf_span(&plain)))
        fail_msg("cut at %zu", place);
    iw_buf_release(&plain);
    iw_deflate_free(deflate);
}

/* Each piece can be read whole as soon as it has come, and nothing depends on the cuts. */
static void test_pieces_there_and_back(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a1 NOOP\r\n", "", "a2 NOOP\r\n", "x",
                                         "a3 LIST \"\" *\r\n"};
    struct iw_deflate *sender = iw_deflate_new(), *receiver = iw_deflate_new();
    struct iw_buf packed, plain, all, all_plain;
    iw_buf_init(&packed, NULL, LARGE);
    iw_buf_init(&plain, NULL, LARGE);
    iw_buf_init(&all, NULL, LARGE);
    iw_buf_init(&all_plain, NULL, LARGE);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        iw_buf_clear(&packed);
        iw_buf_clear(&plain);
        pack(sender, iw_span_of(pieces[i]), &packed);
        assert_int_equal(unpack(receiver, iw_buf_span(&packed), &plain), IW_MORE);
        assert_string_equal(iw_buf_string(&plain), pieces[i]);
        iw_buf_add(&all, iw_buf_span(&packed));
        iw_buf_add_string(&all_plain, pieces[i]);
    }
    struct trip trip = {iw_buf_span(&all_plain), iw_buf_span(&all)};
    iw_each_cut(trip.packed, check_cut, &trip);
    iw_buf_release(&packed);
    iw_buf_release(&plain);
    iw_buf_release(&all);
    iw_buf_release(&all_plain);
    iw_deflate_free(sender);
    iw_deflate_free(receiver);
}

static void test_octets_that_do_not_shrink(void **state)
{
    (void)state;
    struct iw_random random;
    struct iw_deflate *sender = iw_deflate_new(), *receiver = iw_deflate_new();
    struct iw_buf packed, plain;
    char *octets = malloc(LARGE);
    assert_non_null(octets);
    iw_random_seed(&random, 1);
    for (size_t i = 0; i < LARGE; i++)
        octets[i] = (char)iw_random_below(&random, 256);
    iw_buf_init(&packed, NULL, 2 * LARGE);
    iw_buf_init(&plain, NULL, LARGE);
    pack(sender, iw_span(octets, LARGE), &packed);
    assert_int_equal(unpack(receiver, iw_buf_span(&packed), &plain), IW_MORE);
    assert_true(iw_span_equal(iw_span(octets, LARGE), iw_buf_span(&plain)));
    struct iw_buf small;
    iw_buf_init(&small, NULL, 100);
    assert_int_equal(iw_deflate_send(sender, iw_span(octets, LARGE), &small, NULL), IW_LIMIT);
    iw_buf_release(&small);
    free(octets);
    iw_buf_release(&packed);
    iw_buf_release(&plain);
    iw_deflate_free(sender);
    iw_deflate_free(receiver);
}

/* 64 KiB that unpack to 64 MiB come out in rooms of our size. */
static void test_what_swells_comes_piece_by_piece(void **state)
{
    (void)state;
    static const char zeros[1024 * 1024];
    struct iw_deflate *sender = iw_deflate_new(), *receiver = iw_deflate_new();
    struct iw_buf packed;
    char room[ROOM];
    size_t got = 0, total = 0;
    iw_buf_init(&packed, NULL, LARGE);
    for (size_t i = 0; i < BOMB / sizeof zeros; i++)
        pack(sender, iw_span(zeros, sizeof zeros), &packed);
    iw_deflate_feed(receiver, iw_buf_span(&packed));
    while (iw_deflate_take(receiver, room, sizeof room, &got, NULL) == IW_OK) {
        assert_true(got <= sizeof room);
        total += got;
    }
    assert_int_equal(total, BOMB);
    iw_buf_release(&packed);
    iw_deflate_free(sender);
    iw_deflate_free(receiver);
}

static void check_end(struct iw_span packed, const char *plain, enum iw_result result)
{
    struct iw_deflate *deflate = iw_deflate_new();
    struct iw_buf out;
    iw_buf_init(&out, NULL, LARGE);
    assert_int_equal(unpack(deflate, packed, &out), result);
    assert_string_equal(iw_buf_string(&out), plain);
    iw_buf_release(&out);
    iw_deflate_free(deflate);
}

/* Stored blocks of RFC 1951 §3.2.4: final or not, length, its complement, octets. */
static void test_ends(void **state)
{
    (void)state;
    check_end(IW_SPAN("\x00\x02\x00\xfd\xffhi"), "hi", IW_MORE);
    check_end(IW_SPAN("\x01\x02\x00\xfd\xffhi"), "hi", IW_CLOSED);
    check_end(IW_SPAN("\x01\x02\x00\xfd\xffhi* BYE\r\n"), "hi", IW_CLOSED);
    check_end(IW_SPAN("\x00\x02\x00\x00\x00hi"), "", IW_SYNTAX);
    check_end(IW_SPAN("a1 OK in clear\r\n"), "", IW_SYNTAX);
    check_end(IW_SPAN("\x78\x9c\x4b\xcb\x2f\x4f\x2a\x02\x00"), "", IW_SYNTAX); /* zlib's header */
}

/* ---- on a wire ---- */

static void test_a_wire_that_is_compressed(void **state)
{
    (void)state;
    struct iw_deflate *other = iw_deflate_new();
    struct iw_buf script, sent, plain;
    char room[ROOM];
    size_t got = 0;
    iw_buf_init(&script, NULL, LARGE);
    iw_buf_init(&sent, NULL, LARGE);
    iw_buf_init(&plain, NULL, LARGE);
    pack(other, IW_SPAN("* 1 EXISTS\r\n"), &script);
    size_t early = script.length;
    pack(other, IW_SPAN("a1 OK done\r\n"), &script);
    struct iw_span all = iw_buf_span(&script);
    struct iw_wire *wire = iw_wire_memory(iw_span_part(all, early, all.length), &sent);
    assert_int_equal(iw_wire_start_deflate(wire, iw_span_part(all, 0, early), NULL), IW_OK);
    assert_int_equal(iw_wire_start_deflate(wire, iw_span("", 0), NULL), IW_SYSTEM);
    assert_int_equal(iw_wire_start_tls(wire, NULL, "localhost", 0, NULL), IW_SYSTEM);
    for (const char *wanted = "* 1 EXISTS\r\na1 OK done\r\n"; *wanted != '\0'; wanted += got) {
        assert_int_equal(iw_wire_read(wire, room, sizeof room, &got, 0, NULL), IW_OK);
        assert_memory_equal(room, wanted, got);
    }
    assert_int_equal(iw_wire_read(wire, room, sizeof room, &got, 0, NULL), IW_CLOSED);
    assert_int_equal(iw_wire_write(wire, IW_SPAN("a1 NOOP\r\n"), 0, NULL), IW_OK);
    assert_int_equal(unpack(other, iw_buf_span(&sent), &plain), IW_MORE);
    assert_string_equal(iw_buf_string(&plain), "a1 NOOP\r\n");
    iw_wire_close(wire);
    iw_buf_release(&script);
    iw_buf_release(&sent);
    iw_buf_release(&plain);
    iw_deflate_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_there_and_back),
        cmocka_unit_test(test_octets_that_do_not_shrink),
        cmocka_unit_test(test_what_swells_comes_piece_by_piece),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_a_wire_that_is_compressed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
