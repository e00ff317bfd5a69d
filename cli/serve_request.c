/* SPDX-License-Identifier: MIT */
#include "cli/serve_request.h"

#include "cli/serve_listening.h"
#include "cli/serve_scenario.h"
#include "cli/serve_state.h"
#include "mockserver/host.h"
#include "script/json.h"
#include "script/load.h"

#include <stddef.h>

enum { REPORT_MAX = 1 << 20 };

/* ---- what a request may say ---- */

enum {
    TAKES_SCENARIO = 1 << 0,
    TAKES_WAIT = 1 << 1,
    TAKES_SINCE = 1 << 2,
    TAKES_OCTETS = 1 << 3,
    TAKES_NEW = 1 << 4 /* what a new scenario is */
};

struct member {
    const char *name;
    unsigned takes;
    enum iw_json_kind kind; /* TRUE stands for both */
    size_t offset;          /* in the request */
    uint64_t max;
};

static const struct member members[] = {
    {"scenario", TAKES_SCENARIO, IW_JSON_INTEGER, offsetof(struct iw_request, scenario),
     UINT32_MAX},
    {"wait_ms", TAKES_WAIT, IW_JSON_INTEGER, offsetof(struct iw_request, wait_ms),
     IW_REQUEST_WAIT_MAX},
    {"since", TAKES_SINCE, IW_JSON_INTEGER, offsetof(struct iw_request, since), INT64_MAX},
    {"octets", TAKES_OCTETS, IW_JSON_TRUE, offsetof(struct iw_request, octets), 0},
    {"file", TAKES_NEW, IW_JSON_STRING, offsetof(struct iw_request, file), 4096},
    {"text", TAKES_NEW, IW_JSON_STRING, offsetof(struct iw_request, text), UINT32_MAX},
    {"name", TAKES_NEW, IW_JSON_STRING, offsetof(struct iw_request, name), 255},
    {"directory", TAKES_NEW, IW_JSON_STRING, offsetof(struct iw_request, directory), 4096},
    {"variant", TAKES_NEW, IW_JSON_INTEGER, offsetof(struct iw_request, variant), UINT32_MAX},
    {"user", TAKES_NEW, IW_JSON_STRING, offsetof(struct iw_request, user), IW_SERVE_USER_MAX},
    {"conn", TAKES_NEW, IW_JSON_INTEGER, offsetof(struct iw_request, conn), UINT32_MAX},
};

/* What it is carried out with. */
struct doing {
    const struct iw_request *request;
    struct iw_mocks *mocks;
    struct iw_mocks_member *member; /* of a verb that takes one */
    struct iw_json_writer json;     /* of the answer: an object, open */
    struct iw_buf *problem;
};

struct iw_request_verb {
    const char *name;
    unsigned takes;
    bool (*waits)(const struct iw_request *request, struct iw_mocks_member *member);
    bool (*carry_out)(struct doing *doing); /* false: the problem is written */
};

static bool fail(struct doing *doing, const struct iw_error *error)
{
    iw_buf_add_string(doing->problem,
                      error->detail[0] != '\0' ? error->detail : iw_result_name(error->code));
    return false;
}

/* ---- scenarios ---- */

/* texts of JSON end with a NUL */
static struct iw_scenario *load(const struct iw_request *request, struct iw_buf *problem)
{
    struct iw_diagnostic diagnostic = {0};
    const char *name = request->name.data == NULL ? "inline" : request->name.data;
    if (request->file.data != NULL)
        return iw_serve_scenario_load(request->file.data, problem);
    struct iw_scenario *scenario =
        iw_scenario_parse(request->text, name, request->directory.data, &diagnostic);
    if (scenario == NULL)
        iw_serve_scenario_explain(name, &diagnostic, problem);
    return scenario;
}

