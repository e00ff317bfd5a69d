/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/labels.h"
#include "mockserver/engine/mime_binary.h"
#include "mockserver/engine/mime_body.h"
#include "mockserver/engine/mime_envelope.h"
#include "mockserver/engine/mime_preview.h"
#include "mockserver/engine/mime_section.h"
#include "mockserver/engine/resync.h"
#include "parser/response.h"

#include <string.h>

/* One message being answered. Its values lie in the session's scratch arena. */
struct fetching {
    struct iw_chosen chosen;
    const struct wanted *wanted;
    size_t wanted_count;
    struct iw_fetch_item *items;
    uint64_t changed_since; /* 0: all */
    uint32_t lowest_uid;    /* of those that MESSAGELIMIT leaves; 0: all (RFC 9738) */
    bool marks_seen, missing, unknown_encoding;
    bool left_out;                       /* the last item cannot be told */
    bool has_uid, has_flags, has_modseq; /* among the wanted */
    bool cuts;                           /* PARTIAL: only these octets (RFC 1730 §6.4.6) */
    uint64_t origin, length;

    struct iw_engine_session *session;
    struct iw_arena *scratch;
    const struct iw_view_entry *entry;
    const struct iw_message *message;
    struct iw_mime_message *mime; /* NULL: not parsed yet */
    struct iw_span flag_names[IW_FLAG_NAMES_MAX];
};

struct wanted {
    const struct item_type *type;
    const struct iw_fetch_att *att; /* NULL: the item comes from a macro, or unasked */
};

static struct iw_span octets_of(const struct fetching *fetching)
{
    return iw_span(fetching->message->content->octets, fetching->message->content->length);
}

static bool parse_mime(struct fetching *fetching)
{
    if (fetching->mime != NULL)
        return true;
    struct iw_mime_message *mime = iw_arena_get(fetching->scratch, sizeof *mime);
    if (mime == NULL || iw_mime_parse(fetching->scratch, octets_of(fetching), mime) != IW_OK)
        return false;
    fetching->mime = mime;
    return true;
}

/* ---- the items: each fills in its value; false: no memory ---- */

typedef bool fill_item(struct fetching *fetching, const struct iw_fetch_att *att,
                       struct iw_fetch_item *item);

static bool fill_flags(struct fetching *fetching, const struct iw_fetch_att *att,
                       struct iw_fetch_item *item)
{
    const struct iw_engine_session *session = fetching->session;
    bool recent = fetching->entry->recent && !iw_engine_session_is_rev2(session);
    (void)att;
    item->flags = iw_mailbox_flag_names(session->view.mailbox, fetching->message->flags, recent,
                                        fetching->flag_names);
    return true;
}

static bool fill_uid(struct fetching *fetching, const struct iw_fetch_att *att,
                     struct iw_fetch_item *item)
{
    (void)att;
    item->number = fetching->message->uid;
    return true;
}

static bool fill_date(struct fetching *fetching, const struct iw_fetch_att *att,
                      struct iw_fetch_item *item)
{
    (void)att;
    item->date = fetching->message->date;
    return true;
}

static bool fill_size(struct fetching *fetching, const struct iw_fetch_att *att,
                      struct iw_fetch_item *item)
{
    (void)att;
    item->number = fetching->message->content->length;
    return true;
}

static bool fill_modseq(struct fetching *fetching, const struct iw_fetch_att *att,
                        struct iw_fetch_item *item)
{
    (void)att;
    item->number = fetching->message->modseq;
    return true;
}

static bool fill_saved(struct fetching *fetching, const struct iw_fetch_att *att,
                       struct iw_fetch_item *item)
{
    (void)att;
    item->nil = !iw_date_from_unix(fetching->message->saved, 0, &item->date);
    return true;
}

static bool fill_objectid(struct fetching *fetching, char kind, uint64_t id,
                          struct iw_fetch_item *item)
{
    struct iw_run run = {.arena = fetching->scratch};
    item->value = iw_run_objectid(&run, kind, id);
    return item->value.data != NULL;
}

