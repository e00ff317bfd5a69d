#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Python's imaplib and ours, over libimapwright.so, hold the same conversations with the same little
server: (type, data), failures and what is sent must be equal, octet by octet. So must the utility
functions be. Where the two differ on purpose, KNOWN says why; each of these must be met.

imaplib_diff.py LIBRARY [--conversations N] [--inputs N] [--seed N]
"""
import argparse
import ast
import collections
import imaplib
import itertools
import os
import random
import re
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import imaplib_ffi as ours  # noqa: E402

SECONDS_MAX = 10
DETAIL_MAX = 199
SHOWN_MAX = 10
TWO_STATES = "an extension in two states"
CAPABILITIES = b"IMAP4rev1 ENABLE IDLE UIDPLUS MOVE STARTTLS SORT"

# ---- the server: plays one conversation, once for each client ----

Step = collections.namedtuple("Step", "method arguments turns refuses closes", defaults=(False, False))
Talk = collections.namedtuple("Talk", "name greeting closes steps", defaults=(False, ()))


def take_step(calls, command):
    """The first call that sends this command, and drops those before it: they were refused on the
    way. CAPABILITY is only the very next."""
    for i, step in enumerate(calls):
        sent = {"xatom": "xfoo", "recent": "noop",
                "login_cram_md5": "authenticate"}.get(step.method, step.method)
        if sent == "select" and len(step.arguments) > 1:
            sent = "examine"
        if sent == command:
            del calls[:i + 1]
            return step
        if command == "capability":
            return None
    return None


class Server:
    """A turn is octets, in which "#" stands for the command's tag; between two turns the client says
    one line. CAPABILITY, where the talk does not call it, is answered by itself: imaplib asks at
    other times than ours."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def serve(self, talk):
        thread = threading.Thread(target=self.play, args=(talk,), daemon=True)
        self.heard = []
        thread.start()
        return thread

    def play(self, talk):
        stream, _ = self.listener.accept()
        stream.settimeout(SECONDS_MAX)
        try:
            with stream, stream.makefile("rb") as lines:
                stream.sendall(talk.greeting)
                if not talk.closes:
                    self.answer(talk, stream, lines)
        except OSError:
            pass

    def answer(self, talk, stream, lines):
        calls = [step for step in talk.steps if step.turns is not None]
        while (line := lines.readline()):
            tag, command = line.rstrip(b"\r\n").split(b" ", 1)
            step = take_step(calls, command.split()[0].lower().decode())
            if step is None and command == b"CAPABILITY":
                stream.sendall(b"* CAPABILITY " + CAPABILITIES + b"\r\n" + tag + b" OK done\r\n")
                continue
            step = step or Step("", (), [b"# OK done\r\n"])
            command = self.take_literals(command, stream, lines, step)
            for i, turn in enumerate(step.turns):
                if i > 0:
                    command += b"\n" + lines.readline()
                stream.sendall(turn.replace(b"#", tag))
            self.heard.append(command)
            if step.closes:
                return

    def take_literals(self, command, stream, lines, step):
        while (literal := re.search(rb"\{(\d+)\}$", command)) and not step.refuses:
            stream.sendall(b"+ go\r\n")
            command += b"\r\n" + lines.read(int(literal.group(1))) + lines.readline().rstrip(b"\r\n")
        return command


# ---- what a client says of it ----

def plain(text):
    """imaplib shows octets as Python writes them: "[b'x']" is x here."""
    def octets(found):
        try:
            return ast.literal_eval(found.group(1)).decode("utf-8", "replace")
        except (SyntaxError, ValueError, AttributeError):
            return found.group(0)
    text = re.sub(r"""\[?(b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*")\]?""", octets, text)
    return re.sub(r"[\x00-\x1f\x7f]", "?", text)


def run_step(client, step):
    if step.method == "move" and isinstance(client, imaplib.IMAP4):
        return client._simple_command("MOVE", *step.arguments)  # 3.11 has no method for it
    name, data = getattr(client, step.method)(*step.arguments)
    return name, list(data)  # imaplib goes on writing to the list that select gave


