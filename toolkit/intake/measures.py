"""Published measures: the Local Authority Interactive Tool, and SEN in England."""

from __future__ import annotations

import pandas as pd

from toolkit import reference
from toolkit.intake.loaded import Loaded
from toolkit.intake.published_csv import Sheet
from toolkit.intake.published_reader import (
    Reader,
    financial_year,
    gives,
    loaded,
    numbers,
    rows_of,
    unread,
    without,
)
from toolkit.reference.areas import ENGLAND, codes_by_name, level_of, plain_name

AGAIN = "Compare the file with the publisher's; download it again."
LAIT_NOT_LA = range(970, 991)  # LAIT numbers England 970 and the regions 980 to 990


def read_measures(sheet: Sheet) -> Loaded:
    """Return `measures` and `measure_titles`.

    `measures` has measure (LAIT's short name), year (text, as published), level, code, name,
    value (float; "-" is missing). `measure_titles` has measure and title, "" where the file
    gives none.
    """
    rows, problems, read = rows_of(sheet)
    number = pd.to_numeric(rows["la number"], errors="coerce").fillna(0).astype(int)
    by_name = rows["la and regions"].map(plain_name).map(codes_by_name()).fillna("")
    code = number.map("{:03d}".format).mask(number.isin(LAIT_NOT_LA), by_name)
    frame = pd.DataFrame(
        {
            "measure": rows["short desc"],
            "year": rows["years"],
            "level": code.map(level_of),
            "code": code,
            "name": rows["la and regions"],
            "value": numbers(rows["values"].where(rows["values"] != "-", "")),
        }
    )
    problems += unread(sheet, rows["values"], frame["value"], "Values")
    frame, unknown = without(
        sheet, frame, code.isin({"", "000"}), "published.no_area", "name no known area", AGAIN
    )
    repeated = frame.duplicated(["measure", "year", "code"])
    frame, twice = without(
        sheet, frame, repeated, "published.repeated_row", "repeat a measure", AGAIN
    )
    titles = rows[["short desc", "data item"]].set_axis(["measure", "title"], axis=1)
    titles = titles.assign(title=titles["title"].str.replace(r"\s+", " ", regex=True))
    titles = titles.sort_values("title", ascending=False).drop_duplicates("measure")
    tables = {"measures": frame, "measure_titles": titles.sort_values("measure")}
    return loaded(sheet, tables, problems + unknown + twice, read, len(frame))


def read_sen_in_england(sheet: Sheet) -> Loaded:
    """Return `sen_in_england`: one row an area, academic year and phase.

    Columns: academic_year, level, code, name, phase, headcount, sen_support, ehcp.

    Only the rows for all types of establishment are used. Phases have our names (`all`,
    `primary`, ...); one that is not known keeps its published name. Where a phase has no row for
    hospital and other schools together, the two are added.
    """
    rows, problems, read = rows_of(sheet)
    rows = rows[rows["type_of_establishment"].str.lower() == "total"]
    england = rows["geographic_level"].str.lower() == "national"
    region = rows["geographic_level"].str.lower() == "regional"
    code = rows["old_la_code"].str.zfill(3).mask(england, ENGLAND).mask(region, rows["region_code"])
    frame = pd.DataFrame(
        {
            "academic_year": financial_year(rows["time_period"]),
            "level": code.map(level_of),
            "code": code,
            "name": rows["la_name"].mask(england, "England").mask(region, rows["region_name"]),
            "phase": rows["phase_type_grouping"].map(_phases()).fillna(rows["phase_type_grouping"]),
            "hospital": rows["hospital_school"].str.lower(),
            "headcount": numbers(rows["total_pupils"]),
            "sen_support": numbers(rows["sen_support"]),
            "ehcp": numbers(rows["ehc_plan"]),
        }
    )
    bad = frame["academic_year"].isna() | ~frame["code"].str.fullmatch(r"(?!000)\d{3}|E\d{8}")
    frame, unknown = without(
        sheet, frame, bad, "published.no_area", "name no area or year that is known", AGAIN
    )
    used = len(frame)
    made = _all_schools(frame.astype({"academic_year": "int64"}))
    return loaded(sheet, {"sen_in_england": made}, problems + unknown, read, used)


def _all_schools(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a phase: the published total over hospital schools, else the sum."""
    key = ["academic_year", "level", "code", "name", "phase"]
    figures = ["headcount", "sen_support", "ehcp"]
    is_total = frame["hospital"] == "total"
    has_total = is_total.groupby([frame[k] for k in key]).transform("any")
    rows = frame[is_total | ~has_total].drop_duplicates([*key, "hospital"])
    return rows.groupby(key, sort=False)[figures].sum(min_count=1).reset_index()


def _phases() -> dict[str, str]:
    rows = reference.table("school_phases")
    return dict(zip(rows["published"], rows["phase"], strict=True))


READERS = (
    Reader(
        "Local Authority Interactive Tool (DfE)",
        gives(
            "short desc|data item|years|la and regions|values|la number",
            "measures",
            "measure_titles",
        ),
        read_measures,
    ),
    Reader(
        "Special educational needs in England (DfE)",
        gives(
            "time_period|geographic_level|old_la_code|phase_type_grouping|type_of_establishment|"
            "hospital_school|total_pupils|sen_support|ehc_plan",
            "sen_in_england",
        ),
        read_sen_in_england,
    ),
)
