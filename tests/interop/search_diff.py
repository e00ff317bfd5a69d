#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The engine and Dovecot on the same messages: what SEARCH finds, what SORT and THREAD make of it,
and what is told of results that are kept up to date. What differs must be one of the differences
listed below, each with the RFC section that decides it.

search_diff.py IMAPWRIGHT [--count N] [--queries N] [--seed N]

There are two mailboxes: COUNT generated messages with those of scenarios/messages, for SEARCH and
SORT; and COUNT that answer each other, for THREAD. The queries come from the seed, too."""
import argparse
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "peer"))

from mime_diff import Client, stored_messages, with_crlf  # noqa: E402
from mime_messages import generate  # noqa: E402
from serving import Server  # noqa: E402
from support import Dovecot, check, finish  # noqa: E402

FLAGS = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft", "$Later"]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


# ---- messages ----

class Message:
    """Its internal date is in UTC: in which zone the days of one begin is left to the server."""

    def __init__(self, octets, chance):
        self.octets = octets
        self.flags = [flag for flag in FLAGS if chance.random() < 0.3]
        self.date = "%2d-%s-2023 %02d:%02d:%02d +0000" % (
            chance.randrange(1, 29), chance.choice(MONTHS), chance.randrange(24),
            chance.randrange(60), chance.randrange(60))

    def header(self):
        return (b"\r\n" + self.octets).split(b"\r\n\r\n")[0] + b"\r\n"

    def field(self, name):
        """Of the first one, unfolded; None: there is none."""
        found = re.search(rb"(?im)^" + name + rb"[ \t]*:((?:.*\r\n)(?:[ \t].*\r\n)*)", self.header())
        return found and re.sub(rb"\r\n", b"", found.group(1)).strip()


DATE_ALONE = b"Date: 7 Feb 1994\r\n\r\nx\r\n"
SUBJECT_NOT_UTF8 = b"Subject: caf\xc3\xa9\xff\r\n\r\nx\r\n"
SUBJECT_UTF8 = b"Subject: caf\xc3\xa9\r\n\r\nx\r\n"
HEADER_WITHOUT_END = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: multipart/mixed; boundary=a\r\n"
    b"--a\r\nContent-Type: message/rfc822\r\n\r\nFrom: fred\r\n\r\nlorem ipsum --b a=b\r\n\r\n--b--\r\n")
SUBJECTS = ["lunch", "Lunch", "dinner", "=?utf-8?Q?d=C3=AEner?=", "[list] lunch", "a b  c", "", "Re:"]
BEFORE = ["", "", "", "Re: ", "RE: ", "Fwd: ", "fw: ", "Re[2]: ", "Re: Re: ", "[x] Re: ", "[Fwd: "]


def threaded(count, chance):
    """Each with a sent date of its own: which of two equal ones comes first no RFC says."""
    dates = chance.sample(range(28 * 24 * 60), count)
    for number, minutes in enumerate(dates):
        ids = ["<%d@x.example>" % chance.randrange(number * 5 // 4 + 2) for _ in range(4)]
        before = chance.choice(BEFORE)
        lines = ["Date: %d Jan 2023 %02d:%02d:00 +0000" % (
            minutes // 1440 + 1, minutes // 60 % 24, minutes % 60)]
        if chance.random() < 0.9:
            lines.append("Message-ID: <%d@x.example>" % (number if chance.random() < 0.95 else 1))
        if chance.random() < 0.5:
            lines.append("References: " + " ".join(ids[:chance.randrange(5)]))
        if chance.random() < 0.2:
            lines.append("In-Reply-To: " + ids[0])
        if chance.random() < 0.9:
            lines.append("Subject: " + before + chance.choice(SUBJECTS) + "]" * before.startswith("[F"))
        yield ("\r\n".join(lines) + "\r\n\r\nx\r\n").encode()


# ---- queries ----

WORDS = ["lorem", "IPSUM", "café", "CAFÉ", "From here", "--b", "fred", "x.example", "a@x", "png",
         "foo", "a", "", "list", "image", "attachment", "utf-8", "folded twice", "unclosed", "J\xf6rg"]
FIELDS = ["Subject", "From", "Message-ID", "Content-Type", "X-Other", "Date", "Bcc", "none"]
SORT_KEYS = ["ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO", "DISPLAYFROM", "DISPLAYTO"]
ALGORITHMS = ["ORDEREDSUBJECT", "REFERENCES", "REFS"]


class Asker:
    def __init__(self, count, chance):
        self.count, self.chance, self.sizes, self.absent = count, chance, 0, 0

    def word(self):
        return '"%s"' % self.chance.choice(WORDS)

    def numbers(self):
        pick = self.chance.randrange
        return ",".join("%d:%d" % (pick(self.count) + 1, pick(self.count) + 1) if pick(2) else
                        str(self.chance.choice([pick(self.count) + 1, "*"]))
                        for _ in range(pick(3) + 1))

    def day(self):
        year = self.chance.choice([1994, 2000, 2019, 2023, 2023, 2023])
        return "%d-%s-%d" % (self.chance.choice([1, 7, 15, 28]), self.chance.choice(MONTHS), year)

    def size(self):
        """One in a program: of two Dovecot makes one, and the wrong one below OR and NOT."""
        self.sizes += 1
        return "ALL" if self.sizes > 1 else "%s %d" % (
            self.chance.choice(["LARGER", "SMALLER"]), self.chance.randrange(3000))

    def flag(self):
        """One in a program is to be absent: below OR Dovecot wants two of them both to be."""
        absent = self.chance.choice(["", "UN"])
        self.absent += absent != ""
        return (absent if self.absent <= 1 else "") + self.chance.choice(
            ["SEEN", "ANSWERED", "FLAGGED", "DELETED", "DRAFT", "KEYWORD $Later"])

    def leaf(self):
        return self.chance.choice([
            self.flag,
            lambda: self.chance.choice(["TEXT ", "BODY ", "SUBJECT ", "FROM ", "TO ", "CC ", "BCC "]) +
            self.word(),
            lambda: "TEXT " + self.word(),
            lambda: "BODY " + self.word(),
            lambda: "HEADER %s %s" % (self.chance.choice(FIELDS), self.word()),
            lambda: self.chance.choice(["", "SENT"]) + self.chance.choice(["BEFORE ", "ON ", "SINCE "]) +
            self.day(),
            self.size,
            self.numbers,
            lambda: "UID " + self.numbers(),
        ])()

    def key(self, depth=0):
        if depth < 3 and self.chance.random() < 0.4:
            return self.chance.choice([
                lambda: "NOT " + self.key(depth + 1),
                lambda: "OR %s %s" % (self.key(depth + 1), self.key(depth + 1)),
                lambda: "(%s)" % " ".join(self.key(depth + 1) for _ in range(2))])()
        return self.leaf()

    def program(self):
        self.sizes = self.absent = 0
        return " ".join(self.key() for _ in range(self.chance.choice([1, 1, 2])))

    def returns(self):
        options = self.chance.sample(["MIN", "MAX", "COUNT"], self.chance.randrange(4))
        first = self.chance.randrange(20) + 1
        partial = "PARTIAL %d:%d" % (first, first + self.chance.randrange(20))
        options += self.chance.choice([[], [], ["ALL"], [partial]])
        return " RETURN (%s)" % " ".join(options)

    def search(self):
        return "SEARCH%s CHARSET UTF-8 " % (self.returns() if self.chance.random() < 0.3 else "")

    def sort(self):
        keys = " ".join(self.chance.choice(["", "", "REVERSE "]) + key
                        for key in self.chance.sample(SORT_KEYS, self.chance.randrange(3) + 1))
        returns = self.returns() if self.chance.random() < 0.3 else ""
        if "PARTIAL" in returns:  # CONTEXT=SORT, which Dovecot does not have
            returns = ""
        return "SORT%s (%s) UTF-8 " % (returns, keys)

    def thread(self):
        return "THREAD %s UTF-8 " % self.chance.choice(ALGORITHMS)


# ---- differences ----

LISTED = []  # (reason, what a query must have, function)
met = {}     # how often each reason was needed


def listed(reason, pattern):
    """A difference that is right, about messages for which the function says so, in queries with
    that pattern."""
    def add(function):
        LISTED.append((reason, re.compile(pattern), function))
        return function
    return add


def is_utf8(octets):
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


@listed("RFC 5256 §2.2: a date without a time is at 00:00:00; Dovecot takes it for none", r"SENT|DATE|THREAD")
def without_time(message):
    date = message.field(b"Date")
    return date is not None and re.fullmatch(rb"(\w+, *)?\d+ \w+ \d+( \d*:?\d?)?", date)


@listed("RFC 9051 §6.4.4: SENT keys find messages by their Date; of one without, or with one that"
        " cannot be read, Dovecot says that it is before all others", r"SENT")
def without_date(message):
    date = message.field(b"Date")
    return date is None or not re.search(rb"\d+ \w+ \d+", date)


@listed("RFC 5322 §3.2.2: a comment ends; Dovecot takes some of one that does not for a name",
        r"FROM|TO|CC")
def comment_without_end(message):
    return b"(unclosed" in message.octets or re.search(rb"\([^)\r\n]*\Z", message.octets)


@listed("RFC 5051 §2: what is not UTF-8 is not the same as what is; Dovecot leaves the octets out that"
        " are none", r"THREAD|SUBJECT|DISPLAY|FROM|TO|CC")
def not_utf8(message):
    return not is_utf8(message.header())


@listed("RFC 2045 §5.2, §6.1: a type that cannot be read is text/plain, an encoding or charset that"
        " has no name is none; Dovecot does not look into such a part", r"TEXT|BODY")
def unreadable(message):
    return re.search(rb"(?im)^content-transfer-encoding:[ \t]*(\r\n[ \t]+)*(\r\n|$|7 )|"
                     rb"charset=[ \t]*(;|\r\n)|"
                     rb"^content-type:(?!\s*[a-z]+ ?/ ?[-a-z0-9.+]+\s*([;(]|\Z|\r\n(?![ \t])))",
                     message.octets)


@listed("RFC 2045 §4: what has no MIME-Version is no MIME; Dovecot decodes it when it also has no"
        " Content-Type", r"TEXT|BODY")
def no_mime(message):
    headers = message.octets.lower().split(b"\r\n\r\n")
    return any(b"content-transfer-encoding:" in header and b"content-type:" not in header and
               b"mime-version:" not in header for header in headers)


@listed("RFC 9051 §7.5.2: message/global is a message with a header; Dovecot searches it as text",
        r"TEXT|BODY")
def message_global(message):
    return b"message/global" in message.octets.lower()


@listed("RFC 2046 §5.1.1: a delimiter ends a part, also in its header; Dovecot goes on with it, unless it"
        " has told the structure before", r"TEXT|BODY")
def header_without_end(message):
    return re.search(rb"(?m)^[-a-zA-Z]+:.*\r\n--", message.octets)


@listed("no section: the engine looks 64 levels deep", r"TEXT|BODY")
def deep(message):
    return message.octets.count(b"boundary=") > 64


# ---- comparison ----

def told_by(line):
    """Items of ESEARCH have no order (RFC 4466 §2.6.2). Dovecot has a SP behind THREAD also where
    no thread follows (RFC 5256 §5)."""
    line = re.sub(rb'TAG "T\d+"', b"TAG", line).rstrip()
    if not line.startswith(b"* ESEARCH"):
        return line
    return sorted(re.findall(rb"[A-Z]+ (?:\([^)]*\)|[\d:,]+)|UID", line))


class Pair:
    """The engine and Dovecot with the same mailbox open."""

    def __init__(self, ports, box, messages):
        self.messages = messages
        self.clients = [Client(port) for port in ports]
        for client in self.clients:
            client.connect()
            client.command(b"CREATE " + box)
            for message in messages:
                append = "APPEND %s (%s) \"%s\"" % (box.decode(), " ".join(message.flags), message.date)
                answer = client.command(append.encode(), message.octets)
                assert answer and b" OK " in answer[-1], (answer, message.octets)
            client.command(b"SELECT " + box)
        # Dovecot keeps what it has sorted by, and errs when it did not have all messages at once.
        for key in SORT_KEYS:
            self.compare(f"SORT ({key}) UTF-8 ", "ALL")

    def close(self):
        for client in self.clients:
            client.close()

    def ask(self, query):
        """What each tells, without tags and texts."""
        answers = []
        for client in self.clients:
            lines = client.command(query.encode())
            check(lines is not None, f"{query}: hung up")
            told = [told_by(line) for line in lines or []
                    if re.match(rb"\* (SEARCH|SORT|THREAD|ESEARCH)\b", line)]
            answers.append(told + [(lines or [b"- -"])[-1].split()[1]])
        return answers

    def compare(self, command, program):
        """Reasons may take messages out, for which the two may differ; the others are asked for
        again and must be the same."""
        query = command + program
        ours, theirs = self.ask(query)
        reasons = [one for one in LISTED if ours != theirs and one[1].search(query)]
        left = set(range(1, len(self.messages) + 1))
        for reason, _, function in reasons:
            out = {uid for uid in left if function(self.messages[uid - 1])}
            if not out:
                continue
            left -= out
            met[reason] = met.get(reason, 0) + 1
            uids = ",".join(map(str, sorted(left)))
            ours, theirs = self.ask(f"{command}UID {uids} {program}" if uids else f"{command}NOT ALL")
            if ours == theirs:
                return
        check(ours == theirs, f"{query}\n  ours   {ours}\n  theirs {theirs}")


def compare_queries(pair, chance, count, commands):
    asker = Asker(len(pair.messages), chance)
    for _ in range(count):
        command = chance.choice(commands)(asker)
        pair.compare(("UID " if chance.random() < 0.5 else "") + command, asker.program())


def compare_updates(pair, chance, count):
    """RFC 5267 §4.3: the results, put together from what was told, are what a search finds anew."""
    programs = ["UNSEEN", "FLAGGED NOT DELETED", "OR DRAFT KEYWORD $Later"]
    for number, client in enumerate(pair.clients):
        known = {}
        for program in programs:
            lines = client.command(b"UID SEARCH RETURN (UPDATE ALL) " + program.encode())
            known[b"T%d" % client.number] = (program, uids_of(lines[0]))
        state = chance.getstate()
        for _ in range(count):
            change = "STORE %d %sFLAGS.SILENT (%s)" % (
                chance.randrange(len(pair.messages)) + 1, chance.choice("+-"), chance.choice(FLAGS))
            for line in client.command(change.encode()) + client.command(b"NOOP"):
                update(known, line)
        for program, uids in known.values():
            found = uids_of(client.command(b"UID SEARCH RETURN (ALL) " + program.encode())[0])
            check(uids == found, f"{program}: told {sorted(uids)}, found {sorted(found)}")
        check(number or len(known) == len(programs), "the tags are not different")
        if number == 0:
            chance.setstate(state)  # the same changes for both


def members(numbers):
    for part in numbers.split(b","):
        first, _, last = part.partition(b":")
        yield from range(int(first), int(last or first) + 1)


def uids_of(line):
    found = re.search(rb" ALL ([\d:,]+)", line)
    return set(members(found.group(1))) if found else set()


def update(known, line):
    for name, numbers in re.findall(rb"(ADDTO|REMOVEFROM) \(0 ([\d:,]+)\)", line):
        uids = known[re.search(rb'TAG "(T\d+)"', line).group(1)][1]
        for uid in members(numbers):
            check((uid in uids) == (name == b"REMOVEFROM"), f"{line}: but there were {sorted(uids)}")
        (uids.update if name == b"ADDTO" else uids.difference_update)(members(numbers))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("imapwright")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--seed", type=int, help="else one that meets all that is listed")
    options = parser.parse_args()
    seed = options.seed or 1
    chance = random.Random(seed)
    mime = [with_crlf(m) for m in [
        *stored_messages(), DATE_ALONE, HEADER_WITHOUT_END, SUBJECT_NOT_UTF8, SUBJECT_UTF8,
        *generate(options.count, seed)]]
    # Dovecot keeps no message without an octet, and no literal holds NUL (RFC 9051 §4.3).
    mime = [Message(octets, chance) for octets in mime if octets and b"\0" not in octets]
    threads = [Message(octets, chance) for octets in threaded(options.count, chance)]
    serving = ("--user", "alice:secret", "--capability", "-UTF8=ACCEPT")
    with Dovecot() as dovecot, Server(*serving) as server:
        ports = [server.port, dovecot.port]
        pair = Pair(ports, b"mime", mime)
        compare_queries(pair, chance, options.queries, [Asker.search, Asker.search, Asker.sort])
        for algorithm in ALGORITHMS[:2]:
            pair.compare(f"THREAD {algorithm} UTF-8 ", "ALL")
        compare_updates(pair, chance, options.queries // 10)
        pair.close()
        pair = Pair(ports, b"threads", threads)
        compare_queries(pair, chance, options.queries // 2, [Asker.thread, Asker.sort])
        pair.close()
    print(f"{len(mime)} and {len(threads)} messages, {options.queries * 3 // 2} queries")
    for reason, times in sorted(met.items()):
        print(f"{times:6} x {reason}")
    if options.queries >= 1000 and options.seed is None:
        for reason, _, _ in LISTED:
            check(reason in met, f"never met: {reason}")
    finish()


if __name__ == "__main__":
    main()
