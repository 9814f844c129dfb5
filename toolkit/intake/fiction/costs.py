"""What each placement cost in each financial year, 2018-19 to 2025-26."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit import reference
from toolkit.intake.fiction.flows import FIRST, SHOWN_LAST
from toolkit.intake.fiction.national import Array
from toolkit.intake.fiction.plans import census_days
from toolkit.intake.fiction.world import World

YEARS = range(2018, 2026)  # years in which a financial year begins; the last is a forecast
BANDS = ("A", "B", "C", "D", "E")
BAND_CUTS = (-1.0, 0.0, 1.0, 1.8)  # of a need for support that is standard normal in 2018-19
BAND_WEIGHTS = np.array([0.42, 0.78, 1.12, 1.64, 2.45])  # top-up of a band over that of all
BAND_DRIFT = 0.035  # a year: children are put into higher bands than those before them
PLACE = {"rp_unit": 6000, "state_special": 10_000, "ap_hospital": 10_000, "post16": 6000}
# £ a year in 2018-19 and growth a year: top-up, or fee where nothing else is paid. State special
# and independent fees follow the published unit costs; the others are choices below them.
TOP_UP = {
    "mainstream": (6000, 0.050),
    "rp_unit": (7600, 0.050),
    "ap_hospital": (9000, 0.050),
    "post16": (3800, 0.045),
    "early_years": (4500, 0.045),
}
FEES = {
    "specialist_post_16_institutions": (26_000, 0.035),
    "OLA": (21_000, 0.045),
    "OPA": (9000, 0.040),
}
UNIT_GROWTH_AFTER = 0.035  # of the published unit costs, after their last year
FEE_SPREAD = 0.35  # sd of the log of a fee about the average
WEEKS_38, WEEKS_52 = 1.9, 3.2  # fee of a residential place over that of a day place
THERAPY = {"SLCN": 0.12, "PD": 0.20, "PMLD": 0.20, "ASD": 0.06}  # share of plans with therapy
THERAPY_COST, THERAPY_GROWTH = 2600, 0.035
TRANSPORTED = {
    "state_special": 0.62, "nmiss": 0.60, "rp_unit": 0.45, "post16": 0.33, "ap_hospital": 0.30,
    "mainstream": 0.06, "other": 0.05,
}  # fmt: skip
TRANSPORT_COST, TRANSPORT_GROWTH = 5400, 0.070
FAR = 1.6  # transport to an independent school over that to others
HEALTH_SHARE, HEALTH_COST = 0.12, 9000
CARE_SHARE, CARE_COST = 0.55, 42_000
MONEY = (
    "place_funding",
    "top_up",
    "fee",
    "therapy",
    "transport",
    "health_contribution",
    "care_contribution",
)


def costs(world: World) -> pd.DataFrame:
    """Return one row a person, placement and financial year, in whole pounds.

    Columns: person, year (in which the financial year begins), provision, ees_column,
    sen_setting, phase of the school, age at the 31 August in the year, band, weeks_funded and
    the columns of MONEY. People whose placement is not recorded cost nothing here.
    """
    rng = world.streams["money"]
    traits = _traits(world, rng)
    level = float(np.exp(rng.normal(0.0, 0.05)))
    spells = _known_spells(world)
    parts = [_year(world, spells, traits, year, level) for year in YEARS]
    return pd.concat(parts, ignore_index=True)


def ledger_view(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the costs as the table `placement_costs` keeps them: by person, year and provision."""
    keys = ["year", "person", "provision"]
    sums = rows.groupby(keys, sort=True)[["weeks_funded", *MONEY]].sum()
    band = rows.groupby(keys, sort=True)["band"].last()
    made = sums.assign(band=band).reset_index()
    return made.assign(weeks_funded=made["weeks_funded"].clip(upper=53))


