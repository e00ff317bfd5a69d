/* SPDX-License-Identifier: MIT */
#include "conformance/password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* The first line of text, without its end. */
static enum iw_result take_line(const char *text, const char *from, char *password, size_t size,
                                struct iw_error *error)
{
    const size_t length = strcspn(text, "\r\n");
    if (length >= size)
        return iw_failf(error, IW_LIMIT, "the password %s is longer than %zu octets", from,
                        size - 1);
    memcpy(password, text, length);
    password[length] = '\0';
    return IW_OK;
}

static enum iw_result keep(struct iw_url *url, const char *text, const char *from,
                           struct iw_error *error)
{
    const enum iw_result result = take_line(text, from, url->password, sizeof url->password, error);
    url->has_password = result == IW_OK;
    return result;
}

enum iw_result iw_password_read(const char *path, char *password, size_t size,
                                struct iw_error *error)
{
    char line[IW_PASSWORD_MAX + 2] = "";
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return iw_failf(error, IW_SYSTEM, "cannot read %s: %s", path, strerror(errno));
    const bool got = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const enum iw_result result =
        got ? take_line(line, "in the file", password, size, error)
            : iw_failf(error, IW_SYSTEM, "the password file %s is empty", path);
    memset(line, 0, sizeof line);
    return result;
}

/* One line from the terminal with its echo switched off. */
static enum iw_result read_silently(int terminal, struct iw_url *url, struct iw_error *error)
{
    struct termios before, silent;
    char line[IW_URL_FIELD_MAX + 2] = "";
    if (tcgetattr(terminal, &before) != 0)
        return iw_failf(error, IW_SYSTEM, "cannot ask for the password: %s", strerror(errno));
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(terminal, TCSAFLUSH, &silent);
    const ssize_t got = read(terminal, line, sizeof line - 1);
    tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    const enum iw_result result = got > 0 ? keep(url, line, "typed", error)
                                          : iw_failf(error, IW_SYSTEM, "no password was typed");
    memset(line, 0, sizeof line);
    return result;
}

static enum iw_result ask(struct iw_url *url, struct iw_error *error)
{
    const int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0)
        return iw_failf(error, IW_SYSTEM,
                        "no password: set " IW_PASSWORD_VARIABLE " or use --password-file");
    dprintf(terminal, "Password of %s at %s: ", url->user, url->host);
    const enum iw_result result = read_silently(terminal, url, error);
    close(terminal);
    return result;
}

enum iw_result iw_password_find(struct iw_url *url, const char *file, struct iw_error *error)
{
    if (url->has_password)
        return IW_OK;
    if (file != NULL) {
        const enum iw_result result =
            iw_password_read(file, url->password, sizeof url->password, error);
        url->has_password = result == IW_OK;
        return result;
    }
    const char *variable = getenv(IW_PASSWORD_VARIABLE);
    if (variable != NULL)
        return keep(url, variable, "in " IW_PASSWORD_VARIABLE, error);
    return ask(url, error);
}
