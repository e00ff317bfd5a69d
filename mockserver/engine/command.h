/* SPDX-License-Identifier: MIT */
/* The engine's commands: a table, and what the functions in command_*.c share. Private to them and
 * to session.c.
 *
 * A function writes its untagged responses to run->out and returns the outcome. A long answer is
 * made in pieces: when out has grown by IW_RUN_PIECE, or enough work has been done, the function
 * keeps its place in run->memory and returns iw_more(); it is called again when out has been taken.
 * One that needs a line from the client returns iw_line() and finds it in run->line. */
#ifndef IW_MOCKSERVER_ENGINE_COMMAND_H
#define IW_MOCKSERVER_ENGINE_COMMAND_H

#include "mockserver/engine/session.h"
#include "parser/code.h"

enum { IW_RUN_PIECE = 32 << 10 };

enum iw_outcome_kind {
    IW_OUTCOME_OK,
    IW_OUTCOME_NO,
    IW_OUTCOME_BAD,
    IW_OUTCOME_MORE, /* call again when out is taken */
    IW_OUTCOME_LINE  /* call again with the client's next line; what is to ask for it is in out */
};

/* code: what stands between the brackets, without them; absent: none. Static, or in the arena. */
struct iw_outcome {
    enum iw_outcome_kind kind;
    struct iw_span code;
    const char *text;
    uint64_t progress, goal; /* MORE: so many of so many are done; goal 0: not known */
};

struct iw_run {
    struct iw_engine_session *session;
    const struct iw_command *command; /* gone once a line has been asked for */
    struct iw_span line;              /* absent on the first call */
    struct iw_buf *out;
    struct iw_arena *arena; /* of the session; ends with the command */
    void *memory;           /* the function's own, in the arena; NULL on the first call */
    size_t begin;           /* length of out when this call began */
};

typedef struct iw_outcome iw_command_function(struct iw_run *run);

struct iw_command_type {
    iw_command_function *function; /* NULL: the engine does not know it */
    unsigned states;               /* of enum iw_engine_state */
    enum iw_capability capability;
    bool keeps_numbers; /* without UID no EXPUNGE may be sent while it runs (RFC 9051 §7.5.1) */
    bool tells_nothing; /* no news at its end: it leaves the mailbox, or has told all itself */
};

/* function NULL: there is none. */
const struct iw_command_type *iw_command_type_of(const struct iw_command *command);

/* ---- outcomes ---- */

struct iw_outcome iw_ok(const char *text);
struct iw_outcome iw_no(const char *code, const char *text); /* code NULL: none */
struct iw_outcome iw_bad(const char *text);
struct iw_outcome iw_more(uint64_t progress, uint64_t goal);
struct iw_outcome iw_line(void);
struct iw_outcome iw_no_memory(void);
/* The same outcome with that code, written without its brackets into the arena. */
struct iw_outcome iw_with_code(struct iw_run *run, struct iw_outcome outcome,
                               const struct iw_code *code);

static inline bool iw_run_is_full(const struct iw_run *run)
{
    return run->out->length - run->begin >= IW_RUN_PIECE;
}

/* ---- mailboxes by name ---- */

/* The name in UTF-8, in the arena: from modified UTF-7, or as it is once the client has enabled
 * UTF-8. False: it is none, or too long. */
bool iw_run_read_name(struct iw_run *run, struct iw_span wire, struct iw_span *name);
/* The other way. Absent: no memory. */
struct iw_span iw_run_wire_name(struct iw_run *run, struct iw_span name);
/* The objectid of a mailbox (F), an email (M) or a thread (T) (RFC 8474), in the arena. */
struct iw_span iw_run_objectid(struct iw_run *run, char kind, uint64_t id);
/* The same outcome with MAILBOXID, if the client may know of it. */
struct iw_outcome iw_with_mailbox_id(struct iw_run *run, struct iw_outcome outcome,
                                     const struct iw_mailbox *mailbox);
/* The same outcome with HIGHESTMODSEQ, for a client with QRESYNC (RFC 7162 §3.2.7, §3.2.9). */
struct iw_outcome iw_with_highest_modseq(struct iw_run *run, struct iw_outcome outcome);
/* Whose mailbox a name means, and what its owner calls it. Those of others stand below
 * "Other Users/" and their names; there owner is NULL if nobody has that name, and name is empty if
 * there is none behind it. False: that can be no name. */
