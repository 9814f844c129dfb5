"""Assumptions: every number that the forecast takes from outside, each with an id and a source.

An area's table `assumptions` goes before the defaults of the model. A default says that it is
one, so that a reader sees what nobody has agreed yet.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.diagnose.forecast.paths import Array
from toolkit.errors import InputError

TO_80 = 1.2815515655446004  # norm.ppf(0.9): an 80% interval ends so many sd from its middle
DEFAULT = "Default of the model"
NOT_AGREED = "Not yet agreed"
MEASURED = "Measured on the area's own records"
FOLLOWED = "inflation.general"
FOLLOWS = ("inflation", "line")  # families whose missing members follow general inflation
TEXTS = ("meaning", "unit", "source", "agreed_by")


@dataclass(frozen=True)
class Assumption:
    """One assumption.

    Attributes:
        id: Its name, as in "inflation.fee" or, for one year alone, "inflation.fee.202627".
        meaning: What it says.
        value: Its middle value; None where there is none.
        low: The lower end of its 80% interval; None where it is not uncertain.
        high: The upper end.
        unit: As in "% a year".
        source: Where it comes from.
        agreed_by: Who agreed it.
        moves: Which figures of the forecast it moves.
    """

    id: str
    meaning: str
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    source: str = DEFAULT
    agreed_by: str = NOT_AGREED
    moves: str = ""

    @property
    def is_default(self) -> bool:
        """Whether the model itself supplies it."""
        return self.source.startswith(DEFAULT)


OVERRIDE = "MHCLG, Fair Funding Review 2.0 consultation, 20 June 2025: extended to end 2027-28"
LONG_RUN = f"{DEFAULT}: the OBR's long-run assumption for the GDP deflator, 2% a year"
NOT_COUNTED_ON = f"{DEFAULT}: nothing is counted on"
PRICES, ALL_MONEY = "Spend on placements", "Spend, and both balances"
INCOME = "Income of the high needs block, and both balances"
DEFAULTS = (
    Assumption(FOLLOWED, "Yearly rise of prices in general", 2.0, 1.0, 4.0, "% a year", LONG_RUN,
               moves=f"{ALL_MONEY}; figures in real terms"),
    Assumption("income.hnb", "Yearly rise of the high needs block beyond what is announced", 2.0,
               0.0, 5.0, "% a year", f"{DEFAULT}: the block keeps pace with prices in general",
               moves=INCOME),
    Assumption("income.block_transfer", "Moved in from other blocks beyond what is recorded", 0.0,
               unit="£ a year", source=f"{DEFAULT}: each year's transfer needs a new decision",
               moves=INCOME),
    Assumption("income.other", "Other income beyond what is recorded", None, unit="£ a year",
               source=f"{DEFAULT}: as in the last recorded year", moves=INCOME),
    Assumption("dsg.other_blocks", "In-year balance of the other blocks of the DSG", 0.0,
               unit="£ a year", moves="Both balances"),
    Assumption("write_off", "Deficit written off or paid by an agreement", 0.0, unit="£ a year",
               moves="Cumulative balance"),
    Assumption("government.share", "Share of the deficit that central government takes, once",
               0.0, unit="%", source=NOT_COUNTED_ON, moves="Cumulative balance"),
    Assumption("government.share.year", "Financial year at the end of which it is taken", None,
               unit="financial year", moves="Cumulative balance"),
    Assumption("government.in_year", "Share of in-year deficits that central government takes",
               0.0, unit="%", source=NOT_COUNTED_ON, moves="Cumulative balance"),
    Assumption("government.in_year.from", "Financial year from which it takes them", None,
               unit="financial year", moves="Cumulative balance"),
    Assumption("override.end", "Last financial year of the statutory override", 202728,
               unit="financial year", source=f"{DEFAULT}: {OVERRIDE}",
               moves="Year at which deficit and reserves are compared"),
    Assumption("reserves.general", "General reserves of the council", None, unit="£",
               source=f"{DEFAULT}: not stated", moves="Deficit beside reserves"),
    Assumption("years.later_census", "Weight of the later census in a financial year", 71.0,
               unit="%", source="Calendar: 1 October is 71% of the way between two censuses",
               agreed_by="Fixed",
               moves="Caseload of each financial year, and all spend"),
)  # fmt: skip
GROWTH = "growth.joiners"
FIXED = {  # shown, and not to be changed by a row
    "years.later_census": "is a fact of the calendar",
    "join.rate": "is measured on the area's own plans; growth.joiners changes what lies ahead",
    "leave.rate": "is measured on the area's own plans; a mitigation changes what lies ahead",
    "move.rate": "is measured on the area's own plans; a mitigation changes what lies ahead",
}
FAMILIES = {
    "inflation.place_funding": ("Yearly rise of place funding", f"{PRICES}: place funding"),
    "inflation.top_up": ("Yearly rise of top-ups", f"{PRICES}: top-up"),
    "inflation.fee": ("Yearly rise of fees", f"{PRICES}: fees"),
    "inflation.therapy": ("Yearly rise of therapies", f"{PRICES}: therapy"),
    "inflation.transport": ("Yearly rise of transport", "Transport, outside the block"),
}


@dataclass(frozen=True)
class Assumed:
    """Every assumption by its id: the area's own before the defaults of the model."""

    by_id: Mapping[str, Assumption]

    def __iter__(self) -> Iterator[Assumption]:
        """Yield the assumptions in the order of the register."""
        return iter(self.by_id.values())

    def get(self, name: str, year: int | None = None) -> Assumption:
        """Return an assumption, or the one that replaces it in a financial year.

        Raises:
            KeyError: There is none, and no default either.
        """
        dated = f"{name}.{year}"
        if year is not None and dated in self.by_id:
            return self.by_id[dated]
        if name in self.by_id:
            return self.by_id[name]
        if _family(name) in FOLLOWS:
            return self.by_id[FOLLOWED]
        raise KeyError(f"no assumption '{name}', and the model has no default for it")

    def value(self, name: str, year: int | None = None) -> float | None:
        """Return the middle value of an assumption; None where it has none."""
        return self.get(name, year).value

    def drawn(self, name: str, simulations: int, seed: int, year: int | None = None) -> Array:
        """Return an assumption's value in each simulation, drawn once and kept over the years.

        The two halves of its 80% interval may differ in width. Members of a family, as all of
        `inflation`, rise and fall together: drawn apart they would cancel out, and the range
        of a deficit would look narrower than it is.
        """
        found = self.get(name, year)
        if found.value is None:
            raise KeyError(f"the assumption '{name}' has no value")
        family = _family(found.id) if _family(found.id) in FOLLOWS else name
        z = standard(family, simulations, seed)
        low = found.value if found.low is None else found.low
        high = found.value if found.high is None else found.high
        return found.value + z * np.where(z < 0, found.value - low, high - found.value) / TO_80

    def changed(self, name: str, **fields: float | str | None) -> Assumed:
        """Return the same assumptions with one of them changed."""
        found = replace(self.get(name), id=name, **fields)  # type: ignore[arg-type]
        return Assumed({**self.by_id, name: found})


