/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/authorised_url.h"

#include "base/random.h"
#include "mockserver/engine/mime_section.h"

#include <stdio.h>
#include <string.h>

enum { TOKEN_MAX = 64 };

/* ---- what a URL names ---- */

static bool read_section(struct iw_arena *arena, struct iw_span text, struct iw_section *section)
{
    struct iw_reader reader;
    struct iw_error error = {0};
    struct iw_buf spec;
    iw_buf_init(&spec, NULL, 64 << 10);
    iw_buf_addf(&spec, "[%.*s]", (int)text.length, text.data == NULL ? "" : text.data);
    const struct iw_frame frame = {.bytes = iw_arena_copy(arena, iw_buf_span(&spec))};
    iw_buf_release(&spec);
    if (frame.bytes.data == NULL)
        return false;
    iw_reader_init(&reader, &frame, arena, &iw_limits_default, NULL, &error);
    return iw_parse_section_spec(&reader, section) == IW_OK && reader.at == reader.end;
}

struct iw_span iw_url_octets(struct iw_arena *arena, const struct iw_imap_url *url,
                             const struct iw_message *message)
{
    const struct iw_span whole = iw_span(message->content->octets, message->content->length);
    struct iw_section section = {0};
    struct iw_mime_message mime;
    struct iw_span octets = {NULL, 0};
    if (!read_section(arena, url->section, &section) ||
        iw_mime_parse(arena, whole, &mime) != IW_OK ||
        iw_mime_section(arena, &mime, &section, &octets) != IW_OK || octets.data == NULL)
        return iw_span(NULL, 0);
    if (url->has_partial)
        octets = iw_mime_partial(octets, url->origin, url->length == 0 ? UINT64_MAX : url->length);
    return octets;
}

struct iw_mailbox *iw_url_mailbox(const struct iw_store *store, const struct iw_imap_url *url)
{
    const struct iw_user *owner = url->form == IW_URL_ABSOLUTE && url->user.data != NULL
                                      ? iw_store_user(store, url->user)
                                      : NULL;
    struct iw_mailbox *mailbox = owner == NULL || url->mailbox.length == 0
                                     ? NULL
                                     : iw_store_find(store, owner, url->mailbox);
    const bool good = mailbox != NULL && !mailbox->no_select &&
                      (url->uidvalidity == 0 || url->uidvalidity == mailbox->uidvalidity);
    return good ? mailbox : NULL;
}

/* ---- authorisation ---- */

/* "01" names the way it is made, for the day there is another (RFC 4467 §3). */
void iw_url_write_token(uint64_t key, struct iw_span rump, struct iw_buf *out)
{
    struct iw_random random;
    iw_random_seed(&random, key);
    uint64_t mixed = iw_random_next(&random);
    for (size_t i = 0; i < rump.length; i++)
        mixed = (mixed ^ (unsigned char)rump.data[i]) * 0x100000001b3; /* FNV-1a */
    iw_random_seed(&random, mixed);
    const unsigned long long high = iw_random_next(&random), low = iw_random_next(&random);
    iw_buf_addf(out, "01%016llx%016llx", high, low);
}

/* RFC 4467 §2: who may use it. Nobody here is a submission server, or one that streams. */
static bool may_use(const struct iw_user *user, struct iw_span access)
{
    const struct iw_span word = IW_SPAN("user+");
    const bool anonymous = iw_span_equal(user->name, IW_SPAN("anonymous"));
    if (iw_span_starts_nocase(access, word))
        return iw_span_equal(iw_span_part(access, word.length, access.length), user->name);
    return iw_span_equal_nocase(access, IW_SPAN("anonymous")) ||
           (iw_span_equal_nocase(access, IW_SPAN("authuser")) && !anonymous);
}

/* A date-time of RFC 3339, which the parser of the URL has checked. */
static bool has_expired(struct iw_span expire, int64_t now)
{
    char text[TOKEN_MAX], sign = '+';
    int year, month, day, hour, minute, second, zone_hour = 0, zone_minute = 0, length = 0;
    if (expire.length == 0)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)expire.length, expire.data);
    if (sscanf(text, "%4d-%2d-%2d%*1[Tt]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
               &second, &length) != 6)
        return true;
    length += (int)strspn(text + length, ".0123456789"); /* what a second's parts add is nothing */
    sscanf(text + length, "%c%2d:%2d", &sign, &zone_hour, &zone_minute);
    const int zone = (sign == '-' ? -1 : 1) * (60 * zone_hour + zone_minute);
    const struct iw_date date = {(int16_t)year,   (uint8_t)month,  (uint8_t)day, (uint8_t)hour,
                                 (uint8_t)minute, (uint8_t)second, (int16_t)zone};
    return iw_date_to_unix(&date) <= now;
}

/* Octet by octet, but for the case of the digits. */
static bool has_token(uint64_t key, struct iw_span text, const struct iw_imap_url *url)
{
    const size_t tail = url->verifier_mechanism.length + url->verifier.length + 2; /* two colons */
    struct iw_buf token;
    iw_buf_init(&token, NULL, TOKEN_MAX);
    iw_url_write_token(key, iw_span_part(text, 0, text.length - tail), &token);
    const bool right = iw_span_equal_nocase(iw_buf_span(&token), url->verifier);
    iw_buf_release(&token);
    return right;
}

const struct iw_message *iw_authorised_message(const struct iw_run *run, struct iw_span text,
                                               const struct iw_imap_url *url)
{
    const struct iw_engine *engine = run->session->engine;
    const struct iw_mailbox *mailbox = iw_url_mailbox(&engine->store, url);
    if (mailbox == NULL || mailbox->url_key == 0 || url->uid == 0 || url->search.data != NULL ||
        !iw_span_equal_nocase(url->verifier_mechanism, IW_SPAN("INTERNAL")) ||
        !may_use(run->session->user, url->access) || has_expired(url->expire, engine->now) ||
        !has_token(mailbox->url_key, text, url))
        return NULL;
    return iw_mailbox_message(mailbox, url->uid);
}
