/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/search.h"

#include "mockserver/engine/gmail_query.h"
#include "mockserver/engine/labels.h"
#include "mockserver/engine/mime_charset.h"
#include "mockserver/engine/mime_date.h"
#include "mockserver/engine/mime_field.h"
#include "mockserver/engine/mime_search.h"

#include <stdio.h>

/* A key made ready, in the run's arena. */
struct condition {
    const struct iw_search_key *key;
    struct iw_set set;              /* SET, UID: in ascending, merged ranges */
    uint64_t keyword;               /* KEYWORD, UNKEYWORD: its bit; 0: no message has it */
    struct iw_mime_needle *needles; /* texts: one, or below FUZZY the words of it */
    size_t needle_count;
    bool fuzzy;                   /* it stands below FUZZY (RFC 6203) */
    struct iw_mailbox *label;     /* X-GM-LABELS; NULL: there is none */
    struct condition *conditions; /* NOT, FUZZY, OR, AND, X-GM-RAW */
    struct condition *next;
};

/* One message being looked at; what is made for it lies in the scratch arena. */
struct looking {
    struct iw_engine_session *session;
    struct iw_arena *scratch;
    uint32_t number;
    const struct iw_view_entry *entry;
    const struct iw_message *message;
    struct iw_mime_message *mime; /* NULL: not parsed yet */
    size_t words, words_found;    /* below FUZZY */
    bool failed;                  /* no memory */
};

static bool holds(struct looking *looking, const struct condition *condition);

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

/* ---- dates ---- */

/* Days only: the time and the zone do not count (RFC 9051 §6.4.4). */
static int compare_days(const struct iw_date *a, const struct iw_date *b)
{
    long x = (a->year * 100L + a->month) * 100 + a->day;
    long y = (b->year * 100L + b->month) * 100 + b->day;
    return (x > y) - (x < y);
}

/* The field Date; false: it has none that can be read. */
static bool read_sent_date(const struct iw_content *content, struct iw_date *date)
{
    struct iw_mime_field field;
    return iw_mime_find_field(iw_span(content->octets, content->length), IW_SPAN("Date"), &field) &&
           iw_mime_parse_date(field.value, date);
}

static bool date_holds(const struct looking *looking, const struct iw_search_key *key)
{
    const struct iw_message *message = looking->message;
    struct iw_date date = message->date;
    enum iw_search_kind kind = key->kind;
    if (kind >= IW_SEARCH_SAVEDBEFORE) {
        if (!iw_date_from_unix(message->saved, 0, &date))
            return false;
    } else if (kind >= IW_SEARCH_SENTBEFORE && !read_sent_date(message->content, &date)) {
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

static const struct iw_mime_message *mime_of(struct looking *looking)
{
    const struct iw_content *content = looking->message->content;
    if (looking->mime != NULL)
        return looking->mime;
    struct iw_mime_message *mime = iw_arena_get(looking->scratch, sizeof *mime);
    if (mime == NULL ||
        iw_mime_parse(looking->scratch, iw_span(content->octets, content->length), mime) != IW_OK) {
        looking->failed = true;
        return NULL;
    }
    looking->mime = mime;
    return mime;
}

static bool needle_holds(struct looking *looking, const struct iw_search_key *key,
                         const struct iw_mime_needle *needle)
{
    const struct iw_mime_message *mime = mime_of(looking);
    bool found = false;
    if (mime == NULL)
        return false;
    switch (key->kind) {
    case IW_SEARCH_BODY:
        return iw_mime_body_has(mime, needle);
    case IW_SEARCH_TEXT:
        return iw_mime_message_has(mime, needle);
    case IW_SEARCH_HEADER:
        return iw_mime_field_has(mime, key->name, needle);
    case IW_SEARCH_SUBJECT:
        return iw_mime_field_has(mime, IW_SPAN("Subject"), needle);
    default: /* BCC, CC, FROM, TO: the field has the key's name */
        looking->failed |=
            iw_mime_addresses_have(looking->scratch, mime, iw_search_kind_name(key->kind), needle,
                                   &found) != IW_OK;
        return found;
    }
}

static bool text_holds(struct looking *looking, const struct condition *condition)
{
    size_t held = 0;
    for (size_t i = 0; i < condition->needle_count; i++)
        held += needle_holds(looking, condition->key, &condition->needles[i]);
    if (condition->fuzzy) {
        looking->words += condition->needle_count;
        looking->words_found += held;
    }
    return held > 0;
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
    case IW_SEARCH_X_GM_MSGID:
        return message->content->email_id == key->number;
    case IW_SEARCH_X_GM_THRID:
        return message->content->thread_id == key->number;
    default: /* MODSEQ */
        return message->modseq >= key->number;
    }
}

/* By binary search: the ranges ascend. */
static bool set_holds(const struct looking *looking, const struct condition *condition)
{
    bool by_number = condition->key->kind == IW_SEARCH_SET && !condition->key->set.saved;
    uint32_t member = by_number ? looking->number : looking->message->uid;
    size_t low = 0, high = condition->set.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (condition->set.ranges[middle].last < member)
            low = middle + 1;
        else
            high = middle;
    }
    return low < condition->set.count && condition->set.ranges[low].first <= member;
}

