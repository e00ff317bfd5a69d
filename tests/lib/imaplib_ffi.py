# SPDX-License-Identifier: MIT
"""imaplib's classes over libimapwright.so by ctypes: the same methods, results and exceptions, so
that one driver can hold both. IMAP4.library must be set by load() first."""
import ctypes
import os
import subprocess
import sys
from ctypes import POINTER, byref, c_bool, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint, \
    c_void_p

OK, NO, ERROR, ABORT, READONLY = range(5)


class Span(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("length", c_size_t)]

    def octets(self):
        return ctypes.string_at(self.data, self.length) if self.data else b""


class Item(ctypes.Structure):
    _fields_ = [("text", Span), ("literal", Span)]


class Result(ctypes.Structure):
    _fields_ = [("type", c_char_p), ("data", POINTER(Item)), ("count", c_size_t),
                ("responses", c_void_p), ("response_count", c_size_t), ("completion", c_void_p)]

    def python(self):
        data = [(i.text.octets(), i.literal.octets()) if i.literal.data else i.text.octets()
                for i in self.data[:self.count]]
        return (self.type or b"").decode(), data or [None]


class Error(ctypes.Structure):
    _fields_ = [("code", c_int), ("offset", c_size_t), ("expected", c_char_p),
                ("detail", c_char * 200)]


class Failure(ctypes.Structure):
    _fields_ = [("outcome", c_int), ("error", Error)]


class Authobject(ctypes.Structure):
    ANSWER = ctypes.CFUNCTYPE(c_bool, c_void_p, Span, POINTER(Span))
    _fields_ = [("answer", ANSWER), ("satisfied", c_void_p), ("context", c_void_p),
                ("initial", Span)]


class Date(ctypes.Structure):
    _fields_ = [("year", ctypes.c_uint16), ("month", ctypes.c_uint8), ("day", ctypes.c_uint8),
                ("hour", ctypes.c_uint8), ("minute", ctypes.c_uint8), ("second", ctypes.c_uint8),
                ("zone", ctypes.c_int16)]


def with_sanitizer(path):
    """Runs this program again where an instrumented library needs the sanitizer before all else."""
    if "LD_PRELOAD" in os.environ:
        return
    needed = subprocess.run(["ldd", path], capture_output=True, text=True, timeout=30).stdout
    runtime = [line.split()[2] for line in needed.splitlines()
               if "libasan" in line or "libclang_rt.asan" in line]
    if runtime:
        environment = {**os.environ, "LD_PRELOAD": runtime[0],
                       "ASAN_OPTIONS": "detect_leaks=0:" + os.environ.get("ASAN_OPTIONS", "")}
        os.execve(sys.executable, [sys.executable] + sys.argv, environment)


def load(path):
    with_sanitizer(path)
    library = ctypes.CDLL(os.path.abspath(path))
    for name in ("open", "open_ssl", "open_stream"):
        getattr(library, "iw_imap_" + name).restype = c_void_p
    for name in ("reason", "state_name", "protocol_version", "capabilities", "welcome",
                 "log_line"):
        getattr(library, "iw_imap_" + name).restype = c_char_p
    library.iw_imap_utf8_enabled.restype = c_bool
    for name in ("internaldate2tuple", "internaldate2utc", "time2internaldate",
                 "tuple2internaldate"):
        getattr(library, "iw_" + name).restype = c_bool
    library.iw_parseflags.restype = c_size_t
    IMAP4.library = library


def octets(argument):
    if argument is None or isinstance(argument, bytes):
        return argument
    return str(argument).encode()


def joined(arguments):
    return b" ".join(octets(a) for a in arguments) or None


