"""Programs of ours in processes of their own: where strangers' files are read.

The server never parses a stranger's byte. It starts a module of the service with a file that says
what to do; that process may be killed at any time, and ends with whoever started it.
"""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from assay.service.storage.objects import is_disk_fault, unavailable

#: How a program ends that a disk failed (EX_TEMPFAIL): it may be run again.
_OUTAGE = 75

#: A program that takes longer is given up; items have bounds of their own.
_SECONDS = 3600

_PR_SET_PDEATHSIG = 1


def run_program(module: str, order: str, file: Path) -> None:
    """Run ``python -m MODULE FILE`` and wait until it has done what the file says.

    Parameters
    ----------
    module
        A module of the service.
    order
        What it is to do; it is written to the file.
    file
        A path that is free.

    Raises
    ------
    StorageUnavailableError
        When the disk fails it.
    RuntimeError
        When the program fails: its fault is ours, whatever it was given to read.
    """
    file.write_text(order, encoding="utf-8")
    command = [sys.executable, "-m", module, str(file)]
    done = subprocess.run(  # noqa: S603 - our own program, told by a file
        command, capture_output=True, timeout=_SECONDS, check=False, text=True
    )
    if done.returncode == _OUTAGE:
        raise unavailable("temporary files", OSError(done.stderr[-1500:]))
    if done.returncode != 0:
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr[-1500:]}")


def begin_program() -> None:
    """End when whoever started this process ends, and tell a disk's faults; called first."""
    sys.excepthook = _end
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit("Whoever started this has gone.")


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.__excepthook__(kind, error, trace)
    if is_disk_fault(error):
        sys.stderr.flush()
        os._exit(_OUTAGE)
