/* SPDX-License-Identifier: MIT */
/* Matching: which received line satisfies which expected one, what is captured, and what is said of
 * a line that does not. */
#include "script/match.h"

#include "script/fill.h"
#include "script/numbers.h"
#include "tests/lib/failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct iw_file files[] = {{{"plain.eml", 9}, {"Hi\r\n\r\nyo\n", 9}}};
static const struct iw_scenario scenario = {.files = files, .file_count = 1};

/* One comparison. */
struct trial {
    struct iw_arena arena;
    struct iw_framer framer;
    struct iw_bindings bindings;
    struct iw_pattern pattern;
    struct iw_tree received;
    struct iw_mismatch mismatch;
};

static void begin(struct trial *trial)
{
    *trial = (struct trial){.bindings = {.arena = NULL}};
    iw_arena_init(&trial->arena, NULL, 64 << 20);
    trial->bindings.arena = &trial->arena;
    assert_true(iw_bindings_set(&trial->bindings, IW_SPAN("old"), IW_SPAN("10"), IW_SPAN("10")));
    assert_true(iw_bindings_set(&trial->bindings, IW_SPAN("M"), IW_SPAN("box"), IW_SPAN("box")));
}

static void end(struct trial *trial)
{
    iw_arena_release(&trial->arena);
}

static void expect(struct trial *trial, enum iw_tree_kind kind, const char *text)
{
    struct iw_filled filled;
    struct iw_error error = {IW_OK};
    enum iw_result result = iw_fill(iw_span_of(text), &scenario, &trial->bindings, IW_FILL_EXPECT,
                                    &trial->arena, &filled, &error);
    if (result == IW_OK)
        result = iw_pattern_make(filled, kind, &trial->arena, &trial->pattern, &error);
    if (result != IW_OK)
        fail_msg("%s: %s at %zu", text, error.expected, error.offset);
}

/* The line without CRLF; a tag goes. */
static void receive(struct trial *trial, enum iw_tree_kind kind, const char *line)
{
    struct iw_buf octets;
    struct iw_frame frame;
    struct iw_error error = {IW_OK};
    iw_buf_init(&octets, NULL, 64 << 20);
    iw_buf_add_string(&octets, line);
    iw_buf_add_string(&octets, "\r\n");
    struct iw_span copy = iw_arena_copy(&trial->arena, iw_buf_span(&octets));
    iw_buf_release(&octets);
    iw_framer_init(&trial->framer, kind == IW_TREE_COMMAND ? IW_FRAME_COMMANDS : IW_FRAME_RESPONSES,
                   &iw_limits_default, NULL);
    iw_framer_feed(&trial->framer, copy);
    enum iw_result result = iw_framer_next(&trial->framer, &frame, &error);
    while (result == IW_OK && frame.kind == IW_FRAME_ASK) {
        iw_framer_accept(&trial->framer);
        result = iw_framer_next(&trial->framer, &frame, &error);
    }
    if (result == IW_OK)
        result = iw_parse_tree(&frame, kind, &trial->arena, &iw_limits_default, &trial->received,
                               &error);
    iw_framer_release(&trial->framer);
    if (result != IW_OK)
        fail_msg("%s: %s at %zu", line, error.expected, error.offset);
    struct iw_span first = trial->received.first->raw;
    if (iw_span_equal(first, IW_SPAN("*")) || iw_span_equal(first, IW_SPAN("+")))
        return;
    trial->received.first = trial->received.first->next;
    trial->received.count--;
}

/* "a=1 b=2", by name: all names are one letter or differ in the first. */
static void write_captures(const struct iw_binding *first, const struct iw_binding *before,
                           struct iw_buf *out)
{
    for (char letter = 'a'; letter <= 'z'; letter++)
        for (const struct iw_binding *at = first; at != before; at = at->next)
            if (at->name.data[0] == letter)
                iw_buf_addf(out, "%s%.*s=%.*s", out->length == 0 ? "" : " ", (int)at->name.length,
                            at->name.data, (int)at->value.length, at->value.data);
}

enum { R = IW_TREE_RESPONSE, C = IW_TREE_COMMAND };

