"""What every notebook of the playbook keeps to: it explains and calls, and nothing else.

A rule is a function of a notebook that returns what breaks it, so that each rule is itself
tested on a notebook that breaks it.
"""

import ast
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from toolkit.plan.setup_tables import STAGES
from toolkit.publish.playbook import read_step

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]*.ipynb"))
LINES = 12
COLOUR = re.compile(r"#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?\b|\brgba?\(|\bhsla?\(")
FORBIDDEN = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "async def",
    ast.ClassDef: "class",
    ast.Lambda: "lambda",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.With: "with",
    ast.Global: "global",
}
FILE_CALLS = re.compile(r"^(open|read_\w+|to_(csv|excel|parquet|json|html|pickle)|glob|rglob)$")
OVER_MANY_AREAS = "5"  # notebooks of many areas name a folder of areas, not one area


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def where(notebook, wrong):
    """Return the place and source of each cell for which `wrong(source)` says something."""
    found = [(i, wrong(c.source)) for i, c in enumerate(notebook.cells) if c.cell_type == "code"]
    return [f"cell {i + 1}: {said}" for i, said in found if said]


def outputs(notebook):
    return [f"cell {i + 1}" for i, c in enumerate(code(notebook)) if c.outputs or c.execution_count]


def constructs(notebook):
    def wrong(source):
        nodes = ast.walk(ast.parse(source))
        return sorted({FORBIDDEN[type(node)] for node in nodes if type(node) in FORBIDDEN})

    return where(notebook, wrong)


def file_formats(notebook):
    def wrong(source):
        called = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        names = [f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in called]
        return sorted({name for name in names if FILE_CALLS.match(name)})

    return where(notebook, wrong)


def colours(notebook):
    def wrong(source):
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
        words = [node.value for node in nodes if isinstance(node.value, str)]
        return sorted({word for word in words if COLOUR.search(word)})

    return where(notebook, wrong)


def long_cells(notebook):
    return where(notebook, lambda source: max(0, len(source.strip().splitlines()) - LINES))


def without_words(notebook):
    """Return the code cells that no markdown cell stands before."""
    before = [None, *notebook.cells[:-1]]
    pairs = zip(before, notebook.cells, strict=True)
    return [
        f"cell {i + 1}"
        for i, (last, cell) in enumerate(pairs)
        if cell.cell_type == "code" and (last is None or last.cell_type != "markdown")
    ]


def magics(notebook):
    return where(notebook, lambda source: re.findall(r"^[%!].*", source, re.MULTILINE))


def parameters(notebook):
    """Return the annotated parameters, as in `{"interactive": ("bool", "True")}`."""
    tagged = [c for c in code(notebook) if "parameters" in c.metadata.get("tags", [])]
    lines = [node for c in tagged for node in ast.parse(c.source).body]
    typed = [node for node in lines if isinstance(node, ast.AnnAssign) and node.value is not None]
    assert len(tagged) == 1, "one cell is tagged 'parameters'"
    assert len(typed) == len(lines), "every parameter has a type and a value"
    return {
        ast.unparse(node.target): (ast.unparse(node.annotation), ast.unparse(node.value))
        for node in typed
    }


def cells_of(notebook):
    return [(c.cell_type, c.source.strip(), c.metadata.get("tags", [])) for c in notebook.cells]


def read(path):
    return nbformat.read(path, as_version=4)


RULES = [outputs, constructs, file_formats, colours, long_cells, without_words, magics]


def test_there_are_notebooks_to_check():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_notebook_keeps_to_the_rule(path, rule):
    assert rule(read(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_and_its_twin_say_the_same(path):
    twin = path.with_suffix(".py")
    assert twin.is_file(), f"{path.name} has no py:percent twin"
    kept, text = read(path), jupytext.read(twin)
    assert cells_of(kept) == cells_of(text)
    assert kept.metadata["toolkit"] == text.metadata["toolkit"]


def test_every_twin_has_its_notebook():
    twins = {path.stem for path in FOLDER.glob("[0-9][0-9]*.py")}
    assert twins == {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_typed_parameters(path):
    found = parameters(read(path))
    assert found["interactive"] == ("bool", "True")
    if not path.stem.startswith(OVER_MANY_AREAS):
        assert found["area_folder"] == ("str", "'demo'")
    assert {kind for kind, _ in found.values()} <= {"str", "bool", "int", "float"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_what_it_is_and_names_its_kernel(path):
    notebook, about = read(path), read_step(path).about  # refuses what is missing or unknown
    assert about.number == path.stem[: len(about.number)]
    assert about.question.endswith("?")
    if not path.stem.startswith(OVER_MANY_AREAS):
        assert about.stage == list(STAGES.values())[int(about.number[0])]
    assert notebook.metadata["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_with_its_question_and_ends_with_what_to_do_next(path):
    words = [c.source for c in read(path).cells if c.cell_type == "markdown"]
    assert words[0].startswith("# ")
    assert "**Question.**" in words[0]
    headings = re.findall(r"^## (.+)$", "\n".join(words), re.MULTILINE)
    if path.stem.startswith(OVER_MANY_AREAS):  # its chapters have a fixed order; see chapters.py
        assert "Section 6: Next steps" in headings
    else:
        assert headings[-1] == "What to do next"


def broken(source, *, words=True, **metadata):
    cell = nbformat.v4.new_code_cell(source, metadata=metadata)
    before = [nbformat.v4.new_markdown_cell("Why.")] if words else []
    return nbformat.v4.new_notebook(cells=[*before, cell])


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (constructs, "def f():\n    return 1"),
        (constructs, "class A:\n    x = 1"),
        (constructs, "f = lambda x: x"),
        (constructs, "try:\n    x = 1\nexcept ValueError:\n    pass"),
        (constructs, "with a as b:\n    pass"),
        (file_formats, "t = pd.read_csv('x')"),
        (file_formats, "f = open('x')"),
        (file_formats, "t.to_excel('x')"),
        (colours, "show.chart(a, colour='#12436D')"),
        (colours, "c = 'rgb(1, 2, 3)'"),
        (long_cells, "x = 1\n" * 13),
        (magics, "%matplotlib inline"),
        (magics, "!ls"),
    ],
)
def test_a_notebook_that_breaks_the_rule_is_found(rule, source):
    assert rule(broken(source))


@pytest.mark.parametrize("rule", [constructs, file_formats, colours, long_cells, without_words])
def test_a_notebook_that_only_calls_breaks_no_rule(rule):
    assert (
        rule(broken("area = open_area(area_folder)\n" + "show.table(t, caption='# 1')\n" * 11))
        == []
    )


def test_a_code_cell_without_words_before_it_is_found():
    assert without_words(broken("x = 1", words=False)) == ["cell 1"]


def test_a_saved_output_is_found():
    notebook = broken("x = 1")
    notebook.cells[1].execution_count = 3
    assert outputs(notebook)


@pytest.mark.parametrize(
    ("source", "metadata"),
    [
        ("area_folder = 'demo'", {"tags": ["parameters"]}),
        ("area_folder: str = 'demo'", {}),
    ],
)
def test_parameters_without_a_type_or_a_tag_are_found(source, metadata):
    with pytest.raises(AssertionError):
        parameters(broken(source, **metadata))
