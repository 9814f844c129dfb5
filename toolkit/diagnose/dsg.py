"""The Dedicated Schools Grant: what came in, what was spent, and how the deficit built up."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.ledger import LINKED, OTHER_HNB
from toolkit.evidence import Finding


def position(dsg: pd.DataFrame, basis: str, sources: tuple[str, ...]) -> Aggregate:
    """Return the DSG's balance year by year, and whether each year's arithmetic holds.

    Args:
        dsg: Table `dsg_position`; a deficit is negative.
        basis: "outturn", "budget" or "forecast".
        sources: Where it comes from.

    Returns:
        One row a financial year, whole £: `brought_forward`, `in_year_balance`, `write_off`,
        `carried_forward`, `closing` (brought forward + in-year + write-off) and `difference`
        (carried forward - closing), which is 0 where the account holds. `gap` is what was
        brought forward less what the year before carried forward.
    """
    own = dsg[dsg["basis"].eq(basis)].sort_values("financial_year")
    columns = ["brought_forward", "in_year_balance", "write_off", "carried_forward"]
    table = own[columns].fillna(0).round().assign(financial_year=own["financial_year"].astype(int))
    table["closing"] = table[columns[:3]].sum(axis=1)
    table["difference"] = table["carried_forward"] - table["closing"]
    table["gap"] = table["brought_forward"] - table["carried_forward"].shift(1)
    labels = {
        "brought_forward": "Brought forward",
        "in_year_balance": "In-year balance",
        "write_off": "Written off or paid by an agreement",
        "carried_forward": "Carried forward",
        "closing": "Brought forward + in-year + written off",
        "difference": "Does not add up by",
        "gap": "Differs from last year's closing by",
    }
    return Aggregate(
        frame=table.reset_index(drop=True),
        universe=f"Dedicated Schools Grant, {basis}",
        dimensions=("financial_year",),
        measures=tuple(Measure(column, label, "£") for column, label in labels.items()),
        source="local",
        sources=sources,
        method=f"Basis: {basis}, of the whole DSG. Deficits are negative. Carried forward is "
        "checked against brought forward + in-year balance + written off.",
        period=years.period(table["financial_year"]),
        not_summed=("financial_year",),
    )


def high_needs(
    dsg: pd.DataFrame, ledger_by_kind: Aggregate, basis: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return what the high needs block had and spent, year by year, on one basis.

    Args:
        dsg: Table `dsg_position`.
        ledger_by_kind: As `ledger.by_kind` returns it, on the same basis.
        basis: "outturn", "budget" or "forecast".
        sources: Where they come from.

    Returns:
        One row a financial year that both hold, whole £: `before_deductions`, `recoupment`,
        `transfer_in`, `other_income`, `available` (the block after deductions, with them),
        `linked`, `other`, `spent` (their sum), `in_year` (available - spent; overspend
        negative), `dsg_in_year`, `other_blocks` and `unreconciled` (DSG in-year - the block's
        in-year - other blocks).
    """
    own = dsg[dsg["basis"].eq(basis)].set_index("financial_year").sort_index()
    kinds = ledger_by_kind.frame.pivot_table(
        index="financial_year", columns="kind", values="net", aggfunc="sum"
    )
    kinds = kinds.reindex(columns=[LINKED, OTHER_HNB]).fillna(0)
    table = pd.DataFrame(
        {
            "before_deductions": own["hnb_before_deductions"],
            "recoupment": own["recoupment"].fillna(0),
            "transfer_in": own["block_transfer_in"].fillna(0),
            "other_income": own["other_income"].fillna(0),
            "other_blocks": own["other_blocks_balance"].fillna(0),
            "dsg_in_year": own["in_year_balance"],
        }
    ).round()
    table = table.loc[[y for y in table.index if y in kinds.index]]
    table["linked"], table["other"] = kinds[LINKED], kinds[OTHER_HNB]
    table["available"] = (
        table["before_deductions"]
        - table["recoupment"]
        + table["transfer_in"]
        + table["other_income"]
    )
    table["spent"] = table["linked"] + table["other"]
    table["in_year"] = table["available"] - table["spent"]
    table["unreconciled"] = table["dsg_in_year"] - table["in_year"] - table["other_blocks"]
    return Aggregate(
        frame=table.rename_axis("financial_year").reset_index().astype({"financial_year": int}),
        universe=f"High needs block, {basis}",
        dimensions=("financial_year",),
        measures=tuple(Measure(column, label, "£") for column, label in _HNB_LABELS.items()),
        source="local",
        sources=sources,
        method=f"Basis: {basis}, after deductions for places that the ESFA funds directly, on "
        "both sides. Available = block before deductions - recoupment + transfers in + other "
        "income.",
        period=years.period(pd.Series(table.index)),
        not_summed=("financial_year",),
    )


