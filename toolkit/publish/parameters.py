"""The parameters of a run, checked against what the notebooks declare.

Papermill only warns on a name that no notebook knows, overrides nothing where the tag
`parameters` is missing, and turns dates and NumPy numbers into strings. So names and types
are checked here, before anything runs.
"""

from __future__ import annotations

import ast
import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.errors import SettingsError
from toolkit.publish.playbook import Step

SET_BY_RUN: Mapping[str, Any] = {"area_folder": ".", "interactive": False}
OVER_AREAS = ("outputs_folder", "areas_file", "interactive")  # set by a run over many areas
AS_OF = "as_of"
PLAIN = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
Kind = ast.expr


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: its name, and the kind of value that it takes."""

    name: str
    kind: Kind

    @property
    def words(self) -> str:
        """Its kind as the notebook writes it, as in "list[str]"."""
        return ast.unparse(self.kind)


def declared(step: Step) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares in its cell tagged `parameters`.

    Raises:
        SettingsError: There is no such cell or more than one, a line of it is no plain
            assignment, or `area_folder` and `interactive` are not among them.
    """
    where = f"notebook {step.name}"
    cells = [c for c in step.node.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1 or cells[0].cell_type != "code":
        raise SettingsError(
            f"{len(cells)} cells are tagged 'parameters', where one is wanted.",
            where=where,
            remedy="Tag the one cell that sets area_folder and interactive.",
        )
    found = {
        p.name: p for p in (_parameter(line, where) for line in _lines(cells[0].source, where))
    }
    missing = [name for name in own(step) if name not in found]
    if missing:
        raise SettingsError(
            f"the parameters cell does not set '{missing[0]}'.",
            where=where,
            remedy=f"Set there {', '.join(own(step))}, each with its type.",
        )
    return found


def own(step: Step) -> tuple[str, ...]:
    """Return the parameters that the run itself sets: the place to read from, and no widgets."""
    return tuple(SET_BY_RUN) if step.stage else OVER_AREAS


def checked(parameters: Mapping[str, Any] | None, steps: Sequence[Step]) -> dict[str, Any]:
    """Return the parameters as they came in, once each fits every notebook that declares it.

    Raises:
        SettingsError: A name is declared nowhere, or a value is of the wrong kind.
    """
    given = dict(parameters or {})
    by_step = {step.name: declared(step) for step in steps}
    known = sorted({n for names in by_step.values() for n in names} - {*SET_BY_RUN, *OVER_AREAS})
    for name, value in given.items():
        if name not in known:
            raise _unknown(name, known)
        for step_name, parameters_of in by_step.items():
            if name in parameters_of and not _fits(value, parameters_of[name].kind):
                raise SettingsError(
                    f"the parameter '{name}' takes {parameters_of[name].words}, "
                    f"but was given {type(value).__name__}.",
                    where=f"Notebook {step_name}",
                    remedy="Give plain text, whole or decimal numbers, true or false, or lists.",
                )
    return given


def from_text(pairs: Sequence[str], steps: Sequence[Step]) -> dict[str, Any]:
    """Return parameters that were typed, as in ["horizon=4"], each as the kind it is declared of.

    Raises:
        SettingsError: One has no "=", is given twice, or is declared nowhere or of another kind.
    """
    kinds = {name: p.kind for step in steps for name, p in declared(step).items()}
    given: dict[str, Any] = {}
    for pair in pairs:
        name, sign, text = (part.strip() for part in pair.partition("="))
        if not sign or name in given:
            raise SettingsError(
                f"'{pair}' is no parameter." if not sign else f"'{name}' is given twice.",
                remedy="Write each once, as NAME=VALUE.",
            )
        is_text = name not in kinds or _fits(text, kinds[name])
        given[name] = text if is_text else _typed(text)
    return checked(given, steps)


def _typed(text: str) -> Any:
    """Return what a text stands for in JSON or Python: 4, 0.5, true, ["A"]; else the text."""
    try:
        return ast.literal_eval({"true": "True", "false": "False"}.get(text.lower(), text))
    except (ValueError, SyntaxError):
        return text


def dated(run_date: date, steps: Sequence[Step]) -> dict[str, Any]:
    """Return the day of the run for the notebooks that ask from which day to look."""
    asked = any(AS_OF in declared(step) for step in steps)
    return {AS_OF: run_date.isoformat()} if asked else {}


def for_step(parameters: Mapping[str, Any], step: Step) -> dict[str, Any]:
    """Return what papermill passes to one notebook: its share, and what the run itself sets."""
    names = declared(step)
    return {**{k: v for k, v in parameters.items() if k in names}, **SET_BY_RUN}


def _unknown(name: str, known: Sequence[str]) -> SettingsError:
    if name in (*SET_BY_RUN, *OVER_AREAS):
        return SettingsError(f"'{name}' is set by the run itself.", remedy="Leave it out.")
    close = difflib.get_close_matches(name, known, 1)
    hint = f"Did you mean {close[0]}?" if close else ""
    listed = (
        f"Known parameters: {', '.join(known)}." if known else "No notebook of this run has any."
    )
    return SettingsError(
        f"'{name}' is not a parameter of any notebook of this run.",
        remedy=f"{hint} {listed}".strip(),
    )


def _lines(source: str, where: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:
        raise SettingsError("the parameters cell is not Python.", where=where) from None


def _parameter(line: ast.stmt, where: str) -> Parameter:
    """Return the parameter that one line of the cell sets."""
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
        return Parameter(line.target.id, line.annotation)
    if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
        kind = type(_literal(line.value)).__name__
        if kind in PLAIN:
            return Parameter(line.targets[0].id, ast.Name(kind))
    raise SettingsError(
        f"line {line.lineno} of the parameters cell sets no plain value.",
        where=where,
        remedy="Write one parameter a line, as in: years: int = 5",
    )


def _literal(value: ast.expr) -> object:
    try:
        return ast.literal_eval(value)
    except ValueError:
        return ...


def _fits(value: Any, kind: Kind) -> bool:
    """Return whether a value is of a kind: `int`, `list[str]`, `dict[str, float]`, `int | None`."""
    if isinstance(kind, ast.BinOp) and isinstance(kind.op, ast.BitOr):
        return _fits(value, kind.left) or _fits(value, kind.right)
    if isinstance(kind, ast.Constant):
        return kind.value is None and value is None
    if isinstance(kind, ast.Subscript):
        inner = kind.slice.elts if isinstance(kind.slice, ast.Tuple) else [kind.slice]
        return _fits(value, kind.value) and all(_fits(v, inner[-1]) for v in _items(value))
    wanted = PLAIN.get(kind.id) if isinstance(kind, ast.Name) else None
    # type(), not isinstance: True is no number here, and numpy.int64 would become text
    same = type(value) is wanted or (wanted is float and type(value) is int)
    return same and _plain(value)


def _items(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def _plain(value: Any) -> bool:
    """Return whether a value is made of JSON's own kinds alone, and so passes unchanged."""
    if type(value) is list:
        return all(map(_plain, value))
    if type(value) is dict:
        return all(type(k) is str and _plain(v) for k, v in value.items())
    if type(value) is float:
        return math.isfinite(value)
    return value is None or type(value) in (str, int, bool)
