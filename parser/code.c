/* SPDX-License-Identifier: MIT */
#include "parser/code.h"

#include "base/chars.h"
#include "parser/names.h"
#include "parser/objectid.h"
#include "parser/verbatim.h"
#include "parser/write.h"

/* clang-format off */
const struct iw_code_type iw_code_types[] = {
    /* RFC 9051 §7.1 */
    {"ALERT", IW_CODE_BARE},                {"ALREADYEXISTS", IW_CODE_BARE},
    {"APPENDUID", IW_CODE_APPENDUID},       {"AUTHENTICATIONFAILED", IW_CODE_BARE},
    {"AUTHORIZATIONFAILED", IW_CODE_BARE},  {"BADCHARSET", IW_CODE_CHARSETS},
    {"CANNOT", IW_CODE_BARE},               {"CAPABILITY", IW_CODE_NAMES},
    {"CLIENTBUG", IW_CODE_BARE},            {"CLOSED", IW_CODE_BARE},
    {"CONTACTADMIN", IW_CODE_BARE},         {"COPYUID", IW_CODE_COPYUID},
    {"CORRUPTION", IW_CODE_BARE},           {"EXPIRED", IW_CODE_BARE},
    {"EXPUNGEISSUED", IW_CODE_BARE},        {"HASCHILDREN", IW_CODE_BARE},
    {"INUSE", IW_CODE_BARE},                {"LIMIT", IW_CODE_BARE},
    {"NONEXISTENT", IW_CODE_BARE},          {"NOPERM", IW_CODE_BARE},
    {"OVERQUOTA", IW_CODE_BARE},            {"PARSE", IW_CODE_BARE},
    {"PERMANENTFLAGS", IW_CODE_FLAGS},      {"PRIVACYREQUIRED", IW_CODE_BARE},
    {"READ-ONLY", IW_CODE_BARE},            {"READ-WRITE", IW_CODE_BARE},
    {"SERVERBUG", IW_CODE_BARE},            {"TRYCREATE", IW_CODE_BARE},
    {"UIDNEXT", IW_CODE_NUMBER, UINT32_MAX},
    {"UIDNOTSTICKY", IW_CODE_BARE},
    {"UIDVALIDITY", IW_CODE_NUMBER, UINT32_MAX},
    {"UNAVAILABLE", IW_CODE_BARE},          {"UNKNOWN-CTE", IW_CODE_BARE},
    /* RFC 2060 §7.1, RFC 3501 §7.1 */
    {"NEWNAME", IW_CODE_RENAMED},          {"UNSEEN", IW_CODE_NUMBER, UINT32_MAX},
    /* RFC 2193, 2221 */
    {"REFERRAL", IW_CODE_URLS},
    /* RFC 4467, 4469, 4978 */
    {"URLMECH", IW_CODE_NAMES},             {"BADURL", IW_CODE_TEXT},
    {"TOOBIG", IW_CODE_BARE},               {"COMPRESSIONACTIVE", IW_CODE_BARE},
    /* RFC 5182, 5255, 5257, 5259 */
    {"NOTSAVED", IW_CODE_BARE},             {"BADCOMPARATOR", IW_CODE_BARE},
    {"ANNOTATE", IW_CODE_ANNOTATE},         {"ANNOTATIONS", IW_CODE_ANNOTATIONS},
    {"TEMPFAIL", IW_CODE_BARE},             {"MAXCONVERTMESSAGES", IW_CODE_NUMBER, UINT32_MAX},
    {"MAXCONVERTPARTS", IW_CODE_NUMBER, UINT32_MAX},
    {"BADPARAMETERS", IW_CODE_ARGUMENT},    {"MISSINGPARAMETERS", IW_CODE_ARGUMENT},
    /* RFC 5267, 5464, 5465, 5466, 6154, 6858 */
    {"NOUPDATE", IW_CODE_QUOTED},           {"METADATA", IW_CODE_METADATA},
    {"BADEVENT", IW_CODE_EVENTS},           {"NOTIFICATIONOVERFLOW", IW_CODE_BARE},
    {"UNDEFINED-FILTER", IW_CODE_WORD}, {"USEATTR", IW_CODE_BARE},
    {"DOWNGRADED", IW_CODE_SET},
    /* RFC 7162 */
    {"HIGHESTMODSEQ", IW_CODE_NUMBER, INT64_MAX},
    {"NOMODSEQ", IW_CODE_BARE},             {"MODIFIED", IW_CODE_SET},
    /* RFC 8474, 9585, 9586, 9738, 10022 */
    {"MAILBOXID", IW_CODE_OBJECTID},        {"INPROGRESS", IW_CODE_INPROGRESS},
    {"UIDREQUIRED", IW_CODE_BARE},          {"MESSAGELIMIT", IW_CODE_MESSAGELIMIT},
    {"TOOFEW", IW_CODE_BARE},               {"TOOMANY", IW_CODE_BARE},
    /* no RFC */
    {"WEBALERT", IW_CODE_URLS},         {"THROTTLED", IW_CODE_BARE},
    {NULL, IW_CODE_BARE},
};
/* clang-format on */

