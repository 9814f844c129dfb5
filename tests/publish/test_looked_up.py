"""What the DfE publishes of an area stands under the keys of the area's own counts."""

import shutil

import pytest

from tests.publish.making import COUNTS, TABLE, notebook
from tests.show.making import published
from toolkit.diagnose import caseload, demography, flows, january, starts
from toolkit.intake.fictional import write_fictional_area
from toolkit.intake.store import open_area
from toolkit.publish import looked_up, run


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return open_area(write_fictional_area(tmp_path_factory.mktemp("known") / "a", plans=400))


@pytest.fixture(scope="module")
def known(opened):
    return {key: value for made in looked_up.tables(opened) for key, value, _ in made.counts()}


def own(made):
    return {key: value for key, value, _ in made.counts()}


def stock(area):
    people = ("plans", "placements", "censuses", "earlier_needs")
    return january.stock(*(area.table_or_empty(name) for name in people))


def test_plans_by_provision_and_age_are_those_that_the_records_give(opened, known):
    plans = stock(opened)
    ages = demography.by_group(demography.own_ages(plans), "local", ())
    for made in (caseload.plans_by(plans, "provision", sources=()), ages,
                 caseload.plans_by(plans, sources=())):  # fmt: skip
        both = {k: v for k, v in own(made).items() if k in known}
        assert both == {k: known[k] for k in both}
        assert len(both) > 5


@pytest.mark.parametrize("trait", ["primary_need", "sex"])
def test_other_splits_have_the_codes_of_own_records(opened, known, trait):
    codes = set(own(caseload.plans_by(stock(opened), trait, sources=())))
    listed = {k for k in known if k[0] == caseload.UNIVERSE and trait in dict(k[1])}
    assert len(listed) > 1
    assert listed <= codes


def test_new_plans_are_known_in_the_bands_that_a_small_area_shows(opened, known):
    began = flows.started(opened.table("plans"), opened.table("censuses"))
    shown = own(starts.by_age(starts.counted(began), looked_up.NOBODY, "local", ()))
    assert "5-7" in {dict(k[1]).get("age") for k in shown}
    latest = max(dict(k[1])["calendar_year"] for k in known if k[0] == starts.UNIVERSE)
    assert {k for k in shown if dict(k[1])["calendar_year"] == latest} <= set(known)


def test_an_area_without_published_files_knows_nothing(opened, tmp_path):
    shutil.copytree(opened.folder, tmp_path / "bare")
    settings = (tmp_path / "bare" / "area.toml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in settings if not line.startswith("published")]
    (tmp_path / "bare" / "area.toml").write_text("\n".join(kept), encoding="utf-8")
    bare = open_area(tmp_path / "bare")
    assert not [key for made in looked_up.tables(bare) for key in made.counts()]


def test_what_the_dfe_publishes_of_an_area_is_known_to_its_reader(
    publish, playbook, area, monkeypatch
):
    # The 310 is hidden to cover the 3 beside it; whoever looks it up must find another beside.
    notebook(playbook, "10_trends", COUNTS, TABLE)
    before = (publish().folder / "10_trends.html").read_bytes()
    needs = {"year": ["2024"], "need": ["SEMH"], "plans": [310]}
    known = published(needs, ["year", "need"], filters={})
    monkeypatch.setattr(run.looked_up, "tables", lambda opened: [known])
    area.tables = ("plans", "own files")
    shutil.rmtree(area.folder / "private")
    after = (publish().folder / "10_trends.html").read_bytes()
    assert (b">420<" in before, b">420<" in after) == (True, False)
    assert b">310<" not in after
