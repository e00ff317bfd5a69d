/* SPDX-License-Identifier: MIT */
#include "mockserver/canned_commands.h"

#include <string.h>

/* ---- which messages ---- */

/* The message of that number if the command's set names it: by UID or by number. */
static struct iw_mail *in_set(const struct iw_canned_call *call, size_t number)
{
    const struct iw_canned_session *session = call->session;
    uint32_t last_uid = session->view[session->view_count - 1];
    bool named =
        call->command->uid
            ? iw_set_contains(&call->command->set, session->view[number - 1], last_uid)
            : iw_set_contains(&call->command->set, (uint32_t)number, (uint32_t)session->view_count);
    return named ? iw_canned_mail(session, number) : NULL;
}

/* Message numbers beyond the last are a fault of the client; UIDs without a message are not
 * (RFC 9051 §6.4.9). */
static bool set_exists(const struct iw_canned_call *call)
{
    const struct iw_set *set = &call->command->set;
    for (size_t i = 0; i < set->count && !call->command->uid; i++) {
        if (set->ranges[i].first > call->session->view_count ||
            set->ranges[i].last > call->session->view_count || call->session->view_count == 0)
            return false;
    }
    return !set->saved;
}

/* ---- FETCH ---- */

/* BODY[section]<origin.length> as it was asked for, or what stands for it. */
struct section {
    struct iw_span name; /* "BODY", "RFC822", … as it is answered */
    struct iw_span text; /* between the brackets; absent without brackets */
    bool peek, partial;
    uint64_t origin, length;
};

static bool read_partial(struct iw_span text, struct section *section)
{
    if (text.length == 0)
        return true;
    const char *dot = memchr(text.data, '.', text.length);
    if (text.length < 5 || text.data[0] != '<' || text.data[text.length - 1] != '>' || dot == NULL)
        return false;
    size_t at = (size_t)(dot - text.data);
    section->partial = true;
    return iw_span_number(iw_span_part(text, 1, at), UINT32_MAX, &section->origin) &&
           iw_span_number(iw_span_part(text, at + 1, text.length - 1), UINT32_MAX,
                          &section->length);
}

static bool known_section(struct iw_span text)
{
    return text.length == 0 || iw_span_equal_nocase(text, IW_SPAN("HEADER")) ||
           iw_span_equal_nocase(text, IW_SPAN("TEXT")) || iw_span_equal(text, IW_SPAN("1")) ||
           iw_span_starts_nocase(text, IW_SPAN("HEADER.FIELDS"));
}

/* False: the item is no section, or one this server cannot give. */
static bool read_section(struct iw_span item, struct section *section)
{
    static const struct {
        const char *name, *text;
        bool peek;
    } old[] = {
        {"RFC822", "", false}, {"RFC822.HEADER", "HEADER", true}, {"RFC822.TEXT", "TEXT", false}};
    *section = (struct section){.name = item};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        if (iw_span_equal_nocase(item, iw_span_of(old[i].name))) {
            section->peek = old[i].peek;
            section->text = iw_span_of(old[i].text);
            return true;
        }
    }
    section->peek = iw_span_starts_nocase(item, IW_SPAN("BODY.PEEK["));
    if (!section->peek && !iw_span_starts_nocase(item, IW_SPAN("BODY[")))
        return false;
    size_t begin = section->peek ? sizeof "BODY.PEEK[" - 1 : sizeof "BODY[" - 1;
    size_t end = item.length;
    while (end > begin && item.data[end - 1] != ']')
        end--;
    if (end == begin)
        return false;
    section->name = iw_span_part(item, 0, 4);
    section->text = iw_span_part(item, begin, end - 1);
    return known_section(section->text) &&
           read_partial(iw_span_part(item, end, item.length), section);
}

/* The octets up to and with the empty line; all of them when there is none. */
static size_t header_length(struct iw_span message)
{
    for (size_t i = 0; i + 4 <= message.length; i++) {
        if (memcmp(message.data + i, "\r\n\r\n", 4) == 0)
            return i + 4;
    }
    return message.length;
}

/* One header field with its continuation lines; the empty line at the end is one too. */
static size_t field_length(struct iw_span header, size_t begin)
{
    for (size_t i = begin; i + 1 < header.length; i++) {
        bool ends = header.data[i] == '\r' && header.data[i + 1] == '\n';
        bool folded = i + 2 < header.length && i > begin &&
                      (header.data[i + 2] == ' ' || header.data[i + 2] == '\t');
        if (ends && !folded)
            return i + 2 - begin;
    }
    return header.length - begin;
}

