"""What is already on its way: open assessments, and plans that followed an appeal.

Needs the table `requests`, beside `plans`, `placements`, `censuses` and the unit costs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import years
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.forecast.components import priced
from toolkit.diagnose.forecast.unit_costs import Prices

BACKLOG = "People with a request for an EHC needs assessment, by where it stands"
STAGES = {"decision": "Waiting for a decision to assess", "assessment": "Being assessed"}
PENDING = ("A", "")  # codes of an outcome that is still to come
YEARS_SEEN = 3  # of closed requests, from which the share that ends in a plan is taken
LONG = pd.Timedelta(days=365)


def staged(requests: pd.DataFrame) -> pd.DataFrame:
    """Return the requests with `stage`: "decision" or "assessment" while open, else "closed"."""
    decided = requests["request_outcome"].fillna("")
    assessed = requests["assessment_outcome"].fillna("")
    stage = pd.Series("closed", index=requests.index)
    stage = stage.mask(decided.eq("Y") & assessed.isin(PENDING), "assessment")
    stage = stage.mask(decided.isin(PENDING), "decision")
    return requests.assign(stage=stage, issued=assessed.eq("Y"), agreed=decided.eq("Y"))


def open_assessments(
    requests: pd.DataFrame, joined_cost: float, base_year: int, sources: tuple[str, ...]
) -> Aggregate:
    """Return open requests by stage, how many plans they will bring, and what these will cost.

    Args:
        requests: Table `requests`.
        joined_cost: What one who joins costs a year (£), as `components.turnover` has it.
        base_year: The financial year of that price.
        sources: Where both come from.

    Returns:
        One row a `stage`: `open`, `over_year` (people, of them with a request older than a
        year), `closed` and `issued` (people, closed in the last three years after reaching the
        stage, and those of them with a plan), `share` (%), `expected` (plans) and `full_year`
        (£), each with `_low` and `_high`: the lowest and the highest of the three years.
    """
    every = staged(requests)
    last = every["request_date"].max()
    rows = []
    for stage in STAGES:
        reached = every["stage"].eq("closed")
        reached &= every["agreed"] if stage == "assessment" else True
        waiting = every[every["stage"].eq(stage)].drop_duplicates("person_id")
        old = int((last - waiting["request_date"]).gt(LONG).sum())
        # Of the last year's requests only refusals are closed early: they would bias the share.
        years_ago = (last - every["request_date"]).dt.days // LONG.days
        seen = every.assign(ago=years_ago)[reached & years_ago.between(1, YEARS_SEEN)]
        rows.append((stage, len(waiting), old, *_shares(seen)))
    columns = ["stage", "open", "over_year", "closed", "issued", "share", "low", "high"]
    frame = pd.DataFrame(rows, columns=columns)
    for name, share in (("", "share"), ("_low", "low"), ("_high", "high")):
        frame[f"expected{name}"] = frame["open"] * frame[share] / 100
        frame[f"full_year{name}"] = frame[f"expected{name}"] * joined_cost
    return Aggregate(
        frame=frame,
        universe=BACKLOG,
        dimensions=("stage",),
        measures=_backlog_measures(),
        source="local",
        sources=sources,
        method="Open at the last date in the records: no decision yet, or no outcome of the "
        "assessment. Share: requests made one to four years before that ended in a plan. "
        f"Cost: what one who joins costs, at the prices of {years.label(base_year)}.",
        period=f"To {last:%B %Y}",
        not_summed=("stage", "waited", "ended"),
        labels={"stage": STAGES},
    )


def _shares(seen: pd.DataFrame) -> tuple[int, int, float, float, float]:
    """Return closed and issued requests, the share issued (%), and its ends by year."""
    by_year = 100 * seen.groupby("ago")["issued"].mean()
    closed, issued = len(seen), int(seen["issued"].sum())
    if not closed:
        return 0, 0, np.nan, np.nan, np.nan
    return closed, issued, 100 * issued / closed, float(by_year.min()), float(by_year.max())


def _backlog_measures() -> tuple[Measure, ...]:
    part, every = ("issued", "closed"), ("open", "issued", "closed")
    made = [
        Measure("open", "Open", "people"),
        Measure("over_year", "Of them over a year old", "people", where={"waited": "over a year"}),
        Measure("closed", "Closed, one to four years old", "people", where={"ended": "closed"}),
        Measure("issued", "Of them with a plan", "people", where={"ended": "issued"}),
        Measure("share", "Share that ends in a plan", "%", part),
        Measure("expected", "Plans to expect", "number", every, decimals=0),
        Measure("expected_low", "Lowest year", "number", every, decimals=0),
        Measure("expected_high", "Highest year", "number", every, decimals=0),
        Measure("full_year", "Cost in a full year", "£", every),
        Measure("full_year_low", "Cost, lowest year", "£", every),
        Measure("full_year_high", "Cost, highest year", "£", every),
    ]
    return tuple(made)


def told(shown: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return one sentence on each stage of the backlog, and its cells."""
    sentence = (
        "{assessed} people are being assessed: about {plans} plans are to be expected of them "
        "({low} to {high}), at {cost} in a full year. Another {waiting} wait for a decision."
    )
    return sentence, {
        "assessed": shown.cell("open", stage="assessment"),
        "plans": shown.cell("expected", stage="assessment"),
        "low": shown.cell("expected_low", stage="assessment"),
        "high": shown.cell("expected_high", stage="assessment"),
        "cost": shown.cell("full_year", stage="assessment"),
        "waiting": shown.cell("open", stage="decision"),
    }


