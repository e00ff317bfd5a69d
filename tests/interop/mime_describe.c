/* SPDX-License-Identifier: MIT */
/* What the engine says of messages, for a comparison with other servers.
 *
 * Messages come on standard input, each with its size in octets and LF in front. For each a FETCH
 * response goes to standard output: RFC822.SIZE, ENVELOPE, BODYSTRUCTURE, and of every part BODY[n]
 * and BODY[n.MIME], and BINARY.SIZE[n] where the part has none itself and can be decoded. */
#include "mockserver/engine/mime_binary.h"
#include "mockserver/engine/mime_body.h"
#include "mockserver/engine/mime_envelope.h"
#include "mockserver/engine/mime_section.h"
#include "parser/write.h"

#include <stdio.h>
#include <stdlib.h>

enum { OCTETS_MAX = 1 << 26, DEPTH_MAX = IW_MIME_DEPTH_MAX + 1 };

struct describe {
    struct iw_arena arena;
    struct iw_buf out;
    struct iw_mime_message message;
    uint32_t numbers[DEPTH_MAX];
};

static void add_section(struct describe *describe, const char *item,
                        const struct iw_section *section)
{
    iw_buf_addf(&describe->out, " %s", item);
    iw_write_section(&describe->out, section);
    iw_buf_add_char(&describe->out, ' ');
}

static void add_binary_size(struct describe *describe, const struct iw_section *section)
{
    uint64_t size;
    if (!iw_mime_is_leaf(&describe->message, section) ||
        iw_mime_binary_size(&describe->message, section, &size) != IW_OK)
        return;
    add_section(describe, "BINARY.SIZE", section);
    iw_buf_add_number(&describe->out, size);
}

static bool add_octets(struct describe *describe, const struct iw_section *section)
{
    struct iw_span octets;
    if (iw_mime_section(&describe->arena, &describe->message, section, &octets) != IW_OK)
        return false;
    if (octets.data == NULL)
        return false;
    add_section(describe, "BODY", section);
    iw_write_string(&describe->out, octets);
    return true;
}

/* Part by part in the order of their numbers, without recursion: one level deeper where there is a
 * part, else on to the next number. */
static void add_parts(struct describe *describe)
{
    size_t depth = 1;
    describe->numbers[0] = 1;
    while (depth > 0) {
        struct iw_section section = {.parts = describe->numbers, .part_count = depth};
        if (add_octets(describe, &section)) {
            add_binary_size(describe, &section);
            section.text = IW_SECTION_MIME;
            add_octets(describe, &section);
            if (depth < DEPTH_MAX)
                describe->numbers[depth++] = 1;
        } else if (--depth > 0) {
            describe->numbers[depth - 1]++;
        }
    }
}

static bool describe_message(struct describe *describe, size_t number, struct iw_span octets)
{
    struct iw_envelope envelope;
    struct iw_body body;
    if (iw_mime_parse(&describe->arena, octets, &describe->message) != IW_OK ||
        iw_mime_envelope(&describe->arena, describe->message.root.header, &envelope) != IW_OK ||
        iw_mime_body(&describe->arena, &describe->message, true, &body) != IW_OK)
        return false;
    iw_buf_addf(&describe->out, "* %zu FETCH (RFC822.SIZE %zu ENVELOPE ", number, octets.length);
    iw_write_envelope(&describe->out, &envelope);
    iw_buf_add_string(&describe->out, " BODYSTRUCTURE ");
    iw_write_body(&describe->out, &body);
    add_parts(describe);
    iw_buf_add_string(&describe->out, ")\r\n");
    return !describe->out.failed;
}

static bool describe_next(struct describe *describe, size_t number, size_t size)
{
    char *octets = size > OCTETS_MAX ? NULL : malloc(size + 1);
    bool described = octets != NULL && fread(octets, 1, size, stdin) == size &&
                     describe_message(describe, number, iw_span(octets, size));
    struct iw_span line = iw_buf_span(&describe->out);
    described = described && fwrite(line.data, 1, line.length, stdout) == line.length;
    free(octets);
    return described;
}

int main(void)
{
    struct describe describe;
    size_t number = 0, size;
    bool described = true;
    iw_arena_init(&describe.arena, NULL, OCTETS_MAX);
    iw_buf_init(&describe.out, NULL, OCTETS_MAX);
    while (described && scanf("%zu", &size) == 1 && getchar() == '\n') {
        iw_arena_reset(&describe.arena);
        iw_buf_clear(&describe.out);
        described = describe_next(&describe, ++number, size);
    }
    iw_arena_release(&describe.arena);
    iw_buf_release(&describe.out);
    return described ? EXIT_SUCCESS : EXIT_FAILURE;
}
