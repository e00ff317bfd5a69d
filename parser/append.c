/* SPDX-License-Identifier: MIT */
#include "parser/append.h"

#include "parser/member.h"
#include "parser/same.h"
#include "parser/write.h"

/* Every parse_ function of a message's parts begins behind its SP. */

/* append-opts = [SP flag-list] [SP date-time] */
static enum iw_result parse_options(struct iw_reader *reader, struct iw_append *append)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK && iw_reader_peek(reader, '(')) {
        append->has_flags = true;
        result = iw_parse_flags(reader, IW_FLAGS_STORE, &append->flags);
        if (result == IW_OK)
            result = iw_read_space(reader);
    }
    if (result == IW_OK && iw_reader_peek(reader, '"')) {
        result = iw_parse_date_time(reader, &append->date);
        append->has_date = append->date.year != 0;
        if (result == IW_OK)
            result = iw_read_space(reader);
    }
    return result;
}

/* ---- data ---- */

/* literal / literal8 */
static enum iw_result parse_literal(struct iw_reader *reader, struct iw_append *append)
{
    struct iw_literal_value literal;
    enum iw_result result = iw_read_literal(reader, &literal);
    if (result != IW_OK)
        return result;
    append->message = literal.octets;
    append->size = literal.size;
    append->kept = literal.kept;
    append->binary = literal.binary;
    return IW_OK;
}

/* "UTF8" SP "(" literal8 ")" */
static enum iw_result parse_utf8(struct iw_reader *reader, struct iw_append *append)
{
    append->utf8 = true;
    enum iw_result result = iw_read_space_open(reader);
    if (result == IW_OK && !iw_reader_peek(reader, '~'))
        result = iw_reader_fail(reader, "a literal8");
    if (result == IW_OK)
        result = parse_literal(reader, append);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* cat-part = "TEXT" SP literal / "URL" SP astring */
static enum iw_result parse_part(struct iw_reader *reader, struct iw_cat_part *part)
{
    if (iw_reader_skip_word(reader, "URL"))
        return iw_read_space_astring(reader, &part->url);
    if (!iw_reader_skip_word(reader, "TEXT"))
        return iw_reader_fail(reader, "TEXT or URL");
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_literal(reader, &part->text) : result;
}

/* "CATENATE" SP "(" cat-part *(SP cat-part) ")" */
static enum iw_result parse_parts(struct iw_reader *reader, struct iw_append *append)
{
    struct iw_cat_part **last = &append->parts;
    size_t count = 0;
    enum iw_result result = iw_read_space_open(reader);
    if (result != IW_OK)
        return result;
    do {
        result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_part(reader, *last);
        if (result != IW_OK)
            return result;
        last = &(*last)->next;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and a part, or )");
}

/* append-ext = append-ext-name SP append-ext-value ; append-data-ext = tagged-ext, which look the
 * same: the last one of a command may be the data. *data: it was. */
static enum iw_result parse_extension(struct iw_reader *reader, struct iw_append *append,
                                      bool *data)
{
    struct iw_span value;
    const char *begin = reader->at - 1;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a literal", &value);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_skip_value(reader, "a value", &value);
    if (append->extensions.data != NULL)
        begin = append->extensions.data;
    append->extensions = iw_between(begin, reader->at);
    *data = !iw_reader_more(reader);
    reader->at += result == IW_OK && !*data;
    return result;
}

/* att-annotate = "ANNOTATION" SP "(" entry-att *(SP entry-att) ")" (RFC 5257 §5), and the SP behind
 * it */
static enum iw_result parse_annotations(struct iw_reader *reader, struct iw_append *append)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_annotations(reader, false, &append->annotations);
    return result == IW_OK ? iw_read_space(reader) : result;
}

/* append-message = append-opts *(SP append-ext) SP append-data
 * append-data = literal / literal8 / "CATENATE" … / "UTF8" … / append-data-ext */
