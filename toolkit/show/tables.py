"""Tables as HTML: a caption, headings with scope and unit, figures that line up, footnotes."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from toolkit.aggregate import Aggregate
from toolkit.show import words
from toolkit.show.grid import Grid, GridCell, Heading, grid
from toolkit.show.markup import join, tag
from toolkit.show.shown import Shown

LONG, WIDE, WIDE_TEXTS = 15, 4, 3  # from here on a table scrolls in a region of its own


def draw_table(shown: Shown, ids: str) -> Markup:
    """Return a table view as HTML."""
    protected, spec = shown.protected[0], shown.spec
    made = grid(protected, spec["columns"], spec.get("across"), spec.get("sort"))
    if not made.rows:  # headings over nothing would puzzle a screen reader
        return tag("p", tag("b", f"{spec['caption']}:"), " none.", class_="st-sentence")
    notes = [spec["note"], *legend(made.marks)]
    return tag(
        "div",
        html_table(made, spec["caption"], ids),
        footnotes(notes, [protected.aggregate]),
        class_="st-table",
    )


def html_table(made: Grid, caption: str, ids: str) -> Markup:
    """Return a table with its caption; a long or wide one in a region that scrolls."""
    table = tag(
        "table",
        tag("caption", tag("span", caption, *_unit_of(made)), id=f"{ids}-caption"),
        tag("thead", *_head(made.headings)),
        tag("tbody", *(_row(made, row, total) for row, total in zip(
            made.rows, made.totals, strict=True))),
    )  # fmt: skip
    texts = sum(not heading.is_number for heading in made.headings)
    if len(made.rows) < LONG and len(made.headings) < WIDE and texts < WIDE_TEXTS:
        return table
    return tag(
        "div",
        table,
        class_="st-scroll" + (" st-tall" if len(made.rows) > LONG * 2 else ""),
        role="region",
        tabindex="0",
        aria_label=f"Table: {caption}",
    )


def _unit_of(made: Grid) -> list[Markup | str]:
    """Return the unit of the whole table, where its headings do not say it."""
    return [" ", tag("span", f"({made.unit})", class_="st-unit")] if made.unit else []


def _head(headings: tuple[Heading, ...]) -> list[Markup]:
    """Return one row of headings, or two where columns share a group."""
    if not any(h.group for h in headings):
        return [tag("tr", *(_heading(h) for h in headings))]
    top: list[Markup] = []
    for text, width, is_row in _groups(headings):
        if is_row:
            top.append(tag("th", text, scope="col", rowspan="2"))
        else:
            top.append(tag("th", text, scope="colgroup", colspan=width, class_="st-group"))
    below = [_heading(h) for h in headings if h.group]
    return [tag("tr", *top), tag("tr", *below)]


def _groups(headings: Iterable[Heading]) -> list[tuple[str, int, bool]]:
    found: list[tuple[str, int, bool]] = []
    for h in headings:
        if h.group and found and found[-1][0] == h.group and not found[-1][2]:
            found[-1] = (h.group, found[-1][1] + 1, False)
        else:
            found.append((h.group or h.text, 1, not h.group))
    return found


def _heading(heading: Heading) -> Markup:
    unit = None
    if heading.unit and heading.unit.lower() not in heading.text.lower():
        unit = tag("span", f"({heading.unit})", class_="st-unit")
    return tag(
        "th",
        join([heading.text, " " if unit else None, unit]),
        scope="col",
        class_="st-n" if heading.is_number else None,
    )


def _row(made: Grid, row: tuple[GridCell, ...], is_total: bool) -> Markup:
    cells = [_td(cell, heading) for cell, heading in zip(row, made.headings, strict=True)]
    return tag("tr", *cells, class_="st-total" if is_total else None)


def _td(cell: GridCell, heading: Heading) -> Markup:
    if heading.is_row_heading:
        return tag("th", cell.text, scope="row")
    return tag("td", cell.text, class_="st-n" if heading.is_number else None)


def legend(marks: Iterable[str]) -> list[str]:
    """Return what each mark means."""
    return [f"{mark} {words.LEGEND[mark]}" for mark in marks]


def footnotes(notes: Iterable[str], aggregates: Iterable[Aggregate]) -> Markup:
    """Return what stands under a figure: notes, period, source and method, each once."""
    kept = list(aggregates)
    lines = [tag("p", note, class_="st-note") for note in notes if note]
    periods = _once(a.period for a in kept)
    sources = _once(s for a in kept for s in a.sources)
    methods = _once(a.method for a in kept)
    for name, texts, mark in (
        ("Period", periods, "; "),
        ("Source", [*sources, *_published(kept)], "; "),
        ("Method", methods, " "),
    ):
        if texts:
            body = join([tag("b", f"{name}:"), " ", mark.join(texts)])
            lines.append(tag("p", body, class_=f"st-{name.lower()}"))
    return tag("div", *lines, class_="st-foot") if lines else Markup("")


def _published(aggregates: Iterable[Aggregate]) -> list[str]:
    """Return the remark that published figures are shown as published, where they are."""
    sources = {a.source for a in aggregates}
    return ["figures as published"] if sources == {"published"} else []


def _once(texts: Iterable[str]) -> list[str]:
    return [t for t in dict.fromkeys(texts) if t]
