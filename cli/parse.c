/* SPDX-License-Identifier: MIT */
#include "cli/commands.h"
#include "cli/value.h"
#include "parser/persona.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: imapwright parse [--commands] [--lenient LIST]…\n"
    "       imapwright parse --list\n"
    "\n"
    "Reads what an IMAP server sends from standard input and writes one JSON value per response\n"
    "and line.\n"
    "\n"
    "  --commands      standard input is what a client sends\n"
    "  --lenient LIST  what else than the grammar to accept: leniencies and personas, with commas\n"
    "                  between, or all\n"
    "  --list          the leniencies and the personas; so does --lenient help\n"
    "  --help          this text\n"
    "\n"
    "Strings of IMAP that are UTF-8 become JSON strings, any others {\"base64\":\"…\"}; NIL is\n"
    "null; dates are written as in RFC 3339, sequence sets as they stand in IMAP. A response or\n"
    "command of no known type is {\"type\":\"other\"} and keeps its octets. \"leniencies\" names\n"
    "those a response made use of, each with the offset of its first use in the input.\n"
    "\n"
    "A FETCH item like ENVELOPE that does not fit spoils itself only: {\"bad\":\"…\"} keeps its\n"
    "octets, \"offset\" counts from the first of them.\n"
    "\n"
    "What does not fit the grammar becomes "
    "{\"error\":\"syntax\",\"offset\":n,\"expected\":\"…\"},\n"
    "where n counts octets from the first of the input; reading goes on at the next line. Other\n"
    "errors are \"limit\" and, for an end within a response, \"truncated\".\n"
    "\n"
    "Behind IDLE and AUTHENTICATE a line without SP is shown as {\"type\":\"line\"}: a SASL "
    "answer\n"
    "or DONE. A client's literals are taken as accepted.\n"
    "\n"
    "Exit status: 0 all parsed, 1 an error, 2 usage, or what cannot be read or written.\n";

enum {
    CHUNK_OCTETS = 1 << 16,
    OUTPUT_MAX = 1 << 30 /* of one line: an escape has six octets */
};

struct parse {
    enum iw_frame_role role;
    struct iw_lenient lenient;
    struct iw_framer framer;
    struct iw_arena arena;
    struct iw_buf out;
    uint64_t fed;    /* octets of the input so far */
    bool continuing; /* commands: behind IDLE or AUTHENTICATE */
    bool failed;
};

static void end_value(struct parse *parse)
{
    if (parse->out.failed)
        fputs("imapwright parse: a value is too large to be written\n", stderr);
    else
        iw_buf_add_char(&parse->out, '\n');
    parse->failed |= parse->out.failed;
    struct iw_span text = iw_buf_span(&parse->out);
    fwrite(text.data, 1, text.length, stdout);
    iw_buf_clear(&parse->out);
}

static void print_error(struct parse *parse, const char *name, uint64_t offset,
                        const char *expected)
{
    struct iw_json_writer json;
    parse->failed = true;
    iw_buf_clear(&parse->out);
    iw_json_writer_init(&json, &parse->out, IW_JSON_DENSE);
    iw_json_open_object(&json, NULL);
    iw_json_put_string(&json, "error", name);
    iw_json_put_number(&json, "offset", offset);
    iw_json_put_member(&json, "expected", iw_span_of(expected));
    iw_json_close_object(&json);
    end_value(parse);
}

/* Takes the object's end back, to add one more member. Offsets are the input's. */
static void add_leniencies(struct parse *parse, uint64_t frame_offset)
{
    struct iw_json_writer json;
    if (parse->lenient.used == 0)
        return;
    iw_buf_truncate(&parse->out, parse->out.length - 1);
    iw_buf_add(&parse->out, IW_SPAN(",\"leniencies\":"));
    iw_json_writer_init(&json, &parse->out, IW_JSON_DENSE);
    iw_json_open_array(&json, NULL);
    for (unsigned i = 0; i < IW_LENIENT_COUNT; i++) {
        if ((parse->lenient.used >> i & 1) == 0)
            continue;
        iw_json_open_object(&json, NULL);
        iw_json_put_string(&json, "name", iw_leniency_name((enum iw_leniency)i));
        iw_json_put_number(&json, "offset", frame_offset + parse->lenient.offsets[i]);
        iw_json_close_object(&json);
    }
    iw_json_close_array(&json);
    iw_buf_add_char(&parse->out, '}');
}

/* An answer to AUTHENTICATE or IDLE: commands have a SP. */
static bool print_line(struct parse *parse, const struct iw_frame *frame)
{
    struct iw_span line = frame->bytes;
    struct iw_json_writer json;
    if (parse->continuing && memchr(line.data, ' ', line.length) != NULL)
        parse->continuing = false;
    if (!parse->continuing)
        return false;
    while (line.length > 0 && memchr("\r\n", line.data[line.length - 1], 2) != NULL)
        line.length--;
    iw_json_writer_init(&json, &parse->out, IW_JSON_DENSE);
    iw_json_open_object(&json, NULL);
    iw_json_put_string(&json, "type", "line");
    iw_json_put_member(&json, "line", line);
    iw_json_close_object(&json);
    return true;
}

static enum iw_result print_response(struct parse *parse, const struct iw_frame *frame,
                                     struct iw_error *error)
{
    struct iw_response response;
    struct iw_json_writer json;
    enum iw_result result = iw_parse_response(frame, &parse->arena, &parse->framer.limits,
                                              &parse->lenient, &response, error);
    iw_json_writer_init(&json, &parse->out, IW_JSON_DENSE);
    if (result == IW_OK)
        iw_json_response(&json, &response);
    return result;
}

