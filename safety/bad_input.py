"""Section 4: whatever is wrong with a file is told once, at its row; what is right is let be."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from safety.rows import Row
from tests.intake import corpus, test_checks
from tests.journeys import test_check_command as journeys
from tests.journeys import test_check_worst
from tests.journeys.conftest import new_area, shown, toolkit
from toolkit.errors import InputError
from toolkit.intake import checks, fictional, schedule_files, store
from toolkit.intake.fiction.errors import KINDS
from toolkit.intake.opened import CACHE_VARIABLE, OpenArea
from toolkit.intake.pseudonym import Pseudonyms
from toolkit.publish import warm
from toolkit.publish.execute import CELL_SECONDS, execute
from toolkit.publish.playbook import chosen, read_playbook

T = TypeVar("T")
# What safety asks for, and the cases of the corpus that stand for it.
ASKED: Mapping[str, str] = {
    "ISO mixed with dd/mm": "date_mixed_with_iso", "all-ambiguous dates": "date_all_ambiguous",
    "Excel serials": "date_excel_serial date_serial_in_a_workbook",
    "two-digit years": "date_two_digit_year date_two_digit_year_of_a_century_ago",
    "31/02": "date_of_no_calendar", "9999-12-31": "date_open_end_placeholder",
    "future": "date_in_the_future", "1904 epoch": "date_1904_epoch_reads_right",
    "cease before start": "cease_before_start", "plan after review": "review_before_the_plan",
    "over 25": "over_25_at_the_start over_25_at_the_end",
    "cp1252 £": "text_cp1252", "BOM": "text_utf8_with_bom_reads_right",
    "UTF-16": "text_utf16_reads_right", "NUL": "text_with_nul",
    "spaces in headers": "headings_with_spaces_and_case_read_right",
    "trailing spaces": "text_trailing_spaces_read_right",
    "smart quotes": "text_smart_quotes_in_cp1252 heading_with_smart_quotes_reads_right",
    "NA, None, the surname Null": "text_na_none_null_stay text_null_stays",
    "case": "code_in_lower_case_reads_right",
    "'1,200'": "number_grouped_reads_right", "'£'": "number_with_pound_reads_right",
    "'(500)'": "number_in_brackets_is_negative number_in_brackets_reads_right",
    "negative cost": "number_negative_cost", "'-'": "number_dash", "'%'": "number_percent",
    "1.23457E+11": "id_shortened_by_excel", "lost leading zeros": "id_leading_zeros_lost",
    "ids as floats": "id_as_float",
    "trailing comma": "trailing_comma_in_one_row trailing_comma_in_every_row",
    "extra field": "comma_that_is_not_quoted", "unclosed quote": "quote_never_closed",
    "duplicate headers": "heading_twice", "total row": "total_row_at_the_end",
    "merged header": "merged_heading_in_a_workbook", "two-row header": "heading_in_two_rows",
    "hidden sheet": "hidden_sheet", "blank rows": "blank_rows_between",
    ".xls cut at 65,536 rows": "old_workbook_cut_at_65536_rows", "empty file": "empty_file",
    "header only": "heading_only",
    "unknown need": "code_unknown", "duplicate person": "plan_twice",
    "overlapping plans": "plans_overlap",
    "2022/23, 202223, 2022-23": "year_with_hyphen_reads_right year_written_as_academic",
    "financial v academic year": "year_written_as_financial", "another LA": "row_of_another_la",
}  # fmt: skip
FORMS = ("xml", "csv", "workbook")
LOOKUP = "postcode_lookup"  # is read and never stored
ROWS = 50_000
TRIES = 3
CLAIMS = (
    journeys.test_each_planted_error_of_a_table_is_told_once_at_its_file_row_and_column,
    journeys.test_each_planted_error_of_a_return_is_told_once_at_its_row_and_column,
    journeys.test_nothing_is_told_beside_the_planted_errors_and_what_follows_from_them,
)
XML = journeys.test_planted_errors_of_xml_are_told_once_each_with_the_line


def rows(short: bool) -> Iterator[Row]:
    """Yield the lines of section 4."""
    names = list(corpus.CORPUS)[:: 8 if short else 1]
    with tempfile.TemporaryDirectory() as folder, _own_cache(Path(folder) / "cache"):
        home = Path(folder)
        yield _asked()
        opened = {name: _case(home / name, name) for name in names}
        yield from _told(opened)
        yield _wrong_release(home / "release")
        yield from _fictional(home, FORMS[:1] if short else FORMS)
        yield _accounted(opened)
        yield _tracebacks(home, opened, short)
        yield _notebook(opened)
        yield from _quick(home)


@contextlib.contextmanager
def _own_cache(folder: Path) -> Iterator[None]:
    """Keep what is read of published files apart from the machine's own cache."""
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(CACHE_VARIABLE)
        if before is not None:
            os.environ[CACHE_VARIABLE] = before


