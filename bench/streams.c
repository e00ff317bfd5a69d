/* SPDX-License-Identifier: MIT */
/* bench_streams DIR: writes what a server might send to DIR/flags.imap and its like, the same on
 * every machine: untagged responses, then "1 OK done" CRLF. Each is some 25 MB. */
#include "base/buf.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>

struct stream {
    struct iw_buf out;
    struct iw_random random;
};

static unsigned between(struct stream *s, unsigned first, unsigned last)
{
    return first + (unsigned)iw_random_below(&s->random, last - first + 1);
}

static bool chance(struct stream *s, unsigned percent)
{
    return between(s, 1, 100) <= percent;
}

static void put(struct stream *s, const char *text)
{
    iw_buf_add_string(&s->out, text);
}

#define COUNT(array)   (sizeof(array) / sizeof *(array))
#define PICK(s, array) ((array)[iw_random_below(&(s)->random, COUNT(array))])

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const zones[] = {"+0000", "-0500", "+0100", "+0530", "-0800"};
static const char *const first_names[] = {"Ada", "Boris", "Chiara", "Dmitri", "Esi", "Farid"};
static const char *const last_names[] = {"Okafor", "Lind", "Marques", "Novak", "Petit", "Tanaka"};
static const char *const hosts[] = {"example.com", "example.org", "mail.example.net"};
static const char *const words[] = {"minutes", "of",       "the",   "last",   "meeting",
                                    "invoice", "delivery", "build", "broken", "tomorrow",
                                    "holiday", "plans",    "are",   "due",    "friday"};

static void put_words(struct stream *s, unsigned most, char between_them)
{
    for (unsigned i = between(s, 1, most); i > 0; i--) {
        put(s, PICK(s, words));
        if (i > 1)
            iw_buf_add_char(&s->out, between_them);
    }
}

/* "22%cMar%c2007 11:23:20 +0100", with that octet for %c */
static void put_date(struct stream *s, char between_them)
{
    unsigned day = between(s, 1, 28);
    const char *month = PICK(s, months);
    unsigned year = between(s, 2004, 2026);
    unsigned hour = between(s, 0, 23), minute = between(s, 0, 59), second = between(s, 0, 59);
    const char *zone = PICK(s, zones);
    iw_buf_addf(&s->out, "%02u%c%s%c%u %02u:%02u:%02u %s", day, between_them, month, between_them,
                year, hour, minute, second, zone);
}

/* ---- flags: what a client asks of a whole mailbox to synchronise ---- */

static void put_flags(struct stream *s)
{
    static const struct {
        const char *name;
        unsigned percent;
    } flags[] = {{"\\Seen", 70},     {"\\Answered", 25}, {"\\Flagged", 10}, {"\\Deleted", 4},
                 {"$Forwarded", 10}, {"NonJunk", 15},    {"$label1", 5},    {"\\Recent", 3}};
    const char *space = "";
    for (size_t i = 0; i < COUNT(flags); i++) {
        if (!chance(s, flags[i].percent))
            continue;
        iw_buf_addf(&s->out, "%s%s", space, flags[i].name);
        space = " ";
    }
}

static void write_flags(struct stream *s)
{
    unsigned uid = 1000;
    uint64_t modseq = 715194045007;
    for (unsigned i = 1; i <= 200000; i++) {
        uid += between(s, 1, 7);
        modseq += between(s, 0, 50);
        iw_buf_addf(&s->out, "* %u FETCH (UID %u FLAGS (", i, uid);
        put_flags(s);
        iw_buf_addf(&s->out, ") MODSEQ (%llu) INTERNALDATE \"", (unsigned long long)modseq);
        put_date(s, '-');
        iw_buf_addf(&s->out, "\" RFC822.SIZE %u)\r\n", between(s, 400, 30000));
    }
}

/* ---- envelope: what a client asks to show a mailbox; a few strings are literals ---- */

static void put_subject(struct stream *s)
{
    struct iw_buf *out = &s->out;
    unsigned kind = between(s, 1, 100);
    if (kind <= 3) {
        put(s, "{17}\r\n\"To be\" or not to");
    } else if (kind <= 15) {
        put(s, "\"=?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?=\"");
    } else {
        put(s, kind <= 40 ? "\"Re: " : "\"");
        put_words(s, 10, ' ');
        put(s, kind <= 45 ? " \\\"as agreed\\\"\"" : "\"");
    }
    iw_buf_add_char(out, ' ');
}

