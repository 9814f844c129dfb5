"""What changed between two ledgers, and which findings come first."""

import pytest

from toolkit.publish.ledger import by_priority, changes


def entry(name, sentence="S", value=1.0, **more):
    return {"id": name, "sentence": sentence, "value": value, "low": None, "high": None,
            "base": None, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        ([entry("a")], [], "new"),
        ([], [entry("a")], "gone"),
        ([entry("a", "T")], [entry("a", "S")], "changed"),
        ([entry("a", value=2.0)], [entry("a", value=1.0)], "changed"),
        ([entry("a", value=None)], [entry("a", value=1.0)], "changed"),
    ],
)
def test_a_finding_that_is_new_gone_or_different_is_told(now, before, change):
    assert [c["change"] for c in changes(now, before)] == [change]


def test_a_finding_that_stays_is_not_told():
    assert changes([entry("a")], [entry("a")]) == []


def test_findings_of_one_priority_keep_their_order():
    found = [entry("a", priority=1), entry("b", priority=5), entry("c", priority=1)]
    assert [f["id"] for f in by_priority(found)] == ["b", "a", "c"]
