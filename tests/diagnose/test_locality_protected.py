"""One locality beside the rest of the area is protected with the area, release after release.

What a reader sees of several releases is attacked at its root: every number of plans by locality
and need that agrees with all of it is possible.
"""

from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.audit.pages import folder
from tests.diagnose.locality_cases import COSTS, NEEDS, PLACES, SOURCES, stock
from toolkit.audit.audit import audit
from toolkit.diagnose import (
    caseload,
    in_locality,
    localities,
    locality_costs,
    locality_sides,
    locality_told,
)
from toolkit.publish.release import seen
from toolkit.show import drawing, views
from toolkit.show.disclosure import Mask, Register, protect
from toolkit.show.earlier import Earlier

COUNTS = {
    ("North", "ASD"): 60, ("North", "SEMH"): 41, ("North", "SLCN"): 12, ("North", "VI"): 9,
    ("South", "ASD"): 70, ("South", "SEMH"): 30, ("South", "SLCN"): 8, ("South", "VI"): 3,
    ("Coast", "ASD"): 55, ("Coast", "SEMH"): 22, ("Coast", "SLCN"): 2, (None, "ASD"): 4,
}  # fmt: skip


def tables_of(people: pd.DataFrame, name: str) -> list:
    by_need = caseload.plans_by(people, "primary_need", sources=SOURCES)
    section = in_locality.plans_by(people, "primary_need", name, SOURCES, {})
    return [
        by_need,
        localities.needs_in(people, SOURCES, {}),
        *([section, in_locality.by_year(people, name, SOURCES)] if name else []),
    ]


def release(tables, told: Earlier):
    register = Register()
    for table in tables:
        register.add(table)
    mask = register.solve("dfe", told)
    assert mask.unresolved == ()
    return mask, told.followed_by(seen(register, tables, mask), register.summed)


def released(people: pd.DataFrame, *names: str):
    """Return the masks of releases, each with a locality, and all that they told."""
    told, masks = Earlier(), []
    for name in names:
        mask, told = release(tables_of(people, name), told)
        masks.append(mask)
    return masks, told


def given_away(people: pd.DataFrame, told: Earlier) -> list:
    """Return the small counts whose range is narrower than 1 to 6, for one who knows the rest."""
    atoms = list(product(["unknown" if p is None else p for p in PLACES], NEEDS))

    def holds(filters, atom):
        at = dict(zip(("locality", "primary_need"), atom, strict=True))
        return all(
            at["locality"] != v if d.startswith("other than") else at.get(d, v) == v
            for d, v in filters
        )  # fmt: skip

    rows = [([float(holds(k[1], a)) for a in atoms], t) for k, t in told.counts.items()]
    shown = [(row, t.shown[-1]) for row, t in rows if t.hidden is None]
    unseen = [(row, t.hidden) for row, t in rows if t.hidden is not None]
    system = {
        "A_eq": [row for row, _ in shown], "b_eq": [v for _, v in shown],
        "A_ub": [[-x for x in row] for row, _ in unseen], "b_ub": [-(v > 0) for _, v in unseen],
    }  # fmt: skip
    weak = []
    for row, value in [(row, v) for row, v in unseen if 0 < v <= 5]:
        ends = [linprog([s * x for x in row], **system) for s in (1, -1)]
        assert ends[0].status == 0
        if ends[1].status == 0 and -ends[1].fun - ends[0].fun < 5 - 1e-6:
            weak.append((row, value))
    return weak


def seen_in(people, name, mask) -> dict:
    made = protect(in_locality.plans_by(people, "primary_need", name, SOURCES, {}), mask)
    marks = made.hidden.set_index(made.frame["primary_need"])
    return {n: [s for s in locality_sides.SIDES if marks.loc[n, s]] for n in marks.index}


def test_a_small_complement_is_hidden_with_the_locality_it_could_be_subtracted_from() -> None:
    # Of vision impairment all but 3 are in North, and of speech all but 10.
    (mask,), told = released(people := stock(COUNTS), "North")
    hidden = seen_in(people, "North", mask)
    assert {"here", "elsewhere"} <= set(hidden["VI"])
    assert hidden["ASD"] == hidden["All"] == []
    assert given_away(people, told) == []


def test_a_count_hidden_by_locality_alone_is_hidden_beside_the_rest_of_the_area() -> None:
    # 2 plans of Coast are for speech: the table by locality hides them, so the other must.
    (mask,), _ = released(people := stock(COUNTS), "Coast")
    assert {"here", "elsewhere"} <= set(seen_in(people, "Coast", mask)["SLCN"])


@pytest.mark.parametrize("names", [("North", "South"), ("South", "Coast", "North"),
                                   ("", "Coast", "North"), ("North", "", "South")])  # fmt: skip
def test_releases_with_other_localities_give_nothing_away_together(names) -> None:
    people = stock(COUNTS)
    _, told = released(people, *names)
    assert any(t.hidden for t in told.counts.values())
    assert given_away(people, told) == []


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 14), min_size=16, max_size=16),
    st.permutations(["North", "South", "Coast"]),
)
def test_no_release_of_any_area_gives_a_small_count_away(numbers, names) -> None:
    counts = dict(zip(product(PLACES, NEEDS), numbers, strict=True))
    people = stock({**counts, (None, "ASD"): 30})
    told = Earlier()
    for name in names[:2]:
        register = Register()
        tables = tables_of(people, name)
        for table in tables:
            register.add(table)
        mask = register.solve("dfe", told)
        if mask.unresolved:
            return  # the release is refused, and nothing of it told
        told = told.followed_by(seen(register, tables, mask), register.summed)
    assert given_away(people, told) == []


