/* SPDX-License-Identifier: MIT */
#include "script/invariants.h"

#include "parser/command.h"
#include "script/selection.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    OPEN_MAX = 64,
    TAG_MAX = 64,
    TEXT_MAX = 240,
    LINE_SHOWN = 80,
    ARENA_MAX = 64 << 20,
    LENT_MAX = 64 << 20
};

const struct iw_invariant_about iw_invariants_about[IW_INVARIANT_COUNT] = {
    [IW_INVARIANT_GRAMMAR] = {"invariant/grammar", "CON-36",
                              "Every response can be read by the formal syntax"},
    [IW_INVARIANT_TAGS] = {"invariant/tags", "CON-20",
                           "A completion has the tag of a command that waits for one"},
    [IW_INVARIANT_EXISTS] = {"invariant/exists", "CPY-28",
                             "EXISTS falls only by EXPUNGE and VANISHED"},
    [IW_INVARIANT_NUMBERS] = {"invariant/numbers", "SEL-33",
                              "EXPUNGE, VANISHED and FETCH speak of messages that are there"},
    [IW_INVARIANT_EXPUNGE_WINDOW] = {"invariant/expunge-window", "CPY-24",
                                     "No EXPUNGE while nothing, or only FETCH, STORE or SEARCH, is "
                                     "in progress"},
    [IW_INVARIANT_UID_ORDER] = {"invariant/uid-order", "FET-37",
                                "UIDs ascend with message numbers, and a message keeps its own"},
    [IW_INVARIANT_UIDNEXT] = {"invariant/uidnext", "SEL-03",
                              "UIDNEXT lies above the UIDs that are there, and not above new ones"},
    [IW_INVARIANT_STATIC] = {"invariant/static", "OBJ-43",
                             "What never changes of a message does not change"},
    [IW_INVARIANT_MODSEQ] = {"invariant/modseq", "CND-07",
                             "The mod-sequence of a message never falls"},
    [IW_INVARIANT_UNASKED] = {"invariant/unasked", "CAP-16",
                              "Nothing comes of an extension that the client has not used"},
};

/* What a command may change of what is watched. */
enum effect { PLAIN, OPENS, CLOSES, NO_EXPUNGE, TALKS };

struct open_command {
    char tag[TAG_MAX];
    enum effect effect;
    bool whole; /* the last octet has been sent: it is in progress */
};

struct iw_invariants {
    const struct iw_alloc *alloc;
    struct iw_framer sent, received;
    struct iw_arena arena;
    struct iw_selection selection;
    struct open_command open[OPEN_MAX]; /* not completed yet, in order */
    size_t open_count;
    struct iw_buf lent; /* to the framer of what is sent, while a literal waits */
    uint64_t octets_sent;
    bool begun;  /* the last open command has more to come */
    bool waits;  /* … behind a literal that the server has to want */
    bool asked;  /* of an exchange in progress: the server has asked for the next line */
    bool lost;   /* one of the streams cannot be followed */
    bool unsure; /* commands have been sent that cannot be read */
    bool uses_modseq, uses_vanished, uses_esearch, uses_notify;
    bool has_rev1;                  /* IMAP4rev1 is listed */
    uint32_t told_count, told_next; /* while a mailbox is being selected */
    char breaches[IW_INVARIANT_COUNT][TEXT_MAX];
};

struct iw_invariants *iw_invariants_new(const struct iw_alloc *alloc)
{
    struct iw_invariants *invariants = iw_alloc_resize(alloc, NULL, sizeof *invariants);
    if (invariants == NULL)
        return NULL;
    *invariants = (struct iw_invariants){.alloc = alloc};
    iw_framer_init(&invariants->sent, IW_FRAME_COMMANDS, &iw_limits_default, alloc);
    iw_framer_init(&invariants->received, IW_FRAME_RESPONSES, &iw_limits_default, alloc);
    iw_buf_init(&invariants->lent, alloc, LENT_MAX);
    iw_arena_init(&invariants->arena, alloc, ARENA_MAX);
    iw_selection_init(&invariants->selection, alloc);
    return invariants;
}