static bool fill_email_id(struct fetching *fetching, const struct iw_fetch_att *att,
                          struct iw_fetch_item *item)
{
    (void)att;
    return fill_objectid(fetching, 'M', fetching->message->content->email_id, item);
}

static bool fill_thread_id(struct fetching *fetching, const struct iw_fetch_att *att,
                           struct iw_fetch_item *item)
{
    (void)att;
    return fill_objectid(fetching, 'T', fetching->message->content->thread_id, item);
}

static bool fill_gmail_id(struct fetching *fetching, const struct iw_fetch_att *att,
                          struct iw_fetch_item *item)
{
    (void)att;
    item->number = fetching->message->content->email_id;
    return true;
}

static bool fill_gmail_thread(struct fetching *fetching, const struct iw_fetch_att *att,
                              struct iw_fetch_item *item)
{
    (void)att;
    item->number = fetching->message->content->thread_id;
    return true;
}

static bool fill_labels(struct fetching *fetching, const struct iw_fetch_att *att,
                        struct iw_fetch_item *item)
{
    struct iw_run run = {.session = fetching->session, .arena = fetching->scratch};
    (void)att;
    return iw_labels_fill(&run, fetching->message->content, item);
}

/* Only the header is looked at. */
static bool fill_envelope(struct fetching *fetching, const struct iw_fetch_att *att,
                          struct iw_fetch_item *item)
{
    (void)att;
    item->envelope = iw_arena_get(fetching->scratch, sizeof *item->envelope);
    return item->envelope != NULL &&
           iw_mime_envelope(fetching->scratch, octets_of(fetching), item->envelope) == IW_OK;
}

static bool fill_structure(struct fetching *fetching, bool extended, struct iw_fetch_item *item)
{
    item->body = iw_arena_get(fetching->scratch, sizeof *item->body);
    if (item->body == NULL || !parse_mime(fetching) ||
        iw_mime_body(fetching->scratch, fetching->mime, extended, item->body) != IW_OK)
        return false;
    return !iw_engine_session_is_rev2(fetching->session) ||
           iw_mime_decode_body(fetching->scratch, item->body) == IW_OK;
}

static bool fill_bodystructure(struct fetching *fetching, const struct iw_fetch_att *att,
                               struct iw_fetch_item *item)
{
    (void)att;
    return fill_structure(fetching, true, item);
}

static bool fill_section(struct fetching *fetching, const struct iw_section *section,
                         struct iw_span *octets)
{
    return parse_mime(fetching) &&
           iw_mime_section(fetching->scratch, fetching->mime, section, octets) == IW_OK;
}

/* RFC822, RFC822.HEADER, RFC822.TEXT, and .PEEK and RFC822.HEADER.LINES of RFC 1730 */
static bool fill_old(struct fetching *fetching, const struct iw_fetch_att *att,
                     struct iw_fetch_item *item)
{
    struct iw_section section = {.text = IW_SECTION_ALL};
    section.fields = att->names.names;
    section.field_count = att->names.count;
    if (iw_span_equal(att->name, IW_SPAN("RFC822.HEADER")))
        section.text = IW_SECTION_HEADER;
    else if (iw_span_equal(att->name, IW_SPAN("RFC822.HEADER.LINES")))
        section.text = IW_SECTION_FIELDS;
    else if (iw_span_equal(att->name, IW_SPAN("RFC822.HEADER.LINES.NOT")))
        section.text = IW_SECTION_FIELDS_NOT;
    else if (iw_span_starts(att->name, IW_SPAN("RFC822.TEXT")))
        section.text = IW_SECTION_TEXT;
    return fill_section(fetching, &section, &item->value);
}

/* BODY[…]<o.n>, BODY.PEEK[…], and BODY alone */
static bool fill_body(struct fetching *fetching, const struct iw_fetch_att *att,
                      struct iw_fetch_item *item)
{
    if (att == NULL || !att->has_section) {
        item->kind = IW_FETCH_BODYSTRUCTURE;
        return fill_structure(fetching, false, item);
    }
    item->has_section = true;
    item->has_origin = att->has_partial;
    item->section = att->section;
    item->origin = att->origin;
    if (!fill_section(fetching, &att->section, &item->value))
        return false;
    if (att->has_partial && item->value.data != NULL)
        item->value = iw_mime_partial(item->value, att->origin, att->length);
    return true;
}

