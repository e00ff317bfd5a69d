/* SPDX-License-Identifier: MIT */
#include "mockserver/mocks.h"

#include "base/alloc.h"
#include "mockserver/engine/engine.h"

enum { MEMBER_MAX = 64 << 10 };

/* ---- who goes on with a connection of the front's ---- */

static struct iw_mocks_member *owner_of_user(const struct iw_mocks *mocks, struct iw_span user)
{
    struct iw_mocks_member *member = mocks->first;
    while (member != NULL && (member->user.data == NULL || !iw_span_equal(member->user, user)))
        member = member->next;
    return member;
}

static struct iw_mocks_member *owner_of_conn(const struct iw_mocks *mocks, size_t conn)
{
    struct iw_mocks_member *member = mocks->first;
    while (member != NULL && member->conn != conn)
        member = member->next;
    return member;
}

static struct iw_mock *whose(void *context, size_t n, struct iw_span user)
{
    const struct iw_mocks *mocks = ((const struct iw_mocks_member *)context)->mocks;
    const struct iw_mocks_member *owner =
        n > 0 ? owner_of_conn(mocks, n) : owner_of_user(mocks, user);
    return owner == NULL ? NULL : owner->mock;
}

/* ---- life ---- */

bool iw_mocks_init(struct iw_mocks *mocks, const struct iw_mocks_options *options,
                   struct iw_error *error)
{
    *mocks = (struct iw_mocks){.options = *options};
    return iw_identity_make(&mocks->identity, NULL, iw_span(NULL, 0), error);
}

void iw_mocks_release(struct iw_mocks *mocks)
{
    while (mocks->first != NULL)
        iw_mocks_drop(mocks, mocks->first);
    iw_identity_release(&mocks->identity);
}

static void free_member(struct iw_mocks_member *member)
{
    iw_mock_stop(member->mock);
    iw_arena_release(&member->arena);
    iw_scenario_free(member->scenario);
    iw_alloc_free(NULL, member);
}

void iw_mocks_drop(struct iw_mocks *mocks, struct iw_mocks_member *member)
{
    struct iw_mocks_member **place = &mocks->first;
    while (*place != member)
        place = &(*place)->next;
    *place = member->next;
    mocks->count--;
    if (mocks->front == member)
        mocks->front = NULL;
    free_member(member);
}

/* Whom the front is to hand on it has to let in. */
static bool introduce(const struct iw_mocks *mocks, struct iw_error *error)
{
    struct iw_store *store = &iw_mock_engine(mocks->front->mock)->store;
    for (const struct iw_mocks_member *member = mocks->first; member != NULL;
         member = member->next) {
        if (member->user.data != NULL && iw_store_user(store, member->user) == NULL &&
            iw_store_add_user(store, member->user, iw_mock_password(member->mock)) == NULL)
            return iw_fail(error, IW_NO_MEMORY, 0, NULL) == IW_OK;
    }
    return true;
}

static bool furnish(const struct iw_mocks *mocks, const struct iw_mocks_member *member,
                    struct iw_error *error)
{
    const struct iw_mocks_options *options = &mocks->options;
    if (options->furnish != NULL &&
        !options->furnish(options->context, iw_mock_engine(member->mock), error))
        return false;
    return member != mocks->front || introduce(mocks, error);
}

bool iw_mocks_reset(struct iw_mocks *mocks, struct iw_mocks_member *member, struct iw_error *error)
{
    if (iw_mock_reset(member->mock, error) && furnish(mocks, member, error))
        return true;
    iw_mocks_drop(mocks, member);
    return false;
}

/* ---- a new one ---- */

/* What the front's client has behind it, the scenario must not begin with. */
static bool begins_behind_login(const struct iw_scenario *scenario)
{
    return scenario == NULL || scenario->dialogue.count == 0 ||
           (scenario->starts[1] != IW_START_DIALOGUE && scenario->starts[1] != IW_START_GREETED);
}

static bool is_possible(const struct iw_mocks *mocks, const struct iw_mocks_choice *choice,
                        struct iw_error *error)
{
    struct iw_span user = choice->user == NULL ? iw_span(NULL, 0) : iw_span_of(choice->user);
    size_t variants = choice->scenario == NULL ? 1 : iw_scenario_variants(choice->scenario);
    if (choice->variant >= variants)
        iw_failf(error, IW_SYNTAX, "variant %zu: the scenario has %zu, counted from 0",
                 choice->variant, variants);
    else if (user.data != NULL && owner_of_user(mocks, user) != NULL)
        iw_failf(error, IW_SYNTAX, "the user %s has a scenario already", choice->user);
    else if (choice->conn > 0 && owner_of_conn(mocks, choice->conn) != NULL)
        iw_failf(error, IW_SYNTAX, "connection %zu has a scenario already", choice->conn);
    else if (user.data != NULL && !begins_behind_login(choice->scenario))
        iw_failf(error, IW_SYNTAX,
                 "the scenario begins before the login: it cannot be chosen by user");
    else if (mocks->count == IW_MOCKS_MAX)
        iw_failf(error, IW_LIMIT, "more than %d scenarios", IW_MOCKS_MAX);
    else
        return true;
    return false;
}

