/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/search.h"

#include "mockserver/engine/search_text.h"

#include <stdio.h>

/* One message being looked at. */
struct looking {
    struct iw_engine_session *session;
    struct iw_arena *scratch;
    uint32_t number, last_number, last_uid;
    const struct iw_view_entry *entry;
    const struct iw_message *message;
};

static bool holds(const struct looking *looking, const struct iw_search_key *key);

/* ---- flags ---- */

enum tristate { EITHER, YES, NO };

static const struct {
    bool known;
    uint64_t with, without;
    enum tristate recent;
} flag_keys[IW_SEARCH_KINDS] = {
    [IW_SEARCH_ALL] = {true, 0, 0, EITHER},
    [IW_SEARCH_ANSWERED] = {true, IW_FLAG_ANSWERED, 0, EITHER},
    [IW_SEARCH_DELETED] = {true, IW_FLAG_DELETED, 0, EITHER},
    [IW_SEARCH_DRAFT] = {true, IW_FLAG_DRAFT, 0, EITHER},
    [IW_SEARCH_FLAGGED] = {true, IW_FLAG_FLAGGED, 0, EITHER},
    [IW_SEARCH_NEW] = {true, 0, IW_FLAG_SEEN, YES},
    [IW_SEARCH_OLD] = {true, 0, 0, NO},
    [IW_SEARCH_RECENT] = {true, 0, 0, YES},
    [IW_SEARCH_SEEN] = {true, IW_FLAG_SEEN, 0, EITHER},
    [IW_SEARCH_UNANSWERED] = {true, 0, IW_FLAG_ANSWERED, EITHER},
    [IW_SEARCH_UNDELETED] = {true, 0, IW_FLAG_DELETED, EITHER},
    [IW_SEARCH_UNDRAFT] = {true, 0, IW_FLAG_DRAFT, EITHER},
    [IW_SEARCH_UNFLAGGED] = {true, 0, IW_FLAG_FLAGGED, EITHER},
    [IW_SEARCH_UNSEEN] = {true, 0, IW_FLAG_SEEN, EITHER},
    [IW_SEARCH_SAVEDATESUPPORTED] = {true, 0, 0, EITHER},
};

static bool flags_hold(const struct looking *looking, enum iw_search_kind kind)
{
    uint64_t flags = looking->message->flags;
    enum tristate recent = flag_keys[kind].recent;
    return (flags & flag_keys[kind].with) == flag_keys[kind].with &&
           (flags & flag_keys[kind].without) == 0 &&
           (recent == EITHER || looking->entry->recent == (recent == YES));
}

static bool has_keyword(const struct looking *looking, struct iw_span name)
{
    uint64_t bit = iw_mailbox_flag(looking->session->view.mailbox, name, false);
    return (looking->message->flags & bit) != 0;
}

/* ---- dates ---- */

/* Days only: the time and the zone do not count (RFC 9051 §6.4.4). */
static int compare_days(const struct iw_date *a, const struct iw_date *b)
{
    long x = (a->year * 100L + a->month) * 100 + a->day;
    long y = (b->year * 100L + b->month) * 100 + b->day;
    return (x > y) - (x < y);
}

static bool date_holds(const struct looking *looking, const struct iw_search_key *key)
{
    const struct iw_message *message = looking->message;
    struct iw_span octets = {message->content->octets, message->content->length};
    struct iw_date date = message->date;
    enum iw_search_kind kind = key->kind;
    if (kind >= IW_SEARCH_SAVEDBEFORE) {
        if (!iw_date_from_unix(message->saved, 0, &date))
            return false;
    } else if (kind >= IW_SEARCH_SENTBEFORE && !iw_message_date(octets, &date)) {
        return false;
    }
    int compared = compare_days(&date, &key->date);
    if (kind == IW_SEARCH_BEFORE || kind == IW_SEARCH_SENTBEFORE || kind == IW_SEARCH_SAVEDBEFORE)
        return compared < 0;
    if (kind == IW_SEARCH_SINCE || kind == IW_SEARCH_SENTSINCE || kind == IW_SEARCH_SAVEDSINCE)
        return compared >= 0;
    return compared == 0;
}

