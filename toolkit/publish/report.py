"""The report of one notebook: its words, and its views drawn with the release's mask."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
from markupsafe import Markup
from nbformat.v4 import new_notebook

from toolkit.publish import prose
from toolkit.publish.ledger import by_priority
from toolkit.publish.pages import Common, exporter, glossary
from toolkit.publish.release import ANALYST, Placed
from toolkit.show import words
from toolkit.show.drawing import draw

RESERVED = ("top", "main", "contents", "key-findings", "left-out", "how-made", "disclosure",
            "inputs", "versions", "glossary")  # fmt: skip
WITHOUT_IDS = 4  # the last format whose cells need none
NUMBERED = {"table": "Table", "chart": "Figure", "tree": "Figure"}
NOTHING = "Nothing is shown here: what is held is too little for it, or does not apply."
SOURCES = {
    "local": "the area's own records",
    "published": "published statistics",
    "reference": "reference tables",
    "plan": "the area's plan",
    "ledger": "figures that each area protected before it shared them",
}


def render(
    placed: Sequence[Placed], common: Common, findings: Sequence[Mapping[str, Any]], notebook: Any
) -> bytes:
    """Return the finished report of one executed notebook.

    Args:
        placed: The views that it shows, in order.
        common: What every page of the release says alike.
        findings: Its entries in the ledger.
        notebook: The executed notebook's outcome.
    """
    about = notebook.step.about
    ids = prose.Ids(RESERVED)
    node = report_notebook(notebook.notebook, placed, common, ids)
    page = {
        **common.page(about.title, about.question),
        "stage": about.stage,
        "findings": [_with_anchor(finding) for finding in by_priority(findings)],
        "prose": prose.renderer(ids, common.pages),
        "left_out": left_out(placed),
        "sources": sources(placed),
        **_sections(node),
    }
    page["glossary"] = glossary(about.title, about.question, *_texts(node))
    page["contents"] = _contents(page)
    html, _ = exporter().from_notebook_node(node, resources={"page": page})
    return str(html).strip().encode("utf-8") + b"\n"


def report_notebook(executed: Any, placed: Sequence[Placed], common: Common, ids: prose.Ids) -> Any:
    """Return a new notebook that holds what the report shows and nothing else.

    Words are cut at section headings, so that each section starts a cell; of the code cells
    only drawn views remain. Nothing that the kernel wrote is carried over.
    """
    made = new_notebook(nbformat_minor=WITHOUT_IDS)  # type: ignore[no-untyped-call]
    numbers = numbered(placed)
    is_header, has_run = True, False
    gaps: list[str] = []
    for at, cell in enumerate(executed.cells):
        if ANALYST in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "markdown":
            source = prose.without_header(cell.source) if is_header else cell.source
            parts = _words(source, ids)
            ends = any("section" in part.metadata for part in parts)
            if has_run and (gaps or source.startswith("#")):
                _drop_silent(made.cells, bool(gaps))
            if has_run and ends and not gaps and _is_silent(made.cells):
                made.cells.append(_note(NOTHING, ids))
            if ends:
                _close_section(made.cells, gaps, ids)
            made.cells += parts
            is_header = has_run = False
        elif cell.cell_type == "code":
            here = [p for p in placed if p.cell == at]
            has_run = True
            if here and all(p.view.kind == "left_out" for p in here):
                gaps += [str(p.view.spec["title"]) for p in here]
                _drop_lead(made.cells)
            elif here:
                outputs = [_drawn(p, numbers[p.ids], common) for p in here]
                made.cells.append(_showing(outputs))
    _close_section(made.cells, gaps, ids)
    sections = [c.metadata.section for c in made.cells if "section" in c.metadata]
    if sections:
        sections[0]["first"] = True
    return made


def _drop_lead(cells: list[Any]) -> None:
    """Take away the words that lead into a view that is left out, unless a section starts there."""
    if cells and cells[-1].cell_type == "markdown" and "section" not in cells[-1].metadata:
        cells.pop()


def _drop_silent(cells: list[Any], after_gap: bool) -> None:
    """Take away words that lead to nothing: a sub-heading, or what follows something left out."""
    if cells and (after_gap or cells[-1].source.startswith("### ")):
        _drop_lead(cells)


def _is_silent(cells: list[Any]) -> bool:
    """Return whether nothing stands under the last section but its own words."""
    return bool(cells) and cells[-1].get("metadata", {}).get("section") is not None


def _close_section(cells: list[Any], gaps: list[str], ids: prose.Ids) -> None:
    """End a section: one line tells what it leaves out, and one that leaves out all of it goes.

    The end of the page names both, with what would fill them.
    """
    if not gaps:
        return
    own = next((n for n, c in enumerate(reversed(cells), 1) if "section" in c.metadata), 0)
    if own and all(cell.cell_type == "markdown" for cell in cells[-own:]):
        del cells[-own:]
    else:
        link = Markup('<a href="#left-out">What would fill this</a>')
        titles = "; ".join(gaps)
        end = "" if titles.endswith("?") else "."
        cells.append(_note(Markup("Left out here: {}{} {}").format(titles, end, link), ids))
    gaps.clear()


def _note(said: str, ids: prose.Ids) -> Any:
    """Return a cell with one line in small print."""
    html = Markup('<p class="st-note st-gaps">{}</p>').format(said)
    metadata = {"kind": "left_out", "ids": ids.of("left out here"), "number": ""}
    return _showing([_output(str(html), metadata)])


def _showing(outputs: list[Any]) -> Any:
    """Return a code cell that shows something."""
    return _node(cell_type="code", metadata={}, source="", execution_count=None, outputs=outputs)


def _output(html: str, metadata: Mapping[str, Any]) -> Any:
    """Return what a cell shows."""
    return _node(output_type="display_data", data={"text/html": html}, metadata=metadata)


def _node(**values: Any) -> Any:
    """Return a part of a notebook that is only ever turned into HTML.

    nbformat's own `new_...` would check it against its schema: a tenth of a page's time.
    """
    return nbformat.from_dict(values)  # type: ignore[no-untyped-call]


def numbered(placed: Sequence[Placed]) -> dict[str, str]:
    """Return what each view is called in its report, by its ids: "Table 1", "Figure 2", or ""."""
    counts = {name: itertools.count(1) for name in ("Table", "Figure")}
    names = {place.ids: NUMBERED.get(place.view.kind, "") for place in placed}
    return {ids: f"{name} {next(counts[name])}" if name else "" for ids, name in names.items()}


def left_out(placed: Sequence[Placed]) -> list[tuple[str, str, str]]:
    """Return the sections that were left out: title, what each needs, what would fill it."""
    views = [place.view for place in placed if place.view.kind == "left_out"]
    return [
        (str(v.spec["title"]), words.listed(v.spec["missing"]), words.listed(v.spec["files"]))
        for v in views
    ]


def sources(placed: Sequence[Placed]) -> list[dict[str, str]]:
    """Return where each kind of figure comes from, each once: what, source, period, method."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for place in placed:
        for a in place.view.aggregates:
            kind = SOURCES[a.source]
            source = f"{'; '.join(a.sources)} ({kind})" if a.sources else kind
            row = {"what": a.universe, "source": source, "period": a.period, "method": a.method}
            rows.setdefault(tuple(row.values()), row)
    return list(rows.values())


