#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes seeds for the fuzz targets out of the golden cases (README.md).

usage: seeds.py FOLDER

Writes FOLDER/TARGET/FILE-TITLE for the targets response, command, tree, framer and malform, and for
scenario also the scenarios themselves.
"""
import pathlib
import re
import shutil
import sys
import zlib

import bad_scenarios
import run

FRAMER_OPTIONS = b"@000"  # none; what fuzz/fuzz_framer.c takes first


def name_of(case):
    file, _, title = case.where.split(":", 2)
    words = re.findall("[a-z0-9]+", title.lower())
    return "-".join([file.removesuffix(".md"), *words])


def seeds_of(case):
    yield "command" if "--commands" in case.options else "response", case.octets
    yield "tree", case.octets
    yield "framer", FRAMER_OPTIONS + case.octets
    # Any fault and place, the same each time: fuzz/fuzz_malform.c.
    yield "malform", zlib.crc32(case.octets).to_bytes(4, "big")[:3] + case.octets


def write_scenarios(folder):
    folder.mkdir()
    root = bad_scenarios.SCENARIOS
    for case in bad_scenarios.all_cases():
        (folder / name_of(case)).write_bytes(case.octets)
    for part in ("client", "server", "mutants"):
        for path in sorted((root / part).glob("**/*.json")):
            name = "-".join(path.relative_to(root).with_suffix("").parts)
            (folder / name).write_bytes(path.read_bytes())


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    shutil.rmtree(folder, ignore_errors=True)
    for case in run.all_cases():
        for target, octets in seeds_of(case):
            seed = folder / target / name_of(case)
            seed.parent.mkdir(parents=True, exist_ok=True)
            if seed.exists():
                raise ValueError(f"{case.where}: a second case of that name")
            seed.write_bytes(octets)
    write_scenarios(folder / "scenario")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
