"""Where one area stands: beside England, its region and its neighbours, and among all areas."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.diagnose.benchmarks import measures, outliers, verdict
from toolkit.diagnose.benchmarks.catalogue import MONEY, SCALE, Comparable
from toolkit.diagnose.benchmarks.groups import Company
from toolkit.diagnose.benchmarks.outliers import Array
from toolkit.diagnose.comparators import ENGLAND

Rows = dict[str, Any]  # of one measure and year: the row of `measures.figures` by code
NAN = float("nan")
UNSETTLED = r"January \d{4}(?! \(replaced\))"  # a doubt that nobody has settled
# In these a doubtful January is the figure itself; elsewhere it is at most a part of the base.
STOCKS = ("rate", "rates", "mix", "needs")
FEWEST_PLANS = 100  # below that, a figure without its base may be one child
PRINTED = 0.05  # smaller figures print as 0.0
JUDGED = (
    *("measure", "theme", "label", "short", "unit", "period", "base_name", "of"),
    *("area", "low", "high", "numerator", "base", "england", "region"),
    *("median", "lowest", "highest", "neighbours", "listed", "distance", "rank", "tied", "areas"),
    *("z", "z_england", "outlier", "outlier_england", "england_test", "neighbour_test"),
    *("is_judged", "verdict", "short_verdict", "doubt", "doubt_others"),
)


def judge(
    figures: pd.DataFrame, company: Company, comparables: Mapping[str, Comparable]
) -> pd.DataFrame:
    """Return one area among the others, one row a measure in the order of the catalogue.

    Args:
        figures: As `measures.figures` returns it.
        company: Whom the area is set beside.
        comparables: The catalogue.

    Returns:
        `measure`, `theme`, `label`, `short`, `unit`, `period`, `base_name`, `of` (what the base
        counts). Of the area: `area`, `low`, `high`, `numerator`, `base`. `england`. `region`:
        its other authorities together; the region as published where counts are not. Of the
        neighbours: `median`, `lowest`, `highest`, `neighbours` (how many have a figure, of so many
        `listed`), and `distance` from the median. `rank` (1 is the highest), `tied`, `areas`.
        `z`, `z_england`, and the flags `outlier` and `outlier_england`. `england_test`,
        `neighbour_test`, `verdict`, `short_verdict`, `is_judged`. `doubt`: published points that
        the area's own figure uses and that look wrong; `doubt_others`: the neighbours'.
    """
    now = measures.latest(figures).drop_duplicates(["measure", "code"])
    codes = now["code"].drop_duplicates()
    las = frozenset(codes[measures.is_la(codes)])
    by_measure: dict[str, Rows] = {}
    for row in now.itertuples(index=False):
        by_measure.setdefault(str(row.measure), {})[str(row.code)] = row
    plans = _plans(figures, company.code)
    made = [
        _one(by_measure[m.id], las, company, m, plans)
        for m in comparables.values()
        if m.id in by_measure and not _is_nobody(by_measure[m.id], company.code)
    ]
    return pd.DataFrame(made, columns=list(JUDGED))


def _is_nobody(rows: Rows, code: str) -> bool:
    """Return whether a part prints as nobody in England and is nobody here."""
    both = [rows[c] for c in (ENGLAND, code) if c in rows]
    return all(not np.isnan(r.numerator) and r.value < PRINTED for r in both)


def _values(rows: Iterable[Any]) -> Array:
    """Return the figures of rows."""
    return np.array([row.value for row in rows], dtype=float)


def _plans(figures: pd.DataFrame, code: str) -> float:
    """Return how many plans the area has, as the newest base that counts them; 0 where none."""
    of_plans = figures["measure"].isin(["new.rate", "mix.mainstream"])
    own = figures[figures["code"].eq(code) & of_plans].sort_values("year")
    return float(own["base"].iloc[-1]) if len(own) else 0.0


def _one(
    rows: Rows, las: Collection[str], company: Company, comparable: Comparable, plans: float
) -> dict[str, object]:
    every = {code: row for code, row in rows.items() if code in las}
    beside = {code: row for code, row in rows.items() if code in company.neighbours}
    own = rows.get(company.code)
    words = own or next(iter(every.values()))
    label = measures.label(comparable, str(words.period), str(words.base_name))
    found: dict[str, object] = {
        "measure": comparable.id,
        "theme": comparable.theme,
        "label": label,
        "short": comparable.short or label,
        "unit": comparable.unit,
        "period": words.period,
        "base_name": words.base_name,
        "of": comparable.base or f"People {words.base_name}".strip(),
    }
    found |= {k: float(getattr(own, c)) if own else NAN for k, c in OWN.items()}
    found["england"] = _value(rows, ENGLAND)
    found["region"] = _region(rows, company, comparable)
    found |= _neighbours(_values(beside.values()), found, len(company.neighbours))
    found |= _rank(every, company.code)
    found["doubt"] = str(own.doubt) if own else ""
    found["doubt_others"] = _doubts(beside, company)
    others = _values(row for code, row in every.items() if code != company.code)
    found |= {**_judged(found, _values(beside.values()), others), "is_judged": True}
    return found | _unjudged(found, comparable, plans)


OWN = {"area": "value", "low": "low", "high": "high", "numerator": "numerator", "base": "base"}


def _value(rows: Rows, code: str) -> float:
    """Return the figure of one area; NaN where it has none."""
    return float(rows[code].value) if code in rows else NAN


def _region(rows: Rows, company: Company, comparable: Comparable) -> float:
    """Return the other authorities of the region together; as published where no counts are."""
    others = [row for code, row in rows.items() if code in company.region]
    base = float(np.nansum([row.base for row in others]))
    if others and base > 0:
        counted = float(np.nansum([row.numerator for row in others]))
        return SCALE.get(comparable.unit, 1.0) * counted / base
    return _value(rows, company.region_code)


def _neighbours(beside: Array, found: dict[str, object], listed: int) -> dict[str, object]:
    values = outliers.known(beside)
    middle = outliers.median(values)
    return {
        "median": middle,
        "lowest": float(values.min()) if len(values) else NAN,
        "highest": float(values.max()) if len(values) else NAN,
        "neighbours": len(values),
        "listed": listed,
        "distance": _of(found, "area") - middle,
    }


def _of(found: dict[str, object], column: str) -> float:
    value = found[column]
    return float(value) if isinstance(value, (int, float)) else NAN


def _rank(every: Rows, code: str) -> dict[str, object]:
    """Return the area's rank from the highest, how many share it, and among how many."""
    values = outliers.known(_values(every.values()))
    value = _value(every, code)
    if np.isnan(value):
        return {"rank": NAN, "tied": 0, "areas": len(values)}
    # What a page prints is what a reader can rank by: equal to the tenth is equal.
    shown, own = np.round(values, 1), np.round(value, 1)
    return {
        "rank": float((shown > own).sum() + 1),
        "tied": int((shown == own).sum()),
        "areas": len(values),
    }


