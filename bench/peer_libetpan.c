/* SPDX-License-Identifier: MIT */
/* peer_libetpan DIR ROUNDS STREAM: libetpan's response parser over the same streams. It takes a
 * whole response with its tagged completion from a mailstream, here one over memory, and builds the
 * typed structures that its client works with. */
#include "bench/measure.h"

#include <libetpan/libetpan.h>

/* Exported by the library, declared in no header it installs. */
char *mailimap_read_line(mailimap *session);
int mailimap_parse_response(mailimap *session, struct mailimap_response **result);

static const char greeting[] = "* PREAUTH ready\r\n";
enum { GREETING_LENGTH = sizeof greeting - 1 };

struct source {
    struct stream stream;
    size_t at; /* counts the greeting, too */
};

static ssize_t source_read(mailstream_low *low, void *buffer, size_t size)
{
    struct source *source = low->data;
    const char *from = greeting + source->at;
    size_t left = GREETING_LENGTH - source->at;
    if (source->at >= GREETING_LENGTH) {
        from = source->stream.data + (source->at - GREETING_LENGTH);
        left = GREETING_LENGTH + source->stream.length - source->at;
    }
    size_t taken = size < left ? size : left;
    memcpy(buffer, from, taken);
    source->at += taken;
    return (ssize_t)taken;
}

static ssize_t source_write(mailstream_low *low, const void *buffer, size_t size)
{
    (void)low;
    (void)buffer;
    return (ssize_t)size;
}

static int source_close(mailstream_low *low)
{
    (void)low;
    return 0;
}

static int source_descriptor(mailstream_low *low)
{
    (void)low;
    return -1;
}

static void source_free(mailstream_low *low)
{
    free(low);
}

static void source_cancel(mailstream_low *low)
{
    (void)low;
}

static mailstream_low_driver source_driver = {
    .mailstream_read = source_read,
    .mailstream_write = source_write,
    .mailstream_close = source_close,
    .mailstream_get_fd = source_descriptor,
    .mailstream_free = source_free,
    .mailstream_cancel = source_cancel,
};

static size_t read_response(struct stream stream)
{
    struct source source = {stream, 0};
    struct mailimap_response *response = NULL;
    mailstream *input = mailstream_new(mailstream_low_new(&source, &source_driver), 1 << 16);
    mailimap *session = mailimap_new(0, NULL);
    int result = mailimap_connect(session, input);
    if (result == MAILIMAP_NO_ERROR_NON_AUTHENTICATED || result == MAILIMAP_NO_ERROR_AUTHENTICATED)
        result = mailimap_send_current_tag(session);
    if (result == MAILIMAP_NO_ERROR && mailimap_read_line(session) != NULL)
        result = mailimap_parse_response(session, &response);
    if (result != MAILIMAP_NO_ERROR || response == NULL) {
        fprintf(stderr, "peer_libetpan: error %d behind %zu octets\n", result, source.at);
        exit(1);
    }
    size_t responses = (size_t)clist_count(response->rsp_cont_req_or_resp_data_list) + 1;
    mailimap_response_free(response);
    session->imap_stream = NULL;
    mailstream_close(input);
    mailimap_free(session);
    return responses;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: peer_libetpan DIR ROUNDS STREAM\n");
        return 2;
    }
    struct stream stream = measure_load(argv[1], argv[3]);
    measure("libetpan", argv[3], stream, read_response, (unsigned)strtoul(argv[2], NULL, 10));
    free(stream.data);
    return 0;
}
