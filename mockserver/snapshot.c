/* SPDX-License-Identifier: MIT */
#include "mockserver/snapshot.h"

/* Copies of an arena end with a NUL. False: no memory. */
static bool copy(struct iw_arena *arena, struct iw_span octets, const char **text)
{
    *text = iw_arena_copy(arena, octets).data;
    return *text != NULL;
}

bool iw_snapshot_commands(const struct iw_transcript *from, struct iw_arena *arena,
                          struct iw_mock_server_commands *commands)
{
    struct iw_mock_server_command *items = iw_arena_array(arena, from->count, sizeof *items);
    const struct iw_span all = iw_buf_span(&from->octets);
    bool copied = items != NULL;
    *commands = (struct iw_mock_server_commands){.items = items, .lost = (size_t)from->gone};
    for (size_t i = 0; i < from->count && copied; i++) {
        const struct iw_transcript_entry *entry = &from->entries[i];
        const struct iw_span text =
            iw_span_without_crlf(iw_span_part(all, entry->offset, entry->offset + entry->length));
        items[i] = (struct iw_mock_server_command){
            .conn = entry->conn, .ms = (unsigned)entry->ms, .length = text.length};
        copied = copy(arena, text, &items[i].text);
        commands->count += copied;
    }
    return copied;
}

/* "\Seen \Flagged later" */
static bool copy_flags(const struct iw_mailbox *mailbox, const struct iw_message *message,
                       struct iw_arena *arena, const char **text)
{
    struct iw_span names[IW_FLAG_NAMES_MAX];
    const struct iw_flags flags = iw_mailbox_flag_names(mailbox, message->flags, false, names);
    struct iw_buf joined;
    iw_buf_init(&joined, NULL, SIZE_MAX / 2);
    for (size_t i = 0; i < flags.count; i++) {
        iw_buf_add_string(&joined, i == 0 ? "" : " ");
        iw_buf_add(&joined, flags.names[i]);
    }
    bool copied = !joined.failed && copy(arena, iw_buf_span(&joined), text);
    iw_buf_release(&joined);
    return copied;
}

static bool copy_mailbox(const struct iw_mailbox *from, struct iw_arena *arena,
                         struct iw_mock_server_mailbox *mailbox)
{
    struct iw_mock_server_message *messages = iw_arena_array(arena, from->count, sizeof *messages);
    *mailbox = (struct iw_mock_server_mailbox){.uidvalidity = from->uidvalidity,
                                               .uidnext = from->uidnext,
                                               .messages = messages,
                                               .count = from->count};
    bool copied = messages != NULL && copy(arena, from->name, &mailbox->name);
    for (size_t i = 0; i < from->count && copied; i++) {
        const struct iw_message *message = &from->messages[i];
        const struct iw_content *content = message->content;
        messages[i].uid = message->uid;
        messages[i].length = content->length;
        copied = copy_flags(from, message, arena, &messages[i].flags) &&
                 copy(arena, iw_span(content->octets, content->length), &messages[i].octets);
    }
    return copied;
}

bool iw_snapshot_mailboxes(const struct iw_store *store, const struct iw_user *user,
                           struct iw_arena *arena, struct iw_mock_server_mailboxes *mailboxes)
{
    size_t begin, end;
    iw_store_range(store, user, &begin, &end);
    struct iw_mock_server_mailbox *items = iw_arena_array(arena, end - begin, sizeof *items);
    bool copied = items != NULL;
    *mailboxes = (struct iw_mock_server_mailboxes){.items = items, .count = end - begin};
    for (size_t i = begin; i < end && copied; i++)
        copied = copy_mailbox(store->mailboxes[i], arena, &items[i - begin]);
    return copied;
}