/* clang-format off */
static const struct row {
    int kind;
    const char *expected, *received;
    const char *captures; /* NULL: no match */
} rows[] = {
    /* string forms are equal, NIL is no string, case */
    {R, "* X abc", "* X abc", ""},
    {R, "* X abc", "* x ABC", ""},
    {R, "* X abc", "* X \"abc\"", ""},
    {R, "* X abc", "* X \"ABC\"", NULL},
    {R, "* X \"abc\"", "* X {3}\r\nabc", ""},
    {R, "* X \"a\\\"b\"", "* X {3}\r\na\"b", ""},
    {R, "* X ${literal:'a\"b'}", "* X \"a\\\"b\"", ""},
    {R, "* X ${literal8:'ab'}", "* X ~{2}\r\nab", ""},
    {R, "* X \"abc\"", "* X abc", ""},
    {R, "* X \"abc\"", "* X abd", NULL},
    {R, "* X \"\"", "* X {0}\r\n", ""},
    {R, "* X NIL", "* X nil", ""},
    {R, "* X NIL", "* X \"NIL\"", NULL},
    {R, "* X \"NIL\"", "* X NIL", NULL},
    {R, "* X \"\"", "* X NIL", NULL},
    {R, "* X NIL", "* X ()", NULL},
    {R, "* X ${literal:plain.eml}", "* X {9}\r\nHi\r\n\r\nyo\n", ""},
    /* lists are ordered trees */
    {R, "* X (a (b c) \"d\")", "* X (A (b C) d)", ""},
    {R, "* X (a b)", "* X (b a)", NULL},
    {R, "* X (a b)", "* X (a)", NULL},
    {R, "* X (a)", "* X (a b)", NULL},
    {R, "* X (a)", "* X a", NULL},
    {R, "* X ()", "* X ()", ""},
    {R, "* X", "* X", ""},
    {R, "* X", "* X a", NULL},
    {R, "* X a", "* X", NULL},
    {R, "* THREAD (5)(1 (2 3)(4))", "* THREAD (5)(1 (2 3)(4))", ""},
    {R, "* THREAD (5)(1 (2 3)(4))", "* THREAD (5)(1 2 (3)(4))", NULL},
    /* holes */
    {R, "* ${_} EXPUNGE", "* 5 EXPUNGE", ""},
    {R, "* ${_} EXPUNGE", "* 5 EXISTS", NULL},
    {R, "* ${n} EXPUNGE", "* 5 EXPUNGE", "n=5"},
    {R, "* X ${a} ${b}", "* X \"1 2\" (x y)", "a=1 2 b=(x y)"},
    {R, "* X ${a} ${a}", "* X 1 1", "a=1"},
    {R, "* X ${a} ${a}", "* X 1 \"1\"", "a=1"},
    {R, "* X ${a} ${a}", "* X 1 2", NULL},
    {R, "* X ${a}", "* X", NULL},
    {R, "* X ${...}", "* X", ""},
    {R, "* X ${...}", "* X 1 2", ""},
    {R, "* X ${a...}", "* X 1 (2) \"3\"", "a=1 (2) \"3\""},
    {R, "* X ${a...}", "* X", "a="},
    {R, "* X ${a...} 3 ${b...}", "* X 1 2 3 4 3", "a=1 2 b=4 3"},
    {R, "* X ${a...} ${b}", "* X 1 2 3", "a=1 2 b=3"},
    {R, "* X 1 ${...} 4", "* X 1 4", ""},
    {R, "* X 1 ${...} 4", "* X 1 2 3 4", ""},
    {R, "* X 1 ${...} 4", "* X 1 2 3", NULL},
    {R, "* X (${a...} B ${b} ${...})", "* X (B B 1)", "a= b=B"},
    {R, "* ${...}", "* 5 EXPUNGE", ""},
    {R, "* ${...}", "* OK [ALERT] hello", ""},
    {R, "* ${a} ${b...}", "* 5 EXPUNGE", "a=5 b=EXPUNGE"},
    {R, "* X ${_:number}", "* X 0", ""},
    {R, "* X ${_:number}", "* X 18446744073709551615", ""},
    {R, "* X ${_:number}", "* X 18446744073709551616", NULL},
    {R, "* X ${_:number}", "* X a", NULL},
    {R, "* X ${_:number}", "* X ()", NULL},
    {R, "* X ${n:number>old}", "* X 11", "n=11"},
    {R, "* X ${n:number>old}", "* X 10", NULL},
    {R, "* X ${n:number>=old}", "* X 10", "n=10"},
    {R, "* X ${n:number>=old}", "* X 9", NULL},
    {R, "* X ${n:number<old}", "* X 9", "n=9"},
    {R, "* X ${n:number<old}", "* X 10", NULL},
    {R, "* X ${n:number<=old}", "* X 10", "n=10"},
    {R, "* X ${n:number<=old}", "* X 11", NULL},
    {R, "* X ${n:number=10}", "* X 10", "n=10"},
    {R, "* X ${n:number=10}", "* X 11", NULL},
    {R, "* X ${n:number!=old}", "* X 11", "n=11"},
    {R, "* X ${n:number!=old}", "* X 10", NULL},
    {R, "* X ${a:number} ${b:number>a}", "* X 1 2", "a=1 b=2"},
    {R, "* X ${a:number} ${b:number>a}", "* X 2 2", NULL},
    {R, "* X ${b:number>nobody}", "* X 2", NULL},
    {R, "* X a${x}c", "* X abbc", "x=bb"},
    {R, "* X a${x}c${y}", "* X abccd", "x=b y=cd"},
    {R, "* X a${x}c", "* X abbd", NULL},
    {R, "* X \"a ${x}\"", "* X \"a b c\"", "x=b c"},
    {R, "* X BODY[${s}]<${o}>", "* X BODY[1.MIME]<0>", "o=0 s=1.MIME"},
    {R, "* X ${M}/sub", "* X \"box/sub\"", ""},
    {R, "* X", "x OK done", NULL},
    {R, "* X", "+ go", NULL},
    {R, "* ${...}", "+ go", NULL},
    {R, "*", "* X", NULL},
    /* FETCH and STATUS: the named items suffice */
    {R, "* 1 FETCH (UID 5)", "* 1 FETCH x", NULL},
    {R, "* 1 FETCH x", "* 1 FETCH (UID 5)", NULL},
    {R, "* 1 FETCH (UID 5)", "* 1 FETCH", NULL},
    {R, "* 1 FETCH (UID)", "* 1 FETCH (UID 5)", NULL},
    {R, "* 1 FETCH (UID 5)", "* 1 FETCH (FLAGS (\\Seen) UID 5)", ""},
    {R, "* 1 FETCH (UID 5 FLAGS (\\Seen))", "* 1 fetch (flags (\\seen) uid 5)", ""},
    {R, "* 1 FETCH (UID 5)", "* 2 FETCH (UID 5)", NULL},
    {R, "* 1 FETCH (UID 5)", "* 1 FETCH (UID 6)", NULL},
    {R, "* 1 FETCH (UID 5)", "* 1 FETCH (FLAGS ())", NULL},
    {R, "* 1 FETCH (UID 6)", "* 1 FETCH (UID 5 UID 6)", ""},
    {R, "* 1 FETCH (UID ${u})", "* 1 FETCH (FLAGS () UID 6)", "u=6"},
    {R, "* 1 FETCH (MODSEQ (${m:number>old}))", "* 1 FETCH (UID 1 MODSEQ (11))", "m=11"},
    {R, "* 1 FETCH (${...})", "* 1 FETCH (FLAGS ())", ""},
    {R, "* 1 FETCH ()", "* 1 FETCH (FLAGS ())", ""},
    {R, "* ${n} FETCH (${...} BODY[] ${b} ${...})", "* 7 FETCH (BODY[] \"x\" UID 2)", "b=x n=7"},
    {R, "* 1 FETCH (${a...} MODSEQ (${_}) ${b...})", "* 1 FETCH (UID 2 MODSEQ (3) FLAGS ())",
     "a=UID 2 b=FLAGS ()"},
    {R, "* 1 FETCH (BODY[HEADER.FIELDS (TO CC)] \"x\")",
     "* 1 FETCH (BODY[header.fields (\"To\" \"Cc\")] \"x\")", ""},
    {R, "* 1 FETCH (BODY[HEADER.FIELDS (TO CC)] \"x\")",
     "* 1 FETCH (BODY[HEADER.FIELDS (TO)] \"x\")", NULL},
    {R, "* 1 FETCH (BODY[] \"x\")", "* 1 FETCH (BODY[]<0> \"x\")", NULL},
    {R, "* 1 FETCH (BODY[] NIL)", "* 1 FETCH (BODY[] \"\")", NULL},
    {R, "* 1 FETCH (ENVELOPE (NIL \"a\"))", "* 1 FETCH (ENVELOPE (NIL {1}\r\na))", ""},
    {R, "* 1 FETCH (ENVELOPE (NIL \"a\"))", "* 1 FETCH (ENVELOPE (\"a\" NIL))", NULL},
    {R, "* 1 FETCH (BODY (\"text\" NIL))", "* 1 FETCH (BODY (\"Text\" nil))", ""},
    {R, "* 1 FETCH (BODYSTRUCTURE ((\"b\")))", "* 1 FETCH (BODYSTRUCTURE ((\"B\")))", ""},
    {R, "* 1 FETCH (BODYSTRUCTURE (\"a\"))", "* 1 FETCH (BODYSTRUCTURE (\"b\"))", NULL},
    {R, "* 1 FETCH (BODY (NIL))", "* 1 FETCH (BODY (\"NIL\"))", NULL},
    {R, "* 1 FETCH (BODY[] \"a\")", "* 1 FETCH (BODY[] \"A\")", NULL},
    /* date-times: the same instant */
    {R, "* 1 FETCH (INTERNALDATE \" 1-Feb-2003 04:05:06 +0700\")",
     "* 1 FETCH (INTERNALDATE \"31-Jan-2003 21:05:06 +0000\")", ""},
    {R, "* 1 FETCH (INTERNALDATE \" 1-Feb-2003 04:05:06 +0000\")",
     "* 1 FETCH (INTERNALDATE \"01-Feb-2003 04:05:06 +0000\")", ""},
    {R, "* 1 FETCH (INTERNALDATE \"01-Feb-2003 04:05:06 +0000\")",
     "* 1 FETCH (INTERNALDATE \"01-Feb-2003 04:05:06 +0100\")", NULL},
    {R, "* 1 FETCH (INTERNALDATE \"01-Feb-2003 04:05:06 +0000\")",
     "* 1 FETCH (INTERNALDATE \"1-Feb-2003 04:05:06 +0000\")", NULL},
    {R, "* 1 FETCH (INTERNALDATE \"${d}-Feb-${...}\")",
     "* 1 FETCH (INTERNALDATE \" 1-Feb-2003 04:05:06 +0000\")", "d= 1"},
    {R, "* 1 FETCH (SAVEDATE NIL)", "* 1 FETCH (SAVEDATE NIL)", ""},
    {R, "* 1 FETCH (SAVEDATE NIL)", "* 1 FETCH (SAVEDATE \"01-Feb-2003 04:05:06 +0000\")", NULL},
    {R, "* 1 FETCH (${name} ${value})", "* 1 FETCH (UID 5)", "name=UID value=5"},
    {R, "* STATUS box (MESSAGES 1)", "* STATUS \"box\" (UIDNEXT 2 MESSAGES 1)", ""},
    {R, "* STATUS box (MESSAGES 1)", "* STATUS Box (MESSAGES 1)", NULL},
    {R, "* STATUS inbox (MESSAGES 1)", "* STATUS \"INBOX\" (MESSAGES 1)", ""},
    {R, "* STATUS box (MESSAGES 1)", "* STATUS box (MESSAGES 2)", NULL},
    {R, "* 5 UIDFETCH (FLAGS ())", "* 5 UIDFETCH (MODSEQ (1) FLAGS ())", ""},
    /* flags and attributes: sets; \Recent need not be named */
    {R, "* FLAGS (\\Seen \\Answered)", "* FLAGS (\\answered \\seen)", ""},
    {R, "* FLAGS (\\Seen)", "* FLAGS (\\Seen \\Answered)", NULL},
    {R, "* FLAGS (\\Seen \\Answered)", "* FLAGS (\\Seen)", NULL},
    {R, "* FLAGS (\\Seen ${...})", "* FLAGS (\\Answered \\Seen)", ""},
    {R, "* FLAGS (\\Seen ${...})", "* FLAGS (\\Seen)", ""},
    {R, "* FLAGS (\\Seen ${rest...})", "* FLAGS (\\Seen a b)", "rest=a b"},
    {R, "* FLAGS (\\Seen ${x})", "* FLAGS (a \\Seen)", "x=a"},
    {R, "* FLAGS (\\Seen ${x})", "* FLAGS (\\Seen)", NULL},
    {R, "* FLAGS (\\${x})", "* FLAGS (\\Seen)", "x=Seen"},
    {R, "* 1 FETCH (FLAGS ())", "* 1 FETCH (FLAGS (\\Recent))", ""},
    {R, "* 1 FETCH (FLAGS (\\Recent))", "* 1 FETCH (FLAGS ())", NULL},
    {R, "* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (FLAGS (\\RECENT \\Seen))", ""},
    {R, "* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (FLAGS (\\Seen $x))", NULL},
    {R, "* LIST (\\HasChildren ${...}) \"/\" box", "* LIST (\\Marked \\haschildren) \"/\" box", ""},
    {R, "* LIST () \"/\" box", "* LIST (\\Marked) \"/\" box", NULL},
    {R, "* LIST () \"/\" box", "* LIST () NIL box", NULL},
    {R, "* LIST () NIL box", "* LIST () NIL BOX", NULL},
    {R, "* LIST () \"/\" Inbox", "* LIST () \"/\" \"INBOX\"", ""},
    {R, "* LIST (${...}) ${_} ${_}", "* LIST (\\Noselect) \"/\" \"\"", ""},
    {R, "* LIST () \"/\" NIL", "* LIST () \"/\" \"NIL\"", ""},
    {R, "* OK [PERMANENTFLAGS (\\* \\Seen)]", "* OK [PERMANENTFLAGS (\\Seen \\*)] ok", ""},
    {R, "* OK [PERMANENTFLAGS (${...})]", "* OK [PERMANENTFLAGS ()] ok", ""},
    /* SEARCH numbers: a set */
    {R, "* SEARCH 1 3", "* SEARCH 3 1", ""},
    {R, "* SEARCH 1 3", "* SEARCH 1 3 4", NULL},
    {R, "* SEARCH 1 3", "* SEARCH 1", NULL},
    {R, "* SEARCH", "* SEARCH", ""},
    {R, "* SEARCH", "* SEARCH 1", NULL},
    {R, "* SEARCH ${...}", "* SEARCH", ""},
    {R, "* SEARCH ${_} ${...}", "* SEARCH", NULL},
    {R, "* SEARCH ${_} ${...}", "* SEARCH 2", ""},
    {R, "* SEARCH ${n:number} ${rest...}", "* SEARCH 2 5 9", "n=2 rest=5 9"},
    {R, "* SEARCH 5 ${n}", "* SEARCH 2 5", "n=2"},
    {R, "* SEARCH 2 (MODSEQ 7)", "* SEARCH 2 (MODSEQ 7)", ""},
    {R, "* SEARCH 2", "* SEARCH 2 (MODSEQ 7)", NULL},
    {R, "* SORT 3 1", "* SORT 1 3", NULL},
    /* CAPABILITY and ENABLED: superset */
    {R, "* CAPABILITY IMAP4rev1 IDLE", "* CAPABILITY idle X imap4rev1", ""},
    {R, "* CAPABILITY IMAP4rev1", "* CAPABILITY IDLE", NULL},
    {R, "* CAPABILITY", "* CAPABILITY IDLE", ""},
    {R, "* ENABLED X", "* ENABLED A X", ""},
    {R, "* OK [CAPABILITY A]", "* OK [CAPABILITY B A] hi", ""},
    {R, "* OK [CAPABILITY A]", "* OK [CAPABILITY B] hi", NULL},
    /* number sets compare by value */
    {R, "* VANISHED 1:3", "* VANISHED 3,1,2", ""},
    {R, "* VANISHED 1:3", "* VANISHED 3:1", ""},
    {R, "* VANISHED 1:3", "* VANISHED 1:2", NULL},
    {R, "* VANISHED 1:3", "* VANISHED x", NULL},
    {R, "* VANISHED x", "* VANISHED 1:3", NULL},
    {R, "* VANISHED (EARLIER) 7", "* VANISHED (earlier) 7", ""},
    {R, "* VANISHED 7", "* VANISHED (EARLIER) 7", NULL},
    {R, "* VANISHED (EARLIER) 7", "* VANISHED 7", NULL},
    {R, "* ESEARCH (TAG ${_}) UID ALL 1:3", "* ESEARCH (TAG \"x\") UID ALL 1,2:3", ""},
    {R, "* ESEARCH (TAG ${_}) ALL 1:3", "* ESEARCH (TAG \"x\") UID ALL 1:3", NULL},
    {R, "* ESEARCH (TAG ${_}) UID ALL 1:3", "* ESEARCH (TAG \"x\") ALL 1:3", NULL},
    {R, "* ESEARCH (TAG ${_}) UID", "* ESEARCH (TAG \"x\") UID", ""},
    {R, "* ESEARCH (TAG ${_})", "* ESEARCH (TAG \"x\")", ""},
    {R, "* ESEARCH (TAG ${_})", "* ESEARCH (TAG \"x\") COUNT 0", NULL},
    {R, "* ESEARCH (TAG ${_}) COUNT 0", "* ESEARCH (TAG \"x\")", NULL},
    {R, "* ESEARCH (TAG ${_}) COUNT 0", "* ESEARCH COUNT 0", NULL},
    {R, "* ESEARCH COUNT 0", "* ESEARCH (TAG \"x\") COUNT 0", NULL},
    {R, "* ESEARCH (MAILBOX inbox TAG ${_}) MIN 1", "* ESEARCH (TAG a MAILBOX INBOX) MIN 1", ""},
    {R, "* ESEARCH (TAG ${_}) MIN 1 COUNT ${c}", "* ESEARCH (TAG a) COUNT 7 MIN 1", "c=7"},
    {R, "* ESEARCH (TAG ${_}) MIN 1 COUNT 7", "* ESEARCH (TAG a) COUNT 7 MIN 1 MAX 1", NULL},
    {R, "* ESEARCH (TAG ${_}) COUNT 7 ${...}", "* ESEARCH (TAG a) MIN 1 COUNT 7", ""},
    {R, "* ESEARCH (TAG ${_}) COUNT 7 ${...}", "* ESEARCH (TAG a) UID MIN 1", NULL},
    {R, "* ESEARCH ${_} COUNT 7", "* ESEARCH (TAG a) COUNT 7", ""},
    {R, "* ESEARCH (TAG ${_}) ${r...}", "* ESEARCH (TAG a) MIN 1 COUNT 7", "r=MIN 1 COUNT 7"},
    {R, "* ESEARCH ${...} COUNT 7", "* ESEARCH (TAG a) MIN 1 COUNT 7", ""},
    {R, "* ESEARCH (TAG ${_}) ADDTO (1 2:3)", "* ESEARCH (TAG a) ADDTO (1 2,3)", ""},
    {R, "OK [COPYUID 9 1:2 3,4]", "x OK [COPYUID 9 1,2 3:4] copied", ""},
    {R, "OK [COPYUID 9 1:2 3,4]", "x OK [COPYUID 8 1,2 3:4] copied", NULL},
    {R, "OK [APPENDUID ${v} ${u}]", "x OK [APPENDUID 38505 3955] x", "u=3955 v=38505"},
    {R, "NO [MODIFIED 1,2]", "x NO [MODIFIED 1:2] x", ""},
    /* states: text is free, a code that is written must be there */
    {R, "OK", "x OK done", ""},
    {R, "OK", "x ok [READ-ONLY] done", ""},
    {R, "OK finished", "x OK done", ""},
    {R, "OK", "x NO done", NULL},
    {R, "OK [READ-ONLY]", "x OK [read-only] done", ""},
    {R, "OK [READ-ONLY]", "x OK done", NULL},
    {R, "OK [READ-ONLY]", "x OK [READ-WRITE] done", NULL},
    {R, "OK [READ-ONLY]", "x OK [READ-ONLY x] done", NULL},
    {R, "OK [${...}]", "x OK [X a b] done", ""},
    {R, "OK [${code...}]", "x OK [X a b] done", "code=X a b"},
    {R, "OK [UIDNEXT ${n:number}]", "x OK [UIDNEXT 7] done", "n=7"},
    {R, "OK [READ-WRITE] ${text...}", "x OK [READ-WRITE] all done", "text=all done"},
    {R, "OK ${text...}", "x OK [READ-WRITE] all done", "text=[READ-WRITE] all done"},
    {R, "OK ${text...}", "x OK", "text="},
    {R, "NO|BAD", "x BAD what", ""},
    {R, "NO|BAD", "x OK what", NULL},
    {R, "NO|BAD|OK", "x OK", ""},
    {R, "OK|NO [MODIFIED 1]", "x OK done", ""},
    {R, "OK|NO [MODIFIED 1]", "x NO done", NULL},
    {R, "OK|NO [MODIFIED 1]", "x NO [MODIFIED 1] done", ""},
    {R, "OK [A]|NO", "x NO done", ""},
    {R, "OK [X \"a]b\"]|NO", "x OK [X \"a]b\"] done", ""},
    {R, "OK [X \"a]b\"]|NO", "x OK [X \"a]c\"] done", NULL},
    {R, "OK [A]|NO", "x OK done", NULL},
    {R, "OK [A ${v}]|NO [B ${v}] text", "x NO [B 2] done", "v=2"},
    {R, "${state} [X]", "x BAD [X] done", "state=BAD"},
    {R, "OK", "* OK done", NULL},
    {R, "* OK", "* OK [ALERT] done", ""},
    {R, "* OK [ALERT]", "* OK done", NULL},
    {R, "* OK", "* NO done", NULL},
    {R, "* OK|PREAUTH", "* PREAUTH hi", ""},
    {R, "* BYE ${...}", "* BYE", ""},
    {R, "* BYE ${...}", "* BYE [X] gone", ""},
    {R, "* BYE", "* OK BYE", NULL},
    {R, "* ${_} EXPUNGE", "* OK EXPUNGE", NULL},
    {R, "* OK [UNSEEN 2]", "* OK [UNSEEN 3] x", NULL},
    {R, "* OK [X-Y \"a b\"]", "* OK [x-y \"a b\"] hi", ""},
    {R, "+", "+ idling", ""},
    {R, "+", "+", ""},
    {R, "+ idling", "+ go ahead", ""},
    {R, "+ ${challenge}", "+ AGFi", "challenge=AGFi"},
    {R, "+ ${challenge}", "+", "challenge="},
    {R, "+", "* OK", NULL},
    /* commands */
    {C, "NOOP", "a noop", ""},
    {C, "NOOP", "a IDLE", NULL},
    {C, "NOOP", "a NOOP x", NULL},
    {C, "LOGIN fred \"se cret\"", "a login \"fred\" \"se cret\"", ""},
    {C, "LOGIN fred secret", "a LOGIN Fred secret", NULL},
    {C, "LOGIN ${u} ${_}", "a LOGIN {4}\r\nfred \"x\"", "u=fred"},
    {C, "SELECT INBOX", "a select \"inbox\"", ""},
    {C, "SELECT ${M}", "a SELECT BOX", NULL},
    {C, "SELECT ${M} (CONDSTORE)", "a SELECT box (condstore)", ""},
    {C, "SELECT ${M}", "a SELECT box (CONDSTORE)", NULL},
    {C, "RENAME inbox Box", "a RENAME INBOX Box", ""},
    {C, "RENAME inbox Box", "a RENAME INBOX box", NULL},
    {C, "LIST \"\" \"*\"", "a LIST \"\" *", ""},
    {C, "LIST \"\" %", "a list \"\" \"%\"", ""},
    {C, "LIST (SUBSCRIBED) \"\" \"*\" RETURN (STATUS (MESSAGES))",
     "a LIST (subscribed) \"\" * return (status (messages))", ""},
    {C, "LIST \"\" Box", "a LIST \"\" box", NULL},
    {C, "FETCH 1 FLAGS", "a fetch 1 (FLAGS)", ""},
    {C, "FETCH 1:3 (UID FLAGS)", "a FETCH 3,1,2 (flags uid)", ""},
    {C, "FETCH 1 (UID FLAGS)", "a FETCH 1 FLAGS", NULL},
    {C, "FETCH 1 FLAGS", "a FETCH 1 (UID FLAGS)", NULL},
    {C, "FETCH 1 BODY[]", "a FETCH 1 BODY.PEEK[]", NULL},
    {C, "FETCH 1 BODY.PEEK[HEADER.FIELDS (TO)]", "a FETCH 1 (body.peek[header.fields (to)])", ""},
    {C, "FETCH 1 FLAGS (CHANGEDSINCE 5)", "a FETCH 1 (FLAGS) (changedsince 5)", ""},
    {C, "FETCH 1:* FLAGS", "a FETCH *:1 FLAGS", ""},
    {C, "FETCH ${set} ${...}", "a FETCH 1:9 (FLAGS UID)", "set=1:9"},
    {C, "FETCH ${...}", "a FETCH 1:9 (FLAGS UID)", ""},
    {C, "FETCH ${...}", "a UID FETCH 1:9 (FLAGS UID)", NULL},
    {C, "UID FETCH 1,2 FLAGS", "a uid fetch 1:2 FLAGS", ""},
    {C, "UID FETCH 1,2 FLAGS", "a FETCH 1:2 FLAGS", NULL},
    {C, "STORE 1 +FLAGS (\\Seen)", "a STORE 1 +flags \\Seen", ""},
    {C, "STORE 1 +FLAGS \\Seen \\Draft", "a STORE 1 +FLAGS (\\draft \\seen)", ""},
    {C, "STORE 1 +FLAGS (\\Seen)", "a STORE 1 -FLAGS (\\Seen)", NULL},
    {C, "STORE 1 +FLAGS (\\Seen)", "a STORE 1 +FLAGS.SILENT (\\Seen)", NULL},
    {C, "STORE 1 (UNCHANGEDSINCE 5) FLAGS ()", "a STORE 1 (unchangedsince 5) FLAGS ()", ""},
    {C, "COPY 2:4 ${M}", "a COPY 4,3,2 \"box\"", ""},
    {C, "SEARCH 1:3 SUBJECT lunch", "a SEARCH 1,2,3 subject \"lunch\"", ""},
    {C, "SEARCH SUBJECT \"lunch\" SEEN", "a SEARCH SEEN SUBJECT \"lunch\"", NULL},
    {C, "UID SEARCH UID 5:6 OR (1:2) SEEN", "a UID SEARCH UID 5,6 or (2:1) seen", ""},
    {C, "APPEND ${M} (\\Flagged \\Seen) ${literal:'ab'}",
     "a APPEND \"box\" (\\seen \\flagged) {2}\r\nab", ""},
    {C, "APPEND ${M} ${literal+:'ab'}", "a APPEND box {2+}\r\nab", ""},
    {C, "APPEND ${M} ${literal:'ab'}", "a APPEND box (\\Seen) {2}\r\nab", NULL},
    {C, "APPEND ${...}", "a APPEND box (\\Seen) {2}\r\nab", ""},
    {C, "APPEND ${m} ${...} ${body}", "a APPEND box (\\Seen) {2}\r\nab", "body=ab m=box"},
    {C, "STATUS ${M} (MESSAGES UNSEEN)", "a STATUS box (unseen messages)", ""},
    {C, "ENABLE A B", "a ENABLE b a", ""},
    {C, "AUTHENTICATE PLAIN AGFi", "a authenticate plain AGFi", ""},
    {C, "AUTHENTICATE PLAIN AGFi", "a authenticate plain AGFI", NULL},
    {C, "X-UNKNOWN a (b)", "a x-unknown A (B)", ""},
};