/* Is the field's name among those of "HEADER.FIELDS (TO CC)"? */
static bool field_named(struct iw_span list, struct iw_span field)
{
    const char *colon = memchr(field.data, ':', field.length);
    struct iw_span name = iw_span_part(field, 0, colon == NULL ? 0 : (size_t)(colon - field.data));
    size_t begin = 0;
    for (size_t i = 0; i <= list.length && name.length > 0; i++) {
        if (i < list.length && memchr(" ()\"", list.data[i], 4) == NULL)
            continue;
        if (iw_span_equal_nocase(iw_span_part(list, begin, i), name))
            return true;
        begin = i + 1;
    }
    return false;
}

static void add_fields(struct iw_span text, struct iw_span header, struct iw_buf *out)
{
    bool not = iw_span_starts_nocase(text, IW_SPAN("HEADER.FIELDS.NOT"));
    const char *open = memchr(text.data, '(', text.length);
    size_t at = open == NULL ? text.length : (size_t)(open - text.data);
    struct iw_span list = iw_span_part(text, at, text.length);
    size_t length;
    for (size_t i = 0; i < header.length; i += length) {
        length = field_length(header, i);
        struct iw_span field = iw_span_part(header, i, i + length);
        if (field.length == 2 || field_named(list, field) != not )
            iw_buf_add(out, field);
    }
}

static void add_section(const struct section *section, struct iw_span message, struct iw_buf *out)
{
    size_t header = header_length(message);
    if (section->text.length == 0)
        iw_buf_add(out, message);
    else if (iw_span_equal_nocase(section->text, IW_SPAN("HEADER")))
        iw_buf_add(out, iw_span_part(message, 0, header));
    else if (iw_span_starts_nocase(section->text, IW_SPAN("HEADER.FIELDS")))
        add_fields(section->text, iw_span_part(message, 0, header), out);
    else
        iw_buf_add(out, iw_span_part(message, header, message.length));
}

static void write_section(const struct section *section, struct iw_span message, struct iw_buf *out)
{
    struct iw_buf octets;
    iw_buf_init(&octets, NULL, message.length + 1);
    add_section(section, message, &octets);
    struct iw_span part = iw_buf_span(&octets);
    iw_buf_add(out, section->name);
    if (section->name.length == 4) {
        iw_buf_add_char(out, '[');
        iw_buf_add(out, section->text);
        iw_buf_add_char(out, ']');
    }
    if (section->partial) {
        uint64_t begin = section->origin < part.length ? section->origin : part.length;
        uint64_t left = part.length - begin;
        uint64_t length = section->length < left ? section->length : left;
        part = iw_span(part.data + begin, (size_t)length);
        iw_buf_addf(out, "<%llu>", (unsigned long long)section->origin);
    }
    iw_buf_addf(out, " {%zu}\r\n", part.length);
    iw_buf_add(out, part);
    out->failed |= octets.failed;
    iw_buf_release(&octets);
}

static const char *const fast[] = {"FLAGS", "INTERNALDATE", "RFC822.SIZE"};

static bool known_item(struct iw_span item)
{
    struct section section;
    for (size_t i = 0; i < sizeof fast / sizeof *fast; i++) {
        if (iw_span_equal_nocase(item, iw_span_of(fast[i])))
            return true;
    }
    return iw_span_equal_nocase(item, IW_SPAN("UID")) ||
           iw_span_equal_nocase(item, IW_SPAN("FAST")) || read_section(item, &section);
}

static void write_flags(const struct iw_canned_session *session, const struct iw_mail *mail,
                        struct iw_buf *out)
{
    iw_buf_add_string(out, "FLAGS ");
    iw_mailboxes_write_flags(&session->canned->boxes, mail->flags, mail->uid >= session->recent_uid,
                             out);
}

/* One item and a SP behind it. Sets \Seen where that is asked for (RFC 9051 §6.4.5). */
static void write_item(const struct iw_canned_call *call, struct iw_mail *mail, struct iw_span item)
{
    struct iw_buf *out = call->out;
    struct section section;
    if (iw_span_equal_nocase(item, IW_SPAN("FLAGS"))) {
        write_flags(call->session, mail, out);
    } else if (iw_span_equal_nocase(item, IW_SPAN("UID"))) {
        iw_buf_addf(out, "UID %lu", (unsigned long)mail->uid);
    } else if (iw_span_equal_nocase(item, IW_SPAN("RFC822.SIZE"))) {
        iw_buf_addf(out, "RFC822.SIZE %zu", mail->octets.length);
    } else if (iw_span_equal_nocase(item, IW_SPAN("INTERNALDATE"))) {
        iw_buf_add_string(out, "INTERNALDATE ");
        iw_write_date_time(out, &mail->date);
    } else if (read_section(item, &section)) {
        write_section(&section, mail->octets, out);
    }
    iw_buf_add_char(out, ' ');
}

