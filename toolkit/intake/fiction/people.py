"""Who the fictional people are: names, birth dates, numbers and homes, all invented.

Numbers are well formed, with their check characters, but none can be a real one: UPNs begin
with the fictional LA's code, postcodes with the area ZZ, which Royal Mail has not given out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from stdnum.gb import upn

from toolkit import reference
from toolkit.intake.fiction.flows import FIRST, Ints, weighted

Dates = npt.NDArray[np.datetime64]
NO_UPN = 0.025  # share of people who joined since the last history file and have none
NUMBERED_TO = 2024  # all who came before have a UPN, so that the history files can name them
NO_NUMBER = 0.5  # share of those who have no ULN either
UPN_UNKNOWN = ("UN2", "UN3", "UN8")
PER_POSTCODE = 12  # people with a plan to a postcode
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # of the end of a postcode: CIKMOV are not used
DECILE_PULL = 0.07  # how much likelier a plan is with each decile of deprivation
LOCALITIES = ("Northgate", "Castle Hill", "Riverside", "The Commons", "Eastfield", "Moor End")


def people(
    age: Ints,
    need: npt.NDArray[np.str_],
    joined: Ints,
    la_code: str,
    rng: np.random.Generator,
    *,
    start: int = 0,
) -> pd.DataFrame:
    """Return one row a person: who they are, with no two alike in any number.

    Args:
        age: Age at the 31 August before January 2018.
        need: Code of the need, which sex goes with.
        joined: Calendar year of first contact, for who has a UPN.
        la_code: Code of the fictional area.
        rng: Source of chance.
        start: How many people there are already, whose numbers are taken.
    """
    number = len(age)
    made = pd.DataFrame(
        {
            "surname": _named("surname", number, rng),
            "forename": _named("forename", number, rng),
            "birth_date": _births(age, rng),
            "sex": _sexes(need, rng),
            "ethnicity": _ethnicities(number, rng),
            "upn": _upns(start, la_code, joined),
            "uln": _ulns(start, number),
        }
    )
    no_upn = (rng.random(number) < NO_UPN) & (joined >= NUMBERED_TO)
    young = age + (joined - FIRST) < 14  # ULNs are given out from the age of 14
    no_number = no_upn & (young | (rng.random(number) < NO_NUMBER))
    reason = np.array(UPN_UNKNOWN)[rng.integers(0, len(UPN_UNKNOWN), number)]
    return made.assign(
        upn=made["upn"].mask(no_upn, ""),
        uln=made["uln"].mask(young | no_number, ""),
        upn_unknown=np.where(no_upn, reason, ""),
    )


def postcodes(plans: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the area's postcodes: locality, deprivation decile, and weight of plans there."""
    number = max(plans // PER_POSTCODE, 5 * len(LOCALITIES))
    place = np.arange(number) % len(LOCALITIES)
    centre = np.linspace(2.0, 8.5, len(LOCALITIES))[place]
    decile = np.clip(np.rint(centre + rng.normal(0, 1.6, number)), 1, 10).astype(int)
    inner = [f"{i // 400 % 9 + 1}{LETTERS[i // 20 % 20]}{LETTERS[i % 20]}" for i in range(number)]
    return pd.DataFrame(
        {
            "postcode": [
                f"ZZ{p + 1 + 6 * (i // 3600)} {t}"
                for i, (p, t) in enumerate(zip(place, inner, strict=True))
            ],
            "locality": np.array(LOCALITIES)[place],
            "deprivation_decile": decile,
            "weight": np.exp(-DECILE_PULL * decile),
        }
    )


def homes(number: int, known: pd.DataFrame, rng: np.random.Generator) -> Ints:
    """Return the row of each person's postcode: deprived ones hold more people with a plan."""
    return weighted(known["weight"].to_numpy(), number, rng)


def _named(kind: str, number: int, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    names = reference.table("fictional_names").query("kind == @kind")["name"].to_numpy(dtype=str)
    return np.asarray(names[rng.integers(0, len(names), number)])


def _births(age: Ints, rng: np.random.Generator) -> Dates:
    """Return birth dates of people of an age at 31 August 2017: born in one school year."""
    start = FIRST - 2 - age
    first = np.array(
        [f"{year}-09-01" for year in range(start.min(), start.max() + 1)], "datetime64[D]"
    )
    return np.asarray(first[start - start.min()] + rng.integers(0, 365, len(age)))


def _sexes(need: npt.NDArray[np.str_], rng: np.random.Generator) -> npt.NDArray[np.str_]:
    rows = reference.table("england_mix_characteristics").query("characteristic == 'sex'")
    table = rows.assign(plans=rows["plans"].astype(float)).pivot_table(
        index="need", columns="code", values="plans", aggfunc="sum"
    )
    male = (table["M"] / table.sum(axis=1)).to_dict()
    share = np.array([male[n] for n in need])
    return np.where(rng.random(len(need)) < share, "M", "F")


def _ethnicities(number: int, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    rows = reference.table("england_mix_characteristics").query("characteristic == 'ethnicity'")
    return np.array(rows["code"])[weighted(rows["plans"].to_numpy(dtype=float), number, rng)]


def _upns(start: int, la_code: str, joined: Ints) -> list[str]:
    """Return UPNs: check letter, LA, school, year and serial number (UPN guide, DfE)."""
    bodies = [
        f"{la_code}{1000 + i // 1000:04d}{year % 100:02d}{i % 1000:03d}"
        for i, year in enumerate(joined.tolist(), start)
    ]
    return [upn.calc_check_digit(body) + body for body in bodies]


def _ulns(start: int, number: int) -> list[str]:
    """Return ULNs: nine digits and a check digit (Learning Records Service, ULN validation)."""
    body = 990_000_000 + np.arange(int((start + number) * 1.2) + 20)
    digits = body[:, None] // 10 ** np.arange(8, -1, -1) % 10
    rest = (digits * np.arange(10, 1, -1)).sum(axis=1) % 11
    whole = body[rest > 0] * 10 + (10 - rest[rest > 0])  # a remainder of 0 gives no valid number
    return [str(n) for n in whole[start : start + number]]


def ages_on(births: pd.Series[pd.Timestamp], days: Sequence[np.datetime64] | Dates) -> Ints:
    """Return completed years of age on some days."""
    born = births.to_numpy().astype("datetime64[D]")
    on = np.asarray(days).astype("datetime64[D]")
    years = on.astype("datetime64[Y]").astype(int) - born.astype("datetime64[Y]").astype(int)
    return np.asarray(years - (_day_of_year(on) < _day_of_year(born)))


def _day_of_year(days: Dates) -> Ints:
    month = days.astype("datetime64[M]")
    return np.asarray(month.astype(int) % 12 * 100 + (days - month).astype(int))