class IMAP4:
    library = None

    class error(Exception):
        pass

    class abort(error):
        pass

    class readonly(abort):
        pass

    def __init__(self, host="", port=0, timeout=None):
        failure = Failure()
        self.handle = self.open(octets(host), port, int((timeout or 0) * 1000), byref(failure))
        if not self.handle:
            self.fail(failure.outcome, failure.error.detail)

    def open(self, host, port, timeout_ms, failure):
        return self.library.iw_imap_open(host, c_uint(port), c_int(timeout_ms), failure)

    def fail(self, outcome, detail):
        kind = {ERROR: self.error, ABORT: self.abort, READONLY: self.readonly}[outcome]
        raise kind(detail.decode("utf-8", "replace"))

    def ask(self, name, *arguments):
        result = Result()
        function = getattr(self.library, "iw_imap_" + name)
        outcome = function(c_void_p(self.handle), *arguments, byref(result))
        if outcome not in (OK, NO):
            self.fail(outcome, self.library.iw_imap_reason(c_void_p(self.handle)))
        return result.python()

    def known(self, name):
        return getattr(self.library, "iw_imap_" + name)(c_void_p(self.handle))

    def free(self):
        if self.handle:
            self.library.iw_imap_free(c_void_p(self.handle))
        self.handle = None

    def shutdown(self):
        self.known("shutdown")

    state = property(lambda self: self.known("state_name").decode())
    capabilities = property(lambda self: tuple(self.known("capabilities").decode().split()))
    PROTOCOL_VERSION = property(lambda self: self.known("protocol_version").decode())
    utf8_enabled = property(lambda self: self.known("utf8_enabled"))

    def log(self):
        function, lines = self.library.iw_imap_log_line, []
        while (line := function(c_void_p(self.handle), c_size_t(len(lines)))) is not None:
            lines.append(line)
        return lines

    # Methods whose arguments are C strings, in the same order.
    def __getattr__(self, name):
        if name not in PLAIN:
            raise AttributeError(name)
        return lambda *arguments: self.ask(name, *map(octets, arguments))

    def select(self, mailbox="INBOX", readonly=False):
        return self.ask("select", octets(mailbox), c_bool(readonly))

    def list(self, directory=None, pattern=None):
        return self.ask("list", octets(directory), octets(pattern))

    def lsub(self, directory=None, pattern=None):
        return self.ask("lsub", octets(directory), octets(pattern))

    def search(self, charset, *criteria):
        return self.ask("search", octets(charset), joined(criteria))

    def sort(self, sort_criteria, charset, *criteria):
        return self.ask("sort", octets(sort_criteria), octets(charset), joined(criteria))

    def thread(self, algorithm, charset, *criteria):
        return self.ask("thread", octets(algorithm), octets(charset), joined(criteria))

    def uid(self, command, *arguments):
        return self.ask("uid", octets(command), joined(arguments))

    def xatom(self, name, *arguments):
        return self.ask("xatom", octets(name), joined(arguments))

    def append(self, mailbox, flags, date, message):
        return self.ask("append", octets(mailbox), octets(flags), date and byref(date),
                        Span(ctypes.cast(message, c_void_p), len(message)))

    def setannotation(self, mailbox, *entries):
        array = (c_char_p * (len(entries) + 1))(*map(octets, entries), None)
        return self.ask("setannotation", octets(mailbox), array)

    def getquotaroot(self, mailbox):
        roots, quota = Result(), Result()
        outcome = self.library.iw_imap_getquotaroot(c_void_p(self.handle), octets(mailbox),
                                                    byref(roots), byref(quota))
        if outcome not in (OK, NO):
            self.fail(outcome, self.library.iw_imap_reason(c_void_p(self.handle)))
        return roots.python()[0], [roots.python()[1], quota.python()[1]]

    def authenticate(self, mechanism, authobject):
        kept = []

        def answer(_context, challenge, out):
            given = authobject(challenge.octets())
            if given is None:
                return False
            kept.append(ctypes.create_string_buffer(octets(given), len(given)))
            out[0] = Span(ctypes.cast(kept[-1], c_void_p), len(given))
            return True
        calls = Authobject(Authobject.ANSWER(answer), None, None)
        return self.ask("authenticate", octets(mechanism), byref(calls))

    def starttls(self, context=None):
        return self.ask("starttls", context)

    def idle(self, duration=None):
        return Idler(self, -1 if duration is None else int(duration * 1000))


class IMAP4_SSL(IMAP4):
    def __init__(self, host="", port=0, context=None, timeout=None):
        self.context = context
        super().__init__(host, port, timeout)

    def open(self, host, port, timeout_ms, failure):
        return self.library.iw_imap_open_ssl(host, c_uint(port), c_void_p(self.context),
                                             c_int(timeout_ms), failure)


class IMAP4_stream(IMAP4):
    def __init__(self, command):
        self.command = command
        super().__init__()

    def open(self, _host, _port, timeout_ms, failure):
        return self.library.iw_imap_open_stream(octets(self.command), c_int(timeout_ms), failure)


class Idler:
    def __init__(self, imap, duration_ms):
        self.imap, self.duration_ms = imap, duration_ms

    def __enter__(self):
        outcome = self.imap.library.iw_imap_idle(c_void_p(self.imap.handle),
                                                 c_int(self.duration_ms))
        if outcome != OK:
            self.imap.fail(outcome, self.imap.known("reason"))
        return self

    def __exit__(self, *_):
        self.imap.ask("idle_done")

    def __iter__(self):
        return self

    def __next__(self):
        name, data = self.imap.ask("idle_next")
        if not name:
            raise StopIteration
        return name, data

    def burst(self, interval=0.1):
        while True:
            name, data = self.imap.ask("idle_burst", c_int(int(interval * 1000)))
            if not name:
                return
            yield name, data


PLAIN = {"capability", "noop", "logout", "response", "recent", "login", "login_cram_md5",
         "login_plain", "enable", "proxyauth", "namespace", "create", "delete", "rename",
         "subscribe", "unsubscribe", "status", "getacl", "setacl", "deleteacl", "myrights",
         "getquota", "setquota", "getannotation", "check", "close", "unselect", "expunge",
         "fetch", "partial", "store", "copy", "move"}


# ---- the utility functions ----

TUPLE = c_int * 9


def Internaldate2tuple(response):
    fields = TUPLE()
    found = IMAP4.library.iw_internaldate2tuple(response, c_size_t(len(response)), fields)
    return tuple(fields) if found else None


def Internaldate2utc(response):
    fields = TUPLE()
    found = IMAP4.library.iw_internaldate2utc(response, c_size_t(len(response)), fields)
    return tuple(fields) if found else None


def Time2Internaldate(moment):
    text = ctypes.create_string_buffer(40)
    if isinstance(moment, tuple):
        good = IMAP4.library.iw_tuple2internaldate(TUPLE(*moment), text)
    else:
        good = IMAP4.library.iw_time2internaldate(c_int64(moment), text)
    return text.value.decode() if good else None


def ParseFlags(response):
    flags = (Span * 64)()
    count = IMAP4.library.iw_parseflags(response, c_size_t(len(response)), flags, c_size_t(64))
    return tuple(flag.octets() for flag in flags[:count])


def Int2AP(number):
    letters = ctypes.create_string_buffer(17)
    IMAP4.library.iw_int2ap(c_int64(number), letters)
    return letters.value
