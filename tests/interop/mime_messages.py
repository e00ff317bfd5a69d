# SPDX-License-Identifier: MIT
"""Messages for tests of MIME: generated from a seed, half of them broken in the ways that mail is
broken. The same seed gives the same messages on every machine."""
import base64
import random

DATES = ["Mon, 7 Feb 1994 21:52:25 -0800 (PST)", "7 Feb 94 21:52 GMT", "yesterday", "",
         "Tue, 29 Feb 2000 00:00:00 +0000"]
SUBJECTS = ["afternoon meeting", "=?utf-8?Q?caf=C3=A9?=", "Re: [list] a (fwd)", "", "a\r\n  folded\r\n\tone",
            "quotes \" and \\", "caf\xe9", "\r\n empty first line", "(a comment)"]
ADDRESSES = [
    "fred@foo.example", "<fred@foo.example>", "Fred Foo <fred@foo.example>",
    "\"Foo, Fred\" <fred@foo.example>", "\"a \\\" b \\\\ c\" <x@y.example>",
    "fred@foo.example (Fred Foo)", "=?utf-8?q?J=C3=B6rg?= <j@x.example>", "J. R. Foo <j@x.example>",
    "(before) Fred (in) <fred (a) @ (b) foo.example> (after)", "fred@[127.0.0.1]",
    "\"fred foo\"@foo.example", "<@a.example,@b.example:fred@foo.example>", "<@a.example fred@foo.example>", "fred @ foo . example",
    "friends: a@x.example, B <b@x.example>;", "undisclosed-recipients:;", "fred", "fred foo",
    "<>", "Fred <>", "Fred <fred>", "Fred <fred@foo.example", "fred@", "@foo.example", "\"fred\"",
    "a.b.c@x.example", ".a@x.example", "a..b@x.example", "f\xf6o <f@x.example>", "a@x.example,",
    "\"\" <a@x.example>", "very\r\n long <a@x.example>", "g: a@x.example", "a@b@c.example",
    "(nested (comment)) a@x.example (last \\) one)", "a b c@x.example", "Fred <a@x.example> trailing",
    "\"unclosed <a@x.example>", "Fred <a@x.example>, , b@x.example", "a@x.example; b@x.example",
    "a@x.example (unclosed \\) comment", "Fred  Two Blanks <a@x.example>", "\"Fred\tTab\" <a@x.example>",
]
IDS = ["<a@x.example>", "<a@x.example> <b@x.example>", "no id", "", "<a@x.example>\r\n <b@x.example>"]
TYPES = [
    "text/plain", "TEXT/HTML; charset=utf-8", "text/plain; charset=\"iso-8859-1\"; format=flowed",
    "image/png; name=a.png", "image/png; name=\"a b.png\"", "application/octet-stream",
    "image/png;\r\n name=\"folded.png\"", "text/plain (comment); charset=us-ascii (comment)",
    "image/png; name*0=\"first\"; name*1=\" second\"", "image/png; name*=utf-8''%c3%a4.png",
    "image/png; name*0*=utf-8''%c3%a4; name*1*=b; name*2=c", "image/png; name*1=only",
    "image/png; name=\"=?utf-8?q?=C3=A4?=\"", "image/png; name=\xe4.png", "text", "text/", "/plain", "",
    "text/plain; charset", "text/plain; charset=", "text/plain; =x; charset=utf-8", "image/x=y",
    "text/plain; charset=utf-8; charset=us-ascii", "image/png; name=a/b; size=1", "text/html x",
    "application/pdf; name=\"unclosed", "application/x.y+z; a=b; c=d; e=f", "message/partial; id=x",
    "message/delivery-status", "multipart/mixed", "text/plain;charset=utf-8;", "image / png ; a = b",
]
ENCODINGS = ["7bit", "8bit", "binary", "base64", "BASE64", "quoted-printable", " (a) base64 (b)", "",
             "7 bit"]
