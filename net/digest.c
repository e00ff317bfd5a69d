/* SPDX-License-Identifier: MIT */
#include "net/digest.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static const EVP_MD *find(struct iw_span hash)
{
    if (iw_span_equal_nocase(hash, IW_SPAN("SHA-1")))
        return EVP_sha1();
    return iw_span_equal_nocase(hash, IW_SPAN("SHA-256")) ? EVP_sha256() : NULL;
}

static const unsigned char *octets_of(struct iw_span span)
{
    return (const unsigned char *)(span.length > 0 ? span.data : "");
}

static bool give(struct iw_buf *out, const unsigned char *digest, size_t length)
{
    iw_buf_add(out, iw_span((const char *)digest, length));
    return !out->failed;
}

bool iw_digest(struct iw_span hash, struct iw_span octets, struct iw_buf *out)
{
    const EVP_MD *md = find(hash);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    return md != NULL &&
           EVP_Digest(octets_of(octets), octets.length, digest, &length, md, NULL) == 1 &&
           give(out, digest, length);
}

bool iw_digest_keyed(struct iw_span hash, struct iw_span key, struct iw_span octets,
                     struct iw_buf *out)
{
    const EVP_MD *md = find(hash);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    return md != NULL && key.length <= INT_MAX &&
           HMAC(md, octets_of(key), (int)key.length, octets_of(octets), octets.length, digest,
                &length) != NULL &&
           give(out, digest, length);
}

bool iw_digest_stretched(struct iw_span hash, struct iw_span password, struct iw_span salt,
                         uint32_t rounds, struct iw_buf *out)
{
    const EVP_MD *md = find(hash);
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (md == NULL || password.length > INT_MAX || salt.length > INT_MAX || rounds == 0 ||
        rounds > INT_MAX)
        return false;
    const int length = EVP_MD_size(md);
    return PKCS5_PBKDF2_HMAC((const char *)octets_of(password), (int)password.length,
                             octets_of(salt), (int)salt.length, (int)rounds, md, length,
                             digest) == 1 &&
           give(out, digest, (size_t)length);
}
