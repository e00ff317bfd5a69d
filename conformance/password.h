/* SPDX-License-Identifier: MIT */
/* Where the password comes from: the URL (this machine only), a file, the environment, a prompt. */
#ifndef IW_CONFORMANCE_PASSWORD_H
#define IW_CONFORMANCE_PASSWORD_H

#include "conformance/url.h"

#define IW_PASSWORD_VARIABLE "IMAPWRIGHT_PASSWORD"

/* Fills url->password by the first of: the URL itself; the first line of the file, if one is named;
 * the variable; the terminal, without echo. Errors' details are sentences for the user and never
 * hold the password. */
enum iw_result iw_password_find(struct iw_url *url, const char *file, struct iw_error *error);

#endif
