"""Which published figures of an area a forecast does not use as published, and why."""

from __future__ import annotations

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.forecast.history import Panel

KINDS = {
    "abolished": "No longer a local authority",
    "replaced": "Replaced by the analyst",
    "impossible": "Cannot be right",
    "odd": "Looks wrong, and is used",
    "mix": "Mix of provision missing",
    "requests": "Requests missing",
}


def exclusions(panel: Panel, code: str, sources: tuple[str, ...]) -> Aggregate:
    """Return the figures of an area that are missing or not used as published.

    Args:
        panel: The published history.
        code: Code of the area.
        sources: The release.

    Returns:
        One row a `year` and `kind`: `why`, in words.
    """
    own = panel.excluded[panel.excluded["code"].eq(code)]
    frame = own.drop_duplicates(["year", "kind"])[["year", "kind", "why"]].reset_index(drop=True)
    return Aggregate(
        frame=frame,
        universe="Published figures that the forecast does not use as published",
        dimensions=("year", "kind"),
        measures=(Measure("why", "Why", "text"),),
        source="published",
        sources=sources,
        method="A total that falls by more than a quarter in a year cannot be one of children: "
        "about 8% of plans cease in a year. An estimate stands in its place.",
        labels={"kind": KINDS},
    )


def told(found: Aggregate, panel: Panel, code: str) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on where the forecast of an area starts from, and its cells."""
    row, last = panel.rows([code])[0], panel.years[-1]
    if bool(panel.repaired[row, -1]):
        start = f"{float(panel.total[row, -1]):,.0f}"
        sentence = (
            "The total published for January {last} cannot be right, or was left out. The "
            "forecast starts from an estimate of {start} plans instead, with a wider range."
        )
        return sentence, {"last": str(last), "start": start}
    if bool(panel.odd[row, -1]):
        return (
            "The total published for January {last} looks wrong, and the forecast starts from it "
            "all the same. To leave it out, name it under `replaced` in area.toml, with a reason.",
            {"last": str(last)},
        )
    if found.frame.empty:
        return "Every published total and mix of this area is used as published.", {}
    return "Some published figures of this area are missing; each is named with its reason.", {}
