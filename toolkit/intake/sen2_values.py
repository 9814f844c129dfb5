"""The raw text of a SEN2 return as typed columns, with every cell that could not be read.

Cells are parsed by `values`, as those of the schedule's own files are; here is only what is
particular to SEN2: its code sets, and that a birth date is never repeated.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from toolkit import reference
from toolkit.intake import values, values_codes
from toolkit.intake.rules import RULES, severity
from toolkit.intake.schedule import TEXT, Column
from toolkit.intake.sen2_fields import ROW, TABLES, Field, Modules, fields
from toolkit.intake.sen2_problems import READ_AS_BLANK, WITHHELD, Problems, Rule

# SEN2 code -> ours. ReviewOutcome M, A, C: One Education's guide to the return, item 5.5.
# AssessmentOutcome S, a plan issued after another LA's assessment: the same guide, item 3.1.
SAME_AS = {"review_outcome": {"M": "R"}, "assessment_outcome": {"S": "Y"}}
# Dates that a return cannot know beforehand: after the census they are doubtful.
PAST = {
    "receiveddate", "requestoutcomedate", "assessmentoutcomedate", "startdate", "ceasedate",
    "entrydate", "reviewmeeting", "lastreview", "reviewdraft",
}  # fmt: skip
RANKS = {"placementrank", "sentyperank"}  # 1 for the main one, 2 for the second
NEEDED = {  # the columns that some table is made of; others are left as text
    "person": {"personbirthdate", "sex", "ethnicity"},
    "requests": {f.column for f in fields("requests")} - {"rya", "exported"},
    "assessment": {f.column for f in fields("assessment")},
    "namedplan": {"startdate", "ceasedate", "ceasereason", "pb"},
    "plandetail": {f.column for f in fields("plandetail")} - {"sensettingother"},
    "activeplans": {"reviewmeeting", "reviewoutcome", "lastreview"},
    "placementdetail": {f.column for f in fields("placementdetail")}
    - {"sensettingother", "wpb", "attendancepattern"},
    "senneed": {"sentype", "sentyperank"},
}


def typed(modules: Modules, census: dt.date, problems: Problems) -> dict[str, pd.DataFrame]:
    """Return the frames with dates, flags, whole numbers and codes typed; ids stay text.

    What cannot be read is missing, and reported with its row.
    """
    made = {}
    for table in TABLES:
        frame = modules.frames[table]
        new = {
            f.column: _column(table, f, frame, census, problems)
            for f in fields(table)
            if f.column in NEEDED[table]
        }
        made[table] = frame.assign(**new)
    return made


def _column(
    table: str, field: Field, frame: pd.DataFrame, census: dt.date, problems: Problems
) -> pd.Series[Any]:
    """Return one column, typed."""
    raw = frame[field.column]
    ready = _translated(raw, field)
    column = Column(
        table=table,
        name=field.column,
        type=_type(field),
        required=False,
        unit="",
        codes=field.codes,
        meaning="",
        at_least="1" if field.column in RANKS else "",
        at_most="2" if field.column in RANKS else "",
    )
    parsed = values.parse(ready, column, None)
    for code in dict.fromkeys(c for c in parsed.codes if c):
        at = parsed.codes == code
        rule = RULES[code]
        shown = [WITHHELD] * int(at.sum()) if field.identity else raw[at]
        what = f"{rule.message} {READ_AS_BLANK}"
        about: Rule = (table, code, severity(rule, False), what, rule.remedy)
        plain = values_codes.in_plain_words(code, field.codes)
        problems.each(frame[at], about, field.element, shown, parsed.hints[at], plain)
    for note in parsed.notes:
        if note.code == "id.float":  # workbooks give every id so: nothing to say
            continue
        rule = RULES[note.code]
        value = WITHHELD if field.identity else problems.shown(raw.iloc[note.position])
        text = rule.message.format(**{"value": value, **note.fields})
        row = int(frame[ROW].iloc[note.position])
        grave = severity(rule, False)
        problems.once(table, note.code, grave, text, rule.remedy, row, field.element)
    made: pd.Series[Any] = parsed.values
    if field.column in PAST:
        _after_census(table, field, frame, made, census, problems)
    return made


def _type(field: Field) -> Any:
    """Return the type of the schedule as which a field is read."""
    if field.column in ("urn", "ukprn"):
        return "text"  # `values` knows how both look
    return {"datetime": "date"}.get(field.type, field.type)


def _translated(raw: pd.Series[Any], field: Field) -> pd.Series[Any]:
    """Return a column with the codes of the return as those of the schedule."""
    if field.column == "ethnicity":
        table = reference.table("ethnicity_codes")
        same = dict(zip(table["code"], table["main_code"], strict=True))
    elif field.codes in SAME_AS:
        same = SAME_AS[field.codes]
    else:
        return raw
    return raw.str.upper().map(lambda text: same.get(text, text), na_action="ignore").astype(TEXT)


def _after_census(
    table: str,
    field: Field,
    frame: pd.DataFrame,
    made: pd.Series[Any],
    census: dt.date,
    problems: Problems,
) -> None:
    """Report dates after the census; they are used as they are."""
    late = made > pd.Timestamp(census)
    if not late.any():
        return
    message = f"'{{value}}' lies after the census of {census.isoformat()}. It was used as it is."
    about: Rule = (table, "sen2.after_census", "warning", message, "Check the year.")
    problems.each(frame[late], about, field.element, frame.loc[late, field.column])
