/* SPDX-License-Identifier: MIT */
/* peer_dovecot DIR ROUNDS STREAM: libdovecot's imap-parser over the same streams, as its own
 * imapc client runs it: the arguments of each line, untyped, literals included. */
#include "bench/measure.h"

/* Dovecot's headers want these two first, in this order; they have their own bool. */
#include "config.h"

#include "lib.h"

#include "imap-parser.h"
#include "istream.h"

static void skip_line_end(struct istream *input)
{
    size_t size;
    const unsigned char *data = i_stream_get_data(input, &size);
    const unsigned char *lf = memchr(data, '\n', size);
    i_stream_skip(input, lf == NULL ? size : (size_t)(lf - data) + 1);
}

/* False at the end of the stream. */
static bool read_response(struct imap_parser *parser, struct istream *input)
{
    const enum imap_parser_flags flags =
        IMAP_PARSE_FLAG_ATOM_ALLCHARS | IMAP_PARSE_FLAG_LITERAL8 | IMAP_PARSE_FLAG_SERVER_TEXT;
    const struct imap_arg *arguments;
    enum imap_parser_error code;
    if (i_stream_get_data_size(input) == 0)
        return FALSE;
    if (imap_parser_read_word(parser) == NULL ||
        imap_parser_read_args(parser, 0, flags, &arguments) < 0) {
        fprintf(stderr, "peer_dovecot: %s\n", imap_parser_get_error(parser, &code));
        exit(1);
    }
    skip_line_end(input);
    imap_parser_reset(parser);
    return TRUE;
}

static size_t read_arguments(struct stream stream)
{
    size_t responses = 0;
    bool more = TRUE;
    struct istream *input = i_stream_create_from_data(stream.data, stream.length);
    struct imap_parser *parser = imap_parser_create(input, NULL, (size_t)-1, NULL);
    (void)i_stream_read(input);
    while (more) {
        T_BEGIN
        {
            more = read_response(parser, input);
        }
        T_END;
        responses += more;
    }
    imap_parser_unref(&parser);
    i_stream_unref(&input);
    return responses;
}

int main(int argc, char **argv)
{
    lib_init();
    if (argc != 4) {
        fprintf(stderr, "usage: peer_dovecot DIR ROUNDS STREAM\n");
        return 2;
    }
    struct stream stream = measure_load(argv[1], argv[3]);
    measure("libdovecot", argv[3], stream, read_arguments, (unsigned)strtoul(argv[2], NULL, 10));
    free(stream.data);
    return 0;
}
