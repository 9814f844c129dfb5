"""Which published figures of an area a forecast does not use as published, and why."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose.forecast.history import Panel
from toolkit.diagnose.forecast.scenario_tables import EDITION
from toolkit.evidence import Finding

TOO_LITTLE = (
    "No forecast can be made: it takes SEN2 returns of two Januaries with known placements, or a "
    "published release in which the area stands."
)
NO_LATEST = "No forecast can be made: no plans of the area are published for the latest January."
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
            f"The total published for January {{last}} {_fault(panel, code)}. The forecast starts "
            "from an estimate of {start} plans instead, with a wider range: where the tables and "
            "charts below show January {last}, they show the estimate."
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


def as_used(plans: Aggregate, panel: Panel, code: str) -> Aggregate:
    """Return published plans of an area with the figures that the forecast starts from.

    Args:
        plans: Published plans by `year`, in total or by `provision`.
        panel: The published history.
        code: Code of the area.
    """
    row = panel.rows([code])[0]
    wrong = [y for y, repaired in zip(panel.years, panel.repaired[row], strict=True) if repaired]
    if not wrong:
        return plans
    keys = ["year", *(d for d in plans.dimensions if d != "year")]
    estimates = pd.DataFrame(
        [
            {"year": year, "provision": provision, "plans": panel.plans[row, panel.at(year), at]}
            for year in wrong
            for at, provision in enumerate(panel.provisions)
        ]
    )
    made = estimates.groupby(keys, sort=False)["plans"].sum().round().reset_index()
    kept = plans.frame[~plans.frame["year"].isin(wrong)]
    frame = pd.concat([kept, made], ignore_index=True).sort_values("year", kind="stable")
    said = " and ".join(str(y) for y in wrong)
    return replace(
        plans,
        frame=frame.reset_index(drop=True),
        method=f"{plans.method} January {said}: an estimate, since the published figure cannot "
        "be right or was left out by the analyst.",
        filters={**plans.filters, EDITION: f"as the forecast uses them, January {said} estimated"},
    )


def careful(found: Finding, panel: Panel, code: str) -> Finding:
    """Return a finding that says so where the forecast starts from an estimate."""
    row = panel.rows([code])[0]
    if not bool(panel.repaired[row, -1]):
        return found
    note = (
        f"The start is an estimate: the total published for January {panel.years[-1]} "
        f"{_fault(panel, code)}."
    )
    return replace(found, caution=note)


def _fault(panel: Panel, code: str) -> str:
    """Return what is wrong with the latest total of an area, as in "cannot be right"."""
    held = panel.excluded
    own = held[held["code"].eq(code) & held["year"].eq(panel.years[-1])]
    return "was left out by the analyst" if "replaced" in set(own["kind"]) else "cannot be right"
