"""Bad input, one planted error a case: what is wrong in the files, and what must be reported.

CORPUS maps a name to a function that writes files into an inputs folder and returns the
problems that must be reported, each once: (code, row). Everything else in the files is clean.
An empty list means that the files must read right, without a word.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import pickle
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter

from toolkit.intake.schedule import TABLES
from toolkit.intake.templates import example_rows

AS_OF = dt.date(2026, 6, 30)
LA_CODE = "990"
Expected = list[tuple[str, int | None]]
Row = dict[str, str]
CORPUS: dict[str, Callable[[Path], Expected]] = {}


def case(function: Callable[[Path], Expected]) -> Callable[[Path], Expected]:
    """Put a function into the corpus under its name."""
    CORPUS[function.__name__] = function
    return function


def clean(table: str) -> list[Row]:
    """Return the clean rows of a table: spreadsheet rows 2, 3, 4 ..."""
    return example_rows(TABLES[table])


def changed(table: str, row: int, **cells: str) -> list[Row]:
    """Return the clean rows with some cells of one spreadsheet row changed."""
    rows = clean(table)
    rows[row - 2].update(cells)
    return rows


def as_csv(rows: Sequence[Row], mark: str = ",") -> str:
    """Return rows as the text of a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=mark, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def put(folder: Path, table: str, rows: Sequence[Row]) -> None:
    """Write rows as the CSV file of a table."""
    (folder / f"{table}.csv").write_text(as_csv(rows), encoding="utf-8", newline="")


def lines(table: str) -> list[str]:
    """Return the lines of the clean CSV file of a table; line 1 at place 0."""
    return as_csv(clean(table)).splitlines()


def put_lines(folder: Path, table: str, given: Sequence[str]) -> None:
    """Write lines as the CSV file of a table."""
    text = "\n".join(given) + "\n"
    (folder / f"{table}.csv").write_text(text, encoding="utf-8", newline="")


def plant(name: str, table: str, row: int, code: str | None, **cells: str) -> None:
    """Put a case into the corpus: one changed row of a table, and the problem to be reported."""

    def write(folder: Path) -> Expected:
        put(folder, table, changed(table, row, **cells))
        return [(code, row)] if code else []

    CORPUS[name] = write


# Dates --------------------------------------------------------------------------------------
plant("date_of_no_calendar", "plans", 3, "date.impossible", plan_start="31/02/2019")
plant("date_two_digit_year", "plans", 3, "date.two_digit_year", plan_start="04/03/19")
plant("date_excel_serial", "plans", 3, "date.serial", plan_start="43528")
plant("date_open_end_placeholder", "plans", 2, "date.placeholder", plan_cease="9999-12-31")
plant("date_1900_placeholder", "plans", 2, "date.placeholder", plan_cease="1900-01-01")
plant("date_two_digit_year_of_a_century_ago", "plans", 3, "date.two_digit_year",
      birth_month="Jul-68")  # fmt: skip
plant("date_in_the_future", "plans", 5, "date.future", plan_start="2062-05-16")
plant("date_of_another_century", "plans", 5, "date.implausible", plan_start="1922-05-16")
plant("date_in_words_reads_right", "plans", 3, None, plan_start="4 March 2019")
plant("date_of_collect_reads_right", "plans", 3, None, plan_start="2019-Mar-04 00:00:00")
plant("date_with_time_reads_right", "plans", 3, None, plan_start="2019-03-04T00:00:00")
plant("date_that_is_none", "plans", 3, "date.not_a_date", plan_start="soon")
plant("date_mixed_with_iso", "plans", 3, "date.mixed", plan_start="14/03/2019")
plant("date_not_applicable", "plans", 2, "value.stands_for_blank", plan_cease="N/A")
plant("month_in_full_reads_right", "plans", 3, None, birth_month="July 2008")
plant("month_from_a_full_date", "plans", 3, "month.full_date", birth_month="2008-07-17")
plant("month_as_excel_shortens_it", "plans", 3, "month.two_digit_year", birth_month="Jul-08")
plant("cease_before_start", "plans", 3, "plan.cease_before_start", plan_cease="2018-08-31")
plant("birth_after_start", "plans", 3, "plan.birth_after_start", birth_month="2019-07")
plant("over_25_at_the_start", "plans", 2, "plan.over_25", birth_month="1989-03")
plant("over_25_at_the_end", "plans", 3, "plan.over_25", birth_month="1998-07")
plant("reason_without_date", "plans", 2, "plan.reason_without_date", cease_reason="9")
plant("placement_left_early", "placements", 4, "placement.leaving_before_entry",
      leaving_date="2021-07-23")  # fmt: skip
