/* SPDX-License-Identifier: MIT */
/* load PORT USER PASSWORD MAILBOX CONNECTIONS ROUNDS: all the connections at once, each busy: it
 * logs in, then does ROUNDS times SELECT, FETCH and NOOP, each command as soon as the last one is
 * answered. Prints "seconds commands worst-milliseconds", the latter of one command. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_OCTETS = 4096, SECONDS_MAX = 120 };

/* The greeting is awaited like the answer to a command. */
enum step { GREETING, LOGIN, SELECT, FETCH, NOOP, LOGOUT, OVER };

struct connection {
    enum step step;
    unsigned rounds;
    double sent;
    size_t length; /* of the line that is coming */
    char line[LINE_MAX_OCTETS];
};

struct load {
    const char *commands[OVER];
    unsigned rounds;
    unsigned open;      /* connections */
    unsigned long done; /* commands */
    double worst;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int dial(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        fail("connecting");
    return fd;
}

static void say(const struct load *load, struct connection *connection, int fd)
{
    const char *command = load->commands[connection->step];
    if (write(fd, command, strlen(command)) != (ssize_t)strlen(command))
        fail("writing");
    connection->sent = now();
}

/* A command has been answered: the next one. */
static void go_on(struct load *load, struct connection *connection, struct pollfd *poll)
{
    double took = now() - connection->sent;
    if (connection->step != GREETING) {
        load->done++;
        load->worst = took > load->worst ? took : load->worst;
    }
    if (connection->step == NOOP && ++connection->rounds < load->rounds)
        connection->step = SELECT;
    else
        connection->step++;
    if (connection->step == OVER) {
        close(poll->fd);
        poll->fd = -1;
        load->open--;
        return;
    }
    say(load, connection, poll->fd);
}

static void take_line(struct load *load, struct connection *connection, struct pollfd *poll)
{
    connection->line[connection->length] = '\0';
    bool greeting = connection->step == GREETING;
    if (strncmp(connection->line, greeting ? "* OK" : "t OK", 4) == 0) {
        go_on(load, connection, poll);
    } else if (connection->line[0] != '*') {
        fprintf(stderr, "refused: %s\n", connection->line);
        exit(1);
    }
}

static void receive(struct load *load, struct connection *connection, struct pollfd *poll)
{
    char octets[65536];
    ssize_t count = read(poll->fd, octets, sizeof octets);
    if (count <= 0)
        fail("reading");
    for (ssize_t i = 0; i < count && poll->fd >= 0; i++) {
        if (connection->length < LINE_MAX_OCTETS - 1)
            connection->line[connection->length++] = octets[i];
        if (octets[i] != '\n')
            continue;
        take_line(load, connection, poll);
        connection->length = 0;
    }
}

int main(int count, char **arguments)
{
    if (count != 7)
        return 2;
    unsigned port = (unsigned)strtoul(arguments[1], NULL, 10);
    unsigned connections = (unsigned)strtoul(arguments[5], NULL, 10);
    char login[LINE_MAX_OCTETS], select[LINE_MAX_OCTETS];
    snprintf(login, sizeof login, "t LOGIN %s %s\r\n", arguments[2], arguments[3]);
    snprintf(select, sizeof select, "t SELECT %s\r\n", arguments[4]);
    struct load load = {
        .commands = {[LOGIN] = login,
                     [SELECT] = select,
                     [FETCH] = "t FETCH 1:20 (UID FLAGS INTERNALDATE RFC822.SIZE)\r\n",
                     [NOOP] = "t NOOP\r\n",
                     [LOGOUT] = "t LOGOUT\r\n"},
        .rounds = (unsigned)strtoul(arguments[6], NULL, 10),
        .open = connections};
    struct connection *all = calloc(connections, sizeof *all);
    struct pollfd *polls = calloc(connections, sizeof *polls);
    if (all == NULL || polls == NULL)
        fail("memory");
    double start = now();
    for (unsigned i = 0; i < connections; i++)
        polls[i] = (struct pollfd){.fd = dial(port), .events = POLLIN};
    while (load.open > 0) {
        if (poll(polls, connections, SECONDS_MAX * 1000) <= 0)
            fail("waiting");
        for (unsigned i = 0; i < connections; i++) {
            if (polls[i].fd >= 0 && polls[i].revents != 0)
                receive(&load, &all[i], &polls[i]);
        }
    }
    printf("%f %lu %f\n", now() - start, load.done, load.worst * 1000);
    free(all);
    free(polls);
    return 0;
}
