"""Compiled loops over plain arrays, behind one door.

Only this room imports numba.  Other rooms write ``from assay import kernels`` and call, say,
``kernels.pairs.count_pairs(...)``; the module that holds a kernel is imported at its first use,
and its machine code read from the cache, so a command pays only for what it runs.

A run list is three arrays: ``ends`` (uint32, linear exclusive end of each run in row-major pixel
order), ``values`` (uint16) and ``row_starts`` (int64, index of each row's first run, and one more
entry for the number of runs).  Runs stop at row ends.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_") or find_spec(f"assay.kernels.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"assay.kernels.{name}")


def load_without_blas() -> None:
    """Load numba without SciPy's linear algebra, which no kernel uses: 0.2 s where it is installed.

    For a process of our own, such as a command: in it, no numba function can multiply matrices.
    """
    if "numba" in sys.modules or "scipy.linalg" in sys.modules:
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]  # makes its import fail
    try:
        # Looks for SciPy once, when it is first imported.
        import_module("numba.np.arraymath")
    finally:
        del sys.modules["scipy.linalg"]


@contextmanager
def on_compile(announce: Callable[[], None]) -> Iterator[None]:
    """Call ``announce`` whenever a kernel has to be compiled because no cache holds it."""
    # Imported here, so that a command that runs no kernel does not pay for numba.
    from numba.core import event

    class Announcer(event.Listener):
        def on_start(self, _: object) -> None:
            announce()

        def on_end(self, _: object) -> None:
            """Nothing to say when it is done."""

    listener = Announcer()
    event.register("numba:compile", listener)
    try:
        yield
    finally:
        event.unregister("numba:compile", listener)
