"""The chapters on children with one primary need."""

import pandas as pd
import pytest

from tests.diagnose.insight.insight_cases import CITED, FEW, areas, findings, made
from toolkit import reference
from toolkit.diagnose.insight import labels, needs, published
from toolkit.diagnose.insight.pick import pick
from toolkit.diagnose.insight.shares import shares

CODES = ("ASD", "SEMH", "SLCN")


def case(slug, cut, value, base):
    return {"slug": slug, "id": f"21.different.{cut}", "value": value, "base": base,
            "unit": "people"}  # fmt: skip


def of(code, rows, **changes):
    found = pd.concat([made(rows), findings("levers")], ignore_index=True)
    lean = pick(found, "11.needs.growth")
    by_need = shares(pick(found, "21.different.need.{need}", hidden=True), "need",
                     labels.labels("need"), "plans", called="Elsewhere",
                     counted=("Elsewhere", "Cases"), **FEW)  # fmt: skip
    held = pick(found, "11.need.{need}", hidden=True)
    of_plans = shares(held, "need", labels.labels("need"), "plans", called="Plans",
                      counted=("Plans", "All plans"), **FEW)  # fmt: skip
    leaning = published.leading(lean, "primary_need", labels.labels("primary_need"),
                                **labels.LEANS, cited=CITED)  # fmt: skip
    given = {"held": held, "of_plans": of_plans, "lean": lean, "leaning": leaning,
             "by_need": by_need, **FEW, **changes}  # fmt: skip
    return needs.need(code, found, areas({"1": 2}), "plans", **given)


@pytest.mark.parametrize("code", CODES)
def test_what_each_section_needs_is_a_finding_that_is_defined(code):
    known = reference.table("insight_findings")["id"]
    chapter = of(code, [case("a", "need.ASD", 3, 9)])
    for part in needs.NEEDS:
        start = chapter.section(part)["needs"][0].partition("=")[0].split(".")[:2]
        assert known.str.startswith(".".join(start)).any()


def test_a_chapter_speaks_of_its_need_alone_and_never_of_more_cases_than_there_are():
    rows = [case("a", "all.all", 30, 60), case("a", "need.ASD", 12, 20)]
    rows += [case("a", "need.SEMH", 9, 25), case("a", "need.SLCN", 4, 10)]
    cases = [of(code, rows).cases for code in CODES]
    assert [c["need"].tolist() for c in cases] == [[code] for code in CODES]
    assert sum(c["base"].sum() for c in cases) <= 60
    assert sum(c["count"].sum() for c in cases) <= 30
    told = of("ASD", rows).case_finding().sentence
    assert "autism (ASC)" in told
    assert set(of("ASD", rows).levers.frame["cohort"]) == {"ASD"}


def plans(slug, need, value, base=1000):
    return {"slug": slug, "id": f"11.need.{need}", "value": value, "base": base,
            "unit": "people"}  # fmt: skip


def test_a_chapter_says_how_many_plans_are_for_its_need_and_which_areas_differ():
    rows = [plans("t1a0", "ASD", 300), plans("t1a1", "ASD", 500), plans("t1a0", "SEMH", 200)]
    chapter = of("ASD", rows)
    assert chapter.plans[["count", "base", "share"]].to_numpy().tolist() == [[800, 2000, 40]]
    told = chapter.plans_finding()
    assert (told.value.value, told.base.value) == (40, 2000)
    assert "primary need autism (ASC)" in told.sentence
    assert len(chapter.funnel.frame) == 2
    assert published.ROUNDED not in chapter.funnel.method  # made of counts, which are exact
    assert chapter.beyond()["cells"]["beyond"].value == 2


def test_plans_that_an_area_hid_are_in_no_funnel_and_few_areas_tell_of_none():
    chapter = of("SLCN", [plans("a", "SLCN", "hidden")])
    assert chapter.plans.empty
    assert chapter.funnel.frame.empty


def test_a_need_that_areas_hid_has_no_cases_to_tell_of():
    assert of("SLCN", [case("a", "need.SLCN", "hidden", 9)]).cases.empty
    assert of("SLCN", [case("a", "need.SLCN", "hidden", 9)]).section("Cases") == {
        "title": "Cases: SLCN", "needs": ("21.different.need.SLCN",)
    }  # fmt: skip


def test_the_titles_of_the_chapters_name_their_need_so_that_the_full_report_has_each_once():
    rows = [case("a", "need.ASD", 3, 9)]
    made = [of(code, rows) for code in CODES]
    told = [{**need.drawn(part), **need.beyond()} if part == "Plans" else need.drawn(part)
            for need in made for part in needs.DRAWN]  # fmt: skip
    titles = [how.get("title") or how["caption"] for how in told]
    assert len(set(titles)) == len(CODES) * len(needs.DRAWN)
    assert "How far new plans lean to autism (ASC)" in titles
