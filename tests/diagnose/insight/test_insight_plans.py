"""Themes, principles, changes, the grant, who took part and what they said."""

import pytest

from tests.diagnose.insight.insight_cases import CITED, FEW, areas, findings, made
from toolkit.diagnose.insight import context, engaged, labels, plans, quoted

TRANCHES = {"1": 20, "2": 22, "3": 12}


def test_twenty_twentytwo_and_twelve_areas_are_54():
    frame = context.waves(areas(TRANCHES), CITED).frame.set_index("group")
    assert frame["present"].to_dict() == {"1": 20, "2": 22, "3": 12, "All": 54}


def test_after_two_tranches_42_of_54_are_in_and_the_others_are_listed():
    known = areas(TRANCHES, done=("1", "2"))
    row = context.waves(known, CITED).frame.set_index("group").loc["All"]
    assert (row["present"], row["expected"], row["missing"]) == (42, 54, 12)
    set_aside = known.iloc[:0][["name", "reason"]]
    assert len(context.absent(known, set_aside, CITED).frame) == 12


def test_the_final_view_of_the_grant_has_six_categories_and_the_interim_five():
    known = labels.catalogue("grant")
    assert len(known) == 6
    assert list(known.loc[known["group"].eq("final"), "code"]) == ["capital"]
    frame = plans.grants(findings("grants"), known, **FEW).frame.set_index("category")
    assert frame.loc["capital", "crosswalk"] == "Added in the final view"
    assert frame["interim_share"].isna().to_dict()["capital"]
    inside = frame.drop(index="All")
    assert inside["share"].sum() == pytest.approx(100)
    assert inside["interim_share"].sum() == pytest.approx(100)


def test_549000_of_a_million_is_54_9_percent():
    made_ = plans.grants(findings("grants"), labels.catalogue("grant"), **FEW)
    assert made_.frame.set_index("category").loc["schools", "share"] == pytest.approx(54.9)
    assert made_.measure("share").decimals == 1


def test_an_area_without_all_categories_is_not_in_the_shares():
    frame = plans.grants(findings("grants"), labels.catalogue("grant"), **FEW).frame
    assert set(frame["areas"]) == {1}
    assert frame.set_index("category").loc["All", "amount"] == 1_000_000


def yes(slug, name, value):
    return {"slug": slug, "id": name, "value": value, "unit": "number"}


def test_there_are_three_themes_and_an_area_may_lack_any():
    themes = labels.labels("theme")
    assert len(themes) == 3
    rows = [
        yes(s, f"23.theme.{t}", v)
        for s, flags in (("a", (1, 0, 0)), ("b", (1, 1, 0)))
        for t, v in zip(themes, flags, strict=True)
    ]
    frame = plans.said_by(
        made(rows), "23.theme.{theme}", "theme", themes, called="Themes", **FEW
    ).frame
    assert list(frame["count"]) == [2, 1, 0]
    assert set(frame["areas"]) == {2}


def test_changes_are_told_group_by_group_and_not_for_a_group_of_few_areas():
    known = areas({"1": 3, "2": 3, "3": 1})
    yes_of = {"t1a0", "t1a1", "t2a0", "t3a0"}
    rows = [yes(s, "31.change.transitions", float(s in yes_of)) for s in known["slug"]]
    changes = labels.labels("change")
    frame = plans.said_in(made(rows), known, "31.change.{change}", "change", changes, 2,
                          called="Changes", cited=CITED).frame  # fmt: skip
    assert frame.set_index("group")["count"].to_dict() == {"1": 2, "2": 1}
    assert frame.set_index("group")["share"].round().to_dict() == {"1": 67, "2": 33}


def test_risks_to_delivery_are_the_mean_of_areas_and_how_many_call_them_high():
    rows = [yes(s, "31.risk.capacity", v) for s, v in (("a", 5), ("b", 4), ("c", 1), ("d", 2))]
    rows += [yes("a", "31.risk.partners", 3)]
    frame = plans.risks(made(rows), labels.labels("risk"), 2, CITED).frame.set_index("risk")
    assert list(frame.index) == ["capacity"]  # one area is too few for the other
    assert frame.loc["capacity", ["areas", "mean", "high"]].tolist() == [4, 3.0, 2]