static bool do_load(struct doing *doing)
{
    const struct iw_request *request = doing->request;
    struct iw_error error = {0};
    bool plain = request->file.data == NULL && request->text.data == NULL;
    struct iw_mocks_choice choice = {.variant = (size_t)request->variant,
                                     .user = request->user.data,
                                     .conn = (size_t)request->conn,
                                     .today = plain};
    if (request->file.data != NULL && request->text.data != NULL) {
        iw_buf_add_string(doing->problem, "load takes a file or a text, not both");
        return false;
    }
    if (!plain)
        choice.scenario = load(request, doing->problem);
    if (!plain && choice.scenario == NULL)
        return false;
    const struct iw_mocks_member *member = iw_mocks_add(doing->mocks, &choice, &error);
    if (member == NULL)
        return fail(doing, &error);
    iw_serve_put_member(&doing->json, doing->mocks, member);
    return true;
}

static bool do_list(struct doing *doing)
{
    struct iw_json_writer *json = &doing->json;
    iw_json_open_array(json, "scenarios");
    for (const struct iw_mocks_member *m = doing->mocks->first; m != NULL; m = m->next) {
        iw_json_open_object(json, NULL);
        iw_serve_put_member(json, doing->mocks, m);
        iw_json_put_number(json, "connections", iw_mock_report(m->mock).connections);
        iw_json_put_string(json, "verdict",
                           iw_verdict_name(iw_mock_report(m->mock).finding->verdict));
        iw_json_close_object(json);
    }
    iw_json_close_array(json);
    return true;
}

static bool do_reset(struct doing *doing)
{
    struct iw_error error = {0};
    return iw_mocks_reset(doing->mocks, doing->member, &error) || fail(doing, &error);
}

/* ---- what has happened ---- */

static bool do_state(struct doing *doing)
{
    iw_serve_put_state(&doing->json, doing->member, doing->request->octets);
    return true;
}

static bool has_none(const struct iw_transcript *transcript, uint64_t since)
{
    return transcript->gone + transcript->count <= since;
}

static bool waits_for_events(const struct iw_request *request, struct iw_mocks_member *member)
{
    return has_none(iw_mock_transcript(member->mock), request->since);
}

static bool do_events(struct doing *doing)
{
    iw_serve_put_events(&doing->json, iw_mock_transcript(doing->member->mock),
                        doing->request->since);
    return true;
}

static bool waits_for_commands(const struct iw_request *request, struct iw_mocks_member *member)
{
    return has_none(iw_mock_commands(member->mock), request->since);
}

static bool do_commands(struct doing *doing)
{
    iw_serve_put_commands(&doing->json, iw_mock_commands(doing->member->mock),
                          doing->request->since);
    return true;
}

/* Till all clients have gone, and one has been there. */
static bool waits_for_clients(const struct iw_request *request, struct iw_mocks_member *member)
{
    (void)request;
    return iw_host_open(iw_mock_host(member->mock)) > 0 ||
           iw_mock_report(member->mock).connections == 0;
}

static void put_verdict(struct iw_json_writer *json, const struct iw_mocks_member *member)
{
    const struct iw_finding *finding = iw_mock_report(member->mock).finding;
    struct iw_buf report;
    iw_buf_init(&report, NULL, REPORT_MAX);
    iw_mock_explain(member->mock, &report);
    iw_json_put_string(json, "verdict", iw_verdict_name(finding->verdict));
    iw_json_put_bool(json, "passed", !iw_verdict_counts(finding->verdict, false));
    if (finding->text.length > 0)
        iw_json_put_text(json, "why", finding->text);
    iw_json_put_member(json, "expected", finding->expected);
    iw_json_put_member(json, "received", finding->received);
    if (finding->place.line > 0) {
        iw_json_put_number(json, "line", finding->place.line);
        iw_json_put_number(json, "column", finding->place.column);
    }
    iw_json_put_number(json, "connections", iw_mock_report(member->mock).connections);
    iw_json_put_text(json, "report", iw_buf_span(&report));
    iw_buf_release(&report);
}

