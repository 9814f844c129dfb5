"""Stacked columns, each part labelled beside the last of them."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from toolkit.show import canvas, layout, palette, words
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point
from toolkit.show.trend import HEIGHT, LABEL_MOST, is_whole, x_labels

LIGHT_ON = {"#12436D": palette.PAPER, "#801650": palette.PAPER}  # the others take dark text


def stacked_chart(made: Plot, size: Size) -> canvas.Drawing:
    """Return stacked columns of at most four parts."""
    names = canvas.unique(made.x_names)
    pieces = _pieces(made)
    totals = [top for _, _, top in pieces]
    values, domain = layout.axis(0.0, max(totals, default=1.0) or 1.0, whole=is_whole(made.measure))
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
        axis=canvas.name_axis(size, x_labels(made, list(names.values()), size, width)),
    )
    axis = canvas.number_axis(values, size)
    y = alt.Y("y:Q", scale=canvas.figures(domain), axis=axis)
    chart = canvas.layered(layers, canvas.channel(x), canvas.channel(y))
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
