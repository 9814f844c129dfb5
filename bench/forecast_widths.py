"""The widths of the published mode's ranges, from past errors of its middle.

First their shape: how the scale of errors grows with the plans and, for the total, with the years
ahead. It is that of the most likely Student's t, which no single odd error sways; a provision has
the tails that are most likely too. Then their size:
the factor with which the ranges hold as many past outcomes as they say. A provision's factor is
drawn to that of all provisions, and back to where its own past outcomes stay within a band.

The error of an outcome y where m was expected is 2 (sqrt y - sqrt m) for a provision, of the scale
sqrt(spread^2 m + count), and log(y / m) for the total, of the scale sqrt(level_sd^2 c(h)^2 +
step_sd^2 h + step_count h / m); see `published_mode` and `growth`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from forecast_trials import PARTS, SEVEN, Trial, chances, judged, middles
from scipy.optimize import minimize
from scipy.special import gammaln

from toolkit.diagnose.forecast import growth
from toolkit.diagnose.forecast.history import BROKEN, Panel
from toolkit.diagnose.forecast.paths import Array
from toolkit.diagnose.forecast.published_parameters import Tuned

AIMS = (81.0, 95.5)  # % of past outcomes that the two ranges should hold: a little above what they
# say, since outcomes that were not tuned on are covered less
BANDS = ((75.0, 85.0), (90.0, 98.0))  # % that they have to hold, of each provision
SCALES = np.array([0.5, 0.63, 0.8, 1.0, 1.25, 1.6, 2.0])
LEAST, START = 1e-8, 1e-2  # of a variance
TAILS = (2.5, 3.0, 4.0, 6.0, 10.0)  # degrees of freedom tried; up to 2 there is no variance
TOTAL = {"level_sd": 1, "step_sd": 1, "step_count": 2}  # with the power of a scale that each is
SPLIT = {"spread": 1, "count": 2, "break_spread": 1}


def shaped(tested: Sequence[Trial], tuned: Tuned, held: Panel) -> Tuned:
    """Return parameters with the scales and tails of past errors: a provision's a year ahead.

    The country's own shocks are those of the history.
    """
    tails, spread, count, broken = (np.zeros(PARTS) for _ in range(4))
    for part in range(PARTS):
        out, size = _errors([t for t in tested if t.origin + 1 != BROKEN], tuned, part)
        tails[part], found = fitted(out, [size, np.ones_like(size)])
        spread[part], count[part] = np.sqrt(found[0]), found[1]
        out, size = _errors([t for t in tested if t.origin + 1 == BROKEN], tuned, part)
        usual = found[0] * size + found[1]
        broken[part] = np.sqrt(_most_likely(out, [size], tails[part], usual)[0][0])
    level, step, counted = _of_total(tested, tuned)
    shared, jump = _of_country(held)
    return replace(
        tuned, level_sd=float(np.sqrt(level)), step_sd=float(np.sqrt(step)),
        step_count=float(counted), mix_tails=tails, spread=spread, count=count, break_spread=broken,
        country_spread=shared, country_break=jump,
    )  # fmt: skip


def _of_country(held: Panel) -> tuple[Array, Array]:
    """Return the sd of the country's yearly change of a share, and its change in 2023 beyond it."""
    recorded = np.where(held.carried[..., None], np.nan, held.plans)
    each = np.stack([growth.yearly(recorded[..., p]) for p in range(PARTS)])
    change = each - growth.yearly(recorded.sum(axis=2))
    usual = change[:, [y != BROKEN for y in held.years[1:]]]
    sd = usual.std(axis=1, ddof=1)
    jump = np.abs(change[:, held.years.index(BROKEN) - 1] - usual.mean(axis=1))
    return sd, np.maximum(jump, sd)


def _errors(tested: Sequence[Trial], tuned: Tuned, part: int) -> tuple[Array, Array]:
    """Return the errors of a provision a year ahead, and the plans that were expected."""
    out, size = [], []
    for trial in tested:
        here = trial.usable[:, 0, part]
        expected = middles(trial, tuned)[here, 0, part]
        out.append(2.0 * (np.sqrt(trial.actual[here, 0, part]) - np.sqrt(expected)))
        size.append(expected)
    return np.concatenate(out), np.concatenate(size)


def _of_total(tested: Sequence[Trial], tuned: Tuned) -> Array:
    """Return the variances of the total: of its level, its steps and its counts."""
    out, sizes = [], []
    for trial in tested:
        here = trial.usable[..., -1]
        expected = np.maximum(middles(trial, tuned)[..., -1], 1.0)
        ahead = np.broadcast_to(np.arange(1.0, trial.years + 1), here.shape)
        level = np.broadcast_to(growth.damped(trial.years, tuned.damping) ** 2, here.shape)
        out.append(np.log(trial.actual[..., -1] / expected)[here])
        sizes.append(np.stack([level, ahead, ahead / expected])[:, here])
    return _most_likely(np.concatenate(out), list(np.concatenate(sizes, axis=1)), tuned.tails)[0]