plant("request_decided_early", "requests", 2, "request.outcome_early",
      request_outcome_date="2016-07-01")  # fmt: skip
plant("assessment_ended_early", "requests", 2, "request.assessment_early",
      assessment_outcome_date="2016-08-01")  # fmt: skip
plant("review_notified_early", "reviews", 2, "review.notified_early", notified_date="2024-10-04")


@case
def date_all_ambiguous(folder: Path) -> Expected:
    rows = clean("requests")
    for row, day in zip(rows, ("04/07/2016", "10/09/2018", "03/05/2021", "10/01/2022",
                               "12/02/2024"), strict=True):  # fmt: skip
        row["request_date"] = day
    put(folder, "requests", rows)
    return [("date.ambiguous_column", 2)]


@case
def date_day_first_reads_right(folder: Path) -> Expected:
    rows = clean("plans")
    for row, day in zip(
        rows, ("21/11/2016", "04/03/2019", "20/09/2021", "16/05/2022"), strict=True
    ):
        row["plan_start"] = day
    put(folder, "plans", rows)
    return []


@case
def date_month_first(folder: Path) -> Expected:
    rows = clean("plans")
    for row, day in zip(
        rows, ("11/21/2016", "03/24/2019", "09/20/2021", "05/16/2022"), strict=True
    ):
        row["plan_start"] = day
    put(folder, "plans", rows)
    return [("date.month_first", row) for row in (2, 3, 4, 5)]


@case
def date_one_slip_among_day_first(folder: Path) -> Expected:
    rows = [{**clean("plans")[0], "plan_start": "20/09/2021"} for _ in range(16)]
    rows[4]["plan_start"] = "05/09/2021"
    rows[9]["plan_start"] = "09/21/2021"
    rows[15]["plan_start"] = "20/09/2022"  # so that a January is covered
    for i, row in enumerate(rows):
        row["person_id"] = f"x{i}"
    put(folder, "plans", rows)
    return [("date.impossible", 11)]


@case
def date_swapped_by_a_spreadsheet(folder: Path) -> Expected:
    days = ("2019-03-04", "2021-01-09", "2020-05-06", "20/09/2021", "16/05/2022", "28/02/2020")
    base = {**clean("plans")[0], "birth_month": "2012-01"}
    put(folder, "plans", [{**base, "person_id": f"x{i}", "plan_start": d}
                          for i, d in enumerate(days)])  # fmt: skip
    return [("date.swapped", 5)]


@case
def date_1904_epoch_reads_right(folder: Path) -> Expected:
    _dated_workbook(folder, date_1904=True)
    return []


@case
def date_serial_in_a_workbook(folder: Path) -> Expected:
    _dated_workbook(folder, date_1904=False, serial_in_row=3)
    return [("date.serial", 3)]


