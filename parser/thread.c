/* SPDX-License-Identifier: MIT */
#include "parser/thread.h"

#include "parser/verbatim.h"

/* A thread being read. */
struct threading {
    struct iw_reader *reader;
    struct iw_thread *thread;
    unsigned opens; /* "(" since the last number */
};

static enum iw_result parse_list(struct threading *threading);

/* nz-number */
static enum iw_result parse_member(struct threading *threading)
{
    struct iw_thread *thread = threading->thread;
    uint64_t number;
    enum iw_result result = iw_read_nz_number(threading->reader, UINT32_MAX, &number);
    if (result == IW_OK)
        result = iw_reader_grow(threading->reader, &thread->members, thread->count,
                                sizeof *thread->members);
    if (result != IW_OK)
        return result;
    thread->members[thread->count++] =
        (struct iw_thread_member){.number = (uint32_t)number, .opens = threading->opens};
    threading->opens = 0;
    return IW_OK;
}

/* thread-nested = 2*thread-list */
static enum iw_result parse_nested(struct threading *threading)
{
    enum iw_result result = parse_list(threading);
    do {
        if (result == IW_OK)
            result = parse_list(threading);
    } while (result == IW_OK && iw_reader_peek(threading->reader, '('));
    return result;
}

/* thread-members = nz-number *(SP nz-number) [SP thread-nested] */
static enum iw_result parse_members(struct threading *threading)
{
    enum iw_result result = parse_member(threading);
    while (result == IW_OK && iw_reader_skip(threading->reader, ' ')) {
        if (iw_reader_peek(threading->reader, '('))
            return parse_nested(threading);
        result = parse_member(threading);
    }
    return result;
}

/* thread-list = "(" (thread-members / thread-nested) ")"
 * It calls itself no deeper than limits.depth. */
static enum iw_result parse_list(struct threading *threading)
{
    struct iw_reader *reader = threading->reader;
    if (!iw_reader_peek(reader, '('))
        return iw_reader_fail(reader, "(");
    enum iw_result result = iw_reader_enter(reader);
    if (result != IW_OK)
        return result;
    reader->at++;
    threading->opens++;
    result = iw_reader_peek(reader, '(') ? parse_nested(threading) : parse_members(threading);
    iw_reader_leave(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, ')', ")");
    if (result == IW_OK)
        threading->thread->members[threading->thread->count - 1].closes++;
    return result;
}

/* "THREAD" [SP 1*thread-list] */
enum iw_result iw_parse_thread(struct iw_reader *reader, struct iw_thread *thread)
{
    struct threading threading = {.reader = reader, .thread = thread};
    *thread = (struct iw_thread){0};
    if (!iw_reader_more(reader))
        return IW_OK;
    reader->at++;
    enum iw_result result = parse_list(&threading);
    while (result == IW_OK && iw_reader_peek(reader, '('))
        result = parse_list(&threading);
    return result;
}

static void write_char(struct iw_buf *out, char c, unsigned times)
{
    while (times-- > 0)
        iw_buf_add_char(out, c);
}

void iw_write_thread(struct iw_buf *out, const struct iw_thread *thread)
{
    bool closed = false; /* the list before: then no SP stands between */
    for (size_t i = 0; i < thread->count; i++) {
        const struct iw_thread_member *member = &thread->members[i];
        if (!closed)
            iw_buf_add_char(out, ' ');
        write_char(out, '(', member->opens);
        iw_buf_add_number(out, member->number);
        write_char(out, ')', member->closes);
        closed = member->closes > 0;
    }
}
