/* SPDX-License-Identifier: MIT */
/* command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF
 * (RFC 9051 §6, §9, and its extensions): one typed value for one whole frame, and back.
 *
 * Everything borrows from the frame and the arena. A command that no type knows is kept with its
 * arguments verbatim (IW_COMMAND_OTHER); so is a SEARCH with a key, or a STORE of an item, that is
 * known to nobody here. */
#ifndef IW_PARSER_COMMAND_H
#define IW_PARSER_COMMAND_H

#include "parser/append.h"
#include "parser/apple_push.h"
#include "parser/convert.h"
#include "parser/fetch_att.h"
#include "parser/id.h"
#include "parser/notify.h"
#include "parser/option.h"
#include "parser/search_key.h"

enum iw_command_kind {
    /* any state */
    IW_COMMAND_CAPABILITY,
    IW_COMMAND_NOOP,
    IW_COMMAND_LOGOUT,
    IW_COMMAND_ID,
    /* not authenticated */
    IW_COMMAND_STARTTLS,
    IW_COMMAND_AUTHENTICATE,
    IW_COMMAND_LOGIN,
    /* the connection */
    IW_COMMAND_ENABLE,
    IW_COMMAND_COMPRESS,         /* RFC 4978 */
    IW_COMMAND_UNAUTHENTICATE,   /* RFC 8437 */
    IW_COMMAND_X_UNAUTHENTICATE, /* before RFC 8437 */
    IW_COMMAND_PROXYAUTH,        /* of Netscape */
    IW_COMMAND_NETSCAPE,         /* asks for the address of a page about the account */
    IW_COMMAND_XYZZY,            /* of Gmail: does nothing */
    IW_COMMAND_LANGUAGE,         /* RFC 5255 */
    IW_COMMAND_COMPARATOR,       /* RFC 5255 */
    IW_COMMAND_GETJMAPACCESS,    /* RFC 9698 */
    IW_COMMAND_IDLE,
    IW_COMMAND_NOTIFY,      /* RFC 5465 */
    IW_COMMAND_CONVERSIONS, /* RFC 5259 */
    IW_COMMAND_APPLE_PUSH,  /* XAPPLEPUSHSERVICE */
    /* mailboxes */
    IW_COMMAND_SELECT,
    IW_COMMAND_EXAMINE,
    IW_COMMAND_CREATE,
    IW_COMMAND_DELETE,
    IW_COMMAND_RENAME,
    IW_COMMAND_SUBSCRIBE,
    IW_COMMAND_UNSUBSCRIBE,
    IW_COMMAND_LIST,
    IW_COMMAND_LSUB,
    IW_COMMAND_XLIST,  /* before RFC 6154 */
    IW_COMMAND_RLIST,  /* RFC 2193 */
    IW_COMMAND_RLSUB,  /* RFC 2193 */
    IW_COMMAND_SCAN,   /* LIST of the mailboxes that hold a text */
    IW_COMMAND_FIND,   /* RFC 1176, before LIST */
    IW_COMMAND_BBOARD, /* RFC 1176, EXAMINE of a bulletin board */
    IW_COMMAND_NAMESPACE,
    IW_COMMAND_STATUS,
    IW_COMMAND_APPEND,
    /* rights and quota */
    IW_COMMAND_SETACL, /* RFC 4314 */
    IW_COMMAND_DELETEACL,
    IW_COMMAND_GETACL,
    IW_COMMAND_LISTRIGHTS,
    IW_COMMAND_MYRIGHTS,
    IW_COMMAND_GETQUOTA, /* RFC 9208 */
    IW_COMMAND_GETQUOTAROOT,
    IW_COMMAND_SETQUOTA,
    /* data about mailboxes */
    IW_COMMAND_GETMETADATA, /* RFC 5464 */
    IW_COMMAND_SETMETADATA,
    IW_COMMAND_GETANNOTATION, /* drafts before RFC 5464 */
    IW_COMMAND_SETANNOTATION,
    IW_COMMAND_GENURLAUTH, /* RFC 4467 */
    IW_COMMAND_RESETKEY,
    IW_COMMAND_URLFETCH,
    /* messages */
    IW_COMMAND_CHECK,
    IW_COMMAND_CLOSE,
    IW_COMMAND_UNSELECT,
    IW_COMMAND_EXPUNGE,
    IW_COMMAND_SEARCH,
    IW_COMMAND_ESEARCH, /* RFC 7377 */
    IW_COMMAND_SORT,    /* RFC 5256 */
    IW_COMMAND_THREAD,
    IW_COMMAND_CANCELUPDATE, /* RFC 5267 */
    IW_COMMAND_UIDBATCHES,   /* RFC 10022 */
    IW_COMMAND_FETCH,
    IW_COMMAND_PARTIAL, /* RFC 1730 */
    IW_COMMAND_STORE,
    IW_COMMAND_COPY,
    IW_COMMAND_MOVE,
    IW_COMMAND_REPLACE, /* RFC 8508 */
    IW_COMMAND_CONVERT, /* RFC 5259 */
    IW_COMMAND_OTHER    /* known to nobody here: name and arguments are kept verbatim */
};

