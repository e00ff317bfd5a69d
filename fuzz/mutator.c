/* SPDX-License-Identifier: MIT */
/* The mutator as libFuzzer and AFL++ call it: linked to a libFuzzer target, or loaded by AFL++ with
 * AFL_CUSTOM_MUTATOR_LIBRARY. Both use it beside their own mutations. */
#include "fuzz/mutate.h"

#include <stdlib.h>
#include <string.h>

/* Of libFuzzer, where it is there. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
void *afl_custom_init(void *fuzzer, unsigned seed);
size_t afl_custom_fuzz(void *context, uint8_t *data, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max);
void afl_custom_deinit(void *context);

/* Every second time octets change, without regard to the grammar. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct iw_buf out;
    struct iw_span stream = iw_span((const char *)data, size);
    size_t length = size;
    iw_buf_init(&out, NULL, max);
    bool changed = seed % 2 == 0 && iw_mutate(&out, stream, iw_mutate_role(stream), seed, max);
    if (changed) {
        length = out.length;
        memcpy(data, iw_buf_span(&out).data, length);
    }
    iw_buf_release(&out);
    return changed || LLVMFuzzerMutate == NULL ? length : LLVMFuzzerMutate(data, size, max);
}

/* What AFL++ keeps of us: the outcome is ours until the next call. */
struct afl {
    struct iw_buf out;
    uint64_t seed;
};

void *afl_custom_init(void *fuzzer, unsigned seed)
{
    (void)fuzzer;
    struct afl *afl = malloc(sizeof *afl);
    if (afl == NULL)
        return NULL;
    afl->seed = seed;
    iw_buf_init(&afl->out, NULL, SIZE_MAX / 2);
    return afl;
}

size_t afl_custom_fuzz(void *context, uint8_t *data, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max)
{
    (void)other;
    (void)other_size;
    struct afl *afl = context;
    struct iw_span stream = iw_span((const char *)data, size);
    iw_buf_clear(&afl->out);
    if (!iw_mutate(&afl->out, stream, iw_mutate_role(stream), afl->seed++, max)) {
        *out = data;
        return size;
    }
    *out = (uint8_t *)(uintptr_t)iw_buf_span(&afl->out).data;
    return afl->out.length;
}

void afl_custom_deinit(void *context)
{
    struct afl *afl = context;
    iw_buf_release(&afl->out);
    free(afl);
}