void iw_invariants_free(struct iw_invariants *invariants)
{
    if (invariants == NULL)
        return;
    iw_framer_release(&invariants->sent);
    iw_framer_release(&invariants->received);
    iw_buf_release(&invariants->lent);
    iw_arena_release(&invariants->arena);
    iw_selection_release(&invariants->selection);
    iw_alloc_free(invariants->alloc, invariants);
}

const char *iw_invariants_breach(const struct iw_invariants *invariants, enum iw_invariant which)
{
    return invariants->breaches[which][0] != '\0' ? invariants->breaches[which] : NULL;
}

static void breach(struct iw_invariants *invariants, enum iw_invariant which, const char *format,
                   ...) __attribute__((format(printf, 3, 4)));

static void breach(struct iw_invariants *invariants, enum iw_invariant which, const char *format,
                   ...)
{
    char *text = invariants->breaches[which];
    if (text[0] != '\0')
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, TEXT_MAX, format, arguments);
    va_end(arguments);
}

/* A problem of the selection, if it is one. */
static void judge(struct iw_invariants *invariants, enum iw_invariant which, const char *problem)
{
    if (problem != NULL)
        breach(invariants, which, "%s", problem);
}

static int shown(struct iw_span text)
{
    const char *end = memchr(text.data, '\r', text.length);
    const size_t length = end != NULL ? (size_t)(end - text.data) : text.length;
    return (int)(length < LINE_SHOWN ? length : LINE_SHOWN);
}

/* ---- what the client sends ---- */

static const struct {
    const char *name;
    enum effect effect;
} commands[] = {
    {"SELECT", OPENS},          {"EXAMINE", OPENS}, {"CLOSE", CLOSES},       {"UNSELECT", CLOSES},
    {"UNAUTHENTICATE", CLOSES}, {"LOGOUT", CLOSES}, {"FETCH", NO_EXPUNGE},   {"STORE", NO_EXPUNGE},
    {"SEARCH", NO_EXPUNGE},     {"IDLE", TALKS},    {"AUTHENTICATE", TALKS},
};

static enum effect effect_of(struct iw_span name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (iw_span_equal_nocase(name, iw_span_of(commands[i].name)))
            return commands[i].effect;
    }
    return PLAIN;
}

static struct iw_span take_word(struct iw_span *rest)
{
    size_t length = 0;
    while (length < rest->length && strchr(" \r\n", rest->data[length]) == NULL)
        length++;
    const struct iw_span word = iw_span_part(*rest, 0, length);
    *rest = iw_span_part(*rest, length + 1, rest->length);
    return word;
}

static bool mentions(struct iw_span text, const char *word)
{
    const struct iw_span wanted = iw_span_of(word);
    for (size_t i = 0; i + wanted.length <= text.length; i++) {
        if (iw_span_equal_nocase(iw_span_part(text, i, i + wanted.length), wanted))
            return true;
    }
    return false;
}

/* A word anywhere in a command is enough: this side must not be wrong. */
static void note_uses(struct iw_invariants *invariants, struct iw_span text)
{
    const bool qresync = mentions(text, "QRESYNC") || mentions(text, "UIDONLY");
    invariants->uses_vanished |= qresync || mentions(text, "VANISHED");
    invariants->uses_modseq |= qresync || mentions(text, "MODSEQ") || mentions(text, "CONDSTORE") ||
                               mentions(text, "CHANGEDSINCE");
    invariants->uses_esearch |=
        mentions(text, "RETURN") || mentions(text, "IMAP4REV2") || mentions(text, "ESEARCH");
    invariants->uses_notify |= mentions(text, "NOTIFY");
}

static bool is_talking(const struct iw_invariants *invariants)
{
    return invariants->open_count > 0 &&
           invariants->open[invariants->open_count - 1].effect == TALKS &&
           invariants->open[invariants->open_count - 1].whole;
}

