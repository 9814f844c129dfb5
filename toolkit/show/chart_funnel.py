"""Funnel plots: a rate beside its base, between limits that narrow as the base grows."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import altair as alt

from toolkit.show import canvas, layout, palette
from toolkit.show.chart_scatter import point_names, titled_axis
from toolkit.show.layout import Size
from toolkit.show.points import Plot, Point
from toolkit.show.trend import HEIGHT, scaled

NAMED_MOST = {"wide": 10, "narrow": 5}
DASH, SOLID = (5, 4), (1, 0)
SLACK = 1e-9  # of the limits' width: what rounding in the last place can be
BESIDE = 10  # points on either side with which a limit is smoothed


def funnel_chart(made: Plot, size: Size, highlight: Sequence[str]) -> canvas.Drawing:
    """Return a point for each row between its limits; those outside are diamonds with names."""
    points = sorted(drawn(made), key=lambda p: p.at or 0.0)
    across, x_ends = layout.axis(0.0, max(float(p.at or 0) for p in points) or 1.0, most=5)
    up, y_ends = layout.axis(min(0.0, *(scaled(made, p.y) for p in points)), _top(made, points))
    width, height = size.width - 70.0, float(HEIGHT[size.name]) + 60
    layers = _limits(made, points)
    out = outside(points)
    for chosen, colour, shape, large in (
        ([p for p in points if p not in out], palette.GREY, "circle", 70),
        (out, palette.CATEGORIES[0], "diamond", 140),
    ):
        rows = [{"x": p.at, "y": scaled(made, p.y)} for p in chosen]
        if rows:
            layers.append(canvas.dots(rows, colour, shape, large))
    named = [p for p in points if p.series in highlight]
    named += [p for p in out if p not in named][: NAMED_MOST[size.name]]
    box = (width, height, x_ends, y_ends)
    layers += point_names(made, named, points, size, highlight, box)
    x = alt.X("x:Q", scale=canvas.figures(x_ends), axis=titled_axis(made, across, width, size))
    y = alt.Y("y:Q", scale=canvas.figures(y_ends), axis=canvas.number_axis(up, size))
    chart = canvas.layered(layers, canvas.channel(x), canvas.channel(y))
    return canvas.finish(chart.properties(width=width, height=height))


def drawn(made: Plot) -> list[Point]:
    """Return the points that have both figures to show."""
    return [p for p in made.points if not p.hidden and p.y is not None and p.at is not None]


def outside(points: Sequence[Point]) -> list[Point]:
    """Return the points beyond the outer limits, the furthest for their base first."""
    far = {
        id(p): max(p.low - p.y, p.y - p.high) / ((p.high - p.low) or 1.0) - SLACK
        for p in points
        if p.y is not None and p.low is not None and p.high is not None
    }
    return sorted((p for p in points if far.get(id(p), 0.0) > 0), key=lambda p: -far[id(p)])


def _top(made: Plot, points: Sequence[Point]) -> float:
    """Return the end of the axis: over every figure, and over the limits of most bases.

    The limits of a base of a few children reach so high that all figures would lie flat.
    """
    limits = [scaled(made, p.high) for p in points if p.high is not None]
    highest = max(scaled(made, p.y) for p in points)
    return max(highest, statistics.median(limits) if limits else 0.0) or 1.0


def _limits(made: Plot, points: Sequence[Point]) -> list[canvas.Layer]:
    """Return the limits as lines, the inner ones dashed, and the rate of all together.

    A point is judged by its own limits; the lines are those that are usual around it.
    """
    found = []
    for dash, own in (
        (SOLID, [[(p, p.low) for p in points], [(p, p.high) for p in points]]),
        (DASH, [[(p, p.inner[0]) for p in points], [(p, p.inner[1]) for p in points]]),
        (SOLID, [[(p, p.middle) for p in points]]),
    ):
        for ends in own:
            held = [(p, v) for p, v in ends if v is not None]
            usual = _usual(held)
            rows = [
                {"x": p.at, "y": scaled(made, v)} for (p, _), v in zip(held, usual, strict=True)
            ]
            if len(rows) > 1:
                found.append(canvas.lines(rows, palette.INK_FAINT, 1.25, dash, clip=True))
    return found


def _usual(held: Sequence[tuple[Point, float]]) -> list[float]:
    """Return the limit that is usual around each point, in the order of their bases.

    Limits jump from point to point: counts are whole, and where the number expected is adjusted,
    two points of one base have limits of their own. How far a limit lies from the middle, times
    the root of the base, is about the same all along a funnel: of that, the running median.
    """
    ends = [v if p.middle is None else v - p.middle for p, v in held]
    roots = [math.sqrt(p.at or 0.0) for p, _ in held]
    if any(p.middle is None for p, _ in held) or not all(roots):
        return [v for _, v in held]
    wide = [end * root for end, root in zip(ends, roots, strict=True)]
    usual = [statistics.median(wide[max(0, i - BESIDE) : i + BESIDE + 1]) for i in range(len(wide))]
    return [
        (p.middle or 0.0) + u / root for (p, _), u, root in zip(held, usual, roots, strict=True)
    ]
