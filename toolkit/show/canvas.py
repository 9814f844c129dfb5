"""Marks and axes that all charts share, in the type and colours of the palette.

Altair makes each kind of mark, each axis and each scale; a test holds whole charts against its
schema of Vega-Lite. Rows and layers are plain values: a chart of the playbook has some
forty layers, and as Altair charts they would be copied and checked again at every step, which
takes four times as long as drawing them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import altair as alt

from toolkit.show import fonts, layout, palette
from toolkit.show.layout import Size

Row = dict[str, Any]
Domain = tuple[float, float]
Channel = Mapping[str, Any]
SCHEMA = str(alt.SCHEMA_URL)
LOWEST = ("rect", "bar", "rule", "point", "text")
X2: Channel = {"field": "x2"}
Y2: Channel = {"field": "y2"}


@dataclass(frozen=True)
class Layer:
    """One kind of mark, with the rows that it is drawn for.

    Attributes:
        mark: The mark and its style, as Vega-Lite has it.
        rows: What is drawn, a mark or a point of a line each.
        channels: Which column of the rows goes where, as Vega-Lite has it.
    """

    mark: Mapping[str, Any]
    rows: Sequence[Row]
    channels: Mapping[str, Channel] = field(default_factory=dict)

    def encode(self, **channels: Channel) -> Layer:
        """Return the layer with these channels too; make each once for all layers that share it."""
        return replace(self, channels={**self.channels, **channels})

    def lowered(self, by: float) -> Layer:
        """Return the layer with its marks so many pixels lower."""
        return replace(self, mark={**self.mark, "yOffset": by}) if by else self

    def to_dict(self) -> dict[str, Any]:
        """Return the layer as a part of a Vega-Lite specification."""
        return {
            "data": {"values": list(self.rows)},
            "mark": dict(self.mark),
            "encoding": dict(self.channels),
        }


@dataclass(frozen=True)
class Drawing:
    """A chart as a Vega-Lite specification."""

    spec: Mapping[str, Any]

    def properties(self, **properties: Any) -> Drawing:
        """Return the drawing with a width, a height or a title."""
        return Drawing({**self.spec, **properties})

    def to_dict(self) -> dict[str, Any]:
        """Return the whole specification."""
        return {"$schema": SCHEMA, **self.spec}


def channel(made: alt.X | alt.Y) -> Channel:
    """Return an axis of Altair's as Vega-Lite has it."""
    found: Any = made.to_dict(validate=False)
    return dict(found)


def lines(
    rows: Sequence[Row],
    colour: str,
    width: float = 2.5,
    dash: tuple[int, ...] = (1, 0),
    clip: bool = False,
) -> Layer:
    """Return one line through rows of x and y; `clip` cuts it off at the ends of the axes."""
    style = {"color": colour, "strokeWidth": width, "strokeDash": dash, "strokeJoin": "round"}
    return _layer("line", rows, **style, **({"clip": True} if clip else {}))


def dots(rows: Sequence[Row], colour: str, shape: str = "circle", size: int = 55) -> Layer:
    """Return a filled point for each row."""
    style = {"color": colour, "fill": colour, "filled": True, "shape": shape}
    return _layer("point", rows, **style, size=size, opacity=1)


def bars(rows: Sequence[Row], colour: str, thickness: float) -> Layer:
    """Return horizontal bars from x to x2."""
    return _layer("bar", rows, color=colour, size=thickness).encode(x2=X2)


def columns(rows: Sequence[Row], colour: str, thickness: float) -> Layer:
    """Return vertical bars from y to y2, outlined so that neighbours stay apart in grey."""
    edge = {"stroke": palette.PAPER, "strokeWidth": 1}
    return _layer("bar", rows, color=colour, size=thickness, **edge).encode(y2=Y2)


def band(rows: Sequence[Row], colour: str, opacity: float = 0.18) -> Layer:
    """Return a shaded range from y to y2."""
    return _layer("area", rows, color=colour, opacity=opacity, line=False).encode(y2=Y2)


