/* SPDX-License-Identifier: MIT */
/* The command line of record. */
#ifndef IW_CLI_RECORD_OPTIONS_H
#define IW_CLI_RECORD_OPTIONS_H

#include "conformance/url.h"

struct iw_record_options {
    struct iw_url to; /* its password is wiped by iw_record_options_release */
    bool has_to;
    const char *output, *refresh, *title;
    const char *password_file, *ca_file, *port_file;
    const char *optional, *engine, *any; /* names between commas */
    uint64_t port, tls_port, seconds;
    bool starttls, offer_starttls, any_certificate, in_clear, keep_user;
    const char *const *client;
    size_t client_count;
};

/* 0 to go on, else the exit status plus one; what is wrong has been said. */
int iw_record_options_read(struct iw_record_options *options, int argc, char **argv);
void iw_record_options_release(struct iw_record_options *options);

#endif