def _asked() -> Row:
    """Return whether each item of the list has a case of its own."""
    missing = [a for a, cases in ASKED.items() if not set(cases.split()) <= set(corpus.CORPUS)]
    return Row("items of the list that have their cases", f"{len(ASKED) - len(missing)} of "
               f"{len(ASKED)}, {len(corpus.CORPUS)} cases in all", not missing)  # fmt: skip


def _case(place: Path, name: str) -> tuple[OpenArea, corpus.Expected]:
    area = new_area(place, plans_complete_from=2019)  # no extract of open plans, which is told
    expected = corpus.CORPUS[name](area / "inputs")
    return store.open_area(place, corpus.AS_OF), expected


def _told(opened: Mapping[str, tuple[OpenArea, corpus.Expected]]) -> Iterator[Row]:
    """Yield how many planted errors were told once at their row, and how many that are none."""
    told, planted, false, right = 0, 0, 0, 0
    for area, expected in opened.values():
        wanted, met = Counter(expected), Counter((p.code, p.row) for p in area.problems)
        told += sum(met[k] == n for k, n in wanted.items())
        planted += len(wanted)
        right += not expected
        false += (met - wanted).total()
    yield Row("planted errors reported once, at the right row", f"{told} of {planted}",
              told == planted > 0)  # fmt: skip
    yield Row("false alarms in all cases, of which read right without a word",
              f"{false}, {right} of {len(opened)}", false == 0 and right > 0)  # fmt: skip


def _wrong_release(place: Path) -> Row:
    """Return whether a published file of another kind is told, once, by its name."""
    area = new_area(place, published=("p.csv",))
    (area / "p.csv").write_text("time_period,school_phase,absence\n202324,Primary,7.1\n", "utf-8")
    told = [text for _, where, text in shown(area).problems if where == "p.csv"]
    once = len(told) == 1 and told[0].count(". ") > 0
    return Row("a wrong published release is told, with a remedy", f"{len(told)} of 1", once)


def _fictional(home: Path, forms: tuple[str, ...]) -> Iterator[Row]:
    """Yield what is told of whole fictional areas, with every kind of error and with none."""
    made = {f: fictional.write_fictional_area(home / f"planted_{f}", plans=150, form=f,  # type: ignore[arg-type]
                                              errors=list(KINDS)) for f in forms}  # fmt: skip
    tried = [(claim, form) for form in forms for claim in CLAIMS
             if form != "xml" or claim is not CLAIMS[1]]  # fmt: skip
    held = sum(_holds(claim, made, form) for claim, form in tried) + _holds(XML, made)
    yield Row(f"{len(KINDS)} kinds of error in whole areas ({', '.join(forms)}): each once, at its "
              "file, row and column, and nothing else", f"{held} of {len(tried) + 1} claims",
              held == len(tried) + 1)  # fmt: skip
    errors, noted = 0, Counter[str]()
    for form in forms:
        area = store.open_area(fictional.write_fictional_area(home / form, plans=150, form=form))  # type: ignore[arg-type]
        errors += sum(p.severity == "error" for p in area.problems)
        errors += sum(a.rows_set_aside for a in area.accounts)
        noted += Counter(p.code for p in area.problems if p.severity == "warning")
    yield Row("clean whole areas: errors and rows set aside (warnings, all of them true)",
              f"{errors} ({', '.join(f'{n} {code}' for code, n in noted.items()) or 'none'})",
              errors == 0 and set(noted) <= {"sen2.no_primary_need"})  # fmt: skip


def _holds(claim: Callable[..., None], *given: object) -> bool:
    """Return whether a claim of the tests holds."""
    try:
        claim(*given)
    except AssertionError:
        return False
    return True


