/* SPDX-License-Identifier: MIT */
/* XOAUTH2 and OAUTHBEARER (RFC 7628 §3): one message of key=value pairs, each ending with 0x01. A
 * server that refuses says so in JSON, waits for an answer without meaning, and then fails. */
#include "sasl/sasl_private.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MAX = 1024 * 1024, NAME_MAX_OCTETS = 256, TOKEN_MAX = 64 * 1024 };

enum progress { BEGUN, SPOKEN, CONTENT, REFUSED };

struct iw_sasl_bearer {
    enum progress progress;
    struct iw_buf output;
};

static const char denial[] = "{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}";

enum iw_result iw_sasl_bearer_start(struct iw_sasl *sasl, struct iw_error *error)
{
    sasl->bearer = calloc(1, sizeof *sasl->bearer);
    if (sasl->bearer == NULL)
        return iw_failf(error, IW_NO_MEMORY, "no memory");
    iw_buf_init(&sasl->bearer->output, NULL, MESSAGE_MAX);
    return IW_OK;
}

void iw_sasl_bearer_free(struct iw_sasl *sasl)
{
    if (sasl->bearer == NULL)
        return;
    iw_buf_release(&sasl->bearer->output);
    free(sasl->bearer);
}

static bool is_xoauth2(const struct iw_sasl *sasl)
{
    return strcmp(sasl->mechanism->name, "XOAUTH2") == 0;
}

static enum iw_result say(struct iw_sasl *sasl, enum iw_result result, struct iw_span *output)
{
    *output = iw_span_of(iw_buf_string(&sasl->bearer->output));
    return sasl->bearer->output.failed ? IW_NO_MEMORY : result;
}

/* ---- the client ---- */

/* saslname = 1*(value-safe-char / "=2C" / "=3D") (RFC 5801 §4) */
static void add_saslname(struct iw_buf *out, const char *name)
{
    for (; *name != '\0'; name++) {
        if (*name == ',')
            iw_buf_add_string(out, "=2C");
        else if (*name == '=')
            iw_buf_add_string(out, "=3D");
        else
            iw_buf_add_char(out, *name);
    }
}

/* XOAUTH2: "user=" user 0x01 "auth=Bearer " token 0x01 0x01
 * OAUTHBEARER: client-resp = gs2-header kvsep *kvpair kvsep (RFC 7628 §3.1) */
static void add_message(struct iw_buf *out, const struct iw_sasl *sasl)
{
    const char *user = sasl->credentials.user == NULL ? "" : sasl->credentials.user;
    const char *token = sasl->credentials.password == NULL ? "" : sasl->credentials.password;
    if (is_xoauth2(sasl)) {
        iw_buf_addf(out, "user=%s\001", user);
    } else {
        const char *authorize = sasl->credentials.authorize;
        iw_buf_add_string(out, "n,a=");
        add_saslname(out, authorize == NULL ? user : authorize);
        iw_buf_add_string(out, ",\001");
    }
    iw_buf_addf(out, "auth=Bearer %s\001\001", token);
}

/* A challenge behind the message is the server's denial: it wants an answer, then says NO. */
static enum iw_result step_client(struct iw_sasl *sasl, struct iw_span *output,
                                  struct iw_error *error)
{
    struct iw_sasl_bearer *bearer = sasl->bearer;
    if (bearer->progress == REFUSED)
        return iw_failf(error, IW_SYSTEM, "the token was refused");
    bool denied = bearer->progress == CONTENT;
    bearer->progress = denied ? REFUSED : CONTENT;
    if (!denied)
        add_message(&bearer->output, sasl);
    else if (!is_xoauth2(sasl))
        iw_buf_add_char(&bearer->output, '\001');
    return say(sasl, denied ? IW_MORE : IW_OK, output);
}

/* ---- the server ---- */

/* The octets between a key, at the beginning or behind 0x01, and the next 0x01 or comma, as a C
 * string in copy; false: there are none. */
static bool take_value(struct iw_span input, const char *key, char end, char *copy, size_t size)
{
    struct iw_span wanted = iw_span_of(key);
    for (size_t i = 0; i < input.length; i++) {
        struct iw_span rest = iw_span_part(input, i, input.length);
        bool begins = i == 0 || input.data[i - 1] == '\001';
        if (!begins || !iw_span_starts(rest, wanted))
            continue;
        rest = iw_span_part(rest, wanted.length, rest.length);
        const char *stop = rest.length == 0 ? NULL : memchr(rest.data, end, rest.length);
        if (stop == NULL || (size_t)(stop - rest.data) >= size)
            return false;
        memcpy(copy, rest.data, (size_t)(stop - rest.data));
        copy[stop - rest.data] = '\0';
        return true;
    }
    return false;
}

/* "=2C" and "=3D" become what they stand for, in place; false: another "=" is there. */
static bool decode_saslname(char *name)
{
    char *to = name;
    for (const char *from = name; *from != '\0'; from++) {
        if (*from != '=') {
            *to++ = *from;
            continue;
        }
        if (strncmp(from, "=2C", 3) != 0 && strncmp(from, "=3D", 3) != 0)
            return false;
        *to++ = from[1] == '2' ? ',' : '=';
        from += 2;
    }
    *to = '\0';
    return true;
}

static bool is_let_in(const struct iw_sasl *sasl, struct iw_span input, char *user, char *token)
{
    bool named = is_xoauth2(sasl) ? take_value(input, "user=", '\001', user, NAME_MAX_OCTETS)
                                  : take_value(input, "n,a=", ',', user, NAME_MAX_OCTETS) &&
                                        decode_saslname(user);
    return named && take_value(input, "auth=Bearer ", '\001', token, TOKEN_MAX) &&
           iw_sasl_is_right(sasl, user, token);
}

static enum iw_result step_server(struct iw_sasl *sasl, struct iw_span input,
                                  struct iw_span *output, struct iw_error *error)
{
    struct iw_sasl_bearer *bearer = sasl->bearer;
    char user[NAME_MAX_OCTETS];
    char *token;
    if (bearer->progress == REFUSED)
        return iw_failf(error, IW_SYSTEM, "the token was refused");
    if (bearer->progress == BEGUN && input.data == NULL) {
        bearer->progress = SPOKEN;
        return say(sasl, IW_MORE, output);
    }
    token = malloc(TOKEN_MAX);
    if (token == NULL)
        return IW_NO_MEMORY;
    bool let_in = is_let_in(sasl, input, user, token);
    free(token);
    bearer->progress = let_in ? CONTENT : REFUSED;
    if (let_in)
        return iw_sasl_admit(sasl, user, NULL, error);
    iw_buf_add_string(&bearer->output, denial);
    return say(sasl, IW_MORE, output);
}

enum iw_result iw_sasl_bearer_step(struct iw_sasl *sasl, struct iw_span input,
                                   struct iw_span *output, struct iw_error *error)
{
    iw_buf_clear(&sasl->bearer->output);
    if (sasl->server)
        return step_server(sasl, input, output, error);
    return step_client(sasl, output, error);
}
