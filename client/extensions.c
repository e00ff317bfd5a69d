/* SPDX-License-Identifier: MIT */
/* One function per command: what it needs, then its arguments in the order of the grammar. */
#include "client/imap_private.h"

#include "base/utf7.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- the shape of every one ---- */

struct request {
    struct iw_imap *imap;
    const char *name;
    bool uid;
    bool impossible; /* the failure is noted */
    struct iw_arguments arguments;
};

/* needs: a capability; NULL: none. */
static struct request begin(struct iw_imap *imap, const char *needs, bool uid, const char *name)
{
    struct request request = {.imap = imap, .name = uid ? "UID" : name, .uid = uid};
    request.impossible = needs != NULL && iw_imap_need(imap, needs, name) != IW_IMAP_OK;
    iw_imap_begin(imap, &request.arguments);
    iw_add_raw(&request.arguments, uid ? name : NULL);
    return request;
}

static enum iw_imap_outcome run(struct request *request, struct iw_imap_result *result)
{
    if (!request->impossible)
        return iw_imap_exchange(request->imap,
                                (struct iw_exchange){.name = request->name, .result = result},
                                &request->arguments);
    iw_arguments_release(&request->arguments);
    if (result != NULL)
        *result = (struct iw_imap_result){.type = "NO"};
    return request->imap->failure.outcome;
}

/* SP "(" text ")" where there is text */
static void add_modifiers(struct request *request, const char *modifiers)
{
    iw_add_list(&request->arguments, modifiers);
}

/* SP "(" string *(SP string) ")", ending with NULL */
static void add_strings(struct request *request, const char *const *strings,
                        void (*add)(struct iw_arguments *arguments, const char *value))
{
    iw_open_list(&request->arguments);
    for (; *strings != NULL; strings++)
        add(&request->arguments, *strings);
    iw_close_list(&request->arguments);
}

/* ---- the connection ---- */

/* compress = "COMPRESS" SP "DEFLATE" */
enum iw_imap_outcome iw_imap_compress(struct iw_imap *imap, struct iw_imap_result *result)
{
    struct iw_error error = {0};
    struct request request = begin(imap, "COMPRESS=DEFLATE", false, "COMPRESS");
    iw_add_raw(&request.arguments, "DEFLATE");
    enum iw_imap_outcome outcome = run(&request, result);
    if (outcome != IW_IMAP_OK)
        return outcome;
    struct iw_span early = iw_session_take_rest(imap->session);
    if (iw_wire_start_deflate(imap->wire, early, &error) != IW_OK) {
        iw_imap_shutdown(imap);
        return iw_imap_fail(imap, IW_IMAP_ABORT, error.code, "COMPRESS: %s", error.detail);
    }
    imap->compressed = true;
    iw_session_compressed(imap->session, iw_clock_ms());
    return IW_IMAP_OK;
}

enum iw_imap_outcome iw_imap_unauthenticate(struct iw_imap *imap, struct iw_imap_result *result)
{
    struct request request = begin(imap, "UNAUTHENTICATE", false, "UNAUTHENTICATE");
    if (imap->compressed && !request.impossible) {
        request.impossible = true;
        iw_imap_fail(imap, IW_IMAP_ERROR, IW_SYSTEM, "UNAUTHENTICATE: the stream is compressed");
    }
    enum iw_imap_outcome outcome = run(&request, result);
    if (outcome == IW_IMAP_OK)
        iw_heard_forget_named(&imap->heard, "CAPABILITY");
    return outcome;
}

/* id = "ID" SP (nil / "(" [string SP nstring *(SP string SP nstring)] ")") */
enum iw_imap_outcome iw_imap_id(struct iw_imap *imap, const char *const *fields,
                                struct iw_imap_result *result)
{
    struct request request = begin(imap, "ID", false, "ID");
    struct iw_arguments *arguments = &request.arguments;
    if (fields == NULL) {
        iw_add_raw(arguments, "NIL");
        return run(&request, result);
    }
    iw_open_list(arguments);
    for (; fields[0] != NULL; fields += 2) {
        iw_add_secret(arguments, fields[0]);
        iw_add_secret(arguments, fields[1]);
        iw_add_raw(arguments, fields[1] == NULL ? "NIL" : NULL);
    }
    iw_close_list(arguments);
    return run(&request, result);
}

void iw_imap_cancel(struct iw_imap *imap)
{
    iw_bell_ring(imap->bell);
}

void iw_imap_on_progress(struct iw_imap *imap, iw_imap_progress *progress, void *context)
{
    imap->progress = progress;
    imap->progress_context = context;
}

