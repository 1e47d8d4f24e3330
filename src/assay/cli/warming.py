"""Saying that kernels are being compiled, because the first run is slow for that reason."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from assay import kernels

#: Said once, on standard error.
COMPILING = "Compiling kernels; this happens once, on the first run (half a minute)."


@contextmanager
def announce_compilation() -> Iterator[None]:
    """Print one line on standard error when a kernel is compiled rather than loaded."""
    said: list[str] = []

    def announce() -> None:
        if not said:
            said.append("once")
            typer.echo(COMPILING, err=True)

    kernels.load_without_blas()
    # What is loaded stays: no collection need look at it, nor workers copy its pages.
    gc.freeze()
    gc.enable()
    with kernels.on_compile(announce):
        yield