/* BINARY[…]<o.n>, BINARY.PEEK[…] (RFC 3516 §4.2) */
static bool fill_binary(struct fetching *fetching, const struct iw_fetch_att *att,
                        struct iw_fetch_item *item)
{
    item->has_section = true;
    item->has_origin = att->has_partial;
    item->section = att->section;
    item->origin = att->origin;
    if (!parse_mime(fetching))
        return false;
    enum iw_result result =
        iw_mime_binary(fetching->scratch, fetching->mime, &att->section, &item->value);
    fetching->left_out = result == IW_SYNTAX;
    if (att->has_partial && item->value.data != NULL)
        item->value = iw_mime_partial(item->value, att->origin, att->length);
    return result != IW_NO_MEMORY;
}

static bool fill_binary_size(struct fetching *fetching, const struct iw_fetch_att *att,
                             struct iw_fetch_item *item)
{
    item->has_section = true;
    item->section = att->section;
    if (!parse_mime(fetching))
        return false;
    fetching->left_out =
        iw_mime_binary_size(fetching->mime, &att->section, &item->number) == IW_SYNTAX;
    return true;
}

/* RFC 8970 §3. It is always at hand, LAZY or not. */
static bool fill_preview(struct fetching *fetching, const struct iw_fetch_att *att,
                         struct iw_fetch_item *item)
{
    struct iw_buf text;
    (void)att;
    if (!parse_mime(fetching))
        return false;
    iw_buf_init(&text, NULL, 8 * (size_t)IW_MIME_PREVIEW_MAX);
    iw_mime_preview(&text, fetching->mime);
    item->value = iw_arena_copy(fetching->scratch, iw_buf_span(&text));
    iw_buf_release(&text);
    return item->value.data != NULL;
}

struct item_type {
    struct iw_span name;
    enum iw_fetch_kind kind;
    struct iw_span answer; /* the name in the response */
    enum iw_capability capability;
    fill_item *fill;
    bool marks_seen; /* with a section */
};

