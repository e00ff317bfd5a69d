#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is heard becomes the scenario that is written: record.py [--update] TRANSCRIBER DUET
IMAPWRIGHT. Conversations and their scenarios stand in record/*.md, between lines of "~~~": the
conversation first, then the scenario with its files. Real conversations come from
tests/transcripts. Each scenario is linted, must play against its own other side, and none of its
files may hold a secret."""
import base64
import glob
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
UPDATE = "--update" in sys.argv
TRANSCRIBER, DUET, IMAPWRIGHT = sys.argv[-3:]
SECRETS = ["hunter22", "secret99", 'hunt"er\\22', "topsecret", "biwsbj1iZXJ0"]
failures = []


def forms(secret):
    octets = secret.encode()
    yield octets
    yield octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    yield secret.encode("utf-16-le")
    yield secret.encode("utf-16-be")
    yield octets.hex().encode()
    for led in range(3):
        text = base64.b64encode(b"x" * led + octets)
        yield text[(0, 2, 3)[led]:(led + len(octets)) * 8 // 6]


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, timeout=60, check=False)
    return done.returncode, (done.stdout + done.stderr).decode(errors="backslashreplace")


def fail(name, text):
    failures.append(name)
    print(f"{name}: {text}")


def files_of(folder):
    for path in sorted(glob.glob(os.path.join(folder, "messages", "*"))):
        with open(path, "rb") as file:
            yield os.path.basename(path), file.read()


def check(name, folder, played, secrets):
    path = os.path.join(folder, "heard.json")
    status, said = run(IMAPWRIGHT, "lint", path)
    if status != 0:
        fail(name, said)
    status, said = run(DUET, path) if played else (0, "")
    if status != 0:
        fail(name, said)
    with open(path, "rb") as file:
        written = [("heard.json", file.read())] + list(files_of(folder))
    for file, octets in written:
        for secret in secrets:
            if any(form in octets for form in forms(secret)):
                fail(name, f"{secret} stands in {file}")


def show(folder):
    with open(os.path.join(folder, "heard.json"), encoding="utf-8") as file:
        text = file.read()
    for name, octets in files_of(folder):
        text += f"{name}: {octets!r}\n"
    return text


def make(name, *streams, conversation=None):
    """A folder with the scenario, and what passed."""
    folder = tempfile.TemporaryDirectory()
    os.mkdir(os.path.join(folder.name, "messages"))
    status, said = run(TRANSCRIBER, os.path.join(folder.name, "heard.json"), *streams,
                       text=conversation)
    if status != 0:
        fail(name, f"exit {status}: {said}")
        return None, said
    return folder, said


def golden_case(name, conversation):
    played = "- not played\n" not in conversation
    heard = conversation.replace("- not played\n", "")
    folder, said = make(name, conversation=heard.encode())
    if folder is None:
        return ""
    with folder:
        check(name, folder.name, played, SECRETS)
        return said + show(folder.name)


def golden_file(path):
    with open(path, encoding="utf-8") as file:
        parts = file.read().split("~~~\n")
    made, at = [parts[0]], 1
    while at < len(parts):
        name = f"{os.path.basename(path)}, case {len(made) // 4 + 1}"
        wanted = golden_case(name, parts[at])
        had = parts[at + 2] if at + 2 < len(parts) and parts[at + 1] == "\n" else None
        if had != wanted and not UPDATE:
            fail(name, f"is\n{wanted}\nand not\n{had}")
        behind = parts[at + 3] if had is not None else parts[at + 1]
        made += [parts[at], "\n", wanted, behind]
        at += 4 if had is not None else 2
    if UPDATE:
        with open(path, "w", encoding="utf-8") as file:
            file.write("~~~\n".join(made))


def real(path):
    name = os.path.basename(path)[:-4]
    folder, _ = make(name, path, path[:-4] + ".s2c")
    if folder is not None:
        with folder:
            check(name, folder.name, True, ["secret"])


for markdown in sorted(glob.glob(os.path.join(HERE, "record", "*.md"))):
    golden_file(markdown)
transcripts = glob.glob(os.path.join(HERE, "..", "transcripts", "*.c2s"))
for client in sorted(transcripts):
    real(client)
print(f"{len(transcripts)} real conversations, {len(failures)} failures")
sys.exit(1 if failures or not transcripts else 0)
