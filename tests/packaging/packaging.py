#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `cmake --install` puts in place is of use to others.

packaging.py --build DIR --work DIR --libdir lib --cmake CMAKE --cc CC --generator NAME
"""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import unittest

import example

WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wundef", "-Werror"]
CLIENT = os.path.join(example.ROOT, "docs", "client-example.c")
MOCK = os.path.join(example.ROOT, "docs", "mock-server-example.c")
UMBRELLA = "parser/imapwright-parser.h"
OPTIONS = argparse.Namespace()


def run(*command, **more):
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    if ran.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


class Packaging(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = os.path.join(OPTIONS.work, "prefix")
        cls.lib = os.path.join(cls.prefix, OPTIONS.libdir)
        cls.include = os.path.join(cls.prefix, "include", "imapwright")
        cls.shared = os.path.join(cls.lib, "libimapwright-parser.so")
        shutil.rmtree(cls.prefix, ignore_errors=True)
        run(OPTIONS.cmake, "--install", OPTIONS.build, "--prefix", cls.prefix)

    def pkg_config(self, *arguments, package="imapwright-parser"):
        path = os.path.join(self.lib, "pkgconfig")
        return run("pkg-config", *arguments, package,
                   env={**os.environ, "PKG_CONFIG_PATH": path}).split()

    def work(self, name):
        return os.path.join(OPTIONS.work, name)

    def must_work(self, program, environment=None):
        self.assertIsNone(example.problem_with(program, environment))

    def test_pkg_config(self):
        program = self.work("with_pkg_config")
        run(OPTIONS.cc, *WARNINGS, example.SOURCE, *self.pkg_config("--cflags", "--libs"),
            "-o", program)
        there = {**os.environ, "LD_LIBRARY_PATH": self.lib}
        self.assertIn("libimapwright-parser.so.0 => " + self.lib, run("ldd", program, env=there))
        self.must_work(program, there)

    def test_static(self):
        program = self.work("with_archive")
        archive = os.path.join(self.lib, "libimapwright-parser.a")
        run(OPTIONS.cc, *WARNINGS, example.SOURCE, *self.pkg_config("--cflags"),
            archive, "-o", program)
        self.assertNotIn("imapwright-parser", run("ldd", program))
        self.assertNotIn(".gnu.lto_", run("readelf", "--sections", "--wide", archive))
        self.must_work(program)

    def test_cmake_package(self):
        build = self.work("consumer")
        shutil.rmtree(build, ignore_errors=True)
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "consumer")
        run(OPTIONS.cmake, "-G", OPTIONS.generator, "-S", source, "-B", build,
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_C_COMPILER={OPTIONS.cc}",
            f"-DEXAMPLE={example.SOURCE}", f"-DCLIENT={CLIENT}")
        run(OPTIONS.cmake, "--build", build)
        self.must_work(os.path.join(build, "with_parser"))
        self.must_work(os.path.join(build, "with_parser_static"))
        self.must_find_nobody(os.path.join(build, "with_imapwright"))
        self.must_find_nobody(os.path.join(build, "with_imapwright_static"))

    def test_needs_libc_only(self):
        for line in run("ldd", self.shared).splitlines():
            name = os.path.basename(line.split()[0])
            self.assertRegex(name, r"^(linux-(vdso|gate)\.so|libc\.so|ld-linux|ld64)")
        for line in run("nm", "-D", "--undefined-only", self.shared).splitlines():
            kind, name = line.split()
            self.assertTrue(kind == "w" or "@GLIBC_" in name, f"{name} is not of libc")

    def test_exports_its_own_names_only(self):
        for library, known in (("libimapwright-parser.so", "iw_parse_response"),
                               ("libimapwright.so", "iw_imap_open"),
                               ("libimapwright.so", "iw_mock_server_start")):
            names = [line.split()[-1] for line in
                     run("nm", "-D", "--defined-only",
                         os.path.join(self.lib, library)).splitlines()]
            self.assertIn(known, names)
            self.assertEqual([name for name in names if not name.startswith("iw_")], [])

    def must_find_nobody(self, program, environment=None):
        """The client's example, where nobody listens."""
        ran = subprocess.run([program, "127.0.0.1", "1", "user", "password"], timeout=30,
                             capture_output=True, text=True, env=environment)
        self.assertEqual(ran.returncode, 1, ran.stderr)
        self.assertIn("cannot open: ", ran.stdout)

    def test_client_with_pkg_config(self):
        program = self.work("client_with_pkg_config")
        run(OPTIONS.cc, *WARNINGS, CLIENT,
            *self.pkg_config("--cflags", "--libs", package="imapwright"), "-o", program)
        self.must_find_nobody(program, {**os.environ, "LD_LIBRARY_PATH": self.lib})

    def test_mock_server(self):
        """In a test program of someone else's, which sees no header but the installed ones."""
        program = self.work("mock_server")
        run(OPTIONS.cc, *WARNINGS, MOCK,
            *self.pkg_config("--cflags", "--libs", package="imapwright"), "-o", program)
        told = run(program, env={**os.environ, "LD_LIBRARY_PATH": self.lib})
        self.assertIn("pass  inline", told)

    def test_client_static(self):
        program = self.work("client_with_archive")
        rest = [option for option in
                self.pkg_config("--libs", "--static", package="imapwright")
                if option != "-limapwright"]
        run(OPTIONS.cc, *WARNINGS, CLIENT, *self.pkg_config("--cflags", package="imapwright"),
            os.path.join(self.lib, "libimapwright.a"), *rest, "-o", program)
        self.assertNotIn("imapwright", run("ldd", program))
        self.must_find_nobody(program)

    def test_each_header_stands_alone(self):
        headers = glob.glob(os.path.join(self.include, "*", "*.h"))
        self.assertGreater(len(headers), 30)
        for header in headers:
            # Not as the main file: there an unused static inline function is a warning.
            run(OPTIONS.cc, *WARNINGS, "-I", self.include, "-include", header, "-fsyntax-only",
                "-x", "c", "/dev/null")

    def test_umbrella_leads_to_each_header(self):
        reached = run(OPTIONS.cc, "-M", "-I", self.include, os.path.join(self.include, UMBRELLA))
        headers = [header for folder in ("base", "parser")
                   for header in glob.glob(os.path.join(self.include, folder, "*.h"))]
        self.assertEqual([header for header in headers if header not in reached.split()], [],
                         f"installed, but {UMBRELLA} does not lead there: include them in it, or "
                         "call them private in cmake/ParserLibrary.cmake")

    def test_program_finds_its_scenarios(self):
        program = os.path.join(self.prefix, "bin", "imapwright")
        proof = run(program, "check-server", "--prove", cwd="/")
        self.assertRegex(proof, r"\b[1-9]\d* mutants: [1-9]\d* killed, 0 survived")

    def test_the_rest_is_there(self):
        self.assertTrue(os.path.exists(os.path.join(self.prefix, "share/man/man1/imapwright.1")))
        whole = run("ldd", os.path.join(self.lib, "libimapwright.so"))
        self.assertNotIn("not found", whole)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for option in ("build", "work", "libdir", "cmake", "cc", "generator"):
        parser.add_argument(f"--{option}", required=True)
    parser.parse_args(namespace=OPTIONS)
    unittest.main(argv=sys.argv[:1])