def _traits(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Return what makes one person cost more than another, the same in every year."""
    number = len(world.held)
    return pd.DataFrame(
        {
            "support": rng.normal(0, 1, number),
            "fee": np.exp(rng.normal(-(FEE_SPREAD**2) / 2, FEE_SPREAD, number)),
            "therapy": rng.random(number),
            "travels": rng.random(number),
            "distance": np.exp(rng.normal(-0.125, 0.5, number)),
            "health": rng.random(number),
            "care": rng.random(number),
        }
    )


def _known_spells(world: World) -> pd.DataFrame:
    """Return main placements as known at the last census, from the day on which the plan came."""
    day = pd.Timestamp(census_days()[SHOWN_LAST - FIRST])
    held = world.held
    rows = world.placements[world.placements["rank"].eq(1)]
    arrived = held["arrived"].loc[rows["person"]].to_numpy()
    rows = rows.assign(start=np.maximum(rows["entry_date"].to_numpy(), arrived))
    rows = rows[rows["start"].le(day)]
    end = rows["leaving_date"].where(rows["leaving_date"].le(day), pd.Timestamp("2030-01-01"))
    return rows.assign(end=end)[rows["start"].to_numpy() <= end.to_numpy()].reset_index(drop=True)


def _year(
    world: World, spells: pd.DataFrame, traits: pd.DataFrame, year: int, level: float
) -> pd.DataFrame:
    """Return the costs of one financial year."""
    first, last = pd.Timestamp(f"{year}-04-01"), pd.Timestamp(f"{year + 1}-03-31")
    until = np.minimum(spells["end"].to_numpy(), last.to_datetime64())
    since = np.maximum(spells["start"].to_numpy(), first.to_datetime64())
    days = pd.Series((until - since) / np.timedelta64(1, "D") + 1)
    rows = spells[days.gt(0)].reset_index(drop=True)
    share = days[days.gt(0)].to_numpy() / ((last - first).days + 1)
    trait = traits.loc[rows["person"]].reset_index(drop=True)
    need = world.need_at(min(year + 1, SHOWN_LAST))[rows["person"]]
    made = _annual(rows, trait, need, year, level)
    school = world.schools.frame["phase"].to_numpy()[np.maximum(rows["school"].to_numpy(), 0)]
    money = {name: np.rint(made[name] * share).astype(np.int64) for name in MONEY}
    return pd.DataFrame(
        {
            "person": rows["person"],
            "year": year,
            "provision": rows["provision"],
            "ees_column": rows["ees_column"],
            "sen_setting": rows["sen_setting"],
            "phase": school,
            "age": world.stock.age[rows["person"]] + year - FIRST + 1,
            "band": np.where(made["top_up"] > 0, np.array(BANDS)[_band(trait, year)], ""),
            "weeks_funded": np.rint(share * 52).astype(np.int64),
            **money,
        }
    )


def _band(trait: pd.DataFrame, year: int) -> npt.NDArray[np.int64]:
    support = trait["support"].to_numpy() + BAND_DRIFT * (year - YEARS[0])
    return np.asarray(np.searchsorted(BAND_CUTS, support))


def _annual(
    rows: pd.DataFrame, trait: pd.DataFrame, need: npt.NDArray[np.str_], year: int, level: float
) -> dict[str, Array]:
    """Return what each row would cost in a whole year, by column of MONEY."""
    provision, on = rows["provision"].to_numpy(), year - YEARS[0]
    weight = BAND_WEIGHTS[_band(trait, year)]
    top_up = _mapped(provision, {p: _grown(*c, on) for p, c in TOP_UP.items()}) * weight * level
    special = provision == "state_special"
    published = _unit_cost("state_special", year) - PLACE["state_special"]
    top_up[special] = (
        published * level * (weight / weight[special].mean() if special.any() else weight)[special]
    )
    fee = _fees(rows, trait, year) * level
    top_up[fee > 0] = 0.0
    place = _mapped(provision, {p: float(v) for p, v in PLACE.items()})
    place[rows["ees_column"].isin(["specialist_post_16_institutions", "ukrlp_provider"])] = 0.0
    therapy = (trait["therapy"].to_numpy() < _mapped(need, THERAPY)) & (fee == 0)
    travels = trait["travels"].to_numpy() < _mapped(provision, TRANSPORTED)
    distance = trait["distance"].to_numpy() * np.where(provision == "nmiss", FAR, 1.0)
    health = (provision == "nmiss") & (trait["health"].to_numpy() < HEALTH_SHARE)
    care = rows["residential"].eq("B").to_numpy() & (trait["care"].to_numpy() < CARE_SHARE)
    return {
        "place_funding": place,
        "top_up": top_up,
        "fee": fee,
        "therapy": therapy * _grown(THERAPY_COST, THERAPY_GROWTH, on) * trait["fee"].to_numpy(),
        "transport": travels * distance * _grown(TRANSPORT_COST, TRANSPORT_GROWTH, on),
        "health_contribution": health * HEALTH_COST * trait["fee"].to_numpy(),
        "care_contribution": care * CARE_COST * trait["fee"].to_numpy(),
    }


def _fees(rows: pd.DataFrame, trait: pd.DataFrame, year: int) -> Array:
    """Return the fees of those whose provider is paid by fee, 0 for the others."""
    on = year - YEARS[0]
    weeks = rows["residential"].map({"A": WEEKS_38, "B": WEEKS_52}).fillna(1.0).to_numpy()
    spread = trait["fee"].to_numpy() * weeks
    base = np.zeros(len(rows))
    for key, cost in FEES.items():
        column = rows["ees_column"] if key in set(rows["ees_column"]) else rows["sen_setting"]
        base[column.eq(key).to_numpy()] = _grown(*cost, on)
    independent = rows["provision"].eq("nmiss").to_numpy()
    if independent.any():
        base[independent] = _unit_cost("nmiss", year) / spread[independent].mean()
    return np.asarray(base * spread)


def _unit_cost(provision: str, year: int) -> float:
    """Return the published unit cost of a provision, carried on after its last year."""
    known = reference.table("unit_costs").query("provision == @provision")
    by_year = {
        int(y) // 100: float(c)
        for y, c in zip(known["financial_year"], known["pounds_per_plan"], strict=True)
    }
    last = max(by_year)
    return by_year[min(year, last)] * (1 + UNIT_GROWTH_AFTER) ** max(year - last, 0)


def _grown(amount: float, growth: float, years: int) -> float:
    return amount * (1 + growth) ** years


def _mapped(values: npt.NDArray[np.generic], known: dict[str, float]) -> Array:
    made = np.zeros(len(values))
    for value, amount in known.items():
        made[values == value] = amount
    return made
