"""A run from notebooks to what leaves."""

import datetime
import hashlib
import json
import re

import pytest

from tests.notebooks import running
from tests.publish import making
from tests.publish.making import COUNTS, PARAMETERS, TABLE, finding, notebook
from toolkit.audit.audit import audit
from toolkit.errors import DisclosureError, InputError, LeakError, OutputError, SettingsError
from toolkit.intake.loaded import SourceFile
from toolkit.publish import execute, run
from toolkit.publish.chain import Way


def shared(release):
    """Return every file of a release by name."""
    return {path.name: path.read_bytes() for path in release.folder.iterdir()}


def statuses(release):
    return {outcome.number: outcome.status for outcome in release.outcomes}


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


def test_a_failure_stops_what_rests_on_it_and_nothing_else(publish, playbook):
    notebook(playbook, "10_a", "1 / 0", gives=["spell table"])
    notebook(playbook, "11_b", "x = 1", needs=["spell table"])
    notebook(playbook, "12_c", "x = 1", needs_findings=["11.x"])
    notebook(playbook, "13_d", COUNTS, TABLE)
    release = publish()
    assert statuses(release) == {"10": "failed", "11": "stopped", "12": "stopped", "13": "executed"}
    assert [o.number for o in release.failures] == ["10", "11", "12"]
    files = shared(release)
    assert [name for name in sorted(files) if name[0].isdigit()] == ["13_d.html"]
    listed = json.loads(files["manifest.json"])["notebooks"]
    assert [n["status"] for n in listed] == ["failed", "stopped", "stopped", "published"]
    assert "rests on notebook 10, which failed" in listed[1]["reason"]


def test_a_failure_names_the_cell_and_keeps_values_to_the_private_log(publish, playbook, area):
    notebook(playbook, "10_a", "x = 'Zebedee Smith'", "raise KeyError(x)")
    release = publish()
    (failure,) = release.failures
    assert "code cell 3" in failure.message
    assert "raise KeyError(x)" in failure.message
    assert "JupyterLab" in failure.message
    assert "Zebedee" not in failure.message + failure.reason
    assert all(b"Zebedee" not in data for data in shared(release).values())
    assert "Zebedee" in (area.folder / "private/log/10.txt").read_text()


def test_our_own_errors_come_through_as_they_are_but_not_into_what_is_shared(publish, playbook):
    code = """
from toolkit.errors import InputError
raise InputError("31/02/2024 is no date.", where="plans.csv row 3", remedy="Mend it.")
"""
    notebook(playbook, "10_a", code)
    release = publish()
    assert "plans.csv row 3: 31/02/2024 is no date. Mend it." in release.failures[0].message
    assert all(b"31/02/2024" not in data for data in shared(release).values())


def test_a_killed_kernel_is_a_failure(publish, playbook, area):
    notebook(playbook, "10_a", COUNTS, TABLE, "import os, signal\nos.kill(os.getpid(), 9)", "x = 1")
    release = publish(way=Way(playbook=playbook))
    assert statuses(release) == {"10": "failed"}
    assert "killed" in release.failures[0].reason
    assert not (area.folder / "private/executed/10.ipynb").exists()
    assert "10_a.html" not in shared(release)


def test_a_cell_that_never_ends_is_a_failure(publish, playbook):
    notebook(playbook, "10_a", "import time\ntime.sleep(60)")
    release = publish(way=Way(playbook=playbook, cell_seconds=1))
    assert "took more than 1 seconds" in release.failures[0].reason


def test_a_kernel_that_does_not_start_is_tried_again(publish, playbook, monkeypatch):
    tries = []
    real = execute.papermill.execute_notebook

    def sometimes(*args, **kwargs):
        tries.append(1)
        if len(tries) < execute.STARTS:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return real(*args, **kwargs)

    monkeypatch.setattr(execute.papermill, "execute_notebook", sometimes)
    notebook(playbook, "10_a", "x = 1")
    assert statuses(publish(way=Way(playbook=playbook))) == {"10": "executed"}
    assert len(tries) == execute.STARTS


def test_a_kernel_that_never_starts_is_a_failure_and_not_tried_for_ever(
    publish, playbook, monkeypatch
):
    def never(*args, **kwargs):
        raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr(execute.papermill, "execute_notebook", never)
    notebook(playbook, "10_a", "x = 1")
    assert "did not start" in publish(way=Way(playbook=playbook)).failures[0].reason


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
