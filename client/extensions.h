/* SPDX-License-Identifier: MIT */
/* What IMAP has grown since imaplib, on the blocking client of client/imap.h and by its rules: the
 * same arguments, results, failures and ownership.
 *
 * The results are result->responses, typed values in the order in which they came, and
 * result->completion; result->data is the text of the latter. Where a function takes uid, it is
 * true for the command's UID form: sets are UIDs, and nothing has to be known of message numbers.
 * What the server does not offer is IW_IMAP_ERROR before anything is sent; IMAP4rev2 offers what it
 * includes (RFC 9051 appendix E). Functions given to imap are called inside of its calls, and of
 * all that is here and in client/imap.h they may call iw_imap_cancel only.
 *
 * Items of FETCH need no function of their own: BINARY[1] and BINARY.SIZE[1] (RFC 3516), PREVIEW
 * (RFC 8970), SAVEDATE (RFC 8514), EMAILID and THREADID (RFC 8474), MODSEQ (RFC 7162) have their
 * types in parser/fetch.h; MAILBOXID, APPENDLIMIT and DELETED-STORAGE of STATUS in
 * parser/mailbox.h; quotas in parser/quota.h. ENABLE is iw_imap_enable. */
#ifndef IW_CLIENT_EXTENSIONS_H
#define IW_CLIENT_EXTENSIONS_H

#include "client/imap.h"
#include "client/mailbox_view.h"

/* ---- the connection ---- */

/* RFC 4978: from here on the stream is compressed, both ways. */
enum iw_imap_outcome iw_imap_compress(struct iw_imap *imap, struct iw_imap_result *result);
/* RFC 8437: as before the login. Not on a compressed connection, which would have to go back. */
enum iw_imap_outcome iw_imap_unauthenticate(struct iw_imap *imap, struct iw_imap_result *result);
/* RFC 2971: names and values in turn, ending with a NULL name; a value may be NULL. fields NULL:
 * NIL. */
enum iw_imap_outcome iw_imap_id(struct iw_imap *imap, const char *const *fields,
                                struct iw_imap_result *result);

/* From any thread, and from a signal handler, as long as imap is not freed. A wait inside of IDLE
 * ends as if its time were over. Any other call, or the next one, is given up: IW_IMAP_ABORT with
 * IW_CANCELLED, and the connection is of no more use. */
void iw_imap_cancel(struct iw_imap *imap);

/* Told after each read and write how many octets the connection has carried so far (before
 * compression, behind TLS). False: as iw_imap_cancel. NULL: nobody is told. */
typedef bool iw_imap_progress(void *context, uint64_t received, uint64_t sent);
void iw_imap_on_progress(struct iw_imap *imap, iw_imap_progress *progress, void *context);

/* From now on the view takes every response. Borrowed; NULL: none, to be said before another
 * mailbox is selected by anything but iw_imap_resync. */
void iw_imap_keep_view(struct iw_imap *imap, struct iw_mailbox_view *view);

/* ---- mailboxes ---- */

/* A name as a server has sent it, in UTF-8; as it is when it is not well-formed. */
struct iw_span iw_imap_mailbox_name(struct iw_imap *imap, struct iw_span sent);

/* RFC 5258, 5819 (STATUS), 6154 (SPECIAL-USE), 8440 (MYRIGHTS), 9590 (METADATA).
 * selection: "SUBSCRIBED RECURSIVEMATCH"; returns: "CHILDREN STATUS (MESSAGES)"; either may be
 * NULL. patterns end with NULL. */
enum iw_imap_outcome iw_imap_list_extended(struct iw_imap *imap, const char *selection,
                                           const char *directory, const char *const *patterns,
                                           const char *returns, struct iw_imap_result *result);
/* parameters: "CONDSTORE", "QRESYNC (67890007 20050715194045000 41,43:211)". */
enum iw_imap_outcome iw_imap_select_with(struct iw_imap *imap, const char *mailbox, bool readonly,
                                         const char *parameters, struct iw_imap_result *result);

/* RFC 5464; mailbox "": the server. options: "MAXSIZE 1024 DEPTH 1", or NULL; entries end with
 * NULL.
 */
enum iw_imap_outcome iw_imap_get_metadata(struct iw_imap *imap, const char *mailbox,
                                          const char *options, const char *const *entries,
                                          struct iw_imap_result *result);
struct iw_imap_metadata {
    const char *entry;
    struct iw_span value; /* absent: the entry is removed */
};
enum iw_imap_outcome iw_imap_set_metadata(struct iw_imap *imap, const char *mailbox,
                                          const struct iw_imap_metadata *entries, size_t count,
                                          struct iw_imap_result *result);

/* RFC 5465. events: "(selected (MessageNew MessageExpunge)) (inboxes (MessageNew))"; NULL: NONE.
 * status: ask for the STATUS of all mailboxes first. */
enum iw_imap_outcome iw_imap_notify(struct iw_imap *imap, bool status, const char *events,
                                    struct iw_imap_result *result);

/* ---- waiting ---- */

struct iw_imap_listening {
    bool without_idle; /* RFC 5465: NOTIFY makes the server speak by itself */
    int duration_ms;   /* negative: until it is stopped */
    int reissue_ms;    /* how long one IDLE lasts; 0: 29 minutes (RFC 2177 §3) */
    /* Each response; valid until it returns. False: that is enough. NULL: only the view, if there
     * is one, takes them. */
    bool (*heard)(void *context, const struct iw_response *response);
    void *context;
};

/* Until its time is over, heard returns false, or iw_imap_cancel; takes constant memory. */
enum iw_imap_outcome iw_imap_listen(struct iw_imap *imap,
                                    const struct iw_imap_listening *listening);

