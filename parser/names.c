/* SPDX-License-Identifier: MIT */
#include "parser/names.h"

#include "parser/verbatim.h"
#include "parser/write.h"

typedef enum iw_result read_member(struct iw_reader *reader, struct iw_span *value);
typedef void write_member(struct iw_buf *out, struct iw_span value);

static enum iw_result add_member(struct iw_reader *reader, read_member *read,
                                 struct iw_names *names)
{
    struct iw_span member;
    enum iw_result result = read(reader, &member);
    return result == IW_OK ? iw_list_add(reader, &names->names, &names->count, member) : result;
}

/* *(SP astring) */
enum iw_result iw_parse_astrings(struct iw_reader *reader, struct iw_names *names)
{
    *names = (struct iw_names){0};
    enum iw_result result = IW_OK;
    while (result == IW_OK && iw_reader_more(reader)) {
        reader->at++;
        result = add_member(reader, iw_read_astring, names);
    }
    return result;
}

void iw_write_astrings(struct iw_buf *out, const struct iw_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        iw_buf_add_char(out, ' ');
        iw_write_astring(out, names->names[i]);
    }
}

static enum iw_result parse_list(struct iw_reader *reader, read_member *read,
                                 struct iw_names *names)
{
    *names = (struct iw_names){0};
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = add_member(reader, read, names);
    while (result == IW_OK && iw_reader_another(reader))
        result = add_member(reader, read, names);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_list(struct iw_buf *out, write_member *write, const struct iw_names *names)
{
    iw_buf_add_char(out, '(');
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        write(out, names->names[i]);
    }
    iw_buf_add_char(out, ')');
}

/* "(" astring *(SP astring) ")" */
enum iw_result iw_parse_astring_list(struct iw_reader *reader, struct iw_names *names)
{
    return parse_list(reader, iw_read_astring, names);
}

void iw_write_astring_list(struct iw_buf *out, const struct iw_names *names)
{
    write_list(out, iw_write_astring, names);
}

/* "(" string *(SP string) ")" */
enum iw_result iw_parse_string_list(struct iw_reader *reader, struct iw_names *names)
{
    return parse_list(reader, iw_read_string, names);
}

void iw_write_string_list(struct iw_buf *out, const struct iw_names *names)
{
    write_list(out, iw_write_string, names);
}

enum iw_result iw_read_filter_name(struct iw_reader *reader, struct iw_span *name)
{
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "an atom", name);
    const char *slash = result == IW_OK ? memchr(name->data, '/', name->length) : NULL;
    if (slash == NULL)
        return result;
    reader->at = slash;
    return iw_reader_fail(reader, "a name without /");
}
