#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client under test: Python's imaplib does the task named in IMAPWRIGHT_TASK.

Exit status: 0 the task worked, 1 an error was reported, 89 the task is not implemented here,
70 imaplib fell over: an exception that is none of its own.
IMAPWRIGHT_POLICY is "plain" (the default), "starttls" or "tls".
"""
import imaplib
import os
import shlex
import ssl
import sys
import traceback

SECONDS = 10
FELL_OVER = 70
NOT_IMPLEMENTED = 89


class Refused(Exception):
    """The server answered NO or BAD, or left out what it had to send."""


def expect_ok(answer):
    kind, data = answer
    if kind != "OK":
        raise Refused(f"{kind} {data}")
    return data


def tls_context(environment):
    return ssl.create_default_context(cafile=environment.get("IMAPWRIGHT_CA") or None)


def connect(environment):
    host = environment["IMAPWRIGHT_HOST"]
    policy = environment.get("IMAPWRIGHT_POLICY") or "plain"
    if policy == "tls":
        return imaplib.IMAP4_SSL(host, int(environment["IMAPWRIGHT_TLS_PORT"]), timeout=SECONDS,
                                 ssl_context=tls_context(environment))
    imap = imaplib.IMAP4(host, int(environment["IMAPWRIGHT_PORT"]), timeout=SECONDS)
    if policy == "starttls":
        expect_ok(imap.starttls(tls_context(environment)))
    return imap


class NotImplementedHere(Exception):
    """imaplib has no way to do it."""


def log_in(imap, environment, mechanism=None):
    user, password = environment["IMAPWRIGHT_USER"], environment["IMAPWRIGHT_PASSWORD"]
    if mechanism is None:
        expect_ok(imap.login(user, password))
    elif mechanism == "CRAM-MD5":
        expect_ok(imap.login_cram_md5(user, password))
    elif mechanism == "PLAIN":
        answers = iter([f"\0{user}\0{password}".encode()])
        expect_ok(imap.authenticate("PLAIN", lambda challenge: next(answers, None)))
    else:
        raise NotImplementedHere


def do_select(imap, mailbox):
    expect_ok(imap.select(mailbox))


def do_examine(imap, mailbox):
    expect_ok(imap.select(mailbox, readonly=True))


def do_fetch(imap, mailbox):
    do_select(imap, mailbox)
    data = expect_ok(imap.fetch("1", "(BODY[])"))
    parts = [item for item in data if isinstance(item, tuple)]
    if not parts:
        raise Refused(f"no message came: {data}")
    announced = int(parts[0][0].rsplit(b"{", 1)[1].rstrip(b"}"))
    if len(parts[0][1]) != announced:
        raise Refused(f"{len(parts[0][1])} octets came of {announced}")


def do_flag(imap, mailbox, number, flag):
    do_select(imap, mailbox)
    expect_ok(imap.store(number, "+FLAGS", f"({flag})"))


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def do_search(imap, mailbox, *keys):
    do_select(imap, mailbox)
    expect_ok(imap.search(None, *(quote(key) if " " in key else key for key in keys)))


def do_append(imap, mailbox, what):
    if what.isdigit():
        expect_ok(imap.append(mailbox, None, None, b"x" * int(what)))
        return
    with open(what, "rb") as message:
        expect_ok(imap.append(mailbox, None, None, message.read()))


def do_poll(imap, mailbox):
    do_select(imap, mailbox)
    for _ in range(3):
        expect_ok(imap.noop())


def do_copy(imap, mailbox, number, target):
    do_select(imap, mailbox)
    expect_ok(imap.copy(number, target))


def do_move(imap, mailbox, number, target):
    do_select(imap, mailbox)
    if "MOVE" in expect_ok(imap.capability())[0].decode().upper().split():
        expect_ok(imap.xatom("MOVE", number, target))
        return
    expect_ok(imap.copy(number, target))
    expect_ok(imap.store(number, "+FLAGS.SILENT", "(\\Deleted)"))


def do_create(imap, mailbox):
    if not mailbox.isascii():
        raise NotImplementedHere
    expect_ok(imap.create(quote(mailbox)))


def do_expunge(imap, mailbox):
    do_select(imap, mailbox)
    expect_ok(imap.expunge())


TASKS = {
    "login": lambda imap, mechanism=None: None,
    "noop": lambda imap: expect_ok(imap.noop()),
    "capability": lambda imap: expect_ok(imap.capability()),
    "list": lambda imap: expect_ok(imap.list()),
    "status": lambda imap, mailbox: expect_ok(imap.status(mailbox, "(MESSAGES UIDNEXT)")),
    "select": do_select,
    "examine": do_examine,
    "fetch": do_fetch,
    "flag": do_flag,
    "search": do_search,
    "append": do_append,
    "expunge": do_expunge,
    "poll": do_poll,
    "copy": do_copy,
    "move": do_move,
    "create": do_create,
    "namespace": lambda imap: expect_ok(imap.namespace()),
}


def split_task(text):
    """Like a shell, but a backslash is only a backslash: flags begin with one."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.escape = ""
    lexer.commenters = ""
    return list(lexer)


def main(environment):
    words = split_task(environment.get("IMAPWRIGHT_TASK") or "login")
    if words[0] not in TASKS:
        return NOT_IMPLEMENTED
    try:
        imap = connect(environment)
        log_in(imap, environment, *words[1:] if words[0] == "login" else ())
        TASKS[words[0]](imap, *words[1:])
        imap.logout()
    except NotImplementedHere:
        return NOT_IMPLEMENTED
    except (imaplib.IMAP4.error, Refused, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except Exception:
        traceback.print_exc()
        return FELL_OVER
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
