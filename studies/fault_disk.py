"""A disk that fails at the n-th write: opening, writing, flushing, renaming, making a folder.

It fails in this process, below some folder, and in the programs that the service starts: those read
from the environment at which of their own writes they fail (``fault_site/sitecustomize.py``).
"""

import builtins
import io
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

#: ``FOLDER:NUMBER:ERRNO`` for programs.
VARIABLE = "ASSAY_STUDY_FAULT"

SITE = Path(__file__).with_name("fault_site")


class FailingDisk:
    """Counts the writes below a folder, and fails some.

    Parameters
    ----------
    folder
        What lies on the disk.
    first
        Number of the first write that fails; 0 for none.
    error
        Its ``errno``.
    lasting
        Whether all later writes fail as well, as on a full disk, until it is healed.
    mark
        Whether a file beside the folder says that a write failed: for who is in another process.
    """

    def __init__(
        self, folder: Path, first: int, error: int, *, lasting: bool, mark: bool = False
    ) -> None:
        self.passed = 0
        #: What failed, by the name of the operation.
        self.failed: Counter[str] = Counter()
        self._folder = f"{folder.resolve()}"
        self._first = first
        self._error = error
        self._lasting = lasting
        self._mark = mark
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Nothing: writes count from the beginning."""

    def heal(self) -> None:
        """Let all writes succeed from now on."""
        self._first = 0

    def come_by(self, operation: str, *places: object) -> None:
        """Count a write, and fail if it is its turn."""
        if not any(self._is_here(place) for place in places):
            return
        with self._lock:
            self.passed += 1
            behind = self.passed > self._first and self._lasting
            fails = self._first > 0 and (self.passed == self._first or behind)
            if fails:
                self.failed[operation] += 1
        if fails and self._mark:
            Path(f"{self._folder}.failed").touch()
        if fails:
            raise OSError(self._error, os.strerror(self._error), str(places[0]))

    def _is_here(self, place: object) -> bool:
        if isinstance(place, int):
            place = Path(f"/proc/self/fd/{place}").readlink()
        return str(place).startswith(f"{self._folder}/")

    @contextmanager
    def used(self) -> Iterator[Self]:
        """Put it below this process for a while."""
        kept = {(module, name): getattr(module, name) for module, name in _CALLS}
        opening = {
            (os, "open"): _low_open(self, os.open),
            (io, "open"): _high_open(self, io.open),
            (builtins, "open"): _high_open(self, builtins.open),
        }
        try:
            for module, name in _CALLS:
                real = kept[module, name]
                setattr(module, name, opening.get((module, name)) or _call(self, name, real))
            yield self
        finally:
            for (module, name), real in kept.items():
                setattr(module, name, real)


_CALLS: tuple[tuple[Any, str], ...] = (
    (os, "open"),
    (io, "open"),
    (builtins, "open"),
    *((os, name) for name in ("fsync", "rename", "replace", "link", "mkdir")),
)


def _call(disk: FailingDisk, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*places: Any, **more: Any) -> Any:
        disk.come_by(name, *(place for place in places if not isinstance(place, int) or not place))
        return real(*places, **more)

    def call_on_handle(handle: int) -> Any:
        disk.come_by(name, handle)
        return real(handle)

    return call_on_handle if name == "fsync" else call


def _low_open(disk: FailingDisk, real: Callable[..., int]) -> Callable[..., int]:
    def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            disk.come_by("open", path)
        return real(path, flags, *more, **named)

    return opened


def _high_open(disk: FailingDisk, real: Callable[..., Any]) -> Callable[..., Any]:
    def opened(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        if not set(mode) & set("wax+"):
            return real(file, mode, *more, **named)
        if not isinstance(file, int):
            disk.come_by("open", file)
        return _Written(disk, real(file, mode, *more, **named))

    return opened


class _Written:
    """A file whose writes are counted."""

    def __init__(self, disk: FailingDisk, file: Any) -> None:
        self._disk = disk
        self._file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: Any) -> Any:
        self._disk.come_by("write", self._file.fileno())
        return self._file.write(data)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)


class FailingPrograms:
    """Lets each program that is started meanwhile fail at its n-th write below a folder.

    Parameters
    ----------
    folder, first, error
        As of a disk; it is a full one.
    """

    def __init__(self, folder: Path, first: int, error: int) -> None:
        self._folder = folder.resolve()
        self._told = f"{self._folder}:{first}:{error}"

    @property
    def failed(self) -> bool:
        """Return whether any program failed."""
        return self._mark.exists()

    @property
    def _mark(self) -> Path:
        return self._folder.parent / f"{self._folder.name}.failed"

    def begin(self) -> None:
        """Nothing: programs count their own writes."""

    def heal(self) -> None:
        """Let all programs succeed from now on."""
        os.environ.pop(VARIABLE, None)

    @contextmanager
    def used(self) -> Iterator[Self]:
        """Put it below all programs for a while."""
        kept = os.environ.get("PYTHONPATH", "")
        os.environ[VARIABLE] = self._told
        os.environ["PYTHONPATH"] = os.pathsep.join([str(SITE), *sys.path])
        try:
            yield self
        finally:
            self.heal()
            os.environ["PYTHONPATH"] = kept


def fail_as_told() -> None:
    """Begin to fail as the environment says, if it does; called in programs."""
    if VARIABLE not in os.environ:
        return
    folder, first, error = os.environ[VARIABLE].rsplit(":", 2)
    disk = FailingDisk(Path(folder), int(first), int(error), lasting=True, mark=True)
    _FOR_EVER.enter_context(disk.used())


_FOR_EVER = ExitStack()