void iw_imap_keep_view(struct iw_imap *imap, struct iw_mailbox_view *view)
{
    imap->view = view;
}

/* ---- mailboxes ---- */

struct iw_span iw_imap_mailbox_name(struct iw_imap *imap, struct iw_span sent)
{
    struct iw_buf utf8;
    iw_buf_init(&utf8, imap->alloc, SIZE_MAX / 4);
    bool decoded =
        !iw_session_speaks_utf8(imap->session) && iw_utf7_decode(&utf8, sent, NULL) == IW_OK;
    struct iw_span name = iw_arena_copy(&imap->heard.values, iw_buf_span(&utf8));
    iw_buf_release(&utf8);
    return decoded && name.data != NULL ? name : sent;
}

/* list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts] */
enum iw_imap_outcome iw_imap_list_extended(struct iw_imap *imap, const char *selection,
                                           const char *directory, const char *const *patterns,
                                           const char *returns, struct iw_imap_result *result)
{
    struct request request = begin(imap, "LIST-EXTENDED", false, "LIST");
    iw_add_list(&request.arguments, selection);
    iw_add_mailbox(&request.arguments, directory == NULL ? "" : directory);
    add_strings(&request, patterns, iw_add_pattern);
    iw_add_raw(&request.arguments, returns == NULL ? NULL : "RETURN");
    iw_add_list(&request.arguments, returns);
    return run(&request, result);
}

/* select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"] */
enum iw_imap_outcome iw_imap_select_with(struct iw_imap *imap, const char *mailbox, bool readonly,
                                         const char *parameters, struct iw_imap_result *result)
{
    struct request request = begin(imap, NULL, false, readonly ? "EXAMINE" : "SELECT");
    imap->wants_readonly = readonly;
    iw_heard_forget(&imap->heard);
    iw_add_mailbox(&request.arguments, mailbox);
    add_modifiers(&request, parameters);
    return run(&request, result);
}

static const char *metadata_of(struct iw_imap *imap, const char *mailbox)
{
    bool server = mailbox[0] == '\0' && !iw_imap_has(imap, "METADATA");
    return server ? "METADATA-SERVER" : "METADATA";
}

/* getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries */
enum iw_imap_outcome iw_imap_get_metadata(struct iw_imap *imap, const char *mailbox,
                                          const char *options, const char *const *entries,
                                          struct iw_imap_result *result)
{
    struct request request = begin(imap, metadata_of(imap, mailbox), false, "GETMETADATA");
    add_modifiers(&request, options);
    iw_add_mailbox(&request.arguments, mailbox);
    add_strings(&request, entries, iw_add_string);
    return run(&request, result);
}

/* value = nstring / literal8 */
static void add_value(struct iw_arguments *arguments, struct iw_span value)
{
    bool nul = value.length > 0 && memchr(value.data, '\0', value.length) != NULL;
    if (value.data == NULL)
        iw_add_raw(arguments, "NIL");
    else
        iw_add_part(arguments, &(struct iw_part){.literal = true, .binary = nul, .octets = value});
}

/* setmetadata = "SETMETADATA" SP mailbox SP "(" entry SP value *(SP entry SP value) ")" */
enum iw_imap_outcome iw_imap_set_metadata(struct iw_imap *imap, const char *mailbox,
                                          const struct iw_imap_metadata *entries, size_t count,
                                          struct iw_imap_result *result)
{
    struct request request = begin(imap, metadata_of(imap, mailbox), false, "SETMETADATA");
    struct iw_arguments *arguments = &request.arguments;
    iw_add_mailbox(arguments, mailbox);
    iw_open_list(arguments);
    for (size_t i = 0; i < count; i++) {
        iw_add_string(arguments, entries[i].entry);
        add_value(arguments, entries[i].value);
    }
    iw_close_list(arguments);
    return run(&request, result);
}

/* notify = "NOTIFY" SP ("SET" [SP "STATUS"] SP event-groups / "NONE") */
enum iw_imap_outcome iw_imap_notify(struct iw_imap *imap, bool status, const char *events,
                                    struct iw_imap_result *result)
{
    struct request request = begin(imap, "NOTIFY", false, "NOTIFY");
    iw_add_raw(&request.arguments, events == NULL ? "NONE" : "SET");
    iw_add_raw(&request.arguments, status && events != NULL ? "STATUS" : NULL);
    iw_add_raw(&request.arguments, events);
    return run(&request, result);
}

/* ---- searching ---- */