def _accounted(opened: Mapping[str, tuple[OpenArea, corpus.Expected]]) -> Row:
    """Return of how many files the rows read are those used and those set aside."""
    files, fits, counted = 0, 0, 0
    for area, _ in opened.values():
        used = Counter[str]()
        for account in area.accounts:
            files += 1
            used[account.table] += account.rows_used
            fits += account.rows_read == account.rows_used + account.rows_set_aside
            counted += account.rows_read == _records(area.folder / "inputs" / account.file)
        fits -= sum(
            len(area.table_or_empty(t)) != n
            for t, n in used.items()
            if t in area.tables and t != LOOKUP
        )
    return Row("rows read = rows in the store + rows set aside, by file",
               f"{fits} of {files}; {counted} as Python's csv module counts them",
               fits == files)  # fmt: skip


def _records(path: Path) -> int:
    """Return how many records a plain CSV file has below its headings; -1 for other files."""
    try:
        text = path.read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError):
        return -1
    return sum(any(row) for row in csv.reader(io.StringIO(text))) - 1


def _tracebacks(
    home: Path, opened: Mapping[str, tuple[OpenArea, corpus.Expected]], short: bool
) -> Row:
    """Return how often `toolkit check` ended in anything but words and a known code."""
    places = [area.folder for area, _ in opened.values()]
    for at, (_, make, name, _) in enumerate(test_check_worst.WORST[:: 4 if short else 1]):
        area = new_area(home / f"worst{at}")
        make(area / "inputs" / name)
        places.append(area)
    crashed = 0
    for place in places:
        for options in ((), ("--values",)):
            try:
                said = toolkit("check", place, *options)
            except Exception:  # any at all is what is counted here
                crashed += 1
                continue
            crashed += "Traceback" in said.text or said.code not in (0, InputError.exit_code)
    return Row("tracebacks of `toolkit check`, worst files among them",
               f"{crashed} of {2 * len(places)} runs", crashed == 0)  # fmt: skip


def _notebook(opened: Mapping[str, tuple[OpenArea, corpus.Expected]]) -> Row:
    """Return what notebook 01 did with each case, and whether a value was in what it shows."""
    (step,) = chosen(read_playbook(), ["01"])
    ran, shown = 0, 0
    with warm.quickest() as way:
        for area, _ in opened.values():
            given = {"area_folder": str(area.folder), "interactive": False}
            outcome = execute(step, area.folder, given, CELL_SECONDS, way.runner)
            ran += outcome.status == "executed"
            page = str(outcome.notebook)
            secret = {p.value for p in area.problems if len(p.value) > 5 and p.value != p.column}
            shown += any(f"'{value}'" in page for value in secret)
    return Row("notebook 01 runs to its end on each case, and shows counts, never values",
               f"{ran} of {len(opened)} ran, {shown} showed a value",
               ran == len(opened) and shown == 0)  # fmt: skip


def _quick(home: Path) -> Iterator[Row]:
    """Yield how long 50,000 rows take one core: the checks alone, and read from a file."""
    plans = test_checks._many_plans(ROWS)
    took, _ = _seconds(lambda: checks.check({"plans": plans}))
    line = f"{TRIES} tries, in seconds of one core (less than 2)"
    yield Row(f"{ROWS:,} rows checked, middle of {line}", f"{took:.2f}", took < 2, timed=True)
    dates = {"plan_start": "%Y-%m-%d", "birth_month": "%Y-%m"}
    texts = plans.assign(**{name: plans[name].dt.strftime(form) for name, form in dates.items()})
    path = home / "plans.csv"
    texts.to_csv(path, index=False)
    took, held = _seconds(lambda: schedule_files.read([path], {}, Pseudonyms(bytes(32)), "990"))
    whole = len(held.tables["plans"]) == ROWS
    yield Row(f"read from a CSV file, typed and checked, middle of {line}", f"{took:.2f}",
              took < 2 and whole, timed=whole)  # fmt: skip


def _seconds(job: Callable[[], T]) -> tuple[float, T]:
    """Return the middle of the times that a job took, and what it gave."""
    took: list[float] = []
    for _ in range(TRIES):
        began = time.process_time()
        made = job()
        took.append(time.process_time() - began)
    return statistics.median(took), made
