"""A reader who takes all that stands there for true: what of it is right gives a child away."""

import pytest

from toolkit.show.literal import found_by
from toolkit.show.system import System

WHOLE = {"Autism": 2, "Speech": 2, "a": 3, "b": 1}  # plans by need, and by age
CELLS = {("Autism", "a"): 2, ("Speech", "a"): 1, ("Speech", "b"): 1, ("Autism", "b"): 0}


def key(*values):
    pairs = {("need" if v[0].isupper() else "age", v) for v in values}
    return "plans", frozenset(pairs)


def system(total=4, hidden=(), **more):
    """Return four plans by need and by age, and what a release of them hides."""
    local = {key(): total, **{key(k): v for k, v in WHOLE.items()},
             **{key(*k): v for k, v in CELLS.items()}}  # fmt: skip
    summed = {"plans": frozenset({"need", "age"})}
    return System(local, {}, summed, 5, hidden={key(*k) for k in hidden}, **more)


def found(system, published=()):
    return set(found_by(system, {key(*k): v for k, v in published}))


EVERY = [(k,) for k in WHOLE] + list(CELLS)


def test_a_small_whole_narrows_its_parts():
    assert found(system(hidden=EVERY)) >= {key("Autism"), key("Speech")}


def test_what_is_wide_gives_nobody_away():
    assert found(system(hidden=[*EVERY, ()])) == set()


def test_what_was_told_before_is_no_breach_of_this_release_but_what_its_marks_add_is():
    told = frozenset({key(), *(key(*k) for k in CELLS)})
    assert found(system(hidden=[(k,) for k in WHOLE], told=told)) == set()
    assert key("Speech") in found(system(hidden=EVERY, told=told))  # four marks make up the four


@pytest.mark.parametrize(
    ("kept", "given_away"),
    [
        (0, {"Autism", "Speech"}),  # needs come to 4 all the same
        (9, {"Autism", "Speech"}),  # more than all: what it contradicts is left out
    ],
)
def test_a_figure_that_contradicts_the_others_is_left_out(kept, given_away):
    old = system(hidden=EVERY, kept={key("a"): kept})
    assert {key(n) for n in given_away} <= found(old)


def test_a_range_that_is_wrong_gives_nobody_away():
    # Whoever believes that there are 40 takes each need for 36 at least.
    now = system(total=4, hidden=[*EVERY, ()], kept={key(): 4.0})
    wrong = system(total=4, hidden=[*EVERY, ()], kept={key(): 40.0})
    assert (key("Autism") in found(now), found(wrong)) == (True, set())


def test_a_published_whole_is_believed_unless_own_figures_that_are_seen_differ():
    hidden = [k for k in [*EVERY, ()] if k != ("Autism", "b")]
    seen = [k for k in hidden if k != ("Speech",)]
    published = [(("Autism",), 2), (("Speech",), 3)]
    assert key("Autism", "a") in found(system(hidden=hidden), published)
    assert key("Autism", "a") not in found(system(hidden=seen), published)


def test_what_is_published_tells_what_it_tells_whatever_a_release_hides():
    published = [(("Autism",), 2), (("Speech",), 2)]
    assert key("Autism", "a") not in found(system(hidden=[*EVERY, ()]), published)  # 0 to 2