struct iw_location {
    struct iw_user *owner;
    struct iw_span name;
};
bool iw_run_locate(struct iw_run *run, struct iw_span wire, struct iw_location *location);
/* RFC 4314 §4: k on the nearest mailbox above; where there is none, only the owner may. */
bool iw_run_may_create(const struct iw_run *run, const struct iw_location *location);
/* What this user calls the mailbox, in UTF-8. Absent: no memory. */
struct iw_span iw_run_mailbox_name(struct iw_run *run, const struct iw_mailbox *mailbox);
/* Whatever the user may do with it. NULL: there is none. */
struct iw_mailbox *iw_run_seek(struct iw_run *run, struct iw_span wire);
/* What the user may do with it; mailbox may be NULL. */
unsigned iw_run_rights(const struct iw_run *run, const struct iw_mailbox *mailbox);
/* The answer to who has not the rights he needs: one who may not see the mailbox does not hear that
 * it is there (RFC 4314 §6). mailbox NULL: it is not. */
struct iw_outcome iw_run_refuse(const struct iw_run *run, const struct iw_mailbox *mailbox);
/* The mailbox that the client means, whether it can be selected or not, if the user has all these
 * rights. NULL: *outcome says why. */
struct iw_mailbox *iw_run_find(struct iw_run *run, struct iw_span wire, unsigned rights,
                               struct iw_outcome *outcome);
/* The same for a command that needs what is in it. */
struct iw_mailbox *iw_run_open(struct iw_run *run, struct iw_span wire, unsigned rights,
                               struct iw_outcome *outcome);
/* The same for one that puts messages into it: TRYCREATE if it is not there. */
struct iw_mailbox *iw_run_open_target(struct iw_run *run, struct iw_outcome *outcome);

/* ---- mod-sequences ---- */

/* What the client has asked for enables CONDSTORE: if it is the first such command, the client is
 * told HIGHESTMODSEQ (RFC 7162 §3.1). False: the selected mailbox has no mod-sequences. */
bool iw_run_enable_condstore(struct iw_run *run);

/* ---- limits (RFC 9738) ---- */

/* How many messages one command may work on, and how many it may put into a mailbox. */
uint64_t iw_run_message_max(const struct iw_run *run);
uint64_t iw_run_save_max(const struct iw_run *run);
/* Keeps no more than that of the chosen, those with the highest UIDs. The lowest of them; 0: there
 * were not more. */
uint32_t iw_run_limit(const struct iw_run *run, struct iw_chosen *chosen);
/* The same outcome with MESSAGELIMIT; if it has another code already, that comes before it in an
 * untagged NO (§3.1). uid 0: not known. */
struct iw_outcome iw_with_message_limit(struct iw_run *run, struct iw_outcome outcome,
                                        uint64_t limit, uint32_t uid);

/* ---- messages ---- */

/* The messages of the command's set. False: *outcome says why. */
bool iw_run_choose(struct iw_run *run, struct iw_chosen *chosen, struct iw_outcome *outcome);
/* Takes a reference of every message and puts copies at the end of target, with the flags that the
 * user may set there; pairs of UIDs, for the code COPYUID, stay in the arena. False: no memory, or
 * the quota does not allow it; then nothing was copied. */
struct iw_run_copies {
    size_t count;
    uint32_t *from, *to;
    bool missing; /* some were gone */
};
bool iw_run_copy(struct iw_run *run, struct iw_chosen *chosen, struct iw_mailbox *target,
                 struct iw_run_copies *copies);
/* COPYUID of these. */
struct iw_code iw_run_copyuid(struct iw_run *run, const struct iw_mailbox *target,
                              const struct iw_run_copies *copies);
/* The client may be told the UIDs of what it has put there. */
bool iw_run_tells_uids(const struct iw_run *run, const struct iw_mailbox *target);
/* Ascending numbers as ranges, in the arena. ranges NULL: no memory. */
struct iw_set iw_run_set(struct iw_run *run, const uint32_t *numbers, size_t count);

/* ---- what several commands write ---- */

/* "* n FETCH (UID u MODSEQ (m))" */
void iw_run_write_modseq(struct iw_run *run, size_t index);
/* "* OK [HIGHESTMODSEQ m]" of the selected mailbox; or nothing, if there is none, or it has no
 * mod-sequences. */
void iw_run_write_highest_modseq(struct iw_run *run);
/* "* LIST (…) "/" name" for a mailbox of the user. */
void iw_run_write_list(struct iw_run *run, const struct iw_mailbox *mailbox);
/* The same of a name of that owner, whether it is a mailbox or not; old: what it was called before,
 * or absent. */
