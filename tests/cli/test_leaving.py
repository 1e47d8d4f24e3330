"""How the process ends: at once, with its code, and with all that it said."""

import os
import subprocess
import sys


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )


def running(body: str) -> str:
    """Return a program that runs the process around a command which does ``body``."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return (
        "import atexit, sys\nfrom assay.cli import process\n"
        f"def command():\n{lines}\nprocess.main = command\nprocess.run()\n"
    )


def test_the_process_ends_with_the_code_of_the_command() -> None:
    for code, expected in (("0", 0), ("None", 0), ("1", 1), ("2", 2)):
        assert python(running(f"sys.exit({code})")).returncode == expected
    assert python(running("pass")).returncode == 0


def test_what_was_printed_last_is_not_lost() -> None:
    done = python(running("print('x' * 100_000, end='')\nsys.stderr.write('said')\nsys.exit(1)"))
    assert len(done.stdout) == 100_000
    assert done.stderr == "said"


def test_what_was_registered_to_run_at_exit_runs() -> None:
    assert python(running("atexit.register(print, 'swept')")).stdout == "swept\n"


def test_our_own_bug_shows_its_traceback() -> None:
    done = python(running("raise ZeroDivisionError"))
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_a_reader_that_leaves_early_is_no_traceback() -> None:
    program = running("sys.stdout.write('x' * 1000)")
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": ""},  # so that it is only written at the end
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 1