/* The deepest difference. */
static const struct near {
    int kind;
    const char *expected, *received;
    const char *node, *other, *reason; /* NULL: absent */
    size_t matched;
} near_rows[] = {
    {R, "* 2 EXISTS", "* 3 EXISTS", "2", "3", "differs", 2},
    {R, "* 2 EXISTS", "* 2 RECENT", "EXISTS", "RECENT", "differs", 2},
    {R, "* 2 EXISTS", "* FLAGS ()", "2", "FLAGS", "differs", 1},
    {R, "* 1 FETCH (UID 5 FLAGS (\\Seen))", "* 1 FETCH (UID 5 FLAGS ())", "\\Seen", NULL,
     "is missing", 7},
    {R, "* 1 FETCH (FLAGS (\\Seen \\Draft))", "* 1 FETCH (FLAGS (\\Draft))", "\\Seen", "\\Draft",
     "is missing", 5},
    {R, "* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (FLAGS (\\Seen \\Draft))", "\\Seen", "\\Draft",
     "is not expected", 6},
    {R, "* 1 FETCH (UID 5)", "* 1 FETCH (FLAGS ())", "UID 5", NULL, "is missing", 4},
    {R, "* X ${...} A (B C)", "* X A (B D) A E", "C", "D", "differs", 4},
    {R, "* X ${...} A B", "* X A C A D", "B", "C", "differs", 3},
    {R, "* 1 FETCH (ENVELOPE (a b))", "* 1 FETCH (ENVELOPE (a c) ENVELOPE (d e))", "b", "c",
     "differs", 6},
    {R, "OK [A b]|NO [C d e]", "x NO [C d f] x", "e", "f", "differs", 3},
    {R, "* SEARCH 1", "* SEARCH", "1", NULL, "is missing", 2},
    {R, "* SEARCH", "* SEARCH 2 4", NULL, "2", "is not expected", 2},
    {R, "* X \"a\" NIL", "* X \"a\" \"b\"", "NIL", "\"b\"", "is not NIL", 3},
    {R, "* X \"a\"", "* X NIL", "\"a\"", "NIL", "is NIL", 2},
    {R, "* X ${n:number>old}", "* X 9", "10", "9", "is not greater", 2},
    {R, "* X ${n:number}", "* X a", "n", "a", "is not a number", 2},
    {R, "* X ${n:number>who}", "* X 1", "who", "1", "has no number to compare with", 2},
    {R, "OK", "x NO [TRYCREATE] no", "OK", "NO", "differs", 0},
    {R, "NO|BAD", "x OK done", "NO|BAD", "OK", "differs", 0},
    {R, "OK [READ-ONLY]", "x OK [READ-WRITE] done", "READ-ONLY", "READ-WRITE", "differs", 1},
    {R, "OK [READ-ONLY]", "x OK done", "[READ-ONLY]", NULL, "is missing", 1},
    {C, "SELECT INBOX", "a SELECT box", "INBOX", "box", "differs", 1},
    {C, "SELECT INBOX", "a SELECT INBOX (CONDSTORE)", NULL, "(CONDSTORE)", "is not expected", 2},
    {C, "FETCH 1 (UID FLAGS)", "a FETCH 1 UID", "FLAGS", "UID", "is missing", 3},
};
/* clang-format on */

