# SPDX-License-Identifier: MIT
"""Where the engine and another server say different things and may: per server the constructs, each
with the RFC section that decides it."""
import re


class Difference:
    """One construct. It applies where the command looks like `command`, the ones before it, one a
    line, like `before`, and `what` differs; then `holds` is true of our value and theirs."""

    def __init__(self, name, section, command, what, holds=lambda ours, theirs: True, before=rb""):
        self.name, self.section, self.holds = name, section, holds
        self.what = [what] if isinstance(what, str) else what
        self.before = re.compile(before, re.S)
        # The mailboxes may not be alike afterwards.
        self.parts = bool({"state", "EXISTS"} & set(self.what))
        self.command = re.compile(command, re.I | re.S)
        self.met = 0

    def explains(self, command, history, what, ours, theirs):
        found = (what in self.what and self.command.search(command) is not None and
                 self.before.search(history) is not None and self.holds(ours, theirs))
        self.met += found
        return found


def subset(ours, theirs):
    """They say less, and nothing else."""
    return all(ours.get(number) == items for number, items in theirs.items())


def refused_by_us(ours, theirs):
    return (ours, theirs) in ((b"BAD", b"OK"), (b"NO", b"OK"))


def both_refuse(ours, theirs):
    return {ours, theirs} == {b"NO", b"BAD"} or (ours, theirs) == (None, (b"TRYCREATE",))


def childless(listed):
    return {name: [a for a in attributes if b"CHILDREN" not in a]
            for name, (attributes, _) in (listed or {}).items()}


