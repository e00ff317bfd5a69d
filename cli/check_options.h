/* SPDX-License-Identifier: MIT */
/* The options that check-server and check-client have in common, and what both do with them. */
#ifndef IW_CLI_CHECK_OPTIONS_H
#define IW_CLI_CHECK_OPTIONS_H

#include "conformance/expect.h"
#include "conformance/results.h"
#include "conformance/suite.h"

#include <getopt.h>

struct iw_check_options {
    bool list, strict, verbose;
    unsigned jobs, repeat;             /* 0: the default */
    unsigned timeout_s, run_timeout_s; /* 0: the default */
    unsigned shard, shards;            /* 0, 0: all */
    uint64_t seed;
    bool has_seed;
    const char *scenarios, *profile, *expect, *rerun_failed;
    const char *json, *junit, *tap, *html, *transcripts;
    const char **names; /* cases asked for; owned */
    size_t name_count;
    struct iw_buf again; /* the command so far, for running one case again */

    struct iw_arena arena; /* of names read from files */
    struct iw_expectations expectations;
    struct iw_buf directory;
};

/* Options of getopt_long that both commands share begin at this value; a command's own are below
 * it. */
enum { IW_CHECK_OPTION_FIRST = 1000, IW_CHECK_OPTION_COUNT = 19, IW_CHECK_OWN_MAX = 14 };

/* Text for --help. */
extern const char iw_check_options_help[];

void iw_check_options_init(struct iw_check_options *options, const char *command);
void iw_check_options_release(struct iw_check_options *options);

/* all: room for both tables and the end; own ends with a NULL name. */
void iw_check_options_table(const struct option *own,
                            struct option all[IW_CHECK_OPTION_COUNT + IW_CHECK_OWN_MAX + 1]);

/* Takes one option that getopt_long has returned. False: its argument makes no sense; what is wrong
 * has been said. */
bool iw_check_options_take(struct iw_check_options *options, int option, const char *argument);

/* " --name argument", for the command that runs a case again; argument may be NULL. */
void iw_check_options_remember(struct iw_check_options *options, const char *name,
                               const char *argument);

/* A number from 1 to max. False, after saying so: it is none. */
bool iw_check_options_number(const char *name, const char *argument, unsigned max,
                             unsigned *number);

/* A further CASE. */
bool iw_check_options_name(struct iw_check_options *options, const char *name);

/* Finds the directory, reads --expect and --rerun-failed, loads the cases and lists them, if that
 * is what was asked for, or has them checked. Returns the exit status; what is wrong was said. */
int iw_check_options_run(struct iw_check_options *options, const char *folder,
                         int (*check)(void *context, const struct iw_suite *suite), void *context);

/* The terminal and every report asked for. False, after saying what is wrong. */
bool iw_check_options_reports(const struct iw_check_options *options, struct iw_results *results);

#endif
