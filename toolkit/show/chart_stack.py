"""Stacked columns, each part labelled beside the last of them; and scatters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from toolkit.show import canvas, layout, palette, words
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point
from toolkit.show.trend import HEIGHT, LABEL_MOST, x_labels

LIGHT_ON = {"#12436D": palette.PAPER, "#801650": palette.PAPER}  # the others take dark text


def stacked_chart(made: Plot, size: Size) -> canvas.Drawing:
    """Return stacked columns of at most four parts."""
    names = canvas.unique(made.x_names)
    pieces = _pieces(made)
    totals = [top for _, _, top in pieces]
    values, domain = layout.axis(0.0, max(totals, default=1.0) or 1.0)
    room = _room(made, size)
    width = size.width - room - 60
    thickness = max(6.0, min(64.0, width / len(names) * 0.72))
    box = (width, float(HEIGHT[size.name]))
    layers: list[canvas.Layer] = []
    for series, colour in _colours(made).items():
        own = [(p, low, top) for p, low, top in pieces if p.series == series]
        rows = [{"x": names[p.x], "y": low, "y2": top} for p, low, top in own]
        if rows:
            layers.append(canvas.columns(rows, colour, thickness))
        layers += _inside(made, own, colour, size, (box[1], domain[1], thickness))
    layers += _beside(made, pieces, size, (box[1], domain[1]))
    layers += _marks(made, size)
    x = alt.X(
        "x:O",
        sort=None,
        scale=alt.Scale(domain=list(names.values())),
        axis=canvas.name_axis(size, x_labels(list(names.values()), size, width)),
    )
    axis = canvas.number_axis(values, size)
    y = alt.Y("y:Q", scale=canvas.figures(domain), axis=axis)
    chart = alt.layer(*(layer.encode(x=x, y=y) for layer in layers))
    return canvas.finish(chart.properties(width=box[0], height=box[1]))


def _pieces(made: Plot) -> list[tuple[Point, float, float]]:
    """Return each part with where it starts and ends, the first series at the foot."""
    found = []
    for x in made.x_names:
        at = 0.0
        for series in made.series_names:
            for point in made.of(series=series):
                if point.x == x and point.y is not None:
                    top = at + point.y / made.scale.divisor
                    found.append((point, at, top))
                    at = top
    return found


def _colours(made: Plot) -> dict[str, str]:
    return dict(zip(made.series_names, palette.CATEGORIES, strict=False))


def _inside(
    made: Plot,
    own: Sequence[tuple[Point, float, float]],
    colour: str,
    size: Size,
    box: tuple[float, float, float],
) -> list[canvas.Layer]:
    """Return the figures within the parts that are large enough to hold them."""
    height, highest, thickness = box
    names = canvas.unique(made.x_names)
    rows = []
    for point, low, top in own:
        text = made.label(point.y)
        fits = layout.text_width(text, size.font) < thickness - 4
        if fits and (top - low) / highest * height > size.line + 2:
            rows.append({"x": names[point.x], "y": (low + top) / 2, "text": text})
    ink = LIGHT_ON.get(colour, palette.INK)
    return [canvas.texts(rows, size, ink, align="center")] if rows else []


def _beside(
    made: Plot,
    pieces: Sequence[tuple[Point, float, float]],
    size: Size,
    box: tuple[float, float],
) -> list[canvas.Layer]:
    """Return the name of each part to the right of the last column."""
    height, highest = box
    names = canvas.unique(made.x_names)
    last = {p.series: (low + top) / 2 for p, low, top in pieces}
    series = [s for s in made.series_names if s in last]
    wrapped = [_wrapped(made.series_names[s], size) for s in series]
    tall = [len(lines) * size.line + 3 for lines in wrapped]
    wanted = [height * (1 - last[s] / highest) for s in series]
    placed = layout.spread(wanted, tall, height)
    layers = []
    for s, lines, at, box_height in zip(series, wrapped, placed, tall, strict=True):
        top = at - box_height / 2 + size.line / 2 + 1
        row = {"x": list(names.values())[-1], "y": highest * (1 - top / height), "text": lines}
        colour = palette.text_colour(_colours(made)[s])
        dx = min(64.0, (size.width - _room(made, size) - 60) / len(names) * 0.72) / 2 + 8
        layers.append(canvas.texts([row], size, colour, dx=dx, fontWeight="bold"))
    return layers


def _marks(made: Plot, size: Size) -> list[canvas.Layer]:
    """Return the mark of hidden parts at the foot of their column."""
    names = canvas.unique(made.x_names)
    hidden = dict.fromkeys(p.x for p in made.points if p.hidden)
    rows = [{"x": names[x], "y": 0.0, "text": words.HIDDEN} for x in hidden]
    if not rows:
        return []
    return [canvas.texts(rows, size, palette.INK_FAINT, align="center", dy=size.line * 2 + 4)]


def _wrapped(name: str, size: Size) -> list[str]:
    return layout.wrap(name, LABEL_MOST[size.name] - 6, size.font, most=5)


def _room(made: Plot, size: Size) -> float:
    lines = [line for name in made.series_names.values() for line in _wrapped(name, size)]
    return max((layout.text_width(line, size.font) for line in lines), default=0.0) + 14


def scatter_chart(made: Plot, size: Size, highlight: Sequence[str]) -> canvas.Drawing:
    """Return a point for each row, with its name beside it."""
    points = [p for p in made.points if p.y is not None and p.at is not None]
    across, x_ends = layout.axis(*_ends([float(p.at or 0) for p in points]), most=5)
    up, y_ends = layout.axis(*_ends([float(p.y or 0) / made.scale.divisor for p in points]))
    width, height = size.width - 70.0, float(HEIGHT[size.name]) + 60
    layers: list[canvas.Layer] = []
    for is_strong in (False, True):
        own = [p for p in points if (p.series in highlight) == is_strong]
        rows = [{"x": p.at, "y": float(p.y or 0) / made.scale.divisor} for p in own]
        grey = bool(highlight) and not is_strong
        colour = palette.GREY if grey else palette.CATEGORIES[0]
        if rows:
            shape = "diamond" if is_strong else "circle"
            layers.append(canvas.dots(rows, colour, shape, 90))
    layers += _names(made, points, size, highlight, (width, height, x_ends, y_ends))
    title = made.x_measure.label if made.x_measure else ""
    x_axis = canvas.number_axis(across, size)
    x_axis.title = layout.wrap(title, width, size.font)
    x_axis.titleFontSize, x_axis.titleFontWeight = size.font, "normal"
    x_axis.titleColor = palette.INK
    x = alt.X("x:Q", scale=canvas.figures(x_ends), axis=x_axis)
    y = alt.Y("y:Q", scale=canvas.figures(y_ends), axis=canvas.number_axis(up, size))
    chart = alt.layer(*(layer.encode(x=x, y=y) for layer in layers))
    return canvas.finish(chart.properties(width=width, height=height))


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis; it starts at 0 unless the figures lie far from it."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if low > high * 0.5 and low > 0 else (min(low, 0.0), max(high, 0.0))


def _names(
    made: Plot,
    points: Sequence[Point],
    size: Size,
    highlight: Sequence[str],
    box: tuple[float, float, tuple[float, float], tuple[float, float]],
) -> list[canvas.Layer]:
    """Return names beside their points, on the side where there is room, kept apart."""
    width, height, across, up = box
    layers = []
    spot = {id(p): width * ((p.at or 0) - across[0]) / (across[-1] - across[0]) for p in points}
    for is_left in (False, True):
        own = [p for p in points if (spot[id(p)] > width * 0.55) == is_left]
        wanted = [
            height * (up[-1] - (p.y or 0) / made.scale.divisor) / (up[-1] - up[0]) for p in own
        ]
        lines = [
            layout.wrap(made.series_names.get(p.series, ""), width * 0.42, size.font, 2)
            for p in own
        ]
        tall = [len(text) * size.line + 1.0 for text in lines]
        placed = layout.spread(wanted, tall, height + 6)
        for p, text, at, box_height in zip(own, lines, placed, tall, strict=True):
            top = at - box_height / 2 + size.line / 2
            row = {"x": p.at, "y": up[-1] - (up[-1] - up[0]) * top / height, "text": text}
            weight = "bold" if p.series in highlight else "normal"
            side: dict[str, Any] = {"align": "right", "dx": -8} if is_left else {"dx": 8}
            layers.append(canvas.texts([row], size, fontWeight=weight, **side))
    return layers
