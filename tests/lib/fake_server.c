/* SPDX-License-Identifier: MIT */
#include "tests/lib/fake_server.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SILENCE_MS = 100 };

static bool is_tag(struct iw_span word)
{
    for (size_t i = 0; i < word.length; i++)
        if (i < 4 ? word.data[i] < 'A' || word.data[i] > 'P'
                  : word.data[i] < '0' || word.data[i] > '9')
            return false;
    return word.length > 4 && word.length < 15;
}

static enum iw_result fake_write(void *context, struct iw_span octets, int timeout_ms,
                                 struct iw_error *error)
{
    struct iw_fake_server *fake = context;
    (void)timeout_ms;
    (void)error;
    const char *space = memchr(octets.data, ' ', octets.length);
    size_t length = space == NULL ? 0 : (size_t)(space - octets.data);
    if (is_tag(iw_span_part(octets, 0, length))) {
        snprintf(fake->tag, sizeof fake->tag, "%.*s", (int)length, octets.data);
        iw_buf_add_char(&fake->sent, '#');
        octets = iw_span_part(octets, length, octets.length);
    }
    iw_buf_add(&fake->sent, octets);
    return IW_OK;
}

static enum iw_result fake_read(void *context, char *room, size_t size, size_t *got, int timeout_ms,
                                struct iw_error *error)
{
    struct iw_fake_server *fake = context;
    struct iw_buf reply;
    if (*fake->replies != NULL && **fake->replies == '\0') {
        fake->replies++;
        poll(NULL, 0, timeout_ms < 0 || timeout_ms > SILENCE_MS ? SILENCE_MS : timeout_ms);
        return iw_failf(error, IW_TIMEOUT, "silence");
    }
    if (*fake->replies == NULL)
        return fake->silent ? iw_failf(error, IW_TIMEOUT, "silence")
                            : iw_failf(error, IW_CLOSED, "the end");
    iw_buf_init(&reply, NULL, size);
    for (const char *c = *fake->replies++; *c != '\0'; c++) {
        if (*c == '#')
            iw_buf_add_string(&reply, fake->tag);
        else
            iw_buf_add_char(&reply, *c);
    }
    assert_false(reply.failed);
    *got = reply.length;
    memcpy(room, iw_buf_span(&reply).data, reply.length);
    iw_buf_release(&reply);
    return IW_OK;
}

static enum iw_result fake_start_tls(void *context, struct iw_tls_context *tls, const char *host,
                                     int timeout_ms, struct iw_error *error)
{
    struct iw_fake_server *fake = context;
    (void)tls;
    (void)timeout_ms;
    assert_string_equal(host, "example.org");
    fake->handshakes++;
    return fake->tls_fails ? iw_failf(error, IW_SYSTEM, "bad certificate") : IW_OK;
}

static void fake_close(void *context)
{
    struct iw_fake_server *fake = context;
    fake->closes++;
}

static const struct iw_wire_calls fake_calls = {fake_read, fake_write, fake_start_tls, fake_close};

struct iw_imap *iw_fake_open(struct iw_fake_server *fake, const char *const *replies,
                             const struct iw_imap_options *given, struct iw_imap_failure *failure)
{
    struct iw_imap_options options = {.host = "example.org"};
    if (given != NULL)
        options = *given;
    fake->replies = replies;
    iw_buf_init(&fake->sent, NULL, 1 << 20);
    return iw_imap_open_wire(iw_wire_custom(&fake_calls, fake), false, &options, failure);
}

void iw_fake_show(struct iw_buf *out, const struct iw_imap_result *result)
{
    iw_buf_add_string(out, result->type);
    for (size_t i = 0; i < result->count; i++) {
        iw_buf_add_string(out, " <");
        iw_buf_add(out, result->data[i].text);
        if (result->data[i].literal.data != NULL) {
            iw_buf_add_string(out, "|");
            iw_buf_add(out, result->data[i].literal);
        }
        iw_buf_add_string(out, ">");
    }
}

static enum iw_imap_outcome start_in(struct iw_imap *imap, struct iw_fake_server *fake,
                                     enum iw_fake_start start)
{
    static const char *const selected[] = {"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n"
                                           "# OK [READ-WRITE] done\r\n",
                                           NULL};
    fake->replies = selected;
    enum iw_imap_outcome outcome = IW_IMAP_OK;
    if (start == SELECTED)
        outcome = iw_imap_select(imap, "M", false, NULL);
    iw_buf_clear(&fake->sent);
    return outcome;
}

static const char *const greetings[] = {
    [NONAUTH] = "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi\r\n",
    [AUTH] = "* PREAUTH [CAPABILITY IMAP4rev1 ENABLE IDLE UTF8=ACCEPT] hi\r\n",
    [SELECTED] = "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n",
};

void iw_fake_check(const struct iw_fake_row *row)
{
    struct iw_fake_server fake = {.silent = false};
    struct iw_imap_result result = {.type = "none"};
    const char *const greeting[] = {greetings[row->start], NULL};
    struct iw_imap *imap = iw_fake_open(&fake, greeting, NULL, NULL);
    assert_non_null(imap);
    assert_int_equal(start_in(imap, &fake, row->start), IW_IMAP_OK);
    fake.replies = row->replies;
    enum iw_imap_outcome outcome = row->call(imap, &result);
    struct iw_buf shown;
    iw_buf_init(&shown, NULL, 1 << 20);
    if (outcome == IW_IMAP_OK || outcome == IW_IMAP_NO)
        iw_fake_show(&shown, &result);
    else
        iw_buf_add_string(&shown, iw_imap_failure(imap)->error.detail);
    if (outcome != row->outcome || strcmp(iw_buf_string(&shown), row->shown) != 0 ||
        strcmp(iw_buf_string(&fake.sent), row->sent) != 0 || *fake.replies != NULL)
        fail_msg("%s: outcome %d, sent:\n%s\nshown:\n%s\nunread: %s", row->name, outcome,
                 iw_buf_string(&fake.sent), iw_buf_string(&shown),
                 *fake.replies == NULL ? "nothing" : *fake.replies);
    iw_imap_free(imap);
    assert_int_equal(fake.closes, 1);
    iw_buf_release(&shown);
    iw_buf_release(&fake.sent);
}

struct iw_imap *iw_fake_begin(struct iw_fake_server *fake, enum iw_fake_start start)
{
    const char *const greeting[] = {greetings[start], NULL};
    *fake = (struct iw_fake_server){.silent = false};
    struct iw_imap *imap = iw_fake_open(fake, greeting, NULL, NULL);
    assert_non_null(imap);
    assert_int_equal(start_in(imap, fake, start), IW_IMAP_OK);
    return imap;
}

void iw_fake_end(struct iw_imap *imap, struct iw_fake_server *fake)
{
    iw_imap_free(imap);
    iw_buf_release(&fake->sent);
}