const struct iw_code_type *iw_code_type_of(struct iw_span name)
{
    if (name.length == 0)
        return NULL;
    for (const struct iw_code_type *type = iw_code_types; type->name != NULL; type++)
        if (type->name[0] == iw_upper(name.data[0]) &&
            iw_span_equal_nocase(name, iw_span_of(type->name)))
            return type;
    return NULL;
}

bool iw_code_is(const struct iw_code *code, const char *name)
{
    return iw_span_equal_nocase(code->name, iw_span_of(name));
}

/* ---- shapes: what stands behind the name, its SP included ---- */

static bool ends_argument(char c)
{
    return c == ']' || !iw_is(c, IW_CHAR_TEXT);
}

/* atom [SP 1*<any TEXT-CHAR except "]">] */
static enum iw_result parse_argument(struct iw_reader *reader, struct iw_code *code)
{
    (void)code;
    if (!iw_reader_skip(reader, ' '))
        return IW_OK;
    const char *first = reader->at;
    while (reader->at < reader->end && !ends_argument(*reader->at))
        reader->at++;
    return reader->at > first ? IW_OK : iw_reader_fail(reader, "an argument");
}

/* "UIDNEXT" SP nz-number */
static enum iw_result parse_number(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_nz_number(reader, code->type->max, &code->number) : result;
}

static void write_number(struct iw_buf *out, const struct iw_code *code)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add_number(out, code->number);
}

/* "CAPABILITY" 1*(SP capability) */
static enum iw_result parse_names(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    return iw_read_atoms(reader, "a capability", &code->names, &code->name_count);
}

static void write_names(struct iw_buf *out, const struct iw_code *code)
{
    for (size_t i = 0; i < code->name_count; i++) {
        iw_buf_add_char(out, ' ');
        iw_buf_add(out, code->names[i]);
    }
}

/* charset = atom / quoted */
static enum iw_result parse_charset(struct iw_reader *reader, struct iw_code *code)
{
    struct iw_span charset;
    enum iw_result result = iw_reader_peek(reader, '"')
                                ? iw_read_quoted(reader, &charset)
                                : iw_read_run(reader, IW_CHAR_ATOM, "a charset", &charset);
    return result == IW_OK ? iw_list_add(reader, &code->names, &code->name_count, charset) : result;
}

/* "BADCHARSET" [SP "(" charset *(SP charset) ")" ] */
static enum iw_result parse_charsets(struct iw_reader *reader, struct iw_code *code)
{
    if (!iw_reader_skip(reader, ' '))
        return IW_OK;
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = parse_charset(reader, code);
    while (result == IW_OK && iw_reader_another(reader))
        result = parse_charset(reader, code);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static bool is_atom(struct iw_span value)
{
    for (size_t i = 0; i < value.length; i++)
        if (!iw_is(value.data[i], IW_CHAR_ATOM))
            return false;
    return value.length > 0;
}

/* Never as an astring, which could become a literal: that means nothing in prose. */
static void write_charset(struct iw_buf *out, struct iw_span charset)
{
    if (is_atom(charset)) {
        iw_buf_add(out, charset);
        return;
    }
    iw_write_quoted(out, charset);
}

static void write_charsets(struct iw_buf *out, const struct iw_code *code)
{
    for (size_t i = 0; i < code->name_count; i++) {
        iw_buf_add_string(out, i == 0 ? " (" : " ");
        write_charset(out, code->names[i]);
    }
    if (code->name_count > 0)
        iw_buf_add_char(out, ')');
}

/* "PERMANENTFLAGS" SP "(" [flag-perm *(SP flag-perm)] ")" */
static enum iw_result parse_flags(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_flags(reader, IW_FLAGS_PERM, &code->flags) : result;
}

static void write_flags(struct iw_buf *out, const struct iw_code *code)
{
    iw_buf_add_char(out, ' ');
    iw_write_flags(out, &code->flags);
}

/* SP sequence-set, of numbers alone */
static enum iw_result parse_numbers(struct iw_reader *reader, struct iw_set *set)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_known_set(reader, set) : result;
}

