"""Transitions: who stayed, left, moved and joined between two censuses, by age, need, provision.

People are followed from census to census, so that the plans of one, less those who left, with
those who joined, are exactly the plans of the next. A plan that was transferred in keeps the
start date of the authority it came from: it joins when it is first held here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.diagnose.forecast.paths import Array
from toolkit.errors import InputError

Codes = npt.NDArray[np.int64]

DECAY = 0.7  # what a year counts for beside the one after it (specification of the model)
NONE = -1  # code of somebody who is not there
STAGES = {  # ages at 31 August at which a new stage begins: its name, in order of age
    0: "Early years",
    4: "Reception",
    5: "Primary",
    11: "Year 7",
    12: "Secondary",
    16: "Post-16",
    17: "Year 13",
    18: "Post-18",
    20: "20 and over",
}
OLDEST = 24  # a plan ends with the school year in which its holder turns 25 (aged 24 at its start)


@dataclass(frozen=True)
class Axes:
    """What the cells of a model are called, and how ages hang together.

    Attributes:
        ages: One label a year of age, youngest first; the last may hold all who are older.
        needs: Codes of primary need.
        provisions: Codes of provision.
        stages: For each age, the place of its stage in `stage_names`. Moves have rates of their
            own at each stage, and a rate nobody has seen is taken from the stage.
        stage_names: What the stages are called.
        oldest: Place in `ages` from which on everybody leaves within a year.
    """

    ages: tuple[str, ...]
    needs: tuple[str, ...]
    provisions: tuple[str, ...]
    stages: tuple[int, ...]
    stage_names: tuple[str, ...]
    oldest: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many ages, needs and provisions there are."""
        return len(self.ages), len(self.needs), len(self.provisions)

    @cached_property
    def of_stage(self) -> npt.NDArray[np.int64]:
        """`stages` as an array."""
        return np.array(self.stages, dtype=np.int64)


def axes_of(stock: pd.DataFrame, provisions: Sequence[str]) -> Axes:
    """Return the axes of a local authority: ages 0 to 25, its needs, the provisions it uses.

    Args:
        stock: As `january.stock` returns it.
        provisions: Codes in the order to hold them; those that nobody is in are left out.
    """
    ages = range(26)
    starts = sorted(STAGES)
    used = set(stock["provision"].unique())
    unknown = used - set(provisions)
    if unknown:
        raise InputError(
            f"provision '{min(unknown)}' is not one of the model.",
            where="placements",
            remedy=f"Use {', '.join(provisions)}.",
        )
    return Axes(
        ages=tuple(str(a) for a in ages),
        needs=tuple(sorted(stock["primary_need"].unique(), key=lambda n: (n == "unknown", n))),
        provisions=tuple(p for p in provisions if p in used),
        stages=tuple(int(np.searchsorted(starts, a, side="right")) - 1 for a in ages),
        stage_names=tuple(STAGES[a] for a in starts),
        oldest=OLDEST,
    )


@dataclass(frozen=True)
class Transitions:
    """Counts of people by the census that they are followed from.

    Attributes:
        axes: The labels.
        years: The earlier census of each pair.
        stayed: Who was there at both, [pair, age, need, provision] as at the earlier one.
        left: Who was there at the earlier one alone, same shape.
        moved: Who was there at both, [pair, age then, need, provision before, provision then].
        joined: Who was there at the later one alone, [pair, age, need, provision] as at that one.
        opening: People at the earlier census, by pair.
        told: How many of those who joined have a plan that started between the two, and how
            many of those who left have one that ceased, [pair, 2]; -1 where no dates are held.
    """

    axes: Axes
    years: tuple[int, ...]
    stayed: Array = field(repr=False)
    left: Array = field(repr=False)
    moved: Array = field(repr=False)
    joined: Array = field(repr=False)
    opening: Array = field(repr=False)
    told: Array = field(repr=False)

    @property
    def weights(self) -> Array:
        """The weight of each pair: 1 for the latest, `DECAY` for each year before it."""
        return np.asarray(DECAY ** (max(self.years) - np.array(self.years, dtype=np.float64)))

    def weighted(self, counts: Array) -> Array:
        """Return counts by pair added up with their weights."""
        return np.asarray(np.tensordot(self.weights, counts, axes=1))

    @property
    def joined_by_year(self) -> dict[int, float]:
        """New plans between the January of a year and the next one, by year."""
        summed = self.joined.sum(axis=(1, 2, 3))
        return {year: float(n) for year, n in zip(self.years, summed, strict=True)}

    @property
    def closing(self) -> Array:
        """People at the later census, by pair."""
        return np.asarray((self.stayed + self.joined).sum(axis=(1, 2, 3)))

    @property
    def gaps(self) -> Array:
        """How much each opening differs from the close of the year before, as a share of it.

        People followed from census to census leave no gap. Flows that are counted otherwise do.
        """
        follows = np.diff(np.array(self.years)) == 1
        return np.asarray((self.opening[1:] / self.closing[:-1] - 1.0)[follows])

    def balance(self) -> pd.DataFrame:
        """Return how the plans of one census become those of the next, one row a pair.

        Returns:
            `year` (the later census), `opening`, `joined`, `started` (of those who joined, plans
            that started in between; the others were transferred in or recorded late), `left`,
            `ceased` (of those who left, plans with an end; the others are no longer held) and
            `closing`. `started` and `ceased` are missing where no dates are held.
        """
        joined, left = (x.sum(axis=(1, 2, 3)) for x in (self.joined, self.left))
        told = pd.DataFrame(self.told, columns=["started", "ceased"]).astype("Int64")
        told = told.mask(told < 0)
        return pd.DataFrame(
            {
                "year": np.array(self.years) + 1,
                "opening": self.opening.astype(int),
                "joined": joined.astype(int),
                "started": told["started"],
                "left": left.astype(int),
                "ceased": told["ceased"],
                "closing": self.closing.astype(int),
            }
        )


