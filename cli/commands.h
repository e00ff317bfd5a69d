/* SPDX-License-Identifier: MIT */
/* The subcommands of imapwright, one per file. argv[0] is the subcommand's own name; the result is
 * the exit status: 0 all as expected, 1 something was not, 2 usage or set-up. */
#ifndef IW_CLI_COMMANDS_H
#define IW_CLI_COMMANDS_H

int iw_cmd_serve(int argc, char **argv);
int iw_cmd_check_server(int argc, char **argv);
int iw_cmd_check_client(int argc, char **argv);
int iw_cmd_client_shim(int argc, char **argv);
int iw_cmd_record(int argc, char **argv);
int iw_cmd_lint(int argc, char **argv);
int iw_cmd_report(int argc, char **argv);
int iw_cmd_parse(int argc, char **argv);

#endif