static void write_numbers(struct iw_buf *out, const struct iw_set *set)
{
    iw_buf_add_char(out, ' ');
    iw_write_set(out, set);
}

/* "MODIFIED" SP sequence-set */
static enum iw_result parse_set(struct iw_reader *reader, struct iw_code *code)
{
    return parse_numbers(reader, &code->uids);
}

static void write_set(struct iw_buf *out, const struct iw_code *code)
{
    write_numbers(out, &code->uids);
}

/* "APPENDUID" SP nz-number SP append-uid */
static enum iw_result parse_appenduid(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &code->number);
    return result == IW_OK ? parse_numbers(reader, &code->uids) : result;
}

static void write_appenduid(struct iw_buf *out, const struct iw_code *code)
{
    write_number(out, code);
    write_numbers(out, &code->uids);
}

/* "COPYUID" SP nz-number SP uid-set SP uid-set */
static enum iw_result parse_copyuid(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &code->number);
    if (result == IW_OK)
        result = parse_numbers(reader, &code->source_uids);
    return result == IW_OK ? parse_numbers(reader, &code->uids) : result;
}

static void write_copyuid(struct iw_buf *out, const struct iw_code *code)
{
    write_number(out, code);
    write_numbers(out, &code->source_uids);
    write_numbers(out, &code->uids);
}

/* "BADEVENT" SP "(" event-name *(SP event-name) ")" (RFC 5465 §8) */
static enum iw_result parse_events(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_char(reader, '(', "(");
    if (result == IW_OK)
        result = iw_read_atoms(reader, "an event", &code->names, &code->name_count);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_events(struct iw_buf *out, const struct iw_code *code)
{
    for (size_t i = 0; i < code->name_count; i++) {
        iw_buf_add_string(out, i == 0 ? " (" : " ");
        iw_buf_add(out, code->names[i]);
    }
    iw_buf_add_char(out, ')');
}

/* SP and the octets of a URL, which has no "]" in it */
static enum iw_result parse_url(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    if (result != IW_OK)
        return result;
    const char *first = reader->at;
    while (reader->at<reader->end && * reader->at> ' ' && !ends_argument(*reader->at))
        reader->at++;
    if (reader->at == first)
        return iw_reader_fail(reader, "a URL");
    return iw_list_add(reader, &code->names, &code->name_count, iw_between(first, reader->at));
}

/* "REFERRAL" 1*(SP url) (RFC 2193 §6, RFC 2221 §5) */
static enum iw_result parse_urls(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result;
    do {
        result = parse_url(reader, code);
    } while (result == IW_OK && iw_reader_peek(reader, ' '));
    return result;
}

/* "NEWNAME" SP string SP string (RFC 2060 §7.1), here as atoms or between quotes */
static enum iw_result parse_renamed(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = IW_OK;
    while (result == IW_OK && code->name_count < 2) {
        result = iw_read_space(reader);
        if (result == IW_OK)
            result = parse_charset(reader, code);
    }
    return result;
}

static void write_renamed(struct iw_buf *out, const struct iw_code *code)
{
    for (size_t i = 0; i < code->name_count; i++) {
        iw_buf_add_char(out, ' ');
        write_charset(out, code->names[i]);
    }
}

/* "UNDEFINED-FILTER" SP filter-name (RFC 5466 §4) */
static enum iw_result parse_word(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_filter_name(reader, &code->word) : result;
}

static void write_word(struct iw_buf *out, const struct iw_code *code)
{
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, code->word);
}

/* "NOUPDATE" SP quoted (RFC 5267 §5) */
static enum iw_result parse_quoted(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_read_quoted(reader, &code->word) : result;
}

static void write_quoted(struct iw_buf *out, const struct iw_code *code)
{
    iw_buf_add_char(out, ' ');
    iw_write_quoted(out, code->word);
}

/* "MAILBOXID" SP "(" objectid ")" (RFC 8474 §7) */
static enum iw_result parse_objectid(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    return result == IW_OK ? iw_parse_objectid(reader, &code->word) : result;
}

static void write_objectid(struct iw_buf *out, const struct iw_code *code)
{
    iw_buf_add_char(out, ' ');
    iw_write_objectid(out, code->word);
}

/* SP and one of the words, which end with a name that is NULL; it becomes upper case. */
static enum iw_result parse_one_of(struct iw_reader *reader, const struct iw_span *words,
                                   const char *expected, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, expected, &code->word);
    if (result != IW_OK)
        return result;
    while (words->data != NULL && !iw_is_word(code->word, *words))
        words++;
    if (words->data == NULL) {
        reader->at = code->word.data;
        return iw_reader_fail(reader, expected);
    }
    code->word = *words;
    return IW_OK;
}

