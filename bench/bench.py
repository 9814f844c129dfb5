"""How long the main jobs take, with their sizes; printed, never asserted.

Each job runs in a process of its own, so that its peak memory is its own. The machine may be
busy: compare within one run, and quote ratios. What plain commands take for the same notebooks
is measured by `batch.py`.

    python bench/bench.py [--plans 20000] [--zip education-health-and-care-plans_2025.zip]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT.parent / "shared/data/ees_ehcp_2025/education-health-and-care-plans_2025.zip"
WITAN = ROOT.parent / "shared/data/witan_demo"

JOBS = {
    "make": """
from toolkit.intake.fictional import write_fictional_area
write_fictional_area(Path(folder) / "area", plans=plans, seed=1)
""",
    "sen2": """
from datetime import date
from toolkit import reference
from toolkit.intake import schedule, sen2
from toolkit.intake.pseudonym import Pseudonyms
inputs = Path(folder) / "area" / "inputs"
newest = max(inputs.glob("*.xml"))
pseudonyms = Pseudonyms(bytes(32))
empty = schedule.empty("establishments"), schedule.empty("postcode_lookup")
start = time.perf_counter()
loaded = sen2.read_return(sen2.recognise([newest])[0], pseudonyms, "990", *empty)
said |= {"MB of XML": round(newest.stat().st_size / 1e6, 1),
         "rows": int(sum(len(t) for t in loaded.tables.values())),
         "plans": len(loaded.tables["plans"]), "problems": len(loaded.problems)}
""",
    "open": """
from toolkit.intake.store import open_area
start = time.perf_counter()
area = open_area(Path(folder) / "area")
said |= {"tables": len(area.tables), "rows read": sum(a.rows_read for a in area.accounts)}
""",
    "published": """
from toolkit.intake import published
start = time.perf_counter()
loaded = published.load([Path(zip_path)], Path(folder) / "cache")
said |= {"tables": len(loaded.names), "rows": int(sum(len(loaded.table(n)) for n in loaded.names))}
""",
    "publish": """
from datetime import date
from toolkit.publish.run import publish_area
start = time.perf_counter()
release = publish_area(Path(folder) / "area", Path(folder) / "out", run_date=date(2026, 1, 1))
said |= {"published": sum(o.status == "executed" for o in release.outcomes)}
""",
    "local": """
from toolkit.diagnose import caseload
from toolkit.diagnose.forecast import local_mode
from toolkit.intake.store import open_area
area = open_area(Path(folder) / "area")
names = ("plans", "placements", "censuses", "earlier_needs")
tables = [area.table_or_empty(name) for name in names]
stock, seven = january.stock(*tables), caseload.PROVISIONS[:7]
stock = stock[stock["provision"].isin(seven)]
said["MB before"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
start, spent = time.perf_counter(), time.process_time()
model = local_mode.fit(stock, tables[0], area.table("population"), provisions=seven)
said |= {"cells": model.start.size, "plans": int(model.start.sum())}
said["of which fit"] = round(time.perf_counter() - start, 2)
local_mode.simulate(model, 5, 1000, 1)
said["CPU seconds"] = round(time.process_time() - spent, 2)
""",
    "backtest": """
from toolkit import forecasting
held = forecasting.released([Path(zip_path)])
start, spent = time.perf_counter(), time.process_time()
rows = forecasting.scored(held)
said |= {"areas": rows["code"].nunique(), "forecasts judged": len(rows)}
said["CPU seconds"] = round(time.process_time() - spent, 2)
""",
}
FRAME = """
import json, resource, sys, time
from pathlib import Path
folder, plans, zip_path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
said = {{}}
start = time.perf_counter()
{job}
said["seconds"] = round(time.perf_counter() - start, 2)
said["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps(said))
"""


def run(job: str, folder: Path, plans: int, zip_path: Path) -> Mapping[str, float]:
    """Return what a job of `JOBS` says of itself, run in a process of its own."""
    command = [
        sys.executable,
        "-c",
        FRAME.format(job=JOBS[job]),
        str(folder),
        str(plans),
        str(zip_path),
    ]
    environment = {**os.environ, "SEND_TOOLKIT_CACHE": str(folder / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


def told(what: str, said: Mapping[str, float]) -> None:
    """Print one line: the job, and each of its figures."""
    print(
        f"{what:<58} " + ", ".join(f"{name} {value:,}" for name, value in said.items()), flush=True
    )


def main() -> None:
    """Run every job and print its line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=20_000)
    parser.add_argument("--zip", type=Path, default=PUBLISHED)
    parser.add_argument("--witan", type=Path, default=WITAN)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told(
            "fictional area written, every form of input",
            run("make", folder, given.plans, given.zip),
        )
        told(
            "SEN2 XML of one census read and checked (aim 10 s, 1 GB)",
            run("sen2", folder, given.plans, given.zip),
        )
        told(
            "the whole area opened: four returns and the history",
            run("open", folder, given.plans, given.zip),
        )
        told(
            "local forecast, 1,000 simulations x 5 years (aim 5 s, 600 MB)",
            run("local", folder, given.plans, given.zip),
        )
        if given.zip.is_file():
            for what in ("EES zip read cold (aim 4 s)", "EES zip read from the store (aim 0.3 s)"):
                told(what, run("published", folder, given.plans, given.zip))
            what = "all-LA back-test, 4 origins, 1,000 simulations (aim 60 s on two cores)"
            told(what, run("backtest", folder, given.plans, given.zip))
        else:
            print(f"EES zip: left out, since {given.zip.name} is not there")
        if given.witan.is_dir():
            witan = [sys.executable, str(ROOT / "bench/witan.py"), str(given.witan)]
            subprocess.run(witan, check=True)
        else:
            print(f"Witan demo: left out, since {given.witan.name} is not there")
        told(
            "notebooks run, protected and published",
            run("publish", folder, given.plans, given.zip),
        )


if __name__ == "__main__":
    main()
