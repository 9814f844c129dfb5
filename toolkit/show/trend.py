"""What the charts of trends share: the axis of figures, and how each series is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.aggregate import Measure
from toolkit.show import layout, palette, words
from toolkit.show.layout import Size
from toolkit.show.points import Plot

HEIGHT = {"wide": 320, "narrow": 250}
LABEL_MOST = {"wide": 190, "narrow": 104}  # pixels kept free for the labels at line ends
FAR_FROM_NOUGHT = 0.6  # of the largest figure, for the smallest


@dataclass(frozen=True)
class Style:
    """How one series is drawn."""

    colour: str
    dash: tuple[int, ...]
    shape: str
    width: float


def style_of(made: Plot, series: str, highlight: Sequence[str], is_told_apart: bool) -> Style:
    """Return how to draw a series: those brought forward in colour, the others in grey."""
    coloured = [s for s in made.series_names if s in highlight] or list(made.series_names)
    if series not in coloured:
        return Style(palette.GREY, (1, 0), "circle", 1.5)
    at = coloured.index(series) % palette.MOST_CATEGORIES if is_told_apart else 0
    has_range = made.since is not None or any(p.low is not None for p in made.points)
    # Dashes say "forecast" where there is one; shapes and labels tell the lines apart.
    dash = (1, 0) if has_range else palette.DASHES[at]
    return Style(palette.CATEGORIES[at], dash, palette.SHAPES[at], 2.5)


def axis_of(made: Plot) -> tuple[list[float], tuple[float, float]]:
    """Return the ticks and the ends of the axis of figures.

    It starts at 0, but for an index or a rate that lies far from it.
    """
    known = [scaled(made, v) for p in made.points for v in p.figures]
    lowest, highest = min(known, default=0.0), max(known, default=1.0)
    whole = is_whole(made.measure)
    if not starts_at_nought(made):
        return layout.axis(lowest, highest, whole=whole)
    top = 100.0 if made.measure.unit == "%" else 1.0  # of an axis on which all is nought
    return layout.axis(min(lowest, 0.0), max(highest, 0.0) or top, whole=whole)


def is_whole(measure: Measure) -> bool:
    """Return whether figures come in whole steps only: nobody counts half a plan."""
    return measure.unit == "people" or (measure.unit == "number" and measure.decimals == 0)


def starts_at_nought(made: Plot) -> bool:
    """Return whether the axis holds 0."""
    known = [v for p in made.points for v in (p.y, p.low) if v is not None]
    is_rate = made.measure.unit in ("number", "per 1,000")
    return not (is_rate and known and min(known) > FAR_FROM_NOUGHT * max(known))


def tick_room(made: Plot, size: Size) -> float:
    """Return the room that the labels of the axis of figures take."""
    values, _ = axis_of(made)
    decimals = layout.tick_decimals(values)
    return max(layout.text_width(words.digits(v, decimals), size.font) for v in values) + 8


def scaled(made: Plot, value: float | None) -> float:
    """Return a figure on the scale of its axis, as in £ million."""
    return 0.0 if value is None else value / made.scale.divisor


def x_labels(made: Plot, names: Sequence[str], size: Size, width: float) -> list[str]:
    """Return the names along the bottom that have room, the last and the start of a forecast."""
    widest = max((layout.text_width(n, size.font) for n in names), default=0)
    least = layout.step(len(names), widest, width)
    last = len(names) - 1
    at = list(made.x_names).index(made.since) if made.since is not None else last
    kept = [i for i in range(last + 1) if (i - at) % least == 0]
    if kept[-1] != last and (last - at) >= least:  # the last is named, if not those beside it
        kept = [*(i for i in kept if last - i >= least), last]
    return [names[i] for i in kept]
