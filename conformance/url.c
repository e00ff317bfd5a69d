/* SPDX-License-Identifier: MIT */
#include "conformance/url.h"

#include "base/chars.h"

#include <string.h>

enum { PORT_IMAP = 143, PORT_IMAPS = 993, PORT_MAX = 65535 };

static enum iw_result refuse(struct iw_error *error, const char *sentence)
{
    return iw_failf(error, IW_SYNTAX, "%s", sentence);
}

/* True for names and addresses of this machine. */
static bool is_loopback(const char *host)
{
    const struct iw_span name = iw_span_of(host);
    if (iw_span_equal_nocase(name, IW_SPAN("localhost")) || iw_span_equal(name, IW_SPAN("::1")))
        return true;
    if (!iw_span_starts(name, IW_SPAN("127.")))
        return false;
    size_t dots = 0;
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] == '.') {
            dots++;
        } else if (!iw_is(name.data[i], IW_CHAR_DIGIT)) {
            return false; /* 127.example.org is a name like any other */
        }
    }
    return dots == 3;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char upper = iw_upper(c);
    return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
}

/* Percent-decodes into a field; NUL, CR and LF cannot be part of a name or password. */
static enum iw_result decode(struct iw_span text, char *field, struct iw_error *error)
{
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '%') {
            const int high = i + 2 < text.length ? hex_value(text.data[i + 1]) : -1;
            const int low = high >= 0 ? hex_value(text.data[i + 2]) : -1;
            if (low < 0)
                return refuse(error, "'%' in the URL must be followed by two hexadecimal digits");
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0' || c == '\r' || c == '\n')
            return refuse(error, "the URL holds a control character");
        if (length + 1 >= IW_URL_FIELD_MAX) {
            return iw_failf(error, IW_LIMIT, "a part of the URL is longer than %d octets",
                            IW_URL_FIELD_MAX - 1);
        }
        field[length++] = c;
    }
    field[length] = '\0';
    return IW_OK;
}

/* Where c first stands; the length when it does not. */
static size_t find(struct iw_span text, char c)
{
    const char *at = text.length > 0 ? memchr(text.data, c, text.length) : NULL;
    return at != NULL ? (size_t)(at - text.data) : text.length;
}

static size_t find_last(struct iw_span text, char c)
{
    size_t i = text.length;
    while (i > 0 && text.data[i - 1] != c)
        i--;
    return i > 0 ? i - 1 : text.length;
}

/* user [":" password] */
static enum iw_result parse_userinfo(struct iw_span text, struct iw_url *url,
                                     struct iw_error *error)
{
    const size_t colon = find(text, ':');
    const struct iw_span user = iw_span_part(text, 0, colon);
    if (find(user, ';') < user.length) {
        return refuse(error, "';' in the user name must be written %3B; a mechanism is chosen "
                             "with --auth");
    }
    enum iw_result result = decode(user, url->user, error);
    if (result == IW_OK && colon < text.length) {
        url->has_password = true;
        result = decode(iw_span_part(text, colon + 1, text.length), url->password, error);
    }
    return result;
}

static enum iw_result parse_port(struct iw_span text, struct iw_url *url, struct iw_error *error)
{
    uint64_t port = 0;
    if (!iw_span_number(text, PORT_MAX, &port) || port == 0)
        return refuse(error, "the port in the URL must be a number from 1 to 65535");
    url->port = (unsigned)port;
    return IW_OK;
}

/* host [":" port], where an IPv6 address stands in brackets */
static enum iw_result parse_host(struct iw_span text, struct iw_url *url, struct iw_error *error)
{
    size_t end = find(text, ':');
    struct iw_span host = iw_span_part(text, 0, end);
    if (text.length > 0 && text.data[0] == '[') {
        end = find(text, ']') + 1;
        if (end > text.length)
            return refuse(error, "'[' in the URL is not closed");
        host = iw_span_part(text, 1, end - 1);
    }
    if (host.length == 0)
        return refuse(error, "the URL names no host");
    const enum iw_result result = decode(host, url->host, error);
    if (result != IW_OK || end == text.length)
        return result;
    if (text.data[end] != ':')
        return refuse(error, "after the host only :PORT may follow");
    return parse_port(iw_span_part(text, end + 1, text.length), url, error);
}

/* The scheme with "://"; what follows it goes to *rest. */
static bool parse_scheme(struct iw_span text, struct iw_url *url, struct iw_span *rest)
{
    static const struct {
        struct iw_span prefix;
        bool tls;
        unsigned port;
    } schemes[] = {
        {{"imap://", 7}, false, PORT_IMAP},
        {{"imaps://", 8}, true, PORT_IMAPS},
    };
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (iw_span_starts_nocase(text, schemes[i].prefix)) {
            url->tls = schemes[i].tls;
            url->port = schemes[i].port;
            *rest = iw_span_part(text, schemes[i].prefix.length, text.length);
            return true;
        }
    }
    return false;
}

enum iw_result iw_url_parse(const char *text, struct iw_url *url, struct iw_error *error)
{
    *url = (struct iw_url){0};
    struct iw_span rest;
    if (!parse_scheme(iw_span_of(text), url, &rest)) {
        return refuse(error, "a server is named imap://USER@HOST:PORT/ or imaps://USER@HOST:PORT/ "
                             "(STARTTLS is the option --starttls)");
    }
    const size_t slash = find(rest, '/');
    if (slash + 1 < rest.length)
        return refuse(error, "nothing may follow the '/' behind the host");
    const struct iw_span authority = iw_span_part(rest, 0, slash);
    const size_t at = find_last(authority, '@');
    const bool has_user = at < authority.length;
    enum iw_result result =
        parse_host(iw_span_part(authority, has_user ? at + 1 : 0, authority.length), url, error);
    if (result == IW_OK && has_user)
        result = parse_userinfo(iw_span_part(authority, 0, at), url, error);
    url->loopback = is_loopback(url->host);
    if (result == IW_OK && url->has_password && !url->loopback) {
        memset(url->password, 0, sizeof url->password);
        return refuse(error, "a password in the URL is accepted for this machine only: use "
                             "--password-file, IMAPWRIGHT_PASSWORD or the prompt");
    }
    return result;
}

static void write_encoded(struct iw_buf *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (iw_is(*c, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || strchr("-._~+=&", *c) != NULL) {
            iw_buf_add_char(out, *c);
        } else {
            iw_buf_addf(out, "%%%02X", (unsigned)(unsigned char)*c);
        }
    }
}

void iw_url_write(const struct iw_url *url, struct iw_buf *out)
{
    iw_buf_add_string(out, url->tls ? "imaps://" : "imap://");
    if (url->user[0] != '\0') {
        write_encoded(out, url->user);
        iw_buf_add_char(out, '@');
    }
    const bool v6 = strchr(url->host, ':') != NULL;
    iw_buf_addf(out, v6 ? "[%s]:%u/" : "%s:%u/", url->host, url->port);
}
