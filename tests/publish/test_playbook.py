"""Which notebooks there are, and in which order they run."""

import nbformat
import pytest

from tests.publish.making import notebook
from toolkit.errors import SettingsError
from toolkit.publish.playbook import chosen, in_order, read_playbook, read_step


def numbers(steps):
    return [step.number for step in steps]


def test_a_notebook_runs_after_those_that_give_what_it_needs(tmp_path):
    notebook(tmp_path, "10_a", needs=["spell table"])
    notebook(tmp_path, "11_b", needs_findings=["12.growth.plans"])
    notebook(tmp_path, "12_c")
    notebook(tmp_path, "13_d", gives=["spell table"])
    assert numbers(in_order(read_playbook(tmp_path))) == ["12", "11", "13", "10"]


def test_without_needs_the_order_is_that_of_the_numbers(tmp_path):
    for name in ("11_b", "00_a", "10_c"):
        notebook(tmp_path, name)
    assert numbers(in_order(read_playbook(tmp_path))) == ["00", "10", "11"]


def test_two_notebooks_that_need_each_other_are_refused(tmp_path):
    notebook(tmp_path, "10_a", needs=["y"], gives=["x"])
    notebook(tmp_path, "11_b", needs=["x"], gives=["y"])
    with pytest.raises(SettingsError, match="10 and 11 need each other"):
        in_order(read_playbook(tmp_path))


@pytest.mark.parametrize("name", ["11", "11_b", "11_b.ipynb"])
def test_a_notebook_is_chosen_by_number_or_name(tmp_path, name):
    notebook(tmp_path, "10_a")
    notebook(tmp_path, "11_b")
    assert numbers(chosen(read_playbook(tmp_path), [name])) == ["11"]


def test_a_notebook_that_does_not_exist_is_refused_and_the_others_named(tmp_path):
    notebook(tmp_path, "10_a")
    with pytest.raises(SettingsError, match="There are: 10, 10_a"):
        chosen(read_playbook(tmp_path), ["99"])


def test_a_misspelt_key_of_the_metadata_is_refused(tmp_path):
    path = notebook(tmp_path, "10_a", need=["plans"])
    with pytest.raises(SettingsError, match=r"10_a\.ipynb.*'need'.*needs, needs_any"):
        read_step(path)


def test_two_notebooks_with_one_number_are_refused(tmp_path):
    notebook(tmp_path, "10_a")
    notebook(tmp_path, "10_b")
    with pytest.raises(SettingsError, match="two notebooks have the number 10"):
        read_playbook(tmp_path)


def test_a_notebook_over_many_areas_is_no_part_of_an_areas_run(tmp_path):
    notebook(tmp_path, "10_a")
    notebook(tmp_path, "50_insight")
    assert numbers(read_playbook(tmp_path)) == ["10"]


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    (tmp_path / "10_a.ipynb").write_text("not json")
    with pytest.raises(SettingsError, match=r"10_a\.ipynb: it is not a notebook"):
        read_playbook(tmp_path)


def test_saved_outputs_do_not_change_the_hash_and_a_changed_cell_does(tmp_path):
    path = notebook(tmp_path, "10_a", "x = 1")
    before = read_step(path).sha256
    node = nbformat.read(path, as_version=4)
    node.cells[-1].outputs.append(nbformat.v4.new_output("stream", text="1"))
    nbformat.write(node, path)
    assert read_step(path).sha256 == before
    node.cells[-1].source = "x = 2"
    nbformat.write(node, path)
    assert read_step(path).sha256 != before
