"""Ranges: one row for each figure, within the range of the others it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.show import canvas, layout, palette, words
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point, is_time
from toolkit.show.trend import is_whole

NAMES_MOST = 250  # pixels for the names beside the rows of a wide chart
BAR, TICK, LONG_TICK = 12.0, 12.0, 22.0  # heights
SHADE = "#C9CDD0"  # of the bar; its ends and ticks are drawn in ink
ROOM = 12.0  # pixels that a dot or a tick may reach over the ends


@dataclass(frozen=True)
class Frame:
    """Where a row stands: pixels of its bar, and the figures at the ends of its axis."""

    left: float
    width: float
    ends: tuple[float, float]

    def at(self, value: float) -> float:
        """Return where a figure stands along the row."""
        low, high = self.ends
        return self.left + self.width * (value - low) / ((high - low) or 1.0)


def range_chart(
    made: Plot, size: Size, highlight: Sequence[str], order: str, scales: str
) -> canvas.Drawing:
    """Return a row for each figure: a bar for the range, ticks, and a dot for the figure."""
    is_each = scales == "each"
    points = _sorted(made, "labels" if is_each else order)
    values, ends = _axis(made, points)
    left, width = _sides(made, points, size)
    layers: list[canvas.Layer] = []
    top = 4.0
    if not is_each:
        bottom = top + sum(_height(made, p, size, False) for p in points)
        layers += _grid(values, Frame(left, width, ends), (top, bottom), size)
    rows: list[canvas.Layer] = []
    for point in points:
        own = Frame(left, width, _own_ends(made, point) if is_each else ends)
        rows += _row(made, point, own, size, top, point.x in highlight, is_each)
        top += _height(made, point, size, is_each)
    bottom = top + (0 if is_each else size.line + 10)
    layers += canvas.gathered(rows)
    return canvas.finish(canvas.pixels(layers, size.width - 8.0, bottom))


def _sorted(made: Plot, order: str) -> list[Point]:
    points = list(made.of())
    if order == "labels" or is_time([p.x for p in points]):
        return points
    return sorted(points, key=lambda p: (p.y is None, -(p.y or 0.0)))


def _scaled(made: Plot, value: float) -> float:
    return value / made.scale.divisor


def _axis(made: Plot, points: Sequence[Point]) -> tuple[list[float], tuple[float, float]]:
    """Return the ticks and the ends of the one axis of all rows."""
    known = [_scaled(made, v) for p in points for v in p.figures]
    low, high = min(known, default=0.0), max(known, default=1.0)
    far = low > 0 and low > 0.5 * high  # from nought, so that the axis need not hold it
    values = layout.ticks(
        low if far else min(0.0, low), max(high, 0.0) or 1.0, 5, is_whole(made.measure)
    )
    return values, (values[0], values[-1])


def _own_ends(made: Plot, point: Point) -> tuple[float, float]:
    known = [_scaled(made, v) for v in point.figures] or [0.0]
    return min(known), max(known)


def _sides(made: Plot, points: Sequence[Point], size: Size) -> tuple[float, float]:
    """Return where the bars start and how wide they may be, beside names and figures."""
    figure = max(layout.text_width(_text(made, p), size.font) for p in points) + 14
    if size.is_narrow:
        return ROOM, size.width - 8 - ROOM * 2 - figure
    widest = max(layout.text_width(n, size.font) for n in made.x_names.values())
    left = min(widest + 4, NAMES_MOST) + 10 + ROOM
    return left, size.width - 8 - left - ROOM - figure


def _text(made: Plot, point: Point) -> str:
    return words.HIDDEN if point.hidden else made.label(point.y)


def _names(made: Plot, point: Point, size: Size) -> list[str]:
    room = size.width - 12.0 if size.is_narrow else NAMES_MOST
    return layout.wrap(made.x_names[point.x], room, size.font, 3)


def _height(made: Plot, point: Point, size: Size, is_each: bool) -> float:
    lines = len(_names(made, point, size))
    ends = size.line + 2 if is_each else 0
    if size.is_narrow:
        return lines * size.line + LONG_TICK + 12 + ends
    return max(lines * size.line + 10, LONG_TICK + 10) + ends


def _grid(
    values: Sequence[float], frame: Frame, box: tuple[float, float], size: Size
) -> list[canvas.Layer]:
    """Return faint rules at the ticks of the axis, with their figures at the foot."""
    top, bottom = box
    decimals = layout.tick_decimals(values)
    lines = [{"x": frame.at(v), "x2": frame.at(v), "y": top, "y2": bottom} for v in values]
    feet = [
        {"x": frame.at(v), "y": bottom + size.line / 2 + 3, "text": words.digits(v, decimals)}
        for v in values
    ]
    faint = canvas.texts(feet, size, palette.INK_FAINT, align="center")
    return [canvas.strokes(lines, palette.GRID), faint]


def _row(
    made: Plot,
    point: Point,
    frame: Frame,
    size: Size,
    top: float,
    is_strong: bool,
    is_each: bool,
) -> list[canvas.Layer]:
    lines = _names(made, point, size)
    weight = "bold" if is_strong else "normal"
    above = lines and size.is_narrow
    height = _height(made, point, size, is_each) - (size.line + 2 if is_each else 0)
    y = top + (len(lines) * size.line + 4 + LONG_TICK / 2 + 4 if above else height / 2)
    if above:
        name = {"x": 1.0, "y": top + size.line / 2 + 2, "text": lines}
        layers = [canvas.texts([name], size, fontWeight=weight)]
    else:
        at = y - (len(lines) - 1) * size.line / 2 + 1
        name = {"x": frame.left - ROOM - 8, "y": at, "text": lines}
        layers = [canvas.texts([name], size, align="right", fontWeight=weight)]
    layers += _bar(made, point, frame, y)
    if is_each:
        layers += _ends(made, point, frame, y, size)
    figure = {"x": frame.left + frame.width + ROOM + 4, "y": y + 1, "text": _text(made, point)}
    colour = palette.INK_FAINT if point.y is None else palette.INK
    return [*layers, canvas.texts([figure], size, colour, fontWeight="bold")]


def _bar(made: Plot, point: Point, frame: Frame, y: float) -> list[canvas.Layer]:
    """Return the range, its ticks and the dot; the dot lies on top."""
    layers: list[canvas.Layer] = []
    if point.low is not None and point.high is not None:
        low, high = (frame.at(_scaled(made, v)) for v in (point.low, point.high))
        box = {"x": low, "x2": high, "y": y - BAR / 2, "y2": y + BAR / 2}
        layers.append(canvas.boxes([box], SHADE, palette.INK_FAINT, 0.75))
    for value, height, width in ((point.middle, TICK, 2.0), (point.against, LONG_TICK, 2.5)):
        if value is not None:
            at = frame.at(_scaled(made, value))
            tick = {"x": at, "x2": at, "y": y - height / 2, "y2": y + height / 2}
            layers.append(canvas.strokes([tick], palette.INK, width))
    if point.y is not None:
        row = {"x": frame.at(_scaled(made, point.y)), "y": y}
        layers.append(canvas.dots([row], palette.PAPER, "diamond", 230))
        layers.append(canvas.dots([row], palette.CATEGORIES[0], "diamond", 130))
    return layers


def _ends(made: Plot, point: Point, frame: Frame, y: float, size: Size) -> list[canvas.Layer]:
    """Return the figures at the ends of the range, under them."""
    if point.low is None or point.high is None:
        return []
    layers = []
    for value, align in ((point.low, "left"), (point.high, "right")):
        at = frame.at(_scaled(made, value))
        row = {"x": at, "y": y + LONG_TICK / 2 + 8, "text": made.label(value)}
        layers.append(canvas.texts([row], size, palette.INK_FAINT, align=align))
    return layers
