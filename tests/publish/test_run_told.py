"""What a run may tell beside the run before it, and what it refuses to tell."""

import json

import pytest

from tests.publish.making import COUNTS, TABLE, finding, notebook, shared
from toolkit.audit.audit import audit
from toolkit.errors import DisclosureError
from toolkit.publish import run


def test_a_child_added_between_two_releases_shows_in_neither(publish, playbook, tmp_path):
    notebook(playbook, "10_trends", COUNTS, TABLE, finding("10"))
    first = shared(publish())
    (tmp_path / "outputs/exampleshire").rename(tmp_path / "before")
    more = COUNTS.replace("480, 350, 12, 842", "481, 350, 12, 843")
    notebook(playbook, "10_trends", more, TABLE, finding("10"))
    release = publish()
    after = shared(release)
    assert release.kept == 2
    assert b"842" in after["10_trends.html"]
    assert b"843" not in after["10_trends.html"]
    told = [json.loads(files["findings.json"]) for files in (first, after)]
    assert told[0]["findings"] == told[1]["findings"]
    assert told[1]["changes"] == []
    assert audit(release.folder, before=tmp_path / "before").breaches == ()
    again = shared(publish())
    assert again == after  # a run that is repeated gives the same bytes


def test_a_second_release_without_protection_from_the_first_would_be_caught(
    publish, playbook, area, tmp_path
):
    notebook(playbook, "10_trends", COUNTS, TABLE)
    publish()
    (tmp_path / "outputs/exampleshire").rename(tmp_path / "before")
    (area.folder / "private/releases/last.json").unlink()
    more = COUNTS.replace("480, 350, 12, 842", "481, 350, 12, 843")
    notebook(playbook, "10_trends", more, TABLE)
    found = audit(publish().folder, before=tmp_path / "before").breaches
    assert {b.kind for b in found} == {"difference"}


def test_what_cannot_be_protected_is_refused_with_what_to_leave_out(publish, playbook):
    lone = """
rows = pd.DataFrame({"year": ["2024"], "need": ["ASD"], "plans": [3]})
told = {**{n: getattr(plans, n) for n in plans.__dataclass_fields__}, "frame": rows}
whole = {**told, "dimensions": ("year",), "source": "published"}
show.table(Aggregate(**whole), caption="As published");
"""
    table = 'show.table(Aggregate(**told), caption="The only need")'
    notebook(playbook, "10_trends", COUNTS, lone, table)
    with pytest.raises(DisclosureError) as refused:
        publish()
    assert "EHC plans at the January census" in refused.value.message
    assert "(notebook 10)" in refused.value.remedy
    assert "(need)" in refused.value.remedy
    assert refused.value.message.count(". ") < 3


FEW = """
import itertools
children = pd.DataFrame(
    itertools.product(["HI", "MSI", "SLCN", "VI"],
                      ["0 to 4", "5 to 10", "11 to 15", "16 to 19"], ["F", "M"]),
    columns=["need", "age", "sex"],
).assign(plans=[3, 0, 1, 2, 2, 0, 0, 3, *[0] * 8, 5, 0, 7, 3, 0, 0, 0, 7,
                0, 1, 1, 1, 2, 1, 2, 0])
def table(source, *by):
    left = [b for n in range(len(by) + 1) for b in itertools.combinations(by, n)]
    rows = [children.assign(**dict.fromkeys(b, "All")) for b in left]
    summed = [r.groupby(list(by), as_index=False, sort=False)["plans"].sum() for r in rows]
    told = {n: getattr(plans, n) for n in plans.__dataclass_fields__}
    told |= {"frame": pd.concat(summed), "dimensions": by, "source": source, "labels": {}}
    return Aggregate(**told)
show.table(table("local", "need", "age"), caption="By need and age")
show.table(table("local", "need", "age", "sex"), caption="By need, age and sex")
show.table(table("published", "age"), caption="By age, as published")
"""


def test_what_hiding_alone_cannot_protect_is_published_with_merged_categories(
    publish, playbook, area
):
    notebook(playbook, "10_trends", COUNTS, FEW)
    release = publish()
    page = shared(release)["10_trends.html"].decode()
    assert "Merged: 11 to 15; 16 to 19" in page
    assert "Merged are, in &#39;EHC plans at the January census&#39; by age: 11 to 15" in page
    assert audit(release.folder).breaches == ()
    after = shared(release)
    assert shared(publish()) == after  # a run that is repeated gives the same bytes


def test_a_release_is_remembered_before_it_leaves(publish, playbook, area, monkeypatch):
    notebook(playbook, "10_trends", COUNTS, TABLE)

    def killed(files, folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(run.place, "replace_release", killed)
    with pytest.raises(KeyboardInterrupt):
        publish()
    assert (area.folder / "private/releases/last.json").is_file()
