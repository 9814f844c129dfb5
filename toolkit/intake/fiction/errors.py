"""Errors planted on purpose, so that the checks can be held against a list of them.

Each kind changes one row of one table, or adds one, and says where: rows are those of the CSV file,
the heading being row 1. Every kind takes another row, so that all can be planted at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from toolkit.errors import SettingsError
from toolkit.intake.sen2_modules import Modules

COLUMNS = ["error", "code", "file", "module", "row", "column", "value", "what"]
LAST = 2026


@dataclass(frozen=True)
class Kind:
    """A kind of error.

    Attributes:
        table: Table of the schedule, or module of the latest SEN2 return.
        column: Column that is changed; "" where a row is added.
        value: What is put there; for an added row, nothing.
        what: What is wrong, in words.
        code: The rule of the checks that finds it.
    """

    table: str
    column: str
    value: str
    what: str
    code: str


KINDS = {
    "impossible_date": Kind(
        "plans", "plan_start", "2020-02-31", "a date that no calendar has", "date.impossible"
    ),
    "future_date": Kind(
        "reviews", "review_date", "2099-01-01", "a date in the future", "date.future"
    ),
    "unknown_need": Kind(
        "plans", "primary_need", "BESD", "a need that is no longer a code", "code.unknown"
    ),
    "cease_before_start": Kind(
        "plans",
        "plan_cease",
        "2001-01-01",
        "a plan that ends before it starts",
        "plan.cease_before_start",
    ),
    "over_25": Kind(
        "plans", "birth_month", "1985-06", "a holder too old for a plan", "plan.over_25"
    ),
    "missing_key": Kind("placements", "entry_date", "", "a row without its date", "value.missing"),
    "unlinked_person": Kind("reviews", "upn", "UNKNOWN", "a row that names nobody", "id.unlinked"),
    "repeated_row": Kind("requests", "", "", "a row that is there twice", "row.duplicate"),
    "unknown_basis": Kind(
        "spend_lines", "basis", "actual", "a basis that is no code", "code.unknown"
    ),
    "not_a_number": Kind(
        "placement_costs",
        "top_up",
        "a lot",
        "words where an amount should be",
        "number.not_a_number",
    ),
    "age_out_of_range": Kind("population", "age", "31", "an age beyond 25", "number.out_of_range"),
    "year_not_consecutive": Kind(
        "pupils",
        "academic_year",
        "201821",
        "years that do not follow each other",
        "year.not_consecutive",
    ),
    "negative_places": Kind(
        "places", "commissioned", "-5", "fewer places than none", "number.out_of_range"
    ),
    "sen2_impossible_date": Kind(
        "placementdetail",
        "entrydate",
        "2025-02-30",
        "a date that no calendar has",
        "date.impossible",
    ),
    "sen2_unknown_need": Kind(
        "senneed", "sentype", "XXX", "a need that is no code", "code.unknown"
    ),
    "sen2_unknown_setting": Kind(
        "placementdetail", "sensetting", "ZZZ", "a setting that is no code", "code.unknown"
    ),
    "sen2_cease_before_start": Kind(
        "namedplan",
        "ceasedate",
        "2001-01-01",
        "a plan that ends before it starts",
        "plan.cease_before_start",
    ),
    "sen2_no_birth_date": Kind(
        "person", "personbirthdate", "", "a person without a birth date", "sen2.no_birth_date"
    ),
    "sen2_bad_upn": Kind("person", "upn", "A123", "something that is no UPN", "sen2.upn_form"),
}
# Column that must be filled in a row for an error to make sense there, where not all rows do.
FILLED = {
    "cease_before_start": "cease_reason",
    "sen2_cease_before_start": "ceasedate",
    "sen2_unknown_setting": "sensetting",
    "unknown_need": "primary_need",
}


def plant(
    returns: dict[int, Modules], tables: dict[str, pd.DataFrame], errors: Sequence[str]
) -> tuple[dict[int, Modules], dict[str, pd.DataFrame], pd.DataFrame]:
    """Return returns and tables with the errors in them, and the list of what was planted.

    Args:
        returns: SEN2 returns by census year; errors go into the latest.
        tables: Tables of the schedule.
        errors: Names out of KINDS.

    Raises:
        SettingsError: An error of that name is not known.
    """
    unknown = [e for e in errors if e not in KINDS]
    if unknown:
        raise SettingsError(
            f"no error '{unknown[0][:60]}' can be planted.", remedy=f"Known: {', '.join(KINDS)}."
        )
    tables, said = dict(tables), []
    frames = dict(returns[LAST].frames)
    for at, error in enumerate(errors):
        kind = KINDS[error]
        held = frames if _in_return(error) else tables
        held[kind.table], row = _planted(held[kind.table], error, 3 + 7 * at)
        said.append(_record(error, kind, row))
    returns = {**returns, LAST: replace(returns[LAST], frames=frames)}
    return returns, tables, pd.DataFrame(said, columns=COLUMNS)


def _planted(frame: pd.DataFrame, error: str, near: int) -> tuple[pd.DataFrame, int]:
    """Return the frame with an error in it, and the row of the file that it stands in."""
    kind = KINDS[error]
    filled = frame[FILLED[error]].astype(str).ne("") if error in FILLED else [True] * len(frame)
    places = [i for i, fits in enumerate(filled) if fits]
    place = places[min(near, len(places) - 1)]
    if not kind.column:
        return pd.concat([frame, frame.iloc[[place]]], ignore_index=True), len(frame) + 2
    column = frame[kind.column].astype(object).copy()
    column.iloc[place] = kind.value
    return frame.assign(**{kind.column: column}), place + 2


def _in_return(error: str) -> bool:
    """Return whether an error is planted in the SEN2 return."""
    return error.startswith("sen2_")


def _record(error: str, kind: Kind, row: int) -> dict[str, object]:
    """Return what is said of a planted error; a row of SEN2 XML is no line of its file."""
    return {
        "error": error,
        "code": kind.code,
        "file": f"SEN2 return {LAST}" if _in_return(error) else f"{kind.table}.csv",
        "module": kind.table if _in_return(error) else "",
        "row": row,
        "column": kind.column,
        "value": kind.value,
        "what": kind.what,
    }
