"""Where things go in a chart: sizes, ticks, wrapped labels, and labels kept apart."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

NARROW_CHARACTERS, WIDE_CHARACTERS = "iljtfrI.,:;'|!()[] ", "mwMWOQG%£—"


@dataclass(frozen=True)
class Size:
    """How wide a chart is drawn, in pixels, and how large its text is.

    Attributes:
        name: `wide` or `narrow`, as in the CSS class.
        width: Of the whole drawing.
        font: Size of its text.
    """

    name: str
    width: int
    font: int

    @property
    def is_narrow(self) -> bool:
        """Whether it is meant for a screen 320 pixels wide."""
        return self.name == "narrow"

    @property
    def line(self) -> int:
        """Height of a line of text."""
        return self.font + 3


WIDE = Size("wide", 720, 14)
NARROW = Size("narrow", 320, 13)


def text_width(text: str, font: int) -> float:
    """Return about how wide a text is in Arial, in pixels: for leaving room, not for drawing."""
    total = 0.0
    for character in text:
        if character in NARROW_CHARACTERS:
            total += 0.30
        elif character in WIDE_CHARACTERS:
            total += 0.85
        else:
            total += 0.68 if character.isupper() else 0.56
    return total * font


def wrap(text: str, width: float, font: int, most: int = 3) -> list[str]:
    """Return a text in lines that fit the width; what is over after the last is cut with "…"."""
    lines: list[str] = []
    gap = ""
    for part in re.findall(r"[^\s-]+-*|-+|\s+", text):
        if part.isspace():
            gap = " "
            continue
        if lines and text_width(lines[-1] + gap + part, font) <= width:
            lines[-1] += gap + part
        else:
            lines += _pieces(part, width, font)
        gap = ""
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(".,-") + "…"]
    return lines or [""]


def _pieces(word: str, width: float, font: int) -> list[str]:
    """Return a word in pieces that fit the width: a name of 300 letters has no other break."""
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, font) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def ticks(low: float, high: float, most: int = 6, whole: bool = False) -> list[float]:
    """Return round values from at or below `low` to at or above `high`, evenly spaced.

    Steps are 1, 2, 2.5 or 5 times a power of ten; `whole` ones where a half means nothing.
    """
    span = high - low or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    steps = [s * power for s in (1, 2, 2.5, 5, 10, 20) if span / (s * power) <= most - 1]
    step = next((s for s in steps if s >= 1 and s % 1 == 0), 1.0) if whole else steps[0]
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, max(last, first + 1) + 1)]


def axis(
    low: float, high: float, most: int = 6, whole: bool = False
) -> tuple[list[float], tuple[float, float]]:
    """Return the ticks of an axis and its ends: a tick at the low end, little over the high."""
    values = ticks(low, high, most, whole)
    top = values[-1] if high - values[-2] > 0.7 * (values[-1] - values[-2]) else high
    end = max(top, high + 0.03 * (high - values[0]))
    return [v for v in values if v <= end], (values[0], end)


def tick_decimals(values: Sequence[float]) -> int:
    """Return how many decimals it takes to write evenly spaced ticks apart."""
    step = abs(values[1] - values[0]) if len(values) > 1 else abs(values[0]) or 1.0
    return next((d for d in range(6) if abs(round(step, d) - step) < step * 1e-6), 6)


def spread(wanted: Sequence[float], heights: Sequence[float], bottom: float) -> list[float]:
    """Return positions near the wanted ones at which labels of these heights do not overlap.

    Args:
        wanted: The middle of each label, in pixels from the top.
        heights: How tall each is.
        bottom: The largest that the lower edge of a label may be.
    """
    at = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = list(wanted)
    edge = -math.inf
    for i in at:
        placed[i] = max(placed[i], edge + heights[i] / 2)
        edge = placed[i] + heights[i] / 2
    edge = bottom
    for i in reversed(at):
        placed[i] = min(placed[i], edge - heights[i] / 2)
        edge = placed[i] - heights[i] / 2
    return placed


def step(count: int, widest: float, room: float) -> int:
    """Return of how many items one can be named, so that the names have room."""
    return max(1, math.ceil(count / max(1, int(room // (widest + 8)))))
