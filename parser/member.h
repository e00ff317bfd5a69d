/* SPDX-License-Identifier: MIT */
/* Lists whose members are linked: room for the next one, and what several of their grammars share.
 */
#ifndef IW_PARSER_MEMBER_H
#define IW_PARSER_MEMBER_H

#include "parser/names.h"
#include "parser/verbatim.h"

/* Zeroed room for one more member behind count others; member is the address of a pointer to it.
 * IW_LIMIT at limits.items or the arena's cap, or IW_NO_MEMORY. */
static inline enum iw_result iw_read_member(struct iw_reader *reader, size_t count, void *member,
                                            size_t size)
{
    if (count >= reader->limits->items)
        return iw_fail(reader->error, IW_LIMIT, (size_t)(reader->at - reader->begin),
                       "fewer members");
    void *room = iw_arena_get(reader->arena, size);
    if (room == NULL)
        return iw_reader_no_room(reader, size);
    memcpy(member, &room, sizeof room);
    return IW_OK;
}

/* SP astring */
static inline enum iw_result iw_read_space_astring(struct iw_reader *reader, struct iw_span *value)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_astring(reader, value) : result;
}

/* SP atom */
static inline enum iw_result iw_read_space_atom(struct iw_reader *reader, const char *expected,
                                                struct iw_span *value)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_run(reader, IW_CHAR_ATOM, expected, value) : result;
}

/* SP "(" */
static inline enum iw_result iw_read_space_open(struct iw_reader *reader)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_char(reader, '(', "(") : result;
}

/* Members with SP between them, as they are. */
void iw_write_atoms(struct iw_buf *out, const struct iw_names *members);

#endif