def rules(rows: Sequence[Row], colour: str, width: float = 2) -> Layer:
    """Return horizontal strokes from x to x2."""
    return _layer("rule", rows, color=colour, strokeWidth=width).encode(x2=X2)


def upright(rows: Sequence[Row], colour: str, width: float = 1) -> Layer:
    """Return a rule from the top to the bottom at each x."""
    return _layer("rule", rows, color=colour, strokeWidth=width)


def texts(rows: Sequence[Row], size: Size, colour: str = palette.INK, **style: Any) -> Layer:
    """Return the text of each row; a list of texts is a label of several lines."""
    drawn = {"fontSize": size.font, "align": "left", "baseline": "middle", **style}
    made = _layer("text", rows, color=colour, lineHeight=size.line, **drawn)
    return made.encode(text={"field": "text", "type": "nominal"})


def boxes(rows: Sequence[Row], colour: str, edge: str = palette.PAPER, width: float = 1) -> Layer:
    """Return rectangles from x to x2 and from y to y2, with an edge."""
    drawn = _layer("rect", rows, color=colour, stroke=edge, strokeWidth=width)
    return drawn.encode(x2=X2, y2=Y2)


def strokes(rows: Sequence[Row], colour: str, width: float = 1) -> Layer:
    """Return straight strokes from x and y to x2 and y2."""
    return _layer("rule", rows, color=colour, strokeWidth=width).encode(x2=X2, y2=Y2)


def layered(layers: Iterable[Layer], x: Channel | None = None, y: Channel | None = None) -> Drawing:
    """Return layers one on the other, the first lowest; `x` and `y` are the axes of all."""
    shared = {name: axis for name, axis in (("x", x), ("y", y)) if axis is not None}
    return Drawing({"layer": [layer.encode(**shared).to_dict() for layer in layers]})


def pixels(layers: Sequence[Layer], width: float, height: float) -> Drawing:
    """Return layers placed by pixels from the top left, where a drawing needs no axis."""
    x = alt.X("x:Q", scale=figures((0, width)), axis=None)
    y = alt.Y("y:Q", scale=figures((height, 0)), axis=None)
    return layered(layers, channel(x), channel(y)).properties(width=width, height=height)


def gathered(layers: Sequence[Layer]) -> list[Layer]:
    """Return layers with those of one style as one: boxes lowest, then bars, strokes, dots, texts.

    For drawings whose marks overlap in that order alone: each layer spared is a third of a
    millisecond and half a kilobyte.
    """
    rows: dict[str, list[Row]] = {}
    first: dict[str, Layer] = {}
    for layer in layers:
        style = json.dumps([layer.mark, layer.channels], sort_keys=True)
        first.setdefault(style, layer)
        rows.setdefault(style, []).extend(layer.rows)
    made = [replace(layer, rows=rows[style]) for style, layer in first.items()]
    return sorted(made, key=lambda layer: LOWEST.index(layer.mark["type"]))


def _layer(kind: str, rows: Sequence[Row], **style: Any) -> Layer:
    return Layer(_mark(kind, tuple(style.items())), rows)


@cache
def _mark(kind: Any, style: tuple[tuple[str, Any], ...]) -> Mapping[str, Any]:
    """Return a mark in a style; the same few come again in every chart."""
    given: dict[str, Any] = {n: list(v) if isinstance(v, tuple) else v for n, v in style}
    return dict(alt.MarkDef(kind, **given).to_dict(validate=False))


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
    config = {"font": fonts.OWN, "background": palette.PAPER, "padding": 4}
    return chart.properties(config={**config, "view": {"stroke": None}})


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
    return Drawing(
        {
            "concat": [dict(chart.spec) for chart in charts],
            "columns": across,
            "spacing": {"row": 18, "column": 22},
            "resolve": {"scale": {"color": "independent"}},
        }
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
    return chart.properties(title=title.to_dict(validate=False))