/* The one that the scenario gives, or that the front knows, or the usual one. */
static struct iw_span password_of(const struct iw_mocks *mocks,
                                  const struct iw_mocks_choice *choice)
{
    struct iw_span name = iw_span_of(choice->user);
    const struct iw_given *given = choice->scenario == NULL ? NULL : &choice->scenario->given;
    for (size_t i = 0; given != NULL && i < given->user_count; i++) {
        if (iw_span_equal(given->users[i].name, name))
            return given->users[i].password;
    }
    const struct iw_user *user =
        mocks->front == NULL ? NULL
                             : iw_store_user(&iw_mock_engine(mocks->front->mock)->store, name);
    return user == NULL ? IW_SPAN("secret") : user->password;
}

static void on_wire(void *context, unsigned conn, char who, struct iw_span octets)
{
    const struct iw_mocks_member *member = context;
    const struct iw_mocks_options *options = &member->mocks->options;
    options->wire(options->context, member->number, conn, who, octets);
}

static void on_changed(void *context)
{
    const struct iw_mocks_options *options = &((struct iw_mocks_member *)context)->mocks->options;
    if (options->changed != NULL)
        options->changed(options->context);
}

static bool start(struct iw_mocks *mocks, struct iw_mocks_member *member,
                  const struct iw_mocks_choice *choice, struct iw_error *error)
{
    const struct iw_mocks_options *from = &mocks->options;
    struct iw_mock_options options = {
        .scenario = choice->scenario,
        .variant = choice->variant,
        .portless = member->shared,
        .port = choice->port,
        .tls_port = choice->tls_port,
        .identity = &mocks->identity,
        .tls = from->tls,
        .seed = from->seed,
        .user = from->user,
        .password = from->password,
        .bare = from->bare,
        .open_max = from->open_max,
        .unix_seconds = choice->today ? from->now : 0,
        .whose = mocks->front == member ? whose : NULL,
        .wire = from->wire == NULL ? NULL : on_wire,
        .changed = on_changed,
        .context = member,
    };
    if (choice->user != NULL) { /* copies end with a NUL */
        member->user = iw_arena_copy(&member->arena, iw_span_of(choice->user));
        options.user = member->user.data;
        options.password = iw_arena_copy(&member->arena, password_of(mocks, choice)).data;
    }
    member->mock = iw_mock_start(from->loop, &options, error);
    return member->mock != NULL && furnish(mocks, member, error);
}

/* Takes the scenario over. */
static struct iw_mocks_member *add(struct iw_mocks *mocks, const struct iw_mocks_choice *choice,
                                   bool front, struct iw_error *error)
{
    struct iw_mocks_member **end = &mocks->first;
    struct iw_mocks_member *member = iw_alloc_resize(NULL, NULL, sizeof *member);
    if (member == NULL) {
        iw_scenario_free(choice->scenario);
        iw_fail(error, IW_NO_MEMORY, 0, NULL);
        return NULL;
    }
    *member = (struct iw_mocks_member){.mocks = mocks,
                                       .number = ++mocks->numbers,
                                       .scenario = choice->scenario,
                                       .shared = choice->user != NULL || choice->conn > 0,
                                       .conn = choice->conn};
    iw_arena_init(&member->arena, NULL, MEMBER_MAX);
    while (*end != NULL)
        end = &(*end)->next;
    *end = member;
    mocks->count++;
    if (front)
        mocks->front = member;
    if (start(mocks, member, choice, error))
        return member;
    iw_mocks_drop(mocks, member);
    return NULL;
}

struct iw_mocks_member *iw_mocks_add(struct iw_mocks *mocks, const struct iw_mocks_choice *choice,
                                     struct iw_error *error)
{
    bool shared = choice->user != NULL || choice->conn > 0;
    if (!is_possible(mocks, choice, error)) {
        iw_scenario_free(choice->scenario);
        return NULL;
    }
    if (shared && mocks->front == NULL) {
        const struct iw_mocks_choice front = {
            .today = true, .port = choice->port, .tls_port = choice->tls_port};
        if (add(mocks, &front, true, error) == NULL) {
            iw_scenario_free(choice->scenario);
            return NULL;
        }
    }
    struct iw_mocks_member *member =
        add(mocks, choice, choice->scenario == NULL && !shared && mocks->front == NULL, error);
    if (member == NULL || !shared || introduce(mocks, error))
        return member;
    iw_mocks_drop(mocks, member);
    return NULL;
}

/* ---- asking ---- */

struct iw_mocks_member *iw_mocks_find(const struct iw_mocks *mocks, uint64_t number)
{
    struct iw_mocks_member *member = mocks->first;
    while (member != NULL && member->number != number)
        member = member->next;
    return member;
}

unsigned iw_mocks_port(const struct iw_mocks *mocks, const struct iw_mocks_member *member)
{
    return iw_mock_port(member->shared && mocks->front != NULL ? mocks->front->mock : member->mock);
}

unsigned iw_mocks_tls_port(const struct iw_mocks *mocks, const struct iw_mocks_member *member)
{
    return iw_mock_tls_port(member->shared && mocks->front != NULL ? mocks->front->mock
                                                                   : member->mock);
}