static bool all_hold(struct looking *looking, const struct condition *condition)
{
    for (; condition != NULL; condition = condition->next) {
        if (!holds(looking, condition))
            return false;
    }
    return true;
}

/* Words that are not there make nothing relevant. */
static bool not_holds(struct looking *looking, const struct condition *condition)
{
    size_t words = looking->words, found = looking->words_found;
    bool held = holds(looking, condition);
    looking->words = words;
    looking->words_found = found;
    return !held;
}

/* The parser has bounded the depth. */
static bool holds(struct looking *looking, const struct condition *condition)
{
    const struct iw_search_key *key = condition->key;
    const struct iw_content *content = looking->message->content;
    switch (key->kind) {
    case IW_SEARCH_NOT:
        return not_holds(looking, condition->conditions);
    case IW_SEARCH_OR:
        return holds(looking, condition->conditions) || holds(looking, condition->conditions->next);
    case IW_SEARCH_AND:
    case IW_SEARCH_FUZZY:
    case IW_SEARCH_X_GM_RAW:
        return all_hold(looking, condition->conditions);
    case IW_SEARCH_X_GM_LABELS:
        return condition->label != NULL && iw_mailbox_holds(condition->label, content);
    case IW_SEARCH_KEYWORD:
        return (looking->message->flags & condition->keyword) != 0;
    case IW_SEARCH_UNKEYWORD:
        return (looking->message->flags & condition->keyword) == 0;
    case IW_SEARCH_EMAILID:
        return id_holds('M', content->email_id, key->string);
    case IW_SEARCH_THREADID:
        return id_holds('T', content->thread_id, key->string);
    case IW_SEARCH_UID:
    case IW_SEARCH_SET:
        return set_holds(looking, condition);
    default:
        break;
    }
    if (flag_keys[key->kind].known)
        return flags_hold(looking, key->kind);
    if (key->kind >= IW_SEARCH_BEFORE && key->kind <= IW_SEARCH_SAVEDSINCE)
        return date_holds(looking, key);
    if (key->kind >= IW_SEARCH_LARGER && key->kind <= IW_SEARCH_MODSEQ)
        return number_holds(looking, key);
    return text_holds(looking, condition);
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
    case IW_SEARCH_X_GM_RAW:
    case IW_SEARCH_X_GM_LABELS:
    case IW_SEARCH_X_GM_MSGID:
    case IW_SEARCH_X_GM_THRID:
        return IW_CAPABILITY_X_GM_EXT_1;
    case IW_SEARCH_UIDAFTER:
    case IW_SEARCH_UIDBEFORE:
        return IW_CAPABILITY_MESSAGELIMIT;
    case IW_SEARCH_FUZZY:
        return IW_CAPABILITY_SEARCH_FUZZY;
    default:
        return IW_CAPABILITY_NONE;
    }
}

/* Keys that the grammar has and the engine has not. */
static bool is_foreign(enum iw_search_kind kind)
{
    return kind == IW_SEARCH_FILTER || kind == IW_SEARCH_ANNOTATION;
}

struct preparing {
    struct iw_run *run;
    const struct iw_view *view;
    struct iw_span charset;
    unsigned fuzzy;    /* so many FUZZY stand above */
    const char *fault; /* of the client; NULL: none */
    bool failed;       /* no memory */
};

/* Numbers beyond the last message are a fault of the client; with MULTISEARCH they match nothing
 * in SEARCH (RFC 7377 §2). "*" is no number in an empty mailbox. */
