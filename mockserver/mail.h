/* SPDX-License-Identifier: MIT */
/* Mail from files into the engine's store. What a path is decides how it is read:
 *
 *   a file in mbox format: INBOX, a message behind each "From " line at its beginning or behind an
 *   empty line (RFC 4155); ">From " loses its ">";
 *   a Maildir, a folder that has cur or new: INBOX; .A.B in it is the mailbox A/B, its name in
 *   modified UTF-7; flags and dates are those of the files;
 *   any other folder: its *.eml files are INBOX; NAME/ in it, and NAME.mbox, is the mailbox NAME.
 *
 * Other files are left alone. Every line ends in CRLF afterwards. Files come in order of their
 * names. Nothing is held beyond the store's own bound but one file at a time. */
#ifndef IW_MOCKSERVER_MAIL_H
#define IW_MOCKSERVER_MAIL_H

#include "base/result.h"
#include "mockserver/engine/engine.h"

/* On failure some of it may be there; the detail says which file, and the line in an mbox. */
enum iw_result iw_mail_load(struct iw_engine *engine, struct iw_user *owner, const char *path,
                            struct iw_error *error);

#endif
