"""Running the command, in this process or in one of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from assay.cli.main import main
from assay.cli.warming import COMPILING

_SAYS = f"{COMPILING}\n".encode()


@dataclass(frozen=True)
class Outcome:
    """Exit code and what was written; how often it said that it compiles stands apart."""

    code: int
    out: str
    err: str
    compiling: int


def run_here(
    arguments: Sequence[str | Path],
    capture: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Outcome:
    """Run the command without the cost of a new process."""
    monkeypatch.setattr(sys, "argv", ["assay", *map(str, arguments)])
    capture.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capture.readouterr()
    return Outcome(int(ended.value.code or 0), out.decode(), warm(err), err.count(_SAYS))


def run_process(
    *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Outcome:
    """Run the command as people do, with its output in pipes."""
    done = subprocess.run(
        [sys.executable, "-m", "assay", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        timeout=120,
        check=False,
    )
    err = done.stderr
    return Outcome(done.returncode, done.stdout.decode(), warm(err), err.count(_SAYS))


def warm(err: bytes) -> str:
    """Return what a run with compiled kernels would have said: tests run in any order."""
    return err.replace(_SAYS, b"").decode()
