/* SPDX-License-Identifier: MIT */
/* imaplib's debug: what is said while it happens, and the last lines of the conversation. */
#include "client/imap_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SAID_MAX = 1000 };

void iw_imap_set_debug(struct iw_imap *imap, const struct iw_imap_debug *debug)
{
    imap->debug = *debug;
}

static void say_line(const struct iw_imap *imap, const char *line)
{
    if (imap->debug.say != NULL)
        imap->debug.say(imap->debug.context, line);
    else
        fprintf(stderr, "  %s\n", line);
}

/* A peer's octets must not steer a terminal. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

void iw_imap_say(const struct iw_imap *imap, int level, const char *format, ...)
{
    char line[SAID_MAX];
    va_list arguments;
    if (imap->debug.level < level)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    make_printable(line);
    say_line(imap, line);
}

void iw_imap_log(struct iw_imap *imap, const char *mark, struct iw_span line)
{
    char *text = imap->log[imap->logged++ % IW_IMAP_LOG_LINES];
    size_t length = 0;
    while (length < line.length && length < IW_IMAP_LOG_LINE_MAX && line.data[length] != '\r')
        length++;
    snprintf(text, IW_IMAP_LOG_LINE_MAX, "%s %.*s", mark, (int)length, line.data);
    make_printable(text);
    if (imap->debug.level >= 4)
        say_line(imap, text);
}

const char *iw_imap_log_line(const struct iw_imap *imap, size_t index)
{
    size_t count = imap->logged < IW_IMAP_LOG_LINES ? imap->logged : IW_IMAP_LOG_LINES;
    if (index >= count)
        return NULL;
    return imap->log[(imap->logged - count + index) % IW_IMAP_LOG_LINES];
}

void iw_imap_print_log(const struct iw_imap *imap)
{
    for (size_t i = 0; iw_imap_log_line(imap, i) != NULL; i++)
        say_line(imap, iw_imap_log_line(imap, i));
}
