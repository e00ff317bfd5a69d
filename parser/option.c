/* SPDX-License-Identifier: MIT */
#include "parser/option.h"

#include "parser/member.h"
#include "parser/same.h"

struct option_type {
    enum iw_option_place place;
    enum iw_option_shape shape;
    struct iw_span name;
    uint64_t least, most; /* NUMBER */
};

static const struct option_type option_types[] = {
    {IW_OPTIONS_SELECT, IW_OPTION_BARE, IW_NAME("CONDSTORE"), 0, 0},
    {IW_OPTIONS_SELECT, IW_OPTION_QRESYNC, IW_NAME("QRESYNC"), 0, 0},
    {IW_OPTIONS_SELECT, IW_OPTION_BARE, IW_NAME("ANNOTATE"), 0, 0},
    {IW_OPTIONS_CREATE, IW_OPTION_ATTRIBUTES, IW_NAME("USE"), 0, 0},
    {IW_OPTIONS_FETCH, IW_OPTION_NUMBER, IW_NAME("CHANGEDSINCE"), 1, INT64_MAX},
    {IW_OPTIONS_FETCH, IW_OPTION_BARE, IW_NAME("VANISHED"), 0, 0},
    {IW_OPTIONS_FETCH, IW_OPTION_WINDOW, IW_NAME("PARTIAL"), 0, 0},
    {IW_OPTIONS_STORE, IW_OPTION_NUMBER, IW_NAME("UNCHANGEDSINCE"), 0, INT64_MAX},
    {IW_OPTIONS_LIST_SELECT, IW_OPTION_BARE, IW_NAME("SUBSCRIBED"), 0, 0},
    {IW_OPTIONS_LIST_SELECT, IW_OPTION_BARE, IW_NAME("REMOTE"), 0, 0},
    {IW_OPTIONS_LIST_SELECT, IW_OPTION_BARE, IW_NAME("RECURSIVEMATCH"), 0, 0},
    {IW_OPTIONS_LIST_SELECT, IW_OPTION_BARE, IW_NAME("SPECIAL-USE"), 0, 0},
    {IW_OPTIONS_LIST_RETURN, IW_OPTION_BARE, IW_NAME("SUBSCRIBED"), 0, 0},
    {IW_OPTIONS_LIST_RETURN, IW_OPTION_BARE, IW_NAME("CHILDREN"), 0, 0},
    {IW_OPTIONS_LIST_RETURN, IW_OPTION_BARE, IW_NAME("SPECIAL-USE"), 0, 0},
    {IW_OPTIONS_LIST_RETURN, IW_OPTION_BARE, IW_NAME("MYRIGHTS"), 0, 0},
    {IW_OPTIONS_LIST_RETURN, IW_OPTION_ATOMS, IW_NAME("STATUS"), 0, 0},
    {IW_OPTIONS_LIST_RETURN, IW_OPTION_ASTRINGS, IW_NAME("METADATA"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_BARE, IW_NAME("MIN"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_BARE, IW_NAME("MAX"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_BARE, IW_NAME("ALL"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_BARE, IW_NAME("COUNT"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_BARE, IW_NAME("SAVE"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_WINDOW, IW_NAME("PARTIAL"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_FETCH, IW_NAME("UPDATE"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_BARE, IW_NAME("CONTEXT"), 0, 0},
    {IW_OPTIONS_SEARCH_RETURN, IW_OPTION_BARE, IW_NAME("RELEVANCY"), 0, 0},
    {IW_OPTIONS_METADATA, IW_OPTION_NUMBER, IW_NAME("MAXSIZE"), 0, UINT32_MAX},
    {IW_OPTIONS_METADATA, IW_OPTION_DEPTH, IW_NAME("DEPTH"), 0, 0},
};

static const struct option_type *type_of(enum iw_option_place place, struct iw_span name)
{
    for (size_t i = 0; i < sizeof option_types / sizeof *option_types; i++)
        if (option_types[i].place == place && iw_is_word(name, option_types[i].name))
            return &option_types[i];
    return NULL;
}

/* ---- values ---- */

/* ["-"] nz-number */
static enum iw_result parse_place(struct iw_reader *reader, bool negative, int64_t *place)
{
    uint64_t number;
    enum iw_result result = negative ? iw_read_char(reader, '-', "-") : IW_OK;
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &number);
    if (result == IW_OK)
        *place = negative ? -(int64_t)number : (int64_t)number;
    return result;
}

enum iw_result iw_parse_window(struct iw_reader *reader, struct iw_window *window)
{
    bool negative = iw_reader_peek(reader, '-');
    enum iw_result result = parse_place(reader, negative, &window->first);
    if (result == IW_OK)
        result = iw_read_char(reader, ':', ":");
    return result == IW_OK ? parse_place(reader, negative, &window->last) : result;
}

void iw_write_window(struct iw_buf *out, const struct iw_window *window)
{
    iw_buf_addf(out, "%lld:%lld", (long long)window->first, (long long)window->last);
}

/* seq-match-data = "(" known-sequence-set SP known-uid-set ")" */
static enum iw_result parse_matched(struct iw_reader *reader, struct iw_qresync *qresync)
{
    reader->at++;
    enum iw_result result = iw_parse_known_set(reader, &qresync->matched_numbers);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_parse_known_set(reader, &qresync->matched_uids);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")" */
static enum iw_result parse_qresync(struct iw_reader *reader, struct iw_option *option)
{
    uint64_t uidvalidity;
    enum iw_result result = iw_read_member(reader, 0, &option->qresync, sizeof *option->qresync);
    struct iw_qresync *qresync = option->qresync;
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &uidvalidity);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_nz_number(reader, INT64_MAX, &qresync->modseq);
    if (result != IW_OK)
        return result;
    qresync->uidvalidity = (uint32_t)uidvalidity;
    if (iw_reader_more(reader) && reader->at[1] != '(') {
        reader->at++;
        result = iw_parse_known_set(reader, &qresync->known_uids);
    }
    if (result == IW_OK && iw_reader_skip(reader, ' '))
        result = iw_reader_peek(reader, '(') ? parse_matched(reader, qresync)
                                             : iw_reader_fail(reader, "(");
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_qresync(struct iw_buf *out, const struct iw_qresync *qresync)
{
    iw_buf_addf(out, "(%lu %llu", (unsigned long)qresync->uidvalidity,
                (unsigned long long)qresync->modseq);
    if (qresync->known_uids.count > 0) {
        iw_buf_add_char(out, ' ');
        iw_write_set(out, &qresync->known_uids);
    }
    if (qresync->matched_numbers.count > 0) {
        iw_buf_add(out, IW_SPAN(" ("));
        iw_write_set(out, &qresync->matched_numbers);
        iw_buf_add_char(out, ' ');
        iw_write_set(out, &qresync->matched_uids);
        iw_buf_add_char(out, ')');
    }
    iw_buf_add_char(out, ')');
}

static bool qresync_equal(const struct iw_qresync *a, const struct iw_qresync *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->uidvalidity == b->uidvalidity && a->modseq == b->modseq &&
           iw_same_set(&a->known_uids, &b->known_uids) &&
           iw_same_set(&a->matched_numbers, &b->matched_numbers) &&
           iw_same_set(&a->matched_uids, &b->matched_uids);
}

/* use-attr = "\" atom (RFC 6154 §6) */
static enum iw_result parse_attribute(struct iw_reader *reader, struct iw_option *option)
{
    struct iw_span atom;
    const char *begin = reader->at;
    enum iw_result result = iw_read_char(reader, '\\', "an attribute, \\Sent for one");
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "an attribute", &atom);
    if (result != IW_OK)
        return result;
    return iw_list_add(reader, &option->members.names, &option->members.count,
                       iw_between(begin, reader->at));
}

/* "USE" SP "(" [use-attr *(SP use-attr)] ")" */
static enum iw_result parse_attributes(struct iw_reader *reader, struct iw_option *option)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result != IW_OK || iw_reader_skip(reader, ')'))
        return result;
    do {
        result = parse_attribute(reader, option);
    } while (result == IW_OK && iw_reader_another(reader));
    return result == IW_OK ? iw_read_char(reader, ')', "SP and an attribute, or )") : result;
}

/* "STATUS" SP "(" status-att *(SP status-att) ")" (RFC 5819 §5) */
static enum iw_result parse_atoms(struct iw_reader *reader, struct iw_option *option)
{
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_read_atoms(reader, "an item", &option->members.names, &option->members.count);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

/* scope-opt = "DEPTH" SP ("0" / "1" / "infinity") (RFC 5464 §5) */
static enum iw_result parse_depth(struct iw_reader *reader, struct iw_option *option)
{
    static const char *const depths[] = {"0", "1", "infinity"};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++)
        if (iw_reader_skip_word(reader, depths[i])) {
            option->value = iw_span_of(depths[i]);
            return IW_OK;
        }
    return iw_reader_fail(reader, "0, 1 or infinity");
}

/* modifier-update = "UPDATE" ["(" fetch-att *(SP fetch-att) ")"] (RFC 5465 §8), whose ABNF has no
 * SP in front of "(", but whose example has: both are read. */
static enum iw_result parse_fetch(struct iw_reader *reader, struct iw_option *option)
{
    if (iw_reader_more(reader) && reader->at[1] == '(')
        reader->at++;
    return iw_reader_peek(reader, '(') ? iw_parse_fetch_atts(reader, &option->fetch_atts) : IW_OK;
}

static enum iw_result parse_number(struct iw_reader *reader, const struct option_type *type,
                                   uint64_t *number)
{
    return type->least > 0 ? iw_read_nz_number(reader, type->most, number)
                           : iw_read_number(reader, type->most, number);
}

/* tagged-ext-val begins with a digit, "*", "$" or "(", and no name does (RFC 4466 §6). */
static enum iw_result parse_other(struct iw_reader *reader, struct iw_option *option)
{
    bool value = iw_reader_more(reader) &&
                 (iw_is(reader->at[1], IW_CHAR_DIGIT) || memchr("*$(", reader->at[1], 3) != NULL);
    if (!value)
        return IW_OK;
    reader->at++;
    return iw_skip_value(reader, "a value", &option->value);
}

static enum iw_result parse_value(struct iw_reader *reader, const struct option_type *type,
                                  struct iw_option *option)
{
    bool alone = type->shape == IW_OPTION_BARE || type->shape == IW_OPTION_FETCH;
    enum iw_result result = alone ? IW_OK : iw_read_space(reader);
    if (result != IW_OK)
        return result;
    switch (type->shape) {
    case IW_OPTION_NUMBER:
        return parse_number(reader, type, &option->number);
    case IW_OPTION_WINDOW:
        return iw_parse_window(reader, &option->window);
    case IW_OPTION_DEPTH:
        return parse_depth(reader, option);
    case IW_OPTION_ATOMS:
        return parse_atoms(reader, option);
    case IW_OPTION_ATTRIBUTES:
        return parse_attributes(reader, option);
    case IW_OPTION_ASTRINGS:
        return iw_parse_astring_list(reader, &option->members);
    case IW_OPTION_FETCH:
        return parse_fetch(reader, option);
    case IW_OPTION_QRESYNC:
        return parse_qresync(reader, option);
    case IW_OPTION_BARE:
    case IW_OPTION_OTHER:
        break;
    }
    return IW_OK;
}

bool iw_option_has_value(const struct iw_option *option)
{
    return option->shape == IW_OPTION_FETCH   ? option->fetch_atts != NULL
           : option->shape == IW_OPTION_OTHER ? option->value.data != NULL
                                              : option->shape != IW_OPTION_BARE;
}

static void write_value(struct iw_buf *out, const struct iw_option *option)
{
    if (iw_option_has_value(option))
        iw_buf_add_char(out, ' ');
    switch (option->shape) {
    case IW_OPTION_BARE:
        break;
    case IW_OPTION_NUMBER:
        iw_buf_add_number(out, option->number);
        break;
    case IW_OPTION_WINDOW:
        iw_write_window(out, &option->window);
        break;
    case IW_OPTION_ATOMS:
    case IW_OPTION_ATTRIBUTES:
        iw_buf_add_char(out, '(');
        iw_write_atoms(out, &option->members);
        iw_buf_add_char(out, ')');
        break;
    case IW_OPTION_ASTRINGS:
        iw_write_astring_list(out, &option->members);
        break;
    case IW_OPTION_FETCH:
        if (option->fetch_atts != NULL)
            iw_write_fetch_atts(out, option->fetch_atts);
        break;
    case IW_OPTION_QRESYNC:
        write_qresync(out, option->qresync);
        break;
    case IW_OPTION_DEPTH:
    case IW_OPTION_OTHER:
        iw_buf_add(out, option->value);
    }
}

/* ---- lists of them ---- */

/* tagged-ext-label [SP tagged-ext-val] */
static enum iw_result parse_option(struct iw_reader *reader, enum iw_option_place place,
                                   struct iw_option *option)
{
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "an option", &option->name);
    if (result != IW_OK)
        return result;
    const struct option_type *type = type_of(place, option->name);
    if (type == NULL) {
        option->shape = IW_OPTION_OTHER;
        return parse_other(reader, option);
    }
    option->shape = type->shape;
    option->name = type->name;
    return parse_value(reader, type, option);
}

static bool may_be_empty(enum iw_option_place place)
{
    return place == IW_OPTIONS_LIST_SELECT || place == IW_OPTIONS_LIST_RETURN ||
           place == IW_OPTIONS_SEARCH_RETURN;
}

/* "(" [option *(SP option)] ")" */
enum iw_result iw_parse_options(struct iw_reader *reader, enum iw_option_place place,
                                struct iw_options *options)
{
    struct iw_option **last = &options->first;
    size_t count = 0;
    options->given = true;
    enum iw_result result = iw_read_char(reader, '(', "( and options");
    if (result != IW_OK || (may_be_empty(place) && iw_reader_skip(reader, ')')))
        return result;
    do {
        result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_option(reader, place, *last);
        if (result != IW_OK)
            return result;
        last = &(*last)->next;
    } while (iw_reader_another(reader));
    return iw_read_char(reader, ')', "SP and an option, or )");
}

void iw_write_options(struct iw_buf *out, const struct iw_options *options)
{
    if (!options->given)
        return;
    iw_buf_add_char(out, '(');
    for (const struct iw_option *option = options->first; option != NULL; option = option->next) {
        if (option != options->first)
            iw_buf_add_char(out, ' ');
        iw_buf_add(out, option->name);
        write_value(out, option);
    }
    iw_buf_add_char(out, ')');
}

static bool option_equal(const struct iw_option *a, const struct iw_option *b)
{
    return a->shape == b->shape && iw_span_equal_nocase(a->name, b->name) &&
           a->number == b->number && a->window.first == b->window.first &&
           a->window.last == b->window.last && iw_same_span(a->value, b->value) &&
           iw_same_names(&a->members, &b->members) && qresync_equal(a->qresync, b->qresync) &&
           iw_fetch_atts_equal(a->fetch_atts, b->fetch_atts);
}

bool iw_options_equal(const struct iw_options *a, const struct iw_options *b)
{
    const struct iw_option *x = a->first, *y = b->first;
    for (; x != NULL && y != NULL && option_equal(x, y); x = x->next)
        y = y->next;
    return a->given == b->given && x == NULL && y == NULL;
}

const struct iw_option *iw_options_find(const struct iw_options *options, const char *name)
{
    const struct iw_option *option = options->first;
    while (option != NULL && !iw_span_equal_nocase(option->name, iw_span_of(name)))
        option = option->next;
    return option;
}
