"""What a plan costs by provision, and the high needs block as funding, of every area.

Section 251 outturn of top-up and fees. Place funding is left out: outturn holds only that of
maintained schools, since academies are paid directly (recoupment), so that areas with many
academies would look cheap. Gross, before income. Alternative provision and hospitals have no
unit cost here, since most of it is paid for pupils without a plan.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.diagnose import years
from toolkit.diagnose.benchmarks import rows
from toolkit.diagnose.benchmarks.catalogue import COSTED
from toolkit.diagnose.benchmarks.plans import KEYS, with_people, without
from toolkit.diagnose.benchmarks.rows import Tables

FEWEST_COSTED = 10  # plans; below that one dear placement makes the unit cost
CAVEAT = (
    "Section 251 outturn: top-up and fees, gross. Place funding is left out, since academies' "
    "is paid directly (recoupment). Some of it is paid for children without a plan, and areas "
    "book it differently: ask before concluding. No figure where an area books nothing for "
    "special schools, or nothing for mainstream, though children with plans are there: the other "
    "line then holds both."
)
FUNDING = (
    "The high needs block before deductions is funding, never spend. It also pays for children "
    "without a plan, and follows a national formula."
)
# Group -> the columns of the benchmarking tool, after "outturn_topup_".
TOOL = {
    "mainstream": ("maint_early_years", "maint_primary", "maint_secondary"),
    "special": ("maint_special",),
    "nmiss": ("nonmaint_early_years", "nonmaint_primary", "nonmaint_secondary", "nonmaint_special"),
    "post16": ("maint_post_school", "nonmaint_post_school"),
}
# The same from the lines of Section 251: top-up of maintained schools and of academies, and of
# non-maintained and independent providers.
MAINTAINED, INDEPENDENT = ("1.2.1", "1.2.2"), ("1.2.3",)
SCHOOLS = ("early_years", "primary", "secondary")
SCHOOL_GROUPS = ("mainstream", "special")  # of maintained schools and academies
LINES: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "mainstream": ((MAINTAINED, SCHOOLS),),
    "special": ((MAINTAINED, ("special",)),),
    "nmiss": ((INDEPENDENT, (*SCHOOLS, "special")),),
    "post16": ((MAINTAINED, ("post_school",)), (INDEPENDENT, ("post_school",))),
}


def outturn(tables: Tables) -> pd.DataFrame:
    """Return top-up and fees of each group: `financial_year`, `code`, `group`, `amount` (£).

    From Section 251 where it is held; else from the benchmarking tool, which is of 2021-22.
    """
    if "section251" in tables:
        return _from_lines(tables["section251"])
    if "high_needs_benchmarking" not in tables:
        return pd.DataFrame(columns=["financial_year", "code", "group", "amount"])
    held = tables["high_needs_benchmarking"]
    parts = [
        held[["financial_year", "code"]].assign(
            group=group,
            amount=held[[f"outturn_topup_{c}" for c in columns]].sum(axis=1, min_count=1),
        )
        for group, columns in TOOL.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _from_lines(lines: pd.DataFrame) -> pd.DataFrame:
    held = lines[lines["basis"].eq("outturn")]
    parts = []
    for group, sums in LINES.items():
        amounts = [
            held[held["line"].isin(wanted)].assign(
                amount=held[list(columns)].sum(axis=1, min_count=1)
            )
            for wanted, columns in sums
        ]
        by_area = pd.concat(amounts).groupby(["financial_year", "code"])["amount"]
        parts.append(by_area.sum(min_count=1).reset_index().assign(group=group))
    return pd.concat(parts, ignore_index=True)


def caseloads(plans: pd.DataFrame, provisions: tuple[str, ...] | None) -> pd.DataFrame:
    """Return the caseload of financial years: `year` (six digits), `code`, `plans`, `doubt`.

    Args:
        plans: As `plans.known` returns it.
        provisions: Whose plans; None for all. An area must have each of them.
    """
    wanted = ("total",) if provisions is None else provisions
    held = plans[plans["provision"].isin(wanted) & plans["plans"].notna()]
    by_area = held.groupby(KEYS)
    summed = by_area.agg(plans=("plans", "sum"), doubt=("doubt", "first"),
                         found=("plans", "count")).reset_index()  # fmt: skip
    most = summed.groupby("year")["found"].transform("max")
    summed = summed[summed["found"].eq(most)].drop(columns="found")
    after = summed.assign(year=summed["year"] - 1)
    both = summed.merge(after, on=KEYS, suffixes=("_before", "_after"))
    return pd.DataFrame(
        {
            "year": both["year"].map(years.financial_year),
            "code": both["code"],
            "plans": years.weigh(both["plans_before"], both["plans_after"]),
            "doubt": rows.listed(both["doubt_before"], both["doubt_after"]),
        }
    )


def unit_costs(tables: Tables, plans: pd.DataFrame) -> pd.DataFrame:
    """Return top-up and fees for each plan, by group of provisions and financial year.

    Where nothing is booked there is no price: it is not known to be £0. Below ten plans there
    is none either. An area that books nothing for one of `SCHOOL_GROUPS`, with plans in it, has
    booked it under the other: then neither has a price.
    """
    spent = outturn(tables).rename(columns={"financial_year": "year"})
    priced = {
        group: spent[spent["group"].eq(group)].merge(caseloads(plans, provisions), on=KEYS)
        for group, (provisions, _) in COSTED.items()
    }
    priced = {g: own[own["plans"].ge(FEWEST_COSTED)] for g, own in priced.items()}
    schools = pd.concat(priced[g] for g in SCHOOL_GROUPS)
    mixed = schools.loc[~schools["amount"].gt(0), KEYS].drop_duplicates()
    made = []
    for group, own in priced.items():
        held = without(own, mixed) if group in SCHOOL_GROUPS else own
        made.append(rows.rows(held[held["amount"].gt(0)], f"cost.{group}", "amount", "plans"))
    return rows.joined(made)


def funding(tables: Tables, plans: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Return the high needs block before deductions, for each plan and for each person (£)."""
    if "dsg_allocations" not in tables:
        return rows.none()
    given = tables["dsg_allocations"].rename(columns={"financial_year": "year"})
    block = "high_needs_block"
    per_plan = given.merge(caseloads(plans, None), on=KEYS)
    starts = given.assign(year=given["year"].map(years.start_of))
    heads = with_people(starts, population, before=0)
    heads = heads.assign(year=heads["year"].map(years.financial_year))
    return rows.joined([
        rows.rows(per_plan, "funding.plan", block, "plans"),
        rows.rows(heads, "funding.head", block, "base", base_name=heads["base_name"]),
    ])  # fmt: skip
