"""What a chart says to somebody who does not see it, from the protected figures alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from toolkit.aggregate import Measure
from toolkit.show import words
from toolkit.show.chart_funnel import drawn as funnel_points
from toolkit.show.chart_funnel import outside
from toolkit.show.points import Plot, Point

LEAST, MOST = 40, 400  # characters
KINDS = {
    "line": "Line chart",
    "bar": "Bar chart",
    "stacked": "Stacked column chart",
    "waterfall": "Waterfall chart",
    "dot": "Dot chart",
    "scatter": "Scatter chart",
    "heatmap": "Heat map",
    "tiles": "Tile map of England",
    "funnel": "Funnel plot",
    "range": "Chart of ranges",
}


def describe(made: Plot, mark: str, highlight: Sequence[str] = ()) -> str:
    """Return 40 to 400 characters: the kind of chart, what it shows, and its main figures."""
    series = [n for n in made.series_names.values() if n]
    joined = f": {made.measure.label}" if mark == "range" else f" of {_lower(made.measure.label)}"
    start = KINDS[mark] + joined
    start += f" for {_some(series)}" if len(series) > 1 else ""
    start += f" in {len(made.facet_names)} panels" if len(made.facet_names) > 1 else ""
    variants = TOLD[mark](made, highlight) if mark in TOLD else [_extremes(made, mark)]
    return _fit([[f"{start}.", *said] for said in variants], made.any_hidden)


def describe_steps(steps: Sequence[tuple[str, float | None, bool, bool, Measure]]) -> str:
    """Return the alt text of a waterfall: where it starts, each step, where it ends."""
    said = [f"{KINDS['waterfall']} from {_lower(steps[0][0])} to {_lower(steps[-1][0])}."]
    scale = words.scale([v for _, v, *_ in steps], steps[0][4])
    for name, value, hidden, is_level, measure in steps:
        if value is None:
            said.append(f"{name}: {'hidden' if hidden else 'not available'}.")
            continue
        sign = "+" if value > 0 and not is_level else ""
        said.append(f"{name}: {sign}{words.in_scale(value, scale, measure)}.")
    return _fit([said], False)


def _trends(made: Plot, _: Sequence[str]) -> list[list[str]]:
    """Return what the lines do: each in a sentence; each in few words; the range over them."""
    lines = [
        (" ".join(n for n in (name, panel) if n), known)
        for code, name in made.series_names.items()
        for facet, panel in made.facet_names.items()
        if (known := [p for p in made.of(code, facet) if p.y is not None])
    ]
    if not lines:
        return [[]]
    each = [_line(made, who, known) for who, known in lines]
    if len(lines) == 1:
        return [each]
    spans = {(known[0].x, known[-1].x) for _, known in lines}
    if len(spans) > 1:
        return [each, _over_lines(made, lines)]
    return [each, [_briefly(made, lines)], _over_lines(made, lines)]


Line = tuple[str, list[Point]]  # its name and its points that are known


def _line(made: Plot, who: str, known: Sequence[Point]) -> str:
    """Return a line's first and last figure, and where its forecast starts."""
    first, last = known[0], known[-1]
    start = [p for p in known if p.x == made.since and p not in (first, last)]
    told = [f"{made.text(p.y)} in {made.x_names[p.x]}" for p in (first, *start)]
    if last is not first:
        forecast = "forecast " if made.since is not None and last.x != made.since else ""
        told.append(f"{forecast}{made.text(last.y)} in {made.x_names[last.x]}")
    text = ", ".join(told)
    text = f"{who}: {text}." if who else f"{text[:1].upper()}{text[1:]}."
    if not last.is_estimate:
        return text
    names = [n if " to " not in n else "Range" for n in made.ranges]
    ends = [(last.low, last.high), last.inner]
    said = [
        f"{name} {words.between(made.text(low), made.text(high))}"
        for name, (low, high) in zip(names, ends, strict=False)
        if low is not None and high is not None
    ]
    return f"{text} {words.listed(said)}."


def _briefly(made: Plot, lines: Sequence[Line]) -> str:
    """Return the first and the last figure of each line, where all have them at one place."""
    first, last = lines[0][1][0], lines[0][1][-1]
    said = [
        f"{who} {words.between(made.text(known[0].y), made.text(known[-1].y))}"
        for who, known in lines
    ]
    return f"{made.x_names[first.x]} to {made.x_names[last.x]}: {'; '.join(said)}."


def _over_lines(made: Plot, lines: Sequence[Line]) -> list[str]:
    """Return the lowest and the highest of the lines, at the last place and at the first."""
    said = []
    places = [x for x in made.x_names if any(p.x == x for _, known in lines for p in known)]
    for x in dict.fromkeys((places[-1], places[0])):
        at = [(who, p) for who, known in lines for p in known if p.x == x]
        low, top = min(at, key=lambda i: _size(i[1])), max(at, key=lambda i: _size(i[1]))
        named = [f"{made.text(p.y)} ({who})" for who, p in (low, top)]
        said.append(f"In {made.x_names[x]} from {named[0]} to {named[1]}.")
    return [f"{len(lines)} lines.", *said]