static bool numbers_exist(const struct preparing *preparing, const struct iw_search_key *key)
{
    const size_t last = preparing->view->count;
    enum iw_command_kind kind = preparing->run->command->kind;
    bool may_be_beyond = (kind == IW_COMMAND_SEARCH || kind == IW_COMMAND_ESEARCH) &&
                         iw_engine_session_has(preparing->run->session, IW_CAPABILITY_MULTISEARCH);
    for (size_t i = 0; key->kind == IW_SEARCH_SET && i < key->set.count; i++) {
        const struct iw_range range = key->set.ranges[i];
        bool star = range.first == IW_SET_STAR || range.last == IW_SET_STAR;
        if ((star && last == 0) || (!may_be_beyond && (range.first > last || range.last > last)))
            return false;
    }
    return true;
}

/* Why a key cannot be judged; NULL: it can. */
static const char *find_fault(const struct preparing *preparing, const struct iw_search_key *key)
{
    if (is_foreign(key->kind) ||
        !iw_engine_session_has(preparing->run->session, capability_of(key->kind)))
        return "this server does not know one of the search keys";
    if (key->set.saved && !iw_engine_session_has(preparing->run->session, IW_CAPABILITY_SEARCHRES))
        return "this server does not have SEARCHRES";
    return numbers_exist(preparing, key) ? NULL : "there are not so many messages";
}

/* ---- making ready ---- */

static void prepare_set(struct preparing *preparing, struct condition *condition)
{
    const struct iw_view *view = preparing->view;
    const struct iw_search_key *key = condition->key;
    bool by_number = key->kind == IW_SEARCH_SET && !key->set.saved;
    uint32_t last_uid = view->count == 0 ? 0 : view->entries[view->count - 1].uid;
    condition->set = key->set.saved ? preparing->run->session->saved : key->set;
    preparing->failed |= !iw_set_normalize(
        &condition->set, by_number ? (uint32_t)view->count : last_uid, preparing->run->arena);
}

/* The next word, which goes from the text; false: there is none. */
static bool next_word(struct iw_span *text, struct iw_span *word)
{
    size_t begin = 0, end;
    while (begin < text->length && text->data[begin] == ' ')
        begin++;
    for (end = begin; end < text->length && text->data[end] != ' ';)
        end++;
    *word = iw_span_part(*text, begin, end);
    *text = iw_span_part(*text, end, text->length);
    return end > begin;
}

static void add_needle(struct preparing *preparing, struct condition *condition,
                       struct iw_span string)
{
    struct iw_mime_needle *needle = &condition->needles[condition->needle_count++];
    preparing->failed |= iw_mime_needle(preparing->run->arena, preparing->run->session->collation,
                                        preparing->charset, string, needle) != IW_OK;
}

static void prepare_text(struct preparing *preparing, struct condition *condition)
{
    struct iw_span string = condition->key->string, word;
    condition->fuzzy = preparing->fuzzy > 0;
    condition->needles =
        iw_arena_array(preparing->run->arena, string.length / 2 + 1, sizeof *condition->needles);
    preparing->failed |= condition->needles == NULL;
    while (condition->fuzzy && !preparing->failed && next_word(&string, &word))
        add_needle(preparing, condition, word);
    if (condition->needle_count == 0 && !preparing->failed)
        add_needle(preparing, condition, string);
}

static struct condition *prepare(struct preparing *preparing, const struct iw_search_key *key);

/* It becomes keys, none of them another X-GM-RAW. */
static void prepare_query(struct preparing *preparing, struct condition *condition)
{
    const struct iw_search_key *keys;
    preparing->failed |= !iw_gmail_query(preparing->run->arena, condition->key->string, &keys);
    if (!preparing->failed)
        condition->conditions = prepare(preparing, keys);
}

static void prepare_one(struct preparing *preparing, struct condition *condition)
{
    const struct iw_search_key *key = condition->key;
    enum iw_search_shape shape = iw_search_kind_shape(key->kind);
    preparing->fault = find_fault(preparing, key);
    if (shape == IW_SEARCH_SHAPE_SET)
        prepare_set(preparing, condition);
    else if (key->kind == IW_SEARCH_X_GM_LABELS)
        condition->label = iw_label_mailbox(preparing->run, key->string);
    else if (key->kind == IW_SEARCH_X_GM_RAW)
        prepare_query(preparing, condition);
    else if (key->kind == IW_SEARCH_KEYWORD || key->kind == IW_SEARCH_UNKEYWORD)
        condition->keyword = iw_mailbox_flag(preparing->view->mailbox, key->string, false);
    else if (shape == IW_SEARCH_SHAPE_ASTRING || shape == IW_SEARCH_SHAPE_HEADER)
        prepare_text(preparing, condition);
}

