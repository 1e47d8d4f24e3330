"""The command as a process: interrupted, killed, or with a reader that goes away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.running import run_process, warm
from cli.test_evaluate import arguments

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def many(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pilot's items three thousand times over: work for a while on any machine."""
    folder = tmp_path_factory.mktemp("many")
    for name in ("reference", "delivery-northlight"):
        (folder / name).mkdir()
        for copy in range(3000):
            for path in (simulated / name).iterdir():
                os.link(path, folder / name / f"{copy:04d}-{path.name}")
    (folder / "ontology.toml").write_bytes((simulated / "ontology.toml").read_bytes())
    return folder


@pytest.fixture
def judging(many: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A judgement whose workers are at work, in a process group of its own."""
    command = [sys.executable, "-m", "assay", *map(str, arguments(many)), "--workers", "2",
               "--json", str(tmp_path / "report.json")]  # fmt: skip
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # Tests that a shell started in the background ignore Ctrl-C, and so would the command.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    ) as process:
        deadline = time.monotonic() + 60
        while len(group(process.pid)) < 3 and process.poll() is None:
            assert time.monotonic() < deadline, "no workers appeared"
            time.sleep(0.01)
        yield process
        process.kill()


def group(leader: int) -> list[int]:
    """Return the living processes of a process group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == leader and fields[0] != "Z":
            found.append(int(folder.name))
    return found


def gone(leader: int) -> bool:
    deadline = time.monotonic() + 20
    while group(leader) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not group(leader)


def test_ctrl_c_leaves_with_130_and_neither_files_nor_workers(
    judging: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    os.killpg(judging.pid, signal.SIGINT)
    out, err = judging.communicate(timeout=60)
    assert judging.returncode == 130
    assert out == b""
    assert warm(err) == "assay: interrupted; nothing half written was left behind.\n"
    assert list(tmp_path.iterdir()) == []
    assert gone(judging.pid)


def test_workers_end_when_their_parent_is_killed(judging: subprocess.Popen[bytes]) -> None:
    judging.kill()
    judging.wait()
    assert gone(judging.pid)


@pytest.mark.parametrize("given", [("formats",), ("explain", "iou"), ("--help",)])
def test_a_reader_that_goes_away_is_no_fault(given: tuple[str, ...]) -> None:
    outcome = into_closed_pipe(*given)
    assert outcome.returncode in {0, 1}  # the help is typer's, and leaves with 1
    assert warm(outcome.stderr) == ""


@pytest.mark.parametrize("form", [(), ("--json", "-")])
def test_the_exit_code_tells_of_findings_though_nobody_reads(
    pilot: Path, form: tuple[str, ...]
) -> None:
    (pilot / "delivery-northlight" / "street-0001.png").unlink()
    outcome = into_closed_pipe(*map(str, arguments(pilot)), *form, "--fail-on", "error")
    assert warm(outcome.stderr) == ""
    assert outcome.returncode == 1


def into_closed_pipe(*given: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command with standard output into a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return subprocess.run(
            [sys.executable, "-m", "assay", *given],
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)


def test_a_cold_run_says_once_that_it_compiles_and_a_warm_one_nothing(
    simulated: Path, tmp_path: Path
) -> None:
    given = (*arguments(simulated), "--measures", "overlap", "--workers", "2", "--json", "-")
    cold, again = (run_process(*given, env={"NUMBA_CACHE_DIR": str(tmp_path)}) for _ in range(2))
    assert (cold.compiling, again.compiling) == (1, 0)
    assert cold.err == again.err == ""
    assert cold.out == again.out != ""
