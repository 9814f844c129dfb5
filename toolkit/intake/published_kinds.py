"""The kinds of published files that are known, and what two files must not both give."""

from __future__ import annotations

from toolkit.intake import ees, ees_caseload, finance_files, gias, measures, population
from toolkit.intake.ees_layout import layout_of, release_of
from toolkit.intake.loaded import Loaded
from toolkit.intake.published_csv import Sheet
from toolkit.intake.published_reader import Reader

EES_KIND = "Education, health and care plans (DfE)"
RECOGNISED = (
    "the EHC plans release (zip or CSV), DSG allocations, Section 251 budget or outturn, the "
    "high needs benchmarking tool, DSG balances, LAIT measures, SEN in England, ONS population "
    "by single year of age, and the school register (edubasealldata)"
)
# What must not come from two files: for the same values here, the newest file's rows are used.
SAME = {
    "caseload": ["year", "code"],
    "flows": ["year", "code", "flow"],
    "ees_symbols": ["table", "year", "code", "topic"],
    "dsg_allocations": ["financial_year", "code"],
    "section251": ["financial_year", "basis", "code"],
    "high_needs_benchmarking": ["financial_year", "code"],
    "population_2_18": ["year", "code"],
    "dsg_balance": ["financial_year", "code"],
    "measures": ["measure", "year", "code"],
    "measure_titles": ["measure"],
    "sen_in_england": ["academic_year", "code"],
    "population": ["year", "code"],
    "establishments": ["urn"],
}
EES_SAME = ["year", "code", "topic"]


def _read_ees(sheet: Sheet) -> Loaded:
    """Return a sheet of the EHC plans release with what is made of it: caseload and flows."""
    loaded = ees.read(sheet)
    for table in list(loaded.tables):
        frame = loaded.tables[table]
        if table == "ees_caseload":
            made = ees_caseload.caseload(frame)
            loaded.tables["caseload"] = made
            loaded.problems += ees_caseload.problems(made, sheet.file, sheet.member)
        if table in ees_caseload.FLOWS:
            loaded.tables["flows"] = ees_caseload.flows(table, frame)
    return loaded


def _ees_tables(sheet: Sheet) -> tuple[str, ...]:
    layout = layout_of(sheet)
    if layout is None:
        return ()
    made = {"ees_caseload": ("caseload",)} | dict.fromkeys(ees_caseload.FLOWS, ("flows",))
    return (layout.table, "ees_symbols", *made.get(layout.table, ()))


READERS: tuple[Reader, ...] = (
    Reader(EES_KIND, _ees_tables, _read_ees, release_of),
    *finance_files.READERS,
    *measures.READERS,
    *population.READERS,
    *gias.READERS,
)