enum iw_result iw_parse_append_message(struct iw_reader *reader, struct iw_append *append)
{
    bool data = false;
    enum iw_result result = parse_options(reader, append);
    while (result == IW_OK && !data) {
        if (iw_reader_at_literal(reader))
            return parse_literal(reader, append);
        if (iw_reader_skip_word(reader, "CATENATE"))
            return parse_parts(reader, append);
        if (iw_reader_skip_word(reader, "UTF8"))
            return parse_utf8(reader, append);
        if (append->annotations.count == 0 && iw_reader_skip_word(reader, "ANNOTATION"))
            result = parse_annotations(reader, append);
        else
            result = parse_extension(reader, append, &data);
    }
    return result;
}

/* 1*append-message */
enum iw_result iw_parse_append(struct iw_reader *reader, struct iw_append *append)
{
    enum iw_result result = iw_parse_append_message(reader, append);
    for (size_t count = 1; result == IW_OK && iw_reader_more(reader); count++) {
        result = iw_read_member(reader, count, &append->next, sizeof *append->next);
        append = append->next;
        if (result == IW_OK)
            result = iw_parse_append_message(reader, append);
    }
    return result;
}

/* ---- writing ---- */

static void write_literal(struct iw_buf *out, bool binary, struct iw_span octets, uint64_t size)
{
    iw_buf_add_string(out, binary ? "~{" : "{");
    iw_buf_add_number(out, octets.length > 0 ? octets.length : size);
    iw_buf_add(out, IW_SPAN("}\r\n"));
    iw_buf_add(out, octets);
}

static void write_parts(struct iw_buf *out, const struct iw_cat_part *first)
{
    iw_buf_add(out, IW_SPAN(" CATENATE "));
    for (const struct iw_cat_part *part = first; part != NULL; part = part->next) {
        iw_buf_add_char(out, part == first ? '(' : ' ');
        if (part->url.data != NULL) {
            iw_buf_add(out, IW_SPAN("URL "));
            iw_write_astring(out, part->url);
        } else {
            iw_buf_add(out, IW_SPAN("TEXT "));
            write_literal(out, part->text.binary, part->text.octets, part->text.size);
        }
    }
    iw_buf_add_char(out, ')');
}

static void write_message(struct iw_buf *out, const struct iw_append *append)
{
    if (append->has_flags) {
        iw_buf_add_char(out, ' ');
        iw_write_flags(out, &append->flags);
    }
    if (append->has_date) {
        iw_buf_add_char(out, ' ');
        iw_write_date_time(out, &append->date);
    }
    if (append->annotations.count > 0) {
        iw_buf_add(out, IW_SPAN(" ANNOTATION "));
        iw_write_annotations(out, &append->annotations);
    }
    iw_buf_add(out, append->extensions);
    if (append->parts != NULL)
        write_parts(out, append->parts);
    if (append->message.data == NULL)
        return;
    iw_buf_add_string(out, append->utf8 ? " UTF8 (" : " ");
    write_literal(out, append->binary, append->message, append->size);
    if (append->utf8)
        iw_buf_add_char(out, ')');
}

void iw_write_append(struct iw_buf *out, const struct iw_append *append)
{
    for (; append != NULL; append = append->next)
        write_message(out, append);
}

/* ---- comparing ---- */

static bool parts_equal(const struct iw_cat_part *a, const struct iw_cat_part *b)
{
    for (; a != NULL && b != NULL; a = a->next) {
        if (!iw_same_span(a->url, b->url) || !iw_same_span(a->text.octets, b->text.octets) ||
            a->text.size != b->text.size || a->text.binary != b->text.binary)
            return false;
        b = b->next;
    }
    return a == NULL && b == NULL;
}

static bool message_equal(const struct iw_append *a, const struct iw_append *b)
{
    return a->has_flags == b->has_flags && iw_same_flags(&a->flags, &b->flags) &&
           a->has_date == b->has_date && iw_same_date(&a->date, &b->date) &&
           iw_annotations_equal(&a->annotations, &b->annotations) &&
           iw_same_span(a->extensions, b->extensions) && iw_same_span(a->message, b->message) &&
           a->size == b->size && a->binary == b->binary && a->utf8 == b->utf8 &&
           parts_equal(a->parts, b->parts);
}

bool iw_append_equal(const struct iw_append *a, const struct iw_append *b)
{
    for (; a != NULL && b != NULL && message_equal(a, b); a = a->next)
        b = b->next;
    return a == NULL && b == NULL;
}
