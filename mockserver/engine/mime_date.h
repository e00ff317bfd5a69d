/* SPDX-License-Identifier: MIT */
/* The sent date: the field Date (RFC 5322 §3.3, §4.3), read as SORT, THREAD and the SENT keys of
 * SEARCH want it (RFC 5256 §2.2). */
#ifndef IW_MOCKSERVER_ENGINE_MIME_DATE_H
#define IW_MOCKSERVER_ENGINE_MIME_DATE_H

#include "parser/date.h"

/* A zone that is none is UTC, a time that is none 00:00:00, second 60 is 59. False: there is no
 * date, and the internal date stands for it. */
bool iw_mime_parse_date(struct iw_span value, struct iw_date *date);

#endif
