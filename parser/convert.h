/* SPDX-License-Identifier: MIT */
/* CONVERT and CONVERSIONS (RFC 5259 §10): which conversions of body parts there are, what is asked
 * for, and what came of it. Everything borrows from the frame and the arena. */
#ifndef IW_PARSER_CONVERT_H
#define IW_PARSER_CONVERT_H

#include "parser/body.h"
#include "parser/fetch_att.h"
#include "parser/names.h"
#include "parser/octets.h"

/* From one media type to another. A parameter without a value is but named. */
struct iw_conversion {
    struct iw_span from; /* absent where none stands; in an error: NIL, there is no such part */
    struct iw_span to;   /* absent: NIL, the default conversion */
    struct iw_params params;
    struct iw_conversion *next; /* of an error */
};

enum iw_convert_code {
    IW_CONVERT_TEMPFAIL,
    IW_CONVERT_BADPARAMETERS,
    IW_CONVERT_MISSINGPARAMETERS /* the parameters have no values */
};

/* converterror-phrase: stands where the converted data would */
struct iw_convert_error {
    struct iw_span text;
    enum iw_convert_code code;
    uint32_t minutes;                  /* TEMPFAIL: to wait; 0: not said */
    struct iw_conversion *conversions; /* the other two: at least one */
};

enum iw_converted_kind {
    IW_CONVERTED_UID,         /* number */
    IW_CONVERTED_BINARY,      /* octets, of BINARY[…]<o> and of BODY[…] */
    IW_CONVERTED_SIZE,        /* BINARY.SIZE[…]: number */
    IW_CONVERTED_STRUCTURE,   /* BODYPARTSTRUCTURE[…]: body */
    IW_CONVERTED_CONVERSIONS, /* AVAILABLECONVERSIONS[…]: types */
    IW_CONVERTED_ERROR        /* of any but UID: error */
};

struct iw_converted_item {
    enum iw_converted_kind kind;
    struct iw_span name; /* in upper case */
    struct iw_section section;
    bool has_origin;
    uint64_t origin; /* <n> */
    uint32_t number;
    struct iw_octets octets;
    struct iw_body *body;
    struct iw_names types;
    struct iw_convert_error *error;
};

/* A structure that does not fit spoils the response here, not only itself. */
struct iw_converted {
    struct iw_span tag; /* of the command that this answers */
    struct iw_converted_item *items;
    size_t count;
};

/* What stands behind "CONVERT" SP set, the cursor on the SP; and behind the word CONVERSIONS. */
enum iw_result iw_parse_convert_request(struct iw_reader *reader, struct iw_conversion *conversion,
                                        struct iw_fetch_att **atts);
void iw_write_convert_request(struct iw_buf *out, const struct iw_conversion *conversion,
                              const struct iw_fetch_att *atts);
enum iw_result iw_parse_conversions_request(struct iw_reader *reader,
                                            struct iw_conversion *conversion);
void iw_write_conversions_request(struct iw_buf *out, const struct iw_conversion *conversion);

/* The cursor stands behind the words CONVERSION and CONVERTED. */
enum iw_result iw_parse_conversion(struct iw_reader *reader, struct iw_conversion *conversion);
void iw_write_conversion(struct iw_buf *out, const struct iw_conversion *conversion);
enum iw_result iw_parse_converted(struct iw_reader *reader, struct iw_converted *converted);
void iw_write_converted(struct iw_buf *out, const struct iw_converted *converted);

/* Media types and the names of parameters compare without regard to case. */
bool iw_conversion_equal(const struct iw_conversion *a, const struct iw_conversion *b);
bool iw_converted_equal(const struct iw_converted *a, const struct iw_converted *b);

/* "TEMPFAIL", … */
const char *iw_convert_code_name(enum iw_convert_code code);

#endif