def test_a_third_locality_is_not_what_two_releases_leave_of_the_area() -> None:
    # No table is by locality here: North and then South would leave the 4 plans of Coast.
    people = stock({("North", "ASD"): 60, ("South", "ASD"): 70, ("Coast", "ASD"): 4})
    total, told = caseload.plans_by(people, sources=SOURCES), Earlier()
    for name, is_hidden in (("North", False), ("South", True)):
        table = in_locality.by_year(people, name, SOURCES)
        mask, told = release([total, table], told)
        assert [mask.hidden(key) for key, *_ in table.counts()].count(True) == 4 * is_hidden


def test_a_child_added_to_a_year_already_told_does_not_show_in_a_new_section() -> None:
    counts = {("North", "ASD"): 60, ("South", "ASD"): 70}
    totals = [caseload.plans_by(stock({**counts, ("North", "ASD"): n}), sources=SOURCES)
              for n in (60, 61)]  # fmt: skip
    _, told = release(totals[:1], Earlier())
    section = in_locality.by_year(stock({**counts, ("North", "ASD"): 61}), "North", SOURCES)
    mask, _ = release([totals[1], section], told)
    seen_now = protect(section, mask).frame.iloc[0]
    assert seen_now["area"] == 130  # as before, and not 131
    assert seen_now[["here", "elsewhere"]].isna().any()


def test_the_attack_finds_what_a_table_of_its_own_would_give_away() -> None:
    # The locality as a release of its own: two registers that know nothing of each other.
    people, told = stock(COUNTS), Earlier()
    here = people[people["locality"].eq("North")].assign(locality="North")
    for table in (
        caseload.plans_by(people, "primary_need", sources=SOURCES),
        caseload.plans_by(here, "locality", "primary_need", sources=SOURCES),
    ):
        register = Register()
        register.add(table)
        told = told.followed_by(seen(register, [table], register.solve()), register.summed)
    everywhere = caseload.plans_by(people.fillna("unknown"), "locality", "primary_need",
                                   sources=SOURCES)  # fmt: skip
    register = Register()
    register.add(everywhere)
    small = {k: v for k, v, _ in everywhere.counts() if 0 < v <= 5}
    told = told.followed_by([s for s in register.seen(register.solve()) if s.key in small],
                            register.summed)  # fmt: skip
    assert given_away(people, told) != []


def test_the_published_pages_of_two_localities_withstand_the_audit(tmp_path) -> None:
    people, told = stock(COUNTS), Earlier()
    for name in ("North", "South"):
        tables = tables_of(people, name)
        mask, told = release(tables, told)
        captions = ("Plans by need", "Need by locality", f"In {name}: need", f"In {name}: plans")
        drawn = [drawing.draw(views.table_view(t, caption=c), mask, c)
                 for t, c in zip(tables, captions, strict=True)]  # fmt: skip
        folder(tmp_path / name, *map(str, drawn))
    found = audit(tmp_path / "South", before=tmp_path / "North")
    assert found.hidden > 4
    assert found.breaches == ()


def test_the_cost_of_one_child_hides_the_locality_and_what_it_could_be_subtracted_from() -> None:
    people = pd.DataFrame(
        [(2024, f"{place}{i}", place) for place in ("North", "South") for i in range(20)],
        columns=["year", "person_id", "locality"],
    )
    costs = pd.concat([COSTS.iloc[[0]]] * len(people), ignore_index=True)
    costs["person_id"] = people["person_id"]
    lines = pd.DataFrame({"basis": ["outturn"], "financial_year": [202324]})
    for amount, most_shown in ((100.0, 3), (100_000.0, 1)):
        costs.loc[0, "top_up"] = amount  # of one child in North
        made = locality_costs.per_plan(costs, lines, people, "North", SOURCES)
        mask, _ = release([made], Earlier())
        hidden = protect(made, mask).hidden.iloc[0]
        shown = [side for side in locality_sides.SIDES if not hidden[f"spend_{side}"]]
        assert len(shown) <= most_shown
        assert ("here" in shown) == (most_shown == 3)


@pytest.mark.parametrize(("first", "is_told"), [(40, True), (3, False)])
def test_whether_growth_is_more_than_chance_is_hidden_with_the_counts_it_follows_from(
    first, is_told
) -> None:
    years = pd.concat([stock({("North", "ASD"): first, ("South", "ASD"): 90}, 2024),
                       stock({("North", "ASD"): 90, ("South", "ASD"): 90}, 2025)])  # fmt: skip
    made = in_locality.by_year(years, "North", SOURCES)
    mask, _ = release([made], Earlier())
    found = locality_told.finding(made, "North")
    drawn = drawing.draw(views.finding_view(found), mask, "f")
    assert ("more difference than chance gives" in drawn) == is_told


def test_a_group_that_stands_out_is_not_named_where_its_counts_are_hidden() -> None:
    # Of vision impairment 60 of 70 are in North. The 4 of hearing impairment hide them, since no
    # other count of North is smaller.
    people = stock({("North", "VI"): 60, ("South", "VI"): 10, ("North", "HI"): 4,
                    ("South", "HI"): 96, ("North", "ASD"): 300, ("South", "ASD"): 400})  # fmt: skip
    made = in_locality.plans_by(people, "primary_need", "North", SOURCES, {})
    sentence, cells = locality_told.told(made, "primary_need", "North")
    assert cells["part"].row["group"] == "VI"
    drawn = {}
    for name, mask in {
        "open": release([made], Earlier())[0],
        "single": Mask.single_cell(made),
    }.items():
        drawn[name] = drawing.draw(views.sentence_view(sentence, cells), mask, "s")
    assert "VI" in drawn["single"]
    assert "VI" not in drawn["open"]