static void lines_match_or_do_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial trial;
        struct iw_buf captures;
        begin(&trial);
        expect(&trial, (enum iw_tree_kind)rows[i].kind, rows[i].expected);
        receive(&trial, (enum iw_tree_kind)rows[i].kind, rows[i].received);
        const struct iw_binding *before = trial.bindings.first;
        bool same = iw_match(&trial.pattern, &trial.received, &trial.bindings, &trial.mismatch);
        iw_buf_init(&captures, NULL, 4096);
        write_captures(trial.bindings.first, before, &captures);
        if (same != (rows[i].captures != NULL) ||
            strcmp(iw_buf_string(&captures), same ? rows[i].captures : "") != 0)
            fail_msg("row %zu: %s against %s: %d, \"%s\"", i, rows[i].expected, rows[i].received,
                     same, iw_buf_string(&captures));
        if (!same && trial.mismatch.reason == NULL)
            fail_msg("row %zu: %s against %s: no reason", i, rows[i].expected, rows[i].received);
        iw_buf_release(&captures);
        end(&trial);
    }
}

static bool shown_is(struct trial *trial, struct iw_span span, const char *wanted)
{
    if (wanted == NULL || span.data == NULL)
        return (wanted == NULL) == (span.data == NULL);
    return iw_span_equal(iw_filled_show(&trial->pattern.text, span, &trial->arena),
                         iw_span_of(wanted));
}

