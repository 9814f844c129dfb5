"""The audit finds what an outsider could, and accuses no sound folder."""

import zipfile

import pytest
import xlsxwriter

from tests.audit.pages import folder, needs, sexes, table
from toolkit.audit.audit import audit

SAFE = needs(520, 300, "[c]", "[c]", 840)  # the two come to 20


def kinds(path, **more):
    return sorted({b.kind for b in audit(path, **more).breaches})


def test_a_sound_table_is_not_accused(tmp_path):
    made = audit(folder(tmp_path, SAFE))
    assert (made.hidden, made.breaches) == (2, ())
    assert [round(ends[1]) for ends in made.ranges.values()] == [19, 19]


def test_a_lone_mark_is_recovered_from_its_total(tmp_path):
    made = audit(folder(tmp_path, needs(520, 300, 17, "[c]", 840)))
    assert [(b.kind, b.range) for b in made.breaches] == [("recovered", (3, 3))]
    assert made.breaches[0].labels == "ehc plans: 2025, hearing"


def test_a_lone_mark_above_the_threshold_gives_no_child_away(tmp_path):
    assert kinds(folder(tmp_path, needs(520, 300, 3000, "[c]", 3840))) == []


@pytest.mark.parametrize(("total", "found"), [(826, ["narrow"]), (827, [])])
def test_two_marks_with_a_small_sum_are_too_narrow(tmp_path, total, found):
    # 6 between two: each is 1 to 5. 7: each can be 6.
    assert kinds(folder(tmp_path, needs(520, 300, "[c]", "[c]", total))) == found


def test_two_tables_that_are_safe_apart_are_attacked_together(tmp_path):
    by_sex = sexes(
        [("Autism", 400, 120, 520), ("Speech", 200, 100, 300), ("Vision", "[c]", "[c]", 17),
         ("Hearing", "[c]", "[c]", 12), ("All", 615, 234, 849)]
    )  # fmt: skip
    assert kinds(folder(tmp_path, by_sex)) == []
    rows = [("Autism", 120), ("Speech", 100), ("Vision", 3), ("Hearing", "[c]")]
    girls = table("Girls with a plan by need (EHC plans, people)", ["Need", "Girls"], rows)
    assert kinds(folder(tmp_path, by_sex, girls)) != []


def test_a_mark_in_one_table_and_its_figure_in_another_are_matched(tmp_path):
    other = needs(520, 300, 17, 3, 840, caption="Plans of January 2025, again")
    assert "told" in kinds(folder(tmp_path, SAFE, other))


def test_an_exact_share_of_a_base_gives_its_count_away(tmp_path):
    headings = ["Need", "Plans (people)", "All plans (people)", "Share (%)"]
    rows = [("Autism", 520, 840, 61.9), ("Speech", 300, 840, 35.7), ("Vision", 17, 840, 2.0),
            ("Hearing", "[c]", 840, 0.4)]  # fmt: skip
    assert kinds(folder(tmp_path, table("Plans by need", headings, rows))) == ["recovered"]


def test_a_sum_and_a_mean_give_a_count_away(tmp_path):
    headings = ["Need", "Plans (people)", "Spend (£)", "Unit cost (£ per plan)"]
    rows = [("Autism", 520, 5_200_000, 10_000), ("Speech", 300, 2_700_000, 9_000),
            ("Vision", 17, 204_000, 12_000), ("Hearing", "[c]", 60_000, 20_000)]  # fmt: skip
    assert kinds(folder(tmp_path, table("Spend by need", headings, rows))) == ["recovered"]


SPENT = [("Special", 812, 20_311_368, 25_014), ("Mainstream", 1200, 14_408_400, 12_007)]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        pytest.param(("After an appeal", 6, 204_452, 51_113), ["quotient"], id="two are not in it"),
        pytest.param(("After an appeal", "[c]", 204_452, 51_113), ["quotient"], id="a small count"),
        pytest.param(("After an appeal", 40, 2_044_520, 51_113), [], id="the count beside it"),
        pytest.param(("After an appeal", 60, 2_044_520, 51_113), [], id="twenty are not in it"),
        pytest.param(("After an appeal", 6, 205_517, 51_113), [], id="full-year equivalents"),
    ],
)
def test_one_sum_over_another_tells_who_is_counted(tmp_path, row, found):
    headings = ["Plans", "Plans (people)", "Cost in a full year (£)", "Unit cost (£ per plan)"]
    page = table("Plans and their cost", headings, [*SPENT, row])
    assert kinds(folder(tmp_path, page)) == found


