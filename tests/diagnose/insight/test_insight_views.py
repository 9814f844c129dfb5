"""Enablers, levers, components and factors over many areas."""

import pytest

from tests.diagnose.insight.insight_cases import CITED, FEW, findings, made
from toolkit.diagnose.insight import labels, views
from toolkit.diagnose.insight.pick import pick
from toolkit.diagnose.insight.shares import shares

LEVERS, COMPONENTS = labels.labels("lever"), labels.catalogue("component")


def enabler(slug, code, value):
    return {"slug": slug, "id": f"22.enabler.{code}", "value": value, "base": 30, "unit": "people"}


def test_the_enabler_named_most_is_parent_carer_confidence():
    rows = [
        enabler("a", "parent_confidence", 20),
        enabler("a", "staff_skills", 12),
        enabler("b", "parent_confidence", 15),
        enabler("b", "staff_skills", 18),
    ]
    picked = pick(made(rows), "22.enabler.{enabler}", hidden=True)
    ranked = shares(
        picked,
        "enabler",
        labels.labels("enabler"),
        "equal",
        called="Named in",
        counted=("Cases", "Cases reviewed"),
        **FEW,
    )
    finding = labels.top(ranked, "enabler", "enabler.first", labels.ENABLER, 92)
    assert "is parent carer confidence in the mainstream setting" in finding.sentence
    first = views.first_in(made(rows), labels.labels("enabler"), CITED).frame
    assert first.set_index("enabler")["areas"].to_dict() == {
        "parent_confidence": 1,
        "staff_skills": 1,
    }


@pytest.mark.parametrize(("weights", "support"), [("plans", 42.5), ("equal", 45.0)])
def test_the_four_levers_of_a_cohort_add_up_to_100(weights, support):
    cohorts = {"ASD": "Autism"}
    frame = views.levers(findings("levers"), LEVERS, cohorts, weights, **FEW).frame
    assert len(frame) == 4
    assert frame["weight"].sum() == pytest.approx(100)
    assert frame.set_index("lever").loc["support", "weight"] == pytest.approx(support)


def test_an_area_that_hid_a_lever_does_not_enter_that_cohort():
    frame = views.levers(findings("levers"), LEVERS, {"ASD": "Autism"}, "equal", **FEW).frame
    assert set(frame["areas"]) == {2}


def test_there_are_17_components_nine_six_and_two():
    made_ = views.groups_of(COMPONENTS, labels.labels("component_group"), CITED).frame
    counts = made_.set_index("group")["components"].to_dict()
    assert counts == {"mainstream": 9, "wider": 6, "capital": 2, "All": 17}


def test_the_catalogue_lists_all_17_whether_or_not_an_area_scored_them():
    told = views.listed(COMPONENTS)
    assert told.frame["component"].tolist() == [
        *(f"M{n}" for n in range(1, 10)), *(f"L{n}" for n in range(1, 7)), "C1", "C2",
    ]  # fmt: skip
    assert told.frame["group"].value_counts().to_dict() == {
        "Mainstream schools": 9, "LA and health": 6, "Capital": 2,
    }  # fmt: skip
    assert told.source == "reference"


def test_the_wording_that_stands_twice_keeps_both_ids_and_is_flagged():
    twice = COMPONENTS[COMPONENTS["label"].duplicated(keep=False)]
    assert list(twice["code"]) == ["M7", "L6"]
    assert twice["note"].ne("").all()


def test_prevalence_and_impact_of_a_component():
    rows = [
        {"slug": s, "id": f"23.{i}", "value": v, "base": b, "unit": u}
        for s, i, v, b, u in (
            ("a", "prevalence.all.M1", 10, 20, "people"),
            ("b", "prevalence.all.M1", 20, 40, "people"),
            ("a", "impact.M1", 5, 10, "number"),
            ("b", "impact.M1", 3, 30, "number"),
            ("a", "prevalence.ASD.M2", 4, 8, "people"),
        )
    ]
    frame = views.components(made(rows), COMPONENTS, "all", **FEW).frame
    assert list(frame["component"]) == ["M1"]
    row = frame.iloc[0]
    assert (row["prevalence"], row["impact"], row["group"]) == (50.0, 3.5, "Mainstream schools")


def test_every_group_of_people_has_the_same_factors():
    made_ = views.factors(
        findings("factors"), labels.labels("component"), labels.labels("respondent"), **FEW
    )
    by = made_.frame.groupby("respondent")["factor"].agg(list)
    assert {tuple(factors) for factors in by} == {("M1", "M2")}  # nobody asked children of M3


def test_groups_that_rank_factors_alike_have_a_correlation_of_one_and_opposite_of_minus_one():
    made_ = views.factors(
        findings("factors"), labels.labels("component"), labels.labels("respondent"), **FEW
    )
    rho = views.agreement(made_, CITED).frame.set_index("pair")["rho"]
    assert rho["Parents and carers and education providers"] == pytest.approx(1)
    assert rho["Children and young people and parents and carers"] == pytest.approx(-1)
