"""Bars, dots with their ranges, and waterfalls: categories down the side, figures along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from toolkit.aggregate import Measure
from toolkit.show import canvas, layout, palette, words
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point, is_time
from toolkit.show.trend import is_whole

NAMES_MOST = 250  # pixels for the names beside the bars of a wide chart


@dataclass(frozen=True)
class Bar:
    """One bar, dot or step.

    Attributes:
        name: Its category.
        start: Where it starts.
        end: Where it ends; None where the figure is hidden or missing.
        text: What is written at its end.
        colour: Its colour.
        is_strong: Whether it is brought forward.
        low: The lower end of its range.
        high: The upper end of its range.
    """

    name: str
    start: float
    end: float | None
    text: str
    colour: str = palette.CATEGORIES[0]
    is_strong: bool = False
    low: float | None = None
    high: float | None = None


def bar_chart(
    made: Plot,
    size: Size,
    highlight: Sequence[str],
    order: str,
    kind: Literal["bar", "dot"],
) -> canvas.Drawing:
    """Return bars or dots, with a panel for each value of the facet."""
    charts = []
    names = made.facet_names if list(made.facet_names) != [""] else made.series_names
    by_facet = names is made.facet_names
    for code, name in names.items():
        points = made.of(facet=code) if by_facet else made.of(series=code)
        own = [_bar(made, p, highlight) for p in _sorted(made, points, order)]
        charts.append((name, own))
    every = [b for _, own in charts for b in own]
    whole = is_whole(made.measure)
    drawn = [_rows(own, every, size, kind, whole) for _, own in charts]
    if len(charts) == 1:
        return canvas.finish(drawn[0])
    titled = [
        canvas.titled(chart, name, size.width - 20, size)
        for chart, (name, _) in zip(drawn, charts, strict=True)
    ]
    return canvas.finish(canvas.panels(titled, 1))


def _sorted(made: Plot, points: Sequence[Point], order: str) -> list[Point]:
    """Return points largest first, hidden ones last; years keep their order."""
    if order == "labels" or is_time([p.x for p in points]):
        return list(points)
    return sorted(points, key=lambda p: (p.y is None, -(p.y or 0.0)))


def _bar(made: Plot, point: Point, highlight: Sequence[str]) -> Bar:
    is_strong = point.x in highlight
    grey = bool(highlight) and not is_strong
    divisor = made.scale.divisor
    ends = [None if v is None else v / divisor for v in (point.y, point.low, point.high)]
    return Bar(
        name=made.x_names[point.x],
        start=0.0,
        end=ends[0],
        text=words.HIDDEN if point.hidden else made.label(point.y),
        colour=palette.GREY if grey else palette.CATEGORIES[0],
        is_strong=is_strong,
        low=ends[1],
        high=ends[2],
    )


def waterfall(
    steps: Sequence[tuple[str, float | None, bool, bool, Measure]], size: Size
) -> canvas.Drawing:
    """Return the steps from one level to another, each from where the last one ended."""
    values = [v for _, v, *_ in steps if v is not None]
    scale = words.scale(values, steps[0][4])
    at, rows = 0.0, []
    for name, value, hidden, is_level, measure in steps:
        if value is None:
            rows.append(Bar(name, at, None, words.HIDDEN if hidden else words.MISSING))
            continue
        end = value if is_level else at + value
        sign = "+" if not is_level and value > 0 else ""
        colour = palette.LEVEL if is_level else (palette.RISE if value > 0 else palette.FALL)
        start = 0.0 if is_level else at / scale.divisor
        text = sign + words.in_scale(value, scale, measure)
        rows.append(Bar(name, start, end / scale.divisor, text, colour, is_level))
        at = end
    return canvas.finish(_rows(rows, rows, size, "bar"))


def _rows(
    own: Sequence[Bar], every: Sequence[Bar], size: Size, kind: str, whole: bool = False
) -> canvas.Drawing:
    """Return one panel of bars on the scale of every bar of the chart."""
    ends = [v for b in every for v in (b.start, b.end, b.low, b.high) if v is not None]
    values = layout.ticks(min(0.0, *ends, 0.0), max(0.0, *ends, 0.0) or 1.0, 5, whole)
    names = [layout.wrap(b.name, _name_room(every, size), size.font, 2) for b in own]
    thickness = 14 if size.is_narrow else 20
    tallest = size.line * max(map(len, names), default=1)
    step = thickness + tallest + 10 if size.is_narrow else max(thickness + 14, tallest + 10)
    width = _width(every, size, _name_room(every, size))
    domain = [str(i) for i in range(len(own))]
    y = alt.Y(
        "y:O",
        sort=None,
        scale=alt.Scale(domain=domain, paddingInner=0, paddingOuter=0),
        axis=None,
    )
    x = alt.X(
        "x:Q",
        scale=canvas.figures((values[0], values[-1])),
        axis=canvas.number_axis(values, size) if kind == "dot" else _quiet_axis(values, size),
    )
    layers = _layers(own, size, kind, thickness, values)
    layers += _name_layers(own, names, size, thickness, (values[0], _left_room(every, size)))
    chart = canvas.layered(canvas.gathered(layers), canvas.channel(x), canvas.channel(y))
    return chart.properties(width=width, height=step * len(own))


def _quiet_axis(values: Sequence[float], size: Size) -> alt.Axis:
    """Return the line at nought alone: each bar has its figure, so no other is needed."""
    axis = canvas.number_axis([0.0, *[v for v in values if v][:1]], size, labels=False)
    axis.values = [0.0]
    axis.gridColor = palette.INK_FAINT
    return axis


def _layers(
    own: Sequence[Bar], size: Size, kind: str, thickness: float, values: Sequence[float]
) -> list[canvas.Layer]:
    layers = []
    shift = _shift(size)
    for i, bar in enumerate(own):
        place = {"y": str(i)}
        if bar.end is None:
            row = {**place, "x": min(max(0.0, values[0]), values[-1]), "text": bar.text}
            layers.append(canvas.texts([row], size, palette.INK_FAINT, dx=6, dy=shift))
            continue
        if kind == "dot":
            layers += _dot_layers(bar, place, shift)
        else:
            row = {**place, "x": bar.start, "x2": bar.end}
            layers.append(canvas.bars([row], bar.colour, thickness).lowered(shift))
        layers.append(_figure(bar, place, size, kind))
    return layers


def _dot_layers(bar: Bar, place: dict[str, str], shift: float) -> list[canvas.Layer]:
    layers = []
    if bar.low is not None and bar.high is not None:
        row = {**place, "x": bar.low, "x2": bar.high}
        layers.append(canvas.rules([row], bar.colour, 3).lowered(shift))
    shape = "diamond" if bar.is_strong else "circle"
    dot = canvas.dots([{**place, "x": bar.end}], bar.colour, shape, 130)
    return [*layers, dot.lowered(shift)]


def _figure(bar: Bar, place: dict[str, str], size: Size, kind: str) -> canvas.Layer:
    """Return the figure beyond the end of a bar, on the side that it points to."""
    ends = [v for v in (bar.start, bar.end, bar.low, bar.high) if v is not None]
    is_left = _points_left(bar) and kind == "bar"
    at = min(ends) if is_left else max(ends if kind == "bar" else ends[1:])
    style: dict[str, Any] = {"align": "right", "dx": -6} if is_left else {"dx": 8}
    weight = "bold" if bar.is_strong else "normal"
    row = {**place, "x": at, "text": bar.text}
    return canvas.texts([row], size, dy=_shift(size), fontWeight=weight, **style)


def _name_layers(
    own: Sequence[Bar],
    names: Sequence[list[str]],
    size: Size,
    thickness: float,
    edge: tuple[float, float],
) -> list[canvas.Layer]:
    """Return the names: beside the bars, or above them where the page is narrow.

    `edge` is the figure at the left end of the axis, and the room that figures take before it.
    """
    layers = []
    left, room = edge
    for i, (bar, lines) in enumerate(zip(own, names, strict=True)):
        row = {"y": str(i), "x": left, "text": lines}
        weight = "bold" if bar.is_strong else "normal"
        if size.is_narrow:
            up = _shift(size) - thickness / 2 - size.line * (len(lines) - 0.5) - 1
            layers.append(canvas.texts([row], size, dx=3 - room, dy=up, fontWeight=weight))
        else:
            up = -size.line * (len(lines) - 1) / 2
            layers.append(
                canvas.texts([row], size, align="right", dx=-10 - room, dy=up, fontWeight=weight)
            )
    return layers


def _shift(size: Size) -> float:
    """Return how far a bar lies below the middle of its row, to leave room for its name."""
    return 10.0 if size.is_narrow else 0.0


def _name_room(every: Sequence[Bar], size: Size) -> float:
    if size.is_narrow:
        return size.width - 12.0
    widest = max((layout.text_width(b.name, size.font) for b in every), default=0.0)
    return min(widest + 4, NAMES_MOST)


def _width(every: Sequence[Bar], size: Size, names: float) -> float:
    """Return the width for the bars, once names and figures have their room."""
    left = 0.0 if size.is_narrow else names + 12
    right = 0.0 if all(_points_left(b) for b in every) else _figure_room(every, size)
    return max(size.width - left - _left_room(every, size) - right - 8, 80.0)


def _points_left(bar: Bar) -> bool:
    return bar.end is not None and bar.end < 0 and bar.start >= bar.end


def _figure_room(every: Sequence[Bar], size: Size) -> float:
    return max((layout.text_width(b.text, size.font) for b in every), default=0.0) + 14


def _left_room(every: Sequence[Bar], size: Size) -> float:
    """Return the room that figures take to the left of the bars, where any points that way."""
    return _figure_room(every, size) if any(_points_left(b) for b in every) else 0.0