def hold(make, errors, talk):
    """(method, kind, what) of each call, up to the first abort."""
    said = []
    client = None
    method = "open"

    def say(kind, what):
        said.append((method, kind, what))

    try:
        client = make()
        say("gave", (client.state, client.PROTOCOL_VERSION))
        for step in talk.steps:
            method = step.method
            if talk.name != TWO_STATES:
                imaplib.Commands.pop("XFOO", None)
            try:
                say("gave", run_step(client, step))
            except errors.readonly as error:
                say("readonly", plain(str(error))[:DETAIL_MAX])
            except errors.abort:
                raise
            except errors.error as error:
                say("error", plain(str(error))[:DETAIL_MAX])
            say("state", client.state)
    except errors.abort as error:
        say("abort", plain(str(error))[:DETAIL_MAX])
    except errors.error as error:
        say("error", plain(str(error))[:DETAIL_MAX])
    except OSError as error:
        say("abort", f"socket error: {error}")
    return said, client


class Forgetful(imaplib.IMAP4):
    """imaplib, but what came before the login is gone after it, as with ours."""
    DATA = {"CAPABILITY", "EXISTS", "EXPUNGE", "FETCH", "FLAGS", "LIST", "READ-ONLY", "RECENT",
            "SEARCH", "STATUS", "UIDNEXT", "UIDVALIDITY", "PERMANENTFLAGS"}

    def login(self, *arguments):
        return self._forget(super().login(*arguments))

    def authenticate(self, *arguments):
        return self._forget(super().authenticate(*arguments))

    def _forget(self, result):
        for name in self.DATA & set(self.untagged_responses):
            del self.untagged_responses[name]
        return result


def hold_both(server, talk, original=imaplib.IMAP4):
    sides = []
    for make, errors in ((lambda: original("127.0.0.1", server.port), imaplib.IMAP4),
                         (lambda: ours.IMAP4("127.0.0.1", server.port, SECONDS_MAX), ours.IMAP4)):
        thread = server.serve(talk)
        said, client = hold(make, errors, talk)
        if client is not None:
            try:
                client.shutdown()
            except OSError:
                pass
            if hasattr(client, "free"):
                client.free()
        thread.join(SECONDS_MAX)
        sides.append((said, server.heard))
    return sides


# ---- conversations out of a seed ----

TEXTS = [b"done", b"", b"Completed (0.001 secs).", b"[ALERT] Look out", b"[TRYCREATE] no mailbox",
         b"[UIDNEXT 7] next", b"[X-CODE] odd", b"[APPENDUID 7 1:3] in", b"caf\xc3\xa9", b"{5}x"]
FLAGS = [b"\\Seen", b"\\Answered", b"\\Deleted", b"$work", b"NonJunk", b"[test]"]
NAMES = [b"INBOX", b'"a b"', b"a/b", b"&AOQ-", b'""', b"archive.2024", b'"x \\"y\\" z"']
ANYTIME = [b"* 5 EXISTS\r\n", b"* 0 RECENT\r\n", b"* 3 RECENT\r\n", b"* 2 EXPUNGE\r\n",
           b"* OK [UIDVALIDITY 9] v\r\n", b"* OK still here\r\n", b"* NO [ALERT] disk is full\r\n",
           b"* BAD what was that\r\n", b"* FLAGS (\\Seen [test] \\Draft)\r\n",
           b"* OK [PERMANENTFLAGS (\\Seen [test] \\*)] limited\r\n", b"* X-THING 1 2 3\r\n",
           b"* X-BARE\r\n", b"* LIST (\\Noselect) NIL {3}\r\na b\r\n", b"* SEARCH\r\n",
           b"* 1 FETCH (FLAGS (\\Seen))\r\n", b"* STATUS a (MESSAGES 1)\r\n",
           b"* OK [HIGHESTMODSEQ 715194045007]\r\n", b"* OK [CLOSED] gone\r\n"]


def literal(dice):
    octets = bytes(dice.choice(b"abc \r\n\t()\"\\{}\xff") for _ in range(dice.randrange(30)))
    return b"{%d}\r\n%s" % (len(octets), octets)