#define NAME(text)                                                                                 \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }
static const struct item_type item_types[] = {
    {NAME("UID"), IW_FETCH_UID, NAME("UID"), IW_CAPABILITY_NONE, fill_uid, false},
    {NAME("FLAGS"), IW_FETCH_FLAGS, NAME("FLAGS"), IW_CAPABILITY_NONE, fill_flags, false},
    {NAME("INTERNALDATE"), IW_FETCH_INTERNALDATE, NAME("INTERNALDATE"), IW_CAPABILITY_NONE,
     fill_date, false},
    {NAME("RFC822.SIZE"), IW_FETCH_SIZE, NAME("RFC822.SIZE"), IW_CAPABILITY_NONE, fill_size, false},
    {NAME("ENVELOPE"), IW_FETCH_ENVELOPE, NAME("ENVELOPE"), IW_CAPABILITY_NONE, fill_envelope,
     false},
    {NAME("BODY"), IW_FETCH_SECTION, NAME("BODY"), IW_CAPABILITY_NONE, fill_body, true},
    {NAME("BODY.PEEK"), IW_FETCH_SECTION, NAME("BODY"), IW_CAPABILITY_NONE, fill_body, false},
    {NAME("BODYSTRUCTURE"), IW_FETCH_BODYSTRUCTURE, NAME("BODYSTRUCTURE"), IW_CAPABILITY_NONE,
     fill_bodystructure, false},
    {NAME("RFC822"), IW_FETCH_SECTION, NAME("RFC822"), IW_CAPABILITY_IMAP4REV1, fill_old, true},
    {NAME("RFC822.PEEK"), IW_FETCH_SECTION, NAME("RFC822"), IW_CAPABILITY_IMAP4, fill_old, false},
    {NAME("RFC822.TEXT.PEEK"), IW_FETCH_SECTION, NAME("RFC822.TEXT"), IW_CAPABILITY_IMAP4, fill_old,
     false},
    {NAME("RFC822.HEADER"), IW_FETCH_SECTION, NAME("RFC822.HEADER"), IW_CAPABILITY_IMAP4REV1,
     fill_old, false},
    {NAME("RFC822.HEADER.LINES"), IW_FETCH_SECTION, NAME("RFC822.HEADER"), IW_CAPABILITY_IMAP4,
     fill_old, false},
    {NAME("RFC822.HEADER.LINES.NOT"), IW_FETCH_SECTION, NAME("RFC822.HEADER"), IW_CAPABILITY_IMAP4,
     fill_old, false},
    {NAME("RFC822.TEXT"), IW_FETCH_SECTION, NAME("RFC822.TEXT"), IW_CAPABILITY_IMAP4REV1, fill_old,
     true},
    {NAME("MODSEQ"), IW_FETCH_MODSEQ, NAME("MODSEQ"), IW_CAPABILITY_CONDSTORE, fill_modseq, false},
    {NAME("EMAILID"), IW_FETCH_ID, NAME("EMAILID"), IW_CAPABILITY_OBJECTID, fill_email_id, false},
    {NAME("THREADID"), IW_FETCH_ID, NAME("THREADID"), IW_CAPABILITY_OBJECTID, fill_thread_id,
     false},
    {NAME("BINARY"), IW_FETCH_BINARY, NAME("BINARY"), IW_CAPABILITY_BINARY, fill_binary, true},
    {NAME("BINARY.PEEK"), IW_FETCH_BINARY, NAME("BINARY"), IW_CAPABILITY_BINARY, fill_binary,
     false},
    {NAME("BINARY.SIZE"), IW_FETCH_BINARY_SIZE, NAME("BINARY.SIZE"), IW_CAPABILITY_BINARY,
     fill_binary_size, false},
    {NAME("PREVIEW"), IW_FETCH_PREVIEW, NAME("PREVIEW"), IW_CAPABILITY_PREVIEW, fill_preview,
     false},
    {NAME("SAVEDATE"), IW_FETCH_SAVEDATE, NAME("SAVEDATE"), IW_CAPABILITY_SAVEDATE, fill_saved,
     false},
    {NAME("X-GM-MSGID"), IW_FETCH_GMAIL_ID, NAME("X-GM-MSGID"), IW_CAPABILITY_X_GM_EXT_1,
     fill_gmail_id, false},
    {NAME("X-GM-THRID"), IW_FETCH_GMAIL_ID, NAME("X-GM-THRID"), IW_CAPABILITY_X_GM_EXT_1,
     fill_gmail_thread, false},
    {NAME("X-GM-LABELS"), IW_FETCH_GMAIL_LABELS, NAME("X-GM-LABELS"), IW_CAPABILITY_X_GM_EXT_1,
     fill_labels, false},
};

static const struct item_type *find_type(struct iw_span name)
{
    for (size_t i = 0; i < sizeof item_types / sizeof *item_types; i++) {
        if (iw_span_equal(name, item_types[i].name))
            return &item_types[i];
    }
    return NULL;
}

/* ---- what is wanted ---- */

enum { MACRO_ITEMS_MAX = 5 };

