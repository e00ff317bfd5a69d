/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/appending.h"

#include "mockserver/engine/authorised_url.h"
#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_recode.h"

#include <string.h>

/* ---- a URL ---- */

/* RFC 4469 §3: the base of a relative URL is the user's server, with the selected mailbox; a path
 * stands beside that mailbox. Absent: it names none. */
static struct iw_span resolve(struct iw_run *run, const struct iw_imap_url *url)
{
    const struct iw_view *view = &run->session->view;
    struct iw_span base = {NULL, 0}, whole = url->mailbox;
    struct iw_buf name;
    if (url->form == IW_URL_PATH)
        return url->mailbox;
    if (view->mailbox != NULL)
        base = iw_run_mailbox_name(run, view->mailbox);
    if (url->mailbox.length == 0)
        return base;
    while (base.length > 0 && base.data[base.length - 1] != '/')
        base.length--;
    iw_buf_init(&name, NULL, 2 * IW_MAILBOX_NAME_MAX);
    iw_buf_add(&name, base);
    iw_buf_add(&name, url->mailbox);
    whole = iw_arena_copy(run->arena, iw_buf_span(&name));
    iw_buf_release(&name);
    return whole;
}

/* Only what is in a mailbox of this server can be had. */
static bool is_good(const struct iw_run *run, const struct iw_imap_url *url)
{
    return (url->form == IW_URL_PATH || url->form == IW_URL_RELATIVE) && url->uid != 0 &&
           url->access.data == NULL && url->search.data == NULL &&
           (!url->has_partial || iw_engine_session_has(run->session, IW_CAPABILITY_URL_PARTIAL));
}

static const struct iw_message *find_message(struct iw_run *run, const struct iw_imap_url *url)
{
    struct iw_outcome outcome;
    struct iw_span name = resolve(run, url);
    if (name.length == 0)
        return NULL;
    const struct iw_mailbox *mailbox =
        iw_run_open(run, iw_run_wire_name(run, name), IW_RIGHT_READ, &outcome);
    if (mailbox == NULL || (url->uidvalidity != 0 && url->uidvalidity != mailbox->uidvalidity))
        return NULL;
    return iw_mailbox_message(mailbox, url->uid);
}

/* The octets that a URL names. Absent: there are none. */
static struct iw_span fetch(struct iw_run *run, struct iw_span text)
{
    struct iw_imap_url url;
    struct iw_error error = {0};
    const struct iw_message *message = NULL;
    if (iw_parse_imap_url(text, run->arena, &url, &error) != IW_OK)
        return iw_span(NULL, 0);
    if (is_good(run, &url))
        message = find_message(run, &url);
    else if (iw_engine_session_has(run->session, IW_CAPABILITY_URLAUTH))
        message = iw_authorised_message(run, text, &url);
    return message == NULL ? iw_span(NULL, 0) : iw_url_octets(run->arena, &url, message);
}

/* ---- a message ---- */

static uint64_t octets_max(const struct iw_run *run)
{
    uint64_t own = run->session->engine->options.append_max;
    uint64_t listed = iw_engine_session_limit(run->session, IW_CAPABILITY_APPENDLIMIT);
    return listed < own ? listed : own;
}

/* url-resp-text = 1*<any TEXT-CHAR except "]"> (RFC 4469 §5) */
static bool fits_into_code(struct iw_span url)
{
    bool fits = url.length > 0;
    for (size_t i = 0; i < url.length; i++)
        fits = fits && url.data[i] > ' ' && url.data[i] < 0x7f && url.data[i] != ']';
    return fits;
}

/* With the URL as the client wrote it, if it can be shown (RFC 4469 §4.1). */
static struct iw_outcome bad_url(struct iw_run *run, struct iw_span url)
{
    const struct iw_outcome outcome = iw_no(NULL, "that URL names nothing that can be had");
    const struct iw_code code = {
        .type = iw_code_type_of(IW_SPAN("BADURL")), .name = IW_SPAN("BADURL"), .argument = url};
    return fits_into_code(url) ? iw_with_code(run, outcome, &code) : outcome;
}

