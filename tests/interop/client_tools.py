# SPDX-License-Identifier: MIT
"""Mail programs doing their everyday work against a running `imapwright serve`. Each function gets
the server, the way there (plain, starttls, tls) and an empty folder, and gives what has to be left
in which mailbox, as keys of LETTERS. At first INBOX has letters 1 to 5, and Work letter 9; letter 8
comes to INBOX once the client is in IDLE."""
import glob
import os
import pty
import re
import select
import shutil
import subprocess
import threading
import time

from support import check

SECONDS = 40
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Its package would set it up to run for everybody, so ./run only unpacks it.
FETCHMAIL = shutil.which("fetchmail") or shutil.which(
    os.path.join(ROOT, "build", "clients", "fetchmail", "usr", "bin", "fetchmail"))


def has_terminals():
    """mutt wants one; a container may have none."""
    try:
        for end in pty.openpty():
            os.close(end)
        return True
    except OSError as error:
        print(f"mutt is left out: {error}")
        return False


def letter(number):
    return (f"From: a@example.org\r\nSubject: letter {number}\r\n\r\n"
            f"This is number {number}.\r\n").encode()


NESTED = b"""From: A <a@example.org>
To: "B, the second" <b@example.org>, undisclosed: ;
Subject: nested
Message-ID: <nested@example.org>
Date: Tue, 2 Jan 2024 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

This is a preamble.
--outer

The first part.
--outer
Content-Type: message/rfc822

From: c@example.org
Subject: the inner one
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Gr\xc3\xbc\xc3\x9fe
--inner
Content-Type: text/html

<p>hello</p>
--inner--
--outer
Content-Type: application/octet-stream; name="a.bin"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="a.bin"

AAECAwQFBgc=
--outer--
""".replace(b"\n", b"\r\n")
LARGE = (b"From: a@example.org\r\nSubject: large\r\nMIME-Version: 1.0\r\n"
         b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
         b"".join(b"Zeile %d: \xc3\xa4\xc3\xb6\xc3\xbc\r\n" % i for i in range(10000)))
QUOTED = (b'From: "A \\"quoted\\" name" <a@example.org>\r\nSubject: a "quoted" \\ one\r\n\r\n'
          b"* 1 FETCH (FLAGS ())\r\nA1 OK {3}\r\n")
BARE = b"Subject: letter 7\r\n\r\nThis is number 7.\r\n"
LETTERS = {**{n: letter(n) for n in "1289"}, "3": NESTED, "4": LARGE, "5": QUOTED, "7": BARE}


# ---- running -----------------------------------------------------------------------------------

def environment(server, way):
    return {"IMAPWRIGHT_HOST": "localhost", "IMAPWRIGHT_PORT": str(server.port),
            "IMAPWRIGHT_TLS_PORT": str(server.tls_port), "IMAPWRIGHT_USER": "user",
            "IMAPWRIGHT_PASSWORD": "secret", "IMAPWRIGHT_CA": server.ca, "IMAPWRIGHT_POLICY": way,
            # What is built with sanitizers may use a library that leaks at its end.
            "ASAN_OPTIONS": "detect_leaks=0"}


def run(command, folder, variables=()):
    """Its standard output."""
    done = subprocess.run(command, cwd=folder, check=False, timeout=SECONDS,
                          env={**os.environ, "HOME": folder, **dict(variables)},
                          stdin=subprocess.DEVNULL, capture_output=True)
    check(done.returncode == 0, f"{command}: exit {done.returncode}: {done.stderr[-600:]!r}")
    return done.stdout


def transcript(server):
    """Of all that was said so far; serve goes on writing where it was."""
    path = f"/proc/self/fd/{server.errors.fileno()}"
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def port_of(server, way):
    return server.tls_port if way == "tls" else server.port


def write(folder, name, octets):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(octets if isinstance(octets, bytes) else octets.encode())
    os.chmod(path, 0o600)
    return path


def await_true(condition, what):
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


# ---- the programs ------------------------------------------------------------------------------