def has_appeals(requests: pd.DataFrame) -> bool:
    """Return whether appeals are recorded at all: a column of blanks says nothing of them."""
    return bool(requests["tribunal"].fillna(0).eq(1).any())


def after_appeal(
    people: pd.DataFrame,
    requests: pd.DataFrame,
    prices: Prices,
    start: int,
    sources: tuple[str, ...],
) -> Aggregate:
    """Return plans whose request went to the Tribunal beside the others, with their unit cost.

    Args:
        people: As `january.stock` returns it.
        requests: Table `requests`; `tribunal` says that an appeal was registered.
        prices: As `unit_costs.prices` returns them.
        start: The January to count in.
        sources: Where these come from.

    Returns:
        One row an `appeal` ("yes", "no"): `plans` (people), `nmiss` (people, of them in
        independent or non-maintained schools), `share` (%), `unit_cost` (£ per plan) and
        `spend` (£ a year).
    """
    frame = _by_appeal(people[people["year"].eq(start)], requests, prices)
    both = ("nmiss", "plans")
    in_year = {"year": str(start)}
    return Aggregate(
        frame=frame,
        universe=UNIVERSE,
        dimensions=("appeal",),
        measures=(
            Measure("plans", f"Plans, January {start}", "people", where=in_year),
            Measure("nmiss", "Independent or non-maintained", "people",
                    where={**in_year, "provision": "nmiss"}),
            Measure("share", "Share of them", "%", both),
            Measure("unit_cost", "Cost of one in a full year", "£ per plan", ("plans",)),
            Measure("spend", "Cost in a full year", "£", ("plans",)),
        ),
        source="local",
        sources=sources,
        method="An appeal was registered against a decision on the request; the SEN2 return does "
        "not say what the Tribunal directed, so not every such placement was directed by it. "
        f"Unit cost of {years.label(prices.financial_year)} by provision and need, before "
        "transport. A plan whose placement is not recorded counts at the mean of the others.",
        period=f"January {start}",
        labels={"appeal": {"yes": "After an appeal", "no": "Without one"}},
    )  # fmt: skip


def _by_appeal(there: pd.DataFrame, requests: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Return plans, those in independent schools, unit cost and spend, by whether appealed."""
    appealed = set(requests.loc[requests["tribunal"].fillna(0).eq(1), "person_id"])
    cost = there.assign(
        appeal=np.where(there["person_id"].isin(appealed), "yes", "no"),
        cost=priced(there, prices),
        is_nmiss=there["provision"].eq("nmiss"),
    )
    grouped = cost.groupby("appeal")
    frame = pd.DataFrame(
        {
            "plans": grouped.size(),
            "nmiss": grouped["is_nmiss"].sum(),
            "unit_cost": grouped["cost"].mean(),
        }
    ).reindex(["yes", "no"], fill_value=0)
    # Of all the plans that are shown: the sum of those with a price, over the unit cost, would
    # tell how many have none.
    frame["spend"] = frame["unit_cost"] * frame["plans"]
    held = frame["plans"].where(frame["plans"] > 0)
    return frame.assign(share=100 * frame["nmiss"] / held).reset_index()
