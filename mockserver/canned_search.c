/* SPDX-License-Identifier: MIT */
/* SEARCH with the keys that need no MIME: a list of conditions that must all hold, each of which
 * may stand behind NOT. OR, dates and parentheses are for the engine. */
#include "base/chars.h"
#include "mockserver/canned_commands.h"
#include "parser/tree.h"

#include <string.h>

enum { CONDITIONS_MAX = 64, SEARCH_ARENA = 1 << 20 };

enum tristate { EITHER, YES, NO };

enum place { NOWHERE, IN_FIELD, IN_BODY, IN_ALL };

/* Holds for a message that satisfies every member; what is zero asks nothing. */
struct condition {
    bool negated;
    uint64_t with, without; /* flags */
    enum tristate recent;
    bool has_set, by_uid;
    struct iw_set set;
    uint64_t larger, smaller; /* in octets; 0: any */
    enum place place;         /* where text must stand */
    struct iw_span field, text;
};

struct program {
    const struct iw_canned_call *call;
    struct iw_arena arena;
    const struct iw_node *at;
    struct condition conditions[CONDITIONS_MAX];
    size_t count;
};

/* ---- reading ---- */

static const struct {
    const char *name;
    uint64_t with, without;
    enum tristate recent;
} bare_keys[] = {
    {"ALL", 0, 0, EITHER},
    {"ANSWERED", IW_FLAG_ANSWERED, 0, EITHER},
    {"DELETED", IW_FLAG_DELETED, 0, EITHER},
    {"DRAFT", IW_FLAG_DRAFT, 0, EITHER},
    {"FLAGGED", IW_FLAG_FLAGGED, 0, EITHER},
    {"NEW", 0, IW_FLAG_SEEN, YES},
    {"OLD", 0, 0, NO},
    {"RECENT", 0, 0, YES},
    {"SEEN", IW_FLAG_SEEN, 0, EITHER},
    {"UNANSWERED", 0, IW_FLAG_ANSWERED, EITHER},
    {"UNDELETED", 0, IW_FLAG_DELETED, EITHER},
    {"UNDRAFT", 0, IW_FLAG_DRAFT, EITHER},
    {"UNFLAGGED", 0, IW_FLAG_FLAGGED, EITHER},
    {"UNSEEN", 0, IW_FLAG_SEEN, EITHER},
};

static bool read_bare(struct iw_span word, struct condition *condition)
{
    for (size_t i = 0; i < sizeof bare_keys / sizeof *bare_keys; i++) {
        if (iw_span_equal_nocase(word, iw_span_of(bare_keys[i].name))) {
            condition->with = bare_keys[i].with;
            condition->without = bare_keys[i].without;
            condition->recent = bare_keys[i].recent;
            return true;
        }
    }
    return false;
}

static bool read_set(struct program *program, struct iw_span text, struct condition *condition)
{
    struct iw_error error = {0};
    struct iw_frame frame = {.bytes = text};
    struct iw_reader reader;
    iw_reader_init(&reader, &frame, &program->arena, &iw_limits_default, NULL, &error);
    condition->has_set = true;
    return iw_parse_set(&reader, &condition->set) == IW_OK && reader.at == reader.end &&
           !condition->set.saved;
}

/* A key's argument. */
static bool take(struct program *program, struct iw_span *value)
{
    if (program->at == NULL || program->at->kind > IW_NODE_STRING)
        return false;
    *value = program->at->value;
    program->at = program->at->next;
    return true;
}

static bool read_flag(struct program *program, bool with, struct condition *condition)
{
    struct iw_span name = {0};
    if (!take(program, &name))
        return false;
    uint64_t bit = iw_mailboxes_flag(&program->call->session->canned->boxes, name);
    *(with ? &condition->with : &condition->without) = bit;
    return bit != 0;
}

static bool read_text(struct program *program, enum place place, struct iw_span field,
                      struct condition *condition)
{
    condition->place = place;
    condition->field = field;
    return take(program, &condition->text);
}

static bool read_size(struct program *program, uint64_t *size)
{
    struct iw_span digits = {0};
    return take(program, &digits) && iw_span_number(digits, UINT32_MAX, size) &&
           ++*size > 0; /* kept plus one, so that 0 says nothing */
}

static bool read_condition(struct program *program, struct condition *condition)
{
    struct iw_span word = {0};
    if (!take(program, &word))
        return false;
    if (iw_span_equal_nocase(word, IW_SPAN("NOT"))) {
        condition->negated = true;
        if (!take(program, &word))
            return false;
    }
    if (word.length > 0 && (iw_is(word.data[0], IW_CHAR_DIGIT) || word.data[0] == '*'))
        return read_set(program, word, condition);
    if (iw_span_equal_nocase(word, IW_SPAN("UID"))) {
        condition->by_uid = true;
        return take(program, &word) && read_set(program, word, condition);
    }
    if (iw_span_equal_nocase(word, IW_SPAN("KEYWORD")))
        return read_flag(program, true, condition);
    if (iw_span_equal_nocase(word, IW_SPAN("UNKEYWORD")))
        return read_flag(program, false, condition);
    if (iw_span_equal_nocase(word, IW_SPAN("LARGER")))
        return read_size(program, &condition->larger);
    if (iw_span_equal_nocase(word, IW_SPAN("SMALLER")))
        return read_size(program, &condition->smaller);
    if (iw_span_equal_nocase(word, IW_SPAN("BODY")))
        return read_text(program, IN_BODY, word, condition);
    if (iw_span_equal_nocase(word, IW_SPAN("TEXT")))
        return read_text(program, IN_ALL, word, condition);
    if (iw_span_equal_nocase(word, IW_SPAN("SUBJECT")) ||
        iw_span_equal_nocase(word, IW_SPAN("FROM")) || iw_span_equal_nocase(word, IW_SPAN("TO")))
        return read_text(program, IN_FIELD, word, condition);
    return read_bare(word, condition);
}