static void the_deepest_difference_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof near_rows / sizeof *near_rows; i++) {
        const struct near *row = &near_rows[i];
        struct trial trial;
        begin(&trial);
        expect(&trial, (enum iw_tree_kind)row->kind, row->expected);
        receive(&trial, (enum iw_tree_kind)row->kind, row->received);
        assert_false(iw_match(&trial.pattern, &trial.received, &trial.bindings, &trial.mismatch));
        const struct iw_mismatch *is = &trial.mismatch;
        if (!shown_is(&trial, is->expected, row->node) ||
            !shown_is(&trial, is->received, row->other) || strcmp(is->reason, row->reason) != 0 ||
            is->matched != row->matched)
            fail_msg("row %zu: %s against %s: %.*s, %.*s, %s, %zu", i, row->expected, row->received,
                     (int)is->expected.length, is->expected.data, (int)is->received.length,
                     is->received.data, is->reason, is->matched);
        end(&trial);
    }
}

static void names_mean_one_thing_across_lines(void **state)
{
    (void)state;
    struct trial trial;
    begin(&trial);
    expect(&trial, IW_TREE_RESPONSE, "* 1 FETCH (UID ${u})");
    receive(&trial, IW_TREE_RESPONSE, "* 1 FETCH (UID 5)");
    struct iw_bindings first = trial.bindings;
    assert_true(iw_match(&trial.pattern, &trial.received, &first, NULL));
    assert_true(iw_match(&trial.pattern, &trial.received, &first, NULL));
    receive(&trial, IW_TREE_RESPONSE, "* 1 FETCH (UID 6)");
    assert_false(iw_match(&trial.pattern, &trial.received, &first, NULL));
    assert_true(iw_match(&trial.pattern, &trial.received, &trial.bindings, NULL));
    end(&trial);
}

