#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every name in the parser's tables stands in the values of some golden case.

usage: names.py
"""
import pathlib
import re
import sys

import run

HERE = pathlib.Path(__file__).parent
PARSER = HERE.parent.parent / "parser"

# A table of constants: its name, and what stands between its braces.
TABLE = re.compile(r"\bconst\b[^;={}()]*?(?:\{[^{}]*\}\s*)?\*?(?:const\s+)?(\w+)\[\w*\]"
                   r"\s*=\s*\{(.*?)\};", re.S)
NAME = re.compile(r'"((?:[^"\\]|\\.)*)"')


def strings_in(value):
    """All strings in a value, the keys of its objects included."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, list):
        return set().union(*map(strings_in, value))
    if isinstance(value, dict):
        return set(value) | strings_in(list(value.values()))
    return set()


def members(value, key):
    """What stands under a key, at any depth."""
    found = []
    for part in value if isinstance(value, list) else []:
        found += members(part, key)
    for name, part in value.items() if isinstance(value, dict) else []:
        found += ([part] if name == key else []) + members(part, key)
    return found


def under(*keys, types=None):
    """The strings under these keys, in values of these types."""
    def names_of(value):
        if types is not None and value.get("type") not in types:
            return set()
        return set().union(*(strings_in(part) for key in keys for part in members(value, key)))
    return names_of


def words(names_of):
    """The same, cut where no name goes on: BODY[1.MIME]<0.5> is BODY and 1.MIME."""
    def cut(value):
        return {word for text in names_of(value) for word in re.split(r"[^\w.-]+", text)}
    return cut


def items(*types, of="items"):
    """The names of items that were understood: neither kept as they stand nor bad."""
    def names_of(value):
        listed = members(value, of) if value.get("type") in types else []
        return {item["name"] for part in listed for item in part
                if isinstance(item, dict) and "name" in item and not {"raw", "bad"} & set(item)}
    return names_of


def sections(value):
    """HEADER of HEADER.FIELDS (TO), MIME of 1.2.MIME"""
    return {re.sub(r"^[\d.]*", "", text).split(" ")[0] for text in under("section")(value)}


def command(value):
    """Commands have a tag, of the responses only those that are called tagged."""
    return {value["type"]} if "tag" in value and value["type"] != "tagged" else set()


def response(value):
    return under("type", "state")(value) if not command(value) else set()


def codes(value):
    return {code["name"] for code in members(value, "code") if isinstance(code, dict)}


def stores(value):
    if value.get("type") != "store" or "mode" not in value:
        return set()
    if "annotations" in value:
        return {"ANNOTATION"}
    sign = {"replace": "", "add": "+", "remove": "-"}[value["mode"]]
    what = "X-GM-LABELS" if "labels" in value else "FLAGS"
    return {sign + what + (".SILENT" if value.get("silent") else "")}


SEARCHES = ("search", "esearch", "sort", "thread")
FETCHES = ("fetch", "store", "uidfetch")
OPTIONS = ("options", "selection", "return", "modifiers", "parameters")

# Where the names of each table are seen.
SEEN = {
    "code.c iw_code_types": codes,
    "code.c words": under("word"),
    "command.c command_types": command,
    "command_message.c store_items": stores,
    "convert.c code_names": under("code", types=("converted",)),
    "convert.c item_types": items("converted"),
    "esearch.c item_types": items("esearch"),
    "fetch.c item_types": items(*FETCHES),
    "fetch_att.c att_types": words(under("items", "item", "fetch",
                                         types=("fetch", "partial", "notify"))),
    "flag.c system_flags": under("flags"),
    "frame.c states": under("state"),
    "mailbox.c list_items": items("list", of="extended"),
    "mailbox.c number_items": items("status"),
    "notify.c event_names": under("name", types=("notify",)),
    "notify.c filter_names": under("filter"),
    "option.c depths": under(*OPTIONS),
    "option.c option_types": under(*OPTIONS),
    "response.c names": response,
    "response.c state_names": under("state"),
    "response_type.c iw_response_numbered": response,
    "response_type.c iw_response_plain": response,
    "search_key.c attributes": under("search", types=SEARCHES),
    "search_key.c key_types": under("search", types=SEARCHES),
    "section.c text_names": sections,
    "urlauth.c item_types": items("urlfetch"),
}

# Leniencies and personas are tested by quirks.py, faults with what they break; the names of zones are
# shown as what they mean.
NOT_GRAMMAR = {"lenient.c rows", "persona.c iw_personas", "date.c zones", "malform.c faults"}


def tables():
    """(file and table, its names) for all tables of names."""
    for path in sorted(PARSER.glob("*.c")):
        for table, inside in TABLE.findall(path.read_text()):
            names = [name.replace("\\\\", "\\") for name in NAME.findall(inside) if name]
            if names and f"{path.name} {table}" not in NOT_GRAMMAR:
                yield f"{path.name} {table}", names


def main():
    values = [value for case in run.all_cases() for value in case.wanted
              if "error" not in value]
    problems, count, known = [], 0, set()
    for table, names in tables():
        known.add(table)
        if table not in SEEN:
            problems.append(f"{table}: a table that {pathlib.Path(__file__).name} does not know")
            continue
        seen = {name.upper() for value in values for name in SEEN[table](value)}
        count += len(names)
        problems += [f"{table}: no golden case has {name}" for name in names
                     if name.upper() not in seen]
    problems += [f"{table}: there is no such table" for table in SEEN if table not in known]
    print("\n".join(problems + [f"{count} names, {len(problems)} problems"]))
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main())
