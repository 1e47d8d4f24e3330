"""Programs of ours in processes of their own: where strangers' files are read.

The server never parses a stranger's byte. It starts a module of the service with a file that says
what to do; that process may be killed at any time, and ends with whoever started it.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, get_args, get_origin, get_type_hints

from assay.service.storage.objects import is_disk_fault, unavailable

#: How a program ends that a disk failed (EX_TEMPFAIL): it may be run again.
_OUTAGE = 75

#: A program that takes longer is given up; items have bounds of their own.
_SECONDS = 3600

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Order:
    """What a program is to do; a class beside the program says its fields.

    They hold texts, numbers, paths, frozen values, and tuples and mappings of these.
    """

    def to_json(self) -> str:
        """Write the order as a document."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read an order from a document of our own making."""
        made: Self = _value(cls, json.loads(text))
        return made


def _value(kind: Any, stated: Any) -> Any:  # noqa: ANN401 - a type, and a value of it as JSON has it
    inside = get_args(kind)
    if stated is None:
        return None
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = get_type_hints(kind)
        return kind(**{name: _value(kinds[name], value) for name, value in stated.items()})
    if get_origin(kind) is Mapping:
        return {name: _value(inside[1], value) for name, value in stated.items()}
    if get_origin(kind) is tuple:
        kinds_inside = repeat(inside[0]) if Ellipsis in inside else inside
        return tuple(map(_value, kinds_inside, stated))
    return Path(stated) if Path in {kind, *inside} else stated


Kind = TypeVar("Kind", bound=Order)


def run_program(order: Order, file: Path) -> None:
    """Run the program beside an order as a process of its own, and wait until it is done.

    Parameters
    ----------
    order
        What it is to do; its module is run, by ``python -m MODULE FILE``.
    file
        A path that is free, to write the order to.

    Raises
    ------
    StorageUnavailableError
        When the disk fails it.
    RuntimeError
        When the program fails: its fault is ours, whatever it was given to read.
    """
    module = type(order).__module__
    file.write_text(order.to_json(), encoding="utf-8")
    command = [sys.executable, "-m", module, str(file)]
    done = subprocess.run(  # noqa: S603 - our own program, told by a file
        command, capture_output=True, timeout=_SECONDS, check=False, text=True
    )
    if done.returncode == _OUTAGE:
        raise unavailable("temporary files", OSError(done.stderr[-1500:]))
    if done.returncode != 0:
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr[-1500:]}")


def obey(kind: type[Kind], task: Callable[[Kind], None]) -> None:
    """Do what the order says that this program was started with; all that a program does.

    It ends when whoever started it ends, and tells a disk's faults.
    """
    _begin()
    task(kind.from_json(Path(sys.argv[1]).read_text(encoding="utf-8")))


def _begin() -> None:
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
