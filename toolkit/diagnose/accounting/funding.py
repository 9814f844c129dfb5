"""Where the money comes from: place funding, the deduction for places, transfers between blocks."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pandas as pd

from toolkit.aggregate import Aggregate, Measure
from toolkit.diagnose import years
from toolkit.diagnose.accounting.hits import ASK, BASES, WRONG, Hit

# £ for one place in the year: High needs funding operational guide. A unit's place is £6,000
# when it is filled and £10,000 when it is not.
RATES: Mapping[str, tuple[float, ...]] = {
    "state_special": (10_000.0,),
    "rp_unit": (6_000.0, 10_000.0),
    "post16": (6_000.0,),
}
PLACES = {"state_special": "special schools", "rp_unit": "units", "post16": "post-16"}
LIMIT = 0.005  # of the schools block: conditions of grant
SCHOOLS_BLOCK = "dsg.schools_block"  # the assumption that holds it (£) where it is not published
JUMP = 0.05  # of the block: a deduction that moves by more in a year is worth a question
CLOSE = 0.01  # of the published figure: allocations are revised after they are first published


def place_rates(places: pd.DataFrame) -> list[Hit]:
    """Return a hit for each provision and year with a place rate other than the national ones.

    Args:
        places: Table `places`.
    """
    held = places[places["provision_group"].isin(list(RATES)) & places["place_rate"].notna()]
    odd = [
        rate not in RATES[provision]
        for provision, rate in zip(held["provision_group"], held["place_rate"], strict=True)
    ]
    rows = held[pd.Series(odd, index=held.index, dtype=bool)]
    rows = rows.assign(amount=rows["commissioned"].astype(float) * rows["place_rate"])
    keys = ["academic_year", "provision_group"]
    summed = rows.groupby(keys)["amount"].sum().reset_index()
    said = "A place rate other than the national one"
    return [
        Hit(
            "place_funding",
            int(row["academic_year"]),
            f"Places in {PLACES[str(row['provision_group'])]}, academic year",
            float(row["amount"]),
            ASK,
            said,
        )
        for row in summed.to_dict("records")
    ]


def deductions(dsg: pd.DataFrame, published: pd.DataFrame | None, code: str) -> list[Hit]:
    """Return hits on the deduction for places that are funded directly, and on the block.

    Args:
        dsg: Table `dsg_position`.
        published: Published `dsg_allocations`; None where no file holds it.
        code: Code of the area.
    """
    made: list[Hit] = []
    outturn = dsg[dsg["basis"].eq("outturn")].sort_values("financial_year")
    own = outturn[["financial_year", "hnb_before_deductions", "recoupment"]].fillna(0.0)
    rows = [tuple(map(float, row)) for row in own.itertuples(index=False, name=None)]
    where = BASES["outturn"]
    for year, block, taken in rows:
        if taken > block > 0:
            said = "The deduction is larger than the block"
            made.append(Hit("recoupment", int(year), where, taken, WRONG, said))
    for (_, block, taken), (year, later, now) in itertools.pairwise(rows):
        if block > 0 and later > 0 and abs(now / later - taken / block) > JUMP:
            said = "The deduction's share of the block moved by more than five points in a year"
            made.append(Hit("recoupment", int(year), where, now - taken, ASK, said))
    return made if published is None else made + _beside_published(own, published, code)


def _beside_published(own: pd.DataFrame, published: pd.DataFrame, code: str) -> list[Hit]:
    given = published[published["code"].eq(code)]
    made = []
    for row in own.merge(given, on="financial_year", how="inner").to_dict("records"):
        before = float(row["high_needs_block"])
        taken = before - float(row["high_needs_block_after_deductions"])
        pairs = (
            (float(row["hnb_before_deductions"]), before, "The block differs from the published"),
            (float(row["recoupment"]), taken, "The deduction differs from the published"),
        )
        for entered, said_to_be, said in pairs:
            if abs(entered - said_to_be) > CLOSE * before:
                year, gap = int(row["financial_year"]), entered - said_to_be
                made.append(Hit("recoupment", year, BASES["outturn"], gap, ASK, f"{said} one"))
    return made


def schools_blocks(
    published: pd.DataFrame | None, code: str, assumptions: pd.DataFrame
) -> tuple[dict[int, float], float | None]:
    """Return the schools block (£) by financial year as published, and the one that was agreed.

    Args:
        published: Published `dsg_allocations`; None where no file holds it.
        code: Code of the area.
        assumptions: Table `assumptions`; "dsg.schools_block" holds the latest, for other years.
    """
    by_year: dict[int, float] = {}
    if published is not None and "schools_block" in published:
        own = published[published["code"].eq(code)].dropna(subset="schools_block")
        pairs = zip(own["financial_year"], own["schools_block"], strict=True)
        by_year = {int(y): float(v) for y, v in pairs}
    named = assumptions[assumptions["assumption_id"].eq(SCHOOLS_BLOCK)]["value"].dropna()
    return by_year, float(named.iloc[0]) if len(named) else None


def transfers(
    dsg: pd.DataFrame, blocks: Mapping[int, float], agreed: float | None, sources: tuple[str, ...]
) -> Aggregate:
    """Return each year's transfer into the high needs block beside 0.5% of the schools block.

    Returns:
        One row a financial year with a transfer on the outturn: `transfer`, `schools_block`,
        `limit` (£; missing where the schools block is not known), `share` (%), and `standing`.
    """
    rows = dsg[dsg["basis"].eq("outturn") & dsg["block_transfer_in"].fillna(0).ne(0)]
    frame = pd.DataFrame(
        {
            "financial_year": rows["financial_year"].astype(int),
            "transfer": rows["block_transfer_in"].astype(float),
        }
    ).sort_values("financial_year", ignore_index=True)
    missing = float("nan") if agreed is None else agreed
    frame["schools_block"] = [float(blocks.get(y, missing)) for y in frame["financial_year"]]
    frame["limit"] = LIMIT * frame["schools_block"]
    frame["share"] = 100 * frame["transfer"] / frame["schools_block"]
    frame["standing"] = [
        _standing(t, limit) for t, limit in zip(frame["transfer"], frame["limit"], strict=True)
    ]
    return Aggregate(
        frame=frame,
        universe="Transfers into the high needs block",
        dimensions=("financial_year",),
        measures=(
            Measure("transfer", "Transferred in", "£"),
            Measure("schools_block", "Schools block", "£"),
            Measure("limit", "0.5% of the schools block", "£"),
            Measure("share", "Share of the schools block", "%", ("transfer", "schools_block"),
                    decimals=2),
            Measure("standing", "Who has to agree", "text"),
        ),
        source="local",
        sources=sources,
        method="Up to 0.5% of the schools block needs the Schools Forum's agreement; more, or no "
        "agreement, the Secretary of State's. A year that is not published takes the schools "
        "block of the assumption dsg.schools_block.",
        period=years.period(frame["financial_year"]),
        not_summed=("financial_year",),
    )  # fmt: skip


def shown(moved: Aggregate) -> tuple[str, ...]:
    """Return the columns to show of transfers: without the schools block where it is not known."""
    if moved.frame["schools_block"].isna().all():
        return ("transfer", "standing")
    return ("transfer", "schools_block", "limit", "share", "standing")


FORUM, STATE, UNKNOWN, OUT = (
    "Schools Forum",
    "Secretary of State",
    "Schools Forum; the limit is not known",
    "Moved out of the high needs block: schools forum",
)


def _standing(transfer: float, limit: float) -> str:
    if transfer < 0:
        return OUT
    if pd.isna(limit):
        return UNKNOWN
    return STATE if transfer > limit + 0.5 else FORUM


def over_limit(moved: Aggregate) -> list[Hit]:
    """Return a hit for each transfer above the limit, which needs the higher approval.

    Args:
        moved: As `transfers` returns it.
    """
    over = moved.frame[moved.frame["standing"].eq(STATE)]
    said = "Above 0.5% of the schools block: where is the Secretary of State's approval?"
    return [
        Hit("block_transfer", int(r["financial_year"]), BASES["outturn"],
            float(r["transfer"] - r["limit"]), ASK, said)
        for r in over.to_dict("records")
    ]  # fmt: skip


def write_offs(dsg: pd.DataFrame) -> list[Hit]:
    """Return a hit for each deficit written off in an outturn: by whom has to be shown."""
    rows = dsg[dsg["basis"].eq("outturn") & dsg["write_off"].fillna(0).gt(0)]
    said = "A deficit was written off: by what agreement?"
    return [
        Hit("reserve", int(r["financial_year"]), BASES["outturn"], float(r["write_off"]), ASK, said)
        for r in rows.to_dict("records")
    ]
