"""When each plan began and ceased and why, and where its holder was placed meanwhile."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit import reference
from toolkit.intake.fiction.flows import FIRST, LAST, NONE, YEARS, Ints, Stock, choose
from toolkit.intake.fiction.national import AGES, OLDEST, PROVISIONS, cease_reasons
from toolkit.intake.fiction.people import Dates, ages_on
from toolkit.intake.fiction.schools import Schools, phase_of, pick

FIRST_RETURN = 2023  # the first person-level return: before it, the LA keeps its own dates
FIRST_PLAN = np.datetime64("2014-09-01")  # EHC plans began (Children and Families Act 2014)
LAST_CONVERSION = np.datetime64("2017-12-31")  # statements of SEN had become plans
AT_YEAR_END = 0.65  # share of plans of over-16s that cease at the end of a school year: a choice
MAX_AGE = 24  # ages at 31 August from which plans mostly cease for age
MAX_AGE_SHARE = 0.92
ENTERED_BEFORE = 0.6  # share of new plan holders who were at their school before the plan
_DAY = pd.Timedelta(days=1)
SECOND = 0.015  # share of plans with a second placement
TRANSFER_AGES = (4, 11, 16, 19)  # ages at 31 August of a year in which people change phase
# Kinds of setting of those "educated elsewhere", England, January 2025, split at 16 by what the
# codes mean: NIEC is of compulsory school age; NEET and NIEO mostly are not.
SETTINGS = ("OLA", "OPA", "EHE", "OTH", "NEET", "NIEC", "NIEO")
SETTINGS_TO_15 = np.array([0.46, 0.04, 0.29, 0.10, 0.0, 0.11, 0.0])
SETTINGS_FROM_16 = np.array([0.16, 0.02, 0.04, 0.08, 0.58, 0.0, 0.12])
# Residential placements over all placements of a kind, England, January 2025: 38-51 and 52 weeks.
RESIDENTIAL = {
    "special_independent": (0.011, 0.018),
    "special_non_maintained": (0.086, 0.016),
    "specialist_post_16_institutions": (0.036, 0.010),
    "special_la_maintained": (0.0015, 0.0),
    "special_academy_free": (0.001, 0.0),
}


def census_days() -> Dates:
    """Return the census day of each of YEARS."""
    rows = reference.table("census_dates")
    rows = rows[rows["census_year"].astype(int).between(FIRST, LAST)]
    return np.array(rows["census_date"], dtype="datetime64[D]")


def plans(people: Stock, births: pd.Series[pd.Timestamp], rng: np.random.Generator) -> pd.DataFrame:
    """Return plan_start, arrived, plan_cease and cease_reason ("" while open) of each person.

    The day on which a plan came to this LA (arrived) is the day it began, but for plans that
    were transferred in since the first return: their start is that of the LA they came from.
    """
    days = census_days()
    start, arrived = _starts(people, births, days, rng)
    cease = _ceases(people, days, rng)
    age = np.clip(ages_on(births, np.where(np.isnat(cease), days[-1], cease)), 0, AGES)
    codes, shares = cease_reasons()
    chances = shares[age].copy()
    oldest = people.age + people.last >= MAX_AGE
    first = codes.index("1")
    chances[:, first] = np.where(age >= 20, 0.0, chances[:, first])
    chances[oldest, first] = MAX_AGE_SHARE / (1 - MAX_AGE_SHARE) * chances[oldest].sum(axis=1)
    reason = np.where(np.isnat(cease), "", np.array(codes)[choose(chances, rng)])
    return pd.DataFrame(
        {"plan_start": start, "arrived": arrived, "plan_cease": cease, "cease_reason": reason}
    )


def _starts(
    people: Stock, births: pd.Series[pd.Timestamp], days: Dates, rng: np.random.Generator
) -> tuple[Dates, Dates]:
    """Return when plans began and when they came: for those held in 2018 it was years before."""
    at = people.first
    joined = between(days[np.maximum(at - 1, 0)], days[at], rng)
    oldest = np.maximum(births.to_numpy().astype("datetime64[D]") + 700, FIRST_PLAN)
    held = oldest + (rng.random(len(at)) * (LAST_CONVERSION - oldest).astype(int)).astype(int)
    before = np.minimum(held, LAST_CONVERSION)
    origin = joined - rng.integers(100, 1200, len(at))
    origin = np.minimum(np.maximum(np.maximum(origin, oldest), FIRST_PLAN), joined)
    arrived = np.where(at == 0, before, joined)
    abroad = people.moved_in & (at > FIRST_RETURN - 1 - FIRST)
    return np.where(abroad, origin, arrived), arrived


def _ceases(people: Stock, days: Dates, rng: np.random.Generator) -> Dates:
    """Return when plans ceased, NaT where they are open at the last census.

    None lasts beyond the school year in which its holder turns 25.
    """
    last = people.last
    ends = last < len(YEARS) - 1
    after = np.minimum(last + 1, len(YEARS) - 1)
    day = between(days[last], days[after], rng)
    summer = np.array([f"{y}-07-31" for y in YEARS], dtype="datetime64[D]")[last]
    old = people.age + last
    at_end = (old >= OLDEST) | ((old >= 16) & (rng.random(len(last)) < AT_YEAR_END))
    return np.where(ends, np.where(at_end, summer, day), np.datetime64("NaT", "D"))


def between(start: Dates, end: Dates, rng: np.random.Generator) -> Dates:
    """Return a weekday after `start` and up to `end` for each pair of days."""
    span = (end - start).astype(int)
    day = start + 1 + (rng.random(len(start)) * span).astype(int)
    weekend = (day.astype(int) + 3) % 7  # 1970-01-01 was a Thursday: 5 and 6 are the weekend
    moved = day - np.where(weekend == 5, 1, np.where(weekend == 6, 2, 0))
    return np.asarray(np.where(moved > start, moved, day))


def placements(
    people: Stock,
    known: Schools,
    attended: Ints,
    held: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return one row a placement, for people in the order of `held`.

    Columns: person (place in `held`), entry_date, leaving_date, rank, provision, school (row of
    `known.frame` or NONE), sen_setting, residential and ees_column as the DfE publishes it.
    """
    setting = _settings(people, rng)
    spells = _spells(people, attended, setting, held, rng)
    spells = pd.concat([_before_phase(known, spells, held, rng), spells], ignore_index=True)
    spells = pd.concat([spells, _second(spells, rng)], ignore_index=True)
    spells = spells[spells["provision"].ne(PROVISIONS.index("unknown"))]
    made = _described(spells, known, rng)
    return made.sort_values(["person", "entry_date", "rank"], ignore_index=True)


