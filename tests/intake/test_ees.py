"""Claims about reading one file of the EHC plans release, on generated releases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from ees_zip import ENGLAND, KENT, edit, plans, write

from toolkit import reference
from toolkit.errors import InputError
from toolkit.intake import ees, ees_layout
from toolkit.intake.ees_write import ees_csv, with_subtotals, write_ees_zip
from toolkit.intake.published import load
from toolkit.intake.published_csv import sheets

SYMBOLS = ["z", "x", "c", "low", "k", "u", ":", "~", "X", ""]


def caseload(path):
    return load([path]).table("caseload").set_index(["code", "year", "provision"])["plans"]


def test_both_layouts_give_the_same_caseload(tmp_path):
    old = [
        plans(ehcplans=90, mainstream_academy=60, special_la_maintained=10, special_academy_free=20)
    ]
    new = [{**old[0], "special_academy": 15, "special_free_school": 5}]
    new[0].pop("special_academy_free")
    made = [
        caseload(write(tmp_path / "2025.zip", old)),
        caseload(write(tmp_path / "2026.zip", new, release=2026)),
    ]
    pd.testing.assert_series_equal(*made)
    assert made[0]["886", 2025, "state_special"] == 30


def test_the_2026_layout_splits_special_academies_and_keeps_their_sum(tmp_path):
    rows = [plans(ehcplans=9, special_academy=4, special_free_school=5)]
    frame = load([write(tmp_path / "a.zip", rows, release=2026)]).table("ees_caseload")
    row = frame.iloc[0]
    assert (row["special_academy"], row["special_free_school"]) == (4, 5)
    assert row["special_academy_free"] == 9


def test_the_2026_need_file_is_found_under_its_new_name_with_down_syndrome(tmp_path):
    need = pd.DataFrame([plans(ehc_plans=10, number_asd=4, number_ds=1)])
    path = write(tmp_path / "a.zip", [plans(ehcplans=10)], release=2026, need_stock=need)
    frame = load([path]).table("ees_need_stock")
    assert frame["number_ds"].tolist() == [1.0]


def test_labels_of_2026_have_our_names(tmp_path):
    age = {**plans(ehcplans=3), "topic": "Age at start of academic year", "breakdown": "age 7"}
    held = {**plans(ehcplans=3), "topic": "Years EHC plan in place", "breakdown": "1 or less"}
    path = write(tmp_path / "a.zip", [plans(ehcplans=10), age, held], release=2026)
    frame = load([path]).table("ees_caseload")
    assert list(zip(frame["topic"], frame["breakdown"], strict=True)) == [
        ("total", "total"),
        ("age", "7"),
        ("years_held", "0-1"),
    ]


def test_headings_are_found_in_any_case(tmp_path):
    path = write(tmp_path / "a.zip", [plans(ehcplans=9, mainstream_academy=9)])
    edit(path, "data/caseload.csv", lambda rows: [[h.upper() for h in rows[0]], *rows[1:]])
    assert caseload(path)["886", 2025, "mainstream"] == 9


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_symbol_is_missing_and_never_zero(tmp_path, symbol):
    rows = [
        plans(ehcplans=9, mainstream_academy=symbol),
        plans(area={**KENT, "code": "887", "name": "Medway"}, ehcplans=5, mainstream_academy=0),
    ]
    published = load([write(tmp_path / "a.zip", rows)])
    frame = published.table("ees_caseload").set_index("code")["mainstream_academy"]
    assert np.isnan(frame["886"])
    assert frame["887"] == 0


def test_where_a_symbol_stood_is_kept(tmp_path):
    rows = [
        plans(ehcplans=9, mainstream_academy="c"),
        plans(area={**KENT, "code": "887", "name": "Medway"}, ehcplans=5, mainstream_academy=2),
    ]
    kept = load([write(tmp_path / "a.zip", rows)]).table("ees_symbols")
    one = kept[kept["code"] == "886"]
    assert (one["symbol"].tolist(), one["topic"].tolist()) == (["c"], ["total"])
    everywhere = kept[kept["code"] == "*"]
    assert "neet" in set(everywhere["column"])
    assert set(everywhere["symbol"]) == {"x"}


def test_a_value_that_is_neither_figure_nor_symbol_is_named(tmp_path):
    rows = [plans(ehcplans=9), plans(year=2024, ehcplans="1,2oo")]
    published = load([write(tmp_path / "a.zip", rows)])
    frame = published.table("ees_caseload").set_index("year")["ehcplans"]
    assert frame[2025] == 9
    assert np.isnan(frame[2024])
    (problem,) = [p for p in published.problems if p.code == "published.not_a_figure"]
    assert (problem.row, problem.column, problem.value) == (3, "ehcplans", "1,2oo")


def test_a_repeated_row_is_set_aside_and_counted(tmp_path):
    published = load([write(tmp_path / "a.zip", [plans(ehcplans=9), plans(ehcplans=9)])])
    assert len(published.table("ees_caseload")) == 1
    assert "published.repeated_row" in [p.code for p in published.problems]
    account = published.accounts[0]
    assert (account.rows_read, account.rows_used, account.rows_set_aside) == (2, 1, 1)


def test_a_row_without_an_area_is_set_aside(tmp_path):
    nowhere = {**KENT, "code": "", "new_code": ""}
    published = load(
        [write(tmp_path / "a.zip", [plans(ehcplans=9), plans(area=nowhere, ehcplans=1)])]
    )
    assert published.table("ees_caseload")["code"].tolist() == ["886"]
    assert "published.no_area" in [p.code for p in published.problems]


def test_a_row_of_the_wrong_width_is_set_aside_with_its_number(tmp_path):
    path = write(tmp_path / "a.zip", [plans(ehcplans=9), plans(year=2024, ehcplans=8)])
    edit(path, "data/caseload.csv", lambda rows: [rows[0], rows[1], [*rows[2], "more"]])
    published = load([path])
    assert published.table("ees_caseload")["year"].tolist() == [2025]
    (problem,) = [p for p in published.problems if p.code == "published.row_width"]
    assert problem.row == 3


def test_a_heading_that_stands_twice_keeps_its_first_column(tmp_path):
    columns = ees_layout.columns_of("ees_reviews", 2025)
    reviews = pd.DataFrame([{**plans(year=2024), **dict.fromkeys(columns.values(), 7)}])
    path = write(tmp_path / "a.zip", [plans(ehcplans=9)], others={"ees_reviews": reviews})

    def again(rows):
        place = rows[0].index("review_meeting_prior_24")
        return [
            [*r[: place + 1], r[place] if i == 0 else "99", *r[place + 1 :]]
            for i, r in enumerate(rows)
        ]

    edit(path, "data/annual_reviews.csv", again)
    frame = load([path]).table("ees_reviews")
    assert frame["review_meeting_prior_24"].tolist() == [7.0]


def test_academic_years_are_census_years_and_calendar_years_stay(tmp_path):
    flows = pd.DataFrame([{**plans(year=2024), "flow": "new", "people": 12}])
    published = load([write(tmp_path / "a.zip", [plans(ehcplans=9)], flows=flows)])
    assert published.table("ees_caseload")["year"].tolist() == [2025]
    assert published.table("ees_new_plans")["year"].tolist() == [2024]
    row = published.table("flows").iloc[0]
    assert (row["year"], row["flow"], row["people"]) == (2024, "new", 12)


def test_levels_and_codes_are_those_of_the_contract(tmp_path):
    region = {**KENT, "level": "region", "code": "E12000008", "name": "South East", "new_code": ""}
    rows = [plans(area=ENGLAND, ehcplans=3), plans(area=region, ehcplans=2), plans(ehcplans=1)]
    frame = load([write(tmp_path / "a.zip", rows)]).table("ees_caseload")
    assert frame[["level", "code", "name", "region_code"]].to_numpy().tolist() == [
        ["england", "E92000001", "England", ""],
        ["region", "E12000008", "South East", "E12000008"],
        ["la", "886", "Kent", "E12000008"],
    ]


def test_a_new_label_is_kept_and_said(tmp_path):
    rows = [plans(ehcplans=9), {**plans(ehcplans=4), "topic": "Hair colour", "breakdown": "Red"}]
    published = load([write(tmp_path / "a.zip", rows)])
    assert "Hair colour" in set(published.table("ees_caseload")["topic"])
    (problem,) = [p for p in published.problems if p.code == "published.new_label"]
    assert "Hair colour" in problem.message


def test_percentages_that_do_not_follow_from_the_numbers_are_said(tmp_path):
    need = pd.DataFrame([plans(ehc_plans=10, number_asd=4, asd_pc=55.0)])
    published = load([write(tmp_path / "a.zip", [plans(ehcplans=10)], need_stock=need)])
    published.table("ees_need_stock")
    assert [p.code for p in published.problems] == ["published.percentages"]


def test_an_unknown_layout_names_file_release_and_missing_columns(tmp_path):
    path = write(tmp_path / "plans.zip", [plans(ehcplans=9)])

    def rename(rows):
        return [[h.replace("nm_early_years", "pvi") for h in rows[0]], *rows[1:]]

    edit(path, "data/caseload.csv", rename)
    with pytest.raises(InputError) as error:
        load([path])
    assert error.value.where == "plans.zip, data/caseload.csv"
    assert "2025 release" in error.value.what
    assert "missing: nm_early_years." in error.value.what


def test_a_percentage_may_be_missing(tmp_path):
    path = write(tmp_path / "a.zip", [plans(ehcplans=9, mainstream_academy=9)])

    def drop(rows):
        place = rows[0].index("mainstream_total_pc")
        return [[v for i, v in enumerate(r) if i != place] for r in rows]

    edit(path, "data/caseload.csv", drop)
    assert caseload(path)["886", 2025, "total"] == 9


def test_a_release_before_2023_is_refused_by_name(tmp_path):
    path = tmp_path / "sen2_age_caseload.csv"
    path.write_text(
        "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
        "region_name,new_la_code,old_la_code,la_name,establishment_group,establishment_type,num\n"
        "2022,Calendar year,National,E92000001,England,,,,,,Mainstream,Academy,1\n",
        encoding="utf-8-sig",
    )
    with pytest.raises(InputError, match="before 2023") as error:
        load([path])
    assert error.value.where == "sen2_age_caseload.csv"


def test_a_file_without_rows_is_refused(tmp_path):
    path = write(tmp_path / "a.zip", [plans(ehcplans=9)])
    edit(path, "data/caseload.csv", lambda rows: rows[:1])
    with pytest.raises(InputError, match="no rows"):
        load([path]).table("ees_caseload")


def test_phase_transfers_are_taken_as_they_stand(tmp_path):
    path = tmp_path / "anything.csv"
    path.write_text(
        "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
        "region_name,new_la_code,old_la_code,la_name,breakdown_topic,breakdown,"
        "phase_transfers_due,phase_transfers_on_time\n"
        "202526,Academic year,National,E92000001,England,,,,,,All,All,10,7\n"
    )
    frame = load([path]).table("ees_phase_transfers")
    assert frame[
        ["year", "phase_transfers_due", "phase_transfers_on_time"]
    ].to_numpy().tolist() == [[2026, 10, 7]]


def test_every_table_that_can_be_written_is_read_back_the_same(tmp_path):
    for table in sorted(set(reference.table("ees_files")["table"])):
        for release in (2025, 2026):
            columns = sorted(set(ees_layout.columns_of(table, release).values()))
            frame = pd.DataFrame(
                [{**plans(year=2024), **{c: i + 0.5 for i, c in enumerate(columns)}}]
            )
            name, text = ees_csv(table, frame, release)
            path = tmp_path / f"{release}-{name}"
            path.write_text(text, encoding="utf-8-sig", newline="")
            read = ees.read(sheets(path)[0]).tables[table]
            assert read[columns].iloc[0].tolist() == [i + 0.5 for i in range(len(columns))]
            assert read[["topic", "breakdown"]].iloc[0].tolist() == ["total", "total"]


def test_every_label_that_can_be_written_is_read_back_the_same():
    aliases = reference.table("ees_aliases")
    aliases = aliases[aliases["since"] == "2025"]
    known = aliases[aliases["kind"] == "breakdown"].drop_duplicates(["topic", "canonical"])
    for table in ("ees_caseload", "ees_requests", "ees_ceased", "ees_work_based"):
        rows = [
            {**plans(), "topic": t, "breakdown": c}
            for t, c in zip(known["topic"], known["canonical"], strict=True)
        ]
        _, text = ees_csv(table, pd.DataFrame(rows))
        written = [line.split(",", 12)[10:12] for line in text.splitlines()[1:]]
        for row, (topic, label) in zip(rows, written, strict=True):
            ours = ees_layout.topics()[topic.lower()]
            assert ours == row["topic"]
            assert ees_layout.breakdowns()[ours, label.lower()] == row["breakdown"]


def test_the_same_figures_give_the_same_bytes(tmp_path):
    made = [write(tmp_path / name, [plans(ehcplans=9)]).read_bytes() for name in ("a.zip", "b.zip")]
    assert made[0] == made[1]


def test_subtotals_leave_what_is_given_and_do_not_hide_what_is_missing():
    frame = pd.DataFrame(
        {"ehcplans": [10, 10], "mainstream_academy": [4, "c"], "special_independent": [6, 6]}
    )
    made = with_subtotals(frame)
    assert made["mainstream_total"].iloc[0] == 4
    assert np.isnan(made["mainstream_total"].iloc[1])
    assert made["special_total_pc"].tolist() == [60.0, 60.0]
    assert "mainstream_total" not in frame


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"release": 2019}, "2019 release is not known"),
        ({"flows": pd.DataFrame([{**plans(), "flow": "arrivals", "people": 1}])}, "no flow"),
        ({"need_stock": pd.DataFrame([{"year": 2025, "ehc_plans": 1}])}, "lacks level"),
    ],
)
def test_the_writer_names_what_is_wrong(tmp_path, change, words):
    with pytest.raises(InputError, match=words):
        write_ees_zip(tmp_path / "a.zip", pd.DataFrame([plans(ehcplans=9)]), **change)
