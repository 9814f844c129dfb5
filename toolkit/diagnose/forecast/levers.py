"""Levers: planned changes to who joins, leaves or moves, as ranges drawn once a simulation.

A lever makes a flow larger or smaller by a share. How much is drawn from its 80% interval,
whether it succeeds from its probability, and how late it starts from its delay: once for a whole
future. Levers that act on the same flow multiply, so that two halves never make it nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toolkit.diagnose.forecast import draws
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.transitions import Axes
from toolkit.errors import InputError

TO_INTERVAL = 2.563103131089201  # 2 * norm.ppf(0.9): an 80% interval is so many sd wide
FLOWS = ("join", "leave", "move", "unit_cost")
WHERE = "mitigations"
MONTHS = 12
SEPTEMBER = 7.5  # months from the middle of January to 1 September, when people change school


@dataclass(frozen=True)
class Lever:
    """One planned change.

    Attributes:
        id: Its name.
        flow: "join", "leave", "move" or "unit_cost".
        low: Lower end of the 80% interval of its change (%): -10 makes the flow a tenth smaller.
        high: Upper end.
        start: Months from the start of the year 0 to the day on which it starts.
        ages: Youngest and oldest age that it acts on; None for all.
        needs: Needs that it acts on; empty for all.
        provisions: Provisions that it acts on; empty for all. Joining and moving are into them,
            leaving is from them.
        ramp_months: Months until it works in full.
        delay_months: Months that it may start late, each delay as likely.
        probability: Chance that it succeeds at all (%).
        meaning: What will change, in words.
        outcome: What it does for children, in words.
    """

    id: str
    flow: str
    low: float
    high: float
    start: float
    ages: tuple[int, int] | None = None
    needs: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    ramp_months: float = 0.0
    delay_months: float = 0.0
    probability: float = 100.0
    meaning: str = ""
    outcome: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.flow not in FLOWS:
            raise self._error(f"'{self.flow}' is no flow.", f"Use {', '.join(FLOWS)}.")
        if not self.low <= self.high:
            raise self._error(
                f"its interval runs from {self.low:g} to {self.high:g}.",
                "Write the lower end first: a fall of 4 to 12% is low -12, high -4.",
            )
        if self.low < -100:
            raise self._error(
                f"it takes away {-self.low:g}% of a flow.", "Use -100 or more: -100 ends the flow."
            )
        if not 0 <= self.probability <= 100:
            raise self._error(
                f"its probability is {self.probability:g}%.", "Use a percentage from 0 to 100."
            )
        if self.ramp_months < 0 or self.delay_months < 0:
            raise self._error("its ramp or delay is below 0 months.", "Use 0 or more.")
        if self.ages is not None and self.ages[0] > self.ages[1]:
            raise self._error(
                f"its ages run from {self.ages[0]} to {self.ages[1]}.",
                "Write the younger age first, as in 4-10.",
            )

    def _error(self, what: str, remedy: str) -> InputError:
        return InputError(f"'{self.id}': {what}", where=WHERE, remedy=remedy)

    def scaled(self, share: float) -> Lever:
        """Return the lever with a share of its size: 0 does nothing, 1 is as planned."""
        return replace(self, low=self.low * share, high=self.high * share)

    def mask(self, axes: Axes) -> tuple[Array, Array, Array]:
        """Return which ages, needs and provisions it acts on, as True or False."""
        ages = np.ones(len(axes.ages), dtype=bool)
        if self.ages is not None:
            year = np.array([int(a) for a in axes.ages])
            ages = (year >= self.ages[0]) & (year <= self.ages[1])
        if not ages.any():
            raise self._error(f"nobody is aged {self.ages}.", "Use ages from 0 to 25.")
        return (
            ages,
            self._named(self.needs, axes.needs, "need"),
            self._named(self.provisions, axes.provisions, "provision"),
        )

    def _named(self, wanted: tuple[str, ...], known: tuple[str, ...], what: str) -> Array:
        if not wanted:
            return np.ones(len(known), dtype=bool)
        return np.array([code in wanted for code in known])

    def working(self, year: int, late: Array) -> Array:
        """Return how far it works in a year ahead (0 to 1), for starts so many months late.

        Joining and leaving go on all year: the mean over the twelve months. People move at the
        start of a school year: how far it works on 1 September.
        """
        since = year * MONTHS - self.start - late
        if self.flow == "move":
            at = since + SEPTEMBER
            if self.ramp_months == 0:
                return np.asarray((at >= 0).astype(np.float64))
            return np.asarray(np.clip(at / self.ramp_months, 0.0, 1.0))
        return (self._months(since + MONTHS) - self._months(since)) / MONTHS

    def _months(self, since: Array) -> Array:
        """Return months at full strength that its work since the start amounts to."""
        inside = np.clip(since, 0.0, self.ramp_months)
        ramped = inside * inside / (2.0 * max(self.ramp_months, 1e-9))
        return np.asarray(ramped + np.maximum(since - self.ramp_months, 0.0))

    def effect(self, seed: int, block: int, simulations: int, years: int) -> Array:
        """Return the change of its flow as a share, [simulation, year]; 0 where it fails."""
        source = draws.stream(seed, block, 0, draws.Flow.LEVER, self.id)
        uniform = np.maximum(source.random((simulations, 3)), draws.TO_UNIT)
        middle, sd = (self.low + self.high) / 2, (self.high - self.low) / TO_INTERVAL
        size = np.maximum(middle + sd * ndtri(uniform[:, 0]), -100.0) / 100.0
        succeeds = uniform[:, 1] * 100.0 <= self.probability
        late = self.delay_months * uniform[:, 2]
        working = np.stack([self.working(y, late) for y in range(years)], axis=1)
        return np.asarray((size * succeeds)[:, None] * working)


@dataclass(frozen=True)
class Change:
    """What levers make of the flows of one year: factors [simulation, age, need, provision].

    None where nothing changes it, so that such a year is the same as one without levers.
    """

    join: Array | None = None
    leave: Array | None = None
    move: Array | None = None


def changes(
    levers: Sequence[Lever], axes: Axes, years: int, seed: int, block: int, simulations: int
) -> Iterable[Change]:
    """Yield what levers change in each year ahead, for a block of simulations."""
    acting = [lever for lever in levers if lever.flow != "unit_cost"]
    masks = [_outer(lever.mask(axes)) for lever in acting]
    effects = [lever.effect(seed, block, simulations, years) for lever in acting]
    for year in range(years):
        made: dict[str, Array] = {}
        for lever, mask, effect in zip(acting, masks, effects, strict=True):
            if not effect[:, year].any():
                continue
            factor = made.setdefault(lever.flow, np.ones((simulations, *axes.shape)))
            factor *= 1.0 + effect[:, year, None, None, None] * mask
        yield Change(**made)


def _outer(mask: tuple[Array, Array, Array]) -> Array:
    ages, needs, provisions = mask
    return ages[:, None, None] * needs[None, :, None] * provisions[None, None, :]


def levers_of(mitigations: pd.DataFrame, last_census: int) -> tuple[Lever, ...]:
    """Return the levers of the table `mitigations`, in its order.

    Args:
        mitigations: The table.
        last_census: The January that the forecast starts from.

    Raises:
        InputError: A row cannot be meant; the message names it.
    """
    rows = mitigations.to_dict("records")
    made = tuple(from_row({str(k): v for k, v in row.items()}, last_census) for row in rows)
    names = [lever.id for lever in made]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise InputError(f"'{twice[0]}' stands twice.", where=WHERE, remedy="Name each once.")
    return made


def from_row(row: Mapping[str, Any], last_census: int) -> Lever:
    """Return the lever of one row of the table `mitigations`."""
    name = str(row["mitigation_id"])
    begins = pd.to_datetime(row["start"], errors="coerce")
    if pd.isna(begins):
        raise InputError(
            f"'{name}': it has no start.", where=WHERE, remedy="Write a date, as in 2026-09-01."
        )
    middle = pd.Timestamp(last_census, 1, 15)
    return Lever(
        id=name,
        flow=str(row["flow"]),
        low=_number(row, "low", name),
        high=_number(row, "high", name),
        start=(begins - middle).days / (365.25 / MONTHS),
        ages=_ages(row.get("ages"), name),
        needs=_listed(row.get("needs")),
        provisions=_listed(row.get("provisions")),
        ramp_months=_number(row, "ramp_months", name, 0.0),
        delay_months=_number(row, "delay_months", name, 0.0),
        probability=_number(row, "probability", name, 100.0),
        meaning=_text(row.get("meaning")),
        outcome=_text(row.get("outcome")),
    )


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value).strip()


def _number(row: Mapping[str, Any], column: str, name: str, blank: float | None = None) -> float:
    text = _text(row.get(column))
    if not text and blank is not None:
        return blank
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"'{name}', column {column}: '{text}' is no number.", where=WHERE, remedy="Write -4.5."
        ) from None


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in _text(value).split(";") if part.strip())


def _ages(value: Any, name: str) -> tuple[int, int] | None:
    text = _text(value)
    if not text:
        return None
    parts = [p.strip() for p in text.replace("\u2013", "-").split("-")]
    if len(parts) > 2 or not all(p.isdigit() for p in parts):
        raise InputError(
            f"'{name}': '{text}' is no range of ages.",
            where=WHERE,
            remedy="Write 4-10, or 4; leave it blank for all ages.",
        )
    return int(parts[0]), int(parts[-1])