/* "ANNOTATE" SP ("TOOBIG" / "TOOMANY") (RFC 5257 §5) */
static enum iw_result parse_annotate(struct iw_reader *reader, struct iw_code *code)
{
    static const struct iw_span words[] = {IW_NAME("TOOBIG"), IW_NAME("TOOMANY"), {NULL, 0}};
    return parse_one_of(reader, words, "TOOBIG or TOOMANY", code);
}

/* "ANNOTATIONS" SP ann-size
 * ann-size = "NONE" / (("READ-ONLY" / nz-number) [SP "NOPRIVATE"]) (RFC 5257 §5) */
static enum iw_result parse_annotations(struct iw_reader *reader, struct iw_code *code)
{
    static const struct iw_span words[] = {IW_NAME("READ-ONLY"), IW_NAME("NONE"), {NULL, 0}};
    enum iw_result result;
    if (iw_reader_more(reader) && iw_is(reader->at[1], IW_CHAR_DIGIT)) {
        reader->at++;
        result = iw_read_nz_number(reader, UINT32_MAX, &code->number);
    } else {
        result = parse_one_of(reader, words, "a size, NONE or READ-ONLY", code);
    }
    bool none = iw_span_equal(code->word, words[1]);
    if (result != IW_OK || none || !iw_reader_skip(reader, ' '))
        return result;
    code->no_private = iw_reader_skip_word(reader, "NOPRIVATE");
    return code->no_private ? IW_OK : iw_reader_fail(reader, "NOPRIVATE");
}

static void write_annotations(struct iw_buf *out, const struct iw_code *code)
{
    if (code->number > 0)
        write_number(out, code);
    else
        write_word(out, code);
    if (code->no_private)
        iw_buf_add(out, IW_SPAN(" NOPRIVATE"));
}

static bool metadata_counts(const struct iw_code *code)
{
    return iw_span_equal(code->word, IW_SPAN("LONGENTRIES")) ||
           iw_span_equal(code->word, IW_SPAN("MAXSIZE"));
}

/* "METADATA" SP ("LONGENTRIES" SP number / "MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")
 * (RFC 5464 §5) */
static enum iw_result parse_metadata(struct iw_reader *reader, struct iw_code *code)
{
    static const struct iw_span words[] = {IW_NAME("LONGENTRIES"),
                                           IW_NAME("MAXSIZE"),
                                           IW_NAME("TOOMANY"),
                                           IW_NAME("NOPRIVATE"),
                                           {NULL, 0}};
    enum iw_result result =
        parse_one_of(reader, words, "LONGENTRIES, MAXSIZE, TOOMANY or NOPRIVATE", code);
    if (result != IW_OK || !metadata_counts(code))
        return result;
    result = iw_read_space(reader);
    return result == IW_OK ? iw_read_number(reader, UINT32_MAX, &code->number) : result;
}

static void write_metadata(struct iw_buf *out, const struct iw_code *code)
{
    write_word(out, code);
    if (metadata_counts(code))
        write_number(out, code);
}

/* inprogress-state = nil SP nil / number SP nil / number SP nz-number (RFC 9585 §5) */
static enum iw_result parse_progress(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = IW_OK;
    code->counting = !iw_reader_skip_word(reader, "NIL");
    if (code->counting)
        result = iw_read_number(reader, UINT32_MAX, &code->number);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result != IW_OK || iw_reader_skip_word(reader, "NIL"))
        return result;
    return code->counting ? iw_read_nz_number(reader, UINT32_MAX, &code->second)
                          : iw_reader_fail(reader, "NIL");
}

/* "INPROGRESS" [SP "(" inprogress-tag SP inprogress-state ")"] ; inprogress-tag = quoted / nil */
static enum iw_result parse_inprogress(struct iw_reader *reader, struct iw_code *code)
{
    code->detailed = iw_reader_skip(reader, ' ');
    if (!code->detailed)
        return IW_OK;
    enum iw_result result = iw_read_char(reader, '(', "(");
    if (result == IW_OK && !iw_reader_skip_word(reader, "NIL"))
        result = iw_read_quoted(reader, &code->word);
    if (result == IW_OK)
        result = iw_read_space(reader);
    if (result == IW_OK)
        result = parse_progress(reader, code);
    return result == IW_OK ? iw_read_char(reader, ')', ")") : result;
}

