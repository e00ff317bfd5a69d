/* SPDX-License-Identifier: MIT */
#include "parser/text.h"

#include "base/chars.h"
#include "base/utf8.h"
#include "parser/verbatim.h"

/* text = 1*(TEXT-CHAR / UTF8-2 / UTF8-3 / UTF8-4) */
static enum iw_result read_text(struct iw_reader *reader, struct iw_span *text)
{
    const char *first = reader->at;
    for (;;) {
        while (reader->at < reader->end && iw_is(*reader->at, IW_CHAR_TEXT))
            reader->at++;
        if (reader->at == reader->end || (unsigned char)*reader->at < 0x80)
            break;
        size_t length = iw_utf8_decode(iw_between(reader->at, reader->end), NULL);
        if (length == 0 && iw_reader_lenient(reader, IW_LENIENT_TEXT_8BIT))
            length = 1;
        if (length == 0)
            return iw_reader_fail(reader, "ASCII or UTF-8");
        reader->at += length;
    }
    *text = iw_between(first, reader->at);
    return IW_OK;
}

static bool at_line_end(const struct iw_reader *reader)
{
    return iw_reader_peek(reader, '\r') || iw_reader_peek(reader, '\n');
}

/* The SP before a text; with IW_LENIENT_EMPTY_TEXT the line may end without either. */
static enum iw_result read_space_of_text(struct iw_reader *reader)
{
    if (at_line_end(reader) && iw_reader_lenient(reader, IW_LENIENT_EMPTY_TEXT))
        return IW_OK;
    return iw_read_space(reader);
}

/* "[" … "]" of which no code can be made: its name up to SP, and what is behind that. Without "]"
 * on the line it is text, and there is no code. */
static void keep_code(struct iw_reader *reader, struct iw_code *code)
{
    const char *at = reader->at + 1, *space = NULL;
    *code = (struct iw_code){0};
    for (; at < reader->end && iw_is(*at, IW_CHAR_TEXT) && *at != ']'; at++)
        if (*at == ' ' && space == NULL)
            space = at;
    struct iw_span name = iw_between(reader->at + 1, space == NULL ? at : space);
    if (at == reader->end || *at != ']' || name.length == 0)
        return;
    code->name = name;
    if (space != NULL)
        code->argument = iw_between(space + 1, at);
    reader->at = at + 1;
}

static enum iw_result read_code(struct iw_reader *reader, struct iw_code *code)
{
    struct iw_trial trial;
    if (!iw_reader_relaxed(reader))
        return iw_parse_code(reader, code);
    iw_trial_begin(&trial, reader);
    enum iw_result result = iw_parse_code(reader, code);
    if (!iw_trial_refused(&trial, reader, result))
        return result;
    if (!iw_reader_lenient(reader, IW_LENIENT_CODE_UNPARSED))
        return iw_fail(reader->error, IW_SYNTAX, trial.problem.offset, trial.problem.expected);
    keep_code(reader, code);
    return IW_OK;
}

/* resp-text = ["[" resp-text-code "]" SP] [text] */
enum iw_result iw_parse_text_behind_space(struct iw_reader *reader, struct iw_text *text)
{
    enum iw_result result = IW_OK;
    *text = (struct iw_text){0};
    if (iw_reader_peek(reader, '[')) {
        result = read_code(reader, &text->code);
        if (result == IW_OK && text->code.name.length > 0)
            result = read_space_of_text(reader);
    }
    return result == IW_OK ? read_text(reader, &text->text) : result;
}

/* SP resp-text */
enum iw_result iw_parse_text(struct iw_reader *reader, struct iw_text *text)
{
    *text = (struct iw_text){0};
    enum iw_result result = read_space_of_text(reader);
    return result == IW_OK ? iw_parse_text_behind_space(reader, text) : result;
}

void iw_write_text(struct iw_buf *out, const struct iw_text *text)
{
    iw_buf_add_char(out, ' ');
    if (text->code.name.length > 0) {
        iw_write_code(out, &text->code);
        iw_buf_add_char(out, ' ');
    }
    iw_buf_add(out, text->text);
}
