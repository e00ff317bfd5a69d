#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The HTML report in a browser: at desktop and phone width, light and dark, by mouse and by keys.

usage: report_page.py IMAPWRIGHT [--keep DIR]   (DIR gets a picture of each view)
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser  # noqa: E402

HOSTILE = "</script><script>document.title='broken'</script><!--"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}

# The relation of two colours' luminance, as WCAG 2.2 defines it.
CONTRAST = """
const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(channel);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b };
const ground = light(getComputedStyle(document.body).backgroundColor);
return Math.min(...[...document.querySelectorAll("body, .good, .bad, .so, .none, small, a")].map(e => {
  const text = light(getComputedStyle(e).color);
  return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05) }));
"""


def results(target, verdicts):
    """Results as check-server writes them."""
    cases = [{"id": f"server/case--{i}", "verdict": verdict, "level": "MUST" if i % 2 else "DEF",
              "covers": [f"SEL-{i:02}"], "seconds": 0.012, "title": f"Case {i}",
              "clause": {"id": f"SEL-{i:02}", "rfc": "3501 §6.3.1 / 9051 §6.3.2", "level": "MUST",
                         "requirement": "The " + HOSTILE},
              "detail": HOSTILE, "transcript": f"0.000 C1: A1 SELECT {HOSTILE}\n"}
             for i, verdict in enumerate(verdicts)]
    return {"command": "check-server", "target": target, "seconds": 1.5,
            "summary": {v: verdicts.count(v) for v in sorted(set(verdicts))}, "cases": cases,
            "mutants": [{"mutant": "mutants/m", "check": "server/case--0", "killed": True,
                         "also_red": ["server/case--1"], "detail": ""}]}


class View:
    """One look at the page."""

    def __init__(self, page, name, width, dark, keep):
        self.page, self.name, self.width, self.dark, self.keep = page, name, width, dark, keep

    def expect(self, what, got, wanted):
        if got != wanted:
            sys.exit(f"{self.name}: {what}: {got!r}, expected {wanted!r}")

    def shown(self, b):
        return b.run("return [...document.querySelectorAll('#matrix .cell')]"
                     ".filter(c => c.checkVisibility()).length")

    def picture(self, b, what):
        if self.keep:
            data = b._call("GET", f"/{b.session}/screenshot")
            with open(os.path.join(self.keep, f"{self.name}-{what}.png"), "wb") as out:
                out.write(base64.b64decode(data))

    def look(self):
        with browser.Browser(*WIDTHS[self.width], dark=self.dark) as b:
            b.open(self.page)
            self.picture(b, "page")
            self.expect("title", b.run("return document.title"), "imapwright: one, 127.0.0.1:143")
            self.expect("dark", b.run("return matchMedia('(prefers-color-scheme: dark)').matches"),
                        self.dark)
            self.expect("no sideways scrolling", b.run(
                "return document.documentElement.scrollWidth <= innerWidth"), True)
            if (contrast := b.run(CONTRAST)) < 4.5:
                sys.exit(f"{self.name}: contrast {contrast:.2f}")
            self.filters(b)
            self.mouse(b)
            self.keys(b)
            self.expect("console", b.complaints(), [])

    def filters(self, b):
        self.expect("cells", self.shown(b), 8)
        b.click("[data-verdict=fail]")
        self.expect("cells of rows with a failure", self.shown(b), 4)
        b.click("[data-verdict=fail]")
        b.click("#differ")
        self.expect("cells of rows that differ", self.shown(b), 4)
        b.click("#differ")
        b.click("#search")
        b.type(*"sel-02 case")
        self.expect("cells found", self.shown(b), 2)
        self.expect("count", b.run("return document.getElementById('shown').textContent"), "1 of 4")
        b.run("document.getElementById('search').value = '';"
              "document.getElementById('search').dispatchEvent(new Event('input'))")

    def mouse(self, b):
        b.click("#matrix .cell.bad")
        text = b.run("return document.getElementById('detail').innerText")
        self.picture(b, "detail")
        for part in ("fail", "SEL-01", "RFC 3501", HOSTILE, "A1 SELECT"):
            if part not in text:
                sys.exit(f"{self.name}: no {part!r} in the detail:\n{text}")
        self.expect("detail within the view", b.run(
            "const r = document.getElementById('detail').getBoundingClientRect();"
            "return r.left >= 0 && r.right <= innerWidth"), True)
        b.click("#close")
        self.expect("open", b.run("return document.getElementById('detail').open"), False)

    def keys(self, b):
        b.run("document.getElementById('differ').focus()")
        b.type("Tab")
        focus = "return [document.activeElement.closest('tr').innerText.includes('case--%d')," \
                " document.activeElement.parentElement.cellIndex]"
        self.expect("focus after Tab", b.run(focus % 0), [True, 1])
        b.type("Down", "Right")
        self.expect("focus after the arrows", b.run(focus % 1), [True, 2])
        b.type("Enter")
        self.expect("open", b.run("return document.getElementById('detail').open"), True)
        b.type("Escape")
        self.expect("open", b.run("return document.getElementById('detail').open"), False)
        self.expect("focus after Escape", b.run(focus % 1), [True, 2])


def write_page(imapwright, folder):
    paths = []
    for name, target, verdicts in (
            ("one=", "imap://a@127.0.0.1:1/", ["pass", "fail", "skip", "pass"]),
            ("", "imap://a@127.0.0.1:143/", ["pass", "pass", "skip", "fail"])):
        path = os.path.join(folder, f"{len(paths)}.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump(results(target, verdicts), out)
        paths.append(name + path)
    page = os.path.join(folder, "page.html")
    subprocess.run([imapwright, "report", *paths, "-o", page], check=True)
    return page


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("imapwright")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    if why := browser.missing():
        print(f"skipped: {why}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        page = write_page(arguments.imapwright, folder)
        for width in WIDTHS:
            for dark in (False, True):
                name = f"{width}-{'dark' if dark else 'light'}"
                View(page, name, width, dark, arguments.keep).look()
                print(f"{name}: as it should be")


if __name__ == "__main__":
    main()
