/* SPDX-License-Identifier: MIT */
/* What every program of bench_parser's kind does: load a stream, read it some times, and print the
 * best time as one line of JSON. The best, because all else that runs can only make it worse. */
#ifndef IW_BENCH_MEASURE_H
#define IW_BENCH_MEASURE_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct stream {
    char *data; /* owned; some zero octets stand behind it */
    size_t length;
};

/* Reads the whole stream and returns how many responses (or whatever it counts) were in it. */
typedef size_t read_stream(struct stream stream);

static inline double measure_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* DIRECTORY/NAME.imap */
static inline struct stream measure_load(const char *directory, const char *name)
{
    enum { PADDING = 64 };
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.imap", directory, name);
    FILE *file = fopen(path, "rb");
    long length = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0)
        length = ftell(file);
    char *data = length < 0 ? NULL : calloc(1, (size_t)length + PADDING);
    if (data != NULL)
        rewind(file);
    if (data == NULL || fread(data, 1, (size_t)length, file) != (size_t)length) {
        perror(path);
        exit(2);
    }
    fclose(file);
    return (struct stream){data, (size_t)length};
}

/* Prints the line: who read which stream in which way, and the best of some rounds. */
static inline void measure(const char *who, const char *name, struct stream stream,
                           read_stream *read, unsigned rounds)
{
    double best = 0;
    size_t count = 0;
    for (unsigned i = 0; i < rounds; i++) {
        double begin = measure_seconds();
        count = read(stream);
        double seconds = measure_seconds() - begin;
        best = i == 0 || seconds < best ? seconds : best;
    }
    printf("{\"stream\": \"%s\", \"who\": \"%s\", \"octets\": %zu, \"count\": %zu, "
           "\"seconds\": %.9f}\n",
           name, who, stream.length, count, best);
    fflush(stdout);
}

#endif