def _words(source: str, ids: prose.Ids) -> list[Any]:
    """Return a markdown cell as one cell a section."""
    cells = []
    for part in prose.parts(source):
        metadata: dict[str, Any] = {}
        if part.title:
            html = prose.inline(part.title)
            named = {"id": ids.of(prose.plain_text(html)), "title": part.title, "html": html}
            metadata["section"] = {**named, "first": False}
        cells.append(_node(cell_type="markdown", source=part.text, metadata=metadata))
    return cells


def _drawn(place: Placed, number: str, common: Common) -> Any:
    html = str(draw(place.view, common.mask, place.ids))
    metadata = {"kind": place.view.kind, "ids": place.ids, "number": number}
    return _output(html, metadata)


def _with_anchor(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {**finding, "anchor": str(finding["page"]).partition("#")[2]}


def _sections(node: Any) -> dict[str, Any]:
    """Return what the template asks of the sections."""
    found = [c.metadata.section for c in node.cells if "section" in c.metadata]
    starts = bool(node.cells) and "section" in node.cells[0].metadata
    return {"sections": found, "has_sections": bool(found), "starts_with_section": starts}


def _texts(node: Any) -> list[str]:
    """Return every text of the report, to look for terms in."""
    drawn = [o.data["text/html"] for c in node.cells for o in c.get("outputs", [])]
    titles = [c.metadata.section["title"] for c in node.cells if "section" in c.metadata]
    return [*titles, *(c.source for c in node.cells if c.cell_type == "markdown"), *drawn]


def _contents(page: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the contents list: id and title of each section, in the order of the page."""
    before = [("key-findings", "Key findings")] if page["findings"] else []
    own = [(s["id"], prose.title_text(s["html"])) for s in page["sections"]]
    gap = "What was left out and what would fill it"
    after = [("left-out", gap)] if page["left_out"] else []
    after.append(("how-made", "How this was made"))
    after += [("glossary", "Glossary")] if page["glossary"] else []
    return [*before, *own, *after]