static void items_may_be_spread_over_responses(void **state)
{
    (void)state;
    static const char *const parts[] = {"* 1 FETCH (FLAGS (\\Seen))", "* 2 FETCH (UID 5)",
                                        "* 1 FETCH (MODSEQ (7))", "* 1 FETCH (UID 5 FLAGS ())"};
    static const uint64_t claims[] = {1, 1, 1, 3};
    struct trial trial;
    uint64_t claimed = 0;
    begin(&trial);
    expect(&trial, IW_TREE_RESPONSE, "* 1 FETCH (FLAGS (\\Seen) UID ${u})");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        receive(&trial, IW_TREE_RESPONSE, parts[i]);
        bool all =
            iw_match_spread(&trial.pattern, &trial.received, &trial.bindings, &claimed, NULL);
        assert_int_equal(claimed, claims[i]);
        assert_int_equal(all, i == 3);
    }
    assert_true(iw_span_equal(iw_bindings_get(&trial.bindings, IW_SPAN("u"))->value, IW_SPAN("5")));
    claimed = 0;
    expect(&trial, IW_TREE_RESPONSE, "* STATUS ${M} (MESSAGES 1 UIDNEXT 2)");
    receive(&trial, IW_TREE_RESPONSE, "* STATUS box (UIDNEXT 2)");
    assert_false(iw_match_spread(&trial.pattern, &trial.received, &trial.bindings, &claimed, NULL));
    assert_int_equal(claimed, 2);
    receive(&trial, IW_TREE_RESPONSE, "* STATUS other (MESSAGES 1)");
    assert_false(iw_match_spread(&trial.pattern, &trial.received, &trial.bindings, &claimed, NULL));
    receive(&trial, IW_TREE_RESPONSE, "* STATUS box (MESSAGES 1)");
    assert_true(iw_match_spread(&trial.pattern, &trial.received, &trial.bindings, &claimed, NULL));
    claimed = 0; /* other lines are whole or nothing */
    expect(&trial, IW_TREE_RESPONSE, "* 2 EXISTS");
    receive(&trial, IW_TREE_RESPONSE, "* 2 EXISTS");
    assert_true(iw_match_spread(&trial.pattern, &trial.received, &trial.bindings, &claimed, NULL));
    assert_int_equal(claimed, 0);
    end(&trial);
}