def curl(server, way, folder):
    url = f"{'imaps' if way == 'tls' else 'imap'}://localhost:{port_of(server, way)}"
    base = ["curl", "-sS", "-m", "20", "-u", "user:secret", "--cacert", server.ca]
    base += ["--ssl-reqd"] if way == "starttls" else []
    check(b"Work" in run(base + [url + "/"], folder), f"curl {way}: LIST")
    for number in "12345":
        body = run(base + [f"{url}/INBOX;MAILINDEX={number}"], folder)
        check(body == LETTERS[number], f"curl {way}: {body[:200]!r}")
    part = run(base + [f"{url}/INBOX;MAILINDEX=3;SECTION=2.1"], folder)
    check(part == "Grüße".encode(), f"curl {way}: {part!r}")
    found = run(base + [f"{url}/INBOX?SUBJECT%20letter"], folder)
    check(found == b"* SEARCH 1 2\r\n", f"curl {way}: {found!r}")
    write(folder, "new.eml", LETTERS["7"])
    run(base + ["-T", "new.eml", f"{url}/Work"], folder)
    for command in (r"STORE 1 +FLAGS (\Flagged)", "COPY 1 Work", "MOVE 2 Work",
                    r"STORE 2 +FLAGS.SILENT (\Deleted)", "EXPUNGE"):
        run(base + [f"{url}/INBOX", "-X", command], folder)
    return {"INBOX": "145", "Work": "9712"}


MBSYNC = """IMAPAccount a
Host localhost
Port {port}
User user
Pass secret
SSLType {type}
AuthMechs LOGIN
CertificateFile {ca}

IMAPStore far
Account a

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
"""


def mbsync(server, way, folder):
    """Two rounds; between them one letter is removed, one flagged and one added."""
    kinds = {"plain": "None", "starttls": "STARTTLS", "tls": "IMAPS"}
    os.mkdir(os.path.join(folder, "mail"))
    write(folder, "rc", MBSYNC.format(port=port_of(server, way), type=kinds[way], ca=server.ca,
                                      folder=folder))
    run(["mbsync", "-c", "rc", "c"], folder)
    paths = {}
    for path in glob.glob(os.path.join(folder, "mail", "INBOX", "*", "*")):
        with open(path, "rb") as file:
            paths[re.search(rb"Subject: (.*)", file.read()).group(1)] = path
    check(len(paths) == 5, f"mbsync {way}: {paths}")
    os.remove(paths[b"letter 1"])
    old = paths[b"letter 2"]
    new = old.replace("/new/", "/cur/").split(":")[0] + ":2,FS"
    os.rename(old, new)
    write(folder, "mail/Work/new/1.x.y", LETTERS["7"].replace(b"\r", b""))
    run(["mbsync", "-c", "rc", "c"], folder)
    check(re.search(r"STORE 2 .*\\Flagged|STORE 2 .*\\Seen", transcript(server)) is not None,
          f"mbsync {way}: no flags stored")
    return {"INBOX": "2345", "Work": "97"}


FETCHMAIL_RC = """set no bouncemail
set softbounce
poll localhost service {port} protocol IMAP auth password timeout 10
  user user password secret {ssl}
  mda "cat >>{folder}/got" fetchall {idle}
"""


def fetchmail(server, way, folder):
    """Fetches what there is; then it waits in IDLE for one more, until it is ended."""
    ssl = {"plain": "sslproto ''", "starttls": "sslproto 'tls1.2+' sslcertck",
           "tls": "ssl sslcertck"}[way] + f" sslcertfile {server.ca}"
    got = write(folder, "got", b"")

    def fetched():
        with open(got, "rb") as file:
            return re.findall(rb"^Subject: (.*)", file.read(), re.M)

    def command(idle):
        write(folder, "rc", FETCHMAIL_RC.format(port=port_of(server, way), ssl=ssl, folder=folder,
                                             idle=idle))
        return [FETCHMAIL, "-f", "rc", "--pidfile", "pid", "--nosyslog"]

    run(command("") + ["-d0"], folder)
    inner = [b"nested", b"the inner one"]
    wanted = [b"letter 1", b"letter 2", *inner, b"large", b'a "quoted" \\ one']
    check(fetched() == wanted, f"fetchmail {way}: {fetched()}")
    with subprocess.Popen(command("idle") + ["-N"], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env={**os.environ, "HOME": folder}) as waiting:
        try:
            await_true(lambda: fetched() == wanted + [b"letter 8"], f"letter 8 among {fetched()}")
            await_true(lambda: transcript(server).count(" IDLE\n") > 1, "fetchmail in IDLE again")
        finally:
            waiting.terminate()
    return {"INBOX": "", "Work": "9"}


