/* SPDX-License-Identifier: MIT */
#include "parser/flag.h"

#include "base/chars.h"
#include "parser/verbatim.h"

static const struct {
    struct iw_span name;
    unsigned bit;
} system_flags[] = {
    {{"\\Answered", 9}, IW_FLAG_ANSWERED}, {{"\\Flagged", 8}, IW_FLAG_FLAGGED},
    {{"\\Deleted", 8}, IW_FLAG_DELETED},   {{"\\Seen", 5}, IW_FLAG_SEEN},
    {{"\\Draft", 6}, IW_FLAG_DRAFT},       {{"\\Recent", 7}, IW_FLAG_RECENT},
};

static unsigned bit_of(struct iw_span name)
{
    for (size_t i = 0; i < sizeof system_flags / sizeof *system_flags; i++)
        if (name.length == system_flags[i].name.length &&
            iw_upper(name.data[1]) == system_flags[i].name.data[1] &&
            iw_is_word(name, system_flags[i].name))
            return system_flags[i].bit;
    return 0;
}

/* "\*", at whose "*" the cursor stands */
static bool may_be_any(struct iw_reader *reader, enum iw_flag_place place)
{
    const char *star = reader->at;
    reader->at--;
    bool may = place == IW_FLAGS_PERM || iw_reader_lenient(reader, IW_LENIENT_FLAG_ANY);
    reader->at = star;
    return may;
}

static bool ends_flag(char c)
{
    return c == ' ' || c == ')' || c == '\r' || c == '\n';
}

/* A keyword that is no atom: between quotes, or with octets that no atom has. */
static enum iw_result parse_odd_keyword(struct iw_reader *reader, struct iw_span *name)
{
    const char *first = reader->at;
    if (iw_reader_peek(reader, '"') && iw_reader_lenient(reader, IW_LENIENT_FLAG_QUOTED))
        return iw_read_quoted(reader, name);
    while (reader->at < reader->end && iw_is(*reader->at, IW_CHAR_ATOM))
        reader->at++;
    if (reader->at == reader->end || ends_flag(*reader->at) ||
        !iw_reader_lenient(reader, IW_LENIENT_FLAG_SPECIALS)) {
        *name = iw_span(first, (size_t)(reader->at - first));
        return reader->at > first ? IW_OK : iw_reader_fail(reader, "a flag");
    }
    while (reader->at < reader->end && !ends_flag(*reader->at))
        reader->at++;
    *name = iw_span(first, (size_t)(reader->at - first));
    return IW_OK;
}

/* flag           = "\Answered" / "\Flagged" / "\Deleted" / "\Seen" / "\Draft" /
 *                  flag-keyword / flag-extension
 * flag-keyword   = "$MDNSent" / … / atom
 * flag-extension = "\" atom
 * flag-fetch     = flag / "\Recent"
 * flag-perm      = flag / "\*" */
enum iw_result iw_parse_flag(struct iw_reader *reader, enum iw_flag_place place,
                             struct iw_span *name, unsigned *bit)
{
    struct iw_span atom;
    if (iw_reader_relaxed(reader))
        iw_reader_extra_space(reader, '\0');
    const char *first = reader->at;
    bool system = iw_reader_skip(reader, '\\');
    if (system && iw_reader_peek(reader, '*') && may_be_any(reader, place)) {
        reader->at++;
        *name = iw_span(first, 2);
        *bit = IW_FLAG_ANY;
        return IW_OK;
    }
    if (iw_reader_relaxed(reader) && !system) {
        *bit = 0;
        return parse_odd_keyword(reader, name);
    }
    enum iw_result result = iw_read_run_inline(reader, IW_CHAR_ATOM, "a flag", &atom);
    if (result != IW_OK)
        return result;
    *name = iw_span(first, (size_t)(reader->at - first));
    *bit = system ? bit_of(*name) : 0;
    if (*bit != IW_FLAG_RECENT || place == IW_FLAGS_FETCH)
        return IW_OK;
    const char *behind = reader->at;
    reader->at = first;
    if (!iw_reader_lenient(reader, IW_LENIENT_FLAG_RECENT))
        return iw_reader_fail(reader, "a flag other than \\Recent");
    reader->at = behind;
    return IW_OK;
}

static enum iw_result add_flag(struct iw_reader *reader, enum iw_flag_place place,
                               struct iw_flags *flags)
{
    unsigned bit;
    struct iw_span group;
    if (iw_reader_peek(reader, '(') && iw_reader_lenient(reader, IW_LENIENT_FLAG_GROUP))
        return iw_skip_value(reader, "a group", &group);
    enum iw_result result =
        iw_reader_grow(reader, &flags->names, flags->count, sizeof *flags->names);
    if (result == IW_OK)
        result = iw_parse_flag(reader, place, &flags->names[flags->count], &bit);
    if (result != IW_OK)
        return result;
    flags->count++;
    flags->bits |= bit;
    return IW_OK;
}

enum iw_result iw_parse_flags(struct iw_reader *reader, enum iw_flag_place place,
                              struct iw_flags *flags)
{
    *flags = (struct iw_flags){0};
    enum iw_result result = iw_read_char(reader, '(', "( and flags");
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = add_flag(reader, place, flags);
        if (result != IW_OK)
            return result;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and a flag, or )");
}

void iw_write_flags(struct iw_buf *out, const struct iw_flags *flags)
{
    iw_buf_add_char(out, '(');
    for (size_t i = 0; i < flags->count; i++) {
        if (i > 0)
            iw_buf_add_char(out, ' ');
        iw_buf_add(out, flags->names[i]);
    }
    iw_buf_add_char(out, ')');
}

bool iw_flags_have(const struct iw_flags *flags, struct iw_span name)
{
    for (size_t i = 0; i < flags->count; i++)
        if (iw_span_equal_nocase(flags->names[i], name))
            return true;
    return false;
}
