# SPDX-License-Identifier: MIT
"""Golden cases in Markdown (README.md): a heading of the second level, a reason in prose, and
fenced blocks. What the fences mean is for the kind of case to say."""
import re


class Case:
    """One heading and what stands below it."""

    def __init__(self, path, line, title):
        self.path, self.title = path, title
        self.where = f"{path.name}:{line}: {title}"
        self.why = False
        self.octets = None

    def add_fence(self, words, lines):
        """words: what stands behind the backquotes. A ValueError for what has no meaning."""
        raise NotImplementedError

    def has_outcome(self):
        raise NotImplementedError

    def is_whole(self):
        return self.why and self.octets is not None and self.has_outcome()


def octets_of(lines):
    """The input: CRLF behind each line but one that ends with \\c, \\xHH for one octet."""
    octets = b""
    for line in lines:
        ended = not line.endswith("\\c")
        text = line if ended else line[:-2]
        parts = re.split(r"\\x([0-9a-fA-F]{2})", text)
        for i, part in enumerate(parts):
            octets += bytes([int(part, 16)]) if i % 2 else part.encode()
        octets += b"\r\n" if ended else b""
    return octets


def cases_of(path, kind):
    """All cases of a file, each of that kind; a ValueError for one that is not whole."""
    cases, fence, lines = [], None, []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if fence is not None and line == "```":
            cases[-1].add_fence(fence, lines)
            fence = None
        elif fence is not None:
            lines.append(line)
        elif line.startswith("```"):
            fence, lines = line[3:].split(), []
        elif line.startswith("## "):
            cases.append(kind(path, number, line[3:]))
        elif line and cases:
            cases[-1].why = True
    for case in cases:
        if not case.is_whole():
            raise ValueError(f"{case.where}: a reason, an input or an outcome is missing")
    return cases
