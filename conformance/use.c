/* SPDX-License-Identifier: MIT */
#include "conformance/use.h"

#include "base/chars.h"

enum { SILENCE_MS_MAX = 3600000 };

static const struct iw_span inbox = {"INBOX", sizeof "INBOX" - 1};

/* Commands about what all sessions of an account share: the tree of mailboxes, subscriptions, the
 * quota, the server's annotations, the keys of URLAUTH. Both texts stand in the line, the first as
 * a word. */
static const struct {
    const char *word, *text;
} shared[] = {
    {"INBOX", ""},
    {"CREATE", ""},
    {"DELETE", ""},
    {"RENAME", ""},
    {"SUBSCRIBE", ""},
    {"UNSUBSCRIBE", ""},
    {"LIST", " *"},
    {"LIST", " %"},
    {"LIST", " \"*"},
    {"LIST", " \"%"},
    {"STATUS", "UIDVALIDITY"}, /* which Dovecot's common list may not have yet */
    {"NOTIFY", "personal"},
    {"NOTIFY", "inboxes"},
    {"NOTIFY", "subscribed"},
    {"ESEARCH", "personal"},
    {"GETQUOTA", ""},
    {"GETQUOTAROOT", ""},
    {"SETQUOTA", ""},
    {"GETMETADATA", " \"\" "},
    {"SETMETADATA", " \"\" "},
    {"RESETKEY", ""},
};

/* Whether the word stands in the text between octets that are no part of a name. */
static bool has_word_nocase(struct iw_span text, struct iw_span word)
{
    for (size_t i = 0; i + word.length <= text.length; i++) {
        const struct iw_span here = iw_span_part(text, i, i + word.length);
        const size_t end = i + word.length;
        const bool begins = i == 0 || !iw_is(text.data[i - 1], IW_CHAR_ALPHA | IW_CHAR_DIGIT);
        const bool ends =
            end == text.length || !iw_is(text.data[end], IW_CHAR_ALPHA | IW_CHAR_DIGIT);
        if (begins && ends && iw_span_equal_nocase(here, word))
            return true;
    }
    return false;
}

static bool has_text(struct iw_span text, struct iw_span part)
{
    for (size_t i = 0; i + part.length <= text.length; i++) {
        if (iw_span_equal(iw_span_part(text, i, i + part.length), part))
            return true;
    }
    return false;
}

static bool is_shared(struct iw_span text)
{
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        if (has_word_nocase(text, iw_span_of(shared[i].word)) &&
            has_text(text, iw_span_of(shared[i].text)))
            return true;
    }
    return false;
}

/* What the client sends, or a value of vary that may be part of it. */
static void note_text(struct iw_use *use, struct iw_span text)
{
    use->inbox = use->inbox || has_word_nocase(text, inbox);
    use->alone = use->alone || is_shared(text);
}

static void note_line(struct iw_use *use, const struct iw_line *line)
{
    use->conns[line->conn] = true;
    use->separator = use->separator || has_text(line->text, IW_SPAN("${sep}"));
    if (line->side != IW_SIDE_CLIENT)
        return;
    note_text(use, line->text);
    use->starttls = use->starttls || iw_span_starts_nocase(line->text, IW_SPAN("STARTTLS"));
}

static void note_silence(struct iw_use *use, struct iw_span ms)
{
    uint64_t number = 0;
    if (iw_span_number(ms, SILENCE_MS_MAX, &number))
        use->silent_ms += (unsigned)number;
}

static void note_step(struct iw_use *use, const struct iw_step *step)
{
    switch (step->kind) {
    case IW_STEP_LINE:
        note_line(use, &step->line);
        return;
    case IW_STEP_SEND:
        for (size_t i = 0; i < step->send.count; i++) {
            if (step->send.steps[i].kind == IW_STEP_LINE)
                note_line(use, &step->send.steps[i].line);
        }
        return;
    case IW_STEP_TLS:
        use->starttls = true;
        break;
    case IW_STEP_SILENT:
        note_silence(use, step->ms);
        break;
    case IW_STEP_MAILBOX:
        use->world = true;
        use->alone = use->alone || step->world.change == IW_WORLD_RENAME ||
                     step->world.change == IW_WORLD_QUOTA;
        return;
    default:
        break;
    }
    if (step->kind != IW_STEP_ASSERT && step->kind != IW_STEP_ENGINE)
        use->conns[step->conn] = true;
}

struct iw_use iw_use_of(const struct iw_scenario *scenario)
{
    struct iw_use use = {.world = scenario->given.mailbox_count > 0};
    use.starttls = iw_span_equal(scenario->given.tls.mode, IW_SPAN("none"));
    for (size_t i = 0; i < scenario->dialogue.count; i++)
        note_step(&use, &scenario->dialogue.items[i]);
    for (size_t i = 0; i < scenario->vary_count; i++) {
        for (size_t j = 0; j < scenario->vary[i].count; j++)
            note_text(&use, scenario->vary[i].values[j]);
    }
    for (size_t i = 0; i < scenario->given.mailbox_count; i++)
        note_text(&use, scenario->given.mailboxes[i].name);
    return use;
}

unsigned iw_use_connections(const struct iw_use *use)
{
    unsigned count = use->world ? 1 : 0;
    for (size_t conn = 1; conn < IW_CONN_MAX; conn++)
        count += use->conns[conn] ? 1 : 0;
    return count;
}
