/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/mime_address.h"

#include "mockserver/engine/mime_lex.h"

#include <string.h>

struct list {
    struct iw_mime_lexer lexer;
    struct iw_arena *arena;
    struct iw_addresses *addresses;
    size_t capacity;
    enum iw_result result;
};

static void add(struct list *list, const struct iw_address *address)
{
    struct iw_addresses *addresses = list->addresses;
    if (list->result != IW_OK || addresses->count >= IW_MIME_ADDRESSES_MAX)
        return;
    if (addresses->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        struct iw_address *members = iw_arena_array(list->arena, capacity, sizeof *members);
        if (members == NULL) {
            list->result = IW_NO_MEMORY;
            return;
        }
        if (addresses->count > 0)
            memcpy(members, addresses->members, addresses->count * sizeof *members);
        addresses->members = members;
        list->capacity = capacity;
    }
    addresses->members[addresses->count++] = *address;
}

/* ---- words ---- */

/* [CFWS], and something behind it */
static bool skip_to_more(struct iw_mime_lexer *lexer)
{
    return iw_mime_skip_cfws(lexer) && !iw_mime_at_end(lexer);
}

static bool at_word(const struct iw_mime_lexer *lexer)
{
    return !iw_mime_at_end(lexer) &&
           (*lexer->at == '"' || *lexer->at == '.' || iw_mime_is_atext(*lexer->at));
}

/* phrase = 1*word / obs-phrase; obs-phrase = word *(word / "." / CFWS)
 * with one SP between words; none at all is allowed. */
static bool read_phrase(struct iw_mime_lexer *lexer, struct iw_span *phrase)
{
    const char *begin = lexer->out;
    if (iw_mime_at(lexer, '.'))
        return false;
    for (bool more = at_word(lexer); more;) {
        bool read = iw_mime_at(lexer, '"') ? iw_mime_read_quoted(lexer)
                                           : iw_mime_read_dots_and_atoms(lexer);
        if (!read || !iw_mime_skip_cfws(lexer))
            return false;
        more = at_word(lexer);
        if (more)
            iw_mime_put(lexer, ' ');
    }
    *phrase = iw_mime_since(lexer, begin);
    return true;
}

/* local-part = dot-atom / quoted-string / obs-local-part, and dots anywhere */
static bool read_local_part(struct iw_mime_lexer *lexer, struct iw_span *local)
{
    const char *begin = lexer->out;
    bool read = true;
    if (iw_mime_at(lexer, '"')) {
        read = iw_mime_read_quoted(lexer) && iw_mime_skip_cfws(lexer);
    } else {
        do {
            while (iw_mime_skip(lexer, '.'))
                iw_mime_put(lexer, '.');
            if (lexer->out > begin && (iw_mime_at_end(lexer) || iw_mime_at(lexer, '@')))
                break;
            read = iw_mime_read_atom(lexer) && iw_mime_skip_cfws(lexer);
        } while (read && iw_mime_at(lexer, '.'));
    }
    if (read)
        *local = iw_mime_since(lexer, begin);
    return read;
}

/* domain-literal = [CFWS] "[" *([FWS] dtext) [FWS] "]" [CFWS] */
static bool read_domain_literal(struct iw_mime_lexer *lexer)
{
    for (; !iw_mime_at_end(lexer) && *lexer->at != ']'; lexer->at++) {
        if (*lexer->at != '\r' && *lexer->at != '\n')
            iw_mime_put(lexer, *lexer->at);
    }
    if (!iw_mime_skip(lexer, ']'))
        return false;
    iw_mime_put(lexer, ']');
    return iw_mime_skip_cfws(lexer);
}

/* "@" domain; domain = dot-atom / domain-literal / obs-domain; obs-domain = atom *("." atom) */
static bool read_domain(struct iw_mime_lexer *lexer, struct iw_span *domain)
{
    if (!iw_mime_skip(lexer, '@') || !skip_to_more(lexer))
        return false;
    const char *begin = lexer->out;
    if (iw_mime_at(lexer, '[')) {
        if (!read_domain_literal(lexer))
            return false;
    } else {
        for (;;) {
            if (!iw_mime_read_atom(lexer) || !iw_mime_skip_cfws(lexer))
                return false;
            if (!iw_mime_skip(lexer, '.'))
                break;
            iw_mime_put(lexer, '.');
            if (!skip_to_more(lexer))
                return false;
        }
    }
    *domain = iw_mime_since(lexer, begin);
    return true;
}

/* obs-route = obs-domain-list ":"
 * obs-domain-list = *(CFWS / ",") "@" domain *("," [CFWS] ["@" domain])
 * One that is broken is passed over as far as it could be read. */
static void read_route(struct iw_mime_lexer *lexer, struct iw_span *route)
{
    const char *begin = lexer->out;
    while (iw_mime_at(lexer, '@')) {
        struct iw_span domain;
        if (lexer->out > begin)
            iw_mime_put(lexer, ',');
        iw_mime_put(lexer, '@');
        if (!read_domain(lexer, &domain))
            return;
        while (iw_mime_skip(lexer, ',') && iw_mime_skip_cfws(lexer))
            continue;
    }
    struct iw_span domains = iw_mime_since(lexer, begin);
    if (iw_mime_skip(lexer, ':'))
        *route = domains;
}

