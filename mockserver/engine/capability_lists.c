/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/capability_lists.h"

enum { PLACES = 4, LIST_MAX = 16 << 10 };

void iw_capability_lists_init(struct iw_capability_lists *lists)
{
    for (unsigned i = 0; i < PLACES; i++)
        iw_buf_init(&lists->places[i], NULL, LIST_MAX);
}

void iw_capability_lists_release(struct iw_capability_lists *lists)
{
    for (unsigned i = 0; i < PLACES; i++)
        iw_buf_release(&lists->places[i]);
}

/* Where a name is listed. */
static unsigned places_of(struct iw_span name)
{
    if (iw_span_starts_nocase(name, IW_SPAN("AUTH=")))
        return IW_PLACE_BEFORE;
    enum iw_capability capability = iw_capability_of(name);
    return capability == IW_CAPABILITY_NONE ? IW_PLACE_ANY : iw_capability_types[capability].places;
}

static void add_word(struct iw_buf *list, struct iw_span word)
{
    if (list->length > 0)
        iw_buf_add_char(list, ' ');
    iw_buf_add(list, word);
}

static bool is_named(struct iw_span word, struct iw_span name)
{
    struct iw_span before = iw_span_part(word, 0, name.length);
    bool valued = iw_span_equal_nocase(name, IW_SPAN("AUTH")) ||
                  (iw_capability_of(name) != IW_CAPABILITY_NONE &&
                   iw_capability_types[iw_capability_of(name)].limit);
    return iw_span_equal_nocase(before, name) &&
           (word.length == name.length || (valued && word.data[name.length] == '='));
}

/* The words of the list that are not called so. False: there was none. */
static bool remove_word(struct iw_buf *list, struct iw_span name)
{
    const struct iw_span text = iw_buf_span(list);
    struct iw_buf kept;
    bool found = false;
    iw_buf_init(&kept, NULL, LIST_MAX);
    for (size_t begin = 0, i = 0; i <= text.length; i++) {
        if (i < text.length && text.data[i] != ' ')
            continue;
        const struct iw_span word = iw_span_part(text, begin, i);
        begin = i + 1;
        if (is_named(word, name))
            found = true;
        else if (word.length > 0)
            add_word(&kept, word);
    }
    iw_buf_clear(list);
    iw_buf_add(list, iw_buf_span(&kept));
    iw_buf_release(&kept);
    return found;
}

/* "APPENDLIMIT" of "APPENDLIMIT=9". */
static struct iw_span without_limit(struct iw_span name)
{
    enum iw_capability capability = iw_capability_of(name);
    return capability == IW_CAPABILITY_NONE ? name
                                            : iw_span_of(iw_capability_types[capability].name);
}

static void add_name(struct iw_buf *list, struct iw_span name)
{
    struct iw_buf others;
    iw_buf_init(&others, NULL, LIST_MAX);
    if (iw_capability_of(name) == IW_CAPABILITY_IMAP4) {
        iw_buf_add(&others, iw_buf_span(list));
        iw_buf_clear(list);
    }
    add_word(list, name);
    if (others.length > 0)
        add_word(list, iw_buf_span(&others));
    iw_buf_release(&others);
}

void iw_capability_lists_take(struct iw_capability_lists *lists, const struct iw_engine *engine)
{
    for (unsigned i = 0; i < PLACES; i++) {
        iw_buf_clear(&lists->places[i]);
        iw_engine_write_capabilities(engine, 1u << i, &lists->places[i]);
    }
}

void iw_capability_lists_append(struct iw_capability_lists *lists, struct iw_span name)
{
    const unsigned places = places_of(name);
    for (unsigned i = 0; i < PLACES; i++) {
        if ((places & 1u << i) != 0)
            add_word(&lists->places[i], name);
    }
}

/* Where LOGIN is disabled in clear, so is what else gives passwords away (RFC 9051 §11.7). */
static const struct {
    const char *name, *beside; /* only one of them */
    unsigned places;
} rivals[] = {
    {"LOGINDISABLED", "AUTH=PLAIN", IW_PLACE_CLEAR_BEFORE},
    {"LOGINDISABLED", "AUTH=LOGIN", IW_PLACE_CLEAR_BEFORE},
    {"LITERAL-", "LITERAL+", IW_PLACE_ANY},       /* RFC 7888 §5 */
    {"I18NLEVEL=2", "I18NLEVEL=1", IW_PLACE_ANY}, /* RFC 5255 §4.3 */
    {"UTF8=ONLY", "UTF8=ACCEPT", IW_PLACE_ANY},   /* RFC 6855 §6 */
};

static void remove_rivals(struct iw_buf *list, struct iw_span name, unsigned place)
{
    for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++) {
        if ((rivals[i].places & place) != 0 &&
            iw_span_equal_nocase(name, iw_span_of(rivals[i].name)))
            remove_word(list, iw_span_of(rivals[i].beside));
    }
}

void iw_capability_lists_add(struct iw_capability_lists *lists, struct iw_span name)
{
    const unsigned places = places_of(name);
    for (unsigned i = 0; i < PLACES; i++) {
        remove_word(&lists->places[i], without_limit(name));
        remove_rivals(&lists->places[i], name, 1u << i);
        if ((places & 1u << i) != 0)
            add_name(&lists->places[i], name);
    }
}

bool iw_capability_lists_remove(struct iw_capability_lists *lists, struct iw_span name)
{
    bool found = false;
    for (unsigned i = 0; i < PLACES; i++)
        found = remove_word(&lists->places[i], name) || found;
    return found;
}

bool iw_capability_lists_give(const struct iw_capability_lists *lists, struct iw_engine *engine)
{
    for (unsigned i = 0; i < PLACES; i++) {
        if (lists->places[i].failed || lists->places[i].length == 0)
            return false;
        engine->options.capabilities[i] = iw_buf_span(&lists->places[i]);
    }
    return true;
}
