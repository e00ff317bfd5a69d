/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mailbox.h"

#include "mockserver/engine/store.h"

#include <string.h>

static const struct {
    const char *name;
    uint64_t bit;
} system_flags[] = {
    {"\\Answered", IW_FLAG_ANSWERED}, {"\\Flagged", IW_FLAG_FLAGGED},
    {"\\Deleted", IW_FLAG_DELETED},   {"\\Seen", IW_FLAG_SEEN},
    {"\\Draft", IW_FLAG_DRAFT},
};

enum { SYSTEM_FLAG_COUNT = sizeof system_flags / sizeof *system_flags };

/* ---- messages ---- */

static void note(const struct iw_mailbox *mailbox, unsigned kinds)
{
    const struct iw_store_change change = {
        .kinds = kinds, .owner = mailbox->owner, .name = mailbox->name};
    mailbox->store->stirs++;
    if (!mailbox->gone)
        iw_changes_add(mailbox->store, &change);
}

/* What a mailbox that is gone holds weighs on nobody. */
static struct iw_quota_state *quota_of(const struct iw_mailbox *mailbox)
{
    return mailbox->gone ? NULL : &mailbox->owner->quota;
}

struct iw_message *iw_mailbox_add(struct iw_mailbox *mailbox, const struct iw_delivery *delivery)
{
    if (mailbox->uidnext == UINT32_MAX ||
        !iw_store_grow(mailbox->store, (void **)&mailbox->messages, mailbox->count,
                       &mailbox->capacity, sizeof *mailbox->messages))
        return NULL;
    struct iw_message *message = &mailbox->messages[mailbox->count++];
    *message = (struct iw_message){.uid = mailbox->uidnext++,
                                   .flags = delivery->flags,
                                   .modseq = ++mailbox->modseq,
                                   .saved = delivery->saved,
                                   .date = delivery->date,
                                   .content = delivery->content};
    delivery->content->references++;
    note(mailbox, IW_CHANGE_NEW);
    struct iw_quota_state *quota = quota_of(mailbox);
    if (quota != NULL) {
        quota->used[IW_RESOURCE_MESSAGE]++;
        quota->used[IW_RESOURCE_STORAGE] += delivery->content->length;
    }
    return message;
}

/* UIDs grow by one at least, so that the first and the last bound the place: where nothing has been
 * removed it is known at once. */
