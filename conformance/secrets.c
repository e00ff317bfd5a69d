/* SPDX-License-Identifier: MIT */
#include "conformance/secrets.h"

#include "base/base64.h"

#include <string.h>

enum { ARENA_OCTETS_MAX = 1 << 16, FORM_OCTETS_MAX = 4096 };

static bool keep(struct iw_secrets *secrets, const struct iw_buf *form)
{
    const struct iw_span octets = iw_buf_span(form);
    if (form->failed)
        return false;
    for (size_t i = 0; i < secrets->count; i++) {
        if (iw_span_equal(secrets->items[i], octets))
            return true;
    }
    if (octets.length == 0)
        return true;
    struct iw_span *item = &secrets->items[secrets->count++];
    *item = iw_arena_copy(&secrets->arena, octets);
    return item->data != NULL;
}

/* As it stands, quoted and in base64. */
static bool keep_forms(struct iw_secrets *secrets, struct iw_span password, struct iw_buf *form)
{
    iw_buf_clear(form);
    iw_base64_encode(form, password);
    bool kept = keep(secrets, form);
    iw_buf_clear(form);
    for (size_t i = 0; i < password.length; i++) {
        if (password.data[i] == '"' || password.data[i] == '\\')
            iw_buf_add_char(form, '\\');
        iw_buf_add_char(form, password.data[i]);
    }
    kept = kept && keep(secrets, form);
    iw_buf_clear(form);
    iw_buf_add(form, password);
    return kept && keep(secrets, form);
}

bool iw_secrets_init(struct iw_secrets *secrets, const struct iw_target *target)
{
    *secrets = (struct iw_secrets){0};
    iw_arena_init(&secrets->arena, NULL, ARENA_OCTETS_MAX);
    struct iw_buf form;
    iw_buf_init(&form, NULL, FORM_OCTETS_MAX);
    iw_target_plain(target, &form);
    bool kept = keep(secrets, &form) && keep_forms(secrets, iw_span_of(target->password), &form);
    if (target->second_user != NULL)
        kept = kept && keep_forms(secrets, iw_span_of(target->second_password), &form);
    iw_buf_release(&form);
    return kept;
}

void iw_secrets_release(struct iw_secrets *secrets)
{
    iw_arena_release(&secrets->arena);
}

void iw_secrets_redact(const struct iw_secrets *secrets, struct iw_transcript *transcript)
{
    for (size_t i = 0; secrets != NULL && i < secrets->count; i++)
        iw_transcript_redact(transcript, secrets->items[i]);
}

void iw_secrets_write(const struct iw_secrets *secrets, struct iw_span text, struct iw_buf *out)
{
    iw_redact(out, text, secrets != NULL ? secrets->items : NULL,
              secrets != NULL ? secrets->count : 0);
}
