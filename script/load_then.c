/* SPDX-License-Identifier: MIT */
/* Reads "then": what is asked of a client. */
#include "script/members.h"

#include <stddef.h>

static bool read_client(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    static const char *const words[] = {"ok", "error", "any", NULL};
    static const enum iw_client_outcome outcomes[] = {IW_CLIENT_OK, IW_CLIENT_ERROR, IW_CLIENT_ANY};
    enum iw_client_outcome *client = target;
    int word = iw_load_word(loader, value, words);
    if (word >= 0)
        *client = outcomes[word];
    return word >= 0;
}

static bool check_command(struct iw_loader *loader, const struct iw_place *place,
                          const struct iw_line *line)
{
    bool may_match = line->mark == IW_MARK_PLAIN || line->mark == IW_MARK_EXACT;
    return (line->side == IW_SIDE_CLIENT && may_match && line->label.data == NULL) ||
           iw_load_fail(loader, place, "expected a command: \"C: …\"");
}

static bool read_never(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_then *then = target;
    then->never =
        iw_load_members(loader, value, IW_JSON_ARRAY, "a list of lines", sizeof *then->never);
    if (then->never == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next) {
        struct iw_then_command *never = &then->never[then->never_count++];
        never->place = item->place;
        if (!iw_load_line(loader, item, &never->line) ||
            !check_command(loader, &item->place, &never->line))
            return false;
    }
    return true;
}

static bool read_one_count(struct iw_loader *loader, const struct iw_json *item,
                           struct iw_then_command *count)
{
    struct iw_error error = {.code = IW_OK};
    count->place = item->key_place;
    if (iw_line_parse(item->key, &count->line, &error) != IW_OK)
        return iw_load_fail(loader, &item->key_place, "expected %s", error.expected);
    if (!check_command(loader, &item->key_place, &count->line))
        return false;
    if (item->kind != IW_JSON_INTEGER)
        return iw_load_expected(loader, item, "how often the command comes");
    if (item->integer < 0 || item->integer > INT32_MAX)
        return iw_load_fail(loader, &item->place, "expected a number from 0 to %d", INT32_MAX);
    count->n = (unsigned)item->integer;
    return true;
}

static bool read_counts(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_then *then = target;
    then->counts =
        iw_load_members(loader, value, IW_JSON_OBJECT,
                        "an object of commands and how often they come", sizeof *then->counts);
    if (then->counts == NULL)
        return false;
    for (const struct iw_json *item = value->child; item != NULL; item = item->next)
        if (!read_one_count(loader, item, &then->counts[then->count_count++]))
            return false;
    return true;
}

static const struct iw_member then_members[] = {
    {"client", read_client, offsetof(struct iw_then, client)},
    {"in_sync", iw_load_bool, offsetof(struct iw_then, in_sync)},
    {"never", read_never, 0},
    {"count", read_counts, 0},
    {"peak_mb", iw_load_count, offsetof(struct iw_then, peak_mb)},
    {"within_ms", iw_load_count, offsetof(struct iw_then, within_ms)},
    {NULL, NULL, 0},
};
const struct iw_object iw_then_object = {"then", then_members};

bool iw_load_then(struct iw_loader *loader, const struct iw_json *value, void *target)
{
    struct iw_then *then = target;
    then->place = value->place;
    return iw_load_object(loader, value, &iw_then_object, then);
}