SEARCHES = rb"^(UID )?(SEARCH|SORT|THREAD) "
FLAG = rb"(SEEN|ANSWERED|FLAGGED|DELETED|DRAFT)"
DOVECOT = [
    Difference("a session may end when its mailbox is deleted", "RFC 2180 §3.3",
               rb"", "end", lambda ours, theirs: None not in ours, rb"\n\d: (DELETE|RENAME) "),
    Difference("Dovecot panics in a search of an empty mailbox", "RFC 3501 §6.4.4",
               SEARCHES, "end", lambda ours, theirs: None not in ours),
    Difference("ENABLED names what this command has enabled", "RFC 5161 §3.2",
               rb"^ENABLE CONDSTORE", "ENABLED", lambda ours, theirs: ours == []),
    Difference("ENABLED comes also when nothing was enabled", "RFC 5161 §3.2",
               rb"^ENABLE (NONE|UN)", "ENABLED", lambda ours, theirs: (ours, theirs) == ([], None)),
    Difference("alternatives stay what they are, where Dovecot simplifies them wrongly",
               "RFC 3501 §6.4.4", SEARCHES + rb".*(OR |NOT \().*(UN|NOT )" + FLAG,
               ("SEARCH", "SORT", "THREAD", "ESEARCH")),
    Difference("STORE wants flags", "RFC 3501 §9 store-att-flags", rb"^STORE 1 FLAGS$", "state",
               refused_by_us),
    Difference("a part's number is above 0", "RFC 3501 §9 section-part", rb"BODY\[0\]", "state",
               refused_by_us),
    Difference("as many arguments as the grammar has", "RFC 3501 §9 command",
               rb"^(NOOP x|EXPUNGE 1|UID EXPUNGE 1 2|ENABLE|(UID )?(COPY|MOVE) 1 2 .*)$",
               "state", refused_by_us),
    Difference("a mailbox that is read-only refuses what would change nothing, too",
               "RFC 3501 §6.3.2", rb"STORE|MOVE|EXPUNGE", "state",
               lambda ours, theirs: (ours, theirs) == (b"NO", b"OK")),
    Difference("of two reasons to refuse any comes first", "RFC 3501 §7.1", rb"STORE|MOVE|COPY",
               ("state", "code"), both_refuse),
    Difference("messages that are alike in every key stand by their numbers", "RFC 5256 §3",
               rb"^(UID )?SORT \([^)]*REVERSE ", "SORT",
               lambda ours, theirs: sorted(ours or ()) == sorted(theirs or ())),
    Difference("COPY to no mailbox is NO, also of no message", "RFC 3501 §6.4.7",
               rb"^(UID (COPY|MOVE)|COPY \$)", "state",
               lambda ours, theirs: (ours, theirs) == (b"NO", b"OK")),
    Difference("what is below a mailbox is told unasked", "RFC 5258 §4",
               rb"^LIST (\(|.*RETURN|\"\" \()", "LIST",
               lambda ours, theirs: childless(ours) == childless(theirs)),
    Difference("a message number in a search that no message has is BAD", "RFC 3501 §9 seq-number",
               SEARCHES, "state", lambda ours, theirs: (ours, theirs) == (b"BAD", b"OK")),
    Difference("a part of no octets is not in the grammar", "RFC 3501 §6.4.5, §9 fetch-att",
               rb"FETCH .*<0\.0>", "state"),
    Difference("STORE tells the flags, also where it changed nothing", "RFC 3501 §6.4.6",
               rb"STORE", "fetched", subset),
    Difference("UNSUBSCRIBE fails for what is not subscribed", "RFC 3501 §6.3.7",
               rb"^UNSUBSCRIBE", "state", lambda ours, theirs: ours == b"NO"),
]
def cased(value):
    """As what is not told apart by case (RFC 2045 §5.1, RFC 3501 §7.4.2)."""
    if isinstance(value, dict):
        return {key: cased(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cased(item) for item in value]
    return value.upper() if isinstance(value, bytes) else value


CYRUS = [
    Difference("a session may end when its mailbox is deleted", "RFC 2180 §3.3",
               rb"", "end", lambda ours, theirs: None not in ours, rb"\n\d: (DELETE|RENAME) "),
    Difference("what is selected loses its messages when it is deleted or renamed", "RFC 2180 §3.3",
               rb"^(DELETE|RENAME)", "EXISTS", lambda ours, theirs: theirs == 0),
    Difference("what was selected when it was deleted or renamed refuses the rest", "RFC 2180 §3.3",
               rb"", "state", lambda ours, theirs: ours != b"NO" and theirs == b"NO",
               rb"\n\d: (DELETE|RENAME) "),
    Difference("a mailbox does not move below itself", "RFC 3501 §6.3.5", rb"^RENAME (\S+) \1/",
               "state", lambda ours, theirs: (ours, theirs) == (b"NO", b"OK")),
    Difference("a mailbox that is read-only refuses what would change nothing, too",
               "RFC 3501 §6.3.2", rb"STORE|MOVE|EXPUNGE", "state",
               lambda ours, theirs: (ours, theirs) == (b"NO", b"OK")),
    Difference("saved searches are not offered there", "RFC 5182 §2",
               rb"\$( |$)|^(UID )?SEARCH RETURN \(SAVE", "state"),
    Difference("a message number that no message has is BAD", "RFC 3501 §9 seq-number",
               rb"^(FETCH|STORE|COPY|MOVE) ", "state",
               lambda ours, theirs: ours == b"BAD"),
    Difference("a message number in a search that no message has is BAD", "RFC 3501 §9 seq-number",
               SEARCHES, "state", lambda ours, theirs: (ours, theirs) == (b"BAD", b"OK")),
    Difference("UIDs are above 0 and below 4294967296", "RFC 3501 §9 uniqueid",
               rb"^UID (FETCH|STORE|COPY|MOVE|EXPUNGE) (0|1:0|4294967296)", "state",
               lambda ours, theirs: (ours, theirs) == (b"BAD", b"OK")),
    Difference("a part's number is above 0", "RFC 3501 §9 section-part", rb"BODY\[0\]", "state",
               refused_by_us),
    Difference("types, encodings and names of parameters are not told apart by case",
               "RFC 2045 §5.1, §6.1", rb"FETCH .*(BODY|FULL)", "fetched",
               lambda ours, theirs: cased(ours) == cased(theirs)),
    Difference("ENABLED comes also when nothing was enabled", "RFC 5161 §3.2",
               rb"^ENABLE", "ENABLED", lambda ours, theirs: (ours, theirs) == ([], None)),
    Difference("a command that is refused enables nothing", "RFC 7162 §3.1", rb"^ENABLE CONDSTORE",
               "ENABLED", lambda ours, theirs: (ours, theirs) == ([b"CONDSTORE"], None)),
    Difference("of two reasons to refuse any comes first", "RFC 3501 §7.1", rb"STORE|MOVE|COPY",
               ("state", "code"), both_refuse),
    Difference("STORE tells the flags, also where it changed nothing", "RFC 3501 §6.4.6",
               rb"STORE", "fetched", subset),
    Difference("UNSUBSCRIBE fails for what is not subscribed", "RFC 3501 §6.3.7",
               rb"^UNSUBSCRIBE", "state", lambda ours, theirs: (ours, theirs) == (b"NO", b"OK")),
]
DIFFERENCES = {"dovecot": DOVECOT, "cyrus": CYRUS}
