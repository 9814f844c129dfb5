"""The briefing at the end of Module 1: one page for the two directors who have to decide."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.forecast.assumed import assumed

RESERVES, OVERRIDE_END = "reserves.general", "override.end"
ASKED = (
    ("The baseline and the forecast", "Agree them as the position that decisions start from"),
    ("The opportunities", "Agree which are taken into Module 2, and who answers for each"),
    ("Accounting practice", "Agree the actions, their owners and a date for the next review"),
    ("The deficit", "Say how it will be dealt with when the statutory override ends"),
)


def children(plans: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on how many children and young people have a plan, and its cells.

    Args:
        plans: Plans by `year`, as `caseload.plans_by` returns them.
    """
    first, last = int(plans.frame["year"].min()), int(plans.frame["year"].max())
    cells: dict[str, Cell | str] = {"now": plans.cell("plans", year=last)}
    sentence = f"In January {last}, {{now}} children and young people had an EHC plan"
    if first == last:
        return f"{sentence}.", cells
    cells["was"] = plans.cell("plans", year=first)
    return f"{sentence}; in January {first} it was {{was}}.", cells


def reserves(balance: Aggregate, assumptions: pd.DataFrame, sources: tuple[str, ...]) -> Aggregate:
    """Return the latest DSG balance beside the general reserves, which may not be entered.

    Args:
        balance: As `dsg.position` returns it, with at least one year.
        assumptions: Table `assumptions`: "reserves.general" (£), and "override.end", the
            financial year in which the statutory override ends, as in 202728; where it is not
            there, the one that the forecast assumes.
        sources: Where both come from.

    Returns:
        One row: `carried_forward` and `reserves` (£), `share` (the deficit as % of the
        reserves; 0 where there is no deficit) and `override` in words.
    """
    values = assumptions.dropna(subset="value").set_index("assumption_id")["value"]
    latest = balance.frame.sort_values("financial_year").iloc[-1]
    held, carried = float(values.get(RESERVES, float("nan"))), float(latest["carried_forward"])
    ends = assumed(assumptions).get(OVERRIDE_END)
    row = {
        "financial_year": int(latest["financial_year"]),
        "carried_forward": carried,
        "reserves": held,
        "share": 100 * max(0.0, -carried) / held if held > 0 else float("nan"),
        "override": "not known" if ends.value is None else years.label(int(ends.value)),
    }
    return Aggregate(
        frame=pd.DataFrame([row]),
        universe="DSG balance beside the general reserves",
        dimensions=("financial_year",),
        measures=(
            Measure("carried_forward", "DSG balance carried forward", "£"),
            Measure("reserves", "General reserves", "£"),
            Measure("share", "Deficit as a share of them", "%", ("carried_forward", "reserves")),
            Measure("override", "Statutory override ends with", "text"),
        ),
        source="local",
        sources=sources,
        method="The deficit stands in an account of its own while the statutory override lasts. "
        "It is set beside the general reserves to show what would follow if it fell on them. "
        f"The override: {ends.source}.",
        not_summed=("financial_year",),
    )


def told(made: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the deficit beside the reserves, and its cells."""
    if made.frame["reserves"].isna().all():
        return (
            "The deficit cannot be set beside the general reserves: they are not entered among "
            "the assumptions.",
            {},
        )
    names = ("carried_forward", "reserves", "share", "override")
    cells: dict[str, Cell | str] = {name: made.cell(name) for name in names}
    return (
        "The DSG balance of {carried_forward} stands beside general reserves of {reserves}: the "
        "deficit is {share} of them. Year with which the statutory override ends: {override}.",
        cells,
    )


def decisions() -> Aggregate:
    """Return what the two directors are asked to decide."""
    return Aggregate(
        frame=pd.DataFrame(ASKED, columns=["matter", "asked"]),
        universe="Decisions asked for at the end of Module 1",
        dimensions=("matter",),
        measures=(Measure("asked", "What is asked", "text"),),
        source="plan",
        sources=("DBV diagnostic, review of module output",),
        method="The questions are the Toolkit's own; the review of each module's output by both "
        "directors is the diagnostic's.",
        not_summed=("matter",),
    )
