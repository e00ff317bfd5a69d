/* SPDX-License-Identifier: MIT */
/* The blocking client: Python's imaplib in C. One function per method, with the same name and the
 * same (type, data) results, and the typed values beside them.
 *
 * A guest in its process: it uses poll and posix_spawn, installs no signal handler, starts no
 * thread. One struct iw_imap is one connection, to be used by one thread at a time. Every wait has
 * an end: options.timeout_ms without a single octet, options.command_ms for one command in all.
 *
 * Three kinds of failure, as imaplib has them: IW_IMAP_ERROR, the command cannot work like this (a
 * BAD, a wrong argument, a wrong state), the connection goes on; IW_IMAP_ABORT, the connection is
 * over (BYE, the end of the stream, time, nonsense), open a new one and try again;
 * IW_IMAP_READONLY, the mailbox cannot be written to, or no longer, select it again.
 *
 * Arguments are C strings. Names of mailboxes and users are quoted when they must be; one that is
 * already a quoted string stands as it is. Names in UTF-8 become modified UTF-7, unless UTF8=ACCEPT
 * is enabled; names in ASCII stand as they are, but for an "&" that is no modified UTF-7. Sets,
 * items, flags and search criteria stand as they are; lists get parentheses when they have none.
 * CR, LF and NUL are refused everywhere.
 *
 * docs/imaplib.md maps every name of imaplib, and says where the two differ and why.
 *
 * Ownership: a result and all it points to are valid until the next call on the same imap. Results
 * may be NULL when nobody wants them. */
#ifndef IW_CLIENT_IMAP_H
#define IW_CLIENT_IMAP_H

#include "client/session.h"
#include "net/wire.h"

struct iw_imap;

enum { IW_IMAP_PORT = 143, IW_IMAP_SSL_PORT = 993 };

enum iw_imap_outcome {
    IW_IMAP_OK,
    IW_IMAP_NO, /* the server says NO: result.type is "NO" and its text is the data */
    IW_IMAP_ERROR,
    IW_IMAP_ABORT,
    IW_IMAP_READONLY
};

/* Why a call was neither OK nor NO. error.detail is for people, with the server's text, its
 * controls replaced by "?". */
struct iw_imap_failure {
    enum iw_imap_outcome outcome;
    struct iw_error error;
};

/* One element of imaplib's data: a string, or, when literal is present, the pair of the text up to
 * and with the announcement "{n}", and the octets. An empty text behind a literal is an element
 * too. */
struct iw_imap_item {
    struct iw_span text;
    struct iw_span literal;
};

struct iw_imap_result {
    const char *type;                /* "OK", "NO"; of logout "BYE"; of response its name */
    const struct iw_imap_item *data; /* imaplib's [None] is a count of 0 */
    size_t count;
    /* The typed values: all that came during the command, in order, and what completed it. */
    const struct iw_response *responses;
    size_t response_count;
    const struct iw_response *completion; /* NULL: the stream ended instead, after LOGOUT's BYE */
};

/* imaplib's debug: 0 nothing; 1 the opening, and what the server refuses; 3 the capabilities too; 4
 * every line; 5 all data. Passwords and literals are never among it. */
struct iw_imap_debug {
    int level;
    void (*say)(void *context, const char *line); /* NULL: to standard error */
    void *context;
};

/* Zero stands for the default of each. */
struct iw_imap_options {
    const char *host;               /* to be verified by STARTTLS; NULL: it cannot be used */
    int timeout_ms;                 /* without an octet; 60 000 */
    int command_ms;                 /* for one command; 3 600 000 */
    size_t memory;                  /* octets that one command's responses may take; 256 MiB */
    const struct iw_limits *limits; /* of one response; iw_limits_default */
    const struct iw_alloc *alloc;
    bool strict; /* no leniency of the grammar */
    struct iw_imap_debug debug;
};

/* ---- opening: connect, read the greeting, ask for the capabilities ---- */

/* All give NULL with *failure (which may be NULL). host NULL or "": localhost; port 0: the usual
 * one. */
struct iw_imap *iw_imap_open(const char *host, unsigned port, int timeout_ms,
                             struct iw_imap_failure *failure);
/* tls is borrowed for the call; NULL: the system's certificates. Certificate and host are verified
 * by default. A certificate of one's own, for AUTHENTICATE EXTERNAL, is part of tls
 * (iw_tls_client_certificate). */