def _settings(people: Stock, rng: np.random.Generator) -> Ints:
    """Return people x Januaries: the place in SETTINGS for those educated elsewhere."""
    made = np.full(people.provision.shape, NONE, dtype=np.int64)
    other = PROVISIONS.index("other")
    for at in range(len(YEARS)):
        old = people.age + at >= 16
        chances = np.where(old[:, None], SETTINGS_FROM_16, SETTINGS_TO_15)
        drawn = choose(chances, rng)
        if at:
            fits = (made[:, at - 1] != NONE) & (
                np.take_along_axis(chances, np.maximum(made[:, at - 1], 0)[:, None], 1)[:, 0] > 0
            )
            drawn = np.where(fits, made[:, at - 1], drawn)
        made[:, at] = np.where(people.provision[:, at] == other, drawn, NONE)
    return made


def _spells(
    people: Stock, attended: Ints, setting: Ints, held: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return runs of Januaries at the same place, with the days on which they began and ended."""
    state = people.provision * 1_000_000 + (attended + 1) * 10 + setting + 1
    here = people.provision != NONE
    new = here.copy()
    new[:, 1:] &= (state[:, 1:] != state[:, :-1]) | ~here[:, :-1]
    person, at = np.nonzero(new)
    entry = _entries(people, attended, held, person, at, rng)
    following = np.r_[person[1:] == person[:-1], False]
    cease = held["plan_cease"].to_numpy().astype("datetime64[D]")[person]
    leaving = np.where(following, np.r_[entry[1:], entry[:1]] - 1, cease)
    return pd.DataFrame(
        {
            "person": person,
            "at": at,
            "entry_date": entry,
            "leaving_date": leaving,
            "rank": 1,
            "provision": people.provision[person, at],
            "school": attended[person, at],
            "setting": setting[person, at],
            "need": people.need[person, at],
            "age": people.age[person] + at,
            "phased": at > 0,
        }
    )


def _entries(
    people: Stock,
    attended: Ints,
    held: pd.DataFrame,
    person: Ints,
    at: Ints,
    rng: np.random.Generator,
) -> Dates:
    """Return the first day of each spell: a new school year at a change of phase, else any day."""
    days = census_days()
    age = people.age[person] + at
    arrived = held["arrived"].to_numpy().astype("datetime64[D]")[person]
    september = np.array([f"{y - 1}-09-01" for y in YEARS], dtype="datetime64[D]")[at]
    schooled = attended[person, at] != NONE
    transfers = np.isin(age, TRANSFER_AGES)
    came_up = transfers & (arrived < september) & schooled & (at > 0)
    phase_start = _phase_start(people, person, at)
    before = schooled & ~came_up & (phase_start < arrived) & ~people.moved_in[person]
    before &= rng.random(len(at)) < ENTERED_BEFORE
    begun = np.where(came_up, september, np.where(before, phase_start, arrived))
    any_day = between(days[np.maximum(at - 1, 0)], days[at], rng)
    return np.where(at == people.first[person], begun, np.where(transfers, september, any_day))


def _phase_start(people: Stock, person: Ints, at: Ints) -> Dates:
    """Return 1 September of the year in which the phase of a person's age began."""
    age = people.age[person] + at
    began = np.array([4, 11, 16])[phase_of(age)]
    years = FIRST + at - 1 - np.maximum(age - began, 0)
    made = np.array([f"{y}-09-01" for y in range(1995, LAST + 1)], dtype="datetime64[D]")
    return np.asarray(made[years - 1995])


def _before_phase(
    known: Schools, spells: pd.DataFrame, held: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return where people were from the start of a plan to a change of phase later that year."""
    first = spells.drop_duplicates("person")
    start = held["arrived"].to_numpy().astype("datetime64[D]")[first["person"]]
    waits = (first["entry_date"].to_numpy().astype("datetime64[D]") > start) & first["phased"]
    rows = first[waits].assign(entry_date=start[waits], leaving_date=first["entry_date"] - _DAY)
    early = rows["age"].to_numpy() <= TRANSFER_AGES[0]
    school = np.full(len(rows), NONE, dtype=np.int64)
    for phase, oldest in (("primary", 11), ("secondary", 19)):
        place = np.flatnonzero(~early & (school == NONE) & (rows["age"].to_numpy() <= oldest))
        school[place] = pick(known, "mainstream", phase, rows["need"].to_numpy()[place], rng)
    provision = np.where(early, PROVISIONS.index("early_years"), PROVISIONS.index("mainstream"))
    made: pd.DataFrame = rows.assign(school=school, provision=provision, setting=NONE)
    return made


def _second(spells: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return second placements: arrangements of the LA beside a mainstream school."""
    main = spells[spells["provision"].eq(PROVISIONS.index("mainstream"))]
    rows = main[rng.random(len(main)) < SECOND]
    return rows.assign(
        rank=2, school=NONE, provision=PROVISIONS.index("other"), setting=SETTINGS.index("OLA")
    )


def _described(spells: pd.DataFrame, known: Schools, rng: np.random.Generator) -> pd.DataFrame:
    """Return the spells with what a return says of them."""
    school = spells["school"].to_numpy()
    at_school = school != NONE
    frame = known.frame.iloc[np.maximum(school, 0)].reset_index(drop=True)
    spells = spells.reset_index(drop=True)
    early = spells["provision"].eq(PROVISIONS.index("early_years"))
    setting = np.array(SETTINGS)[np.maximum(spells["setting"].to_numpy(), 0)]
    said = np.where(at_school, "", np.where(early, "EYP", setting))
    made = spells[["person", "entry_date", "leaving_date", "rank"]].assign(
        provision=np.array(PROVISIONS)[spells["provision"]], school=school, sen_setting=said
    )
    for name in ("urn", "ukprn", "ees_column"):
        made[name] = frame[name].where(at_school, "").to_numpy()
    for name in ("sen_unit", "resourced_provision"):
        made[name] = frame[name].where(at_school, 0).to_numpy().astype(int)
    return made.assign(residential=_residential(made["ees_column"], rng))


def _residential(column: pd.Series[str], rng: np.random.Generator) -> npt.NDArray[np.str_]:
    share = np.array([RESIDENTIAL.get(c, (0.0, 0.0)) for c in column])
    drawn = rng.random(len(column))
    return np.where(drawn < share[:, 0], "A", np.where(drawn < share.sum(axis=1), "B", ""))
