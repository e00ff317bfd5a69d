/* SPDX-License-Identifier: MIT */
#include "client/capability.h"

#include "base/chars.h"

enum { NAMES_MAX = 64 * 1024 };

void iw_capabilities_init(struct iw_capabilities *capabilities, const struct iw_alloc *alloc)
{
    *capabilities = (struct iw_capabilities){.known = false};
    iw_buf_init(&capabilities->names, alloc, NAMES_MAX);
}

void iw_capabilities_release(struct iw_capabilities *capabilities)
{
    iw_buf_release(&capabilities->names);
}

bool iw_capabilities_learn(struct iw_capabilities *capabilities, const struct iw_span *names,
                           size_t count)
{
    struct iw_buf *text = &capabilities->names;
    iw_capabilities_forget(capabilities);
    for (size_t i = 0; i < count; i++) {
        iw_buf_add_char(text, ' ');
        for (size_t k = 0; k < names[i].length; k++)
            iw_buf_add_char(text, iw_upper(names[i].data[k]));
    }
    iw_buf_add_char(text, ' ');
    capabilities->known = !text->failed;
    capabilities->changes++;
    if (text->failed)
        iw_buf_clear(text);
    return capabilities->known;
}

void iw_capabilities_forget(struct iw_capabilities *capabilities)
{
    iw_buf_clear(&capabilities->names);
    capabilities->known = false;
}

bool iw_capabilities_have(const struct iw_capabilities *capabilities, const char *name)
{
    struct iw_span wanted = iw_span_of(name);
    struct iw_span all = iw_buf_span(&capabilities->names);
    size_t begin = 1;
    for (size_t i = 1; i < all.length; i++) {
        if (all.data[i] != ' ')
            continue;
        if (iw_span_equal_nocase(iw_span_part(all, begin, i), wanted))
            return true;
        begin = i + 1;
    }
    return false;
}