/* WITHIN (RFC 5032) */
static bool is_older(const struct looking *looking, uint64_t seconds)
{
    int64_t age = looking->session->engine->now - iw_date_to_unix(&looking->message->date);
    return age >= 0 && (uint64_t)age >= seconds;
}

/* ---- texts ---- */

static bool text_holds(const struct looking *looking, const struct iw_search_key *key)
{
    const struct iw_content *content = looking->message->content;
    struct iw_span octets = {content->octets, content->length};
    iw_arena_reset(looking->scratch);
    switch (key->kind) {
    case IW_SEARCH_BODY:
        return iw_message_body_contains(octets, key->string, looking->scratch);
    case IW_SEARCH_TEXT:
        return iw_message_contains(octets, key->string, looking->scratch);
    case IW_SEARCH_HEADER:
        return iw_message_field_contains(octets, key->name, key->string, looking->scratch);
    default: /* BCC, CC, FROM, SUBJECT, TO: the field has the key's name */
        return iw_message_field_contains(octets, iw_search_kind_name(key->kind), key->string,
                                         looking->scratch);
    }
}

static bool id_holds(char kind, uint64_t id, struct iw_span wanted)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%c%llu", kind, (unsigned long long)id);
    return iw_span_equal(iw_span(text, (size_t)length), wanted);
}

/* ---- all of them ---- */

static bool number_holds(const struct looking *looking, const struct iw_search_key *key)
{
    const struct iw_message *message = looking->message;
    switch (key->kind) {
    case IW_SEARCH_LARGER:
        return message->content->length > key->number;
    case IW_SEARCH_SMALLER:
        return message->content->length < key->number;
    case IW_SEARCH_OLDER:
        return is_older(looking, key->number);
    case IW_SEARCH_YOUNGER:
        return !is_older(looking, key->number);
    case IW_SEARCH_UIDAFTER:
        return message->uid > key->number;
    case IW_SEARCH_UIDBEFORE:
        return message->uid < key->number;
    default: /* MODSEQ */
        return message->modseq >= key->number;
    }
}

static bool set_holds(const struct looking *looking, const struct iw_search_key *key)
{
    if (key->set.saved)
        return iw_set_contains(&looking->session->saved, looking->message->uid, looking->last_uid);
    if (key->kind == IW_SEARCH_UID)
        return iw_set_contains(&key->set, looking->message->uid, looking->last_uid);
    return iw_set_contains(&key->set, looking->number, looking->last_number);
}

static bool all_hold(const struct looking *looking, const struct iw_search_key *key)
{
    for (; key != NULL; key = key->next) {
        if (!holds(looking, key))
            return false;
    }
    return true;
}

/* The parser has bounded the depth. */
static bool holds(const struct looking *looking, const struct iw_search_key *key)
{
    switch (key->kind) {
    case IW_SEARCH_NOT:
        return !holds(looking, key->keys);
    case IW_SEARCH_FUZZY:
        return holds(looking, key->keys);
    case IW_SEARCH_OR:
        return holds(looking, key->keys) || holds(looking, key->keys->next);
    case IW_SEARCH_AND:
        return all_hold(looking, key->keys);
    case IW_SEARCH_KEYWORD:
        return has_keyword(looking, key->string);
    case IW_SEARCH_UNKEYWORD:
        return !has_keyword(looking, key->string);
    case IW_SEARCH_EMAILID:
        return id_holds('M', looking->message->content->email_id, key->string);
    case IW_SEARCH_THREADID:
        return id_holds('T', looking->message->content->thread_id, key->string);
    case IW_SEARCH_UID:
    case IW_SEARCH_SET:
        return set_holds(looking, key);
    default:
        break;
    }
    if (flag_keys[key->kind].known)
        return flags_hold(looking, key->kind);
    if (key->kind >= IW_SEARCH_BEFORE && key->kind <= IW_SEARCH_SAVEDSINCE)
        return date_holds(looking, key);
    if (key->kind >= IW_SEARCH_LARGER && key->kind <= IW_SEARCH_MODSEQ)
        return number_holds(looking, key);
    return text_holds(looking, key);
}

/* ---- what can be searched ---- */

