/* SPDX-License-Identifier: MIT */
/* peer_cclient DIR ROUNDS STREAM: c-client's parser over the same streams. It belongs to an open
 * connection, so there is one, over a network driver that serves memory: that greets, says OK to
 * every command, and sends the stream before it answers the NOOP of a round. */
#include "bench/measure.h"

#include <c-client/c-client.h>

enum { ANSWER_ROOM = 1 << 10 };

static const char last_line[] = "1 OK done\r\n"; /* of the stream: the driver sends its own */

static struct {
    const char *at, *end;     /* what is left to send of the stream in this round */
    char answer[ANSWER_ROOM]; /* to be sent behind it */
    const char *answer_at;
    size_t lines;
} server;

/* ---- a network driver ---- */

static void *open_memory(char *host, char *service, unsigned long port)
{
    snprintf(server.answer, sizeof server.answer, "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
    server.answer_at = server.answer;
    return &server;
}

static void *open_never(NETMBX *mailbox, char *service, char *user)
{
    return NULL;
}

/* One line without its CRLF. */
static char *get_line(void *stream)
{
    int answering = server.at == server.end;
    const char *line = answering ? server.answer_at : server.at;
    const char *lf = strchr(line, '\n');
    if (lf == NULL)
        return NULL;
    size_t length = (size_t)(lf - line) - 1;
    char *copy = fs_get(length + 1);
    memcpy(copy, line, length);
    copy[length] = '\0';
    *(answering ? &server.answer_at : &server.at) = lf + 1;
    server.lines++;
    return copy;
}

static long get_octets(void *stream, unsigned long size, char *buffer)
{
    if (size > (size_t)(server.end - server.at))
        return NIL;
    memcpy(buffer, server.at, size);
    server.at += size;
    return LONGT;
}

/* One command; the streams need a mailbox of 200000 messages. */
static long put_octets(void *stream, char *octets, unsigned long size)
{
    snprintf(server.answer, sizeof server.answer, "%s%.*s OK done\r\n",
             strstr(octets, " SELECT ") == NULL ? "" : "* 200000 EXISTS\r\n",
             (int)strcspn(octets, " "), octets);
    server.answer_at = server.answer;
    return LONGT;
}

static long put_line(void *stream, char *line)
{
    return put_octets(stream, line, strlen(line));
}

static void close_memory(void *stream)
{
}

static char *name_of(void *stream)
{
    return (char *)"memory";
}

static unsigned long port_of(void *stream)
{
    return 143;
}

static NETDRIVER driver = {open_memory,  open_never, get_line, get_octets, put_line, put_octets,
                           close_memory, name_of,    name_of,  port_of,    name_of};

/* ---- what the library tells whoever uses it: only complaints are of interest ---- */

void mm_searched(MAILSTREAM *stream, unsigned long number)
{
}
void mm_exists(MAILSTREAM *stream, unsigned long number)
{
}
void mm_expunged(MAILSTREAM *stream, unsigned long number)
{
}
void mm_flags(MAILSTREAM *stream, unsigned long number)
{
}
void mm_notify(MAILSTREAM *stream, char *text, long kind)
{
}
void mm_list(MAILSTREAM *stream, int separator, char *name, long attributes)
{
}
void mm_lsub(MAILSTREAM *stream, int separator, char *name, long attributes)
{
}
void mm_status(MAILSTREAM *stream, char *mailbox, MAILSTATUS *status)
{
}
void mm_dlog(char *text)
{
}
void mm_login(NETMBX *mailbox, char *user, char *password, long trial)
{
}
void mm_critical(MAILSTREAM *stream)
{
}
void mm_nocritical(MAILSTREAM *stream)
{
}

long mm_diskerror(MAILSTREAM *stream, long code, long serious)
{
    return LONGT; /* go on no more */
}

void mm_log(char *text, long kind)
{
    if (kind != NIL)
        fprintf(stderr, "peer_cclient: %s\n", text);
}

void mm_fatal(char *text)
{
    mm_log(text, ERROR);
}

/* ---- the rounds ---- */

static MAILSTREAM *connection;

static size_t read_untagged(struct stream stream)
{
    server.at = stream.data;
    server.end = stream.data + stream.length - strlen(last_line);
    server.lines = 0;
    if (mail_ping(connection) != LONGT)
        exit(1);
    return server.lines;
}

int main(int argc, char **argv)
{
    extern DRIVER imapdriver;
    if (argc != 4) {
        fprintf(stderr, "usage: peer_cclient DIR ROUNDS STREAM\n");
        return 2;
    }
    if (strcmp(argv[3], "esearch") == 0) {
        fprintf(stderr, "peer_cclient: passes over ESEARCH\n");
        return 1;
    }
    struct stream stream = measure_load(argv[1], argv[3]);
    mail_link(&imapdriver);
    mail_parameters(NIL, SET_SSLDRIVER, &driver); /* the one driver that may be replaced */
    connection = mail_open(NIL, (char *)"{localhost:143/imap/ssl/user=u}INBOX", NIL);
    if (connection == NIL)
        return 1;
    measure("c-client", argv[3], stream, read_untagged, (unsigned)strtoul(argv[2], NULL, 10));
    free(stream.data);
    return 0;
}
