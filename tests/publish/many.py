"""Small areas and a small playbook for batches, and batches in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.publish import making

# Says that it ran, so that a test sees what was run again.
READ = (
    "from toolkit.intake.store import open_area\nfrom pathlib import Path\n"
    "area = open_area(area_folder)\n"
    "with Path('../ran.txt').open('a') as f: f.write(f'{area.settings.slug} NUMBER\\n')\n"
)


def playbook(folder: Path) -> Path:
    """Return a playbook of two notebooks, each of which reads a table."""
    folder.mkdir()
    for number, table in (("10", "deflators"), ("11", "population")):
        code = READ.replace("NUMBER", number) + f"area.table_or_empty('{table}');"
        making.notebook(folder, f"{number}_{table}", code, making.COUNTS, making.TABLE)
    return folder


def areas(folder: Path, names: Iterable[str]) -> Path:
    """Return a folder of fictional areas, each with one table."""
    for name in names:
        inputs = folder / name.lower() / "inputs"
        inputs.mkdir(parents=True)
        settings = f'name = "{name}"\nla_code = "990"\nfictional = true\n'
        (inputs.parent / "area.toml").write_text(settings)
        rows = "financial_year,index_value,source\n202324,100,HM Treasury\n"
        (inputs / "deflators.csv").write_text(rows)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Return the reports under a folder, without the account of how long each took."""
    found = (p for p in folder.rglob("*") if p.is_file() and p.parent != folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in found}


def started(areas: Path, playbook: Path, out: Path, where: str = "pool.local(2)"):
    """Return a batch that runs in a process of its own."""
    code = (
        "import datetime, sys\nfrom pathlib import Path\n"
        "from toolkit.publish.batch import pool\n"
        "from toolkit.publish.batch.jobs import Order, folder_jobs\n"
        "from toolkit.publish.batch.run import run_batch\n"
        "if __name__ == '__main__':\n"
        f"    order = Order(Path({str(out)!r}), datetime.date(2026, 11, 22), "
        f"playbook=Path({str(playbook)!r}))\n"
        f"    jobs = folder_jobs([Path({str(areas)!r})])\n"
        f"    made = run_batch(jobs, order, {where}, lambda d: print(d.slug, flush=True))\n"
        "    print(len(made.failures), 'failed')\n"
    )
    script = out.parent / "batch_script.py"
    script.write_text(code)
    return subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    children = [int(p) for p in found.stdout.split()]
    return children + [p for child in children for p in descendants(child)]


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that nobody waited for has ended all the same."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