IMAPFILTER = """options.timeout = 20
options.certificates = false
options.starttls = {starttls}
a = IMAP {{ server='localhost', port={port}, username='user', password='secret'{ssl} }}
boxes = a:list_all()
assert(#boxes == 4, #boxes)
exist, recent, unseen, uidnext = a.INBOX:check_status()
assert(exist == 5, exist)
assert(#(a.INBOX:contain_subject('letter') * a.INBOX:is_unseen()) == 2)
assert(#a.INBOX:is_larger(100000) == 1)
assert(#(a.INBOX:contain_body('Zeile 77:') + a.INBOX:match_subject('^nes')) == 2)
for _, message in ipairs(a.INBOX:contain_subject('nested')) do
    box, uid = table.unpack(message)
    assert(box[uid]:fetch_field('Subject') == 'Subject: nested')
    assert(#box[uid]:fetch_message() == {nested})
    assert(next(box[uid]:fetch_structure()) ~= nil)
end
a.Work:append_message({letter})
first = a.INBOX:contain_subject('letter 1')
first:mark_flagged()
first:copy_messages(a.Work)
a.INBOX:contain_subject('letter 2'):move_messages(a.Work)
a.INBOX:contain_subject('nested'):delete_messages()
a:create_mailbox('new')
a:subscribe_mailbox('new')
a:delete_mailbox('new')
assert(a.INBOX:enter_idle())
assert(#a.INBOX:contain_subject('letter 8') == 1)
"""


def imapfilter(server, way, folder):
    text = LETTERS["7"].decode().replace("\r", "\\r").replace("\n", "\\n")
    write(folder, "c.lua", IMAPFILTER.format(
        starttls=str(way == "starttls").lower(), port=port_of(server, way),
        ssl=", ssl='auto'" if way == "tls" else "", nested=len(LETTERS["3"]), letter=f'"{text}"'))
    run(["imapfilter", "-t", server.ca, "-c", "c.lua"], folder)
    return {"INBOX": "1458", "Work": "9712"}


MUTT = """set folder="{url}" spoolfile="{url}INBOX" imap_user=user imap_pass=secret
set ssl_starttls={starttls} ssl_force_tls={starttls} ssl_ca_certificates_file={ca}
set certificate_file={folder}/certificates ssl_verify_host=yes
set imap_authenticators=login imap_deflate=yes imap_idle=yes imap_condstore=yes imap_qresync=yes
set header_cache={folder}/headers message_cachedir={folder}/bodies mail_check=1 timeout=1
set quit=yes move=no delete=yes confirmappend=no wait_key=no sort=mailbox-order mbox_type=mbox
set resolve=no imap_check_subscribed=no sleep_time=0
"""
# In the local mailbox: its letter goes to Work. In INBOX: read all, flag and copy 1, save 2 (which
# deletes it here), delete 3, and make it so.
MUTT_KEYS = ["<copy-message>=Work<enter>", "<change-folder>{url}INBOX<enter>",
             "<limit>~b number<enter><limit>all<enter>", "1<enter>",
             "<flag-message><copy-message>=Work<enter>", "2<enter><save-message>=Work<enter>",
             "3<enter><display-message><exit><delete-message>", "4<enter><display-message><exit>",
             "5<enter><display-message><exit>", "<sync-mailbox>"]


def watch_screen(screen, said):
    while True:
        try:
            if select.select([screen], [], [], 1)[0]:
                said.append(os.read(screen, 65536))
        except OSError:
            return


def mutt(server, way, folder):
    url = f"{'imaps' if way == 'tls' else 'imap'}://user@localhost:{port_of(server, way)}/"
    starttls = "yes" if way == "starttls" else "no"
    write(folder, "rc", MUTT.format(url=url, starttls=starttls, ca=server.ca, folder=folder) +
          "push \"" + "".join(MUTT_KEYS).format(url=url) + "\"\n")
    local = b"From a@example.org Tue Jan  2 10:00:00 2024\n" + LETTERS["7"].replace(b"\r", b"")
    write(folder, "local", local + b"\n")
    pid, screen = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm", "HOME": folder, "LC_ALL": "C.UTF-8"})
        os.chdir(folder)
        os.execvp("mutt", ["mutt", "-n", "-F", "rc", "-f", "local"])
    said = []
    threading.Thread(target=watch_screen, args=(screen, said), daemon=True).start()
    try:
        await_true(lambda: re.search(r"\nS\d+: Subject: letter 8", transcript(server)),
                   "mutt sees letter 8")
        os.write(screen, b"q")
        await_true(lambda: os.waitpid(pid, os.WNOHANG)[0] == pid, "mutt has ended")
    except TimeoutError as error:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        check(False, f"mutt {way}: {error}: {b''.join(said)[-1500:]!r}")
    finally:
        os.close(screen)
    return {"INBOX": "1458", "Work": "9712"}
