"""A run from notebooks to what leaves."""

import datetime
import hashlib
import json
import re

import pytest

from tests.notebooks import running
from tests.publish import making
from tests.publish.making import COUNTS, PARAMETERS, TABLE, finding, notebook, shared, statuses
from toolkit.errors import DisclosureError, InputError, LeakError, OutputError, SettingsError
from toolkit.intake.loaded import SourceFile
from toolkit.publish import execute, run
from toolkit.publish.chain import Way


def test_a_run_publishes_a_page_a_notebook_and_the_index_ledger_and_manifest(publish, playbook):
    notebook(playbook, "10_trends", COUNTS, "## Caseload", TABLE, finding("10"))
    release = publish()
    files = shared(release)
    assert sorted(files) == ["10_trends.html", "findings.json", "index.html", "manifest.json"]
    assert release.folder.name == "exampleshire"
    assert b"EHC plans by primary need" in files["10_trends.html"]
    assert b"842 EHC plans were open" in files["index.html"]
    assert (release.folder.parents[1] / "areas/exampleshire/private/executed/10.ipynb").is_file()


def test_a_misspelt_parameter_is_refused_before_anything_runs(publish, playbook, tmp_path):
    mark = tmp_path / "ran"
    notebook(playbook, "10_trends", f"open({str(mark)!r}, 'w').close()",
             parameters=PARAMETERS + "\nyears: int = 5")  # fmt: skip
    with pytest.raises(SettingsError, match="Did you mean years"):
        publish(parameters={"yaers": 3})
    assert not mark.exists()
    assert not (tmp_path / "outputs").exists()


def test_a_parameter_reaches_the_notebook_and_the_manifest(publish, playbook, area):
    notebook(playbook, "10_trends", "print(years, area_folder, interactive)",
             parameters=PARAMETERS + "\nyears: int = 5")  # fmt: skip
    manifest = json.loads(shared(publish(parameters={"years": 3}))["manifest.json"])
    executed = (area.folder / "private/executed/10.ipynb").read_text()
    assert "3 . False" in executed
    assert str(area.folder) not in executed
    assert manifest["parameters"] == {"years": 3}


def test_published_statistics_alone_never_take_the_place_of_an_areas_own_reports(
    publish, playbook, area, tmp_path
):
    notebook(playbook, "10_trends", COUNTS, TABLE)
    before = shared(publish())
    area.sources, area.folder = [], tmp_path / "elsewhere"  # as a run with --published has it
    area.folder.mkdir()
    with pytest.raises(SettingsError, match=r"'exampleshire' holds reports from .* use --out"):
        publish()
    area.folder = tmp_path / "areas/exampleshire"
    assert shared(publish()) != before, "the folder that made them may go on without its files"
    area.folder, area.sources = tmp_path / "elsewhere", [SourceFile("p.csv", "Spend", "ab" * 32)]
    assert publish().run_id, "published reports stand there now: others may take their place"


@pytest.mark.parametrize(
    "shown",
    [
        "frame",
        "frame.style",
        "display(frame)",
        "frame['plans'].sum()",
        "import ipywidgets\nipywidgets.IntSlider()",
        "from IPython.display import HTML\nHTML('<b>x</b>')",
    ],
)
def test_a_display_that_is_no_view_is_refused_by_notebook_and_cell(publish, playbook, shown):
    notebook(playbook, "10_trends", COUNTS, shown)
    with pytest.raises(DisclosureError, match=r"10_trends, code cell 3.*show\.table"):
        publish()


@pytest.mark.parametrize("runner", [running.way().runner, execute.plain], ids=["quick", "kernel"])
def test_what_a_notebook_prints_never_leaves(publish, playbook, runner):
    code = """
import os, sys, warnings
print("Zebedee")
print("Zebedee", file=sys.stderr)
warnings.warn("Zebedee")
_ = os.write(1, b"Zebedee")
"""
    notebook(playbook, "10_trends", COUNTS, code, TABLE)
    release = publish(way=Way(runner, playbook=playbook))
    assert all(b"Zebedee" not in data for data in shared(release).values())


def test_small_counts_are_hidden_in_the_page_and_null_in_the_ledger(publish, playbook):
    small = finding("10").replace('need="All"', 'need="MSI"')
    notebook(playbook, "10_trends", COUNTS, TABLE, small)
    files = shared(publish())
    entry = json.loads(files["findings.json"])["findings"][0]
    assert (
        entry["sentence"].startswith("10: [c] EHC plans")
        or "[c] a year before" in entry["sentence"]
    )
    assert "[c]" in files["10_trends.html"].decode()
    assert ">3<" not in files["10_trends.html"].decode()


