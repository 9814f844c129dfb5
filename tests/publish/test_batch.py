"""Many areas: what is done stays done, what changed runs again, and no area stops another."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from tests.publish import making
from toolkit.errors import OutputError, SettingsError
from toolkit.publish.batch import pool
from toolkit.publish.batch.jobs import Order, folder_jobs
from toolkit.publish.batch.run import last_date, run_batch

DAY = datetime.date(2026, 11, 22)
READ = (
    "from toolkit.intake.store import open_area\nfrom pathlib import Path\n"
    "area = open_area(area_folder)\n"
    "with Path('../ran.txt').open('a') as f: f.write(f'{area.settings.slug} NUMBER\\n')\n"
)


@pytest.fixture
def playbook(tmp_path) -> Path:
    """Return a playbook of two notebooks, each of which reads a table and says that it ran."""
    folder = tmp_path / "playbook"
    folder.mkdir()
    for number, table in (("10", "deflators"), ("11", "population")):
        code = READ.replace("NUMBER", number) + f"area.table_or_empty('{table}');"
        making.notebook(folder, f"{number}_{table}", code, making.COUNTS, making.TABLE)
    return folder


@pytest.fixture
def areas(tmp_path) -> Path:
    folder = tmp_path / "areas"
    for name in ("Ashby", "Birchwood", "Coldbrook"):
        inputs = folder / name.lower() / "inputs"
        inputs.mkdir(parents=True)
        (inputs.parent / "area.toml").write_text(
            f'name = "{name}"\nla_code = "990"\nfictional = true\n'
        )
        (inputs / "deflators.csv").write_text(
            "financial_year,index_value,source\n202324,100,HM Treasury\n"
        )
    return folder


class Here(Executor):
    """Runs each job at once, in this very thread: the pool of the tests that need no other."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


HERE = pool.Pool(1, lambda _: Here())


@pytest.fixture
def batch(areas, playbook, tmp_path):
    """Return a function that runs a batch over the areas and returns each area's status."""

    def batch(where: pool.Pool = HERE, **changes):
        order = Order(tmp_path / "out", DAY, playbook=playbook, **changes)
        made = run_batch(folder_jobs([areas]), order, where, lambda _: None)
        return {d.slug: d.status for d in made.done}

    return batch


def ran(areas: Path) -> list[str]:
    """Return which notebooks have run since last asked, as "area number"."""
    path = areas / "ran.txt"
    lines = sorted(path.read_text().splitlines()) if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


def files(folder: Path) -> dict[str, bytes]:
    """Return the reports under a folder, without the account of how long each took."""
    found = (p for p in folder.rglob("*") if p.is_file() and p.parent != folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in found}


def test_every_area_is_run_and_stands_in_the_index(batch, areas, tmp_path):
    assert batch() == {"ashby": "done", "birchwood": "done", "coldbrook": "done"}
    assert len(ran(areas)) == 6
    index = (tmp_path / "out/index.html").read_text()
    assert [index.count(f"{a}/index.html") for a in ("ashby", "birchwood", "coldbrook")] == [1] * 3
    state = json.loads((tmp_path / "out/batch.json").read_text())
    assert state["finished"]
    assert last_date(tmp_path / "out") is None


def test_what_is_done_and_unchanged_is_kept(batch, areas):
    batch()
    ran(areas)
    assert set(batch().values()) == {"kept"}
    assert ran(areas) == []
    assert set(batch(fresh=True).values()) == {"done"}
    assert len(ran(areas)) == 6


def test_a_changed_input_runs_again_only_what_reads_it(batch, areas):
    batch()
    ran(areas)
    path = areas / "ashby/inputs/deflators.csv"
    path.write_text(path.read_text().replace("100", "101"))
    assert batch() == {"ashby": "done", "birchwood": "kept", "coldbrook": "kept"}
    assert ran(areas) == ["ashby 10"]


def test_an_input_that_is_new_runs_again_what_had_asked_for_it(batch, areas):
    batch()
    ran(areas)
    (areas / "birchwood/inputs/population.csv").write_text(
        "year,age,persons,source\n2025,4,90,ONS\n"
    )
    batch()
    assert ran(areas) == ["birchwood 11"]


def test_a_changed_notebook_runs_again_alone(batch, areas, playbook):
    batch()
    ran(areas)
    path = playbook / "11_population.ipynb"
    path.write_text(path.read_text().replace("deflators", "x").replace("'population'", "'places'"))
    batch()
    assert ran(areas) == ["ashby 11", "birchwood 11", "coldbrook 11"]


def test_a_report_that_was_damaged_is_made_again(batch, areas, tmp_path):
    batch()
    whole = files(tmp_path / "out")
    page = tmp_path / "out/ashby/10_deflators.html"
    page.write_bytes(page.read_bytes()[:500])
    assert batch()["ashby"] == "done"
    assert files(tmp_path / "out") == whole