def fetched(dice):
    items = [b"FLAGS (%s)" % b" ".join(dice.sample(FLAGS, 2)), b"UID %d" % dice.randrange(1, 99),
             b"BODY[] " + literal(dice), b"BODY[TEXT]<0> " + literal(dice),
             b'INTERNALDATE "01-Feb-2024 03:04:05 +0600"', b'ENVELOPE (NIL "a {5}" NIL)',
             b"RFC822.SIZE 44", b'BODY[1] "in quotes"']
    return b"* %d FETCH (%s)\r\n" % (dice.randrange(1, 50), b" ".join(
        dice.sample(items, dice.randrange(1, 4))))


def listed(dice, name=b"LIST"):
    box = dice.choice(NAMES) if dice.random() < 0.8 else literal(dice)
    return b"* %s (\\HasNoChildren) %s %s\r\n" % (name, dice.choice([b'"/"', b"NIL"]), box)


def numbers(dice, name):
    return b"* %s%s\r\n" % (name, b"".join(b" %d" % dice.randrange(99)
                                         for _ in range(dice.randrange(6))))


DATA = {
    "capability": lambda dice: b"* CAPABILITY " + CAPABILITIES + b"\r\n",
    "list": listed,
    "lsub": lambda dice: listed(dice, b"LSUB"),
    "status": lambda dice: b"* STATUS %s (MESSAGES %d)\r\n" % (dice.choice(NAMES),
                                                            dice.randrange(9)),
    "namespace": lambda dice: b'* NAMESPACE (("" "/")) NIL NIL\r\n',
    "select": lambda dice: b"* %d EXISTS\r\n* FLAGS (\\Seen)\r\n" % dice.randrange(99),
    "search": lambda dice: numbers(dice, b"SEARCH"),
    "sort": lambda dice: numbers(dice, b"SORT"),
    "thread": lambda dice: b"* THREAD (2)(3 6 (4 23)(44 7 96))\r\n",
    "fetch": fetched, "store": fetched, "partial": fetched, "uid": fetched,
    "expunge": lambda dice: b"* 3 EXPUNGE\r\n* 3 EXPUNGE\r\n",
    "getacl": lambda dice: b"* ACL a fred rwipsldexta\r\n",
    "myrights": lambda dice: b"* MYRIGHTS a rwiptsldaex\r\n",
    "getquota": lambda dice: b'* QUOTA "" (STORAGE 10 512)\r\n',
    "setquota": lambda dice: b'* QUOTA "" (STORAGE 10 512)\r\n',
    "getquotaroot": lambda dice: b'* QUOTAROOT a ""\r\n* QUOTA "" (STORAGE 10 512)\r\n',
    "getannotation": lambda dice: b'* ANNOTATION a "/comment" ("value.shared" "x")\r\n',
    "recent": lambda dice: b"* 4 RECENT\r\n",
    "enable": lambda dice: b"* ENABLED CONDSTORE\r\n",
}

ANY = [("noop",), ("capability",), ("xatom", "XFOO", "bar", "baz"), ("recent",),
       ("response", "EXISTS"), ("response", "FLAGS"), ("response", "uidvalidity"),
       ("response", "LIST"), ("response", "X-THING"), ("response", "OK"), ("response", "ALERT"),
       ("response", "CLOSED"), ("response", "NO"), ("response", "FETCH")]
CALLS = {
    "NONAUTH": ANY + [("login", "alice", "secret")] * 8 + [("login", "bob", 'w"ord \\')],
    "AUTH": ANY + [
        ("list",), ("list", '""', "%"), ("lsub",), ("status", "a", "(MESSAGES UIDNEXT)"),
        ("create", "a/b"), ("delete", "a"), ("rename", "a", "b"), ("subscribe", "a"),
        ("unsubscribe", "a"), ("namespace",), ("getacl", "a"), ("setacl", "a", "fred", "lr"),
        ("deleteacl", "a", "fred"), ("myrights", "a"), ("getquota", '""'),
        ("getquotaroot", "a"), ("setquota", '""', "(STORAGE 512)"), ("proxyauth", "fred"),
        ("getannotation", "a", '"/comment"', '"value.shared"'), ("enable", "CONDSTORE"),
        ("setannotation", "a", '"/comment"', '("value.shared" "x")'),
        ("append", "a", "\\Seen", None, b"one\ntwo\r\nthree\r"), ("append", None, None, None, b"x"),
    ] + [("select", "a"), ("select",), ("select", "a", True)] * 4,
    "SELECTED": [
        ("check",), ("expunge",), ("fetch", "1:*", "(FLAGS)"), ("fetch", "2", "BODY[]"),
        ("search", None, "ALL"), ("search", "UTF-8", "SUBJECT", '"a b"'), ("copy", "1:2", "a"),
        ("move", "1:2", "a"), ("store", "1", "+FLAGS", "\\Deleted"), ("store", "1", "FLAGS", "()"),
        ("sort", "REVERSE DATE", "UTF-8", "ALL"), ("thread", "REFERENCES", "UTF-8", "ALL"),
        ("partial", "1", "RFC822", "1", "100"), ("uid", "fetch", "1:*", "(FLAGS)"),
        ("uid", "SEARCH", "ALL"), ("uid", "STORE", "1", "+FLAGS", "(\\Seen)"),
        ("uid", "COPY", "1", "a"), ("uid", "EXPUNGE", "1"), ("uid", "SORT", "(DATE)", "UTF-8", "ALL"),
        ("uid", "LOGIN", "x"), ("uid", "frobnicate", "x"), ("unselect",), ("close",),
    ] * 2,
    "LOGOUT": [],
}
CALLS["SELECTED"] += CALLS["AUTH"]


