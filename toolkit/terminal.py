"""What commands write to the screen: progress, sections, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Yield a function that says what is under way, in a line that shows the time it takes."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda text: shown.update(task, description=escape(text))


def section(title: str, body: Table | None = None) -> None:
    """Print a heading, and a table under it."""
    console.print(f"\n[bold]{escape(title)}[/bold]")
    if body is not None:
        console.print(body)


def table(rows: list[tuple[str, ...]]) -> Table:
    """Return rows as a table; the first holds the headings."""
    made = Table(*rows[0], box=None, pad_edge=False, header_style="bold")
    for row in rows[1:]:
        made.add_row(*(escape(cell) for cell in row))
    return made
