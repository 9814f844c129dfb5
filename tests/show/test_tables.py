import pytest
from bs4 import BeautifulSoup

from tests.show.making import PLANS, aggregate, by_need, drawn, published, trend
from toolkit import show
from toolkit.aggregate import Measure


def parsed(view):
    return BeautifulSoup(drawn(view), "html.parser")


def body(soup):
    return [[c.get_text() for c in row.find_all(["th", "td"])] for row in soup.tbody.find_all("tr")]


def heads(soup):
    return [[c.get_text() for c in row.find_all("th")] for row in soup.thead.find_all("tr")]


def test_a_table_has_a_caption_scopes_and_units():
    soup = parsed(show.table_view(by_need(), "Plans by need"))
    assert soup.caption.get_text() == "Plans by need"
    assert heads(soup) == [["Year", "Need", "EHC plans (people)"]]
    assert {th["scope"] for th in soup.thead.find_all("th")} == {"col"}
    assert {th["scope"] for th in soup.tbody.find_all("th")} == {"row"}
    assert all(td["class"] == ["st-n"] for td in soup.tbody.find_all("td"))
    assert not [th for th in soup.find_all("th") if not th.get_text(strip=True)]


def test_codes_show_their_labels_in_the_order_of_the_labels_and_totals_come_last():
    rows = {"need": ["All", "MSI", "ASD"], "plans": [1020, 500, 520]}
    soup = parsed(show.table_view(aggregate(rows, ["need"]), "Plans"))
    assert [row[0] for row in body(soup)] == [
        "Autistic spectrum disorder",
        "Multi-sensory impairment",
        "Total",
    ]
    assert soup.tbody.find_all("tr")[-1]["class"] == ["st-total"]


def test_marks_in_a_table_are_explained_under_it():
    counts = {"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3}
    html = drawn(show.table_view(by_need(counts), "Plans"))
    assert html.count('<td class="st-n">[c]</td>') == 2
    assert "[c] hidden, so that no child can be identified" in html
    assert "[x]" not in html


def test_a_missing_figure_is_not_a_hidden_one():
    rows = {"need": ["ASD", "SEMH"], "plans": [520, None]}
    html = drawn(show.table_view(aggregate(rows, ["need"]), "Plans"))
    assert "[x] not available" in html
    assert "[c]" not in html


def test_source_method_and_period_stand_under_a_table():
    html = drawn(show.table_view(by_need(), "Plans", note="Counted once."))
    for expected in ("SEN2 return of Exampleshire", "Plans open on census day.", "January 2025"):
        assert expected in html
    assert "Counted once." in html
    told = published({"need": ["ASD"], "plans": [3]}, ["need"])
    assert "figures as published" in drawn(show.table_view(told, "Plans"))


def test_a_share_brings_its_base():
    measures = (PLANS, Measure("base", "All plans", "people", where={"all": "yes"}),
                Measure("share", "Share", "%", ("plans", "base")))  # fmt: skip
    rows = {"need": ["ASD"], "plans": [520], "base": [1000], "share": [52.0]}
    soup = parsed(show.table_view(aggregate(rows, ["need"], measures), "Shares", ["share"]))
    assert heads(soup) == [["Need", "Share (%)", "All plans (people)"]]


def test_values_of_a_dimension_can_stand_side_by_side():
    soup = parsed(show.table_view(trend(), "Plans", across="year"))
    assert heads(soup) == [["Need", "2021", "2022", "2023", "2024", "2025"]]
    assert body(soup)[0] == ["Autistic spectrum disorder", "300", "340", "390", "450", "520"]
    assert soup.caption.get_text() == "Plans (EHC plans, people)"


def test_several_measures_side_by_side_get_two_rows_of_headings():
    measures = (PLANS, Measure("share", "Share", "%", ("plans",)))
    rows = {"year": [2024, 2025], "plans": [500, 520], "share": [50.0, 52.0], "need": ["ASD"] * 2}
    told = aggregate(rows, ["year", "need"], measures)
    soup = parsed(show.table_view(told, "Plans", across="year"))
    assert heads(soup)[0] == ["Need", "2024", "2025"]
    assert [th["scope"] for th in soup.thead.find_all("tr")[0].find_all("th")] == [
        "col", "colgroup", "colgroup",
    ]  # fmt: skip
    assert heads(soup)[1] == ["EHC plans (people)", "Share (%)"] * 2


@pytest.mark.parametrize(("rows", "scrolls"), [(3, False), (15, True)])
def test_a_long_table_scrolls_in_a_region_that_the_keyboard_reaches(rows, scrolls):
    frame = {"k": [f"k{i:02}" for i in range(rows)], "plans": [100 + i for i in range(rows)]}
    soup = parsed(show.table_view(aggregate(frame, ["k"]), "Plans"))
    region = soup.find(role="region")
    assert (region is not None) is scrolls
    if region:
        assert region["tabindex"] == "0"
        assert region["aria-label"] == "Table: Plans"


def test_percentage_points_carry_their_sign():
    rows = {"k": ["a", "b", "c"], "d": [3.2, -1.0, 0.0]}
    told = published(rows, ["k"], measures=(Measure("d", "Change", "pp"),))
    assert [r[1] for r in body(parsed(show.table_view(told, "Change")))] == ["+3.2", "−1.0", "0.0"]


def test_a_table_of_three_columns_of_words_scrolls_rather_than_breaks_them():
    rows = {"need": ["ASD", "VI"], "a": ["Commissioning"] * 2, "b": ["Workstream"] * 2}
    measures = (Measure("a", "Enabler", "text"), Measure("b", "Workstream", "text"))
    view = show.table_view(aggregate(rows, ["need"], measures), "What each needs")
    assert parsed(view).find(class_="st-scroll")["tabindex"] == "0"
