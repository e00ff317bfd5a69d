/* SPDX-License-Identifier: MIT */
#include "script/transcript.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 100000, ENTRIES_FIRST = 64 };

void iw_transcript_init(struct iw_transcript *transcript, size_t cap)
{
    *transcript = (struct iw_transcript){.count = 0};
    iw_buf_init(&transcript->octets, NULL, cap);
}

void iw_transcript_release(struct iw_transcript *transcript)
{
    iw_buf_release(&transcript->octets);
    free(transcript->entries);
    *transcript = (struct iw_transcript){.count = 0};
}

void iw_transcript_redact(struct iw_transcript *transcript, struct iw_span secret)
{
    size_t room = sizeof transcript->secrets / sizeof *transcript->secrets;
    if (secret.length > 0 && transcript->secret_count < room)
        transcript->secrets[transcript->secret_count++] = secret;
}

/* ---- redaction ---- */

static size_t secret_at(struct iw_span octets, const struct iw_span *secrets, size_t count)
{
    size_t longest = 0;
    for (size_t i = 0; i < count; i++)
        if (secrets[i].length > longest && iw_span_starts(octets, secrets[i]))
            longest = secrets[i].length;
    return longest;
}

void iw_redact(struct iw_buf *out, struct iw_span octets, const struct iw_span *secrets,
               size_t count)
{
    size_t plain = 0; /* from here on nothing is written yet */
    for (size_t at = 0; at < octets.length;) {
        size_t length = secret_at(iw_span_part(octets, at, octets.length), secrets, count);
        if (length == 0) {
            at++;
            continue;
        }
        iw_buf_add(out, iw_span_part(octets, plain, at));
        iw_buf_add_string(out, "***");
        plain = at += length;
    }
    iw_buf_add(out, iw_span_part(octets, plain, octets.length));
}

/* The most octets at the end of an entry that may be the beginning of a secret. */
static size_t longest_secret(const struct iw_transcript *transcript)
{
    size_t longest = 0;
    for (size_t i = 0; i < transcript->secret_count; i++)
        if (transcript->secrets[i].length > longest)
            longest = transcript->secrets[i].length;
    return longest;
}

/* ---- adding ---- */

/* The oldest entries go until that many octets are free; a quarter of all at least, so that it does
 * not happen often. */
static void drop_oldest(struct iw_transcript *transcript, size_t octets)
{
    size_t count = 0, freed = 0;
    size_t free_now = transcript->octets.cap - transcript->octets.length;
    while (count < transcript->count &&
           (free_now + freed < octets || count <= transcript->count / 4))
        freed += transcript->entries[count++].length;
    transcript->count -= count;
    transcript->gone += count;
    memmove(transcript->entries, transcript->entries + count,
            transcript->count * sizeof *transcript->entries);
    iw_buf_consume(&transcript->octets, freed);
    for (size_t i = 0; i < transcript->count; i++)
        transcript->entries[i].offset -= freed;
}

static bool make_entry_room(struct iw_transcript *transcript)
{
    if (transcript->count == ENTRIES_MAX)
        drop_oldest(transcript, 0);
    if (transcript->count < transcript->capacity)
        return true;
    size_t capacity = transcript->capacity == 0 ? ENTRIES_FIRST : transcript->capacity * 2;
    struct iw_transcript_entry *larger =
        realloc(transcript->entries, capacity * sizeof *transcript->entries);
    if (larger == NULL)
        return false;
    transcript->entries = larger;
    transcript->capacity = capacity;
    return true;
}

/* The last entry when these octets go on with its line; a line that came in pieces is one entry, so
 * that a secret that came in pieces is seen. */
static struct iw_transcript_entry *open_entry(struct iw_transcript *transcript, unsigned conn,
                                              char who)
{
    bool sealed = transcript->gone + transcript->count <= transcript->sealed;
    if (transcript->count == 0 || sealed || who == '-')
        return NULL;
    struct iw_transcript_entry *last = &transcript->entries[transcript->count - 1];
    struct iw_span octets = iw_buf_span(&transcript->octets);
    bool open = last->length > 0 && octets.data[octets.length - 1] != '\n';
    return open && last->conn == conn && last->who == who ? last : NULL;
}

static void add_octets(struct iw_transcript *transcript, struct iw_transcript_entry *entry,
                       struct iw_span octets)
{
    size_t before = transcript->octets.length;
    iw_buf_add(&transcript->octets, octets);
    if (transcript->octets.failed) {
        transcript->octets.failed = false; /* these octets are left out */
        return;
    }
    entry->length += transcript->octets.length - before;
}

