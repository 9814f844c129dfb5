"""Tune the published mode of the forecast on outcomes up to a cut-off, and print what was found.

No outcome later than the cut-off is in the panel that this reads: it is cut first. The middle
goes along grids, one parameter after the other, from a neutral start. A value is taken only where
the error falls, and falls from every origin: the years are few, and each has one national shock.
All provisions have one value first; then one may get its own, on the same terms. The widths of
the ranges follow from the errors of that middle: see `forecast_widths`.

What else was tried on outcomes to January 2024, and left out because the errors of provisions did
not fall, or not from every origin: a weight, fixed or larger for fewer plans, on any of the simple
rules; the trend of the middle area for all provisions, or a mean of areas with the growth of each
limited; trends or the mix of the region; more provisions that give way less to the total; futures
whose means are not kept (better over the change of collection alone, worse without it). Widths by
the number of plans were left out too: coverage differs by it no more than chance has it.

The trend of the middle area was chosen so. Its scores of January 2025 were read once it stood, and
once more when what units do not gain was left in mainstream, which they had a part in prompting.

With folds, every fold of local authorities is scored with parameters that were tuned on the
others: the scores to believe. With --write, the table that ships, or another, is written. It
takes about half a minute, and as long again for each fold.

    python bench/tune_forecast.py ZIP [--cut-off 2024] [--folds 5] [--write [CSV]]
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path

import forecast_widths
import numpy as np
from forecast_trials import PARTS, SEVEN, Cells, Trial, chances, judged, middle_errors, trials

from toolkit.diagnose.caseload import PROVISIONS
from toolkit.diagnose.forecast.history import Panel, panel
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.published_parameters import Tuned
from toolkit.intake import published

TABLE = Path(__file__).parents[1] / "toolkit/reference/forecast_parameters.csv"
ROUNDS = 3
LEAST = 1e-4  # a width that is next to none
GAIN = 5e-4  # the least that an error has to fall by; a parameter that tells nothing stays neutral
GRIDS: dict[str, tuple[float, ...]] = {
    "lead": (0.0, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2),
    "own": (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4),
    "recency": (0.5, 0.6, 0.7, 0.8, 0.9),
    "mix_recency": (0.5, 0.6, 0.7, 0.8, 0.9),
    "drift": (0.5, 0.75, 1.0),  # six years cannot say that a trend of the country's mix is none
    "typical": (0.0, 1.0),  # the country's sum, or its middle
    "momentum": (0.0, 0.1, 0.2, 0.3),
    "reversion": (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4),
}
TOTAL = ("lead", "own", "recency")
OWN = ("drift", "momentum", "reversion", "typical")
MIX = ("mix_recency", *OWN)
FEW_PLACES = ("rp_unit", "state_special", "ap_hospital")
WHOLE = slice(PARTS, None)
FIXED = {
    "damping": "Set: usual (Gardner and McKenzie 1985); 0.6 to 1 change the total's error by under "
    "0.2 points",
    "own_limit": "Set: a yearly departure of 10 points is two of its sd over LAs",
    "lead_worth": "Set: half of the plans of the smallest tenth of LAs would be 400; 100 binds "
    "the City of London and the Isles of Scilly alone",
    "lead_limit": "Set: two sd of log requests per plan over LAs",
    "tails": "Set: heavier than normal, with a variance; 3 and 5, all fitted anew, change coverage "
    "by under 1 point",
    "country_sd": "Set: the sd of a year's growth over the root of the three years that weigh",
    "country_step_sd": "Set: sd of the country's yearly log growth, rounded up",
    "persistence": "Set: a tenth; past errors of provisions grow as the root of the years",
    "pull": "Set: places in schools and units are few, so they give way a quarter as much; 0.1 to "
    "0.5 change the error by under 0.3 points",
    "seedling": "Set: a third of a plan, so that an empty provision can fill",
    "country_spread": "Computed: sd of the country's yearly change of the share, without 2023",
    "country_break": "Computed: the change of the country's share in 2023, over its usual one",
}
WIDTHS = {*forecast_widths.TOTAL, *forecast_widths.SPLIT, "mix_tails"}


def neutral() -> Tuned:
    """Return parameters that suppose little, with next to no chance."""
    none, least = np.zeros(PARTS), np.full(PARTS, LEAST)
    named = np.array(
        [float(p != "unknown") for p in PROVISIONS]
    )  # what is not recorded has no trend
    places = np.array([0.25 if p in FEW_PLACES else 1.0 for p in PROVISIONS])
    return Tuned(
        recency=0.7, damping=0.8, own=0.0, own_limit=0.1, lead=0.0, lead_worth=100.0,
        lead_limit=0.5, level_sd=LEAST, step_sd=LEAST, step_count=LEAST, tails=4.0,
        country_sd=0.005, country_step_sd=0.01, persistence=0.1, mix_recency=0.7, seedling=0.3,
        drift=named, typical=none, momentum=none, reversion=none, pull=places,
        mix_tails=np.full(PARTS, 4.0), spread=least, count=least,
        country_spread=least, break_spread=least, country_break=least,
    )  # fmt: skip


def tune(held: Panel, codes: Sequence[str]) -> Tuned:
    """Return the parameters of the middle, one after the other, and then those of the ranges.

    Args:
        held: The history that may be read.
        codes: Local authorities whose outcomes may be read.
    """
    tested, start = trials(held, codes), neutral()
    tuned = climbed(tested, start, start, TOTAL, [None], WHOLE)
    tuned = climbed(tested, start, tuned, MIX, [None], SEVEN)
    tuned = climbed(tested, start, tuned, OWN, range(PARTS), SEVEN)
    tuned = forecast_widths.shaped(tested, tuned, held)
    tuned = forecast_widths.sized(tested, tuned)
    return rounded(forecast_widths.banded(tested, tuned))


def climbed(
    tested: Sequence[Trial], start: Tuned, tuned: Tuned, names: Iterable[str],
    parts: Iterable[int | None], of: slice,
) -> Tuned:  # fmt: skip
    """Return parameters whose middle errs least, over what the start errs.

    Args:
        tested: Trials.
        start: What errors are compared with.
        tuned: Parameters so far.
        names: Which of them to move along their grids.
        parts: Which provisions to move, each by itself; None for all at once.
        of: Provisions or total whose errors count, each the same.
    """
    first = middle_errors(tested, start)
    moves = [(n, p, v) for n in names for p in parts for v in GRIDS[n]]
    best = _by_origin(middle_errors(tested, tuned), first, of)
    for name, part, value in moves * ROUNDS:
        candidate = moved(tuned, name, part, value)
        score = _by_origin(middle_errors(tested, candidate), first, of)
        if score[0] < best[0] * (1.0 - GAIN) and (score < best).all():
            tuned, best = candidate, score
    return tuned


def _by_origin(errors: Cells, first: Cells, of: slice) -> Array:
    """Return errors over those of the start: of all origins and horizons, then of each origin."""
    ratio = (errors.score / first.score)[:, of].mean(axis=1)
    each = [ratio[errors.origin == origin].mean() for origin in np.unique(errors.origin)]
    return np.array([ratio.mean(), *each])


def moved(tuned: Tuned, name: str, part: int | None, value: float) -> Tuned:
    """Return parameters with one of them set, for one provision or for all."""
    held = getattr(tuned, name)
    if not isinstance(held, np.ndarray):
        return replace(tuned, **{name: value})
    made = held.copy()
    made[slice(None) if part is None else part] = value
    return replace(tuned, **{name: made})


def rounded(tuned: Tuned) -> Tuned:
    """Return parameters with three digits, and nothing for next to nothing."""
    digits: Callable[..., Array] = np.vectorize(
        lambda value: float(f"{value:.3g}") if abs(value) > LEAST else 0.0
    )
    made = {f.name: digits(getattr(tuned, f.name)) for f in fields(Tuned)}
    return Tuned(**{n: v if v.ndim else float(v) for n, v in made.items()})


def say(tested: Sequence[Trial], tuned: Tuned) -> None:
    """Print the errors and the coverage of trials, one row an origin and horizon."""
    errors, *held = judged(tested, tuned, [chances(trial, tuned) for trial in tested])
    for title, cells in zip(("error", "in 80%", "in 95%"), (errors, *held), strict=True):
        print(f"{title}, %: {', '.join(PROVISIONS)}, total")
        for origin, ahead, row in zip(cells.origin, cells.ahead, cells.score, strict=True):
            print(f"{origin} +{ahead}", *(f"{value:6.2f}" for value in row), flush=True)


def across_folds(held: Panel, folds: int) -> None:
    """Print the scores of local authorities that were left out of the tuning."""
    for fold in range(folds):
        out = held.codes[fold::folds]
        tuned = tune(held, [c for c in held.codes if c not in out])
        print(f"\nfold {fold + 1} of {folds}, left out of the tuning")
        say(trials(held, out), tuned)


def written(tuned: Tuned, cut_off: int, path: Path) -> None:
    """Write the parameters, each with how it was found."""
    upto = f"outcomes to January {cut_off}, bench/tune_forecast.py"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["parameter", "provision", "value", "how_found"])
        for field in fields(Tuned):
            name, value = field.name, getattr(tuned, field.name)
            usual = f"{'Fitted to past errors' if name in WIDTHS else 'Tuned'}: {upto}"
            parts = zip(PROVISIONS, value, strict=True) if np.ndim(value) else [("", value)]
            for part, number in parts:
                rows.writerow([name, part, f"{number:g}", FIXED.get(name, usual)])


def main() -> None:
    """Tune, print and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zip", type=Path)
    parser.add_argument("--cut-off", type=int, default=2024)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--write", type=Path, nargs="?", const=TABLE)
    given = parser.parse_args()
    loaded = published.load([given.zip])
    held = panel(loaded.table("caseload"), loaded.table("flows")).until(given.cut_off)
    began = time.perf_counter()
    tuned = tune(held, held.codes)
    print(f"tuned in {time.perf_counter() - began:.0f} s")
    say(trials(held, held.codes), tuned)
    across_folds(held, given.folds)
    if given.write:
        written(tuned, given.cut_off, given.write)


if __name__ == "__main__":
    main()
