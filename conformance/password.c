/* SPDX-License-Identifier: MIT */
#include "conformance/password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static enum iw_result keep(struct iw_url *url, const char *text, const char *from,
                           struct iw_error *error)
{
    const size_t length = strcspn(text, "\r\n");
    if (length >= sizeof url->password)
        return iw_failf(error, IW_LIMIT, "the password %s is longer than %d octets", from,
                        IW_URL_FIELD_MAX - 1);
    memcpy(url->password, text, length);
    url->password[length] = '\0';
    url->has_password = true;
    return IW_OK;
}

static enum iw_result read_file(struct iw_url *url, const char *path, struct iw_error *error)
{
    char line[IW_URL_FIELD_MAX + 2] = "";
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return iw_failf(error, IW_SYSTEM, "cannot read %s: %s", path, strerror(errno));
    const bool got = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const enum iw_result result =
        got ? keep(url, line, "in the file", error)
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
    if (file != NULL)
        return read_file(url, file, error);
    const char *variable = getenv(IW_PASSWORD_VARIABLE);
    if (variable != NULL)
        return keep(url, variable, "in " IW_PASSWORD_VARIABLE, error);
    return ask(url, error);
}
