/* SPDX-License-Identifier: MIT */
#include "mockserver/engine/command.h"

static const struct {
    const char *name;
    enum iw_capability capability;
    unsigned enables;
} extensions[] = {
    {"CONDSTORE", IW_CAPABILITY_CONDSTORE, IW_ENABLED_CONDSTORE},
    {"QRESYNC", IW_CAPABILITY_QRESYNC, IW_ENABLED_QRESYNC | IW_ENABLED_CONDSTORE},
    {"UTF8=ACCEPT", IW_CAPABILITY_UTF8_ACCEPT, IW_ENABLED_UTF8},
    {"METADATA", IW_CAPABILITY_METADATA, IW_ENABLED_METADATA | IW_ENABLED_METADATA_SERVER},
    {"METADATA-SERVER", IW_CAPABILITY_METADATA_SERVER, IW_ENABLED_METADATA_SERVER},
    {"UIDONLY", IW_CAPABILITY_UIDONLY, IW_ENABLED_UIDONLY},
    {"IMAP4rev2", IW_CAPABILITY_IMAP4REV2, IW_ENABLED_REV2},
};

/* A server of IMAP4rev2 alone speaks it without being asked: there it is nothing to enable. */
static bool is_known(const struct iw_engine_session *session, size_t extension)
{
    return iw_engine_session_has(session, extensions[extension].capability) &&
           (extensions[extension].enables != IW_ENABLED_REV2 ||
            iw_engine_session_has(session, IW_CAPABILITY_IMAP4REV1));
}

/* Enables what that name stands for, unless it is unknown or already on: then false. */
static bool enable(struct iw_engine_session *session, struct iw_span name)
{
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        bool known =
            iw_span_equal_nocase(name, iw_span_of(extensions[i].name)) && is_known(session, i);
        if (!known || (session->enabled & extensions[i].enables) == extensions[i].enables)
            continue;
        session->enabled |= extensions[i].enables;
        return true;
    }
    return false;
}

/* RFC 9051 §6.3.1: names that are unknown are passed over. */
struct iw_outcome iw_command_enable(struct iw_run *run)
{
    const struct iw_names *names = &run->command->names;
    unsigned before = run->session->enabled;
    iw_buf_add_string(run->out, "* ENABLED");
    for (size_t i = 0; i < names->count; i++) {
        if (!enable(run->session, names->names[i]))
            continue;
        iw_buf_add_char(run->out, ' ');
        iw_buf_add(run->out, names->names[i]);
    }
    iw_buf_add_string(run->out, "\r\n");
    if ((run->session->enabled & ~before & IW_ENABLED_CONDSTORE) != 0)
        iw_run_write_highest_modseq(run);
    return iw_ok("enabled");
}