size_t iw_mailbox_place(const struct iw_mailbox *mailbox, uint32_t uid)
{
    size_t end = mailbox->count;
    if (end == 0 || uid > mailbox->messages[end - 1].uid)
        return end;
    if (uid <= mailbox->messages[0].uid)
        return 0;
    size_t from_first = uid - mailbox->messages[0].uid;
    size_t from_last = mailbox->messages[end - 1].uid - uid;
    size_t low = from_last < end ? end - 1 - from_last : 0;
    size_t high = from_first < end ? from_first : end - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (mailbox->messages[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct iw_message *iw_mailbox_message(const struct iw_mailbox *mailbox, uint32_t uid)
{
    size_t at = iw_mailbox_place(mailbox, uid);
    return at < mailbox->count && mailbox->messages[at].uid == uid ? &mailbox->messages[at] : NULL;
}

bool iw_mailbox_set_flags(struct iw_mailbox *mailbox, struct iw_message *message, uint64_t flags)
{
    if (message->flags == flags)
        return false;
    bool seen = ((message->flags ^ flags) & IW_FLAG_SEEN) != 0;
    message->flags = flags;
    message->modseq = ++mailbox->modseq;
    mailbox->flags_modseq = message->modseq;
    mailbox->flags_changed[mailbox->flag_changes++ % IW_FLAG_CHANGES_MAX] = message->uid;
    note(mailbox, seen ? IW_CHANGE_FLAGS | IW_CHANGE_SEEN : IW_CHANGE_FLAGS);
    return true;
}

/* Room in the log for so many more. */
static bool reserve_log(struct iw_mailbox *mailbox, size_t more)
{
    size_t wanted = mailbox->expunged_count + more;
    bool grown = true;
    while (grown && mailbox->expunged_capacity < wanted)
        grown =
            iw_store_grow(mailbox->store, (void **)&mailbox->expunged, mailbox->expunged_capacity,
                          &mailbox->expunged_capacity, sizeof *mailbox->expunged);
    return grown;
}

size_t iw_mailbox_remove(struct iw_mailbox *mailbox,
                         bool (*chosen)(void *context, const struct iw_message *message),
                         void *context)
{
    size_t kept = 0, chosen_count = 0;
    for (size_t i = 0; i < mailbox->count; i++)
        chosen_count += chosen(context, &mailbox->messages[i]);
    if (chosen_count == 0 || !reserve_log(mailbox, chosen_count))
        return 0;
    struct iw_quota_state *quota = quota_of(mailbox);
    if (quota != NULL)
        quota->used[IW_RESOURCE_MESSAGE] -= chosen_count;
    mailbox->modseq++;
    for (size_t i = 0; i < mailbox->count; i++) {
        struct iw_message *message = &mailbox->messages[i];
        if (!chosen(context, message)) {
            mailbox->messages[kept++] = *message;
            continue;
        }
        mailbox->expunged[mailbox->expunged_count++] =
            (struct iw_expunged){message->uid, mailbox->modseq};
        if (quota != NULL)
            quota->used[IW_RESOURCE_STORAGE] -= message->content->length;
        iw_store_drop(mailbox->store, message->content);
    }
    mailbox->count = kept;
    note(mailbox, IW_CHANGE_EXPUNGED);
    return chosen_count;
}

bool iw_mailbox_holds(const struct iw_mailbox *mailbox, const struct iw_content *content)
{
    size_t i = 0;
    while (i < mailbox->count && mailbox->messages[i].content != content)
        i++;
    return i < mailbox->count;
}

bool iw_mailbox_has_use(const struct iw_mailbox *mailbox, const char *use)
{
    struct iw_span left = mailbox->use, wanted = iw_span_of(use);
    for (; left.length >= wanted.length; left = iw_span_part(left, 1, left.length)) {
        if (iw_span_starts_nocase(left, wanted))
            return true;
    }
    return false;
}

size_t iw_mailbox_count(const struct iw_mailbox *mailbox, uint64_t with, uint64_t without)
{
    size_t count = 0;
    for (size_t i = 0; i < mailbox->count; i++) {
        uint64_t flags = mailbox->messages[i].flags;
        count += (flags & with) == with && (flags & without) == 0;
    }
    return count;
}

/* ---- flags ---- */

static uint64_t keyword_bit(size_t index)
{
    return UINT64_C(1) << (IW_KEYWORD_FIRST + index);
}

static uint64_t find_flag(const struct iw_mailbox *mailbox, struct iw_span name)
{
    for (size_t i = 0; i < SYSTEM_FLAG_COUNT; i++) {
        if (iw_span_equal_nocase(name, iw_span_of(system_flags[i].name)))
            return system_flags[i].bit;
    }
    for (size_t i = 0; i < mailbox->keyword_count; i++) {
        if (iw_span_equal_nocase(name, mailbox->keywords[i]))
            return keyword_bit(i);
    }
    return 0;
}

uint64_t iw_mailbox_flag(struct iw_mailbox *mailbox, struct iw_span name, bool create)
{
    uint64_t bit = find_flag(mailbox, name);
    bool is_keyword = name.length > 0 && name.data[0] != '\\';
    if (bit != 0 || !create || !is_keyword || mailbox->keyword_count == IW_KEYWORDS_MAX)
        return bit;
    struct iw_span copy = iw_store_copy(mailbox->store, name);
    if (copy.data == NULL)
        return 0;
    mailbox->keywords[mailbox->keyword_count] = copy;
    mailbox->store->stirs++;
    return keyword_bit(mailbox->keyword_count++);
}

uint64_t iw_mailbox_flags(struct iw_mailbox *mailbox, const struct iw_flags *flags, bool create,
                          bool *full)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < flags->count; i++) {
        uint64_t bit = iw_mailbox_flag(mailbox, flags->names[i], create);
        *full |= bit == 0 && !iw_span_equal_nocase(flags->names[i], IW_SPAN("\\Recent"));
        bits |= bit;
    }
    return bits;
}

struct iw_flags iw_mailbox_flag_names(const struct iw_mailbox *mailbox, uint64_t flags, bool recent,
                                      struct iw_span *names)
{
    struct iw_flags result = {.names = names, .bits = (unsigned)(flags & IW_FLAGS_SYSTEM)};
    if (recent) {
        names[result.count++] = IW_SPAN("\\Recent");
        result.bits |= IW_FLAG_RECENT;
    }
    for (size_t i = 0; i < SYSTEM_FLAG_COUNT; i++) {
        if (flags & system_flags[i].bit)
            names[result.count++] = iw_span_of(system_flags[i].name);
    }
    for (size_t i = 0; i < mailbox->keyword_count; i++) {
        if (flags & keyword_bit(i))
            names[result.count++] = mailbox->keywords[i];
    }
    return result;
}

/* ---- who has it open ---- */

void iw_mailbox_enter(struct iw_mailbox *mailbox)
{
    mailbox->sessions++;
}

void iw_mailbox_leave(struct iw_mailbox *mailbox)
{
    mailbox->sessions--;
    if (mailbox->gone && mailbox->sessions == 0)
        iw_store_forget(mailbox->store, mailbox);
}
