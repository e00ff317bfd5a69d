/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

enum {
    BEFORE = IW_ENGINE_NOT_AUTHENTICATED,
    OPEN = IW_ENGINE_SELECTED,
    AFTER = IW_ENGINE_AUTHENTICATED | OPEN,
    ANY = BEFORE | AFTER
};

#define NEEDS(name) IW_CAPABILITY_##name

/* Function, states, capability; whether message numbers must stay as they are while it runs, and
 * whether no news follow it. Any kind that is not listed here the engine does not know. */
static const struct iw_command_type command_types[] = {
    [IW_COMMAND_CAPABILITY] = {iw_command_capability, ANY, NEEDS(NONE), false, false},
    [IW_COMMAND_NOOP] = {iw_command_noop, ANY, NEEDS(NONE), false, false},
    [IW_COMMAND_LOGOUT] = {iw_command_logout, ANY, NEEDS(NONE), false, true},
    [IW_COMMAND_ID] = {iw_command_id, ANY, NEEDS(ID), false, false},
    [IW_COMMAND_STARTTLS] = {iw_command_starttls, BEFORE, NEEDS(NONE), false, false},
    [IW_COMMAND_AUTHENTICATE] = {iw_command_authenticate, BEFORE, NEEDS(NONE), false, false},
    [IW_COMMAND_LOGIN] = {iw_command_login, BEFORE, NEEDS(NONE), false, false},
    [IW_COMMAND_ENABLE] = {iw_command_enable, AFTER, NEEDS(ENABLE), false, false},
    [IW_COMMAND_LANGUAGE] = {iw_command_language, ANY, NEEDS(LANGUAGE), false, false},
    [IW_COMMAND_COMPARATOR] = {iw_command_comparator, AFTER, NEEDS(I18NLEVEL_2), false, false},
    [IW_COMMAND_GETJMAPACCESS] = {iw_command_getjmapaccess, AFTER, NEEDS(JMAPACCESS), false, false},
    [IW_COMMAND_IDLE] = {iw_command_idle, AFTER, NEEDS(IDLE), false, false},
    [IW_COMMAND_NOTIFY] = {iw_command_notify, AFTER, NEEDS(NOTIFY), false, true},
    [IW_COMMAND_COMPRESS] = {iw_command_compress, AFTER, NEEDS(COMPRESS_DEFLATE), false, false},
    [IW_COMMAND_UNAUTHENTICATE] = {iw_command_unauthenticate, AFTER, NEEDS(UNAUTHENTICATE), false,
                                   true},
    [IW_COMMAND_PROXYAUTH] = {iw_command_proxyauth, AFTER, NEEDS(PROXYAUTH), false, true},
    [IW_COMMAND_SELECT] = {iw_command_select, AFTER, NEEDS(NONE), false, true},
    [IW_COMMAND_EXAMINE] = {iw_command_select, AFTER, NEEDS(NONE), false, true},
    [IW_COMMAND_CREATE] = {iw_command_create, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_DELETE] = {iw_command_delete, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_RENAME] = {iw_command_rename, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_SUBSCRIBE] = {iw_command_subscribe, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_UNSUBSCRIBE] = {iw_command_unsubscribe, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_LIST] = {iw_command_list, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_LSUB] = {iw_command_lsub, AFTER, NEEDS(IMAP4REV1), false, false},
    [IW_COMMAND_XLIST] = {iw_command_xlist, AFTER, NEEDS(XLIST), false, false},
    [IW_COMMAND_NAMESPACE] = {iw_command_namespace, AFTER, NEEDS(NAMESPACE), false, false},
    [IW_COMMAND_STATUS] = {iw_command_status, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_APPEND] = {iw_command_append, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_SETACL] = {iw_command_setacl, AFTER, NEEDS(ACL), false, false},
    [IW_COMMAND_DELETEACL] = {iw_command_deleteacl, AFTER, NEEDS(ACL), false, false},
    [IW_COMMAND_GETACL] = {iw_command_getacl, AFTER, NEEDS(ACL), false, false},
    [IW_COMMAND_LISTRIGHTS] = {iw_command_listrights, AFTER, NEEDS(ACL), false, false},
    [IW_COMMAND_MYRIGHTS] = {iw_command_myrights, AFTER, NEEDS(ACL), false, false},
    [IW_COMMAND_GETQUOTA] = {iw_command_getquota, AFTER, NEEDS(QUOTA), false, false},
    [IW_COMMAND_GETQUOTAROOT] = {iw_command_getquotaroot, AFTER, NEEDS(QUOTA), false, false},
    [IW_COMMAND_SETQUOTA] = {iw_command_setquota, AFTER, NEEDS(QUOTA), false, false},
    [IW_COMMAND_GETMETADATA] = {iw_command_getmetadata, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_SETMETADATA] = {iw_command_setmetadata, AFTER, NEEDS(NONE), false, false},
    [IW_COMMAND_GETANNOTATION] = {iw_command_getannotation, AFTER, NEEDS(ANNOTATEMORE), false,
                                  false},
    [IW_COMMAND_SETANNOTATION] = {iw_command_setannotation, AFTER, NEEDS(ANNOTATEMORE), false,
                                  false},
    [IW_COMMAND_GENURLAUTH] = {iw_command_genurlauth, AFTER, NEEDS(URLAUTH), false, false},
    [IW_COMMAND_RESETKEY] = {iw_command_resetkey, AFTER, NEEDS(URLAUTH), false, false},
    [IW_COMMAND_URLFETCH] = {iw_command_urlfetch, AFTER, NEEDS(URLAUTH), false, false},
    [IW_COMMAND_REPLACE] = {iw_command_replace, OPEN, NEEDS(REPLACE), false, false},
    [IW_COMMAND_CHECK] = {iw_command_noop, OPEN, NEEDS(IMAP4REV1), false, false},
    [IW_COMMAND_CLOSE] = {iw_command_close, OPEN, NEEDS(NONE), false, true},
    [IW_COMMAND_UNSELECT] = {iw_command_unselect, OPEN, NEEDS(UNSELECT), false, true},
    [IW_COMMAND_EXPUNGE] = {iw_command_expunge, OPEN, NEEDS(NONE), false, false},
    [IW_COMMAND_SEARCH] = {iw_command_search, OPEN, NEEDS(NONE), true, false},
    [IW_COMMAND_ESEARCH] = {iw_command_esearch, AFTER, NEEDS(MULTISEARCH), true, false},
    [IW_COMMAND_SORT] = {iw_command_sort, OPEN, NEEDS(SORT), true, false},
    [IW_COMMAND_THREAD] = {iw_command_thread, OPEN, NEEDS(NONE), true, false},
    [IW_COMMAND_CANCELUPDATE] = {iw_command_cancelupdate, OPEN, NEEDS(NONE), false, false},
    [IW_COMMAND_UIDBATCHES] = {iw_command_uidbatches, OPEN, NEEDS(UIDBATCHES), false, false},
    [IW_COMMAND_FETCH] = {iw_command_fetch, OPEN, NEEDS(NONE), true, false},
    [IW_COMMAND_PARTIAL] = {iw_command_fetch, OPEN, NEEDS(IMAP4), true, false},
    [IW_COMMAND_STORE] = {iw_command_store, OPEN, NEEDS(NONE), true, false},
    [IW_COMMAND_COPY] = {iw_command_copy, OPEN, NEEDS(NONE), false, false},
    [IW_COMMAND_MOVE] = {iw_command_move, OPEN, NEEDS(MOVE), false, false},
    [IW_COMMAND_OTHER] = {NULL, 0, NEEDS(NONE), false, false},
};

const struct iw_command_type *iw_command_type_of(const struct iw_command *command)
{
    return &command_types[command->kind];
}
