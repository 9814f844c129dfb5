"""Where hiding alone cannot protect a release, categories are merged: what is then shown."""

import itertools
import random
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safety import areas
from tests.show.making import PLANS, aggregate, by_need, mask_of
from toolkit import show
from toolkit.aggregate import Measure
from toolkit.audit.audit import audit
from toolkit.evidence import Finding
from toolkit.publish.release import seen
from toolkit.show.disclosure import Register, protect
from toolkit.show.earlier import Earlier
from toolkit.show.merges import Merge
from toolkit.show.merging import merged, merged_view
from toolkit.show.settling import settle

UNIVERSE = "EHC plans at the January census"
NEEDS, AGES, SEXES = (
    ["HI", "MSI", "SLCN", "VI"],
    ["0 to 4", "5 to 10", "11 to 15", "16 to 19"],
    "FM",
)
# 41 children; the DfE shows how many are of each age. 5 of 11 to 15 in rows of marks, with
# 9, 12 and 15 beside them, leave too little room for the marks of each need.
SMALL = {
    "HI": [3, 0, 1, 2, 2, 0, 0, 3],
    "MSI": [0, 0, 0, 0, 0, 0, 0, 0],
    "SLCN": [5, 0, 7, 3, 0, 0, 0, 7],
    "VI": [0, 1, 1, 1, 2, 1, 2, 0],
}
RARE = Merge(UNIVERSE, "need", ("MSI", "VI"))


def children():
    cells = itertools.product(NEEDS, AGES, SEXES)
    plans = [n for row in SMALL.values() for n in row]
    return pd.DataFrame(cells, columns=["need", "age", "sex"]).assign(plans=plans)


def table(frame, *dimensions, **more):
    """Return plans by some dimensions, with every total."""
    rows = []
    for left in itertools.chain.from_iterable(
        itertools.combinations(dimensions, n) for n in range(len(dimensions) + 1)
    ):
        by = [d for d in dimensions if d not in left]
        found = frame.groupby(by, as_index=False, sort=False)["plans"].sum() if by else (
            pd.DataFrame({"plans": [frame["plans"].sum()]}))  # fmt: skip
        rows.append(found.assign(**dict.fromkeys(left, "All")))
    return aggregate(pd.concat(rows)[[*dimensions, "plans"]], dimensions, **more)


def release():
    made = children()
    return [table(made, "need", "age"), table(made, "need", "age", "sex"),
            table(made, "age", source="published")]  # fmt: skip


def settled(aggregates, past=None):
    register = Register()
    for one in aggregates:
        register.add(one)
    views = [
        show.table_view(a, f"EHC plans by {' and '.join(a.dimensions)}, {a.source}")
        for a in aggregates
    ]
    return settle(register, views, "dfe", past)


def audited(made, folder, before=None):
    """Return the figures that an outsider works out of a release as it is written, and its page."""
    areas.write(areas.Report("A", (), made.views), [made.mask] * len(made.views), folder)
    return list(audit(folder, before).breaches)


def told_by(made, past=None):
    shown = [a for v in made.views for a in v.aggregates]
    told = seen(made.register, shown, made.mask)
    return (past or Earlier()).followed_by(told, made.register.summed)


def test_a_release_that_hiding_cannot_protect_is_published_with_merged_categories(tmp_path):
    assert mask_of(*release()).unresolved
    made = settled(release())
    assert made.mask.unresolved == ()
    assert [(m.dimension, m.values) for m in made.merges] == [("age", ("11 to 15", "16 to 19"))]
    assert audited(made, tmp_path) == []
    assert audit(tmp_path).hidden > 0
    assert "Merged: 11 to 15; 16 to 19" in (tmp_path / "report.html").read_text()


def test_the_explanation_says_what_was_merged_where_and_why():
    said = settled(release()).mask.explanation
    assert f"'{UNIVERSE}' by age: 11 to 15 and 16 to 19" in said
    assert "hiding counts would not have been enough" in said


def test_published_tables_are_never_merged():
    made = settled(release())
    assert made.views[2].aggregates[0].frame["age"].tolist() == [*AGES, "All"]


def test_the_audit_catches_a_merge_whose_parts_follow_from_what_is_published(tmp_path):
    made = settled(release())
    known = [table(children(), "need", "age", source="published")]
    views = (*made.views, show.table_view(known[0], "EHC plans by need and age, as published"))
    assert audited(replace(made, views=views), tmp_path) != []


def test_what_was_merged_stays_merged_and_a_child_more_does_not_show(tmp_path):
    first = settled(release())
    audited(first, tmp_path / "first")
    more = children()
    more.loc[(more["need"] == "SLCN") & (more["age"] == "5 to 10"), "plans"] += [1, 0]
    now = [table(more, "need", "age"), table(more, "need", "age", "sex"), release()[2]]
    made = settled(now, told_by(first))
    assert made.merges == first.merges
    audited(made, tmp_path / "now")
    pages = [(tmp_path / n / "report.html").read_bytes() for n in ("first", "now")]
    assert pages[0] == pages[1]


def random_release(seed):
    """Return local and published tables of a few children, and what an earlier release told."""
    draw = random.Random(seed)
    sizes = {"ASD": 40, "SEMH": 25, "SLCN": 15, "HI": 6, "VI": 3, "MSI": 1}
    needs, scale = list(sizes)[-draw.randint(3, 6) :], draw.choice([0.3, 1, 2])
    cells = itertools.product(needs, AGES[: draw.randint(3, 4)], SEXES)
    rows = [(*c, int(draw.random() ** 2 * sizes[c[0]] * scale)) for c in cells]
    made = pd.DataFrame(rows, columns=["need", "age", "sex", "plans"])
    two = [("need", "age"), ("need", "sex"), ("age", "sex")]
    margins = [("need",), ("age",), ("sex",), *two]
    local = [table(made, *d) for d in draw.sample([*two, ("need", "age", "sex")], 2)]
    known = [table(made, *d, source="published") for d in draw.sample(margins, draw.randint(0, 2))]
    first = [table(made, *d) for d in draw.sample(margins, 2)] if draw.random() < 0.6 else []
    return [*local, *known], [*first, *known] if first else []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
