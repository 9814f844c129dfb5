"""The index of a batch: one row an area, in an order of its own on each page.

It needs no script to be sorted: each order is a page. Ranks help to find an area; how far
areas differ by more than chance is a question of the insight report, not of this list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import toolkit
from toolkit import reference
from toolkit.publish import manifest
from toolkit.publish.batch import notebooks_page
from toolkit.publish.batch.jobs import Done, Order
from toolkit.publish.pages import finished, style
from toolkit.show import words

INDEX = "index.html"
TOGETHER = "Many areas"
INSIGHT = "insight"  # the folder of the report over all areas
FINDINGS = "findings.json"
STATUS = {"done": "Published", "kept": "Published, unchanged", "failed": "Failed"}
DOUBTFUL = "[u]"  # the mark of the Government Analysis Function for low reliability
MARKS = {
    **words.LEGEND,
    DOUBTFUL: "rests on a published figure that looks wrong, as the area's report says; not ranked",
}
QUESTION = "Which areas were run, what became of each, and where are its reports?"
NOTE = (
    "Rank 1 has the highest figure; equal figures share a rank. A rank is a way to find an area, "
    "not a verdict: many areas differ by no more than chance, and more or fewer plans are by "
    "themselves neither good nor bad. A share of fewer than 100 is followed by what it is of."
)
FEW = 100  # children: a share of fewer can be far from what another year would give


@dataclass(frozen=True)
class Line:
    """One area on the page: what became of it, and its findings by id."""

    done: Done
    findings: Mapping[str, Mapping[str, Any]]
    is_fictional: bool

    def value(self, column: Mapping[str, str]) -> float | None:
        """Return the figure of a column; None where there is none, or it is hidden or doubtful."""
        found = self.findings.get(column["finding"], {})
        if found.get("value") is None or found["caution"]:
            return None
        return float(found["value"])


def pages(done: Sequence[Done], order: Order, started: int) -> dict[str, bytes]:
    """Return the index pages of a batch by name: by area, and by each column that has figures.

    Args:
        done: What became of each area so far.
        order: What is the same for all.
        started: How many areas the batch has.
    """
    lines = sorted((_line(d, order.out) for d in done), key=lambda line: line.done.name.casefold())
    columns = [c for c in _columns() if any(line.value(c) is not None for line in lines)]
    ranks = {c["slug"]: _ranks([line.value(c) for line in lines]) for c in columns}
    frame = _frame(lines, columns, order, started)
    made = {notebooks_page.NAME: notebooks_page.render(done, frame)}
    for slug in ("name", *(c["slug"] for c in columns)):
        at = _sorted(ranks[slug]) if slug in ranks else list(range(len(lines)))
        areas = [_row(lines[i], columns, ranks, i) for i in at]
        page = {**frame, **_order(slug, columns), "areas": areas}
        texts = [figure for row in page["areas"] for figure, _ in row["figures"]]
        page["marks"] = [(m, w) for m, w in MARKS.items() if any(m in text for text in texts)]
        made[_file(slug)] = finished(page, "batch.html.j2")
    return made


def _line(done: Done, out: Path) -> Line:
    """Return an area's line, with the findings that stand in its folder."""
    try:
        held = json.loads((out / done.slug / FINDINGS).read_text(encoding="utf-8"))
    except OSError:  # it has never been published
        return Line(done, {}, False)
    findings = {str(f["id"]): f for f in held["findings"]}
    return Line(done, findings, bool(held["area"]["fictional"]))


def _columns() -> list[dict[str, str]]:
    rows = reference.table("batch_columns").to_dict("records")
    return [{str(k): str(v) for k, v in row.items()} for row in rows]


def _ranks(values: Sequence[float | None]) -> list[int | None]:
    """Return the rank of each value, 1 for the highest; None where there is none."""
    known = [v for v in values if v is not None]
    return [None if v is None else 1 + sum(other > v for other in known) for v in values]


def _sorted(ranks: Sequence[int | None]) -> list[int]:
    """Return the places of ranks, the first rank first and those without one last."""
    return sorted(range(len(ranks)), key=lambda i: (ranks[i] is None, ranks[i] or 0))


