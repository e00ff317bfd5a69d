/* SPDX-License-Identifier: MIT */
#include "script/fill.h"
#include "script/fill_part.h"

/* Texts that may hold fills, still to be looked through; one in another, so never more than the
 * depth. */
struct pending {
    struct iw_span texts[IW_FILL_DEPTH_MAX + 1];
    size_t count;
};

static struct iw_fill_use use_of(const struct iw_fill_part *part, size_t offset)
{
    return (struct iw_fill_use){
        .kind = part->word,
        .argument = part->argument,
        .name = part->name,
        .operand = part->operand,
        .has_default = part->default_text.data != NULL,
        .is_rest = part->rest,
        .is_any = iw_span_equal(part->name, IW_SPAN("_")),
        .is_sum = part->is_sum,
        .offset = offset,
    };
}

enum iw_result iw_fill_scan(struct iw_span text,
                            void (*use)(void *context, const struct iw_fill_use *use),
                            void *context, struct iw_error *error)
{
    struct pending pending = {.texts = {text}, .count = 1};
    while (pending.count > 0) {
        struct iw_span *present = &pending.texts[pending.count - 1];
        size_t offset = text.length == 0 ? 0 : (size_t)(present->data - text.data);
        size_t at = iw_fill_part_find(*present, 0);
        if (at == present->length) {
            pending.count--;
            continue;
        }
        struct iw_fill_part part;
        struct iw_error local = {IW_OK};
        enum iw_result result = iw_fill_part_parse(*present, at, &part, &local);
        if (result != IW_OK)
            return iw_fail(error, result, offset + local.offset, local.expected);
        struct iw_fill_use found = use_of(&part, offset + at);
        use(context, &found);
        *present = iw_span_part(*present, part.end, present->length);
        struct iw_span inner = part.word.data != NULL ? part.argument : part.default_text;
        if (inner.length > 0 && pending.count <= IW_FILL_DEPTH_MAX)
            pending.texts[pending.count++] = inner;
    }
    return IW_OK;
}