static struct condition *prepare(struct preparing *preparing, const struct iw_search_key *key)
{
    struct condition *first = NULL, **end = &first;
    for (; key != NULL && preparing->fault == NULL && !preparing->failed; key = key->next) {
        struct condition *condition = iw_arena_get(preparing->run->arena, sizeof *condition);
        if (condition == NULL) {
            preparing->failed = true;
            break;
        }
        condition->key = key;
        prepare_one(preparing, condition);
        preparing->fuzzy += key->kind == IW_SEARCH_FUZZY;
        if (key->keys != NULL && preparing->fault == NULL)
            condition->conditions = prepare(preparing, key->keys);
        preparing->fuzzy -= key->kind == IW_SEARCH_FUZZY;
        *end = condition;
        end = &condition->next;
    }
    return first;
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

/* RFC 6203 §4: what was not asked for in a fuzzy way is there as a whole. */
static uint32_t relevancy(const struct looking *looking)
{
    size_t percent = looking->words == 0 ? 100 : looking->words_found * 100 / looking->words;
    return percent == 0 ? 1 : (uint32_t)percent;
}

/* The message is in the sets that the program names, if it names any: it must be looked at. */
static bool is_in_sets(const struct looking *looking, const struct condition *condition)
{
    for (; condition != NULL; condition = condition->next) {
        enum iw_search_kind kind = condition->key->kind;
        if ((kind == IW_SEARCH_SET || kind == IW_SEARCH_UID) && !set_holds(looking, condition))
            return false;
        if ((kind == IW_SEARCH_UIDAFTER || kind == IW_SEARCH_UIDBEFORE) &&
            !number_holds(looking, condition->key))
            return false;
    }
    return true;
}

/* A search on its way, in the run's arena. */
struct searching {
    const struct condition *conditions;
    struct iw_found found;
    size_t begin, next, end; /* indexes: of the first message to be looked at, the next, the end */
};

/* What the sets that the program names leave to be looked at, from *begin to before *end. */
static void narrow(const struct iw_view *view, const struct condition *condition, size_t *begin,
                   size_t *end)
{
    *begin = 0;
    *end = view->count;
    for (; condition != NULL; condition = condition->next) {
        const struct iw_set *set = &condition->set;
        enum iw_search_kind kind = condition->key->kind;
        if (kind != IW_SEARCH_SET && kind != IW_SEARCH_UID)
            continue;
        bool by_number = kind == IW_SEARCH_SET && !condition->key->set.saved;
        size_t first = set->count == 0 ? *end : set->ranges[0].first - 1;
        size_t last = set->count == 0 ? 0 : set->ranges[set->count - 1].last;
        if (!by_number && set->count > 0) {
            first = iw_view_place(view, set->ranges[0].first);
            last = last == UINT32_MAX ? *end : iw_view_place(view, (uint32_t)last + 1);
        }
        *begin = first > *begin ? first : *begin;
        *end = last < *end ? last : *end;
    }
    *begin = *begin < *end ? *begin : *end;
}

/* SEARCH looks at no more than so many messages, those with the highest UIDs (RFC 9738 §3.1). */
static void limit(struct iw_run *run, struct searching *searching)
{
    const struct iw_view *view = searching->found.view;
    uint64_t max = iw_run_message_max(run), count = 0;
    struct looking looking = {.session = run->session};
    size_t lowest = searching->end;
    if (run->command->kind != IW_COMMAND_SEARCH || searching->end - searching->begin <= max)
        return;
    for (size_t i = searching->end; i > searching->begin && count <= max; i--) {
        looking.number = (uint32_t)i;
        looking.message = iw_view_message(view, i - 1);
        bool looked_at = looking.message != NULL && is_in_sets(&looking, searching->conditions);
        lowest = looked_at && count < max ? i - 1 : lowest;
        count += looked_at;
    }
    if (count <= max)
        return;
    searching->begin = lowest;
    searching->found.lowest_uid = view->entries[lowest].uid;
}

/* What makes up a piece of work. */
enum { PIECE_MESSAGES = 5000, PIECE_OCTETS = 1 << 20 };

/* Looks at one message and adds it to what is found if it fits. The octets that had to be read. */
static size_t look_at(struct looking *looking, struct searching *searching, size_t index)
{
    struct iw_found *found = &searching->found;
    looking->number = (uint32_t)index + 1;
    looking->entry = &found->view->entries[index];
    looking->message = iw_view_message(found->view, index);
    looking->words = looking->words_found = 0;
    looking->mime = NULL;
    if (looking->message != NULL && all_hold(looking, searching->conditions))
        found->hits[found->count++] = (struct iw_hit){(uint32_t)index, relevancy(looking)};
    if (looking->mime == NULL)
        return 0;
    iw_arena_reset(looking->scratch);
    return looking->message->content->length;
}

/* Uses the session's scratch arena. False: no memory. */
static bool look_on(struct iw_run *run, struct searching *searching, size_t messages, size_t octets)
{
    struct looking looking = {.session = run->session, .scratch = &run->session->scratch};
    size_t end = searching->end, read = 0;
    iw_arena_reset(looking.scratch);
    if (end - searching->next > messages)
        end = searching->next + messages;
    while (searching->next < end && read < octets && !looking.failed)
        read += look_at(&looking, searching, searching->next++);
    return !looking.failed;
}

/* RFC 9755 §3: once UTF8=ACCEPT is enabled SEARCH names no charset, SORT and THREAD only UTF-8. */
static bool may_name_charset(const struct iw_run *run, struct iw_span charset)
{
    const enum iw_command_kind kind = run->command->kind;
    return charset.data == NULL || (run->session->enabled & IW_ENABLED_UTF8) == 0 ||
           ((kind == IW_COMMAND_SORT || kind == IW_COMMAND_THREAD) &&
            iw_span_equal_nocase(charset, IW_SPAN("UTF-8")));
}

static struct iw_outcome begin(struct iw_run *run, const struct iw_view *view,
                               const struct iw_search_program *program, struct searching *searching)
{
    struct preparing preparing = {.run = run, .view = view, .charset = program->charset};
    struct iw_found *found = &searching->found;
    if (program->unknown)
        return iw_bad("one of the search keys is unknown");
    if (!may_name_charset(run, program->charset))
        return iw_bad("all is UTF-8 here, it has been enabled");
    if (program->charset.data != NULL && !iw_mime_charset_is_known(program->charset))
        return iw_no("BADCHARSET (US-ASCII UTF-8)", "that charset is unknown");
    if (iw_search_has(program, IW_SEARCH_MODSEQ) && !iw_run_enable_condstore(run))
        return iw_bad("this mailbox has no mod-sequences");
    *found = (struct iw_found){
        .view = view, .hits = iw_arena_array(run->arena, view->count, sizeof *found->hits)};
    searching->conditions = prepare(&preparing, program->keys);
    if (preparing.fault != NULL)
        return iw_bad(preparing.fault);
    if (preparing.failed || found->hits == NULL)
        return iw_no_memory();
    narrow(view, searching->conditions, &searching->begin, &searching->end);
    limit(run, searching);
    searching->next = searching->begin;
    return iw_ok("searched");
}

struct iw_outcome iw_search(struct iw_run *run, const struct iw_view *view,
                            const struct iw_search_program *program, struct iw_found *found)
{
    struct searching searching;
    struct iw_outcome outcome = begin(run, view, program, &searching);
    if (outcome.kind == IW_OUTCOME_OK && !look_on(run, &searching, SIZE_MAX, SIZE_MAX))
        return iw_no_memory();
    *found = searching.found;
    return outcome;
}

/* What went while others were looked at. */
static void drop_gone(struct iw_found *found)
{
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        if (iw_found_message(found, i) != NULL)
            found->hits[kept++] = found->hits[i];
    }
    found->count = kept;
}

struct iw_outcome iw_search_on(struct iw_run *run, struct iw_found *found)
{
    struct searching *searching = run->memory;
    struct iw_outcome outcome = iw_ok("searched");
    if (searching == NULL) {
        searching = run->memory = iw_arena_get(run->arena, sizeof *searching);
        if (searching == NULL)
            return iw_no_memory();
        outcome = begin(run, &run->session->view, &run->command->search, searching);
    }
    if (outcome.kind == IW_OUTCOME_OK && !look_on(run, searching, PIECE_MESSAGES, PIECE_OCTETS))
        return iw_no_memory();
    *found = searching->found;
    if (outcome.kind == IW_OUTCOME_OK && searching->next < searching->end)
        return iw_more(searching->next - searching->begin, searching->end - searching->begin);
    drop_gone(found);
    return outcome;
}

const struct iw_message *iw_found_message(const struct iw_found *found, size_t place)
{
    return iw_view_message(found->view, found->hits[place].index);
}

uint32_t iw_found_number(const struct iw_found *found, size_t place, bool uid)
{
    uint32_t index = found->hits[place].index;
    return uid ? found->view->entries[index].uid : index + 1;
}
