#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench/chart.py RESULT.json CHART.svg: the typed rows of ./run bench parser as bars, in times of
each peer's speed, on a scale of powers of ten. Legible on light and dark ground."""
import json
import math
import sys

PEERS = {"libdovecot": "#3b82c4", "libetpan": "#c2743a", "c-client": "#7f9f3f",
         "tokenizer": "#7a8791"}
LEFT, TOP, WIDTH, BAR, GAP = 90, 40, 520, 14, 12
FIRST, LAST = 0.1, 100


def x_of(ratio):
    share = math.log10(min(max(ratio, FIRST), LAST) / FIRST) / math.log10(LAST / FIRST)
    return LEFT + WIDTH * share


def text(x, y, content, anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{content}</text>'


def bar(y, ratio, color):
    one, end = x_of(1), x_of(ratio)
    left, width = min(one, end), abs(end - one)
    label = text(end + (4 if ratio >= 1 else -4), y + BAR - 3, f"{ratio:.3g}×",
                 "start" if ratio >= 1 else "end")
    return [f'<rect x="{left:.1f}" y="{y}" width="{width:.1f}" height="{BAR - 2}" '
            f'fill="{color}"/>', label]


def legend():
    marks, x = [], LEFT
    for peer, color in PEERS.items():
        marks.append(f'<rect x="{x}" y="12" width="10" height="10" fill="{color}"/>')
        marks.append(text(x + 15, 21, peer))
        x += 110
    return marks


def chart(rows):
    ratios = {(r["work"].removesuffix(": typed"), r["peer"]): r["ratio"]
              for r in rows if r["work"].endswith(": typed")}
    marks, y = legend(), TOP
    for stream in dict.fromkeys(stream for stream, _ in ratios):
        bars = [(ratios[stream, peer], color) for peer, color in PEERS.items()
                if FIRST <= ratios.get((stream, peer), 0) <= LAST]
        marks.append(text(LEFT - 50, y + BAR * len(bars) / 2 + 4, stream, "middle"))
        for ratio, color in bars:
            marks += bar(y, ratio, color)
            y += BAR
        y += GAP
    one = x_of(1)
    axis = f'<line x1="{one:.1f}" y1="{TOP - 8}" x2="{one:.1f}" y2="{y - 6}" stroke="#808080"/>'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 50} {y}" '
        'font-family="sans-serif" font-size="12" fill="#808080">',
        "<title>How many times as fast as each peer</title>", *marks, axis, "</svg>", ""])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = json.load(file)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(chart(rows))


if __name__ == "__main__":
    main()