static enum iw_result print_command(struct parse *parse, const struct iw_frame *frame,
                                    struct iw_error *error)
{
    struct iw_command command;
    struct iw_json_writer json;
    enum iw_result result = iw_parse_command(frame, &parse->arena, &parse->framer.limits,
                                             &parse->lenient, &command, error);
    if (result != IW_OK)
        return result;
    iw_json_writer_init(&json, &parse->out, IW_JSON_DENSE);
    iw_json_command(&json, &command);
    parse->continuing = command.kind == IW_COMMAND_IDLE || command.kind == IW_COMMAND_AUTHENTICATE;
    return IW_OK;
}

static void print_frame(struct parse *parse, const struct iw_frame *frame)
{
    struct iw_error error = {0};
    enum iw_result result = IW_OK;
    if (frame->kind == IW_FRAME_ASK) {
        iw_framer_accept(&parse->framer);
        return;
    }
    iw_arena_reset(&parse->arena);
    parse->lenient.used = 0;
    if (parse->role == IW_FRAME_RESPONSES)
        result = print_response(parse, frame, &error);
    else if (!print_line(parse, frame))
        result = print_command(parse, frame, &error);
    if (result != IW_OK) {
        print_error(parse, iw_result_name(result), frame->offset + error.offset, error.expected);
        return;
    }
    add_leniencies(parse, frame->offset);
    end_value(parse);
}

/* Takes all that a chunk completes. */
static enum iw_result feed(struct parse *parse, struct iw_span chunk)
{
    iw_framer_feed(&parse->framer, chunk);
    parse->fed += chunk.length;
    for (;;) {
        struct iw_frame frame;
        struct iw_error error = {0};
        uint64_t offset = parse->fed - iw_framer_held(&parse->framer);
        enum iw_result result = iw_framer_next(&parse->framer, &frame, &error);
        if (result == IW_OK)
            print_frame(parse, &frame);
        else if (result == IW_MORE)
            return IW_OK;
        else
            print_error(parse, iw_result_name(result), offset + error.offset, error.expected);
        if (result != IW_OK && result != IW_LIMIT)
            return result;
    }
}

static bool fail_io(const char *what)
{
    fprintf(stderr, "imapwright parse: cannot %s: %s\n", what, strerror(errno));
    return false;
}

/* Each piece as it comes, and its values at once: a live stream can be watched. */
static bool read_all(struct parse *parse)
{
    static char chunk[CHUNK_OCTETS];
    for (;;) {
        ssize_t length = read(STDIN_FILENO, chunk, sizeof chunk);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return fail_io("read standard input");
        if (length == 0)
            break;
        enum iw_result result = feed(parse, iw_span(chunk, (size_t)length));
        if (fflush(stdout) != 0)
            return fail_io("write");
        if (result != IW_OK)
            return true;
    }
    uint64_t held = iw_framer_held(&parse->framer);
    if (held > 0)
        print_error(parse, "truncated", parse->fed, "the rest of the line");
    return fflush(stdout) == 0 || fail_io("write");
}

static int list_leniencies(void)
{
    puts("leniencies, and what each lets in:");
    for (unsigned i = 0; i < IW_LENIENT_COUNT; i++)
        printf("  %-20s %s\n", iw_leniency_name((enum iw_leniency)i),
               iw_leniency_grammar((enum iw_leniency)i));
    puts("personas, and the leniencies of each:");
    for (const struct iw_persona *persona = iw_personas; persona->name != NULL; persona++) {
        printf("  %-12s", persona->name);
        for (unsigned i = 0; i < IW_LENIENT_COUNT; i++)
            if ((persona->allowed >> i & 1) != 0)
                printf(" %s", iw_leniency_name((enum iw_leniency)i));
        putchar('\n');
    }
    return 1;
}

/* LIST = word *("," word) */
static bool allow(struct iw_lenient *lenient, const char *list)
{
    for (const char *word = list;; word++) {
        size_t length = strcspn(word, ",");
        uint64_t bits = iw_leniencies_of(iw_span(word, length));
        if (bits == 0) {
            fprintf(stderr, "imapwright parse: no leniency or persona is called %.*s\n",
                    (int)length, word);
            return false;
        }
        lenient->allowed |= bits;
        word += length;
        if (*word == '\0')
            return true;
    }
}

/* 0 to go on, else the exit status plus one. */
static int read_options(int argc, char **argv, struct parse *parse)
{
    static const struct option options[] = {{"commands", no_argument, NULL, 'c'},
                                            {"lenient", required_argument, NULL, 'l'},
                                            {"list", no_argument, NULL, 'L'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 1;
        }
        if (option == 'L' || (option == 'l' && strcmp(optarg, "help") == 0))
            return list_leniencies();
        if (option == 'c')
            parse->role = IW_FRAME_COMMANDS;
        else if (option != 'l' || !allow(&parse->lenient, optarg))
            return 3;
    }
    if (optind == argc)
        return 0;
    fputs(usage, stderr);
    return 3;
}

int iw_cmd_parse(int argc, char **argv)
{
    struct parse parse = {.role = IW_FRAME_RESPONSES};
    int status = read_options(argc, argv, &parse);
    if (status != 0)
        return status - 1;
    iw_framer_init(&parse.framer, parse.role, &iw_limits_default, NULL);
    iw_arena_init(&parse.arena, NULL, iw_limits_default.values);
    iw_buf_init(&parse.out, NULL, OUTPUT_MAX);
    bool whole = read_all(&parse);
    iw_framer_release(&parse.framer);
    iw_arena_release(&parse.arena);
    iw_buf_release(&parse.out);
    return !whole ? 2 : parse.failed ? 1 : 0;
}
