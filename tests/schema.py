#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""scenarios/schema.json is a JSON Schema that accepts every scenario, also the examples, and
refuses those golden bad ones that are marked so, and no others.

Exit 0: so it is; 1: it is not; 77: python3-jsonschema is not installed (skipped).
"""
import glob
import json
import os
import sys

try:
    import jsonschema
    VALIDATOR = jsonschema.Draft202012Validator
except (ImportError, AttributeError):
    print("python3-jsonschema (4 or later) is not installed")
    sys.exit(77)

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests/golden"))
import bad_scenarios  # noqa: E402


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    schema = read(os.path.join(ROOT, "scenarios/schema.json"))
    VALIDATOR.check_schema(schema)
    validator = VALIDATOR(schema)
    wrong = 0
    good = glob.glob(os.path.join(ROOT, "scenarios/*/**/*.json"), recursive=True)
    good += glob.glob(os.path.join(ROOT, "tests/golden/scenarios/good/*.json"))
    good += glob.glob(os.path.join(ROOT, "docs/examples/scenarios/*/*.json"))
    good += glob.glob(os.path.join(ROOT, "docs/examples/mocks/*.json"))
    good.remove(os.path.join(ROOT, "scenarios/server/untestable.json"))
    for path in sorted(good):
        for error in validator.iter_errors(read(path)):
            wrong += 1
            print(f"{path}: {error.json_path}: {error.message}")
    bad = bad_scenarios.all_cases()
    for case in bad:
        try:
            refused = not validator.is_valid(bad_scenarios.value_of(case))
        except ValueError:
            refused = False  # no JSON at all
        if refused != case.seen_by_schema:
            wrong += 1
            print(f"{case.where}: {'refused' if refused else 'accepted'}")
    print(f"{len(good)} scenarios, {len(bad)} bad ones, {wrong} wrong")
    return 0 if wrong == 0 and good and bad else 1


if __name__ == "__main__":
    sys.exit(main())
