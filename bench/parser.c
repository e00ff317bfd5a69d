/* SPDX-License-Identifier: MIT */
/* How fast responses are framed and read, beside what any parser must at least do.
 *
 * bench_parser prints one JSON object per stream and way of reading it. The streams are made here
 * from a seed, the same on every machine. The limits are memchr over all octets and a scalar
 * tokenizer that finds every token and keeps none. */
#include "parser/response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 9, CHUNK = 16 * 1024 };

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void write_flags(struct iw_buf *out, uint64_t *seed)
{
    static const char *const flags[] = {"\\Seen", "\\Seen \\Answered", "", "\\Flagged $Forwarded",
                                        "\\Seen NonJunk"};
    unsigned uid = 1000;
    for (unsigned i = 1; i <= 100000; i++) {
        uid += 1 + (unsigned)(next(seed) % 7);
        iw_buf_addf(out,
                    "* %u FETCH (UID %u FLAGS (%s) MODSEQ (%u) INTERNALDATE "
                    "\"%02u-Feb-2021 10:11:12 +0100\" RFC822.SIZE %u)\r\n",
                    i, uid, flags[next(seed) % 5], 700000 + i, 1 + (unsigned)(next(seed) % 28),
                    400 + (unsigned)(next(seed) % 30000));
    }
}

static void write_list(struct iw_buf *out, uint64_t *seed)
{
    static const char *const names[][2] = {
        {"projects/mail/", ""},
        {"\"with space/", "\""},
        {"\"Entw&APw-rfe/", "\""},
        {"INBOX/archive/", ""},
    };
    for (unsigned i = 0; i < 50000; i++) {
        const char *const *name = names[next(seed) % 4];
        iw_buf_addf(out, "* LIST (\\HasNoChildren) \"/\" %s%u%s\r\n", name[0], i, name[1]);
    }
}

static void write_search(struct iw_buf *out, uint64_t *seed)
{
    uint64_t number = 0;
    iw_buf_add_string(out, "* SEARCH");
    for (unsigned i = 0; i < 1000000; i++) {
        number += 1 + next(seed) % 9;
        iw_buf_add_char(out, ' ');
        iw_buf_add_number(out, number);
    }
    iw_buf_add_string(out, "\r\n");
}

static void write_bodies(struct iw_buf *out, uint64_t *seed)
{
    static const char line[] = "The quick brown fox jumps over the lazy dog, and home again.\r\n";
    for (unsigned i = 1; i <= 500; i++) {
        size_t lines = 300 + next(seed) % 2000;
        iw_buf_addf(out, "* %u FETCH (UID %u BODY[] {%zu}\r\n", i, i, lines * (sizeof line - 1));
        for (size_t n = 0; n < lines; n++)
            iw_buf_add(out, iw_span(line, sizeof line - 1));
        iw_buf_add_string(out, ")\r\n");
    }
}

/* ---- the ways of reading ---- */

static size_t read_memchr(struct iw_span stream, size_t chunk)
{
    (void)chunk;
    size_t lines = 0;
    const char *at = stream.data, *end = stream.data + stream.length;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at++;
        lines++;
    }
    return lines;
}

static const char *skip_literal(const char *at)
{
    size_t size = 0;
    while (*++at >= '0' && *at <= '9')
        size = size * 10 + (size_t)(*at - '0');
    return at + sizeof "}\r\n" - 1 + size;
}

/* Trusts its input, as only a bench may. */
static size_t read_tokens(struct iw_span stream, size_t chunk)
{
    (void)chunk;
    static const bool ends_atom[256] = {[' '] = true, ['('] = true,  [')'] = true, ['"'] = true,
                                        ['{'] = true, ['\r'] = true, ['\n'] = true};
    size_t tokens = 0;
    const char *at = stream.data, *end = stream.data + stream.length;
    while (at < end) {
        if (*at == '"') {
            while (*++at != '"')
                at += *at == '\\';
            at++;
        } else if (*at == '{') {
            at = skip_literal(at);
        } else if (ends_atom[(unsigned char)*at]) {
            at++;
            continue;
        } else {
            while (!ends_atom[(unsigned char)*at])
                at++;
        }
        tokens++;
    }
    return tokens;
}

static void fail(const char *what, const struct iw_error *error)
{
    fprintf(stderr, "bench_parser: %s: %s at %zu, wanted %s\n", what, iw_result_name(error->code),
            error->offset, error->expected == NULL ? "?" : error->expected);
    exit(1);
}

static size_t read_stream(struct iw_span stream, size_t chunk, bool typed)
{
    struct iw_framer framer;
    struct iw_arena arena;
    iw_framer_init(&framer, IW_FRAME_RESPONSES, &iw_limits_default, NULL);
    iw_arena_init(&arena, NULL, iw_limits_default.values);
    framer.limits.line = 64 << 20;
    size_t responses = 0;
    for (size_t at = 0; at < stream.length; at += chunk) {
        iw_framer_feed(&framer, iw_span_part(stream, at, at + chunk));
        struct iw_frame frame;
        struct iw_error error = {0};
        enum iw_result result;
        while ((result = iw_framer_next(&framer, &frame, &error)) == IW_OK) {
            struct iw_response response;
            iw_arena_reset(&arena);
            if (typed &&
                iw_parse_response(&frame, &arena, &framer.limits, NULL, &response, &error) != IW_OK)
                fail("read", &error);
            responses++;
        }
        if (result != IW_MORE)
            fail("frame", &error);
    }
    iw_framer_release(&framer);
    iw_arena_release(&arena);
    return responses;
}

static size_t read_frames(struct iw_span stream, size_t chunk)
{
    return read_stream(stream, chunk, false);
}

static size_t read_typed(struct iw_span stream, size_t chunk)
{
    return read_stream(stream, chunk, true);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct way {
    const char *name;
    size_t (*read)(struct iw_span stream, size_t chunk);
    size_t chunk; /* 0: the whole stream at once */
};

static void measure(const char *stream_name, struct iw_span stream, const struct way *way)
{
    double rounds[ROUNDS];
    size_t count = 0;
    for (int i = 0; i < ROUNDS; i++) {
        double begin = seconds();
        count = way->read(stream, way->chunk == 0 ? stream.length : way->chunk);
        rounds[i] = seconds() - begin;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, by_value);
    printf("{\"stream\": \"%s\", \"way\": \"%s\", \"octets\": %zu, \"count\": %zu, "
           "\"seconds\": %.6f}\n",
           stream_name, way->name, stream.length, count, rounds[ROUNDS / 2]);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*write)(struct iw_buf *out, uint64_t *seed);
    } streams[] = {
        {"flags", write_flags},
        {"list", write_list},
        {"search", write_search},
        {"bodies", write_bodies},
    };
    static const struct way ways[] = {
        {"memchr", read_memchr, 0},       {"tokens", read_tokens, 0},
        {"frames", read_frames, 0},       {"frames-16k", read_frames, CHUNK},
        {"frames-1", read_frames, 1},     {"typed", read_typed, 0},
        {"typed-16k", read_typed, CHUNK},
    };
    for (size_t s = 0; s < sizeof streams / sizeof *streams; s++) {
        struct iw_buf out;
        uint64_t seed = 0x9e3779b97f4a7c15u + s;
        iw_buf_init(&out, NULL, (size_t)1 << 30);
        streams[s].write(&out, &seed);
        for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
            measure(streams[s].name, iw_buf_span(&out), &ways[w]);
        iw_buf_release(&out);
    }
    return 0;
}
