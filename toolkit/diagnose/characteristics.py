"""Who has a plan: by sex, ethnicity, deprivation, and whatever else the records hold.

Each function takes DataFrames and returns a new one or an `Aggregate`. Nothing here opens a
file, draws a chart or knows which local area it is looking at.
"""

from __future__ import annotations

import pandas as pd

from toolkit.aggregate import Aggregate, Cell, Measure
from toolkit.diagnose import topics
from toolkit.diagnose.caseload import UNIVERSE
from toolkit.diagnose.flows import known

# The first letter of a school census code names the main group; REFU and NOBT name none. The
# DfE's release counts Chinese (CHNE) as Asian.
ETHNIC_GROUPS = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "C": "Asian", "O": "Other"}
PUBLISHED_GROUPS = {"Any other ethnic group": "Other", "Unclassified": "unknown"}
SOME = 0.005  # of England's plans: a value with less, and none here, needs no row
NAMES = {"sex": "sex", "ethnic_group": "ethnicity", "deprivation": "deprivation of the home"}
TOPICS = {"sex": "sex", "ethnicity": "ethnic_group"}  # of the release, and what they are here
SHOWN = ("plans_first", "plans_last", "yearly", "share_first", "share_last", "share_change")
LABELS = {
    "sex": {"F": "Female", "M": "Male", "unknown": "Not recorded"},
    "ethnic_group": {
        **{g: g for g in ("Asian", "Black", "Mixed", "White")},
        "Other": "Any other ethnic group",
        "unknown": "Not recorded or refused",
    },
    "deprivation": {
        **{str(q): str(q) for q in range(1, 6)},
        "1": "1 (most deprived)",
        "5": "5 (least deprived)",
        "unknown": "Not recorded",
    },
}


def described(people: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    """Return the stock with `ethnic_group` and `deprivation` (fifth) of each person added.

    Args:
        people: As `january.stock` returns it.
        plans: Table `plans`; of several plans of a person, the one that started last tells.

    Returns:
        The rows of `people`, "unknown" where a characteristic is blank.
    """
    latest = plans.sort_values("plan_start").drop_duplicates("person_id", keep="last")
    about = latest.set_index("person_id")[["ethnicity", "deprivation_decile"]]
    joined = people.join(about, on="person_id")
    fifths = ((joined["deprivation_decile"].astype("Float64") + 1) // 2).astype("Int64")
    return known(joined).assign(
        ethnic_group=joined["ethnicity"].map(ethnic_group, na_action="ignore").fillna("unknown"),
        deprivation=fifths.astype("string").fillna("unknown"),
    )


def held(described: pd.DataFrame) -> list[str]:
    """Return the characteristics of `NAMES` that most of the plans have on record.

    Args:
        described: As `described` returns it.
    """
    if described.empty:
        return []
    return [trait for trait in NAMES if described[trait].ne("unknown").mean() > 0.5]


def ethnic_group(code: str) -> str:
    """Return the main ethnic group of a school census code; "unknown" where it tells none."""
    return ETHNIC_GROUPS.get(code[:1], "unknown")


def published(caseload_by: pd.DataFrame | None, code: str, topic: str) -> pd.DataFrame:
    """Return published plans by a characteristic: `year`, `value`, `plans`.

    Args:
        caseload_by: The published `ees_caseload`; None where it is not held.
        code: Code of the area.
        topic: "sex" or "ethnicity", which is summed to its main groups.
    """
    rows = topics.rows(caseload_by, code, topic, ["ehcplans"])
    value = rows["breakdown"]
    if topic == "ethnicity":
        value = value.map(lambda v: PUBLISHED_GROUPS.get(v, v.split(" - ")[0]))
    summed = rows.groupby(["year", value.rename("value")])["ehcplans"].sum().rename("plans")
    return summed.reset_index().astype({"year": "int64", "plans": "int64"})


def beside(
    own: pd.DataFrame, england: pd.DataFrame, dimension: str, sources: tuple[str, ...]
) -> Aggregate:
    """Return the latest published plans by a characteristic, beside England's.

    Args:
        own: As `published` returns it.
        england: The same of England.
        dimension: What the characteristic is called here, "sex" or "ethnic_group".
        sources: The release.

    Returns:
        One row a value: `plans`, `base` (people), `share`, `england` (%), `difference` (pp).
    """
    year = int(own["year"].max()) if len(own) else 0
    ours, all_of = (f[f["year"].eq(year)].set_index("value")["plans"] for f in (own, england))
    held = {
        v for v in LABELS[dimension] if v in ours.index or all_of.get(v, 0) >= SOME * sum(all_of)
    }
    order = [v for v in LABELS[dimension] if v in held]
    table = pd.DataFrame({"plans": ours.reindex(order, fill_value=0)})
    table["base"] = table["plans"].sum()
    table["share"] = 100 * table["plans"] / table["base"]
    table["england"] = 100 * all_of.reindex(order) / (all_of.sum() or float("nan"))
    table["difference"] = table["share"] - table["england"]
    at = {"year": str(year)}
    return Aggregate(
        frame=table.rename_axis(dimension).reset_index(),
        universe=UNIVERSE,
        dimensions=(dimension,),
        measures=(
            Measure("plans", f"Plans, January {year}", "people", where=at),
            Measure("base", "All plans", "people", where=at, without=(dimension,)),
            Measure("share", "Share here", "%", ("plans", "base"), decimals=0),
            Measure("england", "Share in England", "%", ("base",), decimals=0),
            Measure("difference", "Difference", "pp", ("plans", "base"), decimals=0),
        ),
        source="published",
        sources=sources,
        method="As published. A share of plans is no rate: who lives here differs from England.",
        period=f"January {year}",
        not_summed=("year", "area"),
        labels=LABELS,
    )


def told_sex(shares: Aggregate, column: str = "share") -> tuple[str, dict[str, Cell]]:
    """Return one sentence on the share of boys and young men, and its cells."""
    return "{share} of plans are of boys and young men.", {"share": shares.cell(column, sex="M")}