FUNDING = ("before_deductions", "recoupment", "transfer_in", "other_income", "available")
BALANCE = ("available", "linked", "other", "spent", "in_year")
TO_DSG = ("in_year", "other_blocks", "unreconciled", "dsg_in_year")
_HNB_LABELS = {
    "before_deductions": "Block before deductions",
    "recoupment": "Deducted for places funded directly",
    "transfer_in": "Transferred in from other blocks",
    "other_income": "Other income",
    "available": "Available",
    "linked": "Spent: linked to plans",
    "other": "Spent: other high needs",
    "spent": "Spent",
    "in_year": "High needs block in-year balance",
    "other_blocks": "Other blocks in-year balance",
    "dsg_in_year": "DSG in-year balance",
    "unreconciled": "Not reconciled",
}


def allocation_per_plan(
    allocations: pd.DataFrame, totals: pd.DataFrame, code: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return the published high needs allocation, in total and per plan: funding, never spend.

    Args:
        allocations: Published `dsg_allocations`.
        totals: Published totals, `year`, `code` and `plans`.
        code: Code of the area.
        sources: The releases.

    Returns:
        One row a financial year with a January on either side of its middle:
        `high_needs_block` (£, before deductions), `caseload` (people) and `per_plan` (£).
    """
    own = allocations[allocations["code"].eq(code)].set_index("financial_year")
    blocks = _by_year(own["high_needs_block"])
    plans = _by_year(totals[totals["code"].eq(code)].set_index("year")["plans"])
    rows = []
    for year in years.financial_years_between(plans):
        if year in blocks:
            start = years.start_of(year)
            caseload = years.weigh(plans[start], plans[start + 1])
            rows.append((year, round(blocks[year]), caseload, blocks[year] / caseload))
    columns = ["financial_year", "high_needs_block", "caseload", "per_plan"]
    table = pd.DataFrame(rows, columns=columns)
    return Aggregate(
        frame=table,
        universe="High needs block allocation",
        dimensions=("financial_year",),
        measures=(
            Measure("high_needs_block", "High needs block before deductions", "£"),
            Measure("caseload", "Caseload of the financial year", "number", decimals=0),
            Measure("per_plan", "Allocation for each plan", "£ per plan"),
        ),
        source="published",
        sources=sources,
        method="This is funding, not spend. The block also pays for children without a plan. "
        + years.ALIGNMENT,
        period=years.period(table["financial_year"]),
        not_summed=("financial_year",),
    )


def recoupment(dsg: pd.DataFrame, basis: str) -> dict[int, float]:
    """Return for each financial year what was deducted for places funded directly (£)."""
    own = dsg[dsg["basis"].eq(basis)].set_index("financial_year")
    return _by_year(own["recoupment"])


def _by_year(values: pd.Series) -> dict[int, float]:
    held = values.dropna()
    return {int(y): float(v) for y, v in zip(held.index, held, strict=True)}


def told(balance: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on how the DSG balance moved, and its cells."""
    first, last = (int(balance.frame["financial_year"].agg(end)) for end in ("min", "max"))
    sentence = "The DSG balance carried forward went from {was} in {first} to {now} in {last}."
    return sentence, {
        "was": balance.cell("carried_forward", financial_year=first),
        "first": years.label(first),
        "now": balance.cell("carried_forward", financial_year=last),
        "last": years.label(last),
    }


def deficit_finding(balance: Aggregate, plans: Aggregate) -> Finding:
    """Return the finding on the DSG balance, with the children it stands for beside it.

    Args:
        balance: As `position` returns it.
        plans: Plans by year, for the outcome beside the £.
    """
    last = int(balance.frame["financial_year"].max())
    held = {int(y) for y in plans.frame["year"]}
    within = years.start_of(last) + 1  # the January inside that financial year
    year = within if within in held else max(held)
    return Finding(
        id="10.dsg.balance",
        stage="Module 1",
        sentence=f"At the end of {years.label(last)} the DSG stood at {{carried}}, after an "
        f"in-year balance of {{in_year}}. In January {year}, {{plans}} children and young "
        "people had a plan.",
        cells={
            "carried": balance.cell("carried_forward", financial_year=last),
            "in_year": balance.cell("in_year_balance", financial_year=last),
            "plans": plans.cell("plans", year=year),
        },
        value=balance.cell("carried_forward", financial_year=last),
        base=plans.cell("plans", year=year),
        outcome="The support in these children's plans is what the grant pays for.",
        criterion=2,
        priority=90,
    )