def fitted(out: Array, sizes: Sequence[Array]) -> tuple[float, Array]:
    """Return the tails and, with them, the squared scales with which errors are most likely."""
    fits = {tails: _most_likely(out, sizes, tails) for tails in TAILS}
    best = min(fits, key=lambda tails: fits[tails][1])
    return best, fits[best][0]


def _most_likely(
    out: Array, sizes: Sequence[Array], tails: float, known: Array | float = 0.0
) -> tuple[Array, float]:
    """Return the squared scales, one a size, with which errors are most likely, and how unlikely.

    The errors are Student's t; how unlikely they are is the negative log likelihood.
    """
    usual = gammaln(tails / 2.0) - gammaln((tails + 1.0) / 2.0) + np.log(tails * np.pi) / 2.0

    def unlikely(logs: Array) -> float:
        variance = known + sum(np.exp(v) * size for v, size in zip(logs, sizes, strict=True))
        variance = np.maximum(variance, LEAST)
        far = (tails + 1.0) * np.log1p(out**2 / (tails * variance))
        return float((np.log(variance) + far).sum() / 2.0 + len(out) * usual)

    start = np.full(len(sizes), np.log(START))
    found = minimize(unlikely, start, method="Nelder-Mead", options={"xatol": 1e-4})
    return np.exp(found.x), float(found.fun)


def sized(tested: Sequence[Trial], tuned: Tuned) -> Tuned:
    """Return parameters with every scale times the factor that past outcomes ask for.

    The total's is that of all years ahead. A provision's is that of one year, since most of what
    is held of further years spans the change of collection; it is drawn to that of all.
    """
    ahead, covered = _covered(tested, tuned)
    of_total = factors(covered[..., -1], AIMS).mean()
    by_part = factors(covered[:, :, ahead == 1, :PARTS], AIMS).mean(axis=0)
    tuned = _times(tuned, TOTAL, float(np.exp(of_total)))
    return _times(tuned, SPLIT, np.exp(drawn_together(by_part)))


def banded(tested: Sequence[Trial], tuned: Tuned) -> Tuned:
    """Return parameters whose ranges of each provision hold past outcomes within the bands.

    What is drawn to all may leave a provision with ranges that its own past says are too wide or
    too narrow; it is taken back to the end of the band.
    """
    ahead, covered = _covered(tested, tuned)
    a_year = covered[:, :, ahead == 1, :PARTS].mean(axis=2)
    return _times(tuned, SPLIT, np.exp(into_bands(a_year)))


def _covered(tested: Sequence[Trial], tuned: Tuned) -> tuple[npt.NDArray[np.int64], Array]:
    """Return years ahead, [cell], and coverage in % at each scale, [range, scale, cell, part]."""
    drawn = [chances(trial, tuned) for trial in tested]
    held = []
    for scale in SCALES:
        wider = _times(_times(tuned, TOTAL, scale), SPLIT, scale)
        held.append(judged(tested, wider, drawn)[1:])
    score = np.array([[both[of].score for both in held] for of in range(len(AIMS))])
    return held[0][0].ahead, np.maximum.accumulate(score, axis=1)


def factors(covered: Array, aims: Sequence[float]) -> Array:
    """Return the log factors at which the ranges would hold what is aimed at, [range, ...].

    Args:
        covered: In % at each of `SCALES`, [range, scale, ...].
        aims: In %, one a range.
    """
    logs, found = np.log(SCALES), np.zeros((len(aims), *covered.shape[2:]))
    for of, *at in np.ndindex(found.shape):
        found[of, *at] = np.interp(aims[of], covered[of, :, *at], logs)
    return found


def into_bands(covered: Array) -> Array:
    """Return the log factors nearest to none with which past outcomes are in the bands.

    Where the ranges of 80% and 95% disagree, the wider is kept.

    Args:
        covered: In % at each of `SCALES`, [range, scale, provision].
    """
    least = factors(covered, [low for low, _ in BANDS]).max(axis=0)
    most = factors(covered, [high for _, high in BANDS]).min(axis=0)
    return np.asarray(np.maximum(np.minimum(most, 0.0), least))


def drawn_together(logs: Array) -> Array:
    """Return the mean log factor of each provision, drawn to that of the seven, [provision].

    Provisions differ by chance, as one differs from January to January; only what they differ by
    beyond it is kept (empirical Bayes: Morris, 1983).

    Args:
        logs: [January, provision].
    """
    mean, usual = logs.mean(axis=0), logs[:, SEVEN].mean()
    left = logs - mean - logs[:, SEVEN].mean(axis=1, keepdims=True) + usual
    januaries, parts = logs[:, SEVEN].shape
    chance = (left[:, SEVEN] ** 2).sum() / (januaries - 1) / (parts - 1) / januaries
    kept = max(1.0 - float(chance / mean[SEVEN].var(ddof=1)), 0.0)
    return np.asarray(usual + kept * (mean - usual))


def _times(tuned: Tuned, names: Mapping[str, int], scale: Array | float) -> Tuned:
    return replace(tuned, **{n: getattr(tuned, n) * scale**p for n, p in names.items()})