static void put_address(struct stream *s)
{
    const char *first = PICK(s, first_names), *last = PICK(s, last_names);
    if (chance(s, 15))
        put(s, "(NIL");
    else
        iw_buf_addf(&s->out, "(\"%s %s\"", first, last);
    iw_buf_addf(&s->out, " NIL \"%s.%s\" \"%s\")", first, last, PICK(s, hosts));
}

static void put_addresses(struct stream *s, unsigned percent, unsigned most)
{
    if (!chance(s, percent)) {
        put(s, "NIL ");
        return;
    }
    put(s, "(");
    for (unsigned i = between(s, 1, most); i > 0; i--)
        put_address(s);
    put(s, ") ");
}

static void put_message_id(struct stream *s)
{
    unsigned long long unique = iw_random_next(&s->random);
    iw_buf_addf(&s->out, "\"<%016llx@%s>\"", unique, PICK(s, hosts));
}

static void put_envelope(struct stream *s)
{
    put(s, "(\"Mon, ");
    put_date(s, ' ');
    put(s, "\" ");
    put_subject(s);
    for (unsigned i = 0; i < 3; i++) /* from, sender, reply-to */
        put_addresses(s, 100, 1);
    put_addresses(s, 97, 4); /* to */
    put_addresses(s, 35, 5); /* cc */
    put_addresses(s, 2, 1);  /* bcc */
    if (chance(s, 45))
        put_message_id(s);
    else
        put(s, "NIL");
    put(s, " ");
    put_message_id(s);
    put(s, ")");
}

static void put_text_part(struct stream *s, const char *subtype)
{
    unsigned size = between(s, 100, 60000);
    iw_buf_addf(&s->out,
                "(\"text\" \"%s\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" %u %u "
                "NIL NIL NIL NIL)",
                subtype, size, size / 60);
}

static void put_attachment(struct stream *s)
{
    unsigned size = between(s, 1000, 5000000);
    const char *name = PICK(s, words);
    iw_buf_addf(&s->out,
                "(\"application\" \"pdf\" (\"name\" \"%s.pdf\") NIL NIL \"base64\" %u NIL "
                "(\"attachment\" (\"filename\" \"%s.pdf\" \"size\" \"%u\")) NIL NIL)",
                name, size, name, size);
}

static void end_multipart(struct stream *s, const char *subtype)
{
    iw_buf_addf(&s->out, " \"%s\" (\"boundary\" \"=_%016llx\") NIL NIL NIL)", subtype,
                (unsigned long long)iw_random_next(&s->random));
}

static void put_alternative(struct stream *s)
{
    put(s, "(");
    put_text_part(s, "plain");
    put_text_part(s, "html");
    end_multipart(s, "alternative");
}

static void put_structure(struct stream *s)
{
    unsigned kind = between(s, 1, 100);
    if (kind <= 30) {
        put_text_part(s, "plain");
    } else if (kind <= 60) {
        put_alternative(s);
    } else {
        put(s, "(");
        put_alternative(s);
        for (unsigned i = between(s, 1, 3); i > 0; i--)
            put_attachment(s);
        if (kind > 92) {
            put(s, "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 4711 ");
            put_envelope(s);
            put(s, " ");
            put_text_part(s, "plain");
            put(s, " 90 NIL NIL NIL NIL)");
        }
        end_multipart(s, "mixed");
    }
}

static void write_envelope(struct stream *s)
{
    unsigned uid = 5000;
    for (unsigned i = 1; i <= 28000; i++) {
        uid += between(s, 1, 5);
        iw_buf_addf(&s->out, "* %u FETCH (UID %u ENVELOPE ", i, uid);
        put_envelope(s);
        put(s, " BODYSTRUCTURE ");
        put_structure(s);
        put(s, ")\r\n");
    }
}

/* ---- bodies: a few large literals ---- */

