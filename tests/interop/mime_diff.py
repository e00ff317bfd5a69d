#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The engine and Dovecot on the same messages: RFC822.SIZE, ENVELOPE, BODYSTRUCTURE, the octets of
every part and its MIME header, and BINARY.SIZE. What differs must be one of the differences listed
below, each with the RFC section that decides it.

mime_diff.py IMAPWRIGHT DESCRIBE [--count N] [--seed N] [--verbose]

DESCRIBE is the program of mime_describe.c, which asks the engine's MIME itself; `imapwright serve`
must tell its clients the same. The messages are those of scenarios/messages and COUNT generated
ones."""
import argparse
import base64
import glob
import os
import quopri
import re
import socket
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peer"))

from mime_messages import generate  # noqa: E402
from serving import Server  # noqa: E402
from support import ROOT, Dovecot, check, finish  # noqa: E402


# ---- values ----

class Reader:
    """IMAP values as Python's: lists, bytes, None for NIL, int."""

    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def value(self):
        octets = self.octets
        if octets[self.at:self.at + 1] == b"(":
            return self.list()
        if octets[self.at:self.at + 1] == b'"':
            match = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.S).match(octets, self.at)
            self.at = match.end()
            return re.sub(rb"\\(.)", rb"\1", match.group(1), flags=re.S)
        match = re.compile(rb"~?\{(\d+)\+?\}\r\n").match(octets, self.at)
        if match:
            end = match.end() + int(match.group(1))
            self.at = end
            return octets[match.end():end]
        match = re.compile(rb"[^ ()\[\r\n]+(\[[^\]]*\](<\d+>)?)?").match(octets, self.at)
        self.at = match.end()
        word = match.group(0)
        return None if word.upper() == b"NIL" else int(word) if word.isdigit() else word

    def list(self):
        values = []
        self.at += 1
        while self.octets[self.at:self.at + 1] != b")":
            if self.octets[self.at:self.at + 1] == b" ":
                self.at += 1
            else:
                values.append(self.value())
        self.at += 1
        return values


def split_responses(octets):
    """Whole lines with their literals."""
    at, begin = 0, 0
    while at < len(octets):
        end = octets.index(b"\r\n", at) + 2
        literal = re.search(rb"\{(\d+)\+?\}\r\n$", octets[at:end])
        at = end + (int(literal.group(1)) if literal else 0)
        if not literal:
            yield octets[begin:at]
            begin = at


def fetched(line):
    values = Reader(line[line.index(b"("):]).list()
    return {name.decode(): value for name, value in zip(values[::2], values[1::2])}


# ---- both sides ----

def describe(program, messages):
    stdin = b"".join(b"%d\n%s" % (len(message), message) for message in messages)
    done = subprocess.run([program], input=stdin, capture_output=True, timeout=120, check=True)
    return [fetched(line) for line in split_responses(done.stdout)]


class Client:
    """Just enough of one; imaplib keeps no octets of what it does not know."""

    def __init__(self, port):
        self.port, self.file, self.number = port, None, 0

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", int(self.port)), timeout=30)
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.command(b"LOGIN alice secret")

    def command(self, text, literal=None):
        """Its untagged lines and the tagged one; None: the server hung up."""
        self.number += 1
        tag = b"T%d " % self.number
        if literal is not None:
            text += b" {%d+}\r\n%s" % (len(literal), literal)
        self.socket.sendall(tag + text + b"\r\n")
        lines, line = [], b""
        while True:
            piece = self.file.readline()
            if not piece:
                return None
            line += piece
            match = re.search(rb"\{(\d+)\}\r\n$", piece)
            if match:
                line += self.file.read(int(match.group(1)))
                continue
            lines.append(line)
            if line.startswith(tag):
                return lines
            line = b""

    def close(self):
        self.file.close()
        self.socket.close()

    def fill(self, box, messages):
        self.connect()
        self.command(b"CREATE " + box)
        for message in messages:
            answer = self.command(b"APPEND " + box, message)
            assert answer and b" OK " in answer[-1], (answer, message)
        self.command(b"SELECT " + box)

    def fetch(self, box, number, items):
        answer = self.command(b"FETCH %d (%s)" % (number, b" ".join(items)))
        if answer is None or b" BYE " in b"".join(answer[:-1]):
            self.connect()
            self.command(b"SELECT " + box)
            return None
        found = {}
        for line in answer[:-1]:
            if line.startswith(b"* %d FETCH " % number):
                found.update(fetched(line))
        return found if b" OK " in answer[-1] else None


