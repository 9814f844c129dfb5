"""Population by single year of age: ONS mid-year estimates and subnational projections."""

from __future__ import annotations

import re

import pandas as pd

from toolkit.intake.loaded import Loaded, Problem
from toolkit.intake.published_csv import Sheet
from toolkit.intake.published_reader import Reader, loaded, numbers, rows_of
from toolkit.reference.areas import codes_by_e_code, level_of

OLDEST = 25  # a plan can last until 25
CODE = r"area_code|ladcode\d*|la_?code|geography_code|code"
AGE = r"age_group|age|single_year_of_age|single-year-of-age"
SEX = r"sex|gender"
YEAR = r"year|calendar-years|mid_year|date"
PERSONS = r"persons|population|value|obs_value|observation|v4_0"
YEAR_COLUMN = r"(?:population_)?(20\d\d)"
BOTH_SEXES = {"persons", "person", "all", "total", "all persons", "p"}

# A projection runs 25 years from its base (the oldest in use is 2018-based: to 2043); an
# estimate is of the past. So a file that goes to 2040 or beyond is a projection.
PROJECTED_TO = 2040
# Counties and unitary authorities of today; districts (E07) are no education authorities and
# are never added up here.
DISTRICT = "E07"


def tables(sheet: Sheet) -> tuple[str, ...]:
    """Return ("population",) for a sheet with an area, an age and years in columns or rows."""
    has = {name: _heading(sheet, pattern) for name, pattern in _PATTERNS.items()}
    wide = any(re.fullmatch(YEAR_COLUMN, h) for h in sheet.lower)
    long = bool(has["year"] and has["persons"])
    e_code = re.fullmatch(r"[EWKNS]\d{8}", sheet.first_value(has["code"]))
    return ("population",) if has["code"] and has["age"] and e_code and (wide or long) else ()


_PATTERNS = {"code": CODE, "age": AGE, "sex": SEX, "year": YEAR, "persons": PERSONS}


def _heading(sheet: Sheet, pattern: str) -> str:
    """Return the first heading, in lower case, that a pattern fits, or ""."""
    for heading in (h.strip().lower() for h in sheet.headings):
        if re.fullmatch(pattern, heading):
            return heading
    return ""


def read(sheet: Sheet) -> Loaded:
    """Return `population`: year (mid-year), code, age (0 to 25), persons, source.

    `code` is the three-digit code of an authority, or the E-code of England or a region.
    Persons of both sexes are the file's own rows where it has them, else the sum of the sexes.
    """
    rows, problems, rows_read = rows_of(sheet)
    rows = _population_rows(rows)
    long = _long(sheet, rows)
    source = _source(sheet, rows, long)
    area = rows[_heading(sheet, CODE)].str.upper()
    code = area.map(codes_by_e_code()).fillna(area.where(area.map(level_of) != "la", ""))
    age = rows[_heading(sheet, AGE)].str.extract(r"^(?:age )?(\d+)$", expand=False)
    keep = (code != "") & (pd.to_numeric(age, errors="coerce") <= OLDEST)
    long = long[keep.reindex(long.index)]
    frame = long.assign(code=code, age=pd.to_numeric(age), area=area, sex=_sex(sheet, rows)).pipe(
        _both_sexes
    )
    frame = frame.assign(source=source).astype({"year": "int64", "age": "int64"})
    columns = ["year", "code", "age", "persons", "source"]
    problems += _skipped(sheet, area, keep)
    return loaded(sheet, {"population": frame[columns]}, problems, rows_read, int(keep.sum()))


def _population_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of population, where the file also has births, deaths and migration."""
    if "component" not in rows:
        return rows
    return rows[rows["component"].str.lower() == "population"]


def _long(sheet: Sheet, rows: pd.DataFrame) -> pd.DataFrame:
    """Return year and persons, the index that of the file's row; one row a year."""
    years = {c: int(m[1]) for c in rows if (m := re.fullmatch(YEAR_COLUMN, str(c)))}
    if not years:
        year = pd.to_numeric(rows[_heading(sheet, YEAR)].str.extract(r"(20\d\d)", expand=False))
        return pd.DataFrame({"year": year, "persons": numbers(rows[_heading(sheet, PERSONS)])})
    parts = [
        pd.DataFrame({"year": year, "persons": numbers(rows[column])})
        for column, year in years.items()
    ]
    return pd.concat(parts)


def _source(sheet: Sheet, rows: pd.DataFrame, long: pd.DataFrame) -> str:
    first, last = int(long["year"].min()), int(long["year"].max())
    if last >= PROJECTED_TO:
        return f"ONS subnational population projections, {first}-based"
    return f"ONS mid-year population estimates, mid-{last} release"


def _sex(sheet: Sheet, rows: pd.DataFrame) -> pd.Series:
    heading = _heading(sheet, SEX)
    return rows[heading].str.lower() if heading else pd.Series("persons", index=rows.index)


def _both_sexes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row an area, year and age: the published persons, else males plus females."""
    both = frame["sex"].isin(BOTH_SEXES)
    rows = frame[both] if both.any() else frame
    # An authority whose E-code changed stands under one of its codes only.
    areas = rows.groupby("code")["area"].transform("max")
    rows = rows[rows["area"] == areas]
    key = ["year", "code", "age"]
    return rows.groupby(key)["persons"].sum(min_count=1).reset_index()


def _skipped(sheet: Sheet, area: pd.Series, keep: pd.Series) -> list[Problem]:
    unknown = sorted(set(area[~keep & ~area.str.startswith(DISTRICT)]) - set(area[keep]))
    if not unknown:
        return []
    return [
        Problem(
            code="published.no_area",
            severity="note",
            message=f"{len(unknown)} areas are no authority or region of England "
            f"({', '.join(unknown[:5])}). They are left out.",
            remedy="Nothing to do, unless your own authority is among them.",
            table="population",
            file=sheet.file,
            sheet=sheet.member,
        )
    ]


def rank(sheet: Sheet) -> int:
    """Return 1 for estimates and 0 for projections: of a year that both hold, estimates win."""
    years = [int(m[1]) for h in sheet.lower if (m := re.fullmatch(YEAR_COLUMN, h))]
    return int(max(years, default=0) < PROJECTED_TO)


READERS = (Reader("Population by single year of age (ONS)", tables, read, rank),)