/* ---- searching ---- */

/* RFC 4731, 5182 (SAVE), 5267 (PARTIAL, CONTEXT, UPDATE), 9394. returns: "MIN COUNT PARTIAL 1:100";
 * charset may be NULL. The result is an ESEARCH. */
enum iw_imap_outcome iw_imap_search_returning(struct iw_imap *imap, bool uid, const char *returns,
                                              const char *charset, const char *criteria,
                                              struct iw_imap_result *result);
/* RFC 5267: sort is "(REVERSE DATE)". */
enum iw_imap_outcome iw_imap_sort_returning(struct iw_imap *imap, bool uid, const char *returns,
                                            const char *sort, const char *charset,
                                            const char *criteria, struct iw_imap_result *result);
/* RFC 5267: the tag of the search, as in its ESEARCH. */
enum iw_imap_outcome iw_imap_cancel_update(struct iw_imap *imap, const char *tag,
                                           struct iw_imap_result *result);

/* ---- messages that are there ---- */

/* modifiers: "CHANGEDSINCE 12 VANISHED" (RFC 7162), "PARTIAL 1:50" (RFC 9394), or NULL. */
enum iw_imap_outcome iw_imap_fetch_with(struct iw_imap *imap, bool uid, const char *set,
                                        const char *items, const char *modifiers,
                                        struct iw_imap_result *result);
/* modifiers: "UNCHANGEDSINCE 12" (RFC 7162), or NULL. The code MODIFIED names what failed. */
enum iw_imap_outcome iw_imap_store_with(struct iw_imap *imap, bool uid, const char *set,
                                        const char *modifiers, const char *command,
                                        const char *flags, struct iw_imap_result *result);
/* RFC 6851: iw_imap_code(result, "COPYUID") says where they are now. */
enum iw_imap_outcome iw_imap_move_messages(struct iw_imap *imap, bool uid, const char *set,
                                           const char *mailbox, struct iw_imap_result *result);
enum iw_imap_outcome iw_imap_copy_messages(struct iw_imap *imap, bool uid, const char *set,
                                           const char *mailbox, struct iw_imap_result *result);
/* RFC 4315 */
enum iw_imap_outcome iw_imap_uid_expunge(struct iw_imap *imap, const char *set,
                                         struct iw_imap_result *result);

/* The code of that name, of the tagged response or of an untagged OK; NULL: none came. */
const struct iw_code *iw_imap_code(const struct iw_imap_result *result, const char *name);

/* Bodies as they arrive, in constant memory however large and many the messages are. */
struct iw_fetch_sink {
    /* A section begins, size octets of it: of that message (its UID in UIDFETCH), called as the
     * server writes it, "BODY[TEXT]<0>". Also when it is empty, but not for NIL. */
    bool (*begin)(void *context, uint32_t number, struct iw_span section, uint64_t size);
    bool (*octets)(void *context, struct iw_span octets);
    /* One FETCH or UIDFETCH is complete; valid until it returns. */
    bool (*message)(void *context, const struct iw_response *response);
    void *context;
};

/* False from a function of the sink (each may be NULL): nothing more is given to it, and the result
 * is IW_IMAP_ERROR with IW_CANCELLED once the server has said all it has to say. FETCH responses
 * are not among result->responses. */
enum iw_imap_outcome iw_imap_fetch_to(struct iw_imap *imap, bool uid, const char *set,
                                      const char *items, const char *modifiers,
                                      const struct iw_fetch_sink *sink,
                                      struct iw_imap_result *result);

/* ---- messages that are added ---- */

/* A piece of a message that is put together by the server (RFC 4469): a URL, or text. */
struct iw_imap_piece {
    const char *url; /* NULL: octets or source */
    struct iw_span octets;
    const struct iw_source *source;
};

struct iw_imap_message {
    const char *flags;          /* "\\Seen", or NULL */
    const struct iw_date *date; /* NULL: now */
    struct iw_span octets;
    const struct iw_source *source;     /* instead of octets: sent as it is read, never held */
    bool binary;                        /* as literal8 (RFC 3516): NUL may be inside */
    const struct iw_imap_piece *pieces; /* CATENATE, instead of both */
    size_t piece_count;
};

/* More than one message is MULTIAPPEND (RFC 3502): all or none. Octets are sent as they are, so
 * lines must end in CRLF already. iw_imap_code(result, "APPENDUID") says what they have become. */
enum iw_imap_outcome iw_imap_append_messages(struct iw_imap *imap, const char *mailbox,
                                             const struct iw_imap_message *messages, size_t count,
                                             struct iw_imap_result *result);
/* RFC 8508: the message of that number, or UID, gives way to another. */
enum iw_imap_outcome iw_imap_replace(struct iw_imap *imap, bool uid, uint32_t number,
                                     const char *mailbox, const struct iw_imap_message *message,
                                     struct iw_imap_result *result);

/* ---- resynchronising ---- */

enum iw_resync_way {
    IW_RESYNC_QRESYNC,   /* RFC 7162 §3.2.5: the server says what has changed and gone */
    IW_RESYNC_CONDSTORE, /* §3.1.4: it says what has changed; what has gone is searched for */
    IW_RESYNC_FULL       /* UIDs and flags of all messages are fetched */
};

/* Selects the mailbox and makes the view right, by the cheapest way there is for what the view
 * holds of an earlier session and the server offers; keeps the view right from then on, as
 * iw_imap_keep_view. Each message then has its UID and flags. */
enum iw_imap_outcome iw_imap_resync(struct iw_imap *imap, const char *mailbox, bool readonly,
                                    struct iw_mailbox_view *view, enum iw_resync_way *way);

#endif
