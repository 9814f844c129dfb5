"""Figures in classes, each a step of one hue, and the key that says what a step stands for."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.show import canvas, layout, palette, words
from toolkit.show.layout import Size
from toolkit.show.points import Plot
from toolkit.show.trend import is_whole

FIFTHS, MOST_STEPS = 5, 7
NEAR = 1e-9  # relative: what the difference of two fractions may be off by
EVEN_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20)  # times a power of ten
HATCH = 6.0  # pixels between the strokes of a hatched box
SWATCH = 16.0


@dataclass(frozen=True)
class Class:
    """One class of figures: its words, its colour, and the ink that reads on it."""

    text: str
    colour: str
    ink: str


@dataclass(frozen=True)
class Classes:
    """Classes from the lowest to the highest, and where each but the first starts."""

    classes: tuple[Class, ...]
    starts: tuple[float, ...]

    def of(self, value: float) -> Class:
        """Return the class of a figure, rounded as the classes are."""
        return self.classes[bisect.bisect_right(self.starts, value)]


def even(made: Plot) -> Classes:
    """Return classes of even width with round ends, five to seven where the figures allow."""
    known = [v / made.scale.divisor for p in made.points if (v := p.y) is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    whole = is_whole(made.measure)
    step = _even_step(low, high, whole)
    first = math.floor(low / step + 1e-9)
    last = math.floor(high / step + 1e-9)
    if not whole and last > first and abs(high - last * step) < step * 1e-9:
        last -= 1  # the highest figure ends the last class, rather than start one of its own
    edges = [round(i * step, 10) for i in range(first, last + 2)]
    decimals = layout.tick_decimals(edges)
    texts = [
        _whole(made, a, b) if whole else _from_to(made, a, b, decimals, b == edges[-1])
        for a, b in itertools.pairwise(edges)
    ]
    return Classes(_coloured(texts), tuple(e * made.scale.divisor for e in edges[1:-1]))


def _even_step(low: float, high: float, whole: bool) -> float:
    """Return the smallest round step with which the figures take no more classes than there are."""
    span = high - low or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / MOST_STEPS))
    steps = [s * power for s in EVEN_STEPS]
    if whole:
        steps = [s for s in (1.0, *steps) if s >= 1 and s % 1 == 0]
    return next(s for s in [*steps, span] if high // s - low // s < MOST_STEPS)


def _whole(made: Plot, start: float, end: float) -> str:
    return words.between(made.scale.text(start), made.scale.text(end - 1))


def _from_to(made: Plot, start: float, end: float, decimals: int, is_last: bool) -> str:
    unit = "%" if made.measure.unit == "%" else ""
    ends = [words.digits(v, decimals) + unit for v in (start, end)]
    return f"{ends[0]} to {'' if is_last else 'under '}{ends[1]}"


def fifths(made: Plot) -> Classes:
    """Return five classes that hold a fifth of the figures each; equal figures stay together.

    Figures are compared as they are written, so that no two classes seem to overlap.
    """
    known = sorted(_written(made, p.y) for p in made.points if p.y is not None)
    groups: dict[int, list[float]] = {}
    for value in known:
        groups.setdefault(FIFTHS * bisect.bisect_left(known, value) // len(known), []).append(value)
    held = list(groups.values())
    texts = [words.between(made.label(g[0]), made.label(g[-1])) for g in held]
    # A little more than half of the last place: 0.15 is written 0.2, and 0.2 - 0.05 is above it.
    half = 10.0**-made.scale.decimals * made.scale.divisor / 2 * (1 + NEAR)
    return Classes(_coloured(texts), tuple(g[0] - half for g in held[1:]))


def _written(made: Plot, value: float) -> float:
    rounded = words.half_up(value / made.scale.divisor, made.scale.decimals)
    return float(rounded) * made.scale.divisor


def _coloured(texts: Sequence[str]) -> tuple[Class, ...]:
    steps = palette.steps(len(texts))
    return tuple(Class(t, *step) for t, step in zip(texts, steps, strict=True))


def hatch(x: float, y: float, width: float, height: float) -> list[canvas.Row]:
    """Return the strokes that fill a box of pixels from the lower left to the upper right."""
    rows = []
    at = HATCH
    while at < width + height:
        start, end = max(0.0, at - height), min(at, width)
        rows.append(
            {"x": x + start, "y": y + at - start, "x2": x + end, "y2": y + at - end},
        )
        at += HATCH
    return rows


def empty_layers(hidden: Sequence[canvas.Row], missing: Sequence[canvas.Row]) -> list[canvas.Layer]:
    """Return boxes for what is hidden, hatched, and for what is not available, empty."""
    layers = []
    if hidden or missing:
        boxes = [*hidden, *missing]
        layers.append(canvas.boxes(boxes, palette.PAPER, palette.GREY, 0.75))
    if hidden:
        strokes = [
            s for b in hidden for s in hatch(b["x"], b["y"], b["x2"] - b["x"], b["y2"] - b["y"])
        ]
        layers.append(canvas.strokes(strokes, palette.GREY))
    return layers


def key(made: Plot, classes: Classes, size: Size, top: float) -> tuple[list[canvas.Layer], float]:
    """Return the key of the classes from `top` pixels down, and where it ends."""
    items: list[tuple[str, str | None]] = [(c.text, c.colour) for c in classes.classes]
    if made.any_hidden:
        items.append(("hidden", "hatched"))
    if any(p.y is None and not p.hidden for p in made.points):
        items.append(("not available", None))
    layers: list[canvas.Layer] = []
    x, y = 0.5, top
    for text, colour in items:
        width = SWATCH + 6 + layout.text_width(text, size.font) + 16
        if x > 1 and x + width - 16 > size.width:
            x, y = 0.5, y + SWATCH + 8
        box = {"x": x, "y": y, "x2": x + SWATCH, "y2": y + SWATCH}
        if colour in (None, "hatched"):
            layers += empty_layers(*(([box], []) if colour else ([], [box])))
        else:
            layers.append(canvas.boxes([box], str(colour), palette.GREY, 0.75))
        label = {"x": x + SWATCH + 6, "y": y + SWATCH / 2 + 1, "text": text}
        layers.append(canvas.texts([label], size))
        x += width
    return layers, y + SWATCH + 4