# ---- comparison ----

MISSING = [None, None, b"MISSING_MAILBOX", b"MISSING_DOMAIN"]
LISTED = []  # (reason, function)
met = {}     # how often each reason was needed


def listed(reason):
    """A difference that is right. The function gets the path to two values that differ, both, and
    the message; it gives the values to go on with, from which the difference is gone, or None: it
    is another."""
    def add(function):
        LISTED.append((reason, function))
        return function
    return add


def is_texts(ours, theirs):
    return isinstance(ours, bytes) and isinstance(theirs, bytes)


def squeeze(value):
    return re.sub(rb"[ \t]+", b" ", value).strip(b" ")


@listed("RFC 5322 §2.2.3: unfolding takes line ends out and leaves blanks; Dovecot makes one SP of"
        " runs of them in subjects and names, and leaves some in front of a value")
def blanks(path, ours, theirs, message):
    if not path[0].startswith("BODY[") and is_texts(ours, theirs) and squeeze(ours) == squeeze(theirs):
        return ours, ours


@listed("RFC 2045 §5.1: types are the same in any case; Dovecot has message/rfc822 in small letters")
def case(path, ours, theirs, message):
    if path[0] == "BODYSTRUCTURE" and is_texts(ours, theirs) and ours.lower() == theirs.lower():
        return ours, ours


@listed("RFC 9051 §9, body-fld-lang: a string and a list of one are the same")
def languages(path, ours, theirs, message):
    if path[0] == "BODYSTRUCTURE" and isinstance(ours, bytes) and [ours] == theirs:
        return ours, ours


@listed("RFC 2045 §5.2: a type that cannot be read is text/plain; Dovecot has no type and no lines")
def unreadable_type(path, ours, theirs, message):
    if path[0] != "BODYSTRUCTURE" or not isinstance(ours, list) or not isinstance(theirs, list):
        return None
    if ours[:3] != [b"text", b"plain", [b"charset", b"us-ascii"]] or \
            theirs[1:2] not in ([b""], [b"octet-stream"]):
        return None
    if theirs[0].lower() == b"text":
        return ours, ours[:2] + theirs[2:]
    return ours, ours[:3] + theirs[3:7] + ours[7:8] + theirs[7:]


@listed("RFC 2045 §5.1: a parameter has a name; Dovecot shows those without one")
def unnamed_parameters(path, ours, theirs, message):
    if path[0] == "BODYSTRUCTURE" and isinstance(theirs, list) and b"" in theirs[::2] and \
            all(isinstance(value, bytes) for value in theirs):
        pairs = [pair for pair in zip(theirs[::2], theirs[1::2]) if pair[0] != b""]
        if (ours or []) == [value for pair in pairs for value in pair]:
            return ours, ours


@listed("RFC 2183 §2: a disposition has a type; Dovecot shows an empty field as one")
def empty_disposition(path, ours, theirs, message):
    if path[0] == "BODYSTRUCTURE" and ours is None and theirs == [b"", None]:
        return ours, ours


@listed("RFC 5322 §4.4: elements of an address list may be empty; Dovecot shows an address for each")
def empty_addresses(path, ours, theirs, message):
    if isinstance(theirs, list) and MISSING in theirs:
        a, b = ([x for x in side or [] if x != MISSING] for side in (ours, theirs))
        if len(a) == len(b) and ours != theirs:
            return a, b


@listed("RFC 5322 §3.2.2: a comment ends; Dovecot shows some of one that does not")
def comment_without_end(path, ours, theirs, message):
    if path[-1] == 0 and ours is None and isinstance(theirs, bytes) and \
            b"(" + (theirs.split() or [b""])[0] in message:
        return ours, ours


