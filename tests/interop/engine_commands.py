# SPDX-License-Identifier: MIT
"""Random conversations: commands that fit together mostly, and some that are wrong."""

STEPS = (6, 18)
FLAGS = [b"\\Seen", b"\\Answered", b"\\Flagged", b"\\Deleted", b"\\Draft", b"$Junk", b"Later"]
SUBJECTS = [b"apple", b"Re: apple", b"banana", b"Fwd: Re: Banana", b"", b"apple [list]",
            b"=?utf-8?q?caf=C3=A9?=", b"re: re: cherry", b"[x] cherry (fwd)"]
PEOPLE = [b"Ann <ann@example.org>", b"bob@example.com", b'"Cem, D." <cem@example.net>',
          b"=?iso-8859-1?q?J=F6rg?= <joerg@example.org>"]
SETS = [b"1", b"1:*", b"*", b"2:3", b"3:2", b"1,3", b"2:*", b"*:1", b"1:2,2:4", b"*:2"]
BAD_SETS = [b"0", b"1:", b":1", b"1,,2", b"", b"x", b"1 2", b"4294967296", b"-1", b"1:0"]
KEYS = [b"ALL", b"SEEN", b"UNSEEN", b"DELETED", b"UNDELETED", b"FLAGGED", b"UNFLAGGED", b"ANSWERED",
        b"UNANSWERED", b"DRAFT", b"UNDRAFT", b"KEYWORD $Junk", b"UNKEYWORD Later", b"SUBJECT apple",
        b"SUBJECT \"CAF\"", b"FROM ann", b"TO bob", b"CC cem", b"BODY text", b"TEXT \"no such\"",
        b"HEADER Message-ID m1", b"HEADER X-None \"\"", b"HEADER Subject \"\"", b"LARGER 150",
        b"SMALLER 200", b"BEFORE 3-Jan-2024", b"ON 2-Jan-2024", b"SINCE 3-Jan-2024",
        b"SENTBEFORE 2-Jan-2024", b"SENTON 2-Jan-2024", b"SENTSINCE 2-Jan-2024", b"UID 1:3",
        b"UID 2:*", b"1:2", b"*", b"NOT 1", b"BCC x"]
BAD_KEYS = [b"", b"NONE", b"UID", b"UID x", b"BEFORE yesterday", b"LARGER x", b"()", b"(SEEN",
            b"OR SEEN", b"NOT", b"KEYWORD", b"HEADER x", b"SINCE 31-Foo-2024"]
ITEMS = [b"FLAGS", b"UID", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE", b"BODY.PEEK[]", b"BODY[]",
         b"BODY.PEEK[HEADER]", b"BODY.PEEK[TEXT]", b"BODY[TEXT]<0.5>", b"BODY.PEEK[]<3.10>",
         b"BODY.PEEK[]<5000.10>", b"BODY.PEEK[1]", b"BODY.PEEK[HEADER.FIELDS (Subject From)]",
         b"BODY.PEEK[HEADER.FIELDS.NOT (Subject)]", b"RFC822.HEADER", b"BODYSTRUCTURE", b"BODY",
         b"BINARY.SIZE[1]", b"BINARY.PEEK[1]"]
BAD_ITEMS = [b"", b"()", b"NONE", b"BODY[", b"BODY[]<0.0>", b"BODY[0]", b"(FLAGS", b"FLAGS UID",
             b"BODY[HEADER.FIELDS ()]", b"BODY[MIME]"]
STATUS = [b"MESSAGES", b"UIDNEXT", b"UNSEEN", b"SIZE"]
SORT = [b"ARRIVAL", b"SUBJECT", b"FROM", b"SIZE", b"DATE", b"TO", b"CC", b"REVERSE SUBJECT",
        b"REVERSE DATE"]
RETURNS = [b"", b"MIN", b"MAX", b"COUNT", b"ALL", b"MIN MAX", b"MIN COUNT ALL"]


