"""Many areas: what is done stays done, what changed runs again, and no area stops another."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path

import pytest

from tests.intake import ees_zip
from tests.publish import making, many
from toolkit import cli
from toolkit.errors import OutputError, SettingsError, ToolkitError
from toolkit.publish.batch import pool
from toolkit.publish.batch.jobs import Order, folder_jobs, published_jobs
from toolkit.publish.batch.run import last_date, run_batch
from toolkit.start import new_area

DAY = datetime.date(2026, 11, 22)


@pytest.fixture
def playbook(tmp_path) -> Path:
    return many.playbook(tmp_path / "playbook")


@pytest.fixture
def areas(tmp_path) -> Path:
    return many.areas(tmp_path / "areas", ("Ashby", "Birchwood", "Coldbrook"))


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


def test_every_area_is_run_and_stands_in_the_index(batch, areas, tmp_path):
    assert batch() == {"ashby": "done", "birchwood": "done", "coldbrook": "done"}
    assert len(ran(areas)) == 6
    index = (tmp_path / "out/index.html").read_text()
    assert [index.count(f"{a}/index.html") for a in ("ashby", "birchwood", "coldbrook")] == [1] * 3
    table = (tmp_path / "out/notebooks.html").read_text()
    assert table.count("<td>Published</td>") == 6
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
    whole = many.files(tmp_path / "out")
    page = tmp_path / "out/ashby/10_deflators.html"
    page.write_bytes(page.read_bytes()[:500])
    assert batch()["ashby"] == "done"
    assert many.files(tmp_path / "out") == whole


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
    # What was done when a worker died is kept, where its own was not there yet to say so.
    assert found.pop("birchwood") == "failed"
    assert set(found) == {"ashby", "coldbrook"}
    assert set(found.values()) <= ({"done", "kept"} if is_worker else {"done"})
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
        made.append(many.files(tmp_path / "out"))
    assert made[0] == made[1] == made[2]


def test_one_notebook_may_be_run_alone(batch, areas, tmp_path):
    batch(notebooks=("11",))
    assert ran(areas) == ["ashby 11", "birchwood 11", "coldbrook 11"]
    assert not (tmp_path / "out/ashby/10_deflators.html").exists()


@pytest.mark.parametrize("where", ["areas", "outputs/areas"])
def test_an_area_with_files_of_its_own_is_refused_by_name_and_stops_no_other(
    where, playbook, tmp_path
):
    inputs = tmp_path / where / "kent/inputs"
    inputs.mkdir(parents=True)
    (inputs / "deflators.csv").write_text(
        "financial_year,index_value,source\n202324,100,HM Treasury\n"
    )
    release = ees_zip.write(tmp_path / "ehcp.zip", [ees_zip.plans(ehcplans=9)])
    out = tmp_path / "outputs"
    jobs = published_jobs([release], ["Kent", "867"], out / "areas", tmp_path / "areas")
    made = run_batch(jobs, Order(out, DAY, playbook=playbook), HERE, lambda _: None)
    kent, bracknell = made.done
    assert [kent.status, bracknell.slug] == ["failed", "bracknell-forest"]
    assert "own" not in bracknell.message
    assert "'kent' has files of its own." in kent.message
    assert f"toolkit run {inputs.parent}, or use --out" in kent.message
    assert "It has files of its own" in (out / "batch.json").read_text()
    assert str(tmp_path) not in (out / "batch.json").read_text()
    assert not (out / "kent").exists()


def test_the_command_refuses_what_its_outputs_would_lose(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (new_area("Kent", "", tmp_path / "areas") / "inputs/plans.csv").touch()
    (tmp_path / "ehcp.zip").touch()
    plan = ("--published", "ehcp.zip", "--area", "Kent", "--dry-run")
    assert "Kent: refused. 'kent' has files of its own." in told(capsys, *plan)[1]
    assert "1 to run, 0 kept." in told(capsys, *plan, "--out", "elsewhere")[1]


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


def test_a_batch_that_is_killed_goes_on_and_comes_to_the_same(batch, areas, playbook, tmp_path):
    batch()
    whole = many.files(tmp_path / "out")
    ran(areas)
    for folder in areas.glob("*/private"):
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    process = many.started(areas, playbook, tmp_path / "again")
    assert process.stdout.readline().strip() in ("ashby", "birchwood", "coldbrook")
    process.kill()
    process.wait()
    time.sleep(1)  # its workers end with it
    assert last_date(tmp_path / "again") == DAY
    ran(areas)
    done = many.started(areas, playbook, tmp_path / "again").communicate(timeout=120)[0]
    assert done.endswith("0 failed\n")
    assert len(ran(areas)) <= 4
    assert many.files(tmp_path / "again") == whole


def test_workers_end_with_a_batch_that_is_killed(areas, playbook, tmp_path):
    process = many.started(areas, playbook, tmp_path / "out")
    process.stdout.readline()
    children = many.descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 20
    while any(map(many.is_alive, children)) and time.monotonic() < until:
        time.sleep(0.1)
    assert children
    assert [pid for pid in children if many.is_alive(pid)] == []


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
    process = many.started(areas, playbook, tmp_path / "far", f"pool.cluster({address!r})")
    assert process.stdout.readline().strip() in ("ashby", "birchwood", "coldbrook")
    workers[0].kill()
    assert process.communicate(timeout=120)[0].endswith("0 failed\n")
    batch()
    assert many.files(tmp_path / "far") == many.files(tmp_path / "out")


def test_a_cluster_that_is_not_there_is_named():
    pytest.importorskip("distributed")
    with pytest.raises(OutputError, match="no Dask scheduler answers"):
        pool.cluster("tcp://127.0.0.1:1")


def told(capsys, *arguments: str) -> tuple[int, str]:
    """Return the exit code of a command, and what it printed."""
    code = 0
    try:
        cli.app(["batch", *arguments], standalone_mode=False)
    except ToolkitError as error:
        code, said = error.exit_code, error.message
        return code, said
    return code, capsys.readouterr().out


def test_a_dry_run_says_what_would_run_and_runs_nothing(areas, tmp_path, capsys):
    out = str(tmp_path / "out")
    code, said = told(capsys, str(areas), "--out", out, "--limit", "2", "--dry-run")
    assert code == 0
    assert "Ashby: to run" in said
    assert "2 areas: 2 to run, 0 kept." in said
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        ((), 4, "one of the two is needed"),
        (("--published", "x.zip"), 4, "which areas"),
        (("nowhere",), 4, "no area in 'nowhere'"),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(arguments, code, why, capsys):
    found, said = told(capsys, *arguments)
    assert found == code
    assert why in said


def dies(_: Order) -> str:
    """End the worker that does it."""
    os._exit(9)


class CannotStart(Here):
    """Fails as an executor does whose server of forks was killed."""

    def submit(self, fn, /, *args, **kwargs):
        raise EOFError


def says_so(_: Order) -> str:
    """Do a job over all areas."""
    return "done"


def test_a_worker_that_was_killed_meanwhile_keeps_nobody_from_the_report_over_all(tmp_path):
    with pool.Workers(pool.local(1)) as workers:
        with pytest.raises(BrokenExecutor):
            workers.executor().submit(dies, None).result()
        assert pool.run_last(says_so, Order(tmp_path, DAY), workers) == "done"


@pytest.mark.parametrize("where", [pool.local(1), pool.Pool(1, lambda _: CannotStart())])
def test_a_worker_that_dies_over_all_areas_is_told_in_words(where, tmp_path):
    with pool.Workers(where) as workers:
        said = pool.run_last(dies, Order(tmp_path, DAY), workers)
    assert said == "Its worker was killed or ran out of memory."