def tagged(dice, method):
    """The completion, and whether it is OK."""
    kind = dice.choices([b"OK", b"NO", b"BAD"], [88, 8, 4])[0]
    text = dice.choice(TEXTS)
    if method == "select" and kind == b"OK":
        text = dice.choices([b"[READ-WRITE] in", b"[READ-ONLY] in", b"in"], [8, 1, 1])[0]
    elif dice.random() < 0.01:
        text = b"[READ-ONLY] now"
    return b"# %s %s\r\n" % (kind, text), kind == b"OK"


def make_step(dice, call):
    method, *arguments = call
    if method == "response":
        return Step(method, arguments, None), False
    turn = b"".join(dice.choice(ANYTIME) for _ in range(dice.choice([0, 0, 0, 1, 2])))
    answer = DATA.get("search" if call[:2] == ("uid", "SEARCH") else method)
    if answer is not None:
        turn += b"".join(answer(dice) for _ in range(dice.choice([0, 1, 1, 1, 2])))
    ending = dice.random()
    if ending < 0.01:
        return Step(method, arguments, [turn + b"* BYE [UNAVAILABLE] going down\r\n"], False,
                    True), False
    if ending < 0.02:
        return Step(method, arguments, [turn], False, True), False
    completion, good = tagged(dice, method)
    refuses = method == "append" and not good
    return Step(method, arguments, [turn + completion], refuses), good


STATES = {"login": "AUTH", "select": "SELECTED", "close": "AUTH", "unselect": "AUTH"}


def make_talk(seed):
    dice = random.Random(seed)
    state = dice.choices(["NONAUTH", "AUTH"], [3, 1])[0]
    greeting = (b"* OK ready\r\n", b"* OK [CAPABILITY %s] ready\r\n" % CAPABILITIES,
                b"* PREAUTH you are in\r\n")[2 if state == "AUTH" else dice.randrange(2)]
    steps = [make_step(dice, ("noop",))[0]]
    for _ in range(dice.randrange(4, 16)):
        wrong = dice.random() < 0.03
        call = dice.choice(CALLS[dice.choice(["NONAUTH", "AUTH", "SELECTED"]) if wrong else state])
        step, good = make_step(dice, call)
        steps.append(step)
        if good:
            state = STATES.get(call[0], state)
    steps.append(Step("logout", (), [b"* BYE bye\r\n# OK done\r\n"]))
    return Talk(f"seed {seed}", greeting, False, steps)


# ---- where they differ on purpose ----

def in_leaving(theirs, ours):
    return theirs[0] in ("logout", "close", "unselect") and theirs[1] == "readonly"


def in_state_of_nothing(theirs, ours):
    return theirs[0] in ("close", "unselect") and theirs[1:] == ("state", "AUTH")


def in_response_no(theirs, ours):
    return theirs[:2] == ("response", "gave") and theirs[2] == ("NO", [None])


def in_leaked_literal(theirs, ours):
    return theirs[0] == "sent" and ours[2] is not None and theirs[2].startswith(ours[2] + b" {")