def count(stock: pd.DataFrame, plans: pd.DataFrame, axes: Axes) -> Transitions:
    """Return the transitions between every two censuses that are a year apart.

    Args:
        stock: As `january.stock` returns it, one row a person and census. The need of the
            later census counts for both: a need is not forecast to be recorded anew.
        plans: Table `plans`, for the dates on which plans started and ceased.
        axes: The labels; people outside them are an error.

    Raises:
        InputError: No two censuses are a year apart.
    """
    years = sorted(int(y) for y in stock["year"].unique())
    pairs = [y for y in years if y + 1 in years]
    if not pairs:
        raise InputError(
            "no two censuses are a year apart.",
            where="SEN2 returns",
            remedy="Put the returns of two Januaries that follow each other into 'inputs'.",
        )
    coded = _coded(stock, axes)
    parts = [_pair(coded, y) for y in pairs]
    told = [_told(part, plans, y) for part, y in zip(parts, pairs, strict=True)]
    return tally(pd.concat(parts, ignore_index=True), axes, np.array(told, dtype=np.float64))


def _coded(stock: pd.DataFrame, axes: Axes) -> pd.DataFrame:
    """Return people by census as codes: `year`, `person_id`, `age`, `need` and `provision`."""
    made = stock[["year", "person_id"]].copy()
    made["age"] = stock["age"].astype(int).clip(upper=len(axes.ages) - 1)
    for name, column, labels in (
        ("need", "primary_need", axes.needs),
        ("provision", "provision", axes.provisions),
    ):
        made[name] = pd.Categorical(stock[column], categories=list(labels)).codes
        if made[name].lt(0).any():
            raise InputError(f"a {column} of the stock is not one of the model's.")
    return made.drop_duplicates(["year", "person_id"])


def _pair(coded: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return who was there at either of two censuses, with where they were."""
    before = coded[coded["year"].eq(year)].drop(columns="year")
    after = coded[coded["year"].eq(year + 1)].drop(columns="year")
    both = before.merge(after, on="person_id", how="outer", suffixes=("", "_then"))
    codes = both.columns.drop("person_id")
    both[codes] = both[codes].fillna(NONE).astype(int)
    need = both["need_then"].where(both["need_then"].ne(NONE), both["need"])
    return both.assign(year=year, need=need, need_then=need)


def _told(pair: pd.DataFrame, plans: pd.DataFrame, year: int) -> tuple[int, int]:
    """Return how many who joined have a plan that began since, and who left one that ended."""
    if plans.empty:
        return NONE, NONE
    first = pd.Timestamp(year, 1, 1)  # censuses lie in January: a fortnight is not told apart
    began = plans.loc[plans["plan_start"].ge(first), ["person_id"]].drop_duplicates()
    ended = plans.loc[plans["plan_cease"].ge(first), ["person_id"]].drop_duplicates()
    joined, left = pair[pair["age"].eq(NONE)], pair[pair["age_then"].eq(NONE)]
    return len(joined.merge(began, on="person_id")), len(left.merge(ended, on="person_id"))


def tally(pairs: pd.DataFrame, axes: Axes, told: Array | None = None) -> Transitions:
    """Return transitions from one row a person and pair of censuses.

    Args:
        pairs: `year` of the earlier census; `age`, `need`, `provision` then, and `age_then`,
            `provision_then` a year on: codes of the axes, `NONE` for who is not there.
        axes: The labels.
        told: As `Transitions.told`; None where no dates are held.
    """
    years = tuple(sorted(int(y) for y in pairs["year"].unique()))
    at = np.searchsorted(years, pairs["year"].to_numpy())
    age, then, need, place, place_then = (
        pairs[c].to_numpy(dtype=np.int64)
        for c in ("age", "age_then", "need", "provision", "provision_then")
    )
    before, after = age != NONE, then != NONE
    both = before & after
    cells = (len(years), *axes.shape)

    def add(who: npt.NDArray[np.bool_], shape: tuple[int, ...], *codes: Codes) -> Array:
        flat = np.ravel_multi_index(tuple(c[who] for c in (at, *codes)), shape)
        return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)

    return Transitions(
        axes=axes,
        years=years,
        stayed=add(both, cells, age, need, place),
        left=add(before & ~after, cells, age, need, place),
        moved=add(both, (*cells, axes.shape[2]), then, need, place, place_then),
        joined=add(after & ~before, cells, then, need, place_then),
        opening=np.bincount(at[before], minlength=len(years)).astype(np.float64),
        told=np.full((len(years), 2), float(NONE)) if told is None else told,
    )


def census(stock: pd.DataFrame, year: int, axes: Axes) -> npt.NDArray[np.int32]:
    """Return people at one census, [age, need, provision]."""
    here = _coded(stock[stock["year"].eq(year)], axes)
    made = np.zeros(axes.shape, dtype=np.int32)
    np.add.at(made, tuple(here[c].to_numpy() for c in ("age", "need", "provision")), 1)
    return made