@example(150)
def test_after_merging_nothing_is_recovered_and_sums_hold(tmp_path_factory, seed):
    now, first = random_release(seed)
    before, past = None, None
    if first:
        earlier = settled(first)
        if earlier.mask.unresolved:
            return  # refused, and nothing of it told
        before, past = tmp_path_factory.mktemp("before"), told_by(earlier)
        if audited(earlier, before):
            return  # so few children that marks on zeros narrow each other before any merge
    made, again = settled(now, past), settled(now, past)
    if not made.merges:
        register = Register()
        for one in now:
            register.add(one)
        assert made.mask == register.solve("dfe", past)
        assert [v.aggregates[0] for v in made.views] == now
        return
    folder, second = tmp_path_factory.mktemp("now"), tmp_path_factory.mktemp("again")
    assert audited(made, folder, before) == []
    audited(again, second, before)
    assert (folder / "report.html").read_bytes() == (second / "report.html").read_bytes()
    for view, one in zip(made.views, now, strict=True):
        _assert_sums(view.aggregates[0], one, made.merges)


def _assert_sums(made, one, merges):
    for row in made.frame.to_dict("records"):
        rows = one.frame
        for dimension in one.dimensions:
            merge = next((m for m in merges if m.code == row[dimension]), None)
            rows = rows[rows[dimension].isin(merge.values if merge else [row[dimension]])]
        assert row["plans"] == rows["plans"].sum()


MEASURES = (
    PLANS,
    Measure("all", "All plans", "people", without=("need",)),
    Measure("share", "Share", "%", ("plans", "all")),
    Measure("spend", "Spend", "£", ("plans",), largest="largest"),
    Measure("cost", "Unit cost", "£ per plan", ("spend", "plans")),
    Measure("mean", "Mean top-up", "£ per plan", ("plans",)),
)


def money(**changed):
    rows = {
        "need": ["ASD", "VI", "MSI", "All"],
        "plans": [500, 8, 4, 512],
        "all": [512] * 4,
        "share": [100 * n / 512 for n in (500, 8, 4, 512)],
        "spend": [5e6, 2e5, 1e5, 5.3e6],
        "largest": [0.01, 0.5, 0.4, 0.01],
        "cost": [1e4, 25_000, 25_000, 5.3e6 / 512],
        "mean": [6000.0, 9000.0, 12_000.0, (500 * 6000 + 8 * 9000 + 4 * 12_000) / 512],
        **changed,
    }
    return aggregate(rows, ["need"], MEASURES)


def test_shares_money_and_means_are_made_anew_from_sums():
    row = merged(money(), RARE).frame.iloc[1]
    assert row["need"] == "merged: MSI; VI"
    assert row[["plans", "all", "spend"]].tolist() == [12, 512, 3e5]
    assert row["share"] == pytest.approx(100 * 12 / 512)
    assert row["cost"] == 25_000
    assert row["mean"] == pytest.approx(10_000)  # not (9,000 + 12,000) / 2
    assert row["largest"] == pytest.approx(1 / 3)  # half of £200,000


@pytest.mark.parametrize(
    "changed",
    [
        {"share": [97.0, 1.0, 2.0, 100.0]},  # of no count here
        {"mean": [6000.0, 9000.0, 12_000.0, 7000.0]},  # a median
        {"spend": [5e6, None, 1e5, 5.1e6]},
    ],
)
def test_a_figure_that_cannot_be_made_anew_forbids_the_merge(changed):
    assert merged(money(**changed), RARE) is None


def test_another_universe_or_a_published_table_stays_as_it_is():
    for one in (by_need(universe="Requests"), by_need(source="published")):
        assert merged(one, RARE) is one


def test_a_count_that_a_column_singles_out_forbids_the_merge():
    one = replace(by_need(), measures=(Measure("plans", "VI", "people", where={"need": "VI"}),))
    assert merged(one, RARE) is None


def test_a_finding_on_a_merged_category_is_hidden_and_a_chart_shows_it_merged():
    table_ = money()
    cell = table_.cell("plans", need="VI")
    finding = show.finding_view(Finding("1", "Module 1", "{n} plans.", {"n": cell}, cell))
    chart = show.chart_view(table_, mark="bar", x="need", y="plans", highlight=["VI"], title="x")
    mask = mask_of(merged(table_, RARE))
    assert show.ledger_entry(merged_view(finding, [RARE]), mask)["value"] is None
    drawn = show.draw(merged_view(chart, [RARE]), mask, "t")
    assert "Other, merged: Vision impairment; Multi-sensory impairment" in drawn
    picks = show.chart_view(table_, mark="bar", x="need", y="plans", where={"need": ["VI"]})
    assert merged_view(picks, [RARE]) is None


def test_merging_changes_no_argument():
    one = money()
    before = one.frame.copy()
    merged(one, RARE)
    pd.testing.assert_frame_equal(one.frame, before)


def test_counts_of_merged_categories_have_no_row_and_are_known_to_the_solve():
    made = settled(release())
    rows = protect(made.views[0].aggregates[0], made.mask).frame["age"]
    assert not set(rows) & {"11 to 15", "16 to 19"}
    filters = frozenset({("age", "11 to 15"), ("area", "Exampleshire"), ("need", "HI")})
    assert (UNIVERSE, filters) in made.mask.hidden_keys