static void write_bodies(struct stream *s)
{
    static const char header[] = "Subject: minutes\r\nMIME-Version: 1.0\r\n\r\n";
    struct stream body = {.random = s->random};
    iw_buf_init(&body.out, NULL, 1 << 20);
    for (unsigned i = 1; i <= 230; i++) {
        size_t size = between(s, 20 << 10, 200 << 10);
        iw_buf_clear(&body.out);
        put(&body, header);
        while (body.out.length < size) {
            put_words(&body, 12, ' ');
            put(&body, "\r\n");
        }
        iw_buf_addf(&s->out, "* %u FETCH (UID %u BODY[] {%zu}\r\n", i, i, body.out.length);
        iw_buf_add(&s->out, iw_buf_span(&body.out));
        put(s, ")\r\n");
    }
    iw_buf_release(&body.out);
}

/* ---- list: atoms, quoted strings with and without escapes, literals ---- */

static void put_mailbox(struct stream *s, unsigned number)
{
    struct stream name = {.random = s->random};
    iw_buf_init(&name.out, NULL, 4096);
    unsigned kind = between(s, 1, 100);
    put_words(&name, 4, '/');
    if (chance(&name, 25))
        put(&name, "/Entw&APw-rfe");
    iw_buf_addf(&name.out, kind > 30 && kind <= 45 ? "/no %u" : "/%u", number);
    const char *text = iw_buf_string(&name.out);
    if (kind <= 30)
        put(s, text);
    else if (kind <= 80)
        iw_buf_addf(&s->out, "\"%s\"", text);
    else if (kind <= 85)
        iw_buf_addf(&s->out, "\"%s \\\"x\\\"\"", text);
    else
        iw_buf_addf(&s->out, "{%zu}\r\n%s", name.out.length, text);
    s->random = name.random;
    iw_buf_release(&name.out);
}

static void write_list(struct stream *s)
{
    static const char *const attributes[] = {
        "\\HasNoChildren", "\\HasChildren",          "\\HasNoChildren \\UnMarked",
        "\\Noselect",      "\\HasNoChildren \\Sent", "\\Marked \\HasNoChildren",
    };
    for (unsigned i = 0; i < 400000; i++) {
        iw_buf_addf(&s->out, "* LIST (%s) \"/\" ", PICK(s, attributes));
        put_mailbox(s, i);
        put(s, "\r\n");
    }
}

/* ---- search, esearch: a million messages found each time ---- */

enum { FOUND = 1000000, SEARCHES = 3, ESEARCHES = 4 };

static void write_search(struct stream *s)
{
    for (unsigned search = 0; search < SEARCHES; search++) {
        uint64_t number = 0;
        put(s, "* SEARCH");
        for (unsigned i = 0; i < FOUND; i++) {
            number += between(s, 1, 9);
            iw_buf_add_char(&s->out, ' ');
            iw_buf_add_number(&s->out, number);
        }
        put(s, "\r\n");
    }
}

static void write_esearch(struct stream *s)
{
    for (unsigned search = 0; search < ESEARCHES; search++) {
        uint64_t number = 0;
        iw_buf_addf(&s->out, "* ESEARCH (TAG \"1\") UID COUNT %u ALL", FOUND);
        for (unsigned i = 0; i < FOUND / 2; i++) {
            number += between(s, 2, 9);
            iw_buf_add_char(&s->out, i == 0 ? ' ' : ',');
            iw_buf_add_number(&s->out, number);
            if (!chance(s, 60))
                continue;
            number += between(s, 1, 6);
            iw_buf_add_char(&s->out, ':');
            iw_buf_add_number(&s->out, number);
        }
        put(s, "\r\n");
    }
}

/* ---- files ---- */

static void write_file(const char *directory, const char *name, struct iw_span content)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.imap", directory, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(content.data, 1, content.length, file) != content.length ||
        fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*write)(struct stream *s);
    } streams[] = {
        {"flags", write_flags}, {"envelope", write_envelope}, {"bodies", write_bodies},
        {"list", write_list},   {"search", write_search},     {"esearch", write_esearch},
    };
    if (argc != 2) {
        fprintf(stderr, "usage: bench_streams DIR\n");
        return 2;
    }
    for (size_t i = 0; i < COUNT(streams); i++) {
        struct stream s;
        iw_random_seed(&s.random, i);
        iw_buf_init(&s.out, NULL, (size_t)1 << 30);
        streams[i].write(&s);
        put(&s, "1 OK done\r\n");
        if (s.out.failed) {
            fprintf(stderr, "bench_streams: no memory for %s\n", streams[i].name);
            return 2;
        }
        write_file(argv[1], streams[i].name, iw_buf_span(&s.out));
        iw_buf_release(&s.out);
    }
    return 0;
}
