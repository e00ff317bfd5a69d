/* SPDX-License-Identifier: MIT */
#include "mockserver/mailboxes.h"

#include <string.h>

enum { ARENA_CAP = 256 << 20, UIDVALIDITY_FIRST = 1700000001 };

static const struct {
    const char *name;
    uint64_t bit;
} system_flags[] = {
    {"\\Answered", IW_FLAG_ANSWERED}, {"\\Flagged", IW_FLAG_FLAGGED},
    {"\\Deleted", IW_FLAG_DELETED},   {"\\Seen", IW_FLAG_SEEN},
    {"\\Draft", IW_FLAG_DRAFT},
};

enum { SYSTEM_FLAG_COUNT = sizeof system_flags / sizeof *system_flags };

void iw_mailboxes_init(struct iw_mailboxes *boxes)
{
    *boxes = (struct iw_mailboxes){.uidvalidity = UIDVALIDITY_FIRST};
    iw_arena_init(&boxes->arena, NULL, ARENA_CAP);
}

static void free_list(struct iw_mailbox *mailbox)
{
    for (; mailbox != NULL; mailbox = mailbox->next)
        iw_alloc_free(NULL, mailbox->mails);
}

void iw_mailboxes_release(struct iw_mailboxes *boxes)
{
    free_list(boxes->first);
    iw_arena_release(&boxes->arena);
}

struct iw_mailbox *iw_mailboxes_find(const struct iw_mailboxes *boxes, struct iw_span name)
{
    bool inbox = iw_span_equal_nocase(name, IW_SPAN("INBOX"));
    for (struct iw_mailbox *mailbox = boxes->first; mailbox != NULL; mailbox = mailbox->next) {
        if (!mailbox->deleted && iw_span_equal(mailbox->name, inbox ? IW_SPAN("INBOX") : name))
            return mailbox;
    }
    return NULL;
}

struct iw_mailbox *iw_mailboxes_create(struct iw_mailboxes *boxes, struct iw_span name)
{
    bool inbox = iw_span_equal_nocase(name, IW_SPAN("INBOX"));
    struct iw_mailbox *mailbox = iw_arena_get(&boxes->arena, sizeof *mailbox);
    struct iw_span copy = iw_arena_copy(&boxes->arena, inbox ? IW_SPAN("INBOX") : name);
    if (mailbox == NULL || copy.data == NULL)
        return NULL;
    mailbox->name = copy;
    mailbox->uidvalidity = boxes->uidvalidity++;
    mailbox->uidnext = 1;
    mailbox->recent_uid = 1;
    struct iw_mailbox **end = &boxes->first;
    while (*end != NULL)
        end = &(*end)->next;
    *end = mailbox;
    return mailbox;
}

void iw_mailbox_delete(struct iw_mailbox *mailbox)
{
    mailbox->deleted = true;
    mailbox->count = 0;
}

static bool make_room(struct iw_mailbox *mailbox)
{
    if (mailbox->count < mailbox->capacity)
        return true;
    size_t capacity = mailbox->capacity == 0 ? 8 : mailbox->capacity * 2;
    struct iw_mail *mails = iw_alloc_resize(NULL, mailbox->mails, capacity * sizeof *mails);
    if (mails == NULL)
        return false;
    mailbox->mails = mails;
    mailbox->capacity = capacity;
    return true;
}

struct iw_mail *iw_mailbox_add(struct iw_mailboxes *boxes, struct iw_mailbox *mailbox,
                               struct iw_span octets, uint64_t flags, const struct iw_date *date)
{
    struct iw_span copy = iw_arena_copy(&boxes->arena, octets);
    if (copy.data == NULL || mailbox->uidnext == UINT32_MAX || !make_room(mailbox))
        return NULL;
    struct iw_mail *mail = &mailbox->mails[mailbox->count++];
    *mail = (struct iw_mail){mailbox->uidnext++, flags, copy, *date};
    return mail;
}

/* The place of the first message whose UID is not below uid. */
static size_t lower_bound(const struct iw_mailbox *mailbox, uint32_t uid)
{
    size_t low = 0, high = mailbox->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (mailbox->mails[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct iw_mail *iw_mailbox_mail(const struct iw_mailbox *mailbox, uint32_t uid)
{
    size_t at = lower_bound(mailbox, uid);
    return at < mailbox->count && mailbox->mails[at].uid == uid ? &mailbox->mails[at] : NULL;
}

void iw_mailbox_remove(struct iw_mailbox *mailbox, uint32_t uid)
{
    size_t at = lower_bound(mailbox, uid);
    if (at == mailbox->count || mailbox->mails[at].uid != uid)
        return;
    mailbox->count--;
    memmove(mailbox->mails + at, mailbox->mails + at + 1,
            (mailbox->count - at) * sizeof *mailbox->mails);
}

size_t iw_mailbox_count(const struct iw_mailbox *mailbox, uint64_t flags)
{
    size_t count = 0;
    for (size_t i = 0; i < mailbox->count; i++)
        count += (mailbox->mails[i].flags & flags) == flags;
    return count;
}

uint64_t iw_mailboxes_flag(struct iw_mailboxes *boxes, struct iw_span name)
{
    for (size_t i = 0; i < SYSTEM_FLAG_COUNT; i++) {
        if (iw_span_equal_nocase(name, iw_span_of(system_flags[i].name)))
            return system_flags[i].bit;
    }
    if (iw_span_equal_nocase(name, IW_SPAN("\\Recent")))
        return 0;
    for (size_t i = 0; i < boxes->keyword_count; i++) {
        if (iw_span_equal_nocase(name, boxes->keywords[i]))
            return UINT64_C(1) << (IW_KEYWORD_FIRST + i);
    }
    if (boxes->keyword_count == IW_KEYWORDS_MAX)
        return 0;
    struct iw_span copy = iw_arena_copy(&boxes->arena, name);
    if (copy.data == NULL)
        return 0;
    boxes->keywords[boxes->keyword_count] = copy;
    return UINT64_C(1) << (IW_KEYWORD_FIRST + boxes->keyword_count++);
}

static void write_flag(struct iw_buf *out, size_t begin, struct iw_span name)
{
    if (out->length > begin)
        iw_buf_add_char(out, ' ');
    iw_buf_add(out, name);
}

void iw_mailboxes_write_flags(const struct iw_mailboxes *boxes, uint64_t flags, bool recent,
                              struct iw_buf *out)
{
    iw_buf_add_char(out, '(');
    size_t begin = out->length;
    if (recent)
        write_flag(out, begin, IW_SPAN("\\Recent"));
    for (size_t i = 0; i < SYSTEM_FLAG_COUNT; i++) {
        if (flags & system_flags[i].bit)
            write_flag(out, begin, iw_span_of(system_flags[i].name));
    }
    for (size_t i = 0; i < boxes->keyword_count; i++) {
        if (flags & UINT64_C(1) << (IW_KEYWORD_FIRST + i))
            write_flag(out, begin, boxes->keywords[i]);
    }
    iw_buf_add_char(out, ')');
}
