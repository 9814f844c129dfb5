"""The warm way of running notebooks, held against a kernel each: what one shows, the other does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.publish import making
from toolkit.publish import forking, kernel
from toolkit.publish.batch import pool, work
from toolkit.publish.execute import Outcome, execute, plain
from toolkit.publish.playbook import Step, read_step
from toolkit.publish.warm import Warm

pytestmark = pytest.mark.skipif(not forking.can_fork(), reason="this system cannot fork safely")
PARAMETERS = {"area_folder": ".", "interactive": False}


@pytest.fixture(scope="module")
def warmed():
    with Warm() as runner:
        yield runner


@pytest.fixture
def made(tmp_path):
    """Return a function that makes a notebook of some cells."""

    def made(*cells: str, **metadata) -> Step:
        making.notebook(tmp_path, "10_a", *cells, **metadata)
        return read_step(tmp_path / "10_a.ipynb")

    return made


def shown(outcome: Outcome) -> list:
    cells = outcome.notebook.cells
    return [(c.source, c.get("execution_count"), c.get("outputs")) for c in cells]


SAME = {
    "print and the last value": "print('a'); print('b')\n6 * 7",
    "both streams": "import sys\nprint('a'); print('b', file=sys.stderr); print('c')",
    "display": "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'), 3)",
    "nothing after a semicolon": "1 + 1;",
    "top-level await": "import asyncio\nawait asyncio.sleep(0)\n'done'",
    "magics": "%who_ls",
    "shell commands": "!echo hello",
    "clear_output": "from IPython.display import clear_output\nprint(1); clear_output(); print(2)",
    "clear and wait": "from IPython.display import clear_output\n"
    "print(1); clear_output(wait=True); print(2)",
    "an update": "from IPython.display import display\nh = display('a', display_id='x')\n"
    "h.update('b')",
    "warnings": "import warnings\nwarnings.filterwarnings('always', append=False)\n"
    "warnings.warn('careful', stacklevel=2)",
    "bytes of a picture": "from IPython.display import Image\n"
    "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 40, format='png')",
    "20,000 prints": "for i in range(20_000): print(i)",
    "much output": "print('x' * 20_000_000)",
    "threads": "import threading\nt = threading.Thread(target=print, args=('in a thread',))\n"
    "t.start(); t.join()",
    "a pool of forks": "import multiprocessing as m\n"
    "with m.get_context('fork').Pool(2) as p: r = p.map(abs, [-1, -2])\nr",
    "a frame": "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "sets in one order": "str(set('some letters'))",
}


def test_what_a_fork_worked_out_of_published_files_the_next_one_has(made, warmed, tmp_path):
    step = made(
        "import os\nfrom toolkit.intake import derived\nderived.once(os.getpid, 'a', {}, ())"
    )
    first, then = (execute(step, tmp_path, PARAMETERS, 60, warmed) for _ in range(2))
    assert shown(first)[-1][2] == shown(then)[-1][2] != []


@pytest.mark.parametrize("code", SAME.values(), ids=SAME)
def test_a_cell_shows_the_same_warm_as_in_a_kernel(code, made, warmed, tmp_path):
    step = made(code, "1")
    ways = [execute(step, tmp_path, PARAMETERS, 60, runner) for runner in (plain, warmed)]
    assert [o.status for o in ways] == ["executed", "executed"]
    assert by_stream(shown(ways[1])) == by_stream(shown(ways[0]))


def by_stream(cells: list) -> list:
    """Return what cells show, each stream as one: a kernel sends them when it finds the time."""
    found = []
    for source, count, outputs in cells:
        streams: dict[str, str] = {}
        for output in outputs or []:
            if output.output_type == "stream":
                streams[output.name] = streams.get(output.name, "") + output.text
        rest = [o for o in outputs or [] if o.output_type != "stream"]
        found.append((source, count, streams, rest))
    return found


FAILS = {
    "an exception": ("1 / 0", "ZeroDivisionError"),
    "a syntax error": ("x = = 1", "SyntaxError"),
    "sys.exit": ("import sys\nsys.exit(3)", "SystemExit"),
    "os._exit": ("import os\nos._exit(3)", "killed or ran out of memory"),
    "a segfault": ("import ctypes\nctypes.string_at(0)", "killed or ran out of memory"),
    "a kill": ("import os\nos.kill(os.getpid(), 9)", "killed or ran out of memory"),
    "a cell that takes too long": ("import time\ntime.sleep(60)", "took more than 2 seconds"),
    "one that is stuck in C": (
        "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')",
        "took more than 2 seconds",
    ),
    "one that swallows interrupts": (
        "import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass",
        "took more than 2 seconds",
    ),
    "input()": ("input()", "Error"),
}


@pytest.mark.parametrize(("code", "why"), FAILS.values(), ids=FAILS)
def test_a_notebook_fails_warm_as_it_does_in_a_kernel(code, why, made, warmed, tmp_path):
    step = made("x = 1", code, "y = 2")
    outcome = execute(step, tmp_path, PARAMETERS, 2, warmed)
    assert outcome.status == "failed"
    assert why in outcome.reason
    assert not (tmp_path / "private/executed/10.ipynb").exists()
    assert execute(made("1"), tmp_path, PARAMETERS, 60, warmed).status == "executed"


def test_one_notebook_leaves_nothing_to_the_next(made, warmed, tmp_path):
    first = made(
        "import pandas as pd\npd.DataFrame.head = None\nleft = 1\nimport os\nos.chdir('/')"
    )
    execute(first, tmp_path, PARAMETERS, 60, warmed)
    second = made("import os\nimport pandas as pd\n"
                  "assert pd.DataFrame.head is not None and 'left' not in globals()\n"
                  "assert os.getcwd() != '/'")  # fmt: skip
    assert execute(second, tmp_path, PARAMETERS, 60, warmed).message == ""


def test_two_notebooks_draw_different_random_numbers(made, warmed, tmp_path):
    step = made("import random\nimport numpy as np\n(random.random(), np.random.rand())")
    first, second = (shown(execute(step, tmp_path, PARAMETERS, 60, warmed)) for _ in range(2))
    assert first[-1][2] != second[-1][2]


def test_memory_of_a_notebook_is_given_back(made, warmed, tmp_path):
    execute(made("x = bytearray(500_000_000)"), tmp_path, PARAMETERS, 60, warmed)
    status = Path(f"/proc/{warmed._process.pid}/status").read_text()
    held = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    assert int(held.split()[1]) < 450_000


def test_what_a_notebook_started_ends_with_it(made, warmed, tmp_path):
    step = made("import subprocess\nsubprocess.Popen(['sleep', '347'])")
    execute(step, tmp_path, PARAMETERS, 60, warmed)
    found = subprocess.run(["pgrep", "-f", "sleep 347"], capture_output=True, check=False)
    assert found.stdout == b""


def test_a_warm_process_that_is_killed_is_replaced(made, warmed, tmp_path):
    step = made("1")
    execute(step, tmp_path, PARAMETERS, 60, warmed)
    warmed._process.kill()
    assert execute(step, tmp_path, PARAMETERS, 60, warmed).status == "executed"


def test_a_warm_process_ends_with_the_one_that_started_it(tmp_path):
    code = (
        "import os\nfrom toolkit.publish.warm import Warm\n"
        "w = Warm()\nw._start()\nprint(w._process.pid, flush=True)\nos.kill(os.getpid(), 9)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    pid = int(ran.stdout)
    until = time.monotonic() + 20
    while _is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert ran.returncode == -signal.SIGKILL
    assert not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.is_file() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_both_ways_have_one_environment(made, tmp_path):
    given = kernel.environment("x", made("1"), tmp_path)
    assert given["PYTHONHASHSEED"] == "0"
    assert {k: v for k, v in forking.always().items() if given[k] != v} == {}
    assert os.environ.get("SEND_TOOLKIT_USES") is None


def forked_twice(folder: Path, step: Step) -> tuple[str, list, list, list]:
    """Return in a worker of a batch how its warm process began, and what a notebook shows there:
    in it, in its successor once it was killed, and in a kernel.
    """
    runner = work._own.warm
    began = type(runner._process).__name__
    first = shown(execute(step, folder, PARAMETERS, 60, runner))
    os.kill(runner._process.pid, signal.SIGKILL)
    second = shown(execute(step, folder, PARAMETERS, 60, runner))
    return began, first, second, shown(execute(step, folder, PARAMETERS, 60, plain))


def test_a_worker_of_a_batch_forks_its_warm_process_and_replaces_it(made, tmp_path):
    step = made("import pandas as pd\npd.Series([1, 2]).sum()\n{str(x) for x in range(9)}")
    with pool.local(1).open(1) as executor:
        began, first, second, third = executor.submit(forked_twice, tmp_path, step).result()
    assert began == "_Fork"
    assert first == second == third


def test_a_process_that_is_not_warm_itself_starts_one_when_it_is_needed():
    assert Warm.forked()._process is None


def test_threads_may_start_processes_at_once() -> None:
    before, often = dict(os.environ), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # seconds: so often that they meet
    try:
        with ThreadPoolExecutor(4) as threads:
            assert len(list(threads.map(lambda _: forking.context(), range(200)))) == 200
    finally:
        sys.setswitchinterval(often)
    assert dict(os.environ) == before