/* The first octets of a command, or all of it. */
static void open_command(struct iw_invariants *invariants, const struct iw_frame *frame)
{
    struct iw_span rest = frame->bytes;
    const struct iw_span tag = take_word(&rest), name = take_word(&rest);
    if (tag.length == 0 || tag.length >= TAG_MAX || invariants->open_count == OPEN_MAX) {
        invariants->unsure = true;
        return;
    }
    struct open_command *command = &invariants->open[invariants->open_count++];
    *command = (struct open_command){.effect = effect_of(name)};
    memcpy(command->tag, tag.data, tag.length);
    invariants->asked = false;
}

/* A line of a SASL exchange, or DONE. What nobody has asked for may come behind the end of the
 * exchange, and is a command then. */
static void take_said(struct iw_invariants *invariants, const struct iw_frame *frame)
{
    invariants->unsure |= !invariants->asked;
    invariants->asked = false;
    if (iw_span_starts_nocase(frame->bytes, IW_SPAN("DONE\r\n")))
        invariants->open[invariants->open_count - 1].effect = PLAIN;
}

static void take_sent(struct iw_invariants *invariants, const struct iw_frame *frame)
{
    struct iw_command command;
    if (!invariants->begun)
        open_command(invariants, frame);
    invariants->begun = frame->kind == IW_FRAME_ASK;
    note_uses(invariants, frame->bytes);
    if (invariants->begun)
        return;
    iw_arena_reset(&invariants->arena);
    if (iw_parse_command(frame, &invariants->arena, &iw_limits_default, NULL, &command, NULL) !=
        IW_OK)
        invariants->unsure = true;
    if (invariants->open_count > 0)
        invariants->open[invariants->open_count - 1].whole = true;
}

static void cut_sent(struct iw_invariants *invariants)
{
    struct iw_framer *framer = &invariants->sent;
    struct iw_frame frame;
    enum iw_result result;
    while ((result = iw_framer_next(framer, &frame, NULL)) == IW_OK) {
        const bool last = frame.offset + frame.bytes.length == invariants->octets_sent;
        if (!is_talking(invariants))
            take_sent(invariants, &frame);
        else
            take_said(invariants, &frame);
        invariants->waits = frame.kind == IW_FRAME_ASK && last;
        if (invariants->waits)
            return;
        if (frame.kind == IW_FRAME_ASK)
            iw_framer_accept(framer);
        else if (is_talking(invariants) && !last)
            iw_framer_expect_line(framer);
    }
    invariants->unsure |= result == IW_LIMIT;
    invariants->lost |= result == IW_FATAL || result == IW_NO_MEMORY;
}

void iw_invariants_sent(struct iw_invariants *invariants, struct iw_span octets)
{
    if (invariants->waits && !invariants->lost) { /* it was not refused: here it comes */
        invariants->waits = false;
        iw_framer_accept(&invariants->sent);
        cut_sent(invariants);
    }
    if (invariants->lost)
        return;
    if (is_talking(invariants) && iw_framer_held(&invariants->sent) == 0)
        iw_framer_expect_line(&invariants->sent); /* of a SASL exchange, or DONE */
    invariants->octets_sent += octets.length;
    iw_buf_clear(&invariants->lent);
    iw_buf_add(&invariants->lent, octets);
    invariants->lost = invariants->lent.failed;
    iw_framer_feed(&invariants->sent, iw_buf_span(&invariants->lent));
    cut_sent(invariants);
}

void iw_invariants_distrust(struct iw_invariants *invariants)
{
    invariants->unsure = true;
}

/* ---- what the server says of commands ---- */

static bool is_opening(const struct iw_invariants *invariants)
{
    for (size_t i = 0; i < invariants->open_count; i++) {
        if (invariants->open[i].effect == OPENS)
            return true;
    }
    return false;
}

