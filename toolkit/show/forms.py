"""Forms to fill in a set-up table in JupyterLab. A run by papermill shows none of them.

A form holds what people agreed, never records of people: the area refuses any other table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.show import calls

Row = Mapping[str, str]
WIDE = {"text": "14rem", "code": "14rem"}
NARROW = "9rem"


class Column(Protocol):
    """The part of a column of the schedule that a form needs."""

    name: str
    type: str
    required: bool
    meaning: str


class FillableArea(Protocol):
    """The part of an open area that a form needs."""

    def columns_to_fill(self, name: str) -> Sequence[Column]:
        """Return the columns of a set-up table."""

    def choices(self, column: Column) -> Mapping[str, str]:
        """Return the codes that a column takes, with their labels; empty where it takes any."""

    def rows_to_fill(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a set-up table as text."""

    def save_rows(self, name: str, rows: Sequence[Row]) -> str:
        """Save the rows and return what was done, in words."""


class Form:
    """A set-up table as a grid of fields, with a button to add a row and one to save."""

    def __init__(self, area: FillableArea, name: str, keys: Sequence[str] = ()) -> None:
        """Show the rows that there are, and one for each of the keys that has none yet."""
        self.area, self.name = area, name
        self.columns = list(area.columns_to_fill(name))
        self.fields: list[dict[str, Any]] = []
        self.said = widgets.HTML()
        self.grid = widgets.GridBox(layout=widgets.Layout(grid_gap="0.25rem", overflow="auto"))
        first = self.columns[0].name
        rows = area.rows_to_fill(name)
        there = {row[first] for row in rows}
        for row in [*rows, *({first: key} for key in keys if key not in there)] or [{}]:
            self._add(row)
        self._lay_out()

    @property
    def widget(self) -> widgets.Widget:
        """The form as one widget."""
        add, save = (
            widgets.Button(description=text, icon=icon)
            for text, icon in (("Add a row", "plus"), ("Save", "save"))
        )
        add.on_click(lambda _: self.add_row())
        save.on_click(lambda _: self.save())
        return widgets.VBox([self.grid, widgets.HBox([add, save]), self.said])

    @property
    def rows(self) -> list[dict[str, str]]:
        """What stands in the fields now, as text."""
        return [{name: _text(field.value) for name, field in row.items()} for row in self.fields]

    def add_row(self) -> None:
        """Add an empty row at the end."""
        self._add({})
        self._lay_out()

    def save(self) -> None:
        """Save the rows, and say under the form what was done or what to mend."""
        try:
            said = self.area.save_rows(self.name, self.rows)
        except ToolkitError as error:
            said = error.message
        self.said.value = said.replace("&", "&amp;").replace("<", "&lt;")

    def _add(self, row: Row) -> None:
        self.fields.append({c.name: self._field(c, row.get(c.name, "")) for c in self.columns})

    def _field(self, column: Column, value: str) -> Any:
        layout = widgets.Layout(width=WIDE.get(column.type, NARROW))
        about = {"layout": layout, "tooltip": column.meaning}
        choices = self.area.choices(column)
        if choices:
            options = [("", ""), *((label, code) for code, label in choices.items())]
            known = value if value in choices else ""
            return widgets.Dropdown(options=options, value=known, **about)
        if column.type == "flag":
            return widgets.Checkbox(value=value == "1", indent=False, **about)
        hint = "2026-09-30" if column.type == "date" else ""
        return widgets.Text(value=value, placeholder=hint, continuous_update=False, **about)

    def _lay_out(self) -> None:
        heads = [
            widgets.Label(c.name.replace("_", " ").capitalize() + (" *" if c.required else ""))
            for c in self.columns
        ]
        self.grid.children = [*heads, *(f for row in self.fields for f in row.values())]
        self.grid.layout.grid_template_columns = f"repeat({len(self.columns)}, max-content)"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def form(
    area: FillableArea, name: str, *, keys: Sequence[str] = (), interactive: bool = True
) -> None:
    """Show a form for a set-up table, where somebody is there to fill it in.

    Args:
        area: An open area.
        name: A set-up table, as in "checklist".
        keys: Values of its first column that each want a row, as the starred activities.
        interactive: False in a run by papermill, which then shows nothing.
    """
    if interactive:
        calls.display(Form(area, name, keys).widget)
