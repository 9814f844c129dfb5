"""Growth by primary need: which needs add most plans, and which grow fastest."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell
from toolkit.diagnose import parts
from toolkit.diagnose.needs import UNKNOWN, inside, name_of
from toolkit.evidence import Finding

FEWEST = 30  # plans in both years: below this a growth rate is a matter of single children
AS_RECORDED = (
    "Each January counts a plan under the need that its SEN2 return records; Januaries before "
    "the first return, under the need in plans.csv."
)
GROWTH = (
    *("plans_first", "plans_last", "change", "yearly"),
    *("contribution", "share_last", "share_change"),
)


RECORDED_ANEW = (
    "The change holds new plans, plans that ceased, and plans whose need was recorded anew."
)


def told_growth(change: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on the needs that add most plans and that grow fastest, and its cells.

    Args:
        change: As `parts.over_time` returns it, by primary need, of local records.
    """
    if not parts.grows(change):
        top = str(_parts(change)["plans_last"].idxmax())
        sentence = "{need} is the primary need of {share} of all plans."
        return sentence, {
            "need": name_of(change, top),
            "share": change.cell("share_last", primary_need=top),
        }
    most, fastest = _most(change), _fastest(change)
    sentence = "{most} added most plans, {share} of all growth."
    cells: dict[str, Cell | str] = {
        "most": name_of(change, most),
        "share": change.cell("contribution", primary_need=most),
    }
    if fastest and fastest != most:
        sentence += " {fastest} grew fastest: by {yearly} a year, to {plans} plans."
        cells |= {
            "fastest": name_of(change, fastest),
            "yearly": change.cell("yearly", primary_need=fastest),
            "plans": change.cell("plans_last", primary_need=fastest),
        }
    return f"{sentence} {RECORDED_ANEW}", cells


def _parts(change: Aggregate) -> pd.DataFrame:
    rows = change.frame[~change.frame["primary_need"].isin(["All", UNKNOWN])]
    return rows.set_index("primary_need")


def _most(change: Aggregate) -> str:
    return str(_parts(change)["change"].idxmax())


def _fastest(change: Aggregate) -> str:
    """Return the need that grew fastest, of those with 30 plans or more in both years."""
    held = _parts(change)
    large = held[held["plans_first"].ge(FEWEST) & held["plans_last"].ge(FEWEST)]
    return "" if large.empty else str(large["yearly"].idxmax())


def growth_finding(change: Aggregate) -> list[Finding]:
    """Return the finding on the fastest growing need; none where no need has 30 plans or more."""
    need = _fastest(change) if parts.grows(change) else ""
    if not need:
        return []
    names = {"yearly": "yearly", "first": "plans_first", "last": "plans_last"}
    cells = {n: change.cell(c, primary_need=need) for n, c in names.items()}
    all_plans = change.cell("yearly", primary_need="All")
    found = Finding(
        id="11.needs.fastest",
        stage="Module 1",
        sentence=f"Of the larger needs, {inside(name_of(change, need))} grew fastest: by "
        f"{{yearly}} a year, from {{first}} to {{last}} plans ({change.period}). "
        "All plans: {all} a year.",
        cells={**cells, "all": all_plans},
        value=cells["yearly"],
        base=cells["last"],
        criterion=3,
        priority=70,
    )
    return [found]
