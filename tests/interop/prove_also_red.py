#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A mutant changes only what it says: all of them against all checks. Each turns its own checks
red, and few others, or says why.

prove_also_red.py IMAPWRIGHT [MUTANTS]"""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCENARIOS = os.path.join(ROOT, "scenarios")
FEW = 5
SECONDS_MAX = 3 * 3600


def prove(program, mutants):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        done = subprocess.run([program, "check-server", "--prove", "--also-red", mutants,
                               "--scenarios", SCENARIOS, "--json", file.name],
                              stdout=subprocess.PIPE, text=True, check=False, timeout=SECONDS_MAX)
        return done, json.load(file)


def main():
    done, results = prove(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "*")
    wide = {}
    for pair in results["mutants"]:
        wide[pair["mutant"]] = len(pair["also_red"])
    many = {mutant for mutant, count in wide.items() if count > FEW}
    killed = sum(pair["killed"] for pair in results["mutants"])
    print(f"{len(wide)} mutants, {len(results['mutants'])} pairs, {killed} killed; "
          f"{len(many)} mutants turn more than {FEW} others red")
    print("\n".join(line for line in done.stdout.splitlines() if line.startswith("SURVIVED")))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