static bool do_verify(struct doing *doing)
{
    put_verdict(&doing->json, doing->member);
    return true;
}

static bool is_shared_front(const struct iw_mocks *mocks, const struct iw_mocks_member *member)
{
    bool shared = false;
    for (const struct iw_mocks_member *m = mocks->first; m != NULL; m = m->next)
        shared = shared || m->shared;
    return shared && mocks->front == member;
}

static bool do_drop(struct doing *doing)
{
    if (is_shared_front(doing->mocks, doing->member)) {
        iw_buf_add_string(doing->problem, "others have its ports, too");
        return false;
    }
    put_verdict(&doing->json, doing->member);
    iw_mocks_drop(doing->mocks, doing->member);
    return true;
}

static bool do_nothing(struct doing *doing)
{
    (void)doing;
    return true;
}

/* ---- verbs ---- */

static const struct iw_request_verb verbs[] = {
    {"load", TAKES_NEW, NULL, do_load},
    {"drop", TAKES_SCENARIO, NULL, do_drop},
    {"list", 0, NULL, do_list},
    {"reset", TAKES_SCENARIO, NULL, do_reset},
    {"state", TAKES_SCENARIO | TAKES_OCTETS, NULL, do_state},
    {"events", TAKES_SCENARIO | TAKES_SINCE | TAKES_WAIT, waits_for_events, do_events},
    {"commands", TAKES_SCENARIO | TAKES_SINCE | TAKES_WAIT, waits_for_commands, do_commands},
    {"verify", TAKES_SCENARIO | TAKES_WAIT, waits_for_clients, do_verify},
    {"stop", 0, NULL, do_nothing},
};

enum {
    VERB_COUNT = sizeof verbs / sizeof verbs[0],
    MEMBER_COUNT = sizeof members / sizeof members[0]
};

static const struct iw_request_verb *find_verb(const struct iw_json *word)
{
    for (size_t i = 0; word != NULL && word->kind == IW_JSON_STRING && i < VERB_COUNT; i++) {
        if (iw_span_equal(word->text, iw_span_of(verbs[i].name)))
            return &verbs[i];
    }
    return NULL;
}

static void list_verbs(struct iw_buf *out)
{
    iw_buf_add_string(out, "\"do\" is one of:");
    for (size_t i = 0; i < VERB_COUNT; i++)
        iw_buf_addf(out, " %s", verbs[i].name);
}

/* ---- reading ---- */

static bool is_of_kind(const struct iw_json *value, enum iw_json_kind kind)
{
    return value->kind == kind || (kind == IW_JSON_TRUE && value->kind == IW_JSON_FALSE);
}

static bool is_in_range(const struct iw_json *value, const struct member *member)
{
    if (member->kind == IW_JSON_INTEGER)
        return value->integer >= 0 && (uint64_t)value->integer <= member->max;
    return member->kind != IW_JSON_STRING ||
           (value->text.length > 0 && value->text.length <= member->max);
}

static void set(struct iw_request *request, const struct member *member,
                const struct iw_json *value)
{
    char *place = (char *)request + member->offset;
    if (member->kind == IW_JSON_INTEGER)
        *(uint64_t *)(void *)place = (uint64_t)value->integer;
    else if (member->kind == IW_JSON_STRING)
        *(struct iw_span *)(void *)place = value->text;
    else
        *(bool *)place = value->kind == IW_JSON_TRUE;
}

static const struct member *find_member(const struct iw_request_verb *verb, struct iw_span key)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        if ((members[i].takes & verb->takes) != 0 &&
            iw_span_equal(key, iw_span_of(members[i].name)))
            return &members[i];
    }
    return NULL;
}