static enum iw_capability capability_of(enum iw_search_kind kind)
{
    switch (kind) {
    case IW_SEARCH_OLDER:
    case IW_SEARCH_YOUNGER:
        return IW_CAPABILITY_WITHIN;
    case IW_SEARCH_EMAILID:
    case IW_SEARCH_THREADID:
        return IW_CAPABILITY_OBJECTID;
    case IW_SEARCH_SAVEDATESUPPORTED:
    case IW_SEARCH_SAVEDBEFORE:
    case IW_SEARCH_SAVEDON:
    case IW_SEARCH_SAVEDSINCE:
        return IW_CAPABILITY_SAVEDATE;
    case IW_SEARCH_MODSEQ:
        return IW_CAPABILITY_CONDSTORE;
    default:
        return IW_CAPABILITY_NONE;
    }
}

/* Keys that the grammar has and the engine has not. */
static bool is_foreign(enum iw_search_kind kind)
{
    static const enum iw_search_kind foreign[] = {
        IW_SEARCH_FILTER,     IW_SEARCH_X_GM_RAW,   IW_SEARCH_X_GM_LABELS,
        IW_SEARCH_X_GM_MSGID, IW_SEARCH_X_GM_THRID, IW_SEARCH_ANNOTATION,
        IW_SEARCH_FUZZY,      IW_SEARCH_UIDAFTER,   IW_SEARCH_UIDBEFORE,
    };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        if (foreign[i] == kind)
            return true;
    }
    return false;
}

/* Numbers beyond the last message are a fault of the client. */
static bool numbers_exist(const struct iw_view *view, const struct iw_search_key *key)
{
    for (size_t i = 0; key->kind == IW_SEARCH_SET && i < key->set.count; i++) {
        if (view->count == 0 || key->set.ranges[i].first > view->count ||
            key->set.ranges[i].last > view->count)
            return false;
    }
    return true;
}

/* NULL: all keys can be judged. */
static const char *find_fault(const struct iw_engine_session *session,
                              const struct iw_search_key *key)
{
    const char *fault = NULL;
    for (; key != NULL && fault == NULL; key = key->next) {
        if (is_foreign(key->kind) || !iw_engine_session_has(session, capability_of(key->kind)))
            fault = "this server does not know one of the search keys";
        else if (!numbers_exist(&session->view, key))
            fault = "there are not so many messages";
        else
            fault = find_fault(session, key->keys);
    }
    return fault;
}

static bool has(const struct iw_search_key *key, enum iw_search_kind kind)
{
    for (; key != NULL; key = key->next) {
        if (key->kind == kind || has(key->keys, kind))
            return true;
    }
    return false;
}

bool iw_search_has(const struct iw_search_program *program, enum iw_search_kind kind)
{
    return has(program->keys, kind);
}

static bool charset_is_known(struct iw_span charset)
{
    return charset.data == NULL || iw_span_equal_nocase(charset, IW_SPAN("US-ASCII")) ||
           iw_span_equal_nocase(charset, IW_SPAN("UTF-8"));
}

struct iw_outcome iw_search(struct iw_run *run, const struct iw_search_program *program,
                            struct iw_found *found)
{
    struct iw_engine_session *session = run->session;
    const struct iw_view *view = &session->view;
    const char *fault =
        program->unknown ? "one of the search keys is unknown" : find_fault(session, program->keys);
    if (fault != NULL)
        return iw_bad(fault);
    if (!charset_is_known(program->charset))
        return iw_no("BADCHARSET (US-ASCII UTF-8)", "that charset is unknown");
    *found = (struct iw_found){.indexes =
                                   iw_arena_array(run->arena, view->count, sizeof *found->indexes)};
    if (found->indexes == NULL)
        return iw_no_memory();
    struct looking looking = {.session = session,
                              .scratch = &session->scratch,
                              .last_number = (uint32_t)view->count,
                              .last_uid =
                                  view->count == 0 ? 0 : view->entries[view->count - 1].uid};
    for (size_t i = 0; i < view->count; i++) {
        looking.number = (uint32_t)i + 1;
        looking.entry = &view->entries[i];
        looking.message = iw_view_message(view, i);
        if (looking.message == NULL || !all_hold(&looking, program->keys))
            continue;
        found->indexes[found->count++] = (uint32_t)i;
        if (looking.message->modseq > found->modseq)
            found->modseq = looking.message->modseq;
    }
    return iw_ok("searched");
}
