"""The published mix of primary needs: all plans beside new plans, and beside England's."""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import caseload
from toolkit.diagnose.benchmarks.intervals import wilson
from toolkit.diagnose.caseload import Labels
from toolkit.diagnose.comparators import ENGLAND
from toolkit.diagnose.needs import COUNTED, SMALL, STOCK, UNKNOWN, inside, name_of, published_mix
from toolkit.evidence import Finding

MANY_BLANK = 5.0  # % of new plans: from here on a reader must know of it
NO_GROWTH = "The release tells the latest mix of need, not its growth."
LEAN = (
    "Lean = share of new plans less share of all plans: where it is above 0, the need is taking up "
    "more of the caseload, unless its plans also end sooner. Its 95% range is that of the share of "
    "new plans (Wilson)."
)
BESIDE = ("plans", "share", "england", "new", "new_share", "lean")


def published(
    stock: pd.DataFrame | None, fresh: pd.DataFrame | None, code: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return an area's published mixes as `beside` takes them: all plans, new plans, England's.

    Args:
        stock: The published `ees_need_stock`; None where it is not held.
        fresh: The published `ees_need_new`; None where it is not held.
        code: Code of the area.
    """
    asked = ((stock, code), (fresh, code), (stock, ENGLAND))
    own, new, england = (published_mix(table, of) for table, of in asked)
    return own, new, england


def beside(
    own: pd.DataFrame,
    new: pd.DataFrame,
    england: pd.DataFrame,
    sources: tuple[str, ...],
    labels: Labels,
) -> Aggregate:
    """Return the latest published mix of need in all plans and in new plans, beside England's.

    Args:
        own: As `needs.published_mix` returns it of all plans.
        new: As it returns it of new plans; empty where a need of them is withheld.
        england: As it returns it of all plans of England.
        sources: The release.
        labels: What the needs are called.

    Returns:
        One row a need, and "All": `plans`, `base`, `england_base`, `new`, `new_base` (people),
        `share`, `england`, `new_share` (%), `lean` (new less all, pp), and `low` to `high` (its 95%
        range, pp); those of new plans where there are any. For local records this would set one
        count beside another that hides it.
    """
    january = int(own["year"].max())
    table = pd.DataFrame({"plans": _latest(own)})
    if len(new):
        table = table.join(_latest(new).rename("new"), how="outer")
    table = table.fillna(0)
    table["england_plans"] = _latest(england).reindex(table.index) if len(england) else None
    table = table.astype(float)
    table.loc["All"] = table.sum(min_count=1)
    whole = table.loc["All"]
    table["base"] = whole["plans"]
    table["share"] = 100 * table["plans"] / whole["plans"]
    table["england_base"] = whole["england_plans"]
    table["england"] = 100 * table["england_plans"] / table["england_base"]
    measures, method, period = _stock_measures(january), STOCK, f"January {january}"
    if len(new):
        calendar = int(new["year"].max())
        table, method = _with_new(table), f"{STOCK} {LEAN}"
        measures, period = (
            (*measures, *_new_measures(calendar)),
            f"All plans: January {january}. New plans: {calendar}",
        )
    return Aggregate(
        frame=table.rename_axis("primary_need").reset_index(),
        universe=caseload.UNIVERSE,
        dimensions=("primary_need",),
        measures=measures,
        source="published",
        sources=sources,
        method=method,
        period=period,
        not_summed=("year", "calendar_year", "area"),
        labels=labels,
    )


def _with_new(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mix with the shares of new plans, and how far they lean."""
    table = table.assign(new_base=table["new"].loc["All"])
    table["new_share"] = 100 * table["new"] / table["new_base"]
    table["lean"] = table["new_share"] - table["share"]
    low, high = wilson(table["new"], table["new_base"])
    table["low"], table["high"] = 100 * low - table["share"], 100 * high - table["share"]
    table.loc["All", ["lean", "low", "high"]] = float("nan")
    return table


def _latest(mix: pd.DataFrame) -> pd.Series:
    return mix[mix["year"].eq(mix["year"].max())].set_index("primary_need")["plans"]


def note(mixes: Aggregate) -> str:
    """Return what a reader of the mix should know: what the release does not tell."""
    withheld = "" if "new" in mixes.frame else " It withholds the needs of new plans."
    return f"{NO_GROWTH}{withheld}"


def shown(mixes: Aggregate) -> tuple[str, ...]:
    """Return the columns of a mix to show: those of `BESIDE` that it has."""
    known = {m.column for m in mixes.measures}
    return ("primary_need", *(c for c in BESIDE if c in known))


def _stock_measures(january: int) -> tuple[Measure, ...]:
    at = {"year": str(january)}
    return (
        Measure("plans", f"All plans, January {january}", "people", where=at),
        Measure("base", "All plans", "people", where=at, without=("primary_need",)),
        Measure("share", "Share of all plans", "%", ("plans", "base"), decimals=1),
        Measure(
            "england_base",
            "All plans of England",
            "people",
            where={**at, "area": "England"},
            without=("primary_need",),
        ),
        Measure("england", "England's share", "%", ("england_base",), decimals=1),
    )


def _new_measures(calendar: int) -> tuple[Measure, ...]:
    of, new = {"started": str(calendar)}, ("new", "new_base", "plans", "base")
    return (
        Measure("new", f"New plans, {calendar}", "people", where=of),
        Measure("new_base", "All new plans", "people", where=of, without=("primary_need",)),
        Measure("new_share", "Share of new plans", "%", ("new", "new_base"), decimals=1),
        Measure("lean", "New less all", "pp", new, decimals=1),
        Measure("low", "95% range, low", "pp", new, decimals=1),
        Measure("high", "95% range, high", "pp", new, decimals=1),
    )


def told(mixes: Aggregate) -> tuple[str, dict[str, Cell | str]]:
    """Return what no finding tells of a mix, in sentences, and the cells; "" where findings do.

    The most frequent need, here and in England, where it is none of `COUNTED`; and that many new
    plans have no need recorded.
    """
    needs = mixes.frame[~mixes.frame["primary_need"].isin(["All", UNKNOWN])]
    top = str(needs.set_index("primary_need")["plans"].idxmax())
    said, cells = [], dict[str, Cell | str]()
    if top not in COUNTED:
        said.append(
            "{need} is the primary need of {share} of all plans here; in England of {england}."
        )
        cells = {n: mixes.cell(n, primary_need=top) for n in ("share", "england")}
        cells["need"] = name_of(mixes, top)
    if _blank(mixes) >= MANY_BLANK:
        said.append("For {blank} of new plans no need is recorded: read the rest with care.")
        cells["blank"] = mixes.cell("new_share", primary_need=UNKNOWN)
    return " ".join(said), cells


def _blank(mixes: Aggregate) -> float:
    """Return the share of new plans (%) without a need; 0 where nothing is known of them."""
    shares = mixes.frame.set_index("primary_need").get("new_share", pd.Series(dtype=float))
    return float(shares.get(UNKNOWN, 0.0))


def leaning(mixes: Aggregate) -> list[Finding]:
    """Return the finding on the need whose share is rising most, as new plans against all tell.

    Args:
        mixes: As `beside` returns it.

    Returns:
        One; none where no need with 10 new plans or more takes up more of them than of all plans.
    """
    rows = mixes.frame[~mixes.frame["primary_need"].isin(["All", UNKNOWN])]
    rows = rows if "new" in rows else rows.iloc[:0].assign(new=0.0, lean=0.0)
    named = rows[rows["new"].ge(SMALL)].set_index("primary_need")
    if named.empty or named["lean"].max() <= 0:
        return []
    top = str(named["lean"].idxmax())
    is_clear = float(named["low"][top]) > 0
    cells = {n: mixes.cell(n, primary_need=top) for n in ("new_share", "share", "lean")}
    tail = "" if is_clear else " Chance alone could give that difference."
    if _blank(mixes) >= MANY_BLANK:
        cells["blank"] = mixes.cell("new_share", primary_need=UNKNOWN)
        tail += " For {blank} of new plans no need is recorded: read it with care."
    found = Finding(
        id="11.needs.growth",
        stage="Module 1",
        sentence=f"New plans lean most to {inside(name_of(mixes, top))}: {{new_share}} of new "
        f"plans, {{share}} of all plans, {{lean:size}} more.{tail}",
        cells=cells,
        value=cells["lean"],
        low=mixes.cell("low", primary_need=top),
        high=mixes.cell("high", primary_need=top),
        base=mixes.cell("new", primary_need="All"),
        criterion=3,
        priority=70 if is_clear else 10,  # what chance can give is no headline
    )
    return [found]
