#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Line coverage out of a build for gcov: a table by file and by folder, and the lines missed.

usage: coverage.py BUILD --clear
       coverage.py BUILD --report FILE [FOLDER=PERCENT…]

--clear forgets what ran so far. --report prints the table, writes it to FILE with the lines that
never ran, and fails if a folder has a smaller part of its lines run than demanded. A line counts
once, however many sources include it.
"""
import collections
import json
import pathlib
import subprocess
import sys

FOLDERS = ("base", "parser")
ROOT = pathlib.Path(__file__).resolve().parent.parent


def notes_of(build):
    """What the compiler says of each source: the .gcno files, whether the source ran or not."""
    return sorted(path for folder in FOLDERS for path in (build / folder).rglob("*.gcno"))


def clear(build):
    for path in build.rglob("*.gcda"):
        path.unlink()


def counts_of(build):
    """{file: {line: times}}"""
    lines = collections.defaultdict(collections.Counter)
    for notes in notes_of(build):
        done = subprocess.run(["gcov", "--json-format", "--stdout", str(notes)], check=True,
                              capture_output=True, cwd=build)
        for source in json.loads(done.stdout)["files"]:
            path = (build / source["file"]).resolve()
            if not path.is_relative_to(ROOT):
                continue
            name = path.relative_to(ROOT)
            if name.parts[0] in FOLDERS:
                for line in source["lines"]:
                    lines[str(name)][line["line_number"]] += line["count"]
    return lines


def ranges(numbers):
    """"3-5 9" of 3, 4, 5, 9."""
    runs = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def row(name, run, total):
    return f"{name:32} {run:6} of {total:6}  {100 * run / total:6.2f} %"


def report(build, path, demands):
    lines = counts_of(build)
    table, missed, sums = [], [], {folder: [0, 0] for folder in FOLDERS}
    for name, counts in sorted(lines.items()):
        never = sorted(number for number, times in counts.items() if times == 0)
        table.append(row(name, len(counts) - len(never), len(counts)))
        if never:
            missed.append(f"{name}: {ranges(never)}")
        for i, number in enumerate((len(counts) - len(never), len(counts))):
            sums[name.split("/")[0]][i] += number
    table += [row(folder + "/", *sums[folder]) for folder in FOLDERS]
    print("\n".join(table))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(table + ["", "Lines that never ran:"] + missed) + "\n")
    failed = False
    for folder, percent in demands:
        run, total = sums[folder]
        if 100 * run < float(percent) * total:
            print(f"{folder}/ wants {percent} %", file=sys.stderr)
            failed = True
    return 1 if failed else 0


def main(arguments):
    if arguments[1:] == ["--clear"]:
        clear(pathlib.Path(arguments[0]).resolve())
        return 0
    if len(arguments) >= 3 and arguments[1] == "--report":
        demands = [argument.split("=") for argument in arguments[3:]]
        return report(pathlib.Path(arguments[0]).resolve(), pathlib.Path(arguments[2]), demands)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