class Talk:
    """One conversation below a mailbox of its own."""

    def __init__(self, random, root):
        self.random, self.root = random, root
        self.boxes = [root + b"/" + name for name in (b"A", b"B", b"C", b"A/D")]
        self.left = random.randint(*STEPS)
        self.both = random.random() < 0.4
        self.message_number = 0

    def one(self, values):
        return self.random.choice(values)

    def some(self, values, least=1, most=3):
        return self.random.sample(values, self.random.randint(least, min(most, len(values))))

    # ---- pieces ----

    def box(self):
        return self.one(self.boxes[:2] if self.random.random() < 0.7 else self.boxes)

    def set(self):
        return self.one(BAD_SETS if self.random.random() < 0.08 else SETS)

    def uid(self):
        return self.one([b"", b"UID "])

    def flag_list(self):
        return b"(" + b" ".join(self.some(FLAGS, 0)) + b")"

    def message(self):
        self.message_number += 1
        number, day = self.message_number, self.random.randint(1, 5)
        lines = [b"Date: Tue, %d Jan 2024 %02d:00:00 +0000" % (day, self.random.randint(0, 23)),
                 b"From: " + self.one(PEOPLE), b"To: " + self.one(PEOPLE),
                 b"Subject: " + self.one(SUBJECTS), b"Message-ID: <m%d@x>" % number]
        if number > 1 and self.random.random() < 0.4:
            lines.append(b"References: <m%d@x>" % self.random.randint(1, number))
        if self.random.random() < 0.3:
            lines.append(b"Cc: " + self.one(PEOPLE))
        lines += [b"", b"some text " * self.random.randint(0, 8)]
        return b"\r\n".join(lines) + b"\r\n"

    def key(self, depth=0):
        chance = self.random.random()
        if depth < 3 and chance < 0.12:
            return b"NOT " + self.key(depth + 1)
        if depth < 3 and chance < 0.24:
            return b"OR " + self.key(depth + 1) + b" " + self.key(depth + 1)
        if depth < 3 and chance < 0.34:
            return b"(" + self.key(depth + 1) + b" " + self.key(depth + 1) + b")"
        return self.one(KEYS)

    def keys(self):
        if self.random.random() < 0.06:
            return self.one(BAD_KEYS)
        return b" ".join(self.key() for _ in range(self.random.randint(1, 2)))

    # ---- commands ----

    def append(self):
        octets = self.message()
        date = b' " %d-Jan-2024 10:00:00 +0000"' % self.random.randint(1, 5)
        given = self.flag_list() + date
        return b"APPEND %s %s {%d+}\r\n%s" % (self.box(), given, len(octets), octets)

    def store(self):
        how = self.one([b"FLAGS", b"+FLAGS", b"-FLAGS"]) + self.one([b"", b".SILENT"])
        return b"%sSTORE %s %s %s" % (self.uid(), self.set(), how, self.flag_list())

    def fetch(self):
        bad = self.random.random() < 0.06
        items = self.one(BAD_ITEMS) if bad else b"(" + b" ".join(self.some(ITEMS)) + b")"
        return b"%sFETCH %s %s" % (self.uid(), self.set(), items)

    def macro(self):
        return b"FETCH %s %s" % (self.set(), self.one([b"ALL", b"FAST", b"FULL"]))

    def copy(self):
        verb = self.one([b"COPY", b"MOVE"])
        return b"%s%s %s %s" % (self.uid(), verb, self.set(), self.box())

    def search(self):
        result = self.one([b"", b"", b"RETURN (%s) " % self.one(RETURNS)])
        return b"%sSEARCH %s%s" % (self.uid(), result, self.keys())

    def sort(self):
        order = b" ".join(self.some(SORT, 1, 2))
        return b"%sSORT (%s) UTF-8 %s" % (self.uid(), order, self.keys())

    def thread(self):
        how = self.one([b"ORDEREDSUBJECT", b"REFERENCES"])
        return b"%sTHREAD %s UTF-8 %s" % (self.uid(), how, self.keys())

    def status(self):
        return b"STATUS %s (%s)" % (self.box(), b" ".join(self.some(STATUS, 1, 4)))

    def list(self):
        pattern = self.one([b"%", b"*", b"A", b"%/%", b"A*", b"A/%", b"*D", b"none"])
        return b'%s "" %s/%s' % (self.one([b"LIST", b"LSUB"]), self.root, pattern)

    def list_extended(self):
        select = self.one([b"", b"(SUBSCRIBED) ", b"(SUBSCRIBED RECURSIVEMATCH) "])
        result = self.one([b"CHILDREN", b"SUBSCRIBED", b"SUBSCRIBED CHILDREN"])
        return b'LIST %s"" %s/%s RETURN (%s)' % (select, self.root, self.one([b"%", b"*"]), result)

    def expunge(self):
        return self.one([b"EXPUNGE", b"UID EXPUNGE " + self.set()])

    def select(self):
        return b"%s %s" % (self.one([b"SELECT", b"SELECT", b"EXAMINE"]), self.box())

    def leave(self):
        return self.one([b"CLOSE", b"UNSELECT"])

    def change(self):
        verb = self.one([b"CREATE", b"DELETE", b"SUBSCRIBE", b"UNSUBSCRIBE"])
        return b"%s %s" % (verb, self.box())

    def rename(self):
        return b"RENAME %s %s" % (self.box(), self.box())

    def simple(self):
        return self.one([b"NOOP", b"CHECK", b"CAPABILITY", b"NAMESPACE", b"IDLE", b"NONSENSE",
                         b"NOOP x", b"RENAME", b"LOGIN a b", b"FETCH", b"STORE 1 FLAGS",
                         b"STATUS INBOX ()", b"STATUS INBOX (NONE)", b"EXPUNGE 1", b"COPY 1",
                         b"UID NOOP", b"LIST", b"CREATE", b"AUTHENTICATE PLAIN"])

    def unchanged(self):
        """No mod-sequence is 1 but that of an empty mailbox, and none is as large as the other."""
        since = self.one([b"1", b"9000000000000000000"])
        return b"%sSTORE %s (UNCHANGEDSINCE %s) +FLAGS %s" % (
            self.uid(), self.set(), since, self.flag_list())

    def saved(self):
        return self.one([b"SEARCH RETURN (SAVE) " + self.keys(), b"FETCH $ (UID FLAGS)",
                         b"UID STORE $ +FLAGS.SILENT (Later)", b"SEARCH $", b"UID SEARCH UID $",
                         b"COPY $ " + self.box(), b"SEARCH RETURN (SAVE COUNT) " + self.keys()])

    def list_names(self):
        names = [b'"%s/" %%', b'%s/A /%%', b'"" (%s/A %s/%%/%%)', b'(SUBSCRIBED) "" %s',
                 b'(REMOTE) "" %s/%%', b'"" "%s/A" RETURN (STATUS (MESSAGES UNSEEN))', b'() "" %s/B',
                 b'(RECURSIVEMATCH) "" %s/*', b'"" %s/B RETURN ()', b'(NONE) "" %s', b'"" ""']
        template = self.one(names)
        return b"LIST " + template % ((self.root,) * template.count(b"%s"))

    def enable(self):
        return self.one([b"ENABLE CONDSTORE", b"ENABLE", b"ENABLE NONE", b"ENABLE UNSELECT"])

    MAKERS = [(append, 8), (store, 14), (unchanged, 3), (fetch, 14), (macro, 2), (copy, 10),
              (search, 14), (saved, 6), (sort, 8), (thread, 6), (status, 6), (list, 5),
              (list_extended, 4), (list_names, 4), (expunge, 5), (select, 5), (leave, 2),
              (change, 4), (rename, 2), (enable, 1), (simple, 4)]

    # ---- the conversation ----

    def begin(self):
        for box in self.boxes[:2]:
            yield 0, b"CREATE " + box
        for _ in range(self.random.randint(0, 5)):
            octets = self.message()
            yield 0, b'APPEND %s %s " 2-Jan-2024 10:00:00 +0000" {%d+}\r\n%s' % (
                self.boxes[0], self.flag_list(), len(octets), octets)
        yield 0, b"SELECT " + self.boxes[0]
        if self.both:
            yield 1, b"SELECT " + self.one(self.boxes[:2])

    def next(self):
        """Which connection, and its command; None at the end."""
        self.left -= 1
        if self.left < 0:
            return None
        if self.left == 0:
            return 0, b"FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)"
        makers, weights = zip(*self.MAKERS)
        make = self.random.choices(makers, weights)[0]
        return int(self.both and self.random.random() < 0.4), make(self)

    def end(self):
        for where in range(2):
            yield where, b"UNSELECT"
        for box in self.boxes[::-1] + [self.root]:
            yield 0, b"UNSUBSCRIBE " + box
            yield 0, b"DELETE " + box
