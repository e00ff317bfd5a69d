/* SPDX-License-Identifier: MIT */
#include "parser/search_key.h"

#include "parser/member.h"
#include "parser/names.h"
#include "parser/octets.h"
#include "parser/same.h"
#include "parser/write.h"

/* The order is that of enum iw_search_kind. */
static const struct {
    struct iw_span name;
    enum iw_search_shape shape;
} key_types[IW_SEARCH_KINDS] = {
    [IW_SEARCH_ALL] = {IW_NAME("ALL"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_ANSWERED] = {IW_NAME("ANSWERED"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_DELETED] = {IW_NAME("DELETED"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_DRAFT] = {IW_NAME("DRAFT"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_FLAGGED] = {IW_NAME("FLAGGED"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_NEW] = {IW_NAME("NEW"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_OLD] = {IW_NAME("OLD"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_RECENT] = {IW_NAME("RECENT"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_SEEN] = {IW_NAME("SEEN"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_UNANSWERED] = {IW_NAME("UNANSWERED"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_UNDELETED] = {IW_NAME("UNDELETED"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_UNDRAFT] = {IW_NAME("UNDRAFT"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_UNFLAGGED] = {IW_NAME("UNFLAGGED"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_UNSEEN] = {IW_NAME("UNSEEN"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_SAVEDATESUPPORTED] = {IW_NAME("SAVEDATESUPPORTED"), IW_SEARCH_SHAPE_BARE},
    [IW_SEARCH_BCC] = {IW_NAME("BCC"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_BODY] = {IW_NAME("BODY"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_CC] = {IW_NAME("CC"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_FROM] = {IW_NAME("FROM"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_SUBJECT] = {IW_NAME("SUBJECT"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_TEXT] = {IW_NAME("TEXT"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_TO] = {IW_NAME("TO"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_KEYWORD] = {IW_NAME("KEYWORD"), IW_SEARCH_SHAPE_ATOM},
    [IW_SEARCH_UNKEYWORD] = {IW_NAME("UNKEYWORD"), IW_SEARCH_SHAPE_ATOM},
    [IW_SEARCH_FILTER] = {IW_NAME("FILTER"), IW_SEARCH_SHAPE_ATOM},
    [IW_SEARCH_EMAILID] = {IW_NAME("EMAILID"), IW_SEARCH_SHAPE_ID},
    [IW_SEARCH_THREADID] = {IW_NAME("THREADID"), IW_SEARCH_SHAPE_ID},
    [IW_SEARCH_X_GM_RAW] = {IW_NAME("X-GM-RAW"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_X_GM_LABELS] = {IW_NAME("X-GM-LABELS"), IW_SEARCH_SHAPE_ASTRING},
    [IW_SEARCH_HEADER] = {IW_NAME("HEADER"), IW_SEARCH_SHAPE_HEADER},
    [IW_SEARCH_BEFORE] = {IW_NAME("BEFORE"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_ON] = {IW_NAME("ON"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_SINCE] = {IW_NAME("SINCE"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_SENTBEFORE] = {IW_NAME("SENTBEFORE"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_SENTON] = {IW_NAME("SENTON"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_SENTSINCE] = {IW_NAME("SENTSINCE"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_SAVEDBEFORE] = {IW_NAME("SAVEDBEFORE"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_SAVEDON] = {IW_NAME("SAVEDON"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_SAVEDSINCE] = {IW_NAME("SAVEDSINCE"), IW_SEARCH_SHAPE_DATE},
    [IW_SEARCH_LARGER] = {IW_NAME("LARGER"), IW_SEARCH_SHAPE_SIZE},
    [IW_SEARCH_SMALLER] = {IW_NAME("SMALLER"), IW_SEARCH_SHAPE_SIZE},
    [IW_SEARCH_OLDER] = {IW_NAME("OLDER"), IW_SEARCH_SHAPE_NUMBER},
    [IW_SEARCH_YOUNGER] = {IW_NAME("YOUNGER"), IW_SEARCH_SHAPE_NUMBER},
    [IW_SEARCH_UIDAFTER] = {IW_NAME("UIDAFTER"), IW_SEARCH_SHAPE_NUMBER},
    [IW_SEARCH_UIDBEFORE] = {IW_NAME("UIDBEFORE"), IW_SEARCH_SHAPE_NUMBER},
    [IW_SEARCH_X_GM_MSGID] = {IW_NAME("X-GM-MSGID"), IW_SEARCH_SHAPE_LARGE},
    [IW_SEARCH_X_GM_THRID] = {IW_NAME("X-GM-THRID"), IW_SEARCH_SHAPE_LARGE},
    [IW_SEARCH_MODSEQ] = {IW_NAME("MODSEQ"), IW_SEARCH_SHAPE_MODSEQ},
    [IW_SEARCH_UID] = {IW_NAME("UID"), IW_SEARCH_SHAPE_SET},
    [IW_SEARCH_SET] = {IW_NAME(""), IW_SEARCH_SHAPE_SET},
    [IW_SEARCH_NOT] = {IW_NAME("NOT"), IW_SEARCH_SHAPE_KEYS},
    [IW_SEARCH_FUZZY] = {IW_NAME("FUZZY"), IW_SEARCH_SHAPE_KEYS},
    [IW_SEARCH_OR] = {IW_NAME("OR"), IW_SEARCH_SHAPE_KEYS},
    [IW_SEARCH_AND] = {IW_NAME(""), IW_SEARCH_SHAPE_KEYS},
    [IW_SEARCH_ANNOTATION] = {IW_NAME("ANNOTATION"), IW_SEARCH_SHAPE_ANNOTATION},
};

struct iw_span iw_search_kind_name(enum iw_search_kind kind)
{
    return key_types[kind].name;
}

enum iw_search_shape iw_search_kind_shape(enum iw_search_kind kind)
{
    return key_types[kind].shape;
}

/* ---- arguments ---- */

/* header-fld-name SP astring */
static enum iw_result parse_header(struct iw_reader *reader, struct iw_search_key *key)
{
    enum iw_result result = iw_read_astring(reader, &key->name);
    return result == IW_OK ? iw_read_space_astring(reader, &key->string) : result;
}

/* objectid = 1*255(ALPHA / DIGIT / "_" / "-") (RFC 8474 §7) */
static enum iw_result parse_id(struct iw_reader *reader, struct iw_search_key *key)
{
    enum { ID_MAX = 255 };
    const char *begin = reader->at;
    while (reader->at < reader->end && reader->at - begin < ID_MAX &&
           (iw_is(*reader->at, IW_CHAR_ALPHA | IW_CHAR_DIGIT) || *reader->at == '_' ||
            *reader->at == '-'))
        reader->at++;
    key->string = iw_between(begin, reader->at);
    return reader->at > begin ? IW_OK : iw_reader_fail(reader, "an object's id");
}

/* entry-name = DQUOTE "/flags/" ["\\"] atom DQUOTE ; each flag has one (RFC 7162 §3.1.5) */
static enum iw_result read_flag_entry(struct iw_reader *reader, struct iw_span *entry)
{
    const char *begin = reader->at;
    enum iw_result result = iw_read_quoted(reader, entry);
    if (result != IW_OK)
        return result;
    struct iw_span prefix = IW_SPAN("/flags/"), flag = {NULL, 0};
    if (iw_span_starts_nocase(*entry, prefix))
        flag = iw_span_part(*entry, prefix.length, entry->length);
    if (iw_span_starts(flag, IW_SPAN("\\")))
        flag = iw_span_part(flag, 1, flag.length);
    bool atom = flag.length > 0;
    for (size_t i = 0; i < flag.length; i++)
        atom = atom && iw_is(flag.data[i], IW_CHAR_ATOM);
    if (atom)
        return IW_OK;
    reader->at = begin;
    return iw_reader_fail(reader, "the entry of a flag");
}

/* [entry-name SP entry-type-req SP] mod-sequence-valzer (RFC 7162 §7)
 * entry-type-req = "priv" / "shared" / "all" */
static enum iw_result parse_modseq(struct iw_reader *reader, struct iw_search_key *key)
{
    enum iw_result result = IW_OK;
    if (iw_reader_peek(reader, '"')) {
        static const char expected[] = "priv, shared or all";
        result = read_flag_entry(reader, &key->name);
        if (result == IW_OK)
            result = iw_read_space_atom(reader, expected, &key->string);
        if (result == IW_OK && !iw_span_equal_nocase(key->string, IW_SPAN("priv")) &&
            !iw_span_equal_nocase(key->string, IW_SPAN("shared")) &&
            !iw_span_equal_nocase(key->string, IW_SPAN("all"))) {
            reader->at = key->string.data;
            result = iw_reader_fail(reader, expected);
        }
        if (result == IW_OK)
            result = iw_read_space(reader);
    }
    return result == IW_OK ? iw_read_number(reader, INT64_MAX, &key->number) : result;
}

/* att-search = "value" / "value.priv" / "value.shared" ; an astring here (RFC 5257 §5) */
static enum iw_result read_attribute(struct iw_reader *reader, struct iw_span *attribute)
{
    static const char *const attributes[] = {"value", "value.priv", "value.shared"};
    const char *begin = reader->at;
    enum iw_result result = iw_read_astring(reader, attribute);
    for (size_t i = 0; result == IW_OK && i < sizeof attributes / sizeof *attributes; i++)
        if (iw_span_equal_nocase(*attribute, iw_span_of(attributes[i])))
            return IW_OK;
    if (result != IW_OK)
        return result;
    reader->at = begin;
    return iw_reader_fail(reader, "value, value.priv or value.shared");
}

/* entry-match SP att-search SP value ; the match may have wildcards ; value = nstring / literal8 */
static enum iw_result parse_annotation(struct iw_reader *reader, struct iw_search_key *key)
{
    bool quoted = iw_reader_peek(reader, '"') || iw_reader_peek(reader, '{');
    enum iw_result result = quoted ? iw_read_string(reader, &key->name)
                                   : iw_read_run(reader, IW_CHAR_LIST, "an entry", &key->name);
    struct iw_octets value = {0};
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = read_attribute(reader, &key->attribute);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_octets(reader, true, &value);
    key->string = value.value;
    return result;
}

static enum iw_result parse_argument(struct iw_reader *reader, struct iw_search_key *key)
{
    switch (key_types[key->kind].shape) {
    case IW_SEARCH_SHAPE_ASTRING:
        return iw_read_astring(reader, &key->string);
    case IW_SEARCH_SHAPE_ATOM:
        return key->kind == IW_SEARCH_FILTER
                   ? iw_read_filter_name(reader, &key->string)
                   : iw_read_run(reader, IW_CHAR_ATOM, "an atom", &key->string);
    case IW_SEARCH_SHAPE_ID:
        return parse_id(reader, key);
    case IW_SEARCH_SHAPE_HEADER:
        return parse_header(reader, key);
    case IW_SEARCH_SHAPE_DATE:
        return iw_parse_date(reader, &key->date);
    case IW_SEARCH_SHAPE_SIZE:
        return iw_read_number(reader, INT64_MAX, &key->number);
    case IW_SEARCH_SHAPE_NUMBER:
        return iw_read_nz_number(reader, UINT32_MAX, &key->number);
    case IW_SEARCH_SHAPE_LARGE:
        return iw_read_number(reader, UINT64_MAX, &key->number);
    case IW_SEARCH_SHAPE_MODSEQ:
        return parse_modseq(reader, key);
    case IW_SEARCH_SHAPE_SET:
        return iw_parse_set(reader, &key->set);
    case IW_SEARCH_SHAPE_ANNOTATION:
        return parse_annotation(reader, key);
    case IW_SEARCH_SHAPE_BARE:
    case IW_SEARCH_SHAPE_KEYS:
        break;
    }
    return IW_OK;
}

/* ---- keys ---- */

/* IW_SEARCH_KINDS: nobody's */
static enum iw_search_kind kind_of(struct iw_span word)
{
    unsigned kind = 0;
    while (kind < IW_SEARCH_KINDS &&
           (key_types[kind].name.length == 0 || !iw_is_word(word, key_types[kind].name)))
        kind++;
    return (enum iw_search_kind)kind;
}

static enum iw_result parse_keys(struct iw_reader *reader, bool *unknown, size_t most,
                                 struct iw_search_key **last);

/* NOT and FUZZY: SP search-key; OR: SP search-key SP search-key. One level deeper. */
static enum iw_result parse_operands(struct iw_reader *reader, bool *unknown,
                                     struct iw_search_key *key)
{
    size_t wanted = key->kind == IW_SEARCH_OR ? 2 : 1;
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_reader_enter(reader);
    if (result == IW_OK) {
        result = parse_keys(reader, unknown, wanted, &key->keys);
        iw_reader_leave(reader);
    }
    if (result == IW_OK && !*unknown && wanted == 2 && key->keys->next == NULL)
        result = iw_reader_fail(reader, "SP and a second search key");
    return result;
}

/* "(" search-key *(SP search-key) ")" */
static enum iw_result parse_list(struct iw_reader *reader, bool *unknown, struct iw_search_key *key)
{
    key->kind = IW_SEARCH_AND;
    reader->at++;
    enum iw_result result = iw_reader_enter(reader);
    if (result == IW_OK) {
        result = parse_keys(reader, unknown, SIZE_MAX, &key->keys);
        iw_reader_leave(reader);
    }
    if (result != IW_OK || *unknown)
        return result;
    return iw_read_char(reader, ')', "SP and a search key, or )");
}

/* A word: its key's argument comes behind SP. */
static enum iw_result parse_named(struct iw_reader *reader, bool *unknown,
                                  struct iw_search_key *key)
{
    struct iw_span word;
    enum iw_result result = iw_read_run(reader, IW_CHAR_ATOM, "a search key", &word);
    if (result != IW_OK)
        return result;
    key->kind = kind_of(word);
    *unknown = key->kind == IW_SEARCH_KINDS;
    if (*unknown || key_types[key->kind].shape == IW_SEARCH_SHAPE_BARE)
        return IW_OK;
    if (key_types[key->kind].shape == IW_SEARCH_SHAPE_KEYS)
        return parse_operands(reader, unknown, key);
    result = iw_read_space(reader);
    return result == IW_OK ? parse_argument(reader, key) : result;
}

/* search-key = "ALL" / "ANSWERED" / "BCC" SP astring / "BEFORE" SP date / … /
 *              "NOT" SP search-key / "OR" SP search-key SP search-key / "UID" SP sequence-set /
 *              sequence-set / "(" search-key *(SP search-key) ")" */
static enum iw_result parse_key(struct iw_reader *reader, bool *unknown, struct iw_search_key *key)
{
    if (iw_reader_peek(reader, '('))
        return parse_list(reader, unknown, key);
    bool set = reader->at < reader->end &&
               (iw_is(*reader->at, IW_CHAR_DIGIT) || *reader->at == '*' || *reader->at == '$');
    if (!set)
        return parse_named(reader, unknown, key);
    key->kind = IW_SEARCH_SET;
    return iw_parse_set(reader, &key->set);
}

/* search-key *(SP search-key), at most so many */
static enum iw_result parse_keys(struct iw_reader *reader, bool *unknown, size_t most,
                                 struct iw_search_key **last)
{
    for (size_t count = 0;;) {
        enum iw_result result = iw_read_member(reader, count++, last, sizeof **last);
        if (result == IW_OK)
            result = parse_key(reader, unknown, *last);
        if (result != IW_OK || *unknown || count == most || !iw_reader_more(reader))
            return result;
        reader->at++;
        last = &(*last)->next;
    }
}

static void write_keys(struct iw_buf *out, const struct iw_search_key *first)
{
    for (const struct iw_search_key *key = first; key != NULL; key = key->next) {
        if (key != first)
            iw_buf_add_char(out, ' ');
        iw_write_search_key(out, key);
    }
}

/* What iw_parse_annotation reads: bare where it can be. */
static void write_annotation(struct iw_buf *out, const struct iw_search_key *key)
{
    iw_write_string(out, key->name);
    iw_buf_add_char(out, ' ');
    iw_write_astring(out, key->attribute);
    iw_buf_add_char(out, ' ');
    iw_write_octets(out, &(struct iw_octets){key->string, key->string.length, true});
}

static void write_modseq(struct iw_buf *out, const struct iw_search_key *key)
{
    if (key->name.data != NULL) {
        iw_write_quoted(out, key->name);
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, key->string);
        iw_buf_add_char(out, ' ');
    }
    iw_buf_add_number(out, key->number);
}

static void write_argument(struct iw_buf *out, const struct iw_search_key *key)
{
    switch (key_types[key->kind].shape) {
    case IW_SEARCH_SHAPE_BARE:
        break;
    case IW_SEARCH_SHAPE_ASTRING:
        iw_write_astring(out, key->string);
        break;
    case IW_SEARCH_SHAPE_ATOM:
    case IW_SEARCH_SHAPE_ID:
        iw_buf_add(out, key->string);
        break;
    case IW_SEARCH_SHAPE_HEADER:
        iw_write_astring(out, key->name);
        iw_buf_add_char(out, ' ');
        iw_write_astring(out, key->string);
        break;
    case IW_SEARCH_SHAPE_DATE:
        iw_write_date(out, &key->date);
        break;
    case IW_SEARCH_SHAPE_SIZE:
    case IW_SEARCH_SHAPE_NUMBER:
    case IW_SEARCH_SHAPE_LARGE:
        iw_buf_add_number(out, key->number);
        break;
    case IW_SEARCH_SHAPE_MODSEQ:
        write_modseq(out, key);
        break;
    case IW_SEARCH_SHAPE_SET:
        iw_write_set(out, &key->set);
        break;
    case IW_SEARCH_SHAPE_KEYS:
        write_keys(out, key->keys);
        break;
    case IW_SEARCH_SHAPE_ANNOTATION:
        write_annotation(out, key);
    }
}

void iw_write_search_key(struct iw_buf *out, const struct iw_search_key *key)
{
    struct iw_span name = key_types[key->kind].name;
    bool list = key->kind == IW_SEARCH_AND;
    iw_buf_add(out, name);
    if (name.length > 0 && key_types[key->kind].shape != IW_SEARCH_SHAPE_BARE)
        iw_buf_add_char(out, ' ');
    if (list)
        iw_buf_add_char(out, '(');
    write_argument(out, key);
    if (list)
        iw_buf_add_char(out, ')');
}

/* ---- programs ---- */

/* charset = atom / quoted */
static enum iw_result parse_charset(struct iw_reader *reader, struct iw_span *charset)
{
    return iw_reader_peek(reader, '"') ? iw_read_quoted(reader, charset)
                                       : iw_read_run(reader, IW_CHAR_ATOM, "a charset", charset);
}

/* 1*(SP search-key) */
static enum iw_result parse_program_keys(struct iw_reader *reader,
                                         struct iw_search_program *program)
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    return parse_keys(reader, &program->unknown, SIZE_MAX, &program->keys);
}

/* search-program = ["CHARSET" SP charset SP] search-key *(SP search-key) */
enum iw_result iw_parse_search_program(struct iw_reader *reader, struct iw_search_program *program)
{
    struct iw_reader ahead = *reader;
    enum iw_result result = IW_OK;
    if (iw_reader_skip(&ahead, ' ') && iw_reader_skip_word(&ahead, "CHARSET")) {
        *reader = ahead;
        result = iw_read_space(reader);
        if (result == IW_OK)
            result = parse_charset(reader, &program->charset);
    }
    return result == IW_OK ? parse_program_keys(reader, program) : result;
}

enum iw_result iw_parse_search_criteria(struct iw_reader *reader, struct iw_search_program *program)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_charset(reader, &program->charset);
    return result == IW_OK ? parse_program_keys(reader, program) : result;
}

/* An atom where it can be one, else quoted. */
static void write_charset(struct iw_buf *out, struct iw_span charset)
{
    bool atom = charset.length > 0;
    for (size_t i = 0; i < charset.length; i++)
        atom = atom && iw_is(charset.data[i], IW_CHAR_ATOM);
    if (atom)
        iw_buf_add(out, charset);
    else
        iw_write_quoted(out, charset);
}

void iw_write_search_program(struct iw_buf *out, const struct iw_search_program *program)
{
    if (program->charset.data != NULL) {
        iw_buf_add(out, IW_SPAN(" CHARSET "));
        write_charset(out, program->charset);
    }
    iw_buf_add_char(out, ' ');
    write_keys(out, program->keys);
}

void iw_write_search_criteria(struct iw_buf *out, const struct iw_search_program *program)
{
    iw_buf_add_char(out, ' ');
    write_charset(out, program->charset);
    iw_buf_add_char(out, ' ');
    write_keys(out, program->keys);
}

static bool keys_equal(const struct iw_search_key *a, const struct iw_search_key *b);

/* Names of fields and keywords, and ids of entries' types, compare without regard to case. */
static bool key_equal(const struct iw_search_key *a, const struct iw_search_key *b)
{
    if (a->kind != b->kind || (a->string.data == NULL) != (b->string.data == NULL))
        return false;
    bool same_string = a->kind == IW_SEARCH_KEYWORD || a->kind == IW_SEARCH_UNKEYWORD ||
                               a->kind == IW_SEARCH_MODSEQ
                           ? iw_span_equal_nocase(a->string, b->string)
                           : iw_span_equal(a->string, b->string);
    return same_string && iw_same_date(&a->date, &b->date) &&
           iw_span_equal_nocase(a->name, b->name) && iw_span_equal(a->attribute, b->attribute) &&
           a->number == b->number && iw_same_set(&a->set, &b->set) && keys_equal(a->keys, b->keys);
}

static bool keys_equal(const struct iw_search_key *a, const struct iw_search_key *b)
{
    for (; a != NULL && b != NULL && key_equal(a, b); a = a->next)
        b = b->next;
    return a == NULL && b == NULL;
}

bool iw_search_program_equal(const struct iw_search_program *a, const struct iw_search_program *b)
{
    return (a->charset.data == NULL) == (b->charset.data == NULL) &&
           iw_span_equal_nocase(a->charset, b->charset) && keys_equal(a->keys, b->keys);
}
