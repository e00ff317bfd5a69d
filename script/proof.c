/* SPDX-License-Identifier: MIT */
#include "script/proof.h"

#include "base/base64.h"
#include "base/chars.h"

#include <string.h>

enum { MESSAGE_MAX = 1 << 20, WORD_MIN = 2 };

const char *iw_proof_learn_login(struct iw_redaction *redaction, const struct iw_command *login)
{
    iw_redaction_add_secret(redaction, login->other);
    return iw_redaction_add_user(redaction, login->user);
}

/* Up to the octet, which is passed over; the rest when it does not come. */
static struct iw_span take_to(struct iw_span *text, char end)
{
    const char *found = text->length == 0 ? NULL : memchr(text->data, end, text->length);
    size_t length = found == NULL ? text->length : (size_t)(found - text->data);
    struct iw_span part = iw_span_part(*text, 0, length);
    *text = iw_span_part(*text, length + 1, text->length);
    return part;
}

/* ---- messages ---- */

/* [authzid] NUL authcid NUL passwd (RFC 4616 §2) */
static void learn_plain(struct iw_redaction *redaction, unsigned number, struct iw_span message)
{
    (void)number;
    take_to(&message, '\0');
    struct iw_span user = take_to(&message, '\0');
    iw_redaction_add_secret(redaction, message);
    iw_redaction_add_user(redaction, user);
}

/* The name, then the password. */
static void learn_login(struct iw_redaction *redaction, unsigned number, struct iw_span message)
{
    if (number == 1)
        iw_redaction_add_user(redaction, message);
    else
        iw_redaction_add_secret(redaction, message);
}

/* name SP digest (RFC 2195 §2) */
static void learn_cram(struct iw_redaction *redaction, unsigned number, struct iw_span message)
{
    (void)number;
    size_t end = message.length;
    while (end > 0 && message.data[end - 1] != ' ')
        end--;
    if (end > 0)
        iw_redaction_add_user(redaction, iw_span_part(message, 0, end - 1));
}

/* Members between octets of one kind: "n,,n=user,r=nonce" (RFC 5802 §7), "user=name^Aauth=Bearer
 * token^A^A" (RFC 7628 §3.1, and XOAUTH2). */
static void learn_members(struct iw_redaction *redaction, struct iw_span message, char between)
{
    while (message.length > 0) {
        struct iw_span member = take_to(&message, between);
        struct iw_span value = member, name = take_to(&value, '=');
        if (iw_span_equal(name, IW_SPAN("n")) || iw_span_equal(name, IW_SPAN("user")) ||
            iw_span_equal(name, IW_SPAN("a")))
            iw_redaction_add_user(redaction, value);
        if (!iw_span_equal(name, IW_SPAN("auth")))
            continue;
        take_to(&value, ' '); /* Bearer */
        iw_redaction_add_secret(redaction, value);
    }
}

static void learn_scram(struct iw_redaction *redaction, unsigned number, struct iw_span message)
{
    if (number == 1)
        learn_members(redaction, message, ',');
}

/* In OAUTHBEARER the name stands in front, as in SCRAM: "n,a=name,^A". */
static void learn_bearer(struct iw_redaction *redaction, unsigned number, struct iw_span message)
{
    (void)number;
    struct iw_span members = message, header = take_to(&members, '\1');
    if (iw_span_starts(header, IW_SPAN("n,")) || iw_span_starts(header, IW_SPAN("y,")))
        learn_members(redaction, header, ',');
    learn_members(redaction, message, '\1');
}

static const struct {
    const char *prefix; /* of the mechanism's name */
    void (*learn)(struct iw_redaction *redaction, unsigned number, struct iw_span message);
} mechanisms[] = {
    {"PLAIN", learn_plain},  {"LOGIN", learn_login},    {"CRAM-MD5", learn_cram},
    {"SCRAM-", learn_scram}, {"XOAUTH2", learn_bearer}, {"OAUTHBEARER", learn_bearer},
};

void iw_proof_learn_message(struct iw_redaction *redaction, struct iw_span mechanism,
                            unsigned number, struct iw_span line)
{
    struct iw_buf message;
    iw_buf_init(&message, NULL, MESSAGE_MAX);
    iw_redaction_add_octets(redaction, line);
    if (iw_base64_decode(&message, line, NULL) == IW_OK) {
        iw_redaction_add_octets(redaction, iw_buf_span(&message));
        for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
            if (iw_span_starts_nocase(mechanism, iw_span_of(mechanisms[i].prefix)))
                mechanisms[i].learn(redaction, number, iw_buf_span(&message));
    }
    iw_buf_release(&message);
}

/* ---- lines that are none ---- */

static size_t behind(struct iw_span line, struct iw_span word)
{
    for (size_t at = 0; at + word.length <= line.length; at++)
        if (iw_span_starts_nocase(iw_span_part(line, at, line.length), word))
            return at + word.length;
    return 0;
}

void iw_proof_learn_words(struct iw_redaction *redaction, struct iw_span line)
{
    size_t at = behind(line, IW_SPAN("LOGIN"));
    if (at == 0)
        at = behind(line, IW_SPAN("AUTHENTICATE"));
    struct iw_span rest = iw_span_part(line, at, line.length);
    while (at > 0 && rest.length > 0) {
        size_t length = 0;
        while (length < rest.length && !iw_is_among(rest.data[length], " \t\r\n\"(){}"))
            length++;
        if (length >= WORD_MIN)
            iw_redaction_add_secret(redaction, iw_span_part(rest, 0, length));
        rest = iw_span_part(rest, length + 1, rest.length);
    }
}
