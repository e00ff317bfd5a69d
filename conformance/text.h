/* SPDX-License-Identifier: MIT */
/* Writes text that may hold any octets into formats that are not so free (JSON is
 * base/json_writer.h's). An octet that the format
 * cannot carry (a control, broken UTF-8) appears as \xNN, so that every report is well-formed
 * whatever a peer sent. */
#ifndef IW_CONFORMANCE_TEXT_H
#define IW_CONFORMANCE_TEXT_H

#include "base/buf.h"

/* Character data and attribute values of XML 1.0 and HTML. */
void iw_text_xml(struct iw_buf *out, const char *text);

/* For a terminal: controls other than LF and TAB are shown, not obeyed. */
void iw_text_terminal(struct iw_buf *out, const char *text);

/* One word of a POSIX shell command, quoted if it needs it. */
void iw_text_shell(struct iw_buf *out, const char *word);

#endif
