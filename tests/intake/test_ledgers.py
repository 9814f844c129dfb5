"""Evidence ledgers of many areas: read strictly, and none dropped in silence."""

import datetime
import hashlib
import json
import shutil

import pytest

from toolkit import reference
from toolkit.errors import InputError
from toolkit.intake import ledgers
from toolkit.intake.fiction.ledgers import made_up, write_ledgers
from toolkit.intake.ledger_file import read_ledger

DAY = datetime.date(2026, 11, 20)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_ledgers(tmp_path_factory.mktemp("ledgers"), DAY)


@pytest.fixture
def outputs(made, tmp_path):
    """Return a folder with six areas, for a test to break."""
    for area in made_up()[:6]:
        shutil.copytree(made / area.name.lower(), tmp_path / area.name.lower())
    return tmp_path


def changed(folder, change, *, listed=True):
    """Change a ledger; its manifest lists the new one unless it should not."""
    path, manifest = folder / "findings.json", folder / "manifest.json"
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))
    if listed:
        held = json.loads(manifest.read_text())
        held["files"]["findings.json"] = hashlib.sha256(path.read_bytes()).hexdigest()
        manifest.write_text(json.dumps(held))


def test_54_areas_are_read_and_all_are_said_to_be_fictional(made):
    read = ledgers.open_ledgers(made)
    assert (read.count, read.fictional, len(read.set_aside)) == (54, 54, 0)
    assert read.areas["tranche"].value_counts().to_dict() == {"1": 20, "2": 22, "3": 12}


def test_what_an_area_hid_is_missing_and_no_figure_of_1_to_5_people_is_there(made):
    found = ledgers.open_ledgers(made).findings
    assert found.loc[found["hidden"], "value"].isna().all()
    people = found.loc[found["unit"].eq("people"), "value"].dropna()
    assert not people.between(1, 5).any()


def put(name, value):
    def change(told):
        told["findings"][0][name] = value

    return change


def spoil_top(name, value):
    return lambda told: told.update({name: value})