@listed("RFC 5322 §3.4: an address is whole; Dovecot shows some of one that is cut off")
def address_cut_off(path, ours, theirs, message):
    if path[0] == "ENVELOPE" and len(path) == 4 and b"\r\n\r\n" not in message and \
            theirs in (b"SYNTAX_ERROR", message.split(b":")[-1].strip()):
        return ours, ours


@listed("RFC 5322 §3.2.4: a quoted string ends; Dovecot shows some of one that does not")
def quotes_without_end(path, ours, theirs, message):
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs) == 4 and \
            ours[0] is None and theirs[2:] == MISSING[2:] and theirs[0] and ours[2] and \
            theirs[0].startswith(ours[2]):
        return ours, ours


@listed("RFC 5322 §4.4: a route ends with a colon; of one that does not nothing is shown")
def broken_route(path, ours, theirs, message):
    if path[-1] == 1 and ours is None and theirs == b"INVALID_ROUTE":
        return ours, ours


@listed("RFC 2046 §5.1.1: the line end in front of a delimiter is its own; Dovecot counts it to a"
        " part that ends with a header, or with a delimiter, of a part within")
def line_end_of_delimiter(path, ours, theirs, message):
    if path[0].startswith("BODY["):
        if theirs == ours + b"\r\n" and ours + b"\r\n--" in message:
            return ours, ours
    elif isinstance(ours, int) and theirs - ours == {6: 2, 9: 1}.get(path[-1]):
        return ours, ours


@listed("RFC 2183 §2: there is one Content-Disposition; of two Dovecot takes the second when the"
        " first has no parameters")
def two_dispositions(path, ours, theirs, message):
    def is_disposition(value):
        return (isinstance(value, list) and len(value) == 2 and isinstance(value[0], bytes) and
                (value[1] is None or isinstance(value[1], list)))
    fields = re.findall(rb"(?i)^content-disposition:", message, re.M)
    if path[0] == "BODYSTRUCTURE" and len(fields) > 1 and is_disposition(theirs) and \
            (ours is None or (is_disposition(ours) and ours[1] is None)):
        return ours, ours


@listed("RFC 9051 §7.5.2: message/global has an envelope and a body; Dovecot does not look into it")
def message_global(path, ours, theirs, message):
    if path[0].startswith("BODY[") and theirs == b"" and b"message/global" in message.lower():
        return ours, ours
    if isinstance(ours, list) and ours[:2] == [b"message", b"global"] and len(ours) == 14:
        return ours[:7] + ours[10:], theirs


@listed("no section: the engine looks 64 levels deep")
def depth(path, ours, theirs, message):
    if len(path) > 64 and ours[:2] == [b"application", b"octet-stream"]:
        return ours, ours


def differences(path, ours, theirs, message):
    """Where and how two values differ in other ways than those listed."""
    for reason, function in LISTED:
        if ours != theirs:
            pair = function(path, ours, theirs, message)
            if pair is not None:
                met[reason] = met.get(reason, 0) + 1
                ours, theirs = pair
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (a, b) in enumerate(zip(ours, theirs)):
            yield from differences(path + (number,), a, b, message)
    elif ours != theirs:
        yield path, ours, theirs


def compare(number, message, ours, client, box, verbose):
    """The paths that differ in one message."""
    items = [name for name in ours if not name.startswith("BINARY.")]
    wanted = [name.replace("BODY[", "BODY.PEEK[").encode() for name in items]
    theirs = client.fetch(box, number, wanted)
    check(theirs is not None, f"message {number}: Dovecot gives nothing")
    found = []
    for name in items if theirs is not None else []:
        found += differences((name,), ours[name], theirs.get(name), message)
    for name in ours:
        if name.startswith("BINARY."):
            found += binary_differences(name, ours, client.fetch(box, number, [name.encode()]))
    for path, a, b in found:
        check(False, f"message {number}: {path}:\n  ours   {a}\n  theirs {b}")
    if found and verbose:
        print(message.decode("latin-1").replace("\r\n", "\n"))