def in_capabilities_used_up(theirs, ours):
    return theirs[0] == "capability" and len(theirs[2][1]) > len(ours[2][1])


def in_extension_state(theirs, ours):
    return theirs[0] == "xatom" and theirs[1] == "error" and "command XFOO illegal" in theirs[2]


def in_login_disabled(theirs, ours):
    return ours == ("login", "error", "LOGIN: the server has disabled it")


def in_greedy_code(theirs, ours):
    return theirs[:2] == ours[:2] == ("response", "gave") and b"] " in theirs[2][1][-1]


def in_prose(theirs, ours):
    return theirs[1] == "abort" and ours[1] == "gave" and "=> " in theirs[2]


def in_quoting(theirs, ours):
    return theirs[0] == "sent" and ours[2] in QUOTED


def in_other_words(theirs, ours):
    return theirs[:2] == ours[:2] and theirs[1] == "abort" and "unexpected" in theirs[2] + ours[2]


def in_unterminated(theirs, ours):
    return theirs[1] == ours[1] == "abort" and "unterminated line" in theirs[2]


def in_answer(theirs, ours):
    eof = theirs[1:] == ("abort", "socket error: EOF")
    return eof and ours[1] == "abort" and "AUTHENTICATE => " in ours[2]


def in_greeting_prose(theirs, ours):
    return theirs[:2] == ours[:2] == ("open", "abort") and "CAPABILITY => socket error" in ours[2]


def in_long_line(theirs, ours):
    return theirs[:2] == ours[:2] == ("list", "error") and "got more than" in theirs[2]


def in_bye_at_once(theirs, ours):
    return theirs[0] == ours[0] == "open" and theirs[1] == ours[1] == "error"


# What newer versions of imaplib and ours send; 3.11 quotes nothing but the password.
QUOTED = {b'CREATE "a b"', b'LOGIN "al ice" "secret"', b"CREATE Entw&APw-rfe",
          b'SEARCH CHARSET "odd charset" ALL', b'CREATE "a*b"', b'GETQUOTA ""'}

KNOWN = [
    ("a read-only mailbox can be left", in_leaving,
     "imaplib refuses LOGOUT, CLOSE and UNSELECT too, and leaves the connection open"),
    ("a CLOSE that is not sent changes no state", in_state_of_nothing,
     "imaplib is in AUTH after any close, even before login"),
    ("NO is a name like others", in_response_no,
     "response('NO') takes the name for a failure and gives None, whatever came"),
    ("a message goes with its own command", in_leaked_literal,
     "an append that is refused locally leaves its message to the next command of imaplib"),
    ("login uses the capabilities up that came with it", in_capabilities_used_up,
     "as imaplib does from 3.14.7 on; before, capability() gave them too"),
    ("an extension's state is the caller's business", in_extension_state,
     "the state of the first xatom of a name is the only one for all later ones, of every "
     "connection of the process"),
    ("LOGIN is not sent where it is disabled", in_login_disabled,
     "RFC 9051 section 6.2.3 forbids it; the password would go in clear"),
    ("a code ends at its own bracket", in_greedy_code,
     "imaplib takes all up to the last bracket of the text"),
    ("what is lawful, or can be understood, is taken", in_prose,
     "imaplib aborts at lower case, two blanks, a tagged response without text, and takes {5} in "
     "prose for a literal"),
    ("arguments are quoted when they must be", in_quoting,
     "as imaplib does from 3.14.7 on"),
    ("a greeting that is none is named", in_bye_at_once,
     "as newer versions of imaplib do; in 3.11 the error is the line, or None"),
    ("what makes no sense is shown without marks", in_other_words,
     "imaplib shows the octets as Python writes them, and only up to where it stopped"),
    ("an unterminated line is the end of the stream", in_unterminated, "it is"),
    ("a failure names its command, and a BYE is told", in_answer,
     "imaplib does neither while it waits to be asked"),
    ("a greeting's {5} is prose", in_greeting_prose, "imaplib waits for its octets"),
    ("a line that is too long is dropped", in_long_line,
     "the connection goes on, and the words are ours; imaplib is out of step afterwards"),
]


# The one that shows in many ways; where it may be at work the talk is held again with Forgetful.
STRANGERS = ("what came before the login is forgotten with it",
             "RFC 9051 section 11.3: nobody had proven who he is; imaplib keeps it")