def _dated_workbook(folder: Path, date_1904: bool, serial_in_row: int = 0) -> None:
    """Write the clean plans as a workbook with true dates, one of them perhaps unformatted."""
    with xlsxwriter.Workbook(str(folder / "book.xlsx"), {"date_1904": date_1904}) as book:
        sheet = book.add_worksheet("Plans")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        rows = clean("plans")
        sheet.write_row(0, 0, list(rows[0]))
        for i, row in enumerate(rows, start=1):
            for j, (name, value) in enumerate(row.items()):
                if name in ("plan_start", "plan_cease") and value:
                    form = None if i + 1 == serial_in_row and name == "plan_start" else day
                    sheet.write_datetime(i, j, dt.datetime.fromisoformat(value), form)
                else:
                    sheet.write_string(i, j, value)


# Text ---------------------------------------------------------------------------------------
plant("text_na_none_null_stay", "plans", 3, None, locality="NA")
plant("text_null_stays", "plans", 3, None, locality="Null")
plant("text_with_nul", "plans", 3, "value.control", locality="Ri\x00verside")
plant("code_in_lower_case_reads_right", "plans", 3, None, primary_need="semh")
plant("code_as_its_label_reads_right", "plans", 3, None,
      primary_need="Social, Emotional and Mental Health")  # fmt: skip


@case
def text_cp1252(folder: Path) -> Expected:
    text = as_csv(changed("plans", 3, locality="Café £"))
    (folder / "plans.csv").write_bytes(text.encode("cp1252"))
    return [("file.cp1252", None)]


@case
def text_utf8_with_bom_reads_right(folder: Path) -> Expected:
    text = as_csv(changed("plans", 3, locality="Café £"))
    (folder / "plans.csv").write_bytes(text.encode("utf-8-sig"))
    return []


@case
def text_utf16_reads_right(folder: Path) -> Expected:
    text = as_csv(changed("plans", 3, locality="Café £"), mark="\t")
    (folder / "plans.csv").write_bytes(text.encode("utf-16"))
    return []


@case
def text_smart_quotes_in_cp1252(folder: Path) -> Expected:
    text = as_csv(changed("plans", 3, locality="St Mary’s “North” – £"))
    (folder / "plans.csv").write_bytes(text.encode("cp1252"))
    return [("file.cp1252", None)]


@case
def heading_with_smart_quotes_reads_right(folder: Path) -> Expected:
    head, *rest = lines("plans")
    put_lines(folder, "plans", [head.replace("plan_start", "“plan_start” "), *rest])
    return []


@case
def text_garbled_before(folder: Path) -> Expected:
    put(folder, "plans", changed("plans", 3, locality="CafÃ© North"))
    return [("file.mixed_encoding", None)]


@case
def headings_with_spaces_and_case_read_right(folder: Path) -> Expected:
    head, *rest = lines("plans")
    dirty = head.replace("plan_start", "Plan\u00a0Start ").replace("person_id", "\ufeffPERSON ID")
    put_lines(folder, "plans", [dirty, *rest])
    return []


@case
def semicolons_read_right(folder: Path) -> Expected:
    (folder / "plans.csv").write_text(as_csv(clean("plans"), ";"), encoding="utf-8")
    return []


# Numbers ------------------------------------------------------------------------------------
plant("number_grouped_reads_right", "placement_costs", 2, None, top_up="5,200")
plant("number_with_pound_reads_right", "placement_costs", 2, None, top_up="£5,200.00")
plant("number_in_brackets_is_negative", "placement_costs", 2, "money.negative", top_up="(500)")
plant("number_negative_cost", "placement_costs", 2, "money.negative", top_up="-500")
plant("number_in_brackets_reads_right", "dsg_position", 2, None, block_transfer_in="(500)")
plant("text_trailing_spaces_read_right", "plans", 3, None, primary_need="SEMH \u00a0 ")
plant("number_dash", "placement_costs", 2, "number.dash", top_up="-")
plant("number_percent", "placement_costs", 2, "number.percent", top_up="52%")
plant("number_exponent", "placement_costs", 2, "number.exponent", top_up="5.2E+03")
plant("number_decimal_comma", "placement_costs", 2, "number.decimal_comma", top_up="5200,50")
plant("number_in_words", "placement_costs", 2, "number.not_a_number", top_up="about 5k")
plant("number_not_whole", "places", 2, "number.not_whole", commissioned="140.5")
plant("number_out_of_range", "plans", 3, "number.out_of_range", deprivation_decile="11")
plant("percent_sign_reads_right", "services", 3, None, outcome_rate="71%")
plant("id_shortened_by_excel", "plans", 3, "id.exponent", person_id="1.23457E+11")
plant("id_as_float", "plans", 3, "id.float", person_id="1234.0")
plant("id_that_is_a_name", "plans", 3, "id.name", person_id="Mary O'Neill")
plant("urn_with_lost_digit", "placements", 2, "text.form", urn="10001")
plant("urn_as_float_reads_right", "placements", 2, None, urn="100001.0")
plant("flag_unknown", "plans", 3, "flag.unknown", personal_budget="maybe")
plant("flag_in_words_reads_right", "plans", 3, None, personal_budget="Yes")