struct iw_imap *iw_imap_open_ssl(const char *host, unsigned port, struct iw_tls_context *tls,
                                 int timeout_ms, struct iw_imap_failure *failure);
/* Either of the two with all options, such as the debug that sees the greeting: options->host and
 * options->timeout_ms are as above, secured is true for TLS. */
struct iw_imap *iw_imap_open_with(unsigned port, bool secured, struct iw_tls_context *tls,
                                  const struct iw_imap_options *options,
                                  struct iw_imap_failure *failure);
/* Talks to the standard input and output of "/bin/sh -c command". */
struct iw_imap *iw_imap_open_stream(const char *command, int timeout_ms,
                                    struct iw_imap_failure *failure);
/* Over a stream that is open already, under TLS when secured is true. It belongs to imap from now
 * on, also when this fails. */
struct iw_imap *iw_imap_open_wire(struct iw_wire *wire, bool secured,
                                  const struct iw_imap_options *options,
                                  struct iw_imap_failure *failure);

/* Closes the connection, if it is open, without a word; what is known stays readable. */
void iw_imap_shutdown(struct iw_imap *imap);
/* Shuts down and frees. */
void iw_imap_free(struct iw_imap *imap);

/* ---- the stream itself, for what no function speaks: not while a command is in progress ---- */

enum iw_imap_outcome iw_imap_send(struct iw_imap *imap, const char *octets, size_t length);
/* Exactly size octets; *got is less only at the end of the stream. */
enum iw_imap_outcome iw_imap_read(struct iw_imap *imap, char *room, size_t size, size_t *got);
/* Up to and with LF; a line longer than size is IW_IMAP_ERROR. *got of 0: the end. */
enum iw_imap_outcome iw_imap_readline(struct iw_imap *imap, char *room, size_t size, size_t *got);
/* The socket, -1 without one. */
int iw_imap_socket(const struct iw_imap *imap);

/* ---- what is known ---- */

const struct iw_imap_failure *iw_imap_failure(const struct iw_imap *imap);
/* Its text; "": the last call did not fail. */
const char *iw_imap_reason(const struct iw_imap *imap);
enum iw_session_state iw_imap_state(const struct iw_imap *imap);
/* "NONAUTH", "AUTH", "SELECTED", "LOGOUT"; between idle and idle_done "IDLING". */
const char *iw_imap_state_name(const struct iw_imap *imap);
/* "IMAP4REV1", else "IMAP4", else "IMAP4REV2". */
const char *iw_imap_protocol_version(const struct iw_imap *imap);
/* Upper case, separated by single SP. These two ask the server when no list is known. */
const char *iw_imap_capabilities(struct iw_imap *imap);
bool iw_imap_has(struct iw_imap *imap, const char *capability);
/* UTF8=ACCEPT is enabled. */
bool iw_imap_utf8_enabled(const struct iw_imap *imap);
/* Of the selected mailbox; and whether it was selected to be written to all the same. */
bool iw_imap_is_readonly(const struct iw_imap *imap);
bool iw_imap_turned_readonly(const struct iw_imap *imap);
/* The text behind the greeting's OK or PREAUTH. */
const char *iw_imap_welcome(const struct iw_imap *imap);

void iw_imap_set_debug(struct iw_imap *imap, const struct iw_imap_debug *debug);
/* The last ten lines of the conversation, 0 is the oldest; NULL: there are no more. */
const char *iw_imap_log_line(const struct iw_imap *imap, size_t index);
/* Says them all. */
void iw_imap_print_log(const struct iw_imap *imap);

/* ---- any state ---- */

