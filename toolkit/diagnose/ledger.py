"""The ledger: Section 251 lines by kind, and how they tie to what placements cost.

Each function takes DataFrames of the data schedule and returns a new one or an `Aggregate`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years

LINKED, OTHER_HNB = "Linked to plans", "Other high needs spend"
TRANSPORT, ADMINISTRATION = "SEN transport", "SEN administration and assessment"


def by_kind(
    lines: pd.DataFrame, s251: pd.DataFrame, basis: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return net spend by financial year and kind of line, with the total of the high needs block.

    Args:
        lines: Table `spend_lines`.
        s251: Reference table of Section 251 lines: `line`, `funding`, `plan_linked`.
        basis: "outturn", "budget" or "forecast"; one basis is never mixed with another.
        sources: Where they come from.

    Returns:
        One row a `financial_year` and `kind`, `gross` and `net` in whole £. The kinds are
        `LINKED` and `OTHER_HNB`, which make up the block, and `TRANSPORT` and
        `ADMINISTRATION`, outside it. Lines of no such kind are left out.
    """
    kinds = kind_of_line(s251)
    own = lines[lines["basis"].eq(basis)]
    net = own["net"].fillna(own["gross"] - own["income"].fillna(0))
    table = own.assign(kind=own["line"].map(kinds), net=net)
    table = table[table["kind"].notna()]
    summed = table.groupby(["financial_year", "kind"])[["gross", "net"]].sum().round().reset_index()
    summed["financial_year"] = summed["financial_year"].astype(int)
    return Aggregate(
        frame=summed,
        universe=f"Section 251 lines, {basis}",
        dimensions=("financial_year", "kind"),
        measures=(Measure("gross", "Gross spend", "£"), Measure("net", "Net of income", "£")),
        source="local",
        sources=sources,
        method=f"Basis: {basis}, net of income, as recorded in the lines of Section 251. Places "
        "that the ESFA funds directly (recoupment) are not in these lines.",
        period=years.period(summed["financial_year"]),
        not_summed=("financial_year",),
    )


def kind_of_line(s251: pd.DataFrame) -> dict[str, str]:
    """Return for each Section 251 line that concerns SEND which kind of spend it is."""
    kinds: dict[str, str] = {}
    for row in s251.itertuples(index=False):
        line = str(row.line)
        if line in {"2.1.4", "2.1.6", "2.1.7", "1.4.11"}:
            kinds[line] = TRANSPORT
        elif line in {"2.1.1", "2.1.2", "2.1.3"}:
            kinds[line] = ADMINISTRATION
        elif str(row.funding).startswith("HNB"):
            kinds[line] = LINKED if str(row.plan_linked) == "1" else OTHER_HNB
    return kinds


def reconciliation(
    spend: pd.DataFrame,
    ledger_by_kind: Aggregate,
    recoupment: Mapping[int, float],
    sources: tuple[str, ...],
) -> Aggregate:
    """Return child-level placement costs beside the ledger, and what does not reconcile.

    Args:
        spend: As `placement_spend` returns it.
        ledger_by_kind: As `by_kind` returns it.
        recoupment: For a financial year, places funded directly by the ESFA (£, positive).
        sources: Where all three come from.

    Returns:
        One row a financial year: `ledger` (plan-linked lines), `recoupment`, `total` (their
        sum), `matched` (placement costs), `unreconciled` (total - matched) in whole £, and
        `unreconciled_share` (% of the total). Matched + unreconciled = total.
    """
    lines = ledger_by_kind.frame
    linked = lines[lines["kind"].eq(LINKED)].set_index("financial_year")["gross"]
    matched = spend.groupby("financial_year")["spend"].sum().round()
    table = pd.DataFrame({"ledger": linked, "matched": matched}).dropna()
    table["recoupment"] = [round(recoupment.get(int(y), 0.0)) for y in table.index]
    table["total"] = table["ledger"] + table["recoupment"]
    table["unreconciled"] = table["total"] - table["matched"]
    table["unreconciled_share"] = 100 * table["unreconciled"] / table["total"]
    return Aggregate(
        frame=table.rename_axis("financial_year").reset_index(),
        universe="Spend linked to plans",
        dimensions=("financial_year",),
        measures=(
            Measure("ledger", "Plan-linked lines of the ledger, gross", "£"),
            Measure("recoupment", "Places funded directly by the ESFA", "£"),
            Measure("total", "Total to account for", "£"),
            Measure("matched", "Placement costs", "£"),
            Measure("unreconciled", "Not reconciled", "£"),
            Measure(
                "unreconciled_share",
                "Not reconciled, share of the total",
                "%",
                ("unreconciled", "total"),
                decimals=1,
            ),
        ),
        source="local",
        sources=sources,
        method="The sum of all placement costs (place funding, top-up, fees, therapy; gross) "
        "beside the plan-linked lines of the ledger (gross) plus places that the ESFA funds "
        "directly.",
        period=years.period(pd.Series(table.index)),
        not_summed=("financial_year",),
    )


def unreconciled(tied: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on what does not reconcile in the latest year, and its cells."""
    last = int(tied.frame["financial_year"].max())
    sentence = (
        "In {year}, placement costs leave {amount} of {total} of plan-linked spend ({share}) "
        "unaccounted for."
    )
    return sentence, {
        "year": years.label(last),
        "amount": tied.cell("unreconciled", financial_year=last),
        "total": tied.cell("total", financial_year=last),
        "share": tied.cell("unreconciled_share", financial_year=last),
    }