@case
def id_leading_zeros_lost(folder: Path) -> Expected:
    put(folder, "plans", changed("plans", 2, person_id="00123"))
    put(folder, "placements", changed("placements", 2, person_id="123"))
    return [("id.zeros_lost", 2)]


@case
def percent_as_fraction(folder: Path) -> Expected:
    rows = clean("services")
    for row, rate in zip(rows, ("0.5", "0.71", "0.64"), strict=True):
        row["outcome_rate"] = rate
    put(folder, "services", rows)
    return [("percent.fraction", 2)]


# Structure ----------------------------------------------------------------------------------
@case
def trailing_comma_in_one_row(folder: Path) -> Expected:
    given = lines("plans")
    given[2] += ","
    put_lines(folder, "plans", given)
    return [("row.extra_fields", 3)]


@case
def trailing_comma_in_every_row(folder: Path) -> Expected:
    head, *rest = lines("plans")
    put_lines(folder, "plans", [head, *(line + "," for line in rest)])
    return [("row.trailing_commas", None)]


@case
def trailing_comma_in_heading_too_reads_right(folder: Path) -> Expected:
    put_lines(folder, "plans", [line + ",," for line in lines("plans")])
    return []


@case
def comma_that_is_not_quoted(folder: Path) -> Expected:
    given = lines("plans")
    given[2] = given[2].replace("Riverside", "Riverside, East")
    put_lines(folder, "plans", given)
    return [("row.extra_fields", 3)]


@case
def row_cut_short(folder: Path) -> Expected:
    given = lines("plans")
    given[4] = ",".join(given[4].split(",")[:8])
    put_lines(folder, "plans", given)
    return [("row.short", 5)]


@case
def quote_never_closed(folder: Path) -> Expected:
    given = lines("plans")
    given[2] = given[2].replace("Riverside", '"Riverside')
    put_lines(folder, "plans", given)
    return [("row.unclosed_quote", 3)]


@case
def quote_closed_by_a_later_row(folder: Path) -> Expected:
    given = lines("plans")
    given[1] = given[1].replace("North", '"North')
    given[3] = given[3].replace("North", '"North, East"')
    put_lines(folder, "plans", given)
    return [("row.unclosed_quote", 2)]


@case
def line_break_in_a_quoted_cell_reads_right(folder: Path) -> Expected:
    put(folder, "stakeholders", changed("stakeholders", 2, role="Co-chair\nof the forum"))
    return []


@case
def heading_twice(folder: Path) -> Expected:
    given = [f"{line},{line.split(',')[1]}" for line in lines("plans")]
    put_lines(folder, "plans", given)
    return [("heading.duplicate", None)]


@case
def heading_twice_by_another_name(folder: Path) -> Expected:
    head, *rest = lines("plans")
    put_lines(folder, "plans", [f"{head},Gender", *(f"{line},M" for line in rest)])
    return [("heading.two_for_one", None)]