enum iw_imap_outcome iw_imap_capability(struct iw_imap *imap, struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_noop(struct iw_imap *imap, struct iw_imap_result *result);
/* Reads on to the tagged response and closes. The type is "BYE", the data the server's text. */
enum iw_imap_outcome iw_imap_logout(struct iw_imap *imap, struct iw_imap_result *result);
/* An extension: any name, its arguments as they stand (NULL: none). */
enum iw_imap_outcome iw_imap_xatom(struct iw_imap *imap, const char *name, const char *arguments,
                                   struct iw_imap_result *result);
/* What came under a name ("UIDVALIDITY", "EXISTS", …; codes too) and was in no result yet. Each is
 * given once. Kept from one SELECT to the next, at most 1 000 of them and 1 MiB. Every result has
 * all of its name that was in none before it. */
enum iw_imap_outcome iw_imap_response(struct iw_imap *imap, const char *code,
                                      struct iw_imap_result *result);

/* RECENT, as far as it came and was in no result; else what NOOP brings. */
enum iw_imap_outcome iw_imap_recent(struct iw_imap *imap, struct iw_imap_result *result);

/* ---- not authenticated ---- */

/* tls is borrowed for the call; NULL: the system's certificates. */
enum iw_imap_outcome iw_imap_starttls(struct iw_imap *imap, struct iw_tls_context *tls,
                                      struct iw_imap_result *result);
/* A NO is IW_IMAP_ERROR here, as in imaplib. The password is always quoted. */
enum iw_imap_outcome iw_imap_login(struct iw_imap *imap, const char *user, const char *password,
                                   struct iw_imap_result *result);

/* Called with the octets of each challenge, decoded. True: answer is set (to octets that stay valid
 * until the next call) and is sent in base64. False: the exchange is cancelled with "*". */
struct iw_imap_authobject {
    bool (*answer)(void *context, struct iw_span challenge, struct iw_span *answer);
    /* Asked when the server is content: false, it has not proven itself. NULL: true. */
    bool (*satisfied)(void *context);
    void *context;
    /* What the client begins with: sent along with the command, so only where the server has
     * SASL-IR (RFC 4959). Absent: nothing is. */
    struct iw_span initial;
};
enum iw_imap_outcome iw_imap_authenticate(struct iw_imap *imap, const char *mechanism,
                                          const struct iw_imap_authobject *authobject,
                                          struct iw_imap_result *result);
/* By a mechanism of sasl/sasl.h. The password is the token of XOAUTH2 and OAUTHBEARER; EXTERNAL and
 * ANONYMOUS need none, and user may be NULL for them. */
enum iw_imap_outcome iw_imap_authenticate_as(struct iw_imap *imap, const char *mechanism,
                                             const char *user, const char *password,
                                             struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_login_cram_md5(struct iw_imap *imap, const char *user,
                                            const char *password, struct iw_imap_result *result);
/* In UTF-8. */
enum iw_imap_outcome iw_imap_login_plain(struct iw_imap *imap, const char *user,
                                         const char *password, struct iw_imap_result *result);

/* ---- authenticated ---- */

/* IW_IMAP_ERROR when the server has no ENABLE. */
enum iw_imap_outcome iw_imap_enable(struct iw_imap *imap, const char *capability,
                                    struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_proxyauth(struct iw_imap *imap, const char *user,
                                       struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_namespace(struct iw_imap *imap, struct iw_imap_result *result);
/* readonly: EXAMINE. Otherwise an answer of READ-ONLY is IW_IMAP_READONLY, and the mailbox is
 * selected all the same; so is every command from then on, but for LOGOUT, CLOSE and UNSELECT,
 * until the next select. The data are the EXISTS, which iw_imap_response gives once more. */
enum iw_imap_outcome iw_imap_select(struct iw_imap *imap, const char *mailbox, bool readonly,
                                    struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_create(struct iw_imap *imap, const char *mailbox,
                                    struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_delete(struct iw_imap *imap, const char *mailbox,
                                    struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_rename(struct iw_imap *imap, const char *old_name,
                                    const char *new_name, struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_subscribe(struct iw_imap *imap, const char *mailbox,
                                       struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_unsubscribe(struct iw_imap *imap, const char *mailbox,
                                         struct iw_imap_result *result);
/* directory NULL: "", pattern NULL: "*". */
enum iw_imap_outcome iw_imap_list(struct iw_imap *imap, const char *directory, const char *pattern,
                                  struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_lsub(struct iw_imap *imap, const char *directory, const char *pattern,
                                  struct iw_imap_result *result);
/* names: "MESSAGES UIDNEXT". */
enum iw_imap_outcome iw_imap_status(struct iw_imap *imap, const char *mailbox, const char *names,
                                    struct iw_imap_result *result);
/* mailbox NULL: "INBOX"; flags, date may be NULL. Every line of message is made to end in CRLF. */
enum iw_imap_outcome iw_imap_append(struct iw_imap *imap, const char *mailbox, const char *flags,
                                    const struct iw_date *date, struct iw_span message,
                                    struct iw_imap_result *result);

/* ---- rights, quotas, annotations (RFC 4314, RFC 2087) ---- */

enum iw_imap_outcome iw_imap_getacl(struct iw_imap *imap, const char *mailbox,
                                    struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_setacl(struct iw_imap *imap, const char *mailbox, const char *who,
                                    const char *what, struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_deleteacl(struct iw_imap *imap, const char *mailbox, const char *who,
                                       struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_myrights(struct iw_imap *imap, const char *mailbox,
                                      struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_getquota(struct iw_imap *imap, const char *root,
                                      struct iw_imap_result *result);
/* Two lists: the roots, and their quotas. Either may be NULL. */
enum iw_imap_outcome iw_imap_getquotaroot(struct iw_imap *imap, const char *mailbox,
                                          struct iw_imap_result *quotaroot,
                                          struct iw_imap_result *quota);
/* limits: "STORAGE 512" */
enum iw_imap_outcome iw_imap_setquota(struct iw_imap *imap, const char *root, const char *limits,
                                      struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_getannotation(struct iw_imap *imap, const char *mailbox,
                                           const char *entry, const char *attribute,
                                           struct iw_imap_result *result);
/* entries: an entry, its attributes, the next entry, …, NULL */
enum iw_imap_outcome iw_imap_setannotation(struct iw_imap *imap, const char *mailbox,
                                           const char *const *entries,
                                           struct iw_imap_result *result);

/* ---- IDLE (RFC 2177) ---- */

/* Begins; until iw_imap_idle_done only the three below may be called. duration_ms bounds all of the
 * waiting in iw_imap_idle_next; negative: no bound. Servers may hang up after 30 minutes. */
enum iw_imap_outcome iw_imap_idle(struct iw_imap *imap, int duration_ms);
/* The next response: its name is the type, its parts are the data. A type of NULL: the duration is
 * over. */
enum iw_imap_outcome iw_imap_idle_next(struct iw_imap *imap, struct iw_imap_result *result);
/* The next response of a burst: waits for the first like iw_imap_idle_next, for each other at most
 * interval_ms. A type of NULL: the burst is over, and the next call begins another. */
enum iw_imap_outcome iw_imap_idle_burst(struct iw_imap *imap, int interval_ms,
                                        struct iw_imap_result *result);
/* What came and was not asked for is left to iw_imap_response. */
enum iw_imap_outcome iw_imap_idle_done(struct iw_imap *imap, struct iw_imap_result *result);

/* ---- selected ---- */

enum iw_imap_outcome iw_imap_check(struct iw_imap *imap, struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_close(struct iw_imap *imap, struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_unselect(struct iw_imap *imap, struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_expunge(struct iw_imap *imap, struct iw_imap_result *result);
/* charset may be NULL, and must be where UTF8=ACCEPT is enabled. Octets from 0x80 in the criteria
 * are sent as they are. */
enum iw_imap_outcome iw_imap_search(struct iw_imap *imap, const char *charset, const char *criteria,
                                    struct iw_imap_result *result);
/* RFC 5256. sort_criteria: "REVERSE DATE"; charset: "UTF-8" */
enum iw_imap_outcome iw_imap_sort(struct iw_imap *imap, const char *sort_criteria,
                                  const char *charset, const char *search_criteria,
                                  struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_thread(struct iw_imap *imap, const char *threading_algorithm,
                                    const char *charset, const char *search_criteria,
                                    struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_fetch(struct iw_imap *imap, const char *message_set,
                                   const char *message_parts, struct iw_imap_result *result);
/* Of IMAP4, long obsolete. */
enum iw_imap_outcome iw_imap_partial(struct iw_imap *imap, const char *message_num,
                                     const char *message_part, const char *start,
                                     const char *length, struct iw_imap_result *result);
/* command: "+FLAGS", "-FLAGS.SILENT", … */
enum iw_imap_outcome iw_imap_store(struct iw_imap *imap, const char *message_set,
                                   const char *command, const char *flags,
                                   struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_copy(struct iw_imap *imap, const char *message_set,
                                  const char *new_mailbox, struct iw_imap_result *result);
/* RFC 6851 */
enum iw_imap_outcome iw_imap_move(struct iw_imap *imap, const char *message_set,
                                  const char *new_mailbox, struct iw_imap_result *result);
/* command: "FETCH", "SEARCH", …; its arguments as they stand (NULL: none). */
enum iw_imap_outcome iw_imap_uid(struct iw_imap *imap, const char *command, const char *arguments,
                                 struct iw_imap_result *result);

#endif
