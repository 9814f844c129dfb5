"""Marks and axes that all charts share, in the type and colours of the palette."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from toolkit.show import layout, palette
from toolkit.show.layout import Size

Row = dict[str, Any]
# Altair types its calls as unions that no checker can follow through a chain.
Layer = Any
Drawing = Any
Domain = tuple[float, float]


def lines(
    rows: Sequence[Row], colour: str, width: float = 2.5, dash: tuple[int, ...] = (1, 0)
) -> Layer:
    """Return one line through rows of x and y."""
    return _chart(rows).mark_line(
        color=colour, strokeWidth=width, strokeDash=list(dash), strokeJoin="round"
    )


def dots(rows: Sequence[Row], colour: str, shape: str = "circle", size: int = 55) -> Layer:
    """Return a filled point for each row."""
    return _chart(rows).mark_point(
        color=colour, fill=colour, filled=True, shape=shape, size=size, opacity=1
    )


def bars(rows: Sequence[Row], colour: str, thickness: float) -> Layer:
    """Return horizontal bars from x to x2."""
    return _chart(rows).mark_bar(color=colour, size=thickness).encode(x2="x2:Q")


def columns(rows: Sequence[Row], colour: str, thickness: float) -> Layer:
    """Return vertical bars from y to y2, outlined so that neighbours stay apart in grey."""
    return (
        _chart(rows)
        .mark_bar(color=colour, size=thickness, stroke=palette.PAPER, strokeWidth=1)
        .encode(y2="y2:Q")
    )


def band(rows: Sequence[Row], colour: str, opacity: float = 0.18) -> Layer:
    """Return a shaded range from y to y2."""
    return _chart(rows).mark_area(color=colour, opacity=opacity, line=False).encode(y2="y2:Q")


def rules(rows: Sequence[Row], colour: str, width: float = 2) -> Layer:
    """Return horizontal strokes from x to x2."""
    return _chart(rows).mark_rule(color=colour, strokeWidth=width).encode(x2="x2:Q")


def upright(rows: Sequence[Row], colour: str, width: float = 1) -> Layer:
    """Return a rule from the top to the bottom at each x."""
    return _chart(rows).mark_rule(color=colour, strokeWidth=width)


def texts(rows: Sequence[Row], size: Size, colour: str = palette.INK, **style: Any) -> Layer:
    """Return the text of each row; a list of texts is a label of several lines."""
    drawn = {"fontSize": size.font, "align": "left", "baseline": "middle", **style}
    return (
        _chart(rows)
        .mark_text(color=colour, lineHeight=size.line, **drawn)
        .encode(text=alt.Text("text:N"))
    )


def boxes(rows: Sequence[Row], colour: str, edge: str = palette.PAPER, width: float = 1) -> Layer:
    """Return rectangles from x to x2 and from y to y2, with an edge."""
    drawn = _chart(rows).mark_rect(color=colour, stroke=edge, strokeWidth=width)
    return drawn.encode(x2="x2:Q", y2="y2:Q")


def strokes(rows: Sequence[Row], colour: str, width: float = 1) -> Layer:
    """Return straight strokes from x and y to x2 and y2."""
    drawn = _chart(rows).mark_rule(color=colour, strokeWidth=width)
    return drawn.encode(x2="x2:Q", y2="y2:Q")


def pixels(layers: Sequence[Layer], width: float, height: float) -> Drawing:
    """Return layers placed by pixels from the top left, where a drawing needs no axis."""
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False, zero=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False), axis=None)
    drawn = (layer.encode(x=x, y=y) for layer in layers)
    return alt.layer(*drawn).properties(width=width, height=height)


def _chart(rows: Sequence[Row]) -> Layer:
    # Text goes in as object, so that a list of lines stays a list.
    return alt.Chart(pd.DataFrame(list(rows)))


def number_axis(values: Sequence[float], size: Size, **more: Any) -> alt.Axis:
    """Return an axis of figures: faint grid, no line, one label a tick."""
    decimals = layout.tick_decimals(values)
    return alt.Axis(
        values=list(values),
        format=f",.{decimals}f",
        title=None,
        domain=False,
        ticks=False,
        grid=True,
        gridColor=palette.GRID,
        labelColor=palette.INK_FAINT,
        labelFontSize=size.font,
        labelPadding=6,
        labelFlush=False,
        **more,
    )


def name_axis(size: Size, values: Sequence[str] | None = None, **more: Any) -> alt.Axis:
    """Return an axis of names: no ticks, upright labels."""
    style = {"labelColor": palette.INK, "labelPadding": 6, "labelLimit": 0, **more}
    return alt.Axis(
        values=list(values) if values is not None else alt.Undefined,
        title=None,
        ticks=False,
        grid=False,
        domainColor=palette.INK_FAINT,
        labelAngle=0,
        labelFontSize=size.font,
        labelOverlap=False,
        **style,
    )


def figures(domain: Domain) -> alt.Scale:
    """Return a scale for figures with just these ends."""
    return alt.Scale(domain=list(domain), nice=False, zero=False)


def finish(chart: Drawing) -> Drawing:
    """Return a chart in the house type, without Vega's frame."""
    return chart.configure(
        font=palette.FONT, background=palette.PAPER, padding=4, view={"stroke": None}
    )


def unique(names: Mapping[str, str]) -> dict[str, str]:
    """Return names of which no two are the same, since an axis tells places apart by name."""
    found: dict[str, str] = {}
    for code, name in names.items():
        # A zero-width space is unseen, and tells one place from the other.
        while name in found.values():
            name += "\u200b"  # noqa: PLW2901
        found[code] = name
    return found


def panels(charts: Sequence[Drawing], across: int) -> Drawing:
    """Return charts side by side, so many across."""
    return alt.concat(*charts, columns=across, spacing={"row": 18, "column": 22}).resolve_scale(
        color="independent"
    )


def titled(chart: Drawing, name: str, width: float, size: Size) -> Drawing:
    """Return a panel under its name."""
    title = alt.TitleParams(
        text=layout.wrap(name, width, size.font, most=6),
        anchor="start",
        frame="group",
        fontSize=size.font,
        fontWeight="bold",
        color=palette.INK,
        offset=6,
    )
    return chart.properties(title=title)