def decoded_size(mime, body):
    """By Python's decoders."""
    encoding = re.search(rb"(?im)^content-transfer-encoding:[ \t]*(?:\([^)]*\)\s*)*([^ \r\n(]*)", mime)
    encoding = encoding.group(1).lower() if encoding else b""
    if encoding == b"base64":
        return len(base64.b64decode(body))
    if encoding == b"quoted-printable":
        return len(quopri.decodestring(re.sub(rb"[ \t]+(\r\n|\Z)", rb"\1", body)))
    return len(body)


BINARY_REFUSED = ("RFC 3516 §4.3: only an encoding nobody knows is refused; Dovecot refuses broken"
                  " contents, and every part beside one with an unknown encoding")
BINARY_COUNTED = ("RFC 3516 §4.3: BINARY.SIZE is the size of the decoded octets, as Python decodes them"
                  " too; Dovecot counts LF in them twice, or another part")


BINARY_NO_MIME = ("RFC 2045 §4: what has no MIME-Version is no MIME, as BODYSTRUCTURE has it; Dovecot"
                  " decodes it when it also has no Content-Type")


def why_binary(name, ours, theirs):
    """The reason for another BINARY.SIZE; None: there is none."""
    section = name[len("BINARY.SIZE["):-1]
    mime, body = ours[f"BODY[{section}.MIME]"], ours[f"BODY[{section}]"]
    if theirs is None:
        return BINARY_REFUSED
    if ours[name] == decoded_size(mime, body):
        return BINARY_COUNTED
    is_mime = re.search(rb"(?im)^(mime-version|content-type)[ \t]*:", mime)
    return BINARY_NO_MIME if not is_mime and ours[name] == len(body) else None


def binary_differences(name, ours, theirs):
    if theirs is not None and theirs.get(name) == ours[name]:
        return
    reason = why_binary(name, ours, theirs)
    if reason is None:
        yield (name,), ours[name], theirs.get(name)
    else:
        met[reason] = met.get(reason, 0) + 1


def stored_messages():
    for path in sorted(glob.glob(os.path.join(ROOT, "scenarios", "messages", "*.eml"))):
        with open(path, "rb") as file:
            yield file.read()


def check_served(messages, described):
    """`imapwright serve` gives the same: but for BINARY, which it may not have."""
    with Server("--user", "alice:secret", "--capability", "-UTF8=ACCEPT") as server:
        client = Client(server.port)
        client.fill(b"mime", messages)
        for number, ours in enumerate(described, 1):
            names = [name for name in ours if not name.startswith("BINARY.")]
            wanted = [name.replace("BODY[", "BODY.PEEK[").encode() for name in names]
            served = client.fetch(b"mime", number, wanted)
            check(served == {name: ours[name] for name in names}, f"message {number} is served as"
                  f" {served}, but is {ours}")
        client.close()


def with_crlf(message):
    """As Dovecot keeps it (RFC 5322 §2.3: CR and LF stand in no message alone)."""
    return re.sub(rb"\r?\n", b"\r\n", message).rstrip(b"\r")


CUT_OFF = b"cc: J. R. Fo"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("imapwright")
    parser.add_argument("describe")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, help="else one that meets all that is listed")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    messages = [with_crlf(m) for m in [*stored_messages(), CUT_OFF,
                                       *generate(options.count, options.seed or 1)]]
    # Dovecot keeps no message without an octet, and no literal holds NUL (RFC 9051 §4.3).
    messages = [m for m in messages if m and b"\0" not in m]
    described = describe(options.describe, messages)
    check(len(described) == len(messages), "not every message is described")
    check_served(messages, described)
    with Dovecot() as dovecot:
        client = Client(dovecot.port)
        client.fill(b"mime", messages)
        for number, (message, ours) in enumerate(zip(messages, described), 1):
            compare(number, message, ours, client, b"mime", options.verbose)
    print(f"{len(messages)} messages, {sum(len(ours) for ours in described)} items")
    for reason, times in sorted(met.items()):
        print(f"{times:6} x {reason}")
    if options.count >= 300 and options.seed is None:
        for reason, _ in LISTED:
            check(reason in met, f"never met: {reason}")
    finish()


if __name__ == "__main__":
    main()
