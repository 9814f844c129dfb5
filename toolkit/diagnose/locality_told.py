"""What one locality beside the rest of its area comes to, in sentences and a finding."""

from __future__ import annotations

import re

import pandas as pd

from toolkit.aggregate import Aggregate, Cell
from toolkit.diagnose import caseload, funnel, in_locality, localities
from toolkit.diagnose.locality_sides import UNRECORDED
from toolkit.evidence import Finding

TELLING = 10  # plans on either side: fewer are too few to say what a locality has more of
LONGEST = 60  # characters of a name in a finding's id


def told(made: Aggregate, dimension: str, name: str) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the group that the locality has more of than its share, and its cells.

    Args:
        made: As `plans_by` returns it.
        dimension: That by which it splits plans.
        name: The locality.
    """
    cells: dict[str, Cell | str] = {"locality": name}
    cells["all"] = made.cell("share", **{dimension: localities.WHOLE})
    most = _stands_out(made.frame.set_index(dimension))
    sentence = "{locality} has {all} of the area's plans"
    if not most:
        return f"{sentence}, and of no group below more than chance would give.", cells
    cells["part"] = made.cell("group", **{dimension: most})
    cells["share"] = made.cell("share", **{dimension: most})
    return f"{sentence}, and {{share}} of this group, more than chance gives: {{part}}.", cells


def _stands_out(parts: pd.DataFrame) -> str:
    """Return the part of which most lies here; "" where none is outside what chance gives (99.8%).

    Parts with few plans on either side are passed over: they would be hidden in the table.
    """
    whole = parts.loc[localities.WHOLE]
    chance = whole["here"] / whole["area"]
    judged = funnel.judge(parts["here"], parts["area"], parts["area"] * chance, "binomial")
    is_out = judged["verdict"].eq("far_above")
    told = parts[is_out & parts[["here", "elsewhere"]].min(axis=1).ge(TELLING)]
    told = told.drop(index=[UNRECORDED], errors="ignore")
    return str(told["share"].idxmax()) if len(told) else ""


def finding(made: Aggregate, name: str) -> Finding | None:
    """Return the finding on growth beside the rest of the area; None where none can be told.

    Args:
        made: As `by_year` returns it.
        name: The locality.
    """
    first, last = caseload.span(made)
    cells = {s: made.cell(f"growth_{s}", year=last) for s in ("here", "elsewhere")}
    cells |= {c: made.cell(c, year=last) for c in in_locality.RATIO}
    verdict = made.cell("verdict", year=last)
    if first == last or any(pd.isna(c.value) for c in cells.values()):
        return None
    base = made.cell("here", year=last)
    return Finding(
        id=f"11.locality.growth.{_slug(name)}",  # another locality's is another finding
        stage="Module 1",
        sentence=f"From January {first} to January {last}, plans in {_plain(name)} "
        f"{{here:change}}, to {{base}}; elsewhere in the area they {{elsewhere:change}}. Here "
        f"over elsewhere, that is a ratio of {{ratio}} (95% range {{ratio_low}} to "
        "{ratio_high}): {verdict}",
        cells={**cells, "base": base, "verdict": verdict},
        value=cells["ratio"],
        low=cells["ratio_low"],
        high=cells["ratio_high"],
        base=base,
        criterion=3,
        priority=40,
    )


def told_in_time(made: Aggregate, name: str, what: str) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the latest year's shares in time, here and elsewhere, and its cells.

    It says whether they differ by more than chance.

    Args:
        made: As `in_locality.on_time` or `in_locality.reviewed` returns it, of a year at least.
        name: The locality.
        what: What the shares are of, up to the year, as in "Plans within 20 weeks in".
    """
    by = made.dimensions[0]
    year = made.frame[by].max()
    columns = ("share_here", "share_elsewhere", "gap_low", "gap_high", "verdict")
    cells: dict[str, Cell | str] = {c: made.cell(c, **{by: year}) for c in columns}
    sentence = (
        "{what} {year}: {share_here} in {locality}, {share_elsewhere} elsewhere in the area. The "
        "difference is {verdict} (95% range {gap_low:signed} to {gap_high:signed})."
    )
    return sentence, {**cells, "year": str(year), "locality": name, "what": what}


def _slug(name: str) -> str:
    """Return a name as a part of a finding's id."""
    return "-".join(re.findall(r"\w+", name.lower()))[:LONGEST]


def _plain(name: str) -> str:
    """Return a name for the template of a sentence, in which a brace would start a cell."""
    return name.replace("{", "{{").replace("}", "}}")
