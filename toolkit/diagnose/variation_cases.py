"""The cases behind `variation`: plans in mainstream schools, year by year, and requests decided.

Each function takes DataFrames of the data schedule and returns one row a case, with `event`.
"""

from __future__ import annotations

import pandas as pd

from toolkit.diagnose.variation import RECENT, UNKNOWN

OUT = ("state_special", "nmiss", "ap_hospital")
YEARS = 5  # pooled: in one year most schools see too few events to tell chance from pattern
COLUMNS = [
    *("year", "person_id", "school", "locality", "primary_need", "age", "age_group"),
    "request_source",
]


def in_mainstream(
    people: pd.DataFrame,
    placements: pd.DataFrame,
    censuses: pd.DataFrame,
    requests: pd.DataFrame,
) -> pd.DataFrame:
    """Return every plan in a mainstream school at every January census, one row a plan and year.

    Args:
        people: As `january.stock` returns it.
        placements: Table `placements`.
        censuses: `census_year` and `census_date`.
        requests: Table `requests`, for who asked; may be empty.

    Returns:
        `year`, `person_id`, `school` (URN), `locality`, `primary_need`, `age`, `age_group` and
        `request_source` of the request that led to a plan; "unknown" where blank.
    """
    asked = requests[requests["assessment_outcome"].eq("Y")].sort_values("request_date")
    source = asked.drop_duplicates("person_id", keep="last").set_index("person_id")
    here = people[people["provision"].eq("mainstream")]
    dates = zip(censuses["census_year"], censuses["census_date"], strict=True)
    schools = [schools_on(placements, date).assign(year=int(year)) for year, date in dates]
    empty = pd.DataFrame(columns=["person_id", "school", "year"])
    every = pd.concat(schools, ignore_index=True) if schools else empty
    made = here.merge(every, on=["person_id", "year"], how="left")
    made["request_source"] = made["person_id"].map(source["request_source"])
    texts = ["school", "locality", "primary_need", "request_source"]
    return made[COLUMNS].assign(**{c: made[c].astype(object).fillna(UNKNOWN) for c in texts})


def schools_on(placements: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    """Return each person's main placement on a date: `person_id` and `school`, its URN."""
    there = (placements["entry_date"] <= date) & ~(placements["leaving_date"] < date)
    current = placements[there].sort_values(["rank", "entry_date"], ascending=[True, False])
    main = current.drop_duplicates("person_id").rename(columns={"urn": "school"})
    return main[["person_id", "school"]]


def moves(mainstream: pd.DataFrame, people: pd.DataFrame, most_years: int = YEARS) -> pd.DataFrame:
    """Return the plans in mainstream that had a next January; `event`: it saw them moved out.

    Args:
        mainstream: As `in_mainstream` returns it.
        people: As `january.stock` returns it.
        most_years: How many of the latest Januaries are pooled.
    """
    held = {int(y) for y in people["year"].unique()}
    years = sorted(y for y in held if y + 1 in held)[-most_years:]
    cases = mainstream[mainstream["year"].isin(years)]
    out = people[people["provision"].isin(OUT)]
    before = set(zip(out["person_id"], out["year"].astype(int) - 1, strict=True))
    pairs = zip(cases["person_id"], cases["year"].astype(int), strict=True)
    return cases.assign(event=[pair in before for pair in pairs]).reset_index(drop=True)


def new_plans(
    mainstream: pd.DataFrame, plans: pd.DataFrame, censuses: pd.DataFrame
) -> pd.DataFrame:
    """Return the plans in mainstream at the latest January; `event`: it started lately.

    Args:
        mainstream: As `in_mainstream` returns it.
        plans: Table `plans`.
        censuses: `census_year` and `census_date`.
    """
    cases = mainstream[mainstream["year"].eq(mainstream["year"].max())]
    dates = censuses.loc[censuses["census_year"].isin(cases["year"]), "census_date"]
    date = dates.max()
    open_ = plans["plan_start"].le(date) & ~plans["plan_cease"].le(date)
    new = open_ & plans["plan_start"].gt(date - pd.DateOffset(years=RECENT))
    people = set(plans.loc[new, "person_id"])
    return cases.assign(event=cases["person_id"].isin(people)).reset_index(drop=True)


def refusals(requests: pd.DataFrame) -> pd.DataFrame:
    """Return every request that was decided: `year`, `request_source` and `event`, refused."""
    decided = requests[requests["request_outcome"].isin(["Y", "N"])]
    return pd.DataFrame(
        {
            "year": decided["request_date"].dt.year,
            "request_source": decided["request_source"].fillna(UNKNOWN),
            "event": decided["request_outcome"].eq("N"),
        }
    ).reset_index(drop=True)


def school_names(establishments: pd.DataFrame) -> dict[str, str]:
    """Return the name of each school by URN; two of one name have their URN beside it."""
    known = establishments.dropna(subset=["urn", "name"])
    double = known["name"].duplicated(keep=False)
    named = known["name"].where(~double, known["name"] + " (" + known["urn"] + ")")
    return dict(zip(known["urn"].astype(str), named.astype(str), strict=True))