/* "CHARSET" SP charset in front of the keys. */
static const char *skip_charset(struct program *program)
{
    struct iw_span name = {0};
    if (program->at == NULL || !iw_span_equal_nocase(program->at->value, IW_SPAN("CHARSET")))
        return NULL;
    program->at = program->at->next;
    if (!take(program, &name))
        return "BAD the name of the charset is missing";
    if (!iw_span_equal_nocase(name, IW_SPAN("US-ASCII")) &&
        !iw_span_equal_nocase(name, IW_SPAN("UTF-8")))
        return "NO [BADCHARSET (US-ASCII UTF-8)] that charset is unknown";
    return NULL;
}

static const char *read_program(struct program *program)
{
    struct iw_tree tree;
    struct iw_error error = {0};
    if (iw_parse_tree(program->call->frame, IW_TREE_COMMAND, &program->arena, &iw_limits_default,
                      &tree, &error) != IW_OK)
        return "BAD that cannot be read";
    program->at = tree.first;
    for (size_t words = program->call->command->uid ? 3 : 2; words > 0 && program->at; words--)
        program->at = program->at->next;
    const char *failure = skip_charset(program);
    while (failure == NULL && program->at != NULL) {
        if (program->count == CONDITIONS_MAX ||
            !read_condition(program, &program->conditions[program->count++]))
            failure = "BAD this server does not know one of the search keys";
    }
    return failure;
}

/* ---- judging ---- */

static bool contains(struct iw_span whole, struct iw_span part)
{
    for (size_t i = 0; i + part.length <= whole.length; i++) {
        if (iw_span_equal_nocase(iw_span_part(whole, i, i + part.length), part))
            return true;
    }
    return false;
}

/* Walks the header line by line; continuation lines belong to the field above them. */
static bool field_contains(struct iw_span message, struct iw_span name, struct iw_span text)
{
    bool inside = false;
    size_t begin = 0;
    for (size_t i = 0; i + 1 < message.length; i++) {
        if (message.data[i] != '\r' || message.data[i + 1] != '\n')
            continue;
        struct iw_span line = iw_span_part(message, begin, i);
        if (line.length == 0)
            return false;
        if (line.data[0] != ' ' && line.data[0] != '\t')
            inside = iw_span_starts_nocase(line, name) && line.length > name.length &&
                     line.data[name.length] == ':';
        if (inside && contains(line, text))
            return true;
        begin = i + 2;
    }
    return false;
}

static bool text_holds(const struct condition *condition, struct iw_span message)
{
    struct iw_span body = message;
    if (condition->place == IN_FIELD)
        return field_contains(message, condition->field, condition->text);
    while (condition->place == IN_BODY && body.length >= 4 && memcmp(body.data, "\r\n\r\n", 4) != 0)
        body = iw_span(body.data + 1, body.length - 1);
    return contains(body, condition->text);
}

static bool holds(const struct condition *condition, const struct iw_canned_session *session,
                  size_t number, const struct iw_mail *mail)
{
    bool recent = mail->uid >= session->recent_uid;
    uint32_t member = condition->by_uid ? mail->uid : (uint32_t)number;
    uint32_t star =
        condition->by_uid ? session->view[session->view_count - 1] : (uint32_t)session->view_count;
    if ((mail->flags & condition->with) != condition->with ||
        (mail->flags & condition->without) != 0)
        return false;
    if (condition->recent != EITHER && recent != (condition->recent == YES))
        return false;
    if (condition->has_set && !iw_set_contains(&condition->set, member, star))
        return false;
    if (condition->larger > 0 && mail->octets.length <= condition->larger - 1)
        return false;
    if (condition->smaller > 0 && mail->octets.length >= condition->smaller - 1)
        return false;
    return condition->place == NOWHERE || text_holds(condition, mail->octets);
}

static bool all_hold(const struct program *program, size_t number, const struct iw_mail *mail)
{
    for (size_t i = 0; i < program->count; i++) {
        const struct condition *condition = &program->conditions[i];
        if (holds(condition, program->call->session, number, mail) == condition->negated)
            return false;
    }
    return true;
}

static void write_found(const struct program *program)
{
    const struct iw_canned_session *session = program->call->session;
    iw_buf_add_string(program->call->out, "* SEARCH");
    for (size_t number = 1; number <= session->view_count; number++) {
        const struct iw_mail *mail = iw_canned_mail(session, number);
        if (mail != NULL && all_hold(program, number, mail))
            iw_buf_addf(program->call->out, " %zu",
                        program->call->command->uid ? (size_t)mail->uid : number);
    }
    iw_buf_add_string(program->call->out, "\r\n");
}

const char *iw_canned_search(const struct iw_canned_call *call)
{
    struct program program = {.call = call};
    iw_arena_init(&program.arena, NULL, SEARCH_ARENA);
    const char *failure = read_program(&program);
    if (failure == NULL)
        write_found(&program);
    iw_arena_release(&program.arena);
    return failure == NULL ? "OK searched" : failure;
}