/* ---- addresses ---- */

/* angle-addr = "<" [obs-route] addr-spec ">"; "<>" is read too. False: it is broken. */
static bool read_angle_addr(struct iw_mime_lexer *lexer, struct iw_address *address)
{
    if (!iw_mime_skip(lexer, '<') || !skip_to_more(lexer))
        return false;
    if (iw_mime_at(lexer, '@'))
        read_route(lexer, &address->adl);
    if (!skip_to_more(lexer))
        return false;
    if (!iw_mime_at(lexer, '>')) {
        if (!read_local_part(lexer, &address->mailbox) || iw_mime_at_end(lexer))
            return false;
        if (iw_mime_at(lexer, '@') && !read_domain(lexer, &address->host))
            return false;
    }
    if (!iw_mime_skip(lexer, '>'))
        return false;
    iw_mime_skip_cfws(lexer);
    return true;
}

/* name-addr = [display-name] angle-addr; false: it is none, and the lexer is where it was. */
static bool read_name_addr(struct iw_mime_lexer *lexer, struct iw_address *address)
{
    struct iw_mime_lexer before = *lexer;
    struct iw_span name;
    if (!read_phrase(lexer, &name) || !iw_mime_at(lexer, '<')) {
        *lexer = before;
        return false;
    }
    if (name.length > 0)
        address->name = name;
    if (!read_angle_addr(lexer, address))
        address->host = IW_SPAN("SYNTAX_ERROR");
    return true;
}

/* A word without "@": a mailbox when it stands alone, else the beginning of a name. */
static void read_rest_of_name(struct iw_mime_lexer *lexer, bool quoted, struct iw_address *address)
{
    struct iw_span rest;
    if (address->mailbox.data == NULL)
        return;
    iw_mime_put(lexer, ' ');
    char *begin = lexer->out;
    read_phrase(lexer, &rest);
    if (lexer->out > begin)
        address->name = iw_mime_since(lexer, address->mailbox.data);
    else if (quoted)
        address->name = address->mailbox;
    if (address->name.data != NULL)
        address->mailbox = iw_span(NULL, 0);
}

/* addr-spec = local-part "@" domain, with a comment behind it for the name, as of old */
static void read_addr_spec(struct iw_mime_lexer *lexer, struct iw_address *address)
{
    lexer->comment = iw_span(NULL, 0);
    bool quoted = iw_mime_at(lexer, '"');
    read_local_part(lexer, &address->mailbox);
    bool at = iw_mime_at(lexer, '@');
    if (at)
        read_domain(lexer, &address->host);
    if (lexer->comment.length > 0)
        address->name = iw_mime_read_comment(lexer, lexer->comment);
    else if (!at)
        read_rest_of_name(lexer, quoted, address);
}

/* mailbox = name-addr / addr-spec */
static void read_mailbox(struct list *list)
{
    struct iw_address address = {0};
    if (!read_name_addr(&list->lexer, &address))
        read_addr_spec(&list->lexer, &address);
    if (address.mailbox.data == NULL)
        address.mailbox = IW_SPAN("MISSING_MAILBOX");
    if (address.host.length == 0)
        address.host = IW_SPAN("MISSING_DOMAIN");
    add(list, &address);
}

/* group = display-name ":" [group-list] ";" [CFWS]; false: it is none, and the lexer is where it
 * was. */
static bool read_group(struct list *list)
{
    struct iw_mime_lexer *lexer = &list->lexer, before = *lexer;
    struct iw_address address = {0};
    if (!read_phrase(lexer, &address.mailbox) || !iw_mime_skip(lexer, ':')) {
        *lexer = before;
        return false;
    }
    add(list, &address);
    if (skip_to_more(lexer) && !iw_mime_at(lexer, ';')) {
        do
            read_mailbox(list);
        while (iw_mime_skip(lexer, ',') && skip_to_more(lexer));
    }
    if (iw_mime_skip(lexer, ';'))
        iw_mime_skip_cfws(lexer);
    add(list, &(struct iw_address){0});
    return true;
}

/* address-list = (address *("," address)) / obs-addr-list, whose elements may be empty */
enum iw_result iw_mime_parse_addresses(struct iw_arena *arena, struct iw_span value,
                                       struct iw_addresses *addresses)
{
    struct list list = {.arena = arena, .addresses = addresses, .capacity = addresses->count};
    if (!iw_mime_lex(&list.lexer, arena, value))
        return IW_NO_MEMORY;
    bool more = skip_to_more(&list.lexer);
    while (more && list.result == IW_OK) {
        if (!iw_mime_at(&list.lexer, ',') && !read_group(&list))
            read_mailbox(&list);
        more = iw_mime_skip(&list.lexer, ',') && skip_to_more(&list.lexer);
    }
    return list.result;
}