def test_sums_rounded_to_a_thousand_are_not_taken_for_exact(tmp_path):
    headings = ["Plans", "Cost in a full year (£)", "Unit cost (£ per plan)"]
    rows = [("Special", 20_312_000, 25_014), ("After an appeal", 204_000, 50_771)]
    assert kinds(folder(tmp_path, table("Plans and their cost", headings, rows))) == []


def test_columns_that_add_up_are_held_against_a_row_with_a_mark(tmp_path):
    headings = ["Year", "On time (people)", "Late (people)", "Issued (people)"]
    rows = [("2021", 100, 40, 140), ("2022", 90, 55, 145), ("2023", 120, 31, 151),
            ("2024", 130, "[c]", 133)]  # fmt: skip
    assert kinds(folder(tmp_path, table("Plans issued", headings, rows))) == ["recovered"]


def test_a_sentence_that_names_a_hidden_figure_is_found(tmp_path):
    said = "<p>In 2025, 3 ehc plans were for hearing.</p>"
    assert kinds(folder(tmp_path, SAFE, said)) == ["text"]
    assert kinds(folder(tmp_path, SAFE, said.replace("<p>", "<svg><desc>"))) == ["text"]
    assert kinds(folder(tmp_path, SAFE, said.replace("3 ehc", "[c] ehc"))) == []


def test_an_earlier_release_that_showed_a_mark_of_today_is_found(tmp_path):
    before = folder(tmp_path / "before", needs(520, 300, 17, 3, 840))
    now = folder(tmp_path / "now", SAFE)
    assert kinds(now) == []
    assert kinds(now, before=before) == ["told"]


@pytest.mark.parametrize(("now", "found"), [(520, []), (521, ["difference"]), (526, [])])
def test_a_small_difference_between_two_releases_is_found(tmp_path, now, found):
    before = folder(tmp_path / "before", needs(520, 300, 40, 30, 890))
    after = folder(tmp_path / "now", needs(now, 300, 40, 30, 890 + (now - 520) * 2))
    listed = [b for b in audit(after, before).breaches if "autism" in b.labels]
    assert [b.kind for b in listed] == found


def test_a_new_table_that_misses_an_old_total_by_a_child_is_found(tmp_path):
    wards = [("North", 500, 100, 600), ("South", 340, 60, 400), ("All", 841, 160, 1000)]
    made = folder(tmp_path, sexes(wards, "Plans by ward and sex (Plans, people)"))
    assert "difference" in kinds(made)


def test_csv_files_are_attacked_too(tmp_path):
    text = "need,plans\nAutism,520\nSpeech,300\nVision,17\nHearing,[c]\nTotal,840\n"
    (tmp_path / "plans.csv").write_text(text, encoding="utf-8")
    assert kinds(tmp_path) == ["recovered"]


def test_workbooks_are_attacked_too(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "plans.xlsx") as book:
        sheet = book.add_worksheet("Plans")
        for at, row in enumerate([("Need", "Plans"), ("Autism", 520), ("Vision", 17),
                                  ("Hearing", "[c]"), ("Total", 540)]):  # fmt: skip
            sheet.write_row(at, 0, row)
    assert kinds(tmp_path) == ["recovered"]


def test_counts_rounded_to_five_are_not_taken_for_exact(tmp_path):
    rows = [("Autism", 400, 120, 520), ("Speech", 200, 100, 300), ("Vision", 20, 15, 35),
            ("Hearing", 25, "[c]", 30), ("All", 645, 240, 885)]  # fmt: skip
    assert kinds(folder(tmp_path, sexes(rows))) == []


def test_a_row_that_shows_nothing_but_its_published_total_tells_no_more_than_it(tmp_path):
    rows = [("Autism", 400, 120, 520), ("Speech", 200, 100, 300), ("Vision", "[c]", "[c]", 3),
            ("All", 602, 221, 823)]  # fmt: skip
    found = audit(folder(tmp_path, sexes(rows))).breaches
    assert [b.kind for b in found] == ["recovered", "recovered"]  # its columns give it away
    rows[-1] = ("All", "[c]", "[c]", 823)
    assert kinds(folder(tmp_path, sexes(rows))) == []