def _family(name: str) -> str:
    return name.split(".", maxsplit=1)[0]


def standard(family: str, simulations: int, seed: int) -> Array:
    """Return standard normal draws that hang on the family and the seed alone.

    Runs with and without planned changes share them, so that their difference is not noise.
    """
    rng = np.random.default_rng([seed, zlib.crc32(family.encode())])
    return rng.standard_normal(simulations)


def assumed(own: pd.DataFrame, *fitted: Assumption) -> Assumed:
    """Return every assumption, the area's own before those fitted and the defaults.

    Args:
        own: Table `assumptions`; may be empty.
        fitted: What was measured on the area's records, as unit costs and rates.

    Raises:
        InputError: Two rows have one id, or a range does not hold its value.
    """
    named = {name: replace(DEFAULTS[0], id=name, meaning=meaning, moves=moves,
                           source=f"{DEFAULT}: as prices in general")
             for name, (meaning, moves) in FAMILIES.items()}  # fmt: skip
    known = {a.id: a for a in DEFAULTS} | named
    for one in fitted:
        if one.id in known and not known[one.id].is_default:
            raise _twice(one.id)
        known[one.id] = one
    rows = _rows(own)
    if FOLLOWED in rows:  # what follows general inflation follows the area's own
        general = rows[FOLLOWED]
        known |= {n: replace(a, value=general.value, low=general.low, high=general.high)
                  for n, a in named.items()}  # fmt: skip
    return Assumed({**known, **{n: _merged(a, known) for n, a in rows.items()}})


def _rows(own: pd.DataFrame) -> dict[str, Assumption]:
    found: dict[str, Assumption] = {}
    for record in own.to_dict("records"):
        row = {str(k): v for k, v in record.items()}
        name = str(row["assumption_id"]).strip()
        if name in found:
            raise _twice(name)
        if name in FIXED:
            raise InputError(
                f"'{name}' {FIXED[name]}.",
                where="assumptions, column assumption_id",
                remedy="Take the row out.",
            )
        numbers = {c: _number(row.get(c)) for c in ("value", "low", "high")}
        texts = {c: _text(row.get(c)) for c in TEXTS}
        texts["agreed_by"] = texts["agreed_by"] or NOT_AGREED
        texts["source"] = texts["source"] or "Not stated"
        found[name] = _checked(Assumption(name, **texts, **numbers))  # type: ignore[arg-type]
    return found


def _merged(own: Assumption, known: Mapping[str, Assumption]) -> Assumption:
    """Return the area's row, with what it moves from the default that it replaces."""
    parts = own.id.rsplit(".", 1)
    stem = parts[0] if len(parts) == 2 and parts[1].isdigit() and len(parts[1]) == 6 else own.id
    default = known.get(stem)
    moves = default.moves if default else ("That line" if stem.startswith("line.") else "")
    return replace(own, moves=moves)


def _checked(one: Assumption) -> Assumption:
    """Return the assumption; InputError where its range does not hold its value."""
    value = one.value
    if value is None:
        return one
    low = value if one.low is None else one.low
    high = value if one.high is None else one.high
    if not low <= value <= high:
        raise InputError(
            f"the range {low:g} to {high:g} of '{one.id}' does not hold its value {value:g}.",
            where="assumptions, columns value, low and high",
            remedy="Put low at or below the value, and high at or above it.",
        )
    return one


def _twice(name: str) -> InputError:
    return InputError(
        f"'{name}' has two rows.",
        where="assumptions, column assumption_id",
        remedy="Keep one row for each id; a year of its own is written as "
        f"'{name}.202627'.",
    )  # fmt: skip


def _number(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(str(value))  # type: ignore[call-overload]


def _text(value: object) -> str:
    return "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value)
