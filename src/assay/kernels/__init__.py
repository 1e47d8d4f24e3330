"""Compiled loops over plain arrays, behind one door.

Only this room imports numba.  Other rooms write ``from assay import kernels`` and call
``kernels.count_pairs(...)``; the module that holds a kernel is imported, and its machine code read
from the cache, at the first use of one of its names, so a command pays only for what it runs.

A run list is three arrays: ``ends`` (uint32, linear exclusive end of each run in row-major pixel
order), ``values`` (uint16) and ``row_starts`` (int64, index of each row's first run, and one more
entry for the number of runs).  Runs stop at row ends.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.kernels.pairs import count_pairs as count_pairs
    from assay.kernels.runs import canonical_runs as canonical_runs
    from assay.kernels.runs import decode_runs as decode_runs
    from assay.kernels.runs import encode_rows as encode_rows
    from assay.kernels.runs import first_fault as first_fault

#: Which module holds which kernel; a test checks that every kernel is listed.
HOMES: dict[str, str] = {
    "canonical_runs": "runs",
    "count_pairs": "pairs",
    "decode_runs": "runs",
    "encode_rows": "runs",
    "first_fault": "runs",
}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    kernel = getattr(import_module(f"assay.kernels.{HOMES[name]}"), name)
    globals()[name] = kernel
    return kernel
