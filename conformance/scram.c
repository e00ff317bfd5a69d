/* SPDX-License-Identifier: MIT */
#include "conformance/scram.h"

#include "base/base64.h"
#include "net/digest.h"

#include <string.h>

enum { KEY_OCTETS_MAX = 64, SALT_OCTETS_MAX = 4096, COUNT_MAX = 1000000 };

struct scram {
    struct iw_span hash, what, salt, message;
    uint64_t count;
};

/* Up to the next comma, which goes too. */
static struct iw_span take_part(struct iw_span *text)
{
    const char *comma = text->length == 0 ? NULL : memchr(text->data, ',', text->length);
    const size_t length = comma == NULL ? text->length : (size_t)(comma - text->data);
    const struct iw_span part = iw_span_part(*text, 0, length);
    *text = iw_span_part(*text, comma == NULL ? length : length + 1, text->length);
    return part;
}

static bool take_apart(struct iw_span text, struct scram *scram)
{
    scram->hash = take_part(&text);
    scram->what = take_part(&text);
    scram->salt = take_part(&text);
    const struct iw_span count = take_part(&text);
    scram->message = text;
    return iw_span_number(count, COUNT_MAX, &scram->count) &&
           (iw_span_equal(scram->what, IW_SPAN("proof")) ||
            iw_span_equal(scram->what, IW_SPAN("signature")));
}

/* HMAC(SaltedPassword, "Client Key" or "Server Key") */
static bool make_key(const struct scram *scram, struct iw_span password, struct iw_buf *key)
{
    struct iw_buf salt, salted;
    const bool proves = iw_span_equal(scram->what, IW_SPAN("proof"));
    iw_buf_init(&salt, NULL, SALT_OCTETS_MAX);
    iw_buf_init(&salted, NULL, KEY_OCTETS_MAX);
    const bool made = iw_base64_decode(&salt, scram->salt, NULL) == IW_OK &&
                      iw_digest_stretched(scram->hash, password, iw_buf_span(&salt),
                                          (uint32_t)scram->count, &salted) &&
                      iw_digest_keyed(scram->hash, iw_buf_span(&salted),
                                      proves ? IW_SPAN("Client Key") : IW_SPAN("Server Key"), key);
    iw_buf_release(&salt);
    iw_buf_release(&salted);
    return made;
}

/* ClientKey XOR HMAC(H(ClientKey), AuthMessage) */
static bool make_proof(const struct scram *scram, struct iw_span key, struct iw_buf *proof)
{
    struct iw_buf stored;
    iw_buf_init(&stored, NULL, KEY_OCTETS_MAX);
    const bool made = iw_digest(scram->hash, key, &stored) &&
                      iw_digest_keyed(scram->hash, iw_buf_span(&stored), scram->message, proof);
    iw_buf_release(&stored);
    if (!made)
        return false;
    char *octets = proof->data;
    for (size_t i = 0; i < key.length; i++)
        octets[i] = (char)(octets[i] ^ key.data[i]);
    return true;
}

bool iw_scram(struct iw_span argument, struct iw_span password, struct iw_buf *out)
{
    struct scram scram;
    struct iw_buf key, result;
    if (!take_apart(argument, &scram))
        return false;
    iw_buf_init(&key, NULL, KEY_OCTETS_MAX);
    iw_buf_init(&result, NULL, KEY_OCTETS_MAX);
    bool made = make_key(&scram, password, &key);
    if (made && iw_span_equal(scram.what, IW_SPAN("proof")))
        made = make_proof(&scram, iw_buf_span(&key), &result);
    else if (made)
        made = iw_digest_keyed(scram.hash, iw_buf_span(&key), scram.message, &result);
    if (made)
        iw_base64_encode(out, iw_buf_span(&result));
    iw_buf_release(&key);
    iw_buf_release(&result);
    return made && !out->failed;
}