static void add_redacted(struct iw_transcript *transcript, struct iw_transcript_entry *entry,
                         struct iw_span octets)
{
    struct iw_buf whole, clean;
    size_t tail = longest_secret(transcript);
    if (tail > entry->length)
        tail = entry->length;
    iw_buf_init(&whole, NULL, SIZE_MAX / 2);
    iw_buf_init(&clean, NULL, SIZE_MAX / 2);
    struct iw_span stored = iw_buf_span(&transcript->octets);
    iw_buf_add(&whole, iw_span_part(stored, stored.length - tail, stored.length));
    iw_buf_add(&whole, octets);
    iw_redact(&clean, iw_buf_span(&whole), transcript->secrets, transcript->secret_count);
    if (!whole.failed && !clean.failed) {
        iw_buf_truncate(&transcript->octets, stored.length - tail);
        entry->length -= tail;
        add_octets(transcript, entry, iw_buf_span(&clean));
    }
    iw_buf_release(&whole);
    iw_buf_release(&clean);
}

static size_t line_length(struct iw_span octets)
{
    const char *lf = octets.length == 0 ? NULL : memchr(octets.data, '\n', octets.length);
    return lf == NULL ? octets.length : (size_t)(lf - octets.data) + 1;
}

static void add(struct iw_transcript *transcript, struct iw_transcript_entry *entry,
                struct iw_span octets)
{
    if (transcript->secret_count == 0)
        add_octets(transcript, entry, octets);
    else
        add_redacted(transcript, entry, octets);
}

void iw_transcript_add(struct iw_transcript *transcript, uint64_t ms, unsigned conn, char who,
                       struct iw_span octets)
{
    size_t cap = transcript->octets.cap;
    if (octets.length > cap) /* only its end is of use */
        octets = iw_span_part(octets, octets.length - cap, octets.length);
    if (octets.length > cap - transcript->octets.length)
        drop_oldest(transcript, octets.length);
    struct iw_transcript_entry *entry = open_entry(transcript, conn, who);
    if (entry != NULL) {
        size_t length = line_length(octets);
        add(transcript, entry, iw_span_part(octets, 0, length));
        octets = iw_span_part(octets, length, octets.length);
        if (octets.length == 0)
            return;
    }
    if (!make_entry_room(transcript))
        return;
    entry = &transcript->entries[transcript->count++];
    *entry = (struct iw_transcript_entry){
        .ms = ms, .conn = conn, .who = who, .offset = transcript->octets.length};
    add(transcript, entry, octets);
}

void iw_transcript_seal(struct iw_transcript *transcript)
{
    transcript->sealed = transcript->gone + transcript->count;
}

/* ---- writing ---- */

static void write_octet(struct iw_buf *out, char c)
{
    unsigned char octet = (unsigned char)c;
    if (c == '\r')
        iw_buf_add_string(out, "\\r");
    else if (c == '\n')
        iw_buf_add_string(out, "\\n");
    else if ((octet < 0x20 && c != '\t') || octet == 0x7f)
        iw_buf_addf(out, "\\x%02x", octet);
    else
        iw_buf_add_char(out, c);
}

/* "  0.012 C1: a1 NOOP" */
static void write_line(struct iw_buf *out, const struct iw_transcript_entry *entry,
                       struct iw_span line)
{
    iw_buf_addf(out, "%3llu.%03llu %c%u: ", (unsigned long long)(entry->ms / 1000),
                (unsigned long long)(entry->ms % 1000), entry->who, entry->conn);
    bool crlf = line.length >= 2 && line.data[line.length - 2] == '\r' &&
                line.data[line.length - 1] == '\n';
    for (size_t i = 0; i < line.length - (crlf ? 2 : 0); i++)
        write_octet(out, line.data[i]);
    iw_buf_add_char(out, '\n');
}

static size_t count_lines(struct iw_span octets)
{
    size_t count = 0;
    do {
        octets = iw_span_part(octets, line_length(octets), octets.length);
        count++;
    } while (octets.length > 0);
    return count;
}

static struct iw_span octets_of(const struct iw_transcript *transcript, size_t entry)
{
    const struct iw_transcript_entry *of = &transcript->entries[entry];
    return iw_span_part(iw_buf_span(&transcript->octets), of->offset, of->offset + of->length);
}

void iw_transcript_write(const struct iw_transcript *transcript, size_t lines, struct iw_buf *out)
{
    size_t total = 0;
    for (size_t i = 0; i < transcript->count; i++)
        total += count_lines(octets_of(transcript, i));
    size_t passed_over = lines == 0 || lines > total ? 0 : total - lines;
    for (size_t i = 0; i < transcript->count; i++) {
        struct iw_span octets = octets_of(transcript, i);
        do {
            size_t length = line_length(octets);
            if (passed_over > 0)
                passed_over--;
            else
                write_line(out, &transcript->entries[i], iw_span_part(octets, 0, length));
            octets = iw_span_part(octets, length, octets.length);
        } while (octets.length > 0);
    }
}