def test_a_hidden_value_is_null_with_the_reason(publish, playbook):
    small = finding("10").replace(
        'value=plans.cell("plans", year=2025, need="All")',
        'value=plans.cell("plans", year=2024, need="MSI")',
    )
    notebook(playbook, "10_trends", COUNTS, small)
    entry = json.loads(shared(publish())["findings.json"])["findings"][0]
    assert entry["value"] is None
    assert entry["hidden"] == ["value"]
    assert "no child can be identified" in entry["reason"]


def test_one_count_with_two_values_publishes_nothing(publish, playbook, tmp_path):
    notebook(playbook, "10_a", COUNTS, TABLE)
    notebook(playbook, "11_b", COUNTS.replace("[420,", "[421,"), TABLE)
    with pytest.raises(DisclosureError, match="Notebook 11_b: one count has two values"):
        publish()
    assert not list((tmp_path / "outputs").rglob("*.html"))


def test_a_share_that_names_no_count_publishes_nothing(publish, playbook):
    shares = COUNTS.replace(
        'Measure("plans", "EHC plans", "people")', 'Measure("plans", "Share", "%")'
    )
    notebook(playbook, "10_a", shares, TABLE)
    with pytest.raises(DisclosureError, match="rests_on"):
        publish()


def test_the_same_inputs_on_the_same_day_give_the_same_bytes(publish, playbook):
    chart = 'show.chart(plans, mark="line", x="year", y="plans", colour="need", title="Up")'
    notebook(playbook, "10_trends", COUNTS, "## Caseload", TABLE, chart, finding("10"))
    first = shared(publish())
    assert shared(publish()) == first
    assert shared(publish()) == first


def test_no_private_name_or_path_is_in_any_file(publish, playbook, area):
    notebook(playbook, "10_trends", COUNTS, TABLE)
    for data in shared(publish()).values():
        assert b"PRIVATE" not in data
        assert str(area.folder).encode() not in data


def test_the_manifest_holds_the_hash_of_every_other_file(publish, playbook):
    notebook(playbook, "10_trends", COUNTS, TABLE)
    files = shared(publish())
    listed = json.loads(files.pop("manifest.json"))["files"]
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_the_run_id_changes_with_whatever_determines_the_result(publish, playbook, area):
    notebook(playbook, "10_trends", "x = 1", parameters=PARAMETERS + "\nyears: int = 5")
    ids = [publish().run_id]
    ids.append(publish(run_date=datetime.date(2026, 11, 23)).run_id)
    ids.append(publish(parameters={"years": 4}).run_id)
    area.sources = [SourceFile("x.xml", "SEN2 return", "cd" * 32, "2025")]
    ids.append(publish().run_id)
    area.settings = area.settings.model_copy(update={"disclosure": "nhs"})
    ids.append(publish().run_id)
    notebook(playbook, "10_trends", "x = 2", parameters=PARAMETERS + "\nyears: int = 5")
    ids.append(publish().run_id)
    assert len(set(ids)) == len(ids)


def test_where_the_published_files_lie_is_no_part_of_the_run_id(publish, playbook, area):
    notebook(playbook, "10_trends", "x = 1")
    before = publish().run_id
    area.settings = area.settings.model_copy(update={"published": ("/data/elsewhere",)})
    release = publish()
    assert release.run_id == before
    assert all(b"elsewhere" not in data for data in shared(release).values())


def test_the_next_release_says_what_changed(publish, playbook):
    notebook(playbook, "10_trends", COUNTS, finding("10"))
    publish()
    notebook(playbook, "10_trends", COUNTS.replace("842]", "850]"), finding("10"))
    files = shared(publish())
    changes = json.loads(files["findings.json"])["changes"]
    assert [(c["id"], c["change"]) for c in changes] == [("10.plans", "changed")]
    assert "842" in changes[0]["before"]
    assert "850" in changes[0]["now"]
    assert b"What changed since the last run" in files["index.html"]


def test_the_last_release_is_remembered_privately_with_its_register(publish, playbook, area):
    notebook(playbook, "10_trends", COUNTS, TABLE)
    release = publish()
    last = json.loads((area.folder / "private/releases/last.json").read_text())
    assert last["run_id"] == release.run_id
    small = [c for c in last["register"] if c["value"] == 3]
    assert small[0]["hidden"] is True
    assert small[0]["filters"] == {"need": "MSI", "year": "2024"}


def test_a_notebook_that_lacks_something_is_left_out_with_what_would_fill_it(publish, playbook):
    notebook(playbook, "10_a", needs=["requests"])
    notebook(playbook, "11_b", needs_any=["reviews", "placements"])
    notebook(playbook, "12_c", needs_any=["reviews", "plans"])
    release = publish()
    assert statuses(release) == {"10": "skipped", "11": "skipped", "12": "executed"}
    assert release.failures == []
    page = shared(release)["index.html"].decode()
    assert "It needs requests for an EHC needs assessment." in page
    assert "The SEN2 return, or requests.csv" in page
    assert "annual reviews or placements of people with a plan" in page


