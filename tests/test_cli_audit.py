"""`toolkit audit`: plain words, an exit code that says whether anything gave way, no values."""

import json

import pytest
from typer.testing import CliRunner

from tests.audit.pages import folder, needs, table
from toolkit import errors
from toolkit.cli import app

LONE = needs(520, 300, 17, "[c]", 840)  # the mark stands for 3


def run(*arguments):
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


def test_a_sound_folder_ends_well_and_says_what_was_tried(tmp_path):
    done = run(folder(tmp_path, needs(520, 300, "[c]", "[c]", 840)))
    assert done.exit_code == 0
    assert "2 figures are hidden" in done.output
    assert "None of 1 to 5 can be worked out." in done.output


def test_a_folder_that_gives_way_ends_with_the_code_of_disclosure_and_no_value(tmp_path):
    done = run(folder(tmp_path, LONE))
    assert done.exit_code == errors.DisclosureError.exit_code
    assert "ehc plans: 2025, hearing can be worked out exactly." in done.output
    assert "(3)" not in done.output


def test_values_are_printed_only_when_asked_for(tmp_path):
    assert "(3)" in run(folder(tmp_path, LONE), "--values").output


def test_a_narrow_range_that_reaches_beyond_small_is_told_and_ends_well(tmp_path):
    headings = ["Need", "Plans (people)", "All plans (people)", "Share (%)"]
    rows = [("Autism", 1800, 3000, 60.0), ("Speech", 1180, 3000, 39.3), ("Vision", 13, 3000, 0.4),
            ("Hearing", "[c]", 3000, 0.2)]  # fmt: skip
    done = run(folder(tmp_path, table("Plans by need", headings, rows)))  # 4.5 to 7.5
    assert "can be worked out to within a few" in done.output
    assert done.exit_code == 0


def test_the_threshold_can_be_that_of_the_nhs(tmp_path):
    made = folder(tmp_path, needs(520, 300, 17, "[c]", 843))  # the mark stands for 6
    assert run(made).exit_code == 0
    assert run(made, "--threshold", 7).exit_code == errors.DisclosureError.exit_code


@pytest.mark.parametrize("option", [(), ("--before",), ("--published",)])
def test_a_place_that_is_not_there_is_named(tmp_path, option):
    made = folder(tmp_path, LONE)
    arguments = (tmp_path / "nowhere",) if not option else (made, *option, tmp_path / "nowhere")
    done = run(*arguments)
    assert isinstance(done.exception, errors.InputError)
    assert done.exception.where == "nowhere"


def test_published_figures_need_a_manifest_to_say_whose_they_are(tmp_path):
    made = folder(tmp_path / "out", LONE)
    name = tmp_path / "ehcp.zip"
    name.write_bytes(b"PK\x05\x06" + bytes(18))  # an empty zip
    assert "manifest.json" in run(made, "--published", name).exception.what
    (made / "manifest.json").write_text(json.dumps({"area": {"la_code": "990"}}), encoding="utf-8")
    assert run(made, "--published", name).exit_code == errors.DisclosureError.exit_code
