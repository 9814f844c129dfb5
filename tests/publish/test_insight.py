"""The report over many areas, from fictional ledgers to finished files."""

import csv
import datetime
import hashlib
import io
import json
import re

import pytest

from tests.notebooks import running
from tests.publish.making import notebook
from toolkit.errors import InputError, NotebookError, OutputError, SettingsError
from toolkit.intake.fiction.ledgers import write_ledgers
from toolkit.publish import chapters
from toolkit.publish.chain import Way
from toolkit.publish.execute import cells_run
from toolkit.publish.insight import publish_insight
from toolkit.publish.manifest import Areas

DAY = datetime.date(2026, 11, 22)
CHAPTERS = [
    *("1_context", "2_key", "3_focus", "4a_asc", "4a_semh", "4a_slcn", "4b_journey"),
    *("5_themes", "6_next", "7_appendix"),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the release of 54 fictional areas that hide nothing: every chapter is there."""
    home = tmp_path_factory.mktemp("whole")
    write_ledgers(home, DAY, hide=False)
    return publish_insight(home, home / "insight", run_date=DAY, way=running.way())


@pytest.fixture(scope="module")
def interim(tmp_path_factory):
    """Return the interim release of 42 areas that hide small counts, 12 still to come."""
    home = tmp_path_factory.mktemp("interim")
    write_ledgers(home, DAY, without=12)
    given = {"run_date": DAY, "parameters": {"interim": True}, "way": running.way()}
    return publish_insight(home, home / "insight", **given)


def text(release, name):
    page = (release.folder / name).read_text(encoding="utf-8")
    return re.sub(r"[\s\u00a0]+", " ", re.sub(r"<[^>]+>", " ", page))


def test_ten_chapters_and_the_full_report_are_files_of_their_own(whole):
    pages = {p.name for p in whole.folder.glob("50_insight*.html")} - {"50_insight_waves.html"}
    assert pages == {"50_insight.html", *(f"50_insight_{c}.html" for c in CHAPTERS)}
    assert len(pages) == 10 + 1


def test_the_order_of_the_chapters_is_fixed(whole):
    page = text(whole, "50_insight.html")
    at = [page.rindex(f" {c.heading} ") for c in chapters.CHAPTERS if not c.is_aside]
    assert at == sorted(at)
    assert [o.step.name.removeprefix("50_insight_") for o in whole.outcomes[1:11]] == CHAPTERS


def test_the_full_report_prints_what_the_programme_printed(whole):
    page = text(whole, "50_insight.html")
    for said in (
        "65% of the 1,650 children and young people",
        "54.9% of the one-off grants, £29.6 million",
        "parent carer confidence in the mainstream setting",
        "1,550+", "7,400+", "2,500+", "1,200+", "800+", "5,000+", "2,300+",
        "over 30,000", "over 15,000",
        "Reviewed cases by provision now and the best one",
        "never added up",
        "Areas weigh by their EHC plans.",
        "Special schools by sector, now and at best",
        "Training rated good or better, by module",
        "Cases best met elsewhere, along the journey",
        "Risks to delivery",
        "L6 Other children being inclusive of children with SEND",
    ):  # fmt: skip
        assert said in page, said


def test_the_page_of_waves_sets_tranches_side_by_side_and_is_no_part_of_the_full_report(whole):
    page = text(whole, "50_insight_waves.html")
    for told in ("Growth of EHC plans", "New plans within 20 weeks", "forecast",
                 "could have been met in a different provision"):  # fmt: skip
        assert re.search(rf"{told} Group.{{0,400}}? Tranche 1 20 .{{0,80}}? Tranche 2 22 ", page)
    assert "Changes that areas plan (Share of areas, %) Change Tranche 1 Tranche 2" in page
    assert "Waves and regions compared" not in text(whole, "50_insight.html")


def test_every_page_says_that_the_data_is_fictional(whole):
    for page in whole.folder.glob("*.html"):
        assert "All 54 areas are fictional." in page.read_text(encoding="utf-8"), page.name


def test_a_mix_of_real_and_fictional_areas_is_said_with_how_many_of_each():
    assert Areas(name="x", count=54, made_up=12).banner.startswith("12 of 54 areas are fictional")
    assert "use none of them" in Areas(name="x", count=54, made_up=12).banner
    assert not Areas(name="x", count=8, made_up=0).fictional


def test_the_evidence_base_holds_figures_of_areas_and_no_row_of_a_child(whole):
    data = (whole.folder / "evidence_base.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert len({row["la_code"] for row in rows}) == 54
    assert {"person_id", "review_id", "respondent_id", "sentence"}.isdisjoint(rows[0])
    assert len({(row["la_code"], row["id"]) for row in rows}) == len(rows)
    assert all(row["unit"] != "text" for row in rows)


def test_an_interim_report_is_marked_and_lists_what_is_missing(interim):
    for page in interim.folder.glob("50_insight*.html"):
        assert "<h1>Interim: " in page.read_text(encoding="utf-8"), page.name
    context = text(interim, "50_insight_1_context.html")
    assert "42 areas are in" in context
    assert re.search(r"All areas 54 42 12 0", context)
    assert context.count("There is no ledger of it.") >= 12


def test_what_areas_hid_is_not_scaled_up_and_the_reader_is_told(interim):
    page = text(interim, "50_insight_2_key.html")
    assert re.search(r"Left out here: (By need; )?From where to where; State and independent", page)
    assert "For all children" in text(interim, "index.html")
    ids = {finding["id"] for finding in interim.findings}
    assert not any(name.startswith("50.shift") for name in ids)
    assert "50.different.all" in ids


def test_each_group_of_people_has_a_section_with_what_it_named_and_its_own_words(whole):
    page = text(whole, "50_insight_3_focus.html")
    for name in ("Children and young people", "Parents and carers", "Education providers",
                 "SEND specialists and other practitioners"):  # fmt: skip
        plain = name if name.startswith("SEND") else name[0].lower() + name[1:]
        assert re.search(rf"[\d,]+ {plain} answered in \d+ areas. Most often they name “", page)
        assert f"What {plain} name, most often first" in page
        assert f"Words of {plain}" in page
    assert "Every group is heard here" in page
    assert page.index(" Children and young people ") < page.index(" Parents and carers ")
    assert {f"50.voice.{g}" for g in ("cyp", "parent_carer", "provider", "practitioner")} <= {
        f["id"] for f in whole.findings
    }


def test_where_too_few_areas_asked_children_the_report_says_that_they_are_not_heard(tmp_path):
    home = write_ledgers(tmp_path / "outputs", DAY, hide=False)
    for folder in sorted(p for p in home.iterdir() if p.is_dir())[4:]:
        _keep(folder, lambda name: not name.startswith("22.factor.cyp."))
    release = publish_insight(home, tmp_path / "insight", run_date=DAY, way=running.way())
    page = text(release, "50_insight_3_focus.html")
    assert re.search(r"Children and young people No: fewer than 5 areas 4 \[x\] 54 1,203", page)
    assert "Not heard here" in page
    assert ": children and young people. Their silence is no agreement." in page
    assert "Words of children" not in page
    assert "Words of parents" in page
    assert "50.voice.cyp" not in {f["id"] for f in release.findings}


def test_areas_that_found_growth_alone_have_a_report_that_says_that_nobody_is_heard(tmp_path):
    home = write_ledgers(tmp_path / "outputs", DAY)
    for folder in (p for p in home.iterdir() if p.is_dir()):
        _keep(folder, lambda name: name == "10.growth.plans")
    release = publish_insight(home, tmp_path / "insight", run_date=DAY, way=running.way())
    assert "Not heard here" in text(release, "50_insight_3_focus.html")
    skipped = {o.step.name for o in release.outcomes if o.status == "skipped"}
    assert {"50_insight_4a_asc", "50_insight_4b_journey", "50_insight_5_themes"} <= skipped


def _keep(folder, wanted):
    """Keep the findings of a ledger whose ids are wanted; its manifest lists the new one."""
    ledger, manifest = (json.loads((folder / n).read_text())
                        for n in ("findings.json", "manifest.json"))  # fmt: skip
    ledger["findings"] = [f for f in ledger["findings"] if wanted(f["id"])]
    (folder / "findings.json").write_text(json.dumps(ledger))
    sha256 = hashlib.sha256((folder / "findings.json").read_bytes()).hexdigest()
    manifest["files"]["findings.json"] = sha256
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_no_finding_of_the_report_tells_a_hidden_figure(interim):
    ledger = json.loads((interim.folder / "findings.json").read_text(encoding="utf-8"))
    shown = interim.ledgers.findings
    people = shown[shown["id"].eq("21.different.all.all") & shown["value"].notna()]
    told = next(f for f in ledger["findings"] if f["id"] == "50.different.all")
    assert told["base"] == people["base"].sum()  # of the areas that show theirs, and no other


def test_the_manifest_lists_every_file_and_every_ledger(whole):
    held = json.loads((whole.folder / "manifest.json").read_text(encoding="utf-8"))
    assert held["scope"] == "insight"
    assert len(held["inputs"]) == 54
    there = {p.name for p in whole.folder.iterdir()} - {"manifest.json"}
    assert set(held["files"]) == there
    first = held["notebooks"][0]
    assert first["cells"] == first["executed"] == cells_run(whole.outcomes[0])


def test_the_same_ledgers_give_the_same_bytes(whole, tmp_path):
    again = publish_insight(whole.folder.parent, tmp_path / "again", run_date=DAY)
    assert again.run_id == whole.run_id
    for page in sorted(whole.folder.iterdir()):
        assert (again.folder / page.name).read_bytes() == page.read_bytes(), page.name


def test_no_path_of_this_machine_leaves(whole):
    for page in whole.folder.iterdir():
        assert str(whole.folder.parent) not in page.read_text(encoding="utf-8")


def test_a_folder_without_a_ledger_is_refused_with_the_reason(tmp_path):
    (tmp_path / "kent").mkdir()
    (tmp_path / "kent" / "index.html").write_text("")
    with pytest.raises(InputError, match=r"no area's ledger.*'kent': findings.json: it is missing"):
        publish_insight(tmp_path, tmp_path / "insight", run_date=DAY)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"wieghts": "plans"}, "Did you mean weights"),
        ({"interim": "yes"}, "takes bool"),
        ({"weights": "plan"}, "takes plans or equal"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused_before_anything_runs(given, said, tmp_path):
    with pytest.raises(SettingsError, match=said):
        publish_insight(tmp_path, tmp_path / "insight", run_date=DAY, parameters=given)


def test_the_folder_of_an_area_is_never_written_over(tmp_path):
    write_ledgers(tmp_path, DAY)
    with pytest.raises(OutputError, match="holds the reports of Quillshire"):
        publish_insight(tmp_path, tmp_path / "quillshire", run_date=DAY)


def test_nothing_is_published_where_the_notebook_fails(tmp_path):
    write_ledgers(tmp_path / "outputs", DAY)
    parameters = 'outputs_folder: str = ""\nareas_file: str = ""\ninteractive: bool = True'
    notebook(tmp_path / "playbook", "50_insight", "1 / 0", parameters=parameters)
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        publish_insight(tmp_path / "outputs", tmp_path / "out", run_date=DAY,
                        way=Way(playbook=tmp_path / "playbook"))  # fmt: skip
    assert not list((tmp_path / "out").iterdir())
