/* SPDX-License-Identifier: MIT */
#include "cli/value_code.h"

#include "cli/value_parts.h"

static void add_annotations(struct iw_json_writer *json, const struct iw_code *code)
{
    if (code->number > 0)
        iw_json_put_number(json, "number", code->number);
    iw_json_put_member(json, "word", code->word);
    if (!code->no_private)
        return;
    iw_json_put_bool(json, "no_private", true);
}

static void add_metadata(struct iw_json_writer *json, const struct iw_code *code)
{
    iw_json_put_member(json, "word", code->word);
    if (iw_span_equal(code->word, IW_SPAN("LONGENTRIES")) ||
        iw_span_equal(code->word, IW_SPAN("MAXSIZE")))
        iw_json_put_number(json, "number", code->number);
}

/* A number, or null where it is not known. */
static void add_known(struct iw_json_writer *json, const char *key, bool known, uint64_t number)
{
    iw_json_key(json, key);
    if (known)
        iw_json_put_number(json, NULL, number);
    else
        iw_json_put_null(json, NULL);
}

static void add_inprogress(struct iw_json_writer *json, const struct iw_code *code)
{
    if (!code->detailed)
        return;
    iw_json_put_octets(json, "tag", code->word);
    add_known(json, "progress", code->counting, code->number);
    add_known(json, "goal", code->second > 0, code->second);
}

static void add_uids(struct iw_json_writer *json, const struct iw_code *code)
{
    iw_json_put_number(json, "uidvalidity", code->number);
    if (code->type->shape == IW_CODE_COPYUID)
        iw_json_set(json, "source_uids", &code->source_uids);
    iw_json_set(json, "uids", &code->uids);
}

static void add_value(struct iw_json_writer *json, const struct iw_code *code)
{
    switch (code->type == NULL ? IW_CODE_ARGUMENT : code->type->shape) {
    case IW_CODE_NUMBER:
        iw_json_put_number(json, "number", code->number);
        break;
    case IW_CODE_NAMES:
    case IW_CODE_CHARSETS:
    case IW_CODE_EVENTS:
    case IW_CODE_RENAMED:
        iw_json_spans(json, "names", code->names, code->name_count);
        break;
    case IW_CODE_URLS:
        iw_json_spans(json, "urls", code->names, code->name_count);
        break;
    case IW_CODE_FLAGS:
        iw_json_flags(json, &code->flags);
        break;
    case IW_CODE_SET:
        iw_json_set(json, "set", &code->uids);
        break;
    case IW_CODE_COPYUID:
    case IW_CODE_APPENDUID:
        add_uids(json, code);
        break;
    case IW_CODE_OBJECTID:
        iw_json_put_member(json, "id", code->word);
        break;
    case IW_CODE_WORD:
    case IW_CODE_QUOTED:
    case IW_CODE_ANNOTATE:
        iw_json_put_member(json, "word", code->word);
        break;
    case IW_CODE_ANNOTATIONS:
        add_annotations(json, code);
        break;
    case IW_CODE_METADATA:
        add_metadata(json, code);
        break;
    case IW_CODE_INPROGRESS:
        add_inprogress(json, code);
        break;
    case IW_CODE_MESSAGELIMIT:
        iw_json_put_number(json, "number", code->number);
        if (code->second > 0)
            iw_json_put_number(json, "uid", code->second);
        break;
    case IW_CODE_BARE:
    case IW_CODE_TEXT:
    case IW_CODE_ARGUMENT:
        iw_json_put_member(json, "argument", code->argument);
    }
}

void iw_json_code(struct iw_json_writer *json, const struct iw_code *code)
{
    if (code->name.length == 0)
        return;
    iw_json_open_object(json, "code");
    iw_json_put_member(json, "name", code->name);
    add_value(json, code);
    iw_json_close_object(json);
}
