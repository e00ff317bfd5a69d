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

/* The names between the SPs: the next one behind *at, which moves on. Absent: there is none. */
static struct iw_span next_name(const struct iw_capabilities *capabilities, size_t *at)
{
    struct iw_span all = iw_buf_span(&capabilities->names);
    size_t begin = *at + 1, end = begin;
    while (end < all.length && all.data[end] != ' ')
        end++;
    *at = end;
    return end < all.length ? iw_span_part(all, begin, end) : iw_span(NULL, 0);
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
    size_t at = 0;
    for (struct iw_span each; (each = next_name(capabilities, &at)).data != NULL;)
        if (iw_span_equal_nocase(each, wanted))
            return true;
    return false;
}

bool iw_capabilities_include(const struct iw_capabilities *capabilities, const char *name)
{
    static const char *const included[] = {"NAMESPACE",     "UNSELECT",    "UIDPLUS",    "ESEARCH",
                                           "SEARCHRES",     "ENABLE",      "IDLE",       "SASL-IR",
                                           "LIST-EXTENDED", "LIST-STATUS", "MOVE",       "LITERAL-",
                                           "BINARY",        "SPECIAL-USE", "STATUS=SIZE"};
    if (iw_capabilities_have(capabilities, name))
        return true;
    if (!iw_capabilities_have(capabilities, "IMAP4rev2"))
        return false;
    for (size_t i = 0; i < sizeof included / sizeof *included; i++)
        if (iw_span_equal_nocase(iw_span_of(name), iw_span_of(included[i])))
            return true;
    return false;
}

uint64_t iw_capabilities_number(const struct iw_capabilities *capabilities, const char *prefix)
{
    size_t at = 0;
    uint64_t number = 0;
    struct iw_span head = iw_span_of(prefix);
    for (struct iw_span name; (name = next_name(capabilities, &at)).data != NULL;)
        if (iw_span_starts_nocase(name, head) &&
            iw_span_number(iw_span_part(name, head.length, name.length), UINT64_MAX, &number))
            return number;
    return 0;
}