static void exact_octets(void **state)
{
    (void)state;
    static const struct {
        const char *text, *stream;
        size_t length;
    } wanted[] = {
        {"DONE", "DONE\r\n", 6},
        {"DONE", "DONE\r\nNOOP\r\n", 6},
        {"DONE", "done\r\n", 0},
        {"DONE", "DONE", SIZE_MAX},
        {"DONE", "DONE\r", SIZE_MAX},
        {"DONE", "DONE\n", 0},
        {"DONE", "DONE \r\n", 0},
        {"DONE", "", SIZE_MAX},
        {"DONE", "DX", 0},
        {"", "\r\n", 2},
        {"a ${x} c", "a b c\r\n", 7},
        {"a ${x} c", "a b c", SIZE_MAX},
        {"a ${x} c", "a b d\r\n", 0},
        {"a ${x} c", "a b c\n", 6},
        {"${x}", "\r\n", 2},
        {"a ${_:number}", "a 12\r\n", 6},
        {"a ${_:number}", "a b\r\n", 0},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct trial trial;
        struct iw_filled filled;
        begin(&trial);
        assert_int_equal(iw_fill(iw_span_of(wanted[i].text), NULL, &trial.bindings, IW_FILL_EXPECT,
                                 &trial.arena, &filled, NULL),
                         IW_OK);
        size_t length = iw_match_octets(&filled, iw_span_of(wanted[i].stream), &trial.bindings);
        if (length != wanted[i].length)
            fail_msg("%s against %s: %zu", wanted[i].text, wanted[i].stream, length);
        end(&trial);
    }
}

/* expected: 2 is no assertion. */
static void check_assertion(const char *text, int expected)
{
    bool holds = false;
    struct iw_error error = {IW_OK};
    enum iw_result result = iw_match_assert(iw_span_of(text), &holds, &error);
    int is = result == IW_OK ? holds : 2;
    if (is != expected)
        fail_msg("%s: %d", text, is);
}

static void assertions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int holds;
    } wanted[] = {
        {"1 = 1", 1},
        {"1 = 01", 1},
        {"1 = 2", 0},
        {"1 != 2", 1},
        {"1 != 1", 0},
        {"1 < 2", 1},
        {"2 < 2", 0},
        {"2 <= 2", 1},
        {"3 <= 2", 0},
        {"3 > 2", 1},
        {"2 > 2", 0},
        {"2 >= 2", 1},
        {"1 >= 2", 0},
        {"a = a", 1},
        {"a = A", 0},
        {"\"a b\" = \"a b\"", 1},
        {"\"a\" = a", 1},
        {"a != b", 1},
        {"\"1 = 2\" = x", 0},
        {"10 > 9", 1},
        {"18446744073709551615 > 1", 1},
        {"a < b", 2},
        {"1 < b", 2},
        {"1 2", 2},
        {"", 2},
        {"1=1", 2},
        {"2 in 1:3", 1},
        {"4 in 1:3", 0},
        {"4 in 1:3,4", 1},
        {"\\Seen in (\\Draft \\seen)", 1},
        {"\\Seen in (\\Draft)", 0},
        {"a in ()", 0},
        {"4 not-in 1:3", 1},
        {"3 not-in 1:3", 0},
        {"[A not-in ([a 1] done)", 0},
        {"1:3 same-set 3,2,1", 1},
        {"1 2 3 same-set 3:1", 1},
        {"1:3 same-set 1:4", 0},
        {"(a b) same-set (B A)", 1},
        {"(a b) same-set (a)", 0},
        {"() same-set ()", 1},
        {" same-set ", 1},
        {"same-set", 1},
        {"count 1:3 = 3", 1},
        {"count 1:3,2 = 3", 1},
        {"count (a b) = 2", 1},
        {"count (a b) > 2", 0},
        {"count () = 0", 1},
        {"count = 0", 1},
        {"count a \"b c\" = 2", 1},
        {"count (a) = x", 2},
        {"count (a) in 3", 2},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        check_assertion(wanted[i].text, wanted[i].holds);
}

