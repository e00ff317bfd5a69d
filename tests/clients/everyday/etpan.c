/* SPDX-License-Identifier: MIT */
/* An everyday session (README.md) with libetpan. */
#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS = 20, MESSAGES_MAX = 100 };

static mailimap *imap;

static void ok(const char *what, int code)
{
    if (code == MAILIMAP_NO_ERROR || code == MAILIMAP_NO_ERROR_AUTHENTICATED ||
        code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        return;
    fprintf(stderr, "%s: error %d: %s\n", what, code,
            imap->imap_response == NULL ? "" : imap->imap_response);
    exit(1);
}

static void trust(struct mailstream_ssl_context *context, void *ca)
{
    mailstream_ssl_set_server_certicate(context, ca, NULL);
}

static uint16_t port_of(const char *variable)
{
    return (uint16_t)strtoul(getenv(variable), NULL, 10);
}

static void connect_and_log_in(void)
{
    const char *host = getenv("IMAPWRIGHT_HOST"), *policy = getenv("IMAPWRIGHT_POLICY");
    char *ca = getenv("IMAPWRIGHT_CA");
    uint16_t port = port_of("IMAPWRIGHT_PORT");
    uint16_t tls_port = port_of("IMAPWRIGHT_TLS_PORT");
    mailimap_set_timeout(imap, SECONDS);
    if (strcmp(policy, "tls") == 0)
        ok("connect", mailimap_ssl_connect_with_callback(imap, host, tls_port, trust, ca));
    else
        ok("connect", mailimap_socket_connect(imap, host, port));
    if (strcmp(policy, "starttls") == 0)
        ok("starttls", mailimap_socket_starttls_with_callback(imap, trust, ca));
    ok("login", mailimap_login(imap, getenv("IMAPWRIGHT_USER"), getenv("IMAPWRIGHT_PASSWORD")));
}

/* ---- what is printed ---- */

static void print_text(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void print_numbers(const char *name, const unsigned long *numbers, size_t count)
{
    printf(", \"%s\": [", name);
    for (size_t i = 0; i < count; i++)
        printf("%s%lu", i == 0 ? "" : ", ", numbers[i]);
    putchar(']');
}

static void list(void)
{
    clist *boxes;
    ok("list", mailimap_list(imap, "", "*", &boxes));
    printf("{\"boxes\": [");
    for (clistiter *at = clist_begin(boxes); at != NULL; at = clist_next(at)) {
        const struct mailimap_mailbox_list *box = clist_content(at);
        print_text(box->mb_name);
        printf("%s", clist_next(at) == NULL ? "" : ", ");
    }
    putchar(']');
    mailimap_list_result_free(boxes);
}

static void search(void)
{
    clist *found;
    unsigned long numbers[MESSAGES_MAX];
    size_t count = 0;
    struct mailimap_search_key *key = mailimap_search_key_new_subject(strdup("letter"));
    ok("search", mailimap_search(imap, NULL, key, &found));
    for (clistiter *at = clist_begin(found); at != NULL && count < MESSAGES_MAX;
         at = clist_next(at))
        numbers[count++] = *(uint32_t *)clist_content(at);
    print_numbers("found", numbers, count);
    mailimap_search_result_free(found);
    mailimap_search_key_free(key);
}

/* ---- messages ---- */

static unsigned long parts(const struct mailimap_body *body)
{
    unsigned long count = 0;
    if (body->bd_type == MAILIMAP_BODY_1PART) {
        const struct mailimap_body_type_1part *part = body->bd_data.bd_body_1part;
        return part->bd_type == MAILIMAP_BODY_TYPE_1PART_MSG
                   ? 1 + parts(part->bd_data.bd_type_msg->bd_body)
                   : 1;
    }
    const clist *list = body->bd_data.bd_body_mpart->bd_list;
    for (clistiter *at = clist_begin(list); at != NULL; at = clist_next(at))
        count += parts(clist_content(at));
    return count;
}

struct facts {
    const char *subject;
    unsigned long sum, parts;
};

static struct facts facts_of(const struct mailimap_msg_att *message)
{
    struct facts facts = {.subject = ""};
    for (clistiter *at = clist_begin(message->att_list); at != NULL; at = clist_next(at)) {
        const struct mailimap_msg_att_item *item = clist_content(at);
        if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
            continue;
        const struct mailimap_msg_att_static *value = item->att_data.att_static;
        const struct mailimap_msg_att_body_section *body = value->att_data.att_body_section;
        if (value->att_type == MAILIMAP_MSG_ATT_ENVELOPE)
            facts.subject = value->att_data.att_env->env_subject;
        if (value->att_type == MAILIMAP_MSG_ATT_BODYSTRUCTURE)
            facts.parts = parts(value->att_data.att_bodystructure);
        if (value->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
            for (size_t i = 0; i < body->sec_length; i++)
                facts.sum += (unsigned char)body->sec_body_part[i];
    }
    return facts;
}

static clist *fetch(uint32_t first, uint32_t last)
{
    clist *messages;
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    struct mailimap_fetch_att *items[] = {
        mailimap_fetch_att_new_uid(), mailimap_fetch_att_new_flags(),
        mailimap_fetch_att_new_envelope(), mailimap_fetch_att_new_bodystructure(),
        mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL))};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        mailimap_fetch_type_new_fetch_att_list_add(type, items[i]);
    struct mailimap_set *set = mailimap_set_new_interval(first, last);
    ok("fetch", mailimap_fetch(imap, set, type, &messages));
    mailimap_set_free(set);
    mailimap_fetch_type_free(type);
    return messages;
}

static void read_all(void)
{
    unsigned long sums[MESSAGES_MAX], part_counts[MESSAGES_MAX];
    size_t count = 0;
    clist *messages = fetch(1, 0);
    printf(", \"subjects\": [");
    for (clistiter *at = clist_begin(messages); at != NULL && count < MESSAGES_MAX;
         at = clist_next(at)) {
        struct facts facts = facts_of(clist_content(at));
        printf("%s", count == 0 ? "" : ", ");
        print_text(facts.subject);
        sums[count] = facts.sum;
        part_counts[count++] = facts.parts;
    }
    putchar(']');
    print_numbers("sums", sums, count);
    print_numbers("parts", part_counts, count);
    mailimap_fetch_list_free(messages);
}

/* ---- changes ---- */

static void add_flag(uint32_t number, struct mailimap_flag *flag)
{
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    mailimap_flag_list_add(flags, flag);
    struct mailimap_store_att_flags *change = mailimap_store_att_flags_new_add_flags(flags);
    struct mailimap_set *set = mailimap_set_new_single(number);
    ok("store", mailimap_store(imap, set, change));
    mailimap_set_free(set);
    mailimap_store_att_flags_free(change);
}

static void change(void)
{
    static const char letter[] = "Subject: letter 7\r\n\r\nThis is number 7.\r\n";
    struct mailimap_set *first = mailimap_set_new_single(1), *second = mailimap_set_new_single(2);
    ok("append", mailimap_append_simple(imap, "Work", letter, sizeof letter - 1));
    add_flag(1, mailimap_flag_new_flagged());
    ok("copy", mailimap_copy(imap, first, "Work"));
    ok("move", mailimap_move(imap, second, "Work"));
    add_flag(2, mailimap_flag_new_deleted());
    ok("expunge", mailimap_expunge(imap));
    mailimap_set_free(first);
    mailimap_set_free(second);
}

static void wait_for_news(void)
{
    uint32_t before = imap->imap_selection_info->sel_exists;
    mailstream_setup_idle(imap->imap_stream);
    while (imap->imap_selection_info->sel_exists <= before) {
        ok("idle", mailimap_idle(imap));
        if (mailstream_wait_idle(imap->imap_stream, SECONDS) != MAILSTREAM_IDLE_HASDATA) {
            fprintf(stderr, "idle: nothing came\n");
            exit(1);
        }
        ok("done", mailimap_idle_done(imap));
    }
    mailstream_unsetup_idle(imap->imap_stream);
    uint32_t last = imap->imap_selection_info->sel_exists;
    clist *messages = fetch(last, last);
    printf(", \"news\": ");
    print_text(facts_of(clist_content(clist_begin(messages))).subject);
    mailimap_fetch_list_free(messages);
}

int main(void)
{
    imap = mailimap_new(0, NULL);
    connect_and_log_in();
    list();
    ok("select", mailimap_select(imap, "INBOX"));
    search();
    read_all();
    change();
    wait_for_news();
    puts("}");
    mailimap_logout(imap);
    mailimap_free(imap);
    return 0;
}
