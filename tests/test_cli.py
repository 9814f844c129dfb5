"""The command line, as a person at a keyboard meets it.

Commands run within the tests: that one says the same as a process of its own is shown by
`tests/journeys/test_check_command.py`.
"""

import inspect
import re
from pathlib import Path

import nbformat
import pytest

from tests.journeys.conftest import Said, toolkit
from toolkit import errors
from toolkit.area import slug
from toolkit.intake import fictional, store

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run commands in an empty folder, with a cache of their own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEND_TOOLKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_COLOR", "1")


def said(done: Said) -> str:
    return " ".join(done.text.split())


@pytest.mark.parametrize("command", ["demo", "new", "check", "run", "insight", "templates"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = toolkit(command, "--help")
    assert done.code == 0
    assert f"toolkit {command}" in said(done)
    assert "Example" in said(done)


def test_help_lists_the_exit_code_of_every_kind_of_error() -> None:
    text = said(toolkit("--help"))
    kinds = [
        k for k in vars(errors).values() if isinstance(k, type) and k.__module__ == "toolkit.errors"
    ]
    codes = [k.exit_code for k in kinds if k is not errors.ToolkitError]
    assert len(codes) == len(set(codes))
    assert all(re.search(rf"\b{code} ", text) for code in codes)


MISTAKES = {
    "an area that is not there": (["run", "areas/nowhere"], 4, "There is no folder 'nowhere'"),
    "neither folder nor published": (["run"], 4, "One of the two is needed"),
    "a code that no LA has": (["new", "Atlantis"], 3, "There is no local authority 'Atlantis'"),
    "a name that leaves its folder": (["new", "../../etc", "--la-code", "867"], 4, "not a name"),
    "a date that is none": (["demo", "--run-date", "31/02/2026"], 4, "is not a date"),
    "a file that is not there": (
        ["run", "--published", "none.zip", "--area", "867"],
        4,
        "There is no 'none.zip'",
    ),
    "an area that is no more": (
        ["run", "--published", __file__, "--area", "Northamptonshire"],
        4,
        "North Northamptonshire and West Northamptonshire",
    ),
    "a misspelt parameter": (["run", ".", "-p", "localty=North"], 4, "Did you mean locality?"),
    "no areas to put together": (["insight"], 4, "One of the two is needed"),
    "a folder without ledgers": (["insight", "."], 3, "No area's ledger"),
    "areas that nobody named": (["forecast", "x.zip", "--csv", "f.csv"], 4, "Which areas?"),
    "a misspelt command": (["chekc"], 2, "No such command"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_a_sentence_with_its_own_code(mistake: str) -> None:
    words, code, expected = MISTAKES[mistake]
    done = toolkit(*words)
    assert done.code == code
    assert expected in said(done)
    assert "Traceback" not in done.text
    if code != 2:
        assert re.search(r"Stopped\. ([A-Z']|--)", said(done)), "it begins as a sentence does"


def test_a_new_area_has_its_settings_and_a_place_for_files(tmp_path: Path) -> None:
    done = toolkit("new", "Bristol, City of")
    assert done.code == 0, done.text
    folder = tmp_path / "areas" / "bristol-city-of"
    assert (folder / "inputs").is_dir()
    assert 'la_code = "801"' in (folder / "area.toml").read_text(encoding="utf-8")
    (folder / "area.toml").write_text("# mine\n", encoding="utf-8")
    assert toolkit("new", "Bristol, City of").code == 0
    assert (folder / "area.toml").read_text(encoding="utf-8") == "# mine\n"


def test_a_wrong_row_is_named_without_its_value_unless_asked(tmp_path: Path) -> None:
    toolkit("new", "Kent")
    plans = "person_id,plan_start,birth_month\na1,2019-03-01,2010-05\na2,31/02/2021,2012-01\n"
    (tmp_path / "areas/kent/inputs/plans.csv").write_text(plans, encoding="utf-8")
    done = toolkit("check", "areas/kent")
    assert done.code == errors.InputError.exit_code
    assert "plans.csv, row 3, plan_start" in said(done)
    assert "31/02/2021" not in said(done)
    shown = toolkit("check", "areas/kent", "--values")
    assert "31/02/2021" in said(shown)


def test_readme_names_only_commands_and_options_that_exist() -> None:
    named = re.findall(r"^toolkit (\w+)(.*)$", README, re.MULTILINE)
    assert len(named) >= 4
    for command, rest in named:
        text = said(toolkit(command, "--help"))
        for option in re.findall(r"--[a-z-]+", rest.split("#")[0]):
            assert option in text, f"README: toolkit {command} {option}"


def test_readme_has_one_line_for_each_notebook_with_its_own_question() -> None:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        about = nbformat.read(path, 4).metadata.toolkit
        line = f"| {about.number} | [{about.title}](notebooks/{path.name}) | {about.question} |"
        assert line in README


def test_what_readme_points_at_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), target


def test_readme_says_what_to_supply_before_settings_and_privacy() -> None:
    order = ["Put into `areas/", "```toml", "Keep the area's folder `private`"]
    assert [README.count(words) for words in order] == [1, 1, 1]
    assert sorted(order, key=README.index) == order
    lines = README.splitlines()
    assert any("jupyter lab" in line and "area_folder =" in line for line in lines)


def test_readme_names_where_the_demo_stands_and_what_it_leaves_out() -> None:
    demo = README[README.index("make demo") : README.index("make test")]
    assert f"areas/{store.DEMO}" in demo
    name = inspect.signature(fictional.write_fictional_area).parameters["name"].default
    assert f"outputs/{slug(name)}" in demo
    assert "every notebook but 50" in demo
