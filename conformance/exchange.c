/* SPDX-License-Identifier: MIT */
#include "conformance/exchange.h"

#include "base/base64.h"

#include <stdio.h>
#include <string.h>

enum { MECHANISM_MAX = 32, MESSAGE_OCTETS_MAX = 64 << 10 };

/* "AUTHENTICATE" SP mechanism */
static enum iw_result begin(struct iw_exchange_client *client, unsigned conn,
                            struct iw_span command)
{
    char mechanism[MECHANISM_MAX];
    struct iw_span name = iw_span_part(command, sizeof "AUTHENTICATE", command.length);
    name = iw_span_take_word(&name);
    const struct iw_sasl_credentials credentials = {.user = client->target->user,
                                                    .password = client->target->password,
                                                    .service = "imap",
                                                    .host = client->target->url.host};
    iw_sasl_free(client->sasl[conn]);
    snprintf(mechanism, sizeof mechanism, "%.*s", (int)name.length, name.data);
    client->sasl[conn] =
        name.length < MECHANISM_MAX ? iw_sasl_client_new(mechanism, &credentials, NULL) : NULL;
    return IW_MORE;
}

static enum iw_result answer(struct iw_sasl *sasl, struct iw_span challenge, struct iw_buf *out)
{
    struct iw_span output = {NULL, 0};
    struct iw_buf message;
    enum iw_result result = IW_SYSTEM;
    iw_buf_init(&message, NULL, MESSAGE_OCTETS_MAX);
    if (sasl != NULL && iw_base64_decode(&message, challenge, NULL) == IW_OK)
        result = iw_sasl_step(sasl, iw_buf_span(&message), &output, NULL);
    iw_buf_release(&message);
    if (result == IW_OK || result == IW_MORE)
        iw_base64_encode(out, output);
    else
        iw_buf_add_char(out, '*');
    iw_buf_add_string(out, "\r\n");
    return result;
}

static enum iw_result go_on(void *context, unsigned conn, struct iw_span line, struct iw_buf *out)
{
    struct iw_exchange_client *client = context;
    return iw_span_starts_nocase(line, IW_SPAN("AUTHENTICATE "))
               ? begin(client, conn, line)
               : answer(client->sasl[conn], line, out);
}

struct iw_exchange iw_exchange_of(struct iw_exchange_client *client)
{
    return (struct iw_exchange){go_on, client};
}

void iw_exchange_release(struct iw_exchange_client *client)
{
    for (unsigned i = 0; i < IW_CONN_MAX; i++)
        iw_sasl_free(client->sasl[i]);
}