@pytest.mark.parametrize("damage", ["area.toml", "kernel", "worker"])
def test_an_area_that_fails_stops_no_other_and_runs_again_alone(
    batch, areas, playbook, tmp_path, damage
):
    toml = areas / "birchwood/area.toml"
    before = toml.read_text()
    if damage == "area.toml":
        toml.write_text(before + "colour = 'red'\n")
    else:
        victim = "os.getpid()" if damage == "kernel" else "os.getppid()"
        kill = f"import os\nif 'birchwood' in os.getcwd(): os.kill({victim}, 9)"
        making.notebook(playbook, "12_kill", kill)
    # A kernel's parent is its worker; a fork's is the warm process, which is another matter.
    is_worker = damage == "worker"
    found = batch(pool.local(2) if is_worker else HERE, plain=is_worker)
    assert found == {"ashby": "done", "birchwood": "failed", "coldbrook": "done"}
    index = (tmp_path / "out/index.html").read_text()
    assert "Areas that failed" in index
    assert "birchwood" in index.lower()
    ran(areas)
    if damage == "area.toml":
        toml.write_text(before)
    else:
        (playbook / "12_kill.ipynb").unlink()
        making.notebook(playbook, "12_kill", "x = 1")
    assert batch()["birchwood"] == "done"


def test_warm_and_plain_and_any_number_of_workers_give_the_same_bytes(batch, tmp_path):
    made = []
    for way in ({}, {"plain": True}, {"where": pool.local(2)}):
        batch(fresh=True, **way)
        made.append(files(tmp_path / "out"))
    assert made[0] == made[1] == made[2]


def test_one_notebook_may_be_run_alone(batch, areas, tmp_path):
    batch(notebooks=("11",))
    assert ran(areas) == ["ashby 11", "birchwood 11", "coldbrook 11"]
    assert not (tmp_path / "out/ashby/10_deflators.html").exists()


def test_two_areas_of_one_name_are_refused(areas):
    with pytest.raises(SettingsError, match="two areas would write to 'ashby'"):
        folder_jobs([areas, areas / "ashby"])


def test_a_folder_without_an_area_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match="no area in 'empty'"):
        folder_jobs([tmp_path / "empty"])


def test_a_damaged_account_of_a_batch_says_what_to_do(tmp_path):
    (tmp_path / "batch.json").write_text("{torn")
    with pytest.raises(OutputError, match="Delete it"):
        last_date(tmp_path)


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


def test_a_batch_that_is_killed_goes_on_and_comes_to_the_same(batch, areas, playbook, tmp_path):
    batch()
    whole = files(tmp_path / "out")
    ran(areas)
    for folder in areas.glob("*/private"):
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    process = started(areas, playbook, tmp_path / "again")
    assert process.stdout.readline().strip() in ("ashby", "birchwood", "coldbrook")
    process.kill()
    process.wait()
    time.sleep(1)  # its workers end with it
    assert last_date(tmp_path / "again") == DAY
    ran(areas)
    done = started(areas, playbook, tmp_path / "again").communicate(timeout=120)[0]
    assert done.endswith("0 failed\n")
    assert len(ran(areas)) <= 4
    assert files(tmp_path / "again") == whole


def test_workers_end_with_a_batch_that_is_killed(areas, playbook, tmp_path):
    process = started(areas, playbook, tmp_path / "out")
    process.stdout.readline()
    children = _descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 20
    while any(map(_is_alive, children)) and time.monotonic() < until:
        time.sleep(0.1)
    assert children
    assert [pid for pid in children if _is_alive(pid)] == []


def _descendants(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    children = [int(p) for p in found.stdout.split()]
    return children + [p for child in children for p in _descendants(child)]


def _is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def scheduler(tmp_path):
    """Yield the address of a Dask scheduler with two workers, and those workers."""
    pytest.importorskip("distributed")
    address = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
            "--port", "0", "--no-dashboard", "--scheduler-file", str(address)]  # fmt: skip
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file",
              str(address), "--nthreads", "1", "--no-nanny", "--no-dashboard",
              "--local-directory", str(tmp_path)]  # fmt: skip
    environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10s"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    processes = [subprocess.Popen(dask, **quiet)]
    until = time.monotonic() + 60
    while not address.exists() and time.monotonic() < until:
        time.sleep(0.1)
    processes += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    time.sleep(3)
    yield json.loads(address.read_text())["address"], processes[1:]
    for process in processes:
        process.kill()
        process.wait()


def test_a_cluster_gives_the_same_as_one_machine_though_a_worker_is_killed(
    batch, areas, playbook, tmp_path, scheduler
):
    address, workers = scheduler
    process = started(areas, playbook, tmp_path / "far", f"pool.cluster({address!r})")
    assert process.stdout.readline().strip() in ("ashby", "birchwood", "coldbrook")
    workers[0].kill()
    assert process.communicate(timeout=120)[0].endswith("0 failed\n")
    batch()
    assert files(tmp_path / "far") == files(tmp_path / "out")


def test_a_cluster_that_is_not_there_is_named():
    pytest.importorskip("distributed")
    with pytest.raises(OutputError, match="no Dask scheduler answers"):
        pool.cluster("tcp://127.0.0.1:1")