static void complete(struct iw_invariants *invariants, enum effect effect, enum iw_state state)
{
    if (effect == OPENS && state == IW_STATE_OK)
        iw_selection_begin(&invariants->selection, invariants->told_count, invariants->told_next);
    else if ((effect == OPENS && state == IW_STATE_NO) ||
             (effect == CLOSES && state == IW_STATE_OK))
        iw_selection_begin(&invariants->selection, 0, 0);
    if (effect == OPENS)
        invariants->told_count = invariants->told_next = 0;
}

static void take_tagged(struct iw_invariants *invariants, const struct iw_response *response)
{
    size_t at = 0;
    while (at < invariants->open_count &&
           !iw_span_equal(iw_span_of(invariants->open[at].tag), response->tag))
        at++;
    if (at == invariants->open_count) {
        if (!invariants->unsure)
            breach(invariants, IW_INVARIANT_TAGS, "no command waits for: %.*s",
                   shown(response->raw), response->raw.data);
        return;
    }
    const struct open_command done = invariants->open[at];
    const bool last = at == --invariants->open_count;
    memmove(&invariants->open[at], &invariants->open[at + 1],
            (invariants->open_count - at) * sizeof *invariants->open);
    if (last && invariants->waits) {
        invariants->waits = false;
        iw_framer_refuse(&invariants->sent);
        cut_sent(invariants);
    }
    if (last)
        invariants->begun = false;
    complete(invariants, done.effect, response->state);
}

static void note_capabilities(struct iw_invariants *invariants, const struct iw_span *names,
                              size_t count)
{
    for (size_t i = 0; i < count; i++)
        invariants->has_rev1 |= iw_span_equal_nocase(names[i], IW_SPAN("IMAP4rev1"));
}

static void take_code(struct iw_invariants *invariants, const struct iw_code *code)
{
    if (iw_code_is(code, "CAPABILITY"))
        note_capabilities(invariants, code->names, code->name_count);
    else if (iw_code_is(code, "CLOSED"))
        iw_selection_begin(&invariants->selection, 0, 0);
    else if (iw_code_is(code, "UIDNEXT") && is_opening(invariants))
        invariants->told_next = (uint32_t)code->number;
}

/* ---- what it says of the mailbox ---- */

/* RFC 9051 §7.5.1. With NOTIFY it may come at any time (RFC 5465 §5.3). */
static bool may_expunge(const struct iw_invariants *invariants)
{
    bool allowed = invariants->uses_notify;
    for (size_t i = 0; i < invariants->open_count; i++)
        allowed |= invariants->open[i].whole && invariants->open[i].effect != NO_EXPUNGE;
    return allowed;
}

static void check_window(struct iw_invariants *invariants, const struct iw_response *response)
{
    if (!may_expunge(invariants))
        breach(invariants, IW_INVARIANT_EXPUNGE_WINDOW, "%s is in progress, and there comes: %.*s",
               invariants->open_count == 0 ? "nothing" : "no command that permits it",
               shown(response->raw), response->raw.data);
}

static void take_vanished(struct iw_invariants *invariants, const struct iw_response *response)
{
    if (!invariants->uses_vanished)
        breach(invariants, IW_INVARIANT_UNASKED, "VANISHED without QRESYNC");
    if (response->vanished.earlier)
        return;
    check_window(invariants, response);
    judge(invariants, IW_INVARIANT_NUMBERS,
          iw_selection_vanished(&invariants->selection, &response->vanished.uids));
}

