"""A value is read where it is certain, and named where it is not; it is never guessed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.intake import values
from toolkit.intake.rules import RULES
from toolkit.intake.schedule import TABLES, TEXT, Column, Type, dtype

AS_OF = dt.date(2025, 6, 30)


def column(kind: Type, **about: Any) -> Column:
    return Column("", about.pop("name", "x"), kind, False, "", about.pop("codes", ""), "", **about)


def parse(kind: Type, *texts: str | None, **about: Any) -> values.Parsed:
    as_of = about.pop("as_of", AS_OF)
    return values.parse(pd.Series(texts, dtype=TEXT), column(kind, **about), as_of)


def one(kind: Type, text: str, **about: Any) -> tuple[Any, str]:
    parsed = parse(kind, text, **about)
    value = parsed.values.iloc[0]
    return (None if pd.isna(value) else value), str(parsed.codes[0])


def isos(parsed: values.Parsed) -> list[str | None]:
    return [None if pd.isna(day) else day.date().isoformat() for day in parsed.values]


@pytest.mark.parametrize(
    "text",
    [
        "2022-09-28", "2022-9-28", "2022/09/28", "20220928", "28/09/2022", "28.09.2022",
        "28-09-2022", "28 Sep 2022", "28-Sep-2022", "28th September 2022", "Sept 28, 2022",
        "2022-Sep-28 00:00:00", "2022-09-28T00:00:00Z", "2022-09-28 13:45", "28/09/2022 00:00",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    parsed = parse("date", text)
    assert isos(parsed) == ["2022-09-28"]
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2022", "date.impossible"),
        ("2022-02-30", "date.impossible"),
        ("29/02/2023", "date.impossible"),
        ("2022-13-01", "date.impossible"),
        ("28/09/22", "date.two_digit_year"),
        ("28-Sep-68", "date.two_digit_year"),
        ("44832", "date.serial"),
        ("44832.5", "date.serial"),
        ("9999-12-31", "date.placeholder"),
        ("01/01/1900", "date.placeholder"),
        ("1922-09-28", "date.implausible"),
        ("09/28/2022", "date.month_first"),
        ("tomorrow", "date.not_a_date"),
        ("28 Foo 2022", "date.not_a_date"),
        ("N/A", "value.stands_for_blank"),
        ("#REF!", "value.formula_error"),
        ("20\x0022-01-01", "value.control"),
    ],
)
def test_a_date_that_is_not_certain_is_missing_and_named(text: str, code: str) -> None:
    assert one("date", text) == (None, code)
    assert code in RULES


@pytest.mark.parametrize(("day", "code"), [("2025-06-30", ""), ("2025-07-01", "date.future")])
def test_a_date_after_the_day_of_the_data_is_in_the_future(day: str, code: str) -> None:
    assert one("date", day, at_most="as_of")[1] == code


def test_without_a_day_of_the_data_no_date_is_in_the_future() -> None:
    assert one("date", "2099-01-01", at_most="as_of", as_of=None)[1] == ""


def test_dates_that_may_be_planned_may_lie_in_the_future() -> None:
    assert one("date", "2026-09-01")[1] == ""


def test_one_day_above_12_settles_that_a_column_is_day_first() -> None:
    assert isos(parse("date", "03/04/2022", "13/04/2022")) == ["2022-04-03", "2022-04-13"]
    assert parse("date", "03/04/2022", "13/04/2022").notes == ()


def test_a_column_that_nothing_settles_is_read_day_first_and_said_once() -> None:
    parsed = parse("date", "03/04/2022", "05/06/2022", None)
    assert isos(parsed) == ["2022-04-03", "2022-06-05", None]
    assert [(n.code, n.position, n.fields["count"]) for n in parsed.notes] == [
        ("date.ambiguous_column", 0, 2)
    ]


def test_a_day_that_equals_its_month_is_not_ambiguous() -> None:
    assert parse("date", "04/04/2022").notes == ()


def test_american_dates_are_refused_and_so_is_what_may_be_american() -> None:
    parsed = parse("date", "03/14/2022", "03/04/2022")
    assert list(parsed.codes) == ["date.month_first", "date.ambiguous"]


def test_iso_and_british_dates_in_one_column_are_each_read_their_own_way() -> None:
    parsed = parse("date", "2022-04-03", "2022-05-01", "13/04/2022")
    assert isos(parsed) == ["2022-04-03", "2022-05-01", "2022-04-13"]
    assert [(n.code, n.position) for n in parsed.notes] == [("date.mixed", 2)]


def test_dates_that_a_spreadsheet_has_swapped_are_suspected() -> None:
    parsed = parse("date", "2022-03-04", "2022-05-06", "2022-07-08",
                   "13/04/2022", "14/04/2022", "15/04/2022")  # fmt: skip
    assert [n.code for n in parsed.notes] == ["date.swapped"]


@pytest.mark.parametrize(
    "text", ["2014-03", "2014/3", "03/2014", "Mar 2014", "March 2014", "2014 March", "201403"]
)
def test_a_month_is_read_however_it_is_written(text: str) -> None:
    parsed = parse("month", text)
    assert isos(parsed) == ["2014-03-01"]
    assert parsed.notes == ()


def test_of_a_full_date_the_month_is_kept_and_that_is_said() -> None:
    parsed = parse("month", "17/03/2014", "2014-03-01")
    assert isos(parsed) == ["2014-03-01", "2014-03-01"]
    assert "month.full_date" in [n.code for n in parsed.notes]


@pytest.mark.parametrize(
    ("text", "iso", "code"),
    [
        ("Mar-14", "2014-03-01", ""),
        ("Jun-25", "2025-06-01", ""),
        ("Jul-25", None, "date.two_digit_year"),  # 1925: nobody is a hundred years old
        ("Sep-98", "1998-09-01", ""),
        ("Sep-68", None, "date.two_digit_year"),
    ],
)
def test_a_month_of_two_digits_is_read_where_only_one_century_fits(
    text: str, iso: str | None, code: str
) -> None:
    parsed = parse("month", text)
    assert isos(parsed) == [iso]
    assert list(parsed.codes) == [code]
    assert [n.code for n in parsed.notes] == ["month.two_digit_year"] * (iso is not None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", 1200), ("1,200", 1200), ("1,200,000.50", 1200000.5), ("£1,200", 1200),
        ("-£5", -5), ("£-5", -5), ("(500)", -500), ("(£1,500)", -1500), ("−5", -5), (".5", 0.5),
        ("0", 0), ("+5", 5), ("1200.", 1200),
    ],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_written(text: str, number: float) -> None:
    assert one("money", text) == (number, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-", "number.dash"), ("–", "number.dash"), ("£-", "number.dash"),
        ("5%", "number.percent"), ("1.23457E+11", "number.exponent"),
        ("1,5", "number.decimal_comma"), ("1.234,50", "number.decimal_comma"),
        ("12,00", "number.decimal_comma"), ("about 5", "number.not_a_number"),
        ("£1.2k", "number.not_a_number"), ("(-5)", "number.not_a_number"),
        ("inf", "number.not_a_number"), ("nan", "value.stands_for_blank"),
        ("1_000", "number.not_a_number"),
    ],
)  # fmt: skip
def test_an_amount_that_is_not_certain_is_missing_and_named(text: str, code: str) -> None:
    assert one("money", text) == (None, code)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [("12", 12, ""), ("12.0", 12, ""), ("12.5", None, "number.not_whole"), ("1,200", 1200, "")],
)
def test_a_whole_number_has_no_remainder(text: str, value: int | None, code: str) -> None:
    assert one("integer", text) == (value, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [("0", ""), ("25", ""), ("26", "number.out_of_range"), ("-1", "number.out_of_range")],
)
def test_a_number_stays_within_the_bounds_of_its_column(text: str, code: str) -> None:
    assert one("integer", text, at_least="0", at_most="25")[1] == code


def test_shares_that_look_like_fractions_are_remarked_on() -> None:
    assert [n.code for n in parse("percent", "0.5", "0.7", "1").notes] == ["percent.fraction"]
    assert parse("percent", "0.5", "0.7", "60").notes == ()
    assert parse("percent", "0.5%", "0.7%", "1%").notes == ()


@pytest.mark.parametrize(
    ("kind", "text", "value", "code"),
    [
        ("financial_year", "2022-23", 202223, ""),
        ("financial_year", "2022–23", 202223, ""),
        ("financial_year", "2022-2023", 202223, ""),
        ("financial_year", "202223", 202223, ""),
        ("financial_year", "202223.0", 202223, ""),
        ("financial_year", "1999-00", 199900, ""),
        ("financial_year", "2023", None, "year.single"),
        ("financial_year", "2022-24", None, "year.not_consecutive"),
        ("financial_year", "2022-2123", None, "year.not_consecutive"),
        ("financial_year", "202212", None, "year.not_consecutive"),
        ("financial_year", "22-23", None, "year.two_digit"),
        ("financial_year", "2011-12-01", None, "year.became_a_date"),
        ("financial_year", "Dec-11", None, "year.became_a_date"),
        ("financial_year", "FY1", None, "year.not_a_year"),
        ("academic_year", "2022/23", 202223, ""),
        ("year", "2024", 2024, ""),
        ("year", "2024.0", 2024, ""),
        ("year", "202324", None, "year.not_calendar"),
        ("year", "2023/24", None, "year.not_calendar"),
        ("year", "24", None, "year.not_a_year"),
        ("year", "1066", None, "year.not_a_year"),
    ],
)  # fmt: skip
def test_a_year_is_read_only_as_the_kind_that_is_wanted(
    kind: Type, text: str, value: int | None, code: str
) -> None:
    assert one(kind, text) == (value, code)


@pytest.mark.parametrize(
    ("kind", "text", "notes"),
    [
        ("financial_year", "2022/23", ["year.financial_year_style"]),
        ("financial_year", "2022-23", []),
        ("academic_year", "2022-23", ["year.academic_year_style"]),
        ("academic_year", "2022/23", []),
    ],
)
def test_a_year_written_as_the_other_kind_is_remarked_on(
    kind: Type, text: str, notes: list[str]
) -> None:
    assert [n.code for n in parse(kind, text).notes] == notes


@pytest.mark.parametrize("text", ["NA", "None", "Null", "null", "N/A", "-", "nan"])
def test_in_a_column_of_text_no_word_stands_for_missing(text: str) -> None:
    assert one("text", text) == (text, "")


@pytest.mark.parametrize("text", ["", "   ", "\u00a0", "\t"])
def test_only_blank_is_missing(text: str) -> None:
    assert one("text", text) == (None, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [("semh", "SEMH"), ("SpLD", "SPLD"), ("Down syndrome", "DS"),
     ("Social, emotional & mental health", "SEMH"), (" ASD ", "ASD")],
)  # fmt: skip
def test_a_code_is_known_by_any_case_and_by_its_label(text: str, code: str) -> None:
    assert one("code", text, codes="primary_need") == (code, "")


@pytest.mark.parametrize(
    ("text", "listed", "hint"),
    [
        ("SEHM", "primary_need", "Did you mean SEMH"),
        ("Autism", "primary_need", "Did you mean ASD"),
        ("Z", "primary_need", "Known: ASD, SEMH"),
        ("mainstrem", "provision_group", "Did you mean mainstream"),
    ],
)
def test_a_code_that_is_nearly_right_brings_a_suggestion(text: str, listed: str, hint: str) -> None:
    parsed = parse("code", text, codes=listed)
    assert list(parsed.codes) == ["code.unknown"]
    assert parsed.hints[0].startswith(hint)


def test_a_code_that_is_a_number_is_read_from_a_float() -> None:
    assert one("code", "9.0", codes="cease_reason") == ("9", "")


@pytest.mark.parametrize("text", ["05-Oct", "5-Oct", "Oct-05", "2025-10-05"])
def test_an_age_group_that_excel_made_a_date_is_named_as_such(text: str) -> None:
    assert one("code", text, codes="age_group") == (None, "code.became_a_date")


@pytest.mark.parametrize(
    ("text", "flag"), [("1", 1), ("1.0", 1), ("Yes", 1), ("TRUE", 1), ("n", 0), ("false", 0)]
)
def test_a_flag_is_yes_or_no_in_any_usual_way(text: str, flag: int) -> None:
    assert one("flag", text) == (flag, "")


def test_a_whole_number_as_an_id_keeps_its_digits_and_that_is_said() -> None:
    parsed = parse("id", "1234.0", "00123")
    assert parsed.values.tolist() == ["1234", "00123"]
    assert [n.code for n in parsed.notes] == ["id.float"]


@pytest.mark.parametrize(
    "name", ["Mary O'Neill", "Smith, John", "Zoë Ní Bhriain", "m.smith@example.org"]
)
def test_a_name_is_no_pseudonym(name: str) -> None:
    raw = pd.Series([name], dtype=TEXT)
    parsed = values.parse(raw, TABLES["plans"].column("person_id"))
    assert list(parsed.codes) == ["id.name"]


@pytest.mark.parametrize("text", ["SW1A 1AA", "B801200005001", "call m.smith@example.org",
                                  "ring 07700 900123", "+44 (0)20 7946 0018"])  # fmt: skip
@pytest.mark.parametrize(("table", "name"), [("plans", "locality"), ("stakeholders", "role")])
def test_no_text_that_is_stored_may_identify_a_person(text: str, table: str, name: str) -> None:
    raw = pd.Series([text], dtype=TEXT)
    assert list(values.parse(raw, TABLES[table].column(name)).codes) == ["text.identifies"]
    assert list(values.parse(raw, TABLES["postcode_lookup"].column("postcode")).codes) == [""]


@pytest.mark.parametrize("text", ["Ref. 2023-24/0001234, £0123456789", "Section 4.2.10 of 2024",
                                  "0.1234567890", "Journal 20240401-0001"])  # fmt: skip
def test_a_text_with_figures_of_finance_identifies_nobody(text: str) -> None:
    raw = pd.Series([text], dtype=TEXT)
    column = TABLES["ledger_postings"].column("description")
    assert list(values.parse(raw, column).codes) == [""]


@pytest.mark.parametrize(("text", "code"), [("B801200005001", "text.identifies"), ("J01 2AB", "")])
def test_an_identifier_of_a_posting_may_be_anything_but_a_upn(text: str, code: str) -> None:
    column = TABLES["ledger_postings"].column("posting_id")
    assert list(values.parse(pd.Series([text], dtype=TEXT), column).codes) == [code]


def test_parsing_changes_no_argument() -> None:
    raw = pd.Series([" 03/04/2022 ", None, "x"], dtype=TEXT)
    before = raw.copy()
    values.parse(raw, column("date"), AS_OF)
    pd.testing.assert_series_equal(raw, before)


KINDS: list[Type] = list(values.PARSERS)


@given(
    kind=st.sampled_from(KINDS),
    texts=st.lists(
        st.one_of(
            st.none(),
            st.text(max_size=12),
            st.from_regex(r"[0-9/.,£%()eE+-]{1,10}", fullmatch=True),
            st.dates().map(str),
        ),
        max_size=8,
    ),
)
def test_whatever_stands_in_a_cell_it_is_read_blank_or_named(
    kind: Type, texts: list[str | None]
) -> None:
    about = column(kind, codes="primary_need" if kind == "code" else "")
    raw = pd.Series(texts, dtype=TEXT, index=range(5, 5 + len(texts)))
    parsed = values.parse(raw, about, AS_OF)
    assert parsed.values.index.equals(raw.index)
    assert parsed.values.dtype == dtype(about)
    for text, value, code in zip(raw, parsed.values, parsed.codes, strict=True):
        blank = pd.isna(text) or not str(text).strip()
        assert (pd.isna(value)) == (blank or bool(code))
        assert not (blank and code)
        assert not code or code in RULES
    assert {note.code for note in parsed.notes} <= set(RULES)