EXTRAS = [
    "Content-ID: <1@x.example>", "Content-Description: a part", "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==",
    "Content-Disposition: attachment; filename=a.txt", "Content-Disposition: inline",
    "Content-Disposition: attachment; filename*0=a; filename*1=b", "Content-Disposition: ",
    "Content-Language: en", "Content-Language: en, de-DE (x), fr", "Content-Location: http://x.example/",
    "Content-Description:\r\n folded\r\n  twice", "X-Other: a", "no field at all", "Content-ID: <2@x.example>",
    "Content-Description: caf\xe9", "Content-Language: ,",
]
WORDS = ["lorem", "ipsum", "caf\xe9", "--", "--b", "a=b", "From here", ".", "", "   ", "x" * 90]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.boundaries = 0

    def one_of(self, choices):
        return self.random.choice(choices)

    def often(self, share):
        return self.random.random() < share

    # ---- headers ----

    def addresses(self):
        return ", ".join(self.one_of(ADDRESSES) for _ in range(self.random.choice([1, 1, 1, 2, 3])))

    def fields(self):
        lines = []
        for name, value in (("Date", lambda: self.one_of(DATES)),
                            ("Subject", lambda: self.one_of(SUBJECTS)),
                            ("From", self.addresses), ("Sender", self.addresses),
                            ("Reply-To", self.addresses), ("To", self.addresses),
                            ("Cc", self.addresses), ("Bcc", self.addresses),
                            ("In-Reply-To", lambda: self.one_of(IDS)),
                            ("Message-ID", lambda: self.one_of(IDS))):
            for _ in range(self.random.choice([0, 1, 1, 1, 1, 1, 1, 1, 1, 2])):
                blank = self.one_of([" ", " ", " ", "", "  ", "\t"])
                lines.append(self.one_of([name, name, name.upper(), name.lower()]) + ":" + blank + value())
        self.random.shuffle(lines)
        return lines

    def content_fields(self, kind):
        lines = [] if kind is None else ["Content-Type: " + kind]
        lines += self.random.sample(EXTRAS, self.random.choice([0, 0, 1, 2, 3]))
        self.random.shuffle(lines)
        return lines

    # ---- bodies ----

    def text(self):
        lines = [" ".join(self.one_of(WORDS) for _ in range(self.random.randrange(6)))
                 for _ in range(self.random.randrange(6))]
        return "\r\n".join(lines) + self.one_of(["", "\r\n"])

    def encoded(self, encoding):
        if "base64" in encoding.lower():
            octets = bytes(self.random.randrange(256) for _ in range(self.random.randrange(100)))
            return base64.encodebytes(octets).decode("ascii").replace("\n", "\r\n")
        if encoding == "quoted-printable":
            return self.one_of(["caf=C3=A9\r\nsoft=\r\nbreak =3D \r\n", "a=20\r\n", "", "plain\r\n", "=41=\r\n"])
        return self.text()

    def leaf(self):
        kind = self.one_of(TYPES + [None, None, None])
        lines = self.content_fields(kind)
        encoding = self.one_of(ENCODINGS) if self.often(0.5) else "7bit"
        if encoding != "7bit":
            lines.append("Content-Transfer-Encoding: " + encoding)
        return lines, self.encoded(encoding)

    def boundary(self):
        self.boundaries += 1
        return self.one_of(["b", "b%d" % self.boundaries, "=_%d.x" % self.boundaries, "b",
                            "a b", "b--", "(b)'+_,-./:=?"])

    def multipart(self, depth):
        boundary = self.boundary()
        quoted = '"%s"' % boundary if self.often(0.9) else boundary
        subtype = self.one_of(["mixed", "mixed", "alternative", "digest", "MIXED", "x-unknown"])
        kind = "multipart/%s; boundary=%s" % (subtype, quoted)
        if self.often(0.05):
            kind = "multipart/" + subtype
        body = self.one_of(["", "", "preamble\r\n", "\r\n"])
        for _ in range(self.random.choice([0, 1, 2, 2, 2, 3])):
            header, content = self.entity(depth + 1)
            body += "--" + boundary + self.one_of(["", "", "", " ", "x"]) + "\r\n"
            body += "".join(line + "\r\n" for line in header)
            body += ("\r\n" + content if self.often(0.95) else "") + "\r\n"
        if self.often(0.85):
            body += "--" + boundary + "--" + self.one_of(["\r\n", "", " \r\n", "\r\nepilogue\r\n"])
        return self.content_fields(kind), body

    def message(self, depth):
        header, body = self.entity(depth + 1)
        fields = self.fields() if self.often(0.8) else []
        text = "".join(line + "\r\n" for line in fields + header)
        text += "\r\n" + body if self.often(0.9) else ""
        return self.content_fields(self.one_of(["message/rfc822", "Message/RFC822; x=y"])), text

    def entity(self, depth=0):
        if depth < 4 and self.often(0.45):
            return self.multipart(depth)
        if depth < 4 and self.often(0.2):
            return self.message(depth)
        return self.leaf()

    # ---- the whole ----

    def spoil(self, text):
        """One thing of those that happen to mail on its way."""
        lines = text.split("\r\n")
        at = self.random.randrange(len(lines))
        how = self.random.randrange(6)
        if how == 0:
            del lines[at]
        elif how == 1:
            lines.insert(at, lines[at])
        elif how == 2:
            return text[:self.random.randrange(len(text) + 1)]
        elif how == 3:
            lines[at] = lines[at][:len(lines[at]) // 2]
        elif how == 4:
            lines.insert(at, "")
        else:
            lines[at] += "\xff\x80"
        return "\r\n".join(lines)

    def whole(self):
        header, body = self.entity()
        fields = self.fields()
        if self.often(0.9):
            fields.append("MIME-Version: 1.0")
        text = "".join(line + "\r\n" for line in fields + header) + "\r\n" + body
        if self.often(0.3):
            text = self.spoil(text)
        if self.often(0.05):
            text = text.replace("\r\n", "\n")
        return text.encode("latin-1")


def generate(count, seed):
    return [Generator(seed * 100000 + number).whole() for number in range(count)]