def _cells(made: Plot, _: Sequence[str]) -> list[list[str]]:
    """Return the size of a heat map, its highest and its lowest cell."""
    size = f"{len(made.series_names)} rows by {len(made.x_names)} columns."
    known = [p for p in made.points if p.y is not None]
    said = [
        f"{word}: {made.text(p.y)} ({made.series_names[p.series]}, {made.x_names[p.x]})."
        for word, p in (("Highest", max(known, key=_size)), ("Lowest", min(known, key=_size)))
    ]
    return [[size, *said]]


def _tiles(made: Plot, highlight: Sequence[str]) -> list[list[str]]:
    """Return the range over the areas, and the figure of the first one brought forward."""
    known = [p for p in made.points if p.y is not None]
    low, top = min(known, key=_size), max(known, key=_size)
    ends = [f"{made.text(p.y)} ({made.x_names[p.x]})" for p in (low, top)]
    said = [f"{len(known)} areas, from {ends[0]} to {ends[1]}."]
    for own in [p for p in made.points if p.x in highlight[:1]]:
        text = "hidden" if own.hidden else made.text(own.y)
        said.append(f"{made.x_names[own.x]}: {text}.")
    return [said]


def _funnel(made: Plot, highlight: Sequence[str]) -> list[list[str]]:
    """Return how many points there are, and those outside the outer limits."""
    points = funnel_points(made)
    out = outside(points)
    named = [f"{made.series_names[p.series]} {made.text(p.y)}" for p in out]
    count = f"{len(points)} points"
    if not out:
        return [[f"{count}, all within the outer limits."]]
    said = f"{count}, {len(out)} outside the outer limits"
    return [[f"{said}: {words.listed(named)}."], [f"{said}, the furthest {named[0]}."]]


def _ranges(made: Plot, _: Sequence[str]) -> list[list[str]]:
    """Return each row with its range; in few words where they are many."""
    rows = [
        (
            made.x_names[p.x],
            "hidden" if p.hidden else made.text(p.y),
            words.between(made.label(p.low), made.label(p.high)),
        )
        for p in made.of()
    ]
    beside = made.ranges[0]
    told = [f"{name} {figure} ({ends})." for name, figure, ends in rows]
    known = [at for at, p in enumerate(made.of()) if p.y is not None and not p.hidden]
    size = [_size(p) for p in made.of()]
    ends = [max(known, key=size.__getitem__), min(known, key=size.__getitem__)] if known else []
    extremes = [f"{w}: {told[at]}" for w, at in zip(("Highest", "Lowest"), ends, strict=False)]
    return [
        [f"{name}: {figure}; {beside} {between}." for name, figure, between in rows],
        [f"In brackets {beside}.", *told],
        [f"{len(rows)} rows, in brackets {beside}.", *extremes],
        [f"{len(rows)} rows.", *extremes],
        [f"{len(rows)} rows."],
    ]


TOLD: Mapping[str, Callable[[Plot, Sequence[str]], list[list[str]]]] = {
    "line": _trends,
    "stacked": _trends,
    "heatmap": _cells,
    "tiles": _tiles,
    "funnel": _funnel,
    "range": _ranges,
}


def _extremes(made: Plot, mark: str) -> list[str]:
    """Return the largest and the smallest figure, and how many there are."""
    known = [p for p in made.points if p.y is not None]
    if not known:
        return []
    top, low = max(known, key=_size), min(known, key=_size)
    said = [f"{len(made.points)} {'points' if mark == 'scatter' else 'categories'}."]
    said.append(f"Largest: {_name(made, top)}, {made.text(top.y)}.")
    if low is not top:
        said.append(f"Smallest: {_name(made, low)}, {made.text(low.y)}.")
    return said


def _size(point: Point) -> float:
    return point.y or 0.0


def _name(made: Plot, point: Point) -> str:
    parts = (made.x_names.get(point.x, ""), made.series_names.get(point.series, ""))
    return " ".join(p for p in (*parts, made.facet_names.get(point.facet, "")) if p)


def _some(names: Sequence[str]) -> str:
    return words.listed(list(names)) if len(names) <= 4 else f"{len(names)} groups"


def _lower(text: str) -> str:
    """Return a label inside a sentence: "EHC plans" keeps its capitals, "Share" loses one."""
    return text if text[1:2].isupper() or not text[:1].isupper() else text[:1].lower() + text[1:]


def _fit(variants: Sequence[Sequence[str]], any_hidden: bool) -> str:
    """Return the fullest variant that fits, or so much of the shortest, and where the rest is."""
    end = "Hidden figures are gaps. " if any_hidden else ""
    end += "All figures are in the table below."
    for said in variants:
        text = " ".join([*said, end])
        if len(text) <= MOST:
            return text
    said = variants[-1]
    text = _cut(said[0], MOST - len(end) - 1)
    for sentence in said[1:]:
        if len(text) + len(sentence) + len(end) + 2 > MOST:
            break
        text += f" {sentence}"
    return f"{text} {end}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 2].rstrip() + "…"