static void letters(void **state)
{
    (void)state;
    check_assertion("tx letters-in (\"\" l x rt)", 1);
    check_assertion("\"t\" x letters-in xt", 1);
    check_assertion("tx letters-in lrt", 0);
    check_assertion("tt letters-in lrt", 0);
    check_assertion("T letters-in lrt", 0);
    check_assertion("7 letters-in 1:9", 0);
    check_assertion("() letters-in ()", 1);
}

static void number_sets(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
        uint64_t size; /* of a */
    } wanted[] = {
        {"1", "1", true, 1},
        {"1", "2", false, 1},
        {"1:3", "1,2,3", true, 3},
        {"1:3,2:5", "5:1", true, 5},
        {"1,1,1", "1", true, 1},
        {"1:3", "1:2", false, 3},
        {"1:2,4", "1:4", false, 3},
        {"*", "4", false, UINT64_MAX},
        {"1:*", "*:1", true, UINT64_MAX},
        {"4294967295", "4294967295:4294967295", true, 1},
        {"1 3", "3,1", true, 2},
        {"0", "0", true, 1},
    };
    static const char *const bad[] = {
        "",   ",", "1,", ",1", "1,,2", "1:", ":1", "1:2:3", "a", "1 ", " 1", "18446744073709551616",
        "1;2"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct iw_span a = iw_span_of(wanted[i].a), b = iw_span_of(wanted[i].b);
        assert_true(iw_numbers_valid(a) && iw_numbers_valid(b));
        if (iw_numbers_equal(a, b) != wanted[i].equal ||
            iw_numbers_equal(b, a) != wanted[i].equal || iw_numbers_size(a) != wanted[i].size)
            fail_msg("%s and %s, %llu members", wanted[i].a, wanted[i].b,
                     (unsigned long long)iw_numbers_size(a));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (iw_numbers_valid(iw_span_of(bad[i])))
            fail_msg("\"%s\" is no set", bad[i]);
    assert_true(iw_numbers_contain(IW_SPAN("1:3,7"), 7));
    assert_false(iw_numbers_contain(IW_SPAN("1:3,7"), 4));
}

/* A hostile line costs bounded time: sets and lists of a hundred thousand members. */
static void large_lines_end(void **state)
{
    (void)state;
    struct trial trial;
    struct iw_buf line;
    iw_buf_init(&line, NULL, 64 << 20);
    iw_buf_add_string(&line, "* SEARCH");
    for (size_t i = 0; i < 100000; i++)
        iw_buf_addf(&line, " %zu", 2 * i + 2);
    begin(&trial);
    expect(&trial, IW_TREE_RESPONSE, "* SEARCH 2 200000 ${...}");
    receive(&trial, IW_TREE_RESPONSE, iw_buf_string(&line));
    assert_true(iw_match(&trial.pattern, &trial.received, &trial.bindings, NULL));
    expect(&trial, IW_TREE_RESPONSE, iw_buf_string(&line)); /* too much to compare: no match */
    assert_false(iw_match(&trial.pattern, &trial.received, &trial.bindings, NULL));
    for (char *c = line.data + 9; *c != '\0'; c++)
        if (*c == ' ')
            *c = ',';
    memcpy(line.data, "* VANISHED ", 11);
    line.data[11] = '1';
    receive(&trial, IW_TREE_RESPONSE, iw_buf_string(&line));
    line.data[11] = '3';
    expect(&trial, IW_TREE_RESPONSE, iw_buf_string(&line));
    assert_false(iw_match(&trial.pattern, &trial.received, &trial.bindings, NULL));
    iw_buf_release(&line);
    end(&trial);
}

static void bad_patterns(void **state)
{
    (void)state;
    static const struct {
        int kind;
        const char *text;
        size_t offset;
    } wanted[] = {
        {R, "* 1 FETCH (UID 5", 16},
        {R, "* X \"a", 6},
        {R, "* X a)", 5},
        {R, "", 0},
        {R, "OK||NO", 3},
        {R, "OK|NO|BAD|OK|NO", 13},
        {C, "LOGIN \"a", 8},
        {C, "FETCH 1 (UID", 12},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct trial trial;
        struct iw_filled filled;
        struct iw_error error = {IW_OK};
        begin(&trial);
        assert_int_equal(iw_fill(iw_span_of(wanted[i].text), NULL, &trial.bindings, IW_FILL_EXPECT,
                                 &trial.arena, &filled, NULL),
                         IW_OK);
        enum iw_result result = iw_pattern_make(filled, (enum iw_tree_kind)wanted[i].kind,
                                                &trial.arena, &trial.pattern, &error);
        if (result == IW_OK || error.offset != wanted[i].offset)
            fail_msg("%s: %s at %zu", wanted[i].text, iw_result_name(result), error.offset);
        end(&trial);
    }
}

static void memory_may_run_out(void **state)
{
    (void)state;
    bool matched = false;
    for (size_t i = 0; !matched; i++) {
        struct iw_failing_alloc failing;
        struct trial trial;
        struct iw_arena arena;
        struct iw_filled filled;
        struct iw_pattern pattern;
        begin(&trial);
        receive(&trial, IW_TREE_RESPONSE, "* 1 FETCH (UID 5 BODY[] {3}\r\nabc FLAGS (\\Seen))");
        iw_failing_alloc_init(&failing, i);
        iw_arena_init(&arena, &failing.alloc, 1 << 20);
        struct iw_bindings bindings = {.arena = &arena};
        matched = iw_fill(IW_SPAN("* 1 FETCH (UID ${u} FLAGS (${f...}) BODY[] ${literal:'abc'})"),
                          NULL, &bindings, IW_FILL_EXPECT, &arena, &filled, NULL) == IW_OK &&
                  iw_pattern_make(filled, IW_TREE_RESPONSE, &arena, &pattern, NULL) == IW_OK &&
                  iw_match(&pattern, &trial.received, &bindings, NULL);
        assert_true(matched || failing.failed);
        iw_arena_release(&arena);
        assert_int_equal(failing.blocks, 0);
        end(&trial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_match_or_do_not),
        cmocka_unit_test(the_deepest_difference_is_told),
        cmocka_unit_test(names_mean_one_thing_across_lines),
        cmocka_unit_test(items_may_be_spread_over_responses),
        cmocka_unit_test(exact_octets),
        cmocka_unit_test(assertions),
        cmocka_unit_test(letters),
        cmocka_unit_test(number_sets),
        cmocka_unit_test(large_lines_end),
        cmocka_unit_test(bad_patterns),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
