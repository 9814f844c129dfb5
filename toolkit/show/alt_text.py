"""What a chart says to somebody who does not see it, from the protected figures alone."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.aggregate import Measure
from toolkit.show import words
from toolkit.show.points import Plot, Point

LEAST, MOST = 40, 400  # characters
KINDS = {
    "line": "Line chart",
    "bar": "Bar chart",
    "stacked": "Stacked column chart",
    "waterfall": "Waterfall chart",
    "dot": "Dot chart",
    "scatter": "Scatter chart",
}


def describe(made: Plot, mark: str) -> str:
    """Return 40 to 400 characters: the kind of chart, what it shows, and its main figures."""
    series = [n for n in made.series_names.values() if n]
    start = f"{KINDS[mark]} of {_lower(made.measure.label)}"
    start += f" for {_some(series)}" if len(series) > 1 else ""
    start += f" in {len(made.facet_names)} panels" if len(made.facet_names) > 1 else ""
    said = _trends(made) if mark in ("line", "stacked") else _extremes(made, mark)
    return _fit([f"{start}.", *said], made.any_hidden)


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
    return _fit(said, False)


def _trends(made: Plot) -> list[str]:
    """Return for each series its first and its last figure."""
    said = []
    for code, name in made.series_names.items():
        for facet, panel in made.facet_names.items():
            known = [p for p in made.of(code, facet) if p.y is not None]
            if not known:
                continue
            who = " ".join(n for n in (name, panel) if n)
            first, last = known[0], known[-1]
            text = f"{made.text(first.y)} in {made.x_names[first.x]}"
            if last is not first:
                text += f", {made.text(last.y)} in {made.x_names[last.x]}"
            said.append(f"{who}: {text}." if who else f"{text[:1].upper()}{text[1:]}.")
            if last.low is not None and last.high is not None:
                said.append(f"Range {words.between(made.text(last.low), made.text(last.high))}.")
    return said


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


def _fit(said: Sequence[str], any_hidden: bool) -> str:
    """Return as many sentences as fit, and where the rest is to be found."""
    end = "Hidden figures are gaps. " if any_hidden else ""
    end += "All figures are in the table below."
    text = _cut(said[0], MOST - len(end) - 1)
    for sentence in said[1:]:
        if len(text) + len(sentence) + len(end) + 2 > MOST:
            break
        text += f" {sentence}"
    return f"{text} {end}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 2].rstrip() + "…"