void iw_run_write_list_named(struct iw_run *run, struct iw_user *owner, struct iw_span name,
                             bool subscribed, struct iw_span old);
/* The same with \NoAccess for what the user may not read (RFC 5465 §3.1, §5.9); with \NonExistent
 * too when it counts as deleted, because he may not look it up any more (§5.4). */
void iw_run_write_list_access(struct iw_run *run, struct iw_user *owner, struct iw_span name,
                              bool deleted);
/* "* STATUS name (…)"; every name is known. */
void iw_run_write_status(struct iw_run *run, const struct iw_mailbox *mailbox,
                         const struct iw_names *items);
/* The session may fetch all of these. */
bool iw_run_knows_fetch_atts(const struct iw_run *run, const struct iw_fetch_att *att);
/* The session may be asked for this item. */
bool iw_run_knows_status_item(const struct iw_run *run, struct iw_span item);

/* ---- rights, quota and annotations ---- */

/* The letters of rights, in the arena. */
struct iw_span iw_run_letters(struct iw_run *run, unsigned rights);
/* "* MYRIGHTS name rights" */
void iw_run_write_rights(struct iw_run *run, const struct iw_mailbox *mailbox);
/* Whose quota root has that name, if it is the user's own; NULL: nobody. */
struct iw_user *iw_run_find_root(struct iw_run *run, struct iw_span root);
/* Limits of that kind are shown and can be set. */
bool iw_run_has_resource(const struct iw_run *run, enum iw_resource resource);
/* "* QUOTA root (…)" */
void iw_run_write_quota(struct iw_run *run, const struct iw_user *owner);
/* Annotations of a kind can be had: of mailboxes and the server, or of the server alone. */
bool iw_run_has_metadata(const struct iw_run *run);
bool iw_run_may_annotate(const struct iw_run *run, const struct iw_mailbox *mailbox);
/* Those of the mailbox, for which the capability is needed, or of the server if the name is empty;
 * then *mailbox is NULL. NULL: *outcome says why. */
struct iw_annotation_values *iw_run_annotations(struct iw_run *run, struct iw_span wire,
                                                enum iw_capability capability,
                                                struct iw_mailbox **mailbox,
                                                struct iw_outcome *outcome);
/* Sets these annotations of the command's mailbox; all of them or, but for want of memory, none. */
struct iw_outcome iw_run_annotate(struct iw_run *run, const struct iw_entry *first,
                                  enum iw_capability capability);
/* "* METADATA name (…)"; nothing if none of the entries has a value. */
void iw_run_write_metadata(struct iw_run *run, const struct iw_mailbox *mailbox,
                           const struct iw_names *entries);
bool iw_annotation_names_are_good(const struct iw_names *names);

/* ---- the functions, as in the table ---- */

iw_command_function iw_command_capability, iw_command_noop, iw_command_logout, iw_command_id;
iw_command_function iw_command_starttls, iw_command_login, iw_command_authenticate;
iw_command_function iw_command_enable, iw_command_idle, iw_command_notify;
iw_command_function iw_command_select, iw_command_create, iw_command_delete, iw_command_rename;
iw_command_function iw_command_subscribe, iw_command_unsubscribe;
iw_command_function iw_command_list, iw_command_lsub, iw_command_namespace, iw_command_status;
iw_command_function iw_command_append, iw_command_replace;
iw_command_function iw_command_uidbatches, iw_command_xlist;
iw_command_function iw_command_compress, iw_command_unauthenticate, iw_command_proxyauth;
iw_command_function iw_command_close, iw_command_unselect, iw_command_expunge;
iw_command_function iw_command_fetch, iw_command_store, iw_command_copy, iw_command_move;
iw_command_function iw_command_search, iw_command_sort, iw_command_thread;
iw_command_function iw_command_esearch, iw_command_cancelupdate;
iw_command_function iw_command_setacl, iw_command_deleteacl, iw_command_getacl;
iw_command_function iw_command_listrights, iw_command_myrights;
iw_command_function iw_command_getquota, iw_command_getquotaroot, iw_command_setquota;
iw_command_function iw_command_getmetadata, iw_command_setmetadata;
iw_command_function iw_command_getannotation, iw_command_setannotation;
iw_command_function iw_command_language, iw_command_comparator, iw_command_getjmapaccess;
iw_command_function iw_command_genurlauth, iw_command_resetkey, iw_command_urlfetch;

#endif
