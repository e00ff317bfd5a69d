/* SPDX-License-Identifier: MIT */
#include "conformance/target.h"

#include "base/base64.h"
#include "base/chars.h"

#include <string.h>

enum {
    STEP_MS = 20000,
    CONNECTIONS_MAX = 8, /* Dovecot, for one, allows 10 of a user from one address */
    ARENA_OCTETS_MAX = 4 << 20,
    WORDS_MAX = 1024,
    PLAIN_OCTETS_MAX = 4096
};

void iw_target_init(struct iw_target *target)
{
    *target = (struct iw_target){.connections_max = CONNECTIONS_MAX, .step_ms = STEP_MS};
    iw_arena_init(&target->arena, NULL, ARENA_OCTETS_MAX);
}

void iw_target_release(struct iw_target *target)
{
    iw_arena_release(&target->arena);
}

bool iw_target_may_log_in(const struct iw_target *target, struct iw_error *problem)
{
    const bool in_clear = !target->url.tls && !target->starttls;
    if (in_clear && !target->url.loopback && !target->allow_password_in_clear) {
        iw_failf(problem, IW_SYSTEM,
                 "the password would cross the network in clear: use imaps://, --starttls or "
                 "--send-password-in-clear");
        return false;
    }
    return true;
}

static bool is_quotable(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (!iw_is(*c, IW_CHAR_QUOTED) && *c != '"' && *c != '\\')
            return false;
    }
    return true;
}

bool iw_target_is_quotable(const struct iw_target *target)
{
    return is_quotable(target->user) && is_quotable(target->password);
}

/* message = [authzid] NUL authcid NUL passwd */
void iw_target_plain(const struct iw_target *target, struct iw_buf *out)
{
    struct iw_buf message;
    iw_buf_init(&message, NULL, PLAIN_OCTETS_MAX);
    iw_buf_add_char(&message, '\0');
    iw_buf_add_string(&message, target->user);
    iw_buf_add_char(&message, '\0');
    iw_buf_add_string(&message, target->password);
    iw_base64_encode(out, iw_buf_span(&message));
    iw_buf_release(&message);
}

bool iw_texts_have(const struct iw_texts *texts, struct iw_span text)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (iw_span_equal_nocase(texts->items[i], text))
            return true;
    }
    return false;
}

static bool add(struct iw_texts *texts, struct iw_span word, struct iw_arena *arena)
{
    if (texts->items == NULL)
        texts->items = iw_arena_array(arena, WORDS_MAX, sizeof *texts->items);
    if (texts->items == NULL)
        return false;
    if (word.length == 0 || iw_texts_have(texts, word) || texts->count == WORDS_MAX)
        return true;
    texts->items[texts->count] = iw_arena_copy(arena, word);
    return texts->items[texts->count++].data != NULL;
}

bool iw_texts_add_words(struct iw_texts *texts, struct iw_span words, struct iw_arena *arena)
{
    while (words.length > 0) {
        if (!add(texts, iw_span_take_word(&words), arena))
            return false;
    }
    return true;
}
