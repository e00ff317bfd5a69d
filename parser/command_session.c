/* SPDX-License-Identifier: MIT */
/* The connection and who is on it: AUTHENTICATE, LOGIN, ENABLE, ID, COMPRESS, LANGUAGE, … */
#include "parser/command_parts.h"

#include "base/base64.h"
#include "parser/write.h"

/* ---- AUTHENTICATE, LOGIN ---- */

static bool is_base64(struct iw_span text)
{
    size_t length = text.length;
    while (length > 0 && text.length - length < 2 && text.data[length - 1] == '=')
        length--;
    for (size_t i = 0; i < length; i++)
        if (iw_base64_value(text.data[i]) < 0)
            return false;
    return length > 0 && text.length % 4 == 0;
}

/* initial-resp = (base64 / "=") (RFC 4959 §6) */
static enum iw_result parse_initial(struct iw_reader *reader, struct iw_span *initial)
{
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "base64 or =", initial);
    if (result != IW_OK || iw_span_equal(*initial, IW_SPAN("=")) || is_base64(*initial))
        return result;
    reader->at = initial->data;
    return iw_reader_fail(reader, "base64 or =");
}

/* "AUTHENTICATE" SP auth-type [SP initial-resp] ; auth-type = atom */
enum iw_result iw_parse_authenticate(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space_atom(reader, "a mechanism", &command->mechanism);
    if (result != IW_OK || !iw_reader_more(reader))
        return result;
    reader->at++;
    return parse_initial(reader, &command->initial);
}

void iw_write_authenticate(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->mechanism);
    if (command->initial.data == NULL)
        return;
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->initial);
}

/* "LOGIN" SP userid SP password ; both are astrings */
enum iw_result iw_parse_login(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space_astring(reader, &command->user);
    return result == IW_OK ? iw_read_space_astring(reader, &command->other) : result;
}

void iw_write_login(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_space_astring(out, command->user);
    iw_write_space_astring(out, command->other);
}

/* "PROXYAUTH" SP userid */
enum iw_result iw_parse_proxyauth(struct iw_reader *reader, struct iw_command *command)
{
    return iw_read_space_astring(reader, &command->user);
}

void iw_write_proxyauth(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_space_astring(out, command->user);
}

/* ---- ENABLE, COMPRESS, ID ---- */

/* "ENABLE" 1*(SP capability) */
enum iw_result iw_parse_enable(struct iw_reader *reader, struct iw_command *command)
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    return iw_read_atoms(reader, "a capability", &command->names.names, &command->names.count);
}

void iw_write_enable(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_write_atoms(out, &command->names);
}

/* "COMPRESS" SP algorithm ; algorithm = "DEFLATE" (RFC 4978 §5) */
enum iw_result iw_parse_compress(struct iw_reader *reader, struct iw_command *command)
{
    return iw_read_space_atom(reader, "an algorithm", &command->mechanism);
}

void iw_write_compress(struct iw_buf *out, const struct iw_command *command)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, command->mechanism);
}

/* "ID" SP id-params-list (RFC 2971 §4) */
enum iw_result iw_parse_id_command(struct iw_reader *reader, struct iw_command *command)
{
    return iw_parse_id(reader, &command->id);
}

void iw_write_id_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_id(out, &command->id);
}

/* ---- LANGUAGE, COMPARATOR, NOTIFY ---- */

/* "LANGUAGE" *(SP lang-range-quoted) ; "COMPARATOR" *(SP comp-order-quoted) (RFC 5255 §5); both
 * are astrings */
enum iw_result iw_parse_language(struct iw_reader *reader, struct iw_command *command)
{
    return iw_parse_astrings(reader, &command->names);
}

void iw_write_language(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_astrings(out, &command->names);
}

/* "NOTIFY" SP (notify-set / notify-none) (RFC 5465 §8) */
enum iw_result iw_parse_notify_command(struct iw_reader *reader, struct iw_command *command)
{
    return iw_parse_notify(reader, &command->notify);
}

void iw_write_notify_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_notify(out, &command->notify);
}

/* ---- CONVERSIONS, XAPPLEPUSHSERVICE ---- */

enum iw_result iw_parse_conversions(struct iw_reader *reader, struct iw_command *command)
{
    return iw_parse_conversions_request(reader, &command->conversion);
}

void iw_write_conversions(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_conversions_request(out, &command->conversion);
}

enum iw_result iw_parse_apple_push_command(struct iw_reader *reader, struct iw_command *command)
{
    return iw_parse_apple_push(reader, &command->apple_push);
}

void iw_write_apple_push_command(struct iw_buf *out, const struct iw_command *command)
{
    iw_write_apple_push(out, &command->apple_push);
}