static void take_item(struct iw_invariants *invariants, uint32_t number,
                      const struct iw_fetch_item *item)
{
    struct iw_selection *selection = &invariants->selection;
    if (item->kind == IW_FETCH_BAD)
        breach(invariants, IW_INVARIANT_GRAMMAR, "%.*s of message %u: %s is expected",
               shown(item->name), item->name.data, number, item->expected);
    if (item->kind == IW_FETCH_UID) {
        judge(invariants, IW_INVARIANT_UID_ORDER,
              iw_selection_uid(selection, number, item->number));
        judge(invariants, IW_INVARIANT_UIDNEXT,
              iw_selection_uid_next(selection, number, item->number));
    }
    if (item->kind == IW_FETCH_MODSEQ) {
        judge(invariants, IW_INVARIANT_MODSEQ,
              iw_selection_modseq(selection, number, item->number));
        if (!invariants->uses_modseq)
            breach(invariants, IW_INVARIANT_UNASKED, "MODSEQ without CONDSTORE");
    }
    judge(invariants, IW_INVARIANT_STATIC, iw_selection_static(selection, number, item));
}

static void take_fetch(struct iw_invariants *invariants, const struct iw_response *response)
{
    const char *problem = iw_selection_number(&invariants->selection, response->number);
    judge(invariants, IW_INVARIANT_NUMBERS, problem);
    for (size_t i = 0; problem == NULL && i < response->fetch.count; i++)
        take_item(invariants, response->number, &response->fetch.items[i]);
}

/* While a mailbox is being selected nobody can say which one is meant. */
static void take_data(struct iw_invariants *invariants, const struct iw_response *response)
{
    const bool opening = is_opening(invariants);
    if (response->kind == IW_RESPONSE_EXISTS && opening)
        invariants->told_count = response->number;
    else if (response->kind == IW_RESPONSE_EXISTS)
        judge(invariants, IW_INVARIANT_EXISTS,
              iw_selection_exists(&invariants->selection, response->number));
    else if (response->kind == IW_RESPONSE_EXPUNGE && !opening) {
        check_window(invariants, response);
        judge(invariants, IW_INVARIANT_NUMBERS,
              iw_selection_expunge(&invariants->selection, response->number));
    } else if (response->kind == IW_RESPONSE_VANISHED && !opening)
        take_vanished(invariants, response);
    else if (response->kind == IW_RESPONSE_FETCH && !opening)
        take_fetch(invariants, response);
}

static void take_response(struct iw_invariants *invariants, const struct iw_response *response)
{
    switch (response->kind) {
    case IW_RESPONSE_TAGGED:
        take_code(invariants, &response->text.code);
        take_tagged(invariants, response);
        break;
    case IW_RESPONSE_STATE:
        take_code(invariants, &response->text.code);
        break;
    case IW_RESPONSE_CONTINUE:
        invariants->asked = true;
        break;
    case IW_RESPONSE_CAPABILITY:
        note_capabilities(invariants, response->capabilities.names, response->capabilities.count);
        break;
    case IW_RESPONSE_ESEARCH:
        if (!invariants->uses_esearch && invariants->has_rev1)
            breach(invariants, IW_INVARIANT_UNASKED, "ESEARCH without RETURN");
        break;
    default:
        take_data(invariants, response);
    }
}

static void take_frame(struct iw_invariants *invariants, const struct iw_frame *frame)
{
    struct iw_response response;
    struct iw_error error = {0};
    iw_arena_reset(&invariants->arena);
    enum iw_result result =
        iw_parse_response(frame, &invariants->arena, &iw_limits_default, NULL, &response, &error);
    if (result == IW_OK)
        take_response(invariants, &response);
    else if (result == IW_SYNTAX) {
        breach(invariants, IW_INVARIANT_GRAMMAR, "%s is expected at octet %zu of: %.*s",
               error.expected, error.offset, shown(frame->bytes), frame->bytes.data);
        invariants->unsure = true; /* it may have been a completion */
    }
}

void iw_invariants_received(struct iw_invariants *invariants, struct iw_span octets)
{
    struct iw_frame frame;
    enum iw_result result;
    if (invariants->lost)
        return;
    iw_framer_feed(&invariants->received, octets);
    while ((result = iw_framer_next(&invariants->received, &frame, NULL)) == IW_OK)
        take_frame(invariants, &frame);
    invariants->lost = result != IW_MORE;
}
