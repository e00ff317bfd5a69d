/* SPDX-License-Identifier: MIT */
#include "cli/record_write.h"

#include "base/chars.h"
#include "cli/whole_file.h"
#include "script/lint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096 };

void iw_record_stem(const char *path, char *stem, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    size_t length = 0;
    for (; *name != '\0' && *name != '.' && length + 1 < size; name++) {
        bool fits = iw_is(*name, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || *name == '-' || *name == '_';
        stem[length++] = fits ? *name : '-';
    }
    if (length == 0 && size > 1)
        stem[length++] = 'r';
    stem[length] = '\0';
}

static bool fail(const char *path)
{
    fprintf(stderr, "imapwright record: cannot write %s: %s\n", path, strerror(errno));
    return false;
}

/* "DIR/messages/NAME"; without a name the folder. */
static bool beside(const char *path, const char *name, char made[PATH_SIZE])
{
    const char *slash = strrchr(path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - path) + 1;
    int length = snprintf(made, PATH_SIZE, "%.*smessages%s%s", folder, path,
                          name[0] == '\0' ? "" : "/", name);
    errno = ENAMETOOLONG;
    return length > 0 && length < PATH_SIZE;
}

static bool write_files(const char *path, const struct iw_transcription *transcription)
{
    char made[PATH_SIZE];
    if (transcription->file_count == 0)
        return true;
    if (!beside(path, "", made) || (mkdir(made, 0777) != 0 && errno != EEXIST))
        return fail(path);
    for (size_t i = 0; i < transcription->file_count; i++) {
        const struct iw_file *file = &transcription->files[i];
        if (!beside(path, file->name.data, made) || !iw_write_whole(made, file->octets))
            return fail(made);
    }
    return true;
}

static void print_finding(void *context, const struct iw_diagnostic *diagnostic)
{
    (void)context;
    fprintf(stderr, "%s:%u:%u: %s\n", diagnostic->path, diagnostic->place.line,
            diagnostic->place.column, diagnostic->message);
}

/* What was written is what can be played. */
static bool check(const char *path)
{
    struct iw_diagnostic diagnostic = {0};
    struct iw_scenario *scenario = iw_scenario_load(path, &diagnostic);
    if (scenario == NULL) {
        print_finding(NULL, &diagnostic);
        return false;
    }
    size_t findings = iw_lint(scenario, NULL, print_finding, NULL);
    iw_scenario_free(scenario);
    return findings == 0;
}

bool iw_record_write(const char *path, const struct iw_transcription *transcription)
{
    if (!write_files(path, transcription))
        return false;
    if (!iw_write_whole(path, iw_buf_span(&transcription->json)))
        return fail(path);
    return check(path);
}
