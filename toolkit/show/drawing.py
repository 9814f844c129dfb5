"""Views as HTML: for a release with its mask, for JupyterLab with single-cell protection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from toolkit.show import sentences
from toolkit.show.charts import draw_chart
from toolkit.show.disclosure import Mask
from toolkit.show.driver_tree import draw_tree
from toolkit.show.markup import tag
from toolkit.show.shown import Shown
from toolkit.show.tables import draw_table

if TYPE_CHECKING:  # a view can draw itself, so views need this module first
    from toolkit.show.views import View

Drawer = Callable[[Shown, str], Markup]
DRAWERS: Mapping[str, Drawer] = {
    "table": draw_table,
    "chart": draw_chart,
    "sentence": sentences.draw_sentence,
    "finding": sentences.draw_finding,
    "left_out": sentences.draw_left_out,
    "tree": draw_tree,
}
WORKING = "Working view, not for sharing. Small counts are hidden one by one only."


def draw(view: View, mask: Mask, ids: str) -> str:
    """Return a view as an HTML fragment of a report.

    Args:
        view: What to draw.
        mask: The mask of the release.
        ids: What the ids in the fragment start with; unique in the page.

    Raises:
        DisclosureError: A local count of the view never went through the register.
    """
    return str(DRAWERS[view.kind](Shown(view, mask), ids))


def draw_working(views: Sequence[View], ids: str) -> Markup:
    """Return views as JupyterLab shows them, with their style and the mark that they are raw."""
    shown = [Shown(view, Mask.single_cell(*view.aggregates)) for view in views]
    return tag(
        "div",
        tag("style", Markup(style())),  # noqa: S704  (our own file)
        *(DRAWERS[one.view.kind](one, f"{ids}-{at}") for at, one in enumerate(shown)),
        tag("p", WORKING, class_="st-working") if any(v.aggregates for v in views) else None,
        class_="st",
    )


def ledger_entry(view: View, mask: Mask) -> dict[str, Any]:
    """Return a finding view as the evidence ledger holds it; ValueError for another kind."""
    if view.kind != "finding":
        raise ValueError(f"a {view.kind} is no finding")
    return sentences.ledger_entry(Shown(view, mask))


def style() -> str:
    """Return the CSS of every fragment; all of its rules stand under the class `st`."""
    return files("toolkit.show").joinpath("style.css").read_text(encoding="utf-8")
