/* SPDX-License-Identifier: MIT */
/* One HTML page that needs nothing else: a matrix of cases and runs that filters, each cell opening
 * to the clause, the reason and the wire. Its text is report_page.html, where the results of the
 * runs stand as JSON. */
#ifndef IW_CONFORMANCE_REPORT_PAGE_H
#define IW_CONFORMANCE_REPORT_PAGE_H

#include "base/span.h"

#include <stdio.h>

struct iw_page_run {
    struct iw_span name; /* heads the column; absent: the target does */
    struct iw_span json; /* what the JSON report writes: one valid object */
};

/* Whether all could be written is for ferror to say. */
void iw_report_page_write(FILE *file, const struct iw_page_run *runs, size_t count);

#endif
