"""One locality beside the rest of the area: sides add up, and are protected with the area."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.audit.pages import folder
from toolkit.audit.audit import audit
from toolkit.diagnose import (
    caseload,
    in_locality,
    localities,
    locality_asked,
    locality_costs,
    locality_sides,
    locality_told,
)
from toolkit.errors import SettingsError
from toolkit.publish.release import seen
from toolkit.show import drawing, views
from toolkit.show.disclosure import Register, protect
from toolkit.show.earlier import Earlier

SOURCES = ("Fixture",)
NEEDS = ("ASD", "SEMH", "SLCN", "VI")
PLACES = ("North", "South", "Coast", None)


def stock(counts: dict[tuple[str | None, str], int], year: int = 2025) -> pd.DataFrame:
    """Return plans of one January by locality and need."""
    rows = [(year, *key, "mainstream", "5-10") for key, n in counts.items() for _ in range(n)]
    columns = ["year", "locality", "primary_need", "provision", "age_group"]
    return pd.DataFrame(rows, columns=columns)


def adds_up(frame: pd.DataFrame, columns=("{}",)) -> bool:
    sides = ([frame[c.format(side)] for side in locality_sides.SIDES] for c in columns)
    return all((here + elsewhere).eq(area).all() for here, elsewhere, area in sides)


people_of = st.lists(
    st.tuples(
        st.sampled_from([2023, 2024]), st.sampled_from(PLACES), st.sampled_from(NEEDS),
        st.sampled_from(["mainstream", "unknown"]), st.sampled_from(["5-10", "11-15"]),
    ), min_size=1, max_size=60,
)  # fmt: skip


@given(people_of)
def test_a_locality_and_elsewhere_add_up_to_the_area_and_parts_to_their_total(rows) -> None:
    people = pd.DataFrame(
        [*rows, (2024, "North", "ASD", "mainstream", "5-10")],
        columns=["year", "locality", "primary_need", "provision", "age_group"],
    )
    assert adds_up(in_locality.by_year(people, "North", SOURCES).frame)
    for trait in in_locality.held(people):
        frame = in_locality.plans_by(people, trait, "North", SOURCES, {}).frame.set_index(trait)
        assert adds_up(frame)
        assert (frame.drop("All").sum() == frame.loc["All"])[list(locality_sides.SIDES)].all()


@given(people_of)
def test_localities_one_by_one_sum_to_the_area(rows) -> None:
    names = ("North", "South", "Coast", "unknown")
    columns = ["year", "locality", "primary_need", "provision", "age_group"]
    people = pd.DataFrame(rows, columns=columns).fillna({"locality": "unknown"})
    each = [in_locality.by_year(people, name, SOURCES).frame for name in names]
    assert sum(frame["here"] for frame in each).eq(each[0]["area"]).all()


@given(st.lists(st.tuples(st.sampled_from([2023, 2024]), st.sampled_from(PLACES)), min_size=1))
def test_new_plans_of_a_locality_and_elsewhere_add_up(rows) -> None:
    began = pd.DataFrame(rows, columns=["calendar_year", "locality"])
    assert adds_up(in_locality.new_plans(began, "North", SOURCES).frame)


def test_plans_on_time_add_up_and_those_without_a_locality_count_elsewhere() -> None:
    issued = pd.DataFrame(
        {
            "calendar_year": [2023, 2023, 2024, 2024],
            "person_id": ["a", "b", "c", "d"],
            "on_time": ["yes", "no", "no", "yes"],
            "exception": ["no", "no", "no", "yes"],
        }
    )
    plans = pd.DataFrame({"person_id": ["a", "b"], "locality": ["North", None],
                          "plan_start": pd.Timestamp("2023-05-01")})  # fmt: skip
    frame = in_locality.on_time(issued, plans, "North", SOURCES).frame.set_index("calendar_year")
    assert adds_up(frame, ("without_{}", "on_time_{}"))
    assert frame["without_elsewhere"].to_dict() == {2023: 1, 2024: 1}
    assert frame.loc[2023, "share_here"] == 100
    assert np.isnan(frame.loc[2024, "share_here"])


def test_reviews_of_a_locality_and_elsewhere_add_up_and_a_thin_year_is_noted() -> None:
    # 2024 is thin: 1 of 4 plans reviewed, where 4 of 4 were in the years around it.
    rows = [(y, p, y != 2024 or p == "a") for y in (2023, 2024, 2025) for p in "abcd"]
    due = pd.DataFrame(rows, columns=["year", "person_id", "reviewed"])
    people = due.assign(locality=due["person_id"].map({"a": "North", "b": "North", "c": "South"}))
    made = in_locality.reviewed(due, people, "North", SOURCES).frame.set_index("year")
    assert adds_up(made, ("due_{}", "reviewed_{}"))
    assert made.loc[2024, ["share_here", "share_elsewhere", "share_area"]].tolist() == [50, 0, 25]
    assert made["note"].astype(bool).to_dict() == {2023: False, 2024: True, 2025: False}


COSTS = pd.DataFrame(
    # a: North, 100 and 50; b: North, no cost; c: South, 30; d: nowhere, 20; e: not in January
    [("a", 100.0), ("a", 50.0), ("c", 30.0), ("d", 20.0), ("e", 999.0)],
    columns=["person_id", "top_up"],
).assign(financial_year=202324, place_funding=0.0, fee=0.0, therapy=0.0)  # fmt: skip


def test_what_plans_cost_here_and_elsewhere_adds_up_to_the_area() -> None:
    people = pd.DataFrame(
        {"year": 2024, "person_id": list("abcd"), "locality": ["North", "North", "South", None]}
    )
    lines = pd.DataFrame({"basis": ["outturn"], "financial_year": [202425]})
    made = locality_costs.per_plan(COSTS, lines, people, "North", SOURCES)
    row = made.frame.set_index("financial_year").loc[202324]
    assert [row[f"spend_{s}"] for s in locality_sides.SIDES] == [150, 50, 200]
    assert [row[f"costed_{s}"] for s in locality_sides.SIDES] == [1, 2, 3]
    assert [row[f"per_{s}"] for s in locality_sides.SIDES] == pytest.approx([150, 25, 200 / 3])
    assert row["share"] == 75
    assert row["largest_here"] == 1
    assert row["largest_elsewhere"] == 0.6


@pytest.mark.parametrize("last_outturn", [202122, 202223])
def test_no_cost_is_told_of_a_year_that_is_not_closed(last_outturn) -> None:
    people = pd.DataFrame({"year": [2024], "person_id": ["a"], "locality": ["North"]})
    lines = pd.DataFrame({"basis": ["outturn"], "financial_year": [last_outturn]})
    assert locality_costs.per_plan(COSTS, lines, people, "North", SOURCES).frame.empty


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


def test_an_unknown_locality_is_refused_with_the_names_there_are() -> None:
    plans = pd.DataFrame({"locality": ["North", "Riverside", None]})
    with pytest.raises(SettingsError, match=r"Did you mean 'Riverside'\? They are: North; River"):
        locality_asked.chosen(plans, "riverside")
    with pytest.raises(SettingsError, match="no plan of this area has a locality"):
        locality_asked.chosen(plans.iloc[:0], "North")
    assert locality_asked.chosen(plans, " North ") == "North"
    assert not locality_asked.chosen(plans, "")


@pytest.mark.parametrize(("here", "beside", "enough"), [(30, 30, True), (29, 99, False),
                                                        (99, 29, False)])  # fmt: skip
def test_each_side_needs_30_plans(here, beside, enough) -> None:
    people = stock({("North", "ASD"): here, (None, "ASD"): beside})
    assert locality_asked.has_enough(people, "North") is enough


def test_only_what_chance_would_rarely_bring_is_said_to_stand_out() -> None:
    even = dict.fromkeys(product(("North", "South"), NEEDS), 40)
    labels = {"primary_need": {"SEMH": "SEMH needs"}}
    for more, part in ((50, None), (140, "SEMH needs")):
        people = stock({**even, ("North", "SEMH"): more})
        made = in_locality.plans_by(people, "primary_need", "North", SOURCES, labels)
        assert locality_told.told(made, "primary_need", "North")[1].get("part") == part


def test_growth_is_told_beside_the_rest_and_not_from_one_january_or_from_nothing() -> None:
    then, now = {("North", "ASD"): 40, ("South", "ASD"): 50}, {("North", "ASD"): 60}
    years = pd.concat([stock(then, 2024), stock({**then, **now}, 2025)])
    found = locality_told.finding(in_locality.by_year(years, "North", SOURCES), "North")
    assert found.id == "11.locality.growth.north"
    assert found.cells["here"].value == pytest.approx(50)
    assert found.cells["elsewhere"].value == pytest.approx(0)
    for people in (stock(now), pd.concat([stock({("South", "ASD"): 50}, 2024), stock(now)])):
        assert locality_told.finding(in_locality.by_year(people, "North", SOURCES), "North") is None


@pytest.mark.parametrize(("now", "is_more"), [(60, False), (80, True)])
def test_growth_is_called_different_only_beyond_its_95_percent_range(now, is_more) -> None:
    then, later = {("North", "ASD"): 40, ("South", "ASD"): 500}, {("North", "ASD"): now}
    years = pd.concat([stock(then, 2024), stock({**then, **later}, 2025)])
    found = locality_told.finding(in_locality.by_year(years, "North", SOURCES), "North")
    error = np.sqrt(1 / now + 1 / 40 + 1 / 500 + 1 / 500)
    ends = [now / 40 * np.exp(sign * 1.959964 * error) for sign in (-1, 1)]
    assert [found.low.value, found.high.value] == pytest.approx(ends)
    assert (locality_told.OUTCOME in found.sentence) == is_more
    assert (locality_told.NO_MORE in found.sentence) != is_more


@pytest.mark.parametrize(
    ("here", "verdict"),
    [((40, 100), "no more"), ((20, 100), "more than"), ((4, 9), "too few")],
)
def test_shares_in_time_differ_only_where_chance_would_rarely_bring_it(here, verdict) -> None:
    counts = {"North": here, "South": (96, 200)}
    rows = [(2025, name, i < met) for name, (met, n) in counts.items() for i in range(n)]
    table = pd.DataFrame(rows, columns=["year", "locality", "in_time"])
    names = locality_sides.Count("a", "a"), locality_sides.Count("b", "b", {"x": "y"}), "in time"
    made = locality_sides.in_time(table, "year", "North", names, ("U", "M.", SOURCES))
    assert made.frame["verdict"].iloc[0].startswith(verdict)
    sentence, cells = locality_told.told_in_time(made, "North", "Reviewed by January")
    assert "{verdict}" in sentence
    assert cells["share_elsewhere"].value == pytest.approx(48)


# Protection. What a reader sees of several releases is attacked at its root: every number of
# plans by locality and need that agrees with all of it is possible.

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
