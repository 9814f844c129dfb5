"""Rows of the DfE's release "Education, health and care plans": one area, one topic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from toolkit.diagnose import years
from toolkit.evidence import Finding

TOTAL = "total"
TABLES = (
    "ees_caseload",
    "ees_need_stock",
    "ees_need_new",
    "ees_new_plans",
    "ees_ceased",
    "ees_requests",
    "ees_assessments",
    "ees_timeliness",
    "ees_reviews",
)


def rows(
    released: pd.DataFrame | None,
    code: str,
    topic: str,
    columns: Sequence[str],
    optional: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the published figures of one area by year and breakdown.

    Args:
        released: A table of the release, as in "ees_new_plans"; None where it is not held.
        code: Code of the area.
        topic: As in "total" or "age_at_start".
        columns: The indicators. A year in which one of them is withheld is left out, so that
            no withheld figure is ever taken for 0.
        optional: Indicators that the release does not have for every year.

    Returns:
        Columns `year`, `breakdown` and the indicators, in the order of the years.
    """
    wanted = [*columns, *optional]
    if released is None:
        return pd.DataFrame(columns=["year", "breakdown", *wanted])
    found = released[released["code"].eq(code) & released["topic"].eq(topic)]
    withheld = found.loc[found[list(columns)].isna().any(axis=1), "year"]
    kept = found[~found["year"].isin(withheld)]
    return kept[["year", "breakdown", *wanted]].sort_values("year", kind="stable")


def caution(doubtful: Sequence[int], *januaries: int) -> str:
    """Return one sentence of caution on published figures that look wrong; "" for none.

    Args:
        doubtful: Januaries whose published total looks wrong. The same return gives the plans of
            that January, their needs and ages, and the flows of the calendar year before.
        januaries: Those that a figure rests on; none for all that are doubtful.
    """
    named = [str(y) for y in doubtful if not januaries or y in januaries]
    if not named:
        return ""
    return (
        f"Take care: what this area returned for January {_listed(named)} looks wrong as "
        "published, and so may what it returned of the calendar year before."
    )


def caution_of_years(doubtful: Sequence[int], financial_years: Iterable[int]) -> str:
    """Return one sentence of caution on caseloads of financial years; "" for none.

    Args:
        doubtful: As `caution` takes it.
        financial_years: As in 202324: its caseload lies between the Januaries of 2023 and 2024.
    """
    starts = {year: years.start_of(year) for year in financial_years}
    rest = {year: {start, start + 1} & {*doubtful} for year, start in starts.items()}
    hit = [years.label(year) for year, januaries in rest.items() if januaries]
    if not hit:
        return ""
    said = _listed(sorted(str(january) for january in set().union(*rest.values())))
    return (
        f"Take care: the caseload of {_listed(hit)} rests in part on January {said}, for which "
        "what was published of this area looks wrong."
    )


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def left_out(januaries: Iterable[int], until: int) -> str:
    """Return one sentence on the Januaries that no change is measured to; "" for none.

    Args:
        januaries: Those with a figure of the area.
        until: The last January that looks right.
    """
    later = [str(y) for y in sorted({int(y) for y in januaries}) if y > until]
    if not later:
        return ""
    return (
        f"Changes are measured to January {until}: what was published of this area for January "
        f"{_listed(later)} looks wrong."
    )


def without_mix(totals: pd.DataFrame, code: str, last: int) -> str:
    """Return one sentence where an area's mix of provision ends before its totals; "" for none.

    Args:
        totals: Published totals, as `comparators.totals` returns it.
        code: Code of the area.
        last: The last January whose mix is published.
    """
    totalled = [int(y) for y in totals.loc[totals["code"].eq(code), "year"]]
    missing = [str(y) for y in sorted(totalled) if y > last]
    if not missing:
        return ""
    return (
        f"For January {_listed(missing)} the release has a total and no placements of this "
        f"area: the mix shown last is that of January {last}."
    )


def careful(found: Finding, doubtful: Sequence[int], *januaries: int) -> Finding:
    """Return a finding with the caution in its sentence, where there is one."""
    said = caution(doubtful, *januaries)
    return replace(found, sentence=f"{found.sentence} {said}") if said else found
