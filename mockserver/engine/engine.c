/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/engine.h"

#include "sasl/sasl.h"

#include <stdio.h>
#include <string.h>

enum {
    NOW_DEFAULT = 1704196800,
    APPEND_MAX_DEFAULT = 64 << 20,
    MESSAGE_MAX_DEFAULT = 1000000,
    NAME_OCTETS_MAX = 64
};

void iw_engine_init(struct iw_engine *engine, const struct iw_engine_options *options)
{
    *engine = (struct iw_engine){.options = *options,
                                 .now = options->now == 0 ? NOW_DEFAULT : options->now};
    if (engine->options.append_max == 0)
        engine->options.append_max = APPEND_MAX_DEFAULT;
    if (engine->options.message_max == 0)
        engine->options.message_max = MESSAGE_MAX_DEFAULT;
    iw_store_init(&engine->store, &options->store);
}

void iw_engine_release(struct iw_engine *engine)
{
    iw_store_release(&engine->store);
}

struct iw_date iw_engine_date(const struct iw_engine *engine)
{
    struct iw_date date = {.year = 1970, .month = 1, .day = 1};
    iw_date_from_unix(engine->now, 0, &date);
    return date;
}

/* ---- capabilities ---- */

/* The list that was given for that place; absent: none. */
static struct iw_span given(const struct iw_engine *engine, enum iw_capability_place place)
{
    size_t index = 0;
    while ((1u << index) != (unsigned)place)
        index++;
    return engine->options.capabilities[index];
}

/* The word of the list that is this name, or, with a limit, this name and "=…". Absent: none. */
static struct iw_span find_word(struct iw_span list, const char *name, bool limit)
{
    size_t length = strlen(name);
    while (list.length > 0) {
        struct iw_span word = iw_span_take_word(&list);
        if (iw_span_starts_nocase(word, iw_span(name, length)) &&
            (word.length == length || (limit && word.data[length] == '=')))
            return word;
    }
    return iw_span(NULL, 0);
}

static bool lists(struct iw_span list, const char *name)
{
    return find_word(list, name, false).data != NULL;
}

/* Without a list that says otherwise: not the one for nobody; that by a certificate and
 * those bound to TLS only where there is one. */
static bool offers_mechanism(const struct iw_engine *engine,
                             const struct iw_sasl_mechanism *mechanism,
                             enum iw_capability_place place)
{
    if (strcmp(mechanism->name, "EXTERNAL") == 0)
        return engine->options.certificates && place == IW_PLACE_TLS_BEFORE;
    bool can_bind = engine->options.binds && place == IW_PLACE_TLS_BEFORE;
    return (!mechanism->binds || can_bind) && mechanism->secret != IW_SASL_NO_SECRET;
}

static bool offers(const struct iw_engine *engine, enum iw_capability capability,
                   enum iw_capability_place place)
{
    const struct iw_capability_type *type = &iw_capability_types[capability];
    if (capability == IW_CAPABILITY_STARTTLS && !engine->options.has_tls)
        return false;
    return type->name != NULL && !type->off && (type->places & place) != 0;
}

bool iw_engine_has(const struct iw_engine *engine, enum iw_capability capability,
                   enum iw_capability_place place)
{
    const struct iw_capability_type *type = &iw_capability_types[capability];
    struct iw_span list = given(engine, place);
    if (capability == IW_CAPABILITY_NONE)
        return true;
    if (list.length == 0)
        return offers(engine, capability, place);
    if (capability == IW_CAPABILITY_AUTH)
        return find_word(list, "AUTH", true).data != NULL;
    return find_word(list, type->name, type->limit).data != NULL ||
           (type->in_rev2 && lists(list, "IMAP4rev2")) ||
           (type->also != NULL && lists(list, type->also));
}

uint64_t iw_engine_limit(const struct iw_engine *engine, enum iw_capability capability,
                         enum iw_capability_place place)
{
    const struct iw_capability_type *type = &iw_capability_types[capability];
    struct iw_span word = find_word(given(engine, place), type->name, true);
    uint64_t limit = capability == IW_CAPABILITY_APPENDLIMIT ? engine->options.append_max
                                                             : engine->options.message_max;
    if (!iw_engine_has(engine, capability, place))
        return UINT64_MAX;
    iw_span_number(iw_span_part(word, strlen(type->name) + 1, word.length), UINT64_MAX, &limit);
    return limit;
}

bool iw_engine_has_mechanism(const struct iw_engine *engine, struct iw_span mechanism,
                             enum iw_capability_place place)
{
    char name[NAME_OCTETS_MAX];
    struct iw_span list = given(engine, place);
    if (mechanism.length + sizeof "AUTH=" > sizeof name)
        return false;
    snprintf(name, sizeof name, "AUTH=%.*s", (int)mechanism.length, mechanism.data);
    const struct iw_sasl_mechanism *found = iw_sasl_find(name + sizeof "AUTH=" - 1);
    if (list.length > 0)
        return lists(list, name);
    return offers(engine, IW_CAPABILITY_AUTH, place) && found != NULL &&
           offers_mechanism(engine, found, place);
}

static void write_mechanisms(const struct iw_engine *engine, enum iw_capability_place place,
                             struct iw_buf *out)
{
    for (const struct iw_sasl_mechanism *mechanism = iw_sasl_mechanisms; mechanism->name != NULL;
         mechanism++) {
        if (offers_mechanism(engine, mechanism, place))
            iw_buf_addf(out, " AUTH=%s", mechanism->name);
    }
}

void iw_engine_write_capabilities(const struct iw_engine *engine, enum iw_capability_place place,
                                  struct iw_buf *out)
{
    struct iw_span list = given(engine, place);
    if (list.length > 0) {
        iw_buf_add(out, list);
        return;
    }
    for (enum iw_capability i = IW_CAPABILITY_IMAP4REV1; i < IW_CAPABILITY_COUNT; i++) {
        if (!offers(engine, i, place))
            continue;
        if (i == IW_CAPABILITY_AUTH) {
            write_mechanisms(engine, place, out);
            continue;
        }
        iw_buf_addf(out, "%s%s", i == IW_CAPABILITY_IMAP4REV1 ? "" : " ",
                    iw_capability_types[i].name);
        if (iw_capability_types[i].limit)
            iw_buf_addf(out, "=%llu", (unsigned long long)iw_engine_limit(engine, i, place));
    }
}