def first_difference(sides):
    """(theirs, ours) or None."""
    (their_said, their_heard), (our_said, our_heard) = sides
    theirs = their_said + [("sent", i, c) for i, c in enumerate(their_heard)]
    mine = our_said + [("sent", i, c) for i, c in enumerate(our_heard)]
    nothing = ("nothing", None, None)
    for i in range(max(len(theirs), len(mine))):
        a = theirs[i] if i < len(theirs) else nothing
        b = mine[i] if i < len(mine) else nothing
        if a != b:
            return a, b
    return None


def known(difference):
    """The title in KNOWN, or None."""
    return next((title for title, applies, _ in KNOWN if applies(*difference)), None)


def judge(server, talk, met):
    """True: they are equal, or the first difference is known."""
    difference = first_difference(hold_both(server, talk))
    if difference is None:
        return True
    title = known(difference)
    if title is None:
        left = first_difference(hold_both(server, talk, Forgetful))
        if left is None or known(left):
            title = STRANGERS[0]
    if title is None:
        print(f"{talk.name}\n  imaplib: {difference[0]}\n  ours:    {difference[1]}")
        return False
    met[title] += 1
    return True


# ---- conversations by hand ----

OPEN = b"* PREAUTH [CAPABILITY " + CAPABILITIES + b"] hi\r\n"
HELLO = b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"


def call(method, *arguments, turns=(b"# OK done\r\n",), closes=False):
    return Step(method, arguments, turns, False, closes)


