/* SPDX-License-Identifier: MIT */
#include "script/redaction.h"

#include "base/base64.h"
#include "base/chars.h"
#include "base/utf7.h"
#include "base/utf8.h"

#include <string.h>

enum {
    ARENA_MAX = 64 << 20,
    FORM_MAX = 1 << 20,
    SURE_LENGTH = 4,
    MESSAGE_MIN = 8,
    BASE64_PHASES = 3
};

#define PASSWORD "${password}"
#define MASK     "redacted"

void iw_redaction_init(struct iw_redaction *redaction, bool keep_users)
{
    memset(redaction, 0, sizeof *redaction);
    redaction->keep_users = keep_users;
    iw_arena_init(&redaction->arena, NULL, ARENA_MAX);
}

void iw_redaction_release(struct iw_redaction *redaction)
{
    iw_arena_release(&redaction->arena);
}

/* ---- forms ---- */

static bool is_known(const struct iw_redaction *redaction, struct iw_span octets)
{
    for (size_t i = 0; i < redaction->count; i++)
        if (iw_span_equal(redaction->forms[i].octets, octets))
            return true;
    return false;
}

static void add(struct iw_redaction *redaction, struct iw_span octets, const char *fill, bool user)
{
    if (octets.length == 0 || is_known(redaction, octets))
        return;
    struct iw_span kept = iw_arena_copy(&redaction->arena, octets);
    redaction->full =
        redaction->full || kept.data == NULL || redaction->count == IW_REDACTION_FORMS_MAX;
    if (redaction->full)
        return;
    redaction->forms[redaction->count++] =
        (struct iw_redacted){kept, fill, user || kept.length < SURE_LENGTH, user};
    redaction->begins[(unsigned char)kept.data[0]] = true;
}

/* The secret behind `phase` octets that nobody knows: without the characters that depend on them or
 * on what follows. */
static void encode_base64(struct iw_span secret, unsigned phase, struct iw_buf *out)
{
    static const size_t led[BASE64_PHASES] = {0, 2, 3};
    struct iw_buf octets, text;
    iw_buf_init(&octets, NULL, FORM_MAX);
    iw_buf_init(&text, NULL, FORM_MAX * 2);
    for (unsigned i = 0; i < phase; i++)
        iw_buf_add_char(&octets, 0);
    iw_buf_add(&octets, secret);
    iw_base64_encode(&text, iw_buf_span(&octets));
    iw_buf_add(out, iw_span_part(iw_buf_span(&text), led[phase], octets.length * 8 / 6));
    iw_buf_release(&octets);
    iw_buf_release(&text);
}

static void encode_quoted(struct iw_span secret, unsigned phase, struct iw_buf *out)
{
    (void)phase;
    for (size_t i = 0; i < secret.length; i++) {
        if (secret.data[i] == '"' || secret.data[i] == '\\')
            iw_buf_add_char(out, '\\');
        iw_buf_add_char(out, secret.data[i]);
    }
}

/* phase 0: big-endian; 1: little-endian. What is no UTF-8 has no such form. */
static void encode_utf16(struct iw_span secret, unsigned phase, struct iw_buf *out)
{
    for (size_t at = 0, length; at < secret.length; at += length) {
        uint32_t code = 0;
        length = iw_utf8_decode(iw_span_part(secret, at, secret.length), &code);
        if (length == 0)
            return;
        bool pair = code > 0xffff;
        unsigned units[2] = {pair ? 0xd7c0 + (code >> 10) : code, 0xdc00 + (code & 0x3ff)};
        for (unsigned i = 0; i < (pair ? 2u : 1u); i++) {
            const char both[2] = {(char)(units[i] >> 8), (char)(units[i] & 0xff)};
            iw_buf_add_char(out, both[phase]);
            iw_buf_add_char(out, both[1 - phase]);
        }
    }
}

static void encode_utf7(struct iw_span secret, unsigned phase, struct iw_buf *out)
{
    (void)phase;
    iw_utf7_encode(out, secret, NULL);
}

/* phase 0: %41, of all but letters and digits; 1: %41 of all; 2 and 3: hexadecimal, small and large
 */
static void encode_hex(struct iw_span secret, unsigned phase, struct iw_buf *out)
{
    for (size_t i = 0; i < secret.length; i++) {
        unsigned char c = (unsigned char)secret.data[i];
        if (phase == 0 && iw_is((char)c, IW_CHAR_ALPHA | IW_CHAR_DIGIT))
            iw_buf_add_char(out, (char)c);
        else if (phase == 2)
            iw_buf_addf(out, "%02x", c);
        else
            iw_buf_addf(out, phase == 3 ? "%02X" : "%%%02X", c);
    }
}