@case
def heading_misspelt(folder: Path) -> Expected:
    head, *rest = lines("plans")
    put_lines(folder, "plans", [head.replace("primary_need", "primery_need"), *rest])
    return [("heading.unknown", None)]


@case
def heading_missing(folder: Path) -> Expected:
    put(folder, "plans", [{k: v for k, v in row.items() if k != "plan_start"}
                          for row in clean("plans")])  # fmt: skip
    return [("heading.missing", None)]


@case
def heading_required_misspelt(folder: Path) -> Expected:
    head, *rest = lines("plans")
    put_lines(folder, "plans", [head.replace("plan_start", "plan_strat"), *rest])
    return [("heading.missing", None)]


@case
def headings_all_missing(folder: Path) -> Expected:
    put_lines(folder, "plans", lines("plans")[1:])
    return [("heading.none", None)]


@case
def column_of_our_own(folder: Path) -> Expected:
    head, *rest = lines("plans")
    put_lines(folder, "plans", [f"{head},Team", *(f"{line},North" for line in rest)])
    return [("heading.unused", None)]


@case
def column_without_heading(folder: Path) -> Expected:
    head, *rest = lines("plans")
    put_lines(folder, "plans", [f"{head},", *(f"{line},x" for line in rest)])
    return [("heading.blank", None)]


@case
def title_above_the_headings(folder: Path) -> Expected:
    put_lines(folder, "plans", ["Plans of Exampleshire", *lines("plans")])
    return [("heading.not_first", 2)]


@case
def heading_in_two_rows(folder: Path) -> Expected:
    _, *rest = lines("plans")
    groups = "Person,,,,,,,,,Need,,Budget"
    second = "id,start,cease,reason,birth,sex at birth,group,place,decile,first,second,held"
    put_lines(folder, "plans", [groups, second, *rest])
    return [("heading.two_rows", 1)]


@case
def merged_heading_in_a_workbook(folder: Path) -> Expected:
    rows = clean("plans")
    with xlsxwriter.Workbook(str(folder / "book.xlsx")) as book:
        sheet = book.add_worksheet("Plans")
        sheet.merge_range(0, 0, 0, 4, "The plan")
        for i, row in enumerate([list(rows[0]), *(list(r.values()) for r in rows)], start=1):
            sheet.write_row(i, 0, row)
    return [("heading.not_first", 2)]


@case
def total_row_at_the_end(folder: Path) -> Expected:
    given = lines("spend_lines")
    put_lines(folder, "spend_lines", [*given, "Grand total,,,,,,,,,32249000,49000,32200000"])
    return [("row.total", 5)]


@case
def total_row_without_a_word(folder: Path) -> Expected:
    given = lines("spend_lines")
    put_lines(folder, "spend_lines", [*given, ",,,,,,,,,32249000,49000,32200000"])
    return [("row.no_key", 5)]


@case
def blank_rows_between(folder: Path) -> Expected:
    head, first, *rest = lines("plans")
    put_lines(folder, "plans", [head, first, ",,,,,,,,,,,", "", *rest])
    return [("row.blank", None)]


@case
def blank_rows_at_the_end_read_right(folder: Path) -> Expected:
    put_lines(folder, "plans", [*lines("plans"), ",,,,,,,,,,,", "", ""])
    return []


@case
def required_cell_blank(folder: Path) -> Expected:
    put(folder, "plans", changed("plans", 4, birth_month=""))
    return [("value.missing", 4)]


@case
def hidden_sheet(folder: Path) -> Expected:
    with xlsxwriter.Workbook(str(folder / "book.xlsx")) as book:
        _sheet(book, "Plans", clean("plans"))
        _sheet(book, "Requests", clean("requests")).hide()
    return [("sheet.hidden", None)]


