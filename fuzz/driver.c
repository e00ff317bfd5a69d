/* SPDX-License-Identifier: MIT */
/* Runs inputs through one fuzz target without libFuzzer: each file of the folders, or the files,
 * that are named on the command line, which makes tests of the corpora; or, when none is named,
 * stdin. Compiled by afl-clang-fast the latter is AFL++'s persistent loop, which hands each input
 * over in memory. */
#include "fuzz/holds.h"

#include "base/buf.h"
#include "tests/lib/each_file.h"
#include "tests/lib/exact.h"

#include <unistd.h>

enum { INPUT_MAX = 1 << 26, PIECE = 1 << 16 };

static void run(struct iw_span octets)
{
    struct iw_span input = iw_exact_copy(octets);
    LLVMFuzzerTestOneInput((const uint8_t *)input.data, input.length);
    iw_exact_free(input);
}

static void run_file(void *context, const char *path, struct iw_span octets)
{
    (void)context;
    (void)path;
    LLVMFuzzerTestOneInput((const uint8_t *)octets.data, octets.length);
}

static int run_files(int count, char **paths)
{
    size_t inputs = 0;
    bool ok = true;
    for (int i = 0; i < count; i++)
        ok &= iw_each_file(paths[i], run_file, NULL, &inputs);
    printf("%zu inputs\n", inputs);
    return ok && inputs > 0 ? 0 : 1;
}

#ifdef __AFL_FUZZ_TESTCASE_LEN

/* AFL++'s macros are what they are. */
#pragma clang diagnostic ignored "-Wpedantic"
#pragma clang diagnostic ignored "-Wcast-qual"

__AFL_FUZZ_INIT()

static int run_stdin(void)
{
    enum { ROUNDS = 100000 };
    __AFL_INIT();
    const unsigned char *shared = __AFL_FUZZ_TESTCASE_BUF;
    while (__AFL_LOOP(ROUNDS))
        run(iw_span((const char *)shared, (size_t)__AFL_FUZZ_TESTCASE_LEN));
    return 0;
}

#else

static int run_stdin(void)
{
    struct iw_buf input;
    ssize_t got = 0;
    iw_buf_init(&input, NULL, INPUT_MAX);
    char *room;
    while ((room = iw_buf_reserve(&input, PIECE)) != NULL &&
           (got = read(STDIN_FILENO, room, PIECE)) > 0)
        iw_buf_commit(&input, (size_t)got);
    bool whole = room != NULL && got == 0;
    if (whole)
        run(iw_buf_span(&input));
    else
        fputs("stdin: cannot be read\n", stderr);
    iw_buf_release(&input);
    return whole ? 0 : 1;
}

#endif

int main(int argc, char **argv)
{
    return argc > 1 ? run_files(argc - 1, argv + 1) : run_stdin();
}
