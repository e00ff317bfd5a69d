/* SPDX-License-Identifier: MIT */
#include "cli/serve_state.h"

#include "cli/value.h"
#include "cli/value_parts.h"
#include "mockserver/engine/engine.h"
#include "mockserver/host.h"

enum { ANSWER_OCTETS = 1 << 20, ANSWER_ENTRIES = 1000, COMMAND_ARENA = 64 << 20 };

/* ---- the world ---- */

static void put_message(struct iw_json_writer *json, const struct iw_mailbox *mailbox,
                        const struct iw_message *message, bool octets)
{
    struct iw_span names[IW_FLAG_NAMES_MAX];
    const struct iw_flags flags = iw_mailbox_flag_names(mailbox, message->flags, false, names);
    iw_json_open_object(json, NULL);
    iw_json_put_number(json, "uid", message->uid);
    iw_json_flags(json, &flags);
    iw_json_date(json, &message->date);
    iw_json_put_number(json, "size", message->content->length);
    if (octets)
        iw_json_put_octets(json, "octets",
                           iw_span(message->content->octets, message->content->length));
    iw_json_close_object(json);
}

static void put_mailbox(struct iw_json_writer *json, const struct iw_mailbox *mailbox, bool octets)
{
    iw_json_open_object(json, NULL);
    iw_json_put_octets(json, "name", mailbox->name);
    iw_json_put_number(json, "uidvalidity", mailbox->uidvalidity);
    iw_json_put_number(json, "uidnext", mailbox->uidnext);
    iw_json_open_array(json, "messages");
    for (size_t i = 0; i < mailbox->count && !json->out->failed; i++)
        put_message(json, mailbox, &mailbox->messages[i], octets);
    iw_json_close_array(json);
    iw_json_close_object(json);
}

static void put_user(struct iw_json_writer *json, const struct iw_store *store,
                     const struct iw_user *user, bool octets)
{
    size_t begin, end;
    iw_store_range(store, user, &begin, &end);
    iw_json_open_object(json, NULL);
    iw_json_put_octets(json, "name", user->name);
    iw_json_spans(json, "subscriptions", user->subscriptions, user->subscription_count);
    iw_json_open_array(json, "mailboxes");
    for (size_t i = begin; i < end && !json->out->failed; i++)
        put_mailbox(json, store->mailboxes[i], octets);
    iw_json_close_array(json);
    iw_json_close_object(json);
}

static void put_visitor(void *context, const struct iw_host_visitor *visitor)
{
    struct iw_json_writer *json = context;
    iw_json_open_object(json, NULL);
    iw_json_put_number(json, "conn", visitor->number);
    iw_json_put_string(json, "state", visitor->state);
    iw_json_put_bool(json, "tls", visitor->secure);
    iw_json_put_bool(json, "dialogue", visitor->dialogue);
    iw_json_put_member(json, "user", visitor->user);
    iw_json_put_member(json, "mailbox", visitor->mailbox);
    iw_json_close_object(json);
}

void iw_serve_put_state(struct iw_json_writer *json, const struct iw_mocks_member *member,
                        bool octets)
{
    const struct iw_store *store = &iw_mock_engine(member->mock)->store;
    iw_json_open_array(json, "users");
    for (const struct iw_user *user = store->first_user; user != NULL; user = user->next)
        put_user(json, store, user, octets);
    iw_json_close_array(json);
    iw_json_open_array(json, "connections");
    iw_host_each(iw_mock_host(member->mock), json, put_visitor);
    iw_json_close_array(json);
}

/* ---- what has come and gone ---- */

static void put_event(struct iw_json_writer *json, const struct iw_transcript_entry *entry,
                      struct iw_span octets)
{
    const char *who = entry->who == 'C' ? "client" : entry->who == 'S' ? "server" : "event";
    (void)entry;
    iw_json_put_octets(json, who, octets);
}

/* "a CLOSE" without its CRLF is no command: the frame is whole. */
static void put_parsed(struct iw_json_writer *json, struct iw_span octets)
{
    struct iw_framer framer;
    struct iw_arena arena;
    struct iw_frame frame;
    struct iw_command command;
    struct iw_error error = {0};
    struct iw_limits limits = iw_limits_default;
    limits.line = limits.literal = limits.frame = octets.length + 1;
    iw_arena_init(&arena, NULL, COMMAND_ARENA);
    iw_framer_init(&framer, IW_FRAME_COMMANDS, &limits, NULL);
    iw_framer_feed(&framer, octets);
    enum iw_result result = iw_framer_next(&framer, &frame, &error);
    for (; result == IW_OK && frame.kind == IW_FRAME_ASK;
         result = iw_framer_next(&framer, &frame, &error))
        iw_framer_accept(&framer);
    if (result == IW_OK)
        result = iw_parse_command(&frame, &arena, &limits, NULL, &command, &error);
    if (result == IW_OK) {
        iw_json_key(json, "command");
        iw_json_command(json, &command);
    } else {
        iw_json_put_number(json, "offset", error.offset);
        iw_json_put_string(json, "expected",
                           error.expected == NULL ? iw_result_name(result) : error.expected);
    }
    iw_framer_release(&framer);
    iw_arena_release(&arena);
}

static void put_command(struct iw_json_writer *json, const struct iw_transcript_entry *entry,
                        struct iw_span octets)
{
    (void)entry;
    put_parsed(json, octets);
    iw_json_put_octets(json, "octets", octets);
}

static void put_entries(struct iw_json_writer *json, const char *key,
                        const struct iw_transcript *from, uint64_t since,
                        void (*put)(struct iw_json_writer *json,
                                    const struct iw_transcript_entry *entry, struct iw_span octets))
{
    size_t at = since > from->gone ? (size_t)(since - from->gone) : 0;
    size_t used = 0, begin = at;
    iw_json_open_array(json, key);
    for (; at < from->count && used < ANSWER_OCTETS && at - begin < ANSWER_ENTRIES; at++) {
        const struct iw_transcript_entry *entry = &from->entries[at];
        iw_json_open_object(json, NULL);
        iw_json_put_number(json, "n", from->gone + at);
        iw_json_put_number(json, "ms", entry->ms);
        iw_json_put_number(json, "conn", entry->conn);
        put(json, entry,
            iw_span_part(iw_buf_span(&from->octets), entry->offset, entry->offset + entry->length));
        iw_json_close_object(json);
        used += entry->length;
    }
    iw_json_close_array(json);
    iw_json_put_number(json, "next", from->gone + (at > from->count ? from->count : at));
    iw_json_put_number(json, "lost", since < from->gone ? from->gone - since : 0);
}

void iw_serve_put_events(struct iw_json_writer *json, struct iw_transcript *transcript,
                         uint64_t since)
{
    put_entries(json, "events", transcript, since, put_event);
    iw_transcript_seal(transcript);
}

void iw_serve_put_commands(struct iw_json_writer *json, const struct iw_transcript *commands,
                           uint64_t since)
{
    put_entries(json, "commands", commands, since, put_command);
}