@case
def formula_error_in_a_workbook(folder: Path) -> Expected:
    with xlsxwriter.Workbook(str(folder / "book.xlsx")) as book:
        sheet = _sheet(book, "Plans", clean("plans"))
        sheet.write_formula(2, 7, "=VLOOKUP(A3,B:C,2)", None, "#N/A")
    return [("value.formula_error", 3)]


@case
def formula_error_in_a_csv(folder: Path) -> Expected:
    put(folder, "plans", changed("plans", 3, plan_start="#REF!"))
    return [("value.formula_error", 3)]


@case
def sheet_that_is_no_table(folder: Path) -> Expected:
    with xlsxwriter.Workbook(str(folder / "book.xlsx")) as book:
        _sheet(book, "Plans", clean("plans"))
        _sheet(book, "My notes", [{"Note": "ask Sam", "Day": "Monday"}])
    return [("sheet.unknown", None)]


@case
def sheets_without_rows(folder: Path) -> Expected:
    with xlsxwriter.Workbook(str(folder / "book.xlsx")) as book:
        _sheet(book, "Plans", clean("plans"))
        for name in ("requests", "reviews"):
            book.add_worksheet(name).write_row(0, 0, list(clean(name)[0]))
    return [("sheet.no_rows", None)]


def _sheet(book: xlsxwriter.Workbook, name: str, rows: Sequence[Row]):
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, list(rows[0]))
    for i, row in enumerate(rows, start=1):
        for j, value in enumerate(row.values()):
            sheet.write_string(i, j, value)
    return sheet


@case
def old_workbook_cut_at_65536_rows(folder: Path) -> Expected:
    rows = [["postcode", "locality"]] + [[f"ZZ{i}", "North"] for i in range(65_535)]
    (folder / "postcode_lookup.xls").write_bytes(old_workbook("postcode_lookup", rows))
    return [("sheet.cut", None)]


@case
def empty_file(folder: Path) -> Expected:
    (folder / "plans.csv").write_bytes(b"")
    return [("file.empty", None)]


@case
def heading_only(folder: Path) -> Expected:
    put_lines(folder, "plans", lines("plans")[:1])
    return [("file.heading_only", None)]


@case
def pickle_named_csv(folder: Path) -> Expected:
    (folder / "plans.csv").write_bytes(pickle.dumps({"plans": [1, 2]}))
    return [("file.binary", None)]


@case
def workbook_named_csv(folder: Path) -> Expected:
    _dated_workbook(folder, date_1904=False)
    (folder / "book.xlsx").rename(folder / "plans.csv")
    return [("file.binary", None)]


@case
def csv_named_workbook(folder: Path) -> Expected:
    put(folder, "plans", clean("plans"))
    (folder / "plans.csv").rename(folder / "plans.xlsx")
    return [("file.workbook", None)]


