/* SPDX-License-Identifier: MIT */
/* A scenario as loaded: what the JSON file says, checked, with nothing filled in yet.
 *
 * A scenario owns one arena from which everything below hangs; it is immutable once loaded and may
 * be played any number of times, from either side, also at once. docs/scenarios.md describes the
 * language; script/load.c reads it, script/lint.c checks what a type cannot say. */
#ifndef IW_SCRIPT_SCENARIO_H
#define IW_SCRIPT_SCENARIO_H

#include "base/arena.h"
#include "base/result.h"
#include "base/span.h"

enum { IW_CONN_MAX = 10 }; /* connection 0 is the helper; the language has 1 to 9 */

enum iw_side { IW_SIDE_CLIENT, IW_SIDE_SERVER };

/* Where in the file something stands, for messages. */
struct iw_place {
    unsigned line, column;  /* from 1; 0: unknown */
    struct iw_span pointer; /* JSON pointer (RFC 6901), e.g. "/dialogue/3" */
};

enum iw_mark {
    IW_MARK_PLAIN, /* C: S: */
    IW_MARK_NEVER, /* S!: */
    IW_MARK_MAYBE, /* C?: S?: */
    IW_MARK_EXACT  /* C=: S=: */
};

/* "S2! b: * ${_} EXPUNGE" is {SERVER, NEVER, 2, "b", "* ${_} EXPUNGE"}. */
struct iw_line {
    enum iw_side side;
    enum iw_mark mark;
    bool premise;         /* S~: a plain line without which the scenario does not apply */
    unsigned conn;        /* 1 unless written */
    struct iw_span label; /* absent: none */
    struct iw_span text;  /* behind the colon and one space; holes and fills as written */
};

enum iw_step_kind {
    IW_STEP_LINE,
    IW_STEP_SEND, /* inner steps, written as one, with cut, split … */
    IW_STEP_CLOSE,
    IW_STEP_TLS,
    IW_STEP_COMPRESS,
    IW_STEP_AUTHENTICATE, /* the exchange of the AUTHENTICATE command in front, computed */
    IW_STEP_TCP,          /* how the side's octets go from here on, below TLS */
    IW_STEP_SILENT,       /* the side says nothing for ms */
    IW_STEP_DELAY,        /* the side waits for ms, then goes on */
    IW_STEP_MAILBOX,      /* the world changes */
    IW_STEP_ASSERT,
    IW_STEP_ENGINE /* rules only: the engine acts here; text: on this command instead */
};

/* A text put in the place of another: a captured value, or the octets from a number on. */
struct iw_change {
    struct iw_place place;
    struct iw_span name, text;
};

/* Into which segments octets are cut, and how far they get. Texts, because they may hold fills
 * ("${n}" from vary); read with iw_fill_number when played. "Range": a number or "5..20". */
struct iw_cutting {
    struct iw_span cut;    /* octets to send; in a send negative: from the end; absent: all */
    struct iw_span flip;   /* the octet whose lowest bit is turned; likewise; absent: none */
    struct iw_span *split; /* segment lengths; what remains is one more segment */
    size_t split_count;
    struct iw_span dribble;  /* range of octets a segment, throughout; absent: no */
    struct iw_span every_ms; /* range between segments; absent: 0 */
    struct iw_span close;    /* a name of iw_close_named or a fill; absent: stays open */
};

/* Octets of the inner steps as one stream, and what is done to it. */
struct iw_send {
    struct iw_step *steps;
    size_t count;
    struct iw_cutting cutting;
    struct iw_change
        *replace; /* name: of the first octet that is replaced; negative: from the end */
    size_t replace_count;
};

/* All octets of a side from here on, as TCP carries them. */
struct iw_tcp {
    struct iw_cutting cutting; /* close: what follows the cut */
    struct iw_span rate;       /* octets a second; absent: no limit */
    struct iw_span refuse_ms;  /* the server's ports are closed for so long; absent: they are not */
    bool deaf, nagle;
};

