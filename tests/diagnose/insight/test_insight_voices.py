"""What each group of people said: who is heard, what they name, where they differ, their words."""

import pandas as pd
import pytest

from tests.diagnose.insight.insight_cases import CITED, areas, made
from toolkit.diagnose.insight import beside, heard, labels, quoted, voices, weigh

GROUPS = labels.labels("respondent")
FACTORS = labels.labels("component")
KNOWN = areas({"1": 6})
SLUGS = [f"a{at}" for at in range(6)]


def said(slug, who, factor, value, base=100):
    return {"slug": slug, "id": f"22.factor.{who}.{factor}", "value": value, "base": base,
            "unit": "people"}  # fmt: skip


def quote(slug, who, words):
    return {"slug": slug, "id": f"22.quote.{who}.1", "value": words, "unit": "text"}


def voice(rows, who="cyp", minimum=5):
    return voices.voice(made(rows), KNOWN, who, "plans", minimum, CITED)


def compared(rows, who="cyp", weights="plans"):
    return beside.beside(made(rows), who, GROUPS, FACTORS, weights, 2, CITED)


def test_children_come_first_and_send_specialists_are_named():
    assert list(GROUPS) == ["cyp", "parent_carer", "provider", "practitioner"]
    assert GROUPS["practitioner"].startswith("SEND specialists")


def test_a_group_that_too_few_areas_asked_keeps_its_row_and_is_said_not_to_be_heard():
    rows = [said(s, "parent_carer", "M1", 50) for s in SLUGS]
    rows += [said(s, "cyp", "M1", 50) for s in SLUGS[:4]]
    told = heard.heard(made(rows), GROUPS, 5, CITED)
    row = told.frame.set_index("group").loc["cyp"]
    assert (row["areas"], row["told"]) == (4, "No: fewer than 5 areas")
    assert pd.isna(row["base"])  # the children of four areas are not counted
    sentence, cells = heard.unheard(told)
    assert cells["names"].startswith("children and young people; education providers")
    assert "parents" not in cells["names"]
    assert "no agreement" in sentence


def test_a_group_whose_answers_areas_hid_is_said_not_to_be_heard():
    rows = [said(s, "cyp", "M1", "hidden", 9) for s in SLUGS]
    told = heard.heard(made(rows), GROUPS, 5, CITED).frame.set_index("group")
    assert told.loc["cyp", "told"] == "No: too much is hidden"


def test_where_every_group_is_heard_it_is_said():
    rows = [said(s, who, "M1", 50) for s in SLUGS for who in GROUPS]
    sentence, cells = heard.unheard(heard.heard(made(rows), GROUPS, 5, CITED))
    assert "children and young people among them" in sentence
    assert cells == {}


def test_people_who_took_part_stand_beside_those_who_answered():
    rows = [said(s, "cyp", "M1", 5, 10) for s in SLUGS]
    rows += [{"slug": s, "id": "20.engaged.cyp", "value": 12, "unit": "people"} for s in SLUGS]
    row = heard.heard(made(rows), GROUPS, 5, CITED).frame.set_index("group").loc["cyp"]
    assert (row["joined"], row["base"], row["joined_areas"]) == (72, 60, 6)


def test_a_group_has_the_factors_that_it_names_most_with_base_and_range():
    rows = [said(s, "cyp", f, v) for s in SLUGS for f, v in (("M1", 20), ("M7", 60), ("M8", 50))]
    told = voice(rows).finding()
    order = [told.sentence.index(FACTORS[f]) for f in ("M7", "M8", "M1")]
    assert order == sorted(order)
    assert "children and young people answered" in told.sentence
    row = told.value.aggregate.frame.set_index("factor").loc["M7"]
    assert (row["base"], row["share"]) == (600, 60)
    assert row["low"] < 60 < row["high"]
    assert {told.low.column, told.high.column, told.base.column} == {"low", "high", "base"}


def test_a_group_that_is_not_heard_is_not_quoted():
    rows = [said(s, "cyp", "M1", 50) for s in SLUGS[:4]]
    rows += [quote(s, "cyp", "Ask me first.") for s in SLUGS]
    silent = voice(rows)
    assert (len(silent.named.frame), len(silent.compared.frame), len(silent.words.frame)) == (
        0,
    ) * 3


