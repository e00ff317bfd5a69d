/* SPDX-License-Identifier: MIT */
#include "parser/url.h"

#include "parser/same.h"
#include "parser/verbatim.h"

/* unreserved / sub-delims-sh */
static bool is_uchar(char c)
{
    return iw_is(c, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || (c != '\0' && strchr("-._~!$'()*+,", c));
}

/* achar = uchar / "&" / "=" */
static bool is_achar(char c)
{
    return is_uchar(c) || c == '&' || c == '=';
}

/* bchar = achar / ":" / "@" / "/" */
static bool is_bchar(char c)
{
    return is_achar(c) || c == ':' || c == '@' || c == '/';
}

/* reg-name and IP-literal, roughly */
static bool is_host(char c)
{
    return is_achar(c) || c == '%';
}

static bool is_access(char c)
{
    return is_achar(c) || c == '%';
}

static bool is_time(char c)
{
    return iw_is(c, IW_CHAR_DIGIT) || (c != '\0' && strchr("-:.TtZz+", c));
}

static int hex_value(char c)
{
    char upper = iw_upper(c);
    if (iw_is(c, IW_CHAR_DIGIT))
        return c - '0';
    return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
}

/* ---- reading ---- */

typedef bool is_member(char c);

static enum iw_result read_members(struct iw_reader *reader, is_member *is, const char *expected,
                                   struct iw_span *run)
{
    const char *begin = reader->at;
    while (reader->at < reader->end && is(*reader->at))
        reader->at++;
    *run = iw_between(begin, reader->at);
    return reader->at > begin ? IW_OK : iw_reader_fail(reader, expected);
}

/* pct-encoded = "%" HEXDIG HEXDIG */
static enum iw_result skip_encoded(struct iw_reader *reader)
{
    bool whole = reader->end - reader->at >= 3 && hex_value(reader->at[1]) >= 0 &&
                 hex_value(reader->at[2]) >= 0;
    if (!whole)
        return iw_reader_fail(reader, "% and two hexadecimal digits");
    reader->at += 3;
    return IW_OK;
}

static enum iw_result decode(struct iw_reader *reader, struct iw_span *text)
{
    char *plain = iw_arena_get(reader->arena, text->length);
    size_t length = 0;
    if (plain == NULL)
        return iw_reader_no_room(reader, text->length);
    for (size_t i = 0; i < text->length; i++) {
        char c = text->data[i];
        if (c == '%') {
            c = (char)(hex_value(text->data[i + 1]) << 4 | hex_value(text->data[i + 2]));
            i += 2;
        }
        plain[length++] = c;
    }
    *text = iw_span(plain, length);
    return IW_OK;
}

/* 1*(member / pct-encoded), decoded. A "/" in front of ";" belongs to what follows. */
static enum iw_result read_encoded(struct iw_reader *reader, is_member *is, const char *expected,
                                   struct iw_span *text)
{
    const char *begin = reader->at;
    bool encoded = false;
    enum iw_result result = IW_OK;
    while (result == IW_OK && reader->at < reader->end) {
        if (*reader->at == '%') {
            encoded = true;
            result = skip_encoded(reader);
        } else if (is(*reader->at))
            reader->at++;
        else
            break;
    }
    if (result != IW_OK)
        return result;
    if (reader->at > begin && iw_reader_peek(reader, ';') && reader->at[-1] == '/')
        reader->at--;
    *text = iw_between(begin, reader->at);
    if (text->length == 0)
        return iw_reader_fail(reader, expected);
    return encoded ? decode(reader, text) : IW_OK;
}

/* True: it was there, in any case of letters, and the cursor is behind it. */
static bool skip(struct iw_reader *reader, struct iw_span wanted)
{
    bool there = iw_span_starts_nocase(iw_between(reader->at, reader->end), wanted);
    reader->at += there ? wanted.length : 0;
    return there;
}

static enum iw_result read_number(struct iw_reader *reader, uint32_t *number)
{
    uint64_t value = 0;
    enum iw_result result = iw_read_nz_number(reader, UINT32_MAX, &value);
    *number = (uint32_t)value;
    return result;
}

/* iuserinfo = enc-user [iauth] / [enc-user] iauth ; iauth = ";AUTH=" ("*" / enc-auth-type) */
static enum iw_result parse_user(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum iw_result result = IW_OK;
    if (!iw_reader_peek(reader, ';'))
        result = read_encoded(reader, is_achar, "a user", &url->user);
    if (result == IW_OK && skip(reader, IW_SPAN(";AUTH=")))
        result = read_encoded(reader, is_achar, "a mechanism or *", &url->mechanism);
    return result == IW_OK ? iw_read_char(reader, '@', "@") : result;
}

/* host = IP-literal / IPv4address / reg-name */
static enum iw_result parse_host(struct iw_reader *reader, struct iw_imap_url *url)
{
    const char *begin = reader->at;
    struct iw_span run;
    if (!iw_reader_skip(reader, '['))
        return read_members(reader, is_host, "a host", &url->host);
    while (reader->at < reader->end && (is_uchar(*reader->at) || *reader->at == ':'))
        reader->at++;
    enum iw_result result = iw_read_char(reader, ']', "]");
    run = iw_between(begin, reader->at);
    url->host = run;
    return result;
}

/* iserver = [iuserinfo "@"] host [":" port] */
static enum iw_result parse_server(struct iw_reader *reader, struct iw_imap_url *url)
{
    const char *at = reader->at;
    enum iw_result result = IW_OK;
    url->absolute = true;
    while (at < reader->end && *at != '@' && *at != '/')
        at++;
    if (at < reader->end && *at == '@')
        result = parse_user(reader, url);
    if (result == IW_OK)
        result = parse_host(reader, url);
    if (result != IW_OK || !iw_reader_skip(reader, ':'))
        return result;
    uint64_t port = 0;
    result = iw_read_nz_number(reader, UINT16_MAX, &port);
    url->port = (uint16_t)port;
    return result;
}

/* ipartial = "/;PARTIAL=" number ["." nz-number] */
static enum iw_result parse_partial(struct iw_reader *reader, struct iw_imap_url *url)
{
    url->has_partial = true;
    enum iw_result result = iw_read_number(reader, INT64_MAX, &url->origin);
    if (result != IW_OK || !iw_reader_skip(reader, '.'))
        return result;
    return iw_read_nz_number(reader, INT64_MAX, &url->length);
}

/* iua-verifier = ":" uauth-mechanism ":" enc-urlauth ; enc-urlauth = 32*HEXDIG */
static enum iw_result parse_verifier(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum { DIGITS_AT_LEAST = 32 };
    enum iw_result result = read_members(reader, is_uchar, "a mechanism", &url->verifier_mechanism);
    if (result == IW_OK)
        result = iw_read_char(reader, ':', ":");
    const char *begin = reader->at;
    while (reader->at < reader->end && hex_value(*reader->at) >= 0)
        reader->at++;
    url->verifier = iw_between(begin, reader->at);
    if (result == IW_OK && url->verifier.length < DIGITS_AT_LEAST)
        result = iw_reader_fail(reader, "32 hexadecimal digits or more");
    return result;
}

/* iurlauth = [";EXPIRE=" date-time] ";URLAUTH=" access [iua-verifier] */
static enum iw_result parse_urlauth(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum iw_result result = IW_OK;
    bool expires = skip(reader, IW_SPAN(";EXPIRE="));
    if (expires)
        result = read_members(reader, is_time, "a date and time", &url->expire);
    if (result != IW_OK)
        return result;
    if (!skip(reader, IW_SPAN(";URLAUTH=")))
        return expires ? iw_reader_fail(reader, ";URLAUTH=") : IW_OK;
    result = read_members(reader, is_access, "an access", &url->access);
    return result == IW_OK && iw_reader_skip(reader, ':') ? parse_verifier(reader, url) : result;
}

/* imessagepart = imailbox-ref iuid [isection] [ipartial] [iurlauth] ; behind the mailbox */
static enum iw_result parse_message(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum iw_result result = read_number(reader, &url->uid);
    if (result == IW_OK && skip(reader, IW_SPAN("/;SECTION=")))
        result = read_encoded(reader, is_bchar, "a section", &url->section);
    if (result == IW_OK && skip(reader, IW_SPAN("/;PARTIAL=")))
        result = parse_partial(reader, url);
    return result == IW_OK ? parse_urlauth(reader, url) : result;
}

/* icommand = imailbox-ref ["?" enc-search] / imessagepart
 * imailbox-ref = enc-mailbox [";UIDVALIDITY=" nz-number] */
static enum iw_result parse_command(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum iw_result result = read_encoded(reader, is_bchar, "a mailbox", &url->mailbox);
    if (result == IW_OK && skip(reader, IW_SPAN(";UIDVALIDITY=")))
        result = read_number(reader, &url->uidvalidity);
    if (result == IW_OK && iw_reader_skip(reader, '?'))
        return read_encoded(reader, is_bchar, "a search", &url->search);
    if (result == IW_OK && skip(reader, IW_SPAN("/;UID=")))
        return parse_message(reader, url);
    return result;
}

/* imapurl = "imap://" iserver ["/" [icommand]] ; or "/" [icommand] */
enum iw_result iw_parse_imap_url(struct iw_span text, struct iw_arena *arena,
                                 struct iw_imap_url *url, struct iw_error *error)
{
    struct iw_frame frame = {.bytes = text};
    struct iw_reader reader;
    enum iw_result result = IW_OK;
    iw_reader_init(&reader, &frame, arena, &iw_limits_default, NULL, error);
    *url = (struct iw_imap_url){0};
    if (skip(&reader, IW_SPAN("imap://")))
        result = parse_server(&reader, url);
    else if (!iw_reader_peek(&reader, '/'))
        result = iw_reader_fail(&reader, "imap:// or /");
    if (result == IW_OK && iw_reader_skip(&reader, '/') && reader.at < reader.end)
        result = parse_command(&reader, url);
    if (result == IW_OK && reader.at < reader.end)
        result = iw_reader_fail(&reader, "the end of the URL");
    return result;
}

/* ---- writing ---- */

/* A "/" at the end is encoded: ";" may follow. */
static void write_encoded(struct iw_buf *out, is_member *is, struct iw_span text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (is(c) && !(c == '/' && i + 1 == text.length))
            iw_buf_add_char(out, c);
        else
            iw_buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

static void write_server(struct iw_buf *out, const struct iw_imap_url *url)
{
    iw_buf_add(out, IW_SPAN("imap://"));
    write_encoded(out, is_achar, url->user);
    if (url->mechanism.data != NULL) {
        iw_buf_add(out, IW_SPAN(";AUTH="));
        write_encoded(out, is_achar, url->mechanism);
    }
    if (url->user.data != NULL || url->mechanism.data != NULL)
        iw_buf_add_char(out, '@');
    iw_buf_add(out, url->host);
    if (url->port != 0)
        iw_buf_addf(out, ":%u", (unsigned)url->port);
}

static void write_urlauth(struct iw_buf *out, const struct iw_imap_url *url)
{
    if (url->expire.data != NULL)
        iw_buf_add(out, IW_SPAN(";EXPIRE="));
    iw_buf_add(out, url->expire);
    if (url->access.data == NULL)
        return;
    iw_buf_add(out, IW_SPAN(";URLAUTH="));
    iw_buf_add(out, url->access);
    if (url->verifier.data == NULL)
        return;
    iw_buf_add_char(out, ':');
    iw_buf_add(out, url->verifier_mechanism);
    iw_buf_add_char(out, ':');
    iw_buf_add(out, url->verifier);
}

static void write_message(struct iw_buf *out, const struct iw_imap_url *url)
{
    iw_buf_addf(out, "/;UID=%lu", (unsigned long)url->uid);
    if (url->section.data != NULL) {
        iw_buf_add(out, IW_SPAN("/;SECTION="));
        write_encoded(out, is_bchar, url->section);
    }
    if (url->has_partial) {
        iw_buf_add(out, IW_SPAN("/;PARTIAL="));
        iw_buf_add_number(out, url->origin);
        if (url->length > 0)
            iw_buf_addf(out, ".%llu", (unsigned long long)url->length);
    }
    write_urlauth(out, url);
}

void iw_write_imap_url(struct iw_buf *out, const struct iw_imap_url *url)
{
    if (url->absolute)
        write_server(out, url);
    iw_buf_add_char(out, '/');
    if (url->mailbox.data == NULL)
        return;
    write_encoded(out, is_bchar, url->mailbox);
    if (url->uidvalidity != 0)
        iw_buf_addf(out, ";UIDVALIDITY=%lu", (unsigned long)url->uidvalidity);
    if (url->search.data != NULL) {
        iw_buf_add_char(out, '?');
        write_encoded(out, is_bchar, url->search);
    }
    if (url->uid != 0)
        write_message(out, url);
}

/* ---- comparing ---- */

/* Hosts, accesses' hexadecimal digits and mechanisms compare without regard to case. */
bool iw_imap_url_equal(const struct iw_imap_url *a, const struct iw_imap_url *b)
{
    return a->absolute == b->absolute && iw_same_span(a->user, b->user) &&
           iw_span_equal_nocase(a->mechanism, b->mechanism) &&
           iw_span_equal_nocase(a->host, b->host) && a->port == b->port &&
           iw_same_span(a->mailbox, b->mailbox) && a->uidvalidity == b->uidvalidity &&
           iw_same_span(a->search, b->search) && a->uid == b->uid &&
           iw_same_span(a->section, b->section) && a->has_partial == b->has_partial &&
           a->origin == b->origin && a->length == b->length && iw_same_span(a->expire, b->expire) &&
           iw_same_span(a->access, b->access) &&
           iw_span_equal_nocase(a->verifier_mechanism, b->verifier_mechanism) &&
           iw_span_equal_nocase(a->verifier, b->verifier);
}
