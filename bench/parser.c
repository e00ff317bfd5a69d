/* SPDX-License-Identifier: MIT */
/* bench_parser DIR ROUNDS STREAM [WAY]: our framer and parser over a stream of bench_streams.
 *
 *     frames       framed, not read        frames-1     fed one octet at a time
 *     typed        every value read        typed-16k    fed in chunks of 16 KiB
 *
 * The whole stream is fed at once but where the name says otherwise. Behind all of them comes a
 * line that says how often memory is asked for when the stream is read once more. */
#include "bench/measure.h"
#include "parser/response.h"

enum { CHUNK = 16 << 10, LINE_MAX_OCTETS = 64 << 20 };

static size_t allocations;

static void *counting_resize(void *context, void *old, size_t size)
{
    (void)context;
    if (size == 0) {
        free(old);
        return NULL;
    }
    allocations++;
    return realloc(old, size);
}

static const struct iw_alloc counting = {.resize = counting_resize};

static void fail(const char *what, const struct iw_error *error)
{
    fprintf(stderr, "bench_parser: %s: %s at %zu, wanted %s\n", what, iw_result_name(error->code),
            error->offset, error->expected == NULL ? "?" : error->expected);
    exit(1);
}

struct reading {
    struct iw_framer framer;
    struct iw_arena arena;
    struct iw_error error;
    size_t responses;
};

/* All frames that the fed octets complete. */
static void drain(struct reading *reading, bool typed)
{
    struct iw_frame frame;
    struct iw_response response;
    struct iw_error *error = &reading->error;
    enum iw_result result;
    while ((result = iw_framer_next(&reading->framer, &frame, error)) == IW_OK) {
        reading->responses++;
        if (!typed)
            continue;
        iw_arena_reset(&reading->arena);
        if (iw_parse_response(&frame, &reading->arena, &reading->framer.limits, NULL, &response,
                              error) != IW_OK)
            fail("read", error);
    }
    if (result != IW_MORE)
        fail("frame", error);
}

/* One for all rounds, as a connection has one: memory it has grown to is there in the next. */
static struct reading reading;

static void begin_reading(void)
{
    iw_framer_init(&reading.framer, IW_FRAME_RESPONSES, &iw_limits_default, &counting);
    iw_arena_init(&reading.arena, &counting, iw_limits_default.values);
    reading.framer.limits.line = LINE_MAX_OCTETS;
}

static void end_reading(void)
{
    iw_framer_release(&reading.framer);
    iw_arena_release(&reading.arena);
}

static size_t read_chunks(struct stream stream, size_t chunk, bool typed)
{
    size_t responses_before = reading.responses;
    struct iw_span whole = iw_span(stream.data, stream.length);
    for (size_t at = 0; at < whole.length; at += chunk) {
        iw_framer_feed(&reading.framer, iw_span_part(whole, at, at + chunk));
        drain(&reading, typed);
    }
    return reading.responses - responses_before;
}

static size_t read_frames(struct stream stream)
{
    return read_chunks(stream, stream.length, false);
}

static size_t read_frames_1(struct stream stream)
{
    return read_chunks(stream, 1, false);
}

static size_t read_typed(struct stream stream)
{
    return read_chunks(stream, stream.length, true);
}

static size_t read_typed_16k(struct stream stream)
{
    return read_chunks(stream, CHUNK, true);
}

/* Only the way of that name; NULL: all, in turns, because their ratios are of interest. */
static void measure_ways(struct stream stream, const char *name, unsigned rounds, const char *only)
{
    static const struct {
        const char *name;
        read_stream *read;
    } ways[] = {
        {"frames", read_frames},
        {"frames-1", read_frames_1},
        {"typed", read_typed},
        {"typed-16k", read_typed_16k},
    };
    for (unsigned round = 0; round < rounds; round++)
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
            if (only == NULL || strcmp(only, ways[i].name) == 0)
                measure(ways[i].name, name, stream, ways[i].read, 1);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: bench_parser DIR ROUNDS STREAM [WAY]\n");
        return 2;
    }
    struct stream stream = measure_load(argv[1], argv[3]);
    begin_reading();
    measure_ways(stream, argv[3], (unsigned)strtoul(argv[2], NULL, 10), argv[4]);
    allocations = 0;
    size_t responses = read_typed_16k(stream);
    printf("{\"stream\": \"%s\", \"responses\": %zu, \"allocations\": %zu}\n", argv[3], responses,
           allocations);
    end_reading();
    free(stream.data);
    return 0;
}
