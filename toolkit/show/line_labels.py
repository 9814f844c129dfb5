"""Names and last figures at the ends of lines, instead of a legend."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.show import canvas, layout, palette, words
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point
from toolkit.show.trend import LABEL_MOST, scaled, style_of


def labels(
    made: Plot,
    points: Sequence[Point],
    size: Size,
    axis: tuple[float, tuple[float, float]],
    highlight: Sequence[str],
) -> list[canvas.Layer]:
    """Return the name and last figure of each line at its end, none on top of another."""
    height, (foot, head) = axis
    ends = [e for s in made.series_names if (e := _end(made, points, s)) is not None]
    if not ends:
        return []
    span = head - foot
    wanted = [height * (head - scaled(made, p.y)) / span for p in ends]
    wrapped = [_label_lines(made, p, size) for p in ends]
    tall = [len(lines) * size.line + 2 for lines in wrapped]
    placed = layout.spread(wanted, tall, height)
    last = list(canvas.unique(made.x_names).values())[-1]
    layers = []
    for point, lines, at, box in zip(ends, wrapped, placed, tall, strict=True):
        style = style_of(made, point.series, highlight, True)
        top = at - box / 2 + size.line / 2 + 1
        row = {"x": last, "y": head - span * top / height, "text": lines}
        weight = "normal" if style.colour == palette.GREY else "bold"
        colour = palette.text_colour(style.colour)
        layers.append(canvas.texts([row], size, colour, dx=10, fontWeight=weight))
    return layers


def _end(made: Plot, points: Sequence[Point], series: str) -> Point | None:
    """Return the last point of a line along the axis, in whatever order its rows stand."""
    order = {x: at for at, x in enumerate(made.x_names)}
    own = [p for p in points if p.series == series and p.y is not None]
    return max(own, key=lambda p: order[p.x], default=None)


def _label_lines(made: Plot, point: Point, size: Size) -> list[str]:
    name, figure = made.series_names.get(point.series, ""), _last_figure(made, point)
    return layout.wrap(f"{name} {figure}".strip(), LABEL_MOST[size.name], size.font, most=4)


def _last_figure(made: Plot, end: Point) -> str:
    """Return the figure at the end of the axis: a hidden one says so, an earlier one its place."""
    last = list(made.x_names)[-1]
    same = [p for p in made.of(end.series, end.facet) if p.x == last]
    if same and same[0].hidden:
        return words.HIDDEN
    if end.x != last:
        return f"{made.label(end.y)} in {made.x_names[end.x]}"
    return made.label(end.y)


def label_room(made: Plot, series: Sequence[str], size: Size) -> float:
    """Return the room that the longest label at a line's end takes."""
    lines = [
        line
        for s in series
        if (end := _end(made, made.of(series=s), s)) is not None
        for line in _label_lines(made, end, size)
    ]
    return max((layout.text_width(line, size.font) for line in lines), default=0) + 10


def last_figures(
    made: Plot, points: Sequence[Point], names: dict[str, str], size: Size, room: float
) -> list[canvas.Layer]:
    """Return the last figure above its point, for a panel too small for a label beside it.

    `room` is how far points lie apart.
    """
    end = _end(made, points, points[0].series) if points else None
    if end is None:
        return []
    text = made.label(end.y)
    row = {"x": names[end.x], "y": scaled(made, end.y), "text": text}
    # Over its point, but not over the edge of the panel.
    over = layout.text_width(text, size.font) / 2 - room / 4 if end.x == list(names)[-1] else 0.0
    return [
        canvas.texts([row], size, align="center", dx=-max(over, 0.0), dy=-12, fontWeight="bold")
    ]