/* What a command's arguments are; a table says which command has which (command.c). */

enum iw_store_mode { IW_STORE_REPLACE, IW_STORE_ADD, IW_STORE_REMOVE };

/* sort-key (RFC 5256 §5): ARRIVAL, DATE, DISPLAYFROM, … */
struct iw_sort_key {
    struct iw_span name; /* as written; without regard to case */
    bool reverse;
    struct iw_span entry, attribute; /* ANNOTATION (RFC 5257 §6) */
    struct iw_sort_key *next;
};

/* A named value, or a named list of them. */
struct iw_entry {
    struct iw_span name;   /* a metadata entry, an attribute, a resource, a URL */
    struct iw_span value;  /* SETMETADATA, SETANNOTATION; absent for NIL. GENURLAUTH: mechanism */
    bool binary;           /* SETMETADATA: the value is a literal8 */
    uint64_t limit;        /* SETQUOTA */
    bool listed;           /* URLFETCH: in parentheses, with names behind (RFC 5524) */
    struct iw_names names; /* URLFETCH: BODY, BINARY, BODYPARTSTRUCTURE */
    struct iw_entry *attributes; /* SETANNOTATION */
    struct iw_entry *next;
};

struct iw_command {
    enum iw_command_kind kind;
    bool uid;           /* UID FETCH, UID STORE, UID COPY, UID SEARCH, UID EXPUNGE, … */
    struct iw_span raw; /* the whole frame */
    const struct iw_literal *literals; /* as they were announced: the frame's */
    size_t literal_count;
    struct iw_span tag;
    struct iw_span name;      /* as written, without "UID " */
    struct iw_span arguments; /* verbatim, behind the SP that follows the name; absent if none */

    struct iw_span mailbox; /* wherever there is one; LIST, LSUB, SCAN, FIND: the pattern; RENAME:
                             * the old */
    struct iw_span other; /* RENAME: the new name; LIST, LSUB, SCAN: the reference; FIND: what kind;
                           * LOGIN: password;
                           * SETACL: rights; GETQUOTA, SETQUOTA: the root */
    struct iw_span user;  /* LOGIN, PROXYAUTH; SETACL, DELETEACL, LISTRIGHTS: the identifier */
    struct iw_span mechanism; /* AUTHENTICATE, COMPRESS; THREAD: the algorithm */
    struct iw_span initial;   /* AUTHENTICATE: base64 or "="; absent without */
    struct iw_span text;      /* SCAN */
    struct iw_id id;
    struct iw_set set;     /* FETCH, STORE, COPY, MOVE, UID EXPUNGE, CONVERT; one number of PARTIAL
                            * and REPLACE */
    struct iw_names names; /* ENABLE: capabilities; STATUS: items; FETCH: items, verbatim each;
                            * LIST: the patterns if they stand in parentheses, decoded; STORE:
                            * labels; LANGUAGE, COMPARATOR, CANCELUPDATE, GETMETADATA: as they are
                            * called; GETANNOTATION: entries; RESETKEY: mechanisms */
    struct iw_names attributes;  /* GETANNOTATION */
    struct iw_options selection; /* LIST and GETMETADATA: the options in front */
    struct iw_options options;   /* SELECT, EXAMINE, CREATE, RENAME, FETCH, STORE; what LIST,
                                  * SEARCH, SORT and ESEARCH shall RETURN */
    struct iw_entry *entries;    /* SETQUOTA, SETMETADATA, SETANNOTATION, GENURLAUTH, URLFETCH */
    struct iw_fetch_att *fetch_atts;   /* FETCH, PARTIAL, CONVERT */
    uint64_t origin, length;           /* PARTIAL; UIDBATCHES: length is the size of a batch */
    struct iw_window window;           /* UIDBATCHES: which batches; 0: all */
    bool labels;                       /* STORE: X-GM-LABELS, not FLAGS */
    bool silent;                       /* STORE: .SILENT */
    enum iw_store_mode mode;           /* STORE */
    struct iw_flags flags;             /* STORE */
    struct iw_annotations annotations; /* STORE; without members: flags or labels */
    struct iw_append append;           /* APPEND, REPLACE */
    struct iw_mailbox_filter *sources; /* ESEARCH: IN (…); NULL: none given */
    struct iw_options scope;           /* ESEARCH: scope-options */
    struct iw_sort_key *sort;          /* SORT */
    struct iw_search_program search;   /* SEARCH, ESEARCH, SORT, THREAD */
    struct iw_notify notify;
    struct iw_conversion conversion; /* CONVERT, which says but to what; CONVERSIONS */
    struct iw_apple_push apple_push;
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
