"""An attack that shares no code with the protection, and what holds of any release at random.

Exact elimination over the tables as a reader has them, who knows every margin that the release
does not hide: of a single child, what no table shows is hidden too.
"""

import itertools
from fractions import Fraction

import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.show.making import aggregate, by_need, mask_of, shown, trend
from toolkit.show.disclosure import Mask, Register


def recovered(tables, mask):
    """Return the small hidden counts that follow from the tables by solving for them."""
    values, hidden = {}, set()
    for table in tables:
        for row, seen in zip(table.frame.to_dict("records"), shown(table, mask), strict=True):
            key = frozenset((d, str(row[d])) for d in table.dimensions)
            values[key] = row["plans"]
            if seen is None:
                hidden.add(key)
    margins = {frozenset(p for p in k[1] if p[0] != "area") for k in mask.hidden_keys}
    unknown = sorted(hidden | margins, key=sorted)
    rows = [_equation(unknown, whole, parts) for whole, parts in _groups(values).items()]
    solved = _eliminate([r for r in rows if any(r)])
    lone = [r for r in solved if sum(1 for c in r if c) == 1]
    pinned = {unknown[next(i for i, c in enumerate(r) if c)] for r in lone}
    return {k for k in pinned & hidden if 0 < values[k] <= mask.threshold}


def _groups(values):
    groups = {}
    for key in values:
        for pair in key:
            if pair[0] != "year":
                groups.setdefault((key - {pair}, pair[0]), []).append(key)
    return groups


def _equation(unknown, whole, parts):
    return [Fraction((k in parts) - (k == whole[0])) for k in unknown]


def _eliminate(rows):
    rows, done = [list(r) for r in rows], []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in rows if r[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [c / pivot[column] for c in pivot]
        less = lambda r, p=pivot, c=column: [a - r[c] * b for a, b in zip(r, p, strict=True)]  # noqa: E731
        rows, done = [less(r) for r in rows], [less(r) for r in done]
        done.append(pivot)
    return done


SMALLISH = st.one_of(st.integers(0, 8), st.integers(0, 60))


@st.composite
def releases(draw):
    """Three linked tables: need by sex by band, and two of its margins."""
    sizes = [draw(st.integers(2, 4)), 2, draw(st.integers(2, 3))]
    names = [[f"{d}{i}" for i in range(n)] for d, n in zip("nsb", sizes, strict=True)]
    rows = [(*cell, draw(SMALLISH)) for cell in itertools.product(*names)]
    frame = pd.DataFrame(rows, columns=["need", "sex", "band", "plans"])
    kept = draw(st.lists(st.sampled_from(MARGINS), min_size=1, max_size=4, unique=True))
    return [_margin(frame, list(dimensions)) for dimensions in kept]


MARGINS = [("need", "sex", "band"), ("need", "sex"), ("need", "band"), ("sex", "band"), ("need",)]


def _margin(frame, dimensions):
    return aggregate(frame.groupby(dimensions, as_index=False)["plans"].sum(), dimensions)


ONE_CHILD = pd.DataFrame(
    [(*cell, float(cell == ("n1", "s1", "b1")))
     for cell in itertools.product(("n0", "n1"), ("s0", "s1"), ("b0", "b1"))],
    columns=["need", "sex", "band", "plans"],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(releases())
@example([_margin(ONE_CHILD, ["need", "sex"]), _margin(ONE_CHILD, ["sex", "band"])])
def test_no_hidden_small_count_can_be_recovered(tables):
    mask = mask_of(*tables)
    assert not recovered(tables, mask)


@settings(max_examples=40, deadline=None)
@given(releases())
def test_no_partition_leaves_a_small_count_too_narrow_a_range(tables):
    mask = mask_of(*tables)
    for table in tables:
        seen = dict(zip(_cells(table), shown(table, mask), strict=True))
        true = dict(zip(_cells(table), table.frame["plans"], strict=True))
        for dimension in table.dimensions:
            for parts in _parts(table, dimension):
                hidden = [true[p] for p in parts if seen[p] is None]
                whole_is_known = not mask.hidden(_key_of(table, parts[0], dimension))
                if hidden and whole_is_known:
                    assert len(hidden) > 1
                    assert sum(hidden) - (len(hidden) - 1) >= mask.threshold + 1


def _cells(table):
    return list(table.frame[list(table.dimensions)].itertuples(index=False, name=None))


def _parts(table, dimension):
    others = [i for i, d in enumerate(table.dimensions) if d != dimension]
    groups = {}
    for cell in _cells(table):
        groups.setdefault(tuple(cell[i] for i in others), []).append(cell)
    return groups.values()


def _key_of(table, cell, dimension):
    filters = dict(zip(table.dimensions, cell, strict=True))
    filters.pop(dimension)
    return table.universe, frozenset({**table.filters, **filters}.items())


@settings(max_examples=25, deadline=None)
@given(releases(), st.randoms(use_true_random=False))
def test_neither_the_order_of_adding_nor_adding_twice_changes_the_mask(tables, random):
    mixed = [*tables, *tables]
    random.shuffle(mixed)
    assert mask_of(*mixed) == mask_of(*tables)


def test_the_same_register_always_gives_the_same_mask():
    register = Register()
    register.add(trend())
    assert register.solve() == register.solve()


def test_hiding_too_little_is_caught_by_the_attack():
    # The attack itself is tried: a complement taken away must show.
    table = by_need({"ASD": 520, "SEMH": 300, "VI": 11, "MSI": 3})
    weak = Mask.single_cell(table)
    assert recovered([table], weak)


def test_a_bridge_between_blocks_of_hidden_counts_is_found():
    # Every row and column hides two or more, and yet rows 1 and 2 less columns 1 and 2
    # leave the count in row 2, column 3.
    values = [[3, 2, 50, 60], [2, 3, 4, 70], [40, 45, 3, 5], [47, 48, 4, 3]]
    frame = pd.DataFrame(
        [(f"r{i}", f"c{j}", v) for i, row in enumerate(values) for j, v in enumerate(row)],
        columns=["row", "column", "plans"],
    )
    table = aggregate(frame, ["row", "column"])
    assert not recovered([table], mask_of(table))
