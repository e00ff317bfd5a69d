/* SPDX-License-Identifier: MIT */
/* Where the password comes from: the URL (this machine only), a file, the environment, a prompt. */
#ifndef IW_CONFORMANCE_PASSWORD_H
#define IW_CONFORMANCE_PASSWORD_H

#include "conformance/url.h"

#define IW_PASSWORD_VARIABLE "IMAPWRIGHT_PASSWORD"

enum { IW_PASSWORD_MAX = 1024 }; /* octets of a line that is looked at */

/* The first line of that file, without its end. IW_LIMIT: it does not fit; IW_SYSTEM: there is
 * none. */
enum iw_result iw_password_read(const char *path, char *password, size_t size,
                                struct iw_error *error);

/* Fills url->password by the first of: the URL itself; the first line of the file, if one is named;
 * the variable; the terminal, without echo. Errors' details are sentences for the user and never
 * hold the password. */
enum iw_result iw_password_find(struct iw_url *url, const char *file, struct iw_error *error);

#endif