/* search = "SEARCH" SP "RETURN" SP "(" … ")" [SP "CHARSET" SP charset] 1*(SP search-key) */
enum iw_imap_outcome iw_imap_search_returning(struct iw_imap *imap, bool uid, const char *returns,
                                              const char *charset, const char *criteria,
                                              struct iw_imap_result *result)
{
    struct request request = begin(imap, "ESEARCH", uid, "SEARCH");
    iw_add_raw(&request.arguments, "RETURN");
    iw_add_list(&request.arguments, returns);
    iw_add_raw(&request.arguments, charset == NULL ? NULL : "CHARSET");
    iw_add_string(&request.arguments, charset);
    iw_add_criteria(&request.arguments, criteria);
    return run(&request, result);
}

/* sort = "SORT" SP "RETURN" SP "(" … ")" SP sort-criteria SP charset 1*(SP search-key) */
enum iw_imap_outcome iw_imap_sort_returning(struct iw_imap *imap, bool uid, const char *returns,
                                            const char *sort, const char *charset,
                                            const char *criteria, struct iw_imap_result *result)
{
    struct request request = begin(imap, "ESORT", uid, "SORT");
    iw_add_raw(&request.arguments, "RETURN");
    iw_add_list(&request.arguments, returns);
    iw_add_list(&request.arguments, sort);
    iw_add_string(&request.arguments, charset == NULL ? "UTF-8" : charset);
    iw_add_criteria(&request.arguments, criteria);
    return run(&request, result);
}

/* cancelupdate = "CANCELUPDATE" SP quoted */
enum iw_imap_outcome iw_imap_cancel_update(struct iw_imap *imap, const char *tag,
                                           struct iw_imap_result *result)
{
    struct request request = begin(imap, NULL, false, "CANCELUPDATE");
    iw_add_secret(&request.arguments, tag);
    return run(&request, result);
}

/* ---- messages ---- */

static void add_fetch(struct request *request, const char *set, const char *items,
                      const char *modifiers)
{
    iw_add_raw(&request->arguments, set);
    iw_add_raw(&request->arguments, items);
    add_modifiers(request, modifiers);
}

/* fetch = "FETCH" SP sequence-set SP items [SP "(" fetch-modifier *(SP fetch-modifier) ")"] */
enum iw_imap_outcome iw_imap_fetch_with(struct iw_imap *imap, bool uid, const char *set,
                                        const char *items, const char *modifiers,
                                        struct iw_imap_result *result)
{
    struct request request = begin(imap, NULL, uid, "FETCH");
    add_fetch(&request, set, items, modifiers);
    return run(&request, result);
}

enum iw_imap_outcome iw_imap_fetch_to(struct iw_imap *imap, bool uid, const char *set,
                                      const char *items, const char *modifiers,
                                      const struct iw_fetch_sink *sink,
                                      struct iw_imap_result *result)
{
    struct iw_fetch_stream stream = {.sink = sink, .alloc = imap->alloc};
    struct request request = begin(imap, NULL, uid, "FETCH");
    add_fetch(&request, set, items, modifiers);
    imap->stream = &stream;
    enum iw_imap_outcome outcome = run(&request, result);
    imap->stream = NULL;
    if (outcome == IW_IMAP_OK && stream.stopped)
        return iw_imap_fail(imap, IW_IMAP_ERROR, IW_CANCELLED, "FETCH: the sink wants no more");
    return outcome;
}

/* store = "STORE" SP sequence-set [SP "(" store-modifier ")"] SP store-att-flags */
enum iw_imap_outcome iw_imap_store_with(struct iw_imap *imap, bool uid, const char *set,
                                        const char *modifiers, const char *command,
                                        const char *flags, struct iw_imap_result *result)
{
    struct request request = begin(imap, NULL, uid, "STORE");
    iw_add_raw(&request.arguments, set);
    add_modifiers(&request, modifiers);
    iw_add_raw(&request.arguments, command);
    iw_add_list(&request.arguments, flags);
    return run(&request, result);
}

/* SP sequence-set SP mailbox */
static enum iw_imap_outcome transfer(struct request request, const char *set, const char *mailbox,
                                     struct iw_imap_result *result)
{
    iw_add_raw(&request.arguments, set);
    iw_add_mailbox(&request.arguments, mailbox);
    return run(&request, result);
}

enum iw_imap_outcome iw_imap_move_messages(struct iw_imap *imap, bool uid, const char *set,
                                           const char *mailbox, struct iw_imap_result *result)
{
    return transfer(begin(imap, "MOVE", uid, "MOVE"), set, mailbox, result);
}

