import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.diagnose import sampling

sizes = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 400), min_size=1)


def people(counts: dict[str, int]) -> pd.DataFrame:
    rows = [
        (2025, f"p{name}{i:04d}", f"5-10|ASD|{name}", "FM"[i % 2], f"North {i % 3}")
        for name, n in counts.items()
        for i in range(n)
    ]
    columns = ["year", "person_id", "cohort", "sex", "locality"]
    named = pd.DataFrame(rows, columns=columns)
    return named.assign(
        age_group="5-10",
        primary_need="ASD",
        provision=named["cohort"].str[-1],
        birth_month=pd.Timestamp("2015-03-01"),
    )


PLANS = pd.DataFrame({"person_id": ["pa0000", "pa0001"], "deprivation_decile": [1, 10]}).astype(
    {"deprivation_decile": "Int64"}
)
FRAME = people({"a": 226, "b": 75, "c": 30})


@given(sizes, st.integers(0, 500), st.integers(0, 12))
def test_an_allocation_keeps_its_size_its_minimum_and_its_proportions(counts, size, fewest) -> None:
    drawn = sampling.allocate(counts, size, fewest)
    total = sum(counts.values())
    least = {name: min(fewest, n) for name, n in counts.items()}
    assert sum(drawn.values()) == max(min(size, total), sum(least.values()))
    assert all(least[name] <= drawn[name] <= n for name, n in counts.items())
    if fewest == 0:
        for name, n in counts.items():
            assert abs(drawn[name] - min(size, total) * n / total) < 1


def test_the_furthest_below_its_share_is_drawn_from_first() -> None:
    assert sampling.allocate({"a": 226, "b": 75, "c": 30}, 20, 0) == {"a": 14, "b": 4, "c": 2}
    assert sampling.allocate({"a": 226, "b": 75, "c": 30}, 20, 5) == {"a": 10, "b": 5, "c": 5}


@pytest.mark.parametrize(("size", "fewest"), [(-1, 0), (5, -1)])
def test_a_sample_of_fewer_than_nobody_is_refused(size, fewest) -> None:
    with pytest.raises(ValueError, match="fewer than no people"):
        sampling.allocate({"a": 5}, size, fewest)


@given(sizes, st.integers(1, 300), st.integers(1, 8), st.integers(0, 5))
def test_the_weights_add_up_to_the_frame_and_nobody_is_drawn_twice(
    counts, size, fewest, seed
) -> None:
    every = people(counts)
    drawn = sampling.draw(every, size, fewest, seed)
    assert drawn["stratum_weight"].sum() == pytest.approx(len(every))
    assert drawn["person_id"].is_unique
    assert set(drawn["person_id"]) <= set(every["person_id"])
    assert (
        drawn.groupby("cohort").size() == drawn.groupby("cohort")["stratum_sample"].first()
    ).all()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_rows() -> None:
    names = {"5-10|ASD|a": "ASD, 5-10, mainstream"}
    shuffled = FRAME.sample(frac=1, random_state=1)
    lists = [
        sampling.listed(sampling.draw(f, 40, 5, seed), names).to_csv().encode()
        for f, seed in ((FRAME, 7), (shuffled, 7), (FRAME, 8))
    ]
    assert lists[0] == lists[1]
    assert lists[0] != lists[2]


def test_a_child_who_joins_does_not_change_the_order_of_the_others() -> None:
    later = pd.concat([FRAME, people({"a": 227}).tail(1)])
    before, after = (set(sampling.draw(f, 40, 5)["person_id"]) for f in (FRAME, later))
    assert len(before - after) <= 1


def test_the_list_holds_what_a_reviewer_needs_and_nothing_that_names_a_child() -> None:
    made = sampling.listed(sampling.draw(FRAME, 40, 5), {})
    assert made.columns.tolist() == [
        *("review_id", "pseudonym", "cohort", "age_group", "need", "actual_provision"),
        *("stratum_size", "stratum_sample", "stratum_weight"),
    ]
    assert made["review_id"].tolist()[:2] == ["CR001", "CR002"]
    text = made.to_csv()
    assert "2015" not in text  # a birth month
    assert not re.search(
        r"North|\b[A-Z]\d{11}[0-9A-Z]\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", text
    )


def test_a_frame_holds_the_shortlisted_cohorts_of_one_january() -> None:
    made = sampling.frame(FRAME, ["5-10|ASD|a", "5-10|ASD|c"], 2025, PLANS)
    assert len(made) == 256
    assert made["deprivation"].tolist()[:2] == ["1", "5"]
    assert sampling.frame(FRAME, ["5-10|ASD|a"], 2024, PLANS).empty


def test_a_sample_stands_beside_its_frame_with_its_weights() -> None:
    every = sampling.frame(FRAME, sorted(set(FRAME["cohort"])), 2025, PLANS)
    drawn = sampling.draw(every, 60, 5)
    made = sampling.representativeness(every, drawn, ())
    for trait in ("Sex", "Locality", "Deprivation of the home"):
        rows = made.frame[made.frame["trait"].eq(trait)]
        assert rows["in_frame"].sum() == len(every)
        assert rows["in_sample"].sum() == len(drawn)
        assert rows["frame_share"].sum() == pytest.approx(100)
        assert rows["sample_share"].sum() == pytest.approx(100)
    assert made.source == "local"
    assert all(m.rests_on for m in made.measures if m.unit in ("%", "pp"))


def test_the_same_count_has_one_value_in_all_tables_of_a_sample() -> None:
    every = sampling.frame(FRAME, sorted(set(FRAME["cohort"])), 2025, PLANS)
    samples = {"reviews": sampling.draw(every, 60, 5), "survey": sampling.draw(every, 200, 20)}
    tables = [
        sampling.strata(every, samples, (), {}),
        sampling.precision(every, samples, ()),
        sampling.representativeness(every, samples["reviews"], (), "reviews"),
        sampling.representativeness(every, samples["survey"], (), "survey"),
    ]
    seen: dict[object, float] = {}
    for key, value, _ in (c for t in tables for c in t.counts()):
        assert seen.setdefault(key, value) == value


# 1.96 x sqrt(0.25 / 96 x (1 - 96 / 9600)) = 9.95
def test_the_margin_of_a_proportional_sample_is_that_of_a_simple_one() -> None:
    every = people({"a": 4800, "b": 4800})
    made = sampling.precision(every, {"reviews": sampling.draw(every, 96, 1)}, ())
    assert made.cell("margin", sample="reviews").value == pytest.approx(9.95, abs=0.01)


def test_unequal_weights_widen_the_margin_and_a_full_count_has_none() -> None:
    every = people({"a": 380, "b": 20})
    equal, unequal = (
        sampling.precision(every, {"s": sampling.draw(every, 40, n)}, ()).cell("margin", sample="s")
        for n in (0, 20)
    )
    assert unequal.value > equal.value
    full = sampling.precision(every, {"s": sampling.draw(every, 400, 0)}, ())
    assert full.cell("margin", sample="s").value == 0


def test_a_frame_of_nobody_gives_empty_tables_and_no_error() -> None:
    nobody = sampling.frame(FRAME, [], 2025, PLANS)
    drawn = sampling.draw(nobody, 67, 5)
    assert sampling.listed(drawn, {}).empty
    assert sampling.representativeness(nobody, drawn, ()).frame.empty
    assert sampling.strata(nobody, {"reviews": drawn}, (), {}).frame["cohort"].tolist() == ["All"]
    margin = sampling.precision(nobody, {"reviews": drawn}, ()).cell("margin", sample="reviews")
    assert margin.value != margin.value  # missing
