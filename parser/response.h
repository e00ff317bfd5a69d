/* SPDX-License-Identifier: MIT */
/* response = *(continue-req / response-data) response-done (RFC 9051 §7, §9): one typed value for
 * one whole frame, and back.
 *
 * Everything borrows from the frame and the arena. A response that no type knows is kept whole
 * (IW_RESPONSE_OTHER) and written back byte for byte. */
#ifndef IW_PARSER_RESPONSE_H
#define IW_PARSER_RESPONSE_H

#include "parser/acl.h"
#include "parser/annotatemore.h"
#include "parser/apple_push.h"
#include "parser/comparator.h"
#include "parser/convert.h"
#include "parser/esearch.h"
#include "parser/fetch.h"
#include "parser/id.h"
#include "parser/mailbox.h"
#include "parser/metadata.h"
#include "parser/namespace.h"
#include "parser/quota.h"
#include "parser/search.h"
#include "parser/text.h"
#include "parser/thread.h"
#include "parser/uidbatches.h"
#include "parser/urlauth.h"
#include "parser/vanished.h"

enum iw_response_kind {
    IW_RESPONSE_CONTINUE, /* "+" SP (resp-text / base64) */
    IW_RESPONSE_TAGGED,   /* tag SP resp-cond-state */
    IW_RESPONSE_STATE,    /* "*" SP OK / NO / BAD / BYE / PREAUTH */
    IW_RESPONSE_CAPABILITY,
    IW_RESPONSE_ENABLED,
    IW_RESPONSE_LIST,
    IW_RESPONSE_LSUB,
    IW_RESPONSE_STATUS,
    IW_RESPONSE_FLAGS,
    IW_RESPONSE_SEARCH,
    IW_RESPONSE_EXISTS,
    IW_RESPONSE_RECENT,
    IW_RESPONSE_EXPUNGE,
    IW_RESPONSE_FETCH,
    IW_RESPONSE_RLIST,    /* RFC 2193 */
    IW_RESPONSE_RLSUB,    /* RFC 2193 */
    IW_RESPONSE_XLIST,    /* LIST before RFC 6154 */
    IW_RESPONSE_COPY,     /* RFC 1730 §9: nothing behind it */
    IW_RESPONSE_STORE,    /* RFC 1730 §9: as FETCH */
    IW_RESPONSE_UIDFETCH, /* RFC 9586: as FETCH, the number is a UID */
    IW_RESPONSE_ESEARCH,
    IW_RESPONSE_SORT,
    IW_RESPONSE_THREAD,
    IW_RESPONSE_VANISHED,
    IW_RESPONSE_UIDBATCHES,
    IW_RESPONSE_NAMESPACE,
    IW_RESPONSE_ID,
    IW_RESPONSE_QUOTA,
    IW_RESPONSE_QUOTAROOT,
    IW_RESPONSE_ACL,
    IW_RESPONSE_LISTRIGHTS,
    IW_RESPONSE_MYRIGHTS,
    IW_RESPONSE_METADATA,
    IW_RESPONSE_ANNOTATION,
    IW_RESPONSE_LANGUAGE,
    IW_RESPONSE_COMPARATOR,
    IW_RESPONSE_GENURLAUTH,
    IW_RESPONSE_URLFETCH,
    IW_RESPONSE_JMAPACCESS,
    IW_RESPONSE_CONVERTED,  /* RFC 5259 */
    IW_RESPONSE_CONVERSION, /* RFC 5259 */
    IW_RESPONSE_APPLE_PUSH, /* XAPPLEPUSHSERVICE */
    IW_RESPONSE_OTHER       /* known to nobody here: kept whole */
};

enum iw_state { IW_STATE_OK, IW_STATE_NO, IW_STATE_BAD, IW_STATE_BYE, IW_STATE_PREAUTH };

struct iw_response {
    enum iw_response_kind kind;
    struct iw_span raw;  /* the whole frame */
    struct iw_span tag;  /* IW_RESPONSE_TAGGED */
    enum iw_state state; /* IW_RESPONSE_TAGGED and IW_RESPONSE_STATE */
    uint32_t number;     /* EXISTS, RECENT, EXPUNGE, FETCH, COPY, STORE, CONVERTED; UIDFETCH: the
                            UID */
    struct iw_span name; /* of IW_RESPONSE_OTHER: its first word, behind a number if one is there */
    union {
        struct iw_text text;          /* CONTINUE (no code for base64), TAGGED, STATE */
        struct iw_names capabilities; /* CAPABILITY, ENABLED */
        struct iw_mailbox_list list;  /* LIST, LSUB, RLIST, RLSUB, XLIST */
        struct iw_status_data status;
        struct iw_flags flags;
        struct iw_search search; /* SEARCH, SORT */
        struct iw_fetch fetch;   /* FETCH, STORE, UIDFETCH */
        struct iw_esearch esearch;
        struct iw_thread thread;
        struct iw_vanished vanished;
        struct iw_uidbatches uidbatches;
        struct iw_namespace_data namespaces;
        struct iw_id id;
        struct iw_quota quota;
        struct iw_quotaroot quotaroot;
        struct iw_acl acl;
        struct iw_listrights listrights;
        struct iw_myrights myrights;
        struct iw_metadata metadata;
        struct iw_annotatemore annotation;
        struct iw_names languages;
        struct iw_comparator comparator;
        struct iw_names urls; /* GENURLAUTH */
        struct iw_urlfetch urlfetch;
        struct iw_converted converted;
        struct iw_conversion conversion;
        struct iw_apple_push apple_push;
        struct iw_span url; /* JMAPACCESS */
    };
};

/* Reads the whole frame. On IW_SYNTAX the error's offset counts from the frame's first octet. */
enum iw_result iw_parse_response(const struct iw_frame *frame, struct iw_arena *arena,
                                 const struct iw_limits *limits, struct iw_lenient *lenient,
                                 struct iw_response *response, struct iw_error *error);

/* The canonical form with CRLF; what parse made of it would be equal. */
void iw_write_response(struct iw_buf *out, const struct iw_response *response);

/* The same value, whatever the octets it was read from; of IW_RESPONSE_OTHER the same octets. */
bool iw_response_equal(const struct iw_response *a, const struct iw_response *b);

/* "fetch", "other", …: static, lower case */
const char *iw_response_kind_name(enum iw_response_kind kind);

/* "OK", "NO", "BAD", "BYE", "PREAUTH" */
const char *iw_state_name(enum iw_state state);
/* True for one of them, in any case. */
bool iw_is_state(struct iw_span word);

#endif
