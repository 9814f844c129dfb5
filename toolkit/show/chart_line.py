"""Line charts: trends, with ranges for what is estimated and a label at the end of each line."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from toolkit.show import canvas, palette, words
from toolkit.show.layout import Size
from toolkit.show.line_labels import label_room, labels, last_figures
from toolkit.show.points import Plot, Point
from toolkit.show.trend import HEIGHT, Style, axis_of, scaled, style_of, tick_room, x_labels

PANEL_HEIGHT = {"wide": 130, "narrow": 110}
ACROSS = {"wide": 3, "narrow": 2}


def line_chart(made: Plot, size: Size, highlight: Sequence[str]) -> canvas.Drawing:
    """Return a line chart; more lines than colours get a panel each."""
    series = list(made.series_names)
    if list(made.facet_names) != [""]:
        return _facets(made, size, highlight)
    if len(series) > palette.MOST_CATEGORIES and not highlight:
        return _one_each(made, size)
    room = label_room(made, series, size)
    width = size.width - room - tick_room(made, size) - 16
    chart = _panel(made, made.points, size, (width, HEIGHT[size.name]), highlight)
    return canvas.finish(chart)


def _one_each(made: Plot, size: Size) -> canvas.Drawing:
    """Return a panel for each series, all on one scale."""
    width = _panel_width(made, size)
    charts = [
        canvas.titled(
            _panel(made, made.of(series=s), size, (width, PANEL_HEIGHT[size.name]), (), False),
            name,
            width,
            size,
        )
        for s, name in made.series_names.items()
    ]
    return canvas.finish(canvas.panels(charts, ACROSS[size.name]))


def _facets(made: Plot, size: Size, highlight: Sequence[str]) -> canvas.Drawing:
    """Return a panel for each value of the facet, all on one scale."""
    has_series = len(made.series_names) > 1
    across = 1 if has_series else ACROSS[size.name]
    room = label_room(made, list(made.series_names), size) if has_series else 0
    width = size.width - room - tick_room(made, size) - 16 if has_series else (
        _panel_width(made, size))  # fmt: skip
    charts = [
        canvas.titled(
            _panel(
                made,
                made.of(facet=f),
                size,
                (width, PANEL_HEIGHT[size.name]),
                highlight,
                has_series,
            ),
            name,
            width,
            size,
        )
        for f, name in made.facet_names.items()
    ]
    return canvas.finish(canvas.panels(charts, across))


def _panel_width(made: Plot, size: Size) -> float:
    across = ACROSS[size.name]
    return (size.width - across * (tick_room(made, size) + 6) - (across - 1) * 22) / across


def _panel(
    made: Plot,
    points: Sequence[Point],
    size: Size,
    box: tuple[float, float],
    highlight: Sequence[str],
    has_labels: bool = True,
) -> canvas.Drawing:
    """Return lines, ranges, points and labels in one panel."""
    values, domain = axis_of(made)
    names = canvas.unique(made.x_names)
    layers: list[canvas.Layer] = []
    drawn = [s for s in made.series_names if any(p.series == s for p in points)]
    for s in sorted(drawn, key=lambda s: s in highlight):
        own = [p for p in points if p.series == s]
        layers += _series(made, own, names, style_of(made, s, highlight, has_labels))
    if len(drawn) == 1 or not layers:
        layers += _gaps(points, names, domain[0], size)
    if has_labels:
        layers += labels(made, points, size, (box[1], domain), highlight)
    else:
        layers += last_figures(made, points, names, size)
    x = alt.X(
        "x:O",
        sort=None,
        scale=alt.Scale(domain=list(names.values()), padding=0.25),
        axis=canvas.name_axis(size, x_labels(list(names.values()), size, box[0])),
    )
    y = alt.Y(
        "y:Q",
        scale=canvas.figures(domain),
        axis=canvas.number_axis(values, size),
    )
    return alt.layer(*(layer.encode(x=x, y=y) for layer in layers)).properties(
        width=box[0], height=box[1]
    )


def _series(
    made: Plot, points: Sequence[Point], names: dict[str, str], style: Style
) -> list[canvas.Layer]:
    layers = []
    for run in _runs(made, points):
        for part, is_forecast in _parts(run):
            rows = [{"x": names[p.x], "y": scaled(made, p.y)} for p in part]
            if is_forecast and (shaded := _band_rows(made, part, names)):
                layers.append(canvas.band(shaded, style.colour))
            if len(rows) > 1:
                dash = (6, 4) if is_forecast else style.dash
                layers.append(canvas.lines(rows, style.colour, style.width, dash))
    rows = [{"x": names[p.x], "y": scaled(made, p.y)} for p in points if p.y is not None]
    if rows and (style.colour != palette.GREY or len(rows) == 1):
        layers.append(canvas.dots(rows, style.colour, style.shape))
    return layers


def _band_rows(made: Plot, part: Sequence[Point], names: dict[str, str]) -> list[dict[str, object]]:
    """Return the range along a forecast; it opens from the last figure that is known."""
    return [
        {
            "x": names[p.x],
            "y": scaled(made, p.y if p.low is None else p.low),
            "y2": scaled(made, p.y if p.high is None else p.high),
        }
        for p in part
    ]


def _runs(made: Plot, points: Sequence[Point]) -> list[list[Point]]:
    """Return stretches of points without a gap: a hidden figure breaks the line."""
    by_x = {p.x: p for p in points}
    runs: list[list[Point]] = [[]]
    for x in made.x_names:
        point = by_x.get(x)
        if point is not None and point.y is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _parts(run: Sequence[Point]) -> list[tuple[list[Point], bool]]:
    """Return the known part of a stretch and its forecast, which starts at the last known."""
    at = next((i for i, p in enumerate(run) if p.low is not None), len(run))
    parts = [(list(run[:at]), False), (list(run[max(at - 1, 0) :]), True)]
    return [(points, is_forecast) for points, is_forecast in parts if points and (
        not is_forecast or at < len(run))]  # fmt: skip


def _gaps(
    points: Sequence[Point], names: dict[str, str], bottom: float, size: Size
) -> list[canvas.Layer]:
    """Return the marks of hidden and missing figures at the foot of their places."""
    marks = {p.x: words.HIDDEN if p.hidden else words.MISSING for p in points if p.y is None}
    rows = [{"x": names[x], "y": bottom, "text": mark} for x, mark in marks.items()]
    if not rows:
        return []
    return [canvas.texts(rows, size, palette.INK_FAINT, align="center", dy=-8)]