enum iw_world_change {
    IW_WORLD_DELIVER,
    IW_WORLD_EXPUNGE,
    IW_WORLD_FLAGS,
    IW_WORLD_UIDVALIDITY,
    IW_WORLD_UIDNEXT,
    IW_WORLD_QUOTA,
    IW_WORLD_RENAME
};

struct iw_world {
    struct iw_span mailbox;
    enum iw_world_change change;
    struct iw_span argument; /* a message, a set, a name, a number; FLAGS: the set */
    struct iw_span flags;    /* FLAGS: "+\\Flagged" */
};

struct iw_step {
    enum iw_step_kind kind;
    struct iw_place place;
    enum iw_side side; /* LINE, SEND, CLOSE, TLS, COMPRESS, AUTHENTICATE, TCP, SILENT, DELAY */
    unsigned conn;     /* the same; 0 otherwise */
    bool maybe;        /* {"S?": "close"} */
    bool bye;          /* {"S?": "bye"}: only behind a BYE */
    union {
        struct iw_line line;
        struct iw_send send;
        struct iw_tcp tcp;
        struct iw_span close; /* how, as iw_cutting.close; "fin" when not written */
        struct iw_span ms;    /* SILENT: number or fill; DELAY: a range, too */
        struct iw_world world;
        struct iw_span text; /* ASSERT: "${b} > ${a}"; ENGINE: a command or absent */
    };
};

struct iw_steps {
    struct iw_step *items;
    size_t count;
};

enum iw_rule_event {
    IW_ON_LINE,
    IW_ON_ACCEPT, /* a connection has come: before TLS, where its port has that */
    IW_ON_CONNECT /* the greeting is due */
};

/* A command in progress: by name alone, "SELECT" or "C: SELECT", or a pattern. */
struct iw_during {
    struct iw_place place;
    struct iw_line line;
};

struct iw_rule {
    struct iw_place place, on_place;
    enum iw_rule_event event;
    struct iw_line on;     /* of IW_ON_LINE: a pattern, plain or exact */
    unsigned conn;         /* 0: any */
    struct iw_span user;   /* absent: any */
    struct iw_during *during; /* one of these */
    size_t during_count;      /* 0: any, or none */
    unsigned nth;          /* 0: every time */
    bool has_play;
    struct iw_steps play;
    struct iw_change *changes; /* "change": {"m": "1"}: captured places replaced byte for byte */
    size_t change_count;
};

struct iw_texts {
    struct iw_span *items;
    size_t count;
    struct iw_place *places; /* one per item, when they come from a file; else NULL */
};

struct iw_given_message {
    struct iw_span file;   /* below messages/; with lines: the name they go by */
    struct iw_texts lines; /* instead of a file */
    struct iw_span flags;  /* "\\Seen \\Flagged", parenthesised when sent; absent: none */
    struct iw_span date;   /* INTERNALDATE without quotes; absent: none */
};

struct iw_given_mailbox {
    struct iw_span name; /* "M", "M/sub", "INBOX": the first part M or N is the scratch mailbox */
    struct iw_given_message *messages;
    size_t count;
};

struct iw_given_user {
    struct iw_span name, password;
};

/* Rights of an identifier, or the value of an annotation, of a mailbox; or a limit. */
struct iw_given_value {
    struct iw_span mailbox; /* as iw_given_mailbox.name, or "" for the server; absent for a limit */
    struct iw_span name;    /* "anyone", "/shared/comment", "STORAGE" */
    struct iw_span value;   /* "lrs", "text", "512" */
};

struct iw_given_values {
    struct iw_given_value *items;
    size_t count;
};

/* How the server's connections are protected. Texts, because they may hold fills. */
struct iw_given_tls {
    struct iw_span mode;        /* "none", "starttls", "implicit"; absent: any */
    struct iw_span certificate; /* as net/certificate.h names them; absent: a good one */
    struct iw_span min, max;    /* "1.2"; absent: 1.2 and 1.3 */
    struct iw_span ciphers;     /* OpenSSL's names, with colons between; absent: its choice */
    struct iw_span client; /* its certificate is "optional", "required"; absent: not asked for */
    bool tickets;          /* sessions can be resumed */
};