def by_hand():
    """(name, greeting, closes, steps)"""
    noop = call("noop")
    select = call("select", turns=[b"* 3 EXISTS\r\n# OK [READ-WRITE] in\r\n"])

    def said(*octets, after=(noop,)):
        return Talk(repr(octets), OPEN, False, (call("noop", turns=octets),) + tuple(after))
    yield Talk("EOF before the greeting", b"", True)
    yield Talk("half a greeting", b"* OK", True)
    yield Talk("no IMAP", b"+OK POP3 server ready\r\n", False)
    yield Talk("a bare continuation", b"+\r\n", False)
    yield Talk("BYE", b"* BYE Server unavailable\r\n", True)
    yield Talk("a greeting with LF", b"* OK hello\n", True)
    for size in (2**15, 2**24):
        yield Talk(f"a literal of {size} in the greeting", b"* OK {%d}\r\n0123456789" % size, True)
    yield Talk("LOGINDISABLED", HELLO, False, (call("login", "alice", "secret"), noop))
    yield said(b"# OK\r\n")
    yield said(b"# ok done\r\n")
    yield said(b"* ok still here\r\n# OK done\r\n")
    yield said(b"*  7 EXISTS\r\n# OK done\r\n")
    yield Talk("{5} in prose", OPEN, False,
               (call("noop", turns=[b"* OK see {5}\r\n# OK done\r\n"], closes=True),))
    yield said(b"ZZZZ9 OK done\r\n")
    yield said(b"nonsense\r\n# OK done\r\n")
    yield said(b"\r\n# OK done\r\n")
    yield said(b"+ what\r\n# OK done\r\n")
    yield said(b"* OK [UIDNEXT 5] not [sure]\r\n# OK done\r\n", after=[call("response", "UIDNEXT", turns=None)])
    yield said(b"* OK [X-A] a\r\n* OK [X-A b] c\r\n# NO [X-A d] e\r\n",
               after=[call("response", "X-A", turns=None), call("response", "X-A", turns=None)])
    yield said(b"* BYE\r\n# OK done\r\n")
    yield said(b"* BYE one\r\n* BYE two\r\n# OK done\r\n")
    for cut in (b"", b"#", b"# O", b"# OK done", b"* 1 FETCH (BODY[] {9}\r\nabc", b"# OK done\r"):
        yield Talk(f"the end behind {cut}", OPEN, False, (call("noop", turns=[cut], closes=True),))
    for answer in (b"# OK out\r\n", b"# NO stay\r\n", b"# BAD stay\r\n", b"", b"* BYE a\r\n",
                   b"* BYE a\r\n* BYE b\r\n# OK c\r\n", b"* BYE a\r\n# BAD c\r\n"):
        yield Talk(f"LOGOUT and {answer}", OPEN, False,
                   (call("logout", turns=[answer], closes=True), select))
    for answer in (b"# OK in\r\n", b"# NO [AUTHENTICATIONFAILED] no\r\n", b"# BAD no\r\n",
                   b"* BYE no\r\n"):
        yield Talk(f"LOGIN and {answer}", b"* OK hi\r\n", False,
                   (call("login", "alice", "secret", turns=[answer], closes=b"BYE" in answer),
                    select, call("login", "alice", "secret")))
        yield Talk(f"AUTHENTICATE and {answer}", b"* OK hi\r\n", False,
                   (call("authenticate", "xsay", lambda challenge: challenge + b"\0ok",
                         turns=[b"+ aGVsbG8=\r\n", b"+ \r\n", b"+\r\n", answer],
                         closes=b"BYE" in answer), select))
        yield Talk(f"AUTHENTICATE, cancelled, and {answer}", b"* OK hi\r\n", False,
                   (call("authenticate", "XSAY", lambda challenge: None,
                         turns=[b"+ aGVsbG8=\r\n", answer], closes=b"BYE" in answer), select))
        yield Talk(f"CRAM-MD5 and {answer}", b"* OK hi\r\n", False,
                   (call("login_cram_md5", "tim", "tanstaaftanstaaf",
                         turns=[b"+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n",
                                answer], closes=b"BYE" in answer), select))
    yield Talk("AUTHENTICATE, refused at once", b"* OK hi\r\n", False,
               (call("authenticate", "X", lambda challenge: b"", turns=[b"# NO no\r\n"]), noop))
    yield Talk("STARTTLS where there is none", OPEN, False, (call("starttls"),))
    yield Talk("STARTTLS refused", b"* OK hi\r\n", False,
               (call("starttls", turns=[b"# NO no\r\n"]), noop))
    yield Talk("ENABLE where there is none", OPEN, False, (call("enable", "CONDSTORE"), noop))
    yield Talk(TWO_STATES, b"* OK hi\r\n", False,
               (call("xatom", "XFOO"), call("login", "a", "b"), call("xatom", "XFOO")))
    yield Talk("capabilities that come with login", b"* OK hi\r\n", False,
               (call("login", "a", "b", turns=[b"# OK [CAPABILITY X] in\r\n"]),
                call("capability", turns=[b"* CAPABILITY Y\r\n# OK done\r\n"])))
    yield Talk("a mailbox that turned read-only", OPEN, False,
               (select, call("noop", turns=[b"* OK [READ-ONLY] now\r\n# OK done\r\n"]), noop,
                call("logout", turns=[b"* BYE bye\r\n# OK out\r\n"])))
    yield Talk("a message that is not appended", OPEN, False,
               (select, call("noop", turns=[b"* OK [READ-ONLY] now\r\n# OK done\r\n"]),
                call("append", "a", None, None, b"x"), call("select", "a", True)))
    yield Talk("CLOSE before login", b"* OK hi\r\n", False, (call("close"), noop))
    yield said(b"* NO [ALERT] full\r\n# OK done\r\n", after=[call("response", "NO", turns=None)])
    yield Talk("a name with a blank", OPEN, False, (call("create", "a b"),))
    yield Talk("a name with a wildcard", OPEN, False, (call("create", "a*b"),))
    yield Talk("a charset with a blank", OPEN, False,
               (select, call("search", "odd charset", "ALL")))
    yield Talk("the quota root without a name", OPEN, False, (call("getquota", ""),))
    for data in (b"* LIST () NIL {3}\r\na b\r\n", b"* LIST () NIL {0}\r\n\r\n",
                 b"* LIST () {1}\r\n/ {1}\r\nx\r\n", b"* LIST () NIL ~{1}\r\nx\r\n"):
        yield Talk(repr(data), OPEN, False, (call("list", turns=[data + b"# OK done\r\n"]), noop))
    yield Talk("a line that is too long", OPEN, False,
               (call("list", turns=[b"* LIST () NIL " + b"a" * 1100000 + b"\r\n# OK done\r\n"]),))


def compare_talks(server, talks, met):
    bad = 0
    for talk in talks:
        bad += not judge(server, talk, met)
        if bad >= SHOWN_MAX:
            break
    return bad


