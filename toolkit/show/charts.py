"""Charts as figures: finding, unit, drawing at two widths, the same figures as a table, source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from altair.utils.schemapi import debug_mode
from markupsafe import Markup

from toolkit.aggregate import Aggregate
from toolkit.show import alt_text, canvas, palette, points, words
from toolkit.show.chart_bar import bar_chart, waterfall
from toolkit.show.chart_funnel import funnel_chart
from toolkit.show.chart_heatmap import heatmap_chart
from toolkit.show.chart_line import line_chart
from toolkit.show.chart_range import range_chart
from toolkit.show.chart_scatter import scatter_chart
from toolkit.show.chart_stack import stacked_chart
from toolkit.show.chart_tiles import tile_chart
from toolkit.show.disclosure import Protected
from toolkit.show.grid import Grid, GridCell, Heading, grid
from toolkit.show.layout import NARROW, WIDE, Size
from toolkit.show.markup import join, tag
from toolkit.show.points import Plot, Point
from toolkit.show.shown import Shown, label
from toolkit.show.svg import to_svg
from toolkit.show.tables import footnotes, html_table, legend
from toolkit.show.trend import starts_at_nought

Draw = Callable[[Size], canvas.Drawing]
KEYS = {  # how the range of a mark is drawn, and the inner one
    "line": ("light shade", "dark shade"),
    "funnel": ("solid lines", "dashed lines"),
    "range": ("bar",),
}
MIDDLE = {"range": "short tick", "funnel": "level line"}
BY_MARK: Mapping[str, Callable[[Plot, Size, Sequence[str]], canvas.Drawing]] = {
    "line": line_chart,
    "heatmap": heatmap_chart,
    "tiles": tile_chart,
    "scatter": scatter_chart,
    "funnel": funnel_chart,
}
ALL_HIDDEN = "No chart: every figure is hidden or not available."


def draw_chart(shown: Shown, ids: str) -> Markup:
    """Return a chart view as a figure."""
    spec = shown.spec
    title = shown.fill(spec["title"], spec["cells"])
    if spec["mark"] == "waterfall":
        return _draw_waterfall(shown, ids, title)
    made = points.plot(shown)
    table = _table(points.selected(shown.protected[0], spec), shown)
    name = title or made.measure.label
    drawn = Markup("")
    if any(_can_draw(p, spec["mark"]) for p in made.points):
        drawn = _both(
            _drawer(made, shown),
            ids,
            name,
            alt_text.describe(made, spec["mark"], spec["highlight"]),
        )
    return _figure(shown, ids, (name, _subtitle(made, shown)), drawn, table)


def _can_draw(point: Point, mark: str) -> bool:
    """Return whether a point has a figure, and a place where its mark gives it one."""
    is_placed = None not in point.tile if mark == "tiles" else True
    return point.y is not None and is_placed and (mark not in points.ACROSS or not point.hidden)


def _drawer(made: Plot, shown: Shown) -> Draw:
    """Return the function that draws a plot at a size."""
    spec = shown.spec
    mark, highlight = spec["mark"], spec["highlight"]
    if mark in BY_MARK:
        return lambda size: BY_MARK[mark](made, size, highlight)
    if mark == "stacked":
        # More parts than colours: a line each in its own panel says more than a fifth colour.
        if len(made.series_names) > palette.MOST_CATEGORIES or len(made.facet_names) > 1:
            return lambda size: line_chart(made, size, ())
        return lambda size: stacked_chart(made, size)
    order = spec["order"]
    if mark == "range":
        return lambda size: range_chart(made, size, highlight, order, spec["scales"])
    return lambda size: bar_chart(made, size, highlight, order, "dot" if mark == "dot" else "bar")


def _draw_waterfall(shown: Shown, ids: str, title: str) -> Markup:
    steps = points.steps(shown)
    measure = steps[0][4]
    scale = words.scale([v for _, v, *_ in steps], measure)
    rows = []
    for name, value, hidden, _, own in steps:
        text = words.HIDDEN if hidden else scale.text(value)
        sign = "+" if own.unit == "pp" and value and value > 0 else ""
        rows.append((GridCell(name), GridCell(sign + text, value, hidden)))
    headings = (Heading("Step", is_row_heading=True), Heading("Figure", scale.unit, "", True))
    table = Grid(headings, tuple(rows), tuple(is_level for _, _, _, is_level, _ in steps))
    name = title or f"From {steps[0][0]} to {steps[-1][0]}"
    drawn = Markup("")
    if all(v is not None for _, v, *_ in steps):
        description = alt_text.describe_steps(steps)
        drawn = _both(lambda size: waterfall(steps, size), ids, name, description)
    return _figure(shown, ids, (name, _unit(scale)), drawn, table)


def _both(draw: Draw, ids: str, title: str, description: str) -> Markup:
    """Return the drawing for a wide page and for a narrow one; the style shows one of them."""
    with debug_mode(False):  # a test holds whole charts against the schema: not each part again
        drawings = [(size, draw(size)) for size in (WIDE, NARROW)]
    return join(
        to_svg(drawing, f"{ids}-{size.name}", size, title, description)
        for size, drawing in drawings
    )


def _figure(shown: Shown, ids: str, heading: tuple[str, str], drawn: Markup, table: Grid) -> Markup:
    title, subtitle = heading
    marks = legend(table.marks)
    return tag(
        "figure",
        tag(
            "figcaption",
            tag("p", title, class_="st-title", id=f"{ids}-heading"),
            tag("p", subtitle, class_="st-subtitle") if subtitle else None,
        ),
        drawn or tag("p", ALL_HIDDEN, class_="st-note"),
        tag(
            "details",
            tag("summary", "Figures of this chart as a table"),
            html_table(table, f"Figures of the chart: {title}", f"{ids}-data"),
            class_="st-data",
        ),
        footnotes([shown.spec["note"], *marks], [shown.protected[0].aggregate]),
        class_="st-figure",
        aria_labelledby=f"{ids}-heading",
    )


def _table(selected: Protected, shown: Shown) -> Grid:
    """Return the figures of a chart as a table, the series side by side where few."""
    spec = shown.spec
    columns = points.drawn_measures(spec)[1:]
    if spec["mark"] in points.ACROSS:
        return grid(selected, [spec["colour"], spec["x"], spec["y"], *columns])
    if spec["mark"] == "heatmap":
        return _of_rows(selected, [spec["facet"], spec["colour"], spec["x"]], spec, spec["x"])
    if spec["mark"] == "tiles":
        return _of_rows(selected, [spec["x"]], spec, sort=spec["y"])
    across = spec["colour"] if spec["colour"] and not columns else None
    has_few = across is not None and selected.frame[across].nunique() <= palette.MOST_CATEGORIES
    dimensions = [d for d in (spec["facet"], spec["x"], spec["colour"]) if d]
    aggregate = replace(selected.aggregate, dimensions=tuple(dict.fromkeys(dimensions)))
    kept = Protected(selected.frame, selected.hidden, aggregate)
    made = grid(kept, [*dimensions, spec["y"], *columns], across if has_few else None)
    return _no_range(made, len(columns)) if spec["low"] else made


def _of_rows(
    selected: Protected,
    dimensions: Sequence[str | None],
    spec: Mapping[str, Any],
    across: str | None = None,
    sort: str | None = None,
) -> Grid:
    """Return the figures by these dimensions, one of them across."""
    named = [d for d in dimensions if d]
    aggregate = replace(selected.aggregate, dimensions=tuple(named))
    kept = Protected(selected.frame, selected.hidden, aggregate)
    return grid(kept, [*named, spec["y"]], across, sort)


def _no_range(made: Grid, count: int) -> Grid:
    """Return a table in which a figure that is no estimate has no range, rather than lacks one."""
    rows = []
    for row in made.rows:
        is_known = row[-count - 1].value is not None
        ends = [
            GridCell(words.NOT_APPLICABLE) if is_known and c.text == words.MISSING else c
            for c in row[-count:]
        ]
        rows.append((*row[:-count], *ends))
    return replace(made, rows=tuple(rows))


def _subtitle(made: Plot, shown: Shown) -> str:
    """Return what is measured, its unit and base, and what shading means."""
    spec, aggregate = shown.spec, shown.protected[0].aggregate
    start = "diamond: " if spec["mark"] == "range" else ""
    unit = f" ({_unit(made.scale)})" if _unit(made.scale) else ""
    parts = [f"{start}{made.measure.label}{unit}"]
    for dimension, picked in spec["where"].items():
        if len(picked) == 1:
            parts.append(label(shown.protected[0], dimension, picked[0]))
    if made.measure.rests_on and made.measure.unit == "%":
        base = aggregate.measure(made.measure.rests_on[-1])
        parts.append(f"base: {base.label}")
    parts += _key(spec, made, aggregate)
    if spec["mark"] == "line" and not starts_at_nought(made):
        parts.append("the axis does not start at 0")
    if spec["mark"] == "tiles" and (beside := sum(None in p.tile for p in made.points)):
        parts.append(f"{beside} without a place on the map, in the table alone")
    return "; ".join(parts)


def _key(spec: Mapping[str, Any], made: Plot, aggregate: Aggregate) -> list[str]:
    """Return what dashes, shades, lines and ticks stand for."""
    mark, ranges = spec["mark"], made.ranges
    has_forecast = mark == "line" and (spec["since"] or spec["low"])
    parts = ["dashed: forecast"] if has_forecast else []
    marks: Sequence[str] = KEYS.get(mark, ("line",))
    if mark == "line" and len(ranges) == 1:
        marks = ("shaded",)
    parts += [f"{how}: {name}" for how, name in reversed(list(zip(marks, ranges, strict=False)))]
    for channel, how in (("middle", MIDDLE.get(mark)), ("against", "long tick")):
        if spec[channel] and how:
            parts.append(f"{how}: {aggregate.measure(spec[channel]).label}")
    if mark == "funnel":
        parts += ["lines smoothed", "diamond: outside its own outer limits"]
    return parts


def _unit(scale: words.Scale) -> str:
    return scale.unit