BROKEN = {
    "a number that is none": (put("value", float("nan")), "not whole, or not JSON"),
    "a number without end": (put("high", float("inf")), "not whole, or not JSON"),
    "a figure as a flag": (put("value", True), "findings.0.value"),
    "an unknown unit": (put("unit", "furlongs"), "findings.0.unit"),
    "an unknown key": (put("child", "A"), "findings.0.child"),
    "a missing list": (lambda told: told.pop("findings"), "'findings' is wrong"),
    "an id that is none": (put("id", "../../etc"), "findings.0.id"),
    "a name that is too long": (spoil_top("area", {"name": "A" * 300, "la_code": "001",
                                                   "fictional": True}), "area.name"),
    "a tier that is none": (spoil_top("tier", "secret"), "'tier' is wrong"),
    "a hidden figure that is given": (put("hidden", ["value"]), "that it calls hidden"),
    "a code that a sentence would take for a figure": (put("keys", {"need": "{value}"}), "keys"),
    "a name with a tag": (spoil_top("area", {"name": "<b>Kent</b>", "la_code": "001",
                                             "fictional": True}), "area.name"),
    "another run": (spoil_top("run_id", "0" * 16), "another run"),
    "two of one id": (lambda told: told["findings"].append(told["findings"][0]), "have one id"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_ledger_is_set_aside_in_words_and_stops_no_other(broken, outputs):
    change, said = BROKEN[broken]
    changed(outputs / "quillshire", change)
    read = ledgers.open_ledgers(outputs)
    assert read.count == 5
    assert list(read.set_aside["what"]) == ["quillshire"]
    assert said in read.set_aside["why"].iloc[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("findings.json", None, "findings.json: it is missing"),
        ("manifest.json", None, "manifest.json: it is missing"),
        ("findings.json", b"[1, 2]", "not an object"),
        ("findings.json", b'{"run_id": ', "not whole"),
        ("findings.json", b"\xff\xfe", "not whole"),
        ("findings.json", b"[" * 100_000, "not whole"),
        ("findings.json", b" " * 8_000_001, "larger than 8 MB"),
        ("manifest.json", b"{}", "not the file that its manifest lists"),
    ],
)
def test_a_file_that_is_none_of_ours_is_set_aside(name, content, said, outputs):
    path = outputs / "quillshire" / name
    path.unlink() if content is None else path.write_bytes(content)
    read = ledgers.open_ledgers(outputs)
    assert said in read.set_aside["why"].iloc[0]
    assert read.count == 5


def test_a_ledger_that_was_changed_by_hand_is_not_taken_for_its_manifests(outputs):
    changed(outputs / "quillshire", put("value", 99.0), listed=False)
    with pytest.raises(InputError, match="not the file that its manifest lists"):
        read_ledger(outputs / "quillshire")


def test_an_area_that_is_there_twice_is_read_once(outputs):
    shutil.copytree(outputs / "quillshire", outputs / "quillshire-copy")
    read = ledgers.open_ledgers(outputs)
    assert read.count == 6
    assert "same area as 'quillshire'" in read.set_aside["why"].iloc[0]


def test_folders_of_inputs_hidden_ones_and_the_report_itself_are_no_areas(outputs):
    (outputs / "areas" / "quillshire").mkdir(parents=True)
    (outputs / "areas" / "quillshire" / "area.toml").write_text("")
    (outputs / ".insight-work").mkdir()
    (outputs / "insight").mkdir()
    (outputs / "report-to-come").mkdir()
    (outputs / "insight" / "manifest.json").write_text('{"scope": "insight"}')
    assert len(ledgers.open_ledgers(outputs).set_aside) == 0


def test_expected_areas_that_are_not_there_are_listed_as_missing(outputs):
    (outputs / "areas.csv").write_text(
        "la_code,name,tranche,wave,expected\n001,Quillshire,1,,\n867,Bracknell Forest,2,,yes\n"
        "866,Swindon,2,,no\n"
    )
    known = ledgers.open_ledgers(outputs).areas
    assert list(known.loc[known["status"].eq("missing"), "name"]) == ["Bracknell Forest"]
    assert known.set_index("la_code").loc["001", "tranche"] == "1"


def test_an_expected_area_whose_ledger_is_broken_says_where_to_look(outputs):
    (outputs / "areas.csv").write_text("la_code,name\n001,Quillshire\n")
    (outputs / "quillshire" / "findings.json").unlink()
    known = ledgers.open_ledgers(outputs).areas.set_index("name")
    assert "could not be used" in known.loc["Quillshire", "reason"]


def test_areas_that_failed_in_the_batch_are_listed_with_their_reason(outputs):
    told = {"slug": "kent", "name": "Kent", "la_code": "886", "status": "failed",
            "reason": "Notebook 11 stopped."}  # fmt: skip
    (outputs / "batch.json").write_text(json.dumps({"areas": [told]}))
    row = ledgers.open_ledgers(outputs).areas.set_index("name").loc["Kent"]
    assert (row["status"], row["reason"]) == ("failed", "Notebook 11 stopped.")


def test_a_batch_file_that_is_broken_is_said(outputs):
    (outputs / "batch.json").write_text("{")
    assert list(ledgers.open_ledgers(outputs).set_aside["what"]) == ["batch.json"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("name\nKent\n", "no column 'la_code'"), ("la_code\n886\n886\n", "886 stands there twice")],
)
def test_a_file_of_areas_that_cannot_be_used_is_refused(text, said, outputs):
    (outputs / "areas.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        ledgers.open_ledgers(outputs)


@pytest.mark.parametrize(
    ("need", "has"),
    [("10.growth.plans", True), ("10.growth", True), ("99.none", False), ("22.lever.ASD", True)],
)
def test_a_need_is_met_by_enough_areas_that_show_it(need, has, outputs):
    read = ledgers.open_ledgers(outputs, minimum=6)
    assert read.has(need) is has
    assert not ledgers.open_ledgers(outputs, minimum=7).has(need)


def test_a_need_that_areas_hide_is_not_met_by_those_that_show_theirs(outputs):
    assert ledgers.open_ledgers(outputs).has("12.timeliness.verdict")

    def hide(told):
        one = next(f for f in told["findings"] if f["id"] == "12.timeliness.verdict")
        one.update(value=None, hidden=["value"], keys={})

    changed(outputs / "quillshire", hide)
    assert not ledgers.open_ledgers(outputs).has("12.timeliness.verdict")


def test_a_need_may_ask_for_a_code(outputs):
    read = ledgers.open_ledgers(outputs, minimum=1)
    leaning = {c: read.has(f"11.needs.growth={c}") for c in ("ASD", "SEMH", "SLCN", "VI")}
    assert any(leaning.values())
    assert not leaning["VI"]


def test_what_is_lacking_is_called_by_its_name_and_by_what_would_fill_it(outputs):
    read = ledgers.open_ledgers(outputs)
    assert read.called("21.different.need.ASD").startswith("cases whose needs")
    assert "5 areas that have worked through Module 2, notebook 21," in read.filled_by(
        "21.different.need.ASD"
    )


def test_every_finding_that_the_fictional_ledgers_hold_is_one_that_is_defined(made):
    known = set(reference.table("insight_findings")["id"].str.replace(r"\{\w+\}", "*", regex=True))
    held = ledgers.open_ledgers(made).findings["id"]
    depth = {tuple(k.split(".")) for k in known}

    def defined(name):
        parts = name.split(".")
        return any(
            len(d) == len(parts)
            and all(a in ("*", b) for a, b in zip(d, parts, strict=True)) for d in depth
        )  # fmt: skip

    assert [name for name in held.unique() if not defined(name)] == []


def test_the_same_seed_makes_the_same_ledgers_and_another_one_others(tmp_path):
    texts = [(write_ledgers(tmp_path / str(at), DAY, seed) / "quillshire/findings.json").read_text()
             for at, seed in enumerate((1, 1, 2))]  # fmt: skip
    assert texts[0] == texts[1] != texts[2]