def _frame(
    lines: Sequence[Line], columns: Sequence[Mapping[str, str]], order: Order, started: int
) -> dict[str, Any]:
    """Return what all pages of a batch share."""
    areas = [line.done for line in lines]
    failed = [d for d in areas if d.status == "failed"]
    date = words.date(pd.Timestamp(order.run_date))
    facts = [
        ("Areas", f"{len(lines)} of {started}"),
        ("Failed", str(len(failed))),
        ("Run on", date),
    ]
    kept = sum(d.status == "kept" for d in areas)
    insight = f"{INSIGHT}/{INDEX}"
    made_up = sum(line.is_fictional for line in lines)
    together = manifest.Areas(name=TOGETHER, count=len(lines), made_up=made_up)
    return {
        "title": "SEND diagnostic: many areas",
        "question": QUESTION,
        "window": TOGETHER,
        "footer": "SEND diagnostic of many areas",
        "area": together,
        "banner": together.banner,
        "facts": facts,
        "insight": insight if (order.out / insight).is_file() else "",
        "style": style(),
        "failed": [{"name": d.name, "reason": d.reason} for d in failed],
        "columns": [{**c, "unit": "" if c["unit"] == "number" else c["unit"]} for c in columns],
        "note": NOTE,
        "timing": f"{len(lines) - kept - len(failed)} areas were run, {kept} were kept as they "
        f"stood, since nothing that they rest on has changed, and {len(failed)} failed.",
        "run_date": date,
        "run_id": manifest.short_hash([[d.slug, d.status, d.notebooks] for d in areas]),
        "version": toolkit.__version__,
    }


def _order(slug: str, columns: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return in which order a page is, and which others there are."""
    headings = {c["slug"]: c["heading"] for c in columns}
    labels = {"name": "name", **{slug: _lower(text) for slug, text in headings.items()}}
    orders: list[dict[str, Any]] = [
        {"label": label, "page": _file(other), "here": other == slug}
        for other, label in labels.items()
    ]
    return {"sorted": slug, "orders": orders, "order": f"in the order of {labels[slug]}"}


def _lower(heading: str) -> str:
    """Return a heading within a sentence; "EHC" stays as it is."""
    return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]


def _row(
    line: Line,
    columns: Sequence[Mapping[str, str]],
    ranks: Mapping[str, Sequence[int | None]],
    at: int,
) -> dict[str, Any]:
    done = line.done
    published = [n for n in done.notebooks if n[1] == "published"]
    has_page = bool(line.findings) or bool(published)
    return {
        "name": done.name,
        "page": f"{done.slug}/{INDEX}" if has_page else "",
        "fictional": line.is_fictional,
        "status": STATUS[done.status],
        "reports": f"{len(published)} of {len(done.notebooks)}"
        if done.notebooks
        else words.MISSING,
        "figures": [(_figure(line, c), _rank(ranks[c["slug"]][at])) for c in columns],
    }


def _figure(line: Line, column: Mapping[str, str]) -> str:
    """Return a figure with its range, where it is an estimate."""
    found = line.findings.get(column["finding"])
    if found is None:
        return words.MISSING
    if found["value"] is None:
        return words.HIDDEN if "value" in found["hidden"] else words.MISSING
    decimals = int(column["decimals"])
    text = words.digits(found["value"], decimals)
    if found["low"] is not None and found["high"] is not None:
        low, high = (words.digits(found[end], decimals) for end in ("low", "high"))
        text = f"{text} ({words.between(low, high)})"
    if found["unit"] == "%" and found["base"] is not None and found["base"] < FEW:
        text = f"{text} of {words.digits(found['base'], 0)}"
    return f"{text} {DOUBTFUL}" if found["caution"] else text


def _rank(rank: int | None) -> str:
    return words.MISSING if rank is None else str(rank)


def _file(slug: str) -> str:
    return INDEX if slug == "name" else f"by-{slug}.html"


def names() -> list[str]:
    """Return the file names that index pages may have, so that stale ones can be taken away."""
    return [INDEX, notebooks_page.NAME, *(_file(c["slug"]) for c in _columns())]