@case
def damaged_workbook(folder: Path) -> Expected:
    _dated_workbook(folder, date_1904=False)
    data = (folder / "book.xlsx").read_bytes()
    (folder / "book.xlsx").write_bytes(data[: len(data) // 2])
    return [("file.workbook", None)]


@case
def zip_bomb(folder: Path) -> Expected:
    with zipfile.ZipFile(folder / "plans.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return [("file.too_large", None)]


@case
def cell_at_the_far_corner(folder: Path) -> Expected:
    with xlsxwriter.Workbook(str(folder / "book.xlsx")) as book:
        sheet = _sheet(book, "Plans", clean("plans"))
        sheet.write_string(1_048_575, 16_383, "x")
    return [("sheet.cells", None)]


@case
def filled_example_left_in(folder: Path) -> Expected:
    put(folder, "plans", clean("plans"))
    (folder / "plans.csv").rename(folder / "plans_example.csv")
    return [("file.example", None)]


# Codes and people ---------------------------------------------------------------------------
plant("code_unknown", "plans", 3, "code.unknown", primary_need="SEHM")
plant("code_age_group_as_date", "case_reviews", 2, "code.became_a_date", age_group="05-Oct")
plant("year_single_in_a_financial_column", "spend_lines", 2, "year.single", financial_year="2023")
plant("year_with_hyphen_reads_right", "spend_lines", 2, None, financial_year="2022-23")
plant("year_written_as_academic", "spend_lines", 2, "year.financial_year_style",
      financial_year="2022/23")  # fmt: skip
plant("year_written_as_financial", "pupils", 2, "year.academic_year_style",
      academic_year="2023-24")  # fmt: skip
plant("year_that_skips", "spend_lines", 2, "year.not_consecutive", financial_year="202224")
plant("year_two_digits", "spend_lines", 2, "year.two_digit", financial_year="22/23")
plant("year_made_a_date", "spend_lines", 2, "year.became_a_date", financial_year="2022-12-01")
plant("year_of_two_where_one_is_wanted", "population", 2, "year.not_calendar", year="2023/24")
plant("line_with_its_label_reads_right", "spend_lines", 2, None, line="1.2.1 Top-up funding")
plant("line_without_number", "spend_lines", 2, "text.form", line="Top-up funding")
plant("cost_of_nobody", "placement_costs", 5, "cost.nobody", provision_group="")
plant("net_is_not_gross_less_income", "spend_lines", 3, "spend.net_differs", net="8700010")
plant("balance_does_not_follow", "dsg_position", 3, "dsg.carried_forward_differs",
      carried_forward="-17800000")  # fmt: skip
plant("balance_does_not_begin_where_it_ended", "dsg_position", 3, "dsg.brought_forward_differs",
      brought_forward="-13000000")  # fmt: skip
plant("range_reversed", "opportunities", 2, "range.reversed", low="800000")


@case
def plan_twice(folder: Path) -> Expected:
    put(folder, "plans", [*clean("plans"), clean("plans")[1]])
    return [("row.duplicate", 6)]


@case
def plans_overlap(folder: Path) -> Expected:
    second = {**clean("plans")[0], "plan_start": "2020-01-06"}
    put(folder, "plans", [*clean("plans"), second])
    return [("plan.overlap", 6)]


@case
def second_plan_on_the_day_the_first_ceased_reads_right(folder: Path) -> Expected:
    second = {**clean("plans")[1], "plan_start": "2024-08-31", "plan_cease": "", "cease_reason": ""}
    put(folder, "plans", [*clean("plans"), second])
    return []


@case
def end_that_cannot_be_read_is_no_overlap(folder: Path) -> Expected:
    first = {**clean("plans")[1], "plan_cease": "31/02/2020"}
    second = {**clean("plans")[1], "plan_start": "2021-01-11"}
    put(folder, "plans", [first, second])
    return [("date.impossible", 2)]


@case
def review_before_the_plan(folder: Path) -> Expected:
    put(folder, "plans", clean("plans"))
    put(folder, "reviews", changed("reviews", 2, review_date="2016-10-08"))
    return [("review.before_plan", 2)]


@case
def placement_without_plan(folder: Path) -> Expected:
    put(folder, "plans", clean("plans"))
    put(folder, "placements", changed("placements", 3, person_id="pffffffffffffffff"))
    return [("placement.no_plan", 3)]


@case
def placement_of_a_plan_set_aside_is_no_orphan(folder: Path) -> Expected:
    put(folder, "plans", changed("plans", 3, plan_start="31/02/2019"))
    put(folder, "placements", clean("placements"))
    return [("date.impossible", 3)]


@case
def review_without_plan(folder: Path) -> Expected:
    put(folder, "plans", clean("plans"))
    put(folder, "reviews", changed("reviews", 3, person_id="pffffffffffffffff"))
    return [("review.no_plan", 3)]


@case
def cost_without_plan(folder: Path) -> Expected:
    put(folder, "plans", clean("plans"))
    put(folder, "placement_costs", changed("placement_costs", 3, person_id="pffffffffffffffff"))
    return [("cost.no_plan", 3)]


@case
def row_of_another_la(folder: Path) -> Expected:
    rows = [{**row, "la_code": "990"} for row in clean("plans")]
    rows[2]["la_code"] = "888"
    put(folder, "plans", rows)
    return [("row.other_la", 4), ("heading.unused", None)]


@case
def extracts_of_two_years(folder: Path) -> Expected:
    put(folder, "plans", clean("plans"))
    (folder / "plans.csv").rename(folder / "plans 2023.csv")
    put(folder, "plans", clean("plans")[:2])
    (folder / "plans.csv").rename(folder / "plans 2024.csv")
    return [("row.superseded", None)]


@case
def names_and_birth_dates_dropped(folder: Path) -> Expected:
    put(folder, "plans", [{**row, "Surname": "O'Canary", "DOB": "2011-03-05"}
                          for row in clean("plans")])  # fmt: skip
    return [("heading.identifies", None)]


@case
def upn_in_place_of_person_id(folder: Path) -> Expected:
    rows = clean("plans")
    upns = ("B801200005001", "Z801200005002", "X801200005003", "T801200005004")
    for row, upn in zip(rows, upns, strict=True):
        del row["person_id"]
        row["UPN"] = upn
    put(folder, "plans", rows)
    return [("heading.identifies", None)]


@case
def upn_missing(folder: Path) -> Expected:
    rows = clean("plans")
    for row in rows:
        del row["person_id"]
        row["UPN"] = "B801200005001" if row is not rows[2] else "unknown"
    for i, row in enumerate(rows):
        row["plan_start"] = f"{2016 + i}-01-11"
        row["plan_cease"], row["cease_reason"] = f"{2016 + i}-09-01", "9"
        row["birth_month"] = "2012-01"
    put(folder, "plans", rows)
    return [("id.unlinked", 4), ("heading.identifies", None)]


@case
def upn_as_person_id(folder: Path) -> Expected:
    put(folder, "plans", changed("plans", 3, person_id="B801200005001"))
    return [("id.upn", None)]


def old_workbook(sheet: str, rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook of text in the old Excel format (.xls): BIFF5 in a compound file."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    bof = struct.pack("<HHHH", 0x0500, 0x0010, 0, 0)
    cells = b"".join(
        record(0x0204, struct.pack("<HHHH", i, j, 0, len(text)) + text.encode("latin-1"))
        for i, row in enumerate(rows)
        for j, text in enumerate(row)
    )
    inner = record(0x0809, bof) + cells + record(0x000A, b"")
    start = struct.pack("<HHHH", 0x0500, 0x0005, 0, 0)
    name = bytes([len(sheet)]) + sheet.encode("latin-1")
    size = len(record(0x0809, start)) + 4 + 6 + len(name) + 4
    head = record(0x0809, start) + record(0x0085, struct.pack("<IH", size, 0) + name)
    return compound(head + record(0x000A, b"") + inner)


def compound(stream: bytes) -> bytes:
    """Return a compound file that holds one stream, the workbook ("Book" in BIFF5)."""
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    fats = -(-(count + 1) // 127)
    chain = [i + 1 for i in range(count - 1)] + [end, end] + [fat_mark] * fats
    chain += [free] * (fats * 128 - len(chain))
    places = [count + 1 + i for i in range(fats)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fats, count, 0, 4096, end, 0, end, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *places, *[free] * (109 - fats))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le").ljust(64, b"\0")
        length = 2 * len(name) + 2 if name else 0
        links = struct.pack("<HBBIII", length, kind, 1, free, free, child)
        return text + links + bytes(36) + struct.pack("<IQ", first, size)

    root = entry("Root Entry", 5, 1, end, 0) + entry("Book", 2, free, 0, len(stream))
    root += 2 * entry("", 0, free, 0, 0)
    return header + stream + root + struct.pack(f"<{len(chain)}I", *chain)
