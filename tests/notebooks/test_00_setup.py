"""The set-up notebook, run cell by cell over an area with set-up tables and over a bare one."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from toolkit.show.views import MIME, View

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "00_setup.ipynb"
SETTINGS = 'name = "Exampleshire"\nla_code = "990"\nfictional = true\n'
TABLES = {
    "activities": [
        "activity_id,on,owner,start,end",
        "M1.3,1,Finance lead,2025-10-20,2025-11-28",
        "M1.5,0,,,",
    ],
    "existing_evidence": [
        "evidence_id,title,date,owner,activity_id,strength",
        "1,SEND review,2025-03-01,Council,M1.2,full",
    ],
    "checklist": [
        "activity_id,status,owner,due",
        "S4,done,SEND lead,2025-09-10",
        "M1.1,under_way,,2025-09-11",
    ],
    "stakeholders": [
        "stakeholder_id,stakeholder_group,organisation,role,interest,influence,relationship,forum",
        "1,la,Council,SEND lead,5,5,5,SEND board",
        "2,health,Integrated care board,Designated officer,2,4,2,",
    ],
    "engagement": [
        "engagement_id,stage,stakeholder_group,engagement,forum,planned,actual",
        "E.S1,setup,la,Introduction,SEND board,2,2",
        "E.M2.1.health,module_2,health,Case review workshops,,3,1",
    ],
    "meetings": [
        "meeting_date,action,owner,due,status",
        "2025-09-15,Ask for the ledger,Finance lead,2025-09-12,under_way",
    ],
    "groups": [
        "group_name,member,stakeholder_group",
        "steering,Director of children's services,la",
    ],
    "roles": ["role,post,team", "comms,Communications officer,Communications"],
    "sessions": [
        "session_id,hours,how_many,first_date,why",
        "m2.case_reviews,3,4,2025-12-04,Shorter days suit schools",
    ],
    "attendance": [
        "session_id,attendee,stakeholder_group,attended",
        "setup.kick_off,SEND lead,la,1",
        "setup.kick_off,Parent carer forum,parent_carers,1",
        "m1.training,Finance team,la,1",
    ],
}


def run(folder, settings, tables, as_of=""):
    """Return the notebook as executed over an area's folder made of these files."""
    (folder / "inputs").mkdir(parents=True)
    (folder / "area.toml").write_text(settings, encoding="utf-8")
    for name, lines in tables.items():
        (folder / "inputs" / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    cell.source = f'area_folder: str = "."\ninteractive: bool = False\nas_of: str = "{as_of}"'
    resources = {"metadata": {"path": str(folder)}}
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    client = NotebookClient(notebook, timeout=120, resources=resources)
    return client.execute(env={**os.environ, "PYTHONPATH": paths})


def views(notebook):
    """Return every view that the notebook shows; an output that is no view fails the test."""
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert {o.output_type for o in outputs} <= {"display_data"}
    return [View.from_json(o.data[MIME]) for o in outputs]


def shown(found, kind):
    return [v for v in found if v.kind == kind]


def table(found, caption):
    return next(v for v in shown(found, "table") if v.spec["caption"] == caption)


def figures(view):
    """Return what the cells of a sentence or a finding stand for, by name."""
    spec = view.spec["cells"]
    made = {name: view.aggregates[cell["aggregate"]].frame for name, cell in spec.items()}
    return {name: made[name][cell["column"]].iloc[0] for name, cell in spec.items()}


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    folder = tmp_path_factory.mktemp("area") / "exampleshire"
    notebook = run(folder, SETTINGS + 'start = "2025-09-01"\n', TABLES, as_of="2025-09-20")
    return views(notebook)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    return views(run(tmp_path_factory.mktemp("area") / "bare", SETTINGS, {}))


def test_an_area_without_inputs_still_gets_the_whole_catalogue(bare):
    assert len(table(bare, "The tailored diagnostic plan").aggregates[0].frame) == 27
    assert len(table(bare, "Set-up checklist").aggregates[0].frame) == 12
    sessions = table(bare, "Types of session, by default and in this area")
    assert len(sessions.aggregates[0].frame) == 18
    assert len(table(bare, "The five stages, in order").aggregates[0].frame) == 5


def test_every_section_without_its_table_is_left_out_and_says_which_file_fills_it(bare):
    left_out = shown(bare, "left_out")
    missing = " ".join(json.dumps(v.spec) for v in left_out)
    needed = ("existing_evidence", "checklist", "stakeholders", "engagement", "meetings")
    assert all(f"{name}.csv" in missing for name in (*needed, "groups", "attendance"))


def test_with_all_tables_nothing_is_left_out(full):
    assert shown(full, "left_out") == []


def test_the_time_asked_is_that_of_the_pack_by_default_and_follows_the_area(bare, full):
    by_default, own = (
        next(v for v in shown(found, "finding") if v.spec["id"] == "00.time")
        for found in (bare, full)
    )
    assert figures(by_default) == {
        "fixed": 31,
        "fixed_default": 31,
        "days": 6.5,
        "days_default": 6.5,
    }
    # without accounting documents and reviews (M1.5 is off): 31 - 10; case reviews stay at 12
    assert figures(own)["fixed"] == 21


def test_full_evidence_shows_as_pre_existing(full):
    frame = table(full, "The tailored diagnostic plan").aggregates[0].frame
    standing = frame.set_index("activity")["standing"]
    assert standing["Baseline key variables"] == "Pre-existing evidence"


def test_what_is_overdue_on_the_day_given_is_named(full):
    frame = table(full, "Set-up checklist").aggregates[0].frame.set_index("activity")
    assert frame.loc["Module 1 training days", "overdue"] == "Overdue"
    assert frame.loc["Kick-off day", "overdue"] == ""


def test_groups_and_roles_that_are_missing_are_flagged(full):
    groups = table(full, "Groups, their relationships, and gaps").aggregates[0].frame
    assert set(groups.loc[groups["gap"].eq("Nobody yet"), "group"]) == {
        *("education", "parent_carers", "cyp")
    }
    roles = table(full, "Lead roles").aggregates[0].frame
    assert roles["standing"].eq("Not filled").sum() == 4


def test_an_area_with_dates_has_them_in_its_calendar(full, bare):
    caption = "Calendar of the diagnostic"
    dated = table(full, caption).aggregates[0].frame.set_index("event")
    assert dated.loc["Case reviews, 1 of 4", ["when", "set_by"]].tolist() == [
        *("4 December 2025", "Area")
    ]
    undated = table(bare, caption).aggregates[0].frame
    assert set(undated["when"]) == {"No date until the diagnostic has a start"}


def test_the_notebook_counts_no_people_and_needs_no_protection(full):
    aggregates = [a for view in full for a in view.aggregates]
    assert aggregates
    assert {a.source for a in aggregates} <= {"plan", "reference"}
    assert all(not list(a.counts()) for a in aggregates)


def test_each_finding_has_an_id_of_this_notebook_and_a_criterion_of_the_set_up(full):
    found = shown(full, "finding")
    assert {v.spec["id"] for v in found} == {
        *("00.checklist", "00.stakeholders", "00.engagement", "00.time")
    }
    assert {v.spec["criterion"] for v in found} == {1, None}