static const struct {
    struct iw_span name;
    const char *items[MACRO_ITEMS_MAX];
} macros[] = {
    {NAME("ALL"), {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"}},
    {NAME("FAST"), {"FLAGS", "INTERNALDATE", "RFC822.SIZE"}},
    {NAME("FULL"), {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"}},
};

static void want(struct fetching *fetching, struct wanted *list, const struct item_type *type,
                 const struct iw_fetch_att *att)
{
    list[fetching->wanted_count++] = (struct wanted){type, att};
    fetching->has_uid |= type->kind == IW_FETCH_UID;
    fetching->has_flags |= type->kind == IW_FETCH_FLAGS;
    fetching->has_modseq |= type->kind == IW_FETCH_MODSEQ;
    fetching->marks_seen |=
        type->marks_seen && att != NULL && (att->has_section || type->fill == fill_old);
}

/* True: it was a macro. */
static bool want_macro(struct fetching *fetching, struct wanted *list,
                       const struct iw_fetch_att *att)
{
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
        if (!iw_span_equal(att->name, macros[i].name))
            continue;
        for (size_t j = 0; j < MACRO_ITEMS_MAX && macros[i].items[j] != NULL; j++)
            want(fetching, list, find_type(iw_span_of(macros[i].items[j])), NULL);
        return true;
    }
    return false;
}

/* PARTIAL has octets only (RFC 1730 §9). */
static bool can_be_cut(const struct item_type *type, const struct iw_fetch_att *att)
{
    return (type->fill == fill_old && att->names.count == 0) ||
           (type->fill == fill_body && att->has_section);
}

/* preview-mod = "LAZY" (RFC 8970 §6) */
static bool knows_preview(const struct item_type *type, const struct iw_fetch_att *att)
{
    for (size_t i = 0; type->fill == fill_preview && i < att->names.count; i++) {
        if (!iw_span_equal_nocase(att->names.names[i], IW_SPAN("LAZY")))
            return false;
    }
    return true;
}

/* False: the client may not ask for one of them. */
static bool want_atts(struct iw_run *run, struct fetching *fetching, struct wanted *list)
{
    const struct iw_fetch_att *att = run->command->fetch_atts;
    for (; att != NULL; att = att->next) {
        const struct item_type *type = find_type(att->name);
        if (!fetching->cuts && want_macro(fetching, list, att))
            continue;
        if (type == NULL || !iw_engine_session_has(run->session, type->capability) ||
            !knows_preview(type, att) || (fetching->cuts && !can_be_cut(type, att)))
            return false;
        want(fetching, list, type, att);
    }
    return true;
}

bool iw_run_knows_fetch_atts(const struct iw_run *run, const struct iw_fetch_att *att)
{
    for (; att != NULL; att = att->next) {
        const struct item_type *type = find_type(att->name);
        if (type == NULL || !iw_engine_session_has(run->session, type->capability))
            return false;
    }
    return true;
}

static const struct {
    struct iw_span name;
    enum iw_capability capability;
} modifiers[] = {
    {NAME("CHANGEDSINCE"), IW_CAPABILITY_CONDSTORE},
    {NAME("VANISHED"), IW_CAPABILITY_CONDSTORE},
    {NAME("PARTIAL"), IW_CAPABILITY_PARTIAL},
};

static bool knows_modifiers(const struct iw_run *run)
{
    const struct iw_option *option = run->command->options.first;
    for (; option != NULL; option = option->next) {
        size_t i = 0, count = sizeof modifiers / sizeof *modifiers;
        while (i < count && !iw_span_equal(option->name, modifiers[i].name))
            i++;
        if (i == count || !iw_engine_session_has(run->session, modifiers[i].capability))
            return false;
    }
    return true;
}

static bool has_changed(const struct fetching *fetching, const struct iw_message *message)
{
    return fetching->changed_since == 0 || message->modseq > fetching->changed_since;
}

/* Leaves those among the chosen that have changed. False: no memory. */
static bool choose_changed(struct iw_run *run, struct fetching *fetching)
{
    const struct iw_view *view = &run->session->view;
    size_t index, count = iw_chosen_count(&fetching->chosen);
    struct iw_chosen changed = {.stretches =
                                    iw_arena_array(run->arena, count, sizeof *changed.stretches)};
    while (changed.stretches != NULL && iw_chosen_next(&fetching->chosen, &index)) {
        const struct iw_message *message = iw_view_message(view, index);
        if (message != NULL && has_changed(fetching, message))
            changed.stretches[changed.count++] = (struct iw_stretch){index, index + 1};
    }
    fetching->chosen = changed;
    return changed.stretches != NULL;
}

static uint64_t count_places(const struct iw_window *window)
{
    int64_t first = window->first, last = window->last;
    return (uint64_t)(first < last ? last - first : first - last) + 1;
}

/* PARTIAL (RFC 9394 §3.3): a window on what would be fetched without it. One that is larger than
 * MESSAGELIMIT allows is refused (RFC 9738 §3.1). */
static struct iw_outcome take_partial(struct iw_run *run, struct fetching *fetching)
{
    const struct iw_option *partial = iw_options_find(&run->command->options, "PARTIAL");
    if (partial == NULL) {
        fetching->lowest_uid = iw_run_limit(run, &fetching->chosen);
        fetching->chosen.backwards = fetching->lowest_uid > 0;
        return iw_ok("fetched");
    }
    if (!run->command->uid)
        return iw_bad("PARTIAL needs UID FETCH");
    if (count_places(&partial->window) > iw_run_message_max(run))
        return iw_with_message_limit(run, iw_no(NULL, "that is a window on too many messages"),
                                     iw_run_message_max(run), 0);
    if (!choose_changed(run, fetching))
        return iw_no_memory();
    iw_chosen_cut(&fetching->chosen, &partial->window);
    return iw_ok("fetched");
}

/* CHANGEDSINCE, VANISHED (RFC 7162 §3.1.4, §3.2.6) */
static struct iw_outcome take_modifiers(struct iw_run *run, struct fetching *fetching)
{
    const struct iw_options *options = &run->command->options;
    const struct iw_option *changed_since = iw_options_find(options, "CHANGEDSINCE");
    struct iw_engine_session *session = run->session;
    bool vanished = iw_options_find(options, "VANISHED") != NULL;
    if (!knows_modifiers(run))
        return iw_bad("one of the modifiers is unknown");
    if (changed_since != NULL)
        fetching->changed_since = changed_since->number;
    if (vanished && (!run->command->uid || fetching->changed_since == 0 ||
                     (session->enabled & IW_ENABLED_QRESYNC) == 0))
        return iw_bad("VANISHED needs QRESYNC, UID FETCH and CHANGEDSINCE");
    if ((fetching->changed_since > 0 || fetching->has_modseq) && !iw_run_enable_condstore(run))
        return iw_bad("this mailbox has no mod-sequences");
    struct iw_set uids = run->command->set.saved ? session->saved : run->command->set;
    if (vanished && !iw_resync_write_vanished(run, fetching->changed_since, 0, &uids))
        return iw_no_memory();
    return take_partial(run, fetching);
}

static size_t count_atts(const struct iw_fetch_att *att)
{
    size_t count = 0;
    for (; att != NULL; att = att->next)
        count++;
    return count;
}

static struct iw_outcome begin(struct iw_run *run)
{
    size_t room = count_atts(run->command->fetch_atts) * MACRO_ITEMS_MAX + 4;
    struct fetching *fetching = iw_arena_get(run->arena, sizeof *fetching);
    struct wanted *wanted = iw_arena_array(run->arena, room, sizeof *wanted);
    struct iw_outcome outcome;
    if (fetching == NULL || wanted == NULL)
        return iw_no_memory();
    *fetching =
        (struct fetching){.wanted = wanted,
                          .items = iw_arena_array(run->arena, room, sizeof(*fetching->items)),
                          .cuts = run->command->kind == IW_COMMAND_PARTIAL,
                          .origin = run->command->origin - (run->command->origin > 0),
                          .length = run->command->length,
                          .session = run->session,
                          .scratch = &run->session->scratch};
    if (fetching->items == NULL)
        return iw_no_memory();
    if (!iw_run_choose(run, &fetching->chosen, &outcome))
        return outcome;
    if (run->command->uid && (run->session->enabled & IW_ENABLED_UIDONLY) == 0)
        want(fetching, wanted, find_type(IW_SPAN("UID")), NULL);
    if (!want_atts(run, fetching, wanted))
        return iw_bad("this server cannot fetch one of these items");
    outcome = take_modifiers(run, fetching);
    if (fetching->changed_since > 0 && !fetching->has_modseq)
        want(fetching, wanted, find_type(IW_SPAN("MODSEQ")), NULL);
    run->memory = fetching;
    return outcome;
}

/* ---- one message ---- */

static bool add_item(struct fetching *fetching, const struct item_type *type,
                     const struct iw_fetch_att *att, struct iw_fetch *fetch)
{
    struct iw_fetch_item *item = &fetching->items[fetch->count++];
    *item = (struct iw_fetch_item){.kind = type->kind, .name = type->answer, .kept = true};
    fetching->left_out = false;
    if (!type->fill(fetching, att, item))
        return false;
    fetching->unknown_encoding |= fetching->left_out;
    fetch->count -= fetching->left_out;
    if (fetching->cuts && type->kind == IW_FETCH_SECTION && item->value.data != NULL)
        item->value = iw_mime_partial(item->value, fetching->origin, fetching->length);
    return true;
}

/* UID is not said twice. A FETCH that sets \Seen tells what the change of a flag tells
 * (RFC 7162 §3.2.4, RFC 9051 §7.5.2). */
static bool add_items(struct fetching *fetching, bool seen_now, struct iw_fetch *fetch)
{
    const struct iw_view_style style = iw_engine_session_style(fetching->session);
    bool added = true, uid_said = false;
    for (size_t i = 0; i < fetching->wanted_count && added; i++) {
        const struct wanted *wanted = &fetching->wanted[i];
        bool is_uid = wanted->type->kind == IW_FETCH_UID;
        if (!is_uid || !uid_said)
            added = add_item(fetching, wanted->type, wanted->att, fetch);
        uid_said |= is_uid;
    }
    if (added && seen_now && !fetching->has_flags)
        added = add_item(fetching, find_type(IW_SPAN("FLAGS")), NULL, fetch);
    if (added && seen_now && !uid_said && style.uid && !style.uid_only)
        added = add_item(fetching, find_type(IW_SPAN("UID")), NULL, fetch);
    if (added && seen_now && !fetching->has_modseq && style.modseq)
        added = add_item(fetching, find_type(IW_SPAN("MODSEQ")), NULL, fetch);
    return added;
}

/* False: no memory. */
static bool fetch_one(struct iw_run *run, struct fetching *fetching, size_t index)
{
    struct iw_view *view = &run->session->view;
    struct iw_response response = {.kind = IW_RESPONSE_FETCH,
                                   .number = (uint32_t)index + 1,
                                   .fetch = {.items = fetching->items}};
    struct iw_message *message = iw_view_message(view, index);
    bool seen_now = false;
    fetching->missing |= message == NULL;
    if (message == NULL || !has_changed(fetching, message))
        return true;
    if (fetching->marks_seen && !view->read_only && (view->rights & IW_RIGHT_SEEN) != 0)
        seen_now = iw_mailbox_set_flags(view->mailbox, message, message->flags | IW_FLAG_SEEN);
    if ((run->session->enabled & IW_ENABLED_UIDONLY) != 0) {
        response.kind = IW_RESPONSE_UIDFETCH;
        response.number = message->uid;
    }
    fetching->entry = &view->entries[index];
    fetching->message = message;
    fetching->mime = NULL;
    iw_arena_reset(fetching->scratch);
    if (!add_items(fetching, seen_now, &response.fetch))
        return false;
    if (response.fetch.count > 0)
        iw_write_response(run->out, &response);
    if (seen_now || fetching->has_flags)
        iw_view_know(view, index, message);
    return true;
}

static struct iw_outcome finish(struct iw_run *run, const struct fetching *fetching)
{
    struct iw_outcome outcome = iw_ok("fetched");
    if (fetching->missing && !run->command->uid)
        outcome = iw_no("EXPUNGEISSUED", "some of the messages are gone");
    else if (fetching->unknown_encoding)
        outcome = iw_no("UNKNOWN-CTE", "the encoding of a part is unknown");
    if (fetching->lowest_uid == 0)
        return outcome;
    return iw_with_message_limit(run, outcome, iw_run_message_max(run), fetching->lowest_uid);
}

/* FETCH (RFC 9051 §6.4.5), PARTIAL (RFC 1730 §6.4.6) */
struct iw_outcome iw_command_fetch(struct iw_run *run)
{
    if (run->memory == NULL) {
        struct iw_outcome outcome = begin(run);
        if (outcome.kind != IW_OUTCOME_OK)
            return outcome;
    }
    struct fetching *fetching = run->memory;
    size_t index;
    while (!iw_run_is_full(run)) {
        if (!iw_chosen_next(&fetching->chosen, &index))
            return finish(run, fetching);
        if (!fetch_one(run, fetching, index))
            return iw_no_memory();
    }
    return iw_more(fetching->chosen.taken, iw_chosen_count(&fetching->chosen));
}
