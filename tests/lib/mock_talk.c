/* SPDX-License-Identifier: MIT */
#include "tests/lib/mock_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CAP = 1 << 20 };

static struct iw_scenario *read_scenario(const char *json)
{
    struct iw_diagnostic diagnostic = {0};
    char *text = strdup(json);
    assert_non_null(text);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    struct iw_scenario *scenario =
        iw_scenario_parse(iw_span_of(text), "test.json", NULL, &diagnostic);
    if (scenario == NULL)
        fail_msg("%u:%u: %s in %s", diagnostic.place.line, diagnostic.place.column,
                 diagnostic.message, text);
    free(text);
    return scenario;
}

void iw_talk_begin(struct iw_mock_talk *talk, const char *json, size_t variant, bool twin)
{
    struct iw_error error = {0};
    *talk = (struct iw_mock_talk){.scenario = json == NULL ? NULL : read_scenario(json)};
    iw_transcript_init(&talk->transcript, CAP);
    const struct iw_host_options options = {.scenario = talk->scenario,
                                            .variant = variant,
                                            .twin = twin,
                                            .transcript = &talk->transcript};
    talk->host = iw_host_new(&options, &error);
    if (talk->host == NULL)
        fail_msg("%s", error.detail[0] != '\0' ? error.detail : error.expected);
    for (size_t i = 0; i < IW_TALK_CONNS; i++)
        iw_buf_init(&talk->conns[i].came, NULL, CAP);
}

void iw_talk_end(struct iw_mock_talk *talk)
{
    for (size_t i = 0; i < IW_TALK_CONNS; i++)
        iw_buf_release(&talk->conns[i].came);
    iw_host_free(talk->host);
    iw_transcript_release(&talk->transcript);
    iw_scenario_free(talk->scenario);
}

static void take_write(struct iw_talk_conn *conn, struct iw_span octets)
{
    assert_false(conn->closed && conn->how != IW_CLOSE_HALF);
    if (conn->came.length > 0)
        iw_buf_add_char(&conn->came, '|');
    for (size_t i = 0; i < octets.length; i++) {
        if (octets.data[i] != '\r')
            iw_buf_add_char(&conn->came, octets.data[i]);
    }
}

static void pump(struct iw_mock_talk *talk)
{
    for (size_t turns = 0; turns < 10000; turns++) {
        struct iw_action action = iw_host_next(talk->host, talk->now);
        if (action.kind == IW_ACTION_NONE)
            return;
        assert_in_range(action.conn, 1, IW_TALK_CONNS - 1);
        struct iw_talk_conn *conn = &talk->conns[action.conn];
        if (action.kind == IW_ACTION_WRITE) {
            take_write(conn, action.octets);
        } else if (action.kind == IW_ACTION_TLS) {
            conn->tls = true;
            iw_host_secured(talk->host, action.conn, NULL, talk->now);
        } else if (action.kind == IW_ACTION_CLOSE) {
            conn->closed = true;
            conn->how = action.how;
        }
    }
    fail_msg("the host never comes to rest");
}

static void forget_answer(struct iw_mock_talk *talk, unsigned conn)
{
    iw_buf_clear(&talk->conns[conn].came);
}

unsigned iw_talk_connect(struct iw_mock_talk *talk)
{
    unsigned conn = iw_host_opened(talk->host, false, talk->now);
    assert_in_range(conn, 1, IW_TALK_CONNS - 1);
    pump(talk);
    return conn;
}

const char *iw_talk_send(struct iw_mock_talk *talk, unsigned conn, struct iw_span octets)
{
    forget_answer(talk, conn);
    iw_host_received(talk->host, conn, octets, talk->now);
    pump(talk);
    return iw_buf_string(&talk->conns[conn].came);
}

const char *iw_talk_say(struct iw_mock_talk *talk, unsigned conn, const char *lines)
{
    struct iw_buf octets;
    iw_buf_init(&octets, NULL, CAP);
    for (const char *c = lines; *c != '\0'; c++) {
        if (*c == '\n')
            iw_buf_add_char(&octets, '\r');
        iw_buf_add_char(&octets, *c);
    }
    const char *answer = iw_talk_send(talk, conn, iw_buf_span(&octets));
    iw_buf_release(&octets);
    return answer;
}

const char *iw_talk_wait(struct iw_mock_talk *talk, unsigned conn, uint64_t ms)
{
    forget_answer(talk, conn);
    talk->now += ms;
    iw_host_tick(talk->host, talk->now);
    pump(talk);
    return iw_buf_string(&talk->conns[conn].came);
}

void iw_talk_hang_up(struct iw_mock_talk *talk, unsigned conn)
{
    iw_host_closed(talk->host, conn, IW_CLOSE_FIN, talk->now);
    pump(talk);
}

unsigned iw_talk_open_inbox(struct iw_mock_talk *talk)
{
    unsigned conn = iw_talk_connect(talk);
    iw_talk_say(talk, conn, "x1 LOGIN user secret\n");
    iw_talk_say(talk, conn, "x2 SELECT INBOX\n");
    return conn;
}

enum iw_verdict iw_talk_verdict(struct iw_mock_talk *talk)
{
    return iw_host_finding(talk->host)->verdict;
}