def test_a_notebook_that_rests_on_findings_is_left_out_where_those_did_not_run(publish, playbook):
    notebook(playbook, "10_a", "x = 1", needs=["requests"])
    notebook(playbook, "40_b", "x = 1", needs_findings=["10.growth"])
    notebook(playbook, "41_c", "x = 1", needs_findings=["11"])
    notebook(playbook, "11_d", "x = 1")
    release = publish()
    assert statuses(release) == {
        "10": "skipped",
        "11": "executed",
        "40": "skipped",
        "41": "executed",
    }
    assert "needs the findings of notebook 10" in release.outcomes[2].reason


def test_an_area_is_found_from_a_relative_path(publish, playbook, area, monkeypatch):
    monkeypatch.chdir(area.folder.parent)
    area.folder = area.folder.relative_to(area.folder.parent)
    notebook(playbook, "10_trends", COUNTS, TABLE)
    assert statuses(publish()) == {"10": "executed"}
    assert (area.folder / "private/executed/10.ipynb").is_file()


def test_a_stage_that_is_switched_off_is_left_out(publish, playbook, area):
    area.settings = area.settings.model_copy(update={"stages": ("setup",)})
    notebook(playbook, "10_a", "x = 1")
    release = publish()
    assert statuses(release) == {"10": "skipped"}
    assert "switched off" in release.outcomes[0].reason


def test_what_only_the_last_release_held_is_removed_and_nothing_else(publish, playbook):
    notebook(playbook, "10_a", COUNTS, TABLE)
    notebook(playbook, "11_b", "x = 1")
    folder = publish().folder
    (folder / "notes.docx").write_bytes(b"the analyst's own")
    publish(notebooks=["11"])
    assert sorted(p.name for p in folder.iterdir()) == [
        "11_b.html", "findings.json", "index.html", "manifest.json", "notes.docx",
    ]  # fmt: skip


def test_a_failed_notebooks_earlier_page_does_not_stay(publish, playbook):
    notebook(playbook, "10_a", COUNTS, TABLE)
    publish()
    notebook(playbook, "10_a", "1 / 0")
    assert "10_a.html" not in shared(publish())


def test_a_leak_publishes_nothing_and_leaves_the_last_release_alone(publish, playbook):
    notebook(playbook, "10_a", COUNTS, TABLE)
    release = publish()
    before = shared(release)
    notebook(playbook, "10_a", COUNTS, TABLE, words=["Ask ann@example.gov.uk."])
    with pytest.raises(LeakError, match=r"10_a\.html.*e-mail"):
        publish()
    assert shared(release) == before


def test_the_reports_of_another_area_are_never_overwritten(publish, playbook, area):
    notebook(playbook, "10_a", "x = 1")
    publish()
    area.settings = area.settings.model_copy(update={"name": "EXAMPLESHIRE"})
    with pytest.raises(OutputError, match="holds the reports of Exampleshire"):
        publish()


def test_a_file_where_the_folder_should_be_is_said_in_plain_words(publish, playbook, tmp_path):
    notebook(playbook, "10_a", "x = 1")
    (tmp_path / "outputs").write_text("")
    with pytest.raises(OutputError) as caught:
        publish()
    assert str(tmp_path) not in caught.value.message


def test_files_that_change_during_the_run_are_refused(publish, playbook, area, monkeypatch):
    other = making.StubArea(area.folder, area.settings)
    other.sources = [SourceFile("x", "SEN2 return", "ef" * 32)]
    opened = iter([area, other])
    monkeypatch.setattr(run, "open_area", lambda folder: next(opened))
    notebook(playbook, "10_a", "x = 1")
    with pytest.raises(InputError, match="changed while"):
        publish()


def test_the_fictional_banner_is_on_every_page_and_in_every_file(publish, playbook):
    notebook(playbook, "10_a", COUNTS, TABLE, words=["<style>.fictional { display: none }</style>"])
    for name, data in shared(publish()).items():
        text = data.decode()
        if name.endswith(".html"):
            assert '<div class="fictional">' in text
            assert re.search(r"<title>[^<]*fictional data", text)
            assert '@top-left { content: "Fictional data' in text
            assert "<style>.fictional { display" not in text
        else:
            assert "Fictional data" in json.loads(text)["notice"]


def test_a_real_area_has_no_fictional_banner(publish, playbook, area):
    area.settings = area.settings.model_copy(update={"fictional": False})
    notebook(playbook, "10_a", COUNTS, TABLE)
    for name, data in shared(publish()).items():
        assert b"ictional data" not in data.split(b"</style>")[-1], name


def test_progress_is_told_in_words(publish, playbook):
    notebook(playbook, "10_trends", "x = 1")
    said = []
    publish(progress=said.append)
    assert said[1] == "Notebook 10 (1 of 1): Trends"
