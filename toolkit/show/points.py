"""What a chart draws: protected figures as points. Charts, alt texts and tables share them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toolkit.aggregate import Aggregate, Measure
from toolkit.show import words
from toolkit.show.disclosure import Protected
from toolkit.show.shown import Shown, codes, label, ordered

Ends = tuple[float | None, float | None]
AXIS_IN_MILLIONS = 2_000_000
ACROSS = ("scatter", "funnel")  # marks whose bottom axis holds figures


@dataclass(frozen=True)
class Point:
    """One point. `y` is None where the figure is hidden or missing.

    Attributes:
        x: The code along the axis; for a scatter the text of its figure.
        series: The code of its line, part or point; "" where there is one only.
        facet: The code of its panel; "" where there is one only.
        y: The figure.
        hidden: Whether the figure is hidden.
        low: The lower end of its range.
        high: The upper end of its range.
        inner: The ends of the narrower range within.
        at: The figure along the bottom of a scatter.
        middle: The middle of the figures that it stands among.
        against: A figure that it stands against.
        tile: The column and the row of its tile.
    """

    x: str
    series: str
    facet: str
    y: float | None
    hidden: bool
    low: float | None = None
    high: float | None = None
    inner: Ends = (None, None)
    at: float | None = None
    middle: float | None = None
    against: float | None = None
    tile: Ends = (None, None)

    @property
    def is_estimate(self) -> bool:
        """Whether it has a range with two ends apart, as a recorded figure has not."""
        return self.low is not None and self.high is not None and self.low != self.high

    @property
    def figures(self) -> list[float]:
        """All of its figures that share the axis of `y`, as far as they are known."""
        every = (self.y, self.low, self.high, *self.inner, self.middle, self.against)
        return [v for v in every if v is not None]


@dataclass(frozen=True)
class Plot:
    """All that a chart needs: points, names in order, and how figures are written.

    `since` is the last recorded place along the axis, where what follows is forecast; `ranges`
    names the range, and after it the inner one.
    """

    points: tuple[Point, ...]
    x_names: Mapping[str, str]
    series_names: Mapping[str, str]
    facet_names: Mapping[str, str]
    measure: Measure
    scale: words.Scale
    x_measure: Measure | None = None
    since: str | None = None
    ranges: tuple[str, ...] = ()

    @property
    def any_hidden(self) -> bool:
        """Whether any point is hidden."""
        return any(p.hidden for p in self.points)

    def of(self, series: str | None = None, facet: str | None = None) -> tuple[Point, ...]:
        """Return the points of a series or of a panel, in the order along the axis."""
        place = {x: i for i, x in enumerate(self.x_names)}
        kept = [
            p
            for p in self.points
            if (series is None or p.series == series) and (facet is None or p.facet == facet)
        ]
        return tuple(sorted(kept, key=lambda p: place.get(p.x, 0)))

    def text(self, value: float | None) -> str:
        """Return a figure with its unit, as a sentence has it."""
        return words.MISSING if value is None else words.figure(value, self.measure)

    def label(self, value: float | None) -> str:
        """Return a figure as a label in the drawing has it: the subtitle names a long unit."""
        if value is None or self.measure.unit == "%":
            return self.text(value)
        if self.measure.unit == "£":
            return words.in_scale(value, self.scale, self.measure)
        return self.scale.text(value)


def plot(shown: Shown) -> Plot:
    """Return the points of a chart view."""
    spec = shown.spec
    protected = selected(shown.protected[0], spec)
    measure = protected.aggregate.measure(spec["y"])
    values = [v for c in drawn_measures(spec) for v in protected.frame[c].tolist()]
    is_scatter = spec["mark"] in ACROSS
    names = {} if is_scatter else _filled(_names(protected, spec["x"]))
    if spec["since"] is not None and spec["since"] not in names:
        raise ValueError(
            f"The chart has no {spec['x']} {spec['since']} for its forecast to follow."
        )
    return Plot(
        points=tuple(_points(protected, spec)),
        x_names=names,
        series_names=_names(protected, spec["colour"]),
        facet_names=_names(protected, spec["facet"]),
        measure=measure,
        scale=_scale(values, measure, spec["mark"]),
        x_measure=protected.aggregate.measure(spec["x"]) if is_scatter else None,
        since=spec["since"],
        ranges=tuple(_range_names(spec, protected.aggregate)),
    )


def _scale(values: Sequence[float], measure: Measure, mark: str) -> words.Scale:
    """Return how the figures of a chart are written: along an axis, millions from 2 million on."""
    known = [abs(v) for v in values if not words.is_missing(v)]
    is_money = measure.unit == "£" and measure.decimals is None
    if is_money and mark in ("line", "stacked") and max(known, default=0.0) >= AXIS_IN_MILLIONS:
        return words.MILLIONS
    return words.scale(values, measure)


def drawn_measures(spec: Mapping[str, Any]) -> list[str]:
    """Return the measures on the axis of figures: the figure, then its ranges from the inside."""
    named = (spec["y"], spec["middle"], spec["against"], *spec["inner"], spec["low"], spec["high"])
    return [c for c in named if c]


def _range_names(spec: Mapping[str, Any], aggregate: Aggregate) -> list[str]:
    """Return what the range is called, and after it the inner one where there is one."""
    pairs = [pair for pair in ((spec["low"], spec["high"]), spec["inner"]) if all(pair) and pair]
    labels = [[aggregate.measure(column).label for column in pair] for pair in pairs]
    return [words.range_name(low, high) for low, high in labels]


def selected(protected: Protected, spec: Mapping[str, Any]) -> Protected:
    """Return the rows that a chart draws, and the dimensions that tell them apart.

    A dimension that is drawn loses its "All"; one that is not keeps nothing else.

    Raises:
        ValueError: A dimension is neither drawn nor held to one value.
    """
    aggregate = protected.aggregate
    drawn = [d for d in (spec["x"], spec["colour"], spec["facet"]) if d in aggregate.dimensions]
    keep = codes(protected, aggregate.dimensions[0]).map(lambda _: True) if (
        aggregate.dimensions) else protected.frame.index.map(lambda _: True).to_series(
            index=protected.frame.index)  # fmt: skip
    for dimension in aggregate.dimensions:
        texts = codes(protected, dimension)
        keep &= texts.isin(_wanted(dimension, texts.unique().tolist(), drawn, spec["where"]))
    rows = protected.frame.index[keep.astype(bool)]
    left = replace(aggregate, dimensions=tuple(dict.fromkeys(drawn)))
    return Protected(protected.frame.loc[rows], protected.hidden.loc[rows], left)


def _wanted(
    dimension: str, present: Sequence[str], drawn: Sequence[str], where: Mapping[str, list[str]]
) -> list[str]:
    if dimension in where:
        return where[dimension]
    if dimension in drawn:
        return [c for c in present if c != "All"] or list(present)
    if "All" in present:
        return ["All"]
    if len(present) > 1:
        raise ValueError(
            f"The chart does not say which '{dimension}' it draws: give it a channel, or "
            f"where={{'{dimension}': ...}}."
        )
    return list(present)


def _points(protected: Protected, spec: Mapping[str, Any]) -> list[Point]:
    texts = {
        d: codes(protected, spec[d]).tolist() if spec[d] and (
            spec[d] in protected.frame.columns) else [""] * len(protected.frame)
        for d in ("x", "colour", "facet")
    }  # fmt: skip
    inner = spec["inner"] or (None, None)
    return [
        Point(
            x=texts["x"][i],
            series=texts["colour"][i],
            facet=texts["facet"][i],
            y=_value(protected, i, spec["y"]),
            hidden=_hides(protected, i, spec),
            low=_value(protected, i, spec["low"]),
            high=_value(protected, i, spec["high"]),
            inner=(_value(protected, i, inner[0]), _value(protected, i, inner[1])),
            at=_value(protected, i, spec["x"]) if spec["mark"] in ACROSS else None,
            middle=_value(protected, i, spec["middle"]),
            against=_value(protected, i, spec["against"]),
            tile=(_value(protected, i, spec["column"]), _value(protected, i, spec["row"])),
        )
        for i in range(len(protected.frame))
    ]


def _hides(protected: Protected, row: int, spec: Mapping[str, Any]) -> bool:
    columns = [spec["y"], *([spec["x"]] if spec["mark"] in ACROSS else [])]
    return any(protected.figures(c)[row][1] for c in columns)


def _value(protected: Protected, row: int, column: str | None) -> float | None:
    if column is None:
        return None
    value, _ = protected.figures(column)[row]
    return None if words.is_missing(value) else float(value)


def _names(protected: Protected, dimension: str | None) -> dict[str, str]:
    """Return the codes of a dimension with their labels, in the order to draw them."""
    if not dimension:
        return {"": ""}
    return {c: label(protected, dimension, c) for c in ordered(protected, dimension)}


def _filled(names: dict[str, str]) -> dict[str, str]:
    """Return years without a gap, so that each takes the same space; other codes as they are."""
    if len(names) < 2 or not all(re.fullmatch(r"(19|20)\d\d", code) for code in names):
        return names
    first, last = min(map(int, names)), max(map(int, names))
    return {str(y): names.get(str(y), str(y)) for y in range(first, last + 1)}


def is_time(codes_: Sequence[str]) -> bool:
    """Return whether codes are years or months, so that they keep their order."""
    return all(re.fullmatch(r"(19|20)\d\d(\d\d|[-/]\d\d)?(-\d\d)?.*", c) for c in codes_)


def steps(shown: Shown) -> list[tuple[str, float | None, bool, bool, Measure]]:
    """Return the steps of a waterfall: name, figure, hidden, is it a level, and its measure."""
    spec = shown.spec
    if not spec["steps"]:
        made = plot(shown)
        points = made.of()
        levels = spec["levels"] or [points[0].x, points[-1].x]
        return [(made.x_names[p.x], p.y, p.hidden, p.x in levels, made.measure) for p in points]
    protected = selected(shown.protected[0], {**spec, "x": None, "colour": None, "facet": None})
    if len(protected.frame) != 1:
        raise ValueError(f"A waterfall over columns is of one row, not {len(protected.frame)}.")
    ends = (spec["steps"][0], spec["steps"][-1])
    found = []
    for column in spec["steps"]:
        measure = protected.aggregate.measure(column)
        _, hidden = protected.figures(column)[0]
        found.append((measure.label, _value(protected, 0, column), hidden, column in ends, measure))
    return found