def _doubts(beside: Rows, company: Company) -> str:
    said = [
        f"{company.names.get(code, code)} ({row.doubt})"
        for code, row in beside.items()
        if row.doubt
    ]
    return "; ".join(said)  # a name may hold a comma


def _judged(found: dict[str, object], beside: Array, others: Array) -> dict[str, object]:
    """Return the tests of one figure and the verdict; never beside the area's own figure."""
    value, low, high = (_of(found, k) for k in ("area", "low", "high"))
    england = verdict.against_england(value, low, high, _of(found, "england"))
    ends = _of(found, "lowest"), _of(found, "highest")
    among = verdict.against_neighbours(value, low, high, *ends, len(outliers.known(beside)))
    enough = not outliers.is_too_few(_of(found, "base"))
    near, far = (outliers.is_too_near(value, o, str(found["unit"])) for o in (beside, others))
    return {
        "z": outliers.robust_z(value, beside),
        "z_england": outliers.robust_z(value, others),
        "outlier": enough and not near and outliers.among_neighbours(value, low, high, beside),
        "outlier_england": enough and not far and outliers.among_all(value, low, high, others),
        "england_test": england,
        "neighbour_test": among,
        "verdict": verdict.in_words(england, among),
        "short_verdict": verdict.in_short(england, among),
    }


def _unjudged(found: dict[str, object], comparable: Comparable, plans: float) -> dict[str, object]:
    """Return what takes the verdict's place where a figure cannot be judged; else nothing.

    It looks wrong in the release itself; or it comes without a base, from an area so small that
    one child may make it.
    """
    if np.isnan(_of(found, "area")):
        return {}
    stands_for_itself = comparable.theme in STOCKS
    if stands_for_itself and re.search(UNSETTLED, str(found["doubt"])):
        why = verdict.DOUBTFUL
    elif np.isnan(_of(found, "base")) and comparable.unit != MONEY and plans < FEWEST_PLANS:
        why = verdict.TOO_SMALL
    else:
        return {}
    none = {"rank": NAN, "tied": 0, "outlier": False, "outlier_england": False}
    tests = {"england_test": verdict.MISSING, "neighbour_test": verdict.MISSING}
    return {**none, **tests, "verdict": why, "short_verdict": verdict.UNJUDGED, "is_judged": False}