/* Marks what is read as seen; true when that changed the flags. */
static bool mark_seen(const struct iw_canned_call *call, struct iw_mail *mail)
{
    const struct iw_names *items = &call->command->names;
    bool seen = (mail->flags & IW_FLAG_SEEN) != 0;
    for (size_t i = 0; i < items->count && !call->session->read_only; i++) {
        struct section section;
        if (read_section(items->names[i], &section) && !section.peek)
            mail->flags |= IW_FLAG_SEEN;
    }
    return !seen && (mail->flags & IW_FLAG_SEEN) != 0;
}

static bool asks_for(const struct iw_names *items, const char *name)
{
    for (size_t i = 0; i < items->count; i++) {
        if (iw_span_equal_nocase(items->names[i], iw_span_of(name)) ||
            (iw_span_equal_nocase(items->names[i], IW_SPAN("FAST")) && strcmp(name, "FLAGS") == 0))
            return true;
    }
    return false;
}

static void fetch_one(const struct iw_canned_call *call, size_t number, struct iw_mail *mail)
{
    const struct iw_names *items = &call->command->names;
    bool changed = mark_seen(call, mail);
    iw_buf_addf(call->out, "* %zu FETCH (", number);
    if (call->command->uid && !asks_for(items, "UID"))
        write_item(call, mail, IW_SPAN("UID"));
    for (size_t i = 0; i < items->count; i++) {
        bool all = iw_span_equal_nocase(items->names[i], IW_SPAN("FAST"));
        for (size_t j = 0; all && j < sizeof fast / sizeof *fast; j++)
            write_item(call, mail, iw_span_of(fast[j]));
        if (!all)
            write_item(call, mail, items->names[i]);
    }
    if (changed && !asks_for(items, "FLAGS"))
        write_item(call, mail, IW_SPAN("FLAGS"));
    if (!call->out->failed)
        iw_buf_truncate(call->out, call->out->length - 1);
    iw_buf_add_string(call->out, ")\r\n");
}

const char *iw_canned_fetch(const struct iw_canned_call *call)
{
    const struct iw_names *items = &call->command->names;
    if (!set_exists(call))
        return "BAD there are not so many messages";
    for (size_t i = 0; i < items->count; i++) {
        if (!known_item(items->names[i]))
            return "BAD this server cannot fetch one of these items";
    }
    for (size_t number = 1; number <= call->session->view_count; number++) {
        struct iw_mail *mail = in_set(call, number);
        if (mail != NULL)
            fetch_one(call, number, mail);
    }
    return "OK fetched";
}

/* ---- STORE and EXPUNGE ---- */

static void change_flags(struct iw_mail *mail, enum iw_store_mode mode, uint64_t flags)
{
    if (mode == IW_STORE_ADD)
        mail->flags |= flags;
    else if (mode == IW_STORE_REMOVE)
        mail->flags &= ~flags;
    else
        mail->flags = flags;
}

const char *iw_canned_store(const struct iw_canned_call *call)
{
    const struct iw_command *command = call->command;
    uint64_t flags = 0;
    if (call->session->read_only)
        return "NO [READ-ONLY] the mailbox is open for reading";
    if (!set_exists(call))
        return "BAD there are not so many messages";
    for (size_t i = 0; i < command->flags.count; i++)
        flags |= iw_mailboxes_flag(&call->session->canned->boxes, command->flags.names[i]);
    for (size_t number = 1; number <= call->session->view_count; number++) {
        struct iw_mail *mail = in_set(call, number);
        if (mail == NULL)
            continue;
        change_flags(mail, command->mode, flags);
        if (command->silent)
            continue;
        iw_buf_addf(call->out, "* %zu FETCH (", number);
        if (command->uid)
            iw_buf_addf(call->out, "UID %lu ", (unsigned long)mail->uid);
        write_flags(call->session, mail, call->out);
        iw_buf_add_string(call->out, ")\r\n");
    }
    return "OK stored";
}

/* Only removes: what has gone is told when the command ends. */
const char *iw_canned_expunge(const struct iw_canned_call *call)
{
    if (call->command->uid)
        return "BAD this server does not have UIDPLUS";
    if (call->session->read_only)
        return "NO [READ-ONLY] the mailbox is open for reading";
    for (size_t number = 1; number <= call->session->view_count; number++) {
        const struct iw_mail *mail = iw_canned_mail(call->session, number);
        if (mail != NULL && (mail->flags & IW_FLAG_DELETED) != 0)
            iw_mailbox_remove(call->session->selected, mail->uid);
    }
    return "OK expunged";
}