def test_each_theme_is_held_against_both_principles():
    both = labels.labels("principle")
    assert len(both) == 2
    flags = {"mainstream": (1, 1), "special": (1, 0), "outcomes": (0, 0)}
    rows = [
        yes("a", f"23.principle.{theme}.{principle}", flag)
        for theme, pair in flags.items()
        for principle, flag in zip(both, pair, strict=True)
    ]
    frame = plans.principles(made(rows), labels.labels("theme"), both, **FEW).frame
    assert list(frame["check"]) == ["Serves both", "Serves one", "Serves none"]


@pytest.mark.parametrize(
    ("kind", "count"), [("change", 5), ("role", 4), ("lever", 4), ("engaged", 5)]
)
def test_the_catalogue_holds_what_the_programme_named(kind, count):
    assert len(labels.labels(kind)) == count


def people(slug, group, value):
    return {"slug": slug, "id": f"20.engaged.{group}", "value": value, "unit": "people"}


def test_tiles_are_added_up_over_areas_with_those_before_the_last_wave_beside():
    rows = [people("t1a0", "cyp", 500), people("t2a0", "cyp", 306), people("t3a0", "cyp", 397)]
    known = areas({"1": 1, "2": 1, "3": 1})
    row = engaged.tiles(made(rows), known, "tranche", labels.labels("engaged"), **FEW).frame.iloc[0]
    assert (row["tile"], row["so_far"], row["checked"]) == ("1,200+", "800+", "At least as many")


@pytest.mark.parametrize(
    ("final", "interim", "flagged"), [(1203, 806, False), (806, 806, False), (805, 806, True)]
)
def test_a_final_count_below_the_interim_one_is_flagged(final, interim, flagged):
    assert ("check the counts" in engaged.compared(final, interim)) is flagged


def test_data_points_are_those_of_all_areas_added_up():
    rows = [yes("a", "01.data_points", 4_000_000), yes("b", "01.data_points", 5_120_000)]
    assert engaged.points(made(rows), **FEW).frame["points"].iloc[0] == 9_120_000


def rating(measure, value, base=10):
    return {
        "slug": "a",
        "id": f"40.satisfaction.{measure}",
        "value": value,
        "base": base,
        "unit": "number",
    }


@pytest.mark.parametrize(("lowest", "said"), [(4.5, True), (4.4, False)])
def test_the_sentence_on_ratings_needs_every_mean_at_4_5(lowest, said):
    rows = made([rating("support", 4.8), rating("pace", lowest)])
    ratings = engaged.satisfaction(rows, labels.labels("satisfaction"), **FEW)
    assert engaged.is_good(ratings) is said


def test_ratings_weigh_by_the_people_who_gave_them():
    rows = made([rating("support", 5, 10), {**rating("support", 4, 30), "slug": "b"}])
    ratings = engaged.satisfaction(rows, labels.labels("satisfaction"), **FEW)
    assert ratings.frame["mean"].iloc[0] == pytest.approx(4.25)


def test_training_prints_92_94_92_and_97():
    good = {
        ("module_1", "delivery"): 92,
        ("module_1", "engagement"): 94,
        ("module_2", "delivery"): 92,
        ("module_2", "engagement"): 97,
    }
    rows = [
        {"slug": "a", "id": f"00.training.{m}.{q}", "value": v, "base": 100, "unit": "people"}
        for (m, q), v in good.items()
    ]
    frame = engaged.training(
        made(rows), labels.labels("training_module"), labels.labels("training_measure"), **FEW
    ).frame
    assert list(frame["share"]) == [92, 94, 92, 97]


def test_quotations_come_by_role_and_without_the_area():
    rows = [
        {
            "slug": "secret-area",
            "id": f"22.quote.{role}.1",
            "value": f"Words of {role}.",
            "unit": "text",
        }
        for role in ("send_lead", "dcs", "neighbour")
    ]
    frame = quoted.by_role(made(rows), areas({"1": 1}), labels.labels("role"), CITED).frame
    assert list(frame["who"]) == ["Director of children's services", "SEND lead"]
    assert "secret-area" not in frame.to_string()


def test_growth_avoided_is_called_cost_avoided_and_never_a_saving():
    assert "saving" not in labels.AVOIDED.lower()
    assert "cost avoided" in labels.AVOIDED
