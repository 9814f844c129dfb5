"""Heat maps: a cell for each row and column, in steps of one hue."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.show import canvas, layout
from toolkit.show.classes import Classes, empty_layers, even, key
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point, is_time

NAMES_MOST = {"wide": 230, "narrow": 112}  # pixels for the names of the rows
CELL_MOST = 84.0
CELL_PAD = 6.0
HEAD_MOST = 130.0  # pixels for a name that stands upright over its column


@dataclass(frozen=True)
class Frame:
    """Where the cells of a panel stand: to the right of the names, below the heads."""

    left: float
    top: float
    cell: float
    heights: tuple[float, ...]

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        return self.top + sum(self.heights)


def heatmap_chart(made: Plot, size: Size, highlight: Sequence[str]) -> canvas.Drawing:
    """Return a heat map, with a panel for each value of the facet; all share their classes."""
    made = _filled(made)
    classes = even(made)
    facets = list(made.facet_names)
    charts = []
    for facet in facets:
        is_last = facet == facets[-1]
        chart = _panel(made, made.of(facet=facet), classes, size, highlight, is_last)
        if len(facets) > 1:
            chart = canvas.titled(chart, made.facet_names[facet], size.width - 20, size)
        charts.append(chart)
    if len(charts) == 1:
        return canvas.finish(charts[0])
    return canvas.finish(canvas.panels(charts, 1))


def _panel(
    made: Plot,
    points: Sequence[Point],
    classes: Classes,
    size: Size,
    highlight: Sequence[str],
    has_key: bool,
) -> canvas.Drawing:
    names = {
        s: layout.wrap(n, NAMES_MOST[size.name], size.font, 6) for s, n in made.series_names.items()
    }
    frame = _frame(made, names, size)
    layers = [*_heads(made, frame, size), *_row_names(names, frame, size, highlight)]
    layers += _cells(made, points, classes, frame, size)
    bottom = frame.bottom
    if has_key:
        drawn, bottom = key(made, classes, size, frame.bottom + 14)
        layers += drawn
    return canvas.pixels(canvas.gathered(layers), size.width - 8.0, bottom)


def _frame(made: Plot, names: dict[str, list[str]], size: Size) -> Frame:
    widest = max(layout.text_width(t, size.font) for lines in names.values() for t in lines)
    left = widest + 10
    cell = min(CELL_MOST, (size.width - 8 - left) / len(made.x_names))
    heights = tuple(max(26.0, len(lines) * size.line + 6) for lines in names.values())
    return Frame(left, _head_height(made, cell, size), cell, heights)


def _is_upright(made: Plot, cell: float, size: Size) -> bool:
    """Return whether the names of the columns, words and no years, are too wide for a column."""
    if is_time(list(made.x_names)):
        return False
    parts = [w for name in made.x_names.values() for w in name.split()]
    return max(layout.text_width(w, size.font) for w in parts) > cell - CELL_PAD


def _head_lines(made: Plot, cell: float, size: Size) -> list[list[str]]:
    names = list(made.x_names.values())
    if is_time(list(made.x_names)):
        return [[name] for name in names]
    room = HEAD_MOST if _is_upright(made, cell, size) else cell - CELL_PAD
    return [layout.wrap(name, room, size.font, 2 if room == HEAD_MOST else 4) for name in names]


def _head_height(made: Plot, cell: float, size: Size) -> float:
    lines = _head_lines(made, cell, size)
    if _is_upright(made, cell, size):
        return max(layout.text_width(t, size.font) for text in lines for t in text) + 10
    return max(map(len, lines)) * size.line + 6.0


def _heads(made: Plot, frame: Frame, size: Size) -> list[canvas.Layer]:
    """Return the names of the columns above them: years as have room, words wrapped or upright."""
    lines = _head_lines(made, frame.cell, size)
    middles = [frame.left + (i + 0.5) * frame.cell for i in range(len(lines))]
    if _is_upright(made, frame.cell, size):
        return [
            canvas.texts(
                [{"x": x - (len(text) - 1) * size.line / 2, "y": frame.top - 6, "text": text}],
                size,
                angle=270,
            )
            for x, text in zip(middles, lines, strict=True)
        ]
    step = 1
    if is_time(list(made.x_names)):
        widest = max(layout.text_width(t, size.font) for text in lines for t in text)
        step = layout.step(len(lines), widest, frame.cell * len(lines))
    rows = [
        {"x": x, "y": frame.top - 6 - size.line * (len(text) - 0.5), "text": text}
        for i, (x, text) in enumerate(zip(middles, lines, strict=True))
        if (len(lines) - 1 - i) % step == 0
    ]
    return [canvas.texts([row], size, align="center") for row in rows]


def _row_names(
    names: dict[str, list[str]], frame: Frame, size: Size, highlight: Sequence[str]
) -> list[canvas.Layer]:
    layers, top = [], frame.top
    for (series, lines), height in zip(names.items(), frame.heights, strict=True):
        y = top + height / 2 - size.line * (len(lines) - 1) / 2 + 1
        row = {"x": frame.left - 8, "y": y, "text": lines}
        weight = "bold" if series in highlight else "normal"
        layers.append(canvas.texts([row], size, align="right", fontWeight=weight))
        top += height
    return layers


def _cells(
    made: Plot, points: Sequence[Point], classes: Classes, frame: Frame, size: Size
) -> list[canvas.Layer]:
    """Return the cells in their colours, each with its figure where all figures have room."""
    known = [p for p in points if p.y is not None]
    widest = max((layout.text_width(made.scale.text(p.y), size.font) for p in known), default=0.0)
    layers = []
    for one in classes.classes:
        own = [p for p in known if classes.of(p.y or 0.0) is one]
        if not own:
            continue
        boxes = [_box(made, p, frame) for p in own]
        layers.append(canvas.boxes(boxes, one.colour))
        if widest + CELL_PAD <= frame.cell:
            rows = [
                {
                    "x": (b["x"] + b["x2"]) / 2,
                    "y": (b["y"] + b["y2"]) / 2 + 1,
                    "text": made.scale.text(p.y),
                }
                for p, b in zip(own, boxes, strict=True)
            ]
            layers.append(canvas.texts(rows, size, one.ink, align="center"))
    gone = {h: [_box(made, p, frame) for p in points if p.y is None and p.hidden is h]
            for h in (True, False)}  # fmt: skip
    return [*layers, *empty_layers(gone[True], gone[False])]


def _figure(made: Plot, point: Point, box: canvas.Row) -> canvas.Row:
    """Return a figure in the middle of its cell."""
    middle = {"x": (box["x"] + box["x2"]) / 2, "y": (box["y"] + box["y2"]) / 2 + 1}
    return {**middle, "text": made.scale.text(point.y)}


def _filled(made: Plot) -> Plot:
    """Return the plot with a point for each cell, not available where the frame has no row."""
    held = {(p.x, p.series, p.facet) for p in made.points}
    cells = itertools.product(made.x_names, made.series_names, made.facet_names)
    missing = [Point(*cell, y=None, hidden=False) for cell in cells if cell not in held]
    return replace(made, points=(*made.points, *missing))


def _box(made: Plot, point: Point, frame: Frame) -> canvas.Row:
    column = list(made.x_names).index(point.x)
    row = list(made.series_names).index(point.series)
    left, top = frame.left + column * frame.cell, frame.top + sum(frame.heights[:row])
    return {"x": left, "x2": left + frame.cell, "y": top, "y2": top + frame.heights[row]}
