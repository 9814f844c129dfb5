"""What a notebook calls: each displays a view and returns nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from toolkit.aggregate import Aggregate, Cell
from toolkit.evidence import Finding
from toolkit.show import chart_views, views


class OpenArea(Protocol):
    """The part of an open area that a section needs."""

    def has(self, *needs: str) -> bool:
        """Return whether all of the needs are met."""

    def lacks(self, *needs: str) -> list[str]:
        """Return the needs that are not met."""

    def called(self, need: str) -> str:
        """Return what a need is called for a reader."""

    def filled_by(self, need: str) -> str:
        """Return the file that would meet a need, in words."""


def table(
    aggregate: Aggregate,
    caption: str,
    columns: Sequence[str] | None = None,
    note: str = "",
    *,
    across: str | None = None,
    sort: str | None = None,
) -> None:
    """Show a table; see `views.table_view`."""
    display(views.table_view(aggregate, caption, columns, note, across=across, sort=sort))


def chart(aggregate: Aggregate, **channels: Any) -> None:
    """Show a chart; see `chart_views.chart_view` for its channels."""
    display(chart_views.chart_view(aggregate, **channels))


def sentence(template: str, **cells: Cell | str) -> None:
    """Show a sentence whose `{name:format}` places stand for cells; see `templates.FORMATS`."""
    display(views.sentence_view(template, cells))


def finding(found: Finding) -> None:
    """Show a finding. The release writes it into the evidence ledger as well."""
    display(views.finding_view(found))


def tree(aggregate: Aggregate, **levels: Any) -> None:
    """Show a tree of drivers; see `views.tree_view` for its levels."""
    display(views.tree_view(aggregate, **levels))


def section(area: OpenArea, title: str, needs: Sequence[str] = ()) -> bool:
    """Return whether a section has what it needs; where not, show that it is left out and why.

    Args:
        area: An open area.
        title: What the section is called.
        needs: Tables of the schedule ("plans") or published tables ("published:caseload").
    """
    if area.has(*needs):
        return True
    missing = area.lacks(*needs)
    names = list(dict.fromkeys(area.called(need) for need in missing))
    files = list(dict.fromkeys(area.filled_by(need) for need in missing))
    display(views.left_out_view(title, names, files))
    return False


def display(shown: Any) -> None:
    """Show a view, or a widget, under the cell of the notebook that runs."""
    from IPython import display as ipython  # noqa: PLC0415  (a release draws without IPython)

    ipython.display(shown)  # type: ignore[no-untyped-call]
