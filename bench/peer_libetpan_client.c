/* SPDX-License-Identifier: MIT */
/* peer_libetpan_client PORT USER PASSWORD MAILBOX ITEMS COUNT: as client.c, with libetpan, which
 * gives all of it at once. It takes no items as text: those with BODY are the body, others UID and
 * FLAGS. */
#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mailimap_fetch_type *fetch_type(const char *items)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    if (strstr(items, "BODY") != NULL) {
        mailimap_fetch_type_new_fetch_att_list_add(
            type, mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)));
        return type;
    }
    mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_flags());
    mailimap_fetch_type_new_fetch_att_list_add(type, mailimap_fetch_att_new_uid());
    return type;
}

static unsigned long body_octets(const struct mailimap_msg_att *message)
{
    unsigned long octets = 0;
    for (clistiter *at = clist_begin(message->att_list); at != NULL; at = clist_next(at)) {
        const struct mailimap_msg_att_item *item = clist_content(at);
        if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC &&
            item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
            octets += item->att_data.att_static->att_data.att_body_section->sec_length;
    }
    return octets;
}

static int fail(const char *what, int code)
{
    fprintf(stderr, "%s: error %d\n", what, code);
    return 1;
}

int main(int count, char **arguments)
{
    if (count != 7)
        return 2;
    mailimap *session = mailimap_new(0, NULL);
    clist *messages = NULL;
    unsigned long number = 0, octets = 0;
    unsigned short port = (unsigned short)strtoul(arguments[1], NULL, 10);
    int code = mailimap_socket_connect(session, "127.0.0.1", port);
    if (code != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        return fail("connecting", code);
    if ((code = mailimap_login(session, arguments[2], arguments[3])) != MAILIMAP_NO_ERROR ||
        (code = mailimap_examine(session, arguments[4])) != MAILIMAP_NO_ERROR)
        return fail("selecting", code);
    struct mailimap_set *set =
        mailimap_set_new_interval(1, (uint32_t)strtoul(arguments[6], NULL, 10));
    code = mailimap_fetch(session, set, fetch_type(arguments[5]), &messages);
    if (code != MAILIMAP_NO_ERROR)
        return fail("fetching", code);
    for (clistiter *at = clist_begin(messages); at != NULL; at = clist_next(at), number++)
        octets += body_octets(clist_content(at));
    printf("%lu %lu\n", number, octets);
    mailimap_fetch_list_free(messages);
    mailimap_logout(session);
    mailimap_free(session);
    return 0;
}
