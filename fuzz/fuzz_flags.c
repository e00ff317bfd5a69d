/* SPDX-License-Identifier: MIT */
/* Lists of flags.
 *
 * Holds: what was read is written back octet for octet; the bits are those of the names; a list
 * legal in FLAGS is legal in FETCH and PERMANENTFLAGS; leniency reads what strictness reads as the
 * same, without being used. An error's offset lies in the text.
 *
 * Input: a text, tried in each place. */
#include "fuzz/holds.h"
#include "fuzz/text_reader.h"

#include "parser/flag.h"

static void check_bits(const struct iw_flags *flags)
{
    static const struct {
        const char *name;
        unsigned bit;
    } all[] = {
        {"\\answered", IW_FLAG_ANSWERED},
        {"\\flagged", IW_FLAG_FLAGGED},
        {"\\deleted", IW_FLAG_DELETED},
        {"\\seen", IW_FLAG_SEEN},
        {"\\draft", IW_FLAG_DRAFT},
        {"\\recent", IW_FLAG_RECENT},
        {"\\*", IW_FLAG_ANY},
    };
    unsigned bits = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (iw_flags_have(flags, iw_span_of(all[i].name)))
            bits |= all[i].bit;
    IW_HOLDS(bits == flags->bits);
}

static bool same(const struct iw_flags *a, const struct iw_flags *b)
{
    if (a->count != b->count || a->bits != b->bits)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!iw_span_equal(a->names[i], b->names[i]))
            return false;
    return true;
}

static void check_list(const struct iw_flags *flags, struct iw_span text)
{
    struct iw_buf out;
    iw_buf_init(&out, NULL, SIZE_MAX / 2);
    iw_write_flags(&out, flags);
    IW_HOLDS(iw_span_equal(iw_buf_span(&out), text));
    check_bits(flags);
    iw_buf_release(&out);
}

static void check_lenient(struct iw_span text, enum iw_flag_place place,
                          const struct iw_flags *strict, struct iw_arena *arena)
{
    struct iw_reader reader;
    struct iw_error error;
    struct iw_lenient lenient = {.allowed = UINT64_MAX};
    struct iw_flags flags;
    iw_text_reader(&reader, text, arena, &error);
    reader.lenient = &lenient;
    IW_HOLDS(iw_parse_flags(&reader, place, &flags) == IW_OK);
    IW_HOLDS(lenient.used == 0);
    IW_HOLDS(same(strict, &flags));
}

static bool check_place(struct iw_span text, enum iw_flag_place place, struct iw_arena *arena)
{
    struct iw_reader reader;
    struct iw_error error;
    struct iw_flags flags;
    iw_text_reader(&reader, text, arena, &error);
    enum iw_result result = iw_parse_flags(&reader, place, &flags);
    IW_HOLDS(result == error.code);
    if (result != IW_OK) {
        IW_HOLDS(result == IW_SYNTAX && error.offset <= text.length && error.expected != NULL);
        return false;
    }
    check_list(&flags, iw_text_read(&reader));
    check_lenient(text, place, &flags, arena);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct iw_arena arena;
    struct iw_span text = iw_span((const char *)data, size);
    iw_arena_init(&arena, NULL, (size_t)1 << 26);
    bool store = check_place(text, IW_FLAGS_STORE, &arena);
    bool fetch = check_place(text, IW_FLAGS_FETCH, &arena);
    bool perm = check_place(text, IW_FLAGS_PERM, &arena);
    IW_HOLDS(!store || (fetch && perm));
    iw_arena_release(&arena);
    return 0;
}
