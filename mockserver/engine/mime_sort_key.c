/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_sort_key.h"

#include "mockserver/engine/mime_address.h"
#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_word.h"

static enum iw_result map(struct iw_arena *arena, enum iw_collation collation, struct iw_span text,
                          struct iw_span *key)
{
    struct iw_buf mapped;
    iw_buf_init(&mapped, arena->alloc, arena->cap);
    iw_casemap(collation, &mapped, text);
    *key = iw_arena_copy(arena, iw_buf_span(&mapped));
    bool failed = mapped.failed || key->data == NULL;
    iw_buf_release(&mapped);
    return failed ? IW_NO_MEMORY : IW_OK;
}

/* *address stays as it is when the field has none. */
static enum iw_result first_address(struct iw_arena *arena, struct iw_span header,
                                    struct iw_span name, struct iw_address *address)
{
    struct iw_mime_field field;
    struct iw_addresses addresses = {0};
    if (!iw_mime_find_field(header, name, &field))
        return IW_OK;
    enum iw_result result = iw_mime_parse_addresses(arena, field.value, &addresses);
    if (addresses.count > 0)
        *address = addresses.members[0];
    return result;
}

enum iw_result iw_mime_sort_mailbox(struct iw_arena *arena, enum iw_collation collation,
                                    struct iw_span header, struct iw_span name, struct iw_span *key)
{
    struct iw_address address = {0};
    enum iw_result result = first_address(arena, header, name, &address);
    return result == IW_OK ? map(arena, collation, address.mailbox, key) : result;
}

enum iw_result iw_mime_sort_display(struct iw_arena *arena, enum iw_collation collation,
                                    struct iw_span header, struct iw_span name, struct iw_span *key)
{
    struct iw_address address = {0};
    struct iw_buf text;
    enum iw_result result = first_address(arena, header, name, &address);
    if (result != IW_OK)
        return result;
    iw_buf_init(&text, arena->alloc, arena->cap);
    if (address.name.length > 0) {
        iw_mime_add_words(&text, address.name);
    } else {
        iw_buf_add(&text, address.mailbox);
        if (address.host.data != NULL)
            iw_buf_add_char(&text, '@');
        iw_buf_add(&text, address.host);
    }
    result = text.failed ? IW_NO_MEMORY : map(arena, collation, iw_buf_span(&text), key);
    iw_buf_release(&text);
    return result;
}

enum iw_result iw_mime_sort_subject(struct iw_arena *arena, enum iw_collation collation,
                                    struct iw_span header, struct iw_mime_subject *subject)
{
    struct iw_mime_field field = {0};
    if (!iw_mime_find_field(header, IW_SPAN("Subject"), &field))
        field.value = iw_span(NULL, 0);
    enum iw_result result = iw_mime_base_subject(arena, field.value, subject);
    return result == IW_OK ? map(arena, collation, subject->base, &subject->base) : result;
}