static void write_inprogress(struct iw_buf *out, const struct iw_code *code)
{
    if (!code->detailed)
        return;
    iw_buf_add(out, IW_SPAN(" ("));
    if (code->word.data == NULL)
        iw_buf_add(out, IW_SPAN("NIL"));
    else
        iw_write_quoted(out, code->word);
    if (code->counting)
        write_number(out, code);
    else
        iw_buf_add(out, IW_SPAN(" NIL"));
    if (code->second > 0)
        iw_buf_addf(out, " %llu)", (unsigned long long)code->second);
    else
        iw_buf_add(out, IW_SPAN(" NIL)"));
}

/* "MESSAGELIMIT" SP message-limit [SP uniqueid] (RFC 9738) */
static enum iw_result parse_messagelimit(struct iw_reader *reader, struct iw_code *code)
{
    enum iw_result result = iw_read_space(reader);
    if (result == IW_OK)
        result = iw_read_nz_number(reader, UINT32_MAX, &code->number);
    if (result != IW_OK || !iw_reader_skip(reader, ' '))
        return result;
    return iw_read_nz_number(reader, UINT32_MAX, &code->second);
}

static void write_messagelimit(struct iw_buf *out, const struct iw_code *code)
{
    write_number(out, code);
    if (code->second > 0)
        iw_buf_addf(out, " %llu", (unsigned long long)code->second);
}

/* "BADURL" SP url-resp-text ; url-resp-text = 1*<any TEXT-CHAR except "]"> (RFC 4469 §5) */
static enum iw_result parse_text(struct iw_reader *reader, struct iw_code *code)
{
    return iw_reader_peek(reader, ' ') ? parse_argument(reader, code)
                                       : iw_reader_fail(reader, "SP");
}

static void write_argument(struct iw_buf *out, const struct iw_code *code)
{
    if (code->argument.data == NULL)
        return;
    iw_buf_add_char(out, ' ');
    iw_buf_add(out, code->argument);
}

static const struct {
    enum iw_result (*parse)(struct iw_reader *reader, struct iw_code *code);
    void (*write)(struct iw_buf *out, const struct iw_code *code);
} shapes[] = {
    [IW_CODE_BARE] = {parse_argument, write_argument},
    [IW_CODE_NUMBER] = {parse_number, write_number},
    [IW_CODE_NAMES] = {parse_names, write_names},
    [IW_CODE_CHARSETS] = {parse_charsets, write_charsets},
    [IW_CODE_EVENTS] = {parse_events, write_events},
    [IW_CODE_URLS] = {parse_urls, write_names},
    [IW_CODE_RENAMED] = {parse_renamed, write_renamed},
    [IW_CODE_FLAGS] = {parse_flags, write_flags},
    [IW_CODE_SET] = {parse_set, write_set},
    [IW_CODE_APPENDUID] = {parse_appenduid, write_appenduid},
    [IW_CODE_COPYUID] = {parse_copyuid, write_copyuid},
    [IW_CODE_WORD] = {parse_word, write_word},
    [IW_CODE_QUOTED] = {parse_quoted, write_quoted},
    [IW_CODE_OBJECTID] = {parse_objectid, write_objectid},
    [IW_CODE_ANNOTATE] = {parse_annotate, write_word},
    [IW_CODE_ANNOTATIONS] = {parse_annotations, write_annotations},
    [IW_CODE_METADATA] = {parse_metadata, write_metadata},
    [IW_CODE_INPROGRESS] = {parse_inprogress, write_inprogress},
    [IW_CODE_MESSAGELIMIT] = {parse_messagelimit, write_messagelimit},
    [IW_CODE_TEXT] = {parse_text, write_argument},
    [IW_CODE_ARGUMENT] = {parse_argument, write_argument},
};

static enum iw_code_shape shape_of(const struct iw_code *code)
{
    return code->type == NULL ? IW_CODE_ARGUMENT : code->type->shape;
}

/* ---- the code ---- */

/* atom, of which "]" is no part */
enum iw_result iw_parse_code(struct iw_reader *reader, struct iw_code *code)
{
    *code = (struct iw_code){0};
    enum iw_result result = iw_read_char(reader, '[', "[");
    if (result == IW_OK)
        result = iw_read_run(reader, IW_CHAR_ATOM, "a response code", &code->name);
    if (result != IW_OK)
        return result;
    code->type = iw_code_type_of(code->name);
    const char *behind = reader->at;
    result = shapes[shape_of(code)].parse(reader, code);
    if (result == IW_OK && reader->at > behind)
        code->argument = iw_between(behind + 1, reader->at);
    return result == IW_OK ? iw_read_char(reader, ']', "]") : result;
}

void iw_write_code(struct iw_buf *out, const struct iw_code *code)
{
    iw_buf_add_char(out, '[');
    iw_buf_add(out, code->name);
    shapes[shape_of(code)].write(out, code);
    iw_buf_add_char(out, ']');
}
