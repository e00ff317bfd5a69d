/* SPDX-License-Identifier: MIT */
#include "conformance/scratch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_OCTETS_MAX = 16 << 20, TEXT_OCTETS_MAX = 2048, NAMES_MAX = 100000, TIME_DIGITS = 8 };

static const char begins[] = "imapwright-";

void iw_scratch_name(const struct iw_target *target, int64_t unix_seconds, unsigned long number,
                     char name[IW_SCRATCH_NAME_MAX])
{
    snprintf(name, IW_SCRATCH_NAME_MAX, "%.*s%s%08" PRIx32 "-%lx", (int)target->prefix.length,
             target->prefix.length > 0 ? target->prefix.data : "", begins, (uint32_t)unix_seconds,
             number);
}

/* The eight hexadecimal digits of the time. */
static bool read_time(struct iw_span digits, int64_t *unix_seconds)
{
    uint32_t value = 0;
    if (digits.length < TIME_DIGITS)
        return false;
    for (size_t i = 0; i < TIME_DIGITS; i++) {
        const char c = digits.data[i];
        if (c >= '0' && c <= '9')
            value = value * 16 + (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + (uint32_t)(c - 'a' + 10);
        else
            return false;
    }
    *unix_seconds = value;
    return true;
}

bool iw_scratch_is_old(const struct iw_target *target, struct iw_span mailbox, int64_t unix_seconds)
{
    struct iw_span rest = mailbox;
    int64_t made = 0;
    if (!iw_span_starts(rest, target->prefix))
        return false;
    rest = iw_span_part(rest, target->prefix.length, rest.length);
    if (!iw_span_starts(rest, IW_SPAN("imapwright-")))
        return false;
    rest = iw_span_part(rest, sizeof begins - 1, rest.length);
    return read_time(rest, &made) && rest.length > TIME_DIGITS && rest.data[TIME_DIGITS] == '-' &&
           unix_seconds - made > IW_SCRATCH_OLD_SECONDS;
}

/* ---- one errand over one connection ---- */

struct errand {
    struct iw_talk *talk;
    const struct iw_target *target;
    struct iw_buf *problem;
    struct iw_arena arena; /* of the names */
    struct iw_span *names;
    size_t count;
    bool broken; /* the connection is of no further use */
};

static bool fail(struct errand *errand, const char *what, const struct iw_error *error)
{
    iw_buf_addf(errand->problem, "%s: %s\n", what, error->detail);
    return false;
}

static bool begin(struct errand *errand, struct iw_loop *loop, const struct iw_target *target,
                  struct iw_buf *problem)
{
    struct iw_error error = {0};
    *errand = (struct errand){.target = target, .problem = problem};
    iw_arena_init(&errand->arena, NULL, NAMES_OCTETS_MAX);
    errand->talk = iw_talk_open(loop, target, &error);
    if (errand->talk == NULL)
        return fail(errand, "no connection for the scratch mailboxes", &error);
    if (target->starttls && iw_talk_secure(errand->talk, &error) != IW_OK)
        return fail(errand, "no STARTTLS for the scratch mailboxes", &error);
    enum iw_state state = IW_STATE_OK;
    if (!target->preauth &&
        (iw_talk_log_in(errand->talk, &state, &error) != IW_OK || state != IW_STATE_OK))
        return fail(errand, "no login for the scratch mailboxes", &error);
    return true;
}

static void end(struct errand *errand)
{
    iw_talk_close(errand->talk);
    iw_arena_release(&errand->arena);
}

/* True: OK. */
static bool ask(struct errand *errand, const struct iw_request *request, iw_talk_response *response,
                void *context)
{
    enum iw_state state = IW_STATE_NO;
    struct iw_error error = {0};
    if (errand->broken ||
        iw_talk_command(errand->talk, request, response, context, &state, &error) != IW_OK) {
        errand->broken = true;
        return false;
    }
    return state == IW_STATE_OK;
}

/* "NAME SP mailbox", the mailbox as a literal so that any name does. */
static bool do_to(struct errand *errand, const char *command, struct iw_span mailbox)
{
    const struct iw_part parts[] = {{false, IW_SPAN(" ")}, {true, mailbox}};
    const struct iw_request request = {command, parts, 2, false};
    return ask(errand, &request, NULL, NULL);
}

static void take_name(void *context, const struct iw_response *response)
{
    struct errand *errand = context;
    if ((response->kind != IW_RESPONSE_LIST && response->kind != IW_RESPONSE_LSUB) ||
        errand->count == NAMES_MAX)
        return;
    for (size_t i = 0; i < response->list.attribute_count; i++) {
        if (iw_span_equal_nocase(response->list.attributes[i], IW_SPAN("\\NonExistent")))
            return;
    }
    const struct iw_span name = iw_arena_copy(&errand->arena, response->list.mailbox);
    if (name.data != NULL)
        errand->names[errand->count++] = name;
}

/* LIST or LSUB of prefix + "*". */
static bool find_names(struct errand *errand, const char *command, const char *prefix)
{
    iw_arena_reset(&errand->arena);
    errand->count = 0;
    errand->names = iw_arena_array(&errand->arena, NAMES_MAX, sizeof *errand->names);
    if (errand->names == NULL)
        return false;
    struct iw_buf pattern;
    iw_buf_init(&pattern, NULL, TEXT_OCTETS_MAX);
    iw_buf_addf(&pattern, "%s*", prefix);
    const struct iw_part parts[] = {{false, IW_SPAN(" \"\" ")}, {true, iw_buf_span(&pattern)}};
    const struct iw_request request = {command, parts, 2, false};
    const bool found = ask(errand, &request, take_name, errand);
    iw_buf_release(&pattern);
    return found;
}

/* The deepest first: a parent may refuse to go before its children. */
static int longest_first(const void *a, const void *b)
{
    const struct iw_span *left = a, *right = b;
    return left->length < right->length ? 1 : left->length > right->length ? -1 : 0;
}

/* GNU mailutils refuses to delete a name that is left of a parent until it has been selected. */
static void remove_one(struct errand *errand, struct iw_span mailbox)
{
    const struct iw_request leave = {.name = "CLOSE"};
    if (!do_to(errand, "DELETE", mailbox) && do_to(errand, "SELECT", mailbox) &&
        ask(errand, &leave, NULL, NULL))
        do_to(errand, "DELETE", mailbox);
}

static void remove_all(struct errand *errand, const char *root)
{
    if (find_names(errand, "LSUB", root)) {
        for (size_t i = 0; i < errand->count; i++)
            do_to(errand, "UNSUBSCRIBE", errand->names[i]);
    }
    if (find_names(errand, "LIST", root)) {
        if (errand->count > 0)
            qsort(errand->names, errand->count, sizeof *errand->names, longest_first);
        for (size_t i = 0; i < errand->count; i++)
            remove_one(errand, errand->names[i]);
    }
}

static void remove_old(struct errand *errand, int64_t unix_seconds)
{
    char prefix[IW_SCRATCH_NAME_MAX];
    snprintf(prefix, sizeof prefix, "%.*s%s", (int)errand->target->prefix.length,
             errand->target->prefix.length > 0 ? errand->target->prefix.data : "", begins);
    if (!find_names(errand, "LIST", prefix))
        return;
    if (errand->count > 0)
        qsort(errand->names, errand->count, sizeof *errand->names, longest_first);
    for (size_t i = 0; i < errand->count; i++) {
        if (iw_scratch_is_old(errand->target, errand->names[i], unix_seconds))
            remove_one(errand, errand->names[i]);
    }
}

/* A name that ends in the separator says that it will have children (RFC 9051 §6.3.4). */
static bool create_root(struct errand *errand, const char *root)
{
    char name[IW_SCRATCH_NAME_MAX + 2];
    snprintf(name, sizeof name, "%s%s", root, errand->target->separator);
    if (do_to(errand, "CREATE", iw_span_of(name)) || do_to(errand, "CREATE", iw_span_of(root)))
        return true;
    iw_buf_addf(errand->problem, "the mailbox %s could not be created\n", root);
    return false;
}

static void take_unseen(void *context, const struct iw_response *response)
{
    bool *unseen = context;
    for (size_t i = 0; response->kind == IW_RESPONSE_STATUS && i < response->status.count; i++)
        *unseen = response->status.items[i].number > 0;
}

/* Whether a message is still unseen that came in with \Seen: that APPEND sets flags is only a
 * SHOULD (RFC 3501 §6.3.11). */
static bool drops_flags(struct errand *errand, const char *root)
{
    char name[IW_SCRATCH_NAME_MAX + 8];
    bool unseen = false;
    snprintf(name, sizeof name, "%s%sflags", root, errand->target->separator);
    const struct iw_span mailbox = iw_span_of(name);
    const struct iw_part message[] = {{false, IW_SPAN(" ")},
                                      {true, mailbox},
                                      {false, IW_SPAN(" (\\Seen) ")},
                                      {true, IW_SPAN("Subject: flags\r\n\r\n")}};
    const struct iw_part items[] = {
        {false, IW_SPAN(" ")}, {true, mailbox}, {false, IW_SPAN(" (UNSEEN)")}};
    const struct iw_request append = {"APPEND", message, 4, false};
    const struct iw_request status = {"STATUS", items, 3, false};
    if (do_to(errand, "CREATE", mailbox)) {
        if (ask(errand, &append, NULL, NULL))
            ask(errand, &status, take_unseen, &unseen);
        remove_one(errand, mailbox);
    }
    return unseen;
}

bool iw_scratch_prepare(struct iw_loop *loop, struct iw_target *target, const char *root,
                        int64_t unix_seconds, struct iw_buf *problem)
{
    struct errand errand;
    bool good = begin(&errand, loop, target, problem);
    if (good) {
        remove_old(&errand, unix_seconds);
        good = target->separator[0] == '\0' || create_root(&errand, root);
        target->append_drops_flags = good && drops_flags(&errand, root);
    }
    end(&errand);
    return good;
}

bool iw_scratch_remove(struct iw_loop *loop, const struct iw_target *target, const char *root,
                       struct iw_buf *problem)
{
    struct errand errand;
    bool good = begin(&errand, loop, target, problem);
    if (good) {
        remove_all(&errand, root);
        good = find_names(&errand, "LIST", root) && errand.count == 0;
        for (size_t i = 0; i < errand.count; i++)
            iw_buf_addf(problem, "the mailbox %.*s could not be removed\n",
                        (int)errand.names[i].length, errand.names[i].data);
    }
    end(&errand);
    return good;
}
