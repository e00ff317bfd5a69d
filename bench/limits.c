/* SPDX-License-Identifier: MIT */
/* bench_limits DIR ROUNDS STREAM: what bounds any parser. memcpy moves all octets, memchr looks at
 * all of them for LF, and a scalar tokenizer finds every token and keeps none. */
#include "bench/measure.h"

#include <stdbool.h>

static char *copy; /* as large as the stream, touched before */

static size_t read_memcpy(struct stream stream)
{
    memcpy(copy, stream.data, stream.length);
    return (size_t)copy[stream.length / 2];
}

static size_t read_memchr(struct stream stream)
{
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
static size_t read_tokens(struct stream stream)
{
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

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: bench_limits DIR ROUNDS STREAM\n");
        return 2;
    }
    unsigned rounds = (unsigned)strtoul(argv[2], NULL, 10);
    struct stream stream = measure_load(argv[1], argv[3]);
    copy = calloc(1, stream.length + 1);
    if (copy == NULL)
        return 2;
    memset(copy, 1, stream.length);
    measure("memcpy", argv[3], stream, read_memcpy, rounds);
    measure("memchr", argv[3], stream, read_memchr, rounds);
    measure("tokenizer", argv[3], stream, read_tokens, rounds);
    free(copy);
    free(stream.data);
    return 0;
}