def test_published_margins_are_known_to_the_outsider(tmp_path):
    made = folder(tmp_path / "out", needs(520, 300, 17, "[c]", "[x]"))
    assert kinds(made) == []
    name = tmp_path / "ehcp.zip"
    lines = ["time_period,la_name,new_la_code,need,ehc_plans"]
    lines += [f"2025,{la},E1,{need},{n}" for la, scale in (("Here", 1), ("There", 2))
              for need, n in (("Autism", 520 * scale), ("Speech", 300 * scale),
                              ("Vision", 17 * scale), ("Total", 840 * scale))]  # fmt: skip
    with zipfile.ZipFile(name, "w") as packed:
        packed.writestr("data/plans.csv", "\n".join(lines))
    found = audit(made, published=name, area="Here")
    assert [b.kind for b in found.breaches] == ["recovered"]


def released(path, **columns):
    """Return the DfE's zip with the caseload of one area in these columns."""
    with zipfile.ZipFile(path, "w") as packed:
        heads = ["time_period", "la_name", "breakdown_topic", "breakdown", "ehcplans", *columns]
        row = ["202425", "Here", "All EHC plans", "All EHC plans", 912, *columns.values()]
        packed.writestr("data/caseload.csv", ",".join(heads) + "\n" + ",".join(map(str, row)))
    return path


def test_the_outsider_adds_up_the_columns_of_the_dfe_into_the_groups_of_a_report(tmp_path):
    rows = [("Mainstream schools and academies", 600),
            ("Maintained special schools and special academies", 300),
            ("Alternative provision and hospital schools", "[c]"),
            ("Post-16 and further education", "[c]"), ("All", 912)]  # fmt: skip
    made = folder(tmp_path / "out", table("EHC plans by provision, January 2025",
                                          ["Provision", "EHC plans (people)"], rows))  # fmt: skip
    assert kinds(made) == []
    known = released(tmp_path / "ehcp.zip", mainstream_academy=400, mainstream_la_maintained=200,
                     special_academy_free=300, ap_pru_academy=5, ap_pru_free_school=4)  # fmt: skip
    found = audit(made, published=known, area="Here").breaches
    assert [(b.kind, b.range) for b in found] == [("recovered", (3, 3))]  # 912 less 600, 300 and 9


def test_what_the_dfe_itself_tells_is_no_breach_of_a_release(tmp_path):
    rows = [("Mainstream schools and academies", 600),
            ("Maintained special schools and special academies", 300),
            ("Post-16 and further education", "[c]"), ("All", "[x]")]  # fmt: skip
    made = folder(tmp_path / "out", table("EHC plans by provision, January 2025",
                                          ["Provision", "EHC plans (people)"], rows))  # fmt: skip
    known = released(tmp_path / "ehcp.zip", mainstream_academy=600, special_academy_free=300,
                     ukrlp_provider=3)  # fmt: skip
    assert kinds(made, published=known, area="Here") == []


def test_a_table_of_some_parts_is_not_said_to_miss_its_total_by_a_few(tmp_path):
    every = [("Autism", 60), ("Speech", 30), ("Vision", 4), ("All", 94)]
    some = [("Autism", 60), ("Speech", 30)]
    heads = ["Need", "Change in plans"]
    assert kinds(folder(tmp_path, table("Change by need", heads, every),
                        table("Needs by change", heads, some))) == []  # fmt: skip


def test_a_merged_label_is_the_sum_of_what_it_names(tmp_path):
    merged = [("Autism", 520), ("Other, merged: Vision; Hearing", 20), ("All", 540)]
    made = table("EHC plans by need, January 2025", ["Need", "EHC plans (people)"], merged)
    now = folder(tmp_path / "now", made)
    assert kinds(now) == []
    rows = [("Autism", 520), ("Vision", 17), ("All", 540)]
    old = table("EHC plans by need, January 2025", ["Need", "EHC plans (people)"], rows)
    before = folder(tmp_path / "before", old)
    assert "recovered" in kinds(now, before=before)  # 20 less 17
