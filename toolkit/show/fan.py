"""Forecasts in a line chart: shaded ranges, dashes, and the rule from which they start."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.show import canvas, palette
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point
from toolkit.show.trend import Style, scaled

OUTER, INNER = 0.16, 0.28  # how dense the two ranges are; the inner one lies on the outer
FORECAST = "forecast"


def fan(
    made: Plot, points: Sequence[Point], names: dict[str, str], style: Style
) -> list[canvas.Layer]:
    """Return the ranges of one series: the wide one, edged, and the narrow one on it."""
    layers = []
    for part, is_forecast in parts(made, points):
        if not is_forecast or not any(p.low is not None for p in part):
            continue
        outer = _rows(made, part, names, [(p.low, p.high) for p in part])
        if not any(p.inner[0] is not None for p in part):
            layers.append(canvas.band(outer, style.colour))
            continue
        layers.append(canvas.band(outer, style.colour, OUTER))
        inner = _rows(made, part, names, [p.inner for p in part])
        layers.append(canvas.band(inner, style.colour, INNER))
        for end in ("y", "y2"):  # edges tell overlapping ranges apart, in grey too
            edge = [{"x": row["x"], "y": row[end]} for row in outer]
            layers.append(canvas.lines(edge, style.colour, 0.75))
    return layers


def _rows(
    made: Plot,
    part: Sequence[Point],
    names: dict[str, str],
    ends: Sequence[tuple[float | None, float | None]],
) -> list[canvas.Row]:
    """Return a range along a forecast; it opens from the last figure that is known."""
    return [
        {
            "x": names[p.x],
            "y": scaled(made, p.y if low is None else low),
            "y2": scaled(made, p.y if high is None else high),
        }
        for p, (low, high) in zip(part, ends, strict=True)
    ]


def since_rule(
    made: Plot, names: dict[str, str], x: canvas.Channel, size: Size
) -> list[canvas.Layer]:
    """Return the thin rule at the last recorded place, with the word "forecast" beside it."""
    if made.since is None:
        return []
    row = [{"x": names[made.since], "text": FORECAST}]
    rule = canvas.upright(row, palette.INK_FAINT).encode(x=x)
    word = canvas.texts(row, size, palette.INK_FAINT, dx=4, baseline="bottom")
    return [rule, word.encode(x=x, y={"value": -3})]


def parts(made: Plot, points: Sequence[Point]) -> list[tuple[list[Point], bool]]:
    """Return stretches of points without a gap, each with whether it is forecast."""
    return [part for run in _runs(made, points) for part in _parts(made, run)]


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


def _parts(made: Plot, run: Sequence[Point]) -> list[tuple[list[Point], bool]]:
    """Return the known part of a stretch and its forecast, which starts at the last known."""
    at = next((i for i, p in enumerate(run) if _is_forecast(made, p)), len(run))
    found = [(list(run[:at]), False), (list(run[max(at - 1, 0) :]), True)]
    return [(points, is_forecast) for points, is_forecast in found if points and (
        not is_forecast or at < len(run))]  # fmt: skip


def _is_forecast(made: Plot, point: Point) -> bool:
    if made.since is None:
        return point.is_estimate
    places = list(made.x_names)
    return places.index(point.x) > places.index(made.since)
