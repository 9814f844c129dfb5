"""The dates of a diagnostic: the day it is seen from, the period of each stage, working days.

Nothing here asks a clock. A diagnostic without a start has periods without dates.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.errors import SettingsError
from toolkit.plan.setup_tables import entered, number


def day(value: str, name: str = "as_of") -> pd.Timestamp:
    """Return a date written as 2024-02-28 as a timestamp; NaT where it is blank.

    Raises:
        SettingsError: It is no such date.
    """
    if not value:
        return pd.NaT  # type: ignore[return-value]
    found = pd.to_datetime(value, format="%Y-%m-%d", errors="coerce")
    if pd.isna(found):
        raise SettingsError(
            f"'{name}' is {value[:40]!r}, which is not a date.",
            remedy="Write dates as 2024-02-28, or leave it blank.",
        )
    return found


def as_of(given: str, start: str, *happened: pd.Series) -> pd.Timestamp:
    """Return the day from which a run looks at the plan; NaT where nothing says so.

    Args:
        given: The day that the analyst names; it wins.
        start: First day of the diagnostic, from the area's settings.
        happened: Dates of what has happened: reviews held, returns received, work done. The
            latest of these and the start is taken. Due dates do not belong here, since they
            lie ahead.
    """
    if given:
        return day(given)
    known = pd.Series([day(start, "start"), *(pd.to_datetime(dates).max() for dates in happened)])
    return pd.to_datetime(known).max()


def say_day(date: pd.Timestamp, missing: str = "Not set") -> str:
    """Return a date in words, as in "8 May 2025"; `missing` where there is none."""
    return missing if pd.isna(date) else f"{date.day} {date:%B %Y}"


def say_days(dates: pd.Series, missing: str = "Not set") -> pd.Series:
    """Return a column of dates in words."""
    return pd.to_datetime(dates).map(lambda date: say_day(date, missing)).astype("object")


def holidays_of(table: pd.DataFrame) -> pd.DatetimeIndex:
    """Return the dates of the table of bank holidays of England, sorted."""
    return pd.DatetimeIndex(pd.to_datetime(table["date"], format="%Y-%m-%d")).sort_values()


def working_days(
    start: pd.Timestamp, end: pd.Timestamp, holidays: pd.DatetimeIndex
) -> pd.DatetimeIndex:
    """Return the working days from start to end, both included: no weekends, no bank holidays."""
    if pd.isna(start) or pd.isna(end):
        return pd.DatetimeIndex([])
    days = pd.bdate_range(start, end)
    return days[~days.isin(holidays)]


def working_day_from(date: pd.Timestamp, holidays: pd.DatetimeIndex) -> pd.Timestamp:
    """Return the date itself where it is a working day, otherwise the next one."""
    found = date
    while found.weekday() >= 5 or found in holidays:
        found += pd.Timedelta(days=1)
    return found


def stage_periods(
    stages: pd.DataFrame,
    start: pd.Timestamp,
    activities: pd.DataFrame | None = None,
    switched_on: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return the first and last day of each stage, by default and in this area.

    A stage follows the one before. It lasts the catalogue's weeks, or from the first to the
    last date that the area gave its activities; what comes after moves with it.

    Args:
        stages: Catalogue: stage, order, weeks.
        start: First day of the diagnostic; NaT where it is not set.
        activities: The tailored plan: stage, on, start, end.
        switched_on: Stages that the area runs; a stage that is off takes no time.

    Returns:
        stage, weeks, default_start, default_end, start, end (NaT where nothing says), and
        changed: whether this area's dates differ from the default.
    """
    runs = set(stages["stage"] if switched_on is None else switched_on)
    ordered = stages.assign(order=number(stages["order"]), weeks=number(stages["weeks"]))
    ordered = ordered.sort_values("order")
    own = _own_dates(activities)
    default_next, here_next, rows = start, start, []
    for stage, weeks in zip(ordered["stage"], ordered["weeks"], strict=True):
        if stage not in runs:
            rows.append((stage, 0.0, *[pd.NaT] * 4))
            continue
        length = pd.Timedelta(days=7 * weeks - 1)
        default_end = default_next + length
        first, last = own.get(stage, (pd.NaT, pd.NaT))
        first = here_next if pd.isna(first) else first
        last = max(first + length, first) if pd.isna(last) else max(last, first)
        rows.append((stage, weeks, default_next, default_end, first, last))
        default_next, here_next = _monday_after(default_end), _monday_after(last)
    columns = ["stage", "weeks", "default_start", "default_end", "start", "end"]
    found = pd.DataFrame(rows, columns=columns)
    dates = columns[2:]
    found = found.assign(**{column: pd.to_datetime(found[column]) for column in dates})
    same = found["start"].eq(found["default_start"]) & found["end"].eq(found["default_end"])
    return found.assign(changed=found["start"].notna() & ~same)


def _own_dates(activities: pd.DataFrame | None) -> dict[str, tuple[pd.Timestamp, pd.Timestamp]]:
    """Return for each stage the first start and the last end of its activities that are on."""
    rows = entered(activities, ["stage", "on", "start", "end"])
    rows = rows[rows["on"].eq(True)]
    rows = rows.assign(start=pd.to_datetime(rows["start"]), end=pd.to_datetime(rows["end"]))
    spans = rows.groupby("stage").agg(start=("start", "min"), end=("end", "max"))
    pairs = zip(spans["start"], spans["end"], strict=True)
    return dict(zip(spans.index.astype("str"), pairs, strict=True))


def _monday_after(date: pd.Timestamp) -> pd.Timestamp:
    """Return the next day, or the Monday after where that is on a weekend."""
    following = date + pd.Timedelta(days=1)
    if pd.isna(following) or following.weekday() < 5:
        return following
    return following + pd.Timedelta(days=7 - following.weekday())