static struct iw_outcome catenate(struct iw_run *run, const struct iw_append *append,
                                  struct iw_span *octets)
{
    struct iw_buf whole;
    struct iw_outcome outcome = iw_ok("");
    iw_buf_init(&whole, NULL, (size_t)octets_max(run));
    for (const struct iw_cat_part *part = append->parts;
         part != NULL && outcome.kind == IW_OUTCOME_OK; part = part->next) {
        struct iw_span piece = part->text.octets;
        if (part->url.data != NULL) {
            piece = fetch(run, part->url);
            if (piece.data == NULL)
                outcome = bad_url(run, part->url);
        } else if (!part->text.kept) {
            outcome = iw_no("TOOBIG", "the message is too large");
        }
        iw_buf_add(&whole, piece);
    }
    if (outcome.kind == IW_OUTCOME_OK && whole.failed)
        outcome = iw_no("TOOBIG", "the message is too large");
    if (outcome.kind == IW_OUTCOME_OK) {
        *octets = iw_arena_copy(run->arena, iw_buf_span(&whole));
        if (octets->data == NULL)
            outcome = iw_no("TOOBIG", "the message is too large");
    }
    iw_buf_release(&whole);
    return outcome;
}

/* RFC 9755 §4: 8-bit octets in a header are for who has enabled UTF8=ACCEPT or IMAP4rev2. A server
 * without UTF8=ACCEPT may take them from anyone. */
static bool may_have_header(const struct iw_engine_session *session, struct iw_span octets)
{
    struct iw_mime_field field;
    struct iw_span rest = octets;
    if (!iw_engine_session_has(session, IW_CAPABILITY_UTF8_ACCEPT) ||
        ((session->enabled & IW_ENABLED_UTF8) != 0 || iw_engine_session_is_rev2(session)))
        return true;
    while (iw_mime_next_field(&rest, &field))
        continue;
    for (const char *c = octets.data; c < rest.data; c++)
        if ((unsigned char)*c >= 0x80)
            return false;
    return true;
}

/* One message, from what the command has of it. */
static struct iw_outcome collect(struct iw_run *run, const struct iw_append *append,
                                 struct iw_span *octets)
{
    const struct iw_engine_session *session = run->session;
    if (append->parts != NULL)
        return iw_engine_session_has(session, IW_CAPABILITY_CATENATE)
                   ? catenate(run, append, octets)
                   : iw_bad("this server does not have CATENATE");
    if (append->message.data == NULL)
        return iw_bad("this server takes literals only");
    if (append->size > octets_max(run) || !append->kept)
        return iw_no("TOOBIG", "the message is too large");
    if (append->binary && !append->utf8 && !iw_engine_session_has(session, IW_CAPABILITY_BINARY))
        return iw_bad("this server does not have BINARY");
    if (append->size == 0 && iw_engine_session_has(session, IW_CAPABILITY_MULTIAPPEND))
        return iw_no(NULL, "a message without an octet cancels the command"); /* RFC 3502 */
    if (append->utf8 && (session->enabled & IW_ENABLED_UTF8) == 0)
        return iw_bad("UTF8 has not been enabled");
    *octets = append->message;
    return iw_ok("appended");
}

/* RFC 3516 §6: what came as a literal8 can be fetched as any other message. False: no memory. */
static bool recode(struct iw_run *run, struct iw_span *octets)
{
    struct iw_mime_message mime;
    struct iw_buf recoded;
    if (iw_mime_parse(run->arena, *octets, &mime) != IW_OK)
        return false;
    iw_buf_init(&recoded, NULL, 2 * octets->length + 64);
    iw_mime_recode(&mime, *octets, &recoded);
    *octets = recoded.failed ? iw_span(NULL, 0) : iw_arena_copy(run->arena, iw_buf_span(&recoded));
    iw_buf_release(&recoded);
    return octets->data != NULL;
}

