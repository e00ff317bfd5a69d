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

/* Of a relative URL's first level: bchar without ":" and "/" */
static bool is_first(char c)
{
    return is_achar(c) || c == '@';
}

/* uauth-mechanism = "INTERNAL" / 1*(ALPHA / DIGIT / "-" / ".") */
static bool is_mechanism(char c)
{
    return iw_is(c, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || c == '-' || c == '.';
}

/* IP-literal = "[" (IPv6address / IPvFuture) "]" ; how their octets are grouped is not looked at */
static bool is_address(char c)
{
    return is_achar(c) || c == ':' || c == ';';
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

/* 1*(member / pct-encoded), as it stands. */
static enum iw_result read_raw(struct iw_reader *reader, is_member *is, const char *expected,
                               struct iw_span *text)
{
    const char *begin = reader->at;
    enum iw_result result = IW_OK;
    while (result == IW_OK && reader->at < reader->end) {
        if (*reader->at == '%')
            result = skip_encoded(reader);
        else if (is(*reader->at))
            reader->at++;
        else
            break;
    }
    *text = iw_between(begin, reader->at);
    return result == IW_OK && text->length == 0 ? iw_reader_fail(reader, expected) : result;
}

/* The same, decoded. A "/" in front of ";" belongs to what follows. */
static enum iw_result read_encoded(struct iw_reader *reader, is_member *is, const char *expected,
                                   struct iw_span *text)
{
    enum iw_result result = read_raw(reader, is, expected, text);
    if (result != IW_OK)
        return result;
    if (iw_reader_peek(reader, ';') && reader->at[-1] == '/') {
        reader->at--;
        text->length--;
    }
    if (text->length == 0)
        return iw_reader_fail(reader, expected);
    return memchr(text->data, '%', text->length) == NULL ? IW_OK : decode(reader, text);
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

/* host = IP-literal / IPv4address / reg-name (RFC 3986 §3.2.2); a reg-name without ";" here */
static enum iw_result parse_host(struct iw_reader *reader, struct iw_imap_url *url)
{
    const char *begin = reader->at;
    if (!iw_reader_skip(reader, '['))
        return read_raw(reader, is_achar, "a host", &url->host);
    enum iw_result result = read_members(reader, is_address, "an address", &url->host);
    if (result == IW_OK)
        result = iw_read_char(reader, ']', "]");
    url->host = iw_between(begin, reader->at);
    return result;
}

/* [":" port] ; port = *DIGIT */
static enum iw_result parse_port(struct iw_reader *reader, struct iw_imap_url *url)
{
    uint64_t port = 0;
    if (!iw_reader_skip(reader, ':') || reader->at == reader->end || *reader->at == '/')
        return IW_OK;
    enum iw_result result = iw_read_nz_number(reader, UINT16_MAX, &port);
    url->port = (uint16_t)port;
    return result;
}

/* iserver = [iuserinfo "@"] host [":" port] */
static enum iw_result parse_server(struct iw_reader *reader, struct iw_imap_url *url)
{
    const char *at = reader->at;
    enum iw_result result = IW_OK;
    while (at < reader->end && *at != '@' && *at != '/')
        at++;
    if (at < reader->end && *at == '@')
        result = parse_user(reader, url);
    if (result == IW_OK)
        result = parse_host(reader, url);
    return result == IW_OK ? parse_port(reader, url) : result;
}

/* partial-range = number ["." nz-number] */
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
    enum iw_result result =
        read_members(reader, is_mechanism, "a mechanism", &url->verifier_mechanism);
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

/* Digits of that count, and their number. */
static bool take_digits(struct iw_span *text, size_t count, unsigned *number)
{
    uint64_t value;
    struct iw_span digits = iw_span_part(*text, 0, count);
    if (digits.length < count || !iw_span_number(digits, UINT32_MAX, &value))
        return false;
    *text = iw_span_part(*text, count, text->length);
    *number = (unsigned)value;
    return true;
}

static bool take_octet(struct iw_span *text, const char *any)
{
    bool there = text->length > 0 && text->data[0] != '\0' && strchr(any, text->data[0]) != NULL;
    *text = iw_span_part(*text, there, text->length);
    return there;
}

/* full-date = 4DIGIT "-" 2DIGIT "-" 2DIGIT */
static bool take_date(struct iw_span *text)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day;
    bool whole = take_digits(text, 4, &year) && take_octet(text, "-") &&
                 take_digits(text, 2, &month) && take_octet(text, "-") &&
                 take_digits(text, 2, &day);
    if (!whole || month < 1 || month > 12)
        return false;
    bool leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day >= 1 && day <= days[month - 1] + leap;
}

/* partial-time = 2DIGIT ":" 2DIGIT ":" 2DIGIT ["." 1*DIGIT] ; 60 is a leap second */
static bool take_time(struct iw_span *text)
{
    unsigned hour, minute, second, digit;
    bool whole = take_digits(text, 2, &hour) && take_octet(text, ":") &&
                 take_digits(text, 2, &minute) && take_octet(text, ":") &&
                 take_digits(text, 2, &second);
    if (!whole || hour > 23 || minute > 59 || second > 60)
        return false;
    if (!take_octet(text, "."))
        return true;
    bool fraction = take_digits(text, 1, &digit);
    while (take_digits(text, 1, &digit))
        continue;
    return fraction;
}

/* time-offset = "Z" / ("+" / "-") 2DIGIT ":" 2DIGIT */
static bool take_offset(struct iw_span *text)
{
    unsigned hour, minute;
    if (take_octet(text, "Zz"))
        return true;
    return take_octet(text, "+-") && take_digits(text, 2, &hour) && take_octet(text, ":") &&
           take_digits(text, 2, &minute) && hour <= 23 && minute <= 59;
}

/* date-time = full-date "T" partial-time time-offset (RFC 3339 §5.6) */
static enum iw_result parse_expire(struct iw_reader *reader, struct iw_imap_url *url)
{
    const char *begin = reader->at;
    struct iw_span text = iw_between(begin, reader->end);
    if (!take_date(&text) || !take_octet(&text, "Tt") || !take_time(&text) || !take_offset(&text))
        return iw_reader_fail(reader, "a date and time");
    reader->at = text.data;
    url->expire = iw_between(begin, reader->at);
    return IW_OK;
}

/* access = ("submit+" enc-user) / ("user+" enc-user) / "authuser" / "anonymous"
 * access =/ "stream" (RFC 5593 §2) */
static enum iw_result parse_access(struct iw_reader *reader, struct iw_imap_url *url)
{
    const char *begin = reader->at;
    struct iw_span user;
    bool named = skip(reader, IW_SPAN("submit+")) || skip(reader, IW_SPAN("user+"));
    bool whole = !named && (skip(reader, IW_SPAN("authuser")) ||
                            skip(reader, IW_SPAN("anonymous")) || skip(reader, IW_SPAN("stream")));
    if (!named && !whole)
        return iw_reader_fail(reader, "an access");
    enum iw_result result = named ? read_raw(reader, is_achar, "a user", &user) : IW_OK;
    url->access = iw_between(begin, reader->at);
    return result;
}

/* iurlauth = iurlauth-rump iua-verifier ; iurlauth-rump = [expire] ";URLAUTH=" access */
static enum iw_result parse_urlauth(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum iw_result result = IW_OK;
    bool expires = skip(reader, IW_SPAN(";EXPIRE="));
    if (expires)
        result = parse_expire(reader, url);
    if (result != IW_OK)
        return result;
    if (!skip(reader, IW_SPAN(";URLAUTH=")))
        return expires ? iw_reader_fail(reader, ";URLAUTH=") : IW_OK;
    result = parse_access(reader, url);
    return result == IW_OK && iw_reader_skip(reader, ':') ? parse_verifier(reader, url) : result;
}

/* A part's name, which has its "/" unless it is the first of a relative URL. */
static bool skip_part(struct iw_reader *reader, struct iw_span name)
{
    bool first = reader->at == reader->begin;
    return skip(reader, first ? iw_span_part(name, 1, name.length) : name);
}

/* [iuid [isection] [ipartial]] ; a relative URL may begin with any of them */
static enum iw_result parse_parts(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum iw_result result = IW_OK;
    bool first = reader->at == reader->begin;
    if (skip_part(reader, IW_SPAN("/;UID=")))
        result = read_number(reader, &url->uid);
    else if (!first)
        return IW_OK;
    if (result == IW_OK && skip_part(reader, IW_SPAN("/;SECTION=")))
        result = read_encoded(reader, is_bchar, "a section", &url->section);
    if (result == IW_OK && skip_part(reader, IW_SPAN("/;PARTIAL=")))
        result = parse_partial(reader, url);
    return result;
}

/* imailbox-ref = enc-mailbox [";UIDVALIDITY=" nz-number]
 * In a relative URL no ":" stands before the first "/": it would end a scheme (RFC 3986 §4.2). */
static enum iw_result parse_mailbox(struct iw_reader *reader, struct iw_imap_url *url)
{
    const char *begin = reader->at;
    enum iw_result result = read_encoded(reader, is_bchar, "a mailbox", &url->mailbox);
    const char *at = begin;
    while (at < reader->at && *at != '/' && *at != ':')
        at++;
    if (result == IW_OK && url->form == IW_URL_RELATIVE && at < reader->at && *at == ':') {
        reader->at = at;
        return iw_reader_fail(reader, "a mailbox without : in its first level");
    }
    if (result == IW_OK && skip(reader, IW_SPAN(";UIDVALIDITY=")))
        result = read_number(reader, &url->uidvalidity);
    return result;
}

/* icommand = imessagelist / imessagepart [iurlauth]
 * imessagelist = imailbox-ref ["?" enc-search] ; imessagepart = imailbox-ref iuid … */
static enum iw_result parse_command(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum iw_result result = parse_mailbox(reader, url);
    if (result == IW_OK && iw_reader_skip(reader, '?'))
        return read_encoded(reader, is_bchar, "a search", &url->search);
    if (result == IW_OK)
        result = parse_parts(reader, url);
    bool authorised = url->form != IW_URL_RELATIVE && url->uid != 0;
    return result == IW_OK && authorised ? parse_urlauth(reader, url) : result;
}

/* imapurl = "imap://" iserver ipath-query ; inetwork-path = "//" iserver ipath-query
 * ipath-query = ["/" [icommand]] ; iabsolute-path = "/" [icommand] */
static enum iw_result parse_form(struct iw_reader *reader, struct iw_imap_url *url)
{
    enum iw_result result = IW_OK;
    if (skip(reader, IW_SPAN("imap://")))
        url->form = IW_URL_ABSOLUTE;
    else if (skip(reader, IW_SPAN("//")))
        url->form = IW_URL_NETWORK;
    else
        url->form = iw_reader_peek(reader, '/') ? IW_URL_PATH : IW_URL_RELATIVE;
    if (url->form == IW_URL_ABSOLUTE || url->form == IW_URL_NETWORK)
        result = parse_server(reader, url);
    if (result != IW_OK || url->form == IW_URL_RELATIVE)
        return result;
    bool more = iw_reader_skip(reader, '/') && reader->at < reader->end;
    return more ? parse_command(reader, url) : IW_OK;
}

/* irelative-path = imessagelist / imsg-or-part ; ipath-empty: nothing at all */
static enum iw_result parse_relative(struct iw_reader *reader, struct iw_imap_url *url)
{
    if (reader->at == reader->end)
        return IW_OK;
    return iw_reader_peek(reader, ';') ? parse_parts(reader, url) : parse_command(reader, url);
}

enum iw_result iw_parse_imap_url(struct iw_span text, struct iw_arena *arena,
                                 struct iw_imap_url *url, struct iw_error *error)
{
    struct iw_frame frame = {.bytes = text};
    struct iw_reader reader;
    iw_reader_init(&reader, &frame, arena, &iw_limits_default, NULL, error);
    *url = (struct iw_imap_url){0};
    enum iw_result result = parse_form(&reader, url);
    if (result == IW_OK && url->form == IW_URL_RELATIVE)
        result = parse_relative(&reader, url);
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

/* What would be read as something else is encoded: a "/" that begins a path, and in a relative URL
 * also a ":" before the first "/". */
static void write_mailbox(struct iw_buf *out, const struct iw_imap_url *url)
{
    bool relative = url->form == IW_URL_RELATIVE;
    struct iw_span rest = url->mailbox;
    if ((relative || url->form == IW_URL_PATH) && iw_span_starts(rest, IW_SPAN("/"))) {
        iw_buf_add(out, IW_SPAN("%2F"));
        rest = iw_span_part(rest, 1, rest.length);
    }
    const char *slash = rest.length > 0 ? memchr(rest.data, '/', rest.length) : NULL;
    size_t first = slash == NULL ? rest.length : (size_t)(slash - rest.data);
    write_encoded(out, relative ? is_first : is_bchar, iw_span_part(rest, 0, first));
    rest = iw_span_part(rest, first, rest.length);
    write_encoded(out, is_bchar, rest);
}

static void write_server(struct iw_buf *out, const struct iw_imap_url *url)
{
    iw_buf_add_string(out, url->form == IW_URL_ABSOLUTE ? "imap://" : "//");
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

/* The name of a part, its "/" in front unless it begins a relative URL. */
static void write_part(struct iw_buf *out, size_t begin, const char *name)
{
    if (out->length > begin)
        iw_buf_add_char(out, '/');
    iw_buf_add_string(out, name);
}

static void write_parts(struct iw_buf *out, size_t begin, const struct iw_imap_url *url)
{
    if (url->uid != 0) {
        write_part(out, begin, ";UID=");
        iw_buf_add_number(out, url->uid);
    }
    if (url->section.data != NULL) {
        write_part(out, begin, ";SECTION=");
        write_encoded(out, is_bchar, url->section);
    }
    if (url->has_partial) {
        write_part(out, begin, ";PARTIAL=");
        iw_buf_add_number(out, url->origin);
        if (url->length > 0)
            iw_buf_addf(out, ".%llu", (unsigned long long)url->length);
    }
    write_urlauth(out, url);
}

void iw_write_imap_url(struct iw_buf *out, const struct iw_imap_url *url)
{
    size_t begin = out->length;
    if (url->form == IW_URL_ABSOLUTE || url->form == IW_URL_NETWORK)
        write_server(out, url);
    if (url->form != IW_URL_RELATIVE)
        iw_buf_add_char(out, '/');
    write_mailbox(out, url);
    if (url->uidvalidity != 0)
        iw_buf_addf(out, ";UIDVALIDITY=%lu", (unsigned long)url->uidvalidity);
    if (url->search.data != NULL) {
        iw_buf_add_char(out, '?');
        write_encoded(out, is_bchar, url->search);
    }
    write_parts(out, begin, url);
}

/* ---- comparing ---- */

/* Hosts, accesses' hexadecimal digits and mechanisms compare without regard to case. */
bool iw_imap_url_equal(const struct iw_imap_url *a, const struct iw_imap_url *b)
{
    return a->form == b->form && iw_same_span(a->user, b->user) &&
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