static const struct {
    void (*encode)(struct iw_span secret, unsigned phase, struct iw_buf *out);
    unsigned phases;
    const char *fill;
} encodings[] = {
    {encode_quoted, 1, PASSWORD}, {encode_base64, BASE64_PHASES, MASK},
    {encode_utf16, 2, MASK},      {encode_utf7, 1, MASK},
    {encode_hex, 4, MASK},
};

/* Without these words there is no conversation: as passwords they are given away. */
static bool is_state(struct iw_span secret)
{
    static const char *const states[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (iw_span_equal(secret, iw_span_of(states[i])))
            return true;
    return false;
}

void iw_redaction_add_secret(struct iw_redaction *redaction, struct iw_span secret)
{
    struct iw_buf form;
    iw_buf_init(&form, NULL, FORM_MAX * 3);
    if (secret.length > FORM_MAX / 2)
        redaction->full = true;
    if (is_state(secret))
        return;
    add(redaction, secret, PASSWORD, false);
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings && !redaction->full; i++) {
        for (unsigned phase = 0; phase < encodings[i].phases; phase++) {
            iw_buf_clear(&form);
            encodings[i].encode(secret, phase, &form);
            redaction->full = redaction->full || form.failed;
            add(redaction, iw_buf_span(&form), encodings[i].fill, false);
        }
    }
    iw_buf_release(&form);
}

void iw_redaction_add_octets(struct iw_redaction *redaction, struct iw_span octets)
{
    if (octets.length >= MESSAGE_MIN)
        add(redaction, octets, MASK, false);
}

const char *iw_redaction_add_user(struct iw_redaction *redaction, struct iw_span user)
{
    static const char *const fills[IW_REDACTION_USERS_MAX] = {"${user}", "${user2}"};
    size_t i = 0;
    while (i < redaction->user_count && !iw_span_equal(redaction->users[i], user))
        i++;
    if (i == redaction->user_count && i < IW_REDACTION_USERS_MAX && user.length > 0)
        redaction->users[redaction->user_count++] = iw_arena_copy(&redaction->arena, user);
    const char *fill = i < IW_REDACTION_USERS_MAX ? fills[i] : MASK;
    if (!redaction->keep_users && user.length >= SURE_LENGTH - 1)
        add(redaction, user, fill, true);
    return fill;
}

/* ---- finding ---- */

static bool is_word(struct iw_span text, size_t begin, size_t end)
{
    const unsigned part = IW_CHAR_ALPHA | IW_CHAR_DIGIT;
    return (begin == 0 || !iw_is(text.data[begin - 1], part)) &&
           (end == text.length || !iw_is(text.data[end], part));
}

static const struct iw_redacted *longest_at(const struct iw_redaction *redaction,
                                            struct iw_span text, size_t at, bool users)
{
    const struct iw_redacted *longest = NULL;
    struct iw_span rest = iw_span_part(text, at, text.length);
    for (size_t i = 0; i < redaction->count; i++) {
        const struct iw_redacted *form = &redaction->forms[i];
        bool longer = longest == NULL || form->octets.length > longest->octets.length;
        if (longer && (users || !form->user) && iw_span_starts(rest, form->octets) &&
            (!form->word || is_word(text, at, at + form->octets.length)))
            longest = form;
    }
    return longest;
}

const struct iw_redacted *iw_redaction_find(const struct iw_redaction *redaction,
                                            struct iw_span text, size_t at, bool users,
                                            size_t *found)
{
    for (; at < text.length; at++) {
        const struct iw_redacted *form = redaction->begins[(unsigned char)text.data[at]]
                                             ? longest_at(redaction, text, at, users)
                                             : NULL;
        if (form == NULL)
            continue;
        *found = at;
        return form;
    }
    *found = text.length;
    return NULL;
}

void iw_redaction_write(const struct iw_redaction *redaction, struct iw_span text,
                        struct iw_buf *out)
{
    size_t at = 0, found;
    for (const struct iw_redacted *form;
         (form = iw_redaction_find(redaction, text, at, false, &found)) != NULL;) {
        iw_buf_add(out, iw_span_part(text, at, found));
        iw_buf_add_string(out, MASK);
        at = found + form->octets.length;
    }
    iw_buf_add(out, iw_span_part(text, at, text.length));
}
