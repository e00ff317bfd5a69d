#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The house rules that a program can check. Prints "file:line: what" per finding; exit 1 if any.

tidy.py                  the sources: who includes whom, lengths, banned calls
tidy.py --archives DIR   also that the pure archives below DIR call no I/O
tidy.py --self-test      that each rule finds a planted offence
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Which folder may include which (a folder may always include itself).
EDGES = {
    "base": set(),
    "parser": {"base"},
    "sasl": {"parser", "base"},
    "net": {"base"},
    "client": {"sasl", "parser", "net", "base"},
    "script": {"parser", "base"},
    "mockserver": {"script", "sasl", "parser", "net", "base"},
    "conformance": {"mockserver", "client", "script", "sasl", "parser", "net", "base"},
    "cli": {"conformance", "mockserver", "client", "script", "sasl", "parser", "net", "base"},
}
# Headers of other libraries, and the only files that may include them.
FOREIGN = {
    "openssl/": {"net/"},
    "uv.h": {"net/"},
    "zlib.h": {"net/"},
    "sys/socket.h": {"net/"},
    "netinet/": {"net/"},
    "netdb.h": {"net/"},
    "poll.h": {"net/"},
    "jansson.h": {"script/json.c"},
    "gsasl.h": {"sasl/"},
    "iconv.h": {"mockserver/engine/mime_charset.c"},
    "unicase.h": {"mockserver/engine/mime_casemap.c"},
    "uninorm.h": {"mockserver/engine/mime_casemap.c"},
    "time.h": {"net/", "cli/", "conformance/", "bench/"},
}
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100

# Archives that get bytes and the time as arguments, and what they must not call. script/files.c
# reads files: the opening calls are its alone.
PURE = {"base", "parser", "sasl", "script", "mockserver/engine"}
IO_SYMBOLS = {
    "socket", "connect", "bind", "listen", "accept", "send", "recv", "poll", "select", "epoll_wait",
    "open", "open64", "read", "write", "pread", "pwrite", "close", "printf", "puts", "putchar",
    "fprintf", "fwrite", "fputs", "fopen", "fopen64", "fread", "getenv", "time", "gettimeofday",
    "clock_gettime", "nanosleep", "usleep", "sleep", "fork", "execve", "system", "rand", "random",
    "srand", "exit", "signal", "sigaction", "pthread_create", "opendir", "stat", "lstat",
}
MAY_READ_FILES = {"files.c.o"}
FILE_SYMBOLS = {"fopen", "fopen64", "fread", "open", "open64", "read", "close", "stat", "lstat",
                "opendir"}
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|gets|strtok|atoi|atol|alloca)\s*\(")


def sources(root):
    for folder in list(EDGES) + ["fuzz", "tests", "bench"]:
        for path, folders, names in os.walk(os.path.join(root, folder)):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(path, name), root)


def check_include(path, number, target):
    folder = path.split("/")[0]
    for header, allowed in FOREIGN.items():
        if target == header or (header.endswith("/") and target.startswith(header)):
            product = folder in EDGES
            if product and not any(path == a or path.startswith(a) for a in allowed):
                yield f"{path}:{number}: <{target}> belongs to {', '.join(sorted(allowed))}"
            if product and path.endswith(".h") and header not in ("time.h",):
                yield f"{path}:{number}: <{target}> in a header of ours"
    to = target.split("/")[0]
    if folder in EDGES and to in EDGES and to != folder and to not in EDGES[folder]:
        yield f"{path}:{number}: {folder} must not use {to}"


def check_lines(path, lines):
    if not lines or "SPDX-License-Identifier: MIT" not in lines[0]:
        yield f"{path}:1: the first line is the SPDX licence line"
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS_MAX:
            yield f"{path}:{number}: {len(line)} columns (at most {LINE_COLUMNS_MAX})"
        if line != line.rstrip() or "\t" in line:
            yield f"{path}:{number}: tab or trailing blank"
        if BANNED.search(line.split("/*")[0].split('"')[0]):
            yield f"{path}:{number}: banned call"
        include = re.match(r'\s*#\s*include\s+[<"]([^>"]+)[>"]', line)
        if include:
            yield from check_include(path, number, include.group(1))


def check_functions(path, lines):
    """With our layout a function's body begins with "{" alone in column 0 and ends with "}" there;
    its first line is the nearest one above that begins in column 0 after a blank line."""
    begin = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            begin = number
            while begin > 1 and lines[begin - 2].strip() and not lines[begin - 2].startswith(
                    ("}", "#", "/*", " *", "*/")):
                begin -= 1
        elif line.startswith("}") and begin is not None:
            if number - begin + 1 > FUNCTION_LINES_MAX:
                yield (f"{path}:{begin}: a function of {number - begin + 1} lines "
                       f"(at most {FUNCTION_LINES_MAX})")
            begin = None


def check_sources(root):
    for path in sources(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            lines = file.read().split("\n")
        if lines and lines[-1] == "":
            lines.pop()
        yield from check_lines(path, lines)
        yield from check_functions(path, lines)


def check_archives(build):
    for folder in sorted(PURE):
        archive = os.path.join(build, folder, f"libiw_{os.path.basename(folder)}.a")
        if not os.path.exists(archive):
            yield f"{archive}: missing"
            continue
        names = subprocess.run(["nm", "-u", archive], check=True, capture_output=True, text=True)
        member = ""
        for line in names.stdout.split("\n"):
            if line.endswith(".o:"):
                member = line[:-1]
            symbol = re.match(r"\s+U (\w+)", line)
            if symbol is None:
                continue
            name = symbol.group(1)
            for prefix in ("__interceptor_", "__isoc99_", "_IO_"):
                name = name.removeprefix(prefix)
            if name in IO_SYMBOLS and not (member in MAY_READ_FILES and name in FILE_SYMBOLS):
                yield f"{archive}({member}): pure code calls {name}"


def self_test():
    """Each planted offence must be found by its words."""
    plants = {
        "parser/a.c": ('#include "net/loop.h"', "parser must not use net"),
        "client/b.c": ("#include <openssl/ssl.h>", "belongs to"),
        "net/c.h": ("#include <uv.h>", "in a header of ours"),
        "base/d.c": ("int x; /* " + "x" * 100 + " */", "columns"),
        "base/e.c": ("void f(void)\n{\n" + "    g();\n" * 70 + "}", "a function of"),
        "base/f.c": ("int g(char *a, char *b) { return strcpy(a, b) != 0; }", "banned call"),
    }
    failed = False
    with tempfile.TemporaryDirectory() as root:
        for path, (text, _) in plants.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write("/* SPDX-License-Identifier: MIT */\n" + text + "\n")
        found = list(check_sources(root))
    for path, (_, words) in plants.items():
        if not any(f.startswith(path + ":") and words in f for f in found):
            print(f"self-test: nothing found in {path}, wanted “{words}”")
            failed = True
    return failed


def main():
    if "--self-test" in sys.argv:
        sys.exit(self_test())
    findings = list(check_sources(ROOT))
    if "--archives" in sys.argv:
        findings += check_archives(sys.argv[sys.argv.index("--archives") + 1])
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
