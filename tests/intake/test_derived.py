"""What was worked out of published tables once is there for the next area with the same files."""

import pandas as pd
import pytest

from toolkit.intake import derived

FILES = {"caseload": ("abc", "v1")}


@pytest.fixture(autouse=True)
def _nothing_held(monkeypatch):
    monkeypatch.setattr(derived, "_held", {})
    monkeypatch.setattr(derived, "_new", set())


def counted(made: list[int], **more) -> int:
    """Return how often the work was done, once it was asked for another time."""

    def work() -> int:
        made.append(1)
        return len(made)

    return derived.once(work, **{"name": "a", "files": FILES, "more": ((),), **more})


def test_the_same_is_worked_out_once():
    made: list[int] = []
    assert [counted(made), counted(made), len(made)] == [1, 1, 1]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "b"},
        {"files": {"caseload": ("abd", "v1")}},
        {"files": {"caseload": ("abc", "v2")}},
        {"files": {**FILES, "flows": ("abc", "v1")}},
        {"more": ([("881", 2024, 5.0)],)},
    ],
    ids=["another result", "another file", "other readers", "one more table", "a replaced point"],
)
def test_another_is_worked_out_anew(other):
    made: list[int] = []
    assert [counted(made), counted(made, **other), len(made)] == [1, 2, 2]


def test_nobody_changes_what_others_get():
    given = [derived.once(lambda: pd.DataFrame({"a": [1]}), "a", FILES, ()) for _ in range(3)]
    given[1].loc[0, "a"] = given[0].loc[0, "a"] = 99
    assert derived.once(pd.DataFrame, "a", FILES, ())["a"].tolist() == [1]


def test_the_oldest_go_and_what_others_worked_out_is_not_new():
    derived.hold({bytes([at]): b"" for at in range(derived.MOST + 2)})
    assert len(derived._held) == derived.MOST
    assert bytes([0]) not in derived._held
    assert not derived.new()