def test_groups_that_agree_in_every_area_do_not_differ_where_other_areas_asked_them():
    # Over all areas together 64% of children name it and 36% of parents: an artefact of where.
    many, few = {"cyp": 800, "parent_carer": 200}, {"cyp": 200, "parent_carer": 800}
    asked = (("a", many, 80), ("b", few, 20), ("c", many, 70), ("d", few, 10))
    rows = [said(s, who, "M1", n * share // 100, n)
            for s, bases, share in asked for who, n in bases.items()]  # fmt: skip
    frame = compared(rows).frame
    assert frame["gap"].tolist() == pytest.approx([0])
    assert len(beside.clear(compared(rows)).frame) == 0


def test_what_one_group_names_more_often_the_other_names_less_often():
    rows = [said(s, "cyp", "M8", 60 + at) for at, s in enumerate(SLUGS)]
    rows += [said(s, "provider", "M8", 40) for s in SLUGS]
    one, other = (beside.clear(compared(rows, who)).frame.iloc[0] for who in ("cyp", "provider"))
    assert one["gap"] == pytest.approx(-other["gap"]) == pytest.approx(22.5)
    assert one["gap_low"] == pytest.approx(-other["gap_high"])
    sentence, cells = voice(rows).difference()
    assert "more often than education providers do ({more:signed})" in sentence
    assert cells["more"].column == "gap"
    assert "less often than children and young people do" in voice(rows, "provider").difference()[0]


def test_groups_that_differ_no_more_than_areas_do_are_said_not_to_differ():
    rows = [said(s, "cyp", "M8", 50 + (9 if at % 2 else -8)) for at, s in enumerate(SLUGS)]
    rows += [said(s, "provider", "M8", 50) for s in SLUGS]
    assert voice(rows).difference() == (voices.NOT_APART, {})


def test_groups_are_not_compared_where_hidden_counts_hold_over_a_tenth_of_the_people():
    rows = [said(s, "cyp", "M8", 60) for s in SLUGS]
    rows += [said(s, "provider", "M8", 40 if at else "hidden") for at, s in enumerate(SLUGS)]
    assert len(compared(rows).frame) == 0
    assert voice(rows).difference() == (voices.TOO_LITTLE, {})


def test_areas_may_weigh_equally_when_groups_are_compared():
    rows = [said("a", "cyp", "M8", 90, 100), said("a", "provider", "M8", 50, 100)]
    rows += [said("b", "cyp", "M8", 500, 1000), said("b", "provider", "M8", 500, 1000)]
    assert compared(rows, weights="equal").frame["gap"].iloc[0] == pytest.approx(20)
    assert compared(rows).frame["gap"].iloc[0] == pytest.approx(40 / 11)


def test_a_range_among_many_is_that_of_bonferroni():
    values, size = pd.Series([1.0, 2.0, 3.0, 4.0]), pd.Series(1.0, index=range(4))
    alone, many = (weigh.mean(values, size, "equal", among=n) for n in (1, 10))
    reach = 1.290994 / 2  # standard error of the four
    assert alone["high"] - 2.5 == pytest.approx(3.182446 * reach, rel=1e-5)  # t of 3, 0.975
    assert many["high"] - 2.5 == pytest.approx(7.453319 * reach, rel=1e-5)  # t of 3, 0.9975


def test_at_most_three_are_quoted_by_a_lot_that_the_order_of_areas_does_not_change():
    rows = [quote(s, "cyp", f"Words {at}.") for at, s in enumerate(SLUGS)]
    drawn = [quoted.of_group(made(r), KNOWN, "cyp", CITED).frame for r in (rows, rows[::-1])]
    assert len(drawn[0]) == 3
    assert drawn[0].equals(drawn[1])


def test_words_that_name_an_area_are_not_quoted():
    known = KNOWN.assign(name=["Kent", *KNOWN["name"][1:]])
    words = ["In kent nobody asked.", "Kentish hops grow well.", "Nobody asked."]
    rows = [quote(s, who, w) for s, w in zip(SLUGS, words, strict=False) for who in ("cyp", "dcs")]
    told = quoted.of_group(made(rows), known, "cyp", CITED).frame["words"]
    by_role = quoted.by_role(made(rows), known, labels.labels("role"), CITED).frame["words"]
    assert set(told) == set(by_role) == set(words[1:])
