/* SPDX-License-Identifier: MIT */
/* Labels, as Gmail has them (X-GM-EXT-1): the other mailboxes of the user that hold the same
 * message, INBOX and those with a special use under a name with a backslash. The mailbox with the
 * use \All is no label; where there is one, a message that loses its last label goes there.
 *
 * A message is the same as another if it came into being as its copy. */
#ifndef IW_MOCKSERVER_ENGINE_LABELS_H
#define IW_MOCKSERVER_ENGINE_LABELS_H

#include "mockserver/engine/command.h"
#include "parser/fetch.h"

/* The mailbox that a label stands for: "\Inbox", "\Sent", or its name as on the wire. NULL: there
 * is none. */
struct iw_mailbox *iw_label_mailbox(struct iw_run *run, struct iw_span label);
/* X-GM-LABELS of a message in the selected mailbox, in the run's arena. False: no memory. */
bool iw_labels_fill(struct iw_run *run, const struct iw_content *content,
                    struct iw_fetch_item *item);
/* STORE of X-GM-LABELS, for the command in progress. A label that is new makes a mailbox; the
 * label of the selected mailbox goes with the message. */
struct iw_outcome iw_labels_store(struct iw_run *run);

#endif