/* Nothing but the mode is said. */
bool iw_given_tls_is_usual(const struct iw_given_tls *tls);

struct iw_given {
    struct iw_given_user *users;
    size_t user_count;
    struct iw_given_mailbox *mailboxes;
    size_t mailbox_count;
    struct iw_given_values acl, metadata;
    struct iw_given_values quota; /* of the first user */
    /* before TLS before login, before TLS after login, in TLS before login, in TLS after login */
    struct iw_span capability[4]; /* absent: the default */
    struct iw_given_tls tls;
};

enum iw_start { IW_START_DIALOGUE, IW_START_GREETED, IW_START_AUTHENTICATED, IW_START_SELECTED };

/* One name of "vary" with all its values. */
struct iw_vary {
    struct iw_place place;
    struct iw_span name;
    struct iw_span *values;  /* that may hold fills: see iw_variant_bind */
    struct iw_place *places; /* one per value; NULL: a range */
    size_t count;
};

enum iw_client_outcome { IW_CLIENT_UNSAID, IW_CLIENT_OK, IW_CLIENT_ERROR, IW_CLIENT_ANY };

/* A command that must never come, or "count": {"C: LOGIN": 1}: how often it comes. */
struct iw_then_command {
    struct iw_place place;
    struct iw_line line;
    unsigned n; /* exactly; never: 0 */
};

struct iw_then {
    struct iw_place place; /* line 0: the file has no "then" */
    enum iw_client_outcome client;
    bool in_sync;
    struct iw_then_command *never;
    size_t never_count;
    unsigned peak_mb;   /* 0: not watched */
    unsigned within_ms; /* 0: the run's default */
    struct iw_then_command *counts;
    size_t count_count;
};

enum iw_level {
    IW_LEVEL_MUST,
    IW_LEVEL_MUST_NOT,
    IW_LEVEL_REQUIRED,
    IW_LEVEL_SHALL,
    IW_LEVEL_DEF,
    IW_LEVEL_SYN,
    IW_LEVEL_SHOULD,
    IW_LEVEL_SHOULD_NOT,
    IW_LEVEL_MAY,
    IW_LEVEL_PRACTICE
};

/* One of the scenario's files, read when the scenario was. */
struct iw_file {
    struct iw_span name, octets;
};

struct iw_scenario {
    struct iw_arena arena;
    const char *path; /* as given to load */
    const char *root; /* the folder with messages/ and clauses.json, if there are; NULL: no files */
    const char *id; /* path below scenarios/ without .json; elsewhere the file's name without it */
    struct iw_span title, why;
    struct iw_texts covers, needs, refs, breaks, tasks, engine;
    enum iw_level level; /* IW_LEVEL_DEF unless the file has one */
    bool has_level;
    struct iw_span profile, trigger, group; /* group is the member "class" */
    bool illegal, ordered, strict;
    struct iw_place illegal_place;     /* line 0: the file does not say */
    enum iw_start starts[IW_CONN_MAX]; /* by connection; all equal unless "start" is a list */
    struct iw_vary *vary;
    size_t vary_count;
    struct iw_given given;
    struct iw_steps dialogue;
    struct iw_rule *rules; /* NULL with a dialogue */
    size_t rule_count;
    struct iw_then then;
    struct iw_file *files;
    size_t file_count;
};

/* The number of members of the product of all vary lists; 1 without. */
size_t iw_scenario_variants(const struct iw_scenario *scenario);

/* The value of vary name i in variant v. */
struct iw_span iw_scenario_vary(const struct iw_scenario *scenario, size_t variant, size_t name);

const char *iw_level_name(enum iw_level level); /* "MUST NOT" */

/* The octets of a message or other file the scenario names; absent when it is unknown. */
struct iw_span iw_scenario_file(const struct iw_scenario *scenario, struct iw_span name);

#endif
