/* SPDX-License-Identifier: MIT */
#include "cli/serve_listening.h"

#include "cli/whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put_ports(struct iw_json_writer *json, const struct iw_mocks *mocks,
                      const struct iw_mocks_member *member)
{
    iw_json_put_number(json, "imap", iw_mocks_port(mocks, member));
    iw_json_put_number(json, "imaps", iw_mocks_tls_port(mocks, member));
}

/* What clients need for TLS. */
static void put_files(struct iw_json_writer *json, const struct iw_mocks_member *member)
{
    const char *client = iw_mock_client_file(member->mock);
    iw_json_put_octets(json, "ca", iw_span_of(iw_mock_ca_file(member->mock)));
    if (client[0] != '\0')
        iw_json_put_octets(json, "certificate", iw_span_of(client));
}

void iw_serve_put_member(struct iw_json_writer *json, const struct iw_mocks *mocks,
                         const struct iw_mocks_member *member)
{
    iw_json_put_number(json, "scenario", member->number);
    if (member->scenario != NULL)
        iw_json_put_string(json, "id", member->scenario->id);
    put_ports(json, mocks, member);
    put_files(json, member);
    if (member->conn > 0)
        iw_json_put_number(json, "conn", member->conn);
    iw_json_put_octets(json, "user", iw_mock_user(member->mock));
    iw_json_put_octets(json, "password", iw_mock_password(member->mock));
}

void iw_serve_write_listening(const struct iw_serve_options *options, const struct iw_mocks *mocks,
                              struct iw_buf *out)
{
    struct iw_json_writer json;
    iw_json_writer_init(&json, out, IW_JSON_DENSE);
    iw_json_open_object(&json, NULL);
    iw_json_put_string(&json, "event", "listening");
    put_ports(&json, mocks, mocks->first);
    put_files(&json, mocks->first);
    if (options->admin != NULL)
        iw_json_put_octets(&json, "admin", iw_span_of(options->admin));
    if (mocks->count > 1) {
        iw_json_open_array(&json, "scenarios");
        for (const struct iw_mocks_member *m = mocks->first; m != NULL; m = m->next) {
            iw_json_open_object(&json, NULL);
            iw_serve_put_member(&json, mocks, m);
            iw_json_close_object(&json);
        }
        iw_json_close_array(&json);
    }
    iw_json_close_object(&json);
    iw_buf_add_char(out, '\n');
}

static bool write_port_file(const char *path, struct iw_span line)
{
    if (iw_write_whole(path, line))
        return true;
    fprintf(stderr, "imapwright serve: cannot write %s: %s\n", path, strerror(errno));
    return false;
}

static bool write_fd(int fd, struct iw_span line)
{
    FILE *file = fdopen(fd, "w");
    bool written = file != NULL && fwrite(line.data, 1, line.length, file) == line.length;
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (!written)
        fprintf(stderr, "imapwright serve: cannot write to --ready-fd %d: %s\n", fd,
                strerror(errno));
    return written;
}

bool iw_serve_announce(const struct iw_serve_options *options, struct iw_span line)
{
    if (options->port_file != NULL && !write_port_file(options->port_file, line))
        return false;
    if (options->ready_fd >= 0 && !write_fd(options->ready_fd, line))
        return false;
    fwrite(line.data, 1, line.length, stdout);
    fflush(stdout);
    return true;
}