static struct iw_outcome take(struct iw_run *run, const struct iw_append *append,
                              struct iw_span *octets)
{
    const struct iw_outcome outcome = collect(run, append, octets);
    if (outcome.kind != IW_OUTCOME_OK)
        return outcome;
    if (!may_have_header(run->session, *octets))
        return iw_no(NULL, "8-bit octets in the header, and UTF8=ACCEPT has not been enabled");
    return !append->binary || recode(run, octets) ? outcome : iw_no_memory();
}

struct iw_outcome iw_appending_prepare(struct iw_run *run, struct iw_appending *appending)
{
    size_t count = 0;
    struct iw_outcome outcome = iw_ok("appended");
    for (const struct iw_append *append = &run->command->append; append != NULL;
         append = append->next)
        count++;
    if (count > 1 && !iw_engine_session_has(run->session, IW_CAPABILITY_MULTIAPPEND))
        return iw_bad("this server does not have MULTIAPPEND");
    if (count > iw_run_save_max(run))
        return iw_with_message_limit(run, iw_no(NULL, "these are too many messages"),
                                     iw_run_save_max(run), 0);
    *appending = (struct iw_appending){
        .messages = iw_arena_array(run->arena, count, sizeof(struct iw_append *)),
        .octets = iw_arena_array(run->arena, count, sizeof *appending->octets)};
    if (appending->messages == NULL || appending->octets == NULL)
        return iw_no_memory();
    for (const struct iw_append *append = &run->command->append; append != NULL;
         append = append->next) {
        struct iw_span *octets = &appending->octets[appending->count];
        outcome = take(run, append, octets);
        if (outcome.kind != IW_OUTCOME_OK)
            return outcome;
        appending->messages[appending->count++] = append;
        appending->total += octets->length;
    }
    return iw_ok("appended");
}

/* ---- adding ---- */

static bool add(struct iw_run *run, struct iw_mailbox *mailbox, const struct iw_append *append,
                struct iw_span octets)
{
    struct iw_engine *engine = run->session->engine;
    struct iw_content *content = iw_store_content(&engine->store, octets);
    const uint64_t settable = iw_rights_flags(iw_run_rights(run, mailbox));
    bool full = false;
    if (content == NULL)
        return false;
    const struct iw_delivery delivery = {
        .content = content,
        .flags =
            iw_mailbox_flags(mailbox, &append->flags, (settable & IW_FLAG_FLAGGED) != 0, &full) &
            settable,
        .date = append->has_date ? append->date : iw_engine_date(engine),
        .saved = engine->now};
    bool added = iw_mailbox_add(mailbox, &delivery) != NULL;
    iw_store_drop(&engine->store, content);
    return added;
}

static bool is_from(void *context, const struct iw_message *message)
{
    const uint32_t *first = context;
    return message->uid >= *first;
}

bool iw_appending_add(struct iw_run *run, const struct iw_appending *appending,
                      struct iw_mailbox *mailbox)
{
    uint32_t first = mailbox->uidnext;
    for (size_t i = 0; i < appending->count; i++) {
        if (!add(run, mailbox, appending->messages[i], appending->octets[i])) {
            iw_mailbox_remove(mailbox, is_from, &first);
            return false;
        }
    }
    return true;
}

struct iw_code iw_appending_code(const struct iw_appending *appending,
                                 const struct iw_mailbox *mailbox, struct iw_range *range)
{
    *range = (struct iw_range){mailbox->uidnext - (uint32_t)appending->count, mailbox->uidnext - 1};
    return (struct iw_code){.type = iw_code_type_of(IW_SPAN("APPENDUID")),
                            .name = IW_SPAN("APPENDUID"),
                            .number = mailbox->uidvalidity,
                            .uids = {.ranges = range, .count = 1}};
}