enum iw_imap_outcome iw_imap_copy_messages(struct iw_imap *imap, bool uid, const char *set,
                                           const char *mailbox, struct iw_imap_result *result)
{
    return transfer(begin(imap, NULL, uid, "COPY"), set, mailbox, result);
}

enum iw_imap_outcome iw_imap_uid_expunge(struct iw_imap *imap, const char *set,
                                         struct iw_imap_result *result)
{
    struct request request = begin(imap, "UIDPLUS", true, "EXPUNGE");
    iw_add_raw(&request.arguments, set);
    return run(&request, result);
}

const struct iw_code *iw_imap_code(const struct iw_imap_result *result, const char *name)
{
    const struct iw_response *completion = result->completion;
    if (completion != NULL && iw_code_is(&completion->text.code, name))
        return &completion->text.code;
    for (size_t i = 0; i < result->response_count; i++) {
        const struct iw_response *response = &result->responses[i];
        if (response->kind == IW_RESPONSE_STATE && iw_code_is(&response->text.code, name))
            return &response->text.code;
    }
    return NULL;
}

/* ---- messages that are added ---- */

/* cat-part = "URL" SP astring / "TEXT" SP literal (RFC 4469 §5) */
static void add_piece(struct iw_arguments *arguments, const struct iw_imap_piece *piece)
{
    iw_add_raw(arguments, piece->url == NULL ? "TEXT" : "URL");
    iw_add_secret(arguments, piece->url);
    if (piece->url == NULL)
        iw_add_part(
            arguments,
            &(struct iw_part){.literal = true, .octets = piece->octets, .source = piece->source});
}

static void add_date(struct iw_arguments *arguments, const struct iw_date *date)
{
    struct iw_buf text;
    if (date == NULL)
        return;
    iw_buf_init(&text, arguments->text.alloc, 100);
    iw_write_date_time(&text, date);
    iw_add_raw(arguments, iw_buf_string(&text));
    iw_buf_release(&text);
}

/* append-message = [SP flag-list] [SP date-time] SP (literal / literal8 / "UTF8" … / cat-parts) */
static void add_message(struct request *request, const struct iw_imap_message *message)
{
    struct iw_arguments *arguments = &request->arguments;
    struct iw_part content = {.literal = true,
                              .binary = message->binary || arguments->utf8,
                              .octets = message->octets,
                              .source = message->source};
    iw_add_list(arguments, message->flags);
    add_date(arguments, message->date);
    if (message->piece_count > 0) {
        iw_add_raw(arguments, "CATENATE");
        iw_open_list(arguments);
        for (size_t i = 0; i < message->piece_count; i++)
            add_piece(arguments, &message->pieces[i]);
        iw_close_list(arguments);
    } else if (arguments->utf8) {
        iw_add_raw(arguments, "UTF8");
        iw_open_list(arguments);
        iw_add_part(arguments, &content);
        iw_close_list(arguments);
    } else {
        iw_add_part(arguments, &content);
    }
}

static const char *needs_of(const struct iw_imap_message *message, const char *otherwise)
{
    if (message->piece_count > 0)
        return "CATENATE";
    return message->binary ? "BINARY" : otherwise;
}

/* append = "APPEND" SP mailbox 1*append-message */
enum iw_imap_outcome iw_imap_append_messages(struct iw_imap *imap, const char *mailbox,
                                             const struct iw_imap_message *messages, size_t count,
                                             struct iw_imap_result *result)
{
    struct request request = begin(imap, count > 1 ? "MULTIAPPEND" : NULL, false, "APPEND");
    iw_add_mailbox(&request.arguments, mailbox);
    for (size_t i = 0; i < count; i++) {
        const char *needs = needs_of(&messages[i], NULL);
        if (needs != NULL && !request.impossible)
            request.impossible = iw_imap_need(imap, needs, "APPEND") != IW_IMAP_OK;
        add_message(&request, &messages[i]);
    }
    return run(&request, result);
}

/* replace = "REPLACE" SP seq-number SP mailbox append-message */
enum iw_imap_outcome iw_imap_replace(struct iw_imap *imap, bool uid, uint32_t number,
                                     const char *mailbox, const struct iw_imap_message *message,
                                     struct iw_imap_result *result)
{
    struct request request = begin(imap, "REPLACE", uid, "REPLACE");
    char digits[16];
    snprintf(digits, sizeof digits, "%" PRIu32, number);
    iw_add_raw(&request.arguments, digits);
    iw_add_mailbox(&request.arguments, mailbox);
    add_message(&request, message);
    return run(&request, result);
}