/* What is wrong with this member; what was read is set. */
static bool read_member(struct iw_request *request, const struct iw_request_verb *verb,
                        const struct iw_json *value, struct iw_buf *problem)
{
    const struct member *member = find_member(verb, value->key);
    if (member == NULL)
        iw_buf_addf(problem, "%s takes no \"%.*s\"", verb->name, (int)value->key.length,
                    value->key.data);
    else if (!is_of_kind(value, member->kind))
        iw_buf_addf(problem, "\"%s\" is %s, not %s", member->name,
                    member->kind == IW_JSON_TRUE ? "true or false"
                                                 : iw_json_kind_name(member->kind),
                    iw_json_kind_name(value->kind));
    else if (!is_in_range(value, member))
        iw_buf_addf(problem,
                    member->kind == IW_JSON_INTEGER ? "\"%s\" is a number from 0 to %llu"
                                                    : "\"%s\" has from 1 to %llu octets",
                    member->name, (unsigned long long)member->max);
    else
        set(request, member, value);
    return problem->length == 0;
}

void iw_request_read(struct iw_request *request, struct iw_span line, struct iw_arena *arena,
                     struct iw_buf *problem)
{
    struct iw_json_error error = {0};
    const struct iw_json *json = iw_json_parse(line, arena, &error);
    *request = (struct iw_request){.verb = NULL};
    if (json == NULL) {
        iw_buf_addf(problem, "column %u: %s", error.place.column,
                    error.message[0] == '\0' ? "no memory" : error.message);
        return;
    }
    const struct iw_request_verb *verb = find_verb(iw_json_member(json, "do"));
    if (verb == NULL) {
        list_verbs(problem);
        return;
    }
    for (const struct iw_json *value = json->child; value != NULL; value = value->next) {
        if (!iw_span_equal(value->key, IW_SPAN("do")) &&
            !read_member(request, verb, value, problem))
            return;
    }
    request->verb = verb;
}

/* ---- carrying out ---- */

/* Without a number it is the first one. */
static struct iw_mocks_member *member_of(const struct iw_request *request,
                                         const struct iw_mocks *mocks)
{
    return request->scenario == 0 ? mocks->first : iw_mocks_find(mocks, request->scenario);
}

bool iw_request_waits(const struct iw_request *request, const struct iw_mocks *mocks)
{
    if (request->verb == NULL || request->verb->waits == NULL || request->wait_ms == 0)
        return false;
    struct iw_mocks_member *member = member_of(request, mocks);
    return member != NULL && request->verb->waits(request, member);
}

bool iw_request_stops(const struct iw_request *request)
{
    return request->verb != NULL && request->verb->carry_out == do_nothing;
}

static bool carry_out(struct doing *doing)
{
    const struct iw_request *request = doing->request;
    if (request->verb == NULL)
        return false;
    doing->member = member_of(request, doing->mocks);
    if ((request->verb->takes & TAKES_SCENARIO) != 0 && doing->member == NULL) {
        iw_buf_addf(doing->problem, "there is no scenario %llu",
                    (unsigned long long)request->scenario);
        return false;
    }
    return request->verb->carry_out(doing);
}

static void begin_answer(struct doing *doing, bool good, struct iw_buf *answer)
{
    iw_buf_clear(answer);
    iw_json_writer_init(&doing->json, answer, IW_JSON_DENSE);
    iw_json_open_object(&doing->json, NULL);
    iw_json_put_bool(&doing->json, "ok", good);
}

void iw_request_answer(const struct iw_request *request, struct iw_mocks *mocks,
                       struct iw_buf *problem, struct iw_buf *answer)
{
    struct doing doing = {.request = request, .mocks = mocks, .problem = problem};
    begin_answer(&doing, true, answer);
    bool done = carry_out(&doing);
    if (done && answer->failed) {
        iw_buf_add_string(problem, "the answer is too large");
        done = false;
    }
    if (!done) {
        begin_answer(&doing, false, answer);
        iw_json_put_text(&doing.json, "error", iw_buf_span(problem));
    }
    iw_json_close_object(&doing.json);
    iw_buf_add_char(answer, '\n');
}
