/* SPDX-License-Identifier: MIT */
/* command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF
 * (RFC 9051 §6, §9): one typed value for one whole frame, and back. */
#ifndef IW_PARSER_COMMAND_H
#define IW_PARSER_COMMAND_H

#include "parser/response.h"

enum iw_command_kind {
    IW_COMMAND_CAPABILITY,
    IW_COMMAND_NOOP,
    IW_COMMAND_LOGOUT,
    IW_COMMAND_STARTTLS,
    IW_COMMAND_AUTHENTICATE,
    IW_COMMAND_LOGIN,
    IW_COMMAND_ENABLE,
    IW_COMMAND_SELECT,
    IW_COMMAND_EXAMINE,
    IW_COMMAND_CREATE,
    IW_COMMAND_DELETE,
    IW_COMMAND_RENAME,
    IW_COMMAND_SUBSCRIBE,
    IW_COMMAND_UNSUBSCRIBE,
    IW_COMMAND_LIST,
    IW_COMMAND_LSUB,
    IW_COMMAND_NAMESPACE,
    IW_COMMAND_STATUS,
    IW_COMMAND_APPEND,
    IW_COMMAND_IDLE,
    IW_COMMAND_CHECK,
    IW_COMMAND_CLOSE,
    IW_COMMAND_UNSELECT,
    IW_COMMAND_EXPUNGE,
    IW_COMMAND_SEARCH,
    IW_COMMAND_FETCH,
    IW_COMMAND_STORE,
    IW_COMMAND_COPY,
    IW_COMMAND_MOVE,
    IW_COMMAND_OTHER /* known to nobody here: name and arguments are kept verbatim */
};

/* What a command's arguments are; a table says which command has which (command.c). */
struct iw_append {
    struct iw_flags flags; /* names NULL: none given */
    bool has_flags, has_date;
    struct iw_date date;
    struct iw_span message; /* the literal's octets; empty when it was not kept; or absent */
    uint64_t size;          /* announced */
    bool kept;              /* false when the literal was streamed, skipped or refused */
    bool binary;            /* a literal8 */
    struct iw_span more; /* further messages (RFC 3502) and data that is no literal (RFC 4466 §4:
                          * CATENATE, UTF8), verbatim with its SP in front; or absent */
};

enum iw_store_mode { IW_STORE_REPLACE, IW_STORE_ADD, IW_STORE_REMOVE };

struct iw_command {
    enum iw_command_kind kind;
    bool uid;           /* UID FETCH, UID STORE, UID COPY, UID MOVE, UID SEARCH, UID EXPUNGE */
    struct iw_span raw; /* the whole frame */
    struct iw_span tag;
    struct iw_span name;      /* as written, without "UID " */
    struct iw_span arguments; /* verbatim, behind the SP that follows the name; absent if none */

    struct iw_span mailbox; /* SELECT … APPEND, COPY; LIST, LSUB: the pattern; RENAME: the old */
    struct iw_span other;   /* RENAME: the new name; LIST, LSUB: the reference; LOGIN: password */
    struct iw_span user;    /* LOGIN */
    struct iw_span mechanism; /* AUTHENTICATE */
    struct iw_span initial;   /* AUTHENTICATE: base64 or "="; absent without */
    struct iw_set set;        /* FETCH, STORE, COPY, MOVE, UID EXPUNGE */
    struct iw_names names;    /* ENABLE: capabilities; STATUS: items; FETCH: items, verbatim each;
                               * LIST: the patterns if they stand in parentheses, decoded */
    struct iw_span selection; /* LIST: selection options "(" … ")", verbatim; or absent */
    struct iw_span modifiers; /* what extensions add behind the arguments of SELECT, EXAMINE,
                               * CREATE, RENAME, LIST, FETCH, or behind the set of STORE:
                               * verbatim with its SP in front; or absent */
    bool silent;              /* STORE: .SILENT */
    enum iw_store_mode mode;  /* STORE */
    struct iw_flags flags;    /* STORE */
    struct iw_append append;
    struct iw_span search; /* SEARCH: the whole program, verbatim */
};

enum iw_result iw_parse_command(const struct iw_frame *frame, struct iw_arena *arena,
                                const struct iw_limits *limits, struct iw_lenient *lenient,
                                struct iw_command *command, struct iw_error *error);

/* The canonical form with CRLF. A message that was not kept is written as the announcement alone;
 * whoever sends a {n} to a server waits for "+" behind it. */
void iw_write_command(struct iw_buf *out, const struct iw_command *command);

/* The same value, whatever the octets it was read from. */
bool iw_command_equal(const struct iw_command *a, const struct iw_command *b);

const char *iw_command_name(enum iw_command_kind kind); /* "CAPABILITY", … */

#endif
