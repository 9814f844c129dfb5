"""Line charts: trends, with ranges for what is estimated and a label at the end of each line."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt

from toolkit.show import canvas, layout, palette, words
from toolkit.show.fan import fan, parts, since_rule
from toolkit.show.layout import Size
from toolkit.show.line_labels import label_room, labels, last_figures
from toolkit.show.points import Plot, Point
from toolkit.show.trend import HEIGHT, Style, axis_of, scaled, style_of, tick_room, x_labels

PANEL_HEIGHT = {"wide": 130, "narrow": 110}
EDGE = 0.25  # from the last place to the end of the axis, of the way from place to place
ACROSS = {"wide": 3, "narrow": 2}
DOT_ROOM = 22  # pixels from dot to dot, where dashes are to be seen between them


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
    room = (size.width - across * (tick_room(made, size) + 6) - (across - 1) * 22) / across
    # The last name along the bottom reaches over the end, where many places lie close.
    widest = max((layout.text_width(n, size.font) for n in made.x_names.values()), default=0.0)
    over = widest / 2 - room / max(len(made.x_names), 1) * EDGE
    return room - max(over, 0.0)


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
    drawn = [s for s in made.series_names if any(p.series == s for p in points)]
    each = [
        ([p for p in points if p.series == s], style_of(made, s, highlight, has_labels))
        for s in sorted(drawn, key=lambda s: s in highlight)
    ]
    # All ranges lie under all lines, so that no line is lost in another's range.
    layers = [layer for own, style in each for layer in fan(made, own, names, style)]
    room = box[0] / max(len(names), 1)
    layers += [layer for own, style in each for layer in _series(made, own, names, style, room)]
    if len(drawn) == 1 or not layers:
        layers += _gaps(points, names, domain[0], size)
    if has_labels:
        layers += labels(made, points, size, (box[1], domain), highlight)
    else:
        layers += last_figures(made, points, names, size, room)
    x = alt.X(
        "x:O",
        sort=None,
        scale=alt.Scale(domain=list(names.values()), padding=EDGE),
        axis=canvas.name_axis(size, x_labels(made, list(names.values()), size, box[0])),
    )
    y = alt.Y(
        "y:Q",
        scale=canvas.figures(domain),
        axis=canvas.number_axis(values, size),
    )
    across, up = canvas.channel(x), canvas.channel(y)
    placed = [layer.encode(x=across, y=up) for layer in layers]
    chart = canvas.layered([*placed, *since_rule(made, names, across, size)])
    return chart.properties(width=box[0], height=box[1])


def _series(
    made: Plot, points: Sequence[Point], names: dict[str, str], style: Style, room: float
) -> list[canvas.Layer]:
    """Return one series; `room` is how far its points lie apart."""
    layers = []
    for part, is_forecast in parts(made, points):
        rows = [{"x": names[p.x], "y": scaled(made, p.y)} for p in part]
        if len(rows) > 1:
            dash = (6, 4) if is_forecast else style.dash
            layers.append(canvas.lines(rows, style.colour, style.width, dash))
    rows = [{"x": names[p.x], "y": scaled(made, p.y)} for p in _spaced(made, points, room)]
    if rows and (style.colour != palette.GREY or len(rows) == 1):
        layers.append(canvas.dots(rows, style.colour, style.shape))
    return layers


def _spaced(made: Plot, points: Sequence[Point], room: float) -> list[Point]:
    """Return the points that get a dot: all of them, or so many that dashes show between."""
    known = [p for p in points if p.y is not None]
    if made.since is None:
        return known
    step, places = math.ceil(DOT_ROOM / room), list(made.x_names)
    alone = [p for part, _ in parts(made, points) for p in part if len(part) == 1]
    return [p for p in known if p in alone or (len(places) - 1 - places.index(p.x)) % step == 0]


def _gaps(
    points: Sequence[Point], names: dict[str, str], bottom: float, size: Size
) -> list[canvas.Layer]:
    """Return the marks of hidden and missing figures at the foot of their places."""
    marks = {p.x: words.HIDDEN if p.hidden else words.MISSING for p in points if p.y is None}
    rows = [{"x": names[x], "y": bottom, "text": mark} for x, mark in marks.items()]
    if not rows:
        return []
    return [canvas.texts(rows, size, palette.INK_FAINT, align="center", dy=-8)]
