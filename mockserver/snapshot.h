/* SPDX-License-Identifier: MIT */
/* Copies of what a mock server has and has heard, as mock_server.h shows them to test programs. */
#ifndef IW_MOCKSERVER_SNAPSHOT_H
#define IW_MOCKSERVER_SNAPSHOT_H

#include "mockserver/engine/store.h"
#include "mockserver/mock_server.h"
#include "script/transcript.h"

/* Into the arena. False: no memory. */
bool iw_snapshot_commands(const struct iw_transcript *from, struct iw_arena *arena,
                          struct iw_mock_server_commands *commands);
bool iw_snapshot_mailboxes(const struct iw_store *store, const struct iw_user *user,
                           struct iw_arena *arena, struct iw_mock_server_mailboxes *mailboxes);

#endif
