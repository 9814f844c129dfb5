"""Scatters: a point for each row, with its name beside it."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from toolkit.show import canvas, layout, palette, placing
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point
from toolkit.show.trend import HEIGHT, scaled

OVER = 10.0  # pixels that a name may reach over the right and the lower edge


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
    layers += point_names(made, points, points, size, highlight, (width, height, x_ends, y_ends))
    axis = titled_axis(made, across, width, size)
    x = alt.X("x:Q", scale=canvas.figures(x_ends), axis=axis)
    y = alt.Y("y:Q", scale=canvas.figures(y_ends), axis=canvas.number_axis(up, size))
    chart = canvas.layered(layers, canvas.channel(x), canvas.channel(y))
    return canvas.finish(chart.properties(width=width, height=height))


def titled_axis(made: Plot, values: Sequence[float], width: float, size: Size) -> alt.Axis:
    """Return the axis of the figures along the bottom, with what they are."""
    axis = canvas.number_axis(values, size)
    title = made.x_measure.label if made.x_measure else ""
    axis.title = layout.wrap(title, width, size.font)
    axis.titleFontSize, axis.titleFontWeight = size.font, "normal"
    axis.titleColor = palette.INK
    return axis


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis; it starts at 0 unless the figures lie far from it."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if low > high * 0.5 and low > 0 else (min(low, 0.0), max(high, 0.0))


def point_names(
    made: Plot,
    named: Sequence[Point],
    every: Sequence[Point],
    size: Size,
    highlight: Sequence[str],
    box: tuple[float, float, tuple[float, float], tuple[float, float]],
) -> list[canvas.Layer]:
    """Return names beside their points, where they cover no other name and none of the points."""
    width, height, across, up = box

    def spot(p: Point) -> tuple[float, float]:
        right = ((p.at or 0.0) - across[0]) / (across[-1] - across[0])
        return width * right, height * (up[-1] - scaled(made, p.y)) / (up[-1] - up[0])

    lines = [
        layout.wrap(made.series_names.get(p.series, ""), width * 0.42, size.font, 3) for p in named
    ]
    sizes = [
        (max(layout.text_width(t, size.font) for t in text), len(text) * size.line + 1.0)
        for text in lines
    ]
    spots = [spot(p) for p in named]
    placed = placing.beside(spots, sizes, [spot(p) for p in every], (width + OVER, height + OVER))
    layers = []
    for p, text, where, (_, y) in zip(named, lines, placed, spots, strict=True):
        top = y + where.shift - (len(text) - 1) * size.line / 2
        row = {"x": p.at, "y": up[-1] - (up[-1] - up[0]) * top / height, "text": text}
        weight = "bold" if p.series in highlight else "normal"
        dx = -placing.GAP if where.is_left else placing.GAP
        align = "right" if where.is_left else "left"
        layers.append(canvas.texts([row], size, fontWeight=weight, align=align, dx=dx))
    return layers
