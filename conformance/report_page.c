/* SPDX-License-Identifier: MIT */
#include "conformance/report_page.h"

#include "base/json_writer.h"

#include <assert.h>
#include <string.h>

extern const char iw_report_page[]; /* report_page.html */

/* "<" occurs in JSON only inside of strings; escaped it can neither end the element nor begin a
 * comment in it. */
static void write_json(FILE *file, struct iw_span json)
{
    for (const char *p = json.data, *end = p + json.length; p < end;) {
        const char *bracket = memchr(p, '<', (size_t)(end - p));
        const char *stop = bracket != NULL ? bracket : end;
        fwrite(p, 1, (size_t)(stop - p), file);
        if (bracket != NULL)
            fputs("\\u003c", file);
        p = bracket != NULL ? bracket + 1 : end;
    }
}

static void write_run(FILE *file, const struct iw_page_run *run)
{
    struct iw_buf name;
    struct iw_json_writer writer;
    iw_buf_init(&name, NULL, 1 << 16);
    iw_json_writer_init(&writer, &name, IW_JSON_DENSE);
    iw_json_put_text(&writer, NULL, run->name);
    fputs("{\"name\": ", file);
    write_json(file, iw_buf_span(&name));
    fputs(", \"results\": ", file);
    write_json(file, run->json);
    fputs("}", file);
    iw_buf_release(&name);
}

void iw_report_page_write(FILE *file, const struct iw_page_run *runs, size_t count)
{
    static const char marker[] = "@RUNS@";
    const char *place = strstr(iw_report_page, marker);
    assert(place != NULL);
    fwrite(iw_report_page, 1, (size_t)(place - iw_report_page), file);
    fputs("[", file);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : ",\n", file);
        write_run(file, &runs[i]);
    }
    fputs("]", file);
    fputs(place + strlen(marker), file);
}
