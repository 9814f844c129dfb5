"""Charts as figures: finding, unit, drawing at two widths, the same figures as a table, source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from markupsafe import Markup

from toolkit.show import alt_text, canvas, palette, points, words
from toolkit.show.chart_bar import bar_chart, waterfall
from toolkit.show.chart_line import line_chart
from toolkit.show.chart_stack import scatter_chart, stacked_chart
from toolkit.show.disclosure import Protected
from toolkit.show.grid import Grid, GridCell, Heading, grid
from toolkit.show.layout import NARROW, WIDE, Size
from toolkit.show.markup import join, tag
from toolkit.show.points import Plot
from toolkit.show.shown import Shown, label
from toolkit.show.svg import to_svg
from toolkit.show.tables import footnotes, html_table, legend
from toolkit.show.trend import starts_at_nought

Draw = Callable[[Size], canvas.Drawing]
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
    if any(p.y is not None for p in made.points):
        drawn = _both(_drawer(made, shown), ids, name, alt_text.describe(made, spec["mark"]))
    return _figure(shown, ids, (name, _subtitle(made, shown)), drawn, table)


def _drawer(made: Plot, shown: Shown) -> Draw:
    """Return the function that draws a plot at a size."""
    mark, highlight = shown.spec["mark"], shown.spec["highlight"]
    if mark == "line":
        return lambda size: line_chart(made, size, highlight)
    if mark == "scatter":
        return lambda size: scatter_chart(made, size, highlight)
    if mark == "stacked":
        # More parts than colours: a line each in its own panel says more than a fifth colour.
        if len(made.series_names) > palette.MOST_CATEGORIES or len(made.facet_names) > 1:
            return lambda size: line_chart(made, size, ())
        return lambda size: stacked_chart(made, size)
    order = shown.spec["order"]
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
    return join(
        to_svg(draw(size), f"{ids}-{size.name}", size, title, description)
        for size in (WIDE, NARROW)
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
    columns = [c for c in (spec["low"], spec["high"]) if c]
    if spec["mark"] == "scatter":
        return grid(selected, [spec["colour"], spec["x"], spec["y"]])
    across = spec["colour"] if spec["colour"] and not columns else None
    has_few = across is not None and selected.frame[across].nunique() <= palette.MOST_CATEGORIES
    dimensions = [d for d in (spec["facet"], spec["x"], spec["colour"]) if d]
    aggregate = replace(selected.aggregate, dimensions=tuple(dict.fromkeys(dimensions)))
    kept = Protected(selected.frame, selected.hidden, aggregate)
    made = grid(kept, [*dimensions, spec["y"], *columns], across if has_few else None)
    return _no_range(made) if columns else made


def _no_range(made: Grid) -> Grid:
    """Return a table in which a figure that is no estimate has no range, rather than lacks one."""
    rows = []
    for row in made.rows:
        is_known = row[-3].value is not None
        ends = [
            GridCell(words.NOT_APPLICABLE) if is_known and c.text == words.MISSING else c
            for c in row[-2:]
        ]
        rows.append((*row[:-2], *ends))
    return replace(made, rows=tuple(rows))


def _subtitle(made: Plot, shown: Shown) -> str:
    """Return what is measured, its unit and base, and what shading means."""
    spec, aggregate = shown.spec, shown.protected[0].aggregate
    parts = [made.measure.label + (f" ({_unit(made.scale)})" if _unit(made.scale) else "")]
    for dimension, picked in spec["where"].items():
        if len(picked) == 1:
            parts.append(label(shown.protected[0], dimension, picked[0]))
    if made.measure.rests_on and made.measure.unit == "%":
        base = aggregate.measure(made.measure.rests_on[-1])
        parts.append(f"base: {base.label}")
    if spec["low"]:
        ends = [aggregate.measure(spec[e]).label for e in ("low", "high")]
        how = "dashed: forecast; shaded" if spec["mark"] == "line" else "line"
        parts.append(f"{how}: {ends[0]} to {ends[1]}")
    if spec["mark"] == "line" and not starts_at_nought(made):
        parts.append("the axis does not start at 0")
    return "; ".join(parts)


def _unit(scale: words.Scale) -> str:
    return scale.unit
