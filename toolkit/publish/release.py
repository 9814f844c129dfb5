"""What a release shows, protected all at once.

Every view of every notebook enters one register, which is solved once: two tables that are
safe apart can give a child away together. The register is remembered privately.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from toolkit.aggregate import Aggregate, Key
from toolkit.errors import DisclosureError
from toolkit.publish.execute import Outcome
from toolkit.publish.files import write_beside
from toolkit.show.disclosure import Mask, Register
from toolkit.show.earlier import Earlier, Seen
from toolkit.show.protecting import conflicting, raw_figures, seen_figures
from toolkit.show.settling import settle
from toolkit.show.system import Partition, order
from toolkit.show.views import MIME, View

Profile = Literal["dfe", "nhs"]
LAST = Path("private") / "releases" / "last.json"
VERSION = 2
ANALYST = "analyst"  # the tag of a cell that is for the analyst alone: nothing of it leaves


@dataclass(frozen=True)
class Placed:
    """A view, and where it stands: the notebook's page, and the cell and output in it.

    Attributes:
        outcome: The notebook that shows it.
        cell: Its cell, counted from 0 over all cells of the executed notebook.
        output: Its output in that cell, from 0.
        view: What is shown.
        ids: The start of the ids of its elements, which no other view of the page has.
    """

    outcome: Outcome
    cell: int
    output: int
    view: View
    ids: str


def views_of(outcome: Outcome) -> list[Placed]:
    """Return the views that an executed notebook shows, in order.

    What it prints stays in the private folder, and so does what a cell tagged `analyst`
    shows. Anything else that it displays is refused,
    since nobody can protect a picture or a bare table.

    Raises:
        DisclosureError: A cell displays something that is no view.
    """
    found: list[Placed] = []
    code = 0
    for at, cell in enumerate(outcome.notebook.cells):
        if cell.cell_type != "code":
            continue
        code += "injected-parameters" not in cell.metadata.get("tags", [])
        for number, output in enumerate(cell.outputs):
            if output.output_type == "stream" or ANALYST in cell.metadata.get("tags", []):
                continue
            if MIME not in output.get("data", {}):
                raise _not_a_view(outcome, code)
            with _named(f"Notebook {outcome.step.name}, code cell {code}"):
                view = View.from_json(output.data[MIME])
            found.append(Placed(outcome, at, number, view, f"v{len(found) + 1}"))
    return found


@dataclass(frozen=True)
class Cover:
    """What a release shows and hides, and what a reader knows once it is out.

    Attributes:
        placed: Its views, with categories merged where they had to be.
        mask: What is hidden.
        told: All that this release and those before it tell.
    """

    placed: tuple[Placed, ...]
    mask: Mask
    told: Earlier


def protect(
    placed: Sequence[Placed],
    profile: Profile,
    earlier: Earlier | None = None,
    published: Iterable[Aggregate] = (),
) -> Cover:
    """Return the cover of a release: one register over all its views.

    Args:
        placed: Every view of the release.
        profile: Which counts are small.
        earlier: What earlier releases of the area told.
        published: What anybody can look up of the area, shown here or not.

    Raises:
        DisclosureError: Some count cannot be protected, or a share names no count that it
            rests on, so that nobody can tell whether it speaks of few children.
    """
    register = Register()
    for aggregate in published:
        register.look_up(aggregate)
    for place in placed:
        with _named(f"Notebook {place.outcome.step.name}"):
            for aggregate in place.view.aggregates:
                register.add(aggregate)
    past = earlier or Earlier()
    settled = settle(register, [place.view for place in placed], profile, past)
    mask = settled.mask
    if mask.unresolved:
        raise _too_few(placed, mask)
    if mask.unguarded:
        raise DisclosureError(
            f"some shares or rates of local records name no count that they rest on: "
            f"{'; '.join(mask.unguarded[:3])}.",
            remedy="Give their Measure 'rests_on', so that they are hidden with that count.",
        )
    shown = {id(a): a for view in settled.views for a in view.aggregates}
    mask = without_conflicts(mask, shown.values())
    told = seen(settled.register, shown.values(), mask)
    return Cover(
        tuple(replace(p, view=v) for p, v in zip(placed, settled.views, strict=True)),
        mask,
        past.followed_by(told, settled.register.summed),
    )


def _too_few(placed: Sequence[Placed], mask: Mask) -> DisclosureError:
    """Return a refusal that names what to leave out: notebooks, or columns of the files."""
    holding = sorted({p.outcome.step.number for p in placed if _holds_lost(p.view, mask)})
    columns = sorted({d for lost in mask.lost for d in _dimensions(lost)} - {"year"})
    sets = len(mask.unresolved)
    return DisclosureError(
        f"nothing was published: with so few children, {sets} "
        f"{'set' if sets == 1 else 'sets'} of figures would give some of them away, even with "
        f"counts hidden and categories merged; the first is {mask.unresolved[0]}.",
        remedy=f"Leave out what shows them (notebook {', '.join(holding)}) by naming the others "
        f"with --only, or empty a column of the files that splits them ({', '.join(columns)}). "
        "With more plans, the whole can be published.",
    )


def _holds_lost(view: View, mask: Mask) -> bool:
    """Return whether a view shows counts of a kind that cannot be protected."""
    return any(
        aggregate.universe == _universe(lost) and set(aggregate.dimensions) >= _dimensions(lost)
        for aggregate in view.aggregates
        for lost in mask.lost
    )


def _universe(lost: Key | Partition) -> str:
    return lost.parent[0] if isinstance(lost, Partition) else lost[0]


def _dimensions(lost: Key | Partition) -> set[str]:
    """Return what splits a count that cannot be protected, or the parts that it has."""
    if isinstance(lost, Partition):
        split = lost.dimension.partition(" (")[0]  # "locality (North or other)"
        return {split, *(d for d, _ in lost.parent[1])}
    return {d for d, _ in lost[1]}


def seen(register: Register, aggregates: Iterable[Aggregate], mask: Mask) -> Iterator[Seen]:
    """Yield what a release tells of each count and figure that local records give.

    A name that stands for two figures tells of none: it is remembered as hidden.
    """
    yield from register.seen(mask)
    figures = [f for a in _local(aggregates) for f in seen_figures(a, mask)]
    two = conflicting(figures)
    for figure in figures:
        yield replace(figure, value=None) if (figure.key, figure.name) in two else figure


def _local(aggregates: Iterable[Aggregate]) -> list[Aggregate]:
    return [a for a in aggregates if a.source_column or a.source == "local"]


def without_conflicts(mask: Mask, aggregates: Iterable[Aggregate]) -> Mask:
    """Return a mask that keeps no figure whose name stands for two in this release."""
    if not mask.kept:
        return mask
    two = conflicting(f for a in _local(aggregates) for f in raw_figures(a))
    return replace(mask, kept_figures={**mask.kept_figures, **dict.fromkeys(two)})


def register_of(placed: Sequence[Placed], mask: Mask) -> list[dict[str, Any]]:
    """Return every count of a release as plain JSON values, for the area's private memory."""
    every = {id(a): a for place in placed for a in place.view.aggregates}  # views share some
    counts: dict[Key, tuple[float, bool]] = {}
    for aggregate in every.values():
        for key, value, local in aggregate.counts():
            counts.setdefault(key, (value, local))
    return [
        {"universe": key[0], "filters": dict(sorted(key[1])), "value": value, "local": local,
         "hidden": mask.hidden(key)}
        for key, (value, local) in sorted(counts.items(), key=lambda item: order(item[0]))
    ]  # fmt: skip


def read_last(area_folder: Path) -> dict[str, Any]:
    """Return what is remembered of the area's last release; empty before the first."""
    path = area_folder / LAST
    if not path.is_file():
        return {}
    last = json.loads(path.read_text(encoding="utf-8"))
    return dict(last) if last.get("version") == VERSION else {}


def remember(area_folder: Path, last: dict[str, Any]) -> None:
    """Keep a release in the area's private folder, where the next one looks for it."""
    # Without line breaks, which make Python's encoder ten times slower.
    text = json.dumps({"version": VERSION, **last}, ensure_ascii=False)
    write_beside(area_folder / LAST, text.encode("utf-8"))


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Say where a refusal came about, if it does not say so itself."""
    try:
        yield
    except DisclosureError as error:
        place = error.where or where
        raise DisclosureError(error.what, where=place, remedy=error.remedy) from None


def _not_a_view(outcome: Outcome, code: int) -> DisclosureError:
    return DisclosureError(
        "it displays something that disclosure control cannot protect.",
        where=f"Notebook {outcome.step.name}, code cell {code}",
        remedy="Show it with show.table, show.chart, show.sentence or show.finding; a widget "
        "only if 'interactive' is true; end a line with ; to display nothing.",
    )