# ---- the utility functions ----

ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland"]
KEYS = [b"INTERNALDATE", b"FLAGS", b"X FLAGS", b"internaldate", b"UID", b""]


def mangle(dice, octets):
    for _ in range(dice.choice([0, 0, 0, 1, 2])):
        at = dice.randrange(len(octets) + 1)
        octets = octets[:at] + bytes([dice.choice(b'() "-+:09\\\n\tZz')]) + octets[at + 1:]
    return octets


def internaldate(dice):
    day = dice.choice([b"%2d", b"%02d"]) % dice.randrange(0, 32)
    month = dice.choice(imaplib.Months[1:] + ["Foo"]).encode()
    clock = b"%02d:%02d:%02d" % (dice.randrange(24), dice.randrange(60), dice.randrange(61))
    return b'%s "%s-%s-%04d %s %s%02d%02d"' % (
        dice.choice(KEYS[:1] * 5 + KEYS), day, month, dice.randrange(1902, 2100), clock,
        dice.choice([b"+", b"-"]), dice.randrange(15), dice.randrange(60))


def flags(dice):
    white = dice.choice([b" ", b" ", b"  ", b"\t", b"\r\n"])
    return b"%s (%s)" % (dice.choice(KEYS[1:3] * 3 + KEYS),
                         white.join(dice.sample(FLAGS, dice.randrange(6))))


def response(dice):
    parts = [dice.choice([internaldate, flags])(dice) for _ in range(dice.randrange(1, 4))]
    return mangle(dice, b"1 (" + b" ".join(parts) + b")")


def their_date(octets):
    """None where imaplib raises: at a month that is none, at the year 0."""
    try:
        found = imaplib.Internaldate2tuple(octets)
    except (KeyError, ValueError):
        return None
    return found and tuple(found)


def their_utc(octets):
    """What the documentation of imaplib promises: its own gives local time."""
    found = their_date(octets)
    if found is None:
        return None
    utc = time.gmtime(time.mktime(imaplib.Internaldate2tuple(octets)))
    return tuple(utc)


def compare_inputs(count, seed):
    bad = 0

    def same(what, given, theirs, mine):
        nonlocal bad
        if theirs != mine:
            bad += 1
            if bad < SHOWN_MAX:
                print(f"{what}({given!r}) in {os.environ['TZ']}\n  imaplib: {theirs}\n  ours:    {mine}")
    dice = random.Random(seed)
    for i in range(count):
        if i % 1000 == 0:
            os.environ["TZ"] = ZONES[i // 1000 % len(ZONES)]
            time.tzset()
        octets = response(dice)
        same("Internaldate2tuple", octets, their_date(octets), ours.Internaldate2tuple(octets))
        same("Internaldate2utc", octets, their_utc(octets), ours.Internaldate2utc(octets))
        same("ParseFlags", octets, imaplib.ParseFlags(octets), ours.ParseFlags(octets))
        number = dice.choice([dice.randrange(300), dice.randrange(-2**40, 2**40), 0, 2**62])
        same("Int2AP", number, imaplib.Int2AP(number), ours.Int2AP(number))
        moment = dice.randrange(0, 2**32)
        same("Time2Internaldate", moment, imaplib.Time2Internaldate(moment),
             ours.Time2Internaldate(moment))
        shown = tuple(time.localtime(dice.randrange(1577836800, 1735689600)))
        shown = shown[:8] + (dice.choice([-1, shown[8]]),)
        same("Time2Internaldate", shown, imaplib.Time2Internaldate(shown),
             ours.Time2Internaldate(shown))
    return bad


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--conversations", type=int, default=300)
    parser.add_argument("--inputs", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    ours.load(options.library)
    met = collections.Counter()
    seeds = range(options.seed, options.seed + options.conversations)
    bad = compare_talks(Server(), itertools.chain(by_hand(), map(make_talk, seeds)), met)
    for title, reason in [(title, reason) for title, _, reason in KNOWN] + [STRANGERS]:
        print(f"{met[title]:5} known: {title} ({reason})")
        bad += met[title] == 0
    bad += compare_inputs(options.inputs, options.seed)
    print(f"{options.conversations} conversations, {options.inputs} inputs: {bad} differences")
    return bad > 0


sys.exit(main())
