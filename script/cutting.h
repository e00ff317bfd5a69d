/* SPDX-License-Identifier: MIT */
/* The texts of a cutting become numbers, when its step is played. */
#ifndef IW_SCRIPT_CUTTING_H
#define IW_SCRIPT_CUTTING_H

#include "base/passage.h"
#include "script/emit.h"

enum { IW_MS_MAX = 3600000 }; /* more than an hour is an hour */

/* length: of the stream, from whose end negative numbers count back; SIZE_MAX: it has no end. */
enum iw_result iw_cutting_fill(const struct iw_cutting *cutting, size_t length,
                               const struct iw_emit_options *options, struct iw_passage *passage,
                               struct iw_error *error);
enum iw_result iw_tcp_fill(const struct iw_tcp *tcp, const struct iw_emit_options *options,
                           struct iw_passage *passage, struct iw_error *error);

/* Puts the texts in their places, as far as the stream reaches. */
enum iw_result iw_replace_fill(const struct iw_send *send, struct iw_buf *stream,
                               const struct iw_emit_options *options, struct iw_error *error);

/* A pause: milliseconds, drawn when it is a range. */
enum iw_result iw_ms_fill(struct iw_span text, const struct iw_emit_options *options, uint64_t *ms,
                          struct iw_error *error);

enum iw_result iw_close_fill(struct iw_span text, const struct iw_emit_options *options,
                             enum iw_close *how, struct iw_error *error);

#endif
