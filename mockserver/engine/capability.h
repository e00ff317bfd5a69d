/* SPDX-License-Identifier: MIT */
/* What the engine can do, by the names of the capability registry, and when it says so. */
#ifndef IW_MOCKSERVER_ENGINE_CAPABILITY_H
#define IW_MOCKSERVER_ENGINE_CAPABILITY_H

#include "base/buf.h"

/* In the order in which they are listed. */
enum iw_capability {
    IW_CAPABILITY_NONE, /* asks for nothing: what every server has */
    IW_CAPABILITY_IMAP4REV1,
    IW_CAPABILITY_IMAP4REV2,
    IW_CAPABILITY_STARTTLS,
    IW_CAPABILITY_LOGINDISABLED,
    IW_CAPABILITY_SASL_IR,
    IW_CAPABILITY_ID,
    IW_CAPABILITY_ENABLE,
    IW_CAPABILITY_IDLE,
    IW_CAPABILITY_LITERAL_PLUS,
    IW_CAPABILITY_LITERAL_MINUS,
    IW_CAPABILITY_NAMESPACE,
    IW_CAPABILITY_CHILDREN,
    IW_CAPABILITY_SPECIAL_USE,
    IW_CAPABILITY_CREATE_SPECIAL_USE,
    IW_CAPABILITY_LIST_EXTENDED,
    IW_CAPABILITY_LIST_STATUS,
    IW_CAPABILITY_STATUS_SIZE,
    IW_CAPABILITY_UNSELECT,
    IW_CAPABILITY_UIDPLUS,
    IW_CAPABILITY_MULTIAPPEND,
    IW_CAPABILITY_APPENDLIMIT,
    IW_CAPABILITY_BINARY,
    IW_CAPABILITY_MOVE,
    IW_CAPABILITY_CONDSTORE,
    IW_CAPABILITY_QRESYNC,
    IW_CAPABILITY_ESEARCH,
    IW_CAPABILITY_SEARCHRES,
    IW_CAPABILITY_WITHIN,
    IW_CAPABILITY_SORT,
    IW_CAPABILITY_SORT_DISPLAY,
    IW_CAPABILITY_ESORT,
    IW_CAPABILITY_THREAD_ORDEREDSUBJECT,
    IW_CAPABILITY_THREAD_REFERENCES,
    IW_CAPABILITY_THREAD_REFS,
    IW_CAPABILITY_CONTEXT_SEARCH,
    IW_CAPABILITY_CONTEXT_SORT,
    IW_CAPABILITY_PARTIAL,
    IW_CAPABILITY_MULTISEARCH,
    IW_CAPABILITY_SEARCH_FUZZY,
    IW_CAPABILITY_I18NLEVEL,
    IW_CAPABILITY_UTF8_ACCEPT,
    IW_CAPABILITY_OBJECTID,
    IW_CAPABILITY_SAVEDATE,
    IW_CAPABILITY_PREVIEW,
    IW_CAPABILITY_AUTH, /* AUTH=…: one for each mechanism */
    IW_CAPABILITY_COUNT
};

/* States of a connection. A set of them is an or. */
enum iw_capability_place {
    IW_PLACE_CLEAR_BEFORE = 1 << 0, /* in clear, before login */
    IW_PLACE_CLEAR_AFTER = 1 << 1,
    IW_PLACE_TLS_BEFORE = 1 << 2,
    IW_PLACE_TLS_AFTER = 1 << 3,
    IW_PLACE_BEFORE = IW_PLACE_CLEAR_BEFORE | IW_PLACE_TLS_BEFORE,
    IW_PLACE_AFTER = IW_PLACE_CLEAR_AFTER | IW_PLACE_TLS_AFTER,
    IW_PLACE_ANY = IW_PLACE_BEFORE | IW_PLACE_AFTER
};

struct iw_capability_type {
    const char *name; /* NULL: never listed; "" for AUTH=, which takes the mechanisms' names */
    unsigned places;  /* where it is listed */
    bool in_rev2;     /* a part of IMAP4rev2, listed or not (RFC 9051 App. E) */
    bool off;         /* only if a scenario or an option asks for it */
    const char *also; /* another name that brings it with it; or NULL */
};

extern const struct iw_capability_type iw_capability_types[IW_CAPABILITY_COUNT];

#endif
